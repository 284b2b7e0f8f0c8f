"""Every operation of a contract, tried by one user on the resources of another: the responses must reveal nothing.

The same requests go to two services. In the first one, the user ada owns a resource of every kind that the contract
lets her create. In the second one, she has deleted them. Bob requests them from both, by her ids and with her headers.
Both services must give him the same response, and 404 wherever the contract has an id in the path: then nothing of
hers is read, counted, changed or even known to exist.

What to send is taken from the contract: a new operation is walked without a new test, or the walk says that it cannot
find an id for it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any  # JSON has no narrower type

import anyio
from fastapi import FastAPI
from sqlalchemy import delete

from impl.app import create_service
from impl.core.ownership import FOR_ALL_OWNERS, Owned
from tests.service.api.support import PASSWORD, Caller, served, settings, sign_in
from tests.service.servers import Backend

_METHODS = ("get", "put", "post", "patch", "delete")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")
_COMPARED = ("content-type", "etag", "location", "cache-control")


@dataclass(frozen=True, kw_only=True)
class Operation:
    """An operation of the bundled contract."""

    method: str
    path: str
    node: Any
    parameters: tuple[Any, ...]

    @property
    def name(self) -> str:
        return str(self.node["operationId"])

    def bodies(self) -> list[tuple[str | None, bytes | None]]:
        """Each media type with each of its examples."""
        found: list[tuple[str | None, bytes | None]] = []
        for media_type, described in self.node.get("requestBody", {}).get("content", {}).items():
            examples = described["examples"].values()
            found += [(media_type, json.dumps(example["value"]).encode()) for example in examples]
        return found or [(None, None)]

    def ids(self) -> list[str]:
        return [parameter["name"] for parameter in self.parameters if parameter["in"] == "path"]


class Contract:
    """What the walk reads of a contract: the document that the service itself gives out."""

    def __init__(self, document: Any) -> None:
        self._document = document
        self.operations = list(self._read())

    def resolve(self, node: Any) -> Any:
        while "$ref" in node:
            target = self._document
            for step in node["$ref"].removeprefix("#/").split("/"):
                target = target[step.replace("~1", "/").replace("~0", "~")]
            node = target
        return node

    def of_a_user(self) -> list[Operation]:
        """The operations that take the token of a user."""
        return [
            operation
            for operation in self.operations
            if any("oauth2" in way for way in self._security(operation))
        ]

    def creating(self) -> list[tuple[Operation, dict[str, str]]]:
        """The operations of a user that create something, and where in the response each parameter of others is."""
        found: list[tuple[Operation, dict[str, str]]] = []
        for operation in self.of_a_user():
            created = self.resolve(operation.node["responses"].get("201", {}))
            sources: dict[str, str] = {}
            for link in created.get("links", {}).values():
                sources.update(self.resolve(link).get("parameters", {}))
            if sources:
                found.append((operation, sources))
        return found

    def _security(self, operation: Operation) -> Any:
        return operation.node.get("security", self._document.get("security", []))

    def _read(self) -> Iterator[Operation]:
        for path, reference in self._document["paths"].items():
            item = self.resolve(reference)
            for method in _METHODS:
                if method in item:
                    given = [*item.get("parameters", ()), *item[method].get("parameters", ())]
                    parameters = tuple(self.resolve(parameter) for parameter in given)
                    yield Operation(method=method, path=path, node=item[method], parameters=parameters)


@dataclass
class World:
    """A running service, ada's things in it, and what bob knows of them: her ids, and the headers that she uses."""

    app: FastAPI
    contract: Contract
    ada: Caller
    bob: Caller
    known: dict[str, str] = field(default_factory=dict[str, str])
    places: list[str] = field(default_factory=list[str])

    def fill(self) -> None:
        """Let ada create what the contract lets her, and read it all, so that it is in every cache."""
        for operation, sources in self.contract.creating():
            for media_type, body in operation.bodies():
                headers = self.headers(operation, every=True)
                response = self.ada.send(
                    operation.method.upper(), operation.path, content=body, headers=_with(headers, media_type)
                )
                assert response.status_code == 201, response.text
                self.known.update(headers)
                self.known.update({name: _value(response, source) for name, source in sources.items()})
                # What a client may send to learn whether something has changed is known to bob as well.
                self.known["If-None-Match"] = self.known.get("If-Match", "*")
                self.places.append(response.headers["Location"])
                break
        for operation in self.contract.of_a_user():
            if operation.method == "get":
                self.ada.get(self.path(operation))

    def forget(self) -> None:
        """Remove what ada owns, rows and all: of what bob knows nothing is there."""

        async def work() -> None:
            database = (await self.app.state.service.resources()).database
            async with database.unit_of_work() as session:
                for owned in Owned.__subclasses__():
                    await session.execute(delete(owned), execution_options=dict(FOR_ALL_OWNERS))

        anyio.run(work)

    def path(self, operation: Operation) -> str:
        """The path with ada's ids in it."""
        path = operation.path
        for name in operation.ids():
            assert name in self.known, (
                f"{operation.name}: no operation of the contract gives a {name} by a link"
            )
            path = path.replace("{" + name + "}", self.known[name])
        return path

    def headers(self, operation: Operation, *, every: bool) -> dict[str, str]:
        """The declared headers as ada uses them, or as the contract shows them; without `every` the required ones."""
        return {
            parameter["name"]: self.known.get(parameter["name"], str(parameter.get("example", "")))
            for parameter in operation.parameters
            if parameter["in"] == "header" and (every or parameter.get("required", False))
        }

    def state(self) -> list[Any]:
        """What ada sees of her things."""
        return [_seen(self.ada.http.get(place, headers=self.ada.headers)) for place in self.places]


