"""Everything that the services of a test session say, searched for every secret that came up: none may be there.

Watched are the answers that any client of a test reads (headers and body, `/metrics` among them), the log records of
services in this process, and the logs and span files of services in processes of their own. Secrets are what the tests
configure (keys, signing secrets), what they send as a password, and the tokens that were issued; besides these no hash
and no digest of one may appear. The operation that issues tokens may answer with tokens, the documents of the contract
show the password of its examples; nothing else is excepted.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any  # two generations of one HTTP client, without a common type
from unittest import mock
from urllib.parse import parse_qs

import httpx
import httpx2

from impl.core.api_keys import _digest as digest_of_key
from impl.core.sign_ins import digest_of as digest_of_token
from impl.resources import Service

_ISSUES_TOKENS = re.compile(r"POST /api/v[12]/token$")
_SHOWS_EXAMPLES = re.compile(r"GET /api/v[12]/(openapi\.json|openapi\.yaml|docs|redoc)$")
_HASHES = ("$argon2", "PRIVATE KEY-----")
_SHORTEST = 16  # what is shorter is a test's own word for something wrong
_FEWEST = 6  # different characters: what has fewer is filling, of a test of lengths
_LONG_WORD = re.compile(r"[A-Za-z0-9_-]{20,}")
_SECRET_VARIABLES = ("ACCORD_JWT_SECRET", "ACCORD_API_KEY", "ACCORD_CHAT_KEY")
_LOGGERS = ("accord", "impl", "uvicorn", "gunicorn", "sqlalchemy", "asyncio", "aiosqlite", "psycopg")


@dataclass(frozen=True, slots=True)
class Said:
    """A text, and where it was."""

    where: str
    text: str


@dataclass(slots=True)
class Watch:
    """What was said, and the secrets that came up."""

    said: list[Said] = field(default_factory=list[Said])
    given: set[str] = field(default_factory=set[str])
    """What tests configured and sent. Searched for anywhere."""
    issued: set[str] = field(default_factory=set[str])
    """Tokens, which are many: searched for as words."""
    files: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])
    """Logs of processes, held open: a test may remove its folder."""

    def leaks(self) -> list[str]:
        """Where a secret stands that must not, one line each."""
        self._read_files()
        everywhere = {*self.given, *(digest_of_key(text) for text in self.given)}
        words = {*map(_word, self.issued), *(digest_of_token(text) for text in self.issued)}
        words |= {hashlib.sha256(text.encode()).hexdigest() for text in (*self.given, *self.issued)}
        found: list[str] = []
        for said in self.said:
            shown = set() if _SHOWS_EXAMPLES.search(said.where) else {s for s in everywhere if s in said.text}
            shown |= {hash_ for hash_ in _HASHES if hash_ in said.text}
            if not _ISSUES_TOKENS.search(said.where):
                shown |= words.intersection(_LONG_WORD.findall(said.text))
            found += [
                f"{said.where}: {secret[:6]}... of {len(secret)} characters" for secret in sorted(shown)
            ]
        return sorted(set(found))

    def answered(self, response: Any, body: bytes) -> None:
        """Take note of a response and of what was sent for it."""
        if response._request is None:  # a test's own, which nobody asked for yet
            return
        request = response.request
        where = f"{request.method} {request.url.path}"
        text = body.decode("utf-8", "replace")
        headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
        self.said.append(Said(where, f"{headers}\n\n{text}"))
        with suppress(httpx.RequestNotRead, httpx2.RequestNotRead):
            self._sent(request)
        if _ISSUES_TOKENS.search(where) and response.status_code == 200:
            with suppress(ValueError):
                declared_response = json.loads(text)
                self.issued |= {declared_response["access_token"], declared_response["refresh_token"]}

    def _sent(self, request: Any) -> None:
        form = parse_qs(request.content.decode("utf-8", "replace"))
        passwords = form.get("password", [])
        with suppress(ValueError):
            body = json.loads(request.content)
            if isinstance(body, dict):
                passwords.append(str(body.get("password", "")))
        self.given |= {
            password for password in passwords if len(password) >= _SHORTEST and len(set(password)) >= _FEWEST
        }

    def configured(self, secrets: list[str]) -> None:
        """Take note of secrets of settings; of a key in PEM, of its lines."""
        lines = [line for secret in secrets for line in secret.splitlines()]
        self.given |= {line for line in lines if len(line) >= _SHORTEST and "-----" not in line}

    def spawned(self, environment: dict[str, str], output: object) -> None:
        """Take note of the secrets and the log of a process that serves."""
        given = [environment[name] for name in _SECRET_VARIABLES if name in environment]
        keys = json.loads(environment.get("ACCORD_SIGNING_KEYS", "[]"))
        self.configured(given + [key[kind] for key in keys for kind in ("secret", "private") if kind in key])
        fileno = getattr(output, "fileno", None)
        if fileno is not None:
            self.files.append((f"log {getattr(output, 'name', '')}", os.dup(fileno())))
        if "SPANS" in environment:
            spans = Path(environment["SPANS"])
            spans.touch()
            self.files.append((f"spans {spans}", os.open(spans, os.O_RDONLY)))

    def _read_files(self) -> None:
        while self.files:
            where, descriptor = self.files.pop()
            # By way of its descriptor it can be read from its beginning, even if it was opened for writing or removed.
            with suppress(OSError):
                text = Path(f"/proc/self/fd/{descriptor}").read_text("utf-8", "replace")
                self.said.append(Said(where, text))
            os.close(descriptor)


def _word(token: str) -> str:
    """What is secret in a token: its longest part, or the signature of one with three parts."""
    return token.rpartition(".")[2]


class _Records(logging.Handler):
    """Hears what services in this process log."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.partition(".")[0] in _LOGGERS:
            extra = {name: value for name, value in vars(record).items() if name not in {"msg", "args"}}
            _watches[-1].said.append(Said(f"logger {record.name}", f"{record.getMessage()} {extra!r}"))


