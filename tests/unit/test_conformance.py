"""The stages of ``make conformance`` on contracts of a few lines: what is whole, and what is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.conformance.__main__ import find
from benchmarks.conformance.page import page, text_line
from benchmarks.conformance.stages import Line, Options, run_stages

WHOLE = {
    "openapi": "3.1.0",
    "info": {"title": "T", "version": "1"},
    "paths": {
        "/a/{id}": {
            "get": {
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
                "responses": {"200": {"description": "ok", "content": {"application/json": {}}}},
            }
        },
        "/broken": {"get": {"responses": {"200": {"$ref": "#/components/responses/Missing"}}}},
    },
}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    (folder / "many").mkdir(parents=True)
    (folder / "one.json").write_text(json.dumps(WHOLE))
    (folder / "many" / "openapi.yaml").write_text(json.dumps(WHOLE))
    (folder / "many" / "other.yaml").write_text("a: 1\n")
    (folder / "torn.yaml").write_text("openapi: 3.1.0\npaths: [\n")
    (folder / "notes.txt").write_text("no contract")
    return folder


def test_contracts_are_files_and_folders_with_an_entry(corpus: Path) -> None:
    assert [name for name, _ in find(corpus)] == ["many", "one", "torn"]


def test_a_contract_goes_through_every_stage(corpus: Path, tmp_path: Path) -> None:
    options = Options(seconds=100, checked=False, cache=tmp_path / "cache")
    line = run_stages(corpus / "one.json", "one", options)
    assert line.good, (line.broken, line.failed, line.lost)
    assert (line.declared, line.served, line.unsupported, line.equal) == (2, 1, 1, True)
    assert line.errors >= 1
    assert line.codes["ref-unresolved"] == 1
    assert min(line.cpu, line.peak_mb, line.lines) > 0


def test_what_cannot_be_read_or_takes_too_long_is_told_by_its_stage(corpus: Path, tmp_path: Path) -> None:
    torn = run_stages(corpus / "torn.yaml", "torn", Options(seconds=100, checked=False, cache=tmp_path))
    assert not torn.good
    assert "generate" in torn.broken
    late = run_stages(corpus / "one.json", "one", Options(seconds=0.01, checked=False, cache=tmp_path))
    assert late.broken == {"validate": "took too long", "generate": "took too long"}


def test_the_page_counts_what_is_whole() -> None:
    good = Line("good", declared=2, served=1, unsupported=1, equal=True, types="ok", codes={"a": 2})
    lossy = Line("lossy", declared=1, served=1, equal=True, types="ok", lost=["GET / / header / x"])
    text = page([good, lossy])
    assert "| good | 0 | 0 | 1/2 | 1 | yes | 0 | ok |" in text
    assert "| **1 of 2 whole** |" in text
    assert "| `a` | 2 | 1 |" in text
    assert "lost: GET / / header / x" in text_line(lossy)
