"""A review as JSON for programs; ``report.schema.json`` beside this module describes it."""

from __future__ import annotations

import json
from typing import Final, assert_never

from accord.contract.schema import JsonValue, Unset
from accord.diagnostics import Diagnostic, Span
from accord.diff import (
    Breaking,
    Change,
    Compatible,
    OperationRef,
    Place,
    RequestMessage,
    ResponseMessage,
    Undecided,
    Witness,
)
from accord.diff.model import Message
from accord.review.model import Comparison, Edition, FailOn, Review, count

FORMAT: Final = "accord-diff/1"
"""The number is raised when programs that read older reports could not read this one."""

_Json = dict[str, JsonValue]


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
    text = json.dumps(document, indent=2, ensure_ascii=False)
    # A lone surrogate of a contract cannot be encoded; JSON writes it as an escape.
    return text.encode("utf-8", "backslashreplace").decode()


def _comparison(comparison: Comparison) -> _Json:
    report = comparison.report
    version = report.version
    return {
        "name": comparison.name,
        "old": _edition(comparison.old),
        "new": _edition(comparison.new),
        "counts": dict[str, JsonValue](count(report.changes)),
        "version": {
            "old": version.old,
            "new": version.new,
            "required": version.required,
            "satisfied": version.satisfied,
        },
        "operations": [
            {
                **_operation(summary.operation),
                "breaking": summary.breaking,
                "undecided": summary.undecided,
                "accepted": summary.accepted,
                "compatible": summary.compatible,
            }
            for summary in report.summary
        ],
        "changes": [_change(change) for change in report.changes],
        "diagnostics": [_finding(finding) for finding in report.diagnostics],
    }


def _edition(edition: Edition | None) -> JsonValue:
    return None if edition is None else {"name": edition.name, "file": edition.entry.file}


def _change(change: Change) -> _Json:
    site = change.site
    return {
        "fingerprint": change.fingerprint,
        "code": change.code,
        "status": change.status,
        "channel": change.channel,
        "direction": change.direction,
        "message": change.message,
        "old": _place(change.old),
        "new": _place(change.new),
        "site": {
            "location": site.location,
            "name": site.name,
            "status": site.status,
            "mediaType": site.media_type,
            "instance": site.instance,
        },
        "operations": [_operation(ref) for ref in change.operations],
        "verdict": _verdict(change),
        "acceptance": None
        if change.acceptance is None
        else {"kind": change.acceptance.kind, "reason": change.acceptance.reason},
    }


def _verdict(change: Change) -> _Json:
    verdict = change.verdict
    match verdict:
        case Breaking():
            witness = None if verdict.witness is None else _witness(verdict.witness)
            return {"kind": "breaking", "reason": verdict.reason, "witness": witness}
        case Compatible():
            return {"kind": "compatible", "proof": verdict.proof}
        case Undecided():
            return {"kind": "undecided", "opinion": verdict.opinion, "reason": verdict.reason}
        case _:
            assert_never(verdict)


def _witness(witness: Witness) -> _Json:
    clause, proof = witness.clause, witness.proof
    return {
        "message": _message(witness.message),
        "acceptedBy": witness.accepted_by,
        "refusedBy": witness.refused_by,
        "clause": {
            "keyword": clause.keyword,
            "message": clause.message,
            "schemaPointer": clause.schema_pointer,
            "instancePointer": clause.instance_pointer,
            "place": _span(clause.span),
        },
        "proof": None
        if proof is None
        else {"instance": proof.instance, "accepting": proof.accepting, "refusing": proof.refusing},
    }


def _message(message: Message) -> _Json:
    match message:
        case RequestMessage():
            parameters: list[JsonValue] = [
                {"in": where, "name": name, "value": value} for where, name, value in message.parameters
            ]
            shown: _Json = {
                "kind": "request",
                "method": message.method,
                "path": message.path,
                "parameters": parameters,
            }
        case ResponseMessage():
            headers: list[JsonValue] = [{"name": name, "value": value} for name, value in message.headers]
            shown = {
                "kind": "response",
                "method": message.method,
                "path": message.path,
                "status": message.status,
                "headers": headers,
            }
        case _:
            assert_never(message)
    if not isinstance(message.body, Unset):
        shown |= {"mediaType": message.media_type, "body": message.body}
    if message.parts:
        shown["parts"] = [
            {"property": part, "name": name, "value": value} for part, name, value in message.parts
        ]
    return shown


def _operation(ref: OperationRef) -> _Json:
    return {"method": ref.method, "path": ref.path, "kind": ref.kind}


def _place(place: Place | None) -> JsonValue:
    if place is None:
        return None
    return {"place": _span(place.span), "schema": place.schema, "pointer": place.pointer}


def _span(span: Span | None) -> JsonValue:
    return None if span is None else {"file": span.file, "line": span.line, "column": span.column}


def _finding(finding: Diagnostic) -> _Json:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "hint": finding.hint,
        "file": finding.span.file,
        "line": finding.span.line,
        "column": finding.span.column,
    }
