"""Insertions into code that was written by hand, however it is laid out: what was there stays byte for byte."""

from __future__ import annotations

import ast
import textwrap
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accord.emit.python.generate import GenerateResult
from accord.emit.scaffold import Scaffold, ScaffoldOptions, scaffold
from accord.emit.scaffold.source import SourceModule
from accord.emit.tree import write_tree
from tests.unit.emit.operations import generate_all, write_spec

SPEC = """
    components:
      schemas:
        Item: {type: object, required: [name], properties: {name: {type: string}}}
    paths:
      /items:
        get:
          operationId: listItems
          tags: [Items]
          parameters: [{name: order, in: query, schema: {enum: [newest, oldest], default: newest}}]
          responses: {'200': {description: ok, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Item'}}}}}}
        post:
          operationId: createItem
          tags: [Items]
          requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Item'}}}}
          responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Item'}}}}}
      /items/{id}:
        parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
        get:
          operationId: getItem
          tags: [Items]
          responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Item'}}}}}
    """
METHODS = ("list_items", "create_item", "get_item")


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> GenerateResult:
    folder = tmp_path_factory.mktemp("spec")
    write_spec(folder, {"v1/openapi.yaml": SPEC})
    return generate_all(folder)


def plan(result: GenerateResult, folder: Path) -> Scaffold:
    return scaffold(result, ScaffoldOptions(folder=folder / "src/impl"))


def put(folder: Path, files: dict[str, str | bytes]) -> None:
    for path, text in files.items():
        place = folder / "src/impl" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text if isinstance(text, bytes) else text.encode())


def is_subsequence_of_lines(old: bytes, new: bytes) -> bool:
    """Whether removing whole lines from *new* gives *old* (a missing last line end counts as there)."""
    left = iter(_lines(new))
    return all(any(line == data for line in left) for data in _lines(old))


def _lines(data: bytes) -> list[bytes]:
    lines = data.splitlines(keepends=True)
    end = b"\r\n" if b"\r\n" in data else b"\n"
    return lines if not lines or lines[-1].endswith(end) else [*lines[:-1], lines[-1] + end]


HEAD = """\
from __future__ import annotations

from typing import Literal, final

from typing_extensions import override

from accord.runtime import not_implemented
from generated.v1 import models, protocols
"""
LIST = "async def list_items(self, *, order: Literal['newest', 'oldest']) -> list[models.Item]:"
CREATE = "async def create_item(self, *, body: models.Item) -> models.Item:"
GET = "async def get_item(self, *, id: int) -> models.Item:"


def source(text: str) -> str:
    return HEAD + textwrap.dedent(text)


