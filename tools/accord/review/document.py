"""A review as JSON for programs; ``report.schema.json`` beside this module describes it."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from typing import Final, TypeAlias, assert_never

from accord.contract.schema import JsonValue, Unset
from accord.diagnostics import Diagnostic
from accord.diff import STATUSES, Change, RequestMessage, ResponseMessage
from accord.diff.model import Message
from accord.report.data import json_text
from accord.review.model import Comparison, Edition, FailOn, Review, count

FORMAT: Final = "accord-diff/1"
"""The number is raised when programs that read older reports could not read this one."""

_Json: TypeAlias = dict[str, JsonValue]
_WORD: Final = re.compile("_(.)")


def as_json(review: Review, fail_on: FailOn) -> str:
    """The whole review; *fail_on* decides what ``failed`` says."""
    document: _Json = {
        "format": FORMAT,
        "old": review.old,
        "new": review.new,
        "failed": review.fails(fail_on),
        "comparisons": [_comparison(comparison) for comparison in review.comparisons],
        "findings": [_finding(finding) for finding in review.findings],
    }
    return json_text(document)


def _comparison(comparison: Comparison) -> _Json:
    report = comparison.report
    return {
        "name": comparison.name,
        "old": _edition(comparison.old),
        "new": _edition(comparison.new),
        "counts": dict[str, JsonValue](count(report.changes)),
        "version": _json(report.version),
        "operations": [
            {**_fields(summary.operation), **{status: getattr(summary, status) for status in STATUSES}}
            for summary in report.summary
        ],
        "changes": [_change(change) for change in report.changes],
        "diagnostics": [_finding(finding) for finding in report.diagnostics],
    }


def _edition(edition: Edition | None) -> JsonValue:
    return None if edition is None else {"name": edition.name, "file": edition.entry.file}


def _change(change: Change) -> _Json:
    return {
        "fingerprint": change.fingerprint,
        "code": change.code,
        "status": change.status,
        "channel": change.channel,
        "direction": change.direction,
        "message": change.message,
        "old": _json(change.old),
        "new": _json(change.new),
        "site": _json(change.site),
        "operations": [_json(ref) for ref in change.operations],
        "verdict": {"kind": type(change.verdict).__name__.lower(), **_fields(change.verdict)},
        "acceptance": _json(change.acceptance),
    }


def _json(value: object) -> JsonValue:
    """*value* as JSON, which it is already where it is no dataclass of the report."""
    if isinstance(value, Message):
        return _message(value)
    return _fields(value) if is_dataclass(value) else value  # type: ignore[return-value]


def _fields(value: object) -> _Json:
    """The fields of a dataclass by their names in camel case; a ``span`` is called ``place``."""
    assert is_dataclass(value)
    names = [field.name for field in fields(value)]
    return {
        "place" if name == "span" else _WORD.sub(lambda match: match[1].upper(), name): _json(
            getattr(value, name)
        )
        for name in names
    }


def _message(message: Message) -> _Json:
    shown: _Json = {"kind": "", "method": message.method, "path": message.path}
    match message:
        case RequestMessage():
            named = [{"in": where, "name": name, "value": value} for where, name, value in message.parameters]
            shown |= {"kind": "request", "parameters": list[JsonValue](named)}
        case ResponseMessage():
            headers = [{"name": name, "value": value} for name, value in message.headers]
            shown |= {"kind": "response", "status": message.status, "headers": list[JsonValue](headers)}
        case _:
            assert_never(message)
    if not isinstance(message.body, Unset):
        shown |= {"mediaType": message.media_type, "body": message.body}
    if message.parts:
        shown["parts"] = [
            {"property": part, "name": name, "value": value} for part, name, value in message.parts
        ]
    return shown


def _finding(finding: Diagnostic) -> _Json:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "hint": finding.hint,
        **_fields(finding.span),
    }
