"""Texts that nobody would write as a contract: none stops Accord, and each finding has its place.

A short run on every change; ``make fuzz`` goes on for as long as one likes. What it found stands here by name.
"""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from tests.properties.campaign import Campaign
from tests.properties.oracle import examine

HEAD = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\n"
TEXTS = 220
"""About fifteen CPU seconds."""

FOUND: dict[str, str | bytes] = {
    "a control character behind lone carriage returns": "openapi: 3.1.0\rinfo:\r  title: \x07\r",
    "a byte that is no text behind lone carriage returns": b"openapi: 3.1.0\rinfo:\r  title: \xff\r",
    "half a character in UTF-16": "openapi: 3.1.0\ninfo:\n  é: ".encode("utf-16") + b"\x00\xd8a\x00",
    "a status that would be code": HEAD
    + """
paths:
  /a:
    get: {responses: {default: {$ref: '#/components/responses/P'}}}
    put: {responses: {"4XX\\nimport os\\n": {$ref: '#/components/responses/P'}}}
    post: {responses: {"defaul\\x85t": {$ref: '#/components/responses/P'}}}
components: {responses: {P: {description: p, content: {application/json: {schema: {type: integer}}}}}}
""",
}


@pytest.mark.parametrize("name", FOUND)
def test_what_was_found_stays_repaired(name: str, tmp_path: Path) -> None:
    text = FOUND[name]
    content = text if isinstance(text, bytes) else text.encode()
    assert examine(content, tmp_path / "openapi.yaml", deeply=True).fault == ""


def test_nothing_stops_accord(tmp_path: Path) -> None:
    campaign = Campaign(folder=tmp_path, seed=20, real=False)
    campaign.run(texts=TEXTS)
    told = [f"{content!r}\n{outcome.fault}" for content, outcome in campaign.faults.values()]
    assert not told, "\n\n".join(told)
    assert campaign.sound > 5, "too few of the texts get far"
    assert len(campaign.features) > 30, "too few of the texts reach anything"


def test_the_same_seed_gives_the_same_texts(tmp_path: Path) -> None:
    runs = [Campaign(folder=tmp_path, seed=5, real=False, deep=0.0) for _ in range(2)]
    for run in runs:
        run.run(texts=15)
    assert runs[0].features == runs[1].features
    assert len(runs[0].features) > 3


def test_the_package_of_this_project_stays_loaded(tmp_path: Path) -> None:
    models = importlib.import_module("generated.v1.models")
    text = f"{HEAD}paths: {{/a: {{get: {{responses: {{default: {{description: d}}}}}}}}}}\n"
    outcome = examine(text.encode(), tmp_path / "openapi.yaml", deeply=True)
    assert outcome.fault == ""
    assert "sound" in outcome.features
    assert importlib.import_module("generated.v1.models") is models


def test_a_fault_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise KeyError("gone")

    monkeypatch.setattr("tests.properties.oracle.validate", fails)
    outcome = examine(f"{HEAD}paths: {{}}\n".encode(), tmp_path / "openapi.yaml")
    assert outcome.fault.startswith("KeyError in")
