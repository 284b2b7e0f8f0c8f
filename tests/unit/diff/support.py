"""Contracts out of plain objects, and a second opinion on witnesses."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped] # it has no types

from accord.contract.load import load_api
from accord.contract.model import Api
from accord.diff import Breaking, Change, DiffReport, diff
from accord.diff.model import SchemaProof
from accord.source.document import read_document

TODAY = dt.date(2026, 6, 1)
SECOND = FormatChecker()


def _date_time(value: object) -> bool:
    if not isinstance(value, str):
        return True
    if re.fullmatch(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", value) is None:
        return False
    dt.datetime.fromisoformat(value[:19].upper())  # raises where there is no such day
    return True


def _time(value: object) -> bool:
    pattern = r"\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)"
    return not isinstance(value, str) or re.fullmatch(pattern, value) is not None


def _hostname(value: object) -> bool:
    pattern = r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*\.?"
    return not isinstance(value, str) or (len(value) < 254 and re.fullmatch(pattern, value) is not None)


def _uri(value: object) -> bool:
    pattern = r"[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9\-._~:/?#@!$&'()*+,;=%]*"
    return not isinstance(value, str) or re.fullmatch(pattern, value) is not None


def _email(value: object) -> bool:
    return not isinstance(value, str) or (value.isascii() and "@" in value)


SECOND.checks("email")(_email)
SECOND.checks("date-time", raises=ValueError)(_date_time)
SECOND.checks("time")(_time)
SECOND.checks("hostname")(_hostname)
SECOND.checks("uri")(_uri)


def load(document: Any, folder: Path, name: str = "api") -> Api:  # Any: an OpenAPI document
    """The IR of *document*."""
    path = folder / f"{name}.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return load_api(read_document(path, root=folder), name=name).api


def compare(old: Any, new: Any, folder: Path) -> DiffReport:  # Any: OpenAPI documents
    """The report on two documents."""
    return diff(load(old, folder, "old"), load(new, folder, "new"), today=TODAY)


def document(paths: dict[str, Any] | None = None, version: str = "3.1.0", **more: Any) -> dict[str, Any]:
    """A whole document around *paths*."""
    return {"openapi": version, "info": {"title": "t", "version": "1.0.0"}, "paths": paths or {}, **more}


def body(schema: Any, required: bool = True, **components: Any) -> dict[str, Any]:
    """A document whose one operation takes *schema*."""
    content = {"application/json": {"schema": schema}}
    post = {
        "requestBody": {"required": required, "content": content},
        "responses": {"204": {"description": ""}},
    }
    return document({"/things": {"post": post}}, components={"schemas": components})


def response(schema: Any, **components: Any) -> dict[str, Any]:
    """A document whose one operation gives *schema*."""
    content = {"application/json": {"schema": schema}}
    get = {"responses": {"200": {"description": "", "content": content}}}
    return document({"/things": {"get": get}}, components={"schemas": components})


def bad(report: DiffReport) -> list[Change]:
    """What breaks or may break somebody."""
    return [change for change in report.changes if change.status in {"breaking", "undecided"}]


def proofs(report: DiffReport) -> list[SchemaProof]:
    """The proofs of all witnesses."""
    verdicts = [change.verdict for change in report.changes]
    found = [v.witness for v in verdicts if isinstance(v, Breaking) and v.witness is not None]
    return [witness.proof for witness in found if witness.proof is not None]


def confirmed(proof: SchemaProof) -> bool:
    """Whether python-jsonschema, another implementation than the one that found it, agrees with *proof*."""
    accepting: Any = proof.accepting
    refusing: Any = proof.refusing
    return _fits(accepting, proof.instance) and not _fits(refusing, proof.instance)


def _fits(schema: Any, instance: Any) -> bool:
    second: Any = Draft202012Validator(schema, format_checker=SECOND)  # Any: the library has no types
    return bool(second.is_valid(instance))
