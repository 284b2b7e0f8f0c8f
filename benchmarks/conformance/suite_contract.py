"""The official JSON Schema test suite as contracts: each group's schema is the body and the response of an operation.

A contract fetches nothing. What the suite serves at ``http://localhost:1234``, and the meta-schemas of JSON Schema, stand in
``components/schemas`` with their address as ``$id``, so that references find them there. A schema without an ``$id`` that
refers to itself gets one: what would be its address. Groups that give one address to different schemas go into
contracts of their own. OpenAPI 3.0 has no ``$id``: there the remote schemas are files of the contract, and references
are rewritten to where they are.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias
from urllib.parse import urljoin

import jsonschema_rs

from accord.contract.schema import JsonValue

Part: TypeAlias = Literal["main", "formats", "openapi-3.0"]
Oracle: TypeAlias = "jsonschema_rs.Draft4Validator | jsonschema_rs.Draft202012Validator"
Json: TypeAlias = JsonValue
JsonObject: TypeAlias = dict[str, JsonValue]

PARTS: Final[Mapping[Part, str]] = {
    "main": "draft 2020-12, formats as annotation",
    "formats": "draft 2020-12, `optional/format`, formats asserted",
    "openapi-3.0": "OpenAPI 3.0, what it shares with draft 4 and its `optional/format`, formats asserted",
}

REMOTES: Final = "http://localhost:1234/"
META: Final = "https://json-schema.org/draft/2020-12/"

SHARED_KEYWORDS: Final = frozenset(
    {"type", "enum", "multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum", "maxLength"}
    | {"minLength", "pattern", "items", "maxItems", "minItems", "uniqueItems", "maxProperties"}
    | {"minProperties", "required", "properties", "additionalProperties", "allOf", "anyOf", "oneOf", "not"}
    | {"format", "default", "title", "description", "$ref"}
)
"""Keywords that OpenAPI 3.0 took over from draft 4 with their meaning."""

ADDED_KEYWORDS: Final = frozenset({"definitions", "$comment"})
"""Keywords without a meaning of their own: a reference may lead into them, and nobody else looks."""

_DATA: Final = frozenset({"enum", "const", "default", "example", "examples"})
_NAMES: Final = frozenset(
    {"properties", "patternProperties", "definitions", "$defs", "dependentSchemas", "dependencies"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group of the suite: ``tests`` are its ``data`` with ``valid`` and ``description``."""

    name: str
    schema: Json
    tests: Sequence[Mapping[str, Any]]  # Any: `data` is JSON, `valid` is not


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Tests of a group that a dialect does not share, and why."""

    name: str
    tests: int
    reason: str


def read_groups(suite: Path, part: Part) -> tuple[list[Group], list[LeftOut]]:
    """The groups of *part*, and what is left out of it, from the folder of the suite."""
    draft = suite / "tests" / ("draft4" if part == "openapi-3.0" else "draft2020-12")
    files = sorted((draft / "optional" / "format").glob("*.json")) if part != "main" else []
    if part != "formats":
        files = [*sorted(draft.glob("*.json")), *files]
    groups: list[Group] = []
    left: list[LeftOut] = []
    for path in files:
        for group in json.loads(path.read_text(encoding="utf-8")):
            name = f"{path.stem}: {group['description']}"
            reason = not_shared(group["schema"], draft4_remotes(suite)) if part == "openapi-3.0" else ""
            if reason:
                left.append(LeftOut(name=name, tests=len(group["tests"]), reason=reason))
            else:
                groups.append(Group(name=name, schema=group["schema"], tests=group["tests"]))
    return groups, left


def not_shared(schema: Json, remotes: Mapping[str, Json]) -> str:
    """What of *schema* (draft 4) OpenAPI 3.0 does not have or reads in another way; empty if nothing."""
    for part in _schemas(schema):
        ref = part.get("$ref")
        if isinstance(ref, str) and "://" in ref and _remote_path(ref) not in remotes:
            return f"a reference to `{ref.partition('#')[0]}`, which it cannot hold"
        if isinstance(part.get("items"), list):
            return "`items` as a list"
        types = part.get("type")
        if isinstance(types, list):
            return "`type` as a list"
        if types == "null":
            return "the type `null`"
        strange = sorted(part.keys() - SHARED_KEYWORDS - ADDED_KEYWORDS)
        if strange:
            return f"`{strange[0]}`"
    return ""


def oracle(schema: Any, suite: Path, part: Part) -> Oracle:
    """Another validator of *schema* (a schema, whatever type checkers think), straight from the suite."""
    if part == "openapi-3.0":
        served = {f"{REMOTES}{name}": remote for name, remote in draft4_remotes(suite).items()}
        registry = jsonschema_rs.Registry(list(served.items()), draft=jsonschema_rs.Draft4)
        return jsonschema_rs.Draft4Validator(schema, registry=registry, validate_formats=True)
    served = {str(remote["$id"]): remote for remote in _remotes(suite).values()}
    registry = jsonschema_rs.Registry(list(served.items()), draft=jsonschema_rs.Draft202012)
    return jsonschema_rs.Draft202012Validator(schema, registry=registry, validate_formats=part == "formats")


def contracts(groups: Sequence[Group], suite: Path, part: Part) -> list[tuple[Json, list[Group]]]:
    """OpenAPI documents with the groups in each: the operations of the group at index *n* are ``post`` and ``get /g<n>``."""
    parts: list[tuple[set[str], list[Group]]] = []
    remotes = {} if part == "openapi-3.0" else _remotes(suite)
    taken = {address for schema in remotes.values() for address in _addresses(schema)}
    for group in groups:
        own = set(_addresses(group.schema)) if part != "openapi-3.0" else set[str]()
        for addresses, members in parts:
            if not own & addresses:
                addresses.update(own)
                members.append(group)
                break
        else:
            parts.append((taken | own, [group]))
    return [(_document(members, remotes, part), members) for _, members in parts]


def _document(groups: Sequence[Group], remotes: Mapping[str, JsonObject], part: Part) -> JsonObject:
    paths: JsonObject = {
        f"/g{number}": _operations(number, group, part) for number, group in enumerate(groups)
    }
    document: JsonObject = {
        "openapi": "3.0.4" if part == "openapi-3.0" else "3.1.1",
        "info": {"title": "Suite", "version": "1"},
        "paths": paths,
    }
    text = json.dumps(paths)
    if part != "openapi-3.0" and (REMOTES in text or META in text.replace('"$schema": "' + META, "")):
        document["components"] = {"schemas": dict(remotes)}
    return document


def _operations(number: int, group: Group, part: Part) -> JsonObject:
    place = f"#/paths/~1g{number}/post/requestBody/content/application~1json/schema"
    schema = _moved(group.schema, place) if part == "openapi-3.0" else _addressed(group.schema, number)
    body: JsonObject = {"application/json": {"schema": schema}}
    response: JsonObject = {
        "200": {"description": "the same", "content": {"application/json": {"schema": {"$ref": place}}}}
    }
    return {
        "post": {
            "operationId": f"postG{number}",
            "tags": ["suite"],
            "requestBody": {"required": True, "content": body},
            "responses": {"204": {"description": "accepted"}},
        },
        "get": {"operationId": f"getG{number}", "tags": ["suite"], "responses": response},
    }


def _addressed(schema: Json, number: int) -> Json:
    """*schema* with an ``$id``, where references need one: without it they are relative to the whole contract."""
    if not isinstance(schema, dict) or "$id" in schema:
        return schema
    keywords = {key for part in _schemas(schema) for key in part}
    if keywords.isdisjoint({"$ref", "$dynamicRef", "$anchor", "$dynamicAnchor", "$id"}):
        return schema
    return {"$id": f"urn:suite:group-{number}", **schema}


def _moved(schema: Json, place: str) -> Json:
    """*schema* (OpenAPI 3.0, without any ``$id``) with its references to itself led to its *place*."""
    if isinstance(schema, list):
        return [_moved(member, place) for member in schema]
    if not isinstance(schema, dict):
        return schema
    out: dict[str, Json] = {}
    for key, value in schema.items():
        if key == "$ref" and isinstance(value, str):
            path, mark, fragment = value.partition("#")
            out[key] = (
                f"../remotes/{remote_file(path)}{mark}{fragment}" if path else place + mark[1:] + fragment
            )
        else:
            out[key] = value if key in _DATA else _moved(value, place)
    return out


@cache
def draft4_remotes(suite: Path) -> dict[str, Json]:
    """The remote schemas that OpenAPI 3.0 can hold, by their path."""
    folder = suite / "remotes"
    files = [folder / "integer.json", *sorted((folder / "draft4").rglob("*.json"))]
    found = {
        path.relative_to(folder).as_posix(): json.loads(path.read_text(encoding="utf-8")) for path in files
    }
    return {name: schema for name, schema in found.items() if not not_shared(schema, {})}


def _remote_path(ref: str) -> str:
    return ref.partition("#")[0].removeprefix(REMOTES)


def remote_file(address: str) -> str:
    """What the file of a remote schema is called: nothing that a schema inside of another one is called."""
    return f"served.{_remote_path(address).replace('/', '.')}"


@cache
def _remotes(suite: Path) -> dict[str, JsonObject]:
    """The remote schemas by the name of a component, each under the address that it is served at."""
    found: dict[str, JsonObject] = {}
    folder = suite / "remotes"
    for path in sorted((folder / "draft2020-12").rglob("*.json")):
        name = path.relative_to(folder).as_posix()
        address = REMOTES + name
        schema = json.loads(path.read_text(encoding="utf-8"))
        own = schema.get("$id", address)
        if own != address:  # it is found by the address that it is served at too
            schema = {"$id": address, "$ref": own, "$defs": {"served": schema}}
        found["remote." + name.replace("/", ".").removesuffix(".json")] = {"$id": address, **schema}
    return {**found, **_meta_schemas()}


def _meta_schemas() -> dict[str, JsonObject]:
    registry: Any = import_module("jsonschema_specifications").REGISTRY  # Any: the package has no types
    names = ["schema", *(f"meta/{vocabulary}" for vocabulary in _VOCABULARIES)]
    return {f"meta.{name.replace('/', '.')}": registry.contents(META + name) for name in names}


_VOCABULARIES: Final = (
    *("core", "applicator", "unevaluated", "validation", "meta-data", "format-annotation", "content"),
    "format-assertion",
)


def _addresses(schema: Json, base: str = "") -> Iterator[str]:
    """The addresses that the schemas inside of *schema* give themselves."""
    if isinstance(schema, list):
        for member in schema:
            yield from _addresses(member, base)
    if not isinstance(schema, dict):
        return
    own = schema.get("$id")
    if isinstance(own, str):
        base = urljoin(base, own)
        yield base
    for key, value in schema.items():
        if key not in _DATA:
            yield from _addresses(value, base)


def _schemas(schema: Json) -> Iterator[Mapping[str, Json]]:
    """*schema* and every schema inside of it that is an object."""
    if isinstance(schema, list):
        for member in schema:
            yield from _schemas(member)
    if not isinstance(schema, dict):
        return
    yield schema
    for key, value in schema.items():
        if key in _DATA:
            continue
        if key in _NAMES and isinstance(value, dict):
            for member in value.values():
                yield from _schemas(member)
        else:
            yield from _schemas(value)
