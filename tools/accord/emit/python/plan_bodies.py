"""Request bodies of an operation in the Python view: what each media type becomes, and how they are told apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from accord.contract.model import Body
from accord.contract.model import MediaType as Declared
from accord.contract.schema import ArrayAssertions, BooleanSchema, Schema
from accord.diagnostics import Diagnostic
from accord.emit.python.distinct import classes_of
from accord.emit.python.files import FormSchema, variants
from accord.emit.python.plan import PyBody, PyBodyContent
from accord.emit.python.plan_forms import plan_form
from accord.emit.python.pytype import PyType
from accord.emit.python.scope import Planned, Scope
from accord.emit.python.shapes import Folder
from accord.emit.python.support import unsupported
from accord.emit.python.text import literal
from accord.runtime.declare import File, Scalar
from accord.runtime.media_types import MediaType, content_kind, framing_of, is_json, parse_media_type

_SCHEMA: Final = "unsupported-request-schema"
_BYTES: Final = PyType(
    expr="ByteStream", imports=frozenset({"from accord.runtime import ByteStream"}), needs_adapter=False
)
_TEXT: Final = PyType(expr="str")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """A planned media type; ``classes`` are what ``isinstance`` tells of its value (``None``: nothing)."""

    content: PyBodyContent
    classes: frozenset[str] | None


def plan_body(scope: Scope, body: Body | None) -> Planned[PyBody | None]:
    """The body, and a fault if none of its media types can be read. Other findings go to *scope*."""
    if body is None:
        return Planned(value=None)
    planner = _Bodies(scope, body)
    made: dict[str, _Made] = {}
    skipped: list[Diagnostic] = []
    for media in body.content:
        result = planner.content(media)
        if isinstance(result, Diagnostic):
            skipped.append(result)
        else:
            made.setdefault(result.content.media_type, result)
    if not body.content:
        message = "the request body declares no media type"
        scope.found.append(unsupported("unsupported-request-body", message, body.span))
    if not made:
        return Planned(value=None, faults=tuple(skipped))
    scope.found.extend(skipped)
    contents = _told_apart(list(made.values()))
    annotation = " | ".join(dict.fromkeys(one.argument.expr for one in contents))
    return Planned(
        value=PyBody(
            content=contents,
            required=body.required,
            annotation=annotation if body.required else optional(annotation),
        )
    )


def optional(annotation: str) -> str:
    """``annotation | None``, where it does not end so already."""
    return annotation if annotation == "None" or annotation.endswith("| None") else f"{annotation} | None"


def _told_apart(made: Sequence[_Made]) -> tuple[PyBodyContent, ...]:
    """The contents; with their media types beside them where their types would not tell them apart."""
    contents = tuple(one.content for one in made)
    clash = any(_clash(one, other) for index, one in enumerate(made) for other in made[:index])
    return tuple(_wrapped(one) for one in contents) if clash else contents


def _clash(one: _Made, other: _Made) -> bool:
    streams = one.content.argument.expr.startswith(("ByteStream", "ItemStream["))
    if streams and one.content.argument == other.content.argument:
        return (
            False  # a stream of bytes carries its media type, and items are items, however they are divided
        )
    return one.classes is None or other.classes is None or bool(one.classes & other.classes)


def _wrapped(content: PyBodyContent) -> PyBodyContent:
    inner = content.argument
    argument = replace(
        inner,
        expr=f"Sent[Literal[{literal(content.media_type)}], {inner.expr}]",
        imports=inner.imports | {"from typing import Literal", "from accord.runtime import Sent"},
    )
    return replace(content, argument=argument, wrap=True)


class _Bodies:
    """Plans the media types of one body."""

    def __init__(self, scope: Scope, body: Body) -> None:
        self._scope = scope
        self._folder = Folder(scope.api.schemas)
        parsed = [parse_media_type(one.name) for one in body.content]
        self._has_json = any(one is not None and is_json(one) and not one.is_range for one in parsed)

    def content(self, media: Declared) -> _Made | Diagnostic:
        """The plan of one media type."""
        media_type = parse_media_type(media.name)
        if media_type is None:
            message = f"{media.name!r} is not a media type"
            return unsupported("unsupported-request-media-type", message, media.span)
        if media_type.type == "multipart":
            return self._multipart(media, media_type)
        if (media_type.type, media_type.subtype) == ("application", "x-www-form-urlencoded"):
            return self._urlencoded(media, _named(media_type))
        if is_json(media_type):
            return self._json(media, _named(media_type))
        if media_type.is_range and media_type.type in {"*", "application"} and self._describes_json(media):
            return self._json_of_range(media)
        match "text" if media_type.type == "text" else content_kind(media_type):
            case "items":
                return self._items(media, media_type)
            case "text" | "events":
                return self._text(media, media_type)
            case _:
                return self._bytes(media, _named(media_type))

    def _key(self, name: str) -> str:
        return f"{self._scope.key}.body.{name}"

    def _json(self, media: Declared, name: str) -> _Made:
        return self._guarded(media.schema, PyBodyContent, name)

    def _guarded(self, schema: Schema | None, kind: type[PyBodyContent], name: str) -> _Made:
        key = self._key(name)
        self._scope.guard(key, schema, "request")
        hint = f"{self._scope.prefix}Request"
        type_ = self._scope.annotation(schema, view="request", name=hint)
        content = kind(media_type=name, guard=key, type=type_, argument=type_)
        return _Made(content=content, classes=classes_of(self._scope.types, schema, hint))

    def _describes_json(self, media: Declared) -> bool:
        """Whether the schema of a range describes anything but a text or bytes."""
        return bool(self._kinds(media.schema) - {"string", "null"})

    def _json_of_range(self, media: Declared) -> _Made | Diagnostic:
        code = "unsupported-request-media-range"
        if self._has_json:  # a concrete media type says it better
            return unsupported(code, f"of {media.name} only the JSON named beside it is read", media.span)
        message = f"of {media.name} only application/json is read"
        self._scope.found.append(unsupported(code, message, media.span))
        return self._json(media, "application/json")

    def _form(self, media: Declared, name: str, *, multipart: bool) -> _Made | Diagnostic:
        key = self._key(name)
        plan = plan_form(self._scope, media, key, multipart=multipart)
        if isinstance(plan, Diagnostic):
            return plan
        hint = f"{self._scope.prefix}Request"
        guarded = shown = media.schema
        if media.schema is not None and (plan.files or plan.rest is not None):
            rewritten = FormSchema(self._scope.api.schemas, plan.files, plan.rest)
            guarded, shown = rewritten.for_guard(media.schema), rewritten.for_model(media.schema)
            hint = f"{self._scope.prefix}Form"
        self._scope.guard(key, guarded, "request")
        type_ = self._scope.annotation(shown, view="request", name=hint)
        content = PyBodyContent(
            media_type=name,
            guard=key,
            type=type_,
            argument=type_,
            form=plan.fields,
            additional=plan.additional,
        )
        return _Made(content=content, classes=classes_of(self._scope.types, shown, hint))

    def _urlencoded(self, media: Declared, name: str) -> _Made | Diagnostic:
        if not self._kinds(media.schema) - {"object"}:
            return self._form(media, name, multipart=False)
        message = f"the schema of {media.name} is no object: the body is handed on as text"
        self._scope.found.append(unsupported(_SCHEMA, message, media.span))
        return self._plain(name)

    def _kinds(self, schema: Schema | None) -> set[str]:
        """The JSON types of *schema*, as far as it tells."""
        if schema is None:
            return set()
        return {kind for one in variants(self._folder, schema) for kind in one.inferred_types or ()}

    def _multipart(self, media: Declared, media_type: MediaType) -> _Made | Diagnostic:
        positional = bool(media.prefix_encoding or media.item_encoding or media.item_schema)
        if media.schema is not None:
            kinds = {
                kind for one in variants(self._folder, media.schema) for kind in one.inferred_types or ()
            }
            positional = positional or bool(kinds - {"object"})
        if not positional and (media.schema is not None or media_type.subtype == "form-data"):
            return self._form(media, _named(media_type), multipart=True)
        message = f"the parts of {media.name} are not told apart by name"
        self._scope.found.append(unsupported("unsupported-multipart", message, media.span))
        return self._stream(_named(media_type), File())

    def _text(self, media: Declared, media_type: MediaType) -> _Made | Diagnostic:
        charset = media_type.parameters.get("charset", "utf-8")
        if not _is_charset(charset):
            message = f"{media.name!r} is in a charset that is not known"
            return unsupported("unsupported-request-media-type", message, media.span)
        name = _named(media_type, charset=charset.lower())
        if media_type.type != "text":
            message = f"{media.name} is handed on as text: its XML is not read"
            self._scope.found.append(unsupported(_SCHEMA, message, media.span))
            return self._plain(name)
        wire = None if media.schema is None else self._scope.types.wire(media.schema)
        if isinstance(wire, File):
            return self._bytes(media, name)
        if media.item_schema is not None or not isinstance(wire, Scalar | None):
            message = f"the schema of {media.name} is not checked: the body is handed on as text"
            self._scope.found.append(unsupported(_SCHEMA, message, media.span))
            return self._plain(name)
        if media.schema is None or wire is None:
            return self._plain(name)
        made = self._guarded(media.schema, PyBodyContent, name)
        if made.content.type.expr == "Any":  # a schema that says nothing
            return self._plain(name)
        content = replace(made.content, type=_read_from_text(made.content.type), read=wire)
        return replace(made, content=content)

    def _plain(self, name: str) -> _Made:
        key = self._key(name)
        self._scope.guard(key, None, "request")
        content = PyBodyContent(media_type=name, guard=key, type=_TEXT, argument=_TEXT, read=Scalar())
        return _Made(content=content, classes=frozenset({"str"}))

    def _bytes(self, media: Declared, name: str) -> _Made:
        if media.schema is None:
            return self._stream(name, File())
        shapes = list(variants(self._folder, media.schema))
        for shape in shapes:
            kinds = set(shape.inferred_types or ())
            if kinds - {"string", "null"} or shape.enum is not None:
                message = f"the schema of {media.name} is not checked: the body is handed on as bytes"
                self._scope.found.append(unsupported(_SCHEMA, message, media.span))
                return self._stream(name, File())
        if len(shapes) > 1:
            return self._stream(name, File())
        string = shapes[0].string
        return self._stream(name, File(min_length=string.min_length or None, max_length=string.max_length))

    def _stream(self, name: str, file: File) -> _Made:
        key = self._key(name)
        self._scope.guard(
            key, None, "request"
        )  # bytes are none of its business, and yet nothing is unguarded
        content = PyBodyContent(media_type=name, guard=key, type=_BYTES, argument=_BYTES, read=file)
        return _Made(content=content, classes=frozenset({"ByteStream"}))

    def _items(self, media: Declared, media_type: MediaType) -> _Made:
        schema = self._item_schema(media)
        name, hint = _named(media_type), f"{self._scope.prefix}RequestItem"
        key = self._key(name)
        self._scope.guard(key, schema, "request")
        type_ = self._scope.annotation(schema, view="request", name=hint)
        argument = replace(
            type_,
            expr=f"ItemStream[{type_.expr}]",
            imports=type_.imports | {"from accord.runtime import ItemStream"},
        )
        content = PyBodyContent(
            media_type=name, guard=key, type=type_, argument=argument, read=framing_of(media_type)
        )
        return _Made(content=content, classes=frozenset({"ItemStream"}))

    def _item_schema(self, media: Declared) -> Schema | None:
        """``itemSchema``, or what ``schema`` says of the items; a schema that is no array describes one item."""
        schema = media.schema
        if schema is None:
            return media.item_schema
        shape = self._folder.fold(schema)
        if media.item_schema is None and shape.inferred_types != ("array",):
            return schema
        bare = replace(shape.array, items=None, prefix_items=())
        if bare != ArrayAssertions() or shape.array.prefix_items:
            message = f"what the schema of {media.name} says about all items together is not checked"
            self._scope.found.append(unsupported("unsupported-request-sequence", message, media.span))
        if media.item_schema is not None:
            return media.item_schema
        return None if isinstance(shape.array.items, BooleanSchema) else shape.array.items


def _read_from_text(type_: PyType) -> PyType:
    """The type of a value that is read from text, where an integer is never spelled ``1.0``."""
    return replace(type_, needs_adapter=type_.text_needs_adapter)


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
