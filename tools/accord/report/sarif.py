"""Findings as SARIF 2.1.0, which code hosts and editors show beside the code."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias
from urllib.parse import quote

from accord import __version__
from accord.diagnostics import Diagnostic, Severity
from accord.report.data import json_text
from accord.report.text import message_and_hint

SARIF_VERSION: Final = "2.1.0"
SARIF_SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)

_LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}

Json: TypeAlias = Mapping[str, "Json"] | list["Json"] | str | int | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleText:
    """What a viewer tells about a code: what is wrong, and what it leads to."""

    summary: str
    why: str


def sarif(diagnostics: Iterable[Diagnostic], rules: Mapping[str, RuleText]) -> str:
    """A log of one run. *rules* describe codes; one that is not among them is named only.

    Places are relative to the working directory (``%SRCROOT%``), fingerprints hold code, file and JSON pointer, so that
    a finding stays the same one when lines above it come or go.
    """
    found = tuple(diagnostics)
    codes = list(dict.fromkeys(finding.code for finding in found))
    run: Json = {
        "tool": {
            "driver": {
                "name": "accord",
                "semanticVersion": __version__,
                "rules": [_rule(code, rules.get(code)) for code in codes],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The folder the command ran in."}}},
        "results": [_result(finding, codes.index(finding.code)) for finding in found],
    }
    return json_text({"$schema": SARIF_SCHEMA, "version": SARIF_VERSION, "runs": [run]})


def _rule(code: str, text: RuleText | None) -> Json:
    """The description of a code for viewers."""
    if text is None:
        return {"id": code}
    return {"id": code, "shortDescription": {"text": text.summary}, "fullDescription": {"text": text.why}}


def _result(finding: Diagnostic, index: int) -> Json:
    """One finding."""
    region: Json = {"startLine": finding.span.line, "startColumn": finding.span.column}
    file = finding.span.file
    # Relative to the working directory, or as it is.
    path = quote(file)
    artifact: Json = (
        {"uri": f"file://{path}"} if file.startswith("/") else {"uri": path, "uriBaseId": "%SRCROOT%"}
    )
    # What makes a finding the same one in another run.
    same = "\n".join((finding.code, file, finding.pointer or finding.message))
    fingerprint = hashlib.sha256(same.encode("utf-8", "backslashreplace")).hexdigest()[:32]
    return {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": message_and_hint(finding)},
        "locations": [{"physicalLocation": {"artifactLocation": artifact, "region": region}}],
        "partialFingerprints": {"accord/v1": fingerprint},
    }
