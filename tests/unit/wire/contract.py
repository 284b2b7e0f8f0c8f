"""A contract with something for every row of the table of the wire, and an implementation that answers what arrived."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI
from pydantic_core import to_jsonable_python

from accord.emit.tree import write_tree
from accord.runtime import RuntimeSettings, create_app
from tests.unit.emit.operations import generate_all, write_spec

MAX_BODY: Final = 300_000
MAX_FILE: Final = 1_000
JSON: Final = {"content-type": "application/json"}
FORM: Final = {"content-type": "application/x-www-form-urlencoded"}

SPEC: Final = """
    openapi: 3.1.1
    info: {title: Wire, version: 1.0.0}
    components:
      responses:
        Seen: {description: what arrived, content: {application/json: {schema: {}}}}
      schemas:
        Strict:
          type: object
          additionalProperties: false
          minProperties: 1
          properties:
            whole: {type: integer, format: int32}
            number: {type: number}
            tags: {type: array, uniqueItems: true, items: {type: string}}
            code: {type: string, pattern: '[a-c]\\d'}
            anchored: {type: string, pattern: '^[a-c]\\d$'}
            letters: {type: string, pattern: '^\\p{Lu}+$'}
            at: {type: string, format: date-time}
            nested: {type: object, minProperties: 1}
    paths:
      /things/{id}:
        get:
          operationId: oneThing
          tags: [All]
          parameters: [{name: id, in: path, required: true, schema: {type: string}}]
          responses: {'200': {$ref: '#/components/responses/Seen'}}
        delete:
          operationId: dropThing
          tags: [All]
          parameters: [{name: id, in: path, required: true, schema: {type: string}}]
          responses: {'204': {description: gone}}
      /things/special:
        get: {operationId: special, tags: [All], responses: {'200': {$ref: '#/components/responses/Seen'}}}
        head: {operationId: headSpecial, tags: [All], responses: {'200': {description: ok}}}
      /whole/{n}:
        get:
          operationId: whole
          tags: [All]
          parameters: [{name: n, in: path, required: true, schema: {type: integer, format: int64}}]
          responses: {'200': {$ref: '#/components/responses/Seen'}}
      /styles/{label}/{matrix}/{object}:
        get:
          operationId: styles
          tags: [All]
          parameters:
            - {name: label, in: path, required: true, style: label, explode: true, schema: {type: array, items: {type: integer}}}
            - {name: matrix, in: path, required: true, style: matrix, schema: {type: array, items: {type: integer}}}
            - name: object
              in: path
              required: true
              style: matrix
              explode: true
              schema: {type: object, properties: {r: {type: integer}, g: {type: integer}}}
          responses: {'200': {$ref: '#/components/responses/Seen'}}
      /query:
        get:
          operationId: query
          tags: [All]
          parameters:
            - {name: whole, in: query, schema: {type: integer, format: int64}}
            - {name: free, in: query, schema: {type: integer}}
            - {name: flag, in: query, schema: {type: boolean}}
            - {name: at, in: query, schema: {type: string, format: date-time}}
            - {name: pipes, in: query, style: pipeDelimited, explode: false, schema: {type: array, items: {type: integer}}}
            - {name: spaces, in: query, style: spaceDelimited, explode: false, schema: {type: array, items: {type: integer}}}
            - name: deep
              in: query
              style: deepObject
              explode: true
              schema: {type: object, additionalProperties: false, properties: {min: {type: integer}, max: {type: integer}}}
            - name: exploded
              in: query
              schema: {type: object, additionalProperties: false, properties: {x: {type: integer}, y: {type: integer}}}
          responses: {'200': {$ref: '#/components/responses/Seen'}}
      /strict:
        post:
          operationId: strict
          tags: [All]
          requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Strict'}}}}
          responses: {'200': {$ref: '#/components/responses/Seen'}}
      /anything:
        post:
          operationId: anything
          tags: [All]
          requestBody: {required: true, content: {application/json: {schema: {}}}}
          responses: {'200': {$ref: '#/components/responses/Seen'}}
      /media:
        get:
          operationId: media
          tags: [All]
          responses:
            '200':
              description: two
              content: {application/json: {schema: {}}, application/vnd.wire+json: {schema: {}}}
      /rejects:
        get:
          operationId: rejects
          tags: [All]
          responses:
            '200': {$ref: '#/components/responses/Seen'}
            '406': {description: cannot be met}
      /form:
        post:
          operationId: form
          tags: [All]
          requestBody:
            required: true
            content:
              application/x-www-form-urlencoded:
                schema:
                  type: object
                  required: [name]
                  properties:
                    name: {type: string}
                    count: {type: integer}
                    tags: {type: array, items: {type: string}}
          responses: {'200': {$ref: '#/components/responses/Seen'}}
      /upload:
        post:
          operationId: upload
          tags: [All]
          requestBody:
            required: true
            content:
              multipart/form-data:
                schema:
                  type: object
                  required: [file]
                  properties: {file: {type: string, format: binary}, name: {type: string}, count: {type: integer}}
          responses: {'200': {$ref: '#/components/responses/Seen'}}
"""


class Everything:
    """Answers what arrived, as JSON."""

    def __getattr__(self, name: str) -> Any:  # Any: a method of the generated protocol
        async def method(**arguments: Any) -> Any:  # Any: whatever the contract says
            if name in {"drop_thing", "head_special"}:
                return None
            arguments.pop("media_type", None)
            body: Any = arguments.get("body")  # Any: see above
            if name == "upload":
                arguments["body"] = len(await body.file.read())
            return {"op": name, **{key: plain(value) for key, value in arguments.items()}}

        return method


def plain(value: Any) -> Any:  # Any: Python values in, JSON out
    """*value* as JSON, without what was not sent."""
    return (
        value.model_dump(mode="json", by_alias=True)
        if hasattr(value, "model_dump")
        else to_jsonable_python(value)
    )


@contextmanager
def served(folder: Path, **settings: Any) -> Generator[FastAPI]:
    """The application of the contract, generated below *folder*."""
    if not (folder / "wire_case").exists():
        write_spec(folder / "spec", {"v1/openapi.yaml": SPEC})
        result = generate_all(folder / "spec")
        assert result.diagnostics == ()
        write_tree(result.tree, folder / "wire_case")
    known = set(sys.modules)
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        app = create_app()
        everything = Everything()
        chosen = RuntimeSettings(docs=False, max_body_bytes=MAX_BODY, max_file_bytes=MAX_FILE, **settings)
        importlib.import_module("wire_case.v1").install(app, all=lambda: everything, settings=chosen)
        yield app
    finally:
        sys.path.remove(str(folder))
        for name in set(sys.modules) - known:
            if name.startswith("wire_case"):
                del sys.modules[name]
