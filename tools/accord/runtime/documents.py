"""The contract itself, and its pages for people: ``/openapi.json``, ``/docs`` and ``/redoc`` below the prefix."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from importlib.resources import files
from importlib.util import find_spec
from typing import Final

from fastapi import FastAPI
from fastapi.openapi.docs import get_redoc_html, get_swagger_ui_html, get_swagger_ui_oauth2_redirect_html
from starlette.types import Receive, Scope, Send

from accord.runtime.dispatch import InstallError, Registry, Served
from accord.runtime.operations import Serve
from accord.runtime.replies import Reply

logger: Final = logging.getLogger("accord.runtime")

_ASSETS: Final = {
    "swagger-ui-bundle.js": b"text/javascript; charset=utf-8",
    "swagger-ui.css": b"text/css; charset=utf-8",
    "redoc.standalone.js": b"text/javascript; charset=utf-8",
    "favicon.png": b"image/png",
}
_HTML: Final = b"text/html; charset=utf-8"


def add_documents(app: FastAPI, registry: Registry, served: Served, contract: bytes, *, docs: bool) -> None:
    """Offer the contract, byte for byte, and (with *docs*) its pages. A path of the contract itself comes first."""
    _offer(registry, served, [("/openapi.json", _page(lambda root: contract, b"application/json"))])
    if not docs:
        return
    # Only whether it is there: importing it would import its pages for every service.
    if find_spec("fastapi_offline") is None:
        logger.info("%s: /docs and /redoc are not offered: install the extra accord[docs]", served.name)
        return
    pages = [
        ("/docs", _page(lambda root: _swagger(root, app, served))),
        ("/docs/oauth2-redirect", _page(lambda root: bytes(get_swagger_ui_oauth2_redirect_html().body))),
        ("/redoc", _page(lambda root: _redoc(root, app, served))),
    ]
    kept = (b"cache-control", b"max-age=86400")
    pages += [
        (f"/docs/assets/{name}", _page(partial(_asset, name), media_type, kept))
        for name, media_type in _ASSETS.items()
    ]
    _offer(registry, served, pages)


def _offer(registry: Registry, served: Served, pages: Iterable[tuple[str, Serve]]) -> None:
    """Serve *pages* where the contract does not serve something itself."""
    for path, serve in pages:
        for method in ("GET", "HEAD"):
            try:
                put, _ = registry.add(served, method, path)
            except InstallError:
                logger.info("%s: %s of the contract stands where a page would be", served.name, path)
                continue
            put(serve)


def _page(render: Callable[[str], bytes], media_type: bytes = _HTML, *headers: tuple[bytes, bytes]) -> Serve:
    """Serves what *render* makes of the path where the application is mounted: pages name URLs, which depend on it."""

    async def serve(scope: Scope, receive: Receive, send: Send, values: list[str]) -> None:
        body = render(scope.get("root_path", "").rstrip("/"))
        reply = Reply(200, [(b"content-type", media_type), *headers], body)
        await reply.send(send, head=scope["method"] == "HEAD")

    return serve


@lru_cache
def _asset(name: str, _root: str) -> bytes:
    """A file of the package fastapi-offline, read when it is asked for the first time."""
    return files("fastapi_offline").joinpath("static", name).read_bytes()


def _swagger(root: str, app: FastAPI, served: Served) -> bytes:
    """The page of Swagger UI."""
    base = root + served.prefix
    page = get_swagger_ui_html(
        openapi_url=f"{base}/openapi.json",
        title=f"{app.title} {served.name}",
        swagger_js_url=f"{base}/docs/assets/swagger-ui-bundle.js",
        swagger_css_url=f"{base}/docs/assets/swagger-ui.css",
        swagger_favicon_url=f"{base}/docs/assets/favicon.png",
        oauth2_redirect_url=f"{base}/docs/oauth2-redirect",
        init_oauth=app.swagger_ui_init_oauth,
        swagger_ui_parameters=app.swagger_ui_parameters,
    )
    return bytes(page.body)


def _redoc(root: str, app: FastAPI, served: Served) -> bytes:
    """The page of Redoc."""
    base = root + served.prefix
    page = get_redoc_html(
        openapi_url=f"{base}/openapi.json",
        title=f"{app.title} {served.name}",
        redoc_js_url=f"{base}/docs/assets/redoc.standalone.js",
        redoc_favicon_url=f"{base}/docs/assets/favicon.png",
        # A page of documentation must work without the internet, and tell nobody that it was opened.
        with_google_fonts=False,
    )
    return bytes(page.body)