def _user(anybody: Caller, name: str) -> Caller:
    """A user of the same name in every world."""
    response = anybody.post("/users", json={"username": name, "password": PASSWORD})
    assert response.status_code == 201, response.text
    return sign_in(anybody, name)


@contextmanager
def world(folder: Path, version: str, backend: Backend) -> Iterator[World]:
    """A new world with ada's things in it."""
    folder.mkdir()
    app = create_service(settings(folder, **backend.settings()))
    with served(app) as client:
        anybody = Caller(http=client, version=version)
        contract = Contract(anybody.get("/openapi.json").json())
        found = World(app, contract, ada=_user(anybody, "ada"), bob=_user(anybody, "bob"))
        found.fill()
        yield found


def leaks(full: World, empty: World) -> list[str]:
    """Let bob try every operation in both worlds; return where it shows that ada owns something."""
    before = full.state()
    found: list[str] = []
    for operation in full.contract.of_a_user():
        for every in (True, False):
            for media_type, body in operation.bodies():
                responses = [_try(world, operation, every, media_type, body) for world in (full, empty)]
                found += [f"{operation.name}: {fault}" for fault in _faults(operation, *responses)]
        if full.state() != before:
            found.append(f"{operation.name}: what belongs to ada was changed")
            before = full.state()
    return found


def _try(world: World, operation: Operation, every: bool, media_type: str | None, body: bytes | None) -> Any:
    headers = world.headers(operation, every=every)
    return world.bob.send(
        operation.method.upper(), world.path(operation), content=body, headers=_with(headers, media_type)
    )


def _faults(operation: Operation, full: Any, empty: Any) -> Iterator[str]:
    if full.status_code >= 500 or empty.status_code >= 500:
        yield f"answered {full.status_code}"
    elif operation.ids() and full.status_code != 404:
        yield f"answered {full.status_code} where only 404 tells nothing"
    elif _seen(full) != _seen(empty):
        yield "answered otherwise than if ada owned nothing"


def _seen(response: Any) -> Any:
    """A response without what is never the same twice."""
    headers = {name: response.headers.get(name) for name in _COMPARED}
    body = _MOMENT.sub("a moment", response.text)
    if "json" in (headers["content-type"] or ""):
        data = json.loads(body)
        if isinstance(data, dict):
            data.pop("trace_id", None)
        return response.status_code, headers, data
    return response.status_code, headers, body


def _with(headers: dict[str, str], media_type: str | None) -> dict[str, str]:
    return headers if media_type is None else {**headers, "Content-Type": media_type}


def _value(response: Any, source: str) -> str:
    """The value of a runtime expression of a link."""
    kind, _, rest = source.removeprefix("$response.").partition("." if ".header." in source else "#/")
    if kind == "header":
        return str(response.headers[rest])
    value = response.json()
    for step in rest.split("/"):
        value = value[step]
    return str(value)
