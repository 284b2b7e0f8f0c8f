"""Which OpenAPI a document says it is."""

from __future__ import annotations

import difflib
import re
from typing import Final, Literal, TypeAlias

from accord.diagnostics import Diagnostic, Span
from accord.errors import ContractUnusableError
from accord.source.node import Entry, MappingNode, ScalarNode, SourceFile
from accord.source.parsed import shorten

OpenApiVersion: TypeAlias = Literal["3.0", "3.1", "3.2"]

_VERSION: Final = re.compile(r"(3\.[012])(?:\.[0-9]+)?(?:[-+].*)?")
_KNOWN: Final[dict[str, OpenApiVersion]] = {"3.0": "3.0", "3.1": "3.1", "3.2": "3.2"}


def read_version(root: MappingNode, source: SourceFile) -> tuple[str, OpenApiVersion, tuple[Diagnostic, ...]]:
    """``openapi`` as written, the version it means, and what is odd about it.

    Raises:
        ContractUnusableError: the document is of another version or of another kind.
    """
    entry = root.entries.get("openapi")
    if entry is None:
        raise _absent(root, source)
    value = entry.value
    written = value.raw if isinstance(value, ScalarNode) else ""
    match = _VERSION.fullmatch(written)
    if match is None:
        raise _unusable(
            "openapi-version",
            f"OpenAPI {written!r} is not known" if written else "the value of `openapi` is not a version",
            value.span,
            "Accord reads OpenAPI 3.0, 3.1 and 3.2.",
        )
    findings: tuple[Diagnostic, ...] = ()
    # `openapi: 3.1` without quotes is a float in YAML, and `3.10` would be the same one as `3.1`.
    if isinstance(value, ScalarNode) and not isinstance(value.value, str):
        hint = f'Write the whole version as text, such as "{match.group(1)}.0".'
        message = "the version is a number, not text"
        findings = (Diagnostic(code="openapi-version", message=message, span=value.span, hint=hint),)
    return written, _KNOWN[match.group(1)], findings


def _absent(root: MappingNode, source: SourceFile) -> ContractUnusableError:
    """The error about a document without ``openapi``, which may be another kind of document."""
    swagger = root.entries.get("swagger")
    if swagger is not None:
        return _swagger(swagger)
    hint = "A contract starts with `openapi: 3.1.0`."
    if "asyncapi" in root.entries:
        hint = "This is AsyncAPI; Accord reads OpenAPI 3.0, 3.1 and 3.2."
    else:
        close = difflib.get_close_matches("openapi", list(root.entries)[:100], n=1)
        hint = f"Did you mean `openapi` in place of {shorten(close[0])}?" if close else hint
    return _unusable("openapi-version", "the key `openapi` is missing", Span(source.display, 1, 1), hint)


def _swagger(entry: Entry) -> ContractUnusableError:
    """The error about a document of the older specification."""
    return _unusable(
        "openapi-version",
        "this is Swagger 2.0; Accord reads OpenAPI 3.0, 3.1 and 3.2",
        entry.span,
        "Convert it with swagger2openapi: npx swagger2openapi swagger.yaml --outfile openapi.yaml",
    )


def _unusable(code: str, message: str, span: Span, hint: str) -> ContractUnusableError:
    """An error that carries its finding."""
    finding = Diagnostic(code=code, message=message, span=span, hint=hint)
    return ContractUnusableError(f"{span}: {message}", hint=hint, diagnostics=(finding,))
