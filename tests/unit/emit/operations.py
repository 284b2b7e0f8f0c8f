"""Contracts in a few lines, for the tests of the operation side of the generator."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from accord.contract.load import load_api
from accord.contract.model import Api
from accord.diagnostics import Diagnostic
from accord.emit.python.generate import ContractSource, GenerateOptions, GenerateResult, generate
from accord.emit.python.guard import Guard
from accord.emit.python.plan import PlannedOperation, PyVersion
from accord.emit.python.planner import plan_version
from accord.emit.python.types import SchemaTypes
from accord.runtime import declare
from accord.source.data import to_data
from accord.source.document import read_document

HEAD = "openapi: 3.1.1\ninfo: {title: Test, version: 1.0.0}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A planned contract of one version."""

    version: PyVersion
    diagnostics: tuple[Diagnostic, ...]
    guard: Mapping[str, object]

    @property
    def codes(self) -> list[str]:
        """Codes of the findings, in order."""
        return [diagnostic.code for diagnostic in self.diagnostics]

    def operation(self, key: str) -> declare.Operation:
        """The operation called *key* as the runtime is told of it."""
        return self._planned(key).declared

    def arguments(self, key: str) -> dict[str, str]:
        """The types of the keyword arguments of the method of the operation *key*, without ``principal``."""
        return {argument.name: argument.type.expr for argument in self._planned(key).arguments}

    def returns(self, key: str) -> str:
        """What the method of the operation *key* returns."""
        return self._planned(key).returns.expr

    def _planned(self, key: str) -> PlannedOperation:
        return next(operation for operation in self.version.operations if operation.declared.key == key)


def write_spec(folder: Path, files: Mapping[str, str]) -> None:
    """Write dedented *files* below *folder*; a file that starts with ``paths:`` gets the head of a document."""
    for name, text in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        body = textwrap.dedent(text).lstrip("\n")
        place.write_text(body if "openapi:" in body or "openapi.yaml" not in name else HEAD + body)


def load(folder: Path, name: str = "v1") -> Api:
    """The contract in ``<folder>/<name>/openapi.yaml``."""
    return load_api(read_document(folder / name / "openapi.yaml", root=folder), name=name).api


def plan(folder: Path, text: str, *, name: str = "v1") -> Planned:
    """Plan the contract *text*."""
    write_spec(folder, {f"{name}/openapi.yaml": text})
    api = load(folder, name)
    guard = Guard(api)
    planned = plan_version(api, source=f"spec/{name}/", types=SchemaTypes(api), guard=guard)
    return Planned(version=planned.version, diagnostics=planned.diagnostics, guard=guard.document())


def source(folder: Path, name: str = "v1") -> ContractSource:
    """What ``generate`` takes for the contract in ``<folder>/<name>/openapi.yaml``."""
    document = read_document(folder / name / "openapi.yaml", root=folder)
    api = load_api(document, name=name).api
    data = to_data(document.root_node)
    assert isinstance(data, dict)
    files = {file.source.origin: file.source.text for file in document.files.values()}
    return ContractSource(api=api, bundle=data, files=files, source=f"spec/{name}/")


def generate_all(folder: Path, *names: str, options: GenerateOptions | None = None) -> GenerateResult:
    """Generate the contracts *names* below *folder* in one run."""
    return generate([source(folder, name) for name in names or ("v1",)], options)
