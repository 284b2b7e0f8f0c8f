"""Operations that changed, left, moved or got another name, as an existing class meets them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from accord.emit.scaffold import Scaffold, ScaffoldOptions, scaffold
from accord.emit.tree import write_tree
from tests.unit.emit.operations import generate_all, write_spec

SPEC = """
    components:
      securitySchemes:
        key: {type: apiKey, in: header, name: X-Key}
      responses:
        NotFound: {description: none}
      schemas:
        Item: {type: object, required: [name], properties: {name: {type: string}}}
    paths:
      /items:
        get:
          operationId: listItems
          tags: [Items]
          parameters:
            - {name: limit, in: query, schema: {type: integer, default: 3}}
            - {name: q, in: query, schema: {type: string}}
          responses: {'200': {description: ok, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Item'}}}}}}
      /items/{id}:
        parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
        get:
          operationId: getItem
          tags: [Items]
          responses:
            '200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Item'}}}}
            '404': {$ref: '#/components/responses/NotFound'}
    """
CODE = """\
from __future__ import annotations

from typing_extensions import override

from generated.v1 import models, protocols, responses


class Items(protocols.ItemsApi):
    @override
    async def list_items(
        self,
        *,
        limit: int = 3,  # of them
        # what to look for
        q: str | None,
    ) -> list[models.Item]:  # all
        # the body
        wanted = [q, limit]
        return [models.Item(name=str(q))]

    @override
    async def get_item(self, *, id: int) -> models.Item | responses.NotFound:
        return self.find(id)  # here
"""


class Project:
    """A project whose contract is changed by replacing text."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.spec = SPEC
        self.file = folder / "src/impl/v1/items.py"
        self.file.parent.mkdir(parents=True)
        self.file.write_text(CODE)

    def change(self, *pairs: tuple[str, str]) -> None:
        for old, new in pairs:
            assert old in self.spec
            self.spec = self.spec.replace(old, new)

    def generate(self) -> None:
        write_spec(self.folder / "spec", {"v1/openapi.yaml": self.spec})
        write_tree(generate_all(self.folder / "spec").tree, self.folder / "generated")

    def plan(self) -> Scaffold:
        write_spec(self.folder / "spec", {"v1/openapi.yaml": self.spec})
        options = ScaffoldOptions(folder=self.folder / "src/impl", former=self.folder / "generated")
        return scaffold(generate_all(self.folder / "spec"), options)

    def update(self) -> str:
        """Apply everything; a second plan has nothing left to change."""
        write_tree(self.plan().updated, self.folder / "src/impl")
        again = self.plan()
        assert again.pending == again.missing == ()
        assert len(again.updated) == 0
        return self.file.read_text()


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path)
    made.generate()
    return made


def codes(planned: Scaffold) -> list[str]:
    return [
        diagnostic.code
        for diagnostic in (*planned.pending, *planned.diagnostics)
        if diagnostic.code != "version-not-installed"
    ]


def test_code_that_fits_is_left_alone(project: Project) -> None:
    planned = project.plan()
    assert codes(planned) == []
    assert "v1/items.py" not in planned.updated


def test_a_new_argument_goes_where_the_contract_has_it_and_the_rest_stays(project: Project) -> None:
    project.change(
        ("- {name: q,", "- {name: page, in: query, schema: {type: string}}\n            - {name: q,")
    )
    planned = project.plan()
    assert [diagnostic.message for diagnostic in planned.pending] == ["GET /items (listItems): 'page' is new"]
    assert planned.pending[0].span.line == 10
    assert "v1/items.py" not in planned.tree, "nothing changes unasked"
    text = project.update()
    assert (
        text
        == CODE.replace(
            "        # what to look for\n", "        # what to look for\n        page: str | None,\n", 1
        )
        or "page: str | None,\n" in text
    )
    assert "limit: int = 3,  # of them" in text
    assert "    ) -> list[models.Item]:  # all\n        # the body\n" in text
    assert text[text.index("    async def get_item") :] == CODE[CODE.index("    async def get_item") :]


