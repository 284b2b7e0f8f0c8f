"""Text on the wire becomes JSON data, strictly: what does not have a spelling of JSON stays a string.

The guard then rejects such a string where the contract asks for something else, so that an integer parameter takes
neither ``1.0`` nor ``+1``, and a boolean neither ``yes`` nor ``1``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, Literal, TypeAlias, TypeVar, assert_never
from urllib.parse import unquote

from accord.runtime import strict_json
from accord.runtime.declare import Array, Either, File, Json, Object, Scalar, ScalarKind, Tree, Wire

JsonScalar: TypeAlias = str | int | float | bool | None
ReadScalar: TypeAlias = Callable[[str], JsonScalar]
ReadText: TypeAlias = Callable[[str], Any]  # Any: JSON
ValueT = TypeVar("ValueT", str, bytes)

MAX_DIGITS: Final = 400
"""Longer numbers stay strings: no contract has bounds that high, and converting them takes square time."""

_INTEGER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)").fullmatch
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?").fullmatch
_INFINITE: Final = frozenset({float("inf"), float("-inf")})


TWICE: Final = "must not be given more than once"

Repeated: TypeAlias = Literal["reject", "first", "last"]
"""What a value is that comes twice."""


class WireError(ValueError):
    """A text whose shape has no meaning in its style. ``str()`` of it repeats nothing of the text."""


def one_of(values: list[ValueT], repeated: Repeated) -> ValueT:
    """The one of *values* that counts, as the operator decides.

    Raises:
        WireError: where there are several, and they are rejected.
    """
    if len(values) > 1 and repeated == "reject":
        raise WireError(TWICE)
    return values[-1] if repeated == "last" else values[0]


def decode(text: str) -> str:
    """*text* without percent-encoding.

    Raises:
        UnicodeDecodeError: where the bytes are not UTF-8.
    """
    # `unquote` alone would put U+FFFD in place of bytes that are no UTF-8, and two different requests would
    # look alike.
    return unquote(text, errors="strict") if "%" in text else text


def _integer(text: str) -> JsonScalar:
    """JSON's integers: no sign but a minus, no leading zero."""
    return int(text) if len(text) <= MAX_DIGITS and _INTEGER(text) else text


def _number(text: str) -> JsonScalar:
    """JSON's numbers; one without fraction and exponent stays an ``int``, which is exact."""
    if len(text) > MAX_DIGITS or not _NUMBER(text):
        return text
    if _INTEGER(text):
        return int(text)
    value = float(text)
    # `1e999` is a number of the grammar, but no JSON has infinity.
    return text if value in _INFINITE else value


_READERS: Final[tuple[tuple[ScalarKind, ReadScalar], ...]] = (
    # The order matters where several kinds are allowed: `1` is an integer before it is a number.
    ("null", lambda text: None if text == "null" else text),
    ("boolean", lambda text: True if text == "true" else False if text == "false" else text),
    ("integer", _integer),
    ("number", _number),
)


def compile_scalar(scalar: Scalar) -> ReadScalar:
    """Compile *scalar* into a reader of text."""
    readers = [read for kind, read in _READERS if kind in scalar.kinds]
    if len(readers) < 2:
        return readers[0] if readers else str

    def first(text: str) -> JsonScalar:
        for read in readers:
            value = read(text)
            if value is not text:
                return value
        return text

    return first


def compile_items(array: Array) -> Callable[[list[str]], list[Any]]:  # Any: JSON
    """Compile *array* into a reader of its items' texts."""
    read = compile_plain(array.items)
    leading = [compile_plain(item) for item in array.prefix]
    if not leading:
        return lambda texts: [read(text) for text in texts]

    def positional(texts: list[str]) -> list[Any]:  # Any: JSON
        return [(leading[index] if index < len(leading) else read)(text) for index, text in enumerate(texts)]

    return positional


def compile_members(wire: Object) -> Callable[[list[tuple[str, str]]], dict[str, Any]]:
    """The reader of the properties of an object; a property that comes twice is an array where it is declared so, or
    where nothing is declared about it."""
    readers = {
        name: compile_plain(item) for name, item in wire.properties.items() if not isinstance(item, Array)
    }
    arrays = {name: _compile_times(item) for name, item in wire.properties.items() if isinstance(item, Array)}
    other = compile_plain(wire.additional or Scalar())
    free = wire.additional is None

    def read(members: list[tuple[str, str]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        lists: dict[str, list[str]] = {}
        undeclared: dict[str, list[str]] = {}
        for name, text in members:
            if name in arrays:
                lists.setdefault(name, []).append(text)
            elif free and name not in readers:
                undeclared.setdefault(name, []).append(text)
            elif name in found:
                raise WireError("has a property more than once")
            else:
                found[name] = readers.get(name, other)(text)
        found.update((name, texts[0] if len(texts) == 1 else texts) for name, texts in undeclared.items())
        found.update((name, arrays[name](texts)) for name, texts in lists.items())
        return found

    return read


def _compile_times(array: Array) -> Callable[[list[str]], Any]:  # Any: JSON
    """The reader of a property by how often it comes."""
    items = compile_items(array)
    if array.alone is None:
        return items
    alone = compile_scalar(array.alone)
    return lambda texts: alone(texts[0]) if len(texts) == 1 else items(texts)


def _compile_json(wire: Json) -> ReadText:
    """The reader of a text that is JSON, or only where it is an array or an object."""
    if wire.text is None:
        return read_json
    scalar = compile_scalar(wire.text)

    def read(text: str) -> Any:  # Any: JSON
        if not text.lstrip(" \t\n\r").startswith(("{", "[")):
            return scalar(text)
        try:
            return read_json(text)
        except WireError:
            return scalar(text)

    return read


def read_json(text: str) -> Any:  # Any: JSON
    """The value of a text that is itself JSON.

    Raises:
        WireError: where it is not.
    """
    try:
        return strict_json.parse(text.encode("utf-8", "surrogatepass"))
    except strict_json.JsonError as error:
        raise WireError(f"must be JSON: {error}") from None


def compile_plain(wire: Wire) -> ReadText:
    """Compile a wire form that no style splits (a scalar, or JSON) into a reader of text.

    Raises:
        ValueError: for anything else, which a style has to split.
    """
    match wire:
        case Scalar():
            return compile_scalar(wire)
        case Json():
            return _compile_json(wire)
        case Array() | Object() | File() | Tree() | Either():
            raise ValueError(f"{type(wire).__name__} is not a plain text")
        case _:
            assert_never(wire)
