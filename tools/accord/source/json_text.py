"""Strict JSON (RFC 8259) with the place of each key and value.

Its own reader, because YAML's differs in what JSON writers rely on: tabs, escaped surrogate pairs, long keys. One
compiled expression finds each token, so that 13 MB take about two seconds.
"""

from __future__ import annotations

import json
import re
from typing import Final

from accord.source.limits import Budget
from accord.source.node import Entry, MappingNode, Node, ScalarNode, SequenceNode, SourceFile
from accord.source.parsed import Parsed, ParseStoppedError, Reporter, shorten
from accord.source.scalars import MAX_DIGITS, ScalarValue

# Possessive quantifiers: a string that never closes must not be tried again from each of its characters.
_STRING: Final = r'"(?:[^"\\\x00-\x1f]++|\\.)*+"'
_KEY: Final = re.compile(rf"[ \t\n\r]*+({_STRING})[ \t\n\r]*+:")
_VALUE: Final = re.compile(
    rf"[ \t\n\r]*+(?:(?P<string>{_STRING})|(?P<open>[{{\[])"
    r"|(?P<float>-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++(?:[eE][-+]?[0-9]++)?|[eE][-+]?[0-9]++))"
    r"|(?P<int>-?(?:0|[1-9][0-9]*+))|(?P<word>true|false|null))"
)
# Possessive quantifiers: without them a long run of blanks is tried in every length.
_MARK: Final = re.compile(r"[ \t\n\r]*+([,}\]])")
_SPACE: Final = re.compile(r"[ \t\n\r]*+")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_LINE_END: Final = re.compile(r"\r\n?|\n")
_WORDS: Final = {"true": True, "false": False, "null": None}


def parse_json(file: SourceFile, budget: Budget) -> Parsed:
    """Read ``file.text``. Never raises: what is wrong is in ``Parsed.diagnostics``."""
    reader = _JsonReader(file, budget)
    try:
        root = reader.read()
    except ParseStoppedError as error:
        return Parsed(root=None, diagnostics=(*reader.diagnostics, error.diagnostic))
    return Parsed(root=root, diagnostics=tuple(reader.diagnostics))


