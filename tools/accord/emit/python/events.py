"""Server-sent events: what the schema of an event says about the text in ``data``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from accord.contract.json_schema import is_json_text
from accord.contract.schema import Assertions, NamedSchema, Schema
from accord.contract.schemas.references import resolve
from accord.contract.schemas.walk import in_place

Data: TypeAlias = Literal["json", "text", "either", "nothing"]


def data_of(event: Schema, schemas: Mapping[str, NamedSchema]) -> Data:
    """What the ``data`` of the events is that *event* describes.

    It is JSON where its schema has one for the decoded text, or describes something that is no string; ``nothing``: the
    schema does not describe it.
    """
    kinds: set[Data] = {
        _kind(declared.schema, schemas)
        for part in in_place(event, schemas)
        for declared in part.object.properties
        if declared.name == "data"
    }
    if not kinds:
        return "nothing"
    return kinds.pop() if len(kinds) == 1 else "either"


def _kind(schema: Schema, schemas: Mapping[str, NamedSchema]) -> Data:
    found = resolve(schema, schemas)
    if not isinstance(found, Assertions):
        return "either"
    if is_json_text(found.string):
        return "json"
    texts = found.types == ("string",) or (
        found.enum is not None and all(isinstance(v, str) for v in found.enum)
    )
    if texts:
        return "text"
    return "either" if found.types is None or "string" in found.types else "json"
