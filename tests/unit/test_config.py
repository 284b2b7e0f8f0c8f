from __future__ import annotations

from pathlib import Path

import pytest

from accord.config import load_config
from accord.errors import UsageError


def write(folder: Path, text: str) -> Path:
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    return folder


def test_defaults_without_a_file(tmp_path: Path) -> None:
    config = load_config(tmp_path)
    assert config.spec == tmp_path.resolve() / "spec"
    assert config.generated == tmp_path.resolve() / "generated"
    assert config.implementation == tmp_path.resolve() / "src/impl"
    assert (config.formats, config.fail_on, config.package) == ("assert", "error", "generated")
    assert config.contract_test.max_examples == 100


def test_the_nearest_file_above_counts(tmp_path: Path) -> None:
    write(tmp_path, '[tool.accord]\nspec = "contracts"\ngenerated = "src/made"\n')
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    config = load_config(below)
    assert config.root == tmp_path.resolve()
    assert config.spec == tmp_path.resolve() / "contracts"
    assert config.package == "made"


def test_every_key(tmp_path: Path) -> None:
    write(
        tmp_path,
        """
[tool.accord]
formats = "annotate"
fail-on = "warning"

[tool.accord.contract-test]
app = "shop.main:app"
hook = "shop.prepare:run"
max-examples = 7
environment = { DATABASE_URL = "sqlite:///{tmp}/db" }
credentials = { key = "k", oauth = { login = "/token", form = { username = "u" } } }
exclude = { getItem = "answers for others" }
accept = { location = "known" }
""",
    )
    config = load_config(tmp_path)
    assert (config.formats, config.fail_on) == ("annotate", "warning")
    test = config.contract_test
    assert (test.app, test.hook, test.max_examples) == ("shop.main:app", "shop.prepare:run", 7)
    assert test.environment == {"DATABASE_URL": "sqlite:///{tmp}/db"}
    assert test.credentials["oauth"] == {"login": "/token", "form": {"username": "u"}}
    assert test.exclude == {"getItem": "answers for others"}
    assert test.accept == {"location": "known"}


def test_types_of_the_project_keep_their_places(tmp_path: Path) -> None:
    text = """
[tool.accord]
spec = "spec"

[tool.accord.types]
"format:decimal" = "decimal.Decimal"
Money = "shop.values:Money"
"Item.price" = "shop.values:Price"
"""
    found = [(t.key, t.module, t.name, t.span.line) for t in load_config(write(tmp_path, text)).types]
    assert found == [
        ("format:decimal", "decimal", "Decimal", 6),
        ("Money", "shop.values", "Money", 7),
        ("Item.price", "shop.values", "Price", 8),
    ]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('[tool.accord]\nspecs = "spec"\n', 2, "unknown key 'specs'"),
        ('[project]\nname = "spec"\n[tool.accord]\n\nspec = 1\n', 5, "spec is a non-empty string"),
        ('[tool.accord.types]\nA = "Money"\n', 2, "'Money' in [tool.accord.types] names no type"),
        ('[tool.accord.types]\nA = "a:B.C"\n', 2, "'a:B.C' in [tool.accord.types] names no type"),
        ('[tool.accord.types]\n"A.b" = "a.class:B"\n', 2, "'a.class:B' in [tool.accord.types] names no type"),
        ('[tool.accord.types]\n"A.b" = "os; import os"\n', 2, "in [tool.accord.types] names no type"),
        ('[tool.accord.types]\n"format:" = "a:B"\n', 2, "a key of [tool.accord.types] is"),
        ("[tool.accord]\ntypes = { A = 3 }\n", 2, "types is a table of strings"),
        ('[tool.accord]\nspec = ""\n', 2, "spec is a non-empty string"),
        ('[tool.accord]\nformats = "maybe"\n', 2, "formats is one of assert, annotate"),
        ('[tool.accord]\nfail-on = "never"\n', 2, "fail-on is one of"),
        ("[tool.accord.contract-test]\nmax-examples = 0\n", 2, "positive integer"),
        ("[tool.accord.contract-test]\nmax-examples = true\n", 2, "positive integer"),
        ("[tool.accord.contract-test]\nenvironment = { A = 1 }\n", 2, "table of strings"),
        ("[tool.accord.contract-test]\ncredentials = 1\n", 2, "credentials is a table"),
        ("[tool.accord.contract-test]\nmax_examples = 1\n", 2, "unknown key 'max_examples'"),
    ],
)
def test_a_fault_names_its_line(tmp_path: Path, text: str, line: int, message: str) -> None:
    write(tmp_path, text)
    with pytest.raises(UsageError) as caught:
        load_config(tmp_path)
    assert f"pyproject.toml:{line}:1: " in str(caught.value)
    assert message in str(caught.value)


def test_an_unknown_key_has_a_hint(tmp_path: Path) -> None:
    write(tmp_path, "[tool.accord.contract-test]\nmax_examples = 1\n")
    with pytest.raises(UsageError) as caught:
        load_config(tmp_path)
    assert caught.value.hint == "did you mean 'max-examples'?"


def test_broken_toml_is_a_usage_error(tmp_path: Path) -> None:
    write(tmp_path, "[tool.accord\n")
    with pytest.raises(UsageError, match=r"pyproject\.toml"):
        load_config(tmp_path)


def test_every_key_is_documented() -> None:
    page = Path(__file__).parents[2] / "docs" / "configuration.md"
    text = page.read_text(encoding="utf-8")
    for key in ("spec", "generated", "implementation", "formats", "fail-on"):
        assert f"| `{key}` |" in text
    for key in ("app", "environment", "credentials", "hook", "max-examples", "exclude", "accept"):
        assert f"| `{key}` |" in text
