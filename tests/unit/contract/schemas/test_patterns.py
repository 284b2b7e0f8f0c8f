"""Regular expressions as trees: what each construct is, what has no tree, and whether sets are those of the engine."""

from __future__ import annotations

import jsonschema_rs
import pytest

from accord.contract.schemas.patterns import (
    Alternation,
    Anchor,
    BackReference,
    CharacterSet,
    Concatenation,
    Expression,
    Group,
    LookAround,
    PatternError,
    Repetition,
    complement,
    parse_pattern,
)

START, END = Anchor("start"), Anchor("end")


def one_of(*characters: str) -> CharacterSet:
    """A set of single characters (``a``) and ranges (``az``)."""
    return CharacterSet(tuple((ord(text[0]), ord(text[-1])) for text in characters))


A, B = one_of("a"), one_of("b")
DIGIT = one_of("09")


@pytest.mark.parametrize(
    ("pattern", "tree"),
    [
        ("", Concatenation(())),
        ("a", A),
        ("^ab$", Concatenation((START, A, B, END))),
        (r"\Aa\z", Concatenation((START, A, END))),
        ("a|b|", Alternation((A, B, Concatenation(())))),
        ("(?:a|b)", Alternation((A, B))),
        ("a*", Repetition(A, 0, None)),
        ("a+?", Repetition(A, 1, None)),
        ("a?", Repetition(A, 0, 1)),
        ("a{2}", Repetition(A, 2, 2)),
        ("a{2,}", Repetition(A, 2, None)),
        ("a{2,3}?", Repetition(A, 2, 3)),
        ("a{1}?b", Concatenation((A, B))),
        ("^*", Repetition(START, 0, None)),
        ("a{,2}", Concatenation(tuple(one_of(char) for char in "a{,2}"))),
        ("{x}]", Concatenation(tuple(one_of(char) for char in "{x}]"))),
        ("(a)(?<n>b)(?P<m>a)", Concatenation((Group(A, 1), Group(B, 2, "n"), Group(A, 3, "m")))),
        (r"(a)\1\k<n>", Concatenation((Group(A, 1), BackReference(1), BackReference("n")))),
        (
            r"\b\B",
            Concatenation((Anchor("word border"), Anchor("no word border"))),
        ),
        ("(?=a)", LookAround(A, is_ahead=True, is_negated=False, span=(0, 5))),
        ("b(?!a)", Concatenation((B, LookAround(A, is_ahead=True, is_negated=True, span=(1, 6))))),
        ("(?<=a)", LookAround(A, is_ahead=False, is_negated=False, span=(0, 6))),
        ("(?<!a)", LookAround(A, is_ahead=False, is_negated=True, span=(0, 6))),
        (".", CharacterSet(complement(((10, 10),)))),
        (r"\d", DIGIT),
        (r"[\d_-]", one_of("09", "_", "-")),
        ("[a-f^]", one_of("af", "^")),
        ("[+--]", one_of("+-")),
        (r"[\]\-\b]", one_of("]", "-", "\b")),
        ("[a&&[b]", one_of("a", "&", "&", "[", "b")),
        ("[^a]", CharacterSet(complement(A.ranges))),
        ("[]", CharacterSet(())),
        ("[^]", CharacterSet(complement(()))),
        (r"\D", CharacterSet(complement(DIGIT.ranges))),
        (r"\x41\u0041\u{1F600}", Concatenation((one_of("A"), one_of("A"), one_of("\U0001f600")))),
        (
            r"\uD83D\uDE00[\uD800\uDC00-\uDBFF\uDFFF]",
            Concatenation((one_of("\U0001f600"), one_of("\U00010000\U0010ffff"))),
        ),
        (r"\cA\0\t\/\.", Concatenation(tuple(one_of(char) for char in "\x01\0\t/."))),
        (r"\p{Lu}", CharacterSet(one_of("AZ").ranges, is_exact=False)),
        (r"[^\P{gc=Nd}]", CharacterSet(complement(complement(DIGIT.ranges)), is_exact=False)),
        (r"\pN", CharacterSet(DIGIT.ranges, is_exact=False)),
        (r"[\p{Script=Han}]", CharacterSet(((0x4E00, 0x4EFF),), is_exact=False)),
    ],
)
def test_trees(pattern: str, tree: Expression) -> None:
    assert parse_pattern(pattern) == tree


@pytest.mark.parametrize(
    ("pattern", "position", "reason"),
    [
        ("a)", 1, "closes nothing"),
        ("(a", 2, "')' is missing"),
        ("[a", 2, "ends too early"),
        ("\\", 1, "ends too early"),
        ("(?<n", 3, "'>' is missing"),
        ("*a", 1, "nothing to repeat"),
        ("a**", 3, "nothing to repeat"),
        ("a++", 3, "nothing to repeat"),
        ("a{1}{2}", 7, "nothing to repeat"),
        ("a{3,2}", 6, "run backwards"),
        ("[z-a]", 4, "runs backwards"),
        (r"[a-\d]", 5, "has no end"),
        ("[]a]", 1, "the engine does not"),
        ("(?i)a", 1, "the group is not of ECMA-262"),
        ("(?>a)", 1, "the group is not of ECMA-262"),
        (r"\<", 2, "a border of a word"),
        (r"\e", 2, "the escape is not of ECMA-262"),
        (r"[\Z]", 3, "the escape is not of ECMA-262"),
        (r"\p{Klingon}", 11, "the property Klingon is not known"),
        (r"\u12", 2, "no code point"),
        (r"\x4_", 2, "no code point"),
        (r"\u{110000}", 10, "no code point"),
        (r"\u{}", 4, "no code point"),
        ("(" * 200 + ")" * 200, 101, "too deep"),
    ],
)
def test_what_has_no_tree_says_where_and_why(pattern: str, position: int, reason: str) -> None:
    with pytest.raises(PatternError) as raised:
        parse_pattern(pattern)
    assert raised.value.position == position
    assert reason in raised.value.reason
    assert repr(pattern) in str(raised.value)


@pytest.mark.parametrize(
    "pattern",
    [".", r"\d", r"\D", r"\w", r"\W", r"\s", r"\S", r"[^\s_]", "[a&&[b]", "[+--]", r"[^\]\-x]", r"\cJ"],
)
def test_sets_are_those_of_the_engine(pattern: str) -> None:
    tree = parse_pattern(pattern)
    assert isinstance(tree, CharacterSet)
    options = jsonschema_rs.FancyRegexOptions()
    validator = jsonschema_rs.Draft202012Validator({"pattern": f"^{pattern}$"}, pattern_options=options)
    borders = {code for low, high in tree.ranges for code in (low - 1, low, high, high + 1)}
    for code in borders | set(range(0x3100)):
        if 0 <= code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF:
            wanted = any(low <= code <= high for low, high in tree.ranges)
            assert validator.is_valid(chr(code)) == wanted, hex(code)
