"""What generated models stand on: their base class, and what Pydantic lacks for some of their fields."""

from __future__ import annotations

import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, Final

from pydantic import MISSING, BaseModel, ConfigDict, Discriminator, PlainSerializer, Tag
from typing_extensions import override

__all__ = ["AS_NUMBER", "MISSING", "Model", "by_tag", "deep_recursion", "tagged"]

_DEPTH: Final = 20_000


@contextmanager
def deep_recursion() -> Generator[None]:
    """Room for building a validator: Pydantic walks into every model that another one names, and the models of a large
    contract refer to each other in chains that are longer than Python's usual limit allows."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _DEPTH))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


class Model(BaseModel):
    """A schema of the contract.

    Python names construct it, wire names (aliases) read and write it. Its validator is built on first use: a contract
    has many models, a process uses few of them.
    """

    model_config = ConfigDict(
        defer_build=True,
        hide_input_in_errors=True,
        protected_namespaces=(),
        serialize_by_alias=True,
        validate_by_alias=True,
        validate_by_name=True,
    )

    @classmethod
    @override
    def model_rebuild(
        cls,
        *,
        force: bool = False,
        raise_errors: bool = True,
        _parent_namespace_depth: int = 2,
        _types_namespace: Mapping[str, Any] | None = None,  # Any: names to whatever they stand for
    ) -> bool | None:
        """As Pydantic's, which calls it on first use, with room for long chains of models."""
        with deep_recursion():
            return super().model_rebuild(
                force=force,
                raise_errors=raise_errors,
                _parent_namespace_depth=_parent_namespace_depth + 1,
                _types_namespace=_types_namespace,
            )


def _number(value: Decimal) -> int | float:
    """*value* as a number that JSON has."""
    # `3.00` is sent as 3, which every schema that allows 3.0 allows too; 3.0 would not be an integer to
    # some readers.
    return int(value) if value == value.to_integral_value() else float(value)


AS_NUMBER: Final = PlainSerializer(_number, return_type=int | float, when_used="json")
"""Sends a ``Decimal`` as a JSON number; Pydantic alone would send a string. What a float cannot tell apart is lost."""


def by_tag(wire: str, classes: Mapping[str, str], *, other: str = "") -> Discriminator:
    """Choose the member of a union by the property *wire*.

    Members are marked with :func:`tagged`; *classes* gives the name of the class for each tag. A tag that is missing or
    unknown chooses the member marked *other*: whether it is allowed is the guard's business.
    """
    names = {*classes.values(), other}

    def choose(value: Any) -> str:  # Any: JSON data, or an instance of one of the classes
        if isinstance(value, Mapping):
            tag: object = value.get(wire)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
            return classes.get(tag, other) if isinstance(tag, str) else other
        name = type(value).__name__
        return name if name in names else other

    return Discriminator(choose)


def tagged(name: str) -> Tag:
    """Marks a member of a union with the name of its class (Pydantic's ``Tag``, which may be a contract's name too)."""
    return Tag(name)
