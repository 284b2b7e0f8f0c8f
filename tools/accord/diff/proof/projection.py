"""The schemas of one contract as one party sees them, as JSON Schema for validators.

The contract's own converter knows that a property of the other direction is never required. What is added here is what
a party does with such a property: a sender never sends it, a receiver does not look at it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from typing_extensions import override

from accord.contract.json_schema import (
    DIALECT,
    Converter,
    JsonObject,
    SchemaOptions,
    definition_ref,
    is_read_only,
    is_write_only,
)
from accord.contract.schema import (
    NO_ANNOTATIONS,
    Annotations,
    Assertions,
    BooleanSchema,
    JsonValue,
    NamedSchema,
    Ref,
    Schema,
)
from accord.contract.schemas.normal import ANYTHING, NOWHERE
from accord.contract.schemas.walk import Child, reachable, with_children
from accord.diff.proof.node import Intersection
from accord.diff.proof.reader import SchemaReader
from accord.diff.tables import kept

# The converter takes a property with this mark out of ``required`` in the view of a request, which is why every schema
# is converted as one, whatever the direction.
_MARK = Annotations(read_only=True)
_IGNORED = Assertions(annotations=_MARK, span=NOWHERE)
_NEVER_SENT = Assertions(not_=ANYTHING, annotations=_MARK, span=NOWHERE)


class Projection(Mapping[str, NamedSchema]):
    """The named schemas of a reader's contract, projected when they are first asked for."""

    def __init__(self, reader: SchemaReader, options: SchemaOptions) -> None:
        self._reader = reader
        self._mark = is_read_only if reader.direction == "request" else is_write_only
        self._stand_in = _NEVER_SENT if reader.role == "sender" else _IGNORED
        self._known: dict[int, tuple[Schema, Schema]] = {}
        self._converter = Converter(self, ref=lambda name, _: definition_ref(name), options=options)
        self._definitions: dict[str, JsonValue] = {}

    def document(self, intersection: Intersection) -> JsonObject:
        """A JSON Schema that accepts what all schemas of *intersection* accept, with every definition that it needs."""
        projected = [self.schema(schema) for schema in intersection.schemas]
        excluded = [self.schema(schema) for schema in intersection.nots]
        roots = [self._converter.convert(schema, "request") for schema in projected]
        roots += [{"not": self._converter.convert(schema, "request")} for schema in excluded]
        out: JsonObject = {"$schema": DIALECT}
        first = roots[0]
        if len(roots) == 1 and isinstance(first, dict):
            out.update(first)
        else:
            out["allOf"] = roots
        # Only what is reached: the document is part of the report, where somebody may want to read it.
        names = reachable([*projected, *excluded], self)
        if names:
            out["$defs"] = {name: self._definition(name) for name in names}
        return out

    def schema(self, schema: Schema) -> Schema:
        """*schema* as the party sees it."""
        return kept(self._known, id(schema), lambda: (schema, self._project(schema)))[1]

    @override
    def __getitem__(self, name: str) -> NamedSchema:
        named = self._reader.schemas[name]
        return replace(named, schema=self.schema(named.schema))

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._reader.schemas)

    @override
    def __len__(self) -> int:
        return len(self._reader.schemas)

    def _definition(self, name: str) -> JsonValue:
        if name not in self._definitions:
            self._definitions[name] = self._converter.convert(self[name].schema, "request")
        return self._definitions[name]

    def _project(self, schema: Schema) -> Schema:
        match schema:
            case BooleanSchema():
                return schema
            # The name stays, and leads to the projected schema: this class is the mapping that resolves it.
            case Ref():
                return replace(schema, annotations=NO_ANNOTATIONS)
            case Assertions():
                return with_children(replace(schema, annotations=NO_ANNOTATIONS), self._child)

    def _child(self, child: Child) -> Schema:
        is_marked = child.keyword == "properties" and self._mark(child.schema, self._reader.schemas)
        return self._stand_in if is_marked else self.schema(child.schema)
