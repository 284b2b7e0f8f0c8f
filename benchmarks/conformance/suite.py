"""``make conformance``: the official JSON Schema test suite against a running, generated application.

Each test's data is posted to the operation whose body is the group's schema (200 where the suite says valid, 422 where
not), comes back through the models, and is answered by an implementation that holds it (200 and unchanged, or 500).
"""

from __future__ import annotations

import asyncio
import importlib
import json
import logging
import sys
import tempfile
import typing
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
from pydantic import TypeAdapter, ValidationError

from accord.bundle import bundle
from accord.contract.load import load_api
from accord.emit.python.generate import ContractSource, GenerateOptions, generate
from accord.emit.tree import write_tree
from accord.runtime import create_app
from accord.source.document import read_document
from benchmarks.conformance.suite_contract import (
    PARTS,
    Group,
    Json,
    LeftOut,
    Oracle,
    Part,
    contracts,
    draft4_remotes,
    oracle,
    read_groups,
    remote_file,
)

REASONS: Final[Mapping[str, str]] = {
    "schema that uses custom metaschema with with no validation vocabulary: no validation: invalid number, but it still "
    "validates": "A contract has the dialect of OpenAPI: a meta-schema that takes vocabularies away is not followed "
    "(warning `schema-dialect`).",
    "integer type matches integers: a boolean is not an integer": "`True` where `int` is declared: Python counts it as "
    "one, and what leaves is `1`, which the schema allows.",
    "multiple types can be specified in an array: a boolean is invalid": "As above.",
    "validation of host names: hostname with consecutive hyphens (RFC1123)": "The guard is draft 2020-12, whose host names "
    "(RFC 5890) keep hyphens in the third and fourth place for encoded ones.",
}
"""Why a test goes another way than the suite has it, by its group and description."""


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What became of a part of the suite: how many tests ran, and by their names those that went wrong, as body and as answer."""

    part: Part
    total: int = 0
    requests: dict[str, str] = field(default_factory=dict[str, str])
    responses: dict[str, str] = field(default_factory=dict[str, str])
    left: Sequence[LeftOut] = ()

    @property
    def unexplained(self) -> dict[str, str]:
        """What went wrong without a known reason."""
        wrong = {**self.requests, **self.responses}
        return {name: what for name, what in wrong.items() if reason(name) is None}


def reason(name: str) -> str | None:
    """Why the test *name* (``file: group: description``) goes another way, if that is known."""
    return REASONS.get(name.partition(": ")[2])


def run_part(suite: Path, part: Part, folder: Path) -> Outcome:
    """Generate the contracts of *part* below *folder* (which is on ``sys.path``) and run every test on them."""
    groups, left = read_groups(suite, part)
    outcome = Outcome(part=part, left=left)
    sources: list[ContractSource] = []
    members: list[list[Group]] = []
    spec = folder / f"spec_{part.replace('-', '_').replace('.', '_')}"
    for name, schema in draft4_remotes(suite).items() if part == "openapi-3.0" else ():
        _write(spec / "remotes" / remote_file(name), schema)
    for number, (document, inside) in enumerate(contracts(groups, suite, part), 1):
        path = spec / f"v{number}" / "openapi.json"
        _write(path, document)
        read = read_document(path, root=spec)
        loaded = load_api(read, name=f"v{number}")
        files = {origin: tree.source.text for origin, tree in read.files.items()}
        data = bundle(read, loaded).data
        sources.append(ContractSource(api=loaded.api, bundle=data, files=files, source=f"spec/v{number}/"))
        members.append(inside)
    result = generate(sources, GenerateOptions(formats="annotate" if part == "main" else "assert"))
    package = f"generated_{spec.name}"
    write_tree(result.tree, folder / package)
    importlib.invalidate_caches()
    for name, inside in zip(result.packages, members, strict=True):
        with _quiet():
            asyncio.run(_ask(f"{package}.{name}", inside, suite, outcome))
    return outcome


def _write(path: Path, document: Json) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document), encoding="utf-8")


@contextmanager
def _quiet() -> Generator[None]:
    """Without the log's line for each response that breaks its contract."""
    before = logging.root.manager.disable
    logging.disable()
    try:
        yield
    finally:
        logging.disable(before)


