"""Rules about scalars without quotes that YAML 1.1 readers take for something else than YAML 1.2 readers do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from accord.lint.model import RuleContext, Site
from accord.lint.registry import Finding, warning
from accord.lint.text import quoted
from accord.source.node import Entry, MappingNode, Node, ScalarNode, SequenceNode

# `y` and `n` are booleans by the letter of YAML 1.1; hardly any reader takes them so.
_BOOLEAN: Final = frozenset(
    word for lower in ("yes", "no", "on", "off") for word in (lower, lower.capitalize(), lower.upper())
)
_DATE: Final = re.compile(r"\d{4}-\d{1,2}-\d{1,2}(?:(?:[Tt]|[ \t]+)\d{1,2}:\d{2}:\d{2}.*)?")
_SEXAGESIMAL: Final = re.compile(r"[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?")
_OLD_NUMBER: Final = re.compile(r"[-+]?(?:0[0-7_]+|0b[01_]+|[0-9][0-9]*_[0-9_]+(?:\.[0-9_]*)?)")


def plain_scalars(context: RuleContext) -> list[ScalarNode | Entry]:
    """Scalars and keys without quotes in the YAML files of the contract that one of the rules below is about."""
    found: list[ScalarNode | Entry] = []
    for tree in context.document.files.values():
        # JSON knows none of these traps.
        if tree.root is not None and not tree.source.text.lstrip().startswith("{"):
            found.extend(_suspicious(tree.root))
    return found


def _suspicious(root: Node) -> Iterator[ScalarNode | Entry]:
    """Scalars and keys below *root* that YAML 1.1 reads otherwise."""
    waiting: list[Node] = [root]
    while waiting:
        match waiting.pop():
            case ScalarNode() as scalar:
                if scalar.plain and _kind(scalar.raw):
                    yield scalar
            case SequenceNode(items=items):
                waiting.extend(items)
            case MappingNode(entries=entries):
                for entry in entries.values():
                    if entry.plain and isinstance(entry.key_value, str) and entry.key in _BOOLEAN:
                        yield entry
                    waiting.append(entry.value)


def _kind(raw: str) -> str:
    """What YAML 1.1 takes a plain text for; empty where both versions agree."""
    # No boolean, date or number is that long, and the patterns below would be tried on every description.
    if len(raw) > 40:
        return ""
    if raw in _BOOLEAN:
        return "boolean"
    if raw[:1].isdigit() or raw[:1] in {"-", "+"}:
        if _DATE.fullmatch(raw):
            return "date"
        if _SEXAGESIMAL.fullmatch(raw) or _OLD_NUMBER.fullmatch(raw):
            return "number"
    return ""


def _booleans(_: Site, context: RuleContext) -> Iterator[Finding]:
    for item in context.once(plain_scalars):
        if isinstance(item, Entry):
            message = f"key {quoted(item.key)} without quotes: YAML 1.1 readers take it for a boolean"
            yield Finding(item.span, message)
        elif _kind(item.raw) == "boolean":
            message = f"{quoted(item.raw)} without quotes: text in YAML 1.2, a boolean in YAML 1.1"
            yield Finding(item.span, message)


def _dates(_: Site, context: RuleContext) -> Iterator[Finding]:
    for item in context.once(plain_scalars):
        if isinstance(item, ScalarNode) and _kind(item.raw) == "date":
            message = f"{quoted(item.raw)} without quotes: text in YAML 1.2, a date object in YAML 1.1"
            yield Finding(item.span, message)


def _numbers(_: Site, context: RuleContext) -> Iterator[Finding]:
    for item in context.once(plain_scalars):
        if isinstance(item, ScalarNode) and _kind(item.raw) == "number":
            message = f"{quoted(item.raw)} without quotes: YAML 1.1 and YAML 1.2 read different values"
            yield Finding(item.span, message)


RULES: Final = (
    warning("yaml-boolean-like", _booleans, on=("openapi",)).rule(
        summary="`yes`, `no`, `on` or `off` without quotes.",
        why="Readers of YAML 1.1 take it for a boolean: the value that is published depends on the tool.",
        hint="Put it in quotes if text is meant; write `true` or `false` if not.",
    ),
    warning("yaml-date-like", _dates, on=("openapi",)).rule(
        summary="A date or time without quotes.",
        why="Readers of YAML 1.1 make a date object of it, which JSON cannot hold.",
        hint="Put it in quotes.",
    ),
    warning("yaml-number-like", _numbers, on=("openapi",)).rule(
        summary="A number with a leading zero, an underscore or colons, without quotes.",
        why="Readers of YAML 1.1 take `0777` for octal, `1_000` for 1000 and `12:30` for 750.",
        hint="Put it in quotes if text is meant; write a plain decimal number if not.",
    ),
)
