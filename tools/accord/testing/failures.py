"""Judges the failures that Schemathesis reports: gives each a code and a clause, and excuses those that the contract does not
support.

Schemathesis labels a request before it is serialised. :func:`assess` looks at the request as it was sent and at what
the contract really says, and excuses a failure where the two do not support it. Excuses are listed in the report.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from schemathesis.core.failures import AcceptedNegativeData, Failure
from schemathesis.openapi.checks import (
    AllowHeaderMismatch,
    EnsureResourceAvailability,
    IgnoredAuth,
    JsonSchemaError,
    MissingHeaderNotRejected,
    ObjectLevelAuthorizationViolation,
    RejectedPositiveData,
    UndefinedStatusCode,
    UnsupportedMethodResponse,
    UseAfterFree,
)

from accord.contract.model import OAuth2Scheme
from accord.testing.checks import Breach, Rules
from accord.testing.contract import find_media_type, find_response
from accord.testing.credentials import Credentials
from accord.testing.exchange import Exchange
from accord.testing.judge import judge
from accord.testing.problems import explanation, is_server_rejection

_CODES: Final[Mapping[str, str]] = {
    "UndefinedStatusCode": "response-status-undocumented",
    "MissingContentType": "response-media-type",
    "UndefinedContentType": "response-media-type",
    "MalformedMediaType": "response-media-type",
    "MissingHeaders": "response-header-missing",
    "MalformedJson": "response-body-malformed",
    "ContentDeserializationError": "response-body-malformed",
    "JsonSchemaError": "response-body-invalid",
    "DiscriminatorMismatch": "response-body-invalid",
    "ServerError": "server-error",
    "ContentTypeServerError": "server-error",
    "AcceptedNegativeData": "invalid-request-accepted",
    "RejectedPositiveData": "valid-request-rejected",
    "MissingHeaderNotRejected": "required-header-ignored",
    "UseAfterFree": "deleted-still-there",
    "EnsureResourceAvailability": "created-not-there",
    "IgnoredAuth": "auth-ignored",
    "ObjectLevelAuthorizationViolation": "object-authorization-ignored",
    "UnsupportedMethodResponse": "method-undeclared-answered",
    "AllowHeaderMismatch": "allow-incomplete",
    "ResponseTimeExceeded": "response-slow",
}
UNDOCUMENTED_REJECTION: Final = "an error response in the form of RFC 9457 need not be documented"
_MESSAGE_LIMIT: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """A failure as a breach of the contract; ``excuse`` says why it does not count, and is empty where it does."""

    breach: Breach
    excuse: str = ""


def assess(rules: Rules, credentials: Credentials, failure: Failure, exchange: Exchange) -> Assessment:
    """Judge one failure by the exchange that it is about."""
    code = _code(failure)
    message = " ".join(f"{failure.title}: {failure.message}".split())[:_MESSAGE_LIMIT]
    clause = _clause(rules, failure, exchange)
    excuse = ""
    match failure:
        case _ if is_server_rejection(exchange.response):
            excuse = "the server rejected the bytes before the application saw the request"
        # 501 is a finding of its own, `operation-not-implemented`.
        case UndefinedStatusCode() if rules.accepts_undocumented(exchange) or exchange.response.status == 501:
            excuse = UNDOCUMENTED_REJECTION
        case UndefinedStatusCode() if not exchange.operation.responses and exchange.response.status < 500:
            excuse = "the operation documents no response"
        case JsonSchemaError() if _is_stream_as_text(rules, exchange):
            excuse = "the schema is that of the stream as one text, not of an event"
        case RejectedPositiveData():
            excuse = _rejected(rules, exchange)
            message = (
                f"answered {exchange.response.status} to a valid request{explanation(exchange.response)}"
            )
        case IgnoredAuth() if credentials.are_in(exchange):
            # Schemathesis takes API keys and http credentials away, not the token of an alternative beside them.
            excuse = (
                "the request still carries genuine credentials of an alternative; a probe asks without any"
            )
        case AcceptedNegativeData() | MissingHeaderNotRejected():
            opinion = judge(rules.contract, exchange)
            if opinion.verdict != "invalid":
                excuse = "the request as it was sent satisfies the contract, or it cannot be determined"
            else:
                clause = opinion.clause or clause
                message = f"answered {exchange.response.status} to an invalid request: {opinion.reason}"
        case _:
            pass
    return Assessment(breach=Breach(code, clause, message), excuse=excuse)


def _is_stream_as_text(rules: Rules, exchange: Exchange) -> bool:
    """Whether a `schema` of `text/event-stream` describes the whole body, as OpenAPI says: Schemathesis takes it for that
    of each event, an object, so that one for a text never fits."""
    response = exchange.response
    promised = find_response(exchange.operation, response.status)
    if response.media_type != "text/event-stream" or promised is None:
        return False
    entry = find_media_type(promised.content, response.media_type)
    if entry is None or entry.schema is None or entry.item_schema is not None:
        return False
    return rules.contract.types(entry.schema) == frozenset({"string"})


def _code(failure: Failure) -> str:
    """Accord's code for a failure."""
    name = type(failure).__name__
    if isinstance(failure, UnsupportedMethodResponse) and failure.failure_reason == "missing_allow_header":
        return "allow-missing"
    if isinstance(failure, JsonSchemaError) and "header" in failure.title.lower():
        return "response-header-invalid"
    # A check that a later version of Schemathesis adds gets a code by itself, and is not lost.
    return _CODES.get(name) or "schemathesis-" + re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


def _rejected(rules: Rules, exchange: Exchange) -> str:
    """Why a rejection of data that was meant to be valid does not count; empty where it does."""
    opinion = judge(rules.contract, exchange)
    if opinion.verdict != "valid":
        return "the request as it was sent breaks the contract, or it cannot be determined"
    if not any(r.status[0] in "123d" for r in exchange.operation.responses):
        return "the operation documents errors alone"
    if exchange.response.status in {400, 422} and _issues_tokens(rules, exchange):
        return "a token operation rejects credentials that do not exist"
    return ""


def _issues_tokens(rules: Rules, exchange: Exchange) -> bool:
    """Whether the operation is the tokenUrl of a flow: RFC 6749 answers 400 to wrong credentials."""
    urls = [
        url
        for scheme in rules.contract.api.security_schemes.values()
        if isinstance(scheme, OAuth2Scheme)
        for flow in scheme.flows
        for url in (flow.token_url, flow.refresh_url)
        if url
    ]
    path = exchange.operation.path.strip("/")
    return any(
        url.partition("?")[0].rstrip("/").endswith("/" + path) or url.strip("/") == path for url in urls
    )


def _clause(rules: Rules, failure: Failure, exchange: Exchange) -> str:
    """Pointer of the clause that a failure is about."""
    match failure:
        case RejectedPositiveData():
            steps: tuple[str, ...] = ("requestBody",) if exchange.operation.body is not None else ()
        case IgnoredAuth() | ObjectLevelAuthorizationViolation():
            steps = ("security",)
        case UseAfterFree() | EnsureResourceAvailability():
            steps = ("responses",)
        case UnsupportedMethodResponse() | AllowHeaderMismatch():
            return rules.clause(exchange).rpartition("/")[0]
        case _:
            response = find_response(exchange.operation, exchange.response.status)
            steps = ("responses", *([response.status] if response is not None else []))
    return rules.clause(exchange, *steps)
