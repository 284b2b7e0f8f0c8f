"""The way of a request: to an operation of a contract, or on to the application's own routes.

:class:`Registry` holds what all versions on one application serve, :class:`Dispatch` is the ASGI middleware that asks it. What
no contract declares goes to FastAPI as if nothing were installed; only its 404 below a version's prefix becomes a problem.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

from accord.runtime.handlers import HandOver, RaisingRoute, carrying
from accord.runtime.operations import Serve
from accord.runtime.paths import NO_CHOICES, Choices, Leaf, PathError, Paths
from accord.runtime.problems import Rejection, RejectionKind
from accord.runtime.rejections import RejectionWriter
from accord.runtime.replies import Reply

logger: Final = logging.getLogger("accord.runtime")

_UNROUTED: Final = "accord.unrouted"


class InstallError(RuntimeError):
    """A version cannot be served as it is: the message says what to change. Raised at start-up only."""


@dataclass(slots=True)
class Served:
    """A version that is installed on an application."""

    name: str
    prefix: str
    rejection_writer: RejectionWriter


@dataclass(slots=True)
class Registry:
    """All versions on one application, with all of their paths."""

    versions: list[Served] = field(default_factory=list[Served])
    paths: Paths = field(default_factory=Paths)

    def add_version(self, served: Served) -> None:
        """Serve another version.

        Raises:
            InstallError: where its name or its prefix is taken.
        """
        for other in self.versions:
            if other.name == served.name:
                raise InstallError(f"version {served.name!r} is installed on this application already")
            if other.prefix == served.prefix:
                raise InstallError(
                    f"versions {other.name!r} and {served.name!r} have the same prefix {served.prefix or '/'!r}"
                )
        self.versions.append(served)
        # `/api` must not take what lies below `/api/v1`.
        self.versions.sort(key=lambda version: len(version.prefix), reverse=True)

    def add(
        self, served: Served, method: str, path: str, choices: Choices = NO_CHOICES
    ) -> tuple[Callable[[Serve], None], list[str]]:
        """Reserve *method* on *path* (below the prefix). For *choices* see :meth:`Paths.add`.

        Returns:
            What takes what serves it, and the names of the path's expressions from left to right.

        Raises:
            InstallError: where the contract says it twice, or another version has it.
        """
        try:
            leaf, names = self.paths.add(served.prefix + path, choices)
        except PathError as error:
            raise InstallError(f"{served.name}: {error}") from error
        if method in leaf.methods or (leaf.owner is not None and leaf.owner is not served):
            raise InstallError(f"{served.name}: {method} {served.prefix + path} is served already")
        leaf.owner = served

        def put(serve: Serve) -> None:
            leaf.methods[method] = serve

        return put, names

    def version_of(self, path: str) -> Served | None:
        """The version below whose prefix *path* lies, the longest prefix first."""
        for version in self.versions:
            prefix = version.prefix
            if path.startswith(prefix) and (len(path) == len(prefix) or path[len(prefix)] == "/"):
                return version
        return None


class Dispatch:
    """ASGI middleware: serves what the contracts declare, and passes everything else on to *app*."""

    def __init__(self, app: ASGIApp, registry: Registry) -> None:
        self.app = app
        self._registry = registry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, or pass it on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path: str = scope["path"]
        root: str = scope.get("root_path", "")
        # ASGI puts the prefix of a mounting proxy (`root_path`) into `path` as well; servers that are not
        # up to date leave it out of `path`. Contracts know nothing of it.
        if root and path.startswith(root) and (len(path) == len(root) or path[len(root)] == "/"):
            path = path[len(root) :]
        raw: bytes | None = scope.get("raw_path")
        paths = self._registry.paths
        # `path` is decoded already: in it an encoded slash looks like a real one. Only the raw path tells
        # them apart, and only a path with a percent sign has any.
        if raw is not None and b"%" not in raw:
            found = paths.find(path)
        else:
            try:
                found = paths.find_raw(_raw_path(raw, path, root))
            except UnicodeDecodeError:
                await self._not_utf8(path, scope, receive, send)
                return
        if found is None:
            await self._pass_on(path, scope, receive, send)
            return
        leaf, values = found
        serve: Serve | None = leaf.methods.get(scope["method"])
        if serve is None:
            await _other_method(leaf, scope, send)
            return
        try:
            await serve(scope, receive, send, values)
        except HandOver as carried:
            await self.app(carrying(scope, carried.error), receive, send)

    async def _pass_on(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the application answer; remember whose 404 it would be."""
        version = self._registry.version_of(path)
        if version is not None:
            scope[_UNROUTED] = version  # if the application has no route of its own: see `unrouted`
        await self.app(scope, receive, send)

    async def _not_utf8(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Reject a path whose percent-encoded bytes are no text: 400 below a version's prefix."""
        version = self._registry.version_of(path)
        if version is None:
            await self.app(scope, receive, send)
            return
        rejection = Rejection(RejectionKind.MALFORMED, detail="The path is not valid UTF-8.")
        await version.rejection_writer.reply(rejection).send(send, head=scope["method"] == "HEAD")


def _raw_path(raw: bytes | None, path: str, root: str) -> str:
    """The percent-encoded path below *root*."""
    # `raw_path` is optional in ASGI. Without it an encoded slash cannot be told from a real one any more.
    if raw is None or not raw.isascii():
        return quote(path, safe="/!$&'()*+,;=:@-._~")
    # Some servers put the query into `raw_path`, which ASGI excludes.
    text = raw.partition(b"?")[0].decode("ascii")
    encoded_root = quote(root, safe="/!$&'()*+,;=:@-._~")
    if root and text.startswith(encoded_root):
        text = text[len(encoded_root) :]
    return text


async def _other_method(leaf: Leaf, scope: Scope, send: Send) -> None:
    """OPTIONS lists the declared methods; any other method is rejected with the same list."""
    if scope["method"] == "OPTIONS":
        await Reply(204, [(b"allow", leaf.allow.encode("ascii"))]).send(send)
        return
    served: Served = leaf.owner
    rejection = Rejection(RejectionKind.METHOD_NOT_ALLOWED, headers=[("Allow", leaf.allow)])
    await served.rejection_writer.reply(rejection).send(send, head=scope["method"] == "HEAD")


def installed_registry(app: FastAPI) -> Registry | None:
    """The registry of *app*, if a version is installed on it."""
    for middleware in app.user_middleware:
        registry = middleware.kwargs.get("registry")
        if isinstance(registry, Registry):
            return registry
    return None


def registry_of(app: FastAPI) -> Registry:
    """The registry of *app*; the first call puts it there.

    Raises:
        InstallError: where the application has started: its middleware is fixed then.
    """
    if app.middleware_stack is not None:
        raise InstallError("install versions before the application starts")
    registry = installed_registry(app)
    if registry is not None:
        return registry
    registry = Registry()
    # The last one is the innermost: the developer's middleware, added before or after, stands around it.
    app.user_middleware.append(Middleware(Dispatch, registry=registry))
    app.router.routes.insert(0, RaisingRoute())
    app.router.default = _unrouted(app.router.default)
    return registry


def _unrouted(default: Callable[[Scope, Receive, Send], Awaitable[None]]) -> ASGIApp:
    """Below a prefix, what neither the contract nor the application routes is a problem."""

    async def unrouted(scope: Scope, receive: Receive, send: Send) -> None:
        version: Served | None = scope.get(_UNROUTED)
        if version is None or scope["type"] != "http":
            await default(scope, receive, send)
            return
        reply = version.rejection_writer.reply(Rejection(RejectionKind.NOT_FOUND))
        await reply.send(send, head=scope["method"] == "HEAD")

    return unrouted
