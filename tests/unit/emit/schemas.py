"""Schemas in a few lines of YAML, and the models made of them, imported."""

from __future__ import annotations

import importlib
import itertools
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from accord.contract.json_schema import View
from accord.contract.load import load_api
from accord.contract.model import Api
from accord.contract.schema import Ref
from accord.diagnostics import Span
from accord.emit.python.format import format_sources
from accord.emit.python.pytype import PyType
from accord.emit.python.types import SchemaTypes
from accord.source.document import read_document

AT = Span("test", 1, 1)
_NUMBERS = itertools.count()


def load_schemas(folder: Path, components: str, *, version: str = "3.1.0", paths: str = "paths: {}") -> Api:
    """A contract whose ``components/schemas`` are *components*."""
    path = folder / "v1" / "openapi.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    body = textwrap.indent(textwrap.dedent(components).strip("\n"), "    ")
    path.write_text(
        f"openapi: {version}\ninfo: {{title: T, version: '1'}}\n{textwrap.dedent(paths).strip()}\n"
        f"components:\n  schemas:\n{body}\n",
        encoding="utf-8",
    )
    return load_api(read_document(path, root=folder), name="v1").api


def ref(name: str) -> Ref:
    return Ref(target=name, span=AT)


def type_of(folder: Path, components: str, *, name: str = "X", view: View = "response") -> PyType:
    """The type of the inline schema that the component *name* is."""
    api = load_schemas(folder, components)
    return SchemaTypes(api).annotation(api.schemas[name].schema, view=view, name="Inline")


@contextmanager
def imported(folder: Path, types: SchemaTypes) -> Iterator[ModuleType]:
    """The package of the models of *types*."""
    package = f"accord_models_{next(_NUMBERS)}"
    for path, text in format_sources(types.modules()).items():
        target = folder / package / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    (folder / package / "__init__.py").write_text("", encoding="utf-8")
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield importlib.import_module(f"{package}.models")
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name.split(".")[0] == package]:
            del sys.modules[name]
