"""The contract IR: what an API promises, in the order of its document.

Every node is frozen; tuples and read-only mappings keep the order of the document; every node has a ``span``, which is
excluded from equality, so that two contracts compare by meaning. There are no Python names, imports or code in here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from accord.contract.schema import NO_EXTENSIONS, UNSET, JsonValue, Located, NamedSchema, Schema, Unset
from accord.diagnostics import Diagnostic, Span

Location: TypeAlias = Literal["path", "query", "header", "cookie", "querystring"]
Style: TypeAlias = Literal[
    "simple", "label", "matrix", "form", "spaceDelimited", "pipeDelimited", "deepObject", "cookie"
]
SpecVersion: TypeAlias = Literal["3.0", "3.1", "3.2"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentName:
    """Where a shared object (response, parameter, header, body, ...) was declared.

    ``name`` is unique within its section of the bundle; ``origin`` is the declaring file, see ``NamedSchema.origin``.
    """

    name: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Extensible(Located):
    """An object with ``x-*`` keys."""

    extensions: Mapping[str, JsonValue] = field(default_factory=lambda: NO_EXTENSIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example(Located):
    """A named example. ``value`` is ``UNSET`` for ``externalValue`` and for 3.2's serialised-only examples."""

    name: str
    summary: str | None = None
    description: str | None = None
    value: JsonValue | Unset = UNSET
    external_value: str | None = None
    serialized_value: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Header(Extensible):
    """A header of a response or of a part of a multipart body; style ``simple``."""

    name: str
    description: str | None = None
    required: bool = False
    deprecated: bool = False
    explode: bool = False
    schema: Schema | None = None
    content: tuple[MediaType, ...] = ()
    examples: tuple[Example, ...] = ()
    component: ComponentName | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding(Located):
    """How one property of a form or multipart body is written."""

    property_name: str
    content_types: tuple[str, ...] = ()
    headers: tuple[Header, ...] = ()
    style: Style | None = None
    explode: bool | None = None
    allow_reserved: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaType(Extensible):
    """One entry of ``content``. ``name`` is the media type or range as written (``application/json``, ``image/*``).

    ``item_schema`` is 3.2's schema of each item of a sequential media type.
    """

    name: str
    schema: Schema | None = None
    item_schema: Schema | None = None
    examples: tuple[Example, ...] = ()
    encoding: tuple[Encoding, ...] = ()
    item_encoding: Encoding | None = None
    prefix_encoding: tuple[Encoding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter(Extensible):
    """A parameter with its style and explode resolved to what holds (never ``None``).

    Exactly one of ``schema`` and ``content`` is given; ``content`` then has one entry.
    """

    name: str
    location: Location
    required: bool = False
    deprecated: bool = False
    description: str | None = None
    style: Style
    explode: bool
    allow_reserved: bool = False
    allow_empty_value: bool = False
    schema: Schema | None = None
    content: tuple[MediaType, ...] = ()
    examples: tuple[Example, ...] = ()
    component: ComponentName | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Body(Extensible):
    """A request body."""

    required: bool = False
    description: str | None = None
    content: tuple[MediaType, ...] = ()
    component: ComponentName | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link(Extensible):
    """A link of a response. ``target`` is ``(METHOD, path)`` of the operation it names, ``None`` if it names none
    that exists (reported by a rule). ``operation_id`` and ``operation_ref`` are as written."""

    name: str
    operation_id: str | None = None
    operation_ref: str | None = None
    target: tuple[str, str] | None = None
    parameters: tuple[tuple[str, JsonValue], ...] = ()
    request_body: JsonValue | Unset = UNSET
    description: str | None = None
    component: ComponentName | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Response(Extensible):
    """A response of an operation. ``status`` is ``"200"``, a range in capitals ``"4XX"``, or ``"default"``.

    ``component`` is set where the response is a reference to a shared one.
    """

    status: str
    description: str = ""
    summary: str | None = None
    headers: tuple[Header, ...] = ()
    content: tuple[MediaType, ...] = ()
    links: tuple[Link, ...] = ()
    component: ComponentName | None = None
    span: Span = field(compare=False)
    """Place of the status key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerVariable(Located):
    """A variable of a server URL."""

    name: str
    default: str
    enum: tuple[str, ...] = ()
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Server(Located):
    """A server; ``url`` as written, with its ``{variables}``."""

    url: str
    name: str | None = None
    description: str | None = None
    variables: tuple[ServerVariable, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scheme(Extensible):
    """A security scheme: what every type of it has."""

    name: str
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyScheme(_Scheme):
    """``type: apiKey``."""

    parameter: str
    location: Literal["query", "header", "cookie"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpScheme(_Scheme):
    """``type: http``. ``scheme`` is in lower case (``basic``, ``bearer``, ``digest``, ...)."""

    scheme: str
    bearer_format: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthFlow(Located):
    """One flow of an OAuth2 scheme; ``kind`` as written (``password``, ``authorizationCode``, ...)."""

    kind: str
    authorization_url: str | None = None
    token_url: str | None = None
    refresh_url: str | None = None
    device_authorization_url: str | None = None
    scopes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuth2Scheme(_Scheme):
    """``type: oauth2``."""

    flows: tuple[OAuthFlow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIdConnectScheme(_Scheme):
    """``type: openIdConnect``."""

    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MutualTlsScheme(_Scheme):
    """``type: mutualTLS``: a matter of the connection, not of the request."""


SecurityScheme: TypeAlias = ApiKeyScheme | HttpScheme | OAuth2Scheme | OpenIdConnectScheme | MutualTlsScheme


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeUse(Located):
    """One scheme of a requirement with its scopes; ``name`` is a key of ``Api.security_schemes`` (or dangles: a rule
    reports it)."""

    name: str
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityRequirement(Located):
    """All of ``schemes`` together (AND). Empty: no credentials needed. Several requirements are alternatives (OR)."""

    schemes: tuple[SchemeUse, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback(Located):
    """Requests that the service sends: for each runtime expression the operations of its path item."""

    name: str
    operations: tuple[Operation, ...]
    """``Operation.path`` is the runtime expression."""
    component: ComponentName | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation(Extensible):
    """One method of one path, with everything that holds for it resolved into it.

    ``method`` is in capitals (``GET``; additional methods of 3.2 as written). ``path`` is the template as written.
    ``parameters`` include those of the path item, overridden where the operation says so. ``security`` is what holds:
    the operation's own or the document's; empty tuple means public. ``servers`` are the operation's, the path
    item's or the document's. ``faults`` are errors inside of this operation that keep it from being served as
    declared: it stays routed and answers 501.
    """

    method: str
    path: str
    operation_id: str | None = None
    summary: str | None = None
    description: str | None = None
    tags: tuple[str, ...] = ()
    deprecated: bool = False
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    responses: tuple[Response, ...] = ()
    security: tuple[SecurityRequirement, ...] = ()
    servers: tuple[Server, ...] = ()
    callbacks: tuple[Callback, ...] = ()
    external_docs: str | None = None
    pointer: str = field(compare=False, default="")
    """JSON pointer of the operation in the bundled document: ``/paths/~1items/get``."""
    faults: tuple[Diagnostic, ...] = field(compare=False, default=())
    span: Span = field(compare=False)
    """Place of the method key."""
    path_span: Span = field(compare=False)
    """Place of the path key."""
    operation_id_span: Span | None = field(compare=False, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook(Located):
    """Requests that the service sends unasked; ``Operation.path`` is the webhook's name."""

    name: str
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag(Located):
    """A declared tag; ``parent`` and ``kind`` are 3.2's."""

    name: str
    summary: str | None = None
    description: str | None = None
    parent: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Info(Extensible):
    """``info``: ``version`` is the version of the contract, not of OpenAPI."""

    title: str
    version: str
    summary: str | None = None
    description: str | None = None
    terms_of_service: str | None = None
    contact: Mapping[str, JsonValue] = field(default_factory=lambda: NO_EXTENSIONS)
    license: Mapping[str, JsonValue] = field(default_factory=lambda: NO_EXTENSIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Api(Extensible):
    """A whole contract.

    ``name`` is the folder of the version under ``spec/`` (``v1``), or the stem of a lone file. ``schemas`` holds every
    schema that anything refers to plus all declared components, in document order: those of the entry document first,
    then by first use. ``responses`` holds shared responses by their component name (``status`` is ``""`` there).
    """

    name: str
    spec_version: SpecVersion
    openapi: str
    info: Info
    servers: tuple[Server, ...] = ()
    operations: tuple[Operation, ...] = ()
    webhooks: tuple[Webhook, ...] = ()
    schemas: Mapping[str, NamedSchema] = field(default_factory=dict[str, NamedSchema])
    responses: Mapping[str, Response] = field(default_factory=dict[str, Response])
    parameters: Mapping[str, Parameter] = field(default_factory=dict[str, Parameter])
    security_schemes: Mapping[str, SecurityScheme] = field(default_factory=dict[str, SecurityScheme])
    security: tuple[SecurityRequirement, ...] = ()
    tags: tuple[Tag, ...] = ()
