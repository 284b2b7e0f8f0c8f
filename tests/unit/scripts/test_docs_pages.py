"""The script behind `make docs-pages`. That the committed pages are current is tested beside each table."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import docs_pages


def test_it_writes_what_is_missing_or_old_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(docs_pages, "REFERENCE", tmp_path)
    monkeypatch.setattr(
        docs_pages, "PAGES", {"a.md": lambda: "new\n", "b.md": lambda: "b\n", "c.md": lambda: "c\n"}
    )
    (tmp_path / "a.md").write_text("old\n")
    (tmp_path / "b.md").write_text("b\n")
    docs_pages.main()
    assert capsys.readouterr().out == "wrote docs/reference/a.md\nwrote docs/reference/c.md\n"
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "a.md": "new\n",
        "b.md": "b\n",
        "c.md": "c\n",
    }


def test_the_pages_that_name_the_target_are_those_it_prints() -> None:
    naming = {
        path.name for path in docs_pages.REFERENCE.glob("*.md") if "by `make docs-pages`" in path.read_text()
    }
    assert naming == set(docs_pages.PAGES)
