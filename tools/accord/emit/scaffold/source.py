"""A hand-written module as text that may be edited: its nodes, where they stand, and what its names mean.

A file is parsed by libcst, which reads newer syntax than the Python that runs here, and never by importing it. Edits are
made on the bytes: whatever no edit names stays as it was written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import libcst as cst
from libcst.metadata import ByteSpanPositionProvider, MetadataWrapper
from typing_extensions import override

from accord.diagnostics import Span

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Replace the bytes from ``start`` to ``end`` by ``text``; equal ones insert."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """What a name of a module stands for, as a dotted name. ``runtime``: it also exists when the module runs (an import
    below ``if TYPE_CHECKING`` does not, one inside of a function is not the module's)."""

    target: str
    runtime: bool


class Unreadable(Exception):
    """A file that is no Python as Accord reads it; ``line`` and ``column`` count from 1."""

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class SourceModule:
    """One file. ``path`` is relative to the folder of implementations, ``shown`` as findings show it, ``name`` dotted."""

    def __init__(self, *, data: bytes, path: str, shown: str, package: str) -> None:
        """Parse *data*.

        Raises:
            Unreadable: it is no UTF-8 or no Python.
        """
        self.path = path
        self.shown = shown
        self.name = module_name(path, package)
        self.bom = data.startswith(_BOM)
        self.data = data.removeprefix(_BOM)
        self.tree = _parse(self.data)

    @classmethod
    def read(cls, file: Path, *, root: Path, package: str) -> SourceModule:
        """Read *file*, which lies below *root*.

        Raises:
            OSError: it cannot be read.
            Unreadable: it is no Python.
        """
        path = file.relative_to(root).as_posix()
        return cls(data=file.read_bytes(), path=path, shown=file.as_posix(), package=package)

    @cached_property
    def _wrapper(self) -> MetadataWrapper:
        return MetadataWrapper(self.tree, unsafe_skip_copy=True)

    def span(self, node: cst.CSTNode) -> tuple[int, int]:
        """First byte of a node and the one behind it, without comments and lines around it."""
        found = self._wrapper.resolve(ByteSpanPositionProvider)[node]
        return found.start, found.start + found.length

    def place(self, node: cst.CSTNode) -> Span:
        """Where a node stands, for a finding."""
        start = self.span(node)[0]
        line = self.line_start(start)
        column = len(self.data[line:start].decode(errors="replace")) + 1
        return Span(self.shown, self.data.count(b"\n", 0, start) + 1, column)

    def line_start(self, offset: int) -> int:
        """First byte of the line that *offset* lies in."""
        return max(self.data.rfind(b"\n", 0, offset), self.data.rfind(b"\r", 0, offset)) + 1

    def line_end(self, offset: int) -> int:
        """End of the line that *offset* lies in, without its line end."""
        ends = (self.data.find(mark, offset) for mark in (b"\n", b"\r"))
        return min((end for end in ends if end != -1), default=len(self.data))

    def next_line(self, end: int) -> int:
        """First byte of the line behind the line end at *end*."""
        return end + (2 if self.data.startswith(b"\r\n", end) else 1 if end < len(self.data) else 0)

    def indent(self, node: cst.CSTNode) -> str:
        """The white space in front of a node that begins its line."""
        start = self.span(node)[0]
        return self.data[self.line_start(start) : start].decode()

    def code(self, node: cst.CSTNode) -> str:
        """A node as source text."""
        return self.tree.code_for_node(node)

    @property
    def newline(self) -> str:
        """The line end that the file uses."""
        return self.tree.default_newline

    @cached_property
    def has_future_annotations(self) -> bool:
        """Whether annotations are not evaluated, so that names for the type checker alone are enough."""
        return any(binding.target == "__future__.annotations" for binding in self.bindings.values())

    @cached_property
    def bindings(self) -> Mapping[str, Binding]:
        """What imports bind, by name; an import of the module itself comes before one in a function."""
        collector = _Imports(self)
        self.tree.visit(collector)
        return {**collector.inner, **collector.outer}

    @cached_property
    def aliases(self) -> Mapping[str, cst.BaseExpression]:
        """Values of names that the module assigns once, at its top: ``Base = protocols.ItemsApi[User]``."""
        found: dict[str, cst.BaseExpression] = {}
        for small in _small_statements(self.tree):
            match small:
                case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))], value=value):
                    found[name] = value
                case cst.AnnAssign(target=cst.Name(value=name), value=cst.BaseExpression() as value):
                    found[name] = value
                case cst.TypeAlias(name=cst.Name(value=name), value=value):
                    found[name] = value
                case _:
                    pass
        return found

    @cached_property
    def taken(self) -> frozenset[str]:
        """Names that mean something at the top of the module."""
        defined = [
            statement.name.value
            for statement in self.tree.body
            if isinstance(statement, cst.ClassDef | cst.FunctionDef)
        ]
        return frozenset([*self.bindings, *self.aliases, *defined])

    def edited(self, edits: Iterable[Edit]) -> str:
        """The text with *edits* made, which do not overlap; those at one place keep their order."""
        parts: list[bytes] = [_BOM] if self.bom else []
        end = 0
        for edit in sorted(edits, key=lambda replacement: (replacement.start, replacement.end)):
            parts += [self.data[end : edit.start], edit.text.encode()]
            end = edit.end
        return b"".join([*parts, self.data[end:]]).decode()


