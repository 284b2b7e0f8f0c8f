"""Checks of one exchange against the contract: status, media type, headers, body, ``Allow`` and problems."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from accord.contract.media_types import is_json
from accord.contract.model import Header, MediaType, Response
from accord.contract.schema import JsonValue, Schema
from accord.testing.contract import Contract, find_media_type, find_response
from accord.testing.exchange import Exchange
from accord.testing.judge import parse_json
from accord.testing.options import Rejections
from accord.testing.problems import (
    PROBLEM_MEDIA_TYPE,
    explanation,
    is_rejection,
    is_server_rejection,
    problem_of,
)

_BODILESS: Final = frozenset({204, 205, 304})
_CONDITIONS: Final = ("if-none-match", "if-modified-since")
_MESSAGE_LIMIT: Final = 400


@dataclass(frozen=True, slots=True)
class Breach:
    """One way in which an exchange breaks the contract: what a check reports. The collector makes a finding of it."""

    code: str
    clause: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The contract to check against, and how strictly: which undocumented rejections are accepted, and what is too slow."""

    contract: Contract
    rejections: Rejections = "problems"
    slow_after: float | None = None

    def accepts_undocumented(self, exchange: Exchange) -> bool:
        """Whether the response is a rejection that need not be documented."""
        response = exchange.response
        return is_server_rejection(response) or (self.rejections == "problems" and is_rejection(response))

    def clause(self, exchange: Exchange, *steps: str) -> str:
        """Pointer of a clause below the exchange's operation."""
        return self.contract.clauses.pointer(exchange.operation.pointer, *steps)


def check_exchange(rules: Rules, exchange: Exchange) -> Iterator[Breach]:
    """Every breach of the contract that shows in one exchange."""
    response = exchange.response
    if response.status == 405:
        yield from _allow(rules, exchange)
    # Of answers to any method: a rejection does not belong to an operation, but has its form all the same.
    problems = tuple(_problem(rules, exchange))
    yield from problems
    if not exchange.is_own_method or any(breach.code == "problem-media-type" for breach in problems):
        return  # A problem under the wrong media type is told once, not also as an undocumented response.
    promised = find_response(exchange.operation, response.status)
    if response.status >= 500:
        yield from _server_error(rules, exchange, promised)
    if response.status == 501 and (promised is None or promised.status != "501"):
        return  # What a range or `default` promises is that of an operation which is there.
    if promised is not None:
        yield from _response(rules, exchange, promised)
    elif not exchange.operation.responses:
        pass  # OpenAPI 3.1 lets an operation promise nothing; `accord validate` says so.
    elif response.status < 500 and not rules.accepts_undocumented(exchange):
        documented = ", ".join(r.status for r in exchange.operation.responses)
        yield Breach(
            "response-status-undocumented",
            rules.clause(exchange, "responses"),
            f"answered {response.status}, documented are {documented}",
        )
    if response.status == 304 and not any(exchange.header(name) for name in _CONDITIONS):
        yield Breach(
            "not-modified-wrong",
            _status_clause(rules, exchange),
            "answered 304 to a request without a condition",
        )
    if rules.slow_after is not None and not response.cut_short and response.seconds > rules.slow_after:
        yield Breach("response-slow", rules.clause(exchange), f"took longer than {rules.slow_after:g} s")


def _server_error(rules: Rules, exchange: Exchange, response: Response | None) -> Iterator[Breach]:
    """500 is never right, documented or not; 501 is an operation that is not there; others must be documented."""
    status = exchange.response.status
    if status == 501:
        yield Breach(
            "operation-not-implemented",
            rules.clause(exchange),
            "answered 501: nothing implements the operation",
        )
    elif status == 500 or (
        (response is None or response.status == "default") and not rules.accepts_undocumented(exchange)
    ):
        yield Breach(
            "server-error",
            rules.clause(exchange, "responses"),
            f"answered {status}{explanation(exchange.response)}",
        )


