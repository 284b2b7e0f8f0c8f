"""The mirror sees every kind of loss, and finds none in what is generated from real contracts."""

from __future__ import annotations

import copy
import importlib
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from accord.bundle import bundle
from accord.contract.load import load_api
from accord.contract.model import Api
from accord.diagnostics import Diagnostic
from accord.emit.python.generate import ContractSource, generate
from accord.emit.tree import write_tree
from accord.runtime import declare
from accord.source.document import read_document
from tests.unit.emit.mirror import Fact, Package, mirror, read_package
from tests.unit.emit.operations import generate_all, load, write_spec

CORPUS = Path(__file__).parents[4] / "shared" / "corpus" / "specs"
SMALL = 60_000
"""Bytes of the largest contract that the normal suite reads; `make conformance` reads them all."""

SPEC = """
    components:
      securitySchemes:
        key: {type: apiKey, in: query, name: k}
        login: {type: oauth2, flows: {password: {tokenUrl: /t, scopes: {read: '', write: ''}}}}
    paths:
      /things/{id}:
        put:
          operationId: putThing
          security: [{key: []}, {login: [read, write]}, {key: [], login: [read]}]
          parameters:
            - {name: id, in: path, required: true, schema: {type: integer}}
            - {name: tags, in: query, style: pipeDelimited, explode: false, schema: {type: array, items: {type: string}}}
            - {name: X-Trace, in: header, schema: {type: string}}
          requestBody:
            required: true
            content:
              application/json: {schema: {type: object, required: [name], properties: {name: {type: string}}}}
              application/x-www-form-urlencoded: {schema: {type: object, properties: {name: {type: string}}}}
          responses:
            '200':
              description: ok
              headers: {ETag: {required: true, schema: {type: string}}, X-Left: {schema: {type: integer}}}
              content: {application/json: {schema: {type: object, properties: {name: {type: string}}}}}
            '404': {description: none, content: {application/problem+json: {schema: {type: object}}}}
            default: {description: other, content: {application/json: {schema: {type: string}}}}
        delete:
          operationId: dropThing
          parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
          responses: {'204': {description: gone}}
      /pictures:
        get:
          operationId: picture
          parameters: [{name: p, in: query, content: {text/csv: {schema: {type: string}}}}]
          responses: {'200': {description: ok, content: {application/json: {}}}}
    """
THING = "PUT /things/{id}"


@contextmanager
def importable(folder: Path, package: str) -> Iterator[None]:
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name.split(".")[0] == package]:
            del sys.modules[name]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Api, Package, Sequence[Diagnostic]]:
    folder = tmp_path_factory.mktemp("mirror")
    write_spec(folder / "spec", {"v1/openapi.yaml": SPEC})
    result = generate_all(folder / "spec")
    write_tree(result.tree, folder / "mirror_case")
    with importable(folder, "mirror_case"):
        package = read_package("mirror_case.v1")
    return load(folder / "spec"), package, result.diagnostics


def test_nothing_is_lost_that_no_finding_names(made: tuple[Api, Package, Sequence[Diagnostic]]) -> None:
    seen = mirror(*made)
    assert seen.lost == ()
    assert seen.invented == ()


def _changed(**changes: object) -> Callable[[declare.Operation], declare.Operation]:
    return lambda operation: replace(operation, **changes)  # type: ignore[arg-type]


def _responses(
    change: Callable[[declare.Response], declare.Response | None],
) -> Callable[..., declare.Operation]:
    def planted(operation: declare.Operation) -> declare.Operation:
        changed = [change(response) for response in operation.responses]
        return replace(operation, responses=tuple(response for response in changed if response is not None))

    return planted


def _of(status: int | str, **changes: object) -> Callable[[declare.Response], declare.Response | None]:
    def change(response: declare.Response) -> declare.Response | None:
        if response.status != status:
            return response
        return replace(response, **changes) if changes else None  # type: ignore[arg-type]

    return change


def _parameters(**changes: object) -> Callable[[declare.Operation], declare.Operation]:
    """The second parameter changed, or without any changes left out."""

    def planted(operation: declare.Operation) -> declare.Operation:
        first, second, *rest = operation.parameters
        kept = [replace(second, **changes)] if changes else []  # type: ignore[arg-type]
        return replace(operation, parameters=(first, *kept, *rest))

    return planted


def _body(number: int) -> Callable[[declare.Operation], declare.Operation]:
    def planted(operation: declare.Operation) -> declare.Operation:
        assert operation.body is not None
        content = tuple(entry for index, entry in enumerate(operation.body.content) if index != number)
        return replace(operation, body=replace(operation.body, content=content))

    return planted


def _optional_body(operation: declare.Operation) -> declare.Operation:
    assert operation.body is not None
    return replace(operation, body=replace(operation.body, required=False))


def _scopes(operation: declare.Operation) -> declare.Operation:
    (key,), (login,), both = operation.security
    return replace(operation, security=((key,), (replace(login, scopes=("read",)),), both))


PLANTED: tuple[tuple[Callable[[declare.Operation], declare.Operation], str, str], ...] = (
    (_parameters(), "parameter", "query tags optional"),
    (_parameters(required=True), "parameter", "query tags optional"),
    (_parameters(style="form"), "parameter style", "query tags pipeDelimited joined"),
    (_changed(body=None), "body", "required"),
    (_optional_body, "body", "required"),
    (_body(0), "body media type", "body application/json"),
    (_body(1), "body media type", "body application/x-www-form-urlencoded"),
    (_responses(_of(404)), "response", "404"),
    (_responses(_of("default")), "response", "default"),
    (_responses(_of(200, content=())), "answer media type", "200 application/json"),
    (_responses(_of(200, headers=())), "answer header", "200 etag required"),
    (_changed(security=()), "security", "login[read write]"),
    (_scopes, "security", "login[read write]"),
)


