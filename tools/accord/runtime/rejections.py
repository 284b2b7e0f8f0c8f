"""Rejections of one operation: under the status and with the body that its contract documents, else as RFC 9457."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

import msgspec
from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from accord.runtime import declare
from accord.runtime.errors import Errors
from accord.runtime.guard import Guard
from accord.runtime.media_types import is_json, parse_media_type
from accord.runtime.problems import PROBLEM_MEDIA_TYPE, Rejection
from accord.runtime.replies import ContractViolation, RawHeaders, Reply, raw_header

logger: Final = logging.getLogger("accord.runtime")
_encode: Final = msgspec.json.Encoder().encode


Documented: TypeAlias = tuple[str, str | None]
"""A response under which a rejection may be sent: its JSON media type, and the guard entry of that."""


class RejectionWriter:
    """Writes the rejections of one operation. Without documented responses (no operation was reached) it writes problems of RFC
    9457."""

    def __init__(
        self, guard: Guard, errors: Errors | None, limit: int, responses: Sequence[declare.Response] = ()
    ) -> None:
        self._guard = guard
        self._errors = errors
        self._limit = limit
        self._documented: Mapping[int | str, Documented] = {
            _normal(response.status): documented
            for response in responses
            if (documented := _documented(response)) is not None
        }

    def reply(self, rejection: Rejection) -> Reply:
        """The reply for *rejection*."""
        more = len(rejection.errors) - self._limit
        if more > 0:
            rejection.errors = rejection.errors[: self._limit]
            rejection.detail = f"{rejection.detail} {more} more errors are left out."
        # The contract comes first: a client that knows the documented form of an error gets that one, and
        # the form of the runtime only where none is documented.
        for status in rejection.tries:
            documented = self._documented.get(status)
            if documented is None:
                continue
            media_type, key = documented
            sent = status if isinstance(status, int) else rejection.status
            body = self._body(rejection, sent, key)
            if body is not None:
                return Reply(sent, _headers(rejection, media_type), body)
        body = _encode(rejection.to_problem())
        return Reply(rejection.status, _headers(rejection, PROBLEM_MEDIA_TYPE), body)

    def _body(self, rejection: Rejection, status: int, key: str | None) -> bytes | None:
        """The body of a documented response; ``None`` where nothing fits its schema, the guard entry *key*."""
        document: Any = rejection.to_problem(status)  # Any: JSON
        if key is None or self._guard.valid({key: document}):
            return _encode(document)
        # A closed schema rejects members such as `trace_id`; the problem without them is better than none.
        if rejection.extensions:
            bare = {name: value for name, value in document.items() if name not in rejection.extensions}
            if self._guard.valid({key: bare}):
                return _encode(bare)
        mapped = self._mapped(rejection)
        return _encode(mapped) if mapped is not None and self._guard.valid({key: mapped}) else None

    def _mapped(self, rejection: Rejection) -> Any:  # Any: JSON
        """What the project's own mapper gives for *rejection*, as JSON data; ``None`` where it gives nothing or fails."""
        if self._errors is None:
            return None
        try:
            body = self._errors.body_of(rejection)
            if isinstance(body, BaseModel):
                return body.model_dump(mode="json", by_alias=True)
            return to_jsonable_python(body, by_alias=True)
        except Exception:
            # A rejection must not become a 500 because its decoration failed.
            logger.exception(
                "the rejection mapper failed on %s of %s", rejection.kind.value, rejection.operation
            )
            return None


def _normal(status: int | str) -> int | str:
    """A documented status as :class:`Rejection` spells it."""
    # A range may be written `4xx`; the statuses that are tried are in upper case.
    return status.upper() if isinstance(status, str) and status != "default" else status


def _documented(response: declare.Response) -> Documented | None:
    """How *answer* may carry a rejection: without a described body, or with one that is JSON; ``None`` otherwise."""
    if not response.content:
        return PROBLEM_MEDIA_TYPE, None  # nothing is said about the body
    for content in response.content:
        media_type = parse_media_type(content.media_type)
        if media_type is not None and is_json(media_type) and content.events is None:
            return content.media_type, content.guard
    return None


def _headers(rejection: Rejection, media_type: str) -> RawHeaders:
    """The headers of *rejection* that can be sent, and its media type; one that cannot is left out and logged."""
    headers: RawHeaders = []
    for name, text in rejection.headers:
        try:
            headers.append(raw_header(name, text))
        except ContractViolation:
            logger.warning("header %s of a rejection cannot be sent", name)
    return [*headers, (b"content-type", media_type.encode("latin-1"))]
