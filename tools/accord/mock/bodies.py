"""The body of a mocked answer: an example of the contract that keeps it, or a sample."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Final, TypeVar, assert_never, cast

from accord.contract.model import Api, Example, Header, MediaType, Response
from accord.contract.schema import JsonValue, Ref, Schema, Unset, annotations_of
from accord.contract.schemas.samples import NoSampleError, Sampler
from accord.runtime import Event, EventStream, ItemStream, declare
from accord.runtime.media_types import ContentKind, content_kind, is_json, parse_media_type

T = TypeVar("T")

_STREAMED: Final = 3
"""Items or events of a stream that would have any number of them."""
_BYTES: Final = 64
_REASON_MEMBERS: Final = ("detail", "message", "description", "error", "title")
"""Members of error bodies that tell a reason."""
_BOUNDARY: Final = b"accord"
_CONCRETE: Final = {
    "*": "text/plain",
    "text": "text/plain",
    "image": "image/png",
    "audio": "audio/mpeg",
    "video": "video/mp4",
    "application": "application/octet-stream",
}
"""A media type of a range, where the client names none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """What a response is made from: a seed that follows from the request, the example that is asked for, and whether examples
    count."""

    seed: str
    example: str | None = None
    dynamic: bool = False


class Bodies:
    """Bodies and headers for the responses of one contract."""

    def __init__(self, api: Api, *, formats: bool) -> None:
        self._response = Sampler(api.schemas, view="response", formats=formats)
        self._event = Sampler(api.schemas, view="event", formats=formats)

    def body(
        self, entry: MediaType, content: declare.ResponseContent, media_type: str, preference: Preference
    ) -> object:
        """What an implementation would give for *entry*, sent as *media_type*.

        Raises:
            NoSampleError: nothing was found that keeps the contract.
        """
        parsed = parse_media_type(media_type)
        kind: ContentKind = "binary" if parsed is None else content_kind(parsed)
        match kind:
            case "json":
                return self._value(entry, preference)
            case "text":
                return self._text(entry, media_type, preference)
            case "binary" if parsed is not None and parsed.type == "multipart":
                return self._multipart(entry, preference)
            case "binary":
                return self._bytes(entry, preference)
            case "events":
                events = list(self._several(entry, self._event, preference))
                if content.events is not None and content.events.payload:
                    return EventStream(_stream([Event(data=event) for event in events]))
                return EventStream(_stream(events))
            case "items":
                return ItemStream(_stream(list(self._several(entry, self._response, preference))))
            case _:
                assert_never(kind)

    def header(self, header: Header, preference: Preference) -> JsonValue:
        """The value of a declared header.

        Raises:
            NoSampleError: nothing was found that keeps the contract.
        """
        schema = header.content[0].schema if header.content else header.schema
        for value in () if preference.dynamic else _example_values(header):
            if self._fits(schema, value):
                return value
        if schema is None:
            return "accord"
        return self._response.sample(
            schema, seed=f"{preference.seed} {header.name}", dynamic=preference.dynamic
        )

    def with_reason(self, body: object, entry: MediaType, status: int, detail: str | None) -> object:
        """An error body that says its own status and, where there is one, the reason, as far as its schema allows."""
        value = cast("JsonValue", body)
        members = {"status": status, "code": status, **dict.fromkeys(_REASON_MEMBERS, detail)}
        for name, said in members.items():
            changed = None if said is None else _with_member(value, name, said)
            if changed is not None and self._fits(entry.schema, changed):
                value = changed
                if name in _REASON_MEMBERS:
                    break
        return value

    def rejection(self, response: Response, status: int, detail: str, seed: str) -> JsonValue:
        """The documented JSON body of a rejection; ``None`` where there is none."""
        for entry in response.content:
            parsed = parse_media_type(entry.name)
            # Where nothing more is said than "any media type", JSON is what it is served as.
            if parsed is None or not (is_json(parsed) or parsed.is_range):
                continue
            try:
                value = self._value(entry, Preference(seed=seed))
            except NoSampleError:
                return None
            return cast("JsonValue", self.with_reason(value, entry, status, detail))
        return None

    def has_example(self, header: Header) -> bool:
        """Whether an example of a header is declared."""
        return bool(_example_values(header))

    def _fits(self, schema: Schema | None, value: JsonValue) -> bool:
        """Whether the contract allows *value*."""
        return schema is None or self._response.is_valid(schema, value)

    def _value(self, entry: MediaType, preference: Preference) -> JsonValue:
        """A JSON value: the first example that keeps the schema, or a sample."""
        chosen = _chosen(entry.examples, preference)
        for example in chosen:
            if not isinstance(example.value, Unset) and self._fits(entry.schema, example.value):
                return example.value
        if preference.example is not None:
            _reject_example(entry, self._response, chosen, preference.example)
        if entry.schema is None:
            return {}
        return self._response.sample(entry.schema, seed=preference.seed, dynamic=preference.dynamic)

    def _text(self, entry: MediaType, media_type: str, preference: Preference) -> str:
        """A text: an example, or a sample written as text."""
        chosen = _chosen(entry.examples, preference, serialized=True)
        for example in chosen:
            if isinstance(example.value, str) and self._fits(entry.schema, example.value):
                return example.value
            if example.serialized_value is not None:
                return example.serialized_value
        # Without the examples, which were looked at as texts.
        value = self._value(replace(entry, examples=()), replace(preference, example=None))
        if isinstance(value, str):
            return value
        if "xml" in media_type:
            return _xml(value, _root_name(entry.schema))
        return "" if entry.schema is None else json.dumps(value, ensure_ascii=False)

    def _bytes(self, entry: MediaType, preference: Preference) -> bytes:
        """Bytes: an example, or some that are the same for the same request."""
        for example in _chosen(entry.examples, preference, serialized=True):
            text = example.value if isinstance(example.value, str) else example.serialized_value
            if text is not None:
                return text.encode()
        # No schema says what bytes mean, so any will do.
        return Random(preference.seed).randbytes(_BYTES)  # noqa: S311 - it has to be repeatable

    def _multipart(self, entry: MediaType, preference: Preference) -> bytes:
        """The members of a sampled object as parts of a form, or the value as the one part."""
        value = {} if entry.schema is None else self._response.sample(entry.schema, seed=preference.seed)
        members = value if isinstance(value, dict) else {"value": value}
        parts = [_part(name, member) for name, member in members.items()] or [_part("value", "accord")]
        return b"".join([*parts, b"--" + _BOUNDARY + b"--\r\n"])

    def _several(self, entry: MediaType, sampler: Sampler, preference: Preference) -> Iterator[JsonValue]:
        """Items of a sequential media type: those of an example that is a list, or samples."""
        schema = entry.item_schema if entry.item_schema is not None else entry.schema
        for example in _chosen(entry.examples, preference):
            items = example.value if isinstance(example.value, list) else [example.value]
            given = [item for item in items if not isinstance(item, Unset)]
            if given and all(schema is None or sampler.is_valid(schema, item) for item in given):
                yield from given
                return
        if preference.example is not None:
            chosen = _chosen(entry.examples, preference)
            _reject_example(replace(entry, schema=schema), sampler, chosen, preference.example)
        for number in range(_STREAMED):
            if schema is None:
                yield {"data": "accord"}
            else:
                yield sampler.sample(schema, seed=f"{preference.seed} {number}", dynamic=preference.dynamic)


