"""One attempt at a value: choices between branches, then a value of one type."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from typing_extensions import override

from accord.contract.json_schema import is_json_text
from accord.contract.schema import (
    UNSET,
    Assertions,
    Discriminator,
    JsonValue,
    ObjectAssertions,
    Property,
    Ref,
    Schema,
    SchemaType,
    Unset,
    annotations_of,
)
from accord.contract.schemas.normal import NormalForm, normal_form
from accord.contract.schemas.samples.apart import kept_apart
from accord.contract.schemas.samples.arrays import draw_array
from accord.contract.schemas.samples.numbers import draw_numbers
from accord.contract.schemas.samples.objects import draw_object
from accord.contract.schemas.samples.options import Attempt, Miss
from accord.contract.schemas.samples.texts import draw_texts
from accord.contract.schemas.values import types_of

_DEEPEST: Final = 60
_TRIES: Final = 12
"""Attempts at one part that is checked on its own."""
_TEXT_TRIES: Final = 40


class Drawing(Attempt):
    """Draws values for one attempt."""

    @override
    def value(self, schemas: Sequence[Schema], depth: int) -> JsonValue:
        self.nodes += 1
        if depth > _DEEPEST:
            raise Miss("the value would be too deep")
        if self.manner.examples:
            example = self._example(schemas)
            if not isinstance(example, Unset):
                return example
        reason = ""
        for _ in range(_TRIES):
            merged = self._choose(schemas, depth)
            if merged.impossible:
                reason = reason or "a schema allows nothing"
                continue
            try:
                value = self._drawn(merged, depth)
            except Miss as miss:
                reason = reason or str(miss)
                if not _has_choices(merged.parts):
                    break
                continue
            if not _is_hard(merged.parts) or self._is_valid(schemas, value):
                return value
            reason = self._reason(schemas, value)
            apart = kept_apart(value, merged, self.checker.schemas, lambda v: self._is_valid(schemas, v))
            if apart is not None:
                return apart
        raise Miss(reason or "no value was found")

    def _normal(self, *schemas: Schema) -> NormalForm:
        return normal_form(schemas, self.checker.schemas)

    def _is_valid(self, schemas: Sequence[Schema], value: JsonValue) -> bool:
        return all(self.checker.is_valid(schema, value) for schema in schemas)

    def _reason(self, schemas: Sequence[Schema], value: JsonValue) -> str:
        return next((text for s in schemas if (text := self.checker.reason(s, value))), "")

    def _example(self, schemas: Sequence[Schema]) -> JsonValue | Unset:
        """A declared example or default that satisfies everything here."""
        merged = self._normal(*schemas)
        if merged.impossible:
            return UNSET
        declared = [annotations_of(schema) for schema in (*schemas, *merged.parts)]
        valid = [
            example
            for annotations in declared
            for example in annotations.examples
            if self._is_valid(schemas, example)
        ]
        if valid:
            return self.random.choice(valid)
        defaults = (a.default for a in declared if not isinstance(a.default, Unset))
        return next((d for d in defaults if self._is_valid(schemas, d)), UNSET)

    def _choose(self, schemas: Sequence[Schema], depth: int) -> NormalForm:
        """Everything that applies after a branch was chosen wherever there are several."""
        chosen = list(schemas)
        done: set[int] = set()
        while True:
            merged = self._normal(*chosen)
            part = next((p for p in merged.parts if id(p) not in done and _has_choices([p])), None)
            if part is None:
                return merged
            done.add(id(part))
            for options in (part.one_of, part.any_of):
                if options:
                    branch = self._branch(options, merged.likely_types, depth)
                    chosen.append(branch)
                    chosen.extend(self._tag(part.discriminator, branch))
            if part.conditional is not None:
                condition = part.conditional
                if self.random.random() < 0.5:
                    chosen.append(condition.condition)
                    chosen.extend(s for s in (condition.then,) if s is not None)
                else:
                    chosen.extend(s for s in (condition.otherwise,) if s is not None)

    def _branch(self, options: Sequence[Schema], types: Sequence[SchemaType], depth: int) -> Schema:
        heights = {index: self.checker.heights.of(option) for index, option in enumerate(options)}
        finite = [index for index, height in heights.items() if not math.isinf(height)]
        fitting = [
            index
            for index in finite
            if any(_overlap(kind, types) for kind in self._normal(options[index]).likely_types)
        ]
        usable = fitting or finite or list(heights)
        if self.is_deep(depth):
            least = min(heights[index] for index in usable)
            usable = [index for index in usable if heights[index] == least]
        else:
            # Null says little; it is what deep values end with.
            informative = [i for i in usable if self._normal(options[i]).likely_types != ("null",)]
            usable = informative or usable
        return options[self.random.choice(usable)]

    def _tag(self, discriminator: Discriminator | None, branch: Schema) -> Iterator[Schema]:
        """What the discriminator says about the branch, unless the branch says it itself."""
        if discriminator is None or not isinstance(branch, Ref):
            return
        name = discriminator.property_name
        own = [
            p.schema for part in self._normal(branch).parts for p in part.object.properties if p.name == name
        ]
        if any(part.enum is not None for part in self._normal(*own).parts):
            return
        tag = next((tag for tag, target in discriminator.mapping if target == branch.target), branch.target)
        const = Assertions(enum=(tag,), is_const=True, span=branch.span)
        yield Assertions(
            object=ObjectAssertions(
                properties=(Property(name=name, schema=const, span=branch.span),), required=(name,)
            ),
            span=branch.span,
        )

    def _drawn(self, merged: NormalForm, depth: int) -> JsonValue:
        if merged.enum is not None:
            values = [v for v in merged.enum if types_of(v).intersection(merged.likely_types)]
            if not values:
                raise Miss("no value of the enum has the type")
            return self.random.choice(values)
        text = next((part.string for part in merged.parts if is_json_text(part.string)), None)
        if text is not None and text.content_schema is not None and "string" in merged.likely_types:
            inner = self.checker.of_content
            data = Drawing(inner, self.random, self.manner).value((text.content_schema,), depth + 1)
            return data if self.checker.view == "event" else json.dumps(data, ensure_ascii=False)
        return self._of_type(self._type(merged, depth), merged, depth)

    def _type(self, merged: NormalForm, depth: int) -> SchemaType:
        types = merged.likely_types
        if not types:
            raise Miss("the types exclude each other")
        named = any(part.types is not None for part in merged.parts)
        if self.is_deep(depth):
            flat: list[SchemaType] = [kind for kind in types if kind not in {"object", "array"}]
            return flat[0] if flat and named else types[0]
        informative: list[SchemaType] = [kind for kind in types if kind != "null"] or ["null"]
        return self.random.choice(informative) if self.manner.varied else informative[0]

    def _of_type(self, kind: SchemaType, merged: NormalForm, depth: int) -> JsonValue:
        match kind:
            case "null":
                return None
            case "boolean":
                return self.random.random() < 0.5
            case "integer" | "number":
                numbers = draw_numbers(self.random, merged.bounds, integer=kind == "integer")
                found = next(numbers, None)
                if found is None:
                    raise Miss("no number lies within the bounds")
                return found
            case "string":
                return self._string(merged)
            case "array":
                return draw_array(self, merged, depth)
            case "object":
                return draw_object(self, merged, depth)

    def _string(self, merged: NormalForm) -> str:
        formats = merged.formats
        if any(part.string.content_encoding == "base64" for part in merged.parts):
            formats = [*formats, "byte"]
        texts = draw_texts(self.random, formats=formats, patterns=merged.patterns, length=merged.length)
        least, most = merged.length
        alone = [p for p in merged.parts if p.format or p.string.pattern or p.string.max_length is not None]
        for text in islice(texts, _TEXT_TRIES):
            fits = least <= len(text) and (most is None or len(text) <= most)
            if fits and all(self.checker.is_text(part, text) for part in alone):
                return text
        raise Miss(f"no text was found with {_described(merged)}")


def _described(merged: NormalForm) -> str:
    said = [f"format {name}" for name in merged.formats]
    said += [f"pattern {pattern!r}" for pattern in merged.patterns]
    least, most = merged.length
    if least or most is not None:
        said.append(f"a length from {least} to {'any' if most is None else most}")
    return " and ".join(said) or "no assertion"


def _has_choices(parts: Iterable[Assertions]) -> bool:
    return any(part.one_of or part.any_of or part.conditional is not None for part in parts)


def _is_hard(parts: Sequence[Assertions]) -> bool:
    """Whether a value that was drawn keyword by keyword may still break the schema."""
    return any(
        part.one_of
        or part.not_ is not None
        or part.conditional is not None
        or part.object.dependent_schemas
        or part.object.unevaluated_properties is not None
        or part.array.contains is not None
        or part.array.unevaluated_items is not None
        or (len(parts) > 1 and part.enum is not None)
        for part in parts
    )


def _overlap(kind: SchemaType, types: Sequence[SchemaType]) -> bool:
    numbers = {"integer", "number"}
    return kind in types or (kind in numbers and bool(numbers & set(types)))
