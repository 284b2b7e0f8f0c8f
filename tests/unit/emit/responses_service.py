"""A contract that documents responses of every kind, and a typed implementation: what the tests of responses serve."""

from __future__ import annotations

from typing import Final

SPEC: Final = """
    openapi: 3.2.0
    info: {title: Answers, version: 1.0.0}
    servers: [{url: /api}]
    components:
      schemas:
        Item: {type: object, required: [id], additionalProperties: false, properties: {id: {type: integer, minimum: 1}}}
        Problem: {type: object, required: [title], properties: {title: {type: string}}}
        Tick:
          type: object
          required: [data]
          properties:
            id: {type: string}
            data: {type: string, contentMediaType: application/json, contentSchema: {$ref: '#/components/schemas/Item'}}
    paths:
      /items/{id}:
        get:
          operationId: getItem
          tags: [All]
          parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
          responses:
            '200':
              description: in several media types
              content:
                application/json: {schema: {$ref: '#/components/schemas/Item'}}
                application/vnd.item+json: {schema: {$ref: '#/components/schemas/Item'}}
                text/csv: {schema: {type: string, pattern: '^id'}}
            4XX: {description: rejected, content: {application/problem+json: {schema: {$ref: '#/components/schemas/Problem'}}}}
            default: {description: other, content: {application/problem+json: {schema: {$ref: '#/components/schemas/Problem'}}}}
        head:
          operationId: headItem
          tags: [All]
          parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
          responses:
            '200':
              description: what GET would say
              headers: {Content-Length: {schema: {type: integer}}, X-Left: {schema: {type: integer}}}
              content: {application/json: {schema: {$ref: '#/components/schemas/Item'}}}
      /only-json:
        get:
          operationId: onlyJson
          tags: [All]
          responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Item'}}}}}
      /strict-json:
        get:
          operationId: strictJson
          tags: [All]
          responses:
            '200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Item'}}}}
            '406': {description: no, content: {application/problem+json: {schema: {$ref: '#/components/schemas/Problem'}}}}
      /picture:
        get:
          operationId: getPicture
          tags: [All]
          responses: {'200': {description: a picture, content: {image/*: {schema: {type: string, format: binary}}}}}
      /file:
        get:
          operationId: getFile
          tags: [All]
          parameters: [{name: Range, in: header, schema: {type: string}}]
          responses:
            '200': {description: all of it, content: {application/octet-stream: {}}}
            '206':
              description: a part
              headers: {Content-Range: {required: true, schema: {type: string}}}
              content: {application/octet-stream: {}}
            '416': {description: no such part, headers: {Content-Range: {required: true, schema: {type: string}}}}
      /page:
        get:
          operationId: getPage
          tags: [All]
          responses: {'200': {description: a page, content: {text/html: {schema: {type: string, maxLength: 20}}}}}
      /feed:
        get:
          operationId: getFeed
          tags: [All]
          responses: {'200': {description: XML, content: {application/xml: {schema: {type: object}}}}}
      /parts:
        get:
          operationId: getParts
          tags: [All]
          responses: {'200': {description: parts, content: {multipart/mixed: {}}}}
      /lines:
        get:
          operationId: getLines
          tags: [All]
          parameters: [{name: last, in: query, schema: {type: integer, default: 2}}]
          responses:
            '200':
              description: items
              content:
                application/jsonl: {itemSchema: {$ref: '#/components/schemas/Item'}}
                application/json-seq: {schema: {type: array, items: {$ref: '#/components/schemas/Item'}}}
            '404': {description: none}
      /ticks:
        get:
          operationId: getTicks
          tags: [All]
          parameters: [{name: Last-Event-ID, in: header, schema: {type: integer}}]
          responses:
            '200':
              description: events
              content: {text/event-stream: {itemSchema: {$ref: '#/components/schemas/Tick'}}}
      /tokens:
        get:
          operationId: getTokens
          tags: [All]
          responses: {'200': {description: events, content: {text/event-stream: {schema: {type: string}}}}}
      /echo:
        post:
          operationId: echo
          tags: [All]
          requestBody: {required: true, content: {application/octet-stream: {}}}
          responses: {'200': {description: the same, content: {application/octet-stream: {}}}}
      /headers:
        get:
          operationId: getHeaders
          tags: [All]
          parameters: [{name: wrong, in: query, schema: {type: boolean, default: false}}]
          responses:
            '200':
              description: headers of every shape
              headers:
                X-Text: {required: true, schema: {type: string}}
                X-Count: {schema: {type: integer, minimum: 0}}
                X-List: {schema: {type: array, items: {type: integer}}}
                X-Plain: {schema: {type: object, properties: {a: {type: integer}, b: {type: string}}}}
                X-Exploded: {explode: true, schema: {type: object, properties: {a: {type: integer}, b: {type: string}}}}
                X-Json: {content: {application/json: {schema: {$ref: '#/components/schemas/Item'}}}}
                X-Raw: {content: {text/plain: {schema: {type: string}}}}
                Set-Cookie: {schema: {type: string, pattern: '='}}
              content: {application/json: {schema: {$ref: '#/components/schemas/Item'}}}
      /nothing: {get: {operationId: getNothing, tags: [All]}}
    """

