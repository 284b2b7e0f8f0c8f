# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.
"""Documented responses of spec/v1/"""

from __future__ import annotations

from dataclasses import dataclass, field

from accord.runtime import Response


@dataclass(kw_only=True, eq=False)
class AddAlbumNoContent(Response):
    """204: It is there."""

    status: int = field(default=204, init=False)


@dataclass(kw_only=True, eq=False)
class AddPartsNoContent(Response):
    """204: They are there."""

    status: int = field(default=204, init=False)


@dataclass(kw_only=True, eq=False)
class AddEitherNoContent(Response):
    """204: It is there."""

    status: int = field(default=204, init=False)
