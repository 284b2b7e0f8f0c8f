"""Where the methods of new operations go in a class, and where their imports go in its file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import libcst as cst

from accord.emit.scaffold.classes import OwnClass
from accord.emit.scaffold.source import Edit, SourceModule

Lines = Sequence[tuple[int, str]]
"""Lines of a member, as level below the class body and text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InsertionPoint:
    """Where a class gets a member: at ``offset``, before what stands there or (``after``) behind it."""

    offset: int
    after: bool
    indent: str
    opening: Edit | None = None


def place_of(cls: OwnClass, name: str, order: Sequence[str]) -> InsertionPoint:
    """Where the method *name* goes: behind the one before it in *order* that the class has, else in front of the next."""
    position = order.index(name)
    for before in reversed(order[:position]):
        if before in cls.methods:
            return _behind(cls, cls.methods[before].statement)
    body = cls.node.body
    if isinstance(body, cst.IndentedBlock):
        for following in order[position + 1 :]:
            if following in cls.methods:
                statements = list(body.body)
                index = statements.index(cls.methods[following].statement)
                if index:
                    return _behind(cls, statements[index - 1])
                start = _comments_above(cls.module, statements[0])
                return InsertionPoint(offset=start, after=False, indent=_member_indent(cls, statements[0]))
        return _behind(cls, body.body[-1])
    return _opened(cls, body)


def _behind(cls: OwnClass, statement: cst.CSTNode) -> InsertionPoint:
    """Behind a statement and the comments that are indented deeper than it."""
    module = cls.module
    indent = _member_indent(cls, statement)
    end = module.line_end(module.span(statement)[1])
    following = end
    while following < len(module.data):
        start = module.next_line(following)
        following = module.line_end(start)
        line = module.data[start:following].decode()
        inner = line.lstrip()
        if inner.startswith("#") and len(line) - len(inner) > len(indent) and line.startswith(indent):
            end = following
        elif inner:
            break
    return InsertionPoint(offset=end, after=True, indent=indent)


def _first_line(statement: cst.CSTNode) -> cst.CSTNode:
    """What a statement begins with: its first decorator, if it has any."""
    if isinstance(statement, cst.FunctionDef | cst.ClassDef) and statement.decorators:
        return statement.decorators[0]
    return statement


def _comments_above(module: SourceModule, statement: cst.CSTNode) -> int:
    """Start of the comments that stand directly above a statement, or of its own line."""
    start = module.line_start(module.span(_first_line(statement))[0])
    while start:
        above = module.line_start(start - 1 - module.data.startswith(b"\r\n", start - 2))
        if not module.data[above:start].strip().startswith(b"#"):
            break
        start = above
    return start


def _opened(cls: OwnClass, body: cst.BaseSuite) -> InsertionPoint:
    """A class on one line (``class A(B): ...``): its body gets a line of its own."""
    module = cls.module
    start, end = module.span(body)
    while module.data[start : start + 1] in {b" ", b"\t"}:
        start += 1
    space = start
    while module.data[space - 1 : space] in {b" ", b"\t"}:
        space -= 1
    indent = module.indent(_first_line(cls.node)) + module.tree.default_indent
    opening = Edit(start=space, end=start, text=f"{module.newline}{indent}")
    return InsertionPoint(offset=module.line_end(end), after=True, indent=indent, opening=opening)


def _member_indent(cls: OwnClass, statement: cst.CSTNode) -> str:
    return cls.module.indent(_first_line(statement))


def member_edits(cls: OwnClass, members: Mapping[str, Lines], order: Sequence[str]) -> list[Edit]:
    """The insertions that give *cls* the *members*, each a method by name."""
    module = cls.module
    line, unit = module.newline, module.tree.default_indent
    edits: list[Edit] = []
    for name in (name for name in order if name in members):
        place = place_of(cls, name, order)
        lines = [f"{place.indent}{unit * level}{text}" if text else "" for level, text in members[name]]
        text = line.join(lines)
        if place.opening is not None and place.opening not in edits:
            edits.append(place.opening)
        text = f"{line}{line}{text}" if place.after else f"{text}{line}{line}"
        edits.append(Edit(start=place.offset, end=place.offset, text=text))
    return edits


def depth_of(cls: OwnClass) -> int:
    """In how many blocks of four columns a member lies, for the length of its lines."""
    module = cls.module
    outer = module.indent(_first_line(cls.node))
    return len(outer.expandtabs(4)) // 4 + 1


def head_end(module: SourceModule) -> int:
    """End of the first block of imports (or of the docstring, or of nothing) at the top of a file."""
    last: cst.CSTNode | None = None
    for number, statement in enumerate(module.tree.body):
        if not isinstance(statement, cst.SimpleStatementLine):
            break
        is_import = all(isinstance(small, cst.Import | cst.ImportFrom) for small in statement.body)
        is_docstring = number == 0 and module.tree.get_docstring() is not None
        if not is_import and not is_docstring:
            break
        last = statement
    if last is None:
        return 0
    return module.line_end(module.span(last)[1])


def import_edit(module: SourceModule, statements: Sequence[str]) -> Edit | None:
    """The insertion of *statements* behind the first block of imports; ``None`` without any."""
    if not statements:
        return None
    line = module.newline
    text = line.join(statements)
    end = head_end(module)
    if end == 0:
        start = _comments_above(module, module.tree.body[0])
        return Edit(start=start, end=start, text=f"{text}{line}{line}{line}")
    apart = "" if _ends_in_plain_import(module, end) else line
    return Edit(start=end, end=end, text=f"{line}{apart}{text}")


def _ends_in_plain_import(module: SourceModule, end: int) -> bool:
    for statement in module.tree.body:
        if module.line_end(module.span(statement)[1]) == end and isinstance(
            statement, cst.SimpleStatementLine
        ):
            match statement.body[-1]:
                case cst.ImportFrom(module=cst.Name(value="__future__")):
                    return False
                case cst.Import() | cst.ImportFrom():
                    return True
                case _:
                    return False
    return False
