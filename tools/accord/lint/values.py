"""Defaults and examples against their schemas: all values of a contract in one pass of one validator."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from jsonschema_rs import Draft202012Validator, ValidationError, ValidationErrorKind

from accord.contract.json_schema import View
from accord.contract.media_types import essence, is_json
from accord.contract.schema import JsonValue, Schema
from accord.contract.schemas.validation import referring, registry_of, validator
from accord.diagnostics import Span
from accord.lint.model import RuleContext, Site, follow
from accord.lint.text import TYPE_WORDS, as_json, json_type, listing, quoted
from accord.source.data import to_data
from accord.source.node import MappingNode, Node, step_into

Nature: TypeAlias = Literal["value", "format", "direction"]
Side: TypeAlias = Literal["request", "response", "either"]

_E = ValidationErrorKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A value written in a contract that has to match a schema.

    ``side`` tells in which direction it travels; a value that travels in neither has to match one of the two views.
    """

    schema: Schema
    node: Node
    at: Span
    side: Side = "either"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatch:
    """The most telling reason why a value does not match: where, what, and of which nature it is.

    ``nature`` is ``format`` where nothing but formats is wrong, ``direction`` where nothing is wrong but a property
    that does not travel this way, else ``value``.
    """

    at: Span
    text: str
    nature: Nature
    hint: str = ""


def mismatches(values: Sequence[Value], context: RuleContext) -> Iterator[tuple[Value, Mismatch]]:
    """The values that do not match their schemas, in order."""
    if not values:
        return
    views: tuple[View | None, ...] = ("request", "response") if _has_views(context) else (None,)
    errors = _errors(values, context, views)
    for number, value in enumerate(values):
        by_view = [errors.get((number, view), []) for view in _views_of(value, views)]
        if all(by_view):
            best = min(by_view, key=len)
            yield value, _explain(best, value)


def _views_of(value: Value, views: tuple[View | None, ...]) -> tuple[View | None, ...]:
    if len(views) == 1 or value.side == "either":
        return views
    return (value.side,)


def _has_views(context: RuleContext) -> bool:
    return any("readOnly" in s.entries or "writeOnly" in s.entries for s in context.index.of("schema"))


def _errors(
    values: Sequence[Value], context: RuleContext, views: Iterable[View | None]
) -> dict[tuple[int, View | None], list[ValidationError]]:
    """Errors by the number of the value and the view it was read in."""
    schemas: dict[str, JsonValue] = {}
    names: dict[tuple[int, View | None], str] = {}  # a schema with many values is converted once
    jobs: list[tuple[int, View | None, str]] = []
    for view in views:
        for number, value in enumerate(values):
            if view not in _views_of(value, tuple(views)):
                continue
            name = names.setdefault((id(value.schema), view), str(len(names)))
            jobs.append((number, view, name))
            if name not in schemas:
                schemas[name] = referring(value.schema, view, context.api.schemas)
    compiled = _compile(schemas, views, context)
    if compiled is None:
        return {}
    found: dict[tuple[int, View | None], list[ValidationError]] = {}
    for number, view, name in jobs:
        errors = _run(compiled, {name: to_data(values[number].node)})
        if errors:
            found[number, view] = errors
    return found


def _compile(
    schemas: dict[str, JsonValue], views: Iterable[View | None], context: RuleContext
) -> Draft202012Validator | None:
    """``None`` where a schema cannot be compiled, which the structure stage has reported."""
    try:
        return validator({"properties": schemas}, registry=registry_of(context.api.schemas, *views))
    except ValueError:
        if not context.broken:
            raise
        return None


def _run(compiled: Draft202012Validator, instance: dict[str, JsonValue]) -> list[ValidationError]:
    try:
        return [] if compiled.is_valid(instance) else list(compiled.iter_errors(instance))
    except UnicodeEncodeError:
        return []  # a lone surrogate, which the reader of the file reports


def _explain(errors: Sequence[ValidationError], value: Value) -> Mismatch:
    errors = _causes(errors)
    error = _most_specific(errors)
    path = error.instance_path[1:]
    node, at = value.node, value.at
    for token in path:
        node, at = step_into(node, str(token)) or (node, at)
    match error.kind:
        case _E.AdditionalProperties(unexpected=names) | _E.UnevaluatedProperties(unexpected=names):
            if isinstance(node, MappingNode) and names and names[0] in node.entries:
                at = node.entries[names[0]].span
        case _:
            pass
    where = f" at {quoted('/'.join(str(token) for token in path))}" if path else ""
    scalar = "" if where or isinstance(error.instance, dict | list) else f"{quoted(as_json(error.instance))} "
    hint = ""
    if (
        isinstance(error.instance, str)
        and isinstance(error.kind, _E.Type)
        and error.instance[:1] in {"{", "["}
    ):
        hint = "The value stands as text: write it without the quotes around it."
    return Mismatch(at=at, text=f"{scalar}{describe(error)}{where}", nature=_nature(errors, value), hint=hint)


def _causes(errors: Sequence[ValidationError]) -> list[ValidationError]:
    """Without what only follows: next to another error of an object its properties count as unevaluated."""
    certain = [error for error in errors if not isinstance(error.kind, _E.UnevaluatedProperties)]
    paths = [error.instance_path for error in certain]
    return certain + [
        error
        for error in errors
        if isinstance(error.kind, _E.UnevaluatedProperties)
        and not any(path[: len(error.instance_path)] == error.instance_path for path in paths)
    ]


def _nature(errors: Sequence[ValidationError], value: Value) -> Nature:
    kinds = [_into_union(error).kind for error in errors]
    if all(isinstance(kind, _E.Format) for kind in kinds):
        return "format"
    if value.side == "response" and all(isinstance(kind, _E.FalseSchema | _E.Format) for kind in kinds):
        return "direction"
    return "value"