@pytest.mark.parametrize(
    ("plant", "kind", "what"), PLANTED, ids=lambda item: item if isinstance(item, str) else ""
)
def test_a_loss_is_seen(
    made: tuple[Api, Package, Sequence[Diagnostic]],
    plant: Callable[[declare.Operation], declare.Operation],
    kind: str,
    what: str,
) -> None:
    api, package, diagnostics = made
    operations = [
        plant(operation) if operation.key == "putThing" else operation for operation in package.operations
    ]
    assert Fact(THING, kind, what) in mirror(api, replace(package, operations=operations), diagnostics).lost


def test_a_lost_operation_and_an_open_guard_are_seen(
    made: tuple[Api, Package, Sequence[Diagnostic]],
) -> None:
    api, package, diagnostics = made
    fewer = replace(package, operations=package.operations[1:])
    assert Fact(THING, "operation", "PUT") in mirror(api, fewer, diagnostics).lost
    guard = copy.deepcopy(dict(package.guard))
    guard["properties"]["putThing.body.application/json"] = True
    guard["properties"]["dropThing.parameters"]["properties"]["path"]["properties"]["id"] = {}
    lost = mirror(api, replace(package, guard=guard), diagnostics).lost
    assert lost == (
        Fact(THING, "guard", "body application/json"),
        Fact("DELETE /things/{id}", "guard", "path id"),
    )


def test_what_nobody_declared_is_seen(made: tuple[Api, Package, Sequence[Diagnostic]]) -> None:
    api, package, diagnostics = made
    more = replace(
        package.operations[1], responses=(*package.operations[1].responses, declare.Response(status=418))
    )
    changed = replace(package, operations=[package.operations[0], more, *package.operations[2:]])
    assert mirror(api, changed, diagnostics).invented == (Fact("DELETE /things/{id}", "response", "418"),)


def test_a_finding_at_the_place_excuses_and_one_elsewhere_does_not(
    made: tuple[Api, Package, Sequence[Diagnostic]],
) -> None:
    api, package, _ = made
    assert mirror(api, package, ()).lost  # the parameter of `picture`, which keeps it from being served
    parameter = api.operations[0].parameters[1]
    here = Diagnostic(code="unsupported-parameter", message="m", span=parameter.span)
    there = replace(here, span=api.operations[0].responses[0].span)
    operations = [_parameters()(package.operations[0]), *package.operations[1:]]
    planted = replace(package, operations=operations)
    assert Fact(THING, "parameter", "query tags optional") not in mirror(api, planted, [here]).lost
    assert Fact(THING, "parameter", "query tags optional") in mirror(api, planted, [there]).lost


def contracts() -> list[Path]:
    if not CORPUS.is_dir():
        return []
    found = [*CORPUS.iterdir(), *(path / "openapi.yaml" for path in CORPUS.iterdir() if path.is_dir())]
    return sorted(path for path in found if path.is_file() and path.stat().st_size <= SMALL)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real contracts is not beside this project")
@pytest.mark.parametrize("path", contracts(), ids=lambda path: path.relative_to(CORPUS).as_posix())
def test_real_contracts_lose_nothing(path: Path, tmp_path: Path) -> None:
    document = read_document(path, root=CORPUS)
    loaded = load_api(document, name=re.sub(r"\W", "_", path.stem))
    source = ContractSource(api=loaded.api, bundle=bundle(document, loaded).data, files={}, source=path.name)
    result = generate([source])
    write_tree(result.tree, tmp_path / "mirror_real")
    with importable(tmp_path, "mirror_real"):
        package = read_package(f"mirror_real.{result.packages[0]}")
    found = [*document.diagnostics, *loaded.diagnostics, *result.diagnostics]
    seen = mirror(loaded.api, package, found)
    assert (seen.lost, seen.invented) == ((), ())


def test_what_is_sent_is_compared_too(tmp_path: Path) -> None:
    write_spec(tmp_path / "spec", {"v1/openapi.yaml": SENDING})
    result = generate_all(tmp_path / "spec")
    write_tree(result.tree, tmp_path / "mirror_sent")
    with importable(tmp_path, "mirror_sent"):
        package = read_package("mirror_sent.v1")
    api = load(tmp_path / "spec")
    assert mirror(api, package, result.diagnostics).lost == ()
    webhook, callback = package.sent
    assert callback.body is not None
    planted = [
        replace(webhook, parameters=(), responses=()),
        replace(callback, body=replace(callback.body, content=())),
    ]
    lost = mirror(api, replace(package, sent=planted), result.diagnostics).lost
    assert {fact[1:] for fact in lost if fact.operation == "webhook made POST"} == {
        ("parameter", "header X-Sign required"),
        ("parameter style", "header X-Sign simple joined"),
        ("guard", "header X-Sign"),
        ("response", "204"),
    }
    of_callback = "callback done of POST /jobs: POST {$request.body#/url}"
    assert {fact[1:] for fact in lost if fact.operation == of_callback} == {
        ("body media type", "body application/json"),
        ("guard", "body application/json"),
    }


SENDING = """
    webhooks:
      made:
        post:
          parameters: [{name: X-Sign, in: header, required: true, schema: {type: string}}]
          responses: {'204': {description: ok}}
    paths:
      /jobs:
        post:
          operationId: start
          responses: {'204': {description: ok}}
          callbacks:
            done:
              '{$request.body#/url}':
                post:
                  requestBody: {content: {application/json: {schema: {type: object, properties: {a: {}}}}}}
                  responses: {default: {description: any}}
    """
