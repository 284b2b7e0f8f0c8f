"""``[tool.accord.contract-test]`` as options."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from accord.config import load_config
from accord.errors import UsageError
from accord.testing import LoginCredential, StaticCredential, Suppression, UrlTarget
from accord.testing.config import options_from_config, read_credential, unknown_names
from tests.unit.testing.support import SHOP, load, shop_options

TABLE = """
[tool.accord]
formats = "annotate"

[tool.accord.contract-test]
app = "shop.main:app"
max-examples = 7
hook = "tests.contract.hooks:prepare"
environment = { DATABASE_URL = "sqlite:///{tmp}/test.db" }
credentials = { key = "${SHOP_KEY}" }
exclude = { "POST /reset" = "empties the shop" }
accept = { "response-slow" = "a slow machine", "server-error GET /odd" = "ticket 7", "valid-request-rejected listItems 400" = "cursors" }
"""


def test_the_table_becomes_options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_KEY", "k-1")
    (tmp_path / "pyproject.toml").write_text(TABLE)
    options = options_from_config(load_config(tmp_path))
    assert options.credentials == {"key": StaticCredential(value="k-1")}
    assert options.suppressions == (
        Suppression(code="response-slow", reason="a slow machine"),
        Suppression(code="server-error", operation="GET /odd", reason="ticket 7"),
        Suppression(code="valid-request-rejected", operation="listItems", status=400, reason="cursors"),
    )
    assert options.exclude == {"POST /reset": "empties the shop"}
    assert (options.max_examples, options.formats, options.hook) == (
        7,
        "annotate",
        "tests.contract.hooks:prepare",
    )
    assert not isinstance(options.target, UrlTarget)
    assert options.target.app == "shop.main:app"
    assert options.target.directory == tmp_path
    assert options.target.environment["DATABASE_URL"] == "sqlite:///{tmp}/test.db"
    roots = options.target.environment["PYTHONPATH"].split(os.pathsep)
    assert roots[:2] == [str(tmp_path), str(tmp_path / "src")], "the project's own packages can be imported"
    assert "k-1" not in repr(options)
    other = options_from_config(load_config(tmp_path), target=UrlTarget(url="http://h"))
    assert other.target == UrlTarget(url="http://h")


def test_a_missing_variable_is_told_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHOP_KEY", raising=False)
    (tmp_path / "pyproject.toml").write_text(TABLE)
    with pytest.raises(UsageError, match="SHOP_KEY"):
        options_from_config(load_config(tmp_path))


def test_a_login_is_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSWORD", "p")
    table = {"login": "/token", "form": {"username": "ada", "password": "${PASSWORD}"}, "token": "/data/jwt"}
    assert read_credential("oauth", table) == LoginCredential(
        url="/token", form={"username": "ada", "password": "p"}, token="/data/jwt"
    )
    assert read_credential("oauth", {"login": "/t", "json": {"a": "b"}}) == LoginCredential(
        url="/t", json={"a": "b"}
    )


@pytest.mark.parametrize(
    "value",
    [
        3,
        None,
        {},
        {"login": "/token"},
        {"login": 1, "form": {}},
        {"login": "/token", "form": {}, "json": {}},
        {"login": "/token", "form": "a=b"},
        {"login": "/token", "form": {}, "password": "p"},
    ],
)
def test_what_is_no_credential_is_rejected(value: object) -> None:
    with pytest.raises(UsageError, match="the credential for oauth"):
        read_credential("oauth", value)


def test_names_that_no_version_knows() -> None:
    api = load(SHOP / "openapi.yaml").api
    options = replace(
        shop_options(),
        exclude={"getItem": "r", "GET /items": "r", "getitem": "r"},
        suppressions=(
            Suppression(code="x", reason="r"),
            Suppression(code="x", operation="PATCH /items", reason="r"),
        ),
        credentials={"token": StaticCredential(value="t"), "tokens": StaticCredential(value="t")},
    )
    assert unknown_names(options, [api]) == ("getitem", "PATCH /items", "tokens")
    assert unknown_names(shop_options(), [api]) == ()