def dotted(node: cst.BaseExpression) -> str | None:
    """``a.b.c`` of names and attributes, ``None`` for any other expression."""
    match node:
        case cst.Name(value=name):
            return name
        case cst.Attribute(value=value, attr=cst.Name(value=name)):
            front = dotted(value)
            return None if front is None else f"{front}.{name}"
        case _:
            return None


def _parse(data: bytes) -> cst.Module:
    try:
        return cst.parse_module(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable("the file is not UTF-8", line) from error
    except cst.ParserSyntaxError as error:
        raise Unreadable("the file is no valid Python", error.raw_line, error.raw_column + 1) from error
    except (RecursionError, ValueError) as error:  # nested too deep, or a character that no source may have
        raise Unreadable(f"the file cannot be parsed ({type(error).__name__})") from error


def module_name(path: str, package: str) -> str:
    """The dotted name of a file below the folder of the package *package*."""
    parts = [package, *path.removesuffix(".py").split("/")]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _small_statements(tree: cst.Module) -> Iterator[cst.BaseSmallStatement]:
    for statement in tree.body:
        if isinstance(statement, cst.SimpleStatementLine):
            yield from statement.body


class _Imports(cst.CSTVisitor):
    """Collects what imports bind: those that run with the module, and all others."""

    def __init__(self, module: SourceModule) -> None:
        super().__init__()
        self.outer: dict[str, Binding] = {}
        self.inner: dict[str, Binding] = {}
        self._module = module
        self._hidden = 0

    @override
    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self._hidden += 1

    @override
    def leave_FunctionDef(self, original_node: cst.FunctionDef) -> None:
        self._hidden -= 1

    @override
    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self._hidden += 1

    @override
    def leave_ClassDef(self, original_node: cst.ClassDef) -> None:
        self._hidden -= 1

    @override
    def visit_If(self, node: cst.If) -> None:
        self._hidden += _is_type_checking(node.test)

    @override
    def leave_If(self, original_node: cst.If) -> None:
        self._hidden -= _is_type_checking(original_node.test)

    @override
    def visit_Import(self, node: cst.Import) -> None:
        for name in node.names:
            target = dotted(name.name) or ""
            if name.asname is not None and isinstance(name.asname.name, cst.Name):
                self._bind(name.asname.name.value, target)
            else:
                top = target.split(".", maxsplit=1)[0]
                self._bind(top, top)

    @override
    def visit_ImportFrom(self, node: cst.ImportFrom) -> None:
        if isinstance(node.names, cst.ImportStar):
            return
        source = self._source(node)
        for node_name in node.names:
            name = dotted(node_name.name) or ""
            bound = node_name.asname.name if node_name.asname is not None else node_name.name
            if isinstance(bound, cst.Name):
                self._bind(bound.value, f"{source}.{name}")

    def _source(self, node: cst.ImportFrom) -> str:
        name = "" if node.module is None else dotted(node.module) or ""
        if not node.relative:
            return name
        parts = self._module.name.split(".")
        is_package = self._module.path.rsplit("/", maxsplit=1)[-1] == "__init__.py"
        up = len(node.relative) - is_package
        return ".".join([*(parts[:-up] if up else parts), *([name] if name else [])])

    def _bind(self, name: str, target: str) -> None:
        place = self.inner if self._hidden else self.outer
        place[name] = Binding(target=target, runtime=not self._hidden)


def _is_type_checking(test: cst.BaseExpression) -> bool:
    return (dotted(test) or "").rsplit(".", maxsplit=1)[-1] == "TYPE_CHECKING"
