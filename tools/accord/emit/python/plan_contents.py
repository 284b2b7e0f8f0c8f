"""The media types of one documented answer in the Python view: what a body is in each of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, assert_never

from accord.contract.json_schema import is_json_text
from accord.contract.model import MediaType, Response
from accord.contract.schema import Assertions, BooleanSchema, NamedSchema, Ref, Schema
from accord.emit.python.contents import BYTE_STREAM, Contents
from accord.emit.python.naming import reason_name
from accord.emit.python.plan import thunk
from accord.emit.python.pytype import NULL, STRING, PyType, either, literal_of, runtime, text
from accord.emit.python.scope import Scope
from accord.emit.python.support import unsupported
from accord.runtime.declare import AnswerContent, Events, Scalar
from accord.runtime.media_types import MediaType as ParsedMediaType
from accord.runtime.media_types import content_kind, framing_of, parse_media_type

_TEXT: Final = either(STRING, BYTE_STREAM)
_BYTES: Final = either(text("bytes"), BYTE_STREAM)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedContents:
    """The media types of an answer, and the type of its body: one of those that they have. ``named`` tells whether its
    class has to name the one that is sent: it may where it is ``False``, and cannot where it is ``None``."""

    declared: tuple[AnswerContent, ...] = ()
    body: PyType = NULL
    named: bool | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The media types."""
        return tuple(content.media_type for content in self.declared)


def plan_contents(scope: Scope, response: Response, shared: str | None, *, head: bool) -> PlannedContents:
    """The media types of *response*, whose class is the *shared* one or its operation's own.

    A media type that is none is left out with a finding. An answer to HEAD only names them: it has no body.
    """
    planner = _Contents(scope, response, shared)
    found: dict[str, tuple[AnswerContent, PyType]] = {}
    for media in response.content:
        parsed = parse_media_type(media.name)
        if parsed is None:
            message = f"{media.name!r} is no media type"
            scope.found.append(unsupported("unsupported-response-media-type", message, media.span))
        elif head:
            name = _served_name(media, parsed)
            found.setdefault(name, (AnswerContent(media_type=name), _BYTES))
        else:
            content, body = planner.content(media, parsed)
            found.setdefault(content.media_type, (content, body))
    contents = tuple(content for content, _ in found.values())
    body = either(*(body for _, body in found.values()))
    return PlannedContents(declared=contents, body=body, named=planner.named(contents))


class _Contents(Contents):
    """Plans the media types of one answer, one after the other."""

    def __init__(self, scope: Scope, response: Response, shared: str | None) -> None:
        owner = shared or scope.prefix + reason_name(response.status)
        super().__init__(scope, "response", lambda name: content_key(scope, response, shared, name), owner)
        self._json_types: list[tuple[Schema | None, PyType]] = []
        """Distinct schemas of JSON media types, with their types."""
        self._item_types: list[tuple[Schema | None, PyType]] = []
        """The same of items."""
        self._spelled = False
        """Whether a text spells what is no ``str``."""

    def content(self, media: MediaType, parsed: ParsedMediaType) -> tuple[AnswerContent, PyType]:
        """The declaration of *media*, and what an implementation gives as the body."""
        name = _served_name(media, parsed)
        if "*" in name:
            return self._bytes(media, name, _range_body(parsed))
        served = parsed if name == media.name.strip() else parse_media_type(name) or parsed
        match content_kind(served):
            case "json":
                type_ = self._known(self._json_types, media.schema, "Body")
                key = self.guarded(name, media.schema)
                return AnswerContent(media_type=name, guard=key, type=thunk(type_)), type_
            case "events":
                return self._events(media, name)
            case "items":
                return self._items(media, name, served)
            case "text":
                return self._text(media, name)
            case "binary":
                return self._bytes(media, name, _BYTES)

    def named(self, contents: Sequence[AnswerContent]) -> bool | None:
        """Whether an answer has to name its media type; ``None``: it cannot, since there is one."""
        if any(_is_open(content.media_type) for content in contents):
            return True
        if len(contents) < 2:
            return None
        parsed = [parse_media_type(content.media_type) for content in contents]
        kinds = [content_kind(one) for one in parsed if one is not None]
        raw = kinds.count("text") + kinds.count("binary")
        text_like = any(may_be_text(schema, self.scope.api.schemas) for schema, _ in self._json_types)
        distinct = max(raw, len(self._json_types), len(self._item_types), kinds.count("events"))
        return distinct > 1 or self._spelled or bool(raw and text_like)

    def _known(self, known: list[tuple[Schema | None, PyType]], schema: Schema | None, suffix: str) -> PyType:
        """The type of *schema*, one for all media types that have the same."""
        found = next((type_ for other, type_ in known if other == schema), None)
        if found is None:
            found = self.type(schema, suffix)
            known.append((schema, found))
        return found

    def _text(self, media: MediaType, name: str) -> tuple[AnswerContent, PyType]:
        wire = None if media.schema is None else self.scope.types.wire(media.schema)
        if isinstance(wire, Scalar) and set(wire.kinds) - {"string"}:  # it spells a number or a boolean
            self._spelled = True
            content = AnswerContent(media_type=name, guard=self.guarded(name, media.schema))
            return content, self.type(media.schema, "Body")
        guard = self.guarded(name, media.schema) if self._describes_text(media) else None
        return AnswerContent(media_type=name, guard=guard), _TEXT

    def _bytes(self, media: MediaType, name: str, body: PyType) -> tuple[AnswerContent, PyType]:
        self._describes_text(media)
        if media.name.lower().startswith("multipart/"):
            message = f"{media.name}: parts are not written from values"
            self.report("unsupported-response-multipart", message, media)
        return AnswerContent(media_type=name), body

    def _describes_text(self, media: MediaType) -> bool:
        """Whether a text can be compared with the schema of *media*; a schema that describes something else is reported."""
        if media.schema is None:
            return False
        if may_be_text(media.schema, self.scope.api.schemas):
            return not _is_anything(media.schema)
        self.report("unsupported-response-schema", f"the schema of {media.name} describes no text", media)
        return False

    def _items(self, media: MediaType, name: str, served: ParsedMediaType) -> tuple[AnswerContent, PyType]:
        schema, restricted = self.item_schema(media)
        if restricted and media.item_schema is None:
            message = f"the schema of {media.name} restricts all items together"
            self.report("unsupported-response-sequence", message, media)
        type_ = self._known(self._item_types, schema, "Item")
        key = self.guarded(name, schema)
        content = AnswerContent(media_type=name, guard=key, type=thunk(type_), items=framing_of(served))
        return content, runtime("ItemStream", type_)

    def _events(self, media: MediaType, name: str) -> tuple[AnswerContent, PyType]:
        schema = media.item_schema if media.item_schema is not None else media.schema
        schemas = self.scope.api.schemas
        if schema is None or _is_plain_text(schema, schemas):
            content = AnswerContent(media_type=name, events=Events(json_data=False, payload=True))
            return content, runtime("EventStream", runtime("Event", STRING))
        described = data_of(schema, schemas)
        if described == "nothing":
            message = f"the schema of {media.name} describes no `data` of an event"
            self.report("unsupported-event-schema", message, media)
            type_, key = self.type(schema, "Data"), self.guarded(name, schema)
            events, given = Events(payload=True), runtime("Event", type_)
        else:
            type_, key = self.type(schema, "Event", "event"), self.guarded(name, schema, "event")
            events, given = Events(json_data={"json": True, "text": False, "either": None}[described]), type_
        content = AnswerContent(media_type=name, guard=key, type=thunk(type_), events=events)
        return content, runtime("EventStream", given)


