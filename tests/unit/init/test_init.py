"""New projects: their files, what they are made from, and what is rejected before anything is written."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from accord import api
from accord.config import load_config
from accord.errors import ContractUnusableError, UsageError, WriteError
from accord.init import checked_name, local_settings, name_of, project

ROOT = Path(__file__).parents[3]
SHARED = ROOT.parent / "shared" / "corpus" / "specs"
SPEC = """\
openapi: 3.1.1
info: {title: "A: shop", version: 1.0.0}
servers: [{url: "https://example.com/shop"}]
paths:
  /items:
    get:
      operationId: listItems
      tags: [Items]
      responses:
        '200': {description: All, content: {application/json: {schema: {$ref: 'parts/item.yaml#/Items'}}}}
        default: {description: Bad, content: {application/json: {schema: {$ref: 'shop.yaml#/components/schemas/Bad'}}}}
components:
  schemas:
    Bad:
      type: object
      required: [code, message]
      properties: {code: {type: integer}, message: {type: string}, more: {type: string}}
"""
ITEM = "Items: {type: array, items: {$ref: '../shop.yaml#/components/schemas/Bad'}}\n"


def shop(folder: Path, text: str = SPEC) -> Path:
    (folder / "parts").mkdir(parents=True)
    (folder / "shop.yaml").write_text(text)
    (folder / "parts/item.yaml").write_text(ITEM)
    (folder / "unrelated.txt").write_text("x")
    return folder / "shop.yaml"


def paths(folder: Path) -> set[str]:
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}


def test_the_starter_is_complete_and_settled(tmp_path: Path) -> None:
    made = api.init(tmp_path / "my shop!")
    folder = tmp_path / "my shop!"
    assert made.name == "my-shop"
    assert made.stubs == 0
    assert made.diagnostics == ()
    assert {
        ".github/workflows/ci.yml",
        ".gitignore",
        ".pre-commit-config.yaml",
        "Makefile",
        "README.md",
        "local.mk",
        "pyproject.toml",
        "scripts/setup.sh",
        "spec/v1/openapi.yaml",
        "src/impl/app.py",
        "src/impl/v1/notes.py",
        "tests/contract/test_contract.py",
        "generated/v1/routers.py",
    } <= paths(folder)
    config = load_config(folder)
    assert api.generate(config, check=True).diff == ""
    scaffold = api.scaffold(config, dry_run=True)
    assert (scaffold.complete, scaffold.patch, scaffold.diagnostics) == (True, "", ())
    assert api.validate(config).diagnostics == ()
    assert (
        "accept"
        not in tomllib.loads((folder / "pyproject.toml").read_text())["tool"]["accord"]["contract-test"]
    )


def test_the_starter_is_watched_where_the_libraries_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.init(tmp_path / "watched")
    assert "service = install_service(app)" in (tmp_path / "watched/src/impl/app.py").read_text()
    monkeypatch.setattr(project, "find_spec", lambda name: None if name == "structlog" else name)
    api.init(tmp_path / "bare")
    bare = (tmp_path / "bare/src/impl/app.py").read_text()
    assert "accord.service" not in bare
    assert "v1.install(app, notes=v1_notes)" in bare


def test_a_watched_project_answers_probes_and_counts(tmp_path: Path) -> None:
    api.init(tmp_path / "shop")
    program = (
        "from starlette.testclient import TestClient\n"
        "from impl.app import app\n"
        "with TestClient(app) as client:\n"
        "    answer = client.get('/api/v1/notes')\n"
        "    assert answer.status_code == 200 and answer.headers['traceresponse'], answer.headers\n"
        "    assert client.get('/healthz').status_code == client.get('/readyz').status_code == 200\n"
        "    assert 'route=\"/api/v1/notes\"' in client.get('/metrics').text\n"
    )
    places = [str(tmp_path / "shop/src"), str(tmp_path / "shop"), str(ROOT / "tools")]
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path / "shop",
        env={**os.environ, "PYTHONPATH": os.pathsep.join(places)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr


def test_no_text_has_a_placeholder_or_a_place_of_this_machine_or_an_index(tmp_path: Path) -> None:
    api.init(tmp_path / "shop", name="Shop.One")
    for file in (tmp_path / "shop").rglob("*"):
        if file.is_file() and file.name != "local.mk":
            text = file.read_text()
            assert str(tmp_path) not in text, file
            assert sys.executable not in text, file
            assert "pip install accord" not in text, file
            assert not any(
                f"@{word}@" in text for word in ("NAME", "TITLE", "ACCEPT", "SPEC", "TODO", "PREFIX")
            ), file
    assert "/local.mk\n" in (tmp_path / "shop/.gitignore").read_text()
    assert 'title: "Shop.One"' in (tmp_path / "shop/spec/v1/openapi.yaml").read_text()


def test_a_contract_comes_with_its_files_and_means_the_same(tmp_path: Path) -> None:
    made = api.init(tmp_path / "new", source=shop(tmp_path / "old"), name="Shop")
    folder = tmp_path / "new"
    assert {path for path in paths(folder) if path.startswith("spec/")} == {
        "spec/v1/openapi.yaml",
        "spec/v1/parts/item.yaml",
    }
    assert "'../openapi.yaml#/components" in (folder / "spec/v1/parts/item.yaml").read_text()
    assert made.stubs == 1
    config = load_config(folder)
    assert api.generate(config, check=True).diff == ""
    assert api.scaffold(config, dry_run=True).complete
    assert 'raise protocols.not_implemented("listItems")' in (folder / "src/impl/v1/items.py").read_text()
    accept = tomllib.loads((folder / "pyproject.toml").read_text())["tool"]["accord"]["contract-test"][
        "accept"
    ]
    assert accept == {"operation-not-implemented": "not implemented yet"}
    readme = (folder / "README.md").read_text()
    assert "127.0.0.1:8000/shop" in readme
    assert "answers 501 until" in readme


def test_rejections_take_the_form_that_the_contract_documents(tmp_path: Path) -> None:
    api.init(tmp_path / "new", source=shop(tmp_path / "old"))
    text = (tmp_path / "new/src/impl/v1/errors.py").read_text()
    assert 'return {"code": rejection.status, "message": rejection.detail}' in text
    assert "errors=v1_errors" in (tmp_path / "new/src/impl/app.py").read_text()


def test_a_form_that_nothing_can_be_said_in_is_accepted_openly(tmp_path: Path) -> None:
    odd = SPEC.replace("message: {type: string}", "message: {type: string, format: date}")
    api.init(tmp_path / "new", source=shop(tmp_path / "old", odd))
    assert not (tmp_path / "new/src/impl/v1/errors.py").exists()
    settings = tomllib.loads((tmp_path / "new/pyproject.toml").read_text())
    assert "Errors.rejection" in settings["tool"]["accord"]["contract-test"]["accept"]["response-media-type"]


def test_a_folder_of_versions_keeps_them(tmp_path: Path) -> None:
    for version in ("v1", "v2"):
        entry = tmp_path / "old/spec" / version / "openapi.yaml"
        entry.parent.mkdir(parents=True)
        entry.write_text(
            "openapi: 3.1.1\ninfo: {title: T, version: '1'}\n"
            f"servers: [{{url: /{version}}}]\n"
            "paths:\n  /a: {get: {responses: {'200': {$ref: '../common/r.yaml#/R'}}}}\n"
        )
    (tmp_path / "old/spec/common").mkdir()
    (tmp_path / "old/spec/common/r.yaml").write_text("R: {description: ok}\n")
    made = api.init(tmp_path / "new", source=tmp_path / "old/spec")
    assert {"spec/v1/openapi.yaml", "spec/v2/openapi.yaml", "spec/common/r.yaml"} <= set(made.written)
    assert {"src/impl/v1/a.py", "src/impl/v2/a.py"} <= set(made.written)


@pytest.mark.parametrize("held", ["file.txt", ".hidden"])
def test_a_folder_that_holds_something_is_rejected(tmp_path: Path, held: str) -> None:
    folder = tmp_path / "taken"
    folder.mkdir()
    (folder / held).write_text("mine")
    with pytest.raises(UsageError, match=rf"the folder is not empty \(it holds {held}\)"):
        api.init(folder)
    assert paths(folder) == {held}


def test_a_file_of_the_name_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine")
    with pytest.raises(UsageError, match="there is a file of that name"):
        api.init(tmp_path / "taken")


def test_a_fresh_repository_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "shop/.git").mkdir(parents=True)
    assert api.init(tmp_path / "shop").stubs == 0


def test_a_place_that_cannot_be_written_is_left_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WriteError):
        api.init(tmp_path / "file" / "shop")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("swagger: '2.0'\ninfo: {title: T, version: '1'}\npaths: {}\n", "Swagger 2.0"),
        ("openapi: 3.1.1\ninfo: [\n", ""),
        ("openapi: 3.1.1\ninfo: {title: T, version: '1'}\npaths: {/a: {$ref: './none.yaml'}}\n", ""),
    ],
)
def test_a_contract_that_cannot_be_used_leaves_nothing_behind(tmp_path: Path, text: str, said: str) -> None:
    source = tmp_path / "old.yaml"
    source.write_text(text)
    with pytest.raises(ContractUnusableError) as caught:
        api.init(tmp_path / "new", source=source)
    assert caught.value.diagnostics
    assert all(diagnostic.span.file.endswith("old.yaml") for diagnostic in caught.value.diagnostics)
    assert any(said in diagnostic.message for diagnostic in caught.value.diagnostics)
    assert not (tmp_path / "new").exists()


def test_no_contract_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        api.init(tmp_path / "new", source=tmp_path / "none.yaml")
    assert not (tmp_path / "new").exists()


def test_names(tmp_path: Path) -> None:
    assert name_of(tmp_path / "Ünder water_") == "nder-water"
    assert name_of(tmp_path / "---") == "service"
    assert checked_name("a.b-c_1") == "a.b-c_1"
    for wrong in ("", "-a", "a b", 'a"\n', "a@NAME@"):
        with pytest.raises(UsageError):
            checked_name(wrong)


def test_a_path_is_safe_in_a_makefile() -> None:
    assert local_settings("/odd $x #1/python").endswith("ACCORD_PYTHON ?= /odd $$x \\#1/python\n")


def make(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ}
    # No `accord` and no environment on the path: the project finds Accord by itself.
    environment = {**kept, "PATH": "/usr/local/bin:/usr/bin:/bin", "NO_COLOR": "1", **variables}
    return subprocess.run(
        ["make", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


def test_make_tells_what_to_do_where_there_is_no_accord(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    api.init(folder)
    assert make(folder, "setup").returncode == 0
    (folder / "local.mk").unlink()
    for variables, said in (
        ({"PYTHON": "/bin/false"}, "has no Accord. Name a Python that has it with ACCORD_PYTHON=..."),
        ({"ACCORD_WHEEL": "none.whl"}, "ACCORD_WHEEL=none.whl: there is no such file."),
    ):
        done = make(folder, "validate", **variables)
        assert done.returncode == 2, "make's own"
        assert said in done.stderr
        assert "Error 5" in done.stderr
    done = make(folder, "help")
    targets = "help setup generate validate bundle scaffold run contract-test check test".split()
    assert all(f"  {target} " in done.stdout for target in targets)


def test_the_wheel_carries_what_it_needs(tmp_path: Path) -> None:
    """Built by the backend that is installed here: nothing comes from an index."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=120)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    templates = ROOT / "tools/accord/init/templates"
    assert paths(templates) == paths(tmp_path / "site/accord/init/templates")
    done = subprocess.run(
        [sys.executable, "-m", "accord", "init", "shop"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "shop/generated/v1/routers.py").is_file()


@pytest.mark.slow
def test_the_starter_passes_all_that_it_can_make(tmp_path: Path) -> None:
    api.init(tmp_path / "shop")
    settings = tmp_path / "shop/pyproject.toml"
    settings.write_text(settings.read_text().replace('app = "impl', 'max-examples = 20\napp = "impl'))
    tested = make(tmp_path / "shop", "contract-test")
    assert tested.returncode == 0, tested.stdout + tested.stderr
    assert "v1: no findings in" in tested.stdout
    for line in (line for line in tested.stdout.splitlines() if "/notes" in line):
        assert ":-" not in line, "every documented status was seen"
    for target in ("check", "test", "bundle", "scaffold"):
        done = make(tmp_path / "shop", target)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("spec", ["oai-v3.0-petstore.yaml", "museum.yaml"])
def test_a_project_of_a_real_contract_passes_its_contract_test(tmp_path: Path, spec: str) -> None:
    if not (SHARED / spec).exists():
        pytest.skip("../shared is not there")
    made = api.init(tmp_path / "shop", source=SHARED / spec)
    settings = tmp_path / "shop/pyproject.toml"
    settings.write_text(settings.read_text().replace('app = "impl', 'max-examples = 1\napp = "impl'))
    done = make(tmp_path / "shop", "contract-test")
    assert done.returncode == 0, done.stdout + done.stderr
    assert made.stubs > 1
    assert "operation-not-implemented" in done.stdout
    assert "not implemented yet (configured)" in done.stdout
    settings.write_text(
        "\n".join(x for x in settings.read_text().split("\n") if "not-implemented =" not in x)
    )
    assert make(tmp_path / "shop", "contract-test").returncode != 0, "it is the entry that accepts them"


@pytest.mark.slow
@pytest.mark.parametrize("spec", ["ag-discourse.local.json", "ag-atlassian-jira.json"])
def test_what_is_scaffolded_needs_no_second_scaffold(tmp_path: Path, spec: str) -> None:
    """Every signature that is written is read back as the one that is wanted."""
    if not (SHARED / spec).exists():
        pytest.skip("../shared is not there")
    api.init(tmp_path / "shop", source=SHARED / spec)
    result = api.scaffold(load_config(tmp_path / "shop"), dry_run=True)
    assert (result.complete, result.patch, result.diagnostics) == (True, "", ())


BROKEN = """\
  /broken:
    get:
      operationId: getBroken
      tags: [Items]
      responses:
        '200': {description: One, content: {application/json: {schema: {$ref: '#/components/schemas/Absent'}}}}
"""


def test_a_contract_with_errors_is_taken_as_far_as_it_is_sound(tmp_path: Path) -> None:
    source = shop(tmp_path / "there", SPEC.replace("components:\n", f"{BROKEN}components:\n"))
    with pytest.raises(ContractUnusableError, match="nothing was written") as rejected:
        api.init(tmp_path / "refused", source=source)
    assert "--keep-going" in rejected.value.hint
    assert not (tmp_path / "refused").exists()

    folder = tmp_path / "made"
    made = api.init(folder, source=source, keep_going=True)
    assert [diagnostic.code for diagnostic in made.diagnostics if diagnostic.severity.value == "error"] == [
        "ref-unresolved"
    ]
    config = load_config(folder)
    assert config.keep_going
    assert not api.generate(config, check=True).diff
    assert api.scaffold(config).written == ()
    (report,) = api.contract_test(config, arguments=api.ContractTestArguments(max_examples=1, seed=1))
    assert report.findings == ()
    excluded = {row.operation: row.excluded for row in report.coverage}
    assert "has an error" in excluded["GET /broken"]
    assert excluded["GET /items"] == ""


def test_a_contract_without_errors_needs_no_leave_to_keep_going(tmp_path: Path) -> None:
    api.init(tmp_path / "made", source=shop(tmp_path / "there"), keep_going=True)
    assert not load_config(tmp_path / "made").keep_going
    assert "keep-going" not in (tmp_path / "made/pyproject.toml").read_text()