def _allow(rules: Rules, exchange: Exchange) -> Iterator[Breach]:
    """RFC 9110 section 15.5.6: a 405 lists the methods that there are."""
    clause = rules.clause(exchange).rpartition("/")[0]
    allow = exchange.response.header("allow")
    if allow is None:
        yield Breach("allow-missing", clause, "answered 405 without an Allow header")
        return
    listed = {method.strip() for method in allow.split(",")}
    declared = rules.contract.methods[exchange.operation.path]
    if missing := sorted(declared - listed):
        yield Breach("allow-incomplete", clause, f"Allow: {allow} does not list {', '.join(missing)}")
    documented = exchange.is_own_method and any(r.status == "405" for r in exchange.operation.responses)
    if exchange.method in declared and not documented:
        yield Breach(
            "method-rejected",
            rules.contract.clauses.pointer(clause, exchange.method.lower()),
            f"answered 405 to {exchange.method}, which is declared",
        )


def _problem(rules: Rules, exchange: Exchange) -> Iterator[Breach]:
    """A problem of RFC 9457 has its own media type and repeats the status of its response."""
    response = exchange.response
    if response.status < 400 or not is_json(response.media_type):
        return
    problem = problem_of(response)
    if problem is None:
        if response.media_type == PROBLEM_MEDIA_TYPE and not response.body.strip():
            yield Breach("problem-malformed", _status_clause(rules, exchange), "an empty problem")
        return
    if response.media_type != PROBLEM_MEDIA_TYPE and {"type", "title", "status"} <= problem.keys():
        promised = find_response(exchange.operation, response.status)
        declared = promised is not None and find_media_type(promised.content, response.media_type or "")
        if not declared:
            yield Breach(
                "problem-media-type",
                _status_clause(rules, exchange),
                f"a problem was sent as {response.media_type} instead of {PROBLEM_MEDIA_TYPE}",
            )
    elif (
        response.media_type == PROBLEM_MEDIA_TYPE
        and problem.get("status", response.status) != response.status
    ):
        yield Breach(
            "problem-status",
            _status_clause(rules, exchange),
            f"the problem says status {problem.get('status')}, the response {response.status}",
        )


def _status_clause(rules: Rules, exchange: Exchange) -> str:
    """Pointer of the response that documents the status; of all responses where none does."""
    response = find_response(exchange.operation, exchange.response.status)
    return rules.clause(exchange, "responses", *([response.status] if response is not None else []))


def _response(rules: Rules, exchange: Exchange, promised: Response) -> Iterator[Breach]:
    """Breaches of one documented response: its headers, its media type, its body."""
    written = rules.contract.clauses.value(rules.clause(exchange, "responses"))
    # The key as the document has it: the IR writes ranges in capitals.
    keys = (
        key
        for key in (written if isinstance(written, dict) else {})
        if key.upper() == promised.status.upper()
    )
    clause = rules.clause(exchange, "responses", next(keys, promised.status))
    yield from _headers(rules, exchange, promised, clause)
    response = exchange.response
    # RFC 9110, sections 9.3.2, 15.3.5, 15.3.6 and 15.4.5: such a response never has content.
    if exchange.method == "HEAD" or response.status in _BODILESS:
        if response.body:
            yield Breach("response-body-unexpected", clause, f"a {response.status} has no body, this one has")
        return
    if not promised.content:
        # Nothing is said about the body: that of a rejection may tell what was wrong.
        # OpenAPI, Response Object: without `content` no body is described.
        if response.body and not rules.accepts_undocumented(exchange):
            yield Breach(
                "response-body-unexpected",
                clause,
                f"answered {response.status} with a body ({response.media_type}), none is documented",
            )
        return
    documented = ", ".join(entry.name for entry in promised.content)
    entry = find_media_type(promised.content, response.media_type or "")
    if response.media_type is None or entry is None:
        without = "without a media type" if response.body else "without a body"
        how = without if response.media_type is None else f"with {response.media_type}"
        message = f"answered {response.status} {how}, documented is {documented}"
        yield Breach("response-media-type", f"{clause}/content", message)
        return
    yield from _body(rules, exchange, entry, rules.contract.clauses.pointer(clause, "content", entry.name))


