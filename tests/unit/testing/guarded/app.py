"""Notes that belong to somebody, with unique titles; the variable FAULTS names what it gets wrong."""

from __future__ import annotations

import json
import os
import re
from typing import Any

FAULTS = frozenset(os.environ.get("FAULTS", "").split())
TOKENS = {"ada": ("ada", {"read", "write"}), "bob": ("bob", {"read", "write"}), "poor": ("ada", set())}
NOTES: dict[int, tuple[str, str]] = {}
LIMIT = 1_000_000


class Rejected(Exception):
    def __init__(self, status: int, **headers: str) -> None:
        self.status = status
        self.headers = headers


def who(headers: dict[str, str], scope: str) -> str:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or token not in TOKENS:
        raise Rejected(401, **{"www-authenticate": "Bearer"})
    name, scopes = TOKENS[token]
    if scope not in scopes and "scopes" not in FAULTS:
        raise Rejected(403)
    return name


def title_of(headers: dict[str, str], body: bytes) -> str:
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Rejected(415)
    try:
        value = json.loads(body)
    except ValueError:
        raise Rejected(400) from None
    title = value.get("title") if isinstance(value, dict) else None
    if not isinstance(title, str) or set(value) != {"title"} or not 1 <= len(title) <= 40:
        raise Rejected(422)
    return title


def response(method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, Any, dict[str, str]]:
    if path == "/notes":
        if method != "POST":
            raise Rejected(405, allow="POST")
        name = who(headers, "write")
        if len(body) > LIMIT and "limit" not in FAULTS:
            raise Rejected(413)
        title = title_of(headers, body)
        if any(known == title for _, known in NOTES.values()):
            raise Rejected(409)
        number = len(NOTES) + 1
        NOTES[number] = (name, title)
        return 201, {"id": number, "title": title}, {"location": f"/notes/{number}"}
    found = re.fullmatch(r"/notes/([^/]+)", path)
    if found is None:
        raise Rejected(404)
    if method not in {"GET", "PUT"}:
        raise Rejected(405, allow="GET, PUT")
    name = who(headers, "read" if method == "GET" else "write")
    if not re.fullmatch("[1-9][0-9]{0,6}", found[1]) or int(found[1]) > 1_000_000:
        raise Rejected(422)
    number = int(found[1])
    title = title_of(headers, body) if method == "PUT" else ""
    if number not in NOTES or (NOTES[number][0] != name and "owners" not in FAULTS):
        raise Rejected(404)
    accept = headers.get("accept", "*/*")
    if method == "GET" and "*/*" not in accept and "json" not in accept and "accept" not in FAULTS:
        raise Rejected(406)
    if method == "PUT":
        NOTES[number] = (NOTES[number][0], title)
    return 200, {"id": number, "title": NOTES[number][1]}, {}


async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] != "http":
        while True:
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return
    body = b""
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
    kind = "application/json"
    try:
        status, value, sent = response(scope["method"], scope["path"], headers, body)
    except Rejected as rejected:
        status, sent, kind = rejected.status, rejected.headers, "application/problem+json"
        value = {"title": "Rejected", "status": status}
    raw = [(k.encode(), v.encode()) for k, v in {"content-type": kind, **sent}.items()]
    payload = b"" if scope["method"] == "HEAD" else json.dumps(value).encode()
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": payload})
