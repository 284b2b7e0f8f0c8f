"""Names from contracts."""

from __future__ import annotations

import builtins
import keyword
import random

import pytest
from pydantic import BaseModel

from accord.contract.model import Operation
from accord.diagnostics import Span
from accord.emit.python import naming

AT = Span("spec.yaml", 3, 5)


def operation(method: str = "GET", path: str = "/items", **more: object) -> Operation:
    return Operation(method=method, path=path, span=AT, path_span=AT, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "field", "cls"),
    [
        ("petType", "pet_type", "PetType"),
        ("URLPath", "url_path", "URLPath"),
        ("userID", "user_id", "UserID"),
        ("OAuth2Token", "oauth2_token", "OAuth2Token"),
        ("X-Request-Id", "x_request_id", "XRequestId"),
        ("+1", "plus_1", "Plus1"),
        ("-1", "minus_1", "Minus1"),
        ("2fa", "field_2fa", "Model2fa"),
        ("_links", "links", "Links"),
        ("__class__", "class_", "Class"),
        ("$ref", "ref", "Ref"),
        ("@type", "type", "Type"),
        ("*", "asterisk", "Asterisk"),
        ("", "field", "ModelModel"),
        ("class", "class_", "Class"),
        ("None", "none", "NoneModel"),
        ("schema", "schema_", "Schema"),
        ("model_config", "model_config_", "ModelConfig"),
        ("model_name", "model_name", "ModelName"),
        ("list", "list_", "List"),
        ("dt", "dt_", "Dt"),
        ("Field", "field", "FieldModel"),
        ("名前", "名前", "Model名前"),
        ("ﬁle", "file", "File"),
        ("a\u202eb", "a_b", "AB"),
        ("a'); import os #", "a_import_os", "AImportOs"),
        ("TimeoutError", "timeout_error", "TimeoutErrorModel"),
    ],
)
def test_names_of_fields_and_classes(text: str, field: str, cls: str) -> None:
    assert naming.attribute_name(text) == field
    assert naming.class_name(text) == cls


LONG = (
    "get customers by customer subscriptions by subscription exposed id request payment settings options customer "
    "balance invoice bank transfer"
)


def test_a_long_name_keeps_the_words_that_fit_and_gets_digits_of_the_whole() -> None:
    field, cls = naming.snake(LONG), naming.pascal(LONG)
    assert (
        field
        == "get_customers_by_customer_subscriptions_by_subscription_exposed_id_request_payment_settings_2e103fdd"
    )
    assert (
        cls
        == "GetCustomersByCustomerSubscriptionsBySubscriptionExposedIdRequestPaymentSettingsOptionsA9F7BB6F"
    )
    assert naming.snake(f"{LONG} eu") != field
    assert naming.snake(LONG.replace(" ", "-")) == field, "words count, not what stands between them"


@pytest.mark.parametrize("length", [98, 99, 100])
def test_a_name_that_fits_stays(length: int) -> None:
    name = "ab_" * 32 + "c" * (length - 96)
    assert naming.snake(name) == name.rstrip("_")
    assert naming.pascal("x" * length) == "X" + "x" * (length - 1)


@pytest.mark.parametrize("letter", ["x", "名", "\U0001d54f", "ß"])
def test_no_name_is_too_long_for_a_file(letter: str) -> None:
    names = {naming.snake(letter * length) for length in range(1, 300)}
    assert len(names) == 299
    assert all(name.isidentifier() and len(name) <= 100 and len(name.encode()) <= 200 for name in names)


def test_whatever_a_contract_says_becomes_a_usable_identifier() -> None:
    chance = random.Random(7)
    alphabet = "aZ_9-+. $/\u0301\u200d\u202eßÅﬁ名\U0001f600\x00\n'\"\\Ⅷ²ªº"
    for _ in range(3000):
        text = "".join(chance.choices(alphabet, k=chance.randrange(0, 7)))
        for make in (
            naming.attribute_name,
            naming.class_name,
            naming.argument_name,
            naming.header_attribute,
            naming.method_name,
        ):
            made = make(text)
            assert made.isidentifier(), (make, text, made)
            assert not keyword.iskeyword(made), (make, text, made)
            assert not made.startswith("_"), (make, text, made)


def test_no_field_hides_what_pydantic_needs() -> None:
    for name in dir(BaseModel):
        if not name.startswith("_"):
            assert naming.attribute_name(name) != name, name


def test_no_class_hides_a_builtin() -> None:
    for name in dir(builtins):
        assert not hasattr(builtins, naming.class_name(name)), name


@pytest.mark.parametrize(
    ("given", "method", "prefix", "group"),
    [
        (operation(operation_id="getItem", tags=("Item Store", "b")), "get_item", "GetItem", "Item Store"),
        (operation(path="/items/{itemId}"), "get_items_by_item_id", "GetItemsByItemId", "items"),
        (operation("POST", "/"), "post_root", "PostRoot", "default"),
        (operation("DELETE", "/{a}/x-y"), "delete_by_a_x_y", "DeleteByAXY", "x-y"),
        (operation(operation_id="import"), "import_", "Import", "items"),
        (operation(operation_id="2fa"), "operation_2fa", "Operation2fa", "items"),
        (operation(operation_id="---", tags=("***",)), "hyphen_minus_hyphen_minus_hyphen_minus", "", ""),
    ],
)
def test_names_of_operations(given: Operation, method: str, prefix: str, group: str) -> None:
    assert naming.operation_method_name(given) == method
    if prefix:
        assert naming.operation_class_prefix(given) == prefix
        assert naming.group_of(given) == group


@pytest.mark.parametrize(
    ("status", "name"),
    [
        ("200", "Ok"),
        ("201", "Created"),
        ("413", "ContentTooLarge"),
        ("418", "ImATeapot"),
        ("499", "Status499"),
        ("4XX", "Status4XX"),
        ("default", "Default"),
    ],
)
def test_names_of_statuses(status: str, name: str) -> None:
    assert naming.reason_name(status) == name


def test_reserved_arguments_and_headers() -> None:
    assert naming.argument_name("body") == "body_"
    assert naming.argument_name("self") == "self_"
    assert naming.argument_name("from") == "from_"
    assert naming.argument_name("2") == "parameter_2"
    assert naming.header_attribute("Status") == "status_"
    assert naming.header_attribute("Location") == "location"


def test_clashes_are_told_apart_in_order_and_remembered() -> None:
    names = naming.Names()
    other = Span("spec.yaml", 9, 1)

    assert names.give("pet_type", source="petType", span=AT) == "pet_type"
    assert names.give("pet_type", source="pet-type", span=other) == "pet_type2"
    assert names.give("pet_type2", source="petType2") == "pet_type2_2"

    found = names.clashes[0].diagnostic("The properties")
    assert found is not None
    assert found.span == other
    assert "'petType' (spec.yaml:3:5)" in found.message
    assert "'pet-type'" in found.message


def test_reserved_names_are_not_handed_out() -> None:
    names = naming.Names()
    names.reserve("Item")

    assert names.give("Item", source="item") == "Item2"
    assert names.clashes == []
