"""Fixtures of the runtime's tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from accord.runtime import Errors, RuntimeSettings, Version
from accord.runtime import declare as d
from tests.unit.runtime.answering import serving
from tests.unit.runtime.kit import make_app, write_package

__all__ = ["make_app", "serving"]

Serve = Callable[..., FastAPI]


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Writes a package that can be imported."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def write(guard: Mapping[str, Any], **more: Any) -> str:
        return write_package(tmp_path, guard, **more)

    return write


@pytest.fixture
def serve(make_app: Callable[..., FastAPI], package: Callable[..., str]) -> Serve:
    """Serves operations of an implementation (an object, or a provider) on each kind of application."""

    def install(
        implementation: Any,
        operations: Iterable[d.Operation],
        *,
        guard: Mapping[str, Any] | None = None,
        defs: Mapping[str, Any] | None = None,
        app: FastAPI | None = None,
        prefix: str = "/api",
        name: str = "v1",
        provider: Any = None,
        security: Any = None,
        errors: Errors | None = None,
        settings: RuntimeSettings | None = None,
    ) -> FastAPI:
        app = make_app() if app is None else app
        if provider is None:

            async def provider() -> Any:
                return implementation

        version = Version(
            app,
            name=name,
            package=package(guard or {}, defs=defs),
            prefix=prefix,
            security=security,
            errors=errors,
            settings=settings or RuntimeSettings(docs=False),
        )
        for operation in operations:
            version.operation(operation, provider)
        version.open()
        return app

    return install
