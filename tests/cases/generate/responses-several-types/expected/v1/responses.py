# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.
"""Documented responses of spec/v1/"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from accord.runtime import ByteStream, ErrorResponse, Response

from . import models


@dataclass(kw_only=True, eq=False)
class GetReportOk(Response):
    """200: The report."""

    status: int = field(default=200, init=False)
    body: models.Report | str | ByteStream
    media_type: Literal["application/json", "application/vnd.report+json", "text/csv"] | None = None


@dataclass(kw_only=True, eq=False)
class GetReportNotFound(ErrorResponse):
    """404: There is none."""

    status: int = field(default=404, init=False)
    body: models.Problem | str | ByteStream
    media_type: Literal["application/problem+json", "application/problem+xml"] | None = None


@dataclass(kw_only=True, eq=False)
class GetPageOk(Response):
    """200: The same in words, which only the media type tells apart."""

    status: int = field(default=200, init=False)
    body: str | ByteStream
    media_type: Literal["text/html", "text/markdown"]


@dataclass(kw_only=True, eq=False)
class GetPictureOk(Response):
    """200: A picture, whose kind the answer names."""

    status: int = field(default=200, init=False)
    body: bytes | ByteStream
    media_type: str
