"""Which models have to stand together: circles of references, and the order of aliases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from accord.emit.python.definitions import AliasDef


def components(nodes: Sequence[str], needs: Mapping[str, Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    """The strongly connected components of a graph, each in the order of *nodes*, by their first node.

    Tarjan's algorithm with a stack of its own: chains of references may be longer than Python's.
    """
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    open_nodes: list[str] = []
    is_open: set[str] = set()
    found: list[list[str]] = []
    for start in nodes:
        if start in index:
            continue
        work = [(start, iter(needs[start]))]
        index[start] = low[start] = len(index)
        open_nodes.append(start)
        is_open.add(start)
        while work:
            node, rest = work[-1]
            for target in rest:
                if target not in index:
                    index[target] = low[target] = len(index)
                    open_nodes.append(target)
                    is_open.add(target)
                    work.append((target, iter(needs[target])))
                    break
                if target in is_open:
                    low[node] = min(low[node], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    found.append(_pop_until(node, open_nodes, is_open))
    place = {node: number for number, node in enumerate(nodes)}
    ordered = [tuple(sorted(group, key=place.__getitem__)) for group in found]
    return tuple(sorted(ordered, key=lambda group: place[group[0]]))


def flattened(
    groups: Sequence[tuple[str, ...]], needs: Mapping[str, Sequence[str]], *, deepest: int
) -> tuple[tuple[str, ...], ...]:
    """*groups* with all that stand at the top of a chain of more than *deepest* groups put together into one.

    Python nests one import in the other, and a chain of a few hundred modules would end in a RecursionError. What stands
    above the limit only refers to what stands above or below it, so no circle of groups comes about.
    """
    group_of = {node: number for number, group in enumerate(groups) for node in group}
    below = [{group_of[t] for node in group for t in needs[node]} - {n} for n, group in enumerate(groups)]
    level: dict[int, int] = {}
    for start in range(len(groups)):
        work = [start]
        while work:
            missing = [target for target in below[work[-1]] if target not in level]
            if missing:
                work.extend(missing)
                continue
            number = work.pop()
            level[number] = max((level[target] + 1 for target in below[number]), default=0)
    high = tuple(node for number, group in enumerate(groups) if level[number] >= deepest for node in group)
    low = [group for number, group in enumerate(groups) if level[number] < deepest]
    return tuple([*low, high] if high else low)


def _pop_until(node: str, open_nodes: list[str], is_open: set[str]) -> list[str]:
    group: list[str] = []
    while True:
        popped = open_nodes.pop()
        is_open.discard(popped)
        group.append(popped)
        if popped == node:
            return group


def sorted_aliases(aliases: Iterable[AliasDef]) -> tuple[AliasDef, ...]:
    """Aliases of one module, each behind those it names. Recursive ones come first: they name others in a string."""
    given = list(aliases)
    recursive = [alias for alias in given if alias.recursive]
    waiting = [alias for alias in given if not alias.recursive]
    out: list[AliasDef] = [*recursive]
    names = {alias.name for alias in waiting}
    while waiting:
        ready = [a for a in waiting if not {model.name for model in a.type.models} & (names - {a.name})]
        # Every circle contains a recursive alias, so there is always one that is ready.
        assert ready, "a circle of aliases without a recursive one"
        out.extend(ready)
        names -= {alias.name for alias in ready}
        waiting = [alias for alias in waiting if alias.name in names]
    return tuple(out)
