"""Printed models, imported and used."""

from __future__ import annotations

import ast
import datetime as dt
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args
from uuid import UUID

import pytest
from pydantic import MISSING, TypeAdapter, ValidationError

import accord
from accord.contract.model import Api
from accord.emit.python.definitions import ClassDef, FieldDef
from accord.emit.python.format import format_sources
from accord.emit.python.models import PrinterError, check_expressions, print_classes
from accord.emit.python.pytype import text
from accord.emit.python.types import SchemaTypes
from tests.unit.emit.schemas import imported, load_schemas, ref


def every_model(api: Api) -> SchemaTypes:
    types = SchemaTypes(api)
    for name in api.schemas:
        types.annotation(ref(name), view="request", name="Unused")
        types.annotation(ref(name), view="response", name="Unused")
    return types


def read(model: Any, value: object) -> Any:
    """As the runtime reads a body."""
    return TypeAdapter(model).validate_python(value, by_alias=True, by_name=False)


def test_unset_is_not_null(tmp_path: Path) -> None:
    api = load_schemas(
        tmp_path,
        "Patch: {type: object, properties: {nickName: {type: [string, 'null']}, age: {type: integer, minimum: 1}}}",
    )
    with imported(tmp_path, every_model(api)) as models:
        patch = read(models.Patch, {"nickName": None})
        assert patch.nick_name is None
        assert patch.age is MISSING
        assert patch.model_dump(mode="json") == {"nickName": None}
        assert models.Patch(age=3).model_dump(mode="json") == {"age": 3}
        for wrong in ({"age": None}, {"age": 0}):
            with pytest.raises(ValidationError):
                read(models.Patch, wrong)
        assert read(models.Patch, {"nick_name": "not the name on the wire"}).nick_name is MISSING


def test_views_of_marked_properties(tmp_path: Path) -> None:
    api = load_schemas(
        tmp_path,
        """
        User:
          type: object
          required: [id, name, password]
          properties:
            id: {type: integer, readOnly: true}
            name: {type: string}
            password: {type: string, writeOnly: true}
            profile:
              type: object
              required: [joined]
              properties: {joined: {type: string, format: date, readOnly: true}, motto: {type: string}}
        """,
    )
    with imported(tmp_path, every_model(api)) as models:
        assert set(models.User.model_fields) == {"id", "name", "profile"}
        assert set(models.UserWrite.model_fields) == {"id", "name", "password", "profile"}
        written = read(models.UserWrite, {"name": "a", "password": "b", "profile": {"motto": "x"}})
        assert written.id is MISSING
        assert type(written.profile) is models.UserProfileWrite
        response = models.User(id=1, name="a", profile=models.UserProfile(joined=dt.date(2026, 1, 2)))
        assert response.model_dump(mode="json") == {"id": 1, "name": "a", "profile": {"joined": "2026-01-02"}}


def test_recursion_through_classes_arrays_and_maps(tmp_path: Path) -> None:
    api = load_schemas(
        tmp_path,
        """
        Node: {type: object, required: [v], properties: {v: {type: integer}, next: {$ref: '#/components/schemas/Leaf'}}}
        Leaf: {type: object, properties: {nodes: {type: array, items: {$ref: '#/components/schemas/Node'}}}}
        Json:
          anyOf:
          - type: [string, number, boolean, 'null']
          - {type: array, items: {$ref: '#/components/schemas/Json'}}
          - {type: object, additionalProperties: {$ref: '#/components/schemas/Json'}}
        Lists: {type: array, items: {$ref: '#/components/schemas/Lists'}}
        """,
    )
    with imported(tmp_path, every_model(api)) as models:
        node = read(models.Node, {"v": 1, "next": {"nodes": [{"v": 2, "next": {}}]}})
        assert node.next.nodes[0].v == 2
        value = {"a": [1.5, None, {"b": ["x", True]}]}
        assert read(models.Json, value) == value
        assert read(models.Lists, [[], [[]]]) == [[], [[]]]
        with pytest.raises(ValidationError):
            read(models.Lists, [[1]])


