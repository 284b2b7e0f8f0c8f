"""Contracts broken at random: whatever stands anywhere, it is loaded and bundled without an exception."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accord.bundle import bundle
from accord.contract.load import load_api
from accord.errors import ContractUnusableError
from accord.source.document import read_document

WHOLE: dict[str, Any] = {
    "openapi": "3.2.0",
    "info": {"title": "T", "version": "1", "contact": {"name": "n"}},
    "servers": [{"url": "/{v}", "variables": {"v": {"default": "1", "enum": ["1"]}}}],
    "security": [{"key": []}, {}],
    "tags": [{"name": "a"}],
    "paths": {
        "/x/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
            "get": {
                "operationId": "getX",
                "parameters": [{"$ref": "#/components/parameters/P"}],
                "responses": {
                    "200": {
                        "description": "d",
                        "headers": {"H": {"$ref": "#/components/headers/H"}},
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}},
                        "links": {
                            "l": {"operationId": "getX"},
                            "m": {"operationRef": "#/paths/~1x~1{id}/get"},
                        },
                    },
                    "default": {"$ref": "#/components/responses/R"},
                },
            },
            "post": {
                "requestBody": {"$ref": "#/components/requestBodies/B"},
                "callbacks": {"c": {"{$url}": {"put": {"responses": {"200": {"description": "d"}}}}}},
            },
            "additionalOperations": {"LINK": {"responses": {}}},
        },
        "/y": {"$ref": "#/components/pathItems/Y"},
    },
    "webhooks": {"w": {"post": {}}},
    "components": {
        "schemas": {
            "A": {
                "type": ["object", "null"],
                "properties": {"a": {"$ref": "#/components/schemas/B"}, "b": {"enum": [1], "minimum": 0}},
                "required": ["a"],
                "discriminator": {"propertyName": "k", "mapping": {"b": "B"}},
                "allOf": [{"if": {"const": 1}, "then": False}],
                "$defs": {"D": {"$anchor": "d", "items": {"$ref": "#d"}}},
            },
            "B": {
                "$id": "https://e.org/b",
                "oneOf": [{"$ref": "#/$defs/C"}, True],
                "$defs": {"C": {"example": 1}},
            },
        },
        "parameters": {"P": {"name": "p", "in": "query", "content": {"a/b": {"schema": {}}}}},
        "headers": {"H": {"schema": {"type": "integer"}, "examples": {"e": {"value": 1}}}},
        "responses": {"R": {"description": "r"}},
        "requestBodies": {"B": {"content": {"multipart/form-data": {"encoding": {"f": {"headers": {}}}}}}},
        "pathItems": {"Y": {"get": {"security": []}}},
        "securitySchemes": {
            "key": {"type": "apiKey", "in": "header", "name": "K"},
            "o": {"type": "oauth2", "flows": {"password": {"tokenUrl": "/t", "scopes": {"a": "b"}}}},
        },
    },
}
REPLACEMENTS: list[Any] = [
    *(None, 5, -1.5, True, "x", "", [], {}, [5], ["a"], {"a": 1}),
    *(
        {"$ref": ref}
        for ref in (5, "", "#", "#/paths", "#/components/schemas/Nope", "http://[bad", "//h", "#d", "#/a~")
    ),
    *({"$ref": f"#/components/{part}"} for part in ("schemas/A", "responses/R", "pathItems/Y", "headers/H")),
    *({"$id": value} for value in ("x", "#a", "http://[bad", "", 5)),
    *({"$anchor": "a", "$ref": "#a"}, {"$dynamicRef": "#d"}, {"x-accord-name": "A"}, {"x-accord-name": 5}),
    {"discriminator": {"propertyName": "k", "mapping": {"a": "//x", "b": "", "c": 5}}},
]


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*path, key)
        yield from places(inner, (*path, key))


def identifiers(data: Any) -> int:
    text = json.dumps(data)
    return text.count('"$id"') + text.count('"$anchor"')


PLACES = list(places(WHOLE))


@st.composite
def broken(draw: st.DrawFn) -> dict[str, Any]:
    """The contract with up to three of its values replaced, extended or removed."""
    result = copy.deepcopy(WHOLE)
    for path in draw(st.lists(st.sampled_from(PLACES), min_size=1, max_size=3)):
        owner: Any = result
        try:
            for key in path[:-1]:
                owner = owner[key]
            before = owner[path[-1]]
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took this place away
        replacement = copy.deepcopy(draw(st.sampled_from(REPLACEMENTS)))
        if draw(st.booleans()) and isinstance(before, dict) and isinstance(replacement, dict):
            before.update(replacement)
        elif draw(st.integers(0, 4)) == 0:
            del owner[path[-1]]
        else:
            owner[path[-1]] = replacement
    return result


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(broken())
def test_nothing_in_a_contract_stops_the_loader(data: dict[str, Any]) -> None:
    with TemporaryDirectory() as name:
        entry = Path(name) / "openapi.json"
        entry.write_text(json.dumps(data), encoding="utf-8")
        try:
            document = read_document(entry)
        except ContractUnusableError as error:
            assert error.diagnostics  # noqa: PT017 (only a contract without a usable version comes here)
            return
        loaded = load_api(document, name="t")
        assert all(finding.span.file.endswith("openapi.json") for finding in loaded.diagnostics)
        result = bundle(document, loaded)
        entry.write_text(result.to_json(), encoding="utf-8")
        again = load_api(read_document(entry), name="t")
        # After a clash the bundle has other names; an identifier in a wrong place may name what is no schema.
        has_clash = any(finding.code == "name-clash" for finding in loaded.diagnostics)
        if not has_clash and identifiers(data) == identifiers(WHOLE):
            assert again.api == loaded.api


def test_the_whole_contract_has_no_finding(tmp_path: Path) -> None:
    entry = tmp_path / "openapi.json"
    entry.write_text(json.dumps(WHOLE), encoding="utf-8")
    document = read_document(entry)
    loaded = load_api(document, name="t")
    assert (*document.diagnostics, *loaded.diagnostics) == ()
    assert len(loaded.api.operations) == 4
