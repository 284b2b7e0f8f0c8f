# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.
"""Documented responses of spec/v1/"""

from __future__ import annotations

from dataclasses import dataclass, field

from accord.runtime import ErrorResponse


@dataclass(kw_only=True, eq=False)
class GetItemNotFound(ErrorResponse):
    """404: There is none."""

    status: int = field(default=404, init=False)


@dataclass(kw_only=True, eq=False)
class GetItemUnprocessableContent(ErrorResponse):
    """422: The id is none."""

    status: int = field(default=422, init=False)
