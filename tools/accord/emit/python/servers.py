"""Where a contract says it is served: the path of its first server."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

from accord.contract.model import Api, Operation, Server
from accord.diagnostics import Diagnostic
from accord.emit.python.support import unsupported


def prefix_of(api: Api) -> tuple[str, tuple[Diagnostic, ...]]:
    """The path of the first server without its last slash (``""`` for the root), and findings.

    Variables have their default values. A relative URL counts from the root of the service.
    """
    if not api.servers:
        return "", ()
    server = api.servers[0]
    path = _path(server)
    if path is None:
        message = f"{server.url!r} gives no plain path"
        return "", (unsupported("unsupported-server-path", message, server.span),)
    return path, ()


def own_server(api: Api, operation: Operation) -> tuple[Diagnostic, ...]:
    """A finding if *operation* has servers of its own with another path."""
    if not operation.servers or _paths(operation.servers[:1]) == (_paths(api.servers[:1]) or ("",)):
        return ()
    server = operation.servers[0]
    message = f"{operation.method} {operation.path} has its own server {server.url!r}"
    return (unsupported("unsupported-operation-server", message, server.span),)


def _paths(servers: Sequence[Server]) -> tuple[str | None, ...]:
    return tuple(_path(server) for server in servers)


def _path(server: Server) -> str | None:
    values = {variable.name: variable.default for variable in server.variables}
    url = re.sub(r"\{([^{}]*)\}", lambda match: values.get(match[1], match[0]), server.url)
    try:
        path = unquote(urlsplit(url).path, errors="strict")
    except ValueError:
        return None
    segments = [segment for segment in path.split("/") if segment not in {"", "."}]
    plain = all(
        segment != ".." and segment.isprintable() and not set("{}?#\\") & set(segment) for segment in segments
    )
    return "".join(f"/{segment}" for segment in segments) if plain else None
