"""Prints the reference page of the rules from the registry."""

from __future__ import annotations

from collections.abc import Iterator

from accord.lint.catalogue import GROUPS, RULES
from accord.lint.registry import ALL_VERSIONS, Rule
from accord.lint.rules.extensions import EXTENSIONS
from accord.lint.text import listing

_INTRODUCTION = """\
# Rules of `accord validate`

<!-- Printed by `make docs-pages` from the registry of rules. Do not edit: change the rule. -->

`accord validate` checks a contract in this order: its text, its structure against the official schemas of OpenAPI, and
its meaning. Every finding has a place, a code and a hint. **error**: the contract says something that is wrong or
forbidden. **warning**: it hardly means what its author meant. **info**: worth knowing; never fails a command unless
asked to.
"""


def rules_page() -> str:
    """The page as Markdown, the same bytes for the same rules."""
    return "\n".join([_INTRODUCTION, *_summary(), *_details(), *_extensions()]).rstrip() + "\n"


def _summary() -> Iterator[str]:
    """The table of all rules."""
    yield f"There are {len(RULES)} rules.\n"
    yield "| code | severity | what it finds |\n|---|---|---|"
    for rule in sorted(RULES, key=lambda rule: rule.code):
        yield f"| [`{rule.code}`](#{rule.code}) | {rule.severity.value} | {rule.summary} |"
    yield ""


def _details() -> Iterator[str]:
    """What each rule is for, by the part of OpenAPI."""
    for title, rules in GROUPS:
        yield f"## {title}\n"
        for rule in rules:
            yield from _rule(rule)


def _rule(rule: Rule) -> Iterator[str]:
    """One rule."""
    yield f"### {rule.code}\n"
    versions = "" if rule.versions == ALL_VERSIONS else f" OpenAPI {', '.join(rule.versions)} only."
    yield f"**{rule.severity.value}.** {rule.summary}{versions}\n"
    yield f"{rule.why}\n"
    yield f"*What to do:* {rule.hint}\n"


def _extensions() -> Iterator[str]:
    """The table of extensions."""
    yield "## The vocabulary of extensions\n"
    yield "These are all extensions that Accord reads. None of them names code.\n"
    yield "| extension | stands in | value | purpose |\n|---|---|---|---|"
    for extension in EXTENSIONS:
        places = ", ".join(f"`{kind}`" for kind in extension.on)
        yield f"| {listing([extension.name])} | {places} | {extension.value} | {extension.purpose} |"
