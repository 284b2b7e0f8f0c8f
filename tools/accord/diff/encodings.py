"""Compares ``encoding``: media type, headers and style of a field of a form, or of a part of a multipart body.

A part without an encoding is sent in the media type that OpenAPI gives its schema, and accepted in any.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from accord.contract.media_types import essence
from accord.contract.model import Encoding, Header, MediaType
from accord.contract.schema import JsonValue, Unset
from accord.contract.visit import schema_of
from accord.diff.headers import HeaderComparison, HeaderOwner
from accord.diff.media_types import covers
from accord.diff.model import Direction, Message, Side, Site, Undecided, Verdict
from accord.diff.proof.inclusion import may_occur
from accord.diff.proof.node import NEVER, Intersection, Node, child_of, item_of
from accord.diff.proof.transfer import Transfer
from accord.diff.report.findings import Exchange, Finding, Findings, breaking, compatible, place
from accord.diff.styles import StyleChange, Writing
from accord.diff.witness.comparison import SchemaComparison
from accord.diff.witness.sample import NoValueError
from accord.diff.witness.values import Frame, intersection

_FORM: Final = "application/x-www-form-urlencoded"
_SCALARS: Final = frozenset({"string", "integer", "number", "boolean"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Field:
    """One field in both versions, ``None`` where a version has no encoding for it; ``sent`` are the sender's schemas."""

    name: str
    old: Encoding | None
    new: Encoding | None
    sent: Intersection


class EncodingComparison:
    """Compares the encodings of one body in both versions."""

    def __init__(
        self, findings: Findings, exchange: Exchange, site: Site, direction: Direction, frame: Frame
    ) -> None:
        """*frame* makes the message around a body, as its sender sends it."""
        self._findings = findings
        self._exchange = exchange
        self._site = site
        self._direction: Direction = direction
        self._frame = frame
        self._sender: Side = exchange.sender(direction)
        self._comparison: SchemaComparison = findings.comparisons.of(Transfer(direction, self._sender))

    def compare(self, old: MediaType, new: MediaType) -> None:
        """Add every difference to the findings."""
        before = {encoding.property_name: encoding for encoding in old.encoding}
        after = {encoding.property_name: encoding for encoding in new.encoding}
        body = intersection((old if self._sender == "old" else new).schema)
        node = self._comparison.sender.node(body)
        media_type = essence(new.name)
        has_fields = media_type == _FORM or media_type.startswith("multipart/")
        for name in dict.fromkeys((*before, *after)):
            x, y = before.get(name), after.get(name)
            if x == y:
                continue
            sent = child_of(node, name)
            # OpenAPI ignores an encoding outside of forms, and one of a property that does not exist.
            if not has_fields or sent == NEVER or not may_occur(node.objects, name):
                proof = (
                    "no such part is sent" if has_fields else "it applies only to forms and multipart bodies"
                )
                self._add("encoding-changed", f"the encoding of `{name}` changed", compatible(proof), (x, y))
                continue
            self._field(_Field(name=name, old=x, new=y, sent=sent), body, is_form=media_type == _FORM)
        if (old.item_encoding, old.prefix_encoding) != (new.item_encoding, new.prefix_encoding):
            opinion = Undecided(opinion="breaking", reason="encodings by position are not compared")
            self._add("encoding-changed", "the encoding of parts by position changed", opinion, (None, None))

    def _add(
        self, code: str, text: str, verdict: Verdict, sides: tuple[Encoding | None, Encoding | None]
    ) -> None:
        site = self._site
        finding = Finding(
            code=code,
            message=text,
            verdict=verdict,
            site=site,
            direction="response" if site.status else "request",
            key=(site.location, site.status, site.media_type, text, str(self._exchange.ref)),
        )
        self._findings.add(finding, (place(sides[0]), place(sides[1])), self._exchange.ref)

    # ── one field ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _field(self, field: _Field, body: Intersection, *, is_form: bool) -> None:
        self._style(field, body, is_form=is_form)
        # Fields of a URL-encoded form have neither media types nor headers.
        if is_form:
            return
        self._content_types(field, body)
        encoding = field.old if self._sender == "old" else field.new
        sent_headers: tuple[Header, ...] = encoding.headers if encoding is not None else ()

        def frame(header: Header | None, value: JsonValue | Unset) -> Message:
            messages, side = self._findings.messages, self._sender
            given = tuple(
                (
                    sent.name,
                    value if sent is header else messages.value(schema_of(sent), side, self._direction),
                )
                for sent in sent_headers
                if sent.required or sent is header
            )
            return self._message(body, field, {k: v for k, v in given if not isinstance(v, Unset)})

        owner = HeaderOwner(
            direction=self._direction,
            site=self._site,
            part=field.name,
            key=(field.name, self._site.media_type, str(self._exchange.ref)),
            frame=frame,
        )
        old, new = (side.headers if side is not None else () for side in (field.old, field.new))
        HeaderComparison(self._findings, self._exchange, owner).compare(old, new)

    def _message(
        self,
        body: Intersection,
        field: _Field,
        headers: dict[str, JsonValue],
        value: JsonValue | None = None,
    ) -> Message:
        """A message whose body has the field, in a part with *headers*."""
        sampler = self._comparison.counterexamples.sampler
        try:
            given = sampler.smallest(field.sent) if value is None else value
            whole = sampler.make(sampler.cases(body, None)[0], given={field.name: given})
        except NoValueError:
            whole = {field.name: value}
        message = self._frame(whole)
        return replace(message, parts=tuple((field.name, name, header) for name, header in headers.items()))

    # ── media types of parts ──────────────────────────────────────────────────────────────────────────────────────

    def _content_types(self, field: _Field, body: Intersection) -> None:
        sides = [_types(side) for side in (field.old, field.new)]
        by_schema = tuple(_default_types(self._comparison, field.sent))
        if {essence(t) for t in sides[0] or by_schema} == {essence(t) for t in sides[1] or by_schema}:
            return
        # None written means: sent in the type that the schema implies, and accepted in any.
        sent, taken = sides if self._sender == "old" else sides[::-1]
        emitted = sent or by_schema
        verdict: Verdict = compatible("every media type that is sent is accepted")
        refused = next((t for t in emitted if taken and not any(covers(r, t) for r in taken)), None)
        if refused is not None:
            example = _example(refused, taken)
            message = self._message(body, field, {"Content-Type": example})
            side = field.new if self._sender == "old" else field.old
            span = (
                side.span
                if side is not None
                else self._exchange.of("new" if self._sender == "old" else "old").span
            )
            reason = f"the part `{field.name}` may be {' or '.join(taken)}, not {example}"
            verdict = breaking(self._exchange, self._direction, message, ("contentType", reason), span)
        elif not emitted and taken:
            reason = "the schema does not say in what media type the part is sent"
            verdict = Undecided(opinion="breaking", reason=reason)
        elif not taken and sent and self._direction == "response" and self._sender == "new":
            verdict = self._beyond_default(field, body, sent, by_schema)
        old, new = (", ".join(types) or "none" for types in sides)
        text = f"the media types of the part `{field.name}` changed from {old} to {new}"
        self._add("part-content-type-changed", text, verdict, (field.old, field.new))

    def _beyond_default(
        self, field: _Field, body: Intersection, sent: tuple[str, ...], promised: tuple[str, ...]
    ) -> Verdict:
        """A part of a response without an encoding was promised in the media type that its schema implies."""
        other = next((t for t in sent if promised and not any(covers(p, t) for p in promised)), None)
        if other is None:
            return compatible("every media type that is sent was promised")
        message = self._message(body, field, {"Content-Type": _example(other, promised)})
        reason = f"the part `{field.name}` was promised as {' or '.join(promised)}"
        span = self._exchange.old.span
        return breaking(self._exchange, self._direction, message, ("contentType", reason), span)

    # ── style ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _style(self, field: _Field, body: Intersection, *, is_form: bool) -> None:
        node = self._comparison.sender.node(field.sent)
        writings = [_writing(field.name, side, node, is_form=is_form) for side in (field.old, field.new)]
        if writings[0] == writings[1]:
            return
        receiving = field.new if self._sender == "old" else field.old
        verdict = StyleChange(
            exchange=self._exchange,
            transfer=Transfer(self._direction, self._sender),
            old=writings[0],
            new=writings[1],
            sent=field.sent,
            span=self._exchange.of(self._sender).span if receiving is None else receiving.span,
            frame=lambda value: self._message(body, field, {}, value),
        ).verdict(self._findings.comparisons)
        text = f"the style of the field `{field.name}` changed"
        shapes = [_shape(writing) for writing in writings]
        if shapes[0] != shapes[1]:
            text += f" from {shapes[0]} to {shapes[1]}"
        self._add("field-style-changed", text, verdict, (field.old, field.new))


