"""Multipart bodies: files in memory and on disk, limits, what the contract says about parts."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import Field

from accord.runtime import MISSING, Model, RuntimeSettings, Upload
from accord.runtime import declare as d
from tests.unit.runtime.bodies import BOUNDARY, MULTIPART, Bodies, free, multipart
from tests.unit.runtime.kit import problem_of

FIELDS = (
    d.FormField(name="name"),
    d.FormField(name="age", wire=d.Scalar(("integer",))),
    d.FormField(name="tags", wire=d.Array(d.Scalar())),
    d.FormField(name="meta", wire=d.Json()),
    d.FormField(name="notes", wire=d.Json(), times="each"),
)
FILE = d.FormField(name="file", wire=d.File())
FILES = d.FormField(name="files", wire=d.File(), times="each")


class Form(Model):
    file: Upload
    more: Annotated[list[Upload] | MISSING, Field(alias="files")] = MISSING


def form(*fields: d.FormField, **more: Any) -> d.BodyContent:
    return free(MULTIPART, form=fields, **more)


async def contents(body: Any) -> Any:
    """The body with the data of each file in its place."""
    return {name: await data_of(value) for name, value in body.items()}


async def data_of(value: Any) -> Any:
    if hasattr(value, "extend"):  # a list
        return [await data_of(item) for item in value]
    return await value.read() if isinstance(value, Upload) else value


def test_parts_become_fields(serve: Any) -> None:
    bodies = Bodies(serve, form(*FIELDS, FILE), guard={"body": True}, look=contents)
    body = multipart(
        ('name="name"', b"100%41"),
        ('name="age"', b"3"),
        ('name="tags"', b"x"),
        ('name="tags"', "ä".encode()),
        ('name="meta"', b'{"a":1}'),
        ('name="notes"', b'{"b":1}'),
        ('name="notes"', b'{"b":2}'),
        ('name="file"; filename="a.bin"', b"\xff\x00\r\n"),
        ('name="more"', b"1"),
        ('name="extra"; filename="x"', b"\xff"),
    )
    expected = {
        "name": "100%41",
        "age": 3,
        "tags": ["x", "ä"],
        "meta": {"a": 1},
        "notes": [{"b": 1}, {"b": 2}],
        "file": b"\xff\x00\r\n",
        "more": "1",
        "extra": b"\xff",
    }
    assert bodies.look(body, BOUNDARY) == expected
    for size in (1, 2, 7, 50):
        chunks = [body[start : start + size] for start in range(0, len(body), size)]
        assert bodies.look(chunks, BOUNDARY) == expected


def test_one_part_may_hold_a_whole_array(serve: Any) -> None:
    bodies = Bodies(serve, form(*FIELDS), guard={"body": True})
    assert bodies.keep(multipart(('name="notes"', b'[{"b":1},{"b":2}]')), BOUNDARY) == {
        "notes": [{"b": 1}, {"b": 2}]
    }
    assert bodies.keep(multipart(('name="notes"', b'{"b":1}')), BOUNDARY) == {"notes": [{"b": 1}]}


def test_an_object_in_brackets_or_as_json(serve: Any) -> None:
    deep = d.FormField(name="deep", wire=d.Object({"a": d.Scalar(("integer",))}), style="deepObject")
    bodies = Bodies(serve, form(deep), guard={"body": True})
    assert bodies.keep(multipart(('name="deep[a]"', b"1"), ('name="deep[b]"', b"%41")), BOUNDARY) == {
        "deep": {"a": 1, "b": "%41"}
    }
    assert bodies.keep(multipart(('name="deep"', b'{"a": 1}')), BOUNDARY) == {"deep": {"a": 1}}
    assert bodies.keep(multipart(('name="deep"', b"a=1&b=x+%26")), BOUNDARY) == {"deep": {"a": 1, "b": "x &"}}
    got = bodies.send(multipart(('name="deep"', b"{")), BOUNDARY)
    problem_of(got, 422)
    assert [error[1] for error in got.errors] == ["/deep"]


def test_a_part_with_an_empty_name(serve: Any) -> None:
    assert Bodies(serve, form(), guard={"body": True}).keep(multipart(('name=""', b"1")), BOUNDARY) == {
        "": "1"
    }


def test_files_reach_the_model(serve: Any) -> None:
    schema = {
        "required": ["file"],
        "properties": {
            "file": {"type": "string"},
            "files": {"type": "array", "items": {"type": "string"}, "minItems": 2},
        },
    }
    content = form(FILE, FILES, type=lambda: Form)

    async def look(body: Form) -> Any:
        upload = body.file
        more = [] if body.more is MISSING else body.more
        chunks = [chunk async for chunk in upload]
        await upload.seek(1)
        return (
            (upload.filename, upload.content_type, upload.size, upload.on_disk, dict(upload.headers)),
            b"".join(chunks),
            await upload.read(2),
            [await file.read() for file in more],
        )

    bodies = Bodies(serve, content, guard={"body": schema}, look=look)
    part = 'name="file"; filename="C:\\dir\\a/b.png"\nContent-Type: image/png; x=1\nX-Mark: Ü'
    head, data, middle, more = bodies.look(multipart((part, b"12345")), BOUNDARY)
    headers = {
        "content-disposition": 'form-data; name="file"; filename="C:\\dir\\a/b.png"',
        "content-type": "image/png; x=1",
        "x-mark": "Ü".encode().decode("latin-1"),
    }
    assert head == ("b.png", "image/png; x=1", 5, False, headers)
    assert (data, middle, more) == (b"12345", b"23", [])
    several = multipart(('name="file"', b""), ('name="files"', b"1"), ('name="files"', b"2"))
    assert bodies.look(several, BOUNDARY)[3] == [b"1", b"2"]
    got = bodies.send(multipart(('name="files"', b"1")), BOUNDARY)
    assert got.errors == [("body", "/file", "is required"), ("body", "/files", "must have at least 2 items")]


def test_a_required_array_without_items(serve: Any) -> None:
    files = d.FormField(name="files", wire=d.File(), times="each", empty=True)
    tags = d.FormField(name="tags", wire=d.Array(d.Scalar()), empty=True)
    schema = {"required": ["files", "tags"], "properties": {"tags": {"type": "array", "minItems": 0}}}
    bodies = Bodies(serve, form(files, tags, FILE), guard={"body": schema})
    assert bodies.keep(multipart(), BOUNDARY) == {"files": [], "tags": []}
    schema["properties"] = {"files": {"minItems": 1}}
    got = Bodies(serve, form(files, tags), guard={"body": schema}).send(multipart(), BOUNDARY)
    assert got.errors == [("body", "/files", "must have at least 1 item")]


def test_a_file_or_several(serve: Any) -> None:
    either = d.FormField(name="file", wire=d.File(), times="either")
    bodies = Bodies(serve, form(either), guard={"body": True}, look=contents)
    assert bodies.look(multipart(('name="file"', b"1")), BOUNDARY) == {"file": b"1"}
    assert bodies.look(multipart(('name="file"', b"1"), ('name="file"', b"2")), BOUNDARY) == {
        "file": [b"1", b"2"]
    }


def test_files_that_the_contract_does_not_name(serve: Any) -> None:
    content = form(additional=d.File(max_length=2))
    bodies = Bodies(
        serve, content, guard={"body": {"additionalProperties": {"type": "string"}}}, look=contents
    )
    assert bodies.look(multipart(('name="a"', b"1"), ('name="b"', b"2")), BOUNDARY) == {"a": b"1", "b": b"2"}
    assert bodies.send(multipart(('name="a"', b"123")), BOUNDARY).errors == [
        ("body", "/*", "must have at most 2 bytes")
    ]


def test_a_file_input_without_a_file_is_absent(serve: Any) -> None:
    bounded = d.FormField(name="file", wire=d.File(min_length=1))
    bodies = Bodies(serve, form(bounded), guard={"body": True})
    empty = 'name="file"; filename=""\nContent-Type: application/octet-stream'
    assert bodies.keep(multipart((empty, b"")), BOUNDARY) == {}


def test_lengths_of_files_count_bytes(serve: Any) -> None:
    bounded = d.FormField(name="file", wire=d.File(min_length=2, max_length=4))
    bodies = Bodies(serve, form(bounded), guard={"body": True})
    for data, reason in ((b"1", "must have at least 2 bytes"), (b"12345", "must have at most 4 bytes")):
        got = bodies.send(multipart(('name="file"; filename="a"', data)), BOUNDARY)
        problem_of(got, 422)
        assert got.errors == [("body", "/file", reason)]
    assert bodies.keep(multipart(('name="file"', "ää".encode())), BOUNDARY)["file"].size == 4


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (multipart(('name="a"', b"1")), MULTIPART, 400),
        (multipart(('name="a"', b"1")), f'{MULTIPART}; boundary=""', 400),
        (multipart(('name="a"', b"1")), f"{MULTIPART}; boundary=other", 400),
        (multipart(('name="a"', b"1")), f"{MULTIPART}; boundary={'x' * 500}", 400),
        (multipart(('name="a"', b"1"), end=b""), BOUNDARY, 400),
        (b"nonsense", BOUNDARY, 400),
        (multipart(("nothing", b"1")), BOUNDARY, 400),
        (multipart(('name="a"', b"\xff")), BOUNDARY, 400),
        (multipart(*[('name="a"', b"1")] * 4), BOUNDARY, 413),
        (multipart(('name="a"\nX: ' + "x" * 20_000, b"1")), BOUNDARY, 400),
        (multipart(('name="meta"', b"{")), BOUNDARY, 422),
        (multipart(('name="file"', b"1"), ('name="file"', b"2")), BOUNDARY, 422),
        (b"", BOUNDARY, 400),
        (multipart(('name="a"', b"1")), f"{MULTIPART}; boundary=\u00ff", 415),
        (multipart(('name="file"\nContent-Transfer-Encoding: base64', b"MQ==")), BOUNDARY, 415),
        (multipart(('name="name"\nContent-Type: text/plain; charset=latin-1', b"1")), BOUNDARY, 415),
        (multipart(('name="name"\nContent-Type: nonsense', b"1")), BOUNDARY, 415),
    ],
)
def test_broken_multipart(serve: Any, body: bytes, content_type: str, status: int) -> None:
    settings = RuntimeSettings(docs=False, max_form_fields=3)
    bodies = Bodies(serve, form(*FIELDS, FILE), guard={"body": True}, settings=settings)
    problem_of(bodies.send(body, content_type), status)


def test_what_stands_around_the_parts_means_nothing(serve: Any) -> None:
    bodies = Bodies(serve, form(*FIELDS), guard={"body": True})
    body = multipart(('name="name"', b"a"), end=b"--xyz--\r\nand more --xyz\r\n")
    assert bodies.keep([body, b"--xyz\r\n"], BOUNDARY) == {"name": "a"}


@pytest.mark.parametrize(
    ("stated", "accepted"),
    [
        ("image/png", True),
        ("IMAGE/Jpeg; q=1", True),
        ("image/gif", False),
        ("text/plain", False),
        ("png", False),
    ],
)
def test_declared_media_types_of_parts(serve: Any, stated: str, accepted: bool) -> None:
    declared = d.FormField(name="file", wire=d.File(), content_types=("image/png", "image/jpeg"))
    bodies = Bodies(serve, form(declared), guard={"body": True})
    got = bodies.send(multipart((f'name="file"; filename="a"\nContent-Type: {stated}', b"1")), BOUNDARY)
    if accepted:
        assert got.status == 200, got.body
        return
    problem_of(got, 415)
    assert got.errors == [("body", "/file", "must be sent as image/png or image/jpeg")]


def test_a_part_that_states_no_media_type_is_taken_as_declared(serve: Any) -> None:
    declared = d.FormField(name="file", wire=d.File(), content_types=("image/png",))
    bodies = Bodies(serve, form(declared, FILES), guard={"body": True})
    body = bodies.keep(multipart(('name="file"', b"1"), ('name="files"', b"1")), BOUNDARY)
    assert body["file"].content_type == "image/png"
    assert body["files"][0].content_type == "application/octet-stream"


def test_declared_headers_of_parts(serve: Any) -> None:
    headers = (
        d.Parameter(name="X-Page", argument="x", location="header", wire=d.Scalar(("integer",))),
        d.Parameter(name="X-Tags", argument="x", location="header", wire=d.Array(d.Scalar())),
    )
    declared = d.FormField(name="file", wire=d.File(), headers=headers, headers_guard="headers")
    schema = {
        "required": ["X-Page"],
        "properties": {"X-Page": {"type": "integer"}, "X-Tags": {"type": "array", "minItems": 2}},
    }
    bodies = Bodies(serve, form(declared), guard={"body": True, "headers": schema})
    good = multipart(('name="file"\nx-page: 3\nX-TAGS: a, b', b"1"))
    assert bodies.keep(good, BOUNDARY)["file"].headers["x-page"] == "3"
    got = bodies.send(multipart(('name="file"\nX-Tags: a', b"1")), BOUNDARY)
    problem_of(got, 422)
    assert got.errors == [
        ("body", "/file", "its header X-Page is required"),
        ("body", "/file", "its header X-Tags must have at least 2 items"),
    ]
    got = bodies.send(multipart(('name="file"\nX-Page: x', b"1")), BOUNDARY)
    assert got.errors == [("body", "/file", "its header X-Page must be integer")]


def limited(**limits: Any) -> RuntimeSettings:
    return RuntimeSettings(docs=False, **limits)


def test_large_files_go_to_disk_and_are_closed(serve: Any, tmp_path: Path) -> None:
    kept = tmp_path / "kept"

    async def look(body: Any) -> Any:
        upload = body["file"]
        await upload.read(3)
        assert await upload.save(kept) == upload.size
        return upload.on_disk, upload.size, await upload.read()

    data = os.urandom(30_000)
    settings = limited(max_stream_bytes=100_000, max_body_bytes=100, file_memory_bytes=10_000)
    bodies = Bodies(serve, form(FILE, *FIELDS), guard={"body": True}, look=look, settings=settings)
    body = multipart(('name="name"', b"a"), ('name="file"; filename="a"', data))
    for chunks in (body, [body[start : start + 1_000] for start in range(0, len(body), 1_000)]):
        assert bodies.look(chunks, BOUNDARY) == (True, 30_000, data[3:])
        assert kept.read_bytes() == data
        assert bodies.keeper.body["file"].closed
    small = multipart(('name="file"; filename="a"', data[:10_000]))
    assert bodies.look(small, BOUNDARY)[0] is False
    assert bodies.keeper.body["file"].closed


def test_limits(serve: Any) -> None:
    settings = limited(max_stream_bytes=3_000, max_body_bytes=1_000, max_file_bytes=2_000)
    bodies = Bodies(serve, form(FILE, *FIELDS), guard={"body": True}, settings=settings)
    got = bodies.send([b"never read"], BOUNDARY, headers=[("content-length", "3001")])
    assert "3000 bytes" in problem_of(got, 413)["detail"]
    got = bodies.send([multipart(('name="file"', b"1" * 1_900)), b"x" * 2_000, b"never read"], BOUNDARY)
    assert "The body is longer than 3000 bytes" in problem_of(got, 413)["detail"]
    got = bodies.send([multipart(('name="file"', b"1" * 2_001), end=b""), b"never read"], BOUNDARY)
    assert "A file of the body is longer than 2000 bytes" in problem_of(got, 413)["detail"]
    assert got.header("connection") == "close"
    texts = multipart(('name="name"', b"1" * 600), ('name="tags"', b"1" * 600), end=b"")
    got = bodies.send([texts, b"never read"], BOUNDARY)
    assert "What the body has beside files is longer than 1000 bytes" in problem_of(got, 413)["detail"]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Upload]:
    """Every upload that is made."""
    found: list[Upload] = []
    made = Upload.__init__

    def init(self: Upload, *args: Any, **more: Any) -> None:
        made(self, *args, **more)
        found.append(self)

    monkeypatch.setattr(Upload, "__init__", init)
    return found


def test_a_client_that_leaves_in_the_middle(
    serve: Any, caplog: pytest.LogCaptureFixture, opened: list[Upload]
) -> None:
    bodies = Bodies(serve, form(FILE), guard={"body": True}, settings=limited(file_memory_bytes=10))
    got = bodies.send([multipart(('name="file"', b"1" * 100), end=b"")], BOUNDARY, gone=True)
    assert got.messages == []
    assert bodies.keeper.body is ...
    assert not caplog.records
    assert [upload.closed for upload in opened] == [True]


@pytest.mark.parametrize(
    ("parts", "schema"),
    [
        ((('name="file"', b"1"), ('name="meta"', b"{")), True),
        ((('name="file"', b"1"), ('name="name"', b"\xff")), True),
        ((('name="file"', b"1"),), {"required": ["name"]}),
        ((('name="file"', b"1"), ("nothing", b"")), True),
    ],
)
def test_files_of_a_rejected_request_are_closed(
    serve: Any, opened: list[Upload], parts: tuple[tuple[str, bytes], ...], schema: Any
) -> None:
    bodies = Bodies(serve, form(FILE, *FIELDS), guard={"body": schema})
    assert bodies.send(multipart(*parts), BOUNDARY).status in {400, 422}
    assert [upload.closed for upload in opened] == [True]


def test_files_are_closed_when_the_operation_fails(serve: Any, opened: list[Upload]) -> None:
    async def fail(body: Any) -> Any:
        raise OSError("disk")

    bodies = Bodies(serve, form(FILE), guard={"body": True}, look=fail)
    problem_of(bodies.send(multipart(('name="file"', b"1")), BOUNDARY), 500)
    assert [upload.closed for upload in opened] == [True]


def test_an_upload_can_be_made_by_hand(tmp_path: Path) -> None:
    import asyncio

    async def use() -> None:
        upload = Upload(b"abc", filename="a.txt", content_type="text/plain", headers={"x": "1"})
        assert (upload.size, await upload.read(1), upload.file.read(), upload.headers["x"]) == (
            3,
            b"a",
            b"bc",
            "1",
        )
        await upload.save(tmp_path / "a")
        assert (tmp_path / "a").read_bytes() == b"abc"
        assert repr(upload) == "<Upload 3 bytes of text/plain>"
        with pytest.raises(FileNotFoundError):
            await upload.save(tmp_path / "no" / "folder")

    asyncio.run(use())
