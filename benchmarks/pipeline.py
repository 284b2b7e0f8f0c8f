"""What exactness costs: strict parsing, the guard and the model together, against Pydantic's ``validate_json`` alone."""

from __future__ import annotations

import importlib
import json
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import TypeAdapter

from accord.runtime.convert import compile_convert
from accord.runtime.guard import Guard
from accord.runtime.strict_json import parse

KEY = "createOrder.body.application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Medians in microseconds of CPU a body; ``alone`` is ``validate_json`` of the same model."""

    parse: float
    guard: float
    model: float
    together: float
    alone: float

    @property
    def ratio(self) -> float:
        """How many times as much all steps together cost."""
        return self.together / self.alone


def cost(package: ModuleType, raw: bytes, *, rounds: int, count: int) -> Cost:
    """The steps for the body *raw*, measured in turn for *rounds* rounds of *count* bodies each."""
    order: Any = importlib.import_module(f"{package.__name__}.models").Order  # Any: generated a moment ago
    assert package.__file__ is not None
    document = json.loads((Path(package.__file__).parent / "guard.json").read_text(encoding="utf-8"))
    guard = Guard(document)
    valid, convert = guard.valid, compile_convert(lambda: order, "body", guard, proved=True)
    adapter: TypeAdapter[Any] = TypeAdapter(order)  # Any: see above
    adapter.rebuild(raise_errors=True)
    alone = adapter.validator.validate_json
    value = parse(raw)

    def together() -> None:
        value = parse(raw)
        if not valid({KEY: value}):
            raise AssertionError("the body of the benchmark breaks its contract")
        convert(value)

    steps: dict[str, Callable[[], object]] = {
        "parse": lambda: parse(raw),
        "guard": lambda: valid({KEY: value}),
        "model": lambda: convert(value),
        "together": together,
        "alone": lambda: alone(raw, by_alias=True, by_name=False),
    }
    found: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(rounds):
        for name, step in steps.items():
            found[name].append(_seconds(step, count))
    return Cost(**{name: statistics.median(each) * 1e6 for name, each in found.items()})


def _seconds(step: Callable[[], object], count: int) -> float:
    started = time.process_time()
    for _ in range(count):
        step()
    return (time.process_time() - started) / count
