"""Builds requests from the contract: known values and samples, parameters written in their style, and a body."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, urlencode

from accord.contract.media_types import essence, is_json
from accord.contract.model import Operation, Parameter
from accord.contract.schema import JsonValue, Schema
from accord.contract.schemas.samples import NoSampleError, Sampler
from accord.testing.expressions import as_text

_FORM: Final = "application/x-www-form-urlencoded"


class CannotBuildError(ValueError):
    """No request can be made; the text says what is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A request: URL, headers and body. ``known`` tells whether everything in it was given, so that nothing was sampled."""

    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    known: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The values that are known of a request: parameters by location and name, and a body with its media type."""

    parameters: Mapping[tuple[str, str], JsonValue] = field(default_factory=dict[tuple[str, str], JsonValue])
    body: bytes | None = None
    media_type: str = "application/json"


def build_request(operation: Operation, base_url: str, sampler: Sampler, given: Given) -> Built:
    """A request for *operation*: given values, samples for what else is required, and nothing that is optional.

    Raises:
        CannotBuildError: a value is of a kind that no style writes here, or nothing can be sampled.
    """
    path = operation.path
    query: list[str] = []
    headers: list[tuple[str, str]] = []
    cookies: list[str] = []
    known = True
    for parameter in operation.parameters:
        key = (parameter.location, parameter.name)
        if key not in given.parameters and not parameter.required:
            continue
        known = known and key in given.parameters
        value = given.parameters[key] if key in given.parameters else _sampled(parameter, sampler)
        match parameter.location:
            case "path":
                # A plain replacement is enough: values are percent-encoded, so none brings braces of its
                # own.
                path = path.replace("{" + parameter.name + "}", _in_path(parameter, value))
            case "query":
                query.extend(_in_query(parameter, value))
            case "header":
                headers.append((parameter.name, _joined(parameter, value)))
            case "cookie":
                cookies.append(f"{parameter.name}={quote(_joined(parameter, value), safe='')}")
            case "querystring":
                raise CannotBuildError(f"the parameter {parameter.name!r} is a whole query string")
    if cookies:
        headers.append(("Cookie", "; ".join(cookies)))
    body, media_type, was_given = _body(operation, sampler, given)
    if body is not None:
        headers.append(("Content-Type", media_type))
    url = base_url + path + ("?" + "&".join(query) if query else "")
    return Built(url=url, headers=tuple(headers), body=body, known=known and was_given)


def _sampled(parameter: Parameter, sampler: Sampler) -> JsonValue:
    """A sampled value of a parameter."""
    schema = parameter.content[0].schema if parameter.content else parameter.schema
    return "accord" if schema is None else _sample(schema, sampler, f"parameter {parameter.name!r}")


def _sample(schema: Schema, sampler: Sampler, what: str) -> JsonValue:
    """A sample of *schema*; *what* names it in an error."""
    try:
        return sampler.sample(schema, seed=what)
    except NoSampleError as error:
        raise CannotBuildError(f"no {what}: {error}") from error


def _body(operation: Operation, sampler: Sampler, given: Given) -> tuple[bytes | None, str, bool]:
    """The body, its media type, and whether it was given."""
    if given.body is not None:
        return given.body, given.media_type, True
    if operation.body is None or not operation.body.required:
        return None, "", True
    for entry in operation.body.content:
        name = essence(entry.name)
        if entry.schema is None or not (is_json(name) or name == _FORM):
            continue
        value = _sample(entry.schema, sampler, "body")
        if is_json(name):
            return json.dumps(value).encode(), entry.name, False
        if isinstance(value, dict) and not any(isinstance(member, dict | list) for member in value.values()):
            return urlencode({k: as_text(v) for k, v in value.items()}).encode(), entry.name, False
    raise CannotBuildError("no body that could be sampled is documented")


def _scalars(parameter: Parameter, value: JsonValue) -> list[str]:
    """A scalar or a list of scalars as texts."""
    if parameter.content:
        return [json.dumps(value)]
    items = value if isinstance(value, list) else [value]
    if any(isinstance(item, dict | list) for item in items):
        raise CannotBuildError(f"the parameter {parameter.name!r} is an object")
    return [as_text(item) for item in items]


def _joined(parameter: Parameter, value: JsonValue) -> str:
    """A value in one text, items with commas between them."""
    return ",".join(_scalars(parameter, value))


def _in_path(parameter: Parameter, value: JsonValue) -> str:
    """A value as its segment of the path."""
    texts = [quote(text, safe="") for text in _scalars(parameter, value)]
    if texts in ([""], []):
        # An empty segment makes another path.
        raise CannotBuildError(f"the path parameter {parameter.name!r} is empty")
    match parameter.style:
        case "label":
            return "." + ("." if parameter.explode else ",").join(texts)
        case "matrix":
            if parameter.explode:
                return "".join(f";{parameter.name}={text}" for text in texts)
            return f";{parameter.name}={','.join(texts)}"
        case _:
            return ",".join(texts)


def _in_query(parameter: Parameter, value: JsonValue) -> Iterator[str]:
    """A value as its pieces of the query."""
    name = quote(parameter.name, safe="")
    texts = [quote(text, safe="") for text in _scalars(parameter, value)]
    if parameter.explode or not isinstance(value, list):
        yield from (f"{name}={text}" for text in texts)
        return
    # A bare bar is no character of a URI (RFC 3986).
    between = {"spaceDelimited": "%20", "pipeDelimited": "%7C"}.get(parameter.style, ",")
    yield f"{name}={between.join(texts)}"