def _example_values(header: Header) -> list[JsonValue]:
    examples = header.content[0].examples if header.content else header.examples
    return [example.value for example in examples if not isinstance(example.value, Unset)]


def _with_member(value: JsonValue, name: str, said: str | int) -> JsonValue:
    """*value* with *said* as its member *name*, or as that of an object in it; ``None`` where it has no such one."""
    if not isinstance(value, dict):
        return None
    if name in value and type(value[name]) is type(said):
        return {**value, name: said}
    for key, inner in value.items():
        changed = _with_member(inner, name, said)
        if changed is not None:
            return {**value, key: changed}
    return None


def entry_of(response: Response, media_type: str) -> MediaType:
    """The entry of ``content`` that is served as *media_type*: of that name, of that type, or a range around it.

    Raises:
        NoSampleError: there is none.
    """
    wanted = parse_media_type(media_type)
    by_fit: list[tuple[int, MediaType]] = []
    for entry in response.content:
        parsed = parse_media_type(entry.name)
        if entry.name.strip() == media_type:
            by_fit.append((0, entry))
        elif parsed is not None and wanted is not None and parsed.covers(wanted):
            by_fit.append((2 if parsed.is_range else 1, entry))
    if not by_fit:
        raise NoSampleError(f"{media_type} is no media type of the response")
    return min(by_fit, key=lambda pair: pair[0])[1]


