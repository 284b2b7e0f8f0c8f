"""Text of a contract stays text, whatever stands in it."""

from __future__ import annotations

import ast
import inspect

import pytest

from accord.contract.schema import JsonValue
from accord.emit.python.text import docstring, literal, one_line, tuple_of

NASTY = [
    'a """ + __import__("os").system("true") + """',
    'ends with a quote"',
    'ends with three quotes"""',
    "ends with a backslash\\",
    '\\""" x = 1 #',
    "\\N{BULLET} \\x41 \\u0041 \\",
    "line\r\nbreaks\rof\nall\x0bkinds\x85and\u2028more",
    "\u202ereversed\u202c and \x00 and \x1b[31m",
    "half a pair \ud800",
    "    indented\n        more\n\n\n  less",
    "\t\ttabs\there",
    "# coding: rot13",
]


@pytest.mark.parametrize("text", NASTY)
@pytest.mark.parametrize("indent", [0, 4, 8])
def test_a_docstring_is_one_string_that_says_the_same(text: str, indent: int) -> None:
    start = {0: "", 4: "class X:\n", 8: "class X:\n    def f(self):\n"}[indent]
    source = start + docstring("First", text, indent=indent)
    node: ast.AST = ast.parse(source).body[0]
    module = ast.parse(source)
    assert len(module.body) == 1
    if indent:
        assert isinstance(node, ast.ClassDef)
        node = node.body[0] if indent == 8 else node
    else:
        node = module
    assert isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
    assert len(node.body) == 1
    said = ast.get_docstring(node)
    assert said is not None
    lines = [
        line.strip()
        for line in text.expandtabs(4).replace("\r\n", "\n").replace("\r", "\n").strip().split("\n")
    ]
    assert [line.strip() for line in said.split("\n")][2:] == [line.strip() for line in lines]
    assert source.replace("\n", "").isprintable()


@pytest.mark.parametrize("text", NASTY)
def test_a_literal_is_the_value(text: str) -> None:
    values: list[JsonValue | tuple[JsonValue, ...]] = [text, (text,), {"x": None, "y": [1, 2.5, True, 1e300]}]
    values.append([text, {text: [text]}])
    for value in values:
        assert ast.literal_eval(literal(value)) == value
        assert literal(value).isprintable()


def test_numbers_without_a_literal() -> None:
    assert literal(float("inf")) == "float('inf')"
    assert literal(float("nan")) == "float('nan')"


def test_nothing_to_say_is_no_docstring() -> None:
    assert docstring(None, "", "  \n ") == ""
    assert inspect.cleandoc(docstring("One", None, "Two", indent=0)) == '"""One\n\nTwo\n"""'


def test_tuples_of_source_texts() -> None:
    assert tuple_of([]) == "()"
    assert tuple_of(["x"]) == "(x,)"
    assert one_line(" a\n\tb  c ") == "a b c"
