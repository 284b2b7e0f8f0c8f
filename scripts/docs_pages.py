"""Write the pages of docs/reference/ that are printed from tables in the code.

    python scripts/docs_pages.py

Tests compare each page with its table, so that a page cannot be out of date. Run this after a change of a lint rule, a
format or a supported construct, and commit the page with the change.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from accord.emit.python.formats_page import formats_page
from accord.emit.python.support_page import support_page
from accord.lint.page import rules_page

REFERENCE: Final = Path(__file__).resolve().parent.parent / "docs" / "reference"
PAGES: Final[dict[str, Callable[[], str]]] = {
    "formats.md": formats_page,
    "rules.md": rules_page,
    "support.md": support_page,
}


def main() -> None:
    """Write every page that is not current, and name it."""
    for name, page in PAGES.items():
        path, text = REFERENCE / name, page()
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            print(f"wrote docs/reference/{name}")


if __name__ == "__main__":
    main()
