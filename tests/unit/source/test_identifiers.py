"""What a file names for others: resources, anchors, and nothing that is only data."""

from __future__ import annotations

import pytest

from accord.source.files import parse_text
from accord.source.identifiers import Base, Identifiers, base_of, join_uri
from accord.source.limits import DEFAULT_LIMITS, Budget
from accord.source.node import MappingNode, Node, SourceFile


def root(text: str) -> Node:
    parsed = parse_text(SourceFile(display="a.yaml", origin="v1/a.yaml", text=text), Budget(DEFAULT_LIMITS))
    assert parsed.root is not None, parsed.diagnostics
    return parsed.root


def named(*texts: str) -> Identifiers:
    found = Identifiers()
    for number, text in enumerate(texts):
        found.add_file(f"v1/{'ab'[number]}.yaml", root(text))
    return found


def resources(found: Identifiers) -> dict[str, str]:
    return {uri: f"{place.base.origin}#{place.pointer}" for uri, place in found.resources.items()}


def anchors(found: Identifiers) -> dict[tuple[str, str], str]:
    return {name: place.pointer for name, place in found.anchors.items()}


def test_a_file_without_names_has_none() -> None:
    found = named("{openapi: 3.1.0, components: {schemas: {A: {type: object}}}}")

    assert (found.resources, found.anchors, found.dynamic, found.files) == ({}, {}, [], {})


def test_an_id_holds_for_itself_and_all_inside() -> None:
    found = named(
        """
        components:
          schemas:
            A:
              $id: a/
              $anchor: top
              properties:
                b: {$id: b, $anchor: deep, items: {$anchor: deeper}}
              allOf: [{$anchor: plain}]
            B: {$anchor: outside}
        """
    )

    base = "/components/schemas"
    assert resources(found) == {
        "/v1/a/": f"v1/a.yaml#{base}/A",
        "/v1/a/b": f"v1/a.yaml#{base}/A/properties/b",
    }
    assert anchors(found) == {
        ("/v1/a/", "top"): f"{base}/A",
        ("/v1/a/b", "deep"): f"{base}/A/properties/b",
        ("/v1/a/b", "deeper"): f"{base}/A/properties/b/items",
        ("/v1/a/", "plain"): f"{base}/A/allOf/0",
        ("/v1/a.yaml", "outside"): f"{base}/B",
    }
    place = found.anchors["/v1/a/", "top"]
    assert (place.base, isinstance(place.node, MappingNode)) == (Base.of_file("v1/a.yaml"), True)


def test_every_dynamic_anchor_is_kept_and_the_first_has_the_name() -> None:
    found = named("{a: {$dynamicAnchor: n, title: one}, b: {$dynamicAnchor: n}, c: {$anchor: m}}")

    assert sorted(place.pointer for name, place in found.dynamic if name == "n") == ["/a", "/b"]
    assert len(found.dynamic) == 2
    assert set(found.anchors) == {("/v1/a.yaml", "n"), ("/v1/a.yaml", "m")}


def test_the_self_of_a_file_is_its_base() -> None:
    found = named("{$self: 'https://example.com/api/x.yaml', s: {$id: y}}", "{s: {$id: y}}")

    assert found.files == {"v1/a.yaml": Base(origin="v1/a.yaml", uri="https://example.com/api/x.yaml")}
    assert resources(found) == {
        "https://example.com/api/x.yaml": "v1/a.yaml#",
        "https://example.com/api/y": "v1/a.yaml#/s",
        "/v1/y": "v1/b.yaml#/s",
    }
    assert found.resources["https://example.com/api/x.yaml"].base == found.files["v1/a.yaml"]


@pytest.mark.parametrize("key", ["example", "examples", "default", "enum", "const", "x-note"])
def test_data_names_nothing_and_a_property_of_that_name_does(key: str) -> None:
    assert named(f"{{s: {{{key}: {{$id: no, $anchor: no}}}}}}").resources == {}
    assert named(f"{{s: {{{key}: [{{$id: no, $anchor: no}}]}}}}").anchors == {}

    found = named(f"{{s: {{properties: {{{key}: {{$id: yes, $anchor: here}}}}}}}}")
    assert resources(found) == {"/v1/yes": f"v1/a.yaml#/s/properties/{key}"}
    assert anchors(found) == {("/v1/yes", "here"): f"/s/properties/{key}"}


@pytest.mark.parametrize(
    "names", ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "schemas"]
)
def test_names_of_schemas_are_no_keywords(names: str) -> None:
    found = named(f"{{s: {{{names}: {{$id: {{$id: inner}}, $anchor: {{$anchor: inner}}}}}}}}")

    assert resources(found) == {"/v1/inner": f"v1/a.yaml#/s/{names}/$id"}
    assert anchors(found) == {("/v1/a.yaml", "inner"): f"/s/{names}/$anchor"}


def test_names_inside_of_names_are_keywords_again() -> None:
    found = named("{s: {properties: {properties: {$id: one, properties: {$id: {type: string}}}}}}")

    assert resources(found) == {"/v1/one": "v1/a.yaml#/s/properties/properties"}


def test_the_first_of_two_equal_names_stays() -> None:
    found = named("{s: {$id: x}}", "{t: {$id: x}}")

    assert resources(found) == {"/v1/x": "v1/a.yaml#/s"}


@pytest.mark.parametrize("written", ["7", "null", "[x]", "{a: b}", "true"])
def test_a_name_that_is_no_text_names_nothing(written: str) -> None:
    found = named(
        f"{{$self: {written}, s: {{$id: {written}, $anchor: {written}, $dynamicAnchor: {written}}}}}"
    )

    assert (found.resources, found.anchors, found.dynamic, found.files) == ({}, {}, [], {})


def test_references_are_joined_without_their_fragment() -> None:
    assert join_uri("/v1/a.yaml", "b.yaml#/c#d") == "/v1/b.yaml"
    assert join_uri("/v1/a.yaml", "#x") == "/v1/a.yaml"
    assert join_uri("/v1/a.yaml", "urn:a:b") == "urn:a:b"
    assert join_uri("/v1/a.yaml", "http://[") is None


def test_an_id_that_is_no_uri_changes_nothing() -> None:
    base = Base.of_file("v1/a.yaml")

    assert base == Base(origin="v1/a.yaml", uri="/v1/a.yaml")
    assert base_of(_mapping("{$id: 'http://['}"), base) == base
    assert base_of(_mapping("{title: x}"), base) is base
    assert base_of(_mapping("{$id: b}"), base) == Base(origin="v1/a.yaml", uri="/v1/b")
    assert named("{$self: 'http://[', s: 1}").files == {"v1/a.yaml": base}


def test_the_root_of_a_file_may_be_a_schema_or_no_mapping_at_all() -> None:
    found = named(
        "{$id: root, $anchor: r, x-note: {$id: no}, properties: {p: {$anchor: q}}}", "[{$id: inner}, 1]"
    )

    assert resources(found) == {"/v1/root": "v1/a.yaml#", "/v1/inner": "v1/b.yaml#/0"}
    assert anchors(found) == {("/v1/root", "r"): "", ("/v1/root", "q"): "/properties/p"}
    assert named("text").resources == {}


def _mapping(text: str) -> MappingNode:
    node = root(text)
    assert isinstance(node, MappingNode)
    return node
