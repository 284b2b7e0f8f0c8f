"""Where the request, response and event views of a schema differ, and what their models are called.

The response view carries the component's own name. The request view is called ``<Name>Write`` where the two differ, the
event view ``<Name>Event`` where it differs and something other than an event uses the schema too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from accord.contract.json_schema import Converter, SchemaOptions, View, is_json_text
from accord.contract.media_types import essence
from accord.contract.model import Api, MediaType
from accord.contract.schema import Assertions, NamedSchema, Ref, Schema, annotations_of
from accord.contract.schemas.walk import children, reachable, references, walk
from accord.contract.visit import all_operations, media_schemas, value_schemas

_SHAPE: Final = SchemaOptions(annotations=False)


class Views:
    """Compares the views of the schemas of one contract."""

    def __init__(
        self, schemas: Mapping[str, NamedSchema], *, plain_uses: frozenset[str] = frozenset()
    ) -> None:
        """*plain_uses*: named schemas that are reached from something other than an event."""
        self._schemas = schemas
        self._plain_uses = plain_uses
        self._converter = Converter(schemas, ref=lambda name, _: name, options=_SHAPE)
        self._differing: dict[View, frozenset[str]] = {}
        self._users = _users(schemas)
        self._suspects = self._with_users(name for name, named in schemas.items() if _is_marked(named.schema))
        """Schemas that hold something a view could change, and all that refer to one of them."""

    def differs(self, name: str, view: View) -> bool:
        """Whether *view* of the named schema is not its response view."""
        if view == "response":
            return False
        if view not in self._differing:
            self._differing[view] = self._find_differing(view)
        return name in self._differing[view]

    def schema_differs(self, schema: Schema, view: View) -> bool:
        """Whether *view* of *schema* is not its response view."""
        if view == "response":
            return False
        if isinstance(schema, Ref):
            return self.differs(schema.target, view)
        used = references(schema)
        if any(self.differs(name, view) for name in used):
            return True
        return (_is_marked(schema) or any(n in self._suspects for n in used)) and self._differs_itself(
            schema, view
        )

    def settle(self, name: str, view: View) -> View:
        """The view whose model stands for *view* of the named schema: ``response`` where they do not differ."""
        return view if self.differs(name, view) else "response"

    def suffix(self, name: str, view: View) -> str:
        """What the settled *view* adds to the name of the model."""
        match view:
            case "response":
                return ""
            case "request":
                return "Write"
            case "event":
                return "Event" if name in self._plain_uses else ""

    def _differs_itself(self, schema: Schema, view: View) -> bool:
        return self._converter.convert(schema, view) != self._converter.convert(schema, "response")

    def _find_differing(self, view: View) -> frozenset[str]:
        """Schemas that differ themselves, then all that refer to one of them."""
        return self._with_users(
            name for name in self._suspects if self._differs_itself(self._schemas[name].schema, view)
        )

    def _with_users(self, names: Iterable[str]) -> frozenset[str]:
        waiting = list(names)
        found: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting.extend(self._users.get(name, ()))
        return frozenset(found)


def _users(schemas: Mapping[str, NamedSchema]) -> dict[str, list[str]]:
    """For each name the schemas that refer to it."""
    out: dict[str, list[str]] = {}
    for name, named in schemas.items():
        for target in references(named.schema):
            out.setdefault(target, []).append(name)
    return out


def _is_marked(schema: Schema) -> bool:
    """Whether readOnly, writeOnly or JSON text stands anywhere inside of *schema* itself."""
    return any(_marks(part) for part in walk(schema))


def _marks(part: Schema) -> bool:
    annotations = annotations_of(part)
    is_json = isinstance(part, Assertions) and is_json_text(part.string)
    return annotations.read_only or annotations.write_only or is_json


def is_event_stream(media_type: MediaType) -> bool:
    """Whether *media_type* is server-sent events."""
    return essence(media_type.name) == "text/event-stream"


def plain_uses(apis: Iterable[Api]) -> frozenset[str]:
    """Named schemas that requests, responses and the payloads of events reach: all but the events themselves."""
    found: set[str] = set()
    for api in apis:
        payloads = [part for root in _event_roots(api) for part in _payloads(root, api.schemas)]
        found.update(reachable([*_plain_roots(api), *payloads], api.schemas))
    return frozenset(found)


def _plain_roots(api: Api) -> Iterator[Schema]:
    for operation in all_operations(api):
        yield from value_schemas(operation.parameters)
        if operation.body is not None:
            yield from media_schemas(operation.body.content)
        for response in operation.responses:
            yield from value_schemas(response.headers)
            yield from media_schemas(c for c in response.content if not is_event_stream(c))


def _event_roots(api: Api) -> Iterator[Schema]:
    for operation in api.operations:
        for response in operation.responses:
            yield from media_schemas(c for c in response.content if is_event_stream(c))


def _payloads(root: Schema, schemas: Mapping[str, NamedSchema]) -> Iterator[Schema]:
    """The strings of an event that hold JSON text."""
    waiting, seen = [root], set[str]()
    while waiting:
        current = waiting.pop()
        if isinstance(current, Ref):
            if current.target not in seen and current.target in schemas:
                seen.add(current.target)
                waiting.append(schemas[current.target].schema)
            continue
        if isinstance(current, Assertions) and is_json_text(current.string):
            yield current
            continue
        waiting.extend(children(current))
