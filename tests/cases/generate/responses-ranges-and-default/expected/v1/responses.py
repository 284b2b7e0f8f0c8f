# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.
"""Documented responses of spec/v1/"""

from __future__ import annotations

from dataclasses import dataclass, field

from accord.runtime import ByteStream, ErrorResponse, Response

from . import models


@dataclass(kw_only=True, eq=False)
class GetJobStatus3XX(Response):
    """3XX: It is elsewhere."""

    status: int
    location: str


@dataclass(kw_only=True, eq=False)
class Problem(ErrorResponse):
    """404, 4XX: A problem."""

    status: int
    body: models.ProblemBody


@dataclass(kw_only=True, eq=False)
class GetJobDefault(ErrorResponse):
    """default: Anything else."""

    status: int
    body: str | ByteStream


@dataclass(kw_only=True, eq=False)
class HeadJobOk(Response):
    """200: What GET would say."""

    status: int = field(default=200, init=False)
    content_length: int | None = None
    etag: str | None = None


@dataclass(kw_only=True, eq=False)
class PutJobNoContent(Response):
    """204: Done."""

    status: int = field(default=204, init=False)
    set_cookie: str | list[str] | None = None


@dataclass(kw_only=True, eq=False)
class DeleteJobStatus2XX(Response):
    """2XX: However it went."""

    status: int
