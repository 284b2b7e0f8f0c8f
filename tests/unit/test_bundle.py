"""One file out of many, with the same meaning."""

from __future__ import annotations

import dataclasses
import json
import posixpath
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accord.bundle import Bundle, bundle
from accord.bundle.text import yaml_text
from accord.contract.load import Loaded, load_api
from accord.source.data import to_data
from accord.source.document import Document, read_document
from accord.source.files import parse_text
from accord.source.limits import DEFAULT_LIMITS, Budget
from accord.source.node import SourceFile

HEAD = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\n"
Write = Callable[..., tuple[Document, Loaded, Bundle]]


def read(folder: Path, files: Mapping[str, str]) -> tuple[Document, Loaded, Bundle]:
    for name, text in files.items():
        path = folder / "spec" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    document = read_document(folder / "spec" / "v1" / "openapi.yaml")
    loaded = load_api(document, name="v1")
    return document, loaded, bundle(document, loaded)


def again(folder: Path, text: str, suffix: str) -> tuple[Document, Loaded]:
    path = folder / f"bundled.{suffix}"
    path.write_text(text, encoding="utf-8")
    document = read_document(path)
    return document, load_api(document, name="v1")


LOCAL = {"origin", "operation_ref"}


# The values of any field of the IR are walked over here.
def without_origins(value: Any) -> Any:
    """The same IR without origins and ``operationRef`` as written, as plain tuples that compare by meaning."""
    if dataclasses.is_dataclass(value):
        compared = [f.name for f in dataclasses.fields(value) if f.compare and f.name not in LOCAL]
        return type(value).__name__, *((name, without_origins(getattr(value, name))) for name in compared)
    if isinstance(value, tuple):
        return tuple(without_origins(item) for item in value)
    if isinstance(value, Mapping):
        return {key: without_origins(item) for key, item in value.items()}
    return value


