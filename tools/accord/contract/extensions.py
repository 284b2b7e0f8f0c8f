"""Extensions of Accord's own: they are for the toolchain, so published forms of a contract leave them out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from accord.contract.schema import JsonValue
from accord.source.data import map_objects

INTERNAL: Final = "x-accord-"
"""How the names of these extensions start."""


def without_internal(document: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """*document* (an OpenAPI object) without these extensions, in its own order; data in it is left alone."""
    stripped = map_objects(
        dict(document),
        lambda part, _: {key: value for key, value in part.items() if not key.startswith(INTERNAL)},
    )
    assert isinstance(stripped, dict)
    return stripped
