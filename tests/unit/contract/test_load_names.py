"""What schemas and shared parts are called."""

from __future__ import annotations

from pathlib import Path

import pytest

from accord.contract.load import Loaded, load_api
from accord.diagnostics import Severity
from accord.source.document import read_document


def load(tmp_path: Path, text: str, **files: str) -> Loaded:
    contents = {"v1/openapi.yaml": f"openapi: 3.1.0\ninfo: {{title: T, version: '1'}}\n{text}", **files}
    for name, content in contents.items():
        path = tmp_path / "spec" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return load_api(read_document(tmp_path / "spec" / "v1" / "openapi.yaml"), name="v1")


def users(*refs: str) -> str:
    """A contract whose operation refers to each of *refs*."""
    content = ", ".join(f"'a/b{number}': {{schema: {{$ref: '{ref}'}}}}" for number, ref in enumerate(refs))
    return f"paths: {{/x: {{post: {{requestBody: {{content: {{{content}}}}}}}}}}}\n"


@pytest.mark.parametrize(
    ("ref", "name"),
    [
        ("../common/s.yaml#/components/schemas/Item", "Item"),
        ("../common/s.yaml#/schemas/Item", "Item"),
        ("../common/s.yaml#/$defs/Item", "Item"),
        ("../common/s.yaml#/definitions/Item", "Item"),
        ("../common/s.yaml#/Item", "Item"),
        ("../common/s.yaml#/types/money/Amount", "Amount"),
        ("../common/s.yaml#/components/schemas/Item/properties/price", "Item.price"),
        ("../common/s.yaml#/components/schemas/Item/properties/parts/items", "Item.parts.items"),
        ("../common/s.yaml#/components/schemas/Item/$defs/Part", "Item.Part"),
        (
            "../common/s.yaml#/paths/~1x~1{id}/get/responses/200/content/application~1json/schema",
            "s.x_id.get.200",
        ),
        ("../common/s.yaml#/list/0", "list.0"),
        ("../common/s.yaml#/Item/$defs/Part", "Item.Part"),
        ("../common/s.yaml#/api/schemas/Item", "Item"),
        ("../common/item.yaml", "item"),
        ("../common/item.yaml#", "item"),
        ("../common/odd%20näme.v2.yaml", "odd_n_me.v2"),
        ("../common/given.yaml", "Given"),
    ],
)
def test_names_of_parts_of_other_files(tmp_path: Path, ref: str, name: str) -> None:
    text = "{type: string}"
    item = f"{{properties: {{price: {text}, parts: {{items: {text}}}}}, $defs: {{Part: {text}}}}}"
    loaded = load(
        tmp_path,
        users(ref),
        **{
            "common/s.yaml": f"components: {{schemas: {{Item: {item}}}}}\nschemas: {{Item: {text}}}\nItem: {item}\n"
            f"api: {{schemas: {{Item: {text}}}}}\n"
            f"$defs: {{Item: {text}}}\ndefinitions: {{Item: {text}}}\ntypes: {{money: {{Amount: {text}}}}}\nlist: [{text}]\n"
            f"paths: {{'/x/{{id}}': {{get: {{responses: {{200: {{content: {{application/json: {{schema: {text}}}}}}}}}}}}}}}\n",
            "common/item.yaml": text,
            "common/odd näme.v2.yaml": text,
            "common/given.yaml": "{type: string, x-accord-name: Given}",
        },
    )
    assert loaded.diagnostics == ()
    (named,) = loaded.api.schemas.values()
    assert (named.name, named.component) == (name, True)
    assert named.origin.startswith("common/")


def test_names_of_the_entry_itself(tmp_path: Path) -> None:
    loaded = load(
        tmp_path,
        users(
            "#/components/schemas/A/properties/b",
            "#/components/schemas/A/$defs/C",
            "#/paths/~1x/post/requestBody/content/a~1b3/schema",
            "#/components/schemas/D",
            "#anchored",
            "https://example.com/e",
        )
        + """components:
  schemas:
    A: {properties: {b: {type: string}}, $defs: {C: {}}}
    D: {x-accord-name: Renamed}
    'Odd Name': {$anchor: anchored}
    E: {$id: 'https://example.com/e'}
""",
    )
    assert loaded.diagnostics == ()
    assert {name: item.component for name, item in loaded.api.schemas.items()} == {
        "A": True,
        "Renamed": True,
        "Odd Name": True,
        "E": True,
        "A.b": False,
        "A.C": False,
        "x.post.requestBody.a_b3": False,
    }


def test_an_entry_component_names_the_part_of_another_file(tmp_path: Path) -> None:
    loaded = load(
        tmp_path,
        users("../common/s.yaml#/Problem", "#/components/schemas/Error", "#/components/schemas/Second")
        + """components:
  schemas:
    Error: {$ref: '../common/s.yaml#/Problem'}
    Second: {$ref: '../common/s.yaml#/Problem'}
""",
        **{"common/s.yaml": "Problem: {type: object, properties: {cause: {$ref: '#/Problem'}}}\n"},
    )
    assert loaded.diagnostics == ()
    assert {name: item.origin for name, item in loaded.api.schemas.items()} == {
        "Error": "common/s.yaml",
        "Second": "v1/openapi.yaml",
    }
    body = loaded.api.operations[0].body
    assert body is not None
    targets = [m.schema.target for m in body.content]  # type: ignore[union-attr]
    assert targets == ["Error", "Error", "Second"]


