"""All parameters of an operation, read in one pass, checked by one call of the guard, and converted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any, TypeAlias, assert_never
from urllib.parse import unquote_plus

from accord.runtime.alternatives import FromParts, compile_alternatives, same_everywhere
from accord.runtime.convert import Convert, compile_convert
from accord.runtime.declare import ABSENT, Absent, Array, Json, Location, Object, Operation, Parameter
from accord.runtime.faults import pointer_of
from accord.runtime.guard import Guard
from accord.runtime.problems import InvalidPart, Rejection, RejectionKind
from accord.runtime.request import COOKIE, Parts, not_utf8, split_pairs, text_header
from accord.runtime.settings import RuntimeSettings
from accord.runtime.strict_json import JsonValue
from accord.runtime.styles import compile_pairs, compile_text, compile_unclaimed
from accord.runtime.wire import WireError, compile_members, compile_plain, decode, one_of

ReadParameters: TypeAlias = Callable[[Parts], dict[str, Any]]  # Any: the types of the contract


CompiledParameter: TypeAlias = tuple[
    Location, str, str, FromParts, Convert | None, Callable[[], Any]
]  # Any: the type of the contract
"""One parameter: its location, name and argument; where its JSON value comes from, its converter, and its default. A tuple is
unpacked faster than attributes are read, and this happens for every request."""


def wanted_headers(operation: Operation) -> frozenset[bytes]:
    """Lower-case names of the headers from which the parameters of *operation* are read."""
    names = {p.name.lower().encode("latin-1") for p in operation.parameters if p.location == "header"}
    if any(p.location == "cookie" for p in operation.parameters):
        names.add(COOKIE)
    return frozenset(names)


def compile_parameters(
    operation: Operation, path_names: Sequence[str], guard: Guard, settings: RuntimeSettings
) -> ReadParameters:
    """Compile the parameters of *operation* into one reader, which returns keyword arguments for the implementation.

    The reader raises :class:`Rejection`: 422 with everything that is wrong, 400 where text is not UTF-8.
    """
    read: ReadParameters | None = None
    if operation.parameters:
        parameters = tuple(
            _compile_parameter(p, operation, path_names, guard, settings) for p in operation.parameters
        )
        read = _compile_read(parameters, guard.require(f"{operation.key}.parameters"), guard)
    if settings.undeclared_query == "ignore":
        return read or (lambda parts: {})
    reject_undeclared = _compile_undeclared(operation)

    def read_declared(parts: Parts) -> dict[str, Any]:  # Any: see ReadParameters
        reject_undeclared(parts)
        return {} if read is None else read(parts)

    return read_declared


def _compile_read(parameters: Sequence[CompiledParameter], key: str, guard: Guard) -> ReadParameters:
    """The reader of *parameters*: extract, check all by the entry *key* of the guard, convert."""
    valid = guard.valid
    locations: tuple[Location, ...] = tuple(dict.fromkeys(location for location, *_ in parameters))

    def read(parts: Parts) -> dict[str, Any]:  # Any: see ReadParameters
        instance: dict[str, dict[str, Any]] = {location: {} for location in locations}
        arguments: dict[str, Any] = {}
        errors: list[InvalidPart] | None = None
        typed: list[tuple[str, Convert, Any]] = []
        for location, name, argument, extract, convert, default in parameters:
            try:
                value = extract(parts)
            except WireError as error:
                errors = [] if errors is None else errors
                errors.append(InvalidPart(f"{location}.{name}", "", str(error)))
                continue
            except UnicodeDecodeError:
                raise not_utf8(f"{location} parameter {name}") from None
            # What is absent is left out, so that `required` in the guard's schema reports it.
            if value is ABSENT:
                arguments[argument] = default()
            else:
                instance[location][name] = value
                if convert is None:
                    arguments[argument] = value
                else:
                    typed.append((argument, convert, value))
        # One call of the guard for all parameters: the call itself is most of its price.
        if errors is not None or not valid({key: instance}):
            raise _invalid(key, instance, errors or [], guard)
        # Only now: a type may assume what the guard has checked.
        for argument, convert, value in typed:
            arguments[argument] = convert(value)
        return arguments

    return read


def _invalid(key: str, instance: dict[str, Any], errors: list[InvalidPart], guard: Guard) -> Rejection:
    """Everything that is wrong with the parameters; one that could not be read is not reported as missing too."""
    seen = {part.location for part in errors}
    parts = list(errors)
    for path, reason in guard.faults(key, instance):
        place = ".".join(map(str, path[:2]))
        if place not in seen:
            parts.append(InvalidPart(place, pointer_of(path[2:]), reason))
    return Rejection(RejectionKind.INVALID, errors=sorted(parts))


def _compile_parameter(
    parameter: Parameter,
    operation: Operation,
    path_names: Sequence[str],
    guard: Guard,
    settings: RuntimeSettings,
) -> CompiledParameter:
    """Everything about one parameter that can be known before a request comes."""
    place = f"{parameter.location}.{parameter.name}"
    convert = None if parameter.type is None else compile_convert(parameter.type, place, guard)
    extract = compile_alternatives(
        parameter.wire,
        lambda reading: _compile_extract(replace(parameter, wire=reading), operation, path_names, settings),
        guard,
    )
    default = _compile_default(parameter.default, convert)
    return parameter.location, parameter.name, parameter.argument, extract, convert, default


# Any: the type of the contract
def _compile_default(default: JsonValue | Absent, convert: Convert | None) -> Callable[[], Any]:
    """What an absent parameter is. A list or an object is new each time: an implementation may change its own."""
    if isinstance(default, Absent):
        return lambda: None
    if convert is not None:
        return lambda: convert(default)
    if isinstance(default, list | dict):
        return lambda: deepcopy(default)
    return lambda: default


def _compile_extract(
    parameter: Parameter, operation: Operation, path_names: Sequence[str], settings: RuntimeSettings
) -> FromParts:
    """The extractor of one reading, by where the parameter stands."""
    match parameter.location:
        case "path":
            places = [index for index, name in enumerate(path_names) if name == parameter.name]
            read, index = compile_text(parameter), places[0]
            if len(places) > 1:
                return same_everywhere(places, read)
            return lambda parts: read(parts.path[index])
        case "header":
            return _compile_header(parameter, settings)
        case "query" | "cookie" as location:
            here = frozenset(other.name for other in operation.parameters if other.location == location)
            extract = compile_pairs(parameter, settings.repeated_parameter, here - {parameter.name})
            if location == "query":
                return lambda parts: extract(parts.query)
            return lambda parts: extract(parts.cookies)
        case "querystring":
            return _compile_whole_query(parameter)
        case _:
            assert_never(parameter.location)


def _compile_header(parameter: Parameter, settings: RuntimeSettings) -> FromParts:
    """The extractor of a header, which may come as several lines."""
    key = parameter.name.lower().encode("latin-1")
    read = compile_text(parameter)
    list_valued = isinstance(parameter.wire, Array | Object)

    def extract(parts: Parts) -> Any:  # Any: JSON, or ABSENT
        raw = parts.headers.get(key)
        if raw is None:
            return ABSENT
        if parts.repeated is not None and key in parts.repeated and not list_valued:
            # `Parts` has joined them, as a list-valued header wants it.
            values: list[bytes] = [value for name, value in parts.scope["headers"] if name == key]
            raw = one_of(values, settings.repeated_parameter)
        return read(text_header(raw))

    return extract


def _compile_whole_query(parameter: Parameter) -> FromParts:
    """The whole query as one value (OpenAPI 3.2, ``in: querystring``)."""
    if isinstance(parameter.wire, Object):
        members = compile_members(parameter.wire)

        def form(parts: Parts) -> Any:  # Any: JSON, or ABSENT
            pairs = split_pairs(parts.scope["query_string"], "query")
            found = [(name, decode(text)) for name, texts in pairs.items() for text in texts]
            return members(found) if found else ABSENT

        return form
    read, json = compile_plain(parameter.wire), isinstance(parameter.wire, Json)

    def whole(parts: Parts) -> Any:  # Any: JSON, or ABSENT
        raw = parts.scope["query_string"]
        if not raw:
            return ABSENT
        text = raw.decode("utf-8")
        return read(decode(text) if json else unquote_plus(text, errors="strict"))

    return whole


def _compile_undeclared(operation: Operation) -> Callable[[Parts], None]:
    """Rejects query parameters that the contract does not declare, without naming them: they are input."""
    # A parameter that is the whole query takes every name.
    if any(p.location == "querystring" for p in operation.parameters):
        return lambda parts: None
    schemes = [use.scheme for alternative in operation.security for use in alternative]
    unclaimed = compile_unclaimed(
        (p for p in operation.parameters if p.location == "query"),
        (scheme.parameter for scheme in schemes if scheme.location == "query"),
    )

    def reject(parts: Parts) -> None:
        if unknown := unclaimed(parts.query):
            reason = f"has {len(unknown)} parameter{'s' if len(unknown) > 1 else ''} that the contract does not declare"
            raise Rejection(RejectionKind.INVALID, errors=[InvalidPart("query", "", reason)])

    return reject