IMPLEMENTATION: Final = """
from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal, final

from typing_extensions import override

from accord.runtime import ByteStream, Event, EventStream, ItemStream, RuntimeSettings, create_app

from .generated import v1
from .generated.v1 import models, protocols, responses

FILE = Path(__file__).with_name("file.bin")
SEEN: list[str] = []


@final
class All(protocols.AllApi):
    @override
    async def get_item(
        self, *, id: int, media_type: Literal["application/json", "application/vnd.item+json", "text/csv"]
    ) -> models.Item | str | ByteStream | responses.GetItemOk | responses.GetItemStatus4XX | responses.GetItemDefault:
        SEEN.append(media_type)
        if id >= 500:
            return responses.GetItemDefault(status=id, body=models.Problem(title="default"))
        if id >= 400:
            raise responses.GetItemStatus4XX(status=id, body=models.Problem(title="range"))
        if id == 7:
            return responses.GetItemOk(body=models.Item(id=7), media_type="application/vnd.item+json")
        if media_type == "text/csv":
            return "id\\n1\\n" if id == 1 else "wrong"
        return models.Item(id=id)

    @override
    async def head_item(self, *, id: int) -> None | responses.HeadItemOk:
        return None if id == 1 else responses.HeadItemOk(content_length=8, x_left=3)

    @override
    async def only_json(self) -> models.Item:
        return models.Item(id=1)

    @override
    async def strict_json(self) -> models.Item:
        return models.Item(id=1)

    @override
    async def get_picture(self, *, media_type: str) -> responses.GetPictureOk:
        SEEN.append(media_type)
        return responses.GetPictureOk(body=b"picture", media_type="image/png" if "*" in media_type else media_type)

    @override
    async def get_file(
        self, *, range: str | None
    ) -> (
        responses.GetFileOk | responses.GetFilePartialContent | responses.GetFileRangeNotSatisfiable
    ):
        if range is None:
            return responses.GetFileOk(body=ByteStream.of_file(FILE))
        size = FILE.stat().st_size
        first, _, last = range.removeprefix("bytes=").partition("-")
        start, end = int(first), int(last)
        if end >= size:
            return responses.GetFileRangeNotSatisfiable(content_range=f"bytes */{size}")
        part = ByteStream.of_file(FILE, offset=start, length=end + 1 - start)
        return responses.GetFilePartialContent(body=part, content_range=f"bytes {start}-{end}/{size}")

    @override
    async def get_page(self) -> str:
        return "<p>ä</p>"

    @override
    async def get_feed(self) -> str:
        return "<feed/>"

    @override
    async def get_parts(self) -> responses.GetPartsOk:
        return responses.GetPartsOk(body=b"--b--", media_type="multipart/mixed; boundary=b")

    @override
    async def get_lines(
        self, *, last: int | None, media_type: Literal["application/jsonl", "application/json-seq"]
    ) -> responses.GetLinesOk | responses.GetLinesNotFound:
        async def items() -> AsyncIterator[models.Item]:
            if last == -1:
                raise responses.GetLinesNotFound
            for number in range(1, (last or 0) + 1):
                yield models.Item(id=number)
            if last == 0:
                yield models.Item.model_construct(id=0)
            if last == 3:
                raise ValueError("the source is gone")

        return responses.GetLinesOk(body=ItemStream(items()), media_type=media_type)

    @override
    async def get_ticks(self, *, last_event_id: int | None) -> EventStream[models.Tick]:
        async def events() -> AsyncIterator[models.Tick]:
            for number in range((last_event_id or 0) + 1, 4):
                yield models.Tick(id=str(number), data=models.Item(id=number))

        return EventStream(events())

    @override
    async def get_tokens(self) -> EventStream[Event[str]]:
        async def events(last: str | None) -> AsyncIterator[Event[str]]:
            yield Event(f"after {last}", id="é", event="token", retry=10)

        return EventStream(events)

    @override
    async def echo(self, *, body: ByteStream) -> bytes | ByteStream:
        return body

    @override
    async def get_headers(self, *, wrong: bool | None) -> responses.GetHeadersOk:
        return responses.GetHeadersOk(
            body=models.Item(id=1),
            x_text="text",
            x_count=-1 if wrong else 2,
            x_list=[1, 2],
            x_plain=models.GetHeadersOkXPlain(a=1, b="x"),
            x_exploded=models.GetHeadersOkXExploded(a=1, b="x"),
            x_json=models.Item(id=3),
            x_raw="raw, text",
            set_cookie=["a=1", "b=2"],
        ).with_header("X-Extra", "1").with_header("X-Extra", "2")

    @override
    async def get_nothing(self) -> None:
        return None


def provide() -> All:
    return All()


app = create_app()
v1.install(app, all=provide, settings=RuntimeSettings(docs=False))
trusting = create_app()
v1.install(trusting, all=provide, settings=RuntimeSettings(docs=False, mode="trust"))
sampling = create_app()
v1.install(sampling, all=provide, settings=RuntimeSettings(docs=False, mode="sample"))
"""
