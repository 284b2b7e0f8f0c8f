"""Where a person would see the fault when the YAML parser gives up, and what to say about it."""

from __future__ import annotations

import re
from typing import Final, NamedTuple, TypeAlias

from yaml import MarkedYAMLError, ScalarEvent
from yaml._yaml import Mark as CMark
from yaml.error import Mark as PythonMark

from accord.source.parsed import place_after

Mark: TypeAlias = CMark | PythonMark

_INDENT: Final = re.compile(r"[ \t]*")
_UNPRINTABLE: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# Part of libyaml's message, what to say instead, and what to do.
_AT_THE_MARK: Final = (
    (
        "mapping values are not allowed",
        "a colon is not allowed here",
        "Check the indentation, or quote a text that has ': ' in it.",
    ),
    (
        "block sequence entries are not allowed",
        "a list item cannot start here",
        "Start it on a line of its own, or quote the text.",
    ),
    ("expected ',' or", "a comma or a closing bracket is missing here", ""),
    (
        "escape",
        "the quoted text has an escape that YAML does not know",
        "Write the character itself, or double the backslash.",
    ),
    ("hexdecimal", "the escape in this quoted text has too few hexadecimal digits", ""),
    ("expected key", "this line does not fit the block around it", "Check its indentation."),
    ("expected '-' indicator", "this line does not fit the block around it", "Check its indentation."),
    ("expected <document start>", "this line does not fit what stands above it", "Check its indentation."),
    ("expected <block end>", "this line does not fit what stands above it", "Check its indentation."),
    ("node content", "a value is missing here", ""),
)


class Fault(NamedTuple):
    """A syntax fault; ``line`` and ``column`` count from 1."""

    message: str
    line: int
    column: int
    hint: str = ""


def explain(error: MarkedYAMLError, text: str, last_scalar: ScalarEvent | None) -> Fault:
    """Turn *error* into one sentence and a place.

    *last_scalar* is the scalar that was read last: one that runs over several lines and ends where the parser stumbles is
    a quote that nobody closed, and its first line is where to look.
    """
    problem = error.problem or "the text cannot be parsed"
    mark = error.problem_mark or error.context_mark
    context = error.context_mark
    if mark is None:
        return Fault(problem, 1, 1)
    if "unexpected end of stream" in problem and "quoted" in (error.context or "") and context is not None:
        return _unclosed(context)
    # A forgotten quote swallows the following lines up to the next quote; the parser stumbles there, far
    # from the mistake.
    if last_scalar is not None and last_scalar.style in {"'", '"'} and _ends_there(last_scalar, mark):
        start = last_scalar.start_mark
        if start is not None and start.line < mark.line:
            return _unclosed(start)
        return _at(mark, "there is text behind the closing quote", _quote_hint(last_scalar.style))
    swallowed = _swallowing_quote(text, error)
    if swallowed is not None:
        return swallowed
    line = _line(text, mark.line)
    if "\t" in _leading(line) and (mark.column <= len(_leading(line)) or "tab" in problem):
        column = _leading(line).index("\t") + 1
        return Fault(
            "a tab stands in the indentation", mark.line + 1, column, "YAML is indented with spaces only."
        )
    return _other(error, text, mark)


def unprintable(text: str) -> Fault | None:
    """The first control character, which YAML forbids."""
    match = _UNPRINTABLE.search(text)
    if match is None:
        return None
    line, column = place_after(text[: match.start()])
    return Fault(
        f"the control character U+{ord(match.group()):04X} is not allowed",
        line,
        column,
        "Remove it, or write it as an escape in double quotes.",
    )


def _other(error: MarkedYAMLError, text: str, mark: Mark) -> Fault:
    """A fault by the words that libyaml has for it."""
    problem, context = error.problem or "", error.context_mark
    if "could not find expected ':'" in problem and context is not None:
        return _at(context, "a colon is missing behind this key", "Write `key: value`.")
    if "expected ',' or" in problem and context is not None and _left_the_bracket(text, context, mark):
        return _at(context, f"the bracket {_char(text, context)!r} is never closed", "Close it.")
    if "cannot start any token" in problem:
        return _at(mark, f"a plain text cannot start with {_char(text, mark)!r}", "Quote it.")
    # libyaml has no codes for its errors, only English phrases.
    for part, message, hint in _AT_THE_MARK:
        if part in problem:
            return _at(mark, message, hint)
    return _at(mark, problem)


def _unclosed(mark: Mark) -> Fault:
    """The fault of a quote that is opened at *mark* and never closed."""
    return _at(mark, "this quote is not closed", "Close it, or double a quote that is part of the text.")


def _at(mark: Mark, message: str, hint: str = "") -> Fault:
    """A fault at *mark*, which counts from 0."""
    return Fault(message, mark.line + 1, mark.column + 1, hint)


def _quote_hint(style: str | None) -> str:
    """How a quote is written inside of quotes of this *style*."""
    return (
        "Double a quote that is part of the text."
        if style == "'"
        else r"Write a quote inside of the text as \"."
    )


def _ends_there(scalar: ScalarEvent, mark: Mark) -> bool:
    """Whether *scalar* ends in the line of *mark*, in front of it."""
    end = scalar.end_mark
    return end is not None and end.line == mark.line and end.column <= mark.column


def _swallowing_quote(text: str, error: MarkedYAMLError) -> Fault | None:
    """A quoted text over several lines that the scanner read ahead, so that no event tells of it."""
    context, mark = error.context_mark, error.problem_mark
    if context is None or mark is None or "quoted" not in (error.context or "") or context.line == mark.line:
        return None
    return _unclosed(context) if _char(text, context) in "'\"" else None


def _left_the_bracket(text: str, context: Mark, mark: Mark) -> bool:
    """Whether the parser stumbled over a line that, by its indentation, is no part of the bracket any more."""
    if mark.line == context.line:
        return False
    line = _line(text, mark.line)
    if not line.strip():
        return True
    return len(_leading(line)) <= len(_leading(_line(text, context.line)))


def _line(text: str, number: int) -> str:
    """A line of *text* by its number from 0; empty behind the end."""
    lines = text.split("\n", number + 1)
    return lines[number] if number < len(lines) else ""


def _leading(line: str) -> str:
    """The white space at the start of a line."""
    match = _INDENT.match(line)
    return "" if match is None else match.group()


def _char(text: str, mark: Mark) -> str:
    """The character at *mark*."""
    return _line(text, mark.line)[mark.column : mark.column + 1]
