"""``accord sdk``: clients from published contracts, by well-kept generators of their languages.

Takes a bundled document as JSON data, gives a :class:`Client`: files, and notes on what the client lacks. Accord prepares the
document and checks the result; the code is written by openapi-python-client and by openapi-ts.

Read :mod:`accord.sdk.python` first.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from accord.emit.python.package import json_text, manifest
from accord.emit.tree import Tree
from accord.publish import publish
from accord.sdk.model import Client, Language, Note, Object
from accord.sdk.python import python_client
from accord.sdk.typescript import typescript_client

__all__ = ["Client", "Language", "Note", "build_client"]


def build_client(document: Object, language: Language, *, name: str = "") -> Client:
    """A client in *language* for a bundled contract without internal extensions.

    *name* is the package's, in kebab case; by default it follows from the contract's title.

    Raises:
        EnvironmentFaultError: the generator is not installed and cannot be.
    """
    published = publish(document).modern
    info = document.get("info")
    title, version = (info.get("title"), info.get("version")) if isinstance(info, dict) else ("", "")
    words = "".join(c.lower() if c.isascii() and c.isalnum() else " " for c in str(title)).split()
    chosen = name or f"{'-'.join(words) or 'api'}-client"
    match language:
        case "python":
            client = python_client(published, name=chosen)
        case "typescript":
            client = typescript_client(published, name=chosen, version=_semver(str(version)))
        case _:
            assert_never(language)
    if not client.files:
        return client
    # With a list of its files, the next run knows which of them are stale.
    listed = manifest(contracts={"openapi.json": json_text(published)}, files=client.files)
    return replace(client, files=Tree({**client.files, "manifest.json": listed}))


def _semver(version: str) -> str:
    """Npm takes three numbers only; a contract's version is any text."""
    parts = version.split("-", maxsplit=1)[0].split(".")
    numbers = [part for part in parts if part.isdecimal()]
    return ".".join((*numbers, "0", "0", "0")[:3])
