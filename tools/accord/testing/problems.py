"""Refusals: responses that a service may give before the operation sees the request, documented or not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from accord.contract.schema import JsonValue
from accord.testing.exchange import Answer
from accord.testing.judge import parse_json

PROBLEM_MEDIA_TYPE: Final = "application/problem+json"

# A test holds this against the table of the runtime, which is not imported: it would bring FastAPI into every pytest run
# of a project that uses the plugin.
REFUSAL_STATUSES: Final = frozenset({400, 401, 403, 404, 405, 406, 413, 414, 415, 422, 429, 431, 503})
"""What Accord's runtime answers by itself, and what the server in front of it does (414, 431)."""

DATA_REFUSALS: Final = frozenset({400, 405, 406, 413, 414, 415, 422, 431})
"""Statuses that say "this request is malformed": a valid request must not get one."""

_EXPLANATION_LIMIT: Final = 300
_SERVER_REFUSAL: Final = b"Invalid HTTP request received."


def problem_of(answer: Answer) -> Mapping[str, JsonValue] | None:
    """The body of an answer as a problem of RFC 9457; ``None`` if it is no JSON object with a problem's members."""
    try:
        value = parse_json(answer.body)
    except ValueError:
        return None
    # All members of a problem are optional (RFC 9457, section 3.1): these tell it from other JSON well
    # enough.
    if isinstance(value, dict) and "title" in value and ("status" in value or "type" in value):
        return value
    return None


def explanation(answer: Answer) -> str:
    """What the service says about an error, as the end of a sentence; empty where it says nothing in a problem."""
    problem = problem_of(answer)
    if problem is None:
        return ""
    said = "; ".join(str(problem[key]) for key in ("title", "detail") if problem.get(key))
    return f": {said}"[:_EXPLANATION_LIMIT]


def is_refusal(answer: Answer) -> bool:
    """Whether an answer is a well-formed problem under a status of the refusals table."""
    if answer.status not in REFUSAL_STATUSES or answer.media_type != PROBLEM_MEDIA_TYPE:
        return False
    problem = problem_of(answer)
    return problem is not None and problem.get("status", answer.status) == answer.status


def is_server_refusal(answer: Answer) -> bool:
    """Whether uvicorn itself refused the bytes: the application never saw such a request."""
    return answer.status == 400 and answer.body.strip() == _SERVER_REFUSAL
