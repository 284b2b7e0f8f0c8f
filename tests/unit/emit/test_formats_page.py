"""The page of formats is printed from the table of formats."""

from __future__ import annotations

from pathlib import Path

from accord.emit.python.formats_page import formats_page

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "formats.md"


def test_the_page_is_printed_from_the_registries() -> None:
    assert PAGE.read_text() == formats_page(), "run `make docs-pages`"
