"""The sampler: attempts that go from the fullest value with examples to lean ones, until one is valid."""

from __future__ import annotations

import math
from collections.abc import Mapping
from random import Random
from typing import Final

from accord.contract.json_schema import View
from accord.contract.schema import JsonValue, NamedSchema, Schema
from accord.contract.schemas.samples.checks import Checker
from accord.contract.schemas.samples.drawing import Drawing
from accord.contract.schemas.samples.options import DrawingOptions, Miss

_MANNERS: Final = (
    DrawingOptions(optional=1.0, examples=True, varied=False),
    DrawingOptions(optional=1.0, examples=False, varied=False),
    DrawingOptions(optional=0.0, examples=True, varied=False),
    DrawingOptions(optional=0.0, examples=False, varied=False),
)
_DYNAMIC: Final = (
    DrawingOptions(optional=1.0, examples=False, varied=True),
    DrawingOptions(optional=0.0, examples=False, varied=True),
)
_FURTHER: Final = DrawingOptions(optional=0.5, examples=False, varied=True)
_ATTEMPTS: Final = 40


class NoSampleError(ValueError):
    """No value was found; the text says what the last attempt broke."""


class Sampler:
    """Samples of schemas of one contract, as one view sees them.

    Args:
        schemas: ``Api.schemas``.
        view: ``response`` leaves out what is writeOnly, ``request`` what is readOnly; ``event`` reads JSON text in
            ``data`` as data.
        formats: whether ``format`` is asserted.
    """

    def __init__(
        self, schemas: Mapping[str, NamedSchema], *, view: View = "response", formats: bool = True
    ) -> None:
        self.checker = Checker(schemas, view, formats=formats)

    def sample(self, schema: Schema, *, seed: str, dynamic: bool = False) -> JsonValue:
        """A value that satisfies *schema*, the same for the same *seed*; with *dynamic* examples are not looked at.

        Raises:
            NoSampleError: none was found.
        """
        if math.isinf(self.checker.heights.of(schema)):
            raise NoSampleError("no value satisfies the schema, or none of them is finite")
        manners = _DYNAMIC if dynamic else _MANNERS
        reason = ""
        for attempt in range(_ATTEMPTS):
            manner = manners[attempt] if attempt < len(manners) else _FURTHER
            drawing = Drawing(self.checker, Random(f"{seed}#{attempt}"), manner)  # noqa: S311 - it has to be repeatable
            try:
                value = drawing.value((schema,), 0)
            except Miss as miss:
                reason = reason or str(miss)
                continue
            if self.checker.is_valid(schema, value):
                return value
            reason = self.checker.reason(schema, value)
        raise NoSampleError(f"no valid value was found: {reason}")

    def is_valid(self, schema: Schema, value: JsonValue) -> bool:
        """Whether *value* satisfies *schema* in this view."""
        return self.checker.is_valid(schema, value)
