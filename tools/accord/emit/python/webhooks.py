"""``webhooks.py``: what the contract says that the service sends, one declared request after the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from accord.emit.python.imports import Imports
from accord.emit.python.plan_webhooks import PySent, PySentAnswer, PySentContent, PySentParameter
from accord.emit.python.pytype import PyType
from accord.emit.python.text import call, docstring, literal, one_line, tuple_of
from accord.emit.tree import header


def print_webhooks(requests: Sequence[PySent], *, source: str) -> str:
    """The module."""
    imports = Imports("from typing import Final", "from accord.runtime import outgoing")
    for request in requests:
        for type_ in request.types:
            if type_.needs_adapter:
                imports.add(type_.imports)
    printed = "".join(
        f"\n{one.constant}: Final = {_request(one)}\n{docstring(_said(one), indent=0)}" for one in requests
    )
    return (
        f"{header(source)}\n"
        + docstring(f"Requests that the service sends: webhooks and callbacks of {source}", indent=0)
        + "\nfrom __future__ import annotations\n\n"
        + imports.text()
        + printed
        + f"\nWEBHOOKS: Final = ({', '.join(one.constant for one in requests)},)\n"
        + docstring("All of them, in the order of the contract.", indent=0)
    )


def _said(one: PySent) -> str:
    what = "Webhook" if one.caused_by is None else f"Callback of {' '.join(one.caused_by)}"
    said = one_line(one.summary)
    return f"{what}: {said}" if said else f"{what} {one.name!r}."


def _request(one: PySent) -> str:
    body = None
    if one.has_body:
        required = "True" if one.body_required else None
        body = call("outgoing.Body", [("content", _contents(one.content) or "()"), ("required", required)])
    return call(
        "outgoing.Request",
        [
            ("key", literal(one.key)),
            ("name", literal(one.name)),
            ("method", literal(one.method)),
            ("expression", None if one.expression is None else literal(one.expression)),
            ("caused_by", None if one.caused_by is None else literal(one.caused_by)),
            ("parameters", _tuple(_parameter(parameter) for parameter in one.parameters)),
            ("body", body),
            ("answers", _tuple(_answer(answer) for answer in one.answers)),
            ("security", _security(one)),
        ],
    )


def _security(one: PySent) -> str | None:
    if not one.security:
        return None
    return tuple_of(
        tuple_of(f"({literal(name)}, {literal(scopes)})" for name, scopes in uses) if uses else "()"
        for uses in one.security
    )


def _parameter(one: PySentParameter) -> str:
    return call(
        "outgoing.Parameter",
        [
            ("name", literal(one.name)),
            ("location", literal(one.location)),
            ("required", "True" if one.required else None),
            ("style", None if one.style == "simple" else literal(one.style)),
            ("explode", "True" if one.explode else None),
            ("type", _thunk(one.type)),
        ],
    )


def _answer(one: PySentAnswer) -> str:
    return call(
        "outgoing.Answer",
        [
            ("status", one.status if one.status.isdigit() else literal(one.status)),
            ("content", _contents(one.content)),
            ("headers", literal(one.headers) if one.headers else None),
        ],
    )


def _contents(contents: Iterable[PySentContent]) -> str | None:
    return _tuple(
        call(
            "outgoing.Content",
            [
                ("media_type", literal(one.media_type)),
                ("guard", literal(one.guard)),
                ("type", _thunk(one.type)),
            ],
        )
        for one in contents
    )


def _thunk(type_: PyType) -> str | None:
    return f"lambda: {type_.expr}" if type_.needs_adapter else None


def _tuple(items: Iterable[str]) -> str | None:
    given = list(items)
    return f"({', '.join(given)},)" if given else None