LAYOUTS = {
    "comments around methods": source(f"""
        # about the class
        class Items(protocols.ItemsApi):  # here
            '''Doc.'''

            limit = 3  # of them
            # --- reading ---
            @override  # marked
            {LIST}  # trailing
                return []
                # the end of it

            # --- one ---

            @override
            {GET}
                return models.Item(name="x")  # done


        # the end
        """),
    "a decorated class on tabs": source(
        f"\n\n@final\nclass Items(protocols.ItemsApi):\n\t{LIST}\n\t\treturn []\n\n\n\n\tx = 1\n"
    ),
    "two spaces": source(
        f"\n\nclass Items(protocols.ItemsApi):\n  {LIST}\n    return []\n  def helper(self): return 2\n"
    ),
    "one line": source("\n\nclass Items(protocols.ItemsApi): ...\n"),
    "only a docstring": source('\n\nclass Items(protocols.ItemsApi):\n    """Doc.\n\n    More.\n    """'),
    "no line end": source(f"\n\nclass Items(protocols.ItemsApi):\n    {LIST}\n        return []"),
    "one-line methods": source(
        f"\n\nclass Items(protocols.ItemsApi):\n    {LIST} return []\n    {GET} return models.Item(name='x')\n"
    ),
    "the first is missing": source(
        f"\n\nclass Items(protocols.ItemsApi):\n    # first of all\n    @override\n    {GET}\n        return models.Item(name='x')\n"
    ),
    "an init in front": source(
        f"\n\nclass Items(protocols.ItemsApi):\n    def __init__(self) -> None:\n        self.x = 1\n\n    @override\n    {GET}\n        return models.Item(name='x')\n"
    ),
    "nested classes and strings": source(f'''
        class Other:
            class Items:
                def list_items(self): ...


        class Items(protocols.ItemsApi):
            class Meta:
                def get_item(self): ...

            {LIST}
                text = """
            def get_item(self):
        # not a comment
        """
                return []

            class Late: ...
        '''),
    "below a condition": source(
        f"\n\nif True:\n    class Items(protocols.ItemsApi):\n        {LIST}\n            return []\n"
    ),
    "in a function": source(
        f"\n\ndef items():\n    class Items(protocols.ItemsApi):\n        {LIST}\n            return []\n\n    return Items()\n"
    ),
    "methods below a condition": source(
        f"\n\nclass Items(protocols.ItemsApi):\n    if True:\n        {LIST}\n            return []\n    else:\n        {LIST}\n            return []\n    x = 1\n"
    ),
    "several classes": source(
        f"\n\nclass A: ...\n\n\nclass Items(protocols.ItemsApi):\n    {LIST}\n        return []\n\n\nclass B(A):\n    async def get_item(self): ...\n"
    ),
    "a decorator with arguments": source(
        f"\n\ndef mark(x): return lambda f: f\n\n\nclass Items(protocols.ItemsApi):\n    @mark(\n        1,  # one\n    )\n    @override\n    {LIST}\n        return []\n"
    ),
    "no blank lines": source(
        f"class Items(protocols.ItemsApi):\n    {LIST}\n        return []\n    {CREATE}\n        return body\nx = 1\n"
    ),
    "a form feed": source(f"\n\x0c\nclass Items(protocols.ItemsApi):\n    {LIST}\n        return []\n\x0c\n"),
    "newer syntax": source(
        f"\n\ntype Pair[T] = tuple[T, T]\n\n\nclass Items(protocols.ItemsApi):\n    {LIST}\n        return []\n\n    def f[T](self, x: T) -> T:\n        return x\n"
    ),
    "continued lines": source(
        f"\n\nclass Items(\n    protocols.ItemsApi,\n):\n    {LIST}\n        return \\\n            []\n    x = 1; y = 2\n"
    ),
}


@pytest.mark.parametrize("text", LAYOUTS.values(), ids=LAYOUTS.keys())
@pytest.mark.parametrize("form", ["lf", "crlf", "bom"])
def test_removing_the_inserted_lines_gives_what_was_there(
    generated: GenerateResult, tmp_path: Path, text: str, form: str
) -> None:
    old = text.replace("\n", "\r\n").encode() if form == "crlf" else text.encode()
    old = b"\xef\xbb\xbf" + old if form == "bom" else old
    put(tmp_path, {"v1/stock.py": old})
    planned = plan(generated, tmp_path)
    new = planned.tree["v1/stock.py"].encode()
    if "one line" not in text and "protocols.ItemsApi): ...\n" not in text:
        assert is_subsequence_of_lines(old, new)
    assert (b"\n" in new.replace(b"\r\n", b"")) == (b"\n" in old.replace(b"\r\n", b"")), (
        "one kind of line end"
    )
    assert old[-1:] == new[-1:] or not old.endswith(b"\n")
    added = planned.added["v1/stock.py"]
    tree = SourceModule(data=new, path="v1/stock.py", shown="", package="impl").tree
    if "newer" not in text and "type Pair" not in text:
        ast.parse(new)
    assert all(f"async def {name}(" in tree.code for name in added)
    put(tmp_path, {"v1/stock.py": new})
    again = plan(generated, tmp_path)
    assert "v1/stock.py" not in again.tree, "a second run does nothing"
    assert again.missing == () or all(
        diagnostic.span.file.endswith(("app.py", "__init__.py")) for diagnostic in again.missing
    )


def order(text: str) -> list[str]:
    return [name for _, name in sorted((text.find(f"def {name}("), name) for name in METHODS)]


