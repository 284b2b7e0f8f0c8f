"""The names that users may import: a name that comes, goes or changes is a decision, and every name is documented."""

from __future__ import annotations

import ast
import importlib
import inspect
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pytest

SURFACE: Final = {
    "accord": [
        "__version__",
    ],
    "accord.api": [
        "BundleResult",
        "Contract",
        "ContractTestArguments",
        "DiffArguments",
        "GenerateResult",
        "InitResult",
        "Mock",
        "MockServer",
        "Progress",
        "PublishResult",
        "ScaffoldResult",
        "SdkArguments",
        "SdkResult",
        "ValidateResult",
        "bundle",
        "changelog",
        "contract_test",
        "diff",
        "generate",
        "init",
        "mock",
        "publish",
        "read_contracts",
        "run",
        "scaffold",
        "sdk",
        "silent",
        "validate",
    ],
    "accord.runtime": [
        "AS_NUMBER",
        "MISSING",
        "PROBLEM_MEDIA_TYPE",
        "UNTYPED",
        "Admission",
        "Response",
        "ByteStream",
        "ErrorResponse",
        "Errors",
        "Event",
        "EventStream",
        "Forbidden",
        "InstallError",
        "InvalidPart",
        "ItemStream",
        "Model",
        "Provider",
        "Rejection",
        "RejectionKind",
        "RuntimeSettings",
        "RequestBody",
        "Unauthorized",
        "Upload",
        "Version",
        "Violation",
        "respond_with_problems",
        "by_tag",
        "create_app",
        "declare",
        "not_implemented",
        "problem",
        "add_outer_middleware",
        "tagged",
    ],
    "accord.testing": [
        "ALL_PHASES",
        "REPORT_SCHEMA",
        "AppTarget",
        "CalledCredential",
        "ContractTestOptions",
        "ContractTestReport",
        "Credential",
        "Finding",
        "LinkCoverage",
        "Listener",
        "LoginCredential",
        "OperationCoverage",
        "Phase",
        "StaticCredential",
        "Suppressed",
        "Suppression",
        "Target",
        "UrlTarget",
        "render_json",
        "render_junit",
        "render_text",
        "report_data",
        "run_contract_test",
        "summary_line",
    ],
}
# `Model` users compare with Pydantic's own sentinel, which Pydantic documents.
DOCUMENTED_ELSEWHERE: Final = {"MISSING"}
NAMES: Final = [
    (package, name) for package, names in SURFACE.items() for name in names if name != "__version__"
]


@pytest.mark.parametrize("package", SURFACE)
def test_the_exported_names_are_the_public_ones(package: str) -> None:
    assert sorted(importlib.import_module(package).__all__) == sorted(SURFACE[package])


@pytest.mark.parametrize("package", SURFACE)
def test_exported_names_are_sorted_constants_first_then_classes(package: str) -> None:
    exported: list[str] = list(importlib.import_module(package).__all__)
    assert exported == sorted(exported, key=lambda name: (not name.isupper(), name[0].islower(), name))
    assert len(exported) == len(set(exported))


@pytest.mark.parametrize("package", SURFACE)
def test_nothing_else_is_imported_into_the_package(package: str) -> None:
    """What an `__init__` imports is what it exports; its modules appear as they are imported, `annotations` by itself."""
    module = importlib.import_module(package)
    visible = {
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and name != "annotations" and not isinstance(value, ModuleType)
    }
    assert visible <= set(module.__all__)


@pytest.mark.parametrize(("package", "name"), NAMES)
def test_a_public_name_is_documented_and_comes_from_a_public_module(package: str, name: str) -> None:
    value: Any = getattr(importlib.import_module(package), name)
    if inspect.isclass(value) or inspect.isfunction(value):
        # What a dataclass writes for itself is its signature.
        documented = bool(vars(value).get("__doc__") if inspect.isclass(value) else value.__doc__)
        assert documented, "write a docstring"
        assert not (value.__doc__ or "").startswith(f"{name}("), "write a docstring"
        assert not any(part.startswith("_") for part in value.__module__.split("."))
    elif isinstance(value, ModuleType):
        assert value.__doc__
    elif name not in DOCUMENTED_ELSEWHERE:
        assert _has_docstring(package, name), "write a string below the assignment"


def _has_docstring(package: str, name: str) -> bool:
    """Whether a string follows the assignment of a constant or alias, in the module that the package imports it from."""
    imports = ast.parse(Path(inspect.getfile(importlib.import_module(package))).read_text("utf-8"))
    source = next(
        node.module
        for node in imports.body
        if isinstance(node, ast.ImportFrom) and node.module and name in {alias.name for alias in node.names}
    )
    body = ast.parse(Path(inspect.getfile(importlib.import_module(source))).read_text("utf-8")).body
    for statement, following in pairwise(body):
        targets = (
            statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        )
        if name in {target.id for target in targets if isinstance(target, ast.Name)}:
            return isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant)
    return False
