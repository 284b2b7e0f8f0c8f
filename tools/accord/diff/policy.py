"""What was agreed apart from the wire: announcements, stability, names, and what removing an operation takes."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from accord.contract.model import Operation
from accord.diff.gather import Exchange, Finding, Gather, harmless, place
from accord.diff.model import Breaking, Site, Verdict, Waiver

STABILITY: Final = ("draft", "alpha", "beta", "stable")
"""Levels of ``x-stability-level``, rising; an operation without one is stable."""

_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_ANNOUNCED: Final = "an announcement"
_NAMES: Final = "the wire is the same; names in generated code change"


def parse_date(value: object) -> date | None:
    """The date that *value* starts with, ``None`` where it is no date."""
    match = _DATE.match(str(value))
    try:
        return date.fromisoformat(match.group()) if match else None
    except ValueError:
        return None


def stability(operation: Operation) -> str:
    """The level of an operation."""
    level = str(operation.extensions.get("x-stability-level") or "").lower()
    return level if level in STABILITY else "stable"


def unstable_waiver(operation: Operation) -> Waiver | None:
    """Operations below beta promise nothing."""
    level = stability(operation)
    if level in {"draft", "alpha"}:
        return Waiver(kind="unstable", reason=f"the operation is declared {level} (x-stability-level)")
    return None


def removal_waiver(operation: Operation, today: date) -> Waiver | None:
    """An operation may go that was deprecated before, from its sunset on if it has one."""
    if not operation.deprecated:
        return None
    written = operation.extensions.get("x-sunset")
    if written is None:
        return Waiver(kind="announced", reason="the operation was deprecated before")
    sunset = parse_date(written)
    if sunset is None or sunset > today:
        return None
    return Waiver(kind="announced", reason=f"the operation was deprecated, and its sunset was {sunset}")


def removal_reason(operation: Operation, today: date) -> str:
    """Why a removal is not covered by an announcement."""
    written = operation.extensions.get("x-sunset")
    if not operation.deprecated:
        return "it was never deprecated"
    sunset = parse_date(written)
    if sunset is None:
        return f"its sunset {written!r} is no date"
    return f"its sunset {sunset} is still to come" if sunset > today else ""


class PolicyComparison:
    """Compares what is agreed about one operation."""

    def __init__(self, gather: Gather, exchange: Exchange) -> None:
        self._gather = gather
        self._exchange = exchange

    def compare(self) -> None:
        """Find every difference."""
        self._deprecation()
        self._sunset()
        self._stability()
        self._names()
        self._links()

    def _add(self, code: str, text: str, verdict: Verdict, *, own: bool = True) -> None:
        old, new = self._exchange.old, self._exchange.new
        key = (str(self._exchange.ref), text) if own else (text,)
        self._gather.add(
            Finding(
                code=code,
                message=text,
                verdict=verdict,
                site=Site(location="operation"),
                channel="policy",
                key=key,
                old=place(old.span, old.pointer),
                new=place(new.span, new.pointer),
            ),
            self._exchange.ref,
        )

    def _deprecation(self) -> None:
        old, new = self._exchange.old, self._exchange.new
        if new.deprecated and not old.deprecated:
            self._add("operation-deprecated", "the operation is deprecated", harmless(_ANNOUNCED), own=False)
        elif old.deprecated and not new.deprecated:
            text = "the operation is no longer deprecated"
            self._add("operation-undeprecated", text, harmless("a promise more"), own=False)

    def _sunset(self) -> None:
        old, new = (o.extensions.get("x-sunset") for o in (self._exchange.old, self._exchange.new))
        if new is not None and parse_date(new) is None and new != old:
            self._add(
                "sunset-not-a-date", f"x-sunset {new!r} is no date", Breaking(reason="nobody can plan by it")
            )
            return
        if old is None and new is not None:
            self._grace(str(new))
        if old is None or old == new:
            return
        if new is None:
            if self._exchange.new.deprecated:
                reason = "an announced date is gone, and the deprecation stays"
                self._add("sunset-removed", f"the sunset {old} was removed", Breaking(reason=reason))
            else:
                self._add(
                    "sunset-removed", f"the sunset {old} was removed", harmless("so was the deprecation")
                )
            return
        before, after = parse_date(old), parse_date(new)
        text = f"the sunset moved from {old} to {new}"
        if before is not None and after is not None and after < before:
            self._add("sunset-moved-earlier", text, Breaking(reason="less time is left than was announced"))
        else:
            self._add("sunset-moved-later", text, harmless("more time is left"))

    def _grace(self, written: str) -> None:
        new = self._exchange.new
        announced = parse_date(new.extensions.get("x-accord-deprecated-at"))
        sunset = parse_date(written)
        text = f"the sunset {written} was announced"
        if announced is not None and sunset is not None and sunset <= announced:
            reason = f"no time is left between the deprecation ({announced}) and the sunset"
            self._add("sunset-without-grace", text, Breaking(reason=reason))
        else:
            self._add("sunset-added", text, harmless(_ANNOUNCED), own=False)

    def _stability(self) -> None:
        old, new = stability(self._exchange.old), stability(self._exchange.new)
        if old == new:
            return
        text = f"the stability level went from {old} to {new}"
        if STABILITY.index(new) < STABILITY.index(old):
            self._add("stability-decreased", text, Breaking(reason="a promise is taken back"))
        else:
            self._add("stability-increased", text, harmless("a promise more"))

    def _names(self) -> None:
        old, new = self._exchange.old, self._exchange.new
        if old.operation_id != new.operation_id:
            text = f"operationId {old.operation_id or 'none'} became {new.operation_id or 'none'}"
            self._add("operation-id-changed", text, harmless(_NAMES))
        if set(old.tags) != set(new.tags):
            shown = [", ".join(tags) or "none" for tags in (old.tags, new.tags)]
            self._add("tags-changed", f"tags {shown[0]} became {shown[1]}", harmless(_NAMES), own=False)

    def _links(self) -> None:
        old = {(r.status, link.name): link for r in self._exchange.old.responses for link in r.links}
        new = {(r.status, link.name): link for r in self._exchange.new.responses for link in r.links}
        for (status, name), link in old.items():
            other = new.get((status, name))
            if other is None:
                text = f"the link `{name}` of the response {status} was removed"
                self._add("link-removed", text, harmless("links describe, they send nothing"))
            elif (link.target, link.parameters, link.request_body) != (
                other.target,
                other.parameters,
                other.request_body,
            ):
                text = f"the link `{name}` of the response {status} leads elsewhere"
                self._add("link-changed", text, harmless("links describe, they send nothing"))
        for status, name in new:
            if (status, name) not in old:
                text = f"the link `{name}` of the response {status} was added"
                self._add("link-added", text, harmless("links describe, they send nothing"))
