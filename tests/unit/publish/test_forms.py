"""The shape of published documents: what generators stumble over is gone, and validators of the dialect agree."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator

from accord import api
from accord.config import load_config
from tests.unit.publish.oracle import document, forms_of, published

SPECS = Path(__file__).parents[4] / "shared" / "corpus" / "specs"
ROOT = Path(__file__).parents[3]
CORPUS = (
    "museum.yaml",
    "realworld.yaml",
    "rm31-petstore.yaml",
    "rm31-train-travel.yaml",
    "ogen-webhooks.json",
    "resend.yaml",
)


def parts(value: Any) -> Iterator[Any]:
    yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from parts(inner)


def both_forms(path: Path) -> list[Any]:
    result = api.publish(load_config(path.parent), [path])
    forms = result.contracts[0][1]
    return [forms.modern, forms.legacy]


@pytest.mark.parametrize("name", CORPUS)
def test_real_contracts_are_valid_in_both_forms(name: str) -> None:
    if not (SPECS / name).is_file():
        pytest.skip("../shared/corpus is not there")
    modern, legacy = both_forms(SPECS / name)
    assert [error.message for error in OpenAPIV31SpecValidator(modern).iter_errors()] == []
    assert [error.message for error in OpenAPIV30SpecValidator(legacy).iter_errors()] == []


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_the_reference_contracts_are_valid_in_both_forms(version: str) -> None:
    modern, legacy = both_forms(ROOT / "spec" / version)
    assert [error.message for error in OpenAPIV31SpecValidator(modern).iter_errors()] == []
    assert [error.message for error in OpenAPIV30SpecValidator(legacy).iter_errors()] == []
    assert "x-accord-" not in json.dumps([modern, legacy])


def test_what_generators_stumble_over_is_gone() -> None:
    forms = published(
        {
            "A": True,
            "B": {
                "properties": {"x": False, "y": {"type": ["string", "null"]}},
                "additionalProperties": False,
            },
            "C": {"prefixItems": [{"type": "string"}], "items": False},
        }
    )
    schemas = forms.modern["components"]["schemas"]
    assert schemas["A"] == {}
    assert schemas["B"] == {
        "properties": {"x": {"not": {}}, "y": {"anyOf": [{"type": "string"}, {"type": "null"}]}},
        "additionalProperties": False,
    }
    assert schemas["C"] == {"maxItems": 1, "items": {"type": "string"}}
    assert forms.legacy["components"]["schemas"]["B"]["properties"]["y"] == {
        "type": "string",
        "nullable": True,
    }


def test_references_into_the_middle_become_components() -> None:
    forms = published(
        {
            "Order": {"properties": {"customer": {"properties": {"name": {"type": "string"}}}}},
            "Name": {"$ref": "#/components/schemas/Order/properties/customer/properties/name"},
            "Customer": {"$ref": "#/components/schemas/Order/properties/customer"},
        }
    )
    schemas = forms.modern["components"]["schemas"]
    assert schemas["Name"] == {"$ref": "#/components/schemas/OrderCustomerName"}
    assert schemas["OrderCustomer"] == {
        "properties": {"name": {"$ref": "#/components/schemas/OrderCustomerName"}}
    }
    assert schemas["Order"] == {"properties": {"customer": {"$ref": "#/components/schemas/OrderCustomer"}}}


def test_a_loss_in_a_moved_schema_is_told_where_it_stood() -> None:
    forms = published(
        {
            "Order": {"properties": {"pair": {"prefixItems": [{}, {}]}}},
            "Pair": {"$ref": "#/components/schemas/Order/properties/pair"},
        }
    )
    assert [loss.pointer for loss in forms.losses] == [
        "/components/schemas/Order/properties/pair/prefixItems"
    ]


def test_webhooks_stand_apart_with_what_they_need() -> None:
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Event"}}}}
    forms = published(
        {"Event": {"$ref": "#/components/schemas/Shared"}, "Shared": {}, "Plain": {}, "Unused": {}},
        paths={
            "/a": {
                "get": {
                    "responses": {
                        "200": {
                            "description": "",
                            "content": {
                                "application/json": {"schema": {"$ref": "#/components/schemas/Shared"}}
                            },
                        }
                    }
                }
            }
        },
        webhooks={"changed": {"post": {"requestBody": body, "responses": {"204": {"description": ""}}}}},
    )
    assert list(forms.modern["components"]["schemas"]) == ["Shared", "Plain", "Unused"]
    assert "webhooks" not in forms.modern
    assert forms.webhooks is not None
    assert list(forms.webhooks["components"]["schemas"]) == ["Event", "Shared"]
    assert [loss.code for loss in forms.legacy_losses] == ["webhook"]


def test_what_is_of_3_2_is_told() -> None:
    forms = forms_of(
        {
            **document({}),
            "openapi": "3.2.0",
            "paths": {
                "/a": {
                    "query": {"responses": {}},
                    "additionalOperations": {"COPY": {"responses": {}}},
                    "get": {
                        "parameters": [
                            {"in": "querystring", "name": "q", "content": {"application/json": {}}}
                        ],
                        "responses": {
                            "200": {"content": {"application/jsonl": {"itemSchema": {"type": "string"}}}}
                        },
                    },
                }
            },
        }
    )
    assert sorted(loss.code for loss in forms.losses) == ["method", "method", "parameter", "sequence"]
    get = forms.modern["paths"]["/a"]["get"]
    assert forms.modern["paths"]["/a"].keys() == {"get"}
    assert get["parameters"] == []
    assert get["responses"]["200"]["content"]["application/jsonl"] == {"schema": {"type": "string"}}
    assert [error.message for error in OpenAPIV31SpecValidator(forms.modern).iter_errors()] == []


def test_client_certificates_are_told_and_what_stands_beside_them_is_demanded() -> None:
    forms = forms_of(
        {
            **document({}),
            "security": [{"tls": [], "key": ["role"]}],
            "components": {
                "securitySchemes": {"tls": {"type": "mutualTLS"}, "key": {"type": "http", "scheme": "bearer"}}
            },
        }
    )
    assert forms.legacy["security"] == [{"key": []}]
    assert list(forms.legacy["components"]["securitySchemes"]) == ["key"]
    assert {loss.pointer for loss in forms.legacy_losses} == {
        "/components/securitySchemes/tls",
        "/security/0/tls",
    }


def test_a_contract_of_3_0_is_published_as_it_is() -> None:
    data = {**document({"A": {"type": "string", "nullable": True}}), "openapi": "3.0.3"}
    assert forms_of(data).modern == data
    assert forms_of(data).legacy == data


def test_publishing_changes_nothing_of_what_it_is_given() -> None:
    data = document({"A": {"prefixItems": [{}]}, "B": {"$ref": "#/components/schemas/A/prefixItems/0"}})
    before = json.dumps(data)
    forms_of(data)
    assert json.dumps(data) == before
    assert [
        part for part in parts(forms_of(data).modern) if isinstance(part, dict) and "prefixItems" in part
    ] == []
