"""One change each, of the contract or of the code, and the one line at which both type checkers must complain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from tests.typing.project import APPLICATION, IMPLEMENTATION, SPEC

Part: TypeAlias = Literal["spec", "implementation", "application"]
TEXTS: dict[Part, str] = {"spec": SPEC, "implementation": IMPLEMENTATION, "application": APPLICATION}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """``old`` becomes ``new`` in a part (``old`` stands there once). ``line`` starts the line of ``at`` that is wrong
    (``None``: nothing is); ``mypy`` and ``pyright`` are part of what they say there."""

    name: str
    part: Part = "spec"
    old: str = ""
    new: str = ""
    at: Part = "implementation"
    line: str | None = None
    mypy: str = ""
    pyright: str = ""
    also: tuple[tuple[Part, str], ...] = ()
    """Further lines that follow from the same change."""

    def files(self) -> dict[str, str]:
        """The texts of the mutated project."""
        texts: dict[str, str] = dict(TEXTS.items())
        if self.old:
            assert texts[self.part].count(self.old) == 1, (
                f"{self.name}: {self.old!r} does not stand there once"
            )
            texts[self.part] = texts[self.part].replace(self.old, self.new)
        return texts

    def number(self) -> int:
        """Number of the first line that is wrong."""
        assert self.line is not None
        return _number(self.files()[self.at], self.line, self.name)

    def places(self) -> list[tuple[str, int]]:
        """File and number of each line that is wrong, sorted."""
        starts = [] if self.line is None else [(self.at, self.line), *self.also]
        files = self.files()
        return sorted((f"{part}.py", _number(files[part], start, self.name)) for part, start in starts)


def _number(text: str, start: str, name: str) -> int:
    found = [number for number, line in enumerate(text.splitlines(), 1) if line.strip().startswith(start)]
    assert len(found) == 1, f"{name}: {start!r} starts {len(found)} lines"
    return found[0]


DROP_ITEM = SPEC[SPEC.index("    delete:\n") : SPEC.index("  /chat:\n")]
NEW_OPERATION = "    put: {operationId: putItem, tags: [Items], responses: {'204': {description: ok}}}\n"
ITEM_ID = "        - {name: itemId, in: path, required: true, schema: {type: integer}}\n      responses:\n        '204'"
GONE = "'204': {description: gone}"
NOT_FOUND = "        '404': {$ref: '#/components/responses/NotFound'}\n"
LIST_RESPONSE = SPEC[
    SPEC.index("'200': {description: ok, content: {application/json: {schema: {type: array") :
].split("\n")[0]
YIELD: tuple[tuple[Part, str], ...] = (("application", "yield Items()"),)
CLASS = "class Items(protocols.ItemsApi[User]):"

MUTATIONS = (
    Mutation(name="nothing"),
    Mutation(name="description_only", old="description: gone", new="description: It is gone."),
    Mutation(
        name="optional_header_added", old="{X-Age: {", new="{X-Size: {schema: {type: integer}}, X-Age: {"
    ),
    Mutation(
        name="optional_property_added",
        old="price: {type: integer}",
        new="price: {type: integer}\n        size: {}",
    ),
    Mutation(
        name="rejection_documented",
        old=GONE,
        new=GONE + "\n        '422': {description: wrong}",
    ),
    Mutation(
        name="operation_deleted",
        old=DROP_ITEM,
        line="async def drop_item",
        mypy="no base method was found",
        pyright="no base method of same name is present",
    ),
    Mutation(
        name="operation_added",
        old="  /chat:\n",
        new=f"  /more:\n{NEW_OPERATION}  /chat:\n",
        line=CLASS,
        also=YIELD,
        mypy='Final class operation_added.implementation.Items has abstract attributes "put_item"',
        pyright="must implement all abstract symbols",
    ),
    Mutation(
        name="operation_renamed",
        old="operationId: listItems",
        new="operationId: findItems",
        line=CLASS,
        also=(("implementation", "async def list_items"), *YIELD),
        mypy="find_items",
        pyright="find_items",
    ),
    Mutation(
        name="operation_moved_to_another_group",
        old="operationId: dropItem\n      tags: [Items]",
        new="operationId: dropItem\n      tags: [Chat]",
        line="class Chat(protocols.ChatApi",
        also=(("implementation", "async def drop_item"),),
        mypy="drop_item",
        pyright="drop_item",
    ),
    Mutation(
        name="parameter_added",
        old=ITEM_ID,
        new=ITEM_ID.replace(
            "      responses", "        - {name: force, in: query, schema: {type: boolean}}\n      responses"
        ),
        line="async def drop_item",
        mypy="Signature of",
        pyright='Parameter "force" is missing in override',
    ),
    Mutation(
        name="parameter_removed",
        old="      parameters:\n        - {name: limit, in: query, schema: {type: integer, default: 10}}\n",
        line="async def list_items",
        mypy="Signature of",
        pyright='Parameter "limit" is missing in base',
    ),
    Mutation(
        name="parameter_without_default",
        old="schema: {type: integer, default: 10}",
        new="schema: {type: integer}",
        line="async def list_items",
        mypy='Argument 2 of "list_items" is incompatible',
        pyright='Keyword parameter "limit" type mismatch',
    ),
    Mutation(
        name="parameter_type_changed",
        old=ITEM_ID,
        new=ITEM_ID.replace("type: integer", "type: string"),
        line="async def drop_item",
        mypy='Argument 2 of "drop_item" is incompatible',
        pyright='Keyword parameter "item_id" type mismatch',
    ),
    Mutation(
        name="body_made_optional",
        old="requestBody: {required: true,",
        new="requestBody: {",
        line="async def create_item",
        mypy='Argument 2 of "create_item" is incompatible',
        pyright='Keyword parameter "body" type mismatch',
    ),
    Mutation(
        name="response_type_changed",
        old=LIST_RESPONSE,
        new=LIST_RESPONSE.replace("schemas/Item", "schemas/Problem"),
        line="async def list_items",
        mypy="Return type",
        pyright="Return type mismatch",
    ),
    Mutation(
        name="response_status_changed",
        old="        '201':\n          description: made",
        new="        '200':\n          description: made",
        line="async def create_item",
        also=(("implementation", "return responses.CreateItemCreated"),),
        mypy="CreateItemCreated",
        pyright="CreateItemCreated",
    ),
    Mutation(
        name="second_success_added",
        old=GONE,
        new="'202': {description: later}\n        " + GONE,
        line="async def drop_item",
        mypy="Return type",
        pyright="Return type mismatch",
    ),
    Mutation(
        name="required_header_added",
        old="headers: {Location: {",
        new="headers: {X-Id: {required: true, schema: {type: integer}}, Location: {",
        line="return responses.CreateItemCreated",
        mypy='Missing named argument "x_id"',
        pyright='Argument missing for parameter "x_id"',
    ),
    Mutation(
        name="header_type_changed",
        old="{Location: {required: true, schema: {type: string}}}",
        new="{Location: {required: true, schema: {type: integer}}}",
        line="return responses.CreateItemCreated",
        mypy='Argument "location"',
        pyright='"location"',
    ),
    Mutation(
        name="documented_error_removed",
        old=NOT_FOUND,
        new="        '403': {description: no}\n",
        line=") -> models.Item | responses.GetItemOk",
        also=(
            ("implementation", "return responses.NotFound"),
            ("implementation", "raise responses.NotFound"),
        ),
        mypy="NotFound",
        pyright="NotFound",
    ),
    Mutation(
        name="property_type_changed",
        old="price: {type: integer}",
        new="price: {type: string}",
        line='return models.Item(name="cup", kind="cup", price=3)',
        mypy='Argument "price"',
        pyright='"price"',
    ),
    Mutation(
        name="property_made_required",
        old="required: [name, kind]",
        new="required: [name, kind, price]",
        line='return [models.Item(name=principal.name, kind="book")]',
        mypy='Missing named argument "price"',
        pyright='Argument missing for parameter "price"',
    ),
    Mutation(
        name="property_made_optional",
        old="required: [name, kind]",
        new="required: [kind]",
        line="name: str = body.name",
        mypy="Incompatible types in assignment",
        pyright='is not assignable to declared type "str"',
    ),
    Mutation(
        name="enum_value_removed",
        old="enum: [book, cup]",
        new="enum: [cup]",
        line='return [models.Item(name=principal.name, kind="book")]',
        mypy='Argument "kind"',
        pyright='"kind"',
    ),
    Mutation(
        name="event_payload_changed",
        old="properties: {text: {type: string}}",
        new="properties: {text: {type: integer}}",
        line='yield models.ChatEvent(data=models.ChatToken(text="a"))',
        mypy='Argument "text"',
        pyright='"text"',
    ),
    Mutation(
        name="stream_became_json",
        old="{text/event-stream: {schema: {$ref: '#/components/schemas/ChatEvent'}}}",
        new="{application/json: {schema: {$ref: '#/components/schemas/ChatToken'}}}",
        line="async def chat(self)",
        also=(("implementation", 'yield models.ChatEvent(data=models.ChatToken(text="a"))'),),
        mypy="Return type",
        pyright="Return type mismatch",
    ),
    Mutation(
        name="operation_made_public",
        old="      operationId: dropItem\n",
        new="      operationId: dropItem\n      security: []\n",
        line="async def drop_item",
        mypy="Signature of",
        pyright='Parameter "principal" is missing in base',
    ),
    Mutation(
        name="operation_made_optionally_anonymous",
        old="      operationId: dropItem\n",
        new="      operationId: dropItem\n      security: [{}, {token: []}]\n",
        line="async def drop_item",
        mypy='Argument 1 of "drop_item" is incompatible',
        pyright='Keyword parameter "principal" type mismatch',
    ),
    Mutation(
        name="scheme_changed",
        old="token: {type: http, scheme: bearer}",
        new="token: {type: apiKey, in: header, name: X-Key}",
        line="async def token(",
        mypy='Signature of "token" incompatible',
        pyright='Parameter "key" is missing in override',
    ),
    Mutation(
        name="provider_of_another_group",
        part="application",
        old="items=items, chat=Chat",
        new="items=Chat, chat=Chat",
        at="application",
        line="v1.install(",
        mypy='Argument "items" to "install"',
        pyright='"items"',
    ),
    Mutation(
        name="provider_yields_the_wrong_class",
        part="application",
        old="async def items() -> AsyncIterator[Items]:\n    yield Items()",
        new="async def items() -> AsyncIterator[Chat]:\n    yield Chat()",
        at="application",
        line="v1.install(",
        mypy='Argument "items" to "install"',
        pyright='"items"',
    ),
    Mutation(
        name="provider_missing",
        part="application",
        old=", chat=Chat, security",
        new=", security",
        at="application",
        line="v1.install(",
        mypy='Missing named argument "chat"',
        pyright='Argument missing for parameter "chat"',
    ),
    Mutation(
        name="principal_of_security_differs",
        part="implementation",
        old="class Authentication(Security[User]):\n    @override\n"
        "    async def token(self, *, token: str, scopes: tuple[str, ...]) -> User:\n        return User(token)",
        new="class Authentication(Security[str]):\n    @override\n"
        "    async def token(self, *, token: str, scopes: tuple[str, ...]) -> str:\n        return token",
        at="application",
        line="v1.install(",
        mypy="install",
        pyright="is not assignable",
    ),
    Mutation(
        name="method_not_async",
        part="implementation",
        old="    async def drop_item(",
        new="    def drop_item(",
        line="def drop_item(",
        mypy="Return type",
        pyright="Return type mismatch",
    ),
    Mutation(
        name="response_of_another_operation",
        part="implementation",
        old='        return models.Item(name="cup", kind="cup", price=3)',
        new='        return responses.CreateItemCreated(body=models.Item(name="cup", kind="cup"), location="")',
        line='return responses.CreateItemCreated(body=models.Item(name="cup"',
        mypy="Incompatible return value type",
        pyright="is not assignable to return type",
    ),
)
