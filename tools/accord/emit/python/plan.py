"""The Python view of a contract: what the printers print, decided once by ``planner``.

Everything here is frozen and keeps the order of the contract. Identifiers are final, types are source texts; nothing
refers to the contract any more, so the printers decide only layout.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from accord.contract.model import Location, Style
from accord.contract.schema import UNSET, JsonValue, Unset
from accord.emit.python.pytype import PyType
from accord.runtime.declare import FormField, Scalar, SchemeKind, Wire


@dataclass(frozen=True, slots=True, kw_only=True)
class PyParameter:
    """A parameter; ``type`` is that of the present value, ``annotation`` that of the argument."""

    name: str
    argument: str
    location: Location
    wire: Wire
    required: bool
    style: Style
    explode: bool
    allow_empty: bool
    type: PyType
    annotation: str
    default: JsonValue | Unset = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class PyBodyContent:
    """One media type of a request body."""

    media_type: str
    guard: str
    type: PyType
    form: tuple[FormField, ...] | None = None
    additional: Scalar


@dataclass(frozen=True, slots=True, kw_only=True)
class PyBody:
    """A request body; ``annotation`` is that of the argument ``body``."""

    content: tuple[PyBodyContent, ...]
    required: bool
    annotation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PyHeader:
    """A header of an answer."""

    name: str
    attribute: str
    required: bool
    wire: Wire
    explode: bool
    type: PyType


@dataclass(frozen=True, slots=True, kw_only=True)
class PyContent:
    """The media type of an answer. ``json_data`` is ``None`` for JSON; for an event stream it tells whether the ``data``
    of each event is JSON text, and ``type`` is the type of one event."""

    media_type: str
    guard: str
    type: PyType
    json_data: bool | None = None

    @property
    def annotation(self) -> str:
        """The type of the body."""
        return self.type.expr if self.json_data is None else f"EventStream[{self.type.expr}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class PyAnswerClass:
    """A class of ``responses.py``. A class with one status has it as a default, one with several (a shared response under
    two statuses, a range, ``default``) asks for it. ``common`` ones live in ``generated/common``."""

    name: str
    statuses: tuple[str, ...]
    description: str
    content: PyContent | None
    headers: tuple[PyHeader, ...]
    common: bool = False

    @property
    def is_error(self) -> bool:
        """Whether it may be raised: an answer of 4xx or 5xx, or ``default``."""
        return any(status == "default" or status[0] in "45" for status in self.statuses)


@dataclass(frozen=True, slots=True, kw_only=True)
class PyAnswer:
    """A documented answer of an operation. ``shared`` names the component that several operations answer with."""

    status: str
    class_name: str | None
    bare: bool
    content: PyContent | None
    headers: tuple[PyHeader, ...]
    headers_guard: str | None
    in_union: bool
    shared: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PyScheme:
    """A security scheme and its method on the protocol ``Security``; ``arguments`` are its own keyword arguments."""

    name: str
    method: str
    kind: SchemeKind
    location: Literal["query", "header", "cookie"]
    parameter: str
    http_scheme: str
    arguments: tuple[str, ...]
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PyUse:
    """A scheme as an operation needs it."""

    scheme: PyScheme
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PyOperation:
    """An operation. With ``unsupported`` it is routed and answers 501, and no protocol has its method.

    ``security`` holds alternatives of uses that hold together; empty: public, without a ``principal``.
    """

    key: str
    method: str
    path: str
    group: str
    function: str
    summary: str
    parameters: tuple[PyParameter, ...] = ()
    body: PyBody | None = None
    answers: tuple[PyAnswer, ...] = ()
    returns: str = "None"
    security: tuple[tuple[PyUse, ...], ...] = ()
    deprecated: bool = False
    deprecated_at: str | None = None
    sunset: str | None = None
    rate_limit: str | None = None
    unsupported: tuple[str, ...] = ()

    @property
    def types(self) -> tuple[PyType, ...]:
        """Every type that the method's signature names."""
        parameters = tuple(parameter.type for parameter in self.parameters)
        bodies = () if self.body is None else tuple(content.type for content in self.body.content)
        answers = tuple(
            a.content.type for a in self.answers if a.in_union and a.bare and a.content is not None
        )
        return parameters + bodies + answers


@dataclass(frozen=True, slots=True, kw_only=True)
class PyGroup:
    """The operations of one tag. ``argument`` is its provider's name in ``install``, ``protocol`` its class in
    ``protocols.py``, ``implementation`` the class that ``scaffold`` proposes."""

    name: str
    argument: str
    protocol: str
    implementation: str
    description: str
    operations: tuple[PyOperation, ...]

    @property
    def has_principal(self) -> bool:
        """Whether the protocol is generic in the principal."""
        return any(operation.security for operation in self.operations)


@dataclass(frozen=True, slots=True, kw_only=True)
class PyVersion:
    """A contract. ``operations`` are all of them in the order of the contract; ``groups`` hold those that are
    implemented. ``answers`` are the classes of ``responses.py`` by first use."""

    name: str
    source: str
    title: str
    prefix: str
    groups: tuple[PyGroup, ...]
    operations: tuple[PyOperation, ...]
    answers: tuple[PyAnswerClass, ...]
    schemes: tuple[PyScheme, ...]