def test_a_removed_argument_is_told_where_the_body_uses_it(project: Project) -> None:
    project.change(("            - {name: q, in: query, schema: {type: string}}\n", ""))
    planned = project.plan()
    assert codes(planned) == ["signature-changed", "argument-removed"]
    (use,) = [diagnostic for diagnostic in planned.diagnostics if diagnostic.code == "argument-removed"]
    assert (use.span.line, use.span.column) == (18, 19)
    text = project.update()
    assert "q: str" not in text
    assert "wanted = [q, limit]" in text, "the body is the developer's"


def test_a_renamed_argument_names_its_new_name(project: Project) -> None:
    project.change(("{name: q,", "{name: search,"))
    planned = project.plan()
    assert "'search' is new, 'q' is gone" in planned.pending[0].message
    assert any("'search'" in diagnostic.hint for diagnostic in planned.diagnostics)
    assert "search: str | None" in project.update()


def test_other_types_are_told_and_only_they_change(project: Project) -> None:
    project.change(
        ("required: true, schema: {type: integer}", "required: true, schema: {type: string}"),
        (
            "schema: {type: array, items: {$ref: '#/components/schemas/Item'}}",
            "schema: {$ref: '#/components/schemas/Item'}",
        ),
    )
    planned = project.plan()
    assert [diagnostic.message.partition(": ")[2] for diagnostic in planned.pending] == [
        "it returns something else",
        "'id' has another type",
    ]
    text = project.update()
    assert (
        "async def get_item(self, *, id: str) -> models.Item | responses.NotFound:\n        return self.find(id)  # here\n"
        in text
    )
    assert ") -> models.Item:  # all\n" in text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("-> models.Item | responses.NotFound", "-> models.Item"),  # the rest is raised
        ("-> models.Item | responses.NotFound", "-> responses.NotFound | models.Item"),
        ("-> models.Item | responses.NotFound", "-> Found"),
        ("self, *, id: int)", "self, *, id: int | str)"),
        ("self, *, id: int)", "self, *, id: object)"),
        ("self, *, id: int)", "self, id: 'int', extra: int = 1)"),
        ("self, *, id: int)", "self, **given: int)"),
        ("q: str | None,", "q: Optional[str],"),
        ("list[models.Item]", "List[Item]"),
        ("q: str | None,", "q: str  # if any\n        | None,"),
    ],
)
def test_what_a_type_checker_accepts_is_no_change(project: Project, old: str, new: str) -> None:
    imports = "from typing import List, Optional\nfrom generated.v1.models import Item\nfrom impl.core import Found\n"
    project.file.write_text(CODE.replace(old, new).replace("from generated", f"{imports}from generated", 1))
    assert codes(project.plan()) == []


def test_a_stub_follows_the_contract_to_the_letter(project: Project) -> None:
    stub = CODE.replace("return self.find(id)  # here", 'raise not_implemented("getItem")')
    project.file.write_text(stub.replace("-> models.Item | responses.NotFound", "-> models.Item"))
    assert codes(project.plan()) == ["signature-changed"]
    assert "-> models.Item | responses.NotFound:" in project.update()


def test_code_that_followed_the_former_contract_follows_the_new_one(project: Project) -> None:
    project.change(("'404': {$ref", "'410': {description: gone}\n            '404': {$ref"))
    assert codes(project.plan()) == ["signature-changed"]
    project.generate()
    assert codes(project.plan()) == [], "fewer answers than documented are fine"


@pytest.mark.parametrize("generated", [False, True])
def test_an_operation_of_the_same_route_was_renamed(project: Project, generated: bool) -> None:
    project.change(("operationId: getItem", "operationId: readItem"))
    if generated:
        project.generate()
    planned = project.plan()
    assert codes(planned) == ["operation-renamed"]
    (reported,) = planned.pending
    assert reported.message == "get_item was renamed to read_item (GET /items/{id} (readItem))"
    assert reported.span.line == 22
    assert "v1/items.py" not in planned.tree, "no second method for the same operation"
    assert project.update() == CODE.replace("get_item", "read_item")