async def _ask(package: str, groups: Sequence[Group], suite_folder: Path, outcome: Outcome) -> None:
    protocol = importlib.import_module(f"{package}.protocols").SuiteApi
    suite = _Suite()
    app = create_app()
    importlib.import_module(package).install(app, suite=lambda: suite)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://suite.invalid") as client:
        for number, group in enumerate(groups):
            of = _Group(
                adapter=_converter(protocol, f"get_g{number}"),
                oracle=oracle(group.schema, suite_folder, outcome.part),
            )
            for test in group.tests:
                name = f"{group.name}: {test['description']}"
                outcome.total += 1
                wrong = await _posted(client, f"/g{number}", test)
                outcome.requests.update({name: wrong} if wrong else {})
                wrong = await _answered(client, f"/g{number}", test, suite, of)
                outcome.responses.update({name: wrong} if wrong else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    adapter: TypeAdapter[Any]  # Any: a type of generated code
    oracle: Oracle


class _Suite:
    """An implementation: it sends back what was posted, or ``held``."""

    held: Any = None  # Any: whatever the suite has

    def __getattr__(self, name: str) -> Any:  # Any: a method of the generated protocol
        async def post(*, body: Any) -> None:  # Any: the type of the group
            self.held = body

        async def get() -> Any:  # Any: see above
            return self.held

        return post if name.startswith("post") else get


def _converter(protocol: Any, function: str) -> TypeAdapter[Any]:  # Any: a generated protocol
    declared = getattr(protocol, function, None)
    if declared is None:  # an operation that is not served: its requests tell
        return TypeAdapter(Any)
    return TypeAdapter(typing.get_type_hints(declared, include_extras=True)["return"])


async def _posted(client: httpx.AsyncClient, path: str, test: Mapping[str, Json]) -> str:
    """What is wrong with the response to a request with the data of *test*; empty if nothing."""
    response = await client.post(
        path, content=json.dumps(test["data"]), headers={"content-type": "application/json"}
    )
    wanted = 204 if test["valid"] else 422
    return "" if response.status_code == wanted else _unexpected(wanted, response)


async def _answered(
    client: httpx.AsyncClient, path: str, test: Mapping[str, Json], suite: _Suite, of: _Group
) -> str:
    """The same where the implementation answers: with the data as the type of the contract, and with the bare data.

    What is valid goes out unchanged, without what the model does not declare. Bare data that is not valid never leaves, nor
    does anything else that is not.
    """
    data = test["data"]
    try:
        suite.held = of.adapter.validate_python(data, by_alias=True, by_name=False)
    except ValidationError as error:
        if test["valid"]:
            return f"no value of the declared type: {error.errors()[0]['msg']}"
    else:
        response = await client.get(path)
        if response.status_code == 200:
            sent = response.json()
            if not of.oracle.is_valid(sent):
                return f"{response.text[:100]} left, which the schema forbids"
            if test["valid"] and not kept(sent, data):
                return f"{json.dumps(data)[:100]} came out as {response.text[:100]}"
        elif test["valid"] or response.status_code != 500:
            return _unexpected(200, response)
    if test["valid"]:
        return ""
    suite.held = data
    response = await client.get(path)
    return "" if response.status_code == 500 else _unexpected(500, response)


def _unexpected(wanted: int, response: httpx.Response) -> str:
    return f"{wanted} expected, got {response.status_code}: {response.text[:200]}"


def kept(sent: Json, data: Json) -> bool:
    """Whether *sent* is *data*: ``1`` is ``1.0``, and neither is ``true``.

    Objects may lack what the model does not declare, and have its defaults.
    """
    match sent, data:
        case dict(), dict():
            return all(kept(value, data[key]) for key, value in sent.items() if key in data)
        case list(), list():
            return len(sent) == len(data) and all(map(kept, sent, data))
        case _:
            return isinstance(sent, bool) is isinstance(data, bool) and bool(sent == data)


def run_suite(suite: Path) -> list[Outcome]:
    """Every part of the suite, in a folder that is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="suite-") as temporary:
        sys.path.insert(0, temporary)
        try:
            return [run_part(suite, part, Path(temporary)) for part in PARTS]
        finally:
            sys.path.remove(temporary)
