"""Values of ``accord.runtime.declare`` and ``accord.runtime.outgoing`` as Python source."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from accord.emit.python.naming import Names, snake
from accord.emit.python.pytype import Thunk
from accord.emit.python.text import literal, tuple_of

_POSITIONAL: Final = frozenset({"Scalar", "Array"})
"""Classes whose arguments are known by their places."""

_LISTED: Final = frozenset({"Parameter", "Response", "Content"})
"""Classes whose values each start a line of their own where a tuple holds several."""


class DeclarationPrinter:
    """Prints declarations: every dataclass as a call with the arguments that are not its defaults."""

    def __init__(self) -> None:
        self.imports: set[str] = set()
        """What the types need that were printed so far."""
        self._names = Names("TYPE_CHECKING")
        self._constants: dict[str, str] = {}

    def constant(self, wanted: str, value: Any, other: str = "") -> None:
        """Print *value* (a declaration) once, under a name made of *wanted*, wherever it stands from now on; *other* tells
        it from a constant of the same name."""
        source = self.source(value)
        if source in self._constants.values() or source in self._constants:
            return
        name = snake(wanted, prefix="value").upper()
        if other and name in self._names.taken:
            # Generating that goes on past errors comes here with statuses that are none, such as "4XX\n".
            name = f"{name}_{''.join(char if char.isalnum() else '_' for char in ascii(other)[1:-1]).upper()}"
        self._constants[source] = self._names.give(name)

    def constants(self) -> str:
        """The assignments of all constants."""
        return "".join(f"\n{name} = {source}\n" for source, name in self._constants.items())

    def source(self, value: Any) -> str:  # Any: whatever a declaration holds
        """*value* as an expression."""
        match value:
            case Thunk(type=type_):
                self.imports |= type_.imports
                return f"lambda: {type_.expr}"
            case tuple():
                parts = cast("Sequence[Any]", value)  # Any: as above
                items = [self.source(part) for part in parts]
                listed = len(items) > 1 and type(parts[0]).__name__ in _LISTED
                return f"({', '.join(items)},)" if listed else tuple_of(items)
            case Mapping():
                members = cast("Mapping[str, Any]", value).items()  # Any: as above
                return f"{{{', '.join(f'{key!r}: {self.source(member)}' for key, member in members)}}}"
            case _ if dataclasses.is_dataclass(value):
                cls = cast("type[Any]", type(value))  # Any: as above
                module = cls.__module__.rpartition(".")[2]
                source = f"{module}.{cls.__name__}({', '.join(self._arguments(value))})"
                return self._constants.get(source, source)
            case _:
                return literal(value)

    def _arguments(self, value: Any) -> list[str]:
        is_positional = type(value).__name__ in _POSITIONAL
        given: list[str] = []
        for index, (name, default) in enumerate(_defaults(value.__class__)):
            item = getattr(value, name)
            if item == default:
                is_positional = False
                continue
            source = self.source(item)
            given.append(source if is_positional and index < 2 else f"{name}={source}")
        return given


def _defaults(cls: type[Any]) -> tuple[tuple[str, object], ...]:
    """The fields of a dataclass with their defaults; those without one have a value that equals no other."""
    return tuple(
        (
            field.name,
            field.default if field.default_factory is dataclasses.MISSING else field.default_factory(),
        )
        for field in dataclasses.fields(cls)
    )
