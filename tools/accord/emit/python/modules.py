"""The package ``models/``: which model stands in which module, and how a module reads.

A module holds one schema of the contract with everything declared inside of it, or several schemas that refer to each
other in a circle. So modules import each other in one direction only, by plain imports, and the package imports each of
them on first use.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from accord.emit.python.definitions import AliasDef, ClassDef, Definition, Definitions, Owner
from accord.emit.python.imports import Imports
from accord.emit.python.models import PrintedClass, print_classes
from accord.emit.python.naming import KEYWORDS, Names, snake
from accord.emit.python.text import docstring
from accord.emit.tree import header

COMMON_MODELS: Final = "...common.models"
_COMMON_OWNER: Final[Owner] = "c"
_DEEPEST: Final = 60
"""Modules that may import each other in a chain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPackage:
    """All definitions of a package; ``order`` gives the place of each named schema in the contract."""

    owner: Owner
    source: str
    definitions: Definitions
    order: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Module:
    name: str
    definitions: tuple[Definition, ...]


def print_package(package: ModelPackage, *, shared: ModelPackage | None) -> dict[str, str]:
    """Unformatted sources of ``models/``; *shared* is the package that common models are imported from."""
    modules = _modules(package)
    own = _module_names(modules)
    common = {} if shared is None else _module_names(_modules(shared))
    places: dict[tuple[str, str], str] = {
        (_COMMON_OWNER, name): f"{COMMON_MODELS}.{module}" for name, module in common.items()
    }
    places |= {(package.owner, name): f".{module}" for name, module in own.items()}
    classes = [entry for module in modules for entry in module.definitions if isinstance(entry, ClassDef)]
    printed = print_classes(classes)
    exports = {name: places[_COMMON_OWNER, name] for name in _reexported(package, shared) if name not in own}
    exports |= {name: f".{module}" for name, module in own.items()}
    out = {"models/__init__.py": _package_source(package.source, exports)}
    for module in modules:
        out[f"models/{module.name}.py"] = _module_source(package.source, module, places, printed)
    return out


def _module_names(modules: Iterable[_Module]) -> dict[str, str]:
    return {definition.name: module.name for module in modules for definition in module.definitions}


def _modules(package: ModelPackage) -> tuple[_Module, ...]:
    """Modules in the order of the contract."""
    by_unit: dict[str, list[Definition]] = {}
    for definition in package.definitions.by_name.values():
        by_unit.setdefault(definition.unit, []).append(definition)
    units = sorted(by_unit, key=lambda unit: package.order.get(unit, len(package.order)))
    unit_of = {definition.name: definition.unit for definition in package.definitions.by_name.values()}
    models = {
        unit: [
            {model.name for type_ in item.types for model in type_.models if model.owner == package.owner}
            for item in by_unit[unit]
        ]
        for unit in units
    }
    needs = {unit: [unit_of[name] for names in models[unit] for name in sorted(names)] for unit in units}
    names = Names(*_USED_BY_PACKAGE)
    out: list[_Module] = []
    for group in flattened(components(units, needs), needs, deepest=_DEEPEST):
        name = snake(group[0], prefix="model")
        name = names.give(f"{name}_" if name in KEYWORDS else name, source=group[0])
        definitions = tuple(item for unit in group for item in by_unit[unit])
        out.append(_Module(name=name, definitions=definitions))
    return tuple(out)


_USED_BY_PACKAGE: Final = ("getattr", "globals", "import_module", "sorted")
"""What ``__init__.py`` of the models calls: an imported module of that name would stand in its way."""


def _reexported(package: ModelPackage, shared: ModelPackage | None) -> tuple[str, ...]:
    """Common models that a version offers as its own: those of the schemas it refers to."""
    if shared is None:
        return ()
    wanted = [
        definition for definition in shared.definitions.by_name.values() if definition.unit in package.order
    ]
    return tuple(item.name for item in sorted(wanted, key=lambda item: package.order[item.unit]))


def _module_source(
    source: str, module: _Module, places: Mapping[tuple[str, str], str], printed: Mapping[str, PrintedClass]
) -> str:
    """A module, with what it imports; *places* has the module of each model by owner and name."""
    imports: set[str] = set()
    body: list[str] = []
    for definition in module.definitions:
        if isinstance(definition, ClassDef):
            imports |= printed[definition.name].imports
            body.append(printed[definition.name].source)
        for model in (model for type_ in definition.types for model in type_.models):
            place = places[model.owner, model.name]
            if place != f".{module.name}":
                imports.add(f"from {place} import {model.name}")
    for alias in sorted_aliases(entry for entry in module.definitions if isinstance(entry, AliasDef)):
        needed = (
            "from typing_extensions import TypeAliasType"
            if alias.recursive
            else "from typing import TypeAlias"
        )
        imports |= {*alias.type.statements, needed}
        body.append(_alias_source(alias))
    head = f"{header(source)}\n\nfrom __future__ import annotations\n\n"
    return f"{head}{Imports(*imports).text()}\n\n" + "\n\n".join(body)


def _alias_source(alias: AliasDef) -> str:
    expr = alias.type.render("")
    doc = docstring(*alias.doc, indent=0)
    if alias.recursive:
        return f"{alias.name} = TypeAliasType({alias.name!r}, {expr!r})\n{doc}"
    return f"{alias.name}: TypeAlias = {expr}\n{doc}"


def _package_source(source: str, exports: Mapping[str, str]) -> str:
    typed = Imports(*(f"from {module} import {name} as {name}" for name, module in exports.items())).text()
    names = "".join(f"    {name!r},\n" for name in exports)
    table = "".join(f"    {name!r}: {module!r},\n" for name, module in exports.items())
    lines = typed.splitlines() if exports else ["pass"]
    indented = "".join(f"    {line}\n" if line else "\n" for line in lines)
    return f'''{header(source)}
"""Models, imported on first use."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
{indented}
__all__ = [
{names}]

if not TYPE_CHECKING:
    from importlib import import_module

    _MODULES = {{
{table}}}

    def __getattr__(name: str) -> object:
        if name not in _MODULES:
            raise AttributeError(f"module {{__name__!r}} has no attribute {{name!r}}")
        found = getattr(import_module(_MODULES[name], __name__), name)
        globals()[name] = found
        return found

    def __dir__() -> list[str]:
        return sorted({{*globals(), *__all__}})
'''


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
