"""A hand-written method against the one that the contract wants, and the smallest change that joins them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import libcst as cst
from typing_extensions import override

from accord.emit.python.plan import Signature
from accord.emit.scaffold.annotations import AnnotationReader, Meaning
from accord.emit.scaffold.source import Edit, SourceModule
from accord.emit.scaffold.wanted import PLACEHOLDER

_ANY: Final = frozenset({"Any", "object"})
_BETWEEN: Final = b" \t\r\n\f\\(),*/"
"""What may stand between the last parameter and the colon of a ``def``, besides comments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is different. ``retyped`` and ``added`` are names of arguments, ``returns`` is true for another result."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    retyped: tuple[str, ...] = ()
    returns: bool = False

    def __bool__(self) -> bool:
        """Whether anything is."""
        return bool(self.added or self.removed or self.retyped or self.returns)

    def __str__(self) -> str:
        """The differences in words."""
        parts = [
            *(f"{name!r} is new" for name in self.added),
            *(f"{name!r} is gone" for name in self.removed),
            *(f"{name!r} has another type" for name in self.retyped),
            *(["it returns something else"] if self.returns else []),
        ]
        return ", ".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """How to read annotations of the file, and of the contract."""

    own: AnnotationReader
    contract: AnnotationReader


def compare(
    node: cst.FunctionDef, wanted: Signature, readers: Readers, before: Signature | None = None
) -> Change:
    """Where the hand-written *node* does not fit *wanted*.

    What a type checker accepts is a fit: wider arguments, fewer results, defaults, types of the project's own. A stub,
    and a signature that is still the one of *before* (the former contract), follow the contract to the letter.
    """
    own = _parameters(node)
    open_ended = node.params.star_kwarg is not None
    added = () if open_ended else tuple(name for name in wanted.arguments if name not in own)
    removed = tuple(
        name for name, param in own.items() if name not in wanted.arguments and param.default is None
    )
    literal = is_stub(node)
    retyped: list[str] = []
    for name, text in wanted.arguments.items():
        if name in own and (annotation := _annotation(own[name].annotation)) is not None:
            meaning, theirs = readers.own.read(annotation), readers.contract.read(text)
            exact = literal or _same(meaning, None if before is None else before.arguments.get(name), readers)
            if _differs(name, meaning, theirs, exact=exact):
                retyped.append(name)
    response = _annotation(node.returns)
    returns = False
    if response is not None and PLACEHOLDER not in wanted.returns:
        meaning, theirs = readers.own.read(response), readers.contract.read(wanted.returns)
        exact = literal or _same(meaning, None if before is None else before.returns, readers)
        gives = meaning.foreign or meaning.members <= theirs.members | {"Never", "Any"}
        returns = meaning.members != theirs.members and (exact or not gives)
    return Change(added=added, removed=removed, retyped=tuple(retyped), returns=returns)


def _differs(name: str, meaning: Meaning, theirs: Meaning, *, exact: bool) -> bool:
    if meaning.members & _ANY:
        return False
    if name == "principal":  # its type is the project's own; only how many there are is the contract's
        return _shape(meaning) != _shape(theirs)
    return meaning.members != theirs.members and (
        exact or not (meaning.foreign or theirs.members <= meaning.members)
    )


def _shape(meaning: Meaning) -> frozenset[str]:
    """How a principal comes: alone, as a tuple of so many, not at all."""
    return frozenset(
        "None"
        if member == "None"
        else f"tuple of {member.count(',') + 1}"
        if member.startswith("tuple[")
        else "one"
        for member in meaning.members
    )


def _same(meaning: Meaning, before: str | None, readers: Readers) -> bool:
    return before is not None and readers.contract.read(before).members == meaning.members


def _annotation(node: cst.Annotation | None) -> str | None:
    return None if node is None else cst.Module([]).code_for_node(node.annotation)


def _parameters(node: cst.FunctionDef) -> dict[str, cst.Param]:
    """Everything but ``self``, by name."""
    first = [*node.params.posonly_params, *node.params.params]
    every = [*first[1:], *node.params.kwonly_params]
    return {param.name.value: param for param in every}


def is_stub(node: cst.FunctionDef) -> bool:
    """Whether the method does nothing but answer 501."""
    return stub_text(node) is not None


def stub_text(node: cst.FunctionDef) -> cst.SimpleString | None:
    """What ``raise not_implemented(...)`` of a stub says."""
    match node.body.body:
        case [
            cst.SimpleStatementLine(
                body=[cst.Raise(exc=cst.Call(func=called, args=[cst.Arg(value=cst.SimpleString() as said)]))]
            )
        ]:
            name = called.attr if isinstance(called, cst.Attribute) else called
            return said if isinstance(name, cst.Name) and name.value == "not_implemented" else None
        case _:
            return None


def used_arguments(node: cst.FunctionDef, names: Sequence[str]) -> list[cst.Name]:
    """Where the body uses arguments called *names*, each at its first place; one that it binds itself is not meant."""
    finder = _Uses(frozenset(names))
    node.body.visit(finder)
    return [place for name, place in finder.found.items() if name not in finder.bound]


