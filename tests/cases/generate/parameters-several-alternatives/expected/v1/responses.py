# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.
"""Documented responses of spec/v1/"""

from __future__ import annotations

from dataclasses import dataclass, field

from accord.runtime import Response


@dataclass(kw_only=True, eq=False)
class SearchDocumentsOk(Response):
    """200: What was found."""

    status: int = field(default=200, init=False)
    body: list[str]
    x_scope: str | list[str] | None = None
