# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.
"""Documented answers of spec/v1/"""

from __future__ import annotations

from dataclasses import dataclass, field

from accord.runtime import Answer


@dataclass(kw_only=True, eq=False)
class AddAlbumNoContent(Answer):
    """204: It is there."""

    status: int = field(default=204, init=False)


@dataclass(kw_only=True, eq=False)
class AddPartsNoContent(Answer):
    """204: They are there."""

    status: int = field(default=204, init=False)


@dataclass(kw_only=True, eq=False)
class AddEitherNoContent(Answer):
    """204: It is there."""

    status: int = field(default=204, init=False)
