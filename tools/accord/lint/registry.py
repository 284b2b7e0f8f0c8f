"""What a rule is: a code, a severity, why it exists, the objects that it looks at, and the function that checks one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import Final, TypeAlias

from accord.contract.model import SpecVersion
from accord.diagnostics import Diagnostic, Severity, Span
from accord.lint.model import RuleContext, Site
from accord.source.grammar import Kind
from accord.source.node import MappingNode, SequenceNode
from accord.source.pointer import join

ALL_VERSIONS: tuple[SpecVersion, ...] = ("3.0", "3.1", "3.2")
SINCE_31: tuple[SpecVersion, ...] = ("3.1", "3.2")
ONLY_30: tuple[SpecVersion, ...] = ("3.0",)
EXTENSION = "x-*"
"""In ``Trigger.keys``: any field whose name starts with ``x-``."""

_ALWAYS: Final = ""
"""Stands for the keys of a rule that names none."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check yields; the rule adds its code, its severity and, where the check names none, its hint."""

    at: Span
    message: str
    hint: str = ""


Check: TypeAlias = Callable[[Site, RuleContext], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Trigger:
    """What a rule looks at, and what it reports: the declaration of a rule without its texts.

    ``on`` names the kinds of objects that the check is called with (a rule about the whole contract looks at
    ``openapi``); with ``keys``, only those that have one of these fields (:data:`EXTENSION` stands for any extension). A rule without a check is reported by the
    structure stage.
    """

    severity: Severity
    code: str
    check: Check | None
    on: tuple[Kind, ...]
    keys: tuple[str, ...] = ()
    versions: tuple[SpecVersion, ...] = ALL_VERSIONS

    def rule(self, *, summary: str, why: str, hint: str) -> Rule:
        """The rule: *summary* says what is wrong, *why* what it leads to, *hint* what to do."""
        return Rule(
            severity=self.severity,
            code=self.code,
            check=self.check,
            on=self.on,
            keys=self.keys,
            versions=self.versions,
            summary=summary,
            why=why,
            hint=hint,
        )


error: Final = partial(Trigger, Severity.ERROR)
warning: Final = partial(Trigger, Severity.WARNING)
info: Final = partial(Trigger, Severity.INFO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Trigger):
    """One rule: a trigger and the texts about it (see :meth:`Trigger.rule`)."""

    summary: str
    why: str
    hint: str

    def diagnostic(self, finding: Finding, pointer: str = "") -> Diagnostic:
        """The finding as it is reported."""
        return Diagnostic(
            code=self.code,
            message=finding.message,
            span=finding.at,
            hint=finding.hint or self.hint,
            severity=self.severity,
            pointer=pointer,
        )


class Dispatch:
    """The checks of one version by kind and key, so that an object meets only rules that concern it."""

    def __init__(self, rules: Iterable[Rule], version: SpecVersion) -> None:
        self._by_key: dict[Kind, dict[str, list[tuple[Rule, Check]]]] = {}
        for rule in rules:
            # Rules without a check belong to the structure stage; they are in the list for the page and for
            # SARIF.
            if rule.check is None or version not in rule.versions:
                continue
            for kind, key in product(rule.on, rule.keys or (_ALWAYS,)):
                self._by_key.setdefault(kind, {}).setdefault(key, []).append((rule, rule.check))

    def run(self, site: Site, context: RuleContext) -> Iterator[Diagnostic]:
        """Call every check that concerns *site* once."""
        by_key = self._by_key.get(site.kind)
        if not by_key:
            return
        # A rule may name several keys; an object with two of them is still one case.
        done: set[str] = set()
        for key in (_ALWAYS, *site.entries):
            for rule, check in by_key.get(EXTENSION if key.startswith("x-") else key, ()):
                if rule.code not in done:
                    done.add(rule.code)
                    yield from _report(rule, check, site, context)


def _report(rule: Rule, check: Check, site: Site, context: RuleContext) -> Iterator[Diagnostic]:
    """What one check finds at *site*, as diagnostics."""
    for finding in check(site, context):
        yield rule.diagnostic(finding, _pointer(finding.at, site))


def _pointer(at: Span, site: Site) -> str:
    """The pointer of what a finding points to in *site*; empty where a rule about the contract points elsewhere."""
    for key, entry in site.entries.items():
        if at in (entry.span, entry.value.span):
            return join(site.pointer, key)
        if site.kind == "openapi":
            continue  # the whole document would be searched
        match entry.value:
            case SequenceNode(items=items):
                inner: dict[Span, str | int] = {item.span: position for position, item in enumerate(items)}
            case MappingNode(entries=entries):
                inner = {inner_entry.span: name for name, inner_entry in entries.items()}
            case _:
                continue
        if at in inner:
            return join(site.pointer, key, inner[at])
    return "" if site.kind == "openapi" else site.pointer
