"""What can be judged only when every schema is known: circles of references, and whose faults are whose."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from accord.contract.load_context import LoadContext
from accord.contract.load_schema import SchemaLoader
from accord.contract.model import Api, Operation
from accord.contract.schema import Assertions, BooleanSchema, NamedSchema, Ref, Schema
from accord.contract.schemas.walk import referred
from accord.contract.visit import operation_schemas, with_operations
from accord.diagnostics import Diagnostic
from accord.source.limits import DEFAULT_LIMITS


def break_cycles(context: LoadContext, loader: SchemaLoader) -> dict[str, NamedSchema]:
    """The named schemas without those references that lead back in place (``ref-cycle``): no value could ever be checked
    against them.

    Only ``$ref`` and ``allOf`` count: through a property, an item or an alternative, recursion is fine. A way that is no
    circle but longer than the limit is cut too (``limit-references``): every later stage recurses along it.
    """
    named = dict(loader.named)
    finished: dict[str, int] = {}  # how many references a value of the schema is led through at most
    open_: set[str] = set()  # names whose targets are being looked at

    def cut(name: str, ref: Ref, report: Callable[[], None]) -> None:
        _, faults = context.collecting(report)
        loader.faults[name] = (*loader.faults.get(name, ()), *faults)
        named[name] = replace(named[name], schema=_without(named[name].schema, ref))

    for start, first in loader.named.items():
        if start in finished:
            continue
        open_.add(start)
        path = [_Step(start, list(_in_place(first.schema)))]
        while path:
            step = path[-1]
            if not step.pending:
                finished[step.name] = step.depth
                open_.remove(step.name)
                path.pop()
                continue
            ref = step.pending[0]
            if ref.target in open_:
                names = [link.name for link in path]
                circle = [*names[names.index(ref.target) :], ref.target]
                cut(step.name, ref, partial(_report, context, ref, circle))
            elif ref.target in finished:
                if finished[ref.target] >= DEFAULT_LIMITS.reference_depth:
                    cut(step.name, ref, partial(_report_depth, context, ref))
                else:
                    step.depth = max(step.depth, finished[ref.target] + 1)
            elif ref.target in named:
                open_.add(ref.target)
                path.append(_Step(ref.target, list(_in_place(named[ref.target].schema))))
                continue  # the reference is looked at again when its target is known
            # The walk keeps its own stack: chains of references are longer in real contracts than Python's
            # stack is deep.
            step.pending.pop(0)
    return named


@dataclass(slots=True)
class _Step:
    """A schema on the way, the references that are left to follow, and the longest way found from it."""

    name: str
    pending: list[Ref]
    depth: int = 0


def _report_depth(context: LoadContext, ref: Ref) -> None:
    """Report a chain of references that is longer than the limit."""
    context.error(
        "limit-references",
        f"this leads through more than {DEFAULT_LIMITS.reference_depth} references before it says what the schema is",
        ref.span,
        hint="Refer to the last schema of the chain.",
    )


def _report(context: LoadContext, ref: Ref, circle: list[str]) -> None:
    """Report a circle, with the names of all schemas in it."""
    chain = " -> ".join(circle)
    context.error(
        "ref-cycle",
        f"the schema refers back to itself and never says what it is: {chain}",
        ref.span,
        hint="Write the schema out in one of them.",
    )


def _in_place(schema: Schema) -> Iterator[Ref]:
    """The references that a value of *schema* must match as a whole."""
    match schema:
        case Ref():
            yield schema
        case Assertions():
            for part in schema.all_of:
                yield from _in_place(part)
        case BooleanSchema():
            return


def _without(schema: Schema, ref: Ref) -> Schema:
    """*schema* without the reference *ref* (this very object); a schema that was nothing else then allows everything."""
    if schema is ref:
        return Assertions(annotations=ref.annotations, span=ref.span)
    if isinstance(schema, Assertions):
        # Compared by identity: an equal reference elsewhere in the schema may be no part of the circle.
        kept = tuple([_without(part, ref) for part in schema.all_of if part is not ref])
        return replace(schema, all_of=kept)
    return schema


def spread_faults(api: Api, faults: Mapping[str, tuple[Diagnostic, ...]]) -> Api:
    """Add the faults of schemas to the operations that use them, directly or not."""
    if not faults:
        return api
    inherited = _inherited(api.schemas, faults)

    def spread(operation: Operation) -> Operation:
        names = referred(*operation_schemas(operation))
        found = [fault for name in names for fault in inherited.get(name, ())]
        if not found:
            return operation
        callbacks = with_operations(operation.callbacks, spread)
        return replace(
            operation, callbacks=callbacks, faults=tuple(dict.fromkeys((*operation.faults, *found)))
        )

    return replace(
        api,
        operations=tuple([spread(operation) for operation in api.operations]),
        webhooks=with_operations(api.webhooks, spread),
    )


def _inherited(
    named: Mapping[str, NamedSchema], faults: Mapping[str, tuple[Diagnostic, ...]]
) -> dict[str, tuple[Diagnostic, ...]]:
    """For each schema its own faults and those of everything that it refers to."""
    users: dict[str, list[str]] = {}
    for name, item in named.items():
        for target in referred(item.schema):
            users.setdefault(target, []).append(name)
    found: dict[str, dict[Diagnostic, None]] = {}
    # From each faulty schema upwards: faults are few, and schemas are many.
    for source, own in faults.items():
        seen = {source}
        pending = [source]
        while pending:
            name = pending.pop()
            found.setdefault(name, {}).update(dict.fromkeys(own))
            for user in users.get(name, ()):
                if user not in seen:
                    seen.add(user)
                    pending.append(user)
    return {name: tuple(diagnostics) for name, diagnostics in found.items()}
