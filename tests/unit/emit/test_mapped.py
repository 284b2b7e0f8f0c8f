"""Types of a project's own: by format, by schema and by property, read and written as the contract says."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from fastapi.testclient import TestClient

import accord
from accord.config import TypeMapping
from accord.diagnostics import Severity, Span
from accord.emit.python.generate import GenerateOptions, GenerateResult
from accord.emit.tree import write_tree
from accord.runtime.guard import Guard
from tests.unit.emit.operations import generate_all, write_spec

SPEC = """
    paths:
      /orders/{total}:
        post:
          operationId: order
          tags: [All]
          parameters:
            - {name: total, in: path, required: true, schema: {type: string, format: decimal}}
            - {name: rate, in: query, schema: {type: number, format: decimal, default: 0.5}}
            - {name: price, in: query, content: {application/json: {schema: {$ref: '#/components/schemas/Money'}}}}
          requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}
          responses:
            '200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}
    components:
      schemas:
        Money: {type: object, required: [amount, currency], properties: {amount: {type: string}, currency: {type: string, minLength: 3}}}
        Order:
          type: object
          required: [price, count]
          properties:
            price: {$ref: '#/components/schemas/Money'}
            former: {oneOf: [{$ref: '#/components/schemas/Money'}, {type: 'null'}]}
            count: {type: number, format: decimal, maximum: 10}
            weights: {type: array, items: {type: [number, 'null'], format: decimal}}
            colour: {type: [string, 'null'], pattern: '^#'}
            Decimal: {type: string}
    """

DOMAIN = """
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema


@dataclass(frozen=True)
class Money:
    cents: int
    currency: str

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def read(value: Any) -> Money:
            if isinstance(value, Money):
                return value
            return cls(round(float(value["amount"]) * 100), value["currency"])

        def write(value: Money) -> dict[str, str]:
            return {"amount": f"{value.cents / 100:.2f}", "currency": value.currency}

        written = core_schema.plain_serializer_function_ser_schema(write)
        return core_schema.no_info_plain_validator_function(read, serialization=written)


class Colour(str):
    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(cls, core_schema.str_schema())
"""

IMPLEMENTATION = """
from __future__ import annotations

from typing import Any

from accord.runtime import create_app
from generated import v1

SEEN: dict[str, Any] = {}


class All:
    async def order(self, **arguments: Any) -> Any:
        SEEN.update(arguments)
        return arguments["body"]


