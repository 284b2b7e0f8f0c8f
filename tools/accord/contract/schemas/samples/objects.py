"""Objects: which properties a value has, and what each of them has to satisfy."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice
from typing import Final

from accord.contract.json_schema import excused_names
from accord.contract.schema import BooleanSchema, JsonValue, Schema
from accord.contract.schemas.normal import NormalForm, normal_form
from accord.contract.schemas.samples.options import Attempt, Miss
from accord.contract.schemas.samples.texts import draw_texts
from accord.contract.schemas.validation import matches

_NAME_TRIES: Final = 200
_ROUNDS: Final = 6


def draw_object(drawing: Attempt, normal: NormalForm, depth: int) -> JsonValue:
    """An object.

    Raises:
        Miss: a required property has no value.
    """
    return _Object(drawing, normal, depth).draw()


class _Object:
    def __init__(self, drawing: Attempt, normal: NormalForm, depth: int) -> None:
        self._drawing = drawing
        self._normal = normal
        self._depth = depth
        # Properties that the view does not show: never demanded, and never sampled.
        self._hidden = excused_names(normal.parts, drawing.checker.schemas, drawing.checker.view)

    def draw(self) -> JsonValue:
        required = [name for name in self._normal.required if name not in self._hidden]
        names = self._with_dependents(self._wanted(required), required)
        least, most = self._normal.property_count
        needed = set(self._with_dependents(required, required))
        if most is not None and len(names) > most:
            optional = [name for name in names if name not in needed]
            dropped = set(optional[len(optional) - (len(names) - most) :])
            names = [name for name in names if name not in dropped]
        out: dict[str, JsonValue] = {}
        for name in names:
            try:
                out[name] = self._property(name)
            except Miss as miss:
                if name in needed or len(names) <= least:
                    raise Miss(f"{name}: {miss}") from None
        if len(out) < least:
            self._fill(out, least)
        return out

    def _fill(self, out: dict[str, JsonValue], least: int) -> None:
        for name in islice(self._further(), _NAME_TRIES):
            if len(out) >= least:
                return
            if name not in out and name not in self._hidden and self._allows(name):
                try:
                    out[name] = self._property(name)
                except Miss:
                    continue
        if len(out) < least:
            raise Miss(f"fewer than {least} properties were found")

    def _wanted(self, required: list[str]) -> list[str]:
        """Names in the order of the document: what is required, and what is optional as far as it is wanted."""
        declared = [name for name in self._normal.declared if name not in self._hidden]
        deep = self._drawing.is_deep(self._depth)
        chosen = {
            name
            for name in declared
            if name in required or (not deep and self._allows(name) and self._drawing.wants_optional())
        }
        names = [name for name in declared if name in chosen]
        names += [name for name in required if name not in chosen]
        if not names and not deep and self._is_map() and self._drawing.wants_optional():
            names += [n for n in islice(self._further(), 3) if self._allows(n) and n not in self._hidden][:1]
        return names

    def _is_map(self) -> bool:
        """Whether properties without a name of their own are described."""
        schemas = self._normal.additional
        return bool(self._normal.pattern_properties) or not all(
            isinstance(schema, BooleanSchema) for schema in schemas
        )

    def _with_dependents(self, names: list[str], required: list[str]) -> list[str]:
        """*names* with what they ask for; one that asks for what nothing may have is left out."""
        out = list(dict.fromkeys(names))
        for _ in range(_ROUNDS):
            before = list(out), len(self._normal.parts)
            for part in self._normal.parts:
                for name, needed in part.object.dependent_required:
                    if name not in out:
                        continue
                    asked = [n for n in needed if n not in self._hidden]
                    if all(self._allows(n) for n in asked) or name in required:
                        out += [n for n in asked if n not in out]
                    else:
                        out.remove(name)
                for name, schema in part.object.dependent_schemas:
                    if name in out:
                        self._apply(schema)
                        out += [n for n in self._normal.required if n not in out and n not in self._hidden]
            out = [n for n in out if n in required or n in self._normal.required or self._allows(n)]
            if (out, len(self._normal.parts)) == before:
                break
        return out

    def _apply(self, schema: Schema) -> None:
        """Let a dependent schema hold as well."""
        self._normal = self._normal.joined(normal_form([schema], self._drawing.checker.schemas))

    def _property(self, name: str) -> JsonValue:
        return self._drawing.value(self._schemas(name), self._depth + 1)

    def _schemas(self, name: str) -> list[Schema]:
        """Everything that applies to a property."""
        return self._normal.property_schemas(name, matches) or self._normal.unevaluated_properties

    def _allows(self, name: str) -> bool:
        if any(isinstance(s, BooleanSchema) and not s.value for s in self._schemas(name)):
            return False
        checker = self._drawing.checker
        return all(checker.is_valid(names, name) for names in self._normal.property_names)

    def _further(self) -> Iterator[str]:
        """Names of properties: declared ones, names that match a pattern or the schema of names, then any."""
        yield from self._normal.declared
        random = self._drawing.random
        names = self._normal.property_names
        texts = {
            p: draw_texts(random, formats=(), patterns=[p], length=(0, None))
            for p in self._normal.pattern_properties
        }
        for number in count(1):
            for drawn in texts.values():
                yield next(drawn)
                yield f"{next(drawn)}{number}"  # where the pattern leaves the end open
            if names:
                try:
                    name = self._drawing.value(names, self._depth + 1)
                except Miss:
                    name = None
                if isinstance(name, str):
                    yield name
            yield f"key{number}"