def references(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        for key, value in data.items():
            if key == "$ref" and isinstance(value, str):
                yield value
            elif key not in {"example", "examples", "default", "enum", "const"}:
                yield from references(value)
    elif isinstance(data, list):
        for item in data:
            yield from references(item)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Bundle files, and check what holds for every bundle."""

    def check(entry: str, /, **files: str) -> tuple[Document, Loaded, Bundle]:
        document, loaded, result = read(tmp_path, {"v1/openapi.yaml": HEAD + entry, **files})
        for suffix, text in (("json", result.to_json()), ("yaml", result.to_yaml())):
            _, reloaded = again(tmp_path, text, suffix)
            assert without_origins(reloaded.api) == without_origins(loaded.api)
        assert all(ref.startswith("#") for ref in references(result.data))
        return document, loaded, result

    return check


def test_parts_of_other_files_become_components_in_order_of_use(write: Write) -> None:
    _, loaded, result = write(
        """paths:
  /x:
    get:
      parameters: [{$ref: '../common/p.yaml#/Limit'}]
      responses:
        '200':
          description: ok
          headers: {E: {$ref: '../common/p.yaml#/E'}}
          content:
            application/json:
              schema: {$ref: schemas/item.yaml}
              examples: {e: {$ref: '../common/p.yaml#/example'}}
        '404': {$ref: '../common/p.yaml#/NotFound'}
    post:
      requestBody: {$ref: '../common/p.yaml#/Body'}
components:
  schemas: {First: {type: string}}
""",
        **{
            "v1/schemas/item.yaml": "type: object\nproperties: {part: {$ref: '#/$defs/Part'}}\n"
            "$defs: {Part: {type: string}, Unused: {}}\n",
            "common/p.yaml": """Limit: {name: limit, in: query, schema: {$ref: '../v1/openapi.yaml#/components/schemas/First'}}
E: {schema: {type: string}}
example: {value: {$ref: kept as data}}
NotFound: {description: n, content: {application/problem+json: {schema: {$ref: '#/Problem'}}}}
Body: {content: {application/json: {schema: {$ref: '../v1/schemas/item.yaml'}}}}
Problem: {type: object}
""",
        },
    )
    assert loaded.diagnostics == ()
    components = result.data["components"]
    assert isinstance(components, dict)
    assert {section: list(names) for section, names in components.items()} == {  # type: ignore[arg-type]
        "schemas": ["First", "item", "Part", "Problem"],
        "responses": ["NotFound"],
        "parameters": ["Limit"],
        "examples": ["example"],
        "requestBodies": ["Body"],
        "headers": ["E"],
    }
    assert components["schemas"]["item"] == {  # type: ignore[index, call-overload]
        "type": "object",
        "properties": {"part": {"$ref": "#/components/schemas/Part"}},
    }
    assert components["examples"]["example"] == {"value": {"$ref": "kept as data"}}  # type: ignore[index, call-overload]


def test_the_order_and_the_values_of_the_author_stay(write: Write) -> None:
    entry = """x-last: [1.0, 1, true, null, '1']
paths:
  /b: {get: {summary: s, operationId: o, deprecated: false}}
  /a: {}
components: {schemas: {Z: {}, A: {$ref: '#/components/schemas/Z'}}}
tags: []
"""
    _, _, result = write(entry)
    assert json.dumps(result.data) == json.dumps(yaml.safe_load(HEAD + entry))


def test_path_items_move_into_their_place(write: Write) -> None:
    _, _, result = write(
        """paths:
  /a: {$ref: paths/a.yaml, summary: ours}
  /b: {$ref: paths/a.yaml}
  /c: {$ref: '#/paths/~1a'}
webhooks: {w: {$ref: paths/a.yaml}}
""",
        **{
            "v1/paths/a.yaml": "summary: theirs\nget: {responses: {'200': {$ref: '#/x-r'}}}\n"
            "post: {responses: {'201': {$ref: '#/get/responses/200'}}}\nx-r: {description: d}\n"
        },
    )
    paths = result.data["paths"]
    assert isinstance(paths, dict)
    assert list(paths["/a"]) == ["summary", "get", "post", "x-r"]  # type: ignore[arg-type]
    assert paths["/a"]["summary"] == "ours"  # type: ignore[index, call-overload]
    assert paths["/b"]["summary"] == "theirs"  # type: ignore[index, call-overload]
    assert paths["/c"] == {"$ref": "#/paths/~1a"}


def test_names_that_were_given_take_effect_and_go(write: Write) -> None:
    _, _, result = write(
        """paths: {/x: {get: {responses: {'200': {description: d, content: {a/b: {schema: {$ref: '#/components/schemas/Old'}},
  c/d: {schema: {$ref: '#/components/schemas/Old/properties/inner'}}, e/f: {schema: {$ref: 'item.yaml'}}}}}}}}
components:
  schemas:
    Old: {x-accord-name: New, x-other: 1, properties: {inner: {type: string}}}
    Odd Name: {type: object, example: {x-accord-name: data}}
    Uses: {$ref: '#/components/schemas/Odd%20Name'}
""",
        **{"v1/item.yaml": "{x-accord-name: Good, type: object}"},
    )
    text = result.to_json()
    assert text.count("x-accord-name") == 1
    assert '"x-accord-name": "data"' in text
    schemas = result.data["components"]["schemas"]  # type: ignore[index, call-overload]
    assert list(schemas) == ["New", "Odd Name", "Uses", "Good"]  # type: ignore[arg-type]
    assert "#/components/schemas/New/properties/inner" in text
    assert "#/components/schemas/Odd%20Name" in text


def test_an_alias_of_the_entry_is_filled_with_what_it_names(write: Write) -> None:
    _, _, result = write(
        """paths: {}
components:
  schemas: {Before: {}, Problem: {$ref: 'p.yaml#/Fault'}, After: {$ref: 'p.yaml#/Fault'}}
  securitySchemes: {key: {$ref: 'p.yaml#/key'}}
security: [{key: []}]
""",
        **{"v1/p.yaml": "Fault: {type: object}\nkey: {type: apiKey, in: header, name: K}\n"},
    )
    components = result.data["components"]
    assert components == {
        "schemas": {
            "Before": {},
            "Problem": {"type": "object"},
            "After": {"$ref": "#/components/schemas/Problem"},
        },
        "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "K"}},
    }


def test_discriminators_links_and_callbacks_are_rewritten(write: Write) -> None:
    _, loaded, result = write(
        """paths:
  /x:
    get:
      responses:
        '200':
          description: d
          links:
            a: {operationRef: 'y.yaml#/put'}
            b: {$ref: 'l.yaml#/toX'}
          content: {a/b: {schema: {$ref: 'l.yaml#/Pet'}}}
      callbacks: {c: {$ref: 'l.yaml#/hook'}}
  /y: {$ref: y.yaml}
components: {schemas: {Cat: {}}}
""",
        **{
            "v1/y.yaml": "put: {responses: {'200': {description: d}}}\n",
            "v1/l.yaml": """toX: {operationRef: 'openapi.yaml#/paths/~1x/get'}
hook: {'{$url}': {$ref: y.yaml}}
Pet:
  oneOf: [{$ref: '#/Dog'}, {$ref: 'openapi.yaml#/components/schemas/Cat'}]
  discriminator: {propertyName: k, mapping: {dog: '#/Dog', cat: Cat, gone: Nobody}}
Dog: {}
""",
        },
    )
    assert [d.code for d in loaded.diagnostics] == ["discriminator-mapping"]
    links = loaded.api.operations[0].responses[0].links
    assert [link.target for link in links] == [("PUT", "/y"), ("GET", "/x")]
    components = result.data["components"]
    assert isinstance(components, dict)
    mapping = components["schemas"]["Pet"]["discriminator"]["mapping"]  # type: ignore[index, call-overload]
    assert mapping == {"dog": "#/components/schemas/Dog", "cat": "Cat", "gone": "Nobody"}
    text = result.to_json()
    assert '"operationRef": "#/paths/~1y/put"' in text
    assert '"operationRef": "#/paths/~1x/get"' in text


def test_identifiers_go_since_every_reference_is_a_pointer(write: Write) -> None:
    _, _, result = write(
        """paths: {}
components:
  schemas:
    A: {$id: 'https://e.org/a', properties: {b: {$ref: b}, c: {$ref: '#inner'}}, $defs: {C: {$anchor: inner}}}
    B: {$id: 'https://e.org/b', properties: {$id: {type: string}, $anchor: {}}}
"""
    )
    schemas = result.data["components"]["schemas"]  # type: ignore[index, call-overload]
    assert schemas == {
        "A": {
            "properties": {
                "b": {"$ref": "#/components/schemas/B"},
                "c": {"$ref": "#/components/schemas/A/$defs/C"},
            },
            "$defs": {"C": {}},
        },
        "B": {"properties": {"$id": {"type": "string"}, "$anchor": {}}},
    }


def test_a_path_item_inside_of_itself_ends(tmp_path: Path) -> None:
    _, loaded, result = read(
        tmp_path,
        {
            "v1/openapi.yaml": HEAD + "paths: {/x: {$ref: i.yaml}}\n",
            "v1/i.yaml": "get: {callbacks: {c: {u: {$ref: i.yaml}}}}\n",
        },
    )
    assert [d.code for d in loaded.diagnostics] == ["ref-cycle"]
    assert result.data["paths"] == {"/x": {"get": {"callbacks": {"c": {"u": {"$ref": "#/paths/~1x"}}}}}}


def test_references_that_lead_nowhere_stay_as_written(tmp_path: Path) -> None:
    refs = ["nope.yaml#/A", "#/components/schemas/Nope", "http://localhost/x", "../../up.yaml"]
    schemas = ", ".join(f"S{number}: {{$ref: '{ref}'}}" for number, ref in enumerate(refs))
    _, loaded, result = read(
        tmp_path, {"v1/openapi.yaml": HEAD + f"paths: {{}}\ncomponents: {{schemas: {{{schemas}}}}}\n"}
    )
    assert len(loaded.diagnostics) == 4
    assert list(references(result.data)) == refs


def test_the_source_map_leads_back_to_the_author(write: Write) -> None:
    document, _, result = write(
        "paths:\n  /x: {$ref: x.yaml}\n",
        **{
            "v1/x.yaml": "get:\n  responses:\n    '200':\n      description: d\n"
            "      content: {a/b: {schema: {$ref: '../common/s.yaml#/S'}}}\n",
            "common/s.yaml": "S:\n  enum:\n    - a\n    - b\n",
        },
    )

    def place(pointer: str) -> tuple[str, int, int]:
        span = result.source_map[pointer]
        return Path(span.file).name, span.line, span.column

    assert place("/info/title") == ("openapi.yaml", 2, 8)
    assert place("/paths/~1x") == ("openapi.yaml", 4, 3)
    assert place("/paths/~1x/get/responses/200/description") == ("x.yaml", 4, 7)
    assert place("/components/schemas/S") == ("s.yaml", 1, 1)
    assert place("/components/schemas/S/enum/1") == ("s.yaml", 4, 7)
    assert set(document.files) == {"v1/openapi.yaml", "v1/x.yaml", "common/s.yaml"}

    def pointers(data: Any, pointer: str = "") -> Iterator[str]:
        yield pointer
        items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
        for key, value in items:
            yield from pointers(value, f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}")

    assert set(pointers(result.data)) - set(result.source_map) == {"/components/schemas"}


def test_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    files = {"v1/openapi.yaml": HEAD + "paths: {/x: {$ref: x.yaml}}\n", "v1/x.yaml": "get: {summary: é}\n"}
    texts = [read(tmp_path / str(number), files)[2] for number in range(2)]
    assert texts[0].to_json() == texts[1].to_json()
    assert texts[0].to_yaml() == texts[1].to_yaml()
    assert texts[0].to_json().endswith("}\n")
    assert "é" in texts[0].to_json()


TEXT = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(
    [
        *(
            "yes",
            "No",
            "on",
            "y",
            "~",
            "null",
            "",
            "1",
            "1e3",
            "0o14",
            "0x1",
            "1_0",
            "1:30",
            ".inf",
            "-.5",
            "08",
        ),
        *(
            "2026-11-24",
            "=",
            "<<",
            "- a",
            "a: b",
            "#c",
            "a #b",
            "'",
            '"',
            "@",
            "`",
            "%",
            "!x",
            "&a",
            "*a",
            "|",
        ),
        *(
            "\ufeffa",
            "a\u2028b\n",
            "a\x85",
            "x\n y\n",
            " x\ny",
            "a\n\n",
            "\na",
            "\t",
            "a\tb\nc",
            "\x00",
            "é\U0001f600",
        ),
    ]
)
DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(TEXT, DATA, max_size=4))
def test_yaml_reads_back_the_same_by_either_version(data: Any) -> None:
    text = yaml_text(data)
    parsed = parse_text(SourceFile(display="a", origin="a.yaml", text=text), Budget(DEFAULT_LIMITS))
    assert parsed.root is not None, (text, parsed.diagnostics)
    assert repr(to_data(parsed.root)) == repr(data)
    assert repr(yaml.safe_load(text)) == repr(data)


ALL_NAMES = ["Alpha", "Beta", "Gamma"]
NAMES = st.sampled_from(ALL_NAMES)
TARGETS = {
    "v1/openapi.yaml": "#/components/schemas/{}",
    "v1/parts.yaml": "#/components/schemas/P{}",
    "common/s.yaml": "#/{}C",
    "common/whole.yaml": "",
}


@dataclasses.dataclass(frozen=True)
class Draws:
    """Random schemas of one file, which refer to schemas of all files."""

    draw: st.DrawFn
    file: str

    def ref(self) -> dict[str, Any]:
        target = self.draw(st.sampled_from(sorted(TARGETS)))
        fragment = TARGETS[target].format(self.draw(NAMES))
        if fragment and self.draw(st.booleans()):
            fragment += self.draw(st.sampled_from(["/properties/p", "/$defs/d"]))
        path = "" if target == self.file else posixpath.relpath(target, posixpath.dirname(self.file))
        found: dict[str, Any] = {"$ref": path + fragment or "#"}
        if self.draw(st.booleans()):
            found["description"] = self.draw(TEXT)
        return found

    def schema(self, depth: int = 0) -> Any:
        def inner() -> Any:
            return self.schema(depth + 1)

        kinds: list[Callable[[], Any]] = [
            lambda: {"type": self.draw(st.sampled_from(["string", "integer", ["null", "object"]]))},
            lambda: {"enum": [self.draw(DATA)], "default": self.draw(DATA)},
            lambda: {"properties": {"r": self.ref()}},
            lambda: self.draw(st.booleans()),
        ]
        if depth < 2:
            kinds += [
                lambda: {"type": "array", "items": inner(), "maxItems": 3},
                lambda: {"anyOf": [inner(), self.ref()], "x-e": self.draw(DATA)},
                lambda: {"properties": {"a": inner()}, "required": ["a"], "additionalProperties": False},
                lambda: {"if": inner(), "then": self.ref()},
            ]
        return self.draw(st.sampled_from(kinds))()

    def named(self) -> dict[str, Any]:
        return {"properties": {"p": self.schema(), "r": self.schema()}, "$defs": {"d": self.schema()}}

    def operation(self) -> dict[str, Any]:
        content = {"a/b": {"schema": self.schema()}}
        return {"responses": {"200": {"description": self.draw(TEXT), "content": content}}}


@st.composite
def contracts(draw: st.DrawFn) -> dict[str, str]:
    """A contract over four files whose schemas refer to each other in every direction."""
    entry, parts, common, whole = (Draws(draw, file) for file in TARGETS)
    schemas: dict[str, Any] = {name: entry.named() for name in ALL_NAMES}
    if draw(st.booleans()):
        schemas["Alias"] = {"$ref": "../common/s.yaml#/BetaC"}
    root = {
        "openapi": "3.1.0",
        "info": {"title": draw(TEXT), "version": "1"},
        "paths": {"/a": {"get": entry.operation()}, "/b": {"$ref": "parts.yaml#/item"}},
        "components": {"schemas": schemas},
    }
    shared = {"schemas": {f"P{name}": parts.named() for name in ALL_NAMES}}
    contents = {
        entry.file: root,
        parts.file: {"components": shared, "item": {"post": parts.operation()}},
        common.file: {f"{name}C": common.named() for name in ALL_NAMES},
        whole.file: whole.named(),
    }
    return {file: json.dumps(content) for file, content in contents.items()}


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(contracts())
def test_loading_a_bundle_gives_the_same_api(files: dict[str, str]) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        _, loaded, result = read(folder, files)
        assert all(ref.startswith("#") for ref in references(result.data))
        for suffix, text in (("json", result.to_json()), ("yaml", result.to_yaml())):
            document, reloaded = again(folder, text, suffix)
            assert without_origins(reloaded.api) == without_origins(loaded.api)
            assert [d.code for d in reloaded.diagnostics] == [d.code for d in loaded.diagnostics]
            assert bundle(document, reloaded).data == result.data