def test_a_rename_comes_with_its_other_changes(project: Project) -> None:
    project.change(
        ("operationId: getItem", "operationId: readItem"),
        ("required: true, schema: {type: integer}", "required: true, schema: {type: string}"),
    )
    (reported,) = project.plan().pending
    assert reported.message.endswith(", and 'id' has another type")
    assert "async def read_item(self, *, id: str)" in project.update()


def test_a_rename_is_known_from_the_last_commit(project: Project) -> None:
    def git(*arguments: str) -> None:
        who = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
        subprocess.run(["git", *who, *arguments], cwd=project.folder, check=True, capture_output=True)

    git("init", "-q")
    git("add", "generated")
    git("commit", "-q", "-m", "first")
    project.change(
        ("operationId: getItem", "operationId: readItem"),
        ("required: true, schema: {type: integer}", "required: true, schema: {type: string}"),
    )
    project.generate()
    assert codes(project.plan()) == ["operation-renamed"], "the signature alone would not tell"


def test_two_that_are_alike_are_not_guessed(project: Project) -> None:
    other = "      /items/{id}/full:\n        parameters: [{name: id, in: path, required: true, schema: {type: integer}}]\n"
    body = SPEC[SPEC.index("        get:\n          operationId: getItem") :].rstrip()
    project.change(("operationId: getItem", "operationId: readItem"))
    project.spec = project.spec.rstrip() + "\n" + other + body.replace("getItem", "fullItem") + "\n"
    project.generate()
    planned = project.plan()
    assert codes(planned) == ["operation-unknown"]
    assert planned.added == {"v1/items.py": ("read_item", "full_item")}


def test_an_orphan_is_told_with_its_place_and_stays(project: Project) -> None:
    project.spec = project.spec[: project.spec.index("      /items/{id}:")]
    planned = project.plan()
    (reported,) = planned.diagnostics[:1]
    assert codes(planned) == ["operation-unknown"]
    assert (reported.code, reported.span.line, reported.severity.value) == (
        "operation-unknown",
        22,
        "warning",
    )
    assert "v1/items.py" not in planned.updated
    assert project.file.read_text() == CODE


def test_a_tag_of_another_name_is_a_class_of_another_protocol(project: Project) -> None:
    project.change(("tags: [Items]", "tags: [Things]"))
    planned = project.plan()
    assert codes(planned) == ["protocol-renamed"]
    assert planned.pending[0].message == "ItemsApi was renamed to ThingsApi, which Items has to implement"
    assert "v1/things.py" not in planned.tree, "the class is there, under its old protocol"
    assert project.update() == CODE.replace("protocols.ItemsApi", "protocols.ThingsApi")


def test_a_class_whose_tag_left_is_told_and_stays(project: Project) -> None:
    project.change(
        ("tags: [Items]", "tags: [Things]"),
        ("operationId: listItems", "operationId: a"),
        ("operationId: getItem", "operationId: b"),
    )
    planned = project.plan()
    assert codes(planned) == ["protocol-unknown"]
    assert planned.diagnostics[0].span.line == 8
    assert "v1/things.py" in planned.tree
    assert "v1/items.py" not in planned.updated


def test_another_path_is_told_without_a_change(project: Project) -> None:
    project.change(("      /items/{id}:", "      /things/{id}:"))
    planned = project.plan()
    assert codes(planned) == ["operation-rerouted"]
    assert "get_item answers GET /things/{id} instead of GET /items/{id}" in planned.diagnostics[0].message


