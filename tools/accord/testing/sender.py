"""Sends the requests of Accord's own: follow-ups of what was seen, and probes."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urlencode, urlsplit, urlunsplit

import httpx

from accord.contract.model import Operation
from accord.testing.contract import Contract
from accord.testing.credentials import Attached
from accord.testing.exchange import Exchange, HeaderList, Intent, Response
from accord.testing.idempotency import with_own_keys

_STREAM: Final = "text/event-stream"
_STREAM_BYTES: Final = 256 * 1024
_KEPT_BYTES: Final = 500
"""What is kept of the body of a lossy request."""
_HOP_HEADERS: Final = frozenset(
    {"host", "content-length", "connection", "transfer-encoding", "x-schemathesis-testcaseid"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request to send. Header names may repeat; ``attached`` replaces what it names."""

    operation: Operation
    method: str
    url: str
    headers: HeaderList = ()
    body: bytes | None = None
    attached: Attached = field(default_factory=Attached)
    intent: Intent = "unknown"


def get_request(operation: Operation, url: str, attached: Attached, headers: HeaderList = ()) -> Request:
    """A GET of *url*, which should succeed."""
    return Request(
        operation=operation, method="GET", url=url, headers=headers, attached=attached, intent="valid"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Timeouts in seconds: for a response, and for reading an event stream."""

    response: float
    stream: float


class Sender:
    """An HTTP client that follows no redirect, keeps no cookie and hands each exchange to ``observe``; one that got no
    answer has status 0."""

    def __init__(
        self,
        contract: Contract,
        patience: Patience,
        headers: Mapping[str, str],
        observe: Callable[[Exchange], None],
    ) -> None:
        self._contract = contract
        self._patience = patience
        self._headers = dict(headers)
        self._observe = observe
        # A proxy of the environment would stand between the test and the service.
        self._client = httpx.Client(timeout=patience.response, follow_redirects=False, trust_env=False)

    def close(self) -> None:
        """Close its connections."""
        self._client.close()

    def send(self, request: Request, phase: str, *, lossy: bool = False) -> Exchange | None:
        """Send a request; ``None`` where HTTP cannot carry it, or no response comes.

        A *lossy* request is one that a server may cut off: nobody is told where it gets no response, and only the start of
        its body is kept.
        """
        headers = self._merged(request)
        url = _with_query(request.url, request.attached.query)
        try:
            prepared = self._client.build_request(
                request.method, url, headers=list(headers), content=request.body
            )
        except (ValueError, TypeError, httpx.InvalidURL):
            return None  # A header or URL that HTTP cannot carry.
        # A session that the service starts must not turn a request without credentials into one with them.
        self._client.cookies.clear()
        try:
            response = self._send_or_retry(prepared)
        except (httpx.LocalProtocolError, httpx.UnsupportedProtocol):
            return None
        except httpx.HTTPError:
            response = Response(status=0)
        exchange = Exchange(
            operation=request.operation,
            method=request.method,
            url=url,
            headers=headers,
            body=request.body[:_KEPT_BYTES] if lossy and request.body else request.body,
            response=response,
            intent=request.intent,
            phase=phase,
        )
        if lossy and not response.status:
            return None
        self._observe(exchange)
        return exchange if response.status else None

    def _merged(self, request: Request) -> HeaderList:
        """The headers that are sent: those of the request, replaced by configured ones and by credentials."""
        attached = request.attached.headers
        replaced = _HOP_HEADERS | {name.lower() for name in (*attached, *self._headers)}
        kept = [(name, value) for name, value in request.headers if name.lower() not in replaced]
        if request.attached.cookies:
            kept = _without_cookies(kept, set(request.attached.cookies))
            kept.append(("Cookie", "; ".join(f"{k}={v}" for k, v in request.attached.cookies.items())))
        kept = [*with_own_keys(self._contract, request.operation, kept)]
        return (*kept, *self._headers.items(), *attached.items())

    def _send_or_retry(self, prepared: httpx.Request) -> Response:
        """A server may close an idle connection just when it is used again; then a fresh one decides."""
        try:
            return self._response(prepared)
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            return self._response(prepared)

    def _response(self, prepared: httpx.Request) -> Response:
        """Send a request and read its response."""
        start = time.monotonic()
        response = self._client.send(prepared, stream=True)
        with contextlib.closing(response):
            is_stream = response.headers.get("content-type", "").lower().startswith(_STREAM)
            body, cut = self._read_stream(response) if is_stream else (response.read(), False)
        return Response(
            status=response.status_code,
            headers=tuple((name.lower(), value) for name, value in response.headers.multi_items()),
            body=body,
            seconds=time.monotonic() - start,
            cut_short=cut,
        )

    def _read_stream(self, response: httpx.Response) -> tuple[bytes, bool]:
        """The beginning of an event stream, and whether it was cut."""
        deadline = time.monotonic() + self._patience.stream
        body = bytearray()
        try:
            for chunk in response.iter_bytes():
                body += chunk
                # An event stream has no end; what came until now is judged.
                if time.monotonic() > deadline or len(body) > _STREAM_BYTES:
                    return bytes(body), True
        except httpx.TimeoutException:
            return bytes(body), True
        return bytes(body), False


def without_credentials(request: Request, places: Iterable[tuple[str, str]]) -> Request:
    """The request without what stands at *places* (location, name), and without anything attached."""
    headers = list(request.headers)
    parts = urlsplit(request.url)
    pieces = [piece for piece in parts.query.split("&") if piece]
    for location, name in places:
        if location == "header":
            headers = [(key, value) for key, value in headers if key.lower() != name.lower()]
        elif location == "cookie":
            headers = _without_cookies(headers, {name})
        else:
            pieces = [piece for piece in pieces if piece.partition("=")[0] != name]
    url = urlunsplit(parts._replace(query="&".join(pieces)))
    return replace(request, headers=tuple(headers), url=url, attached=Attached())


def _with_query(url: str, query: Mapping[str, str]) -> str:
    """*url* with *query* in place of what has the same names."""
    if not query:
        return url
    parts = urlsplit(url)
    kept = [piece for piece in parts.query.split("&") if piece and piece.partition("=")[0] not in query]
    return urlunsplit(parts._replace(query="&".join([*kept, urlencode(query)])))


def _without_cookies(headers: Iterable[tuple[str, str]], names: set[str]) -> list[tuple[str, str]]:
    """*headers* without the cookies *names*."""
    out: list[tuple[str, str]] = []
    for name, value in headers:
        if name.lower() != "cookie":
            out.append((name, value))
            continue
        kept = [p for p in value.split(";") if p.strip() and p.partition("=")[0].strip() not in names]
        if kept:
            out.append((name, ";".join(kept)))
    return out
