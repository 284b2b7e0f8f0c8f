"""A small contract and a correct implementation of it, which mutations break in one place each."""

from __future__ import annotations

from pathlib import Path

from accord.emit.tree import write_tree
from tests.unit.emit.operations import generate_all, write_spec

SPEC = """\
openapi: 3.1.1
info: {title: Shop, version: 1.0.0}
servers: [{url: /api}]
security: [{token: []}]
paths:
  /items:
    get:
      operationId: listItems
      tags: [Items]
      parameters:
        - {name: limit, in: query, schema: {type: integer, default: 10}}
      responses:
        '200': {description: ok, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Item'}}}}}
    post:
      operationId: createItem
      tags: [Items]
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Item'}}}}
      responses:
        '201':
          description: made
          headers: {Location: {required: true, schema: {type: string}}}
          content: {application/json: {schema: {$ref: '#/components/schemas/Item'}}}
  /items/{itemId}:
    get:
      operationId: getItem
      tags: [Items]
      parameters:
        - {name: itemId, in: path, required: true, schema: {type: integer}}
      responses:
        '200':
          description: ok
          headers: {X-Age: {schema: {type: integer}}}
          content: {application/json: {schema: {$ref: '#/components/schemas/Item'}}}
        '404': {$ref: '#/components/responses/NotFound'}
    delete:
      operationId: dropItem
      tags: [Items]
      parameters:
        - {name: itemId, in: path, required: true, schema: {type: integer}}
      responses:
        '204': {description: gone}
  /chat:
    post:
      operationId: chat
      tags: [Chat]
      security: []
      responses:
        '200': {description: stream, content: {text/event-stream: {schema: {$ref: '#/components/schemas/ChatEvent'}}}}
components:
  securitySchemes:
    token: {type: http, scheme: bearer}
  responses:
    NotFound: {description: none, content: {application/problem+json: {schema: {$ref: '#/components/schemas/Problem'}}}}
  schemas:
    Item:
      type: object
      required: [name, kind]
      properties:
        name: {type: string}
        kind: {enum: [book, cup]}
        price: {type: integer}
    Problem:
      type: object
      required: [title]
      properties: {title: {type: string}}
    ChatEvent:
      type: object
      required: [data]
      properties:
        data: {type: string, contentMediaType: application/json, contentSchema: {$ref: '#/components/schemas/ChatToken'}}
    ChatToken:
      type: object
      required: [text]
      properties: {text: {type: string}}
"""

IMPLEMENTATION = '''\
"""The implementation."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import final

from typing_extensions import override

from accord.runtime import EventStream

from .generated.v1 import models, protocols, responses
from .generated.v1.security import Security


@dataclass(frozen=True)
class User:
    name: str


@final
class Items(protocols.ItemsApi[User]):
    @override
    async def list_items(self, *, principal: User, limit: int) -> list[models.Item]:
        return [models.Item(name=principal.name, kind="book")][:limit]

    @override
    async def create_item(self, *, principal: User, body: models.Item) -> responses.CreateItemCreated:
        name: str = body.name
        return responses.CreateItemCreated(body=body, location=f"/items/{name}")

    @override
    async def get_item(
        self, *, principal: User, item_id: int
    ) -> models.Item | responses.GetItemOk | responses.NotFound:
        if item_id == 0:
            return responses.NotFound(body=models.Problem(title="none"))
        if item_id == 1:
            raise responses.NotFound(body=models.Problem(title="none"))
        return models.Item(name="cup", kind="cup", price=3)

    @override
    async def drop_item(self, *, principal: User, item_id: int) -> None:
        return None


@final
class Chat(protocols.ChatApi):
    @override
    async def chat(self) -> EventStream[models.ChatEvent]:
        async def events() -> AsyncIterator[models.ChatEvent]:
            yield models.ChatEvent(data=models.ChatToken(text="a"))

        return EventStream(events())


@final
class Authentication(Security[User]):
    @override
    async def token(self, *, token: str, scopes: tuple[str, ...]) -> User:
        return User(token)
'''

APPLICATION = '''\
"""The application."""

from __future__ import annotations

from collections.abc import AsyncIterator

from accord.runtime import create_app

from .generated import v1
from .implementation import Authentication, Chat, Items


async def items() -> AsyncIterator[Items]:
    yield Items()


async def security() -> Authentication:
    return Authentication()


app = create_app(title="Shop")
v1.install(app, items=items, chat=Chat, security=security)
'''


def write_package(folder: Path, files: dict[str, str]) -> None:
    """Generate the contract in *files* (``spec``) into the package *folder*, beside an implementation of it."""
    write_spec(folder / "spec", {"v1/openapi.yaml": files["spec"]})
    result = generate_all(folder / "spec")
    write_tree(result.tree, folder / "generated")
    (folder / "__init__.py").write_text("")
    (folder / "implementation.py").write_text(files["implementation"])
    (folder / "application.py").write_text(files["application"])
