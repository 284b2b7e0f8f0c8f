"""The IR's schemas as JSON Schema draft 2020-12: the one converter for the guard, lint, tests and the printed models.

Without a view the conversion is lossless. A view projects readOnly and writeOnly on one direction of traffic:

* ``request``: readOnly properties stay permitted but are never demanded.
* ``response``: writeOnly properties are never demanded and their schema is ``false``, so that none ever leaves.
* ``event``: the response view of a server-sent event whose ``data`` has been decoded: a string with a JSON
  ``contentMediaType`` and a ``contentSchema`` becomes that schema.

What one branch of an ``allOf`` calls readOnly, another one may demand, also behind a ``$ref``. A referenced schema that
demands too much for the place it is used in is then written out in that place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, assert_never
from urllib.parse import quote

from accord.contract.media_types import essence, is_json
from accord.contract.schema import (
    Annotations,
    ArrayAssertions,
    Assertions,
    BooleanSchema,
    JsonValue,
    NamedSchema,
    NumberAssertions,
    ObjectAssertions,
    Ref,
    Schema,
    StringAssertions,
    Unset,
    annotations_of,
)
from accord.contract.schemas.formats import FORMAT_BOUNDS
from accord.contract.schemas.walk import in_place
from accord.source.pointer import escape

View: TypeAlias = Literal["request", "response", "event"]
RefNamer: TypeAlias = "Callable[[str, View | None], str]"
JsonObject: TypeAlias = dict[str, JsonValue]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaOptions:
    """What a converted schema carries.

    ``formats`` keeps ``format``; ``bounds`` turns the integer formats into ``minimum`` and ``maximum``;
    ``annotations`` keeps what does not restrict (titles, defaults, examples, extensions, discriminators).
    ``accepts_pattern`` tells whether a regular expression can be kept; a rejected one is left out together with what
    would be wrong without it.
    """

    formats: bool = True
    bounds: bool = True
    annotations: bool = True
    accepts_pattern: Callable[[str], bool] = lambda _: True


LOSSLESS: Final = SchemaOptions()


def to_json_schema(
    schema: Schema,
    *,
    ref: Callable[[str], str],
    view: View | None = None,
    schemas: Mapping[str, NamedSchema] | None = None,
    options: SchemaOptions = LOSSLESS,
) -> JsonValue:
    """Convert *schema*; ``ref(name)`` gives the ``$ref`` of a named schema.

    *schemas* (``Api.schemas``) is needed by views, which look through references.
    """
    converter = Converter(schemas or {}, ref=lambda name, _: ref(name), options=options)
    return converter.convert(schema, view)


def definitions_document(
    schemas: Mapping[str, NamedSchema], view: View | None = None, *, options: SchemaOptions = LOSSLESS
) -> dict[str, JsonValue]:
    """Every one of *schemas* as ``{"$schema": ..., "$defs": {name: schema}}``; see :func:`definition_ref`."""
    converter = Converter(schemas, ref=lambda name, _: definition_ref(name), options=options)
    defs: JsonObject = {name: converter.convert(named.schema, view) for name, named in schemas.items()}
    return {"$schema": DIALECT, "$defs": defs}


def definition_ref(name: str) -> str:
    """``#/$defs/<name>`` with *name* escaped for a JSON pointer inside of a URI fragment."""
    return "#/$defs/" + quote(escape(name), safe="~:")


def is_read_only(schema: Schema, schemas: Mapping[str, NamedSchema]) -> bool:
    """Whether *schema* is readOnly by itself, by a branch of its ``allOf`` or by what it refers to."""
    return _marked(schema, schemas, "read_only", frozenset())


def is_write_only(schema: Schema, schemas: Mapping[str, NamedSchema]) -> bool:
    """Whether *schema* is writeOnly by itself, by a branch of its ``allOf`` or by what it refers to."""
    return _marked(schema, schemas, "write_only", frozenset())


def is_json_text(string: StringAssertions) -> bool:
    """Whether a string holds JSON text described by its ``contentSchema``."""
    is_text = string.content_schema is not None and string.content_encoding is None
    return is_text and is_json(essence(string.content_media_type or ""))


def _marked(
    schema: Schema,
    schemas: Mapping[str, NamedSchema],
    mark: Literal["read_only", "write_only"],
    seen: frozenset[str],
) -> bool:
    """Whether *mark* stands on *schema* or on anything that a value of it must match as a whole. *seen*: names on the way."""
    annotations = annotations_of(schema)
    if annotations.read_only if mark == "read_only" else annotations.write_only:
        return True
    match schema:
        case BooleanSchema():
            return False
        case Ref(target=target):
            if target in seen or target not in schemas:
                return False
            return _marked(schemas[target].schema, schemas, mark, seen | {target})
        case Assertions(all_of=branches):
            return any(_marked(branch, schemas, mark, seen) for branch in branches)
        case _:
            assert_never(schema)