def test_unions_take_the_right_class(tmp_path: Path) -> None:
    api = load_schemas(
        tmp_path,
        """
        Pet:
          oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]
          discriminator: {propertyName: petKind}
        Cat: {type: object, required: [petKind], properties: {petKind: {const: cat}, size: {type: integer}}}
        Dog: {type: object, required: [petKind], properties: {petKind: {enum: [dog, puppy]}, size: {type: integer}}}
        Loose:
          oneOf: [{$ref: '#/components/schemas/Lynx'}, {$ref: '#/components/schemas/Wolf'}]
          discriminator: {propertyName: kind}
        Lynx: {type: object, properties: {kind: {type: string}, ears: {type: string}}}
        Wolf: {type: object, properties: {kind: {type: string}, pack: {type: string}}}
        """,
    )
    with imported(tmp_path, every_model(api)) as models:
        assert type(read(models.Pet, {"petKind": "puppy"})) is models.Dog
        assert type(read(models.Pet, {"petKind": "cat", "size": 3})) is models.Cat
        assert type(read(models.Loose, {"kind": "w", "pack": "p"})) is models.Wolf
        assert type(read(models.Loose, {"kind": "Wolf"})) is models.Wolf
        assert type(read(models.Loose, {"kind": "Lynx"})) is models.Lynx
        assert read(models.Loose, models.Wolf(kind="Lynx")) == models.Wolf(kind="Lynx")
        assert TypeAdapter(models.Loose).dump_python(models.Wolf(pack="p"), mode="json") == {"pack": "p"}
    assert "Field(discriminator='pet_kind')" in every_model(api).modules()["models/pet.py"]


def test_base_with_a_discriminator_stands_for_its_heirs(tmp_path: Path) -> None:
    api = load_schemas(
        tmp_path,
        """
        Pet:
          type: object
          required: [petType]
          properties: {petType: {type: string}}
          discriminator: {propertyName: petType, mapping: {meow: '#/components/schemas/Cat'}}
        Cat: {allOf: [{$ref: '#/components/schemas/Pet'}, {type: object, properties: {lives: {type: integer}}}]}
        Dog: {allOf: [{$ref: '#/components/schemas/Pet'}, {type: object, properties: {tricks: {type: integer}}}]}
        Puppy: {allOf: [{$ref: '#/components/schemas/Dog'}, {type: object, properties: {age: {type: integer}}}]}
        Owner: {type: object, properties: {pets: {type: array, items: {$ref: '#/components/schemas/Pet'}}}}
        """,
    )
    with imported(tmp_path, every_model(api)) as models:
        sent = [{"petType": "meow"}, {"petType": "Dog"}, {"petType": "Puppy", "age": 1}, {"petType": "fish"}]
        owner = read(models.Owner, {"pets": sent})
        assert [type(pet) for pet in owner.pets] == [models.Cat, models.Dog, models.Puppy, models.Pet]
        assert owner.model_dump(mode="json") == {"pets": sent}
        made = models.Owner(pets=[models.Cat(pet_type="meow", lives=9)])
        assert made.model_dump(mode="json") == {"pets": [{"petType": "meow", "lives": 9}]}
    types = every_model(api)
    assert types.annotation(ref("Pet"), view="response", name="N").expr == "models.AnyPet"
    assert types.annotation(ref("Cat"), view="response", name="N").expr == "models.Cat"


def test_choices_keep_the_properties_around_them(tmp_path: Path) -> None:
    api = load_schemas(
        tmp_path,
        """
        Event:
          type: object
          required: [at]
          properties: {at: {type: string}}
          oneOf:
          - {title: Text, required: [text], properties: {text: {type: string}}}
          - {title: Picture, required: [url], properties: {url: {type: string}}}
        """,
    )
    with imported(tmp_path, every_model(api)) as models:
        assert set(get_args(models.Event)) == {models.EventText, models.EventPicture}
        picture = read(models.Event, {"at": "now", "url": "u"})
        assert type(picture) is models.EventPicture
        assert picture.model_dump() == {"at": "now", "url": "u"}


def test_all_of_is_flattened_with_its_inline_classes(tmp_path: Path) -> None:
    api = load_schemas(
        tmp_path,
        """
        Base: {type: object, required: [id], properties: {id: {type: integer}, owner: {type: object, properties: {n: {type: string}}}}}
        Item:
          allOf:
          - {$ref: '#/components/schemas/Base'}
          - {type: object, required: [name], properties: {name: {type: string}, id: {minimum: 5}}}
        """,
    )
    with imported(tmp_path, every_model(api)) as models:
        assert list(models.Item.model_fields) == ["id", "owner", "name"]
        assert not issubclass(models.Item, models.Base)
        assert read(models.Item, {"id": 5, "name": "a", "owner": {"n": "x"}}).owner == models.BaseOwner(n="x")
        with pytest.raises(ValidationError):
            read(models.Item, {"id": 4, "name": "a"})


