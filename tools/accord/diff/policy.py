"""Promises beside the wire: deprecation, sunset, stability, names and links, and when an operation may be removed."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from accord.contract.model import Operation
from accord.diff.model import Acceptance, Breaking, Site, Verdict
from accord.diff.report.findings import Exchange, Finding, Findings, compatible, place

STABILITY: Final = ("draft", "alpha", "beta", "stable")
"""Levels of ``x-stability-level``, from the least stable on. An operation without one is stable."""

_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_ANNOUNCED: Final = "it is only announced"
_NAMES: Final = "nothing changes on the wire; names in generated code may change"


def parse_date(value: object) -> date | None:
    """The date that *value* starts with, ``None`` where it is no date."""
    # Only the start: YAML and people write dates with a time as well.
    match = _DATE.match(str(value))
    try:
        return date.fromisoformat(match.group()) if match else None
    except ValueError:
        return None


def stability(operation: Operation) -> str:
    """The level of an operation."""
    level = str(operation.extensions.get("x-stability-level") or "").lower()
    # An unknown level must not excuse a break.
    return level if level in STABILITY else "stable"


def unstable_acceptance(operation: Operation) -> Acceptance | None:
    """Why changes of *operation* are accepted, where its level is below beta, which promises nothing."""
    level = stability(operation)
    if level in {"draft", "alpha"}:
        return Acceptance(kind="unstable", reason=f"the operation is declared {level} (x-stability-level)")
    return None


def removal_acceptance(operation: Operation, today: date) -> Acceptance | None:
    """Why the removal of *operation* is accepted: it was deprecated before, and its sunset, if it has one, has come."""
    if not operation.deprecated:
        return None
    written = operation.extensions.get("x-sunset")
    if written is None:
        return Acceptance(kind="announced", reason="the operation was deprecated before")
    sunset = parse_date(written)
    if sunset is None or sunset > today:
        return None
    return Acceptance(kind="announced", reason=f"the operation was deprecated, and its sunset was {sunset}")


def removal_reason(operation: Operation, today: date) -> str:
    """Why the removal of *operation* is not accepted, ``""`` where it is."""
    written = operation.extensions.get("x-sunset")
    if not operation.deprecated:
        return "it was never deprecated"
    sunset = parse_date(written)
    if sunset is None:
        return f"its sunset {written!r} is not a date"
    return f"its sunset {sunset} has not come yet" if sunset > today else ""


class PolicyComparison:
    """Compares the promises of one operation."""

    def __init__(self, findings: Findings, exchange: Exchange) -> None:
        self._findings = findings
        self._exchange = exchange

    def compare(self) -> None:
        """Add every difference to the findings."""
        self._deprecation()
        self._sunset()
        self._stability()
        self._names()
        self._links()

    def _add(self, code: str, text: str, verdict: Verdict, *, shared: bool = False) -> None:
        """Add a finding. With *shared* operations in which the same happened are one change."""
        old, new = self._exchange.old, self._exchange.new
        key = (text,) if shared else (str(self._exchange.ref), text)
        site = Site(location="operation")
        finding = Finding(code=code, message=text, verdict=verdict, site=site, channel="policy", key=key)
        self._findings.add(finding, (place(old, old.pointer), place(new, new.pointer)), self._exchange.ref)

    def _deprecation(self) -> None:
        old, new = self._exchange.old, self._exchange.new
        if new.deprecated and not old.deprecated:
            self._add(
                "operation-deprecated", "the operation is deprecated", compatible(_ANNOUNCED), shared=True
            )
        elif old.deprecated and not new.deprecated:
            text = "the operation is no longer deprecated"
            self._add("operation-undeprecated", text, compatible("more is promised"), shared=True)

    def _sunset(self) -> None:
        old, new = (o.extensions.get("x-sunset") for o in (self._exchange.old, self._exchange.new))
        # A date that was already unreadable in the old version is no change.
        if new is not None and parse_date(new) is None and new != old:
            self._add(
                "sunset-not-a-date",
                f"x-sunset {new!r} is not a date",
                Breaking(reason="clients cannot plan by it"),
            )
            return
        if old is None and new is not None:
            self._grace(str(new))
        if old is None or old == new:
            return
        if new is None:
            verdict: Verdict = compatible("so was the deprecation")
            if self._exchange.new.deprecated:
                verdict = Breaking(
                    reason="an announced date was removed, but the operation is still deprecated"
                )
            self._add("sunset-removed", f"the sunset {old} was removed", verdict)
            return
        before, after = parse_date(old), parse_date(new)
        text = f"the sunset moved from {old} to {new}"
        if before is not None and after is not None and after < before:
            self._add("sunset-moved-earlier", text, Breaking(reason="less time is left than was announced"))
        else:
            self._add("sunset-moved-later", text, compatible("more time is left"))

    def _grace(self, written: str) -> None:
        new = self._exchange.new
        announced = parse_date(new.extensions.get("x-accord-deprecated-at"))
        sunset = parse_date(written)
        text = f"the sunset {written} was announced"
        if announced is not None and sunset is not None and sunset <= announced:
            reason = f"no time is left between the deprecation ({announced}) and the sunset"
            self._add("sunset-without-grace", text, Breaking(reason=reason))
        else:
            self._add("sunset-added", text, compatible(_ANNOUNCED), shared=True)

    def _stability(self) -> None:
        old, new = stability(self._exchange.old), stability(self._exchange.new)
        if old == new:
            return
        text = f"the stability level changed from {old} to {new}"
        if STABILITY.index(new) < STABILITY.index(old):
            self._add("stability-decreased", text, Breaking(reason="less is promised"))
        else:
            self._add("stability-increased", text, compatible("more is promised"))

    def _names(self) -> None:
        old, new = self._exchange.old, self._exchange.new
        if old.operation_id != new.operation_id:
            text = f"operationId {old.operation_id or 'none'} became {new.operation_id or 'none'}"
            self._add("operation-id-changed", text, compatible(_NAMES))
        if set(old.tags) != set(new.tags):
            shown = [", ".join(tags) or "none" for tags in (old.tags, new.tags)]
            self._add("tags-changed", f"tags {shown[0]} became {shown[1]}", compatible(_NAMES), shared=True)

    def _links(self) -> None:
        old, new = _links(self._exchange.old), _links(self._exchange.new)
        for key in dict.fromkeys((*old, *new)):
            if old.get(key) != new.get(key):
                action = "added" if key not in old else "removed" if key not in new else "changed"
                what = action if action == "changed" else f"was {action}"
                text = f"the link `{key[1]}` of the response {key[0]} {what}"
                self._add(f"link-{action}", text, compatible("links only describe"))


def _links(operation: Operation) -> dict[tuple[str, str], object]:
    """What the links of *operation* say, by status and name."""
    links = ((response.status, link) for response in operation.responses for link in response.links)
    return {(status, link.name): (link.target, link.parameters, link.request_body) for status, link in links}
