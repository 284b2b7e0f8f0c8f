"""Chains of references: what stands at their end, and the first default on them."""

from __future__ import annotations

from typing import Final

import pytest

from accord.contract.schema import UNSET, Annotations, Assertions, JsonValue, NamedSchema, Ref, Schema, Unset
from accord.contract.schemas.references import chain, default_of, resolve
from accord.diagnostics import Span

SPAN: Final = Span("openapi.yaml", 1, 1)


def ref(target: str, default: JsonValue | Unset = UNSET) -> Ref:
    """A reference, with a default where one is given."""
    return Ref(target=target, annotations=Annotations(default=default), span=SPAN)


TEXT: Final = Assertions(types=("string",), annotations=Annotations(default="a"), span=SPAN)
SCHEMAS: Final = {
    name: NamedSchema(name=name, schema=schema, origin="openapi.yaml", span=SPAN)
    for name, schema in {
        "Text": TEXT,
        "Alias": ref("Text"),
        "Own": ref("Text", default="b"),
        "Loop": ref("Back"),
        "Back": ref("Loop"),
        "Lost": ref("Nobody"),
    }.items()
}


@pytest.mark.parametrize(
    ("schema", "end", "default", "length"),
    [
        (TEXT, TEXT, "a", 1),
        (ref("Text"), TEXT, "a", 2),
        (ref("Alias"), TEXT, "a", 3),
        (ref("Own"), TEXT, "b", 3),
        (ref("Alias", default=None), TEXT, None, 3),
        (ref("Loop"), None, UNSET, 3),
        (ref("Lost"), None, UNSET, 2),
    ],
)
def test_the_end_of_a_chain(
    schema: Schema, end: Schema | None, default: JsonValue | Unset, length: int
) -> None:
    assert resolve(schema, SCHEMAS) == end
    assert default_of(schema, SCHEMAS) == default
    assert len(list(chain(schema, SCHEMAS))) == length
