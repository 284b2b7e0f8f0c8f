"""Each row of the table of formats is complete, and everything that reads it says the same.

A new format needs a row, and the page printed anew. Nothing else has to be touched: these tests go over the rows.
"""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from starlette.testclient import TestClient

from accord.bundle import bundle
from accord.contract.json_schema import definitions_document
from accord.contract.load import load_api
from accord.contract.schemas.formats import ASSERTED_FORMATS, FORMAT_BOUNDS, FORMATS, Format
from accord.contract.schemas.samples import Sampler
from accord.contract.schemas.validation import validator
from accord.diff import Breaking, DiffReport
from accord.emit.python.formats_page import formats_page
from accord.emit.python.guard import Guard
from accord.emit.python.scalars import CONVERTED_FORMATS
from accord.mock import MockContract, MockOptions, mock_app
from accord.runtime.guard import Guard as RuntimeGuard
from accord.source.document import read_document
from accord.testing.schemathesis_config import register_formats
from tests.unit.diff.support import bad, body, compare, document, response
from tests.unit.emit.schemas import load_schemas, ref
from tests.unit.lint.scenarios import lint

ASSERTED = sorted(ASSERTED_FORMATS)
ODD = (
    "",
    "a",
    " ",
    "%",
    "{",
    "[",
    "\u00e9",
    "-1",
    "true",
    "a b",
    "\x00",
    "http://[",
    "\\",
    "((",
    "@@",
    "2020-13-45",
)
SEEDS = range(40)


def is_valid(name: str, value: object) -> bool:
    return validator({"format": name}).is_valid(value)


def drawn(row: Format) -> list[str]:
    assert row.draw is not None
    return [row.draw(Random(seed)) for seed in SEEDS]


@pytest.mark.parametrize("name", ASSERTED)
def test_a_row_of_an_asserted_format_has_every_column(name: str) -> None:
    row = FORMATS[name]
    assert row.name == name
    assert row.types == {"string"}
    assert row.takes
    assert row.draw is not None
    assert len(row.good) >= 2
    assert row.bad
    assert row.in_library == (row.pattern is None)
    assert row.bounds is None
    assert row.wider <= ASSERTED_FORMATS - {name}


@pytest.mark.parametrize("name", ASSERTED)
def test_validators_agree_with_the_texts_of_the_row(name: str) -> None:
    row = FORMATS[name]
    for text in (*row.good, *drawn(row)):
        assert is_valid(name, text), text
    for text in row.bad:
        assert not is_valid(name, text), text
    assert is_valid(name, 1)


@pytest.mark.parametrize("name", ASSERTED)
def test_lengths_and_wider_formats_hold(name: str) -> None:
    row = FORMATS[name]
    least, most = row.length
    for text in (*row.good, *drawn(row)):
        assert least <= len(text) <= (len(text) if most is None else most), text
        assert all(is_valid(wider, text) for wider in row.wider), text
    assert row.longer is None or most is None
    for number in (5, 40, 100):
        text = "" if row.longer is None else row.longer(number)
        assert row.longer is None or (len(text) > number and is_valid(name, text)), text


@pytest.mark.parametrize("name", [*sorted(FORMATS.keys() - ASSERTED_FORMATS), "of-my-own"])
def test_validators_assert_no_other_format(name: str) -> None:
    assert all(is_valid(name, text) for text in ODD)


@pytest.mark.parametrize("name", FORMAT_BOUNDS)
def test_bounds_are_those_of_the_guard(name: str, tmp_path: Path) -> None:
    low, high = FORMAT_BOUNDS[name]
    api = load_schemas(tmp_path, f"    X: {{type: integer, format: {name}}}")
    check = validator({**definitions_document(api.schemas), "$ref": "#/$defs/X"})
    assert check.is_valid(low)
    assert check.is_valid(high)
    assert not check.is_valid(low - 1)
    assert not check.is_valid(high + 1)
    assert "number" in FORMATS[name].types


@pytest.mark.parametrize("name", ASSERTED)
def test_the_guard_of_the_runtime_asserts_it(name: str, tmp_path: Path) -> None:
    row = FORMATS[name]
    components = f"    X: {{type: object, properties: {{a: {{type: string, format: {name}}}}}}}"
    guard = Guard(load_schemas(tmp_path, components))
    guard.add("x", ref("X"), "request")
    runtime = RuntimeGuard(guard.document())
    assert all(not runtime.faults("x", {"a": text}) for text in row.good)
    for text in row.bad:
        (fault,) = runtime.faults("x", {"a": text})
        assert fault.reason == f"must be a valid {name}"
        assert fault.pointer == "/a"
    describing = Guard(load_schemas(tmp_path, components), "annotate")
    describing.add("x", ref("X"), "request")
    assert not RuntimeGuard(describing.document()).faults("x", {"a": row.bad[0]})


