"""The new text of a file: methods that it gets, headers that change, and the imports that both need."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeAlias

import libcst as cst

from accord.emit.python.text import literal
from accord.emit.scaffold.classes import Base, ClassIndex, OwnClass
from accord.emit.scaffold.examine import Update
from accord.emit.scaffold.insert import depth_of, import_edit, member_edits
from accord.emit.scaffold.signatures import header_edit, rewritten, stub_text
from accord.emit.scaffold.source import Edit, SourceModule, Unreadable, dotted
from accord.emit.scaffold.style import format_members, sort_imports
from accord.emit.scaffold.wanted import PLACEHOLDER, PRINCIPAL, WantedClass, WantedMethod
from accord.emit.scaffold.words import Need, Words, need_of, spoken, words

_OVERRIDE = Need(
    target="typing_extensions.override", bound="override", runtime=True, instead=("typing.override",)
)


Insert: TypeAlias = tuple[OwnClass, WantedClass, WantedMethod]


@dataclass(slots=True, kw_only=True)
class Work:
    """What is to be done to one file. ``inserts`` go to classes, each with the protocol that asks; ``rebases`` are bases
    that have to name a principal (with the protocol) or may no more, ``regroups`` names of protocols that are called otherwise."""

    module: SourceModule
    inserts: list[Insert] = field(default_factory=list[Insert])
    updates: list[tuple[WantedClass, Update]] = field(default_factory=list[tuple[WantedClass, Update]])
    regroups: list[tuple[cst.Name, str]] = field(default_factory=list[tuple[cst.Name, str]])
    rebases: list[tuple[WantedClass, Base]] = field(default_factory=list[tuple[WantedClass, Base]])


@dataclass(frozen=True, slots=True, kw_only=True)
class Principals:
    """Finds out what the project calls who makes a request."""

    index: ClassIndex
    package: str

    def need(self, module: SourceModule, wanted: WantedClass, defaults: Mapping[str, str]) -> Need | str:
        """The principal of the class in *module* that implements *wanted*: a source text, or a name that it needs.

        *defaults* has the full name of the version's principal, by folder.
        """
        for cls in self.index.classes:
            if cls.module is module and (argument := self._argument(cls, wanted)) is not None:
                if argument[0] is module:
                    return _unquoted(*argument)
                if (target := self._target(*argument)) is not None:
                    return _needed(target)
        return _needed(defaults[wanted.folder])

    def default(self, classes: Sequence[WantedClass], folder: str) -> str:
        """The full name of the principal in the version of *folder*: the one that its classes name first."""
        for wanted in reversed(classes):  # security comes last, and knows best
            for cls in self.index.implementations(wanted.protocol, wanted.folder):
                argument = self._argument(cls, wanted)
                if argument is not None and (target := self._target(*argument)) is not None:
                    return target
        return self.own(folder)

    def own(self, folder: str) -> str:
        """The full name of the principal that a fresh version in *folder* declares."""
        return f"{self.package}.{folder}.principal.{PRINCIPAL}"

    def _argument(self, cls: OwnClass, wanted: WantedClass) -> tuple[SourceModule, cst.BaseExpression] | None:
        """What *cls* gives its protocol as the type of the principal."""
        found = self.index.protocol_base(cls, wanted.protocol, wanted.folder)
        return None if found is None else found[1].argument

    def _target(self, module: SourceModule, value: cst.BaseExpression) -> str | None:
        name = dotted(value)
        return None if name is None else self.index.resolve(module, name)


def _needed(target: str) -> Need:
    return Need(target=target, bound=target.rsplit(".", maxsplit=1)[-1])


def _unquoted(module: SourceModule, value: cst.BaseExpression) -> str:
    if isinstance(value, cst.SimpleString):
        text = value.evaluated_value
        return text if isinstance(text, str) else text.decode()
    return module.code(value)


class Rewriter:
    """Writes files anew. *root* is the folder of implementations, *generated* the package of generated code, *defaults* has
    the principal of each version by folder."""

    def __init__(
        self, root: Path, principals: Principals, defaults: Mapping[str, str], generated: str
    ) -> None:
        self._root = root
        self._generated = generated.partition(".")[0]
        self._principals = principals
        self._defaults = defaults

    def text(self, work: Work, *, update: bool) -> str:
        """The file with its inserts made and, if *update*, its headers and bases changed.

        Raises:
            RuntimeError: the result is no Python, which is a bug.
        """
        module = work.module
        said = words(module, self._needs(work, update=update))
        edits = [*self._members(work, said)]
        if update:
            edits += self._headers(work, said)
            edits += self._bases(work, said)
            for node, name in work.regroups:
                start, end = module.span(node)
                edits.append(Edit(start=start, end=end, text=name))
        imports = import_edit(module, said.statements)
        text = module.edited([*([] if imports is None else [imports]), *edits])
        if imports is not None:
            text = self._sorted(module, imports, text)
        return _checked(module, text)

    def _needs(self, work: Work, *, update: bool) -> Iterator[Need]:
        for _cls, wanted, method in work.inserts:
            yield from self._named(work.module, wanted, method, method.signature.definition(method.name))
            yield from (_OVERRIDE, _stub(wanted))
        if update:
            for wanted, edit in work.updates:
                signature, change = edit.wanted.signature, edit.change
                changed = [signature.arguments[name] for name in (*change.added, *change.retyped)]
                changed += [signature.returns] if change.returns else []
                yield from self._named(work.module, wanted, edit.wanted, " ".join(changed))
            for wanted, base in work.rebases:
                if base.argument is None:
                    yield from self._principal(work.module, wanted)

    def _named(
        self, module: SourceModule, wanted: WantedClass, method: WantedMethod, text: str
    ) -> Iterator[Need]:
        for statement in method.imports:
            yield from (need for need in need_of(statement) if need.bound in text)
        if PLACEHOLDER in text:
            yield from self._principal(module, wanted)

    def _principal(self, module: SourceModule, wanted: WantedClass) -> Iterator[Need]:
        need = self._principals.need(module, wanted, self._defaults)
        if isinstance(need, Need):
            yield need

    def _speak(self, module: SourceModule, wanted: WantedClass, said: Words) -> dict[str, str]:
        """The words of a file, with that for the principal of a class."""
        need = self._principals.need(module, wanted, self._defaults)
        principal = need if isinstance(need, str) else said.names.get(need.bound, need.bound)
        return {**said.names, PLACEHOLDER: principal}

    def _members(self, work: Work, said: Words) -> Iterator[Edit]:
        classes = {id(cls): (cls, wanted) for cls, wanted, _method in work.inserts}
        for cls, wanted in classes.values():
            names = self._speak(work.module, wanted, said)
            methods = [
                method for own_class, group, method in work.inserts if own_class is cls and group is wanted
            ]
            speak = partial(spoken, names=names)
            sources = [
                f"@{said.names['override']}\n{method.signature.respelled(speak).definition(method.name)}\n"
                f"    raise {said.names['not_implemented']}({literal(method.stub)})\n"
                for method in methods
            ]
            lines = format_members(sources, depth=depth_of(cls), file=self._root / work.module.path)
            members = {method.name: line for method, line in zip(methods, lines, strict=True)}
            yield from member_edits(cls, members, [method.name for method in wanted.methods])

    def _headers(self, work: Work, said: Words) -> Iterator[Edit]:
        module = work.module
        for wanted, update in work.updates:
            node = update.method.node
            assert node is not None
            if update.change:
                names = self._speak(module, wanted, said)
                signature = update.wanted.signature.respelled(partial(spoken, names=names))
                source = rewritten(node, update.change, signature, update.wanted.name)
                (lines,) = format_members(
                    [source], depth=depth_of(update.owner), file=self._root / module.path
                )
                first = node.decorators[0] if node.decorators else node
                yield header_edit(module, node, lines, module.indent(first))
            else:
                start, end = module.span(node.name)
                yield Edit(start=start, end=end, text=update.wanted.name)
            stub = stub_text(node)
            if stub is not None and update.method.name != update.wanted.name:
                start, end = module.span(stub)
                yield Edit(start=start, end=end, text=json.dumps(update.wanted.stub, ensure_ascii=False))

    def _bases(self, work: Work, said: Words) -> Iterator[Edit]:
        for wanted, base in work.rebases:
            end = work.module.span(base.node.value)[1]
            if base.argument is None:
                principal = self._speak(work.module, wanted, said)[PLACEHOLDER]
                yield Edit(start=end, end=end, text=f"[{principal}]")
            elif isinstance(base.node.value, cst.Subscript):
                inner = work.module.span(base.node.value.value)[1]
                yield Edit(start=inner, end=end, text="")

    def _sorted(self, module: SourceModule, imports: Edit, text: str) -> str:
        """The text with sorted imports, if that leaves everything behind the first block of them alone."""
        before = module.edited([])
        head = module.edited([imports])
        rest = before.removeprefix("\ufeff")[len(module.data[: imports.end].decode()) :]
        fixed = sort_imports(
            head.removeprefix("\ufeff"),
            before=before.removeprefix("\ufeff"),
            file=self._root / module.path,
            own=("accord", self._generated, self._principals.package),
        )
        if not fixed.endswith(rest):
            return text
        mark = "\ufeff" if module.bom else ""
        behind = text[len(head) - len(rest) :]
        return f"{mark}{fixed.removesuffix(rest)}{behind}"


def _stub(wanted: WantedClass) -> Need:
    """What a stub raises. The module of the protocol passes it on: an import that the class needs anyway leaves nothing
    behind when the last stub is implemented."""
    module = wanted.protocol.rpartition(".")[0]
    return Need(
        target="accord.runtime.not_implemented",
        bound="not_implemented",
        runtime=True,
        instead=(f"{module}.not_implemented",),
    )


def _checked(module: SourceModule, text: str) -> str:
    try:
        SourceModule(data=text.encode(), path=module.path, shown=module.shown, package="impl")
    except Unreadable as error:
        raise RuntimeError(f"{module.shown}: the edited file would be no Python ({error})") from error
    return text
