"""The parts of OpenAPI that generated code supports, and what happens to the others.

This is the one registry: the planner asks it, findings take their code from it, and the table in the docs is printed
from it. Whatever is not supported is a warning at its place in the contract; the rest of the contract is served.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from accord.contract.model import Location, Parameter, Style
from accord.diagnostics import Diagnostic, Severity, Span
from accord.runtime.declare import Array, Either, File, Json, Object, Scalar, Tree, Wire

Shape: TypeAlias = Literal["scalar", "array", "object"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Construct:
    """A construct that is not served as the contract says: its code, what it is, and what happens instead."""

    code: str
    construct: str
    instead: str
    severity: Severity = Severity.WARNING


_CONSTRUCTS: Final = (
    Construct(
        code="unsupported-parameter",
        construct="a parameter in a style that OpenAPI gives no spelling for its shape (a scalar in `pipeDelimited`), or in "
        "a media type without a reader",
        instead="the operation answers 501",
    ),
    Construct(
        code="unsupported-request-body",
        construct="a request body without any media type",
        instead="the operation is served without a body",
    ),
    Construct(
        code="unsupported-request-media-type",
        construct="a media type of a request body that is none, or text in a charset that nobody knows",
        instead="the media type is answered with 415; with no other media type the operation answers 501",
    ),
    Construct(
        code="unsupported-request-media-range",
        construct="a range such as */* of a request body whose schema describes more than text or bytes",
        instead="of all its media types only application/json is read",
    ),
    Construct(
        code="unsupported-request-schema",
        construct="a schema of XML, CSV, YAML, a form that is no object, or anything else that is handed on as it came",
        instead="the body is a `str` or a `ByteStream`, unchecked apart from its length",
        severity=Severity.INFO,
    ),
    Construct(
        code="unsupported-request-sequence",
        construct="what a schema says about all items of a sequence together, such as their number",
        instead="each item is checked by itself",
        severity=Severity.INFO,
    ),
    Construct(
        code="unsupported-multipart",
        construct="parts without names: `prefixEncoding`, `itemEncoding`, or a multipart schema that is no object",
        instead="the body is handed on whole, as a `ByteStream`",
    ),
    Construct(
        code="unsupported-form-field",
        construct="a field of a form that may be a file or something else, or in a media type that is neither text nor JSON",
        instead="the operation answers 501",
    ),
    Construct(
        code="unsupported-part-header",
        construct="a header of a part of a multipart body that is not read from one text",
        instead="it is not checked; an `Upload` has all headers as text",
        severity=Severity.INFO,
    ),
    Construct(
        code="unsupported-response-media-type",
        construct="a media type of a response that is none (`json`)",
        instead="the media type is not offered; with no other success the operation answers 501",
    ),
    Construct(
        code="unsupported-response-schema",
        construct="a schema of XML, CSV, YAML or anything else that is sent as it is given",
        instead="the body is a `str`, `bytes` or a `ByteStream`, which is not compared with the schema",
        severity=Severity.INFO,
    ),
    Construct(
        code="unsupported-response-sequence",
        construct="what a schema says about all items of a sequence together, such as their number",
        instead="each item is checked by itself",
        severity=Severity.INFO,
    ),
    Construct(
        code="unsupported-response-multipart",
        construct="a multipart answer",
        instead="the implementation gives `bytes` or a `ByteStream` with the boundary in `media_type`",
        severity=Severity.INFO,
    ),
    Construct(
        code="unsupported-event-schema",
        construct="an event stream whose schema does not describe the event as sent, with its `data`",
        instead="the schema is taken as that of the payload: `EventStream[Event[...]]`",
        severity=Severity.INFO,
    ),
    Construct(
        code="unsupported-response-status",
        construct="an informational status (1xx)",
        instead="the response is not offered; where nothing else is documented, 204 is answered",
    ),
    Construct(
        code="unsupported-response-header",
        construct="a response header of the connection (`Connection`, `Transfer-Encoding`), or with alternatives inside "
        "of alternatives beyond twenty",
        instead="the header is not declared on the response",
    ),
    Construct(
        code="unsupported-response-body",
        construct="content of a response that has no body by its status (204, 205, 304)",
        instead="the response is sent without a body",
    ),
    Construct(
        code="unsupported-operation-server",
        construct="`servers` of a path or an operation with a path of their own",
        instead="the operation is served under the path of the document's first server",
    ),
    Construct(
        code="unsupported-server-path",
        construct="a path of the first server that is not a plain path",
        instead="the version is served without a prefix",
    ),
    Construct(
        code="unsupported-path-template",
        construct="a path whose variables cannot be told apart (`{a}{b}`; in OpenAPI 3.2 one that stands twice), or that no "
        "request can have, since it holds a query or a fragment",
        instead="the operation answers 501",
    ),
    Construct(
        code="unsupported-callback",
        construct="sending callbacks",
        instead="the module `webhooks` declares them with typed bodies; sending is left to the implementation",
        severity=Severity.INFO,
    ),
    Construct(
        code="unsupported-webhook",
        construct="sending webhooks",
        instead="the module `webhooks` declares them with typed bodies; sending is left to the implementation",
        severity=Severity.INFO,
    ),
)

CONSTRUCTS: Final[Mapping[str, Construct]] = {row.code: row for row in _CONSTRUCTS}
"""By code, in the order of the docs."""


def unsupported(code: str, message: str, span: Span, *, hint: str = "") -> Diagnostic:
    """The finding for a construct of the registry; without a *hint* it says what happens instead.

    Raises:
        KeyError: the registry does not know *code*.
    """
    construct = CONSTRUCTS[code]
    return Diagnostic(
        code=code,
        message=message,
        span=span,
        hint=hint or f"{construct.instead[0].upper()}{construct.instead[1:]}.",
        severity=construct.severity,
    )


_ANY: Final[frozenset[Shape]] = frozenset({"scalar", "array", "object"})
_LISTS: Final[frozenset[Shape]] = frozenset({"array", "object"})
_READERS: Final[Mapping[tuple[Location, Style], frozenset[Shape]]] = {
    ("path", "simple"): _ANY,
    ("path", "label"): _ANY,
    ("path", "matrix"): _ANY,
    ("query", "form"): _ANY,
    ("query", "spaceDelimited"): _LISTS,
    ("query", "pipeDelimited"): _LISTS,
    ("query", "deepObject"): frozenset({"object"}),
    ("header", "simple"): _ANY,
    ("cookie", "form"): _ANY,
    ("cookie", "cookie"): _ANY,
}
"""The shapes that the runtime reads, by location and style, with and without ``explode``."""


def parameter_styles() -> tuple[tuple[Location, Style, tuple[Shape, ...]], ...]:
    """Location, style and shapes of every parameter that the runtime reads, for the docs."""
    return tuple((*key, tuple(sorted(shapes))) for key, shapes in _READERS.items())


def readable(parameter: Parameter, wire: Wire) -> Wire | None:
    """What of *wire*, which the text of *parameter* becomes, the runtime has a reader for; ``None`` if nothing."""
    if parameter.content:  # its one media type has decided about the wire
        return wire
    shapes = _READERS.get((parameter.location, parameter.style), frozenset[Shape]())
    if not isinstance(wire, Either):
        return wire if shape_of(wire) in shapes else None
    alternatives = tuple(
        reading for reading in wire.alternatives if isinstance(reading, Json) or shape_of(reading) in shapes
    )
    if all(isinstance(reading, Json) for reading in alternatives):
        return None
    return alternatives[0] if len(alternatives) == 1 else Either(alternatives)


def shape_of(wire: Wire) -> Shape:
    """The shape of what a wire declaration reads; of several alternatives that of the first."""
    match wire:
        case Either(alternatives=alternatives):
            return shape_of(alternatives[0])
        case Scalar() | Json() | File():
            return "scalar"
        case Array():
            return "array"
        case Object() | Tree():
            return "object"


def statuses_without_body(status: str, method: str) -> bool:
    """Whether HTTP gives no body to a response (RFC 9110, sections 9.3.2, 15.3.5, 15.3.6 and 15.4.5)."""
    return method == "HEAD" or status in {"204", "205", "304"}
