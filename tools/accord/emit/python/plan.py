"""The Python view of a contract: what the printers print, decided once by ``planner``.

What the runtime is told stands here as the values of ``accord.runtime.declare`` that ``routers.py`` will make, with a
``Thunk`` for each type; beside them stands what only people see: signatures, classes and texts. Everything is frozen and
keeps the order of the contract, and nothing refers to the contract any more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from accord.emit.python.pytype import NULL, PyType, Thunk
from accord.runtime import declare


def thunk(type_: PyType) -> Thunk | None:
    """What a declaration says about the type of JSON data; nothing where the data is a value of it already."""
    return Thunk(type_) if type_.needs_adapter else None


def text_thunk(type_: PyType) -> Thunk | None:
    """The same of data that a ``Wire`` reads from text."""
    return Thunk(type_) if type_.text_needs_adapter else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """The keyword arguments of a method with their annotations as source, and what it returns."""

    arguments: Mapping[str, str]
    returns: str

    def definition(self, name: str) -> str:
        """The line ``async def ...:`` of a method with it."""
        arguments = ", ".join(f"{argument}: {annotation}" for argument, annotation in self.arguments.items())
        return f"async def {name}(self{f', *, {arguments}' if arguments else ''}) -> {self.returns}:"

    def respelled(self, spell: Callable[[str], str]) -> Signature:
        """The signature with each annotation as *spell* has it."""
        arguments = {name: spell(annotation) for name, annotation in self.arguments.items()}
        return Signature(arguments=arguments, returns=spell(self.returns))


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """A keyword argument of an operation's method."""

    name: str
    type: PyType
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseHeader:
    """A header as an attribute of a class of ``responses.py``."""

    attribute: str
    type: PyType
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseClass:
    """A class of ``responses.py``. A class with one status has it as a default, one with several (a shared response under
    two statuses, a range, ``default``) asks for it. ``common`` ones live in ``generated/common``.

    Without media types it has no body. ``named`` tells whether it has to name the media type that is sent: it may where
    it is ``False``, and cannot where it is ``None``.
    """

    name: str
    statuses: tuple[str, ...]
    description: str
    body: PyType = NULL
    media_types: tuple[str, ...] = ()
    named: bool | None = None
    headers: tuple[ResponseHeader, ...] = ()
    common: bool = False

    @property
    def is_error(self) -> bool:
        """Whether it may be raised: a response of 4xx or 5xx, or ``default``."""
        return any(status == "default" or status[0] in "45" for status in self.statuses)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedScheme:
    """A security scheme, and what the contract says about it."""

    declared: declare.Scheme
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedOperation:
    """An operation. One that is declared as ``unsupported`` is routed and answers 501, and no protocol has its method.

    ``components`` has the name of the shared response behind each declared response, ``arguments`` those of the method
    without ``principal``, which follows from ``declared.security``.
    """

    declared: declare.Operation
    components: tuple[str | None, ...] = ()
    arguments: tuple[Argument, ...] = ()
    returns: PyType = NULL
    summary: str = ""
    description: str = ""
    deprecated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PyGroup:
    """The operations of one tag. ``argument`` is its provider's name in ``install``, ``protocol`` its class in
    ``protocols.py``, ``implementation`` the class that ``scaffold`` proposes."""

    name: str
    argument: str
    protocol: str
    implementation: str
    description: str
    operations: tuple[PlannedOperation, ...]

    @property
    def has_principal(self) -> bool:
        """Whether the protocol is generic in the principal."""
        return any(operation.declared.security for operation in self.operations)


@dataclass(frozen=True, slots=True, kw_only=True)
class PyVersion:
    """A contract. ``operations`` are all of them in the order of the contract; ``groups`` hold those that are
    implemented. ``responses`` are the classes of ``responses.py`` by first use."""

    name: str
    source: str
    title: str
    prefix: str
    groups: tuple[PyGroup, ...]
    operations: tuple[PlannedOperation, ...]
    responses: tuple[ResponseClass, ...]
    schemes: tuple[PlannedScheme, ...]
