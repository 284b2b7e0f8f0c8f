"""Reports as JSON, for programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from accord.diagnostics import Diagnostic, Severity
from accord.report.text import encodable


def json_text(data: Mapping[str, object]) -> str:
    """*data*, which holds JSON values only, as indented text in UTF-8, without a newline at its end."""
    # A contract may hold half of a surrogate pair as a JSON escape. UTF-8 has no bytes for it, JSON has that escape.
    return encodable(json.dumps(data, indent=2, ensure_ascii=False))


def findings_json(names: Sequence[str], diagnostics: Iterable[Diagnostic]) -> str:
    """``{"contracts": [...], "findings": [...], "counts": {...}}``; every finding has the same keys."""
    found = list(diagnostics)
    counts = Counter(d.severity.value for d in found)
    return json_text(
        {
            "contracts": list(names),
            "findings": [
                {
                    "file": d.span.file,
                    "line": d.span.line,
                    "column": d.span.column,
                    "severity": d.severity.value,
                    "code": d.code,
                    "message": encodable(d.message),
                    "hint": encodable(d.hint),
                    "pointer": d.pointer,
                }
                for d in found
            ],
            "counts": {severity.value: counts[severity.value] for severity in Severity},
        }
    )