def concrete(media_type: str) -> str:
    """A media type that lies in *media_type*, where that is a range, and with its boundary, where it needs one."""
    parsed = parse_media_type(media_type)
    if parsed is not None and parsed.type == "multipart":
        subtype = "mixed" if "*" in parsed.subtype else parsed.subtype
        return f"multipart/{subtype}; boundary={_BOUNDARY.decode()}"
    if parsed is None or not parsed.is_range:
        return media_type
    before, star, after = parsed.subtype.partition("*")
    if before or after:
        return f"{parsed.type}/{before}vnd.accord{after}" if star else media_type
    return _CONCRETE.get(parsed.type, f"{parsed.type}/plain")


def _chosen(
    examples: Sequence[Example], preference: Preference, *, serialized: bool = False
) -> list[Example]:
    """The examples that may be sent: the one that is asked for, none where samples are, otherwise all."""
    usable = [
        example
        for example in examples
        if not isinstance(example.value, Unset) or (serialized and example.serialized_value is not None)
    ]
    if preference.example is not None:
        return [example for example in usable if example.name == preference.example]
    return [] if preference.dynamic else usable


def _reject_example(entry: MediaType, sampler: Sampler, chosen: Sequence[Example], name: str) -> None:
    """Raise why the example *name* that was asked for cannot be sent."""
    if chosen and entry.schema is not None:
        value = chosen[0].value
        assert not isinstance(value, Unset)
        reason = sampler.checker.reason(entry.schema, value)
        raise NoSampleError(f"the example {name!r} breaks its schema: {reason}")
    raise NoSampleError(f"the example {name!r} of {entry.name} has no value here")


def _part(name: str, value: JsonValue) -> bytes:
    """A part of a multipart body."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    # RFC 7578, section 4.2; a line break would end the header.
    quoted = name.replace("\\", "\\\\").replace('"', '\\"').replace("\r", " ").replace("\n", " ")
    kind = "text/plain; charset=utf-8" if isinstance(value, str) else "application/json"
    lines = [f'Content-Disposition: form-data; name="{quoted}"', f"Content-Type: {kind}", "", text]
    return b"--" + _BOUNDARY + b"\r\n" + "\r\n".join(lines).encode() + b"\r\n"


async def _stream(items: Sequence[T]) -> AsyncIterator[T]:
    """*items* as an async iterator."""
    for item in items:
        yield item


def _root_name(schema: Schema | None) -> str:
    """What the outermost element of XML is called: as the schema says, or as the schema is called."""
    if schema is None:
        return "value"
    named = annotations_of(schema).xml.get("name")
    return _tag(named if isinstance(named, str) else schema.target if isinstance(schema, Ref) else "value")


def _xml(value: JsonValue, name: str) -> str:
    """A value as plain XML: XML is carried as text, and its schema says little about it."""
    from xml.etree.ElementTree import Element, SubElement, tostring

    def fill(parent: Element, inner: JsonValue) -> None:
        match inner:
            case dict():
                for member, item in inner.items():
                    fill(SubElement(parent, _tag(member)), item)
            case list():
                for item in inner:
                    fill(SubElement(parent, "item"), item)
            case None:
                pass
            case _:
                parent.text = str(inner).lower() if isinstance(inner, bool) else str(inner)

    root = Element(name)
    fill(root, value)
    return tostring(root, encoding="unicode")


def _tag(name: str) -> str:
    """*name* as the name of an XML element."""
    text = "".join(char if char.isascii() and (char.isalnum() or char in "-_.") else "_" for char in name)
    return text if text[:1].isalpha() else f"_{text}"
