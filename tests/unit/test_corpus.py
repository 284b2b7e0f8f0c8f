"""Real contracts, each read once: every operation is there, the bundle means the same, lint finds places, and nothing differs from itself."""

from __future__ import annotations

import csv
import dataclasses
import json
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from accord.bundle import bundle
from accord.contract.load import Loaded, load_api
from accord.contract.schemas.walk import referred, walk
from accord.contract.visit import all_operations, operation_schemas
from accord.diagnostics import Severity
from accord.diff import diff
from accord.lint import validate
from accord.source.discover import find_contracts
from accord.source.document import Document, read_document
from tests.unit.diff.support import TODAY

ROOT = Path(__file__).parents[2]
CORPUS = ROOT.parent / "shared" / "corpus"
# Errors that these documents have, looked at one by one: each is a fault of the document.
KNOWN = {
    "ag-codat.io-accounting": {"structure-type": 1},  # a property named `type` outside of `properties`
    "heyapi-full31": {
        "path-parameter-optional": 4,
        "structure-type": 2,  # `required: true` in schemas
        "ref-file-missing": 2,
        "ref-kind": 2,  # a parameter where a schema belongs
    },
    "oc-schemas-recursive": {"ref-cycle": 1},  # a schema that has itself in allOf
    "ogen-nullable-type-list": {"structure-value": 1},  # `type: [string, null]` without quotes
    "ogen-sample": {"structure-type": 2},  # `items: [...]` in 3.1
    "pagerduty": {"ref-kind": 2},  # a request body where a response belongs
    "spotify": {"structure-type": 1},  # `required: true` in a schema
}
LOCAL = {"origin", "operation_ref"}


def corpus() -> list[Any]:
    if not (CORPUS / "manifest.tsv").is_file():
        return []
    with (CORPUS / "manifest.tsv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t"))
    large = 1_500_000
    return [
        pytest.param(row, id=row["id"], marks=[pytest.mark.slow] if int(row["total_bytes"]) > large else [])
        for row in rows
    ]


def without_origins(value: Any) -> Any:
    """The IR without origins, as plain values that compare by meaning."""
    if dataclasses.is_dataclass(value):
        compared = [f.name for f in dataclasses.fields(value) if f.compare and f.name not in LOCAL]
        return type(value).__name__, *((name, without_origins(getattr(value, name))) for name in compared)
    if isinstance(value, tuple):
        return tuple(without_origins(item) for item in value)
    if isinstance(value, Mapping):
        return {key: without_origins(item) for key, item in value.items()}
    return value


def test_the_corpus_is_there() -> None:
    if not corpus():
        pytest.skip("the corpus of real contracts, ../shared/corpus, is not on this machine")
    assert len(corpus()) == 71


@dataclasses.dataclass(frozen=True)
class Contract:
    """A row of the manifest, and what was read for it."""

    row: dict[str, str]
    document: Document
    loaded: Loaded


@pytest.fixture(scope="module", params=corpus())
def contract(request: pytest.FixtureRequest) -> Contract:
    row: dict[str, str] = request.param
    document = read_document(CORPUS / "specs" / row["file"])
    return Contract(row, document, load_api(document, name=row["id"]))


def test_nothing_changed_from_a_contract_to_itself(contract: Contract) -> None:
    again = load_api(contract.document, name=contract.row["id"])
    assert diff(contract.loaded.api, again.api, today=TODAY).changes == ()


def test_every_finding_of_lint_has_a_place_in_the_contract(contract: Contract) -> None:
    folder = (CORPUS / "specs" / contract.row["file"]).parent.resolve()
    for finding in validate(contract.document, contract.loaded):
        assert Path(finding.span.file).resolve().is_relative_to(folder), finding
        assert "\n" not in finding.message, finding
        assert finding.span.line >= 1, finding
        assert finding.span.column >= 1, finding


def test_a_real_contract(
    contract: Contract, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    row, document, loaded = contract.row, contract.document, contract.loaded
    findings = (*document.diagnostics, *loaded.diagnostics)
    errors = Counter(d.code for d in findings if d.severity is Severity.ERROR)
    record_property("errors", dict(errors))
    record_property("warnings", len(findings) - errors.total())
    assert errors == KNOWN.get(row["id"], {})
    assert document.version == row["openapi"][:3]
    api = loaded.api
    # The manifest counts the entry's own path items only.
    if row["id"] != "mf-redocly-starter":
        assert len(api.operations) == int(row["operations"])
    named = {name for name, item in api.schemas.items() if item.pointer.startswith("/components/schemas/")}
    assert len(named) >= int(row["schemas"])
    for operation in all_operations(api):
        assert set(referred(*operation_schemas(operation))) <= set(api.schemas)
    for item in api.schemas.values():
        assert set(referred(item.schema)) <= set(api.schemas)
        assert sum(1 for _ in walk(item.schema)) >= 1

    result = bundle(document, loaded)
    entry = tmp_path / document.path.name
    entry.write_text(result.to_json(), encoding="utf-8")
    again = read_document(entry)
    reloaded = load_api(again, name=row["id"])
    # A lone file under the same name has the same origins; stripping them is slow.
    same = reloaded.api == api if len(document.files) == 1 else False
    assert same or without_origins(reloaded.api) == without_origins(api)
    assert bundle(again, reloaded).data == result.data
    for pointer in operation_pointers(api.operations):
        assert resolve(result.data, pointer)
    if len(document.files) == 1 and document.path.suffix == ".json" and document.version != "3.1":
        # Nothing of a lone document changes but the references that are written in another way.
        assert json.dumps(result.data, sort_keys=True).count('"$ref"') == document.entry.text.count('"$ref"')


def operation_pointers(operations: Any) -> list[str]:
    return [operation.pointer for operation in operations if operation.pointer]


def resolve(data: Any, pointer: str) -> bool:
    for segment in pointer.split("/")[1:]:
        data = data[segment.replace("~1", "/").replace("~0", "~")]
    return isinstance(data, dict)


def test_the_contracts_of_this_project(tmp_path: Path) -> None:
    for contract in find_contracts(ROOT / "spec"):
        document = read_document(contract.path, root=contract.root)
        loaded = load_api(document, name=contract.name)
        assert (*document.diagnostics, *loaded.diagnostics) == ()
        result = bundle(document, loaded)
        for name, text in (("a.json", result.to_json()), ("b.yaml", result.to_yaml())):
            (tmp_path / name).write_text(text, encoding="utf-8")
            reloaded = load_api(read_document(tmp_path / name), name=contract.name)
            assert without_origins(reloaded.api) == without_origins(loaded.api)
