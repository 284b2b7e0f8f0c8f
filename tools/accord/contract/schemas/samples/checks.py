"""Whether values satisfy schemas, as one view sees them: what the sampler asks."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from accord.contract.json_schema import View
from accord.contract.schema import Assertions, JsonValue, NamedSchema, Schema, StringAssertions
from accord.contract.schemas.samples.heights import Heights
from accord.contract.schemas.validation import Validators


class Checker:
    """Validates values in a view of the schemas of one contract, and knows how deep they have to be."""

    def __init__(self, schemas: Mapping[str, NamedSchema], view: View, *, formats: bool) -> None:
        self.schemas = schemas
        self.view: View = view
        self.heights = Heights(schemas)
        self._formats = formats
        self._validators = Validators(schemas, formats=formats)
        self._texts: dict[tuple[str | int | None, ...], Assertions] = {}

    @cached_property
    def of_content(self) -> Checker:
        """The checker of JSON text inside of an event."""
        return Checker(self.schemas, "response", formats=self._formats)

    def is_valid(self, schema: Schema, value: JsonValue) -> bool:
        """Whether *value* satisfies *schema*."""
        return self._validators.is_valid(schema, self.view, value)

    def reason(self, schema: Schema, value: JsonValue) -> str:
        """The first way in which *value* breaks *schema*; empty where it does not."""
        error = next(self._validators.errors(schema, self.view, value), None)
        if error is None:
            return ""
        place = "".join(f"/{step}" for step in error.instance_path[1:])
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
