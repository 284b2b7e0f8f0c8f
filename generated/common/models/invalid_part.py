# Generated from spec/common/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from pydantic import MISSING

from accord.runtime import Model


class InvalidPart(Model):
    """One place in a request that does not follow the contract."""

    location: str
    """The part of the request, such as `body`, `path.itemId` or `query.limit`.

    Example: ``'body'``.
    """
    pointer: str | MISSING = MISSING
    """A JSON Pointer (RFC 6901) into the part, where the part has an inside.

    Example: ``'/price'``.
    """
    reason: str
    """What the contract expects in this place.

    Example: ``'must be greater than 0'``.
    """
