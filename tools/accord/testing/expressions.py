"""Runtime expressions of links (OpenAPI, "Runtime Expressions"), evaluated against an exchange."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from accord.contract.schema import UNSET, JsonValue, Unset
from accord.source.pointer import split
from accord.testing.exchange import Exchange
from accord.testing.judge import parse_json, path_values

_EMBEDDED: Final = re.compile(r"\{(\$[^{}]*)\}")


def evaluate(value: JsonValue, exchange: Exchange) -> JsonValue | Unset:
    """What *value* of a link means after *exchange*: an expression, a text with expressions in braces, or itself.

    Members of objects and items of lists are evaluated as well. ``UNSET`` where an expression names what is not there.
    """
    match value:
        case str() if value.startswith("$"):
            return _expression(value, exchange)
        case str() if _EMBEDDED.search(value):
            return _embedded(value, exchange)
        case dict():
            return _all_or_unset({name: evaluate(inner, exchange) for name, inner in value.items()})
        case list():
            return _all_or_unset([evaluate(inner, exchange) for inner in value])
        case _:
            return value


def _all_or_unset(values: dict[str, JsonValue | Unset] | list[JsonValue | Unset]) -> JsonValue | Unset:
    """*values*, if none of them is unset: half a value would be another one."""
    if isinstance(values, dict):
        known = {name: value for name, value in values.items() if not isinstance(value, Unset)}
        return known if len(known) == len(values) else UNSET
    items = [value for value in values if not isinstance(value, Unset)]
    return items if len(items) == len(values) else UNSET


def _embedded(text: str, exchange: Exchange) -> JsonValue | Unset:
    """*text* with the expressions in braces replaced by their values."""
    out = ""
    end = 0
    for found in _EMBEDDED.finditer(text):
        value = _expression(found[1], exchange)
        # An object has no spelling inside of a text.
        if isinstance(value, Unset | dict | list):
            return UNSET
        out += text[end : found.start()] + as_text(value)
        end = found.end()
    return out + text[end:]


def as_text(value: JsonValue) -> str:
    """A scalar as it stands in a URL or a header."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "null" if value is None else str(value)


def _expression(text: str, exchange: Exchange) -> JsonValue | Unset:
    """The value of one runtime expression (OpenAPI, Link Object, "Runtime Expressions")."""
    whole: dict[str, JsonValue] = {
        "$url": exchange.url,
        "$method": exchange.method,
        "$statusCode": exchange.response.status,
    }
    if text in whole:
        return whole[text]
    source, _, rest = text.removeprefix("$").partition(".")
    kind, _, name = rest.partition(".")
    if source not in {"request", "response"}:
        return UNSET
    if kind == "header":
        found = exchange.header(name) if source == "request" else exchange.response.header(name.lower())
        return UNSET if found is None else found
    if rest == "body" or rest.startswith("body#"):
        return _body(exchange, source, rest.removeprefix("body").removeprefix("#"))
    if source == "request" and kind == "query":
        return dict(parse_qsl(urlsplit(exchange.url).query, keep_blank_values=True)).get(name, UNSET)
    if source == "request" and kind == "path":
        return (path_values(exchange) or {}).get(name, UNSET)
    return UNSET


def _body(exchange: Exchange, source: str, pointer: str) -> JsonValue | Unset:
    """The part of a JSON body that *pointer* names."""
    data = exchange.response.body if source == "response" else exchange.body
    if not data:
        return UNSET
    try:
        value: JsonValue | Unset = parse_json(data)
    except ValueError:
        return UNSET
    for step in split(pointer):
        value = _member(value, step)
    return value


def _member(value: JsonValue | Unset, step: str) -> JsonValue | Unset:
    """What stands under one step of a JSON pointer."""
    if isinstance(value, dict):
        return value.get(step, UNSET)
    if isinstance(value, list) and step.isdigit() and int(step) < len(value):
        return value[int(step)]
    return UNSET