def test_of_two_targets_with_one_name_the_later_is_called_after_its_place(tmp_path: Path) -> None:
    files = {"v1/a.yaml": "Item: {type: string}\n", "v1/b.yaml": "Item: {type: integer}\n"}
    loaded = load(tmp_path, users("a.yaml#/Item", "b.yaml#/Item"), **files)
    (clash,) = loaded.diagnostics
    assert clash.code == "name-clash"
    assert clash.span.file.endswith("b.yaml")
    assert "a.yaml:1:1" in clash.message
    assert "x-accord-name" in clash.hint
    assert clash.severity is Severity.WARNING
    assert "'b.Item'" in clash.message
    assert list(loaded.api.schemas) == ["Item", "b.Item"]

    files["v1/b.yaml"] = "Item: {type: integer, x-accord-name: Number}\n"
    repaired = load(tmp_path, users("a.yaml#/Item", "b.yaml#/Item"), **files)
    assert repaired.diagnostics == ()
    assert list(repaired.api.schemas) == ["Item", "Number"]


def test_the_entry_keeps_its_name_in_a_clash(tmp_path: Path) -> None:
    loaded = load(
        tmp_path,
        users("a.yaml#/Item") + "components: {schemas: {Item: {type: object}}}\n",
        **{"v1/a.yaml": "Item: {type: string}\n"},
    )
    assert [d.code for d in loaded.diagnostics] == ["name-clash"]
    assert {name: item.origin for name, item in loaded.api.schemas.items()} == {
        "Item": "v1/openapi.yaml",
        "a.Item": "v1/a.yaml",
    }


@pytest.mark.parametrize(
    ("refs", "names"),
    [
        (("integer.json", "other.json#/definitions/integer"), ["integer", "other.integer"]),
        (("other.json#/definitions/integer", "integer.json"), ["integer", "v1.integer"]),
        (
            ("integer.json", "deep/integer.json", "low/deep/integer.json"),
            ["integer", "deep.integer", "low.deep.integer"],
        ),
        (("other.json#/definitions/integer", "other.json#/types/integer"), ["integer", "other.integer"]),
        (
            ("integer.json", "other.json#/definitions/integer", "other.json#/types/integer"),
            ["integer", "other.integer", "other.types.integer"],
        ),
    ],
)
def test_parts_of_several_files_that_meet_have_readable_names(
    tmp_path: Path, refs: tuple[str, ...], names: list[str]
) -> None:
    whole = '{"type": "integer"}'
    files = {f"v1/{path}integer.json": whole for path in ("", "deep/", "low/deep/")}
    files["v1/other.json"] = (
        '{"definitions": {"integer": {"minimum": 3}}, "types": {"integer": {"minimum": 4}}}'
    )
    loaded = load(tmp_path, users(*refs), **files)
    assert list(loaded.api.schemas) == names
    assert {(d.code, d.severity) for d in loaded.diagnostics} == {("name-clash", Severity.WARNING)}
    assert [operation.faults for operation in loaded.api.operations] == [() for _ in loaded.api.operations]


def test_a_name_that_is_given_twice_is_an_error(tmp_path: Path) -> None:
    files = {
        "v1/a.yaml": "One: {type: string, x-accord-name: Item}\n",
        "v1/b.yaml": "Two: {type: integer, x-accord-name: Item}\n",
    }
    loaded = load(tmp_path, users("a.yaml#/One", "b.yaml#/Two"), **files)
    assert [(d.code, d.severity) for d in loaded.diagnostics] == [("name-clash", Severity.ERROR)]
    assert list(loaded.api.schemas) == ["Item", "Item_2"]


def test_derived_names_that_collide_are_written_out(tmp_path: Path) -> None:
    loaded = load(
        tmp_path,
        users("#/components/schemas/A/properties/b", "#/components/schemas/A/$defs/b")
        + "components: {schemas: {A: {properties: {b: {}}, $defs: {b: {}}}}}\n",
    )
    assert loaded.diagnostics == ()
    assert list(loaded.api.schemas) == ["A", "A.b", "components.schemas.A.defs.b"]


def test_names_do_not_depend_on_the_section_of_another_kind(tmp_path: Path) -> None:
    loaded = load(
        tmp_path,
        "paths: {/x: {get: {parameters: [{$ref: 's.yaml#/Limit'}], responses: {'200': {$ref: 's.yaml#/Page'}}}}}\n",
        **{
            "v1/s.yaml": "Limit: {name: l, in: query, schema: {$ref: '#/schemas/Limit'}}\n"
            "Page: {description: p}\nschemas: {Limit: {type: integer}}\n"
        },
    )
    assert loaded.diagnostics == ()
    assert (list(loaded.api.parameters), list(loaded.api.responses), list(loaded.api.schemas)) == (
        ["Limit"],
        ["Page"],
        ["Limit"],
    )
