"""Judges whether a request, as it went over the wire, is allowed by the contract; independent of who generated it.

A generator labels requests valid or invalid before they are serialised, and what the wire makes of a value may turn
one into the other. A failure counts only where this judge agrees with the label. Where the contract leaves a spelling
open (``1.0`` for an integer in a query, a repeated scalar), the verdict is ``unknown``.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias
from urllib.parse import parse_qsl, unquote, unquote_plus, urlsplit

from accord.contract.media_types import essence, is_json
from accord.contract.model import MediaType, Parameter
from accord.contract.schema import JsonValue, Schema, SchemaType
from accord.testing.contract import Contract, PathTemplate, find_media_type
from accord.testing.exchange import Exchange

Verdict: TypeAlias = Literal["valid", "invalid", "unknown"]

# JSON's own spelling. What only laxer readers take is looked for by `_careless`.
_INTEGER: Final = re.compile(r"-?(0|[1-9][0-9]*)")
_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_SPOKEN: Final[Mapping[str, JsonValue]] = {
    **dict.fromkeys(("true", "1", "yes", "on", "t", "y"), True),
    **dict.fromkeys(("false", "0", "no", "off", "f", "n"), False),
    **dict.fromkeys(("null", "none"), None),
}
"""How careless readers spell booleans and null, in lower case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """A verdict on a request; for an invalid or unknown one with the reason and the pointer of the clause that decided."""

    verdict: Verdict
    reason: str = ""
    clause: str = ""


VALID: Final = Opinion(verdict="valid")


def judge(contract: Contract, exchange: Exchange) -> Opinion:
    """Judge the request of an exchange by its operation's parameters and body. Credentials are not looked at."""
    if not exchange.is_own_method:
        return Opinion(verdict="invalid", reason=f"{exchange.method} is not declared")
    opinions = [*_parameters(contract, exchange), _body(contract, exchange)]
    # One invalid part makes the request invalid, whatever is unknown of the others.
    worst = next((o for verdict in ("invalid", "unknown") for o in opinions if o.verdict == verdict), None)
    if worst is None or worst.clause:
        return worst or VALID
    return replace(worst, clause=contract.clauses.pointer(exchange.operation.pointer, "requestBody"))


def _parameters(contract: Contract, exchange: Exchange) -> list[Opinion]:
    """An opinion on each parameter that can be looked at."""
    raw = path_values(exchange)
    query = parse_qsl(urlsplit(exchange.url).query, keep_blank_values=True)
    pairs = (piece.partition("=") for piece in (exchange.header("cookie") or "").split(";") if "=" in piece)
    cookies = {name.strip(): value.strip() for name, _, value in pairs}
    out: list[Opinion] = []
    for parameter in exchange.operation.parameters:
        values: Sequence[str] | None
        match parameter.location:
            case "path":
                values = [raw[parameter.name]] if raw is not None and parameter.name in raw else None
                if values is None:  # a value with a slash in it, or an empty one
                    reason, place = "the path does not match its template", exchange.operation.pointer
                    out.append(Opinion(verdict="unknown", reason=reason, clause=place))
                    continue
            case "query":
                values = [value for name, value in query if name == parameter.name] or None
            case "header":
                text = exchange.header(parameter.name)
                values = None if text is None else [text.strip(" \t")]
                # OpenAPI, Parameter Object: such a declaration is ignored.
                if parameter.name.lower() in {"accept", "content-type", "authorization"}:
                    continue
            case "cookie":
                values = [cookies[parameter.name]] if parameter.name in cookies else None
            case "querystring":
                out.append(Opinion(verdict="unknown", reason="the whole query string is one value"))
                continue
        opinion = _parameter(contract, parameter, values)
        out.append(replace(opinion, clause=contract.parameter_pointer(exchange.operation, parameter)))
    return out


def path_values(exchange: Exchange) -> Mapping[str, str] | None:
    """The values of the path parameters, decoded; ``None`` where the path does not match its template.

    Only the end of the URL is matched: what comes before is the base URL.
    """
    path = urlsplit(exchange.url).path
    count = exchange.operation.path.count("/")
    tail = "/" + "/".join(path.split("/")[-count:]) if count else path
    found = PathTemplate(exchange.operation.path).match(tail)
    return None if found is None else {name: unquote(value) for name, value in found.items()}


