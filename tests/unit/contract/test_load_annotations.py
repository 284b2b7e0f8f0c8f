"""What only describes is told where it is wrong, and costs no operation."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.contract.test_load import found, load, only


@pytest.mark.parametrize(
    ("media", "code"),
    [
        ("schema: {examples: {a: 1}}", "structure-type"),
        ("schema: {type: object, properties: {a: {examples: text}}}", "structure-type"),
        ("schema: {}, examples: [1]", "structure-type"),
        ("schema: {}, examples: {a: {$ref: '#/components/examples/Nope'}}", "ref-unresolved"),
        ("schema: {}, examples: {a: 1}", "structure-type"),
    ],
)
def test_wrong_examples_are_no_fault_of_the_operation(tmp_path: Path, media: str, code: str) -> None:
    body = f"requestBody: {{content: {{application/json: {{{media}}}}}}}"
    loaded = load(tmp_path, f"paths: {{/x: {{put: {{{body}}}}}}}\n")
    assert found(loaded) == [(code, 3)]
    assert only(loaded).faults == ()


def test_what_is_wrong_beside_them_is(tmp_path: Path) -> None:
    body = "requestBody: {content: {application/json: {schema: {examples: {}, minLength: x}}}}"
    loaded = load(tmp_path, f"paths: {{/x: {{put: {{{body}}}}}}}\n")
    assert [fault.message for fault in only(loaded).faults] == [
        "`minLength` must be a whole number, not the text 'x'"
    ]


@pytest.mark.parametrize(
    ("member", "code"),
    [
        ("summary: {a: b}", "structure-type"),
        ("tags: 5", "structure-type"),
        ("deprecated: 'yes'", "structure-type"),
        ("callbacks: {c: {$ref: '#/components/callbacks/Nope'}}", "ref-unresolved"),
        (
            "responses: {'200': {description: d, links: {l: {$ref: '#/components/links/Nope'}}}}",
            "ref-unresolved",
        ),
        ("responses: {'200': {description: d, links: {l: {parameters: [1]}}}}", "structure-type"),
    ],
)
def test_neither_is_what_stands_around_a_request_and_its_response(
    tmp_path: Path, member: str, code: str
) -> None:
    loaded = load(tmp_path, f"paths: {{/x: {{put: {{{member}}}}}}}\n")
    assert found(loaded) == [(code, 3)]
    assert only(loaded).faults == ()


def test_an_operation_of_a_callback_keeps_its_own_faults(tmp_path: Path) -> None:
    callback = (
        "c: {'{$request.body#/u}': {post: {parameters: [{name: a, in: query, schema: {minLength: x}}]}}}"
    )
    operation = only(load(tmp_path, f"paths: {{/x: {{put: {{callbacks: {{{callback}}}}}}}}}\n"))
    assert operation.faults == ()
    assert [fault.code for fault in operation.callbacks[0].operations[0].faults] == ["structure-type"]
