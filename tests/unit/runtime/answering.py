"""An operation with bare and wrapped responses of given media types, for the tests of their bodies."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest

from accord.runtime import ErrorResponse, Response
from accord.runtime import declare as d
from tests.unit.runtime.kit import Got, call, operation

GUARD = {
    "short": {"type": "string", "maxLength": 5},
    "number": {"type": ["number", "boolean"], "maximum": 5},
    "item": {"type": "object", "properties": {"n": {"type": "integer", "maximum": 5}}},
    "event": {"properties": {"data": {"$ref": "#/properties/item"}}},
    "cookies": {"properties": {"Set-Cookie": {"type": "string", "maxLength": 4}}},
}


@dataclass(kw_only=True, eq=False)
class Made(Response):
    status: ClassVar[int] = 201
    body: Any
    media_type: str | None = None


@dataclass(kw_only=True, eq=False)
class Missing(ErrorResponse):
    status: ClassVar[int] = 404


class Does:
    def __init__(self, do: Callable[..., Any]) -> None:
        self.do = do

    async def get(self, **arguments: Any) -> Any:
        return self.do(**arguments)


Serving = Callable[..., Any]


@pytest.fixture
def serving(serve: Any) -> Serving:
    """Serves one operation whose answers have the *contents* (bare under 200, as ``Made`` under 201)."""

    def install(
        do: Callable[..., Any], *contents: d.ResponseContent, method: str = "GET", **more: Any
    ) -> Any:
        responses = (
            d.Response(status=200, bare=True, content=contents),
            d.Response(status=201, cls=lambda: Made, content=contents),
            d.Response(status=404, cls=lambda: Missing),
        )
        declared = operation("get", method, "/x", responses=responses, **more.pop("operation", {}))
        return serve(Does(do), (declared,), guard=GUARD, **more)

    return install


def get(app: Any, **headers: str) -> Got:
    return call(app, "GET", "/api/x", headers={k.replace("_", "-"): v for k, v in headers.items()})


async def chunks(*parts: Any) -> AsyncIterator[Any]:
    for part in parts:
        if isinstance(part, Exception):
            raise part
        yield part


def content(media_type: str, guard: str | None = None, **more: Any) -> d.ResponseContent:
    return d.ResponseContent(media_type=media_type, guard=guard, **more)
