"""Contracts of several files: everything a reference reaches is checked as what it is referred to as, once."""

from __future__ import annotations

import json
from pathlib import Path

from accord.contract.load import load_api
from accord.diagnostics import Diagnostic, Severity
from accord.lint import validate
from accord.source.document import read_document
from tests.unit.lint.scenarios import lint


def _write(folder: Path, files: dict[str, str]) -> tuple[Diagnostic, ...]:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    document = read_document(folder / "spec/v1/openapi.yaml", root=folder / "spec")
    findings = validate(document, load_api(document, name="v1"))
    return tuple(finding for finding in findings if finding.severity is not Severity.INFO)


def _reported(findings: tuple[Diagnostic, ...], folder: Path) -> list[tuple[str, int, str, str]]:
    root = (folder / "spec").resolve()
    return [
        (Path(f.span.file).resolve().relative_to(root).as_posix(), f.span.line, f.code, f.pointer)
        for f in findings
    ]


_ENTRY = """\
openapi: 3.1.0
info: {title: T, version: "1"}
servers: [{url: /v1}]
paths:
  /items/{id}: {$ref: paths/item.yaml}
"""

_ITEM = """\
get:
  operationId: getItem
  sumary: Get   # unknown
  parameters:
    - {name: id, in: path, required: true, schema: {$ref: "../../common/schemas.yaml#/Id"}}
  responses:
    "200":
      description: OK
      content:
        application/json:
          schema: {$ref: "../../common/schemas.yaml#/Item"}
    "404": {$ref: "../../common/responses.yaml#/NotFound"}
"""

_SCHEMAS = """\
Id: {type: string, minLength: 1}
Item:
  type: object
  required: [id, nmae]
  properties:
    id: {$ref: "#/Id"}
    name: {type: string, maxlenght: 4}
    parent: {$ref: "#/Item"}
"""

_RESPONSES = """\
NotFound:
  content:
    application/problem+json: {schema: {type: objct}}
"""


def test_every_file_is_checked_as_what_it_is_referred_to_as(tmp_path: Path) -> None:
    findings = _write(
        tmp_path,
        {
            "spec/v1/openapi.yaml": _ENTRY,
            "spec/v1/paths/item.yaml": _ITEM,
            "spec/common/schemas.yaml": _SCHEMAS,
            "spec/common/responses.yaml": _RESPONSES,
        },
    )
    assert _reported(findings, tmp_path) == [
        ("common/responses.yaml", 1, "field-missing", "/NotFound"),
        (
            "common/responses.yaml",
            3,
            "value-unknown",
            "/NotFound/content/application~1problem+json/schema/type",
        ),
        ("common/schemas.yaml", 4, "required-undeclared", "/Item/required/1"),
        ("common/schemas.yaml", 7, "keyword-unknown", "/Item/properties/name/maxlenght"),
        ("v1/paths/item.yaml", 3, "field-unknown", "/get"),
    ]


def test_a_file_that_is_used_twice_is_told_once_and_under_one_kind(tmp_path: Path) -> None:
    entry = (
        _ENTRY
        + """\
  /a/{id}: {$ref: paths/item.yaml}
  /b:
    get:
      operationId: b
      responses:
        "200":
          description: OK
          content: {application/json: {schema: {$ref: paths/item.yaml}}}
"""
    )
    findings = _write(
        tmp_path,
        {
            "spec/v1/openapi.yaml": entry,
            "spec/v1/paths/item.yaml": _ITEM.replace("sumary", "summary").replace("NotFound", "Gone"),
            "spec/common/schemas.yaml": "Id: {type: string}\nItem: {type: object}\n",
            "spec/common/responses.yaml": "Gone: {description: gone}\n",
        },
    )
    assert _reported(findings, tmp_path) == [
        ("v1/openapi.yaml", 13, "ref-kind", ""),
    ]


def test_a_fault_in_a_minified_document_points_to_its_column(tmp_path: Path) -> None:
    contract = {
        "openapi": "3.0.3",
        "info": {"title": "T", "version": "1", "description": "x" * 600},
        "servers": [{"url": "/"}],
        "paths": {},
        "components": {"schemas": {"A": {"type": "strng"}, "B": {"type": "string", "pattern": "["}}},
    }
    text = json.dumps(contract, separators=(",", ":"))
    findings = [f for f in lint(tmp_path, text, "openapi.json") if f.severity is not Severity.INFO]
    assert [(f.code, text[f.span.column - 1 :][:9]) for f in findings] == [
        ("value-unknown", '"type":"s'),
        ("pattern-invalid", '"pattern"'),
    ]


def test_a_rich_contract_of_3_2_is_silent(tmp_path: Path) -> None:
    text = """\
openapi: 3.2.0
$self: https://example.org/openapi
info: {title: T, version: "1"}
servers: [{url: https://example.org, name: main}]
tags:
  - {name: all, summary: All, kind: nav}
  - {name: items, parent: all}
paths:
  /items:
    query:
      operationId: queryItems
      summary: Query
      tags: [items]
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses:
        "200":
          summary: Events
          content:
            text/event-stream:
              itemSchema: {$ref: "#/components/schemas/Event"}
              examples: {one: {serializedValue: "data: 1"}}
        4XX: {description: rejected}
    additionalOperations:
      LINK:
        operationId: linkItems
        summary: Link
        tags: [items]
        responses: {"204": {description: linked}}
    get:
      operationId: listItems
      summary: List
      tags: [items]
      parameters:
        - {name: q, in: querystring, content: {application/x-www-form-urlencoded: {schema: {type: object}}}}
      responses:
        "200": {description: OK, content: {application/json: {$ref: "#/components/mediaTypes/Items"}}}
        default: {description: rejected}
components:
  mediaTypes:
    Items: {schema: {type: array, items: {$ref: "#/components/schemas/Event"}}, examples: {a: {dataValue: [{data: x}]}}}
  schemas:
    Event: {type: object, required: [data], properties: {data: {type: string}}}
"""
    findings = lint(tmp_path, text)
    assert findings == (), "\n".join(map(str, findings))


def test_a_broken_schema_does_not_make_examples_noisy(tmp_path: Path) -> None:
    text = """\
openapi: 3.1.0
info: {title: T, version: "1"}
servers: [{url: /}]
paths: {}
components:
  schemas:
    A:
      type: object
      required: a
      maxProperties: -4
      properties: {a: {type: integer, minimum: low}}
      example: {a: 1}
"""
    findings = [f for f in lint(tmp_path, text) if f.severity is not Severity.INFO]
    assert [(f.span.line, f.code) for f in findings] == [
        (9, "type-wrong"),
        (10, "structure-invalid"),
        (11, "type-wrong"),
    ]
