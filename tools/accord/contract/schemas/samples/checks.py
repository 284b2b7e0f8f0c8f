"""Validators of single schemas, built when they are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Final

import jsonschema_rs

from accord.contract.json_schema import (
    SchemaOptions,
    View,
    definition_ref,
    definitions_document,
    to_json_schema,
)
from accord.contract.schema import Assertions, JsonValue, NamedSchema, Schema, StringAssertions

_BACKTRACK_LIMIT: Final = 100_000
_PATTERNS: Final = jsonschema_rs.FancyRegexOptions(backtrack_limit=_BACKTRACK_LIMIT)


def accepts_pattern(pattern: str) -> bool:
    """Whether the validator can read a pattern; one that it cannot read restricts nothing."""
    try:
        jsonschema_rs.Draft202012Validator({"pattern": pattern}, pattern_options=_PATTERNS)
    except (ValueError, jsonschema_rs.ValidationError):
        return False
    return True


_OPTIONS: Final = SchemaOptions(annotations=False, accepts_pattern=accepts_pattern)


class Checker:
    """Validates values in a view of the schemas of one contract."""

    def __init__(self, schemas: Mapping[str, NamedSchema], view: View, *, formats: bool) -> None:
        self._schemas = schemas
        self._view: View = view
        self._formats = formats
        self._validators: dict[int, jsonschema_rs.Draft202012Validator] = {}
        self._patterns: dict[str, jsonschema_rs.Draft202012Validator | None] = {}
        self._texts: dict[tuple[str | int | None, ...], Assertions] = {}
        self._kept: list[Schema] = []
        """Schemas of the validators: they are known by identity, so they must stay alive."""

    def is_valid(self, schema: Schema, value: JsonValue) -> bool:
        """Whether *value* satisfies *schema*."""
        try:
            return self._validator(schema).is_valid({"value": value})
        except ValueError:
            return False  # no text of JSON, such as a lone surrogate

    def reason(self, schema: Schema, value: JsonValue) -> str:
        """The first way in which *value* breaks *schema*; empty where it does not."""
        error = next(iter(self._validator(schema).iter_errors({"value": value})), None)
        if error is None:
            return ""
        place = "".join(f"/{step}" for step in list(error.instance_path)[1:])
        return f"{place or 'the value'}: {error.message}"

    def is_text(self, part: Assertions, text: str) -> bool:
        """Whether the assertions of *part* on texts allow *text*; its others are not looked at."""
        string = part.string
        key = (part.format, string.min_length, string.max_length, string.pattern)
        alone = self._texts.get(key)
        if alone is None:
            kept = StringAssertions(
                min_length=string.min_length, max_length=string.max_length, pattern=string.pattern
            )
            alone = self._texts[key] = Assertions(format=part.format, string=kept, span=part.span)
        return self.is_valid(alone, text)

    def matches(self, pattern: str, text: str) -> bool:
        """Whether *text* matches *pattern*; a pattern that cannot be read matches nothing."""
        if pattern not in self._patterns:
            self._patterns[pattern] = (
                jsonschema_rs.Draft202012Validator({"pattern": pattern}, pattern_options=_PATTERNS)
                if accepts_pattern(pattern)
                else None
            )
        validator = self._patterns[pattern]
        return validator is not None and validator.is_valid(text)

    def _validator(self, schema: Schema) -> jsonschema_rs.Draft202012Validator:
        known = self._validators.get(id(schema))
        if known is None:
            target = to_json_schema(
                schema,
                ref=lambda name: f"urn:samples{definition_ref(name)}",
                view=self._view,
                schemas=self._schemas,
                options=_OPTIONS,
            )
            known = self._validators[id(schema)] = jsonschema_rs.Draft202012Validator(
                {"properties": {"value": target}},
                registry=self._registry,
                validate_formats=self._formats,
                pattern_options=_PATTERNS,
            )
            self._kept.append(schema)
        return known

    @cached_property
    def _registry(self) -> jsonschema_rs.Registry:
        document = definitions_document(self._schemas, self._view, options=_OPTIONS)
        return jsonschema_rs.Registry([("urn:samples", document)], draft=jsonschema_rs.Draft202012)
