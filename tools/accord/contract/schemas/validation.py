"""Whether a value satisfies a schema of a contract, and whether a pattern can be used at all.

Every tool asks here, and the guard of the generated service is compiled by the same function
(:func:`accord.validators.make_validator`), so that they agree with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from jsonschema_rs import Draft202012, Draft202012Validator, Registry, ValidationError

from accord.contract.json_schema import (
    JsonObject,
    SchemaOptions,
    View,
    definition_ref,
    definitions_document,
    to_json_schema,
)
from accord.contract.schema import JsonValue, NamedSchema, Schema
from accord.contract.schemas.formats import FORMAT_PATTERNS
from accord.validators import make_validator


def validator(
    document: Mapping[str, JsonValue] | bool, *, formats: bool = True, registry: Registry | None = None
) -> Draft202012Validator:
    """A validator of *document* that knows the formats of :mod:`accord.contract.schemas.formats`.

    Raises:
        ValueError: the schema is malformed, has a pattern that cannot be used, or refers to what is not there.
    """
    return make_validator(document, formats=formats, format_patterns=FORMAT_PATTERNS, registry=registry)


@lru_cache(maxsize=4096)
def why_pattern_fails(pattern: str) -> str | None:
    """Why validators cannot use *pattern* (ECMA 262), in one line; ``None`` if they can."""
    try:
        make_validator({"pattern": pattern})
    except ValueError as rejection:
        return str(rejection).split("\n", maxsplit=1)[0].rstrip(".")
    return None


def accepts_pattern(pattern: str) -> bool:
    """Whether validators can use *pattern*; one that they cannot use restricts nothing."""
    return why_pattern_fails(pattern) is None


@lru_cache(maxsize=1024)
def _matcher(pattern: str) -> Draft202012Validator | None:
    return make_validator({"pattern": pattern}) if accepts_pattern(pattern) else None


def matches(pattern: str, text: str) -> bool:
    """Whether *text* has a match of *pattern* in it; a pattern that cannot be used matches nothing."""
    matcher = _matcher(pattern)
    return matcher is not None and matcher.is_valid(text)


ENFORCED: Final = SchemaOptions(annotations=False, accepts_pattern=accepts_pattern)
"""How schemas are converted for validators: with all that restricts and that validators can use."""


def referring(schema: Schema, view: View | None, schemas: Mapping[str, NamedSchema]) -> JsonValue:
    """JSON Schema of *schema* in *view*, whose references lead into :func:`registry_of`."""
    return to_json_schema(
        schema,
        ref=lambda name: f"{_uri(view)}{definition_ref(name)}",
        view=view,
        schemas=schemas,
        options=ENFORCED,
    )


def registry_of(schemas: Mapping[str, NamedSchema], *views: View | None) -> Registry:
    """All *schemas* in each of *views*, for validators of what :func:`referring` gives."""
    documents: list[tuple[str, JsonObject]] = [
        (_uri(view), definitions_document(schemas, view, options=ENFORCED)) for view in views
    ]
    return Registry(documents, draft=Draft202012)


def _uri(view: View | None) -> str:
    return f"urn:accord:{view}"


class Validators:
    """Validators of the schemas of one contract, each compiled when it is first asked for."""

    def __init__(self, schemas: Mapping[str, NamedSchema], *, formats: bool = True) -> None:
        """*schemas*: ``Api.schemas``; *formats*: whether ``format`` is asserted."""
        self._schemas = schemas
        self._formats = formats
        self._registries: dict[View, Registry] = {}
        # By identity, since schemas have no hash. Each is kept, so that no other one takes its identity.
        self._known: dict[tuple[int, View], tuple[Schema, Draft202012Validator]] = {}

    def is_valid(self, schema: Schema, view: View, value: JsonValue) -> bool:
        """Whether *value* satisfies *schema* in *view*."""
        try:
            return self._of(schema, view).is_valid({"value": value})
        except UnicodeEncodeError:
            return False  # a lone surrogate: no text of JSON

    def errors(self, schema: Schema, view: View, value: JsonValue) -> Iterator[ValidationError]:
        """How *value* breaks *schema* in *view*, in the validator's order.

        The value is a property of an object, so instance paths start with ``value``, the others with ``properties/value``.
        """
        return iter(self._of(schema, view).iter_errors({"value": value}))

    def _of(self, schema: Schema, view: View) -> Draft202012Validator:
        known = self._known.get((id(schema), view))
        if known is None:
            if view not in self._registries:
                self._registries[view] = registry_of(self._schemas, view)
            # In a property, since the library refuses to look at all at a text that is the whole value and no Unicode.
            document: JsonObject = {"properties": {"value": referring(schema, view, self._schemas)}}
            compiled = validator(document, formats=self._formats, registry=self._registries[view])
            known = self._known[id(schema), view] = (schema, compiled)
        return known[1]
