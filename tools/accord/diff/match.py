"""Pairs the operations of the old version with those of the new one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from accord.contract.model import MediaType, Operation
from accord.contract.schema import Ref, Schema

_TEMPLATE: Final = re.compile(r"\{([^{}]*)\}")
_LIKENESS: Final = 0.75
_MOST_COMPARED: Final = 5_000
"""With more pairs the contracts have little in common: renames are then recognised by ``operationId`` only."""


@dataclass(slots=True)
class Matched:
    """Pairs of operations, those that were renamed, and operations without a partner."""

    pairs: list[tuple[Operation, Operation]] = field(default_factory=list["tuple[Operation, Operation]"])
    renamed: list[tuple[Operation, Operation]] = field(default_factory=list["tuple[Operation, Operation]"])
    removed: list[Operation] = field(default_factory=list[Operation])
    added: list[Operation] = field(default_factory=list[Operation])


def match_operations(old: Sequence[Operation], new: Sequence[Operation]) -> Matched:
    """Pair by method and path, whatever the names of path parameters, then look for renames."""
    out = Matched()
    exact = {(o.method, o.path): o for o in new}
    loose: dict[tuple[str, str], list[Operation]] = {}
    for operation in new:
        loose.setdefault((operation.method, nameless(operation.path)), []).append(operation)
    # By identity: two operations of a document may be equal. Exact paths go first, so that `/a/{x}` and `/a/{y}` of one
    # version never swap their partners.
    waiting: list[Operation] = []
    for operation in old:
        partner = exact.get((operation.method, operation.path))
        if partner is None:
            waiting.append(operation)
        else:
            out.pairs.append((operation, partner))
    taken = {id(partner) for _, partner in out.pairs}
    for operation in waiting:
        several = loose.get((operation.method, nameless(operation.path)), [])
        partner = next((o for o in several if id(o) not in taken), None)
        if partner is None:
            out.removed.append(operation)
        else:
            taken.add(id(partner))
            out.pairs.append((operation, partner))
    out.added = [operation for operation in new if id(operation) not in taken]
    _renames(out)
    return out


def nameless(path: str) -> str:
    """*path* without the names of its parameters."""
    return _TEMPLATE.sub("{}", path)


def path_names(old: str, new: str) -> dict[str, str]:
    """The new name of each path parameter by its old one."""
    # Both have the same number of templates, because they were matched without their names.
    return dict(zip(_TEMPLATE.findall(old), _TEMPLATE.findall(new), strict=False))


def _renames(out: Matched) -> None:
    """A removed and an added operation are one by ``operationId``, or by being alike more than any other pair."""
    by_id = {o.operation_id: o for o in out.added if o.operation_id}
    for operation in list(out.removed):
        partner = by_id.get(operation.operation_id or "")
        if partner is not None and partner.method == operation.method and partner in out.added:
            _rename(out, operation, partner)
    if len(out.removed) * len(out.added) > _MOST_COMPARED:
        return
    for operation in list(out.removed):
        scored = [
            (likeness(operation, candidate), index)
            for index, candidate in enumerate(out.added)
            if candidate.method == operation.method
        ]
        # Two candidates that are equally alike leave it open which of them it is.
        best = max(scored, default=(0.0, 0))
        if best[0] >= _LIKENESS and sum(score == best[0] for score, _ in scored) == 1:
            _rename(out, operation, out.added[best[1]])


def _rename(out: Matched, old: Operation, new: Operation) -> None:
    out.removed = [o for o in out.removed if o is not old]
    out.added = [o for o in out.added if o is not new]
    out.renamed.append((old, new))


def likeness(old: Operation, new: Operation) -> float:
    """How alike two operations are, from 0 to 1: by the segments of the path, the parameters, and the schemas they name.

    Schemas count twice: a path is renamed more often than what an operation sends.
    """
    path = _overlap(old.path.split("/")[1:], new.path.split("/")[1:])
    parameters = _overlap(_parameters(old), _parameters(new))
    schemas = _overlap(_shapes(old), _shapes(new))
    return (path + parameters + 2 * schemas) / 4


def _parameters(operation: Operation) -> list[str]:
    return [f"{p.location} {p.name}" for p in operation.parameters]


def _shapes(operation: Operation) -> list[str]:
    out = [f"> {_name(m)}" for m in (operation.body.content if operation.body else ())]
    for response in operation.responses:
        out += [f"{response.status} {_name(m)}" for m in response.content] or [response.status]
    return out


def _name(media_type: MediaType) -> str:
    schema: Schema | None = media_type.schema
    return schema.target if isinstance(schema, Ref) else media_type.name


def _overlap(first: Iterable[str], second: Iterable[str]) -> float:
    a, b = set(first), set(second)
    return 1.0 if not a and not b else len(a & b) / len(a | b)
