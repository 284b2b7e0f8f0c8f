"""Schemas as requests and as responses see them, for generators that know one model for both.

Such a generator would demand a ``readOnly`` id of whoever creates something, and offer a ``writeOnly`` password to read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Literal, TypeAlias
from urllib.parse import unquote

from accord.contract.schema import JsonValue
from accord.publish.references import reachable
from accord.publish.walk import rewrite_document
from accord.sdk.model import Object, value_at
from accord.source.pointer import join, split, to_fragment

Side: TypeAlias = Literal["request", "response"]
_PREFIX: Final = "#/components/schemas/"
_HIDDEN: Final[dict[Side, str]] = {"request": "readOnly", "response": "writeOnly"}


def with_views(document: Object) -> Object:
    """*document* with a component ``<Name>Write`` for each schema that requests see otherwise than responses.

    A schema that only requests use keeps its name.
    """
    views = _Views(document)

    def whole(side: Side) -> Object:
        return rewrite_document(document, {"schema": lambda schema, _: views.project(schema, side)})

    requests, responses = whole("request"), whole("response")
    result = rewrite_document(
        responses, {"operation": lambda operation, pointer: _with_body(operation, pointer, requests)}
    )
    return _with_components(result, requests, views)


def _with_components(document: Object, requests: Object, views: _Views) -> Object:
    """*document* (as responses see it) with the components that requests see otherwise."""
    components, written = document.get("components"), requests.get("components")
    if not isinstance(components, dict) or not isinstance(written, dict):
        return document
    result = {**components}
    if "requestBodies" in written:
        result["requestBodies"] = written["requestBodies"]
    schemas, seen_by_requests = result.get("schemas"), written.get("schemas")
    if isinstance(schemas, dict) and isinstance(seen_by_requests, dict):
        copies = {new: _untitled(seen_by_requests[name]) for name, new in views.names.items() if new != name}
        written_only = {name: seen_by_requests[name] for name, new in views.names.items() if new == name}
        result["schemas"] = {**schemas, **written_only, **copies}
    return {**document, "components": result}


def _untitled(schema: JsonValue) -> JsonValue:
    """Generators name models by title: the copy goes by its name."""
    if not isinstance(schema, dict):
        return schema
    return {key: value for key, value in schema.items() if key != "title"}


def _with_body(operation: Object, pointer: str, requests: Object) -> Object:
    """An operation with its request body as requests see it."""
    if "requestBody" not in operation:
        return operation
    value = value_at(requests, pointer)
    return {**operation, "requestBody": value["requestBody"]} if isinstance(value, dict) else operation


class _Views:
    """``names`` leads from a component to the name of its request view, which may be its own."""

    def __init__(self, document: Object) -> None:
        components = document.get("components")
        schemas = components.get("schemas") if isinstance(components, dict) else None
        self._schemas: Object = schemas if isinstance(schemas, dict) else {}
        differing = self._differing()
        read = {name for section, name in _read(document) if section == "schemas"}
        self.names = {
            name: self._fresh(f"{name}Write") if name in read else name
            for name in self._schemas
            if name in differing
        }

    def project(self, schema: Object, side: Side) -> Object:
        """*schema*, whose parts are projected, as *side* sees it."""
        result = dict(schema)
        reference = result.get("$ref")
        if side == "request" and isinstance(reference, str) and (name := _named(reference)) in self.names:
            result["$ref"] = to_fragment(join("/components/schemas", self.names[name]))
        properties = result.get("properties")
        if not isinstance(properties, dict):
            return result
        hidden = {name for name, prop in properties.items() if self._is_marked(prop, _HIDDEN[side])}
        result["properties"] = {name: prop for name, prop in properties.items() if name not in hidden}
        required = result.get("required")
        if isinstance(required, list):
            result["required"] = [name for name in required if name not in hidden]
        return result

    def _differing(self) -> set[str]:
        """Components whose views differ: by a mark of their own, or by a reference to one whose views do."""
        marked = {name for name, schema in self._schemas.items() if any(map(self._marks, _parts(schema)))}
        users = {
            name: {_named(ref) for part in _parts(schema) if isinstance(ref := part.get("$ref"), str)}
            for name, schema in self._schemas.items()
        }
        while more := {name for name, used in users.items() if name not in marked and used & marked}:
            marked |= more
        return marked

    def _marks(self, part: Object) -> bool:
        """Whether a schema has a property that one side does not see."""
        properties = part.get("properties")
        values: Iterable[JsonValue] = properties.values() if isinstance(properties, dict) else ()
        return any(self._is_marked(value, mark) for value in values for mark in _HIDDEN.values())

    def _is_marked(self, schema: JsonValue, mark: str) -> bool:
        """Whether *mark* stands on *schema* or on what it refers to."""
        if not isinstance(schema, dict):
            return False
        if schema.get(mark) is True:
            return True
        target = self._schemas.get(_named(str(schema.get("$ref", ""))))
        return isinstance(target, dict) and target.get(mark) is True

    def _fresh(self, name: str) -> str:
        """*name*, which no component has."""
        while name in self._schemas:
            name += "_"
        return name


def _read(document: Object) -> frozenset[tuple[str, str]]:
    """Components that operations need apart from their request bodies."""

    def operation(value: Object, _pointer: str) -> JsonValue:
        return {key: member for key, member in value.items() if key != "requestBody"}

    return reachable(rewrite_document(document, {"operation": operation}), {"paths": "path-item"})


def _named(reference: str) -> str:
    """The component that a reference names; empty for any other."""
    return split("/" + unquote(reference.removeprefix(_PREFIX)))[0] if reference.startswith(_PREFIX) else ""


def _parts(value: JsonValue) -> Iterator[Object]:
    """*value* and every object in it."""
    if isinstance(value, dict):
        yield value
        for member in value.values():
            yield from _parts(member)
    elif isinstance(value, list):
        for item in value:
            yield from _parts(item)
