"""The guard: one JSON Schema document with an entry for every body, answer, header set and parameter set.

The runtime compiles it once as ``Draft202012Validator`` and asks it about ``{"<key>": value}``. Named schemas stand in
``$defs`` once for each view in which they differ (``Item``, ``Item:request``, ``ChatEvent:event``). ``x-format-patterns``
gives the patterns of those formats that the validator does not know by itself, so that the runtime needs no table of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from accord.contract.json_schema import DIALECT, Converter, SchemaOptions, View, definition_ref
from accord.contract.model import Api
from accord.contract.schema import Assertions, JsonValue, Schema
from accord.contract.schemas.formats import FORMAT_PATTERNS
from accord.contract.schemas.validation import accepts_pattern, why_pattern_fails
from accord.contract.schemas.walk import walk
from accord.diagnostics import Diagnostic, warning
from accord.emit.python.views import Views

Formats: TypeAlias = Literal["assert", "annotate"]


class Guard:
    """Collects entries in order. ``formats="annotate"`` leaves ``format`` out (integer bounds stay); ``own_types`` says that
    models have types of the project's own, whose bounds are not the contract's."""

    def __init__(self, api: Api, formats: Formats = "assert", *, own_types: bool = False) -> None:
        self._formats = formats
        self._own_types = own_types
        self._api = api
        self._views = Views(api.schemas)
        self._reported: dict[Diagnostic, None] = {}
        self._entries: dict[str, JsonValue] = {}
        self._wanted: dict[tuple[str, View], None] = {}
        self._format_patterns: dict[str, JsonValue] = {}
        options = SchemaOptions(
            formats=formats == "assert", annotations=False, accepts_pattern=accepts_pattern
        )
        self._converter = Converter(api.schemas, ref=self._ref, options=options)

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Patterns that no validator here can run; they are left out of the guard."""
        return tuple(self._reported)

    def add(self, key: str, schema: Schema, view: View) -> None:
        """Check values under *key* against *schema* in *view*."""
        self._examine(schema)
        self._entries[key] = self._converter.convert(schema, view)

    def add_parameters(self, key: str, locations: Mapping[str, Mapping[str, tuple[Schema, bool]]]) -> None:
        """Check ``{location: {name: value}}`` under *key*; each name comes with its schema and whether it is required.

        Every location given must be present in the value, and holds no other names.
        """
        properties: dict[str, JsonValue] = {}
        for location, parameters in locations.items():
            for schema, _ in parameters.values():
                self._examine(schema)
            entry: dict[str, JsonValue] = {
                "properties": {
                    name: self._converter.convert(schema, "request")
                    for name, (schema, _) in parameters.items()
                }
            }
            required: list[JsonValue] = [name for name, (_, needed) in parameters.items() if needed]
            if required:
                entry["required"] = required
            properties[location] = entry
        self._entries[key] = {"properties": properties}

    def document(self) -> dict[str, JsonValue]:
        """The content of ``guard.json``."""
        definitions: dict[tuple[str, View], JsonValue] = {}
        while missing := [wanted for wanted in self._wanted if wanted not in definitions]:
            for name, view in missing:
                schema = self._api.schemas[name].schema
                self._examine(schema)
                definitions[name, view] = self._converter.convert(schema, view)
        order = {name: index for index, name in enumerate(self._api.schemas)}
        ordered = sorted(
            definitions, key=lambda wanted: (order[wanted[0]], wanted[1] != "response", wanted[1])
        )
        return {
            "$schema": DIALECT,
            **({"x-own-types": True} if self._own_types else {}),
            **({"x-format-patterns": self._format_patterns} if self._format_patterns else {}),
            "$defs": {_key(*wanted): definitions[wanted] for wanted in ordered},
            "properties": dict(self._entries),
        }

    def _ref(self, name: str, view: View | None) -> str:
        settled = self._views.settle(name, view or "response")
        self._wanted.setdefault((name, settled))
        return definition_ref(_key(name, settled))

    def _examine(self, schema: Schema) -> None:
        """Report the patterns inside of *schema* that cannot be run, and note the formats that need one."""
        for current in walk(schema):
            if not isinstance(current, Assertions):
                continue
            name = current.format
            if self._formats == "assert" and name is not None and name in FORMAT_PATTERNS:
                self._format_patterns[name] = FORMAT_PATTERNS[name]
            patterns = [pattern for pattern, _ in current.object.pattern_properties]
            if current.string.pattern is not None:
                patterns.append(current.string.pattern)
            for pattern in patterns:
                reason = why_pattern_fails(pattern)
                if reason is not None:
                    message = f"The pattern {pattern!r} cannot be checked: {reason}."
                    hint = "It is left out of the guard; write it without the construct named above."
                    self._reported.setdefault(warning("pattern-unsupported", message, current.span, hint))


def _key(name: str, view: View) -> str:
    return name if view == "response" else f"{name}:{view}"
