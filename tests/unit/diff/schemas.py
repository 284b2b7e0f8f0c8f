"""Random schemas and values out of one small vocabulary, so that pairs of them often have much to do with each other."""

from __future__ import annotations

from random import Random
from typing import Final, TypeAlias

Json: TypeAlias = "None | bool | int | float | str | list[Json] | dict[str, Json]"
JsonObject: TypeAlias = "dict[str, Json]"

NAMES: Final = ("a", "b", "c")
TEXTS: Final = ("", "a", "ab", "b", "abc", "1", "x y")
UNEVALUATED: Final[tuple[Json, ...]] = (False, {"type": "integer"})
PATTERNS: Final = ("^a", "b$", "^[a-c]*$", "^[a-z]{1,2}$", "c|^$")


class Schemas:
    """Makes schemas. Every object says what further properties it allows, so that a sender has no more to guess."""

    def __init__(self, source: Random, references: tuple[str, ...] = ()) -> None:
        self.source = source
        self.references = references

    def schema(self, depth: int = 3) -> Json:
        """Any schema."""
        roll = self.source.random()
        if roll < 0.04:
            return self.source.random() < 0.7
        if self.references and roll < 0.14:
            return {"$ref": f"#/components/schemas/{self.source.choice(self.references)}"}
        if depth > 0 and roll < 0.36:
            return self.combined(depth)
        return self.plain(depth)

    def plain(self, depth: int) -> JsonObject:
        """One or two types with some of their keywords."""
        kinds = ("string", "integer", "number", "boolean", "null", "array", "object", "object")
        count = 1 if self.source.random() < 0.8 else 2
        chosen = list(dict.fromkeys(self.source.choice(kinds) for _ in range(count)))
        types: Json = chosen[0] if len(chosen) == 1 else [*chosen]
        out: JsonObject = {"type": types}
        if self.source.random() < 0.12:
            out["enum"] = [self.source.choice((*TEXTS, 0, 1, 2, True, None)) for _ in range(3)]
        if "string" in chosen:
            self.string(out)
        if {"integer", "number"} & set(chosen):
            self.number(out)
        if "array" in chosen:
            self.array(out, depth)
        if "object" in chosen:
            self.object(out, depth)
        return out

    def string(self, out: JsonObject) -> None:
        self.maybe(out, "minLength", 0, 1, 2)
        self.maybe(out, "maxLength", 1, 2, 3)
        self.maybe(out, "pattern", *PATTERNS)

    def number(self, out: JsonObject) -> None:
        self.maybe(out, "minimum", -1, 0, 1, 0.5)
        self.maybe(out, "maximum", 1, 2, 3, 2.5)
        self.maybe(out, "exclusiveMinimum", -1, 0, 1)
        self.maybe(out, "multipleOf", 1, 2, 0.5, chance=0.15)

    def array(self, out: JsonObject, depth: int) -> None:
        if depth and self.source.random() < 0.7:
            out["items"] = self.schema(depth - 1)
        if depth and self.source.random() < 0.2:
            out["prefixItems"] = [self.schema(depth - 1)]
        if depth and self.source.random() < 0.15:
            out["contains"] = self.schema(depth - 1)
            self.maybe(out, "minContains", 0, 1, 2)
            self.maybe(out, "maxContains", 1, 2)
        if "items" not in out:
            self.maybe(out, "unevaluatedItems", *UNEVALUATED, chance=0.2)
        self.maybe(out, "minItems", 0, 1, 2)
        self.maybe(out, "maxItems", 1, 2, 3)
        self.maybe(out, "uniqueItems", *(True,), chance=0.15)

    def object(self, out: JsonObject, depth: int) -> None:
        if depth:
            names = [name for name in NAMES if self.source.random() < 0.6]
            out["properties"] = {name: self.schema(depth - 1) for name in names}
        if depth and self.source.random() < 0.12:
            out["patternProperties"] = {self.source.choice(("^a", "b")): self.schema(depth - 1)}
        required = [name for name in NAMES if self.source.random() < 0.25]
        if required:
            out["required"] = [*required]
        self.maybe(out, "minProperties", 1, 2, chance=0.1)
        self.maybe(out, "maxProperties", 1, 2, chance=0.1)
        if self.source.random() < 0.1:
            out["dependentRequired"] = {self.source.choice(NAMES): [self.source.choice(NAMES)]}
        if depth and self.source.random() < 0.08:
            out["dependentSchemas"] = {self.source.choice(NAMES): self.schema(depth - 1)}
        if depth and self.source.random() < 0.08:
            out["propertyNames"] = {
                "maxLength": self.source.choice((1, 2)),
                "pattern": self.source.choice(PATTERNS),
            }
        further = "additionalProperties" if self.source.random() < 0.85 else "unevaluatedProperties"
        out[further] = (
            False if self.source.random() < 0.6 else {"type": self.source.choice(("string", "integer"))}
        )

    def combined(self, depth: int) -> JsonObject:
        """A combination of schemas."""
        roll = self.source.random()
        if roll < 0.7:
            keyword = self.source.choice(("allOf", "anyOf", "oneOf"))
            return {keyword: [self.schema(depth - 1) for _ in range(self.source.choice((1, 2, 2, 3)))]}
        if roll < 0.85:
            barred = self.schema(depth - 1)
            shape = self.source.random()
            if shape < 0.2:
                barred = {"not": barred}
            elif shape < 0.4:
                barred = {"type": self.source.choice(("null", "string", "integer", "number"))}
            return {**self.plain(depth - 1), "not": barred}
        out: JsonObject = {**self.plain(depth - 1), "if": self.schema(depth - 1)}
        if self.source.random() < 0.8:
            out["then"] = self.schema(depth - 1)
        if self.source.random() < 0.6:
            out["else"] = self.schema(depth - 1)
        return out

    def maybe(self, out: JsonObject, keyword: str, *values: Json, chance: float = 0.3) -> None:
        if self.source.random() < chance:
            out[keyword] = self.source.choice(values)

    def changed(self, schema: Json, depth: int = 3) -> Json:
        """*schema* with one thing changed somewhere in it."""
        out = self.different(schema, depth)
        if isinstance(out, dict) and "properties" in out and "unevaluatedProperties" not in out:
            out.setdefault("additionalProperties", False)
        return out

    def different(self, schema: Json, depth: int) -> Json:
        if not isinstance(schema, dict) or depth == 0 or self.source.random() < 0.15:
            return self.schema(2)
        out = dict(schema)
        roll = self.source.random()
        if roll < 0.25:
            out.pop(self.source.choice(list(out)), None)
            return out
        if roll < 0.5:
            fresh = self.plain(1)
            keyword = self.source.choice(list(fresh))
            out[keyword] = fresh[keyword]
            return out
        keyword = self.source.choice(list(out))
        out[keyword] = self.inside(out[keyword], depth)
        return out

    def inside(self, value: Json, depth: int) -> Json:
        if isinstance(value, list) and value and all(isinstance(member, dict | bool) for member in value):
            index = self.source.randrange(len(value))
            return [
                self.changed(member, depth - 1) if at == index else member for at, member in enumerate(value)
            ]
        if (
            isinstance(value, dict)
            and value
            and all(isinstance(member, dict | bool) for member in value.values())
        ):
            name = self.source.choice(list(value))
            return {**value, name: self.changed(value[name], depth - 1)}
        return value


def value(source: Random, depth: int = 3) -> Json:
    """Any JSON value of the vocabulary."""
    roll = source.random()
    if depth == 0 or roll < 0.5:
        return source.choice((*TEXTS, None, True, False, -1, 0, 1, 2, 3, 0.5, 1.5, 2.0, 4))
    if roll < 0.7:
        return [value(source, depth - 1) for _ in range(source.randrange(4))]
    names = [name for name in (*NAMES, "d", "bb") if source.random() < 0.4]
    return {name: value(source, depth - 1) for name in names}
