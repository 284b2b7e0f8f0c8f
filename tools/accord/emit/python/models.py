"""Classes printed by datamodel-code-generator from a canonical document, and checked before anything uses them.

The printer never sees a contract. It gets plain objects whose names we made, scalars with their bounds, and an empty
schema for every property whose type we print ourselves; it gets no texts at all. Its output is parsed again: exactly the
expected classes and fields, and nothing but annotations, constants and calls of ``Field`` and ``ConfigDict``. Then our
types, aliases and docstrings are put in.
"""

from __future__ import annotations

import ast
import copy
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from accord.contract.schema import JsonValue, Unset
from accord.emit.python.definitions import ClassDef, FieldDef
from accord.emit.python.pytype import Constrained, PyType
from accord.emit.python.text import docstring

_BATCH: Final = 100
"""Classes printed by one run: the printer's passes cost more than linear time."""

TYPE_CALLS: Final = frozenset({"Field", "by_tag", "tagged"})
"""What the types of models may call."""

VALUE_CALLS: Final = frozenset({"UUID", "dt.date", "dt.datetime"})
"""What defaults of fields may call."""

_NARROWED: Final = "  # pyright: ignore[reportIncompatibleVariableOverride]"
"""Pydantic declares the attribute as a dict of anything and reads its type from the override."""

_TYPE_IMPORTS: Final = {
    "Annotated": "from typing import Annotated",
    "Any": "from typing import Any",
    "ConfigDict": "from pydantic import ConfigDict",
    "Field": "from pydantic import Field",
    "MISSING": "from pydantic import MISSING",
    "Model": "from accord.runtime import Model",
}


class PrinterError(RuntimeError):
    """The printer's output is not what was asked for: a bug of the generator, never of a contract."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedClass:
    """A class as unformatted source (docstrings included) with the import lines it needs."""

    source: str
    imports: frozenset[str]


def print_classes(classes: Sequence[ClassDef]) -> dict[str, PrintedClass]:
    """The sources of *classes* by name; models in their types are named bare."""
    # Large contracts repeat the same objects under many names: each kind is printed once.
    kinds: dict[str, ClassDef] = {}
    kind_of = {cls.name: kinds.setdefault(json.dumps(_canonical(cls)), cls).name for cls in classes}
    distinct = list(kinds.values())
    statements: dict[str, dict[str, ast.stmt]] = {}
    for start in range(0, len(distinct), _BATCH):
        batch = distinct[start : start + _BATCH]
        statements.update(_checked(_generate(canonical_document(batch)), batch))
    return {cls.name: _finished(cls, statements[kind_of[cls.name]]) for cls in classes}


def canonical_document(classes: Iterable[ClassDef]) -> dict[str, JsonValue]:
    """An OpenAPI document of plain objects, one for each class."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "models", "version": "1"},
        "paths": {},
        "components": {"schemas": {cls.name: _canonical(cls) for cls in classes}},
    }


def _canonical(node: ClassDef) -> JsonValue:
    properties: dict[str, JsonValue] = {}
    for field in node.fields:
        schema: dict[str, JsonValue] = dict(field.native or {})
        if not isinstance(field.default, Unset):
            schema["default"] = field.default
        properties[field.name] = schema
    out: dict[str, JsonValue] = {"type": "object", "properties": properties}
    required: list[JsonValue] = [field.name for field in node.fields if field.required]
    if required:
        out["required"] = required
    if node.extra != "ignore":
        out["additionalProperties"] = node.extra == "allow"
    return out


def _generate(document: Mapping[str, JsonValue]) -> str:
    """Run the printer; it is imported here because that takes a second."""
    import datamodel_code_generator as printer
    from datamodel_code_generator.enums import DataModelType, OpenAPIScope, TargetPydanticVersion
    from datamodel_code_generator.format import PythonVersion

    text = printer.generate(
        dict(document),
        input_file_type=printer.InputFileType.OpenAPI,
        openapi_scopes=[OpenAPIScope.Schemas],
        output_model_type=DataModelType.PydanticV2BaseModel,
        target_python_version=PythonVersion.PY_311,
        target_pydantic_version=TargetPydanticVersion.V2_14,
        formatters=[],
        base_class="accord.runtime.Model",
        custom_class_name_generator=lambda name: name,
        custom_file_header="# Printed from the canonical document.",
        disable_timestamp=True,
        enum_field_as_literal=printer.LiteralType.All,
        field_constraints=True,
        strict_nullable=True,
        strict_refs=True,
        allow_remote_refs=False,
        use_annotated=True,
        use_missing_sentinel=True,
        use_standard_collections=True,
        use_union_operator=True,
        use_type_alias=True,
    )
    if not isinstance(text, str):
        raise PrinterError("the printer gave several modules for one document")
    return text


def _checked(source: str, classes: Sequence[ClassDef]) -> dict[str, dict[str, ast.stmt]]:
    """The statements of each class by field name (``model_config`` for the configuration)."""
    expected = {cls.name: cls for cls in classes}
    out: dict[str, dict[str, ast.stmt]] = {}
    for node in ast.parse(source).body:
        match node:
            case ast.ImportFrom():
                continue
            case ast.ClassDef(name=name, bases=[ast.Name(id="Model")], keywords=[], decorator_list=[]) if (
                name in expected and name not in out
            ):
                out[name] = dict(_statements(node, expected[name]))
            case _:
                raise PrinterError(f"the printer wrote an unexpected statement: {ast.unparse(node)[:200]}")
    if out.keys() != expected.keys():
        raise PrinterError(f"the printer left out {sorted(expected.keys() - out.keys())[:5]}")
    return out


