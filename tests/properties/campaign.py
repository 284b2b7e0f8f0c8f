"""``make fuzz``: texts through the reader and everything behind it, led by what they reach.

A text that reaches a finding, a line of ``accord`` or a stage that none before it reached is kept and changed further. Each
fault is told once, with the smallest text that shows it. Chance is drawn from a seed: the same seed, the same texts.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import accord
from tests.properties.mutate import at, changed, places, printed, scratched
from tests.properties.oracle import Outcome, examine
from tests.properties.seeds import grown, real_files, slice_of

_HOME = str(Path(accord.__file__).parent)
_STALE = 400
"""Calls without a new line after which a function is watched no more."""


class Coverage:
    """Lines of ``accord`` that have run. A function that shows nothing new for long is no longer traced."""

    def __init__(self) -> None:
        self.lines: set[tuple[CodeType, int]] = set()
        self._calls: dict[CodeType, int] = {}

    def __len__(self) -> int:
        return len(self.lines)

    def _called(self, frame: FrameType, _event: str, _argument: object) -> Any:
        code = frame.f_code
        calls = self._calls.get(code)
        if calls is None:
            calls = 0 if code.co_filename.startswith(_HOME) else _STALE
        if calls >= _STALE:
            self._calls[code] = _STALE
            return None
        self._calls[code] = calls + 1
        return self._line

    def _line(self, frame: FrameType, event: str, _argument: object) -> Any:
        if event == "line":
            place = (frame.f_code, frame.f_lineno)
            if place not in self.lines:
                self.lines.add(place)
                self._calls[frame.f_code] = 0
        return self._line

    @contextmanager
    def watching(self) -> Iterator[None]:
        before = sys.gettrace()
        sys.settrace(self._called)
        try:
            yield
        finally:
            sys.settrace(before)


@dataclass(slots=True)
class Campaign:
    """One run. ``faults`` has the smallest text of each fault, by its first line."""

    folder: Path
    seed: int
    real: bool = True
    deep: float = 0.2
    """Share of texts whose generated package is imported, beside those that reach something new."""
    faults: dict[str, tuple[bytes, Outcome]] = field(default_factory=dict[str, tuple[bytes, Outcome]])
    pool: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    whole: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    """Those of the pool that have no errors: what is made of them reaches the last stages."""
    features: set[str] = field(default_factory=set[str])
    coverage: Coverage = field(default_factory=Coverage)
    texts: int = 0
    sound: int = 0
    slowest: float = 0.0

    def run(self, *, texts: int | None = None, seconds: float | None = None) -> None:
        """Examine that many *texts*, or as many as fit into *seconds* of CPU time."""
        rng = random.Random(self.seed)
        started = time.process_time()
        while (texts is None or self.texts < texts) and (
            seconds is None or time.process_time() - started < seconds
        ):
            self._one(rng)

    def _one(self, rng: random.Random) -> None:
        data = changed(self._parent(rng), rng, times=rng.choice([0, 1, 1, 1, 2, 2, 3, 6]))
        suffix = rng.choice([".yaml", ".yaml", ".json"])
        try:
            text = printed(data, rng, suffix)
        except (
            ValueError,
            TypeError,
            RecursionError,
        ):  # a value that holds itself, or too deep for the printer
            return
        content = scratched(text, rng, times=rng.choice([0, 0, 0, 0, 0, 0, 1, 3]))
        entry = self.folder / f"openapi{suffix}"
        deeply = rng.random() < self.deep
        lines = len(self.coverage)
        with self.coverage.watching():
            outcome = examine(content, entry, deeply=deeply)
        self.texts += 1
        self.sound += "sound" in outcome.features
        self.slowest = max(self.slowest, outcome.seconds)
        if len(self.coverage) > lines or not outcome.features <= self.features:
            self.features |= outcome.features
            if len(text) < 30_000:
                self.pool.append(data)
                if "sound" in outcome.features:
                    self.whole.append(data)
            if not deeply and not outcome.fault:
                outcome = examine(content, entry, deeply=True)
        if outcome.fault:
            self._fault(content, entry, outcome, data)

    def _parent(self, rng: random.Random) -> dict[str, Any]:
        pool = self.whole if self.whole and rng.random() < 0.6 else self.pool
        if pool and rng.random() < 0.6:
            # Late comers more often: they lead further.
            return pool[int(len(pool) * rng.random() ** 0.5)]
        files = real_files() if self.real else []
        return slice_of(rng.choice(files), rng) if files and rng.random() < 0.4 else grown(rng)

    def _fault(self, content: bytes, entry: Path, outcome: Outcome, data: dict[str, Any]) -> None:
        name = outcome.fault.splitlines()[0]
        if name in self.faults:
            return
        self.faults[name] = (content, outcome)
        smaller = _smallest(data, entry, name)
        if smaller is not None and len(smaller) < len(content):
            self.faults[name] = (smaller, examine(smaller, entry, deeply=True))


def _smallest(data: dict[str, Any], entry: Path, name: str) -> bytes | None:
    """*data* with everything removed that the fault *name* does not need; ``None`` where the data do not show it."""

    def shows(candidate: dict[str, Any]) -> bytes | None:
        try:
            content = printed(candidate, random.Random(0), entry.suffix).encode("utf-8", "surrogatepass")
        except (ValueError, TypeError, RecursionError):
            return None
        outcome = examine(content, entry, deeply=True)
        return content if outcome.fault.splitlines()[:1] == [name] else None

    best = shows(data)
    deadline = time.process_time() + 20
    progress = best is not None and not name.startswith("slow")
    while progress:
        progress = False
        for path in sorted(places(data), key=len):
            if time.process_time() > deadline:
                return best
            try:
                owner = at(data, path[:-1])
                _ = owner[path[-1]]
            except (KeyError, IndexError, TypeError):
                continue
            before = list(owner) if isinstance(owner, list) else dict(owner)
            del owner[path[-1]]
            found = shows(data)
            if found is not None:
                best, progress = found, True
            elif isinstance(owner, list):
                owner[:] = before
            else:
                owner.clear()
                owner.update(before)
    return best


def main() -> int:
    """The command line of ``make fuzz``."""
    say = partial(print, flush=True)
    parser = argparse.ArgumentParser(description="Fuzz the reader and everything behind it.")
    parser.add_argument("--seconds", type=float, default=300, help="CPU seconds (default: 300)")
    parser.add_argument(
        "--seed", type=int, default=0, help="where chance begins (default: 0, a new one each time)"
    )
    parser.add_argument(
        "--found", type=Path, default=Path("reports/fuzz"), help="folder for texts that show faults"
    )
    options = parser.parse_args()
    seed = options.seed or time.time_ns() % 1_000_000
    with tempfile.TemporaryDirectory(prefix="accord-fuzz-") as folder:
        campaign = Campaign(folder=Path(folder), seed=seed)
        campaign.run(seconds=options.seconds)
    say(
        f"seed {seed}: {campaign.texts} texts, {campaign.sound} without errors, {len(campaign.pool)} kept, "
        f"{len(campaign.coverage)} lines, {len(campaign.features)} kinds of findings, slowest {campaign.slowest:.1f} CPU s"
    )
    for name, (content, outcome) in campaign.faults.items():
        options.found.mkdir(parents=True, exist_ok=True)
        target = options.found / f"{re.sub(r'[^A-Za-z0-9]+', '-', name)[:80]}.txt"
        target.write_bytes(content)
        say(f"\nFAULT {name}\n  {target} ({len(content)} bytes)\n{outcome.fault[-1500:]}")
    return 1 if campaign.faults else 0


if __name__ == "__main__":
    sys.exit(main())