class Converter:
    """Converts schemas of one contract; ``ref(name, view)`` gives the ``$ref`` of a named schema in a view."""

    def __init__(
        self, schemas: Mapping[str, NamedSchema], *, ref: RefNamer, options: SchemaOptions = LOSSLESS
    ) -> None:
        self._schemas = schemas
        self._ref = ref
        self._options = options
        self._written_out: list[str] = []
        """Named schemas being written out in place: one that contains itself becomes a reference again."""

    def convert(self, schema: Schema, view: View | None = None) -> JsonValue:
        """JSON Schema of *schema* as seen by *view*."""
        return self._convert(schema, view, frozenset())

    def _convert(self, schema: Schema, view: View | None, excused: frozenset[str]) -> JsonValue:
        """*excused*: names that the surroundings of this place excuse from every ``required``."""
        match schema:
            case BooleanSchema(value=value):
                return value
            case Ref():
                return self._reference(schema, view, excused)
            case Assertions():
                return self._assertions(schema, view, excused)
            case _:
                assert_never(schema)

    def _reference(self, schema: Ref, view: View | None, excused: frozenset[str]) -> JsonValue:
        """A ``$ref``, or the schema written out where its place excuses more than a reference could say.

        A reference has no ``required`` of its own: where the target demands a property that only its surroundings call readOnly,
        no ``$ref`` can express that.
        """
        target = self._schemas.get(schema.target)
        if target is not None and view is not None and excused and schema.target not in self._written_out:
            own = excused_names((schema,), self._schemas, view)
            if (excused - own) & self._demanded(schema):
                self._written_out.append(schema.target)
                converted = self._convert(target.schema, view, excused)
                self._written_out.pop()
                return converted
        out: JsonObject = {"$ref": self._ref(schema.target, view)}
        if self._options.annotations:
            out.update(_annotations(schema.annotations))
        return out

    def _assertions(self, schema: Assertions, view: View | None, excused: frozenset[str]) -> JsonValue:
        """The keywords of *schema*, in an order that does not change: the same contract gives the same bytes."""
        # The event was decoded before it is checked: what the contract describes as text is a value here.
        if view == "event" and is_json_text(schema.string) and schema.string.content_schema is not None:
            return self._convert(schema.string.content_schema, "response", frozenset())
        if view is not None:
            excused |= excused_names((schema,), self._schemas, view)
        out: JsonObject = {}
        if schema.types is not None:
            out["type"] = schema.types[0] if len(schema.types) == 1 else list(schema.types)
        if schema.enum is not None:
            if schema.is_const and len(schema.enum) == 1:
                out["const"] = schema.enum[0]
            else:
                out["enum"] = list(schema.enum)
        if schema.format is not None and self._options.formats:
            out["format"] = schema.format
        out.update(self._number(schema.number, schema.format))
        out.update(self._string(schema.string, view))
        out.update(self._array(schema.array, view))
        out.update(self._object(schema.object, view, excused))
        out.update(self._applicators(schema, view, excused))
        if self._options.annotations:
            out.update(_annotations(schema.annotations))
            self._discriminator(schema, view, out)
        return out

    def _number(self, number: NumberAssertions, format_: str | None) -> JsonObject:
        """Bounds, tightened by the range of an integer format."""
        low, high = number.minimum, number.maximum
        bounds = FORMAT_BOUNDS.get(format_ or "")
        if self._options.bounds and bounds is not None:
            least, most = bounds
            low = least if low is None else max(low, least)
            high = most if high is None else min(high, most)
        return _written(
            minimum=low,
            maximum=high,
            exclusiveMinimum=number.exclusive_minimum,
            exclusiveMaximum=number.exclusive_maximum,
            multipleOf=number.multiple_of,
        )

    def _string(self, string: StringAssertions, view: View | None) -> JsonObject:
        """Lengths, pattern, and the annotations of content."""
        pattern = string.pattern
        if pattern is not None and not self._options.accepts_pattern(pattern):
            pattern = None
        out = _written(minLength=string.min_length, maxLength=string.max_length, pattern=pattern)
        if self._options.annotations:
            out.update(
                _written(contentEncoding=string.content_encoding, contentMediaType=string.content_media_type)
            )
            if string.content_schema is not None:
                out["contentSchema"] = self._convert(string.content_schema, view, frozenset())
        return out

    def _array(self, array: ArrayAssertions, view: View | None) -> JsonObject:
        """Items and counts."""
        out: JsonObject = {}
        if array.prefix_items:
            out["prefixItems"] = [self.convert(item, view) for item in array.prefix_items]
        out.update(self._children(view, items=array.items, contains=array.contains))
        out.update(
            _written(
                minContains=array.min_contains,
                maxContains=array.max_contains,
                minItems=array.min_items,
                maxItems=array.max_items,
            )
        )
        if array.unique_items:
            out["uniqueItems"] = True
        out.update(self._children(view, unevaluatedItems=array.unevaluated_items))
        return out

    def _object(self, obj: ObjectAssertions, view: View | None, excused: frozenset[str]) -> JsonObject:
        """Properties, names and counts."""
        out: JsonObject = {}
        if obj.properties:
            out["properties"] = {
                p.name: False
                if view in {"response", "event"} and is_write_only(p.schema, self._schemas)
                else self.convert(p.schema, view)
                for p in obj.properties
            }
        # OpenAPI, Schema Object: `required` of a readOnly property takes effect on the response only, of a
        # writeOnly one on the request only.
        required: list[JsonValue] = [name for name in obj.required if name not in excused]
        if required:
            out["required"] = required
        kept = [entry for entry in obj.pattern_properties if self._options.accepts_pattern(entry[0])]
        if kept:
            out["patternProperties"] = {pattern: self.convert(s, view) for pattern, s in kept}
        # The keyword stands in for every property that no pattern matches.
        if len(kept) == len(obj.pattern_properties):
            # Without all patterns nobody can tell which properties are additional.
            out.update(self._children(view, additionalProperties=obj.additional_properties))
            out.update(self._children(view, unevaluatedProperties=obj.unevaluated_properties))
        out.update(self._children(view, propertyNames=obj.property_names))
        out.update(_written(minProperties=obj.min_properties, maxProperties=obj.max_properties))
        if obj.dependent_required:
            out["dependentRequired"] = {
                name: [needed for needed in names if needed not in excused]
                for name, names in obj.dependent_required
            }
        if obj.dependent_schemas:
            out["dependentSchemas"] = {
                name: self._convert(s, view, excused) for name, s in obj.dependent_schemas
            }
        return out

    def _applicators(self, schema: Assertions, view: View | None, excused: frozenset[str]) -> JsonObject:
        """Composition and conditions, whose branches see the same value and so inherit *excused*."""
        out: JsonObject = {}
        for keyword, branches in (
            ("allOf", schema.all_of),
            ("anyOf", schema.any_of),
            ("oneOf", schema.one_of),
        ):
            if branches:
                out[keyword] = [self._convert(branch, view, excused) for branch in branches]
        if schema.not_ is not None:
            out["not"] = self._convert(schema.not_, view, excused)
        if schema.conditional is not None:
            condition = schema.conditional
            out["if"] = self._convert(condition.condition, view, excused)
            if condition.then is not None:
                out["then"] = self._convert(condition.then, view, excused)
            if condition.otherwise is not None:
                out["else"] = self._convert(condition.otherwise, view, excused)
        return out

    def _children(self, view: View | None, **children: Schema | None) -> JsonObject:
        """Each of *children* that is given, under its keyword."""
        return {key: self.convert(child, view) for key, child in children.items() if child is not None}

    def _discriminator(self, schema: Assertions, view: View | None, out: JsonObject) -> None:
        """Add the discriminator, its mapping as references of this conversion."""
        if schema.discriminator is None:
            return
        written: JsonObject = {"propertyName": schema.discriminator.property_name}
        if schema.discriminator.mapping:
            written["mapping"] = {tag: self._ref(name, view) for tag, name in schema.discriminator.mapping}
        if schema.discriminator.default_mapping is not None:
            written["defaultMapping"] = self._ref(schema.discriminator.default_mapping, view)
        out["discriminator"] = written

    def _demanded(self, schema: Schema) -> frozenset[str]:
        """Names that *schema* demands, in whatever branch."""
        out: set[str] = set()
        for part in in_place(schema, self._schemas):
            out |= set(part.object.required)
            out |= {name for _, names in part.object.dependent_required for name in names}
        return frozenset(out)


