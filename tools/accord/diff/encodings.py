"""``encoding``: what kind of content a field of a form or a part of a body is, its headers, and its style.

A field without an encoding is sent in the media type that OpenAPI gives its schema, and taken in any.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from accord.contract.media_types import essence
from accord.contract.model import Encoding, Header, MediaType
from accord.contract.schema import JsonValue, Unset
from accord.diff.gather import Exchange, Finding, Gather, breaks, harmless, place
from accord.diff.headers import Bearer, HeaderComparison
from accord.diff.lane import Lane
from accord.diff.lanes import Way
from accord.diff.model import Direction, Message, Side, Site, Undecided, Verdict
from accord.diff.node import NEVER, Conj, Node, child_of, item_of
from accord.diff.plain import may_occur
from accord.diff.sample import NoValueError
from accord.diff.slots import conj, covers, schema_of
from accord.diff.styles import Writing, telling

Frame = Callable[[JsonValue], Message]

_FORM: Final = "application/x-www-form-urlencoded"
_TYPES: Final = (
    ("object", "application/json"),
    ("string", "text/plain"),
    ("integer", "text/plain"),
    ("number", "text/plain"),
    ("boolean", "text/plain"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Field:
    """One field in both versions, ``None`` where a version has no encoding for it; *sent* is what its sender emits."""

    name: str
    old: Encoding | None
    new: Encoding | None
    sent: Conj


class EncodingComparison:
    """Compares the encodings of one body in both versions."""

    def __init__(
        self, gather: Gather, exchange: Exchange, site: Site, direction: Direction, frame: Frame
    ) -> None:
        """*frame* makes the message around a body, as its sender sends it."""
        self._gather = gather
        self._exchange = exchange
        self._site = site
        self._direction: Direction = direction
        self._frame = frame
        self._sender: Side = exchange.sender(direction)
        self._way: Way = gather.lanes.way(Lane(direction, self._sender))

    def compare(self, old: MediaType, new: MediaType) -> None:
        """Find every difference."""
        before = {one.property_name: one for one in old.encoding}
        after = {one.property_name: one for one in new.encoding}
        body = conj((old if self._sender == "old" else new).schema)
        node = self._way.sender.node(body)
        for name in dict.fromkeys((*before, *after)):
            x, y = before.get(name), after.get(name)
            if x == y:
                continue
            sent = child_of(node, name)
            if not self._has_fields(new) or sent == NEVER or not may_occur(node.objects, name):
                proof = (
                    "no such part is sent" if self._has_fields(new) else "it applies to forms and parts only"
                )
                self._add("encoding-changed", f"the encoding of `{name}` changed", harmless(proof), (x, y))
                continue
            self._field(_Field(name=name, old=x, new=y, sent=sent), body, is_form=essence(new.name) == _FORM)
        if (old.item_encoding, old.prefix_encoding) != (new.item_encoding, new.prefix_encoding):
            opinion = Undecided(opinion="breaking", reason="encodings by position are not looked into")
            self._add("encoding-changed", "the encoding of parts by position changed", opinion, (None, None))

    def _has_fields(self, media_type: MediaType) -> bool:
        name = essence(media_type.name)
        return name == _FORM or name.startswith("multipart/")

    def _add(
        self, code: str, text: str, verdict: Verdict, sides: tuple[Encoding | None, Encoding | None]
    ) -> None:
        old, new = (place(one.span) if one else None for one in sides)
        site = self._site
        self._gather.add(
            Finding(
                code=code,
                message=text,
                verdict=verdict,
                site=site,
                direction="response" if site.status else "request",
                key=(site.location, site.status, site.media_type, text, str(self._exchange.ref)),
                old=old,
                new=new,
            ),
            self._exchange.ref,
        )

    # ── one field ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _field(self, field: _Field, body: Conj, *, is_form: bool) -> None:
        self._style(field, body, is_form=is_form)
        if is_form:
            return
        self._content_types(field, body)
        own = self._side(field)
        sent_headers: tuple[Header, ...] = own.headers if own is not None else ()

        def frame(header: Header | None, value: JsonValue | Unset) -> Message:
            given = tuple(
                (one.name, value if one is header else self._header_value(one))
                for one in sent_headers
                if one.required or one is header
            )
            return self._message(body, field, {k: v for k, v in given if not isinstance(v, Unset)})

        bearer = Bearer(
            direction=self._direction,
            site=self._site,
            part=field.name,
            key=(field.name, self._site.media_type, str(self._exchange.ref)),
            frame=frame,
        )
        old, new = (one.headers if one is not None else () for one in (field.old, field.new))
        HeaderComparison(self._gather, self._exchange, bearer).compare(old, new)

    def _side(self, field: _Field) -> Encoding | None:
        return field.old if self._sender == "old" else field.new

    def _header_value(self, header: Header) -> JsonValue | Unset:
        return self._gather.messages.value(schema_of(header), self._sender, self._direction)

    def _message(
        self,
        body: Conj,
        field: _Field,
        headers: dict[str, JsonValue],
        value: JsonValue | None = None,
    ) -> Message:
        """A message whose body has the field, in a part with *headers*."""
        sampler = self._way.contrast.sampler
        try:
            own = sampler.smallest(field.sent) if value is None else value
            whole = sampler.make(sampler.cases(body, None)[0], given={field.name: own})
        except NoValueError:
            whole = {field.name: value}
        message = self._frame(whole)
        return replace(message, parts=tuple((field.name, name, told) for name, told in headers.items()))

    # ── media types of parts ──────────────────────────────────────────────────────────────────────────────────────

    def _content_types(self, field: _Field, body: Conj) -> None:
        sides = [_types(one) for one in (field.old, field.new)]
        by_schema = tuple(_default_types(self._way, field.sent))
        if {essence(t) for t in sides[0] or by_schema} == {essence(t) for t in sides[1] or by_schema}:
            return
        sent, taken = sides if self._sender == "old" else sides[::-1]
        emitted = sent or by_schema
        verdict: Verdict = harmless("every media type that is sent is taken")
        odd = next((t for t in emitted if taken and not any(covers(r, t) for r in taken)), None)
        if odd is not None:
            example = _example(odd, taken)
            message = self._message(body, field, {"Content-Type": example})
            side = field.new if self._sender == "old" else field.old
            span = side.span if side is not None else self._exchange.of(self._receiver()).span
            reason = f"the part `{field.name}` may be {' or '.join(taken)}, not {example}"
            verdict = breaks(self._exchange, self._direction, message, ("contentType", reason), span)
        elif not emitted and taken:
            reason = "the schema does not say in what media type the part is sent"
            verdict = Undecided(opinion="breaking", reason=reason)
        elif not taken and sent and self._direction == "response" and self._sender == "new":
            verdict = self._beyond_default(field, body, sent, by_schema)
        old, new = (", ".join(types) or "none" for types in sides)
        text = f"the media types of the part `{field.name}` changed from {old} to {new}"
        self._add("part-content-type-changed", text, verdict, (field.old, field.new))

    def _beyond_default(
        self, field: _Field, body: Conj, sent: tuple[str, ...], promised: tuple[str, ...]
    ) -> Verdict:
        """A response promises the media type of the schema where nothing else is written."""
        odd = next((t for t in sent if promised and not any(covers(p, t) for p in promised)), None)
        if odd is None:
            return harmless("every media type that is sent was promised")
        message = self._message(body, field, {"Content-Type": _example(odd, promised)})
        reason = f"the part `{field.name}` was promised as {' or '.join(promised)}"
        span = self._exchange.old.span
        return breaks(self._exchange, self._direction, message, ("contentType", reason), span)

    def _receiver(self) -> Side:
        return "new" if self._sender == "old" else "old"

    # ── style ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _style(self, field: _Field, body: Conj, *, is_form: bool) -> None:
        node = self._way.sender.node(field.sent)
        ways = [_writing(field.name, one, node, is_form=is_form) for one in (field.old, field.new)]
        if ways[0] == ways[1]:
            return
        value = telling(self._way, field.sent, *(ways if self._sender == "old" else ways[::-1]))
        match value:
            case Unset():
                verdict: Verdict = harmless("written the same for such values")
            case None:
                verdict = Undecided(opinion="breaking", reason="no value that shows it was found")
            case _:
                message = self._message(body, field, {}, value)
                side = field.new if self._sender == "old" else field.old
                span = side.span if side is not None else self._exchange.of(self._sender).span
                reason = f"the field `{field.name}` is written otherwise"
                verdict = breaks(self._exchange, self._direction, message, ("style", reason), span)
        text = f"the field `{field.name}` is written in style {_shape(ways[1])}, not {_shape(ways[0])}"
        if _shape(ways[0]) == _shape(ways[1]):
            text = f"the style of the field `{field.name}` changed"
        self._add("field-style-changed", text, verdict, (field.old, field.new))


def _types(encoding: Encoding | None) -> tuple[str, ...]:
    return () if encoding is None or _styled(encoding) else encoding.content_types


def _styled(encoding: Encoding | None) -> bool:
    """Whether a style is written, so that the media type does not count."""
    if encoding is None:
        return False
    return encoding.style is not None or encoding.explode is not None or encoding.allow_reserved


def _writing(name: str, encoding: Encoding | None, node: Node, *, is_form: bool) -> Writing:
    if encoding is not None and _styled(encoding):
        style = encoding.style or "form"
        explode = style == "form" if encoding.explode is None else encoding.explode
        return Writing(name=name, style=style, explode=explode, reserved=encoding.allow_reserved)
    types = () if encoding is None else encoding.content_types
    is_json = bool(types) and all(essence(t).endswith(("/json", "+json")) for t in types)
    if is_form and (is_json or "object" in node.types):
        return Writing(name=name, style="json")
    if not is_form and node.types & {"object"}:
        return Writing(name=name, style="json")
    return Writing(name=name, style="form", explode=True)


def _shape(way: Writing) -> str:
    return f"{way.style}{', exploded' if way.explode else ''}"


def _default_types(way: Way, sent: Conj) -> list[str]:
    """The media types in which OpenAPI has a part sent that says nothing itself; none where the schema leaves it open."""
    node = way.sender.node(sent)
    types = node.types - {"null"}
    if types == frozenset({"array"}):
        return _default_types(way, item_of(node, 0))
    if len(types) > 4 or not types:
        return []
    if types == frozenset({"string"}):
        strings = [part.string for part in node.parts]
        is_file = any(part.format == "binary" for part in node.parts)
        if is_file or any(one.content_encoding for one in strings):
            return ["application/octet-stream"]
        stated = [one.content_media_type for one in strings if one.content_media_type]
        return stated[:1] or ["text/plain"]
    return list(dict.fromkeys(media for name, media in _TYPES if name in types))


def _example(odd: str, taken: tuple[str, ...]) -> str:
    """A media type in the range *odd* that none of *taken* covers."""
    kind, _, name = odd.partition("/")
    if name.strip() != "*":
        return odd
    kind = "application" if kind.strip() == "*" else kind.strip()
    return next(t for n in range(len(taken) + 1) if not any(covers(r, t := f"{kind}/x-{n}") for r in taken))
