# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.
"""Documented responses of spec/v1/"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from accord.runtime import ByteStream, ItemStream, Response

from . import models


@dataclass(kw_only=True, eq=False)
class GetFileOk(Response):
    """200: All of it."""

    status: int = field(default=200, init=False)
    body: bytes | ByteStream


@dataclass(kw_only=True, eq=False)
class GetFilePartialContent(Response):
    """206: A part of it."""

    status: int = field(default=206, init=False)
    body: bytes | ByteStream
    content_range: str


@dataclass(kw_only=True, eq=False)
class ListReadingsOk(Response):
    """200: Readings, a line each or framed."""

    status: int = field(default=200, init=False)
    body: ItemStream[models.Reading]
    media_type: Literal["application/jsonl", "application/json-seq"] | None = None
