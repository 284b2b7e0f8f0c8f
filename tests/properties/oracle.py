"""What holds for every text that is given to Accord as a contract, whatever it says.

* Nothing but an :class:`AccordError` is raised, and one that means a contract that cannot be used.
* Each finding has a code, a message of one line and a place inside of a file that was read.
* Reading twice finds the same; the CPU time for an input is bounded.
* The bundle of a contract without errors means the same as the contract.
* Whatever can be loaded is generated to code that passes the audit and compiles.
* *Deeply*: what is generated from a contract without errors imports, and the mirror misses nothing in it.
"""

from __future__ import annotations

import gc
import importlib
import re
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from accord.api.code import emit_packages
from accord.api.contracts import Contract, read_contract
from accord.bundle import bundle
from accord.config import Config
from accord.diagnostics import Diagnostic, has_errors, sort_diagnostics
from accord.emit.tree import Tree, write_tree
from accord.errors import EXIT_BUG, AccordError, ContractUnusableError
from accord.lint import validate
from accord.source.discover import ContractFile
from tests.unit.emit.mirror import mirror, read_package

_PACKAGE = "fuzzed_contract"
"""Not ``generated``: that is the package of this project, which other tests in the same process have loaded."""

SECONDS = 8.0
"""CPU seconds that a text of up to 100 kB may take in all stages together, the formatter aside."""


