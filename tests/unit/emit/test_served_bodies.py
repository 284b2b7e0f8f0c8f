"""Request bodies of generated code: what a contract declares arrives typed, and what it forbids is refused."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from accord.emit.tree import write_tree
from tests.unit.emit.operations import generate_all, write_spec

SPEC = """
    openapi: 3.1.1
    info: {title: Bodies, version: 1.0.0}
    components:
      schemas:
        Pet: {type: object, required: [name], properties: {name: {type: string}, age: {type: integer}}}
        Toy: {type: object, required: [kind], properties: {kind: {const: toy}}}
        Album:
          type: object
          required: [cover, pages]
          properties:
            title: {type: string, maxLength: 5}
            cover: {type: string, format: binary, minLength: 2, maxLength: 20, description: The cover.}
            pages: {type: array, minItems: 1, maxItems: 2, items: {type: string, contentMediaType: image/png}}
            extra: {}
            owner: {$ref: '#/components/schemas/Pet'}
            friends: {type: array, items: {$ref: '#/components/schemas/Pet'}}
            tags: {type: array, items: {type: string}}
            count: {type: integer}
            sealed: {type: string, contentEncoding: base64}
            either: {anyOf: [{type: string, format: binary}, {type: array, items: {type: string, format: binary}}]}
    paths:
      /album:
        post:
          operationId: addAlbum
          tags: [All]
          requestBody:
            required: true
            content:
              multipart/form-data:
                schema: {$ref: '#/components/schemas/Album'}
                encoding:
                  cover: {contentType: 'image/png, image/jpeg', headers: {X-Page: {required: true, schema: {type: integer}}}}
                  tags: {style: form, explode: false}
          responses: {'200': {description: ok, content: {application/json: {schema: {type: string}}}}}
      /files:
        post:
          operationId: addFiles
          tags: [All]
          requestBody:
            content:
              multipart/form-data:
                schema: {type: object, additionalProperties: {type: string, format: binary}}
          responses: {'200': {description: ok, content: {application/json: {schema: {type: string}}}}}
      /pets:
        post:
          operationId: addPet
          tags: [All]
          requestBody:
            content:
              application/json: {schema: {$ref: '#/components/schemas/Pet'}}
              application/vnd.toy+json: {schema: {$ref: '#/components/schemas/Toy'}}
              text/plain: {schema: {type: string, maxLength: 3}}
              image/*: {}
              application/pdf: {schema: {type: string, format: binary}}
              application/jsonl: {schema: {$ref: '#/components/schemas/Pet'}}
          responses: {'200': {description: ok, content: {application/json: {schema: {type: string}}}}}
      /same:
        post:
          operationId: addSame
          tags: [All]
          requestBody:
            required: true
            content:
              application/json: {schema: {$ref: '#/components/schemas/Pet'}}
              application/merge-patch+json: {schema: {$ref: '#/components/schemas/Pet'}}
              application/x-www-form-urlencoded: {schema: {$ref: '#/components/schemas/Pet'}}
              application/xml: {schema: {$ref: '#/components/schemas/Pet'}}
          responses: {'200': {description: ok, content: {application/json: {schema: {type: string}}}}}
      /number:
        put:
          operationId: putNumber
          tags: [All]
          requestBody: {required: true, content: {text/plain: {schema: {type: integer, minimum: 3}}}}
          responses: {'200': {description: ok, content: {application/json: {schema: {type: string}}}}}
    """

IMPLEMENTATION = """
from __future__ import annotations

from typing import Any, Literal, final

from accord.runtime import MISSING, ByteStream, ItemStream, RequestBody, Upload, create_app
from typing_extensions import override

from .generated import v1
from .generated.v1 import models, protocols

SEEN: dict[str, Any] = {}


@final
class All(protocols.AllApi):
    @override
    async def add_album(self, *, body: models.AddAlbumForm) -> str:
        cover: Upload = body.cover
        SEEN.update(
            cover=(cover.filename, cover.content_type, cover.headers["x-page"], await cover.read()),
            pages=[await page.read() for page in body.pages],
            rest=body.model_dump(exclude={"cover", "pages", "extra", "either"}),
            extra=None if body.extra is MISSING else await body.extra.read(),
        )
        if body.either is not MISSING:
            many = body.either if isinstance(body.either, list) else [body.either]
            SEEN["either"] = [one.size for one in many]
        return "ok"

    @override
    async def add_files(self, *, body: dict[str, Upload] | None) -> str:
        SEEN["files"] = None if body is None else {name: one.size for name, one in body.items()}
        return "ok"

    @override
    async def add_pet(
        self, *, body: models.Pet | models.Toy | str | ByteStream | ItemStream[models.Pet] | None
    ) -> str:
        match body:
            case models.Pet(name=name):
                return f"pet {name}"
            case models.Toy(kind=kind):
                return f"toy {kind}"
            case str():
                return f"text {body}"
            case ByteStream():
                return f"{body.content_type} {len(await body.read())}"
            case ItemStream():
                return f"items {[one.name async for one in body]}"
            case None:
                return "nothing"

    @override
    async def add_same(
        self,
        *,
        body: RequestBody[Literal["application/json"], models.Pet]
        | RequestBody[Literal["application/merge-patch+json"], models.Pet]
        | RequestBody[Literal["application/x-www-form-urlencoded"], models.Pet]
        | RequestBody[Literal["application/xml"], str],
    ) -> str:
        if body.media_type == "application/xml":
            return f"xml {body.body.upper()}"
        return f"{body.media_type} {body.body.name}"

    @override
    async def put_number(self, *, body: int) -> str:
        return str(body + 1)


async def provide() -> All:
    return All()


app = create_app()
v1.install(app, all=provide)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bodies")
    package = folder / "served_bodies"
    write_spec(folder / "spec", {"v1/openapi.yaml": SPEC})
    result = generate_all(folder / "spec")
    assert [diagnostic.code for diagnostic in result.diagnostics] == ["unsupported-request-schema"]
    write_tree(result.tree, package / "generated")
    for place in (package, package / "generated"):
        (place / "__init__.py").touch()
    (package / "service.py").write_text(IMPLEMENTATION)
    return folder


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[tuple[TestClient, dict[str, Any]]]:
    sys.path.insert(0, str(folder))
    known = set(sys.modules)
    module = importlib.import_module("served_bodies.service")
    yield TestClient(module.app), module.SEEN
    sys.path.remove(str(folder))
    for name in set(sys.modules) - known:
        if name.startswith("served_bodies"):
            del sys.modules[name]


Served = tuple[TestClient, dict[str, Any]]


def album(**changes: Any) -> list[tuple[str, Any]]:
    """Parts of an album; a part of ``None`` is left out."""
    parts: dict[str, Any] = {
        "cover": ("a.png", b"\xff12", "image/png", {"X-Page": "3"}),
        "pages": ("p.png", b"page", "image/png"),
        **changes,
    }
    return [(name, value) for name, value in parts.items() if value is not None]


def test_a_form_of_files_is_one_model(served: Served) -> None:
    client, seen = served
    seen.clear()
    response = client.post(
        "/album",
        files=[
            *album(),
            ("pages", ("q.png", b"other", "image/png")),
            ("extra", ("e", b"\x00", "application/octet-stream")),
            ("either", ("1", b"1")),
            ("either", ("2", b"22")),
            ("friends", (None, b'{"name": "a"}', "application/json")),
            ("friends", (None, b'{"name": "b"}', "application/json")),
        ],
        data={
            "title": "x",
            "owner": '{"name": "o", "age": 3}',
            "tags": "a,b",
            "count": "4",
            "sealed": "eA==",
        },
    )
    assert response.status_code == 200, response.text
    assert seen == {
        "cover": ("a.png", "image/png", "3", b"\xff12"),
        "pages": [b"page", b"other"],
        "extra": b"\x00",
        "either": [1, 2],
        "rest": {
            "title": "x",
            "owner": {"name": "o", "age": 3},
            "friends": [{"name": "a"}, {"name": "b"}],
            "tags": ["a", "b"],
            "count": 4,
            "sealed": "eA==",
        },
    }


@pytest.mark.parametrize(
    ("changes", "status", "pointers"),
    [
        ({"pages": None}, 422, ["/pages"]),
        ({"cover": ("a.gif", b"123", "image/gif", {"X-Page": "3"})}, 415, ["/cover"]),
        ({"cover": ("a.png", b"123", "image/png")}, 422, ["/cover"]),
        ({"cover": ("a.png", b"1", "image/png", {"X-Page": "3"})}, 422, ["/cover"]),
        ({"cover": ("a.png", b"1" * 21, "image/png", {"X-Page": "3"})}, 422, ["/cover"]),
        ({"pages": ("p.png", b"", "text/plain")}, 415, ["/pages"]),
        ({"title": (None, "longer")}, 422, ["/title"]),
        ({"count": (None, "1.0")}, 422, ["/count"]),
        ({"owner": (None, "{}")}, 422, ["/owner/name"]),
    ],
)
def test_what_the_contract_says_of_parts(
    served: Served, changes: dict[str, Any], status: int, pointers: list[str]
) -> None:
    client, _ = served
    response = client.post("/album", files=album(**changes))
    assert response.status_code == status, response.text
    assert [error["pointer"] for error in response.json()["errors"]] == pointers


def test_free_files(served: Served) -> None:
    client, seen = served
    assert client.post("/files", files={"a": b"12", "b": ("b", b"3")}).status_code == 200
    assert seen["files"] == {"a": 2, "b": 1}
    assert client.post("/files").status_code == 200
    assert seen["files"] is None


@pytest.mark.parametrize(
    ("content_type", "body", "seen"),
    [
        ("application/json", b'{"name": "a"}', "pet a"),
        ("application/vnd.toy+json", b'{"kind": "toy"}', "toy toy"),
        ("text/plain; charset=utf-8", b"x", "text x"),
        ("image/webp", b"123", "image/webp 3"),
        ("application/pdf", b"12", "application/pdf 2"),
        ("application/jsonl", b'{"name": "a"}\n{"name": "b"}', "items ['a', 'b']"),
        (None, b"", "nothing"),
    ],
)
def test_a_union_that_the_types_tell_apart(
    served: Served, content_type: str | None, body: bytes, seen: str
) -> None:
    client, _ = served
    headers = {} if content_type is None else {"content-type": content_type}
    response = client.post("/pets", content=body, headers=headers)
    assert (response.status_code, response.json()) == (200, seen)


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("text/plain", b"1234", 422),
        ("text/plain; charset=latin-1", b"1", 415),
        ("text/html", b"1", 415),
        ("application/vnd.other+json", b"{}", 415),
        ("application/jsonl", b'{"name": "a"}\n{}', 422),
        ("application/jsonl", b"{", 400),
        (None, b"x", 415),
    ],
)
def test_what_is_not_declared_is_rejected(
    served: Served, content_type: str | None, body: bytes, status: int
) -> None:
    client, _ = served
    headers = {} if content_type is None else {"content-type": content_type}
    assert client.post("/pets", content=body, headers=headers).status_code == status


@pytest.mark.parametrize(
    ("content_type", "body", "seen"),
    [
        ("application/json", b'{"name": "a"}', "application/json a"),
        ("application/merge-patch+json", b'{"name": "a"}', "application/merge-patch+json a"),
        ("application/x-www-form-urlencoded", b"name=a", "application/x-www-form-urlencoded a"),
        ("application/xml", b"<a/>", "xml <A/>"),
    ],
)
def test_bodies_of_one_type_carry_their_media_type(
    served: Served, content_type: str, body: bytes, seen: str
) -> None:
    client, _ = served
    response = client.post("/same", content=body, headers={"content-type": content_type})
    assert (response.status_code, response.json()) == (200, seen)


def test_text_that_spells_a_number(served: Served) -> None:
    client, _ = served
    response = client.put("/number", content=b"41", headers={"content-type": "text/plain"})
    assert (response.status_code, response.json()) == (200, "42")
    for body in (b"2", b"3.0", b"x", b""):
        assert client.put("/number", content=body, headers={"content-type": "text/plain"}).status_code == 422


@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_the_implementation_passes_strict_checkers(folder: Path, checker: str) -> None:
    (folder / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}')
    mypy = ["--strict", "--cache-dir=/dev/null"]
    command = mypy if checker == "mypy" else ["--pythonpath", sys.executable]
    run = subprocess.run(
        [sys.executable, "-m", checker, *command, "served_bodies"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert run.returncode == 0, run.stdout
