"""Texts of a contract as Python source: the only two ways besides the identifiers of ``naming``.

A contract is untrusted input. :func:`literal` is ``repr``; :func:`docstring` escapes whatever could end the string, be
read as an escape, or not be seen in an editor.
"""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Iterable
from typing import Final, assert_never

from accord.contract.schema import JsonValue

_LIST_ITEM: Final = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+")


def literal(value: JsonValue | tuple[JsonValue, ...]) -> str:
    """A JSON value, or a tuple of such values, as a Python expression."""
    match value:
        case float() if not math.isfinite(value):
            return f"float({str(value)!r})"
        case list():
            return f"[{', '.join(literal(item) for item in value)}]"
        case tuple():
            return tuple_of(literal(item) for item in value)
        case dict():
            return f"{{{', '.join(f'{key!r}: {literal(item)}' for key, item in value.items())}}}"
        case None | bool() | int() | float() | str():
            return repr(value)
        case _:
            assert_never(value)


def docstring(*paragraphs: str | None, indent: int = 4) -> str:
    """A docstring of *paragraphs* (empty ones left out), each line indented by *indent* spaces, with a line end.

    Empty when there is nothing to say.
    """
    texts = [cleaned for text in paragraphs if text is not None and (cleaned := _clean(text))]
    if not texts:
        return ""
    lines = "\n\n".join(texts).split("\n")
    space = " " * indent
    if len(lines) == 1:
        end = " " if lines[0].endswith('"') else ""
        return f'{space}"""{lines[0]}{end}"""\n'
    body = "".join(f"{space}{line}\n" if line else "\n" for line in lines[1:])
    return f'{space}"""{lines[0]}\n{body}{space}"""\n'


def tuple_of(items: Iterable[str]) -> str:
    """A tuple of source texts."""
    given = list(items)
    return f"({given[0]},)" if len(given) == 1 else f"({', '.join(given)})"


def wrapped(text: str, *, width: int) -> str:
    """*text* with its own lines, the long ones among them broken between words. What breaks would harm stays: code
    between fences, rows of tables, words such as addresses."""
    lines: list[str] = []
    is_code = False
    for line in _unix(text).strip().split("\n"):
        plain = line.lstrip()
        is_code ^= plain.startswith("```")
        if len(line) <= width or is_code or plain.startswith(("|", "```")):
            lines.append(line)
            continue
        marker = _LIST_ITEM.match(line)
        lines += textwrap.wrap(
            line,
            width,
            subsequent_indent=" " * (marker.end() if marker else len(line) - len(plain)),
            break_long_words=False,
            break_on_hyphens=False,
        )
    return "\n".join(line.rstrip() for line in lines)


def one_line(text: str | None) -> str:
    """*text* with every run of white space as one space."""
    return " ".join((text or "").split())


def _clean(text: str) -> str:
    return "\n".join(_escape(line.rstrip()) for line in _unix(text).strip().split("\n"))


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _escape(line: str) -> str:
    safe = line.expandtabs(4).replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    if safe.isprintable():
        return safe
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in safe)
