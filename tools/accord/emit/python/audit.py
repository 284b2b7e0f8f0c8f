"""The last look at generated code: whatever a contract says, only what the printers are meant to print leaves here.

Texts of a contract reach Python through ``repr`` or the identifier check of :mod:`accord.emit.python.naming` alone. This
module does not trust that: it parses what was printed and rejects every call, import and statement that no printer
means, so that a hole in one of them is a failed generation and never code that runs.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from typing import Final

from accord.emit.python.models import TYPE_CALLS, VALUE_CALLS, PrinterError, check_expressions

CALLS: Final = (
    TYPE_CALLS
    | VALUE_CALLS
    | {
        *("ConfigDict", "TypeAliasType"),
        *("TypeVar", "dataclass", "field"),  # responses and protocols
        *("Version", "version.open", "version.operation"),  # routers
        *("AttributeError", "getattr", "globals", "import_module", "sorted"),  # the lazy packages of models
    }
)
"""Functions that generated code calls; those of ``declare`` are allowed as a whole."""

DECLARATIONS: Final = ("declare.", "outgoing.")

MODULES: Final = frozenset(
    {
        *("__future__", "collections", "dataclasses", "datetime", "decimal", "enum", "importlib", "typing"),
        *("typing_extensions", "uuid", "accord", "fastapi", "pydantic"),
    }
)
"""Top-level packages that generated code imports, beside its own."""

_STATEMENTS: Final = (
    ast.AnnAssign, ast.Assign, ast.AsyncFunctionDef, ast.ClassDef, ast.Expr, ast.FunctionDef, ast.If, ast.Import,
    ast.ImportFrom, ast.Pass, ast.Raise, ast.Return,
)  # fmt: skip
_EXPRESSIONS: Final = (
    ast.Attribute, ast.BinOp, ast.BoolOp, ast.Call, ast.Compare, ast.Constant, ast.Dict, ast.FormattedValue,
    ast.JoinedStr, ast.Lambda, ast.List, ast.Name, ast.Set, ast.Starred, ast.Subscript, ast.Tuple, ast.UnaryOp,
)  # fmt: skip
_DECORATORS: Final = frozenset({"dataclass", "final"})
_FORMATTED: Final = frozenset({"__name__", "name"})
"""What messages of generated code quote."""

_DUNDERS: Final = frozenset(
    {"__all__", "__dir__", "__future__", "__getattr__", "__name__", "__package__", "__pydantic_extra__"}
)


class AuditError(RuntimeError):
    """Generated code that no printer means: a fault of Accord, and nothing is written."""


def audit(files: Mapping[str, str], *, modules: Collection[str] = ()) -> None:
    """Check every Python file of a tree; *modules* are top-level packages of the project's own types.

    Raises:
        AuditError: a file does not parse, or holds what no printer prints.
    """
    allowed = MODULES.union(modules)
    for path, text in files.items():
        if path.endswith(".py"):
            _Auditor(path, allowed).check(text)


class _Auditor(ast.NodeVisitor):
    """Walks one file. Every rule is about a kind of node, so that nothing depends on what a printer meant."""

    def __init__(self, path: str, modules: frozenset[str]) -> None:
        self._path = path
        self._modules = modules

    def check(self, text: str) -> None:
        try:
            tree = ast.parse(text, filename=self._path)
        except (SyntaxError, ValueError) as error:
            raise AuditError(f"{self._path}: generated code does not parse: {error}") from error
        self.visit(tree)
        if "models" in self._path.split("/")[:-1] and not self._path.endswith("__init__.py"):
            for node in tree.body:
                self._definition(node)

    def _definition(self, node: ast.stmt) -> None:
        """Modules of models hold nothing but imports, classes and aliases."""
        calls, statements = TYPE_CALLS | {"TypeAliasType"}, [node]
        match node:
            case ast.ImportFrom() | ast.Import() | ast.Expr(value=ast.Constant()):
                return
            case ast.ClassDef(body=body):
                calls = TYPE_CALLS | VALUE_CALLS | {"ConfigDict"}
                statements = [stmt for stmt in body if not isinstance(stmt, ast.Pass | ast.Expr)]
            case _:
                pass
        for statement in statements:
            try:
                check_expressions(statement, calls=calls)
            except PrinterError as error:
                self._reject(statement, str(error))

    def generic_visit(self, node: ast.AST) -> None:
        if isinstance(node, ast.stmt) and not isinstance(node, _STATEMENTS):
            self._reject(node, f"a statement {type(node).__name__}")
        if isinstance(node, ast.expr) and not isinstance(node, _EXPRESSIONS):
            self._reject(node, f"an expression {type(node).__name__}")
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            self._decorators(node)
        if isinstance(node, ast.FormattedValue) and _dotted(node.value) not in _FORMATTED:
            self._reject(node, f"{ast.unparse(node.value)} in a message")
        super().generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:  # the name is that of ast.NodeVisitor
        name = _dotted(node.func)
        if name not in CALLS and not (name.startswith(DECLARATIONS) and name.count(".") == 1):
            self._reject(node, f"a call of {name or 'something computed'}")
        self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._import(node, alias.name)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        if node.level == 0:
            self._import(node, node.module or "")

    def visit_Name(self, node: ast.Name) -> None:
        self._name(node, node.id)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self._name(node, node.attr)
        self.generic_visit(node)

    def _decorators(self, node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for decorator in node.decorator_list:
            name = _dotted(decorator.func if isinstance(decorator, ast.Call) else decorator)
            if name not in _DECORATORS and name not in CALLS:
                self._reject(decorator, f"the decorator {name or 'computed'}")

    def _import(self, node: ast.AST, module: str) -> None:
        if module.partition(".")[0] not in self._modules:
            self._reject(node, f"an import of {module}")

    def _name(self, node: ast.AST, name: str) -> None:
        if name.startswith("__") and name not in _DUNDERS:
            self._reject(node, f"the name {name}")

    def _reject(self, node: ast.AST, what: str) -> None:
        line = getattr(node, "lineno", 0)
        raise AuditError(f"{self._path}:{line}: generated code holds {what}, which no printer means")


def _dotted(node: ast.expr) -> str:
    """``a.b`` of a name with attributes, empty for anything else."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=name):
            inner = _dotted(value)
            return f"{inner}.{name}" if inner else ""
        case _:
            return ""
