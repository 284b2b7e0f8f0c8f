"""The enumeration of what stands in a schema."""

from __future__ import annotations

import re
from dataclasses import fields, replace

from accord.contract.schema import (
    Annotations,
    ArrayAssertions,
    Assertions,
    BooleanSchema,
    Conditional,
    Discriminator,
    NamedSchema,
    ObjectAssertions,
    Property,
    Ref,
    Schema,
    StringAssertions,
)
from accord.contract.schemas.walk import (
    Child,
    children,
    in_place,
    keyed_children,
    references,
    referred,
    walk,
    with_children,
)
from accord.diagnostics import Span

AT = Span("spec.yaml", 1, 1)


def ref(name: str) -> Ref:
    return Ref(target=name, span=AT)


FULL = Assertions(
    all_of=(ref("all-0"), ref("all-1")),
    any_of=(ref("any"),),
    one_of=(ref("one"),),
    not_=ref("not"),
    conditional=Conditional(condition=ref("if"), then=ref("then"), otherwise=ref("else")),
    string=StringAssertions(content_schema=ref("content")),
    array=ArrayAssertions(
        prefix_items=(ref("first"), ref("second")),
        items=ref("items"),
        contains=ref("contains"),
        unevaluated_items=ref("rest"),
    ),
    object=ObjectAssertions(
        properties=(Property(name="p", schema=ref("property"), span=AT),),
        pattern_properties=(("^x", ref("pattern")),),
        dependent_schemas=(("p", ref("dependent")),),
        additional_properties=ref("additional"),
        property_names=ref("names"),
        unevaluated_properties=ref("unevaluated"),
    ),
    span=AT,
)
PLACES = {
    "all-0": ("allOf", 0),
    "all-1": ("allOf", 1),
    "any": ("anyOf", 0),
    "one": ("oneOf", 0),
    "not": ("not", None),
    "if": ("if", None),
    "then": ("then", None),
    "else": ("else", None),
    "content": ("contentSchema", None),
    "first": ("prefixItems", 0),
    "second": ("prefixItems", 1),
    "items": ("items", None),
    "contains": ("contains", None),
    "rest": ("unevaluatedItems", None),
    "property": ("properties", "p"),
    "pattern": ("patternProperties", "^x"),
    "dependent": ("dependentSchemas", "p"),
    "additional": ("additionalProperties", None),
    "names": ("propertyNames", None),
    "unevaluated": ("unevaluatedProperties", None),
}


def test_every_field_of_the_model_that_holds_schemas_is_enumerated() -> None:
    holders = (Assertions, StringAssertions, ArrayAssertions, ObjectAssertions, Conditional)
    holding = [
        field.name
        for holder in holders
        for field in fields(holder)
        if re.search(r"\b(Schema|Property)\b", str(field.type))
    ]
    assert len(holding) == len({keyword for keyword, _ in PLACES.values()})


def test_each_child_has_its_place() -> None:
    assert _places(FULL) == PLACES
    assert [child.schema for child in keyed_children(FULL)] == list(children(FULL))


def test_references_and_booleans_have_no_children() -> None:
    assert not list(children(ref("a")))
    assert not list(children(BooleanSchema(value=True, span=AT)))


def test_children_are_replaced_in_their_places() -> None:
    def renamed(child: Child) -> Schema:
        assert isinstance(child.schema, Ref)
        return replace(child.schema, target=child.schema.target.upper())

    changed = with_children(FULL, renamed)
    assert references(changed) == tuple(name.upper() for name in references(FULL))
    assert {name.lower(): place for name, place in _places(changed).items()} == PLACES
    assert with_children(FULL, lambda child: child.schema) is FULL
    bare = Assertions(types=("string",), annotations=Annotations(title="t"), span=AT)
    assert with_children(bare, renamed) is bare


def _places(schema: Schema) -> dict[str, tuple[str, str | int | None]]:
    return {c.schema.target: (c.keyword, c.key) for c in keyed_children(schema) if isinstance(c.schema, Ref)}


def test_a_walk_goes_outermost_first_and_not_through_references() -> None:
    inner = Assertions(all_of=(ref("a"),), span=AT)
    outer = Assertions(any_of=(inner, ref("b")), not_=ref("a"), span=AT)
    assert list(walk(outer)) == [outer, inner, ref("a"), ref("b"), ref("a")]
    assert references(outer) == ("a", "b")


def test_discriminators_refer_too() -> None:
    mapped = Discriminator(property_name="kind", mapping=(("x", "X"),), default_mapping="Other", span=AT)
    assert referred(Assertions(discriminator=mapped, any_of=(ref("X"),), span=AT)) == ("X", "Other")


def test_what_applies_in_place_is_found_behind_references_once() -> None:
    target = Assertions(types=("object",), all_of=(ref("Loop"),), span=AT)
    named = {"Loop": NamedSchema(name="Loop", schema=target, origin="a.yaml", span=AT)}
    then = Assertions(types=("string",), span=AT)
    hidden = Assertions(types=("array",), span=AT)
    root = Assertions(
        all_of=(ref("Loop"), ref("Missing")),
        not_=hidden,
        conditional=Conditional(condition=hidden, then=then),
        span=AT,
    )
    assert in_place(root, named) == (root, then, target)
