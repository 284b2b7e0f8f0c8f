"""Rejections: what the runtime answers by itself, and under which documented status. The one table of it.

A kind of rejection tries the statuses that the operation documents in the order of :data:`TABLE`. The first whose schema
accepts the problem is sent; where it accepts none, a mapper (``Errors.rejection``) may give the documented body. An
operation that documents nothing fitting is answered by an ``application/problem+json`` (RFC 9457) under the standard
status.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus
from typing import Any, Final, NamedTuple

PROBLEM_MEDIA_TYPE: Final = "application/problem+json"
"""The media type of a problem (RFC 9457)."""


class RejectionKind(Enum):
    """Why a request is refused."""

    MALFORMED = "malformed"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    NOT_ACCEPTABLE = "not_acceptable"
    TOO_LARGE = "too_large"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    INVALID = "invalid"
    TOO_MANY_REQUESTS = "too_many_requests"
    INTERNAL = "internal"
    NOT_IMPLEMENTED = "not_implemented"
    UNAVAILABLE = "unavailable"
    OTHER = "other"
    """An ``HTTPException`` of a dependency or implementation, under its own status."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: the standard status, the documented statuses that are tried in order, and the default detail."""

    status: int
    tries: tuple[int | str, ...]
    detail: str


def _row(status: int, detail: str, *others: int) -> Row:
    """A row whose documented statuses are tried from the exact one to the widest: status, *others*, range, ``default``."""
    return Row(status, (status, *others, "5XX" if status >= 500 else "4XX", "default"), detail)


TABLE: Final[Mapping[RejectionKind, Row]] = {
    RejectionKind.MALFORMED: _row(400, "The request cannot be read."),
    RejectionKind.UNAUTHORIZED: _row(401, "Valid credentials are needed."),
    RejectionKind.FORBIDDEN: _row(403, "The credentials do not allow this operation."),
    RejectionKind.NOT_FOUND: _row(404, "There is nothing at this path."),
    RejectionKind.METHOD_NOT_ALLOWED: _row(405, "The path does not have this method."),
    RejectionKind.NOT_ACCEPTABLE: _row(406, "The operation cannot answer in a media type of Accept."),
    RejectionKind.TOO_LARGE: _row(413, "The body is longer than the service allows."),
    RejectionKind.UNSUPPORTED_MEDIA_TYPE: _row(415, "The operation does not read this kind of body."),
    # Many contracts document one 400 for every fault of a request: it is tried after 422.
    RejectionKind.INVALID: _row(422, "The request does not follow the contract.", 400),
    RejectionKind.TOO_MANY_REQUESTS: _row(429, "There were too many requests."),
    RejectionKind.INTERNAL: _row(500, "The service failed to answer."),
    RejectionKind.NOT_IMPLEMENTED: _row(501, "The service does not implement this operation."),
    RejectionKind.UNAVAILABLE: _row(503, "The service cannot answer at the moment."),
    RejectionKind.OTHER: Row(500, (), ""),
}

_KIND_OF_STATUS: Final = {row.status: kind for kind, row in TABLE.items() if kind is not RejectionKind.OTHER}
# Names of RFC 9110 that Python adopted in 3.13.
_PHRASES: Final = {413: "Content Too Large", 422: "Unprocessable Content"}


def title_of(status: int) -> str:
    """The reason phrase of *status*, as RFC 9110 spells it."""
    try:
        return _PHRASES[status] if status in _PHRASES else HTTPStatus(status).phrase
    except ValueError:
        return "Client Error" if status < 500 else "Server Error"


class InvalidPart(NamedTuple):
    """One place of a request that does not follow the contract.

    ``location`` is ``body``, ``path.itemId``, ``query.limit``, ...; ``pointer`` a JSON Pointer into that part (empty:
    all of it). Neither they nor ``reason`` repeat what the request contained.
    """

    location: str
    pointer: str
    reason: str

    def to_data(self) -> dict[str, str]:
        """As a member of ``errors`` of a problem; an empty pointer is left out."""
        if self.pointer:
            return {"location": self.location, "pointer": self.pointer, "reason": self.reason}
        return {"location": self.location, "reason": self.reason}


class Rejection(Exception):
    """A request that the runtime rejects; dependencies and middle layers may raise it too.

    ``status`` is the standard status of its kind; the documented one may differ. ``operation`` is the key of the
    operation, ``None`` where no operation was reached. ``extensions`` are further members of the problem.
    """

    def __init__(  # noqa: PLR0913 - what a problem says, each by its name
        self,
        kind: RejectionKind,
        *,
        detail: str | None = None,
        errors: Iterable[InvalidPart] = (),
        headers: Iterable[tuple[str, str]] = (),
        status: int | None = None,
        extensions: Mapping[str, Any] | None = None,  # Any: JSON
    ) -> None:
        row = TABLE[kind]
        self.kind = kind
        self.status = row.status if status is None else status
        self.detail = (row.detail or title_of(self.status)) if detail is None else detail
        self.errors = tuple(errors)
        self.headers = tuple(headers)
        self.extensions = extensions
        self.operation: str | None = None
        super().__init__(f"{self.status} {self.detail}")

    @property
    def tries(self) -> tuple[int | str, ...]:
        """Documented statuses in the order in which they are tried."""
        if self.kind is RejectionKind.OTHER:
            return (self.status, f"{self.status // 100}XX", "default")
        return TABLE[self.kind].tries

    @classmethod
    def of_status(
        cls, status: int, *, detail: str | None, headers: Iterable[tuple[str, str]] = ()
    ) -> Rejection:
        """The rejection that stands for an ``HTTPException`` with *status*."""
        kind = _KIND_OF_STATUS.get(status, RejectionKind.OTHER)
        return cls(kind, detail=detail, headers=headers, status=status)

    def to_problem(self, status: int | None = None) -> dict[str, Any]:  # Any: JSON
        """The problem document, under *status* where the operation documents another than the standard one."""
        detail = self.detail
        if self.kind is RejectionKind.NOT_IMPLEMENTED and self.operation and self.operation not in detail:
            detail = f"{self.operation}: {detail}"  # what is to be done has to be found
        document = problem(
            self.status if status is None else status, detail=detail, extensions=self.extensions
        )
        if self.errors:
            document["errors"] = [part.to_data() for part in self.errors]
        return document


def not_implemented(operation: str) -> Rejection:
    """The rejection of an implementation that does nothing yet: 501, naming *operation*."""
    return Rejection(RejectionKind.NOT_IMPLEMENTED, detail=f"{operation} is not implemented yet.")


def problem(
    status: int,
    *,
    detail: str | None = None,
    title: str | None = None,
    type: str = "about:blank",  # noqa: A002 - the member's name in RFC 9457
    extensions: Mapping[str, Any] | None = None,  # Any: JSON
) -> dict[str, Any]:
    """A problem document of RFC 9457 as JSON data, its title being that of *status* unless given."""
    document: dict[str, Any] = {"type": type, "title": title or title_of(status), "status": status}
    if detail:
        document["detail"] = detail
    if extensions:
        document.update(extensions)
    return document
