"""Types of schemas that restrict values of their own kind only.

``{properties: {name: {type: string}}}`` names no ``type``: it says what an object must look like, and lets every string,
number and list pass. ``Annotated[Item | Any, UNTYPED]`` is the type of such a schema: an ``Item`` where the value is an
object, and anything else as it is. Type checkers see ``Item | Any``.
"""

from __future__ import annotations

import datetime as dt
import types
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final, Literal, TypeAlias, Union, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel, GetCoreSchemaHandler, ValidationError
from pydantic_core import CoreSchema, core_schema

_Kinds: TypeAlias = "frozenset[str] | None"


class _OtherKinds:
    """Lets values pass that are of no JSON kind of the type in front of it."""

    __slots__ = ()

    # Any: a type
    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        members = tuple(argument for argument in get_args(source) if argument is not Any)
        inner: Any = Union[members]  # noqa: UP007 - made of a tuple
        kinds = _kinds_of_type(inner)
        return core_schema.no_info_wrap_validator_function(
            _validator(kinds),
            handler.generate_schema(inner),
            serialization=core_schema.wrap_serializer_function_ser_schema(_serializer(kinds)),
        )


UNTYPED: Final = _OtherKinds()
"""Marks ``T | Any``: a ``T``, or a value of any other JSON kind than a ``T`` has."""


def _validator(kinds: _Kinds) -> Callable[[Any, core_schema.ValidatorFunctionWrapHandler], Any]:
    """Hands a value on only where its kind is one of *kinds*; where those are unknown, where it is accepted."""

    # Any: JSON, or what it became
    def validate(value: Any, handler: core_schema.ValidatorFunctionWrapHandler) -> Any:
        if kinds is not None:
            return handler(value) if _kind(value) in kinds else value
        try:
            return handler(value)
        except ValidationError:
            return value

    return validate


def _serializer(kinds: _Kinds) -> Callable[[Any, core_schema.SerializerFunctionWrapHandler], Any]:
    """The same for what is sent."""

    def serialize(value: Any, handler: core_schema.SerializerFunctionWrapHandler) -> Any:  # Any: see above
        return handler(value) if kinds is None or _kind(value) in kinds else value

    return serialize


def _kind(value: object) -> str:
    """The JSON kind of a value, or of what it is sent as."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case Mapping() | BaseModel():
            return "object"
        case list() | tuple():
            return "array"
        case _:
            return "string"


_BY_TYPE: Final[Mapping[object, str]] = {
    bool: "boolean",
    int: "number",
    float: "number",
    str: "string",
    bytes: "string",
    dt.date: "string",
    dt.datetime: "string",
    UUID: "string",
    type(None): "null",
    dict: "object",
    list: "array",
    tuple: "array",
}


def _kinds_of_type(type_: Any) -> _Kinds:  # Any: a type expression
    """The JSON kinds of the values of a type; ``None`` where only the type itself can tell."""
    origin = get_origin(type_)
    if origin is Annotated:
        return _kinds_of_type(get_args(type_)[0])
    if origin is Literal:
        return frozenset(_kind(value) for value in get_args(type_))
    if origin in {Union, types.UnionType}:
        known = [_kinds_of_type(part) for part in get_args(type_) if part is not Any]
        groups = [group for group in known if group is not None]
        return frozenset[str]().union(*groups) if len(groups) == len(known) else None
    single = origin or type_
    if single in _BY_TYPE:
        return frozenset({_BY_TYPE[single]})
    if isinstance(single, type) and issubclass(single, BaseModel):
        return frozenset({"object"})
    return None
