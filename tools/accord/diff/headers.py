"""Compares the headers of a response, or of a part of a body: whether they are required, their style and their values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from accord.contract.model import Header
from accord.contract.schema import UNSET, JsonValue, Unset
from accord.contract.visit import schema_of
from accord.diff.model import Direction, Message, Side, Site, Verdict
from accord.diff.report.findings import Exchange, Finding, Findings, breaking, compatible, place
from accord.diff.styles import StyleChange, Writing
from accord.diff.witness.values import ComparedValue, Location, intersection, is_text


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderOwner:
    """The response, or the part of a multipart body, that has headers.

    ``frame`` makes a message as its sender writes it, with the header that is given and its value. The header is
    ``None`` to change none of them; the value is ``UNSET`` to leave the header out.
    """

    direction: Direction
    site: Site
    part: str
    """The property that is sent as this part, ``""`` for a response."""
    key: tuple[str, ...]
    frame: Callable[[Header | None, JsonValue | Unset], Message]


class HeaderComparison:
    """Compares the headers of one response or part."""

    def __init__(self, findings: Findings, exchange: Exchange, owner: HeaderOwner) -> None:
        self._findings = findings
        self._exchange = exchange
        self._owner = owner
        self._sender: Side = exchange.sender(owner.direction)

    def compare(self, old: tuple[Header, ...], new: tuple[Header, ...]) -> None:
        """Add every difference to the findings."""
        before, after = headers_of(old), headers_of(new)
        for name, header in before.items():
            if name in after:
                self._both(header, after[name])
            else:
                self._weakened(header, None)
        for name, header in after.items():
            if name not in before:
                verdict: Verdict = compatible("clients ignore unknown headers")
                # Of a part in a request, or of a listener's response, the old side does not know the new header.
                if self._sender == "old":
                    verdict = compatible("it is optional")
                    if header.required:
                        verdict = self._missing(header, None)
                self._add("added", f"{self._called(header)} was added", verdict, (None, header))

    def _called(self, header: Header) -> str:
        part = f" of the part `{self._owner.part}`" if self._owner.part else ""
        return f"the header `{header.name}`{part}"

    def _add(
        self, action: str, text: str, verdict: Verdict, sides: tuple[Header | None, Header | None]
    ) -> None:
        header = sides[1] or sides[0]
        assert header is not None
        owner = self._owner
        site = replace(owner.site, location="header", name=header.name)
        finding = Finding(
            code=f"{'part-' if owner.part else ''}header-{action}",
            message=text,
            verdict=verdict,
            site=site,
            key=("header", header.name, site.status, "", text, *owner.key),
            direction="response" if site.status else "request",
        )
        self._findings.add(finding, (place(sides[0]), place(sides[1])), self._exchange.ref)

    def _both(self, before: Header, after: Header) -> None:
        if before.required != after.required:
            self._weakened(before, after)
        self._style(before, after)
        owner, side = self._owner, self._sender
        sent = before if side == "old" else after
        where = f"/responses/{owner.site.status}" if owner.site.status else "/requestBody"
        pointer = f"{where}/{owner.part + '/' if owner.part else ''}{after.name}"
        self._findings.compare(
            ComparedValue(
                transfer=self._exchange.transfer(owner.direction, text=is_text(before) and is_text(after)),
                old=intersection(schema_of(before)),
                new=intersection(schema_of(after)),
                old_location=Location("", self._exchange.old.pointer + pointer),
                new_location=Location("", self._exchange.new.pointer + pointer),
                old_span=before.span,
                new_span=after.span,
                operation=self._exchange.ref,
                site=replace(owner.site, location="header", name=after.name, media_type=""),
                frame=lambda value: owner.frame(sent, value),
            )
        )

    def _style(self, before: Header, after: Header) -> None:
        writings = [writing_of(header) for header in (before, after)]
        # Names of headers are compared without regard to case.
        if writings[0] == replace(writings[1], name=writings[0].name):
            return
        sent, wanted = (before, after) if self._sender == "old" else (after, before)
        verdict = StyleChange(
            exchange=self._exchange,
            transfer=self._exchange.transfer(self._owner.direction),
            old=writings[0],
            new=writings[1],
            sent=intersection(schema_of(sent)),
            span=wanted.span,
            frame=lambda value: self._owner.frame(sent, value),
        ).verdict(self._findings.comparisons)
        self._add(
            "style-changed", f"{self._called(after)} is serialized differently", verdict, (before, after)
        )

    def _weakened(self, before: Header, after: Header | None) -> None:
        action = "removed" if after is None else "required" if after.required else "optional"
        text = f"{self._called(before)} {'was removed' if after is None else 'became ' + action}"
        sent, wanted = (after, before) if self._sender == "new" else (before, after)
        verdict: Verdict = compatible(
            "it was optional" if not before.required else "nothing less is promised"
        )
        if wanted is not None and wanted.required and (sent is None or not sent.required):
            verdict = self._missing(wanted, sent)
        self._add("removed" if after is None else f"became-{action}", text, verdict, (before, after))

    def _missing(self, wanted: Header, sent: Header | None) -> Verdict:
        message = self._owner.frame(sent, UNSET)
        reason = f"{self._called(wanted)} is required"
        return breaking(self._exchange, self._owner.direction, message, ("header", reason), wanted.span)


def headers_of(headers: tuple[Header, ...]) -> dict[str, Header]:
    """Headers by their name in lower case, without ``Content-Type``, which the media types describe."""
    return {h.name.lower(): h for h in headers if h.name.lower() != "content-type"}


def writing_of(header: Header) -> Writing:
    """How the value of *header* is serialized."""
    style = "simple" if is_text(header) else "json"
    return Writing(name=header.name, style=style, explode=header.explode and is_text(header))