@pytest.mark.parametrize("name", ASSERTED)
def test_samples_have_it(name: str, tmp_path: Path) -> None:
    api = load_schemas(tmp_path, f"    X: {{type: string, format: {name}}}")
    sampler = Sampler(api.schemas)
    for seed in range(10):
        text = sampler.sample(ref("X"), seed=str(seed))
        assert is_valid(name, text)


@pytest.mark.parametrize("name", ASSERTED)
def test_lint_knows_what_it_is_for(name: str, tmp_path: Path) -> None:
    text = f"""\
openapi: 3.1.0
info: {{title: T, version: "1"}}
paths: {{}}
components:
  schemas:
    Fit: {{type: string, format: {name}}}
    Unfit: {{type: integer, format: {name}}}
"""
    found = [
        finding.span.line
        for finding in lint(tmp_path, text)
        if finding.code in {"format-unfit", "format-unregistered"}
    ]
    assert found == [7]


def test_a_served_contract_rejects_what_only_its_guard_knows(tmp_path: Path) -> None:
    schema: dict[str, Any] = {"type": "string", "format": "ulid"}
    contract = in_path(schema)
    content = {"application/json": {"schema": schema}}
    contract["paths"]["/things/{id}"]["get"]["responses"] = {"200": {"description": "", "content": content}}
    path = tmp_path / "v1.json"
    path.write_text(json.dumps(contract), encoding="utf-8")
    read = read_document(path)
    loaded = load_api(read, name="v1")
    mocked = mock_app(
        [MockContract(api=loaded.api, document=bundle(read, loaded).data)], tmp_path, MockOptions(docs=False)
    )
    client = TestClient(mocked.app)
    row = FORMATS["ulid"]
    for text in row.good:
        answered = client.get(f"/things/{text}")
        assert answered.status_code == 200
        assert is_valid("ulid", answered.json())
    for text in row.bad:
        rejected = client.get(f"/things/{text}")
        assert rejected.status_code == 422
        assert "must be a valid ulid" in rejected.text


def test_contract_tests_draw_what_only_accord_knows() -> None:
    document_ = in_path({"type": "string", "format": "ulid"})
    register_formats()
    operation = schemathesis.openapi.from_dict(document_)["/things/{id}"]["GET"]

    @given(case=operation.as_strategy())
    @settings(max_examples=20, database=None, suppress_health_check=list(HealthCheck))
    def check(case: Any) -> None:
        assert is_valid("ulid", case.path_parameters["id"])

    check()


def in_path(schema: dict[str, Any]) -> dict[str, Any]:
    parameter = {"name": "id", "in": "path", "required": True, "schema": schema}
    get = {"parameters": [parameter], "responses": {"204": {"description": ""}}}
    return document({"/things/{id}": {"get": get}})


def in_query(schema: dict[str, Any]) -> dict[str, Any]:
    get = {
        "parameters": [{"name": "q", "in": "query", "schema": schema}],
        "responses": {"204": {"description": ""}},
    }
    return document({"/things": {"get": get}})


FREE: dict[str, Any] = {"type": "string"}


@pytest.mark.parametrize("name", ASSERTED)
@pytest.mark.parametrize("place", [in_path, in_query, body])
def test_what_a_request_must_have_breaks_its_senders(name: str, place: Any, tmp_path: Path) -> None:
    has = {"type": "string", "format": name}
    assert_broken(compare(place(FREE), place(has), tmp_path), name)
    assert not bad(compare(place(has), place(FREE), tmp_path))


@pytest.mark.parametrize("name", ASSERTED)
def test_what_a_response_no_longer_has_breaks_its_readers(name: str, tmp_path: Path) -> None:
    has = {"type": "string", "format": name}
    assert_broken(compare(response(has), response(FREE), tmp_path), name)
    assert not bad(compare(response(FREE), response(has), tmp_path))


def assert_broken(report: DiffReport, name: str) -> None:
    (change,) = report.changes
    assert isinstance(change.verdict, Breaking)
    assert change.verdict.witness is not None
    proof = change.verdict.witness.proof
    assert proof is not None
    assert not is_valid(name, proof.instance)


def test_what_has_a_format_has_the_wider_one(tmp_path: Path) -> None:
    for row in FORMATS.values():
        for wider in row.wider:
            old, new = (body({"type": "string", "format": name}) for name in (row.name, wider))
            assert not bad(compare(old, new, tmp_path)), (row.name, wider)


def test_the_page_and_the_models_have_every_row() -> None:
    page = formats_page()
    for name in (*ASSERTED_FORMATS, *FORMAT_BOUNDS):
        assert f"| `{name}` | " in page
    assert {row.name for row in FORMATS.values() if row.value != "text"} < CONVERTED_FORMATS.keys()
