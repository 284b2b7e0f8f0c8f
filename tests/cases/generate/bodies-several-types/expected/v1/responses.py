# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.
"""Documented responses of spec/v1/"""

from __future__ import annotations

from dataclasses import dataclass, field

from accord.runtime import Response


@dataclass(kw_only=True, eq=False)
class AddNoteNoContent(Response):
    """204: It is there."""

    status: int = field(default=204, init=False)


@dataclass(kw_only=True, eq=False)
class ChangeNotesNoContent(Response):
    """204: They are changed."""

    status: int = field(default=204, init=False)


@dataclass(kw_only=True, eq=False)
class PutAnythingNoContent(Response):
    """204: It is there."""

    status: int = field(default=204, init=False)
