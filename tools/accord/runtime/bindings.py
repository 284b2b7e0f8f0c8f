"""The check at start-up that each operation of the contract is implemented: its provider gives a class with its method."""

from __future__ import annotations

import collections.abc
import inspect
import types
from collections.abc import Iterable
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from typing_extensions import is_protocol

from accord.runtime.declare import Operation
from accord.runtime.providers import AnyCallable

_WRAPPERS = frozenset(
    {
        collections.abc.AsyncGenerator,
        collections.abc.AsyncIterator,
        collections.abc.AsyncIterable,
        collections.abc.Awaitable,
        collections.abc.Coroutine,
        collections.abc.Generator,
        collections.abc.Iterator,
        collections.abc.Iterable,
    }
)

_SAY_NOTHING: frozenset[Any] = frozenset({Any, object, type(None)})  # Any: they are compared only


def missing(operations: Iterable[tuple[Operation, AnyCallable]]) -> list[str]:
    """A sentence for each operation that is not implemented; empty if all are. A provider without a return type is not
    checked."""
    found: list[str] = []
    classes: dict[AnyCallable, type | None] = {}
    for operation, provider in operations:
        if operation.unsupported:
            continue
        if provider not in classes:
            classes[provider] = provided_class(provider)
        cls = classes[provider]
        if cls is not None and (fault := _fault(cls, operation.function)) is not None:
            found.append(
                f"{operation.key} ({operation.method.upper()} {operation.path}): "
                f"{cls.__module__}.{cls.__qualname__}.{operation.function} {fault}"
            )
    return found


def provided_class(provider: AnyCallable) -> type | None:
    """The class that *provider* gives; ``None`` where it does not say, or says a protocol only."""
    if inspect.isclass(provider):
        return provider
    try:
        hint: Any = get_type_hints(_function(provider)).get("return")  # Any: an annotation
    except (NameError, TypeError):
        return None  # it names something that is imported for type checkers only
    while True:
        origin = get_origin(hint)
        if origin is Annotated:
            hint = get_args(hint)[0]
        # A provider may be a generator or a coroutine; what it gives is the type argument.
        elif origin in _WRAPPERS:
            # Coroutine[Any, Any, T] has it last, the others first.
            arguments = get_args(hint)
            hint = arguments[-1 if origin is collections.abc.Coroutine else 0]
        elif origin in {Union, types.UnionType}:
            return None
        else:
            cls = origin or hint
            return cls if inspect.isclass(cls) and cls not in _SAY_NOTHING and not is_protocol(cls) else None


def _function(provider: AnyCallable) -> Any:  # Any: whatever carries the annotations
    """What carries the annotations of *provider*: the function behind decorators, partials and callable objects."""
    if inspect.isroutine(provider) or hasattr(provider, "__wrapped__"):
        return inspect.unwrap(provider)
    function = getattr(provider, "func", None)  # a functools.partial
    return _function(function) if function is not None else type(provider).__call__


def _fault(cls: type, name: str) -> str | None:
    """What is wrong with the method *name* of *cls*, as the end of a sentence; ``None`` if nothing is."""
    owner = next((base for base in cls.__mro__ if name in vars(base)), None)
    if owner is None:
        # A mock or a proxy answers every name; it can be checked only by calling it.
        return None if hasattr(cls, "__getattr__") else "is missing"
    if is_protocol(owner):
        return "is missing"  # the protocol's own body of it does nothing
    method = inspect.unwrap(getattr(cls, name))
    if inspect.isfunction(method) and not inspect.iscoroutinefunction(method):
        return "must be `async def`"
    return None
