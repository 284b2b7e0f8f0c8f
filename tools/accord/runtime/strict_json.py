"""Strict JSON: what RFC 8259 forbids or leaves open is rejected with its position, never repaired.

Rejected: everything outside the grammar, NaN and infinities (also by overflow, such as ``1e999``), duplicate keys, lone
surrogates, invalid UTF-8, a byte order mark, integers of more than 4,300 characters, and nesting beyond :data:`MAX_DEPTH`.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final, NoReturn, TypeAlias, Union

import msgspec

JsonValue: TypeAlias = Union[dict[str, "JsonValue"], list["JsonValue"], str, int, float, bool, None]  # noqa: UP007 - recursive
"""A value of JSON."""

MAX_DEPTH: Final = 200
"""Levels of arrays and objects. Everything that handles a value afterwards (guard, models) recurses."""

SCAN_LIMIT: Final = 65_536
"""Faults that the parser reports without position are looked for in the first bytes only: looking is slow."""

_LONGEST_INTEGER: Final = 4300
"""Characters; the parser's limit, like that of Python itself."""

_decode: Final = msgspec.json.Decoder().decode
_encode: Final = msgspec.json.Encoder().encode
_BACKSLASH: Final = ord("\\")
_BYTE: Final = re.compile(r"\(byte (\d+)\)")
# Strings, structure, and anything else: enough to find a place in a text that was parsed already.
_TOKEN: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)


class JsonError(ValueError):
    """A text that is not strict JSON. ``reason`` repeats nothing of it; ``offset`` counts bytes (``None``: unknown)."""

    def __init__(self, reason: str, offset: int | None, raw: bytes) -> None:
        self.reason = reason
        self.offset = offset
        place = "" if offset is None else f" at {_place(raw, offset)}"
        super().__init__(f"{reason}{place}")


def parse(raw: bytes) -> Any:  # Any: JSON
    """Parse *raw*, which has to be strict JSON.

    Raises:
        JsonError: where it is not strict JSON.
    """
    try:
        value = _decode(raw)
    except (ValueError, RecursionError) as error:
        _reject(raw, error)
    # msgspec has no hook for members and takes the last of two equal keys. Counting colons before and after
    # tells nearly every body that has none from those that must be looked at, at a fraction of the price of
    # a second parser.
    colons = raw.count(b":")
    # An object with another level inside has a colon, so most bodies are known to be flat enough by two counts.
    if colons + raw.count(b"[") >= MAX_DEPTH and raw.count(b"[") + raw.count(b"{") > MAX_DEPTH:
        _check_depth(raw, value)
    if colons:
        written = _encode(value)
        # Each member has a colon. A duplicate key leaves fewer of them in the value, unless a string holds escaped ones.
        # What is written as it was read, as most clients write it, has none.
        if written != raw and ((_BACKSLASH in raw and b"\\u003" in raw) or colons != written.count(b":")):
            _check_duplicates(raw)
    return value


def _place(raw: bytes, offset: int) -> str:
    """*offset* in *raw* as an editor shows it: line and column from 1, in bytes."""
    line = raw.count(b"\n", 0, offset) + 1
    column = offset - (raw.rfind(b"\n", 0, offset) + 1) + 1
    return f"line {line}, column {column} (byte {offset})"


def _reject(raw: bytes, error: Exception) -> NoReturn:
    """Raise what is wrong with *raw*, which the parser rejected with *error*, in words that do not depend on the parser."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise JsonError("invalid UTF-8", fault.start, raw) from None
    # msgspec counts its depth by Python's recursion limit, which is far beyond ours.
    if isinstance(error, RecursionError):
        raise JsonError(f"more than {MAX_DEPTH} levels", _deep_offset(raw), raw) from None
    text = str(error)
    # The only validation without a type is that of numbers: an integer or a float that does not fit.
    if isinstance(error, msgspec.ValidationError):
        raise JsonError("number out of range", _number_offset(raw), raw) from None
    if not raw.strip():
        raise JsonError("no value", len(raw), raw) from None
    if "truncated" in text:
        lone = _lone_surrogate_offset(raw)
        if lone is not None:
            raise JsonError("lone surrogate", lone, raw) from None
        raise JsonError("the text ends too early", len(raw), raw) from None
    found = _BYTE.search(text)
    reason = text.partition(": ")[2].partition(" (byte")[0] or "malformed"
    if "surrogate" in reason:
        reason = "lone surrogate"
    raise JsonError(reason, int(found[1]) if found else None, raw) from None


def _lone_surrogate_offset(raw: bytes) -> int | None:
    """The parser takes an escape at the very end of a string for a truncated text."""
    for found in re.finditer(
        rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|.)", raw[:SCAN_LIMIT], re.DOTALL
    ):
        if len(found[0]) == 6:
            return found.start()
    return None


def _number_offset(raw: bytes) -> int | None:
    """Where the number stands that is out of range."""
    for token in _TOKEN.finditer(raw[:SCAN_LIMIT]):
        text = token[0]
        is_integer = text.lstrip(b"-").isdigit()
        if text[:1] in b"-0123456789" and (len(text) > _LONGEST_INTEGER if is_integer else _overflows(text)):
            return token.start()
    return None


def _overflows(text: bytes) -> bool:
    try:
        return float(text) in {float("inf"), float("-inf")}
    except ValueError:
        return False


def _deep_offset(raw: bytes) -> int | None:
    """Where the nesting goes beyond the limit."""
    depth = 0
    for token in _TOKEN.finditer(raw[:SCAN_LIMIT]):
        if token[0] in b"[{":
            depth += 1
            if depth > MAX_DEPTH:
                return token.start()
        elif token[0] in b"]}":
            depth -= 1
    return None


def _check_depth(raw: bytes, value: JsonValue) -> None:
    """Reject *value* where it is nested too deep, level by level: a recursion could itself be too deep."""
    level = [value]
    for _ in range(MAX_DEPTH):
        below: list[JsonValue] = []
        for item in level:
            children = item.values() if isinstance(item, dict) else item if isinstance(item, list) else ()
            below.extend(child for child in children if isinstance(child, dict | list))
        if not below:
            return
        level = below
    raise JsonError(f"more than {MAX_DEPTH} levels", _deep_offset(raw), raw)


def _check_duplicates(raw: bytes) -> None:
    def pairs(members: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(members)
        if len(found) != len(members):
            raise JsonError("duplicate key", _duplicate_offset(raw), raw)
        return found

    json.loads(raw, object_pairs_hook=pairs)


def _duplicate_offset(raw: bytes) -> int | None:
    """Where the second of two equal keys starts. *raw* is known to be JSON apart from that."""
    objects: list[set[str] | None] = []
    previous = b""
    for token in _TOKEN.finditer(raw[:SCAN_LIMIT]):
        text = token[0]
        if text == b"{":
            objects.append(set())
        elif text == b"[":
            objects.append(None)
        elif text in {b"}", b"]"}:
            objects.pop()
        elif text[:1] == b'"' and previous in {b"{", b","} and objects and (keys := objects[-1]) is not None:
            key: str = json.loads(text)
            if key in keys:
                return token.start()
            keys.add(key)
        previous = text
    return None
