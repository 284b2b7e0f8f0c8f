"""What clients are given, and what is told of those that lack something."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from accord.errors import EnvironmentFaultError
from accord.sdk import build_client, programs
from accord.sdk.streams import with_event_payloads, with_streams_as_text
from accord.sdk.views import with_views

NAME = {"type": "string"}
USER = {
    "title": "User",
    "type": "object",
    "required": ["id", "name", "password"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "name": NAME,
        "password": {"type": "string", "writeOnly": True},
    },
}


def body(name: str) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}}


def contract(
    schemas: dict[str, Any], *, sent: str, answered: str, media: str = "application/json"
) -> dict[str, Any]:
    response = {"description": "", "content": {media: body(answered)["content"]["application/json"]}}
    post = {"operationId": "post", "requestBody": body(sent), "responses": {"200": response}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "The shop", "version": "1.2"},
        "paths": {"/a": {"post": post}},
        "components": {"schemas": schemas},
    }


def test_a_request_has_its_own_view_where_it_differs() -> None:
    holder = {"type": "object", "properties": {"user": {"$ref": "#/components/schemas/User"}}}
    data: Any = with_views(
        contract({"User": USER, "Holder": holder, "Name": NAME}, sent="Holder", answered="Holder")
    )
    schemas = data["components"]["schemas"]
    assert list(schemas) == ["User", "Holder", "Name", "UserWrite", "HolderWrite"]
    assert list(schemas["User"]["properties"]) == ["id", "name"]
    assert schemas["User"]["required"] == ["id", "name"]
    assert list(schemas["UserWrite"]["properties"]) == ["name", "password"]
    assert "title" not in schemas["UserWrite"]
    assert schemas["HolderWrite"]["properties"]["user"] == {"$ref": "#/components/schemas/UserWrite"}
    post = data["paths"]["/a"]["post"]
    assert post["requestBody"] == body("HolderWrite")
    assert post["responses"]["200"]["content"] == body("Holder")["content"]


def test_a_schema_of_requests_alone_keeps_its_name() -> None:
    data: Any = with_views(contract({"User": USER, "Name": NAME}, sent="User", answered="Name"))
    schemas = data["components"]["schemas"]
    assert list(schemas) == ["User", "Name"]
    assert list(schemas["User"]["properties"]) == ["name", "password"]


def test_a_contract_without_marks_stays_as_it_is() -> None:
    data = contract(
        {"Name": NAME, "Loop": {"properties": {"next": {"$ref": "#/components/schemas/Loop"}}}},
        sent="Loop",
        answered="Name",
    )
    assert with_views(data) == data


EVENT = {
    "type": "object",
    "properties": {"event": {"const": "a"}, "data": {"contentSchema": {"$ref": "#/components/schemas/Name"}}},
}


def test_clients_that_read_events_get_the_payloads() -> None:
    schemas = {
        "Name": NAME,
        "A": EVENT,
        "B": {"type": "object", "properties": {"data": {"type": "string", "maxLength": 3}}},
        "Event": {
            "oneOf": [
                {"$ref": "#/components/schemas/A"},
                {"$ref": "#/components/schemas/B"},
                {"$ref": "#/components/schemas/A"},
            ]
        },
    }
    data: Any = with_event_payloads(
        contract(schemas, sent="Name", answered="Event", media="text/event-stream")
    )
    media = data["paths"]["/a"]["post"]["responses"]["200"]["content"]["text/event-stream"]
    assert media["schema"] == {
        "anyOf": [{"$ref": "#/components/schemas/Name"}, {"type": "string", "maxLength": 3}]
    }


@pytest.mark.parametrize(
    "media", ["text/event-stream", "application/jsonl", "application/x-ndjson; charset=utf-8"]
)
def test_clients_that_read_none_get_text_and_say_so(media: str) -> None:
    data, notes = with_streams_as_text(contract({"Name": NAME}, sent="Name", answered="Name", media=media))
    content: Any = data
    content = content["paths"]["/a"]["post"]["responses"]["200"]["content"]
    assert content == {media: {"schema": {"type": "string"}}}
    assert [note.code for note in notes] == ["sdk-stream"]
    assert notes[0].pointer.startswith("/paths/~1a/post/responses/200/content/")


def test_a_python_client_has_a_package_a_list_of_its_files_and_notes_with_a_place() -> None:
    data = contract({"Name": NAME}, sent="Name", answered="Name")
    data["paths"]["/b"] = {
        "put": {
            "requestBody": {"content": {"application/x-strange": {"schema": {"type": "string"}}}},
            "responses": {"204": {"description": ""}},
        }
    }
    client = build_client(data, "python")
    assert "the_shop_client/api/default/post.py" in client.files
    assert "manifest.json" in client.files
    assert [(note.code, note.pointer, note.is_error) for note in client.notes] == [
        ("sdk-left-out", "/paths/~1b/put", False)
    ]
    assert build_client(data, "python").files == client.files


def test_a_contract_that_the_generator_rejects_gives_no_client() -> None:
    data = contract({"Name": NAME}, sent="Name", answered="Name")
    del data["info"]["version"]
    client = build_client(data, "python", name="x")
    assert not client.files
    assert [note.is_error for note in client.notes] == [True]


def test_a_machine_without_node_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(programs, "find_spec", lambda _name: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EnvironmentFaultError, match=r"Node\.js is not installed"):
        programs.find_node()
    for name, text in (("node", "echo v20.1.0"), ("npm", "exit 0")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    with pytest.raises(EnvironmentFaultError, match=r"20\.1\.0 is too old"):
        programs.find_node()


def test_a_program_that_fails_is_told_by_its_first_error(tmp_path: Path) -> None:
    script = tmp_path / "tool"
    script.write_text(
        "#!/bin/sh\necho working\nprintf '\\033[31mError: no such thing\\033[0m\\n'\necho bye\nexit 3\n",
        encoding="utf-8",
    )
    script.chmod(0o755)
    with pytest.raises(programs.ProgramError) as caught:
        programs.run([str(script)], what="the tool")
    assert str(caught.value) == "the tool failed: Error: no such thing"
    with pytest.raises(EnvironmentFaultError, match="cannot be started"):
        programs.run([str(tmp_path / "missing")], what="the tool")