def _body(rules: Rules, exchange: Exchange, entry: MediaType, clause: str) -> Iterator[Breach]:
    """Breaches of the schema of a JSON body."""
    if entry.schema is None or not is_json(exchange.response.media_type):
        return
    try:
        value = parse_json(exchange.response.body)
    except ValueError as error:
        yield Breach("response-body-malformed", clause, f"the body is not JSON: {error}")
        return
    yield from check_value(rules, entry.schema, value, rules.contract.clauses.pointer(clause, "schema"))


def check_value(rules: Rules, schema: Schema, value: JsonValue, clause: str) -> Iterator[Breach]:
    """How a body (or an event's data) breaks its schema in the response view, one breach for each broken keyword."""
    seen: set[str] = set()
    for violation in rules.contract.violations(schema, "response", value):
        pointer = rules.contract.clauses.pointer(clause, *violation.keyword)
        # A list of a hundred wrong items breaks one keyword a hundred times; one finding is enough.
        if pointer in seen:
            continue
        seen.add(pointer)
        where = violation.place or "the body"
        declared = rules.contract.clauses.value(pointer)
        # In the response view a writeOnly property has the schema `false`, where the document has a real
        # one.
        if violation.kind == "falseSchema" and isinstance(declared, dict):
            yield Breach(
                "response-write-only", pointer, f"{where} is writeOnly and must never leave the service"
            )
        else:
            message = f"{where}: {violation.message}"[:_MESSAGE_LIMIT]
            yield Breach("response-body-invalid", pointer, message)


def _headers(rules: Rules, exchange: Exchange, response: Response, clause: str) -> Iterator[Breach]:
    """Breaches of declared headers."""
    for header in response.headers:
        if header.name.lower() == "content-type":
            continue  # OpenAPI: it shall be ignored; `content` says it.
        text = exchange.response.header(header.name)
        place = rules.contract.clauses.pointer(clause, "headers", header.name)
        if text is None:
            if header.required:
                yield Breach(
                    "response-header-missing",
                    place,
                    f"answered {exchange.response.status} without the required header {header.name}",
                )
        elif (message := _header_problem(rules.contract, header, text)) is not None:
            yield Breach("response-header-invalid", place, f"{header.name}: {message}")


def _header_problem(contract: Contract, header: Header, text: str) -> str | None:
    """What is wrong with the text of a header; ``None`` if nothing is, or if nobody can tell."""
    if header.content:
        entry = header.content[0]
        if entry.schema is None or not is_json(entry.name):
            return None
        try:
            value = parse_json(text.encode())
        except ValueError as error:
            return f"{text!r} is not JSON: {error}"
        schema, alternatives = entry.schema, [value]
    elif header.schema is None:
        return None
    else:
        schema, alternatives = header.schema, _header_alternatives(contract.types(header.schema), text)
    if not alternatives or any(contract.is_valid(schema, "response", value) for value in alternatives):
        return None
    return next(contract.violations(schema, "response", alternatives[0])).message[:_MESSAGE_LIMIT]


def _header_alternatives(types: frozenset[str], text: str) -> list[JsonValue]:
    """What a header of style ``simple`` may mean under a schema of these types; nothing: not looked at."""
    if "object" in types:
        return []
    # A text such as `12` may be a number or a string: the schema decides, and either reading may satisfy
    # it.
    readers: list[Callable[[str], JsonValue]] = [_scalar, str]
    if "array" in types:
        items = [item.strip() for item in text.split(",")]
        return [[read(item) for item in items] for read in readers]
    if types == frozenset({"string"}):
        return [text]
    return [read(text) for read in readers]


def _scalar(text: str) -> JsonValue:
    """The number, boolean or null that *text* spells, otherwise the text."""
    try:
        value = parse_json(text.encode())
    except ValueError:
        return text
    return text if isinstance(value, (dict, list)) else value
