"""Keeping credentials out of reports: each known secret becomes a placeholder wherever it stands."""

from __future__ import annotations

import base64
from typing import Final
from urllib.parse import quote, quote_plus

PLACEHOLDER: Final = "<secret>"
_SHORTEST: Final = 4
"""Shorter secrets would blank out ordinary text; they are no secrets either."""


class Secrets:
    """The secrets met so far: credentials of the configuration, and tokens that a login gave."""

    def __init__(self) -> None:
        self._known: set[str] = set()

    def add(self, secret: str) -> None:
        """Remember a secret in every spelling in which a request carries it."""
        if len(secret) < _SHORTEST:
            return
        basic = base64.b64encode(secret.encode()).decode()
        # A secret may stand in a query, in a form, or in Basic credentials.
        self._known |= {secret, quote(secret), quote(secret, safe=""), quote_plus(secret), basic}

    def hide(self, text: str) -> str:
        """*text* with every known secret replaced, the longest first."""
        # One may be the beginning of another, whose end would be left.
        for secret in sorted(self._known, key=len, reverse=True):
            text = text.replace(secret, PLACEHOLDER)
        return text
