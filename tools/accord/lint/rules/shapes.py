"""What can be told about a schema from its text: its types and properties, through references and branches."""

from __future__ import annotations

from collections.abc import Iterator

from accord.lint.model import RuleContext, Site, follow
from accord.source.node import Entry, ScalarNode, SequenceNode, text_of

# Schemas that apply to one value: references may lead in a circle, and a union may have thousands of
# branches.
_LIMIT = 200


def own_types(schema: Site) -> frozenset[str]:
    """``type`` of the schema itself; empty where it names none. 3.0's ``nullable`` adds ``null``."""
    types: set[str] = set()
    match schema.get("type"):
        case ScalarNode(value=str(name)):
            types.add(name)
        case SequenceNode(items=items):
            types |= {text for item in items if (text := text_of(item)) is not None}
        case _:
            pass
    if types and schema.is_true("nullable"):
        types.add("null")
    return frozenset(types)


def types_of(schema: Site, context: RuleContext) -> frozenset[str]:
    """The types of a schema, through references and ``allOf``; empty where they cannot be told."""
    for part in in_place(schema, context, through=("allOf",)):
        types = own_types(part)
        if types:
            return types
    return frozenset()


def in_place(
    schema: Site, context: RuleContext, *, through: tuple[str, ...] = ("allOf", "anyOf", "oneOf")
) -> Iterator[Site]:
    """*schema* and the schemas that apply to the same value: referenced ones and branches."""
    seen: set[int] = set()
    waiting = [schema]
    while waiting and len(seen) < _LIMIT:
        part = waiting.pop(0)
        if id(part) in seen:
            continue
        seen.add(id(part))
        yield part
        if part.ref is not None and part.target is not None:
            waiting.append(part.target)
        for keyword in through:
            waiting.extend(context.index.children(part, keyword))
        if "if" in part.entries and len(through) > 1:
            waiting.extend(filter(None, (context.index.at(part.get(key)) for key in ("then", "else"))))


def is_resolved(schema: Site, context: RuleContext) -> bool:
    """Whether every reference that applies to the same value leads somewhere."""
    return all(part.ref is None or part.target is not None for part in in_place(schema, context))


def properties_of(schema: Site, context: RuleContext) -> dict[str, Entry]:
    """Properties that the schema or any of its branches declares."""
    found: dict[str, Entry] = {}
    for part in in_place(schema, context):
        for name, entry in part.mapping("properties").items():
            found.setdefault(name, entry)
    return found


def is_open(schema: Site, context: RuleContext) -> bool:
    """Whether properties that no branch declares are described by something else than their name."""
    open_keys = ("patternProperties", "additionalProperties", "unevaluatedProperties", "propertyNames")
    for part in in_place(schema, context):
        for key in open_keys:
            node = part.get(key)
            if node is not None and not (isinstance(node, ScalarNode) and node.value is False):
                return True
    return False


def branches(schema: Site, context: RuleContext) -> list[tuple[Site, Site]]:
    """The branches of ``oneOf`` and ``anyOf``, each as written and as resolved."""
    written = [*context.index.children(schema, "oneOf"), *context.index.children(schema, "anyOf")]
    return [(branch, target) for branch in written if (target := follow(branch)) is not None]
