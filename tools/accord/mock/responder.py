"""What stands in for an implementation: it chooses a documented response and fills it."""

from __future__ import annotations

from collections.abc import AsyncIterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from starlette.requests import Request

from accord.contract.model import Operation, Response
from accord.contract.schemas.samples import NoSampleError
from accord.mock.bodies import Bodies, Preference, concrete, entry_of
from accord.mock.prefer import Preferences, PreferError, applied, read_preferences
from accord.mock.resources import Conditions, Deleted, Locations
from accord.runtime import ByteStream, ItemStream, Rejection, RejectionKind, RequestBody, declare
from accord.runtime.media_types import is_json, parse_media_type
from accord.runtime.negotiation import compile_negotiation, header_of

_DELETED: Final = (404, 410)
_WRITING: Final = frozenset({"POST", "PUT", "DELETE"})
"""Methods that may be used on a deleted resource: they bring it back, or delete it once more."""
_REJECTIONS: Final = frozenset({"400", "401", "403", "405", "406", "413", "415", "422", "429"})
"""What a sound request does not meet: where a contract documents errors alone, the others come first."""
_UNSENT: Final = frozenset({"content-encoding", "transfer-encoding", "content-range", "connection"})
"""Headers that would be wrong beside a body that nobody encoded or cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MockContext:
    """What the operations of a mocked version share."""

    seed: int
    bodies: Bodies
    deleted: Deleted
    locations: Locations
    conditions: Conditions
    operations: Sequence[Operation]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """A documented response under the status that it is sent with."""

    status: int
    declared: declare.Response
    response: Response


class Responder:
    """Answers one operation."""

    def __init__(self, declared: declare.Operation, operation: Operation, context: MockContext) -> None:
        self._declared = declared
        self._operation = operation
        self._context = context
        by_status = {response.status: response for response in operation.responses}
        self._responses = [
            (known, by_status[str(known.status)])
            for known in declared.responses
            if str(known.status) in by_status
        ]
        dated = {"deprecation": declared.deprecated_at, "sunset": declared.sunset}
        # The runtime sends what the contract dates.
        self._unsent = _UNSENT | {name for name, date in dated.items() if date is not None}
        self._owns_prefer = any(
            p.location == "header" and p.name.lower() == "prefer" for p in operation.parameters
        )

    async def response(self, request: Request, /, **arguments: Any) -> object:  # Any: of the contract
        """The response to a request that the runtime has let through.

        Raises:
            Rejection: a preference cannot be met (400), a deleted resource is read (404), or nothing could be sampled (501).
        """
        # A streamed body is checked only while it is read, so a response before its end could miss a 422.
        await _read_to_the_end(arguments.get("body"))
        preferences = self._preferences(request)
        path = request.url.path
        if not self._declared.responses:
            return None  # nothing is documented: the runtime answers 204
        reasons: list[str] = []
        # Several responses may be the best; the next is tried where nothing could be sampled for one.
        for choice in self._pick(preferences, request):
            try:
                result = self._filled(choice, request, preferences)
            except NoSampleError as error:
                reasons.append(f"{choice.response.status}: {error}")
                continue
            self._context.deleted.note(request.method, path, choice.status)
            return result
        detail = "; ".join(reasons) or "no response is documented"
        raise Rejection(RejectionKind.NOT_IMPLEMENTED, detail=f"Nothing could be sampled for {detail}.")

    def _preferences(self, request: Request) -> Preferences:
        """What the client prefers. Where the contract declares ``Prefer`` itself, what does not fit is of no concern."""
        try:
            found = read_preferences(request.headers.getlist("prefer"))
            self._require(found)
        except PreferError as error:
            if self._owns_prefer:
                return Preferences()
            raise Rejection(RejectionKind.MALFORMED, detail=str(error)) from None
        return found

    def _require(self, preferences: Preferences) -> None:
        """Raise :class:`PreferError` where the contract documents nothing of what is preferred."""
        code, name = preferences.code, preferences.example
        documented = ", ".join(str(declared.status) for declared, _ in self._responses)
        if code is not None and self._under(code) is None:
            raise PreferError(f"The preference code={code} is not documented; documented are {documented}.")
        known = sorted({n for _, response in self._with_code(code) for n in _example_names(response)})
        if name is not None and name not in known:
            raise PreferError(
                f"The preference example={name!r} is not declared; declared are {', '.join(known) or 'none'}."
            )

    def _with_code(self, code: int | None) -> Sequence[tuple[declare.Response, Response]]:
        """The documented responses under the preferred status, or all without one."""
        if code is None:
            return self._responses
        found = self._under(code)
        return [] if found is None else [(found.declared, found.response)]

    def _under(self, status: int) -> Picked | None:
        """The documented response of a status: exact, then its range, then ``default``."""
        # OpenAPI, Responses Object: an explicit code takes precedence over a range.
        found = (
            Picked(status=status, declared=declared, response=response)
            for wanted in (status, f"{status // 100}XX", "default")
            for declared, response in self._responses
            if declared.status == wanted and status >= 200
        )
        return next(found, None)

    def _pick(self, preferences: Preferences, request: Request) -> list[Picked]:
        """Answers in the order in which they are tried."""
        if preferences.code is not None:
            found = self._under(preferences.code)
            return [] if found is None else [found]
        # An example stands under one status, so that naming it names the response.
        if preferences.example is not None:
            having = [
                Picked(status=_status_of(declared), declared=declared, response=response)
                for declared, response in self._responses
                if preferences.example in _example_names(response)
            ]
            return sorted(having, key=lambda picked: _rank(picked.declared))[:1]
        if self._declared.method.upper() not in _WRITING and self._context.deleted.holds(request.url.path):
            deleted = next((found for status in _DELETED if (found := self._under(status))), None)
            if deleted is None:
                raise Rejection(RejectionKind.NOT_FOUND, detail="The resource was deleted.")
            return [deleted]
        condition = self._context.conditions.status(self._operation, request)
        if condition is not None and (found := self._under(condition)) is not None:
            return [found]
        ordered = sorted(self._responses, key=lambda pair: _rank(pair[0]))
        # Only responses of the best rank: an error must not take the place of a success that cannot be
        # sampled.
        best = [pair for pair in ordered if _rank(pair[0]) == _rank(ordered[0][0])] if ordered else []
        return [Picked(status=_status_of(a), declared=a, response=r) for a, r in best]

    def _filled(self, picked: Picked, request: Request, preferences: Preferences) -> object:
        """The response with headers and body, as an implementation would return it."""
        declared, response = picked.declared, picked.response
        scope = request.scope
        preference = Preference(
            seed=f"{self._context.seed} {self._declared.key} {picked.status} {request.url.path}?{request.url.query}",
            example=preferences.example,
            dynamic=preferences.dynamic,
        )
        assert declared.cls is not None
        result: Any = declared.cls()()  # Any: a class of the mock, which takes whatever is documented
        result.status = picked.status
        self._add_headers(result, picked, request, replace(preference, example=None))
        if declared.content:
            content, media_type = _negotiated(declared, header_of(scope, b"accept"))
            entry = entry_of(response, content.media_type)
            if preferences.example is not None and not any(
                e.name == preferences.example for e in entry.examples
            ):
                content, media_type, entry = self._with_example(picked, preferences.example)
            result.media_type = media_type
            body = self._context.bodies.body(entry, content, media_type, preference)
            # Clients read `status` and `code` out of error bodies: a sample of them would contradict the
            # status line.
            parsed = parse_media_type(media_type)
            if picked.status >= 400 and parsed is not None and is_json(parsed):
                body = self._context.bodies.with_reason(body, entry, picked.status, None)
            result.body = body
        if picked.status == 405 and not any(h.name.lower() == "allow" for h in declared.headers):
            declared_there = (o.method for o in self._context.operations if o.path == self._operation.path)
            result.with_header("Allow", ", ".join(declared_there))
        if preferences:
            result.with_header("Preference-Applied", applied(preferences))
        return result

    def _with_example(self, picked: Picked, name: str) -> tuple[declare.ResponseContent, str, Any]:
        """The first media type that has the example *name*: an example that is asked for goes before ``Accept``."""
        for content in picked.declared.content:
            entry = entry_of(picked.response, content.media_type)
            if any(example.name == name for example in entry.examples):
                return content, concrete(content.media_type), entry
        raise NoSampleError(f"no media type has the example {name!r}")

    def _add_headers(
        self, result: Any, picked: Picked, request: Request, preference: Preference
    ) -> None:  # Any: see above
        """Set the declared headers that are required or have an example."""
        declared = {header.name: header for header in picked.response.headers}
        for item in picked.declared.headers:
            header = declared[item.name]
            value: object = None
            if item.name.lower() not in self._unsent and (
                item.required or self._context.bodies.has_example(header)
            ):
                # The same for every operation on the path, or conditions could never hold.
                is_etag = item.name.lower() == "etag"
                made_from = self._context.conditions.preference(request.url.path) if is_etag else preference
                value = self._context.bodies.header(header, made_from)
                if item.name.lower() == "location" and picked.status == 201 and isinstance(value, str):
                    value = self._context.locations.of(self._operation, request, header) or value
            setattr(result, item.attribute, value)


def _rank(declared: declare.Response) -> int:
    """Successes come before ``default``, redirects and errors; of several the first in the order of the contract."""
    status = str(declared.status)
    if status.startswith("2"):
        return 1 if status == "2XX" else 0
    return {"d": 2, "3": 3}.get(status[0], 5 if status in _REJECTIONS or status.startswith("5") else 4)


def _status_of(declared: declare.Response) -> int:
    """The status that a response is sent with where nobody names one."""
    if isinstance(declared.status, int):
        return declared.status
    return 200 if declared.status == "default" else int(declared.status[0]) * 100


def _example_names(response: Response) -> list[str]:
    """Names of all examples of a response."""
    return [example.name for entry in response.content for example in entry.examples]


def _negotiated(declared: declare.Response, accept: bytes | None) -> tuple[declare.ResponseContent, str]:
    """The media type that the client likes best, or the first one: the runtime has rejected what nobody accepts."""
    by_text = {content.media_type: content for content in declared.content}
    for chosen in compile_negotiation(list(by_text))(accept):
        if chosen in by_text:
            return by_text[chosen], concrete(chosen)
        covering = next((content for content in declared.content if "*" in content.media_type), None)
        if covering is not None:
            return covering, concrete(chosen)
    first = declared.content[0]
    return first, concrete(first.media_type)


async def _read_to_the_end(body: object) -> None:
    """Read what an implementation would read: items are checked one by one, and lengths as bytes come.

    Raises:
        Rejection: something in it breaks the contract.
    """
    if isinstance(body, RequestBody):
        await _read_to_the_end(cast("RequestBody[str, object]", body).body)
    elif isinstance(body, ByteStream | ItemStream):
        async for _ in cast("AsyncIterable[object]", body):
            pass