def _most_specific(errors: Sequence[ValidationError]) -> ValidationError:
    """The error to tell: of a union that of the branch that fits best, of several the first in the document."""
    found = [_into_union(error) for error in errors]
    late = _E.UnevaluatedProperties | _E.Format
    return min(
        found, key=lambda error: (isinstance(error.kind, late), [str(token) for token in error.instance_path])
    )


def _into_union(error: ValidationError) -> ValidationError:
    match error.kind:
        case _E.AnyOf(context=branches) | _E.OneOfNotValid(context=branches):
            pass
        case _:
            return error
    reported = [_most_specific(branch) for branch in branches if branch]
    deeper = [inner for inner in reported if len(inner.instance_path) > len(error.instance_path)]
    if len(deeper) == 1:
        return deeper[0]
    same_type = [inner for inner in reported if not isinstance(inner.kind, _E.Type | _E.Enum | _E.Constant)]
    return same_type[0] if len(same_type) == 1 and not deeper else error


def describe(error: ValidationError) -> str:  # noqa: C901, PLR0911, PLR0912  # one flat case for each keyword
    """What is wrong, as the end of a sentence that starts with the value."""
    match error.kind:
        case _E.Type(types=types):
            wanted = " or ".join(TYPE_WORDS.get(name, name) for name in types)
            return f"is {TYPE_WORDS[json_type(error.instance)]}, not {wanted}"
        case _E.Required(property=name):
            return f"lacks the required property {quoted(str(name).strip(chr(34)))}"
        case _E.AdditionalProperties(unexpected=names) | _E.UnevaluatedProperties(unexpected=names):
            return f"has {listing(names)}, which the schema does not allow"
        case _E.Enum(options=options):
            return f"is none of {listing([as_json(option) for option in options], 'or')}"
        case _E.Constant(expected_value=expected):
            return f"is not {quoted(as_json(expected))}"
        case _E.Pattern(pattern=pattern):
            return f"does not match the pattern {quoted(pattern)}"
        case _E.Format(format=name):
            return f"is not a valid {quoted(name)}"
        case _E.Minimum(limit=limit) | _E.ExclusiveMinimum(limit=limit):
            return f"is too small (bound: {limit})"
        case _E.Maximum(limit=limit) | _E.ExclusiveMaximum(limit=limit):
            return f"is too large (bound: {limit})"
        case _E.MultipleOf(multiple_of=step):
            return f"is not a multiple of {step}"
        case _E.MinLength(limit=limit):
            return f"is shorter than {limit} characters"
        case _E.MaxLength(limit=limit):
            return f"is longer than {limit} characters"
        case _E.MinItems(limit=limit):
            return f"has fewer than {limit} items"
        case _E.MaxItems(limit=limit):
            return f"has more than {limit} items"
        case _E.UniqueItems():
            return "has equal items"
        case _E.AnyOf() | _E.OneOfNotValid():
            return "matches no branch of the union"
        case _E.OneOfMultipleValid():
            return "matches more than one branch of `oneOf`"
        case _E.FalseSchema():
            return "may not be given here (writeOnly, or the schema `false`)"
        case kind:
            return f"breaks {quoted(kind.name)}"


def schema_values(
    context: RuleContext, key: Literal["default", "example", "examples", "enum"]
) -> list[Value]:
    """What Schema objects say under *key*."""
    found: list[Value] = []
    for site in context.index.of("schema"):
        if (
            key not in site.entries
            or id(site.node) in context.broken
            or (site.ref and context.version == "3.0")
        ):
            continue
        schema = context.schema(site)
        if schema is None:
            continue
        if key in {"examples", "enum"}:
            found.extend(Value(schema=schema, node=node, at=node.span) for node in site.items(key))
        else:
            entry = site.entries[key]
            found.append(Value(schema=schema, node=entry.value, at=entry.span))
    return found


def object_examples(context: RuleContext) -> list[Value]:
    """Examples of parameters, headers and media types."""
    found: list[Value] = []
    for site in (s for kind in ("parameter", "header", "media-type") for s in context.index.of(kind)):
        place = context.index.at(site.get("schema"))
        schema = None if place is None else context.schema(place)
        if schema is None or site.ref is not None:
            continue
        for node, at in _examples(site, context):
            if site.kind != "media-type" or _is_data(site.key, node):
                found.append(Value(schema=schema, node=node, at=at, side=_side(site)))
    return found


def _examples(site: Site, context: RuleContext) -> Iterator[tuple[Node, Span]]:
    entry = site.entries.get("example")
    if entry is not None:
        yield entry.value, entry.span
    for example in context.index.children(site, "examples"):
        target = follow(example)
        for key in ("value", "dataValue"):
            entry = None if target is None else target.entries.get(key)
            if entry is not None:
                yield entry.value, entry.span


def _is_data(media_type: str, node: Node) -> bool:
    """Whether an example of this media type is the value itself and not its text."""
    name = essence(media_type)
    if is_json(name):
        return True
    form = name.startswith("multipart/") or name == "application/x-www-form-urlencoded"
    return form and isinstance(node, MappingNode)


def _side(site: Site) -> Side:
    ancestor = site.holder
    while ancestor is not None:
        if ancestor.kind == "callback" or ancestor.field == "webhooks":
            return "either"
        ancestor = ancestor.holder
    if site.kind == "parameter":
        return "request"
    holder = site.holder
    while holder is not None and holder.kind not in {"request-body", "response", "parameter"}:
        holder = holder.holder
    if holder is None:
        return "either"
    return "response" if holder.kind == "response" else "request"
