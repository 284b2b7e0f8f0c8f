"""The media types of one documented answer in the Python view: what a body is in each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, assert_never

from accord.contract.json_schema import View
from accord.contract.model import MediaType, Response
from accord.contract.schema import ArrayAssertions, Assertions, BooleanSchema, NamedSchema, Ref, Schema
from accord.contract.schemas.references import resolve
from accord.emit.python.events import data_of
from accord.emit.python.naming import reason_name
from accord.emit.python.plan import PyContent, PyContents, is_open
from accord.emit.python.pytype import PyType
from accord.emit.python.scope import Scope
from accord.emit.python.support import unsupported
from accord.emit.python.text import literal
from accord.runtime.declare import Events, Scalar
from accord.runtime.media_types import MediaType as ParsedMediaType
from accord.runtime.media_types import content_kind, framing_of, parse_media_type

_RUNTIME: Final = "from accord.runtime import {}"
_TEXT: Final = PyType(expr="str | ByteStream", imports=frozenset({_RUNTIME.format("ByteStream")}))
_BYTES: Final = PyType(expr="bytes | ByteStream", imports=frozenset({_RUNTIME.format("ByteStream")}))
_ANYTHING: Final = PyType(expr="str | bytes | ByteStream", imports=frozenset({_RUNTIME.format("ByteStream")}))


def plan_contents(scope: Scope, response: Response, shared: str | None, *, head: bool) -> PyContents:
    """The media types of *response*, whose class is the *shared* one or its operation's own.

    A media type that is none is left out with a finding. An answer to HEAD only names them: it has no body.
    """
    planner = _Planner(scope, response, shared)
    found: dict[str, PyContent] = {}
    for media in response.content:
        parsed = parse_media_type(media.name)
        if parsed is None:
            message = f"{media.name!r} is no media type"
            scope.found.append(unsupported("unsupported-response-media-type", message, media.span))
        elif head:
            name = _served_name(media, parsed)
            found.setdefault(name, PyContent(media_type=name, body=_BYTES))
        else:
            content = planner.content(media, parsed)
            found.setdefault(content.media_type, content)
    contents = tuple(found.values())
    return PyContents(contents=contents, named=planner.named(contents))


@dataclass(slots=True)
class _Planner:
    """Plans the media types of one answer, one after the other."""

    scope: Scope
    response: Response
    shared: str | None

    json: list[tuple[Schema | None, PyType]] = field(default_factory=list[tuple[Schema | None, PyType]])
    """Distinct schemas of JSON media types, with their types."""
    sequences: list[tuple[Schema | None, PyType]] = field(default_factory=list[tuple[Schema | None, PyType]])
    """The same of items."""
    spelled: bool = False
    """Whether a text spells what is no ``str``."""

    def content(self, media: MediaType, parsed: ParsedMediaType) -> PyContent:
        """What a body in *media* is."""
        name = _served_name(media, parsed)
        if "*" in name:
            return self._bytes(media, name, _range_body(parsed))
        served = parsed if name == media.name.strip() else parse_media_type(name) or parsed
        match content_kind(served):
            case "json":
                return self._json(media, name)
            case "events":
                return self._events(media, name)
            case "items":
                return self._items(media, name)
            case "text":
                return self._text(media, name)
            case "binary":
                return self._bytes(media, name, _BYTES)

    def named(self, contents: Sequence[PyContent]) -> bool | None:
        """Whether an answer has to name its media type; ``None``: it cannot, since there is one."""
        if any(one.is_open for one in contents):
            return True
        if len(contents) < 2:
            return None
        parsed = [parse_media_type(one.media_type) for one in contents]
        kinds = [content_kind(one) for one in parsed if one is not None]
        raw = kinds.count("text") + kinds.count("binary")
        text_like = any(may_be_text(schema, self.scope.api.schemas) for schema, _ in self.json)
        distinct = max(raw, len(self.json), len(self.sequences), kinds.count("events"))
        return distinct > 1 or self.spelled or bool(raw and text_like)

    def _json(self, media: MediaType, name: str) -> PyContent:
        key = self._key(name)
        self.scope.guard(key, media.schema, "response")
        type_ = self._known(self.json, media.schema, "Body")
        return PyContent(media_type=name, body=type_, value=type_, guard=key)

    def _known(self, known: list[tuple[Schema | None, PyType]], schema: Schema | None, suffix: str) -> PyType:
        """The type of *schema*, one for all media types that have the same."""
        found = next((type_ for other, type_ in known if other == schema), None)
        if found is None:
            found = self._type(schema, "response", suffix)
            known.append((schema, found))
        return found

    def _text(self, media: MediaType, name: str) -> PyContent:
        wire = None if media.schema is None else self.scope.types.wire(media.schema)
        if isinstance(wire, Scalar) and set(wire.kinds) - {"string"}:
            return self._scalar(media, name)
        if not self._describes_text(media):
            return PyContent(media_type=name, body=_TEXT)
        key = self._key(name)
        self.scope.guard(key, media.schema, "response")
        return PyContent(media_type=name, body=_TEXT, guard=key)

    def _scalar(self, media: MediaType, name: str) -> PyContent:
        """A text that spells a number or a boolean."""
        key = self._key(name)
        self.scope.guard(key, media.schema, "response")
        self.spelled = True
        return PyContent(media_type=name, body=self._type(media.schema, "response", "Body"), guard=key)

    def _bytes(self, media: MediaType, name: str, body: PyType) -> PyContent:
        self._describes_text(media)
        if media.name.lower().startswith("multipart/"):
            message = f"{media.name}: parts are not written from values"
            self.scope.found.append(unsupported("unsupported-response-multipart", message, media.span))
        return PyContent(media_type=name, body=body)

    def _describes_text(self, media: MediaType) -> bool:
        """Whether a text can be compared with the schema of *media*; a schema that describes something else is reported."""
        if media.schema is None:
            return False
        if may_be_text(media.schema, self.scope.api.schemas):
            return not _is_anything(media.schema)
        message = f"the schema of {media.name} describes no text"
        self.scope.found.append(unsupported("unsupported-response-schema", message, media.span))
        return False

    def _items(self, media: MediaType, name: str) -> PyContent:
        schema = media.item_schema if media.item_schema is not None else self._item_of(media)
        key = self._key(name)
        self.scope.guard(key, schema, "response")
        type_ = self._known(self.sequences, schema, "Item")
        body = PyType(
            expr=f"ItemStream[{type_.expr}]", imports=type_.imports | {_RUNTIME.format("ItemStream")}
        )
        parsed = parse_media_type(name)
        assert parsed is not None
        return PyContent(media_type=name, body=body, value=type_, guard=key, items=framing_of(parsed))

    def _item_of(self, media: MediaType) -> Schema | None:
        """Before 3.2 the schema of a sequence describes all of it as an array, or else one item."""
        found = None if media.schema is None else resolve(media.schema, self.scope.api.schemas)
        if not isinstance(found, Assertions) or found.types != ("array",) or found.array.prefix_items:
            return media.schema
        if found.array != ArrayAssertions(items=found.array.items):
            message = f"the schema of {media.name} restricts all items together"
            self.scope.found.append(unsupported("unsupported-response-sequence", message, media.span))
        return found.array.items

    def _events(self, media: MediaType, name: str) -> PyContent:
        schema = media.item_schema if media.item_schema is not None else media.schema
        schemas = self.scope.api.schemas
        if schema is None or _is_plain_text(schema, schemas):
            return self._payload_events(name, None, Events(json_data=False, payload=True))
        described = data_of(schema, schemas)
        if described == "nothing":
            message = f"the schema of {media.name} describes no `data` of an event"
            self.scope.found.append(unsupported("unsupported-event-schema", message, media.span))
            return self._payload_events(name, schema, Events(payload=True))
        as_json = {"json": True, "text": False, "either": None}[described]
        key = self._key(name)
        self.scope.guard(key, schema, "event")
        type_ = self._type(schema, "event", "Event")
        body = PyType(
            expr=f"EventStream[{type_.expr}]", imports=type_.imports | {_RUNTIME.format("EventStream")}
        )
        return PyContent(media_type=name, body=body, value=type_, guard=key, events=Events(json_data=as_json))

    def _payload_events(self, name: str, schema: Schema | None, events: Events) -> PyContent:
        """Events of which the contract describes the payload alone, or nothing."""
        imports = {_RUNTIME.format("Event"), _RUNTIME.format("EventStream")}
        if schema is None:
            body = PyType(expr="EventStream[Event[str]]", imports=frozenset(imports))
            return PyContent(media_type=name, body=body, events=events)
        key = self._key(name)
        self.scope.guard(key, schema, "response")
        type_ = self._type(schema, "response", "Data")
        body = PyType(expr=f"EventStream[Event[{type_.expr}]]", imports=type_.imports | imports)
        return PyContent(media_type=name, body=body, value=type_, guard=key, events=events)

    def _key(self, last: str) -> str:
        return content_key(self.scope, self.response, self.shared, last)

    def _type(self, schema: Schema | None, view: View, suffix: str) -> PyType:
        owner = self.shared or self.scope.prefix + reason_name(self.response.status)
        return self.scope.annotation(schema, view=view, name=f"{owner}{suffix}")


def content_key(scope: Scope, response: Response, shared: str | None, last: str) -> str:
    """The guard's key for a part of *response*."""
    return f"response:{shared}.{last}" if shared is not None else f"{scope.key}.{response.status}.{last}"


