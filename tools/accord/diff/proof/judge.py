"""Asks jsonschema-rs whether a value fits the schemas of one party."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Final

from jsonschema_rs import Draft202012Validator, ValidationError, ValidationErrorKind

from accord.contract.json_schema import JsonObject
from accord.contract.schema import JsonValue
from accord.contract.schemas.validation import ENFORCED, validator
from accord.diff.proof.node import Intersection, IntersectionKey
from accord.diff.proof.projection import Projection
from accord.diff.proof.reader import SchemaReader
from accord.diff.tables import kept

Path = tuple[str | int, ...]

_MOST_ERRORS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """One clause that refuses a value: its keyword, its place in the schema, and the place of the value."""

    keyword: str
    instance: Path
    schema: Path
    message: str
    members: frozenset[str] = frozenset()
    """The properties that are missing or too many."""


class Judge:
    """Validators of one reader's schemas, compiled when they are first needed."""

    def __init__(self, reader: SchemaReader) -> None:
        self.reader = reader
        self._projection = Projection(reader, ENFORCED)
        self._known: dict[IntersectionKey, tuple[Intersection, Draft202012Validator | None]] = {}

    def document(self, intersection: Intersection) -> JsonObject:
        """*intersection* as a JSON Schema on its own."""
        return self._projection.document(intersection)

    def accepts(self, intersection: Intersection, value: JsonValue) -> bool | None:
        """Whether *value* fits; ``None`` where the validator cannot say."""
        compiled = self._validator(intersection)
        if compiled is None:
            return None
        try:
            return compiled.is_valid(value)
        except ValueError:
            return None

    def rejections(self, intersection: Intersection, value: JsonValue) -> list[Rejection]:
        """Every clause that refuses *value*."""
        compiled = self._validator(intersection)
        if compiled is None:
            return []
        try:
            return [_rejection(error) for error in islice(compiled.iter_errors(value), _MOST_ERRORS)]
        except ValueError:
            return []

    def _validator(self, intersection: Intersection) -> Draft202012Validator | None:
        key = intersection.key
        return kept(self._known, key, lambda: (intersection, _compiled(self.document(intersection))))[1]


def _compiled(document: JsonObject) -> Draft202012Validator | None:
    """A validator that asserts formats, ``None`` where the library refuses the schema."""
    try:
        return validator(document)
    except ValueError:
        return None


def _rejection(error: ValidationError) -> Rejection:
    return Rejection(
        keyword=error.kind.name,
        instance=tuple(error.instance_path),
        schema=tuple(error.schema_path),
        message=error.message,
        members=_members(error),
    )


def _members(error: ValidationError) -> frozenset[str]:
    kind = error.kind
    match kind:
        case ValidationErrorKind.Required():
            return frozenset((kind.property,))
        case ValidationErrorKind.AdditionalProperties() | ValidationErrorKind.UnevaluatedProperties():
            return frozenset(kind.unexpected)
        case _:
            return frozenset()