def test_undeclared_properties(tmp_path: Path) -> None:
    api = load_schemas(
        tmp_path,
        """
        Silent: {type: object, properties: {a: {type: string}}}
        Closed: {type: object, properties: {a: {type: string}}, additionalProperties: false}
        Open: {type: object, properties: {a: {type: string}}, additionalProperties: true}
        Dates: {type: object, properties: {a: {type: string}}, additionalProperties: {type: string, format: date}}
        """,
    )
    with imported(tmp_path, every_model(api)) as models:
        assert read(models.Silent, {"b": 1}).model_dump() == {}
        with pytest.raises(ValidationError):
            read(models.Closed, {"b": 1})
        assert read(models.Open, {"b": 1}).model_dump() == {"b": 1}
        dates = read(models.Dates, {"b": "2026-01-02"})
        assert dates.model_extra == {"b": dt.date(2026, 1, 2)}
        assert dates.model_dump(mode="json") == {"b": "2026-01-02"}


def test_defaults_only_where_python_can_hold_them(tmp_path: Path) -> None:
    api = load_schemas(
        tmp_path,
        """
        D:
          type: object
          required: [must]
          properties:
            must: {type: string, default: x}
            text: {type: string, default: "it's \\"quoted\\""}
            number: {type: number, default: 2}
            flag: {type: boolean, default: true}
            kind: {$ref: '#/components/schemas/Kind'}
            nothing: {type: [string, 'null'], default: null}
            tags: {type: array, items: {type: string}, default: []}
            wrong: {type: integer, default: seven}
            lie: {type: integer, default: true}
            null_lie: {type: string, default: null}
            day: {type: string, format: date, default: '2026-01-02'}
            no_day: {type: string, format: date, default: '2026-02-30'}
            moment: {type: string, format: date-time, default: '2026-01-02T03:04:05.5+01:00'}
            offsetless: {type: string, format: date-time, default: '2026-01-02T03:04:05'}
            id: {type: string, format: uuid, default: 123E4567-e89b-12d3-a456-426614174000}
            day_or_text: {anyOf: [{type: string, format: date}, {type: string}], default: '2026-01-02'}
            full: {type: array, items: {type: [string, 'null'], maxLength: 3}, maxItems: 4, default: [a]}
            map: {type: object, additionalProperties: {type: integer}, default: {a: 1}}
            wrong_items: {type: array, items: {type: integer}, default: [a]}
            kinds: {type: array, items: {$ref: '#/components/schemas/Kind'}, default: [big]}
            other: {enum: [a, b], default: c}
            object: {type: object, properties: {a: {}}, default: {a: 1}}
        Kind: {enum: [big, small], default: small}
        """,
    )
    with imported(tmp_path, every_model(api)) as models:
        made = models.D(must="m")
        assert made.model_dump() == {
            "must": "m",
            "text": 'it\'s "quoted"',
            "number": 2,
            "flag": True,
            "day": dt.date(2026, 1, 2),
            "moment": dt.datetime(2026, 1, 2, 2, 4, 5, 500_000, dt.UTC),
            "id": UUID("123e4567-e89b-12d3-a456-426614174000"),
            "day_or_text": "2026-01-02",
            "full": ["a"],
            "map": {"a": 1},
            "kind": "small",
            "nothing": None,
            "tags": [],
        }
        made.tags.append("one")
        assert models.D(must="m").tags == []
        with pytest.raises(ValidationError):
            models.D()


def test_awkward_property_names(tmp_path: Path) -> None:
    api = load_schemas(
        tmp_path,
        """
        Odd:
          type: object
          required: ['+1', '-1']
          properties:
            '+1': {type: integer}
            '-1': {type: integer}
            $ref: {type: string}
            _id: {type: string}
            id: {type: string}
            class: {type: string}
            schema: {type: string}
            model_config: {type: string}
            str: {type: string}
            date: {type: string, format: date}
            list: {type: array, items: {type: string}}
            "a'b\\"c\\\\": {type: string}
            self: {type: string}
            __class__: {type: string}
            MISSING: {type: string}
            Field: {type: string}
        """,
    )
    properties = api.schemas["Odd"].schema.object.properties  # type: ignore[union-attr]
    value = {p.name: "x" for p in properties} | {"+1": 1, "-1": 2, "date": "2026-01-02", "list": ["y"]}
    with imported(tmp_path, every_model(api)) as models:
        assert read(models.Odd, value).model_dump(mode="json") == value
        assert read(models.Odd, value).plus_1 == 1
        assert models.Odd(plus_1=1, minus_1=2, id="i", id2="j").model_dump() == {
            "+1": 1,
            "-1": 2,
            "_id": "j",
            "id": "i",
        }


