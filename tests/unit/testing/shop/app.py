"""A small service that keeps the contract beside it, except for the faults that the variable FAULTS names.

It is plain ASGI on purpose: contract tests must work on services that Accord did not generate.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote

import jsonschema_rs
import yaml

FAULTS = frozenset(os.environ.get("FAULTS", "").split())
DOCUMENT = yaml.safe_load((Path(__file__).parent / "openapi.yaml").read_text())
SCHEMAS = DOCUMENT["components"]["schemas"]
SECRET = b"only for tests"

ITEMS: dict[int, dict[str, Any]] = {}
VERSIONS: dict[int, int] = {}
USERS: dict[int, dict[str, Any]] = {}
USES: dict[str, int] = {}
NUMBERS = iter(range(1, 10**9))


class Rejected(Exception):
    def __init__(self, status: int, headers: dict[str, str] | None = None) -> None:
        self.status = status
        self.headers = headers or {}


class Response:
    def __init__(
        self, status: int, body: Any = None, *, kind: str = "application/json", **headers: str
    ) -> None:
        self.status = status
        self.body = b"" if body is None else json.dumps(body).encode()
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None:
            self.headers["content-type"] = kind


class Request:
    def __init__(self, scope: dict[str, Any], body: bytes) -> None:
        self.body = body
        self.headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
        self.query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)

    def json(self, schema: str) -> dict[str, Any]:
        if self.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise Rejected(415)
        try:
            value = json.loads(self.body)
        except ValueError:
            raise Rejected(400) from None
        if "stringly" in FAULTS and isinstance(value, dict):
            numbers = {"price", "stock"} & value.keys()
            value |= {n: float(value[n]) for n in numbers if isinstance(value[n], str) and value[n].isdigit()}
        shape = json.loads(json.dumps(SCHEMAS[schema]))
        shape["required"] = [name for name in shape["required"] if name != "id"]
        if "unanchored" in FAULTS and "code" in shape["properties"]:
            shape["properties"]["code"] = {"type": "string", "pattern": "[A-Z]{3}-[0-9]{2}"}
        if not jsonschema_rs.Draft202012Validator(shape).is_valid(value):
            raise Rejected(422)
        if "odd-500" in FAULTS and any("\x00" in str(v) for v in value.values()):
            raise RuntimeError("a column cannot hold NUL")
        return dict(value)

    def one(self, name: str) -> str | None:
        values = self.query.get(name)
        if values is not None and len(values) != 1:
            raise Rejected(422)
        return values[0] if values is not None else None

    def user(self) -> None:
        if "auth-ignored" in FAULTS:
            return
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        parts = token.split(".")
        if scheme.lower() != "bearer" or len(parts) != 3:
            raise Rejected(401, {"www-authenticate": "Bearer"})
        if "expiring" in FAULTS:
            USES[token] = USES.get(token, 0) + 1
            if USES[token] > 3:
                raise Rejected(401, {"www-authenticate": "Bearer"})
        signed = hmac.compare_digest(parts[2], signature(f"{parts[0]}.{parts[1]}"))
        if not signed and ("forged" not in FAULTS or not token.startswith("eyJ")):
            raise Rejected(401, {"www-authenticate": "Bearer"})


def signature(text: str) -> str:
    return base64.urlsafe_b64encode(hmac.digest(SECRET, text.encode(), hashlib.sha256)).decode().rstrip("=")


def create_token(request: Request) -> Response:
    if request.headers.get("content-type", "").partition(";")[0] != "application/x-www-form-urlencoded":
        raise Rejected(415)
    form = {k: v[0] for k, v in parse_qs(request.body.decode(), keep_blank_values=True).items()}
    if any(not 1 <= len(form.get(name, "")) <= 40 for name in ("username", "password")):
        raise Rejected(422)
    if form["password"] != "correct horse":
        raise Rejected(401, {"www-authenticate": "Bearer"})
    head = base64.urlsafe_b64encode(b'{"alg": "HS256"}').decode().rstrip("=")
    claims = (
        base64.urlsafe_b64encode(json.dumps({"sub": form["username"], "n": next(NUMBERS)}).encode())
        .decode()
        .rstrip("=")
    )
    token = f"{head}.{claims}.{signature(f'{head}.{claims}')}"
    return Response(200, {"access_token": token, "token_type": "bearer"}, cache_control="no-store")


def create_user(request: Request) -> Response:
    number = next(NUMBERS)
    USERS[number] = {**request.json("User"), "id": number}
    return Response(201, shown(USERS[number]), location=f"/api/v1/users/{number}")


def get_user(request: Request, number: int) -> Response:
    request.user()
    if number not in USERS:
        raise Rejected(404)
    return Response(200, shown(USERS[number]))


def shown(user: dict[str, Any]) -> dict[str, Any]:
    return user if "leak" in FAULTS else {k: v for k, v in user.items() if k != "password"}


def list_items(request: Request) -> Response:
    limit = request.one("limit")
    if limit is not None and not (re.fullmatch(r"[1-9][0-9]?", limit) and int(limit) <= 50):
        raise Rejected(422)
    tag = request.one("tag")
    if tag is not None and not 1 <= len(tag) <= 20:
        raise Rejected(422)
    if "odd-query" in FAULTS and tag is not None and not tag.isprintable():
        raise RuntimeError("odd")
    items = list(ITEMS.values())[: int(limit or 20)]
    return Response(200, items, x_total=str(len(ITEMS)) if "bad-header" not in FAULTS else "many")


def create_item(request: Request) -> Response:
    request.user()
    number = next(NUMBERS)
    ITEMS[number] = {**request.json("NewItem"), "id": number}
    VERSIONS[number] = 1
    place = "/api/v1/things/1" if "location-nowhere" in FAULTS else f"/api/v1/items/{number}"
    if "location-gone" in FAULTS:
        place = f"/api/v1/items/{number + 10**6}"
    headers = {} if "missing-header" in FAULTS else {"location": place}
    return Response(200 if "wrong-status" in FAULTS else 201, ITEMS[number], etag='"1"', **headers)


def found(number: int) -> dict[str, Any]:
    if number not in ITEMS:
        raise Rejected(404)
    return ITEMS[number]


def get_item(request: Request, number: int) -> Response:
    item = dict(found(number))
    etag = f'"{VERSIONS[number]}"'
    condition = request.headers.get("if-none-match")
    if "304-anyway" in FAULTS or (condition is not None and "always-304" in FAULTS):
        return Response(304, etag=etag)
    if condition == etag and "no-304" not in FAULTS:
        return Response(304, etag=etag)
    if "drop-field" in FAULTS:
        item.pop("name")
    if "wrong-type" in FAULTS:
        item["price"] = str(item["price"])
    if "media-type" in FAULTS:
        return Response(200, item, kind="application/vnd.shop+json", etag=etag)
    return Response(200, item, etag=etag)


def replace_item(request: Request, number: int) -> Response:
    request.user()
    condition = request.headers.get("if-match", "")
    if not re.fullmatch(r'"[0-9]+"', condition):
        raise Rejected(422)
    value = request.json("NewItem")
    found(number)
    if condition != f'"{VERSIONS[number]}"' and "if-match-ignored" not in FAULTS:
        raise Rejected(412)
    ITEMS[number] = {**value, "id": number}
    VERSIONS[number] += 1
    return Response(200, ITEMS[number], etag=f'"{VERSIONS[number]}"')


def delete_item(request: Request, number: int) -> Response:
    if "anonymous-delete" not in FAULTS:
        request.user()
    found(number)
    if "fake-delete" not in FAULTS:
        del ITEMS[number]
    return Response(204)


ROUTES: dict[str, dict[str, Any]] = {
    r"/tokens": {"POST": create_token},
    r"/users": {"POST": create_user},
    r"/users/([^/]+)": {"GET": get_user},
    r"/items": {"GET": list_items, "POST": create_item},
    r"/items/([^/]+)": {"GET": get_item, "PUT": replace_item, "DELETE": delete_item},
}


def dispatch(scope: dict[str, Any], request: Request) -> Response:
    raw = scope["raw_path"].decode("latin-1").partition("?")[0]
    if not raw.startswith("/api/v1/"):
        raise Rejected(404)
    for pattern, methods in ROUTES.items():
        matched = re.fullmatch("/api/v1" + pattern, raw)
        if matched is None:
            continue
        handler: Callable[..., Response] | None = methods.get(scope["method"])
        if handler is None:
            if "any-method" in FAULTS:
                return Response(200, {})
            raise Rejected(405, {} if "no-allow" in FAULTS else {"allow": ", ".join(methods)})
        numbers: list[int] = []
        for text in map(unquote, matched.groups()):
            if not re.fullmatch(r"[1-9][0-9]{0,9}", text) or int(text) >= 2**31:
                if handler is not get_item:
                    request.user()
                raise Rejected(422)
            numbers.append(int(text))
        return handler(request, *numbers)
    raise Rejected(404)


async def stream(receive: Any, send: Any) -> None:
    left = asyncio.ensure_future(receive())
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]}
    )
    while not left.done():
        await send({"type": "http.response.body", "body": b'data: {"tick": 1}\n\n', "more_body": True})
        await asyncio.sleep(0.01)


async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    if scope["path"] == "/api/v1/events":
        if scope["method"] == "GET":
            await stream(receive, send)
            return
        response = problem(405, {"allow": "GET"})
    else:
        if "hang" in FAULTS and scope["method"] == "PUT":
            await asyncio.sleep(60)
        if "crash" in FAULTS and scope["method"] == "PUT":
            sys.stderr.write("out of memory\n")
            sys.stderr.flush()
            os._exit(3)
        try:
            response = dispatch(scope, Request(scope, body))
        except Rejected as rejected:
            response = problem(rejected.status, rejected.headers)
        except RuntimeError:
            response = problem(500, {})
    headers = [(k.encode("latin-1"), v.encode("latin-1")) for k, v in response.headers.items()]
    payload = b"" if scope["method"] == "HEAD" else response.body
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": payload})


def problem(status: int, headers: dict[str, str]) -> Response:
    kind = "application/json" if "problem-as-json" in FAULTS else "application/problem+json"
    response = Response(status, {"type": "about:blank", "title": "Rejected", "status": status}, kind=kind)
    response.headers.update(headers)
    return response
