"""Why a value does not follow its schema: the places and the reasons, at a cost that the size of the value bounds.

A JSON Schema validator that is asked for *all* errors evaluates every branch of every alternative and builds an error
for each item. Nested alternatives then cost exponentially many steps, and a long array of wrong items seconds. So this
module never asks for all errors. It goes down from the root, and at each place only into the parts that are invalid,
which ``is_valid`` tells without building anything. It stops when enough faults are known.

Of alternatives only one branch is followed: the only one that has the right type and the right tags. Where several do,
the fault is that of the alternatives as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final, Literal, NamedTuple, TypeAlias, TypeVar, cast
from urllib.parse import quote

from jsonschema_rs import Draft202012Validator, ValidationErrorKind

from accord.runtime.faults import REASONS, Fault, Path, counted, counted_properties, escaped
from accord.runtime.strict_json import JsonValue

_StepT = TypeVar("_StepT", int, str)
_PartT = TypeVar("_PartT")
Together: TypeAlias = Callable[[Iterable[tuple[_StepT, Any]]], object]  # Any: JSON
"""Makes the array or object of parts."""
IsValid: TypeAlias = Callable[[object], bool]
Compile: TypeAlias = Callable[[dict[str, JsonValue]], Draft202012Validator]

MAX_FAULTS: Final = 100
"""Faults of one value that are looked for; a client that mends these learns of the others by its next request."""

SMALL_VALUE: Final = 2_000
"""Values and members up to which a value may be validated again at every level that it has."""

MAX_LEVELS: Final = 16
"""Levels at which a larger value is validated again; a fault below them is reported at the last of them."""

_CHUNK: Final = 256
"""Items that are validated by one call while the invalid ones are looked for."""


@dataclass(slots=True, eq=False)
class _Node:
    """A schema of the document, or the alternatives of one, with what was worked out about it so far.

    *address* is its key in the validator of the :class:`Explainer`. *alternatives* is the keyword whose *branches* are
    the alternatives; without it the node is a schema.
    """

    address: str
    schema: Mapping[str, Any] | bool  # Any: JSON
    alternatives: Literal["anyOf", "oneOf"] | None = None
    branches: tuple[_Node, ...] = ()
    shallow: IsValid | None = None
    """Asks the keywords of :data:`REASONS` together."""
    leaves: dict[str, IsValid] = field(default_factory=dict[str, IsValid])
    """Asks one of them."""
    in_place: tuple[_Node, ...] = ()
    """The schemas that apply to the same value, through references and ``allOf``; this one first."""
    patterns: tuple[tuple[IsValid, str], ...] | None = None


class _Task(NamedTuple):
    """A value that is invalid against the schema of *node*. It may be validated again at *levels* more levels."""

    node: _Node
    value: Any  # Any: JSON
    path: Path
    levels: int


@dataclass(slots=True)
class _Place:
    """What is known of a task: faults of the value itself, parts that are invalid, and parts that may be."""

    task: _Task
    faults: list[Fault] = field(default_factory=list[Fault])
    invalid: list[_Task] = field(default_factory=list[_Task])
    possible: list[_Task] = field(default_factory=list[_Task])

    @property
    def is_explained(self) -> bool:
        return bool(self.faults or self.invalid)

    def blame(self, reason: str) -> None:
        """Add a fault of the value itself."""
        self.faults.append(Fault(self.task.path, reason))

    def may(self, node: _Node, value: Any, *steps: str | int) -> None:  # Any: JSON
        """Note that *value*, which stands at *steps* in the task's value, has to follow *node*."""
        self.possible.append(_Task(node, value, (*self.task.path, *steps), self.task.levels))


