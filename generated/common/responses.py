# Generated from spec/common/ by accord. Do not edit: change the spec, then run make generate.
"""Documented responses of spec/common/"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from accord.runtime import ErrorResponse, Response

from . import models


@dataclass(kw_only=True, eq=False)
class BadRequest(ErrorResponse):
    """400: The request cannot be read, such as a body that is not JSON."""

    status: int = field(default=400, init=False)
    body: models.Problem


@dataclass(kw_only=True, eq=False)
class ContentTooLarge(ErrorResponse):
    """413: The body is larger than the service takes."""

    status: int = field(default=413, init=False)
    body: models.Problem


@dataclass(kw_only=True, eq=False)
class EditConflict(ErrorResponse):
    """409: The item was changed by another request at the same moment. Read it again and repeat the change."""

    status: int = field(default=409, init=False)
    body: models.Problem


@dataclass(kw_only=True, eq=False)
class Forbidden(ErrorResponse):
    """403: The credentials are known, but they do not allow this operation."""

    status: int = field(default=403, init=False)
    body: models.Problem


@dataclass(kw_only=True, eq=False)
class InternalServerError(ErrorResponse):
    """500: The service failed. The problem carries the trace of the request and nothing else."""

    status: int = field(default=500, init=False)
    body: models.Problem
    traceresponse: str | None = None


@dataclass(kw_only=True, eq=False)
class KeyRefused(ErrorResponse):
    """403: The API key is wrong."""

    status: int = field(default=403, init=False)
    body: models.Problem


@dataclass(kw_only=True, eq=False)
class NotAcceptable(ErrorResponse):
    """406: The operation cannot answer in any media type of `Accept`."""

    status: int = field(default=406, init=False)
    body: models.Problem


@dataclass(kw_only=True, eq=False)
class NotFound(ErrorResponse):
    """404: There is no such item, or it belongs to somebody else."""

    status: int = field(default=404, init=False)
    body: models.Problem


@dataclass(kw_only=True, eq=False)
class NotModified(Response):
    """304: The item still has the ETag that was sent. There is no body."""

    status: int = field(default=304, init=False)
    etag: str
    cache_control: Literal["private, no-cache"]


@dataclass(kw_only=True, eq=False)
class PageNotModified(Response):
    """304: The page still has the ETag that was sent. There is no body."""

    status: int = field(default=304, init=False)
    etag: str
    cache_control: Literal["private, no-cache"]


@dataclass(kw_only=True, eq=False)
class PreconditionFailed(ErrorResponse):
    """412: The item no longer has the ETag of `If-Match`."""

    status: int = field(default=412, init=False)
    body: models.Problem


@dataclass(kw_only=True, eq=False)
class PreconditionRequired(ErrorResponse):
    """428: The operation changes an item and needs `If-Match`."""

    status: int = field(default=428, init=False)
    body: models.Problem


@dataclass(kw_only=True, eq=False)
class ServiceUnavailable(ErrorResponse):
    """503: The service cannot answer at the moment. Repeat a change with its `Idempotency-Key` or `If-Match`."""

    status: int = field(default=503, init=False)
    body: models.Problem
    retry_after: int | None = None


@dataclass(kw_only=True, eq=False)
class TooManyRequests(ErrorResponse):
    """429: There were too many requests. The numbers behind the policy of the operation are the operator's; the headers tell them."""

    status: int = field(default=429, init=False)
    body: models.Problem
    retry_after: int | None = None
    rate_limit: str | None = None
    rate_limit_policy: str | None = None


@dataclass(kw_only=True, eq=False)
class Unauthorized(ErrorResponse):
    """401: No valid credentials came with the request."""

    status: int = field(default=401, init=False)
    body: models.Problem
    www_authenticate: str | None = None


@dataclass(kw_only=True, eq=False)
class UnprocessableContent(ErrorResponse):
    """422: The request can be read but does not follow the contract. Every place is listed."""

    status: int = field(default=422, init=False)
    body: models.ValidationProblem


@dataclass(kw_only=True, eq=False)
class UnsupportedMediaType(ErrorResponse):
    """415: The body has a media type that the operation does not take."""

    status: int = field(default=415, init=False)
    body: models.Problem


@dataclass(kw_only=True, eq=False)
class UsernameTaken(ErrorResponse):
    """409: Somebody else has registered with this username."""

    status: int = field(default=409, init=False)
    body: models.Problem