def test_another_tag_is_told_with_both_places(project: Project) -> None:
    project.change(
        ("operationId: getItem\n          tags: [Items]", "operationId: getItem\n          tags: [Things]")
    )
    planned = project.plan()
    assert "operation-moved" in codes(planned)
    assert "async def get_item" in planned.tree["v1/things.py"]
    write_tree(planned.tree, project.folder / "src/impl")
    (reported,) = [
        diagnostic for diagnostic in project.plan().diagnostics if diagnostic.code == "operation-moved"
    ]
    assert reported.span.file.endswith("items.py")
    assert "v1/things.py:" in reported.hint


def test_a_first_protected_operation_gives_the_base_a_principal(project: Project) -> None:
    project.change(("operationId: getItem", "operationId: getItem\n          security: [{key: []}]"))
    planned = project.plan()
    assert codes(planned) == ["signature-changed", "signature-changed"]
    assert "v1/principal.py" not in planned.tree or "v1/security.py" in planned.tree
    text = project.update()
    assert "class Items(protocols.ItemsApi[Principal]):" in text
    assert "from impl.v1.principal import Principal\n" in text
    assert "async def get_item(self, *, principal: Principal, id: int)" in text
    assert (project.folder / "src/impl/v1/principal.py").exists()


def test_the_principal_of_the_project_is_used(project: Project) -> None:
    project.change(("operationId: getItem", "operationId: getItem\n          security: [{key: []}]"))
    (project.folder / "src/impl/who.py").write_text("class User: ...\n")
    (project.folder / "src/impl/v1/auth.py").write_text(
        "from generated.v1.security import Security\nfrom impl.who import User\n\n\n"
        "class Auth(Security[User]):\n    async def key(self, *, key: str, scopes: tuple[str, ...]) -> User: ...\n"
    )
    text = project.update()
    assert "class Items(protocols.ItemsApi[User]):" in text
    assert "from impl.who import User\n" in text
    assert not (project.folder / "src/impl/v1/principal.py").exists()


def test_a_new_security_scheme_is_a_new_method(project: Project) -> None:
    project.change(("operationId: getItem", "operationId: getItem\n          security: [{key: []}]"))
    project.update()
    project.change(
        ("        key: {", "        login: {type: http, scheme: basic}\n        key: {"),
        ("[{key: []}]", "[{key: []}, {login: []}]"),
    )
    planned = project.plan()
    assert planned.added == {"v1/security.py": ("login",)}
    assert (
        "async def login(self, *, username: str, password: str, scopes: tuple[str, ...]) -> Principal:"
        in (" ".join(planned.tree["v1/security.py"].split()))
    )


def test_wiring_is_read_and_told_but_never_written(project: Project) -> None:
    wiring = "from generated import v1\nfrom impl.v1.items import Items\n\n\ndef install(app):\n    v1.install(app, items=Items, old=1)\n"
    place = project.folder / "src/impl/v1/__init__.py"
    place.write_text(wiring)
    project.change(
        ("operationId: getItem\n          tags: [Items]", "operationId: getItem\n          tags: [Things]")
    )
    planned = project.plan()
    assert [(diagnostic.code, diagnostic.span.line) for diagnostic in planned.unbound] == [
        ("provider-missing", 6),
        ("provider-unknown", 6),
    ]
    assert planned.unbound[0].hint == "Add: things=things, with: from impl.v1.things import things"
    assert "app.py" not in planned.tree, "the version is served already"
    assert "v1/__init__.py" not in planned.updated


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("unit", ["    ", "\t", "  "])
def test_a_changed_header_keeps_the_style_of_the_file(project: Project, line_end: str, unit: str) -> None:
    old = CODE.replace("    ", unit).replace("\n", line_end).removesuffix(line_end)
    project.file.write_bytes(old.encode())
    project.change(
        ("- {name: q,", "- {name: page, in: query, schema: {type: string}}\n            - {name: q,")
    )
    project.update()
    new = project.file.read_bytes().decode()
    assert new.count("\n") == new.count(line_end)
    assert f"{unit}{unit}page: str | None,{line_end}" in new
    body = f"{unit}{unit}# the body"
    assert new[new.index(body) :] == old[old.index(body) :], "from the body on nothing changed"
    assert new[: new.index("async def list_items")] == old[: old.index("async def list_items")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "async def get_item(self, *, id: int) -> models.Item | responses.NotFound:",
            "async def get_item(\n        self, *, id: int\n    ) -> (models.Item | responses.NotFound) :",
        ),
        ("self, *, id: int)", "self, *, id: int,)"),
        ("self, *, id: int)", "self, # c\n        *, id: int # d\n    )"),
        ("self, *, id: int)", "self, *, id: int = max(1, 2), **more: object)"),
        (
            "@override\n    async def get_item",
            "@other(\n        1)\n    @override\n\n    # why\n    async def get_item",
        ),
        ("self, *, id: int) -> models.Item | responses.NotFound:", "self, *, id: int): # any"),
        ("self, *, id: int)", "self, /, id: int)"),
        (
            "async def get_item(self, *, id: int)",
            "async \\\n        def get_item(self, *, \\\n        id: int)",
        ),
    ],
)
def test_headers_of_every_layout_can_be_changed(project: Project, old: str, new: str) -> None:
    assert old in CODE
    project.file.write_text(CODE.replace(old, new))
    project.change(
        (
            "operationId: getItem",
            "operationId: readItem\n          parameters: [{name: full, in: query, schema: {type: boolean}}]",
        )
    )
    text = project.update()
    assert "def read_item(" in text
    assert "full: bool | None" in text or "**more" in text
    assert "        return self.find(id)  # here\n" in text
    for kept in ("# why", "# any", "# c", "# d", "= max(1, 2)", "@other("):
        assert (kept in text) == (kept in new)