class Explainer:
    """Explains values that the schema under a key of *document* rejects.

    *compile* makes validators with the options of the guard. The validator that has an address for every schema of the
    document is built when the first value is rejected: it shares what it compiles, as the guard does.
    """

    def __init__(self, document: dict[str, JsonValue], compile: Compile) -> None:  # noqa: A002 - what it does
        self._document = document
        self._compile = compile
        self._nodes: dict[str, _Node] = {}
        self._validator: Draft202012Validator | None = None

    def faults(self, key: str, value: Any) -> list[Fault]:  # Any: JSON
        """What is wrong with *value*, at most :data:`MAX_FAULTS`; empty if it is valid."""
        if self._validator is None:
            self._validator = self._build()
        root = self._nodes[f"#/properties/{_fragment(key)}"]
        if self._holds(root, value):
            return []
        tasks = [_Task(root, value, (), MAX_LEVELS if _is_large(value) else SMALL_VALUE)]
        seen: set[tuple[str, Path]] = set()
        found: dict[Fault, None] = {}
        while tasks and len(found) < MAX_FAULTS:
            task = tasks.pop()
            if (task.node.address, task.path) in seen:
                continue
            seen.add((task.node.address, task.path))
            place = self._examined(task)
            found.update(dict.fromkeys(place.faults))
            tasks.extend(reversed(place.invalid))
        return list(islice(found, MAX_FAULTS))

    # The document ------------------------------------------------------------------------------------------------

    def _build(self) -> Draft202012Validator:
        """Give every schema an address, and compile the validator that knows them all."""
        addresses: dict[str, JsonValue] = {}
        for container in ("$defs", "properties"):
            for name, schema in cast("dict[str, Any]", self._document.get(container, {})).items():
                self._add(f"#/{container}/{_fragment(name)}", schema, addresses)
        entries = cast("dict[str, JsonValue]", self._document.get("properties", {}))
        return self._compile({**self._document, "properties": {**entries, **addresses}})

    def _add(self, address: str, schema: Any, addresses: dict[str, JsonValue]) -> None:  # Any: JSON
        waiting: list[tuple[str, Any]] = [(address, schema)]
        while waiting:
            address, schema = waiting.pop()
            self._nodes[address] = _Node(address, schema)
            addresses[address] = {"$ref": address}
            keywords = cast("dict[str, Any] | None", schema if isinstance(schema, dict) else None)
            if keywords is not None:
                waiting.extend(_subschemas(address, keywords))
                self._add_parts(address, keywords, addresses)

    def _add_parts(self, address: str, schema: dict[str, Any], addresses: dict[str, JsonValue]) -> None:
        """Addresses of keywords that can be asked only together with what stands beside them."""
        for keyword in ("anyOf", "oneOf"):
            count = len(schema.get(keyword, ()))
            if count:
                branches: list[JsonValue] = [
                    {"$ref": f"{address}/{keyword}/{index}"} for index in range(count)
                ]
                addresses[f"{address}?{keyword}"] = {keyword: branches}
        if "contains" in schema:
            beside: dict[str, JsonValue] = {
                key: schema[key] for key in ("minContains", "maxContains") if key in schema
            }
            addresses[f"{address}?contains"] = {"contains": {"$ref": f"{address}/contains"}, **beside}
        for keyword in ("items", "additionalProperties"):
            if keyword in schema:
                addresses[f"{address}/{keyword}?each"] = {keyword: {"$ref": f"{address}/{keyword}"}}

    def _child(self, node: _Node, *steps: str | int) -> _Node:
        return self._nodes["/".join((node.address, *(_fragment(str(step)) for step in steps)))]

    def _group(self, node: _Node, keyword: Literal["anyOf", "oneOf"]) -> _Node:
        address = f"{node.address}?{keyword}"
        group = self._nodes.get(address)
        if group is None:
            count = len(cast("Mapping[str, Any]", node.schema)[keyword])
            branches = tuple(self._child(node, keyword, index) for index in range(count))
            group = self._nodes[address] = _Node(address, True, keyword, branches)  # noqa: FBT003 - a schema
        return group

    def _holds(self, node: _Node, value: Any) -> bool:  # Any: JSON
        return self._ask(node.address, value)

    def _ask(self, address: str, value: Any) -> bool:  # Any: JSON
        assert self._validator is not None
        return self._validator.is_valid({address: value})

    # One place ---------------------------------------------------------------------------------------------------

    def _examined(self, task: _Task) -> _Place:
        """The faults of the task's value itself, and its invalid parts."""
        place = _Place(task)
        schema = task.node.schema
        if task.levels <= 0:
            place.blame("does not follow the contract")
        elif task.node.alternatives is not None:
            self._alternatives(place, task.node)
        elif isinstance(schema, bool):
            place.blame("is not allowed here")
        else:
            self._leaves(place, schema)
            self._applied_in_place(place, schema)
            value: dict[str, Any] | list[Any] | None = task.value  # Any: JSON
            if isinstance(value, dict):
                self._object(place, schema, value)
            elif isinstance(value, list):
                self._array(place, schema, value)
            self._settle(place, schema)
        return place

    def _settle(self, place: _Place, schema: Mapping[str, Any]) -> None:  # Any: JSON
        """Find the invalid ones among the possible parts, the small ones first.

        Where nothing else explains why the whole is invalid, the last part has to be: it is not asked, so that a value
        which is nested deeply is not validated again at each of its levels.
        """
        unevaluated = [name for name in ("unevaluatedProperties", "unevaluatedItems") if name in schema]
        order = sorted(range(len(place.possible)), key=lambda index: _weight(place.possible[index].value))
        invalid: dict[int, _Task] = {}
        for index in order:
            part = place.possible[index]
            is_explained = place.is_explained or bool(invalid) or bool(unevaluated)
            if index == order[-1] and not is_explained:
                invalid[index] = part
            elif not self._holds(part.node, part.value):
                invalid[index] = part._replace(levels=part.levels - isinstance(part.value, dict | list))
        place.invalid.extend(invalid[index] for index in sorted(invalid))
        if not place.is_explained:
            place.blame(self._undeclared(place.task) if unevaluated else "does not follow the contract")

    def _undeclared(self, task: _Task) -> str:
        """Why nothing but ``unevaluatedProperties`` or ``unevaluatedItems`` can reject the value of *task*."""
        assert self._validator is not None
        for error in self._validator.iter_errors({task.node.address: task.value}):
            match error.kind:
                case ValidationErrorKind.UnevaluatedProperties(names):
                    return f"has {counted_properties(len(names))} that the contract does not declare"
                case ValidationErrorKind.UnevaluatedItems(items):
                    return f"has {counted(len(items), 'item')} that the contract does not declare"
                case _:
                    continue
        return "does not follow the contract"

    def _leaves(self, place: _Place, schema: Mapping[str, Any]) -> None:  # Any: JSON
        node, value = place.task.node, place.task.value
        if node.shallow is None:
            own = {keyword: schema[keyword] for keyword in REASONS.keys() & schema.keys()}
            node.shallow = self._compile(own).is_valid if own else lambda _: True
        if node.shallow(value):
            return
        for keyword in REASONS.keys() & schema.keys():
            if not self._leaf_holds(node, keyword, value):
                place.blame(self._reason(keyword, schema[keyword], value))

    def _leaf_holds(self, node: _Node, keyword: str, value: Any) -> bool:  # Any: JSON
        """Whether the one *keyword* of *node*, which has it, allows *value*."""
        holds = node.leaves.get(keyword)
        if holds is None:
            limit = cast("Mapping[str, Any]", node.schema)[keyword]
            holds = node.leaves[keyword] = self._compile({keyword: limit}).is_valid
        return holds(value)

    def _reason(self, keyword: str, limit: Any, value: Any) -> str:  # Any: JSON
        if keyword == "pattern" and len(value) <= SMALL_VALUE:
            error = next(iter(self._compile({keyword: limit}).iter_errors(value)))
            if not isinstance(error.kind, ValidationErrorKind.Pattern):
                return "cannot be compared with the pattern of the contract"
        return REASONS[keyword](limit)

    def _applied_in_place(self, place: _Place, schema: Mapping[str, Any]) -> None:  # Any: JSON
        """Schemas that apply to the value itself: references, ``allOf``, conditions, alternatives, ``not``."""
        node, value = place.task.node, place.task.value
        if "$ref" in schema:
            place.may(self._nodes[schema["$ref"]], value)
        for index in range(len(schema.get("allOf", ()))):
            place.may(self._child(node, "allOf", index), value)
        if "if" in schema:
            branch = "then" if self._holds(self._child(node, "if"), value) else "else"
            if branch in schema:
                place.may(self._child(node, branch), value)
        for keyword in _ALTERNATIVES:
            if keyword in schema:
                place.may(self._group(node, keyword), value)
        if "not" in schema and self._holds(self._child(node, "not"), value):
            place.blame("must not match what the contract excludes")

    def _object(self, place: _Place, schema: Mapping[str, Any], value: dict[str, Any]) -> None:  # Any: JSON
        node = place.task.node
        needed = dict.fromkeys(schema.get("required", ()))
        for name, names in schema.get("dependentRequired", {}).items():
            if name in value:
                needed.update(dict.fromkeys(names))
        place.faults += [
            Fault((*place.task.path, name), "is required") for name in needed if name not in value
        ]
        for name in schema.get("dependentSchemas", {}):
            if name in value:
                place.may(self._child(node, "dependentSchemas", name), value)
        if "propertyNames" in schema:
            of_names = self._child(node, "propertyNames")
            if not all(self._holds(of_names, name) for name in value):
                place.blame("has a property name that the contract does not allow")
        additional: dict[str, Any] = {}
        for name, member in value.items():
            of_member = list(self._of_declared_member(node, schema, name))
            if not of_member:
                additional[name] = member
            for member_node in of_member:
                place.may(member_node, member, name)
        if additional and "additionalProperties" in schema:
            self._additional(place, self._child(node, "additionalProperties"), additional)

    def _additional(self, place: _Place, node: _Node, members: dict[str, Any]) -> None:  # Any: JSON
        """The members that only ``additionalProperties`` speaks of."""
        if node.schema is False:
            place.blame(f"has {counted_properties(len(members))} that the contract does not declare")
        elif len(members) <= _CHUNK:
            for name, member in members.items():
                place.may(node, member, name)
        else:
            invalid = self._invalid_parts(node, members.items(), place.task, dict)
            place.invalid.extend(islice(invalid, MAX_FAULTS))

    def _of_declared_member(self, node: _Node, schema: Mapping[str, Any], name: str) -> Iterator[_Node]:
        """The schemas that ``properties`` and ``patternProperties`` have for the member *name*."""
        if name in schema.get("properties", {}):
            yield self._child(node, "properties", name)
        if node.patterns is None:
            node.patterns = tuple(
                (self._compile({"pattern": pattern}).is_valid, pattern)
                for pattern in schema.get("patternProperties", {})
            )
        for matches, pattern in node.patterns:
            if matches(name):
                yield self._child(node, "patternProperties", pattern)

    def _array(self, place: _Place, schema: Mapping[str, Any], value: list[Any]) -> None:  # Any: JSON
        node = place.task.node
        prefix = len(schema.get("prefixItems", ()))
        for index, item in enumerate(value[:prefix]):
            place.may(self._child(node, "prefixItems", index), item, index)
        if "items" in schema and len(value) > prefix:
            items = self._child(node, "items")
            if len(value) == prefix + 1:
                place.may(items, value[prefix], prefix)
            else:
                numbered = enumerate(value[prefix:], prefix)
                place.invalid.extend(
                    islice(self._invalid_parts(items, numbered, place.task, _values), MAX_FAULTS)
                )
        if "contains" in schema and not self._ask(f"{node.address}?contains", value):
            place.blame("must contain the item that the contract asks for")

    def _invalid_parts(
        self, node: _Node, parts: Iterable[tuple[_StepT, Any]], task: _Task, together: Together[_StepT]
    ) -> Iterator[_Task]:
        """Those of *parts* that *node* rejects. Many are asked at once, since most are valid as a rule."""
        for chunk in _batched(parts, _CHUNK):
            if self._ask(f"{node.address}?each", together(chunk)):
                continue
            for step, value in chunk:
                if not self._holds(node, value):
                    levels = task.levels - isinstance(value, dict | list)
                    yield _Task(node, value, (*task.path, step), levels)

    # Alternatives ------------------------------------------------------------------------------------------------

    def _alternatives(self, place: _Place, group: _Node) -> None:
        """Follow the only branch that the value was meant for; blame the alternatives as a whole where that is unclear."""
        value = place.task.value
        meant = [branch for branch in group.branches if self._is_meant(branch, value)]
        if len(meant) == 1:
            # It is invalid: of a branch with another type or tag nothing holds, and of the alternatives none does.
            place.invalid.append(place.task._replace(node=meant[0]))
        elif group.alternatives == "oneOf" and any(self._holds(branch, value) for branch in meant):
            place.blame("must match only one of the alternatives of the contract")
        else:
            place.blame("must match one of the alternatives of the contract")

    def _is_meant(self, branch: _Node, value: Any) -> bool:  # Any: JSON
        """Whether *branch* allows the type of *value*, and the constants and enumerations that tag its members."""
        for node in self._in_place(branch):
            schema = node.schema
            if isinstance(schema, bool):
                if not schema:
                    return False
                continue
            if any(key in schema and not self._leaf_holds(node, key, value) for key in _KINDS):
                return False
            if isinstance(value, dict):
                for name in schema.get("properties", {}).keys() & value.keys():
                    if not self._has_tag(self._child(node, "properties", name), value[name]):
                        return False
        return True

    def _has_tag(self, member: _Node, value: Any) -> bool:  # Any: JSON
        return all(
            self._leaf_holds(node, keyword, value)
            for node in self._in_place(member)
            if not isinstance(node.schema, bool)
            for keyword in _TAGS
            if keyword in node.schema
        )

    def _in_place(self, node: _Node) -> tuple[_Node, ...]:
        """See :attr:`_Node.in_place`."""
        if not node.in_place:
            found: dict[str, _Node] = {}
            waiting = [node]
            while waiting:
                current = waiting.pop()
                if current.address in found:
                    continue
                found[current.address] = current
                if isinstance(current.schema, bool):
                    continue
                if "$ref" in current.schema:
                    waiting.append(self._nodes[current.schema["$ref"]])
                count = len(current.schema.get("allOf", ()))
                waiting.extend(self._child(current, "allOf", index) for index in range(count))
            node.in_place = tuple(found.values())
        return node.in_place