def _parameter(contract: Contract, parameter: Parameter, values: Sequence[str] | None) -> Opinion:
    """The opinion on one parameter, whose raw values are *values* (``None``: it was not sent)."""
    where = f"{parameter.location} parameter {parameter.name!r}"
    if parameter.style == "deepObject":
        return Opinion(verdict="unknown", reason=f"{where} is an object of several keys")
    types = frozenset[SchemaType]() if parameter.schema is None else contract.types(parameter.schema)
    if "object" in types and parameter.style == "form" and parameter.explode:
        return Opinion(verdict="unknown", reason=f"{where} is an object whose members stand for themselves")
    if values is None:
        return Opinion(verdict="invalid", reason=f"{where} is missing") if parameter.required else VALID
    if parameter.content:
        return _content_parameter(contract, parameter.content[0], values, where)
    if parameter.schema is None:
        return VALID
    if "object" in types or parameter.style not in {"simple", "form"}:
        return Opinion(verdict="unknown", reason=f"{where} is not a plain value")
    if "array" in types:
        return _array(contract, parameter, parameter.schema, values)
    # `allowEmptyValue` and repeated names are read differently by every framework.
    if len(values) != 1 or (values == [""] and parameter.location == "query"):
        return Opinion(verdict="unknown", reason=f"{where} is empty or repeated")
    verdict = _text(contract, parameter.schema, values[0])
    return Opinion(verdict=verdict, reason=f"{where} is {values[0]!r}")


def _content_parameter(contract: Contract, entry: MediaType, values: Sequence[str], where: str) -> Opinion:
    """The opinion on a parameter that is a JSON text."""
    if entry.schema is None or not is_json(entry.name) or len(values) != 1:
        return Opinion(verdict="unknown", reason=f"{where} is no JSON")
    try:
        value = parse_json(values[0].encode())
    except ValueError:
        return Opinion(verdict="invalid", reason=f"{where} is not JSON")
    ok = contract.is_valid(entry.schema, "request", value)
    return VALID if ok else Opinion(verdict="invalid", reason=f"{where} breaks its schema")


def _array(contract: Contract, parameter: Parameter, schema: Schema, values: Sequence[str]) -> Opinion:
    """The opinion on an array of scalars."""
    where = f"{parameter.location} parameter {parameter.name!r}"
    items = list(values)
    if not (parameter.style == "form" and parameter.explode):
        if len(items) != 1:
            return Opinion(verdict="unknown", reason=f"{where} is repeated")
        items = items[0].split(",")
    chosen: list[JsonValue] = [_candidates(frozenset(), text)[-1] for text in items]
    if contract.is_valid(schema, "request", chosen) or contract.is_valid(schema, "request", list(items)):
        return VALID
    # Mixed items would need every combination of readings.
    return Opinion(verdict="unknown", reason=f"{where} has items that can be read in several ways")


def _text(contract: Contract, schema: Schema, text: str) -> Verdict:
    """Whether a text can be read as what *schema* allows."""
    types = contract.types(schema)
    if any(contract.is_valid(schema, "request", value) for value in _candidates(types, text)):
        return "valid"
    if not text or any(contract.is_valid(schema, "request", value) for value in _careless(types, text)):
        return "unknown"
    return "invalid"


def _careless(types: frozenset[SchemaType], text: str) -> list[JsonValue]:
    """What lax readers may make of a text that strict ones reject: ``+1``, ``1.0`` or `` 1`` as 1, ``True`` as true."""
    out: list[JsonValue] = []
    word = text.strip().lower()
    if (not types or types & {"boolean", "null"}) and word in _SPOKEN:
        out.append(_SPOKEN[word])
    if not types or types & {"integer", "number"}:
        try:
            number = float(word)
        except ValueError:
            return out
        if math.isfinite(number):
            out.append(int(number) if number.is_integer() else number)
    return out


def _candidates(types: frozenset[SchemaType], text: str) -> list[JsonValue]:
    """What strict readers may make of a text: itself, and the number, boolean or null it spells."""
    out: list[JsonValue] = [text] if not types or "string" in types else []
    # Converting long numbers takes square time, and no contract has such bounds.
    if (not types or types & {"integer", "number"}) and len(text) < 400:
        if _INTEGER.fullmatch(text):
            out.append(int(text))
        elif _NUMBER.fullmatch(text) and (not types or "number" in types):
            out.append(float(text))
    if text in {"true", "false"} and (not types or "boolean" in types):
        out.append(text == "true")
    if text == "null" and (not types or "null" in types):
        out.append(None)
    return out or [text]