@pytest.mark.parametrize("present", [(), ("get_item",), ("create_item",), ("list_items", "get_item")])
def test_methods_come_in_the_order_of_the_contract(
    generated: GenerateResult, tmp_path: Path, present: tuple[str, ...]
) -> None:
    methods = {"list_items": LIST, "create_item": CREATE, "get_item": GET}
    body = "".join(f"    {methods[name]}\n        raise ValueError\n\n" for name in present) or "    x = 1\n"
    put(tmp_path, {"v1/items.py": source(f"\n\nclass Items(protocols.ItemsApi):\n{body}")})
    text = plan(generated, tmp_path).tree["v1/items.py"]
    assert order(text) == list(METHODS)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_stands_around_the_methods_stays(
    generated: GenerateResult, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    line_end = data.draw(st.sampled_from(["\n", "\r\n"]))
    unit = data.draw(st.sampled_from(["    ", "\t", "  "]))
    between = st.lists(
        st.sampled_from(
            [
                "",
                f"{unit}# note",
                "# outer",
                f"{unit}y: int = 1",
                f"{unit}def _h(self): ...",
                f"{unit}{unit}# deep",
            ]
        ),
        max_size=4,
    )
    lines = [*HEAD.splitlines(), "", ""]
    if data.draw(st.booleans()):
        lines.append("@final")
    lines.append("class Items(protocols.ItemsApi):" + data.draw(st.sampled_from(["", "  # c"])))
    lines += data.draw(between)
    for name, definition in (("list", LIST), ("create", CREATE), ("get", GET)):
        if data.draw(st.booleans(), label=name):
            lines += [f"{unit}@override"] if data.draw(st.booleans()) else []
            lines += [f"{unit}{definition}", f"{unit}{unit}raise ValueError"]
            lines += data.draw(between)
    lines += [f"{unit}z = 1", *data.draw(between)]
    lines += data.draw(st.lists(st.sampled_from(["", "# end", "x = 1"]), max_size=3))
    text = line_end.join(lines) + data.draw(st.sampled_from(["", line_end]))
    old = text.encode()
    folder = tmp_path_factory.mktemp("any")
    put(folder, {"v1/items.py": old})
    planned = plan(generated, folder)
    new = planned.tree.get("v1/items.py", text).encode()
    assert is_subsequence_of_lines(old, new)
    ast.parse(new)
    assert sorted(order(new.decode())) == sorted(METHODS)
    put(folder, {"v1/items.py": new})
    assert "v1/items.py" not in plan(generated, folder).tree


BASES = {
    "an alias of the module": "from generated.v1 import models, protocols as p\n\n\nclass Stock(p.ItemsApi):\n    x = 1\n",
    "the class": "from generated.v1 import models\nfrom generated.v1.protocols import ItemsApi as Api\n\n\nclass Stock(Api):\n    x = 1\n",
    "the whole path": "import generated.v1.protocols\n\n\nclass Stock(generated.v1.protocols.ItemsApi):\n    x = 1\n",
    "the version": "import generated.v1 as g\n\n\nclass Stock(g.protocols.ItemsApi):\n    x = 1\n",
    "a name in the file": "from generated.v1 import protocols\n\nBase = protocols.ItemsApi\n\n\nclass Stock(Base):\n    x = 1\n",
    "a star": "from generated.v1.protocols import *\n\n\nclass Stock(ItemsApi):\n    x = 1\n",
    "from another file": "from impl.v1.names import protocols\n\n\nclass Stock(protocols.ItemsApi):\n    x = 1\n",
    "relative": "from ..names import protocols\n\n\nclass Stock(protocols.ItemsApi):\n    x = 1\n",
    "for the checker": "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from generated.v1 import protocols\n\n\nclass Stock(protocols.ItemsApi):\n    x = 1\n",
}


@pytest.mark.parametrize("text", BASES.values(), ids=BASES.keys())
def test_the_class_is_found_however_its_base_is_called(
    generated: GenerateResult, tmp_path: Path, text: str
) -> None:
    put(tmp_path, {"v1/deep/stock.py": text, "v1/names.py": "from generated.v1 import protocols\n"})
    planned = plan(generated, tmp_path)
    assert planned.added == {"v1/deep/stock.py": METHODS}
    assert "v1/items.py" not in planned.tree
    new = planned.tree["v1/deep/stock.py"]
    nodes = list(ast.walk(ast.parse(new)))
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    assert {"override", "Literal", "models"} <= names
    # A module of protocols that is at hand passes on what stubs raise; otherwise it is imported.
    passed_on = any(isinstance(node, ast.Attribute) and node.attr == "not_implemented" for node in nodes)
    assert passed_on != ("not_implemented" in names)
    for name in ("override", "Literal", "models", *(() if passed_on else ("not_implemented",))):
        assert len([line for line in new.splitlines() if "import" in line and name in line]) == 1, name


def test_a_class_of_another_version_or_name_is_not_meant(generated: GenerateResult, tmp_path: Path) -> None:
    put(
        tmp_path,
        {
            "v2/items.py": "from generated.v2 import protocols\n\n\nclass Items(protocols.ItemsApi): ...\n",
            "v1/other.py": "from generated.v1 import protocols\n\n\nclass ItemsApi(protocols.OtherApi): ...\n",
        },
    )
    planned = plan(generated, tmp_path)
    assert planned.added == {}
    assert "v1/items.py" in planned.tree


def test_a_class_over_several_files_gets_each_method_beside_the_one_before_it(
    generated: GenerateResult, tmp_path: Path
) -> None:
    put(
        tmp_path,
        {
            "v1/reading.py": source(
                f"\n\nclass Reading(protocols.ItemsApi):\n    {LIST}\n        return []\n"
            ),
            "v1/mixin.py": HEAD + f"\n\nclass Mixin:\n    {GET}\n        raise ValueError\n",
            "v1/items.py": "from impl.v1.mixin import Mixin\nfrom impl.v1.reading import Reading\n\n\n"
            "class Items(Mixin, Reading):\n    x = 1\n\n\nclass Fake(Reading):\n    y = 1\n",
        },
    )
    planned = plan(generated, tmp_path)
    assert planned.added == {"v1/reading.py": ("create_item",), "v1/items.py": ("get_item",)}
    text = planned.tree["v1/items.py"]
    assert text.index("class Fake") < text.index("async def get_item"), "Items inherits one, Fake does not"


def test_what_may_be_inherited_from_unseen_code_is_told_instead_of_hidden(
    generated: GenerateResult, tmp_path: Path
) -> None:
    text = source("\n\nfrom shop.base import Crud\n\n\nclass Items(Crud, protocols.ItemsApi): ...\n")
    put(tmp_path, {"v1/items.py": text})
    planned = plan(generated, tmp_path)
    assert planned.added == {}
    assert [diagnostic.code for diagnostic in planned.diagnostics] == ["operation-not-implemented"] * 3
    assert "Crud" in planned.diagnostics[0].hint


def test_names_that_mean_something_else_are_left_alone(generated: GenerateResult, tmp_path: Path) -> None:
    text = (
        "import accord.runtime as rt\nimport typing as t\n\nfrom shop import models\n\n"
        "from generated.v1 import protocols\n\n\nclass Items(protocols.ItemsApi):\n    x = models.X\n"
    )
    put(tmp_path, {"v1/items.py": text})
    new = plan(generated, tmp_path).tree["v1/items.py"]
    assert "from generated.v1 import models as v1_models" in new or "models as v1_models" in new
    assert "-> list[v1_models.Item]" in new
    assert 't.Literal["newest", "oldest"]' in new
    assert "@t.override" in new
    assert 'raise rt.not_implemented("getItem")' in new


@pytest.mark.parametrize(
    ("data", "line", "said"),
    [
        (b"def broken(:\n", 1, "no valid Python"),
        (b"x = 1\nclass A:\n    def f(self)\n", 3, "no valid Python"),
        ("x = 'é'\n".encode("latin-1"), 1, "not UTF-8"),
    ],
)
def test_a_file_that_is_no_python_stops_everything(
    generated: GenerateResult, tmp_path: Path, data: bytes, line: int, said: str
) -> None:
    put(tmp_path, {"v1/broken.py": data})
    planned = plan(generated, tmp_path)
    (reported,) = planned.diagnostics
    assert (reported.code, reported.span.line) == ("python-unreadable", line)
    assert said in reported.message
    assert "\n" not in reported.message
    assert len(planned.tree) == len(planned.updated) == 0


def test_a_symbolic_link_is_never_written(generated: GenerateResult, tmp_path: Path) -> None:
    put(tmp_path, {"v1/__init__.py": ""})
    real = tmp_path / "real.py"
    real.write_text(source("\n\nclass Items(protocols.ItemsApi):\n    x = 1\n"))
    (tmp_path / "src/impl/v1/items.py").symlink_to(real)
    planned = plan(generated, tmp_path)
    assert "v1/items.py" not in planned.tree
    assert [diagnostic.code for diagnostic in planned.diagnostics] == ["operation-not-implemented"] * 3


def test_what_is_written_is_what_was_planned(generated: GenerateResult, tmp_path: Path) -> None:
    put(tmp_path, {"v1/items.py": LAYOUTS["no line end"].replace("\n", "\r\n")})
    planned = plan(generated, tmp_path)
    write_tree(planned.tree, tmp_path / "src/impl")
    assert (tmp_path / "src/impl/v1/items.py").read_bytes() == planned.tree["v1/items.py"].encode()
    assert len(plan(generated, tmp_path).tree) == 0
