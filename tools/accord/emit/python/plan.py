"""The Python view of a contract: what the printers print, decided once by ``planner``.

Everything here is frozen and keeps the order of the contract. Identifiers are final, types are source texts; nothing
refers to the contract any more, so the printers decide only layout.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from accord.contract.model import Location, Style
from accord.contract.schema import UNSET, JsonValue, Unset
from accord.emit.python.pytype import PyType
from accord.runtime.declare import Events, File, FormField, Items, Json, Scalar, SchemeKind, Wire

_JSON: Final = Json()
_TEXT: Final = Scalar()


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
    """One media type of a request body. ``type`` is that of the guarded value, ``argument`` that of what the method gets:
    a stream of items around it, or its media type beside it (``wrap``)."""

    media_type: str
    guard: str
    type: PyType
    argument: PyType
    read: Json | Scalar | File | Items = _JSON
    form: tuple[FormField, ...] | None = None
    additional: Scalar | Json | File = _TEXT
    wrap: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PyBody:
    """A request body; ``annotation`` is that of the argument ``body``."""

    content: tuple[PyBodyContent, ...]
    required: bool
    annotation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PyHeader:
    """A header of an answer; without an ``attribute`` the runtime writes it by itself."""

    name: str
    attribute: str
    required: bool
    wire: Wire
    explode: bool
    type: PyType


def is_open(media_type: str) -> bool:
    """Whether an answer in *media_type* has to say more of it: see :meth:`PyContent.is_open`."""
    return "*" in media_type or media_type.lower().startswith("multipart/")


@dataclass(frozen=True, slots=True, kw_only=True)
class PyContent:
    """A media type of an answer, as it is sent, or a range. ``body`` is what an implementation gives; ``value`` what the
    runtime converts: the JSON value, one event (with ``events``) or one item (with ``items``)."""

    media_type: str
    body: PyType
    value: PyType | None = None
    guard: str | None = None
    events: Events | None = None
    items: Items | None = None

    @property
    def is_open(self) -> bool:
        """Whether more has to be said of it: of a range the type, of multipart the boundary."""
        return is_open(self.media_type)


@dataclass(frozen=True, slots=True, kw_only=True)
class PyContents:
    """The media types of an answer. ``named`` tells whether its class has to name the one that is sent: it may where it
    is ``False``, and cannot where it is ``None``."""

    contents: tuple[PyContent, ...] = ()
    named: bool | None = None

    @property
    def body(self) -> PyType:
        """The type of the body: one of those that the media types have."""
        bodies = [one.body for one in self.contents]
        imports = frozenset[str]().union(*(one.imports for one in bodies))
        return PyType(expr=" | ".join(dict.fromkeys(one.expr for one in bodies)) or "None", imports=imports)


@dataclass(frozen=True, slots=True, kw_only=True)
class PyAnswerClass:
    """A class of ``responses.py``. A class with one status has it as a default, one with several (a shared response under
    two statuses, a range, ``default``) asks for it. ``common`` ones live in ``generated/common``."""

    name: str
    statuses: tuple[str, ...]
    description: str
    content: PyContents
    headers: tuple[PyHeader, ...]
    common: bool = False

    @property
    def is_error(self) -> bool:
        """Whether it may be raised: an answer of 4xx or 5xx, or ``default``."""
        return any(status == "default" or status[0] in "45" for status in self.statuses)


@dataclass(frozen=True, slots=True, kw_only=True)
class PyAnswer:
    """A documented answer of an operation. ``shared`` names the component that several operations answer with. Without a
    ``body`` its content only says what GET would send."""

    status: str
    class_name: str | None
    bare: bool
    body: bool
    content: PyContents
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
class PyMediaType:
    """The argument of an operation for the media type that ``Accept`` asks for."""

    argument: str
    type: PyType


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
    path_choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    parameters: tuple[PyParameter, ...] = ()
    body: PyBody | None = None
    answers: tuple[PyAnswer, ...] = ()
    media_type: PyMediaType | None = None
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
        bodies = () if self.body is None else tuple(content.argument for content in self.body.content)
        answers = tuple(one.content.body for one in self.answers if one.in_union and one.bare)
        negotiated = () if self.media_type is None else (self.media_type.type,)
        return parameters + bodies + negotiated + answers


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