# The last one hears: a test of the watch itself is not heard by that of the session.
_watches: list[Watch] = []


@contextmanager
def watching() -> Iterator[Watch]:
    """Watch whatever services say until the block ends, in place of who watches already."""
    with ExitStack() as stack:
        if not _watches:
            _listen(stack)
        watch = Watch()
        _watches.append(watch)
        stack.callback(_watches.pop)
        yield watch


def _listen(stack: ExitStack) -> None:
    for client in (httpx, httpx2):
        for name, heard in (("iter_raw", _heard), ("aiter_raw", _heard_async)):
            method: Any = getattr(client.Response, name)
            stack.enter_context(mock.patch.object(client.Response, name, heard(method)))
    for owner, noted in ((subprocess.Popen, _noted_process), (Service, _noted_settings)):
        stack.enter_context(mock.patch.object(owner, "__init__", noted(owner.__init__)))
    handler = _Records()
    logging.getLogger().addHandler(handler)
    stack.callback(logging.getLogger().removeHandler, handler)


def _heard(original: Callable[..., Iterator[bytes]]) -> Callable[..., Iterator[bytes]]:
    def iter_raw(self: Any, chunk_size: int | None = None) -> Iterator[bytes]:
        parts: list[bytes] = []
        try:
            for part in original(self, chunk_size):
                parts.append(part)
                yield part
        finally:
            _watches[-1].answered(self, b"".join(parts))

    return iter_raw


def _heard_async(original: Callable[..., AsyncIterator[bytes]]) -> Callable[..., AsyncIterator[bytes]]:
    async def aiter_raw(self: Any, chunk_size: int | None = None) -> AsyncIterator[bytes]:
        parts: list[bytes] = []
        try:
            async for part in original(self, chunk_size):
                parts.append(part)
                yield part
        finally:
            _watches[-1].answered(self, b"".join(parts))

    return aiter_raw


def _noted_process(original: Callable[..., None]) -> Callable[..., None]:
    def noted(self: Any, *arguments: Any, **options: Any) -> None:
        environment = options.get("env") or {}
        if any(name.startswith("ACCORD_") for name in environment):
            _watches[-1].spawned(environment, options.get("stdout"))
        original(self, *arguments, **options)

    return noted


def _noted_settings(original: Callable[..., None]) -> Callable[..., None]:
    def noted(self: Any, settings: Any) -> None:
        _watches[-1].configured(list(settings.service().secrets))
        original(self, settings)

    return noted
