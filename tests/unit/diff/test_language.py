"""Patterns as languages: what one allows and another does not."""

from __future__ import annotations

import re

import pytest

from accord.diff.proof.language import Texts, UnknownError, automaton, find


@pytest.mark.parametrize(
    ("inner", "outer"),
    [
        (r"^\w+$", ".*"),
        (r"^[a-m]+$", "^[a-z]+$"),
        (r"^(ab|cd)$", "^[a-d]{2}$"),
        (r"^\d{4}-\d{2}$", r"^[\d-]+$"),
        (r"^a{2,3}$", "^a+$"),
        (r"^abc", "^a"),
        (r"x$", "x"),
        (r"^[^a]$", r"^[\s\S]$"),
        (r"^(?:a(?:b)?)$", "^ab?$"),
        (r"^\u0041$", "^A$"),
        ("^[a&&b]$", "^[&ab]$"),
        ("^[a[b]$", r"^[\[ab]$"),
    ],
)
def test_inclusion(inner: str, outer: str) -> None:
    assert find(Texts(patterns=(inner,)), lacking=outer) is None


@pytest.mark.parametrize(
    ("inner", "outer"),
    [
        (".*", r"^\w+$"),
        ("^[a-z]+$", "^[a-m]+$"),
        ("a", "^a"),
        ("^a*$", "^a+$"),
        (r"^[\w\s]+$", r"^\w+$"),
        ("^a|b$", "^(a|b)$"),
        (r"^\S$", r"^\w$"),
        ("^variant_.*", r"^[\s\S]{0,64}$"),
    ],
)
def test_a_text_shows_what_is_not_included(inner: str, outer: str) -> None:
    text = find(Texts(patterns=(inner,)), lacking=outer)
    assert text is not None
    assert re.search(inner, text, re.ASCII)
    assert not re.search(outer, text, re.ASCII)


def test_lengths_count() -> None:
    assert find(Texts(patterns=("^a+$",), least=3)) == "aaa"
    assert find(Texts(patterns=("^[a-f0-9]{36}$",), most=29)) is None
    assert find(Texts(patterns=("^a",), least=2, most=4), lacking="^ab") is not None


def test_several_patterns_hold_together() -> None:
    assert find(Texts(patterns=("^a", "b$", "^.{2}$"))) == "ab"


@pytest.mark.parametrize("pattern", [r"(?=a)b", r"(a)\1", r"\bword\b", r"\p{L}", "a++", "(", "a{3,2}b{x}"])
def test_what_is_not_regular_is_unknown(pattern: str) -> None:
    with pytest.raises(UnknownError):
        find(Texts(patterns=(pattern,)), lacking="x")


def test_it_agrees_with_another_engine() -> None:
    texts = ["", "a", "b", "ab", "ba", "aab", "0", "a0", " a", "A", "-", "a-b", "\n", "abab"]
    patterns = [
        "^a",
        "b$",
        "^$",
        "a|b",
        "(ab)+",
        "^[^a-b]$",
        r"^\s",
        r"\d$",
        "a?b",
        "^(a|ab)(b|)$",
        ".",
        "[-a]",
        "$^",
    ]
    for pattern in patterns:
        for text in texts:
            if "\n" not in text or "$" not in pattern:  # Python's $ also stands in front of a last line end
                assert matches(pattern, text) == bool(re.search(pattern, text, re.ASCII)), (pattern, text)


def matches(pattern: str, text: str) -> bool:
    """Whether the automaton of *pattern* finds it in *text*."""
    machine = automaton(pattern)
    states = machine.begin()
    for char in text:
        states = machine.step(states, ord(char))
    return machine.accepts(states, at_start=not text)


def test_a_costly_question_is_given_up() -> None:
    with pytest.raises(UnknownError):
        find(Texts(patterns=("^(a|b)*a(a|b){14}$",)), lacking="^(a|b)*b(a|b){14}$|^(a|b)*a(a|b){14}$")