def _subschemas(address: str, schema: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:  # Any: JSON
    """The schemas that stand directly in *schema*, each with its address."""
    for keyword in _SINGLE & schema.keys():
        yield f"{address}/{keyword}", schema[keyword]
    for keyword in _LISTS & schema.keys():
        yield from ((f"{address}/{keyword}/{index}", item) for index, item in enumerate(schema[keyword]))
    for keyword in _MAPPINGS & schema.keys():
        yield from (
            (f"{address}/{keyword}/{_fragment(name)}", item) for name, item in schema[keyword].items()
        )


def _fragment(name: str) -> str:
    """*name* as a step of a JSON Pointer in a URI fragment (RFC 6901, section 6)."""
    return quote(escaped(name), safe="~!$&'()*+,;=:@")


def _weight(value: Any) -> int:  # Any: JSON
    """An order by which small values are asked first."""
    return 1 + len(cast("list[Any]", value)) if isinstance(value, dict | list) else 0


def _is_large(value: Any) -> bool:  # Any: JSON
    """Whether *value* has more than :data:`SMALL_VALUE` values in it."""
    count = 0
    waiting: list[Any] = [value]
    while waiting and count <= SMALL_VALUE:
        current: dict[str, Any] | list[Any] | None = waiting.pop()
        parts = list(current.values()) if isinstance(current, dict) else current
        if isinstance(parts, list):
            count += len(parts)
            waiting.extend(parts[:SMALL_VALUE])
    return count > SMALL_VALUE


def _values(numbered: Iterable[tuple[int, Any]]) -> list[Any]:  # Any: JSON
    return [value for _, value in numbered]


def _batched(parts: Iterable[_PartT], size: int) -> Iterator[tuple[_PartT, ...]]:
    rest = iter(parts)
    while batch := tuple(islice(rest, size)):  # `itertools.batched` came with Python 3.12
        yield batch


_KINDS: Final = ("type", "enum", "const")
_TAGS: Final = ("enum", "const")
_ALTERNATIVES: Final = ("anyOf", "oneOf")

_SINGLE: Final = frozenset(
    {"additionalProperties", "contains", "else", "if", "items", "not", "propertyNames", "then"}
)
_LISTS: Final = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_MAPPINGS: Final = frozenset({"dependentSchemas", "patternProperties", "properties"})
