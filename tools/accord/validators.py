"""Validators of JSON Schema draft 2020-12, made in one way for the runtime and for the toolchain.

The guard of a running service and every tool that foresees what the guard will say must agree on the options below.
"""

# A module of its own, below the runtime: `import accord.runtime...` runs the runtime's `__init__` and with it FastAPI and
# Pydantic, 0.4 s of CPU that `accord validate` (0.5 s in all) has no use for.

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

from jsonschema_rs import Draft202012Validator, FancyRegexOptions, Registry

BACKTRACK_LIMIT: Final = 100_000
"""Steps after which a pattern gives up on a string, which then does not match."""

_PATTERNS: Final = FancyRegexOptions(backtrack_limit=BACKTRACK_LIMIT)
_NO_PATTERNS: Final[Mapping[str, str]] = {}


def make_validator(
    document: Mapping[str, Any] | bool,  # Any: JSON
    *,
    formats: bool = True,
    format_patterns: Mapping[str, str] = _NO_PATTERNS,
    registry: Registry | None = None,
) -> Draft202012Validator:
    """A validator of *document* that opens no connection.

    Args:
        document: the schema.
        formats: whether ``format`` is asserted.
        format_patterns: formats that the library does not know, each with the pattern that its texts match.
        registry: documents that the schema refers to.

    Raises:
        ValueError: the schema is malformed, has a pattern that cannot be used, or refers to what is not there.
    """
    return Draft202012Validator(
        document if isinstance(document, bool) else dict(document),
        formats={name: _matcher(pattern) for name, pattern in format_patterns.items()},
        validate_formats=formats,
        pattern_options=_PATTERNS,
        registry=registry,
        offline=True,
    )


@lru_cache(maxsize=64)
def _matcher(pattern: str) -> Callable[[str], bool]:
    return make_validator({"pattern": pattern}).is_valid
