"""The parts of a request that operations read: headers, query, cookies. Each is looked at once, and only if it is wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from starlette.types import Scope

from accord.runtime.problems import Rejection, RejectionKind
from accord.runtime.wire import decode

COOKIE: Final = b"cookie"


class ClientDisconnected(Exception):
    """The client left before its request was read: nobody is there to be answered."""


class Parts:
    """One request, read lazily.

    ``headers`` holds the wanted ones, by lower-case name; values that came under the same name are joined as RFC 9110
    says, and ``repeated`` names them. ``on_end`` is called when the request is over, whatever came of it.
    """

    __slots__ = ("_cookies", "_query", "headers", "on_end", "path", "repeated", "scope")

    def __init__(self, scope: Scope, path: list[str], wanted: frozenset[bytes]) -> None:
        self.scope = scope
        self.path = path
        self.headers: dict[bytes, bytes] = {}
        self.repeated: set[bytes] | None = None
        self.on_end: Callable[[], None] | None = None
        self._query: dict[str, list[str]] | None = None
        self._cookies: dict[str, list[str]] | None = None
        if wanted:
            self._collect(scope["headers"], wanted)

    def _collect(self, raw: Iterable[tuple[bytes, bytes]], wanted: frozenset[bytes]) -> None:
        """Keep the *wanted* headers. One pass over all of them costs less than a look-up for each that is wanted."""
        headers = self.headers
        for name, value in raw:
            if name in wanted:
                if name in headers:
                    # RFC 9110, section 5.3: a comma. Cookies are the exception, HTTP/2 may split them (RFC
                    # 9113, section 8.2.3).
                    headers[name] += (b"; " if name == COOKIE else b", ") + value
                    if self.repeated is None:
                        self.repeated = set()
                    self.repeated.add(name)
                else:
                    headers[name] = value

    @property
    def query(self) -> dict[str, list[str]]:
        """Decoded names and raw values of the query; a ``+`` is a space already."""
        if self._query is None:
            raw = self.scope["query_string"]
            self._query = split_pairs(raw, "query") if raw else {}
        return self._query

    @property
    def cookies(self) -> dict[str, list[str]]:
        """Names and raw values of the cookies."""
        if self._cookies is None:
            found: dict[str, list[str]] = {}
            # RFC 6265, section 5.2, takes any bytes in a cookie; Latin-1 keeps them all.
            for piece in self.headers.get(COOKIE, b"").decode("latin-1").split(";"):
                name, equals, value = piece.strip(" \t").partition("=")
                if equals:
                    # RFC 6265, section 4.1.1: the quotes around a value are not part of it for most
                    # servers.
                    if len(value) > 1 and value[0] == value[-1] == '"':
                        value = value[1:-1]
                    found.setdefault(name, []).append(value)
            self._cookies = found
        return self._cookies


def split_pairs(raw: bytes, place: str) -> dict[str, list[str]]:
    """The pairs of a query or of a form body, with decoded names and raw values.

    Raises:
        Rejection: 400, where a name is not UTF-8.
    """
    found: dict[str, list[str]] = {}
    try:
        for piece in raw.decode("utf-8").split("&"):
            if not piece:
                continue
            name, _, value = piece.partition("=")
            # Forms write a space as `+`. This has to happen before percent-decoding: afterwards `%2B` is a
            # plus as well.
            if "+" in piece:
                name, value = name.replace("+", " "), value.replace("+", " ")
            if "%" in name:
                name = decode(name)
            if name in found:
                found[name].append(value)
            else:
                found[name] = [value]
    except UnicodeDecodeError:
        raise not_utf8(place) from None
    return found


def not_utf8(place: str) -> Rejection:
    """The rejection of percent-encoded bytes that are not UTF-8."""
    return Rejection(RejectionKind.MALFORMED, detail=f"The {place} is not valid UTF-8.")


def text_header(value: bytes) -> str:
    """A header value as text, without the white space around it."""
    return value.decode("latin-1").strip(" \t")


def first_or_none(values: list[Any] | None) -> Any:  # Any: whatever the list holds
    """The only value of a list; ``None`` where it is missing, empty or has several."""
    return values[0] if values is not None and len(values) == 1 else None
