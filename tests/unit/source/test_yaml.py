"""Values, places and faults of YAML text."""

from __future__ import annotations

import math

import pytest

from accord.diagnostics import Severity
from accord.source.data import to_data
from accord.source.files import parse_text
from accord.source.limits import DEFAULT_LIMITS, Budget, Limits
from accord.source.node import MappingNode, ScalarNode, SequenceNode, SourceFile
from accord.source.parsed import Parsed


def parse(text: str, *, limits: Limits = DEFAULT_LIMITS) -> Parsed:
    return parse_text(SourceFile(display="a.yaml", origin="a.yaml", text=text), Budget(limits))


def value(text: str) -> object:
    parsed = parse(text)
    assert parsed.root is not None, parsed.diagnostics
    return to_data(parsed.root)


def root(text: str) -> MappingNode:
    node = parse(text).root
    assert isinstance(node, MappingNode)
    return node


def found(text: str) -> list[tuple[str, int, int]]:
    return [(d.code, d.span.line, d.span.column) for d in parse(text).diagnostics]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("~", None),
        ("null", None),
        ("Null", None),
        ("nULL", "nULL"),
        ("true", True),
        ("FALSE", False),
        ("yes", "yes"),
        ("off", "off"),
        ("y", "y"),
        ("007", 7),
        ("-0", 0),
        ("+12", 12),
        ("0o14", 12),
        ("0O14", "0O14"),
        ("-0o14", "-0o14"),
        ("0x1F", 31),
        ("0b101", "0b101"),
        ("1_000", "1_000"),
        ("1:30", "1:30"),
        ("1e3", 1000.0),
        ("12e-1", 1.2),
        (".5", 0.5),
        ("5.", 5.0),
        (".", "."),
        ("+", "+"),
        ("1.2.3", "1.2.3"),
        ("1e", "1e"),
        ("2026-11-24", "2026-11-24"),
        ("2026-11-24T10:00:00Z", "2026-11-24T10:00:00Z"),
        ("=", "="),
        ("'12'", "12"),
        ('"true"', "true"),
        ("!!str 12", "12"),
        ('!!int "12"', 12),
        ("!!float 3", 3.0),
        ("! 12", "12"),
        ("18446744073709551617", 2**64 + 1),
        ("\u0661\u0662", "\u0661\u0662"),  # digits of another script
    ],
)
def test_scalars_follow_the_core_schema(written: str, expected: object) -> None:
    result = value(f"[{written}]")
    assert result == [expected]
    assert isinstance(result, list)
    assert type(result[0]) is type(expected)


def test_numbers_that_json_cannot_hold_are_errors() -> None:
    text = "a: .inf\nb: -.INF\nc: .nan\nd: 1e999\ne: '.inf'\n"
    assert found(text) == [("number-not-finite", line, 4) for line in (1, 2, 3, 4)]
    node = root(text).get("a")
    assert isinstance(node, ScalarNode)
    assert isinstance(node.value, float)
    assert math.isinf(node.value)
    assert value(text) == {"a": ".inf", "b": "-.INF", "c": ".nan", "d": "1e999", "e": ".inf"}


def test_a_number_with_too_many_digits_is_reported_and_stays_text() -> None:
    text = "a: " + "9" * 5000
    assert found(text) == [("number-too-long", 1, 4)]


def test_plain_and_raw_are_kept_for_rules_about_yaml_11() -> None:
    node = root("a: 0o17\nb: 'no'\nc: no\n")
    a, b, c = (node.get(key) for key in "abc")
    assert isinstance(a, ScalarNode)
    assert isinstance(b, ScalarNode)
    assert isinstance(c, ScalarNode)
    assert (a.raw, a.plain, a.value) == ("0o17", True, 15)
    assert (b.raw, b.plain) == ("no", False)
    assert (c.raw, c.plain, c.value) == ("no", True, "no")


def test_keys_are_text_and_remember_what_they_were() -> None:
    node = root("200: a\ntrue: b\n~: c\n'x': d\n1.0: e\n")
    assert [(e.key, e.key_value, e.plain) for e in node.entries.values()] == [
        ("200", 200, True),
        ("true", True, True),
        ("~", None, True),
        ("x", "x", False),
        ("1.0", 1.0, True),
    ]


