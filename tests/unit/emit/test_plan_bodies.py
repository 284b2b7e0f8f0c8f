"""What each media type of a request body becomes in the Python view."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from accord.contract.schema import JsonValue
from accord.diagnostics import Severity
from accord.runtime.declare import Array, Body, File, FormField, Items, Json, Object, Parameter, Scalar
from tests.unit.emit.operations import Planned, plan

SCHEMAS = """
components:
  schemas:
    Item: {type: object, properties: {n: {type: integer}}}
    Other: {type: object, properties: {m: {type: integer}}}
    Text: {type: string}
    Either: {oneOf: [{$ref: '#/components/schemas/Item'}, {$ref: '#/components/schemas/Text'}]}
    Upload:
      type: object
      required: [file]
      properties: {file: {type: string, format: binary}, note: {type: string}}
"""
OTHER = "{$ref: '#/components/schemas/Other'}"
LIST = "{type: array}"
INTEGERS = "{type: array, items: {type: integer}}"
ITEM = "{$ref: '#/components/schemas/Item'}"


def planned_body(
    folder: Path, content: str, *, openapi: str = "3.1.1", required: bool = True
) -> tuple[Body, Planned]:
    """The body with *content*, a flow mapping of media types."""
    text = (
        f"openapi: {openapi}\ninfo: {{title: T, version: '1'}}\n{SCHEMAS}"
        "paths:\n  /a:\n    post:\n      operationId: a\n"
        f"      requestBody: {{required: {str(required).lower()}, content: {content}}}\n"
        "      responses: {'204': {description: ok}}\n"
    )
    planned = plan(folder, text)
    body = planned.operation("a").body
    assert body is not None, planned.diagnostics
    return body, planned


@pytest.mark.parametrize(
    ("content", "annotation", "codes"),
    [
        (f"{{application/json: {{schema: {ITEM}}}}}", "models.Item", []),
        (f"{{application/vnd.x+json: {{schema: {ITEM}}}}}", "models.Item", []),
        (f"{{application/*+json: {{schema: {ITEM}}}}}", "models.Item", []),
        ("{text/plain: {}}", "str", []),
        ("{text/plain: {schema: {type: string, maxLength: 3}}}", "str", []),
        ("{text/plain: {schema: {type: integer}}}", "int", []),
        ("{text/*: {schema: {}}}", "str", []),
        ("{text/csv: {schema: {type: string, format: binary}}}", "ByteStream", []),
        (f"{{text/csv: {{schema: {{type: array, items: {ITEM}}}}}}}", "str", ["unsupported-request-schema"]),
        (f"{{application/xml: {{schema: {ITEM}}}}}", "str", ["unsupported-request-schema"]),
        (f"{{application/atom+xml: {{schema: {ITEM}}}}}", "str", ["unsupported-request-schema"]),
        ("{application/octet-stream: {}}", "ByteStream", []),
        ("{'*/*': {}}", "ByteStream", []),
        ("{'*/*': {schema: {type: string, format: binary}}}", "ByteStream", []),
        ("{image/*: {schema: {type: string}}}", "ByteStream", []),
        (f"{{application/yaml: {{schema: {ITEM}}}}}", "ByteStream", ["unsupported-request-schema"]),
        (f"{{'*/*': {{schema: {ITEM}}}}}", "models.Item", ["unsupported-request-media-range"]),
        (f"{{application/jsonl: {{schema: {ITEM}}}}}", "ItemStream[models.Item]", []),
        (
            f"{{application/x-ndjson: {{schema: {{type: array, items: {ITEM}}}}}}}",
            "ItemStream[models.Item]",
            [],
        ),
        (
            f"{{application/json-seq: {{schema: {{type: array, maxItems: 3, items: {ITEM}}}}}}}",
            "ItemStream[models.Item]",
            ["unsupported-request-sequence"],
        ),
        (
            "{application/x-www-form-urlencoded: {schema: {type: string}}}",
            "str",
            ["unsupported-request-schema"],
        ),
        (f"{{multipart/form-data: {{schema: {ITEM}}}}}", "models.Item", []),
        (f"{{multipart/mixed: {{schema: {ITEM}}}}}", "models.Item", []),
        ("{multipart/mixed: {}}", "ByteStream", ["unsupported-multipart"]),
        (
            f"{{multipart/related: {{schema: {{type: array, items: {ITEM}}}}}}}",
            "ByteStream",
            ["unsupported-multipart"],
        ),
        ("{multipart/form-data: {schema: {$ref: '#/components/schemas/Upload'}}}", "models.AForm", []),
    ],
)
def test_the_type_of_a_body(tmp_path: Path, content: str, annotation: str, codes: list[str]) -> None:
    _, planned = planned_body(tmp_path, content)
    assert planned.arguments("a")["body"] == annotation
    assert planned.codes == codes


def test_items_and_parts_without_names_of_3_2(tmp_path: Path) -> None:
    content = f"{{application/jsonl: {{itemSchema: {ITEM}}}, multipart/mixed: {{itemSchema: {ITEM}, itemEncoding: {{}}}}}}"
    body, planned = planned_body(tmp_path, content, openapi="3.2.0")
    assert planned.arguments("a")["body"] == "ItemStream[models.Item] | ByteStream"
    assert [entry.read for entry in body.content] == [Items(), File()]
    assert planned.codes == ["unsupported-multipart"]
    assert planned.diagnostics[0].severity is Severity.WARNING


def test_an_optional_body(tmp_path: Path) -> None:
    _, planned = planned_body(tmp_path, "{image/png: {}}", required=False)
    assert planned.arguments("a")["body"] == "ByteStream | None"


def wrapped(**types: str) -> str:
    names = {"json": "application/json", "patch": "application/merge-patch+json", "text": "text/plain"}
    return " | ".join(f"RequestBody[Literal['{names[name]}'], {type_}]" for name, type_ in types.items())


@pytest.mark.parametrize(
    ("content", "annotation"),
    [
        (
            f"application/json: {{schema: {ITEM}}}, text/plain: {{}}, image/*: {{}}",
            "models.Item | str | ByteStream",
        ),
        ("image/png: {}, image/gif: {}, application/pdf: {}", "ByteStream"),
        (
            f"application/jsonl: {{schema: {ITEM}}}, application/json-seq: {{schema: {ITEM}}}",
            "ItemStream[models.Item]",
        ),
        (
            f"application/json: {{schema: {ITEM}}}, application/merge-patch+json: {{schema: {OTHER}}}",
            "models.Item | models.Other",
        ),
        (
            f"application/json: {{schema: {ITEM}}}, application/merge-patch+json: {{schema: {ITEM}}}",
            wrapped(json="models.Item", patch="models.Item"),
        ),
        ("application/json: {}, text/plain: {}", wrapped(json="Any", text="str")),
        (
            "application/json: {schema: {$ref: '#/components/schemas/Either'}}, text/plain: {}",
            wrapped(json="models.Either", text="str"),
        ),
        (
            f"application/json: {{schema: {LIST}}}, application/merge-patch+json: {{schema: {INTEGERS}}}",
            wrapped(json="list[Any]", patch="list[int]"),
        ),
        (
            "application/json: {schema: {enum: [1, true]}}, text/plain: {schema: {type: number}}",
            wrapped(json="int | bool", text="float"),
        ),
    ],
)
def test_several_media_types_are_told_apart(tmp_path: Path, content: str, annotation: str) -> None:
    _, planned = planned_body(tmp_path, f"{{{content}}}")
    assert planned.arguments("a")["body"] == annotation


def test_parameters_of_media_types(tmp_path: Path) -> None:
    content = (
        "{'application/json; Charset=UTF-8; v=\"a b\"': {}, 'text/plain;charset=ISO-8859-1': {}, "
        "'multipart/form-data; boundary=x': {}, 'application/json;v=2': {}}"
    )
    body, _ = planned_body(tmp_path, content)
    assert [entry.media_type for entry in body.content] == [
        'application/json; v="a b"',
        "text/plain; charset=iso-8859-1",
        "multipart/form-data",
        "application/json; v=2",
    ]


@pytest.mark.parametrize(
    "name", ["json", "text/plain; charset=none-such", "text/plain; charset=rot13", "a/b; c"]
)
def test_what_is_no_media_type(tmp_path: Path, name: str) -> None:
    body, planned = planned_body(tmp_path, f"{{'{name}': {{}}, application/json: {{}}}}")
    assert [content.media_type for content in body.content] == ["application/json"]
    assert planned.codes == ["unsupported-request-media-type"]


@pytest.mark.parametrize(
    ("schema", "file"),
    [
        ("{}", File()),
        ("{type: string, minLength: 0, maxLength: 4}", File(max_length=4)),
        ("{type: string, format: binary, minLength: 2}", File(min_length=2)),
        ("{anyOf: [{type: string, maxLength: 3}, {type: 'null'}]}", File()),
    ],
)
def test_lengths_of_bytes(tmp_path: Path, schema: str, file: File) -> None:
    body, _ = planned_body(tmp_path, f"{{image/png: {{schema: {schema}}}}}")
    assert body.content[0].read == file


PNG = ("image/png",)


@pytest.mark.parametrize(
    ("openapi", "schema", "encoding", "field"),
    [
        ("3.0.3", "{type: string, format: binary}", "{}", FormField(name="f", wire=File())),
        ("3.0.3", "{type: string}", "{}", FormField(name="f")),
        ("3.0.3", "{}", "{}", FormField(name="f")),
        ("3.0.3", "{type: string, format: byte}", "{}", FormField(name="f")),
        (
            "3.0.3",
            "{type: string}",
            "{contentType: image/png}",
            FormField(name="f", wire=File(), content_types=PNG),
        ),
        (
            "3.0.3",
            "{type: string}",
            "{contentType: text/csv}",
            FormField(name="f", content_types=("text/csv",)),
        ),
        (
            "3.0.3",
            "{type: object}",
            "{style: form, explode: false}",
            FormField(name="f", wire=Object(), explode=False),
        ),
        ("3.1.1", "{}", "{}", FormField(name="f", wire=File())),
        ("3.1.1", "{type: string, contentEncoding: base64}", "{}", FormField(name="f")),
        (
            "3.1.1",
            "{type: string, contentMediaType: image/png}",
            "{}",
            FormField(name="f", wire=File(), content_types=PNG),
        ),
        ("3.1.1", "{type: string, contentMediaType: text/html}", "{}", FormField(name="f")),
        ("3.1.1", "{type: [string, 'null'], format: binary}", "{}", FormField(name="f", wire=File())),
        ("3.1.1", "{type: string, format: binary}", "{style: form}", FormField(name="f", wire=File())),
        (
            "3.1.1",
            "{type: array, maxItems: 3, items: {type: string, format: binary, maxLength: 9}}",
            "{}",
            FormField(name="f", wire=File(max_length=9), times="each"),
        ),
        (
            "3.1.1",
            "{oneOf: [{type: string, format: binary}, {type: array, items: {type: string, format: binary}}]}",
            "{}",
            FormField(name="f", wire=File(), times="either"),
        ),
        ("3.1.1", "{type: object}", "{}", FormField(name="f", wire=Json())),
        (
            "3.1.1",
            "{type: array, items: {type: object}}",
            "{}",
            FormField(name="f", wire=Json(), times="each"),
        ),
        (
            "3.1.1",
            "{type: array, items: {type: integer}}",
            "{}",
            FormField(name="f", wire=Array(Scalar(("integer",)))),
        ),
        (
            "3.1.1",
            "{type: array, items: {type: integer}}",
            "{explode: false}",
            FormField(name="f", wire=Array(Scalar(("integer",))), explode=False),
        ),
        (
            "3.1.1",
            "{type: string, format: binary}",
            "{headers: {X-A: {schema: {type: integer}}, Content-Disposition: {schema: {}}}}",
            FormField(
                name="f",
                wire=File(),
                headers=(
                    Parameter(name="X-A", argument="X-A", location="header", wire=Scalar(("integer",))),
                ),
                headers_guard="a.body.multipart/form-data.f.headers",
            ),
        ),
    ],
)
def test_parts(tmp_path: Path, openapi: str, schema: str, encoding: str, field: FormField) -> None:
    content = f"{{multipart/form-data: {{schema: {{type: object, properties: {{f: {schema}}}}}, encoding: {{f: {encoding}}}}}}}"
    body, _ = planned_body(tmp_path, content, openapi=openapi)
    assert body.content[0].form == (field,)


def test_a_header_of_a_part_that_is_not_text(tmp_path: Path) -> None:
    header = "{content: {application/xml: {}}}"
    content = (
        "{multipart/form-data: {schema: {type: object, properties: {f: {type: string}}}, "
        f"encoding: {{f: {{headers: {{X-A: {header}}}}}}}}}}}"
    )
    body, planned = planned_body(tmp_path, content)
    assert body.content[0].form == (FormField(name="f"),)
    assert planned.codes == ["unsupported-part-header"]


def test_a_part_that_may_be_a_file_or_not(tmp_path: Path) -> None:
    planned = plan(
        tmp_path,
        """
        paths:
          /a:
            post:
              operationId: a
              requestBody:
                content:
                  multipart/form-data:
                    schema:
                      type: object
                      properties: {f: {oneOf: [{type: string, format: binary}, {type: integer}]}}
              responses: {'204': {description: ok}}
        """,
    )
    assert planned.operation("a").unsupported == (
        "unsupported-form-field: the part 'f' may be a file or something else",
    )


def guarded(planned: Planned) -> Any:
    properties: Any = planned.guard["properties"]
    return properties["a.body.multipart/form-data"]


def test_the_guard_sees_a_string_for_each_file(tmp_path: Path) -> None:
    _, planned = planned_body(
        tmp_path,
        "{multipart/form-data: {schema: {allOf: [{$ref: '#/components/schemas/Upload'}, {type: object, properties: "
        "{more: {type: array, minItems: 1, items: {type: string, format: binary, maxLength: 3}}}}]}}}",
    )
    first: JsonValue = {
        "type": "object",
        "properties": {"file": {"type": "string"}, "note": {"type": "string"}},
        "required": ["file"],
    }
    more: JsonValue = {"type": "array", "items": {"type": "string"}, "minItems": 1}
    assert guarded(planned) == {"allOf": [first, {"type": "object", "properties": {"more": more}}]}


def test_alternatives_of_forms_have_the_fields_of_all(tmp_path: Path) -> None:
    content = (
        "{multipart/form-data: {schema: {oneOf: [{$ref: '#/components/schemas/Upload'}, "
        "{type: object, required: [link], properties: {link: {type: string}, n: {type: integer}}}]}}}"
    )
    body, planned = planned_body(tmp_path, content)
    form = body.content[0].form
    assert form is not None
    assert {field.name: field.wire for field in form} == {
        "file": File(),
        "note": Scalar(),
        "link": Scalar(),
        "n": Scalar(("integer",)),
    }
    assert len(guarded(planned)["oneOf"]) == 2
    assert planned.codes == []


def test_files_by_any_name(tmp_path: Path) -> None:
    schema = "{type: object, additionalProperties: {type: string, format: binary, maxLength: 5}}"
    body, planned = planned_body(tmp_path, f"{{multipart/form-data: {{schema: {schema}}}}}")
    assert planned.arguments("a")["body"] == "dict[str, Upload]"
    assert body.content[0].additional == File(max_length=5)
    assert guarded(planned) == {"type": "object", "additionalProperties": {"type": "string"}}


@pytest.mark.parametrize("name", ["multipart/form-data", "application/x-www-form-urlencoded"])
def test_a_required_array_may_be_empty(tmp_path: Path, name: str) -> None:
    schema = (
        "{type: object, required: [a, b, c], properties: {a: {type: array, items: {type: string}}, b: {type: string}, "
        "c: {type: array, items: {type: object}}, d: {type: array, items: {type: string}}}}"
    )
    body, _ = planned_body(tmp_path, f"{{{name}: {{schema: {schema}}}}}")
    form = body.content[0].form
    assert form is not None
    assert {field.name: field.empty for field in form} == {"a": True, "b": False, "c": True, "d": False}
