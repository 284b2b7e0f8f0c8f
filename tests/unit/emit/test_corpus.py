"""Real contracts: each becomes a package that boots, serves the contract, and answers every operation with 501."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from accord.bundle import bundle
from accord.contract.load import load_api
from accord.diagnostics import Severity
from accord.emit.python.format import format_sources
from accord.emit.python.generate import ContractSource, GenerateResult, generate
from accord.emit.python.package import json_text
from accord.emit.scaffold import ScaffoldOptions, scaffold
from accord.emit.tree import write_tree
from accord.source.document import read_document

CORPUS = Path(__file__).parents[4] / "shared" / "corpus" / "specs"

pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="the corpus of real contracts is not beside this project"
)

BASIC = {"Authorization": "Basic dTpw"}
BEARER = {"Authorization": "Bearer t"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A contract; ``bodies`` are valid bodies of operations that anybody may call, ``unsupported`` the operations that
    cannot be served yet, with the code of the reason."""

    file: str
    operations: int
    headers: dict[str, str] = field(default_factory=dict)
    bodies: dict[str, Any] = field(default_factory=dict)  # Any: JSON
    unsupported: dict[str, str] = field(default_factory=dict)


USER = {"user": {"email": "a@example.org", "password": "secret", "username": "a"}}
CASES = (
    Case(file="oai-v3.0-petstore.yaml", operations=3, bodies={"createPets": {"id": 1, "name": "Rex"}}),
    Case(file="museum.yaml", operations=8, headers=BASIC),
    Case(file="rm31-train-travel.yaml", operations=7, headers=BEARER),
    Case(
        file="realworld.yaml",
        operations=19,
        headers={"Authorization": "Token t"},
        bodies={"Login": USER, "CreateUser": USER},
    ),
)


def generated(file: str) -> GenerateResult:
    document = read_document(CORPUS / file, root=CORPUS)
    loaded = load_api(document, name=re.sub(r"\W", "_", file.partition(".")[0]))
    data = bundle(document, loaded).data
    return generate([ContractSource(api=loaded.api, bundle=data, files={}, source=file)])


@pytest.fixture
def importable(tmp_path: Path) -> Iterator[Path]:
    sys.path.insert(0, str(tmp_path))
    known = set(sys.modules)
    yield tmp_path
    sys.path.remove(str(tmp_path))
    for name in set(sys.modules) - known:
        if name.startswith("corpus_case"):
            del sys.modules[name]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.file)
def test_it_boots_and_answers_every_operation(case: Case, importable: Path) -> None:
    result = generated(case.file)
    (version,), (package,) = result.versions, result.packages
    root = importable / "corpus_case"
    write_tree(result.tree, root / "generated")
    options = ScaffoldOptions(
        folder=root / "app", package="corpus_case.app", generated="corpus_case.generated"
    )
    write_tree(scaffold(result, options).tree, root / "app")
    client = TestClient(importlib.import_module("corpus_case.app.app").app, raise_server_exceptions=False)

    published = client.get(f"{version.prefix}/openapi.json")
    assert published.content == result.tree[f"{package}/openapi.json"].encode()
    assert len(version.operations) == case.operations
    for operation in (planned.declared for planned in version.operations):
        path = version.prefix + re.sub(r"\{[^}]*\}", "1", operation.path)
        response = client.request(
            operation.method, path, headers=case.headers, json=case.bodies.get(operation.key)
        )
        assert response.status_code == 501, (operation.key, response.text)
        assert response.headers["content-type"] == "application/problem+json"
        assert operation.key in response.json()["detail"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.file)
def test_what_is_not_supported_is_found_at_its_place_and_nothing_else_is_lost(case: Case) -> None:
    result = generated(case.file)
    (version,) = result.versions
    operations = [planned.declared for planned in version.operations]
    left = {
        operation.key: operation.unsupported[0].partition(":")[0]
        for operation in operations
        if operation.unsupported
    }
    assert left == case.unsupported
    assert all(
        diagnostic.span.file and diagnostic.span.line > 1 and diagnostic.hint
        for diagnostic in result.diagnostics
    )
    assert all(diagnostic.severity is not Severity.ERROR for diagnostic in result.diagnostics)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.file)
def test_the_output_is_formatted_and_the_same_each_time(case: Case) -> None:
    tree = generated(case.file).tree
    assert format_sources(tree) == dict(tree)
    assert generated(case.file).tree == tree


def test_the_bundle_is_published_as_it_is() -> None:
    document = read_document(CORPUS / "museum.yaml", root=CORPUS)
    data = bundle(document, load_api(document, name="museum")).data
    assert generated("museum.yaml").tree["museum/openapi.json"] == json_text(data)