def _body(contract: Contract, exchange: Exchange) -> Opinion:
    """The opinion on the body."""
    declared = exchange.operation.body
    if declared is None:
        return VALID
    sent = exchange.body
    content_type = exchange.header("content-type")
    if not sent and content_type is None:
        return Opinion(verdict="invalid", reason="the body is missing") if declared.required else VALID
    if content_type is None:
        return Opinion(verdict="unknown", reason="the body has no media type")
    media_type = essence(content_type)
    entry = find_media_type(declared.content, media_type)
    if entry is None:
        return Opinion(verdict="invalid", reason=f"{media_type} is no media type of the body")
    if entry.schema is None:
        return VALID
    if is_json(media_type):
        place = contract.clauses.pointer(exchange.operation.pointer, "requestBody", "content", entry.name)
        return _json_body(contract, entry.schema, sent or b"", place)
    if media_type == "application/x-www-form-urlencoded":
        return _form_body(contract, entry, sent or b"")
    if media_type.startswith("text/"):
        text = (sent or b"").decode("utf-8", "replace")
        return Opinion(verdict=_text(contract, entry.schema, text), reason="the body is plain text")
    return Opinion(verdict="unknown", reason=f"bodies of {media_type} are not judged")


def _json_body(contract: Contract, schema: Schema, sent: bytes, place: str) -> Opinion:
    """The opinion on a JSON body; *place* is the pointer of its media type."""
    try:
        value = parse_json(sent)
    except ValueError as error:
        return Opinion(verdict="invalid", reason=f"the body is not JSON: {error}")
    first = next(contract.violations(schema, "request", value), None)
    if first is None:
        return VALID
    clause = contract.clauses.pointer(place, "schema", *first.keyword)
    return Opinion(verdict="invalid", reason=f"body{first.place}: {first.message}"[:300], clause=clause)


def _form_body(contract: Contract, entry: MediaType, sent: bytes) -> Opinion:
    """The opinion on a form body of scalar fields."""
    assert entry.schema is not None
    if entry.encoding:
        return Opinion(verdict="unknown", reason="the form has encodings of its own")
    types = contract.types(entry.schema)
    if types and "object" not in types:
        return Opinion(verdict="unknown", reason="the form is no object")
    fields: dict[str, list[str]] = {}
    for piece in sent.decode("ascii", "replace").split("&"):
        name, _, value = piece.partition("=")
        if name or value:
            fields.setdefault(unquote_plus(name), []).append(unquote_plus(value))
    if any(len(values) > 1 for values in fields.values()):
        return Opinion(verdict="unknown", reason="a form field is repeated")
    schema = entry.schema
    declared = {name: contract.property_schema(schema, name) for name in fields}
    if any(part is not None and contract.types(part) & {"array", "object"} for part in declared.values()):
        return Opinion(verdict="unknown", reason="a form field is a list or an object")
    # A form has no types: what a field means depends on who reads it.
    strict, careless = (
        {name: _field(contract, declared[name], texts[0], careless=lax) for name, texts in fields.items()}
        for lax in (False, True)
    )
    first = next(contract.violations(schema, "request", strict), None)
    if first is None:
        return VALID
    if contract.is_valid(schema, "request", careless):
        return Opinion(verdict="unknown", reason="a form field can be read in several ways")
    return Opinion(verdict="invalid", reason=f"form field {first.place or 's'}: {first.message}"[:300])


def _field(contract: Contract, declared: Schema | None, text: str, *, careless: bool) -> JsonValue:
    """The first value of a field that its schema allows, otherwise the first at all; also of *careless* readers."""
    if declared is None:
        return text
    types = contract.types(declared)
    alternatives: list[JsonValue] = [*_candidates(types, text), *(_careless(types, text) if careless else ())]
    return next(
        (value for value in alternatives if contract.is_valid(declared, "request", value)), alternatives[0]
    )


def parse_json(data: bytes) -> JsonValue:
    """Parse strict JSON: UTF-8, no NaN or Infinity, no name twice in one object.

    Raises:
        ValueError: the text is not JSON.
    """
    try:
        value: JsonValue = json.loads(
            data.decode("utf-8"), parse_constant=_reject_constant, object_pairs_hook=_reject_duplicates
        )
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    return value


def _reject_constant(name: str) -> JsonValue:
    """``NaN`` and ``Infinity``, which Python's parser takes."""
    raise ValueError(f"{name} is no JSON number")


def _reject_duplicates(pairs: list[tuple[str, JsonValue]]) -> JsonValue:
    """An object, unless a name stands twice in it."""
    out = dict(pairs)
    if len(out) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return out
