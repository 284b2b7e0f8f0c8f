"""Refusals of one operation: under the status and with the body that its contract documents, else as RFC 9457."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from accord.runtime import declare
from accord.runtime.errors import Errors
from accord.runtime.guard import Guard
from accord.runtime.media_types import is_json, parse_media_type
from accord.runtime.problems import PROBLEM_MEDIA_TYPE, Refusal
from accord.runtime.replies import ContractViolation, RawHeaders, Reply, raw_header

logger: Final = logging.getLogger("accord.runtime")
_encode: Final = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Documented:
    """An answer under which a refusal may be sent: its JSON media type, and the schema of that."""

    media_type: str
    guard: str | None


class Refuser:
    """Writes the refusals of one operation. Without documented answers (no operation was reached) it writes problems of RFC
    9457."""

    def __init__(
        self, guard: Guard, errors: Errors | None, limit: int, answers: Sequence[declare.Answer] = ()
    ) -> None:
        self._guard = guard
        self._errors = errors
        self._limit = limit
        self._documented: Mapping[int | str, Documented] = {
            _normal(answer.status): documented
            for answer in answers
            if (documented := _documented(answer)) is not None
        }

    def reply(self, refusal: Refusal) -> Reply:
        """The reply for *refusal*."""
        refusal = self._shortened(refusal)
        # The contract comes first: a client that knows the documented form of an error gets that one, and
        # the form of the runtime only where none is documented.
        for status in refusal.tries:
            documented = self._documented.get(status)
            if documented is None:
                continue
            sent = status if isinstance(status, int) else refusal.status
            body = self._body(refusal, sent, documented)
            if body is not None:
                return Reply(sent, [*_headers(refusal), _content_type(documented.media_type)], body)
        return Reply(
            refusal.status,
            [*_headers(refusal), _content_type(PROBLEM_MEDIA_TYPE)],
            _encode(refusal.to_problem()),
        )

    def _shortened(self, refusal: Refusal) -> Refusal:
        """*refusal* with no more errors than an operator allows, and the number of those left out."""
        more = len(refusal.errors) - self._limit
        if more > 0:
            refusal.errors = refusal.errors[: self._limit]
            refusal.detail = f"{refusal.detail} {more} more errors are left out."
        return refusal

    def _body(self, refusal: Refusal, status: int, documented: Documented) -> bytes | None:
        """The body of the documented answer; ``None`` where nothing fits its schema."""
        document: Any = refusal.to_problem(status)  # Any: JSON
        if documented.guard is None or self._guard.valid({documented.guard: document}):
            return _encode(document)
        # A closed schema refuses members such as `trace_id`; the problem without them is better than none.
        if refusal.extensions:
            bare = {name: value for name, value in document.items() if name not in refusal.extensions}
            if self._guard.valid({documented.guard: bare}):
                return _encode(bare)
        mapped = self._mapped(refusal)
        if mapped is not None and self._guard.valid({documented.guard: mapped}):
            return _encode(mapped)
        return None

    def _mapped(self, refusal: Refusal) -> Any:  # Any: JSON
        """What the project's own mapper gives for *refusal*, as JSON data; ``None`` where it gives nothing or fails."""
        if self._errors is None:
            return None
        try:
            body = self._errors.body_of(refusal)
            if isinstance(body, BaseModel):
                return body.model_dump(mode="json", by_alias=True)
            return to_jsonable_python(body, by_alias=True)
        except Exception:
            # A refusal must not become a 500 because its decoration failed.
            logger.exception("the refusal mapper failed on %s of %s", refusal.kind.value, refusal.operation)
            return None


def _normal(status: int | str) -> int | str:
    """A documented status as :class:`Refusal` spells it."""
    # A range may be written `4xx`; the statuses that are tried are in upper case.
    return status.upper() if isinstance(status, str) and status != "default" else status


def _documented(answer: declare.Answer) -> Documented | None:
    """How *answer* may carry a refusal: without a described body, or with one that is JSON; ``None`` otherwise."""
    if not answer.content:
        return Documented(PROBLEM_MEDIA_TYPE, None)  # nothing is said about the body
    for content in answer.content:
        media_type = parse_media_type(content.media_type)
        if media_type is not None and is_json(media_type) and content.events is None:
            return Documented(content.media_type, content.guard)
    return None


def _content_type(media_type: str) -> tuple[bytes, bytes]:
    return b"content-type", media_type.encode("latin-1")


def _headers(refusal: Refusal) -> RawHeaders:
    """The headers of *refusal* that can be sent; one that cannot is left out and logged."""
    headers: RawHeaders = []
    for name, text in refusal.headers:
        try:
            headers.append(raw_header(name, text))
        except ContractViolation:
            logger.warning("header %s of a refusal cannot be sent", name)
    return headers
