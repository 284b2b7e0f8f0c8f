"""Headers of a response, and of a part of a body: what is promised, how it is written, what it may be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from accord.contract.model import Header
from accord.contract.schema import UNSET, JsonValue, Unset
from accord.diff.gather import Exchange, Finding, Gather, breaks, harmless, place
from accord.diff.lane import Lane
from accord.diff.listing import Home
from accord.diff.model import Direction, Message, Place, Side, Site, Undecided, Verdict
from accord.diff.slots import Slot, conj, is_text, schema_of
from accord.diff.styles import Writing, telling


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """What has headers, in both versions. *frame* makes its message, as its sender writes it, with one of the headers
    as given: ``None`` is none of them, ``UNSET`` leaves it out."""

    direction: Direction
    site: Site
    part: str
    """The property that the part belongs to, ``""`` of a response."""
    key: tuple[str, ...]
    frame: Callable[[Header | None, JsonValue | Unset], Message]


class HeaderComparison:
    """Compares the headers of one bearer."""

    def __init__(self, gather: Gather, exchange: Exchange, bearer: Bearer) -> None:
        self._gather = gather
        self._exchange = exchange
        self._bearer = bearer
        self._sender: Side = exchange.sender(bearer.direction)

    def compare(self, old: tuple[Header, ...], new: tuple[Header, ...]) -> None:
        """Find every difference."""
        before, after = headers_of(old), headers_of(new)
        for name, header in before.items():
            if name in after:
                self._both(header, after[name])
            else:
                self._gone(header, None)
        for name, header in after.items():
            if name not in before:
                verdict: Verdict = harmless("clients ignore headers that they do not know")
                if self._sender == "old":
                    verdict = harmless("nothing demands it")
                    if header.required:
                        verdict = self._without(header, None)
                self._add("added", f"{self._called(header)} was added", verdict, (None, header))

    def _called(self, header: Header) -> str:
        part = f" of the part `{self._bearer.part}`" if self._bearer.part else ""
        return f"the header `{header.name}`{part}"

    def _add(
        self, action: str, text: str, verdict: Verdict, sides: tuple[Header | None, Header | None]
    ) -> None:
        old, new = sides
        one = old or new
        assert one is not None
        bearer = self._bearer
        site = replace(bearer.site, location="header", name=one.name)
        places: list[Place | None] = [place(header.span) if header else None for header in sides]
        self._gather.add(
            Finding(
                code=f"{'part-' if bearer.part else ''}header-{action}",
                message=text,
                verdict=verdict,
                site=site,
                key=("header", one.name, site.status, "", text, *bearer.key),
                direction="response" if site.status else "request",
                old=places[0],
                new=places[1],
            ),
            self._exchange.ref,
        )

    def _both(self, before: Header, after: Header) -> None:
        if before.required != after.required:
            self._gone(before, after)
        self._style(before, after)
        bearer, side = self._bearer, self._sender
        sent = before if side == "old" else after
        where = f"/responses/{bearer.site.status}" if bearer.site.status else "/requestBody"
        pointer = f"{where}/{bearer.part + '/' if bearer.part else ''}{after.name}"
        self._gather.slot(
            Slot(
                lane=self._lane(text=is_text(before) and is_text(after)),
                direction="response" if bearer.site.status else "request",
                old=conj(schema_of(before)),
                new=conj(schema_of(after)),
                old_home=Home("", self._exchange.old.pointer + pointer),
                new_home=Home("", self._exchange.new.pointer + pointer),
                old_span=before.span,
                new_span=after.span,
                operation=self._exchange.ref,
                site=replace(bearer.site, location="header", name=after.name, media_type=""),
                frame=lambda value: bearer.frame(sent, value),
            )
        )

    def _lane(self, *, text: bool) -> Lane:
        return self._exchange.lane(self._bearer.direction, text=text)

    def _style(self, before: Header, after: Header) -> None:
        ways = [writing_of(header) for header in (before, after)]
        if ways[0] == replace(ways[1], name=ways[0].name):
            return
        old_sends = self._sender == "old"
        sent, wanted = (before, after) if old_sends else (after, before)
        way = self._gather.lanes.way(self._lane(text=False))
        value = telling(way, conj(schema_of(sent)), *(ways if old_sends else ways[::-1]))
        verdict: Verdict
        match value:
            case Unset():
                verdict = harmless("written the same for such values")
            case None:
                verdict = Undecided(opinion="breaking", reason="no value that shows it was found")
            case _:
                verdict = breaks(
                    self._exchange,
                    self._bearer.direction,
                    self._bearer.frame(sent, value),
                    ("style", f"`{wanted.name}` is written otherwise"),
                    wanted.span,
                )
        self._add("style-changed", f"{self._called(after)} is written otherwise", verdict, (before, after))

    def _gone(self, before: Header, after: Header | None) -> None:
        action = "removed" if after is None else "required" if after.required else "optional"
        text = f"{self._called(before)} {'was removed' if after is None else 'became ' + action}"
        sent, wanted = (after, before) if self._sender == "new" else (before, after)
        verdict: Verdict = harmless(
            "it was not promised" if not before.required else "nothing less is promised"
        )
        if wanted is not None and wanted.required and (sent is None or not sent.required):
            verdict = self._without(wanted, sent)
        self._add("removed" if after is None else f"became-{action}", text, verdict, (before, after))

    def _without(self, wanted: Header, sent: Header | None) -> Verdict:
        message = self._bearer.frame(sent, UNSET)
        reason = f"{self._called(wanted)} is required"
        return breaks(self._exchange, self._bearer.direction, message, ("header", reason), wanted.span)


def headers_of(headers: tuple[Header, ...]) -> dict[str, Header]:
    """Headers by their name in lower case; ``Content-Type`` is a matter of the content."""
    return {h.name.lower(): h for h in headers if h.name.lower() != "content-type"}


def writing_of(header: Header) -> Writing:
    """How the value of *header* is written."""
    style = "simple" if is_text(header) else "json"
    return Writing(name=header.name, style=style, explode=header.explode and is_text(header))
