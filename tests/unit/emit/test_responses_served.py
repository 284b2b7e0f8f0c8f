"""Responses of every kind through generated code, under a typed implementation."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from accord.emit.tree import write_tree
from tests.unit.emit.operations import generate_all, write_spec
from tests.unit.emit.responses_service import IMPLEMENTATION, SPEC

TOOLS = Path(__file__).parents[3] / "tools"
FILE = bytes(range(256)) * 1000


@dataclass(frozen=True, slots=True)
class Served:
    """The service under its three modes, and what the implementation noted."""

    folder: Path
    check: TestClient
    trust: TestClient
    sample: TestClient
    seen: list[str]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("responses")
    package = folder / "responses_case"
    write_spec(folder / "spec", {"v1/openapi.yaml": SPEC})
    result = generate_all(folder / "spec")
    assert sorted(diagnostic.code for diagnostic in result.diagnostics) == [
        "operation-without-response",
        "unsupported-response-multipart",
        "unsupported-response-schema",
    ]
    write_tree(result.tree, package / "generated")
    (package / "__init__.py").write_text("")
    (package / "service.py").write_text(IMPLEMENTATION)
    (package / "file.bin").write_bytes(FILE)
    sys.path.insert(0, str(folder))
    known = set(sys.modules)
    module = importlib.import_module("responses_case.service")
    check, trust, sample = (
        TestClient(app, raise_server_exceptions=False)
        for app in (module.app, module.trusting, module.sampling)
    )
    yield Served(folder, check, trust, sample, module.SEEN)
    sys.path.remove(str(folder))
    for name in set(sys.modules) - known:
        if name.startswith("responses_case"):
            del sys.modules[name]


def get(served: Served, path: str, **headers: str) -> Any:  # Any: httpx's answer
    return served.check.get(f"/api{path}", headers={name.replace("_", "-"): v for name, v in headers.items()})


@pytest.mark.slow
def test_the_implementation_is_typed(served: Served) -> None:
    environment = {**os.environ, "MYPYPATH": str(TOOLS)}
    mypy = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--config-file=",
        "--cache-dir=/dev/null",
        "responses_case",
    ]
    done = subprocess.run(
        mypy, cwd=served.folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    settings = {"extraPaths": [str(TOOLS)], "typeCheckingMode": "strict", "include": ["responses_case"]}
    (served.folder / "pyrightconfig.json").write_text(json.dumps(settings))
    pyright = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable]
    done = subprocess.run(
        pyright, cwd=served.folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("accept", "media_type", "body"),
    [
        (None, "application/json", b'{"id":1}'),
        ("*/*", "application/json", b'{"id":1}'),
        ("text/*", "text/csv; charset=utf-8", b"id\n1\n"),
        ("text/csv;q=0.5, application/json;q=0.4", "text/csv; charset=utf-8", b"id\n1\n"),
        ("text/csv, application/json;q=0", "text/csv; charset=utf-8", b"id\n1\n"),
        ("application/vnd.item+json", "application/vnd.item+json", b'{"id":1}'),
        ("application/*;q=0.1, application/json;q=0", "application/vnd.item+json", b'{"id":1}'),
        ("application/json;v=2", "application/json", b'{"id":1}'),
        ("text/html, */*;q=0.1", "application/json", b'{"id":1}'),
    ],
)
def test_accept_chooses(served: Served, accept: str | None, media_type: str, body: bytes) -> None:
    served.check.headers.pop("accept", None)
    response = get(served, "/items/1", **({} if accept is None else {"accept": accept}))
    assert (response.status_code, response.headers["content-type"], response.content) == (
        200,
        media_type,
        body,
    )
    assert served.seen[-1] == media_type.partition(";")[0]


@pytest.mark.parametrize("accept", ["text/html", "application/json;q=0, image/*", "nonsense"])
@pytest.mark.parametrize("path", ["/items/1", "/picture", "/lines", "/strict-json"])
def test_what_cannot_be_met_is_406_where_several_media_types_or_406_are_documented(
    served: Served, accept: str, path: str
) -> None:
    if path == "/picture" and "image" in accept:
        return
    response = get(served, path, accept=accept)
    assert (response.status_code, response.headers["content-type"]) == (406, "application/problem+json")


def test_accept_does_not_matter_where_there_is_no_choice(served: Served) -> None:
    assert get(served, "/only-json", accept="text/html").json() == {"id": 1}


def test_a_named_media_type_and_a_text_against_its_schema(served: Served) -> None:
    response = get(served, "/items/7", accept="application/json")
    assert response.headers["content-type"] == "application/vnd.item+json"
    assert get(served, "/items/2", accept="text/csv").status_code == 500
    assert served.trust.get("/api/items/2", headers={"accept": "text/csv"}).text == "wrong"


@pytest.mark.parametrize(
    ("status", "answered"), [(404, "range"), (418, "range"), (500, "default"), (599, "default"), (600, None)]
)
def test_ranges_and_default_ask_for_a_status_that_fits(
    served: Served, status: int, answered: str | None
) -> None:
    response = get(served, f"/items/{status}")
    if answered is None:
        assert response.status_code == 500
        assert "fail" in response.json()["detail"]
    else:
        assert (response.status_code, response.json()) == (status, {"title": answered})


def test_head_says_what_get_would(served: Served) -> None:
    plain = served.check.head("/api/items/1")
    assert (plain.status_code, plain.content) == (200, b"")
    assert plain.headers["content-type"] == "application/json"
    assert "content-length" not in plain.headers
    typed = served.check.head("/api/items/2")
    assert (typed.headers["content-length"], typed.headers["x-left"]) == ("8", "3")


def test_methods_of_a_path(served: Served) -> None:
    rejected = served.check.head("/api/only-json")
    assert (rejected.status_code, rejected.headers["allow"]) == (405, "GET")
    both = served.check.post("/api/items/1")
    assert (both.status_code, both.headers["allow"]) == (405, "GET, HEAD")
    options = served.check.options("/api/items/1")
    assert (options.status_code, options.headers["allow"]) == (204, "GET, HEAD")


@pytest.mark.parametrize(
    ("accept", "negotiated", "sent"),
    [
        ("*/*", "image/*", "image/png"),
        ("image/webp;q=0.5, image/gif", "image/gif", "image/gif"),
        ("text/html, image/*", "image/*", "image/png"),
    ],
)
def test_a_range_is_narrowed(served: Served, accept: str, negotiated: str, sent: str) -> None:
    response = get(served, "/picture", accept=accept)
    assert (response.headers["content-type"], response.content, served.seen[-1]) == (
        sent,
        b"picture",
        negotiated,
    )


def test_files_and_their_ranges(served: Served) -> None:
    whole = get(served, "/file")
    assert (whole.content, whole.headers["content-length"]) == (FILE, str(len(FILE)))
    part = get(served, "/file", range="bytes=250-259")
    assert (part.status_code, part.content) == (206, FILE[250:260])
    assert part.headers["content-range"] == f"bytes 250-259/{len(FILE)}"
    beyond = get(served, "/file", range="bytes=0-9999999")
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{len(FILE)}")


def test_text_and_what_is_sent_as_it_is_given(served: Served) -> None:
    page = get(served, "/page")
    assert (page.headers["content-type"], page.content) == ("text/html; charset=utf-8", "<p>ä</p>".encode())
    feed = get(served, "/feed")
    assert (feed.headers["content-type"], feed.text) == ("application/xml", "<feed/>")
    assert get(served, "/parts").headers["content-type"] == "multipart/mixed; boundary=b"
    nothing = get(served, "/nothing")
    assert (nothing.status_code, nothing.content) == (204, b"")


def test_items_one_after_the_other(served: Served) -> None:
    lines = get(served, "/lines")
    assert (lines.headers["content-type"], lines.content) == ("application/jsonl", b'{"id":1}\n{"id":2}\n')
    framed = get(served, "/lines?last=1", accept="application/json-seq")
    assert framed.content == b'\x1e{"id":1}\n'
    assert get(served, "/lines?last=-1").status_code == 404
    assert get(served, "/lines?last=0").status_code == 500
    assert served.trust.get("/api/lines?last=0").content == b'{"id":0}\n'


def test_events_resume(served: Served) -> None:
    assert get(served, "/ticks").text.count("data:") == 3
    resumed = get(served, "/ticks", last_event_id="2")
    assert resumed.text == 'id: 3\ndata: {"id":3}\n\n'
    assert get(served, "/ticks", last_event_id="x").status_code == 422
    raw = served.check.get("/api/tokens", headers=[(b"last-event-id", "7é".encode())])
    assert raw.text == "event: token\nid: é\nretry: 10\ndata: after 7é\n\n"
    assert "data: after None" in get(served, "/tokens").text


def test_a_stream_of_a_request_may_be_the_response(served: Served) -> None:
    response = served.check.post(
        "/api/echo", content=b"x" * 200_000, headers={"content-type": "application/octet-stream"}
    )
    assert (response.status_code, len(response.content)) == (200, 200_000)


def test_headers_of_every_shape(served: Served) -> None:
    response = get(served, "/headers")
    assert response.status_code == 200, response.text
    wanted = {
        "x-text": "text",
        "x-count": "2",
        "x-list": "1,2",
        "x-plain": "a,1,b,x",
        "x-exploded": "a=1,b=x",
        "x-json": '{"id":3}',
        "x-raw": "raw, text",
    }
    assert {name: response.headers[name] for name in wanted} == wanted
    assert response.headers.get_list("set-cookie") == ["a=1", "b=2"]
    assert response.headers.get_list("x-extra") == ["1", "2"]
    assert get(served, "/headers?wrong=true").status_code == 500
    assert served.trust.get("/api/headers?wrong=true").headers["x-count"] == "-1"
    assert served.sample.get("/api/headers?wrong=true").headers["x-count"] == "-1"


@pytest.mark.parametrize(
    "path",
    ["/items/1", "/picture", "/file", "/page", "/feed", "/parts", "/lines", "/ticks", "/tokens", "/headers"],
)
def test_every_kind_is_the_same_in_every_mode(served: Served, path: str) -> None:
    responses = [client.get(f"/api{path}") for client in (served.check, served.sample, served.trust)]
    assert {response.status_code for response in responses} == {200}
    assert len({response.content for response in responses}) == 1
