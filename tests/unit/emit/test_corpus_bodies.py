"""Bodies of real contracts: whatever they declare is read, and reaches an implementation as its type says."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel

from accord.diagnostics import Severity
from accord.emit.tree import write_tree
from accord.runtime import ByteStream, Rejection, RuntimeSettings, Upload, create_app
from tests.unit.emit.test_corpus import CORPUS, generated

pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="the corpus of real contracts is not beside this project"
)

FORM = "application/x-www-form-urlencoded"
SEEN = 418
"""The status under which the implementation tells what it has seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A request, and what its body has to be: names and values of a model, text, bytes, a list."""

    file: str
    method: str
    path: str
    seen: Any  # Any: whatever the body becomes, by Python names
    content: bytes | None = None
    content_type: str = ""
    files: list[tuple[str, Any]] = field(
        default_factory=list[tuple[str, Any]]
    )  # Any: httpx's kinds of a file
    headers: dict[str, str] = field(default_factory=dict[str, str])


def text(value: str) -> tuple[None, str]:
    """A part that is no file."""
    return None, value


POSTS = (
    Post(
        file="ogen-form.json",
        method="POST",
        path="/testMultipartUpload",
        files=[
            ("orderId", text("7")),
            ("file", ("a", b"1")),
            ("files", ("b", b"22")),
            ("files", ("c", b"333")),
        ],
        seen={"order_id": 7, "file": b"1", "files": [b"22", b"333"]},
    ),
    Post(
        file="ogen-form.json",
        method="POST",
        path="/testMultipart",
        files=[
            ("description", text("d")),
            ("array", text("x")),
            ("array", text("y")),
            ("object", text('{"max": 1}')),
            ("deepObject[max]", text("2")),
        ],
        seen={"description": "d", "array": ["x", "y"], "object_": {"max": 1}, "deep_object": {"max": 2}},
    ),
    Post(
        file="ogen-form.json",
        method="POST",
        path="/testFormURLEncoded",
        content=b"description=d+%26&array=x&array=y&object=%7B%22max%22%3A1%7D&deepObject[max]=2&id=3",
        content_type=FORM,
        seen={
            "description": "d &",
            "array": ["x", "y"],
            "object_": {"max": 1},
            "deep_object": {"max": 2},
            "id": 3,
        },
    ),
    Post(
        file="ogen-form.json",
        method="POST",
        path="/testShareFormSchema",
        files=[("filename", text("a")), ("file", ("a", b"12"))],
        seen={"filename": "a", "file": b"12"},
    ),
    Post(
        file="ogen-http-requests.json",
        method="POST",
        path="/allRequestBodies",
        files=[("name", text("a")), ("age", text("3"))],
        seen={"name": "a", "age": 3},
    ),
    Post(
        file="ogen-http-requests.json",
        method="POST",
        path="/allRequestBodies",
        content=b"abc",
        content_type="application/octet-stream",
        seen=b"abc",
    ),
    Post(
        file="ogen-http-requests.json",
        method="POST",
        path="/allRequestBodiesOptional",
        content=b"",
        seen=None,
    ),
    Post(
        file="ogen-http-requests.json",
        method="POST",
        path="/maskContentType",
        content=b"abc",
        content_type="application/pdf",
        seen=b"abc",
    ),
    Post(
        file="rm31-petstore.yaml",
        method="POST",
        path="/v2/pet",
        content=b"<pet/>",
        content_type="application/xml",
        headers={"Authorization": "Bearer t"},
        seen="<pet/>",
    ),
    Post(
        file="rm31-petstore.yaml",
        method="POST",
        path="/v2/pet/1/uploadImage",
        content=b"abc",
        content_type="application/octet-stream",
        headers={"Authorization": "Bearer t"},
        seen=b"abc",
    ),
    Post(
        file="spotify.yaml",
        method="PUT",
        path="/v1/playlists/x/images",
        content=b"abc",
        content_type="image/jpeg",
        headers={"Authorization": "Bearer t"},
        seen=b"abc",
    ),
)


class Anything:
    """Implements every operation, and every security scheme."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)

        async def method(**arguments: Any) -> Any:
            if "scopes" in arguments:
                return "me"
            self.seen.append(await plain(arguments.get("body")))
            raise Rejection.of_status(SEEN, detail="seen")

        return method

    def __init__(self) -> None:
        self.seen: list[Any] = []


async def plain(body: Any) -> Any:
    """*body* without what is absent, with the data of its files."""
    if hasattr(body, "media_type"):  # a Sent
        return await plain(body.body)
    if isinstance(body, BaseModel):
        given = {name: value for name, value in body if name in body.model_fields_set}
        return {name: await plain(value) for name, value in given.items()}
    if hasattr(body, "extend"):  # a list
        return [await plain(item) for item in body]
    return await body.read() if isinstance(body, Upload | ByteStream) else body


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[FastAPI, Anything]]]:
    """An application for each file."""
    folder = tmp_path_factory.mktemp("corpus_bodies")
    sys.path.insert(0, str(folder))
    known = set(sys.modules)
    made: dict[str, tuple[FastAPI, Anything]] = {}
    for number, file in enumerate(dict.fromkeys(item.file for item in POSTS)):
        result = generated(file)
        lost = [
            diagnostic
            for diagnostic in result.diagnostics
            if diagnostic.severity is not Severity.INFO and "request" in diagnostic.code
        ]
        assert lost == []
        write_tree(result.tree, folder / f"corpus_body_{number}")
        (name,) = {path.partition("/")[0] for path in result.tree if "/" in path} - {"common"}
        made[file] = installed(importlib.import_module(f"corpus_body_{number}.{name}"))
    yield made
    sys.path.remove(str(folder))
    for name in set(sys.modules) - known:
        if name.startswith("corpus_body_"):
            del sys.modules[name]


def installed(version: Any) -> tuple[FastAPI, Anything]:
    """A generated version on an application, with one object as everything that it asks for."""
    app, anything = create_app(), Anything()
    asked = [
        name
        for name, kind in version.install.__annotations__.items()
        if name not in {"app", "errors", "settings", "return"} and kind
    ]
    given = {name: (lambda: anything) for name in asked}
    version.install(app, **given, settings=RuntimeSettings(docs=False))
    return app, anything


@pytest.mark.parametrize("post", POSTS, ids=lambda item: f"{item.file}-{item.path}-{item.content_type}")
def test_a_body_of_a_real_contract(served: dict[str, tuple[FastAPI, Anything]], post: Post) -> None:
    app, anything = served[post.file]
    headers = dict(post.headers)
    if post.content_type:
        headers["content-type"] = post.content_type
    anything.seen.clear()
    client = TestClient(app)
    response = client.request(
        post.method, post.path, headers=headers, content=post.content, files=post.files or None
    )
    assert response.status_code == SEEN, response.text
    assert anything.seen == [post.seen]