class TooSlowError(BaseException):
    """The time of an input is over; no handler of exceptions takes it for a fault of its own."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """``fault`` is empty where all is well, otherwise its first line names it, whatever the input. ``features`` are what
    the input reached: codes of findings, and how far it came."""

    fault: str
    features: frozenset[str]
    seconds: float


def examine(content: bytes, entry: Path, *, deeply: bool = False) -> Outcome:
    """Put *content* into the file *entry* and through all stages."""
    for other in entry.parent.glob("openapi.*"):
        other.unlink()
    entry.write_bytes(content)
    features: set[str] = set()
    started = time.process_time()
    fault = ""
    try:
        with _limited(SECONDS):
            fault = _stages(entry, features, deeply=deeply)
    except TooSlowError:
        fault = f"slow: more than {SECONDS:g} CPU seconds\n{traceback.format_exc(limit=-12)}"
    except AccordError as error:
        if error.exit_code == EXIT_BUG:
            fault = _told(error)
        features.add(f"rejected {type(error).__name__}")
    except Exception as error:  # noqa: BLE001 - whatever gets out is what is looked for
        fault = _told(error)
    return Outcome(fault=fault, features=frozenset(features), seconds=time.process_time() - started)


def _told(error: Exception) -> str:
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "/accord/" in frame.filename]
    place = f"{Path(frames[-1].filename).name}:{frames[-1].name}" if frames else "outside"
    words = re.sub(r"['\"].*", "", str(error).splitlines()[0] if str(error) else "")[:60]
    return f"{type(error).__name__} in {place}: {words}\n{''.join(traceback.format_exception(error)[-12:])}"


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    def over(_signal: int, _frame: FrameType | None) -> None:
        raise TooSlowError

    before = signal.signal(signal.SIGVTALRM, over)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _stages(entry: Path, features: set[str], *, deeply: bool) -> str:
    first = _read(entry)
    second = _read(entry)
    if isinstance(first, tuple) or isinstance(second, tuple):
        findings = first if isinstance(first, tuple) else ()
        features.update(f"unusable {finding.code}" for finding in findings)
        return _misplaced(findings, entry) or ("" if first == second else "unsteady: reading twice differs")
    findings = validate(first.document, first.loaded)
    features.update(finding.code for finding in findings)
    fault = _misplaced((*findings, *first.diagnostics), entry)
    if fault:
        return fault
    if findings != validate(second.document, second.loaded) or first.diagnostics != second.diagnostics:
        return "unsteady: validating twice differs"
    if has_errors(first.diagnostics) and not has_errors(findings):
        lost = next(diagnostic for diagnostic in first.diagnostics if has_errors([diagnostic]))
        return f"untold: validate does not tell {lost.code}\n{lost}"
    folder = entry.parent
    config = Config(
        root=folder, spec=entry, generated=folder / _PACKAGE, implementation=folder / "implementation"
    )
    result = emit_packages(config, [first])
    features.update(diagnostic.code for diagnostic in result.diagnostics)
    fault = _misplaced(result.diagnostics, entry) or _uncompiled(result.tree)
    if fault or has_errors(findings):
        return fault
    features.add("sound")
    fault = _changed_by_bundling(first, entry)
    if fault or not deeply or has_errors(result.diagnostics):
        return fault
    found = sort_diagnostics([*first.diagnostics, *result.diagnostics])
    return _imported(first, result.tree, result.packages[0], found)


def _read(entry: Path) -> Contract | tuple[Diagnostic, ...]:
    try:
        return read_contract(ContractFile(name="v1", path=entry, root=entry.parent))
    except ContractUnusableError as error:
        return error.diagnostics


def _misplaced(findings: Sequence[Diagnostic], entry: Path) -> str:
    lines = _lines(entry)
    for finding in findings:
        place = finding.span
        if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", finding.code) or not finding.message:
            return f"nameless: a finding without a code or a message\n{finding!r}"
        if Path(place.file).name != entry.name:
            return f"misplaced: {finding.code} stands in another file\n{finding}"
        if not 1 <= place.line <= len(lines) + 1 or place.column < 1:
            return f"misplaced: {finding.code} stands outside of the file\n{finding}"
        if place.column > len(lines[place.line - 1] if place.line <= len(lines) else "") + 1:
            return f"misplaced: {finding.code} stands behind the end of its line\n{finding}"
    return ""


def _lines(entry: Path) -> list[str]:
    content = entry.read_bytes()
    marked = content[:2] in {b"\xff\xfe", b"\xfe\xff"}
    text = content.decode("utf-16" if marked else "utf-8-sig", "replace")
    return re.split("\r\n|\r|\n", text)


def _uncompiled(tree: Tree) -> str:
    for path, text in tree.items():
        if path.endswith(".py"):
            compile(text, path, "exec")
    return ""


def _changed_by_bundling(contract: Contract, entry: Path) -> str:
    built = bundle(contract.document, contract.loaded)
    text = entry.read_bytes()
    try:
        entry.write_text(built.to_json() if entry.suffix == ".json" else built.to_yaml(), encoding="utf-8")
        again = _read(entry)
        if isinstance(again, tuple):
            return f"bundle: it cannot be read\n{again}"
        # Without its $id, a schema that answers dynamic references is no resource of its own any more.
        is_dynamic = contract.document.uses_ids and any(contract.document.dynamic_anchors())
        if again.loaded.api != contract.loaded.api and not is_dynamic:
            return "bundle: it means something else"
        if bundle(again.document, again.loaded).data != built.data:
            return "bundle: bundling twice differs"
    finally:
        entry.write_bytes(text)
    return ""


def _imported(contract: Contract, tree: Tree, package: str, found: Sequence[Diagnostic]) -> str:
    """Import the whole package and read it back."""
    with tempfile.TemporaryDirectory(prefix="accord-fuzz-") as name:
        return _imported_from(Path(name), contract, tree, package, found)


def _imported_from(
    folder: Path, contract: Contract, tree: Tree, package: str, found: Sequence[Diagnostic]
) -> str:
    write_tree(tree, folder / _PACKAGE)
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        reflected = mirror(contract.loaded.api, read_package(f"{_PACKAGE}.{package}"), found)
        models = importlib.import_module(f"{_PACKAGE}.{package}.models")
        for name in getattr(models, "__all__", ()):
            getattr(models, name)
    except Exception as error:  # noqa: BLE001 - generated code may fail in any way
        words = re.sub(r"['\"].*", "", str(error).splitlines()[0] if str(error) else "")[:60]
        return f"import: {type(error).__name__}: {words}\n{''.join(traceback.format_exception(error)[-6:])}"
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name.partition(".")[0] == _PACKAGE]:
            del sys.modules[name]
        gc.collect()
    if reflected.lost or reflected.invented:
        return f"mirror: {(reflected.lost or reflected.invented)[0].kind}\n{reflected}"
    return ""
