"""Types of scalars, literals and the JSON Schema that the printer gets for plain ones."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

from accord.contract.schema import JsonValue, NumberAssertions, SchemaType
from accord.contract.schemas.formats import FORMATS, Value
from accord.contract.schemas.normal import bounds_of
from accord.contract.schemas.values import types_of
from accord.emit.python.pytype import (
    ANY,
    NULL,
    STRING,
    Conversion,
    Generic,
    Literal,
    Name,
    PyType,
    TypeMember,
    annotated,
    bare,
    base_name,
    literal_of,
    text,
    union,
)
from accord.emit.python.shapes import Shape

UPLOAD_FORMAT: Final = "accord-upload"
"""The format of a string that stands for a file of a form, in schemas that the planner writes."""

_TYPES: Final[Mapping[Value, PyType]] = {
    "date": text("dt.date", "import datetime as dt", exact=False),
    "date-time": text("AwareDatetime", "from pydantic import AwareDatetime", exact=False),
    "uuid": text("UUID", "from uuid import UUID", exact=False),
    "bytes": text("bytes", exact=False),
}
CONVERTED_FORMATS: Final = {
    **{row.name: _TYPES[row.value] for row in FORMATS.values() if row.value != "text"},
    UPLOAD_FORMAT: text("Upload", "from accord.runtime import Upload", exact=False),
}
"""Formats of strings that become something else in Python. Any other stays a string, exactly as it was sent."""

_DATES: Final = "import datetime as dt"
_BOOLEAN: Final = text("bool")
_FLOAT: Final = text("float")
_INTEGER: Final = PyType(members=(Name("int", conversion=Conversion.FROM_JSON),))
_LARGEST_LENGTH: Final = 2**31 - 1


def scalar_type(kind: SchemaType, shape: Shape) -> PyType:
    """The type of the scalar *kind* with its constraints."""
    match kind:
        case "null":
            return NULL
        case "boolean":
            return _BOOLEAN
        case "integer":
            return annotated(_INTEGER, integer_bounds(shape.number))
        case "number":
            return annotated(_FLOAT, number_bounds(shape.number))
        case "string":
            converted = CONVERTED_FORMATS.get(shape.format or "")
            return annotated(STRING, length_bounds(shape)) if converted is None else converted
        case "array" | "object":
            raise AssertionError(f"{kind} is no scalar")


def native_schema(shape: Shape) -> dict[str, JsonValue] | None:
    """The JSON Schema of a single plain scalar, nullable or not; ``None`` for anything else."""
    kinds = shape.inferred_types
    if kinds is None or shape.enum is not None or shape.choices or shape.impossible:
        return None
    plain = [kind for kind in kinds if kind != "null"]
    if len(plain) != 1 or plain[0] in {"array", "object"}:
        return None
    kind = plain[0]
    if kind == "string" and shape.format in CONVERTED_FORMATS:
        return None
    names = {
        "ge": "minimum",
        "gt": "exclusiveMinimum",
        "le": "maximum",
        "lt": "exclusiveMaximum",
        "multiple_of": "multipleOf",
        "min_length": "minLength",
        "max_length": "maxLength",
    }
    bounds: dict[str, int | float] = {}
    if kind == "integer":
        bounds = integer_bounds(shape.number)
    elif kind == "number":
        bounds = number_bounds(shape.number)
    elif kind == "string":
        bounds = length_bounds(shape)
    types: JsonValue = [kind, "null"] if "null" in kinds else kind
    return {"type": types, **{names[key]: value for key, value in bounds.items()}}


def integer_bounds(number: NumberAssertions) -> dict[str, int | float]:
    """Constraints of ``int``, in whole numbers."""
    whole = bounds_of(number).whole()
    step = number.multiple_of
    multiple = int(step) if step is not None and step == int(step) and step > 1 else None
    bounds = {"ge": whole.low, "le": whole.high, "multiple_of": multiple}
    return {key: value for key, value in bounds.items() if value is not None}


def number_bounds(number: NumberAssertions) -> dict[str, int | float]:
    """Constraints of ``float``. ``multipleOf`` is left to the guard, which is exact."""
    bounds = {
        "ge": number.minimum,
        "gt": number.exclusive_minimum,
        "le": number.maximum,
        "lt": number.exclusive_maximum,
    }
    return {key: value for key, value in bounds.items() if value is not None and abs(value) < 1e300}


def length_bounds(shape: Shape) -> dict[str, int | float]:
    """Constraints of ``str``."""
    bounds = {"min_length": shape.string.min_length, "max_length": shape.string.max_length}
    return _lengths(bounds.items())


def item_bounds(shape: Shape) -> dict[str, int | float]:
    """Constraints of ``list``."""
    bounds = {"min_length": shape.array.min_items, "max_length": shape.array.max_items}
    return _lengths(bounds.items())


def _lengths(bounds: Iterable[tuple[str, int | None]]) -> dict[str, int | float]:
    return {
        key: int(value)
        for key, value in bounds
        if value is not None and not (key == "min_length" and value <= 0) and 0 <= value <= _LARGEST_LENGTH
    }


def literal_type(values: tuple[JsonValue, ...]) -> PyType:
    """The type of an ``enum``: a ``Literal`` where all values can stand in one, otherwise their common types."""
    if any(isinstance(value, float | list | dict) for value in values):
        return union(_plain_type(value) for value in values)
    booleans = any(isinstance(value, bool) for value in values)
    integers = any(isinstance(value, int) and not isinstance(value, bool) for value in values)
    if booleans and integers:
        # To Python 1 and True are one literal.
        return union(_plain_type(value) for value in values)
    named = list(dict.fromkeys(value for value in values if isinstance(value, str | int)))
    if not named:
        return NULL if values else ANY
    found = literal_of(named)
    return found.with_null() if None in values else found


def values_of(shape: Shape) -> tuple[JsonValue, ...]:
    """The values of the ``enum`` of *shape* that its types allow."""
    assert shape.enum is not None
    if shape.types is None:
        return shape.enum
    return tuple(value for value in shape.enum if types_of(value) & set(shape.types))


def _plain_type(value: JsonValue) -> PyType:
    match value:
        case None:
            return NULL
        case bool():
            return _BOOLEAN
        case int():
            return _INTEGER
        case float():
            return _FLOAT
        case str():
            return STRING
        case list() | dict():
            return ANY


def default_fits(value: JsonValue, members: Iterable[TypeMember]) -> bool:
    """Whether *value*, as it stands in the contract, is a Python value of one of *members*."""
    return any(_fits(value, bare(member)) for member in members)


def _fits(value: JsonValue, member: TypeMember) -> bool:
    if isinstance(member, Literal):
        return any(type(value) is type(named) and value == named for named in member.values)
    base = base_name(member)
    match value:
        case bool():
            return base == "bool"
        case int():
            return base in {"int", "float"}
        case float():
            return base == "float" and math.isfinite(value)
        case str():
            return base == "str"
        case list():
            return base == "list" and all(default_fits(item, _inner(member)) for item in value)
        case dict():
            return base == "dict" and all(default_fits(item, _inner(member)) for item in value.values())
        case None:
            return False


def _inner(member: TypeMember) -> tuple[TypeMember, ...]:
    """The members of what a list or a dict holds."""
    return member.arguments[-1].members if isinstance(member, Generic) else ()


def converted_default(value: JsonValue, members: Iterable[TypeMember]) -> tuple[str, frozenset[str]] | None:
    """The Python expression of a text that one of *members* converts, with the imports it needs; ``None`` for any other.

    A date and time is given in UTC.
    """
    names = {base_name(member) for member in members}
    if not isinstance(value, str) or "str" in names:
        return None
    try:
        if "dt.date" in names:
            day = dt.date.fromisoformat(value)
            return f"dt.date({day.year}, {day.month}, {day.day})", frozenset({_DATES})
        if "UUID" in names:
            return f"UUID({str(UUID(value))!r})", frozenset({"from uuid import UUID"})
        if "AwareDatetime" in names and (moment := dt.datetime.fromisoformat(value)).tzinfo is not None:
            return _moment(moment), frozenset({_DATES})
    except ValueError:
        return None
    return None


def _moment(value: dt.datetime) -> str:
    moment = value.astimezone(dt.UTC)
    parts = (*moment.timetuple()[:6], *((moment.microsecond,) if moment.microsecond else ()))
    return f"dt.datetime({', '.join(str(part) for part in parts)}, tzinfo=dt.UTC)"
