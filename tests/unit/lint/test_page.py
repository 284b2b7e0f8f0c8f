"""The reference page is what the registry prints."""

from __future__ import annotations

from pathlib import Path

from accord.lint.catalogue import RULES
from accord.lint.page import rules_page
from accord.lint.rules.extensions import EXTENSIONS

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "rules.md"


def test_the_committed_page_is_current() -> None:
    assert PAGE.read_text("utf-8") == rules_page(), "run `make docs-pages`"


def test_the_page_names_every_rule_and_extension_once_as_a_heading() -> None:
    lines = rules_page().splitlines()
    for rule in RULES:
        assert lines.count(f"### {rule.code}") == 1
    for extension in EXTENSIONS:
        assert sum(line.startswith(f"| `{extension.name}` |") for line in lines) == 1
