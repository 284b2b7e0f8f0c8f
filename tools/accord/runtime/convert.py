"""JSON data that passed the guard becomes Python values, as the generated types say.

Conversion only: whether a value is allowed was decided by the guard. What can still fail is what Python cannot hold, such as the
year 0000 of a valid date.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from typing import Any, Final, TypeAlias, cast

from pydantic import TypeAdapter, ValidationError

from accord.runtime.declare import TypeThunk
from accord.runtime.faults import pointer_of
from accord.runtime.guard import Guard
from accord.runtime.model import deep_recursion
from accord.runtime.problems import InvalidPart, Rejection, RejectionKind
from accord.runtime.proved import CoreNode, proved_validator
from accord.runtime.strict_json import JsonValue

Convert: TypeAlias = Callable[[Any], Any]  # Any: JSON in, what the contract's type is out

# RFC 3339, section 5.6, allows the second 60.
_LEAP_SECOND: Final = re.compile(r"(?<=:)60(?=$|[.,Zz+-])")


class LazyType:
    """A type of the contract whose adapter is built on first use."""

    def __init__(self, thunk: TypeThunk) -> None:
        self._thunk = thunk

    @cached_property
    def adapter(self) -> TypeAdapter[Any]:  # Any: known to generated code only
        """The Pydantic adapter of the type, built now if it was not used before."""
        with deep_recursion():
            adapter: TypeAdapter[Any] = TypeAdapter(self._thunk())  # Any: see above
            # Models defer their building, and an adapter of one would look for the built parts at each use.
            adapter.rebuild(raise_errors=True)
        return adapter

    @property
    def proved(self) -> Callable[..., Any]:  # Any: see `Convert`
        """A validator that leaves out the bounds which the guard has compared already; see :mod:`accord.runtime.proved`."""
        whole: Callable[..., Any] = self.adapter.validator.validate_python  # Any: see `Convert`
        with deep_recursion():
            return proved_validator(cast("CoreNode", self.adapter.core_schema)) or whole

    def again(
        self, value: Any, error: ValidationError
    ) -> Any:  # Any: JSON in, what the contract's type is out
        """Read *value* once more without its leap seconds, after *error* rejected it.

        Raises:
            ValidationError: *error* where no time was rejected, or another one.
        """
        if any("time" in detail["type"] for detail in error.errors(include_input=False, include_url=False)):
            return self.adapter.validate_python(_without_leap(value), by_alias=True, by_name=False)
        raise error


def _without_leap(value: JsonValue) -> JsonValue:
    """A leap second is valid in RFC 3339, but Python has none: it is read as the second before it."""
    match value:
        case str():
            return _LEAP_SECOND.sub("59", value) if len(value) < 64 and ":60" in value else value
        case list():
            return [_without_leap(item) for item in value]
        case dict():
            return {name: _without_leap(item) for name, item in value.items()}
        case _:
            return value


def compile_convert(thunk: TypeThunk, location: str, guard: Guard, *, proved: bool = False) -> Convert:
    """Compile a type into a converter. It raises :class:`Rejection` (422), which names the place and repeats nothing of the
    value.

    *proved*: it is asked only about values that the guard has let pass as they are.
    """
    lazy = LazyType(thunk)
    read: Callable[..., Any] | None = None  # Any: see Convert

    def convert(value: Any) -> Any:  # Any: see Convert
        nonlocal read
        if read is None:
            read = lazy.proved if proved and guard.proves_models else lazy.adapter.validator.validate_python
        try:
            return read(value, by_alias=True, by_name=False)  # without a call between: each body comes here
        except ValidationError as error:
            try:
                return lazy.again(value, error)
            except ValidationError as last:
                errors = unholdable(last, value, location, guard)
                raise Rejection(RejectionKind.INVALID, errors=errors) from None

    return convert


def unholdable(error: ValidationError, value: Any, location: str, guard: Guard) -> list[InvalidPart]:
    """Places of *value* that the contract allows and Python cannot hold, such as the year 0000."""
    parts = {
        InvalidPart(
            location,
            pointer_of(guard.shown(_existing(detail["loc"], value))),
            f"cannot be read ({detail['type']})",
        )
        for detail in error.errors(include_input=False, include_url=False, include_context=False)
    }
    return sorted(parts)


def _existing(loc: tuple[int | str, ...], value: JsonValue) -> tuple[int | str, ...]:
    """*loc* without the names of union branches that Pydantic puts into it."""
    path: list[int | str] = []
    for part in loc:
        # Pydantic's location has names of classes and of validators between the keys; what is not in the
        # value is one of these.
        if isinstance(value, dict) and isinstance(part, str) and part in value:
            value = value[part]
        elif isinstance(value, list) and isinstance(part, int) and 0 <= part < len(value):
            value = value[part]
        else:
            continue
        path.append(part)
    return tuple(path)
