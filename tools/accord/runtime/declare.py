"""The vocabulary of generated routers: what an operation declares, as plain values without behaviour.

``generated/<version>/routers.py`` hands one :class:`Operation` after the other to ``accord.runtime.Version``, which
compiles them once at start-up. Python types stand behind thunks (``type=lambda: models.Item``), so that declaring an
operation imports no model.

Guard keys (``guard=``) name entries of the version's ``guard.json``; see :class:`Operation` for those that follow from
its ``key``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

TypeThunk: TypeAlias = Callable[[], Any]
"""Gives a type such as ``models.Item | None`` (``Any``: such expressions have no static type of their own)."""

ScalarKind: TypeAlias = Literal["null", "boolean", "integer", "number", "string"]
Location: TypeAlias = Literal["path", "query", "header", "cookie", "querystring"]
Style: TypeAlias = Literal[
    "simple", "label", "matrix", "form", "spaceDelimited", "pipeDelimited", "deepObject", "cookie"
]
SchemeKind: TypeAlias = Literal["apiKey", "basic", "bearer", "http", "oauth2", "openIdConnect", "mutualTLS"]


@dataclass(frozen=True, slots=True)
class Scalar:
    """Text that becomes one JSON value: the first of ``kinds`` whose strict spelling it has, in the order
    null, boolean, integer, number, string; text that has none of them stays a string (the guard then rejects it)."""

    kinds: tuple[ScalarKind, ...] = ("string",)


@dataclass(frozen=True, slots=True)
class Json:
    """Text that is itself JSON: ``content: application/json`` of a parameter, header or form field, and values inside of
    others, for which no style has a spelling. With ``text`` only arrays and objects are JSON, anything else is its."""

    text: Scalar | None = None


@dataclass(frozen=True, slots=True)
class Array:
    """Text that becomes a JSON array; ``prefix`` gives the leading items where the schema has ``prefixItems``. A property
    with ``alone`` is an array where it comes more than once, and otherwise the one value that ``alone`` reads."""

    items: Scalar | Json
    prefix: tuple[Scalar | Json, ...] = ()
    alone: Scalar | None = None


@dataclass(frozen=True, slots=True)
class Object:
    """Text that becomes a JSON object. ``additional`` reads undeclared properties (``None``: they stay strings)."""

    properties: Mapping[str, Scalar | Array | Json] = field(default_factory=lambda: MappingProxyType({}))
    additional: Scalar | Json | None = None


@dataclass(frozen=True, slots=True)
class File:
    """Bytes that stay bytes: a part of a multipart body, or a whole body. Lengths count octets."""

    min_length: int | None = None
    max_length: int | None = None


@dataclass(frozen=True, slots=True)
class Items:
    """A body of one JSON value after the other: a line each, or (``framing="sequence"``) each behind a record separator
    (RFC 7464). Type and guard are those of one item."""

    framing: Literal["lines", "sequence"] = "lines"


@dataclass(frozen=True, slots=True)
class Tree:
    """Values in brackets (``a[b][c]=1``, ``a[0]=x``, ``a[]=x``): style ``deepObject`` where objects and arrays stand inside
    of others, of which OpenAPI says nothing and clients write this.

    ``scalar`` reads a text without brackets, ``items`` those of an array, ``properties`` and ``additional`` those of an
    object; with nothing of them it is anything, whose texts stay strings.
    """

    scalar: Scalar | None = None
    items: Tree | None = None
    properties: Mapping[str, Tree] = field(default_factory=lambda: MappingProxyType({}))
    additional: Tree | None = None


@dataclass(frozen=True, slots=True)
class Either:
    """Text that may be read in several ways, of which the guard entry ``guard`` takes the first that it accepts.

    A reading that splits the text (two items, or properties) comes before those that do not: in each style what belongs
    to one value has its delimiters encoded. Otherwise the order is that of ``alternatives``. Without a ``guard`` the value
    is given and written: as an array, an object or a scalar, whichever it is.
    """

    alternatives: tuple[Wire, ...]
    guard: str | None = None


Wire: TypeAlias = Scalar | Array | Object | Json | File | Tree | Either
"""How text on the wire becomes JSON data, before the guard sees it."""


class Absent:
    """The type of :data:`ABSENT`: the declaration has no default."""

    __slots__ = ()


ABSENT = Absent()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter of an operation.

    ``argument`` is the keyword under which the implementation receives it. ``type`` converts the guarded JSON value
    (``None``: the JSON value is the Python value already). An absent optional parameter is ``default`` (a JSON value,
    converted by ``type`` too) or ``None``.
    """

    name: str
    argument: str
    location: Location
    wire: Wire = Scalar()
    required: bool = False
    style: Style = "simple"
    explode: bool = False
    allow_empty: bool = False
    type: TypeThunk | None = None
    default: Any = ABSENT  # Any: a JSON value; the declaration is data
    """JSON value or ``ABSENT``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """A property of a form or multipart body.

    ``times``: the property is one value; or an array, ``each`` item of which comes as a field that ``wire`` reads; or
    ``either``, by how often the field comes. With ``empty`` a field that does not come is the empty array, which has no
    other spelling. ``content_types`` are the media types and ranges that a part may have (any
    if empty), ``headers`` those of the part, which ``headers_guard`` checks as ``{name: value}``.
    """

    name: str
    wire: Wire = Scalar()
    style: Style = "form"
    explode: bool = True
    times: Literal["one", "each", "either"] = "one"
    empty: bool = False
    content_types: tuple[str, ...] = ()
    headers: tuple[Parameter, ...] = ()
    headers_guard: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyContent:
    """One media type or range of a request body.

    ``read`` tells what it becomes: a JSON value; text (``Scalar``: a ``str``, or the value that it spells); a
    ``ByteStream`` (``File``); an ``ItemStream``. ``form`` is given for form media types instead, where ``additional``
    reads undeclared fields. With ``wrap`` the value comes as ``RequestBody``, with ``media_type`` beside it.
    """

    media_type: str
    guard: str
    type: TypeThunk | None = None
    read: Json | Scalar | File | Items = Json()
    form: tuple[FormField, ...] | None = None
    additional: Scalar | Json | File = Scalar()
    wrap: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A request body; the implementation receives it as ``body`` (``None`` when optional and absent)."""

    content: tuple[BodyContent, ...]
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseHeader:
    """A declared response header; ``attribute`` is its name on the response class (empty: it follows from the body)."""

    name: str
    attribute: str
    required: bool = False
    wire: Wire = Scalar()
    explode: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """How a server-sent event is written.

    With ``json_data`` the payload in ``data`` is JSON text, without it a string sent as it is; ``None``: strings are sent
    as they are, anything else is JSON. With ``payload`` the type and the guard of the content are those of the payload
    alone, and the implementation gives ``accord.runtime.Event``.
    """

    json_data: bool | None = True
    payload: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseContent:
    """One media type of a response, as it is sent: with its parameters, or a range whose concrete type the implementation
    names.

    ``type`` and ``guard`` are those of the JSON value or of the text; with ``events`` those of one event, whose ``data``
    is the decoded payload, with ``items`` those of one item.
    """

    media_type: str
    guard: str | None = None
    type: TypeThunk | None = None
    events: Events | None = None
    items: Items | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A documented response.

    ``status`` is a number, a range (``"4XX"``) or ``"default"``. ``cls`` gives its class in ``responses.py``. With
    ``bare`` the body alone may be returned too; one response of an operation at most is bare. An empty ``content`` means
    that no body is documented. ``headers_guard`` checks ``{name: value}`` of the declared headers.
    """

    status: int | str
    cls: TypeThunk | None = None
    bare: bool = False
    content: tuple[ResponseContent, ...] = ()
    headers: tuple[ResponseHeader, ...] = ()
    headers_guard: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """A security scheme; ``method`` is its method on the version's ``Security`` protocol.

    Keyword arguments of that method: ``apiKey``: ``key``; ``basic``: ``username``, ``password``; ``bearer``, ``oauth2``
    and ``openIdConnect``: ``token``; ``http`` (any other HTTP scheme): ``credentials``; ``mutualTLS``: ``certificate``; and
    always ``scopes``.
    """

    name: str
    method: str
    kind: SchemeKind
    location: Literal["query", "header", "cookie"] = "header"
    parameter: str = "Authorization"
    http_scheme: str = ""
    """As in ``WWW-Authenticate``: ``Bearer``, ``Basic``, ...; empty for API keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A security scheme as an operation requires it, with the scopes that it asks for."""

    scheme: Scheme
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation of a contract: where it is served, what it takes, what it answers, and who may call it.

    ``key`` is its operationId, or ``"GET /items"`` where the contract gives none; messages name it. ``path`` is the
    template without the version's prefix; ``path_choices`` has the texts of each of its variables that have to be told by them. ``group`` names the provider, ``function`` the method of its class.

    Guard entries that follow from ``key``: ``<key>.parameters`` checks ``{location: {name: value}}`` with one property
    for each location that has parameters.

    ``security``: alternatives (OR) of uses that hold together (AND); an empty alternative is "no credentials".
    ``()`` is a public operation, whose method has no ``principal``.

    ``media_type`` is the keyword under which the implementation receives the media type that ``Accept`` asks for.

    ``unsupported`` gives reasons why it is routed but answers 501.
    """

    key: str
    method: str
    path: str
    group: str
    function: str
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    path_choices: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    responses: tuple[Response, ...] = ()
    media_type: str | None = None
    security: tuple[tuple[Use, ...], ...] = ()
    deprecated_at: str | None = None
    sunset: str | None = None
    rate_limit: str | None = None
    unsupported: tuple[str, ...] = field(default=())
