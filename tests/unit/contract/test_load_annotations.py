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