class _JsonReader(Reporter):
    """Builds the tree of one file. JSON has few tokens, so each is found by one pattern where it is expected."""

    def __init__(self, file: SourceFile, budget: Budget) -> None:
        super().__init__(file, budget)
        self.text = file.text
        # Line starts, so that a place is found by stepping on and not by counting from the start.
        self.starts = [0, *(match.end() for match in _LINE_END.finditer(self.text)), len(self.text) + 1]
        self.line = 0  # of the latest token; places are asked for in rising order

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of *offset*, which may not lie in front of the one asked for last."""
        starts, line = self.starts, self.line
        while starts[line + 1] <= offset:
            line += 1
        self.line = line
        return line + 1, offset - starts[line] + 1

    def read(self) -> Node:
        """The whole text: one value with nothing behind it."""
        root, position, is_open = self._value(0)
        if is_open:
            position = self._fill(root, position)
        end = _SPACE.match(self.text, position)
        if end is not None and end.end() < len(self.text):
            raise self.stop(
                "json-syntax", "there is text behind the end of the document", self.place(end.end())
            )
        return root

    def _fill(self, root: Node, position: int) -> int:
        """Read the members of the open *root* and of everything in it, without recursion."""
        stack = [root]
        first = True
        while stack:
            container = stack[-1]
            position, is_closed = self._separator(container, position, first=first)
            first = False
            if is_closed:
                stack.pop()
                continue
            if isinstance(container, MappingNode):
                key, line, column, position = self._key(position)
                value, position, is_open = self._value(position)
                before = container.entries.pop(key, None)
                if before is not None:
                    self.duplicate_key(key, (line, column), before.line)
                # As in YAML: the last of two equal keys counts, at its own place in the order.
                container.entries[key] = Entry(key, key, False, value, self.file, line, column)  # noqa: FBT003
            else:
                assert isinstance(container, SequenceNode)
                value, position, is_open = self._value(position)
                container.items.append(value)
            if is_open:
                stack.append(value)
                first = True
                self.check_limits(len(stack), (value.line, value.column))
        return position

    def _separator(self, container: Node, position: int, *, first: bool) -> tuple[int, bool]:
        """Step over a comma or the closing bracket; tells whether the container is closed."""
        match = _MARK.match(self.text, position)
        found = "" if match is None else match.group(1)
        closing = "}" if isinstance(container, MappingNode) else "]"
        if match is not None and found == closing:
            return match.end(), True
        if first and match is None:
            return position, False
        if match is not None and found == "," and not first:
            return match.end(), False
        raise self._fault(container, position, f"a comma or {closing!r} is missing here")

    def _fault(self, container: Node, position: int, message: str) -> ParseStoppedError:
        """The error to raise where a comma or a bracket is missing."""
        space = _SPACE.match(self.text, position)
        offset = position if space is None else space.end()
        if offset >= len(self.text):
            bracket = "{" if isinstance(container, MappingNode) else "["
            place = (container.line, container.column)
            return self.stop("json-syntax", f"the bracket {bracket!r} is never closed", place, "Close it.")
        return self.stop("json-syntax", message, self.place(offset))

    def _key(self, position: int) -> tuple[str, int, int, int]:
        """A key with its line and column, and the offset behind its colon."""
        match = _KEY.match(self.text, position)
        if match is None:
            raise self._bad_token(position, "a key in double quotes and a colon are expected here")
        line, column = self.place(match.start(1))
        return self._string(match.group(1), (line, column)), line, column, match.end()

    def _value(self, position: int) -> tuple[Node, int, bool]:
        """A value, the offset behind it, and whether it is a container yet to be filled."""
        match = _VALUE.match(self.text, position)
        if match is None:
            raise self._bad_token(position, "a value is expected here")
        self.budget.nodes += 1
        kind = match.lastgroup
        start = match.start(kind or 0)
        line, column = self.place(start)
        raw = match.group(kind or 0)
        if kind == "open":
            container: Node = (
                MappingNode({}, self.file, line, column)
                if raw == "{"
                else SequenceNode([], self.file, line, column)
            )
            return container, match.end(), True
        value: ScalarValue
        if kind == "string":
            value = raw = self._string(raw, (line, column))
        else:
            value = self._plain(kind, raw, (line, column))
        return ScalarNode(value, raw, kind != "string", self.file, line, column), match.end(), False

    def _plain(self, kind: str | None, raw: str, place: tuple[int, int]) -> ScalarValue:
        """The value of a number, ``true``, ``false`` or ``null``."""
        if kind == "word":
            return _WORDS[raw]
        if len(raw) > MAX_DIGITS:
            self.oversized_number(place)
            return raw
        if kind == "int":
            return int(raw)
        number = float(raw)
        self.check_number(number, raw, place)
        return number

    def _string(self, literal: str, place: tuple[int, int]) -> str:
        """The value of a string literal."""
        if "\\" not in literal:
            return literal[1:-1]
        try:
            # Only strings with an escape, which are few: everything else is read by one pattern.
            value = json.loads(literal)
        except json.JSONDecodeError as error:
            message = f"the string has an escape that JSON does not know ({error.msg})"
            raise self.stop("json-syntax", message, place) from None
        assert isinstance(value, str)
        if _SURROGATE.search(value) is None:
            return value
        self.report(
            "string-surrogate",
            f"the string {shorten(value)} has half of a surrogate pair",
            place,
            hint="Write both halves, or the character itself.",
        )
        return _SURROGATE.sub("\ufffd", value)

    def _bad_token(self, position: int, message: str) -> ParseStoppedError:
        """The error to raise where no token fits, with the likeliest mistake as its hint."""
        space = _SPACE.match(self.text, position)
        offset = position if space is None else space.end()
        text = self.text
        hint = ""
        if offset >= len(text):
            message = "the file ends in the middle of a value" if text.strip() else "the file is empty"
        elif text[offset] == '"':
            end = _LINE_END.search(text, offset)
            rest = text[offset + 1 : len(text) if end is None else end.start()]
            if '"' not in rest.replace('\\"', ""):
                message = "this string is not closed on its line"
            elif not re.search(r"[\x00-\x1f]", rest.split('"')[0]):
                message = "a colon is missing behind this key"
            else:
                message = "this string has a control character in it"
                hint = r"Write a tab as \t."
        elif text[offset] in "}]" and text[:offset].rstrip().endswith(","):
            message, hint = "a comma stands in front of this bracket", "JSON allows no trailing comma."
        elif text[offset] == "'":
            hint = "JSON strings stand in double quotes."
        elif text[offset] in "/#":
            hint = "JSON has no comments."
        return self.stop("json-syntax", message, self.place(offset), hint)