@pytest.mark.slow
def test_code_that_passed_ruff_and_mypy_passes_them_afterwards(project: Project) -> None:
    project.file.write_text(
        CODE.replace("return self.find(id)  # here", "return models.Item(name=str(id))")
        .replace("int = 3,  # of them", "int,")
        .replace("return [models.Item(name=str(q))]", "return [models.Item(name=str(wanted))]")
    )
    (project.folder / "pyproject.toml").write_text(
        '[tool.ruff]\nline-length = 88\nsrc = ["src", "."]\n[tool.ruff.lint]\nselect = ["E", "F", "I", "UP", "D1", "ANN"]\n'
        'ignore = ["D10"]\n[tool.ruff.lint.isort]\nknown-first-party = ["accord", "generated", "impl"]\n'
    )

    def passes() -> None:
        checks = [
            ["ruff", "format", "src"] if not changed else ["ruff", "format", "--check", "src"],
            ["ruff", "check", "src"],
            ["mypy", "--strict", "--explicit-package-bases", "src/impl"],
        ]
        for check in checks:
            done = subprocess.run(
                [sys.executable, "-m", *check],
                cwd=project.folder,
                env={**os.environ, "MYPYPATH": f"src{os.pathsep}."},
                capture_output=True,
                text=True,
                check=False,
                timeout=120,
            )
            assert done.returncode == 0, done.stdout + done.stderr

    changed = False
    passes()
    project.change(
        ("operationId: getItem", "operationId: readItem"),
        (
            "      /items/{id}:",
            (
                "      /items/found:\n        get:\n          operationId: findItems\n          tags: [Items]\n          security: [{key: []}]\n"
                "          parameters:\n            - {name: since, in: query, schema: {type: string, format: date}}\n"
                "            - {name: order, in: query, schema: {enum: [newest, oldest]}}\n"
                "          responses:\n            '200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Item'}}}}\n"
                "            '404': {$ref: '#/components/responses/NotFound'}\n      /items/{id}:"
            ),
        ),
        (
            "- {name: q,",
            "- {name: a_long_name_of_a_parameter, in: query, schema: {type: string}}\n            - {name: q,",
        ),
    )
    project.update()
    project.generate()
    changed = True
    text = project.file.read_text()
    assert "async def find_items(" in text
    (project.folder / "src/impl/app.py").unlink()  # made for the former contract
    passes()