def _types(encoding: Encoding | None) -> tuple[str, ...]:
    return () if encoding is None or _styled(encoding) else encoding.content_types


def _styled(encoding: Encoding | None) -> bool:
    """Whether a style is given, which makes OpenAPI ignore ``contentType``."""
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


def _shape(writing: Writing) -> str:
    return f"{writing.style}{', exploded' if writing.explode else ''}"


def _default_types(comparison: SchemaComparison, sent: Intersection) -> list[str]:
    """The media types in which OpenAPI sends a part without ``contentType``; none where its schema leaves it open."""
    node = comparison.sender.node(sent)
    types = node.types - {"null"}
    # Each item of an array is a part of its own.
    if types == frozenset({"array"}):
        return _default_types(comparison, item_of(node, 0))
    # A schema that allows (nearly) everything implies no media type.
    if len(types) > 4 or not types:
        return []
    if types == frozenset({"string"}):
        strings = [part.string for part in node.parts]
        is_file = any(part.format == "binary" for part in node.parts)
        if is_file or any(string.content_encoding for string in strings):
            return ["application/octet-stream"]
        stated = [string.content_media_type for string in strings if string.content_media_type]
        return stated[:1] or ["text/plain"]
    by_types = (("application/json", {"object"}), ("text/plain", _SCALARS))
    return [media_type for media_type, implying in by_types if types & implying]


def _example(media_range: str, taken: tuple[str, ...]) -> str:
    """A media type in *media_range* that none of *taken* covers."""
    kind, _, name = media_range.partition("/")
    if name.strip() != "*":
        return media_range
    kind = "application" if kind.strip() == "*" else kind.strip()
    return next(t for n in range(len(taken) + 1) if not any(covers(r, t := f"{kind}/x-{n}") for r in taken))