def _statements(node: ast.ClassDef, class_node: ClassDef) -> Iterator[tuple[str, ast.stmt]]:
    fields = {field.name for field in class_node.fields}
    seen: set[str] = set()
    for statement in node.body:
        match statement:
            case ast.Pass():
                continue
            case ast.Assign(targets=[ast.Name(id="model_config")]):
                name = "model_config"
            case ast.AnnAssign(target=ast.Name(id=name), simple=1) if name in fields and name not in seen:
                seen.add(name)
            case _:
                raise PrinterError(f"unexpected in {class_node.name}: {ast.unparse(statement)[:200]}")
        check_expressions(statement, calls=frozenset({"Field", "ConfigDict"}))
        yield name, statement
    if seen != fields:
        raise PrinterError(f"{class_node.name} lacks fields: {sorted(fields - seen)[:5]}")


_HARMLESS: Final = (
    ast.AnnAssign, ast.Assign, ast.Attribute, ast.BinOp, ast.BitOr, ast.Constant, ast.Dict, ast.List, ast.Load, ast.Name,
    ast.Store, ast.Subscript, ast.Tuple, ast.UnaryOp, ast.USub, ast.keyword,
)  # fmt: skip


def check_expressions(node: ast.AST, *, calls: frozenset[str]) -> None:
    """Reject everything in *node* but types, constants and calls of the functions named *calls*.

    Raises:
        PrinterError: something else stands there.
    """
    for part in ast.walk(node):
        if isinstance(part, ast.Call) and ast.unparse(part.func) in calls:
            continue
        if not isinstance(part, _HARMLESS):
            raise PrinterError(f"{type(part).__name__} is not allowed in generated models")


def _finished(node: ClassDef, statements: Mapping[str, ast.stmt]) -> PrintedClass:
    body = [docstring(*node.doc)] if node.doc else []
    imports, names = {_TYPE_IMPORTS["Model"]}, set[str]()
    if "model_config" in statements:
        body.append(f"    {ast.unparse(statements['model_config'])}\n")
        names |= _names(statements["model_config"])
    if node.extra_type is not None:
        body.append(
            f"    __pydantic_extra__: dict[str, {node.extra_type.render('')}] = Field(init=False){_NARROWED}\n"
        )
        imports |= {_TYPE_IMPORTS["Field"], *node.extra_type.statements}
    for field in node.fields:
        statement = copy.deepcopy(statements[field.name])
        assert isinstance(statement, ast.AnnAssign)
        statement.annotation = _annotation(statement.annotation, field)
        if field.converted is not None:
            expression, needed = field.converted
            statement.value = _verbatim(expression)
            imports |= needed
        body += [f"    {ast.unparse(statement)}\n", docstring(*field.doc)]
        names |= _names(statement)
        if field.native is None:
            imports |= field.type.statements
    imports |= {_TYPE_IMPORTS[name] for name in names & _TYPE_IMPORTS.keys()}
    lines = [f"class {node.name}(Model):\n", *(body or ["    pass\n"])]
    return PrintedClass(source="".join(lines), imports=frozenset(imports))


def _names(statement: ast.stmt) -> set[str]:
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}


def _verbatim(expression: str) -> ast.expr:
    """A node that ``ast.unparse`` writes as *expression*, the text of a printer of our own."""
    return ast.Name(id=expression)


def _annotation(printed: ast.expr, field: FieldDef) -> ast.expr:
    """The printed annotation with our type in the place of ``Any``, and the contract's name as alias."""
    renamed = field.wire != field.name
    match printed, field.type:
        case ast.Name(id="Any"), PyType(
            members=(Constrained() as member,), nullable=False, untyped=False
        ) if renamed and field.native is None:
            named = replace(member, arguments=(("alias", field.wire), *member.arguments))
            return _verbatim(replace(field.type, members=(named,)).render(""))
        case _ if field.native is None:
            printed = _Replace(field.type).visit(printed)
        case _:
            pass
    if not renamed:
        return printed
    alias = ast.keyword(arg="alias", value=ast.Constant(field.wire))
    match printed:
        case ast.Subscript(
            value=ast.Name(id="Annotated"),
            slice=ast.Tuple(elts=[*_, ast.Call(func=ast.Name(id="Field")) as call]),
        ):
            call.keywords.insert(0, alias)
            return printed
        case _:
            call = ast.Call(func=ast.Name(id="Field"), args=[], keywords=[alias])
            elements: list[ast.expr] = [printed, call]
            return ast.Subscript(value=ast.Name(id="Annotated"), slice=ast.Tuple(elts=elements))


class _Replace(ast.NodeTransformer):
    """Puts a type in the place of the first ``Any``."""

    def __init__(self, type_: PyType) -> None:
        self._type: PyType | None = type_

    def visit_Name(self, node: ast.Name) -> Any:  # Any: what the base class declares
        if node.id != "Any" or self._type is None:
            return node
        found, self._type = self._type, None
        return _verbatim(found.render(""))
