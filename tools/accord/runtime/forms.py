"""Forms: ``application/x-www-form-urlencoded`` and ``multipart/form-data`` become JSON data (files stay bytes)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from accord.runtime.declare import ABSENT, BodyContent, File, FormField, Json, Object, Parameter
from accord.runtime.media_types import MediaType
from accord.runtime.problems import InvalidPart, Refusal, RefusalKind
from accord.runtime.request import not_utf8, split_pairs
from accord.runtime.settings import RuntimeSettings
from accord.runtime.styles import Extract, compile_pairs
from accord.runtime.wire import WireError, compile_plain, compile_scalar, decode

ReadForm: TypeAlias = Callable[[bytes, MediaType], tuple[dict[str, Any], dict[str, Any]]]
"""The form as the guard sees it, and as the model reads it."""


@dataclass(slots=True)
class Part:
    """A part of a multipart body."""

    name: str = ""
    data: bytearray = field(default_factory=bytearray)


def compile_form(content: BodyContent, media_type: MediaType, settings: RuntimeSettings) -> ReadForm:
    """The reader of a form body. It raises :class:`Refusal`: 400, 413, or 422 with everything that is wrong."""
    fields = content.form or ()
    if media_type.type == "multipart":
        return _compile_multipart(fields, content, settings)
    return _compile_urlencoded(fields, content, settings)


def _parameter(declared: FormField) -> Parameter:
    style = declared.style if declared.style != "simple" else "form"
    return Parameter(
        name=declared.name,
        argument=declared.name,
        location="query",
        wire=declared.wire,
        style=style,
        explode=declared.explode,
    )


def _compile_urlencoded(
    fields: tuple[FormField, ...], content: BodyContent, settings: RuntimeSettings
) -> ReadForm:
    names = frozenset(declared.name for declared in fields)
    readers = [(d.name, compile_pairs(_parameter(d), "refuse", names)) for d in fields]
    additional = compile_scalar(content.additional)
    taken = _taken(fields)

    def read(raw: bytes, sent: MediaType) -> tuple[dict[str, Any], dict[str, Any]]:
        if raw.count(b"&") >= settings.max_form_fields:
            raise _too_many(settings)
        pairs = split_pairs(raw, "body")
        value = _extract(readers, pairs)
        for name, texts in pairs.items():
            if not taken(name):
                value[name] = _one([additional(_decoded(text)) for text in texts])
        return value, value

    return read


def _taken(fields: tuple[FormField, ...]) -> Callable[[str], bool]:
    names: set[str] = set()
    prefixes: list[str] = []
    free = False
    for declared in fields:
        names.add(declared.name)
        if isinstance(declared.wire, Object):
            if declared.style == "deepObject":
                prefixes.append(f"{declared.name}[")
            elif declared.explode:
                names.update(declared.wire.properties)
                free = free or declared.wire.additional is not None
    return lambda name: free or name in names or any(name.startswith(prefix) for prefix in prefixes)


def _extract(readers: list[tuple[str, Extract]], pairs: Mapping[str, list[str]]) -> dict[str, Any]:
    value: dict[str, Any] = {}
    errors: list[InvalidPart] = []
    for name, extract in readers:
        try:
            found = extract(pairs)
        except WireError as error:
            errors.append(InvalidPart("body", f"/{name}", str(error)))
        except UnicodeDecodeError:
            raise not_utf8("body") from None
        else:
            if found is not ABSENT:
                value[name] = found
    if errors:
        raise Refusal(RefusalKind.INVALID, errors=sorted(errors))
    return value


def _decoded(text: str) -> str:
    try:
        return decode(text)
    except UnicodeDecodeError:
        raise not_utf8("body") from None


def _one(values: list[Any]) -> Any:  # Any: JSON
    return values[0] if len(values) == 1 else values


def _too_many(settings: RuntimeSettings) -> Refusal:
    return Refusal(RefusalKind.TOO_LARGE, detail=f"The form has more than {settings.max_form_fields} fields.")


def _compile_multipart(
    fields: tuple[FormField, ...], content: BodyContent, settings: RuntimeSettings
) -> ReadForm:
    files = frozenset(d.name for d in fields if isinstance(d.wire, File))
    plain = {d.name: compile_plain(d.wire) for d in fields if isinstance(d.wire, Json)}
    names = frozenset(d.name for d in fields)
    readers = [
        (d.name, compile_pairs(_parameter(d), "refuse", names))
        for d in fields
        if d.name not in files and d.name not in plain
    ]
    additional = compile_scalar(content.additional)

    def read(raw: bytes, sent: MediaType) -> tuple[dict[str, Any], dict[str, Any]]:
        boundary = sent.parameters.get("boundary")
        if not boundary:
            raise Refusal(RefusalKind.MALFORMED, detail="The multipart body has no boundary.")
        texts: dict[str, list[str]] = {}
        value: dict[str, Any] = {}
        for part in split_parts(raw, boundary, settings.max_form_fields):
            if part.name in files:
                if part.name in value:
                    raise _twice(part.name)
                value[part.name] = bytes(part.data)
                continue
            texts.setdefault(part.name, []).append(_text(part))
        guarded = {name: data.decode("latin-1") for name, data in value.items()}
        for name, parse in plain.items():
            if name in texts:
                guarded[name] = value[name] = _read_part(name, parse, texts.pop(name))
        # Parts are not percent-encoded: protect what the styles would decode.
        encoded = {name: [text.replace("%", "%25") for text in found] for name, found in texts.items()}
        found = _extract(readers, encoded)
        for name, unread in texts.items():
            if name not in names:
                found[name] = _one([additional(text) for text in unread])
        return {**guarded, **found}, {**value, **found}

    return read


def _twice(name: str) -> Refusal:
    part = InvalidPart("body", f"/{name}", "must not be given more than once")
    return Refusal(RefusalKind.INVALID, errors=[part])


def _read_part(name: str, parse: Callable[[str], Any], texts: list[str]) -> Any:  # Any: JSON
    if len(texts) > 1:
        raise _twice(name)
    try:
        return parse(texts[0])
    except WireError as error:
        raise Refusal(RefusalKind.INVALID, errors=[InvalidPart("body", f"/{name}", str(error))]) from None


def _text(part: Part) -> str:
    try:
        return part.data.decode("utf-8")
    except UnicodeDecodeError:
        raise not_utf8("body") from None


def split_parts(raw: bytes, boundary: str, limit: int) -> list[Part]:
    """The named parts of a multipart body.

    Raises:
        Refusal: 400 where it is not one, 413 where it has more than *limit* parts.
    """
    collector = _Collector(limit)
    try:
        parser = MultipartParser(boundary.encode("latin-1"), collector.callbacks())
        parser.write(raw)
        parser.finalize()
    except (FormParserError, UnicodeEncodeError):
        raise Refusal(RefusalKind.MALFORMED, detail="The body is not valid multipart.") from None
    if not collector.ended:
        raise Refusal(RefusalKind.MALFORMED, detail="The multipart body ends too early.")
    return collector.parts


class _Collector:
    """Receives what the parser finds."""

    def __init__(self, limit: int) -> None:
        self.parts: list[Part] = []
        self.ended = False
        self._limit = limit
        self._part = Part()
        self._header = b""
        self._value = b""

    def callbacks(self) -> Any:  # Any: the parser's own TypedDict of callbacks
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._on_name,
            "on_header_value": self._on_value,
            "on_header_end": self._on_header,
            "on_part_data": self._on_data,
            "on_part_end": self._end,
            "on_end": self._finish,
        }

    def _begin(self) -> None:
        if len(self.parts) >= self._limit:
            raise Refusal(RefusalKind.TOO_LARGE, detail=f"The body has more than {self._limit} parts.")
        self._part = Part()

    def _on_name(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _on_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _on_header(self) -> None:
        if self._header.lower() == b"content-disposition":
            _, options = parse_options_header(self._value)
            self._part.name = options.get(b"name", b"").decode("utf-8", "replace")
        self._header = self._value = b""

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        self._part.data += data[start:end]

    def _end(self) -> None:
        if not self._part.name:
            raise Refusal(RefusalKind.MALFORMED, detail="A part of the body has no name.")
        self.parts.append(self._part)

    def _finish(self) -> None:
        self.ended = True
