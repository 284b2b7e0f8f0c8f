"""The wire, row by row, on generated code without hand edits: forms, files and sizes."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.unit.wire.contract import FORM, JSON, MAX_BODY, MAX_FILE


@pytest.mark.parametrize(
    ("text", "status", "seen"),
    [
        ("name=", 200, {"name": ""}),
        ("name=a&tags=x&tags=y", 200, {"name": "a", "tags": ["x", "y"]}),
        ("name=a&tags=", 200, {"name": "a", "tags": [""]}),
        ("name=a&name=b", 422, None),
        ("name=a&count=", 422, None),
        ("name=a&count=1", 200, {"name": "a", "count": 1}),
        ("count=1", 422, None),
        ("name=%ff", 400, None),
    ],
)
def test_fields_of_a_form(client: TestClient, text: str, status: int, seen: Any) -> None:
    response = client.post("/form", content=text, headers=FORM)
    assert response.status_code == status, response.text
    if seen is not None:
        assert response.json()["body"] == seen


@pytest.mark.parametrize("size", [0, MAX_FILE, MAX_FILE + 1])
def test_the_size_of_a_file(client: TestClient, size: int) -> None:
    response = client.post("/upload", files={"file": ("a.bin", b"x" * size)})
    assert response.status_code == (413 if size > MAX_FILE else 200), response.text


@pytest.mark.parametrize(
    ("content_type", "content", "status"),
    [
        ("multipart/form-data", b"--b\r\n", 400),
        ('multipart/form-data; boundary=""', b"--b\r\n", 400),
        ("multipart/form-data; boundary=", b"--b\r\n", 415),
        ("multipart/form-data; boundary=b", b"no boundary at all", 400),
        (
            "multipart/form-data; boundary=b",
            b"--b\r\nContent-Disposition: form-data; name=file\r\n\r\nx",
            400,
        ),
        ("multipart/form-data; boundary=b", b"--b--\r\n", 422),
        ("multipart/form-data; boundary=b", b"", 400),
    ],
)
def test_broken_multipart(client: TestClient, content_type: str, content: bytes, status: int) -> None:
    response = client.post("/upload", content=content, headers={"content-type": content_type})
    assert response.status_code == status, response.text


@pytest.mark.parametrize("path", ["/strict", "/form"])
def test_a_body_over_the_limit(client: TestClient, path: str) -> None:
    headers = FORM if path == "/form" else JSON
    by_length = client.post(path, content=b"x" * (MAX_BODY + 1), headers=headers)
    assert by_length.status_code == 413


def test_a_body_over_the_limit_is_not_read_to_its_end(client: TestClient) -> None:
    messages: list[Any] = []
    received = 0

    async def receive() -> dict[str, Any]:
        nonlocal received
        received += 1
        return {"type": "http.request", "body": b" " * 100_000, "more_body": received < 1_000}

    async def send(message: Any) -> None:
        messages.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/strict",
        "raw_path": b"/strict",
        "query_string": b"",
        "root_path": "",
        "headers": [(b"content-type", b"application/json"), (b"transfer-encoding", b"chunked")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    asyncio.run(client.app(scope, receive, send))  # type: ignore[arg-type]
    assert messages[0]["status"] == 413
    assert received <= MAX_BODY // 100_000 + 1

    declared = {**scope, "headers": [*scope["headers"][:1], (b"content-length", b"%d" % (MAX_BODY + 1))]}  # type: ignore[index]
    received = 0
    messages.clear()
    asyncio.run(client.app(declared, receive, send))  # type: ignore[arg-type]
    assert messages[0]["status"] == 413
    assert received == 0


def test_a_body_of_just_the_limit(client: TestClient) -> None:
    text = json.dumps("x" * (MAX_BODY - 2)).encode()
    assert len(text) == MAX_BODY
    assert client.post("/anything", content=text, headers=JSON).status_code == 200
