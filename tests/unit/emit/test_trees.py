"""Schemas of style ``deepObject`` that are no flat object are read by their brackets."""

from __future__ import annotations

from pathlib import Path

import pytest

from accord.runtime.declare import FormField, Object, Scalar, Tree, Wire
from tests.unit.emit.operations import plan

TEXT = Tree(scalar=Scalar())
INTEGER = Tree(scalar=Scalar(("integer",)))


@pytest.mark.parametrize(
    ("schema", "wire"),
    [
        ("{type: object, properties: {a: {type: integer}}}", Object(properties={"a": Scalar(("integer",))})),
        ("{type: array, items: {type: string}}", Tree(items=TEXT)),
        ("{type: array}", Tree(items=Tree())),
        (
            "{type: object, properties: {a: {type: object, properties: {b: {type: integer}}}}}",
            Tree(properties={"a": Tree(properties={"b": INTEGER})}),
        ),
        (
            "{type: object, additionalProperties: {type: array, items: {type: array, items: {type: integer}}}}",
            Tree(additional=Tree(items=Tree(items=INTEGER))),
        ),
        (
            "{anyOf: [{type: object, properties: {a: {type: integer}}}, {enum: ['']}, {type: integer}]}",
            Tree(scalar=Scalar(("integer", "string")), properties={"a": INTEGER}),
        ),
        (
            "{oneOf: [{type: array, items: {type: integer}}, {type: array, items: {type: string}}, {type: 'null'}]}",
            Tree(scalar=Scalar(("null",)), items=Tree(scalar=Scalar(("integer", "string")))),
        ),
        ("{type: object, properties: {a: {type: object}}}", Tree(properties={"a": Tree(additional=Tree())})),
        ("{anyOf: [{type: array, items: {}}, {}]}", Tree()),
    ],
)
def test_trees(tmp_path: Path, schema: str, wire: Wire) -> None:
    planned = plan(
        tmp_path,
        f"""
        paths:
          /a:
            post:
              operationId: a
              parameters: [{{name: f, in: query, style: deepObject, explode: true, schema: {schema}}}]
              requestBody:
                content:
                  application/x-www-form-urlencoded:
                    schema: {{type: object, properties: {{f: {schema}}}}}
                    encoding: {{f: {{style: deepObject, explode: true}}}}
              responses: {{'204': {{description: ok}}}}
        """,
    )
    operation = planned.operation("a")
    assert operation.parameters[0].wire == wire
    assert operation.body is not None
    assert operation.body.content[0].form == (FormField(name="f", wire=wire, style="deepObject"),)
    assert planned.codes == []


def test_a_tree_without_end_is_cut(tmp_path: Path) -> None:
    planned = plan(
        tmp_path,
        """
        components:
          schemas: {Node: {type: object, properties: {next: {$ref: '#/components/schemas/Node'}}}}
        paths:
          /a:
            get:
              operationId: a
              parameters:
                - {name: f, in: query, style: deepObject, schema: {$ref: '#/components/schemas/Node'}}
              responses: {'204': {description: ok}}
        """,
    )
    tree = planned.operation("a").parameters[0].wire
    depth = 0
    while isinstance(tree, Tree) and tree.properties:
        tree = tree.properties["next"]
        depth += 1
    assert (depth, tree) == (7, Tree())
