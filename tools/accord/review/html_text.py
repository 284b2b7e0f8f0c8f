"""Text of a contract in a page."""

from __future__ import annotations

import html
import re
from typing import Final

_CODE: Final = re.compile(r"`([^`\n]+)`")


def escaped(text: str) -> str:
    """*text* as text: no markup, and no control characters, which could turn its direction round."""
    return html.escape("".join(c if c.isprintable() or c == "\t" else "\ufffd" for c in text), quote=True)


def with_code(text: str) -> str:
    """*text* as text, with what stands between backticks in the typeface of code."""
    return _CODE.sub(r"<code>\1</code>", escaped(" ".join(text.split())))