def media_type_annotation(names: Sequence[str]) -> PyType:
    """The type of the names of media types, some of which may be open."""
    if any(is_open(name) for name in names):
        return PyType(expr="str")
    texts = ", ".join(literal(name) for name in names)
    return PyType(expr=f"Literal[{texts}]", imports=frozenset({"from typing import Literal"}))


def may_be_text(
    schema: Schema | None, schemas: Mapping[str, NamedSchema], seen: frozenset[str] = frozenset()
) -> bool:
    """Whether a string may be valid against *schema*; in doubt it may."""
    match schema:
        case None:
            return True
        case BooleanSchema(value=value):
            return value
        case Ref(target=target):
            if target in seen or target not in schemas:
                return True
            return may_be_text(schemas[target].schema, schemas, seen | {target})
        case Assertions():
            if schema.types is not None and "string" not in schema.types:
                return False
            if schema.enum is not None and not any(isinstance(value, str) for value in schema.enum):
                return False
            return all(may_be_text(branch, schemas, seen) for branch in schema.all_of) and all(
                any(may_be_text(branch, schemas, seen) for branch in branches)
                for branches in (schema.any_of, schema.one_of)
                if branches
            )
        case _:
            assert_never(schema)


def _served_name(media: MediaType, parsed: ParsedMediaType) -> str:
    """The media type that is sent: as documented, or JSON for a range with the schema of a JSON value."""
    if not parsed.is_range:
        return media.name.strip()
    suffix = parsed.subtype.endswith("+json")
    includes_json = parsed.type in {"*", "application"} and (parsed.subtype == "*" or suffix)
    if includes_json and (suffix or _describes_json(media.schema)):
        return "application/json"
    return f"{parsed.type}/{parsed.subtype}"


def _describes_json(schema: Schema | None) -> bool:
    """Whether *schema* asks for more than a text or bytes."""
    if schema is None or _is_anything(schema):
        return False
    return not (isinstance(schema, Assertions) and schema.types == ("string",))


def _range_body(parsed: ParsedMediaType) -> PyType:
    match parsed.type:
        case "*":
            return _ANYTHING
        case "text":
            return _TEXT
        case _:
            return _TEXT if parsed.subtype.endswith("+xml") else _BYTES


def _is_plain_text(schema: Schema, schemas: Mapping[str, NamedSchema]) -> bool:
    """Whether *schema* describes the text of the stream, not what stands in it."""
    found = resolve(schema, schemas)
    if found is None:
        return False
    return _is_anything(found) or (isinstance(found, Assertions) and found.types == ("string",))


def _is_anything(schema: Schema) -> bool:
    if isinstance(schema, BooleanSchema):
        return schema.value
    if isinstance(schema, Ref):
        return False
    if schema.format == "binary" and schema.types in {None, ("string",)}:
        return True
    return schema == Assertions(span=schema.span, annotations=schema.annotations, format=schema.format)
