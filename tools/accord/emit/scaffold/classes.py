"""Which hand-written class implements which protocol, also through bases, aliases and other files."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import libcst as cst

from accord.emit.scaffold.source import SourceModule, dotted


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnMethod:
    """A name that a class binds. ``node`` is its function (``None`` for an assigned one), ``statement`` what stands in
    the body of the class, ``marked`` whether it carries ``@override``."""

    name: str
    node: cst.FunctionDef | None
    statement: cst.BaseStatement
    marked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """A base of a class: its dotted name if that is known, its last part, and the type argument with its module."""

    node: cst.Arg
    target: str | None
    last: str
    argument: tuple[SourceModule, cst.BaseExpression] | None


class OwnClass:
    """A class in a hand-written file."""

    def __init__(self, module: SourceModule, node: cst.ClassDef, outer: str, bases: tuple[Base, ...]) -> None:
        self.module = module
        self.node = node
        self.name = node.name.value
        self.qualified = f"{module.name}.{outer}{self.name}"
        self.bases = bases
        self.methods: Mapping[str, OwnMethod] = {method.name: method for method in _methods(node.body.body)}

    @property
    def is_protocol(self) -> bool:
        """Whether it is a protocol itself, which nobody makes an object of."""
        return any(base.last == "Protocol" for base in self.bases)


class ClassIndex:
    """All classes below the folder of implementations.

    A base counts as a protocol when its name leads to it, over imports and aliases of any file; where a name leads
    nowhere (a star import), the last part of it decides, in the folder of the version only.
    """

    def __init__(self, modules: Sequence[SourceModule]) -> None:
        self._modules = {module.name: module for module in modules}
        self.classes: list[OwnClass] = []
        for module in modules:
            for node, outer in _class_nodes(module.tree, ""):
                bases = tuple(self._base(module, argument) for argument in node.bases)
                self.classes.append(OwnClass(module, node, outer, bases))
        self._by_name = {cls.qualified: cls for cls in self.classes}

    def resolve(self, module: SourceModule, name: str) -> str | None:
        """The full name of what *name* means in *module*; ``None`` where only running it would tell."""
        return self._resolve(module, name, 8)

    def _resolve(self, module: SourceModule, name: str, steps: int) -> str | None:
        first, _, rest = name.partition(".")
        after = f".{rest}" if rest else ""
        if first in module.bindings:
            return self._followed(f"{module.bindings[first].target}{after}", steps)
        alias = module.aliases.get(first)
        if alias is not None:
            target = dotted(alias.value if isinstance(alias, cst.Subscript) else alias)
            return self._resolve(module, f"{target}{after}", steps - 1) if target and steps else None
        return f"{module.name}.{name}" if first in module.taken else None

    def _followed(self, target: str, steps: int) -> str:
        """Follow a name that another file only passes on."""
        front, _, last = target.rpartition(".")
        while front and steps:
            module = self._modules.get(front)
            if module is not None:
                inner = last.split(".", maxsplit=1)[0]
                if inner in module.bindings or inner in module.aliases:
                    return self._resolve(module, last, steps - 1) or target
                return target
            front, _, middle = front.rpartition(".")
            last = f"{middle}.{last}"
        return target

    def _base(self, module: SourceModule, node: cst.Arg) -> Base:
        value, module_name = node.value, module
        for _ in range(8):
            alias = module_name.aliases.get(value.value) if isinstance(value, cst.Name) else None
            if alias is None:
                break
            value = alias
        argument = None
        if isinstance(value, cst.Subscript):
            if len(value.slice) == 1 and isinstance(value.slice[0].slice, cst.Index):
                argument = (module_name, value.slice[0].slice.value)
            value = value.value
        name = dotted(value)
        target = None if name is None else self.resolve(module, name)
        return Base(
            node=node, target=target, last=(name or "").rsplit(".", maxsplit=1)[-1], argument=argument
        )

    def get(self, qualified: str | None) -> OwnClass | None:
        """The class of that full name."""
        return None if qualified is None else self._by_name.get(qualified)

    def line(self, cls: OwnClass) -> list[OwnClass]:
        """A class and those of its bases that are hand-written too, in the order in which a method is looked up."""
        found: dict[str, OwnClass] = {}
        waiting = [cls]
        while waiting:
            own_class = waiting.pop(0)
            if own_class.qualified in found:
                continue
            found[own_class.qualified] = own_class
            bases = (self.get(base.target) or self._sibling(own_class, base) for base in own_class.bases)
            waiting[:0] = [base for base in bases if base is not None]
        return list(found.values())

    def _sibling(self, cls: OwnClass, base: Base) -> OwnClass | None:
        """A base that stands beside a nested class."""
        if base.target is not None and base.target != f"{cls.module.name}.{base.last}":
            return None
        return self.get(f"{cls.qualified.rpartition('.')[0]}.{base.last}")

    def implementations(self, protocol: str, folder: str) -> list[OwnClass]:
        """The classes that implement *protocol* (a full name) and are not made for another one to build on."""
        family = [cls for cls in self.classes if self.protocol_base(cls, protocol, folder) is not None]
        inherited = {base.qualified for own_class in family for base in self.line(own_class)[1:]}
        return [
            own_class
            for own_class in family
            if own_class.qualified not in inherited and not own_class.is_protocol
        ]

    def protocol_base(self, cls: OwnClass, protocol: str, folder: str) -> tuple[OwnClass, Base] | None:
        """The base that is *protocol*, with the class that names it: *cls* or one that it builds on."""
        for own_class in self.line(cls):
            for base in own_class.bases:
                by_name = base.target is None and base.last == protocol.rsplit(".", maxsplit=1)[-1]
                if base.target == protocol or (by_name and own_class.module.path.startswith(f"{folder}/")):
                    return own_class, base
        return None

    def of_vanished_protocol(self, package: str, known: Collection[str]) -> list[tuple[OwnClass, Base]]:
        """Classes with a base in *package* (a full name) that is none of the *known* ones."""
        return [
            (cls, base)
            for cls in self.classes
            for base in cls.bases
            if base.target is not None
            and base.target.rpartition(".")[0] == package
            and base.target not in known
        ]


def _class_nodes(node: cst.CSTNode, outer: str) -> Iterator[tuple[cst.ClassDef, str]]:
    for child in node.children:
        if isinstance(child, cst.ClassDef):
            yield child, outer
            yield from _class_nodes(child.body, f"{outer}{child.name.value}.")
        elif isinstance(child, cst.FunctionDef):
            yield from _class_nodes(child.body, f"{outer}{child.name.value}.")
        elif isinstance(child, cst.BaseCompoundStatement | cst.BaseSuite | cst.Else | cst.Finally):
            yield from _class_nodes(child, outer)
        elif isinstance(child, cst.ExceptHandler):
            yield from _class_nodes(child.body, outer)


def _methods(body: Sequence[cst.CSTNode], statement: cst.BaseStatement | None = None) -> Iterator[OwnMethod]:
    """Names that a class body binds, also below ``if`` and ``try``."""
    for node in body:
        top = statement or (node if isinstance(node, cst.BaseStatement) else None)
        match node:
            case cst.FunctionDef():
                assert top is not None
                marks = [dotted(decorator.decorator) or "" for decorator in node.decorators]
                marked = any(mark.rsplit(".", maxsplit=1)[-1] == "override" for mark in marks)
                yield OwnMethod(name=node.name.value, node=node, statement=top, marked=marked)
            case cst.SimpleStatementLine():
                for small in node.body:
                    if top is not None and (name := _assigned(small)) is not None:
                        yield OwnMethod(name=name, node=None, statement=top)
            case cst.If() | cst.Try() | cst.With() | cst.Else():
                yield from _methods(node.body.body, top)
                if isinstance(node, cst.If | cst.Try) and node.orelse is not None:
                    yield from _methods([node.orelse], top)
            case _:
                pass


def _assigned(small: cst.CSTNode) -> str | None:
    match small:
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))]):
            return name
        case cst.AnnAssign(target=cst.Name(value=name), value=cst.BaseExpression()):
            return name
        case _:
            return None