def excused_names(schemas: Iterable[Schema], named: Mapping[str, NamedSchema], view: View) -> frozenset[str]:
    """Names of the properties that *view* never demands, declared by one of *schemas* or by a branch of it."""
    is_excused = is_read_only if view == "request" else is_write_only
    parts = (part for schema in schemas for part in in_place(schema, named))
    return frozenset(p.name for part in parts for p in part.object.properties if is_excused(p.schema, named))


def _written(**values: JsonValue) -> JsonObject:
    """*values* without those that are not given."""
    return {key: value for key, value in values.items() if value is not None}


def _annotations(annotations: Annotations) -> JsonObject:
    """Annotations under their keywords."""
    docs: JsonValue = None if annotations.external_docs is None else {"url": annotations.external_docs}
    out = _written(title=annotations.title, description=annotations.description, externalDocs=docs)
    if not isinstance(annotations.default, Unset):
        out["default"] = annotations.default
    if annotations.examples:
        out["examples"] = list(annotations.examples)
    flags = {
        "deprecated": annotations.deprecated,
        "readOnly": annotations.read_only,
        "writeOnly": annotations.write_only,
    }
    out.update({name: True for name, is_set in flags.items() if is_set})
    if annotations.comment is not None:
        out["$comment"] = annotations.comment
    if annotations.xml:
        out["xml"] = dict(annotations.xml)
    out.update(annotations.extensions)
    return out