def test_places_count_code_points_from_one() -> None:
    node = root("a: 1\n\U0001f600é: \U0001f600\nb:\n  - x\n  - c: {d: \U0001f600, e: 2}\n")
    emoji = node.entries["\U0001f600é"]
    assert (emoji.line, emoji.column) == (2, 1)
    assert (emoji.value.line, emoji.value.column) == (2, 5)
    items = node.get("b")
    assert isinstance(items, SequenceNode)
    assert (items.line, items.column) == (4, 3)
    second = items.items[1]
    assert isinstance(second, MappingNode)
    assert (second.line, second.column) == (5, 5)
    flow = second.get("c")
    assert isinstance(flow, MappingNode)
    assert (flow.line, flow.column) == (5, 8)
    assert flow.entries["e"].column == 15


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_places_are_the_same_under_every_line_end(end: str) -> None:
    node = root(end.join(["a: 1", "b:", "  - x", '  - "y', '    z"', "c: 2", ""]))
    assert (node.entries["c"].line, node.entries["c"].column) == (6, 1)
    assert value(end.join(["a: |", "  x", "  y", ""])) == {"a": "x\ny\n"}


def test_line_ends_of_yaml_11_are_ordinary_characters() -> None:
    text = "a: b\u2028c\u2029d\x85e\nf: 1\n"
    assert value(text) == {"a": "b\u2028c\u2029d\x85e", "f": 1}
    assert root(text).entries["f"].line == 2


def test_a_block_mapping_with_an_anchor_stands_at_its_first_key() -> None:
    node = root("a: &x\n  b: 1\nc: !!map\n  d: 2\n")
    inner = node.get("a")
    assert isinstance(inner, MappingNode)
    assert (inner.line, inner.column) == (2, 3)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("a: 1\nb: 2\na: 3\n", [(3, 1)]),
        ("{a: 1, b: {c: 1, c: 2}}", [(1, 18)]),
        ("200: 1\n'200': 2\n", [(2, 1)]),
        ("a: 1\na: 2\na: 3\n", [(2, 1), (3, 1)]),
    ],
)
def test_duplicate_keys_are_reported_at_the_later_key(text: str, places: list[tuple[int, int]]) -> None:
    assert found(text) == [("yaml-duplicate-key", *place) for place in places]


def test_of_a_duplicate_key_the_last_entry_holds_in_its_place() -> None:
    assert list(root("a: 1\nb: 2\na: 3\n").entries) == ["b", "a"]
    assert value("a: 1\nb: 2\na: 3\n") == {"b": 2, "a": 3}


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        # a tab in the indentation
        ("a: b\n\tc: d\n", 2, 1),
        ("a:\n  b: 1\n \tc: 2\n", 3, 2),
        ("a:\n\t- b\n", 2, 1),
        # a quote that is never closed, or closed by the next one's opening
        ('a:\n  b: "x\n  c: d\n', 2, 6),
        ('a: "b\nc: "d"\n', 1, 4),
        ('a:\n  - {n: "x, m: 1}\n  - {n: "y", m: 2}\n', 2, 9),
        ("a: 'b\nc: d'e\n", 1, 4),
        ('a: "x\nb: ["y"]\n', 1, 4),
        ('a:\n  s: "x\n  r:\n    "200": {}\n', 2, 6),
        ('openapi: "3.1.0\ninfo: {}\n', 1, 10),
        ("a: 'it's'\n", 1, 8),
        # brackets
        ("a: [1,2\nb: c\n", 1, 4),
        ("a: {x: [1\nb: c\n", 1, 8),
        ("a: [\n  1,\n\nb: 1\n", 1, 4),
        ("a: {x: 1 y: 2}\n", 1, 11),
        ("a: [1, 2}\n", 1, 9),
        # colons and indentation
        ("a: b: c\n", 1, 5),
        ("a: 1\nb\nc: 2\n", 2, 1),
        ("a:\n  b: 1\n c: 2\n", 3, 2),
        ("- a\nb: c\n", 2, 1),
        # characters
        ("a: @x\n", 1, 4),
        ("a: `x`\n", 1, 4),
        ('a: "\\q"\n', 1, 5),
        ("a: x\x07\n", 1, 5),
        ("a: b\n\x00c: d\n", 2, 1),
    ],
)
def test_a_syntax_fault_is_one_finding_where_a_person_sees_it(text: str, line: int, column: int) -> None:
    parsed = parse(text)
    assert parsed.root is None
    assert [(d.code, d.span.line, d.span.column) for d in parsed.diagnostics] == [
        ("yaml-syntax", line, column)
    ]


def test_a_tab_between_tokens_and_in_flow_style_is_fine() -> None:
    assert value("a:\t1\nb: {\n\tc: 2 }\n") == {"a": 1, "b": {"c": 2}}


