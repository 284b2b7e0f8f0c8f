# Generated from spec/common/ by accord. Do not edit: change the spec, then run make generate.

from __future__ import annotations

from typing import Annotated

from pydantic import MISSING, Field

from accord.runtime import Model

from .invalid_part import InvalidPart


class ValidationProblem(Model):
    """A problem that lists everything in the request that does not follow the contract, in one answer."""

    type: str = "about:blank"
    """A URI that names the kind of problem. `about:blank` says that the status explains itself.

    Example: ``'about:blank'``.
    """
    title: str
    """A short summary that is the same for every problem of this kind.

    Example: ``'Not Found'``.
    """
    status: Annotated[int, Field(ge=400, le=599)]
    """The HTTP status of the answer, repeated for clients that keep only the body.

    Example: ``404``.
    """
    detail: str | MISSING = MISSING
    """What went wrong this time, written for the developer who calls the API.

    Example: ``'There is no such item.'``.
    """
    instance: str | MISSING = MISSING
    """A URI that names this one occurrence.

    Example: ``'/api/v2/items/42'``.
    """
    trace_id: str | MISSING = MISSING
    """The trace of the request. Quote it when you ask for support.

    Example: ``'4bf92f3577b34da6a3ce929d0e0e4736'``.
    """
    errors: Annotated[list[InvalidPart], Field(min_length=1)]
    """Every place in the request that was refused."""
