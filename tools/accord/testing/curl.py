"""One ``curl`` command for a request, to paste into a shell."""

from __future__ import annotations

import shlex
from typing import Final

from accord.testing.exchange import Exchange

_LONGEST_BODY: Final = 4000
_IMPLIED: Final = frozenset(
    "accept accept-encoding connection content-length host user-agent x-schemathesis-testcaseid".split()
)


def curl_of(exchange: Exchange) -> str:
    """The request of an exchange as a shell command; a long body is cut, and a comment says so."""
    pieces = ["curl", "-i"]
    # With `-X HEAD` curl would wait for a body that never comes.
    if exchange.method == "HEAD":
        pieces.append("--head")
    elif exchange.method != "GET" or exchange.body:
        pieces += ["-X", exchange.method]
    for name, value in exchange.headers:
        if name.lower() not in _IMPLIED or (name.lower() == "accept" and value != "*/*"):
            # curl drops a header written `Name:`; an empty value needs a semicolon.
            pieces += ["-H", shlex.quote(f"{name}: {value}" if value else f"{name};")]
    if exchange.body:
        pieces += ["--data-binary", _quoted(exchange.body)]
    pieces.append(shlex.quote(exchange.url))
    if exchange.body and len(exchange.body) > _LONGEST_BODY:
        pieces.append(f"# body cut, {len(exchange.body)} bytes in all")
    return " ".join(pieces)


def _quoted(body: bytes) -> str:
    """*body* as one word of a shell, cut where it is too long."""
    shown = body[:_LONGEST_BODY]
    text = shown.decode("utf-8", "surrogateescape")
    if text.isprintable():
        return shlex.quote(text)
    # ANSI-C quoting, which bash and zsh have: the one spelling for bytes that are no text.
    return "$'" + "".join(_escape(char) for char in text) + "'"


def _escape(char: str) -> str:
    """*char* inside of ``$'...'``."""
    if char in {"'", "\\"}:
        return "\\" + char
    if char == "\n":
        return "\\n"
    if char.isprintable():
        return char
    return "".join(f"\\x{byte:02x}" for byte in char.encode("utf-8", "surrogateescape"))
