"""Makes whole messages: the smallest that a version's contract allows, around the value in question."""

from __future__ import annotations

import re
from typing import Final

from accord.contract.model import Header, Operation, Parameter, Response
from accord.contract.schema import UNSET, JsonValue, Schema, Unset
from accord.contract.visit import schema_of
from accord.diff.model import Direction, RequestMessage, ResponseMessage, Side
from accord.diff.proof.node import ANY, Intersection
from accord.diff.proof.transfer import Transfer
from accord.diff.witness.comparison import SchemaComparisons
from accord.diff.witness.sample import NoValueError
from accord.diff.witness.values import intersection

_TEMPLATE: Final = re.compile(r"\{([^{}]*)\}")
_PREFERRED: Final = ("application/json",)


class Messages:
    """Makes messages of either side. A value that cannot be made is left out."""

    def __init__(self, comparisons: SchemaComparisons) -> None:
        self._comparisons = comparisons

    def value(self, schema: Schema | None, side: Side, view: Direction) -> JsonValue | Unset:
        """A small value of *schema*, ``UNSET`` where none was found."""
        comparison = self._comparisons.of(Transfer(view, side))
        what: Intersection = intersection(schema)
        try:
            # For a schema that allows everything a string is the value that reads best.
            return comparison.counterexamples.sampler.smallest(what) if what != ANY else "a"
        except NoValueError:
            return UNSET

    def request(
        self,
        operation: Operation,
        side: Side,
        *,
        parameter: tuple[Parameter, JsonValue | Unset] | None = None,
        body: tuple[str, JsonValue | Unset] | None = None,
    ) -> RequestMessage:
        """The smallest request, with *parameter* or *body* (media type and value) as given; ``UNSET`` leaves it out."""
        values: list[tuple[str, str, JsonValue]] = []
        for declared in operation.parameters:
            value: JsonValue | Unset = UNSET
            if parameter is not None and declared is parameter[0]:
                value = parameter[1]
            elif declared.required or declared.location == "path":
                value = self._parameter(declared, side)
            if not isinstance(value, Unset):
                values.append((declared.location, declared.name, value))
        media_type, content = body or self._body(operation, side)
        return RequestMessage(
            method=operation.method,
            path=_filled(operation.path, values),
            parameters=tuple(values),
            media_type="" if isinstance(content, Unset) else media_type,
            body=content,
        )

    def _parameter(self, parameter: Parameter, side: Side) -> JsonValue | Unset:
        """A value of a parameter. In a path it is not empty, if possible: an empty segment is another path."""
        value = self.value(schema_of(parameter), side, "request")
        if parameter.location == "path" and value == "":
            comparison = self._comparisons.of(Transfer("request", side))
            what = intersection(schema_of(parameter))
            return next((v for v in ("a", "1") if comparison.decider.sender_judge.accepts(what, v)), value)
        return value

    def _body(self, operation: Operation, side: Side) -> tuple[str, JsonValue | Unset]:
        body = operation.body
        if body is None or not body.required or not body.content:
            return "", UNSET
        # JSON is what a reader expects, where the operation takes several media types.
        preferred = [m for m in body.content if m.name in _PREFERRED]
        media_type = (preferred or list(body.content))[0]
        return media_type.name, self.value(media_type.schema, side, "request")

    def response(
        self,
        operation: Operation,
        response: Response,
        side: Side,
        *,
        header: tuple[Header, JsonValue | Unset] | None = None,
        body: tuple[str, JsonValue | Unset] | None = None,
    ) -> ResponseMessage:
        """The smallest response, with *header* or *body* as given."""
        values: list[tuple[str, JsonValue]] = []
        for declared in response.headers:
            value: JsonValue | Unset = UNSET
            if header is not None and declared is header[0]:
                value = header[1]
            elif declared.required:
                value = self.value(schema_of(declared), side, "response")
            if not isinstance(value, Unset):
                values.append((declared.name, value))
        if body is None:
            first = response.content[0] if response.content else None
            body = ("", UNSET) if first is None else (first.name, self.value(first.schema, side, "response"))
        return ResponseMessage(
            method=operation.method,
            path=operation.path,
            status=concrete_status(response.status),
            headers=tuple(values),
            media_type=body[0],
            body=body[1],
        )


def concrete_status(status: str) -> str:
    """A status that *status* stands for: ``200`` for ``2XX``, an error for ``default``."""
    if status == "default":
        return "500"
    return status[0] + "00" if status.upper().endswith("XX") else status


def _filled(path: str, values: list[tuple[str, str, JsonValue]]) -> str:
    known = {name: value for location, name, value in values if location == "path"}

    def fill(match: re.Match[str]) -> str:
        value = known.get(match.group(1))
        return match.group(0) if value is None else str(value)

    return _TEMPLATE.sub(fill, path)
