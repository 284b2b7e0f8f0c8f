"""``$dynamicRef`` (JSON Schema 2020-12) written out: afterwards every reference leads to one place.

A dynamic reference leads to the outermost ``$dynamicAnchor`` of its name on the way that evaluation took. That way is a
chain of references, so each schema can be copied for each way that makes a difference, and then plain references say the
same: a ``StringList`` that refers to ``List`` gets its own ``List``, whose items are strings. Guard, models, samples and
comparisons need to know nothing of it.

A *unit* is what JSON Schema calls a resource: everything with the same ``$id``, or the same file. Components of one file
are units of their own: authors give several of them one anchor, which the standard leaves undefined.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias, assert_never

from accord.contract.load_context import LoadContext
from accord.contract.schema import Assertions, BooleanSchema, NamedSchema, Ref, Schema
from accord.contract.schemas.walk import walk, with_children
from accord.diagnostics import Diagnostic
from accord.source.document import Document, Resolved
from accord.source.identifiers import base_of
from accord.source.node import MappingNode, Node, ScalarNode

Unit: TypeAlias = tuple[str, str]
Environment: TypeAlias = Mapping[str, str]
"""Names of anchors to the names of the schemas that they lead to."""

# The copies of a contract whose anchors cross each other grow exponentially.
_MOST_COPIES: Final = 2_000
_COMPONENTS: Final = "/components/schemas/"


@dataclass(slots=True)
class DynamicScopes:
    """The schemas of each unit, and the ``$dynamicAnchor`` names of each unit."""

    units: dict[str, Unit] = field(default_factory=dict[str, Unit])
    anchors: dict[Unit, dict[str, str]] = field(default_factory=dict[Unit, dict[str, str]])

    def of(self, name: str) -> Environment:
        """The anchors around the schema *name*."""
        unit = self.units.get(name)
        return {} if unit is None else self.anchors.get(unit, {})

    def find_anchors(self, document: Document, require: Callable[[Resolved, str], str]) -> None:
        """Enter the anchors of all units that are in use.

        *require* loads one, given the name of a schema of its unit, and gives its name.
        """
        used: dict[Unit, str] = {}
        for name, unit in self.units.items():
            used.setdefault(unit, name)
        for anchor, target in document.dynamic_anchors():
            unit = unit_of(target, document)
            if unit in used:
                self.anchors.setdefault(unit, {}).setdefault(anchor, require(target, used[unit]))


def dynamic_name(ref: Node, target: Resolved) -> str | None:
    """The ``$dynamicAnchor`` that *ref* names, if it names one rather than any other place."""
    text = ref.value if isinstance(ref, ScalarNode) else None
    anchor = target.node.get("$dynamicAnchor") if isinstance(target.node, MappingNode) else None
    if not isinstance(text, str) or not isinstance(anchor, ScalarNode):
        return None
    name = text.partition("#")[2]
    return name if name and name == anchor.value else None


def unit_of(target: Resolved, document: Document) -> Unit:
    """The unit that *target* stands in."""
    uri = base_of(target.node, target.base).uri
    if uri != document.base_of_file(target.origin).uri or not target.pointer.startswith(_COMPONENTS):
        return uri, ""
    return uri, "/".join(target.pointer.split("/")[:4])


def write_out(
    context: LoadContext,
    scopes: DynamicScopes,
    named: dict[str, NamedSchema],
    faults: dict[str, tuple[Diagnostic, ...]],
) -> None:
    """Replace *named* by copies of its schemas, one for each way that changes where a dynamic reference leads; faults are
    copied too.

    A copy is named after the schema whose anchors it follows: ``StringList.List``.
    """
    writer = _Writer(dict(named), scopes)
    written = writer.run()
    named.clear()
    named.update(written)
    for copy, original in writer.originals.items():
        if original in faults:
            faults[copy] = faults[original]
    if not writer.complete:
        span = next(iter(named.values())).span
        message = "$dynamicRef has too many meanings here; some of them are read like $ref"
        context.warn("dynamic-ref", message, span, "Use $ref, or write the schemas out.")


class _Writer:
    """Makes the copies. ``originals`` leads from a copy to the schema that it was made of; ``complete``: the limit was kept."""

    def __init__(self, schemas: Mapping[str, NamedSchema], scopes: DynamicScopes) -> None:
        self._schemas = schemas
        self._scopes = scopes
        self._uses = _uses(schemas, scopes)
        self._names: dict[tuple[str, tuple[tuple[str, str], ...]], str] = {}
        self._copies: dict[str, NamedSchema] = {}
        self._waiting: list[tuple[str, str, Environment]] = []
        self.complete = True
        self.originals: dict[str, str] = {}

    def run(self) -> dict[str, NamedSchema]:
        """All schemas, in their order, and behind them the copies by name."""
        for name in self._schemas:
            if self._uses[name]:
                self._enter(name, {}, name)
        while self._waiting:
            name, used, environment = self._waiting.pop()
            named = self._schemas[name]
            schema = _with_references(named.schema, self._redirect(name, environment))
            component = named.component and used == name
            self._copies[used] = replace(named, name=used, schema=schema, component=component)
        kept = {name: self._copies.pop(name, named) for name, named in self._schemas.items()}
        return {**kept, **dict(sorted(self._copies.items()))}

    def _redirect(self, name: str, environment: Environment) -> Callable[[Ref], Ref]:
        """What a reference inside of *name* becomes where the anchors *environment* are in force."""

        def redirect(ref: Ref) -> Ref:
            target = ref.target if ref.dynamic is None else environment.get(ref.dynamic, ref.target)
            if target not in self._schemas:
                return ref
            return replace(ref, target=self._enter(target, environment, name))

        return redirect

    def _enter(self, name: str, outer: Environment, source: str) -> str:
        """What the schema *name* is called where the anchors *outer* are in force already."""
        own = self._scopes.of(name)
        # The outermost anchor wins: that is what makes it dynamic (JSON Schema, Core, 8.2.3.2).
        environment = {**own, **outer}
        # Anchors that nothing below depends on make no difference, and no copy.
        relevant = {key: environment[key] for key in sorted(self._uses[name]) if key in environment}
        key = name, tuple(relevant.items())
        known = self._names.get(key)
        if known is not None:
            return known
        alone = all(own.get(anchor) == target for anchor, target in relevant.items())
        if not alone and len(self._names) > _MOST_COPIES:
            self.complete = False
            return name
        used = name if alone else self._free(f"{source.partition('.')[0]}.{name}")
        self._names[key] = used
        if used != name:
            self.originals[used] = name
        if self._uses[name]:
            self._waiting.append((name, used, relevant))
        return used

    def _free(self, name: str) -> str:
        """*name*, or with a number where a schema is called so."""
        taken = self._schemas.keys() | set(self._names.values())
        used, number = name, 2
        while used in taken:
            used, number = f"{name}_{number}", number + 1
        return used


def _uses(schemas: Mapping[str, NamedSchema], scopes: DynamicScopes) -> dict[str, set[str]]:
    """For each schema the names of the anchors on which something depends that it refers to."""
    anchored: dict[str, set[str]] = {}
    for anchors in scopes.anchors.values():
        for anchor, target in anchors.items():
            anchored.setdefault(anchor, set()).add(target)
    uses: dict[str, set[str]] = {name: set() for name in schemas}
    users: dict[str, set[str]] = {}
    for name, named in schemas.items():
        for part in walk(named.schema):
            if isinstance(part, Ref):
                targets = {part.target}
                if part.dynamic is not None:
                    uses[name].add(part.dynamic)
                    targets |= anchored.get(part.dynamic, set())
                for target in targets:
                    users.setdefault(target, set()).add(name)
    waiting = [name for name in schemas if uses[name]]
    while waiting:
        name = waiting.pop()
        for user in users.get(name, ()):
            # Only growth is passed on, so that circles of references end.
            if not uses[name] <= uses[user]:
                uses[user] |= uses[name]
                waiting.append(user)
    return uses


def _with_references(schema: Schema, redirect: Callable[[Ref], Ref]) -> Schema:
    """*schema* with every reference inside of it replaced; the same object where nothing changed."""
    match schema:
        case Ref():
            return redirect(schema)
        case BooleanSchema():
            return schema
        case Assertions():
            return with_children(schema, lambda child: _with_references(child.schema, redirect))
        case _:
            assert_never(schema)