app = create_app()
v1.install(app, all=All)
"""


def mapping(key: str, module: str, name: str) -> TypeMapping:
    return TypeMapping(key=key, module=module, name=name, span=Span("pyproject.toml", 7, 1))


MAPPINGS = (
    mapping("format:decimal", "decimal", "Decimal"),
    mapping("Money", "mapped_domain.money", "Money"),
    mapping("Order.colour", "mapped_domain.money", "Colour"),
)


def generated(folder: Path, mappings: Sequence[TypeMapping] = MAPPINGS) -> GenerateResult:
    write_spec(folder / "spec", {"v1/openapi.yaml": SPEC})
    return generate_all(folder / "spec", options=GenerateOptions(types=tuple(mappings)))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, ModuleType]]:
    folder = tmp_path_factory.mktemp("mapped")
    result = generated(folder)
    assert result.diagnostics == ()
    write_tree(result.tree, folder / "generated")
    (folder / "mapped_domain").mkdir()
    (folder / "mapped_domain" / "__init__.py").write_text("")
    (folder / "mapped_domain" / "money.py").write_text(DOMAIN)
    (folder / "mapped_service.py").write_text(IMPLEMENTATION)
    hidden = {name: sys.modules.pop(name) for name in list(sys.modules) if name.split(".")[0] == "generated"}
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    yield folder, importlib.import_module("mapped_service")
    sys.path.remove(str(folder))
    for name in list(sys.modules):
        if name.split(".")[0] in {"generated", "mapped_domain", "mapped_service"}:
            del sys.modules[name]
    sys.modules.update(hidden)


BODY: dict[str, Any] = {
    "price": {"amount": "12.50", "currency": "EUR"},
    "former": None,
    "count": 1.25,
    "weights": [1, None, 0.1],
    "colour": "#fff",
}


def test_values_arrive_as_the_types_of_the_project_and_leave_as_the_contract_says(
    served: tuple[Path, ModuleType],
) -> None:
    _, module = served
    money = sys.modules["mapped_domain.money"]
    client = TestClient(module.app)
    price = '{"amount":"1.00","currency":"EUR"}'
    response = client.post("/orders/9.99", params={"price": price}, json=BODY)
    assert response.status_code == 200, response.text
    seen = module.SEEN
    assert (seen["total"], seen["rate"], seen["price"]) == (
        Decimal("9.99"),
        Decimal("0.5"),
        money.Money(100, "EUR"),
    )
    body = seen["body"]
    assert (body.price, body.former) == (money.Money(1250, "EUR"), None)
    assert body.count == Decimal("1.25")
    assert body.weights == [Decimal(1), None, Decimal("0.1")]
    assert type(body.colour) is money.Colour
    assert response.json() == BODY


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("9.99", {"count": 11}),
        ("9.99", {"count": "1.25"}),
        ("9.99", {"price": {"amount": "1", "currency": "E"}}),
        ("9.99", {"colour": "red"}),
        ("nothing", {}),
    ],
)
def test_the_guard_still_decides_what_may_come_in(
    served: tuple[Path, ModuleType], path: str, change: dict[str, Any]
) -> None:
    client = TestClient(served[1].app, raise_server_exceptions=False)
    assert client.post(f"/orders/{path}", json={**BODY, **change}).status_code == 422


def test_bounds_of_own_types_hold_beside_those_of_the_contract(tmp_path: Path) -> None:
    """The guard proves the bounds of the contract only, so nothing is left out where a type may have more."""
    own = generated(tmp_path / "own").tree["v1/guard.json"]
    none = generated(tmp_path / "none", ()).tree["v1/guard.json"]
    assert [Guard(json.loads(text)).proves_models for text in (own, none)] == [False, True]


def test_a_mapped_schema_has_no_model_of_its_own(tmp_path: Path) -> None:
    tree = generated(tmp_path).tree
    assert "v1/models/money.py" not in tree
    assert "price: Money" in tree["v1/models/order.py"]
    assert "from mapped_domain.money import Colour, Money" in tree["v1/models/order.py"]
    assert "total: Decimal" in tree["v1/protocols.py"]


@pytest.mark.slow
def test_both_type_checkers_see_the_types(served: tuple[Path, ModuleType]) -> None:
    folder, _ = served
    (folder / "uses.py").write_text(
        "from generated.v1 import models\n\n\n"
        "def cents(order: models.Order) -> int:\n    return order.price.cents\n\n\n"
        "def wrong(order: models.Order) -> str:\n    return order.price.cents\n"
    )
    roots = [str(Path(accord.__file__).parent.parent), str(folder)]
    settings = {"typeCheckingMode": "strict", "pythonVersion": "3.11", "extraPaths": roots}
    (folder / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    (folder / "mypy.ini").write_text("[mypy]\nstrict = true\n")
    mypy = [sys.executable, "-m", "mypy", "--cache-dir=/dev/null", "uses.py", "generated"]
    pyright = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "uses.py", "generated"]
    for command in (mypy, pyright):
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
        wrong = [line for line in done.stdout.splitlines() if "error:" in line]
        assert len(wrong) == 1, done.stdout
        assert "uses.py:9" in wrong[0]


def test_mistakes_are_found_at_their_place(tmp_path: Path) -> None:
    wrong = (
        mapping("Mony", "a", "A"),
        mapping("Order.colr", "a", "B"),
        mapping("format:money", "a", "C"),
        mapping("format:decimal", "a", "Field"),
        mapping("Order.Decimal", "b", "A"),
    )
    found = {
        diagnostic.message: diagnostic
        for diagnostic in generated(tmp_path, wrong).diagnostics
        if "mapping" in diagnostic.code
    }
    seen = {
        (diagnostic.message.partition(": ")[0], diagnostic.code, diagnostic.severity, diagnostic.hint)
        for diagnostic in found.values()
    }
    other_name = "Give the type another name in its module."
    assert seen == {
        ("two types are called 'A', one of a and one of b", "type-mapping-name", Severity.ERROR, other_name),
        (
            "generated code has another use for the name 'Field'",
            "type-mapping-name",
            Severity.ERROR,
            other_name,
        ),
        ("nothing is mapped by 'Mony'", "type-mapping-unknown", Severity.WARNING, "Did you mean 'Money'?"),
        (
            "nothing is mapped by 'Order.colr'",
            "type-mapping-unknown",
            Severity.WARNING,
            "Did you mean 'Order.colour'?",
        ),
        (
            "nothing is mapped by 'format:money'",
            "type-mapping-unknown",
            Severity.WARNING,
            "Did you mean 'format:decimal'?",
        ),
    }
    assert {diagnostic.span for diagnostic in found.values()} == {Span("pyproject.toml", 7, 1)}