def test_several_documents_are_an_error_at_the_second() -> None:
    assert found("---\na: 1\n---\nb: 2\n") == [("yaml-multiple-documents", 3, 1)]
    assert found("a: 1\n...\n# end\n") == []


def test_an_empty_text_is_null() -> None:
    for text in ("", "\n\n", "# only a comment\n", "---\n"):
        assert value(text) is None


def test_aliases_repeat_what_their_anchor_names() -> None:
    text = "a: &x {b: 1}\nc: *x\nd: &x [2]\ne: *x\n&k f: 1\ng: *k\n"
    assert value(text) == {"a": {"b": 1}, "c": {"b": 1}, "d": [2], "e": [2], "f": 1, "g": "f"}


@pytest.mark.parametrize("text", ["a: *x\n", "a: &x [*x]\n", "a: &x {b: {c: *x}}\n"])
def test_an_alias_without_an_end_is_reported(text: str) -> None:
    assert [code for code, _, _ in found(text)] == ["yaml-alias"]


def test_merge_keys_are_applied_with_a_warning() -> None:
    text = "x: &d {a: 1, b: 2}\ny:\n  <<: *d\n  b: 3\nz: {<<: [*d, {a: 9, q: 1}], r: 0}\n"
    parsed = parse(text)
    assert parsed.root is not None
    assert to_data(parsed.root) == {
        "x": {"a": 1, "b": 2},
        "y": {"a": 1, "b": 3},
        "z": {"a": 1, "b": 2, "q": 1, "r": 0},
    }
    assert {(d.code, d.severity) for d in parsed.diagnostics} == {("yaml-merge-key", Severity.WARNING)}
    assert len(parsed.diagnostics) == 2


def test_a_merge_key_that_cannot_merge_is_an_ordinary_key() -> None:
    assert value("<<: 3\n") == {"<<": 3}
    assert value('"<<": {a: 1}\n') == {"<<": {"a": 1}}


def test_nothing_in_a_file_makes_an_object() -> None:
    text = "a: !!python/object/apply:os.system [echo]\nb: !custom x\nc: !!binary aGk=\n"
    assert found(text) == [("yaml-tag", 1, 4), ("yaml-tag", 2, 4), ("yaml-tag", 3, 4)]
    assert value(text) == {"a": ["echo"], "b": "x", "c": "aGk="}


def test_a_tag_that_its_value_does_not_fit_is_reported() -> None:
    assert found("a: !!int x\n") == [("yaml-tag", 1, 4)]


def test_a_key_that_is_no_text_is_reported_and_left_out() -> None:
    assert found("? [a, b]\n: {c: d}\ne: f\n") == [("yaml-complex-key", 1, 3)]
    assert value("? [a, b]\n: {c: d}\ne: f\n") == {"e": "f"}


def test_json_in_a_yaml_file_has_the_escapes_of_json() -> None:
    assert value('{\n\t"a": "\\ud83d\\ude00\\/"\n}') == {"a": "\U0001f600/"}


def test_depth_is_limited_for_every_notation() -> None:
    for text in ("[" * 5000 + "]" * 5000, "a: " + "{b: " * 5000 + "}" * 5000, "- " * 5000 + "x"):
        parsed = parse(text)
        assert parsed.root is None
        assert [d.code for d in parsed.diagnostics] == ["limit-depth"]
    assert value("[" * 100 + "]" * 100) is not None


def test_aliases_cannot_expand_without_bound() -> None:
    lines = ["a: &a [x,x,x,x,x,x,x,x,x]"]
    for number in range(9):
        before, name = chr(97 + number), chr(98 + number)
        lines.append(f"{name}: &{name} [{','.join(['*' + before] * 9)}]")
    parsed = parse("\n".join(lines))
    assert parsed.root is None
    assert [d.code for d in parsed.diagnostics] == ["limit-aliases"]


def test_aliases_cannot_nest_deeper_than_text_may() -> None:
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 400)]
    assert [d.code for d in parse("\n".join(lines)).diagnostics] == ["limit-depth"]


def test_nodes_and_seconds_are_limited() -> None:
    many = "\n".join(f"- [{number}]" for number in range(100))
    assert [d.code for d in parse(many, limits=Limits(nodes=50)).diagnostics] == ["limit-nodes"]
    assert [d.code for d in parse("a: [1]", limits=Limits(seconds=-1)).diagnostics] == ["limit-seconds"]
