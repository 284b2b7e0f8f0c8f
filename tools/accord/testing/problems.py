"""Rejections: responses that a service may give before the operation sees the request, documented or not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from accord.contract.schema import JsonValue
from accord.testing.exchange import Response
from accord.testing.judge import parse_json

PROBLEM_MEDIA_TYPE: Final = "application/problem+json"

# A test holds this against the table of the runtime, which is not imported: it would bring FastAPI into every pytest run
# of a project that uses the plugin.
REJECTION_STATUSES: Final = frozenset({400, 401, 403, 404, 405, 406, 413, 414, 415, 422, 429, 431, 503})
"""What Accord's runtime answers by itself, and what the server in front of it does (414, 431)."""

DATA_REJECTIONS: Final = frozenset({400, 405, 406, 413, 414, 415, 422, 431})
"""Statuses that say "this request is malformed": a valid request must not get one."""

_EXPLANATION_LIMIT: Final = 300
_SERVER_REJECTION: Final = b"Invalid HTTP request received."


def problem_of(response: Response) -> Mapping[str, JsonValue] | None:
    """The body of a response as a problem of RFC 9457; ``None`` if it is no JSON object with a problem's members."""
    try:
        value = parse_json(response.body)
    except ValueError:
        return None
    # All members of a problem are optional (RFC 9457, section 3.1): these tell it from other JSON well
    # enough.
    if isinstance(value, dict) and "title" in value and ("status" in value or "type" in value):
        return value
    return None


def explanation(response: Response) -> str:
    """What the service says about an error, as the end of a sentence; empty where it says nothing in a problem."""
    problem = problem_of(response)
    if problem is None:
        return ""
    said = "; ".join(str(problem[key]) for key in ("title", "detail") if problem.get(key))
    return f": {said}"[:_EXPLANATION_LIMIT]


def is_rejection(response: Response) -> bool:
    """Whether a response is a well-formed problem under a status of the rejections table."""
    if response.status not in REJECTION_STATUSES or response.media_type != PROBLEM_MEDIA_TYPE:
        return False
    problem = problem_of(response)
    return problem is not None and problem.get("status", response.status) == response.status


def is_server_rejection(response: Response) -> bool:
    """Whether uvicorn itself rejected the bytes: the application never saw such a request."""
    return response.status == 400 and response.body.strip() == _SERVER_REJECTION
