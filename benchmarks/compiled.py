"""The benchmark's contract served by generated code: generated into a folder of its own, imported, implemented."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from fastapi import FastAPI

from accord import api
from accord.config import load_config
from accord.runtime import MISSING, create_app
from accord.service import InstalledService

HERE = Path(__file__).parent
PACKAGE = "benchmark_generated"


def generate(folder: Path) -> ModuleType:
    """Generate ``contract/`` as a package below *folder* and import it."""
    target = folder / PACKAGE
    result = api.generate(load_config(HERE), [HERE / "contract"], output=target)
    if result.failed:
        raise SystemExit("\n".join(str(finding) for finding in result.diagnostics))
    sys.path.insert(0, str(folder))
    (package,) = (path.parent.name for path in target.glob("*/routers.py"))
    return importlib.import_module(f"{PACKAGE}.{package}")


def build(package: ModuleType, *, around: Callable[[FastAPI], InstalledService] | None = None) -> FastAPI:
    """The service, with what *around* puts on it. Any: the package was generated a moment ago, so that no checker can
    know it."""
    models: Any = importlib.import_module(f"{package.__name__}.models")
    routers: Any = importlib.import_module(f"{package.__name__}.routers")

    class Bench:
        async def get_item(self, *, item_id: int) -> Any:
            return models.Item(id=item_id, name="A lamp", price=12.5, tags=["light", "home"], note=None)

        async def create_item(self, *, body: Any) -> Any:
            tags = [] if body.tags is MISSING else body.tags
            return models.Item(id=42, name=body.name, price=body.price, tags=tags, note=body.note)

        async def create_order(self, *, body: Any) -> Any:
            return body

        async def search(self, **given: Any) -> Any:
            return models.SearchEcho(
                q=given["q"],
                limit=given["limit"],
                offset=given["offset"],
                min_price=_or_missing(given["min_price"]),
                max_price=_or_missing(given["max_price"]),
                in_stock=given["in_stock"],
                sort=given["sort"],
                tag=given["tag"] or [],
                since=_or_missing(given["since"]),
                request_tag=_or_missing(given["x_request_tag"]),
            )

    async def bench() -> Bench:
        return Bench()

    app = create_app(title="Benchmark")
    settings = None if around is None else around(app).runtime()
    routers.install(app, bench=bench, settings=settings)
    return app


def _or_missing(value: Any) -> Any:
    return MISSING if value is None else value