class _Uses(cst.CSTVisitor):
    def __init__(self, names: frozenset[str]) -> None:
        super().__init__()
        self._names = names
        self.found: dict[str, cst.Name] = {}
        self.bound: set[str] = set()

    @override
    def visit_Attribute(self, node: cst.Attribute) -> bool:
        node.value.visit(self)
        return False

    @override
    def visit_Arg(self, node: cst.Arg) -> bool:
        node.value.visit(self)
        return False

    @override
    def visit_Assign(self, node: cst.Assign) -> bool:
        node.value.visit(self)  # runs before the names are bound
        for target in node.targets:
            if isinstance(target.target, cst.Name):
                self.bound |= {target.target.value} - self.found.keys()
            else:
                target.target.visit(self)
        return False

    @override
    def visit_Name(self, node: cst.Name) -> None:
        if node.value in self._names:
            self.found.setdefault(node.value, node)


def rewritten(node: cst.FunctionDef, change: Change, wanted: Signature, name: str) -> str:
    """The method with the changed signature, called *name*, over the body ``pass``. Defaults, comments and the
    annotations that fit stay."""
    kept = {text: param for text, param in _parameters(node).items() if text not in change.removed}
    for text in change.retyped:
        kept[text] = kept[text].with_changes(annotation=_annotated(wanted.arguments[text]))
    params = node.params
    plain = [parameter for parameter in params.params[1:] if parameter.name.value not in change.removed]
    keyword = [parameter for parameter in params.kwonly_params if parameter.name.value not in change.removed]
    names = [param.name.value for param in keyword]
    for text in change.added:
        fresh = cst.Param(name=cst.Name(text), annotation=_annotated(wanted.arguments[text]))
        names.insert(_position(text, names, list(wanted.arguments)), text)
        kept[text] = fresh
    star = params.star_arg
    if names and not isinstance(star, cst.Param | cst.ParamStar):
        star = cst.ParamStar()
    elif not names and isinstance(star, cst.ParamStar):
        star = cst.MaybeSentinel.DEFAULT
    function = node.with_changes(
        name=cst.Name(name),
        decorators=(),
        leading_lines=(),
        lines_after_decorators=(),
        params=params.with_changes(
            params=[*params.params[:1], *(kept[param.name.value] for param in plain)],
            star_arg=star,
            kwonly_params=_separated([kept[text] for text in names]),
        ),
        returns=_annotated(wanted.returns, node.returns) if change.returns else node.returns,
        body=cst.IndentedBlock([cst.SimpleStatementLine([cst.Pass()])]),
    )
    return cst.Module([]).code_for_node(function)


def _separated(params: Sequence[cst.Param]) -> list[cst.Param]:
    """Every parameter but the last needs a comma; a comma that stands there keeps its comment."""
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    return [
        param
        if isinstance(param.comma, cst.Comma) or number == len(params) - 1
        else param.with_changes(comma=comma)
        for number, param in enumerate(params)
    ]


def _annotated(text: str, former: cst.Annotation | None = None) -> cst.Annotation:
    expression = cst.parse_expression(text)
    return cst.Annotation(expression) if former is None else former.with_changes(annotation=expression)


def _position(name: str, present: Sequence[str], order: Sequence[str]) -> int:
    """Where *name* goes among *present*, by *order*."""
    for before in reversed(order[: order.index(name)]):
        if before in present:
            return present.index(before) + 1
    return 0


def header_span(module: SourceModule, node: cst.FunctionDef) -> tuple[int, int]:
    """From ``async def`` to the colon, which is not part of it."""
    start = module.span(node)[0]
    behind: cst.CSTNode = node.name
    if node.returns is not None:
        behind = node.returns
    else:
        every = [*node.params.posonly_params, *node.params.params, *node.params.kwonly_params]
        extra = [
            item for item in (node.params.star_arg, node.params.star_kwarg) if isinstance(item, cst.Param)
        ]
        ends = [param.default or param.annotation or param.name for param in (*every, *extra)]
        behind = max(ends, key=lambda end: module.span(end)[1], default=behind)
    offset = module.span(behind)[1]
    while module.data[offset : offset + 1] != b":":
        if module.data[offset : offset + 1] == b"#":
            offset = module.line_end(offset)
        elif module.data[offset] in _BETWEEN:
            offset += 1
        else:
            raise ValueError("no colon where a def ends")  # a bug: libcst has parsed it
    return start, offset


def header_edit(
    module: SourceModule, node: cst.FunctionDef, lines: Sequence[tuple[int, str]], indent: str
) -> Edit:
    """Put the formatted *lines* of :func:`rewritten` in the place of a header; the body stays."""
    unit, line = module.tree.default_indent, module.newline
    start, end = header_span(module, node)
    texts = [
        f"{indent if number else ''}{unit * level if number else ''}{text}"
        for number, (level, text) in enumerate(lines[:-1])
    ]
    return Edit(start=start, end=end, text=line.join(texts).removesuffix(":"))
