"""Objects: which properties a value has, and what each of them has to satisfy."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice
from typing import TYPE_CHECKING, Final

from accord.contract.json_schema import is_read_only, is_write_only
from accord.contract.schema import Assertions, BooleanSchema, JsonValue, Schema
from accord.contract.schemas.samples.manner import Miss
from accord.contract.schemas.samples.merged import Merged, merge
from accord.contract.schemas.samples.texts import draw_texts
from accord.contract.schemas.validation import matches
from accord.contract.schemas.walk import in_place

if TYPE_CHECKING:
    from accord.contract.schemas.samples.drawing import Drawing

_NAME_TRIES: Final = 200
_ROUNDS: Final = 6


def draw_object(drawing: Drawing, merged: Merged, depth: int) -> JsonValue:
    """An object.

    Raises:
        Miss: a required property has no value.
    """
    return _Object(drawing, merged, depth).draw()


class _Object:
    def __init__(self, drawing: Drawing, merged: Merged, depth: int) -> None:
        self._drawing = drawing
        self._merged = merged
        self._depth = depth
        self._hidden = self._hidden_names()

    def draw(self) -> JsonValue:
        required = [name for name in self._merged.required if name not in self._hidden]
        names = self._with_dependents(self._wanted(required), required)
        least, most = self._merged.property_count
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
        declared = [name for name in self._merged.declared if name not in self._hidden]
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
        return any(
            part.object.pattern_properties
            or (
                part.object.additional_properties is not None
                and not isinstance(part.object.additional_properties, BooleanSchema)
            )
            for part in self._merged.parts
        )

    def _with_dependents(self, names: list[str], required: list[str]) -> list[str]:
        """*names* with what they ask for; one that asks for what nothing may have is left out."""
        out = list(dict.fromkeys(names))
        for _ in range(_ROUNDS):
            before = list(out)
            for part in self._merged.parts:
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
                        out += [n for n in self._merged.required if n not in out and n not in self._hidden]
            out = [n for n in out if n in required or n in self._merged.required or self._allows(n)]
            if out == before:
                break
        return out

    def _apply(self, schema: Schema) -> None:
        """Let a dependent schema hold as well."""
        extra = merge([schema], self._drawing.sampler.schemas)
        self._merged.impossible = self._merged.impossible or extra.impossible
        self._merged.parts += [p for p in extra.parts if not any(p is known for known in self._merged.parts)]

    def _property(self, name: str) -> JsonValue:
        return self._drawing.value(self._schemas(name), self._depth + 1)

    def _schemas(self, name: str) -> list[Schema]:
        """Everything that applies to a property."""
        out: list[Schema] = []
        evaluated = False
        for part in self._merged.parts:
            own = _declared(part, name)
            own += [s for p, s in part.object.pattern_properties if self._matches(p, name)]
            evaluated = evaluated or bool(own) or part.object.additional_properties is not None
            if not own and part.object.additional_properties is not None:
                own = [part.object.additional_properties]
            out += own
        if not evaluated:
            out += [
                part.object.unevaluated_properties
                for part in self._merged.parts
                if part.object.unevaluated_properties is not None
            ]
        return out

    def _allows(self, name: str) -> bool:
        if any(isinstance(s, BooleanSchema) and not s.value for s in self._schemas(name)):
            return False
        checker = self._drawing.sampler.checker
        return all(checker.is_valid(names, name) for names in self._name_schemas())

    def _name_schemas(self) -> list[Schema]:
        return [p.object.property_names for p in self._merged.parts if p.object.property_names is not None]

    def _matches(self, pattern: str, name: str) -> bool:
        return matches(pattern, name)

    def _further(self) -> Iterator[str]:
        """Names of properties: declared ones, names that match a pattern or the schema of names, then any."""
        yield from self._merged.declared
        random = self._drawing.random
        patterns = [p for part in self._merged.parts for p, _ in part.object.pattern_properties]
        names = self._name_schemas()
        texts = {p: draw_texts(random, formats=(), patterns=[p], length=(0, None)) for p in patterns}
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

    def _hidden_names(self) -> frozenset[str]:
        """Properties that the view does not show: never demanded, and never sampled."""
        sampler = self._drawing.sampler
        marked = is_read_only if sampler.view == "request" else is_write_only
        found: set[str] = set()
        for head in self._merged.parts:
            for part in in_place(head, sampler.schemas):
                found |= {p.name for p in part.object.properties if marked(p.schema, sampler.schemas)}
        return frozenset(found)


def _declared(part: Assertions, name: str) -> list[Schema]:
    return [one.schema for one in part.object.properties if one.name == name]
