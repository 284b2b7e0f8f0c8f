"""Request bodies of an operation in the Python view: what each media type becomes, and how they are told apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

from accord.contract.model import Body
from accord.contract.model import MediaType as Declared
from accord.contract.schema import Schema
from accord.diagnostics import Diagnostic
from accord.emit.python.contents import BYTE_STREAM, Contents
from accord.emit.python.files import FormSchema, variants
from accord.emit.python.operation_context import OperationContext
from accord.emit.python.plan import Argument, text_thunk, thunk
from accord.emit.python.plan_forms import plan_form
from accord.emit.python.pytype import ANY, STRING, PyType, either, literal_of, optional, runtime
from accord.emit.python.support import unsupported
from accord.runtime import declare
from accord.runtime.declare import BodyContent, File, Scalar
from accord.runtime.media_types import MediaType, content_kind, framing_of, is_json, parse_media_type

_SCHEMA: Final = "unsupported-request-schema"
_ANY_FILE: Final = File()
_STREAMS: Final = frozenset({"ByteStream", "ItemStream"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Content:
    """A planned media type. ``argument`` is what the method gets; ``classes`` are what ``isinstance`` tells of it
    (``None``: nothing)."""

    declared: BodyContent
    argument: PyType
    classes: frozenset[str] | None


def plan_body(scope: OperationContext, body: Body | None) -> tuple[declare.Body | None, list[Argument]]:
    """The body, with the one argument that the method gets for it. It is a fault if none of its media types can be read."""
    if body is None:
        return None, []
    planner = _Bodies(scope, body)
    found: dict[str, _Content] = {}
    skipped: list[Diagnostic] = []
    for media in body.content:
        result = planner.content(media)
        if isinstance(result, Diagnostic):
            skipped.append(result)
        else:
            found.setdefault(result.declared.media_type, result)
    if not body.content:
        message = "the request body declares no media type"
        scope.found.append(unsupported("unsupported-request-body", message, body.span))
    if not found:
        scope.faults += skipped
        return None, []
    scope.found += skipped
    contents = _distinguishable(list(found.values()))
    type_ = either(*(content.argument for content in contents))
    declared = declare.Body(content=tuple(content.declared for content in contents), required=body.required)
    argument = Argument(
        name="body", type=type_ if body.required else optional(type_), description=body.description or ""
    )
    return declared, [argument]


def _distinguishable(contents: Sequence[_Content]) -> Sequence[_Content]:
    """The contents; with their media types beside them where their types would not tell them apart."""
    if not any(_clash(content, other) for other, content in combinations(contents, 2)):
        return contents
    return [
        replace(
            content,
            argument=runtime("RequestBody", literal_of([content.declared.media_type]), content.argument),
            declared=replace(content.declared, wrap=True),
        )
        for content in contents
    ]


def _clash(content: _Content, other: _Content) -> bool:
    if content.classes is None or other.classes is None:
        return True
    if content.classes <= _STREAMS and content.argument == other.argument:
        # A stream of bytes carries its media type, and items are items, however they are divided.
        return False
    return bool(content.classes & other.classes)


class _Bodies(Contents):
    """Plans the media types of one body."""

    def __init__(self, scope: OperationContext, body: Body) -> None:
        super().__init__(scope, "request", lambda name: f"{scope.key}.body.{name}", scope.prefix)
        parsed = [parse_media_type(media.name) for media in body.content]
        self._has_json = any(
            media_type is not None and is_json(media_type) and not media_type.is_range
            for media_type in parsed
        )

    def content(self, media: Declared) -> _Content | Diagnostic:
        """The plan of one media type."""
        media_type = parse_media_type(media.name)
        if media_type is None:
            message = f"{media.name!r} is not a media type"
            return unsupported("unsupported-request-media-type", message, media.span)
        name = _named(media_type)
        if media_type.type == "multipart":
            return self._multipart(media, media_type)
        if (media_type.type, media_type.subtype) == ("application", "x-www-form-urlencoded"):
            return self._urlencoded(media, name)
        if is_json(media_type):
            return self._json(media.schema, name)
        is_any = media_type.is_range and media_type.type in {"*", "application"}
        if is_any and self.kinds(media.schema) - {"string", "null"}:
            return self._json_of_range(media)
        match "text" if media_type.type == "text" else content_kind(media_type):
            case "items":
                return self._items(media, media_type)
            case "text" | "events":
                return self._text(media, media_type)
            case _:
                return self._bytes(media, name)

    def _json(self, schema: Schema | None, name: str) -> _Content:
        type_ = self.type(schema, "Request")
        declared = BodyContent(media_type=name, guard=self.guarded(name, schema), type=thunk(type_))
        return _Content(declared=declared, argument=type_, classes=self._classes(schema, "Request"))

    def _classes(self, schema: Schema | None, suffix: str) -> frozenset[str] | None:
        return self.scope.types.classes(schema, name=f"{self.scope.prefix}{suffix}")

    def _json_of_range(self, media: Declared) -> _Content | Diagnostic:
        code = "unsupported-request-media-range"
        if self._has_json:  # a concrete media type says it better
            return unsupported(code, f"of {media.name} only the JSON named beside it is read", media.span)
        self.report(code, f"of {media.name} only application/json is read", media)
        return self._json(media.schema, "application/json")

    def _form(self, media: Declared, name: str, *, multipart: bool) -> _Content | Diagnostic:
        plan = plan_form(self.scope, media, self.key(name), multipart=multipart)
        if isinstance(plan, Diagnostic):
            return plan
        suffix = "Request"
        guarded = shown = media.schema
        if media.schema is not None and (plan.files or plan.rest is not None):
            rewritten = FormSchema(self.scope.api.schemas, plan.files, plan.rest)
            guarded, shown = rewritten.for_guard(media.schema), rewritten.for_model(media.schema)
            suffix = "Form"
        key = self.guarded(name, guarded)
        type_ = self.type(shown, suffix)
        declared = BodyContent(
            media_type=name, guard=key, type=thunk(type_), form=plan.fields, additional=plan.additional
        )
        return _Content(declared=declared, argument=type_, classes=self._classes(shown, suffix))

    def _urlencoded(self, media: Declared, name: str) -> _Content | Diagnostic:
        if not self.kinds(media.schema) - {"object"}:
            return self._form(media, name, multipart=False)
        self.report(_SCHEMA, f"the schema of {media.name} is no object: the body is handed on as text", media)
        return self._plain(name)

    def _multipart(self, media: Declared, media_type: MediaType) -> _Content | Diagnostic:
        name = _named(media_type)
        by_name = not (media.prefix_encoding or media.item_encoding or media.item_schema)
        by_name = by_name and not self.kinds(media.schema) - {"object"}
        if by_name and (media.schema is not None or media_type.subtype == "form-data"):
            return self._form(media, name, multipart=True)
        self.report("unsupported-multipart", f"the parts of {media.name} are not told apart by name", media)
        return self._stream(name)

    def _text(self, media: Declared, media_type: MediaType) -> _Content | Diagnostic:
        charset = media_type.parameters.get("charset", "utf-8")
        if not _is_charset(charset):
            message = f"{media.name!r} is in a charset that is not known"
            return unsupported("unsupported-request-media-type", message, media.span)
        name = _named(media_type, charset=charset.lower())
        if media_type.type != "text":
            self.report(_SCHEMA, f"{media.name} is handed on as text: its XML is not read", media)
            return self._plain(name)
        wire = None if media.schema is None else self.scope.types.wire(media.schema)
        if isinstance(wire, File):
            return self._bytes(media, name)
        if media.item_schema is not None or not isinstance(wire, Scalar | None):
            self.report(
                _SCHEMA, f"the schema of {media.name} is not checked: the body is handed on as text", media
            )
            return self._plain(name)
        if media.schema is None or wire is None:
            return self._plain(name)
        content = self._json(media.schema, name)
        if content.argument == ANY:  # a schema that says nothing
            return self._plain(name)
        return replace(
            content, declared=replace(content.declared, type=text_thunk(content.argument), read=wire)
        )

    def _plain(self, name: str) -> _Content:
        declared = BodyContent(media_type=name, guard=self.guarded(name, None), read=Scalar())
        return _Content(declared=declared, argument=STRING, classes=frozenset({"str"}))

    def _bytes(self, media: Declared, name: str) -> _Content:
        if media.schema is None:
            return self._stream(name)
        shapes = list(variants(self.folder, media.schema))
        if any(
            set(shape.inferred_types or ()) - {"string", "null"} or shape.enum is not None for shape in shapes
        ):
            self.report(
                _SCHEMA, f"the schema of {media.name} is not checked: the body is handed on as bytes", media
            )
            return self._stream(name)
        if len(shapes) > 1:
            return self._stream(name)
        string = shapes[0].string
        return self._stream(name, File(min_length=string.min_length or None, max_length=string.max_length))

    def _stream(self, name: str, file: File = _ANY_FILE) -> _Content:
        # Bytes are none of the guard's business, and yet nothing is unguarded.
        declared = BodyContent(media_type=name, guard=self.guarded(name, None), read=file)
        return _Content(declared=declared, argument=BYTE_STREAM, classes=frozenset({"ByteStream"}))

    def _items(self, media: Declared, media_type: MediaType) -> _Content:
        schema, restricted = self.item_schema(media)
        if restricted:
            message = f"what the schema of {media.name} says about all items together is not checked"
            self.report("unsupported-request-sequence", message, media)
        name = _named(media_type)
        type_ = self.type(schema, "RequestItem")
        declared = BodyContent(
            media_type=name,
            guard=self.guarded(name, schema),
            type=thunk(type_),
            read=framing_of(media_type),
        )
        argument = runtime("ItemStream", type_)
        return _Content(declared=declared, argument=argument, classes=frozenset({"ItemStream"}))


def _named(media_type: MediaType, charset: str = "utf-8") -> str:
    """The media type as it is declared to the runtime: without what tells only how a message is written."""
    kept = {
        name: value for name, value in media_type.parameters.items() if name not in {"charset", "boundary"}
    }
    if charset != "utf-8":
        kept["charset"] = charset
    return "; ".join((f"{media_type.type}/{media_type.subtype}", *_parameters(kept.items())))


def _parameters(given: Iterable[tuple[str, str]]) -> Iterable[str]:
    for name, value in given:
        plain = parse_media_type(f"a/b;{name}={value}")
        if plain is not None and plain.parameters.get(name) == value:
            yield f"{name}={value}"
        else:
            escaped = value.replace("\\", "\\\\").replace('"', '\\"')
            yield f'{name}="{escaped}"'


def _is_charset(name: str) -> bool:
    """Whether Python reads text in the charset *name*."""
    try:
        return bool("a".encode(name))
    except (LookupError, UnicodeError):
        return False
