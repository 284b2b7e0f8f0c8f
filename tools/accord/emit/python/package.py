"""The files of a generated package that are no Python: the published contract, the guard, the manifest."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Final

from accord import __version__
from accord.contract.extensions import without_internal
from accord.contract.schema import JsonValue
from accord.emit.python.text import docstring
from accord.emit.tree import header

RUNTIME: Final = "0.1"
"""The first version of ``accord.runtime`` that serves what is generated here; a number in front of the first dot, or
with a zero there behind it, changes when older generated code is no longer served."""


def print_init(source: str, title: str) -> str:
    """``__init__.py`` of a version."""
    return (
        f"{header(source)}\n"
        + docstring(
            title or source, f"Generated from {source}; `install` serves it on an application.", indent=0
        )
        + "\nfrom __future__ import annotations\n\nfrom .routers import install\n\n"
        + '__all__ = ["install"]\n'
    )


def print_package(source: str, text: str) -> str:
    """``__init__.py`` of a folder that only holds others."""
    return f"{header(source)}\n" + docstring(text, indent=0)


def published(bundle: Mapping[str, JsonValue]) -> str:
    """``openapi.json``: the bundled contract without internal extensions, in its own order."""
    return json_text(without_internal(bundle))


def manifest(*, contracts: Mapping[str, str], files: Mapping[str, str]) -> str:
    """``manifest.json``: what was read and written, by SHA-256.

    Args:
        contracts: texts of the contract's files by their path below the folder of all contracts.
        files: texts of the package's files by their path below the package.
    """
    return json_text(
        {
            "accord": __version__,
            "runtime": RUNTIME,
            "contract": {path: _digest(contracts[path]) for path in sorted(contracts)},
            "files": {path: _digest(files[path]) for path in sorted(files)},
        }
    )


def json_text(value: JsonValue) -> str:
    """JSON with a line for each member, and a line end. Half of a surrogate pair stays an escape."""
    text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)
    return re.sub("[\ud800-\udfff]", lambda match: f"\\u{ord(match[0]):04x}", text) + "\n"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