def test_texts_of_a_contract_stay_texts(tmp_path: Path) -> None:
    hostile = '"""\n\nimport os\nos.system("x")\n\\u0022\\"\\"\\" \u202e \x00 {x} %s \r\n \\'
    quoted = json.dumps(hostile)
    api = load_schemas(
        tmp_path,
        f"""
        Doc:
          description: {quoted}
          type: object
          properties: {{a: {{type: string, description: {quoted}, default: {quoted}, example: {quoted}}}}}
        Choice: {{description: {quoted}, enum: [{quoted}]}}
        """,
    )
    files = format_sources(every_model(api).modules())
    for path, source in files.items():
        assert source.isascii(), path
        calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
        names = {ast.unparse(call.func) for call in calls if path != "models/__init__.py"}
        assert names <= {"Field", "ConfigDict"}, path
    with imported(tmp_path, every_model(api)) as models:
        assert models.Doc().a == hostile
        assert get_args(models.Choice) == (hostile,)


def test_names_that_models_use_themselves(tmp_path: Path) -> None:
    names = [
        "Any",
        "Field",
        "Model",
        "MISSING",
        "Literal",
        "UUID",
        "Annotated",
        "Dt",
        "List",
        "Object",
        "Enum",
    ]
    schema = "{type: object, properties: {a: {enum: [x]}, b: {}, c: {type: string, format: uuid}, d: {type: integer, minimum: 1}}}"
    uses = ", ".join(f"{name}: {{$ref: '#/components/schemas/{name}'}}" for name in names)
    lines = "\n".join(f"{name}: {schema}" for name in names)
    api = load_schemas(tmp_path, f"{lines}\nUse: {{type: object, properties: {{{uses}}}}}")

    with imported(tmp_path, every_model(api)) as models:
        used = read(models.Use, {name: {"a": "x"} for name in names})
        assert used.missing.a == "x"
        assert used.model_dump() == {name: {"a": "x"} for name in names}


def test_nothing_is_imported_before_its_first_use(tmp_path: Path) -> None:
    api = load_schemas(
        tmp_path,
        "A: {type: object, properties: {b: {$ref: '#/components/schemas/B'}}}\nB: {type: string}\nC: {type: string}",
    )
    with imported(tmp_path, every_model(api)) as models:
        loaded = {name.rpartition(".")[2] for name in sys.modules if name.startswith(f"{models.__name__}.")}
        assert loaded == set()
        assert models.A().b is MISSING
        loaded = {name.rpartition(".")[2] for name in sys.modules if name.startswith(f"{models.__name__}.")}
        assert loaded == {"a", "b"}
        assert dir(models)[:3] == ["A", "B", "C"]
        with pytest.raises(AttributeError, match="has no attribute 'D'"):
            _ = models.D


def test_long_chain_of_schemas(tmp_path: Path) -> None:
    length = 300
    chain = "\n".join(
        f"A{i}: {{type: object, properties: {{n: {{$ref: '#/components/schemas/A{i + 1}'}}}}}}"
        for i in range(length)
    )
    api = load_schemas(
        tmp_path, f"{chain}\nA{length}: {{type: object, properties: {{v: {{type: integer}}}}}}"
    )

    with imported(tmp_path, every_model(api)) as models:
        assert models.A0.model_validate({"n": {"n": {}}}).n.n.n is MISSING


def test_types_of_common_are_printed_once_for_all_versions(tmp_path: Path) -> None:
    shared = tmp_path / "common" / "shared.yaml"
    shared.parent.mkdir(parents=True)
    shared.write_text(
        "Problem: {type: object, properties: {errors: {type: array, items: {type: object, properties: {at: {type: string}}}}}}\n"
        "Other: {type: string, format: uuid}\n",
        encoding="utf-8",
    )
    use = "Use: {type: object, properties: {p: {$ref: '../common/shared.yaml#/%s'}}}"
    first = load_schemas(tmp_path / "one" / "..", use % "Problem")
    second = load_schemas(tmp_path / "one" / "..", use % "Other")

    def printed(*apis: Api) -> dict[str, str]:
        common = SchemaTypes.for_common(apis)
        versions = [SchemaTypes(api, shared=common) for api in apis]
        for version in versions:
            version.annotation(ref("Use"), view="response", name="N")
        own = versions[0].modules()
        assert "class Problem" not in "".join(own.values())
        return common.modules()

    both = printed(first, second)
    assert sorted(both) == ["models/__init__.py", "models/other.py", "models/problem.py"]
    assert "class ProblemErrorsItem(Model):" in both["models/problem.py"]
    assert printed(second, first).keys() == both.keys()


