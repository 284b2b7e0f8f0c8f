"""The words of the project are those of `docs/glossary.md`. Words that were replaced do not come back."""

from __future__ import annotations

import io
import keyword
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]

REPLACED: Final = {
    "answer": "response",
    "answers": "responses",
    "refusal": "rejection",
    "refusals": "rejections",
    "refuser": "rejection writer",
    "told": "reported",
    "tells": "reports",
    "wish": "preference",
    "flaw": "recoverable error",
    "odd": "malformed, unusual",
    "lane": "direction",
    "gap": "obligation",
    "trail": "path, visited",
    "forge": "falsify",
    "forged": "falsified",
    "readings": "alternatives",
    "conj": "intersection",
}
"""Words that no identifier contains, each with its replacement."""

REPLACED_NAMES: Final = {
    "one": "the name of the thing",
    "mine": "the name of the thing",
    "slot": "field, subject",
    "home": "owner, location",
    "homes": "owners, locations",
    "way": "comparison, alternative",
    "ways": "comparisons, alternatives",
    "put_around": "add_outer_middleware",
    "verdict2": "a name that says which verdict",
}
"""Whole identifiers. As part of another name, some of these words are right."""

NAMED_ELSEWHERE: Final = {"home", "one"}
"""Attributes that other libraries name: ``Path.home()``, ``Result.one()``."""

_CODE: Final = ("tools/accord", "src", "generated")
_CODE_SPAN: Final = re.compile(r"`([^`\n]+)`")
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def _identifiers(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of each identifier; in f-strings, those of their expressions are left out before Python 3.12."""
    previous = ""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.NAME and not keyword.iskeyword(token.string):
            if not (previous == "." and token.string in NAMED_ELSEWHERE):
                yield token.start[0], token.string
        if token.type not in {tokenize.NL, tokenize.COMMENT}:
            previous = token.string


def _replacement(identifier: str) -> str | None:
    if identifier in REPLACED_NAMES:
        return REPLACED_NAMES[identifier]
    return next(
        (REPLACED[word] for word in map(str.lower, _WORD.findall(identifier)) if word in REPLACED), None
    )


@pytest.mark.parametrize("folder", _CODE)
def test_identifiers_use_the_words_of_the_glossary(folder: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {name} (use: {use})"
        for path in sorted((ROOT / folder).rglob("*.py"))
        for line, name in _identifiers(path.read_text())
        if (use := _replacement(name)) is not None
    ]
    assert found == []


def test_code_in_docs_uses_the_words_of_the_glossary() -> None:
    found = [
        f"{path.relative_to(ROOT)}: `{span}` (use: {use})"
        for path in (ROOT / "README.md", ROOT / "ARCHITECTURE.md", *sorted((ROOT / "docs").rglob("*.md")))
        for span in _CODE_SPAN.findall(path.read_text())
        if re.fullmatch(r"[A-Za-z_][\w.]*(\(.*\))?", span)
        for name in re.findall(r"\w+", span.partition("(")[0])
        if (use := _replacement(name)) is not None
    ]
    assert found == []


def test_the_glossary_explains_no_replaced_word() -> None:
    terms = [
        term.strip()
        for row in (ROOT / "docs/glossary.md").read_text().splitlines()
        if row.startswith("| ") and not row.startswith("| term")
        for term in row.split("|")[1].split(",")
    ]
    assert terms
    assert len(terms) == len(set(terms))
    assert [term for term in terms if _replacement(term.replace(" ", "_")) is not None] == []
