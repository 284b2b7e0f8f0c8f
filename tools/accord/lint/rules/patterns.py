"""Rules about ``pattern`` and ``patternProperties``: regular expressions of ECMA 262, and what only looks like one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from accord.contract.schemas.validation import accepts_pattern
from accord.lint.model import RuleContext, Site
from accord.lint.registry import Finding, error, warning
from accord.lint.text import quoted

_ESCAPE: Final = re.compile(r"\\(?:[pPuk]\{[^}]*\}|.)", re.DOTALL)
_CLASS: Final = re.compile(r"\[\^?\]?[^\]]*\]")
_FOREIGN: Final = (
    (re.compile(r"\(\?[imsxu-]+\)|\(\?[ims-]*[xu][imsxu-]*:"), "inline flags"),
    (re.compile(r"\(\?P[<=>]"), "a group in the style of Python"),
    (re.compile(r"\(\?>"), "an atomic group"),
    (re.compile(r"[*+?}]\+"), "a possessive quantifier"),
)
"""Syntax of other dialects, looked for where escapes and classes have been taken out."""
_UNSUPPORTED_BY_ENGINE: Final = ("[^]", "\\k<", "\\c", "[]")
"""Valid in ECMA 262 though the engine rejects them."""


@lru_cache(maxsize=4096)
def pattern_fault(pattern: str) -> str:
    """Why *pattern* is no regular expression of ECMA 262; empty where it is one."""
    if any(escape in {"\\A", "\\Z", "\\z"} for escape in _ESCAPE.findall(pattern)):
        return "uses an anchor of another dialect"
    bare = _CLASS.sub("x", _ESCAPE.sub("x", pattern))
    for foreign, what in _FOREIGN:
        if foreign.search(bare):
            return f"uses {what}"
    if accepts_pattern(pattern) or any(construct in pattern for construct in _UNSUPPORTED_BY_ENGINE):
        return ""
    return "cannot be compiled"


def _invalid_pattern(site: Site, _: RuleContext) -> Iterator[Finding]:
    pattern = site.text("pattern")
    if pattern is not None and (fault := pattern_fault(pattern)):
        message = f"pattern {quoted(pattern)} is no ECMA 262 regular expression: it {fault}"
        yield Finding(site.where("pattern"), message)
    for key, entry in site.mapping("patternProperties").items():
        if fault := pattern_fault(key):
            yield Finding(entry.span, f"pattern {quoted(key)} is no ECMA 262 regular expression: it {fault}")


_DELIMITED: Final = re.compile(r"/\^.*\$/[a-z]*|/.*/[gimsuy]+", re.DOTALL)


def _delimited_pattern(site: Site, _: RuleContext) -> Iterator[Finding]:
    pattern = site.text("pattern")
    if pattern is not None and _DELIMITED.fullmatch(pattern):
        message = f"pattern {quoted(pattern)} has slashes around it: they are matched as text"
        yield Finding(site.where("pattern"), message)


RULES: Final = (
    error("pattern-invalid", _invalid_pattern, on=("schema",), keys=("pattern", "patternProperties")).rule(
        summary="A pattern that is no regular expression of ECMA 262.",
        why="JSON Schema patterns are ECMA 262; validators reject others or read them differently.",
        hint="Rewrite it in the syntax of JavaScript, without flags.",
    ),
    warning("pattern-delimited", _delimited_pattern, on=("schema",), keys=("pattern",)).rule(
        summary="A pattern with slashes around it.",
        why="The slashes are part of the expression, which then hardly matches anything.",
        hint="Remove the slashes and what follows the last one.",
    ),
)