def test_version_imports_common_models_and_offers_them(tmp_path: Path) -> None:
    shared = tmp_path / "common" / "shared.yaml"
    shared.parent.mkdir(parents=True)
    shared.write_text("Problem: {type: object, properties: {t: {type: string}}}\n", encoding="utf-8")
    api = load_schemas(
        tmp_path, "Use: {type: object, properties: {p: {$ref: '../common/shared.yaml#/Problem'}}}"
    )
    common = SchemaTypes.for_common([api])
    types = SchemaTypes(api, shared=common)
    types.annotation(ref("Use"), view="response", name="N")

    files = types.modules()

    assert "from ...common.models.problem import Problem" in files["models/use.py"]
    assert "'Problem': '...common.models.problem'" in files["models/__init__.py"]
    assert types.annotation(ref("Problem"), view="response", name="N").expr == "models.Problem"


def test_same_contract_same_bytes_under_any_hash_seed(tmp_path: Path) -> None:
    load_schemas(
        tmp_path,
        "A: {type: object, properties: {b: {$ref: '#/components/schemas/B'}, c: {enum: [x, y]}, d: {type: string, format: uuid}}}\n"
        "B: {oneOf: [{$ref: '#/components/schemas/A'}, {type: object, properties: {q: {type: string, minLength: 1}}}]}",
    )
    code = (
        "import sys, pathlib; from accord.source.document import read_document; from accord.contract.load import load_api;"
        "from accord.emit.python.types import SchemaTypes;"
        "path = pathlib.Path(sys.argv[1]); api = load_api(read_document(path, root=path.parent.parent), name='v1').api;"
        "sys.stdout.write(repr(SchemaTypes(api).modules()))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / "v1" / "openapi.yaml")],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "tools"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }

    assert len(outputs) == 1
    assert "class A(Model)" in outputs.pop()


@pytest.mark.parametrize(
    "source",
    [
        "__import__('os').system('x')",
        "[x for x in y]",
        "lambda: 1",
        "open('x')",
        "f'{x}'",
        "a.b()",
        "(yield)",
    ],
)
def test_nothing_but_types_and_constants_passes_the_check(source: str) -> None:
    with pytest.raises(PrinterError):
        check_expressions(ast.parse(source, mode="eval"), calls=frozenset({"Field"}))


def test_printer_keeps_names_that_look_like_its_own(tmp_path: Path) -> None:
    fields = tuple(FieldDef(name=name, wire=name, type=text("str"), required=True) for name in ("a", "b_"))
    printed = print_classes([ClassDef(name="BaseThing", unit="x", fields=fields)])

    assert (
        ast.unparse(ast.parse(printed["BaseThing"].source))
        == "class BaseThing(Model):\n    a: str\n    b_: str"
    )


@pytest.mark.slow
def test_models_pass_both_type_checkers(tmp_path: Path) -> None:
    api = load_schemas(
        tmp_path,
        """
        A: {type: object, required: [b], properties: {b: {$ref: '#/components/schemas/B'}, date: {type: string, format: date}, str: {type: string}}}
        B: {type: [object, 'null'], properties: {a: {$ref: '#/components/schemas/A'}}, additionalProperties: {$ref: '#/components/schemas/B'}}
        J: {anyOf: [{type: string}, {type: array, items: {$ref: '#/components/schemas/J'}}]}
        K: {oneOf: [{$ref: '#/components/schemas/A'}, {type: array, prefixItems: [{type: integer}], items: false, minItems: 1}]}
        """,
    )
    for path, source in format_sources(every_model(api).modules()).items():
        target = tmp_path / "generated" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(source, encoding="utf-8")
    roots = [str(Path(accord.__file__).parent.parent)]
    settings = {"typeCheckingMode": "strict", "pythonVersion": "3.11", "extraPaths": roots}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    mypy = [sys.executable, "-m", "mypy", "--strict", "--cache-dir=/dev/null", str(tmp_path / "generated")]
    pyright = [sys.executable, "-m", "pyright", "--project", str(tmp_path), "--pythonpath", sys.executable]
    for command in (mypy, pyright):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
