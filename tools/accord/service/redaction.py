"""Nothing secret in a log: by the name of a value, by its look, and by the values that the service knows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, cast

HIDDEN: Final = "[hidden]"
_MAX_DEPTH: Final = 6

_SECRET_NAME: Final = re.compile(
    r"pass(?:word|wd|phrase)|secret|token|authorization|api[-_]?key|cookie|credential|private[-_]?key|digest",
    re.IGNORECASE,
).search
# What a token, a hash, a key and a URL with a password look like, wherever they turn up.
_LOOKS: Final = re.compile(
    r"eyJ[\w-]{5,}\.[\w-]+\.[\w-]*"
    r"|\$argon2\w*\$[^\s'\"]+|\$2[aby]\$\d\d\$[./\w]{20,}"
    r"|\b(?:Bearer|Basic)\s+[\w.~+/=-]{8,}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"
    r"|(?<=://)[^\s/:@'\"]*:[^\s/@'\"]+(?=@)"
    r"|(?:(?<=password=)|(?<=secret=)|(?<=_token=)|(?<=api_key=)|(?<=x-api-key: ))[^\s&'\",;]+",
    re.IGNORECASE,
)


class Redaction:
    """Hides what is secret in the values of a log line. A processor of structlog."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = sorted({secret for secret in secrets if len(secret) >= 4}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def __call__(self, _logger: Any, _method: str, event: Any) -> Any:  # Any: structlog's own types
        """Hide in a whole event."""
        return {
            name: HIDDEN if name != "event" and _is_secret(name, value) else self._hide(value, 0)
            for name, value in event.items()
        }

    def text(self, text: str) -> str:
        """Hide in a text."""
        hidden = _LOOKS.sub(HIDDEN, text)
        return hidden if self._known is None else self._known.sub(HIDDEN, hidden)

    def _hide(self, value: Any, depth: int) -> Any:  # Any: whatever was logged
        if isinstance(value, str):
            return self.text(value)
        if value is None or isinstance(value, bool | int | float):
            return value
        if depth == _MAX_DEPTH:
            return HIDDEN
        if isinstance(value, Mapping):
            return {
                str(name): HIDDEN if _is_secret(str(name), inner) else self._hide(inner, depth + 1)
                for name, inner in _members(value)
            }
        if isinstance(value, list | tuple | set | frozenset):
            return [self._hide(inner, depth + 1) for inner in cast("Iterable[Any]", value)]
        return self.text(str(value))


def _members(mapping: Any) -> Iterable[tuple[Any, Any]]:  # Any: whatever was logged
    members: Iterable[tuple[Any, Any]] = mapping.items()
    return members


def _is_secret(name: str, value: Any) -> bool:  # Any: whatever was logged
    """A number or a truth under such a name says how many or whether, such as ``tokens=6``."""
    return _SECRET_NAME(name) is not None and value is not None and not isinstance(value, bool | int | float)