def content_key(scope: Scope, response: Response, shared: str | None, last: str) -> str:
    """The guard's key for a part of *response*."""
    return f"response:{shared}.{last}" if shared is not None else f"{scope.key}.{response.status}.{last}"


def _is_open(media_type: str) -> bool:
    """Whether an answer has to say more of its media type: of a range the type, of multipart the boundary."""
    return "*" in media_type or media_type.lower().startswith("multipart/")


def media_type_annotation(names: Sequence[str]) -> PyType:
    """The type of the names of media types, some of which may be open."""
    return STRING if any(_is_open(name) for name in names) else literal_of(names)


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
            return either(STRING, _BYTES)
        case "text":
            return _TEXT
        case _:
            return _TEXT if parsed.subtype.endswith("+xml") else _BYTES


def _is_plain_text(schema: Schema, schemas: Mapping[str, NamedSchema]) -> bool:
    """Whether *schema* describes the text of the stream, not what stands in it."""
    if isinstance(schema, Ref) and schema.target in schemas:
        return _is_plain_text(schemas[schema.target].schema, schemas)
    return _is_anything(schema) or (isinstance(schema, Assertions) and schema.types == ("string",))


def _is_anything(schema: Schema) -> bool:
    if isinstance(schema, BooleanSchema):
        return schema.value
    if isinstance(schema, Ref):
        return False
    if schema.format == "binary" and schema.types in {None, ("string",)}:
        return True
    return schema == Assertions(span=schema.span, annotations=schema.annotations, format=schema.format)


Data: TypeAlias = Literal["json", "text", "either", "nothing"]


def data_of(event: Schema, schemas: Mapping[str, NamedSchema]) -> Data:
    """What the ``data`` of the events is that *event* describes.

    It is JSON where its schema has one for the decoded text, or describes something that is no string; ``nothing``: the
    schema does not describe it.
    """
    kinds: set[Data] = {_kind(schema, schemas) for schema in _data(event, schemas, frozenset())}
    if not kinds:
        return "nothing"
    return kinds.pop() if len(kinds) == 1 else "either"


def _data(schema: Schema, schemas: Mapping[str, NamedSchema], seen: frozenset[str]) -> Iterator[Schema]:
    """Every schema that a branch of *schema* gives for the property ``data``."""
    match schema:
        case BooleanSchema():
            return
        case Ref(target=target):
            if target not in seen and target in schemas:
                yield from _data(schemas[target].schema, schemas, seen | {target})
        case Assertions():
            yield from (one.schema for one in schema.object.properties if one.name == "data")
            for branch in (*schema.all_of, *schema.any_of, *schema.one_of):
                yield from _data(branch, schemas, seen)
        case _:
            assert_never(schema)


def _kind(schema: Schema, schemas: Mapping[str, NamedSchema]) -> Data:
    seen: set[str] = set()
    while isinstance(schema, Ref):
        if schema.target in seen or schema.target not in schemas:
            return "either"
        seen.add(schema.target)
        schema = schemas[schema.target].schema
    if isinstance(schema, BooleanSchema):
        return "either"
    if is_json_text(schema.string):
        return "json"
    texts = schema.types == ("string",) or (
        schema.enum is not None and all(isinstance(v, str) for v in schema.enum)
    )
    if texts:
        return "text"
    return "either" if schema.types is None or "string" in schema.types else "json"
