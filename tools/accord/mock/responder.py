"""What stands in for an implementation: it chooses a documented answer and fills it."""

from __future__ import annotations

from collections.abc import AsyncIterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from starlette.requests import Request

from accord.contract.model import Operation, Response
from accord.contract.schemas.samples import NoSampleError
from accord.mock.bodies import Bodies, Wish, concrete, entry_of
from accord.mock.prefer import Preferences, PreferError, applied, read_preferences
from accord.mock.resources import Conditions, Deleted, Locations
from accord.runtime import ByteStream, ItemStream, Refusal, RefusalKind, Sent, declare
from accord.runtime.media_types import is_json, parse_media_type
from accord.runtime.negotiation import compile_negotiation, header_of

_GONE: Final = (404, 410)
_WRITING: Final = frozenset({"POST", "PUT", "DELETE"})
"""Methods that may be used on a deleted resource: they bring it back, or delete it once more."""
_REFUSALS: Final = frozenset({"400", "401", "403", "405", "406", "413", "415", "422", "429"})
"""What a sound request does not meet: where a contract documents errors alone, the others come first."""
_UNSENT: Final = frozenset({"content-encoding", "transfer-encoding", "content-range", "connection"})
"""Headers that would be wrong beside a body that nobody encoded or cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the operations of a mocked version share."""

    seed: int
    bodies: Bodies
    deleted: Deleted
    locations: Locations
    conditions: Conditions
    methods: Mapping[str, Sequence[str]]
    """Declared methods of each path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """A documented answer under the status that it is sent with."""

    status: int
    answer: declare.Answer
    response: Response


class Responder:
    """Answers one operation."""

    def __init__(self, declared: declare.Operation, operation: Operation, around: Surroundings) -> None:
        self._declared = declared
        self._operation = operation
        self._around = around
        by_status = {one.status: one for one in operation.responses}
        self._answers = [
            (answer, by_status[str(answer.status)])
            for answer in declared.answers
            if str(answer.status) in by_status
        ]
        dated = {"deprecation": declared.deprecated_at, "sunset": declared.sunset}
        # The runtime sends what the contract dates.
        self._unsent = _UNSENT | {name for name, date in dated.items() if date is not None}
        self._owns_prefer = any(
            p.location == "header" and p.name.lower() == "prefer" for p in operation.parameters
        )

    async def answer(self, request: Request, arguments: dict[str, Any]) -> object:  # Any: of the contract
        """The answer to a request that the runtime has let through.

        Raises:
            Refusal: a preference cannot be met (400), a deleted resource is read (404), or nothing could be sampled (501).
        """
        # A streamed body is checked only while it is read, so an answer before its end could miss a 422.
        await _read_to_the_end(arguments.get("body"))
        preferences = self._preferences(request)
        path = request.url.path
        if not self._declared.answers:
            return None  # nothing is documented: the runtime answers 204
        picked = self._pick(preferences, request)
        reasons: list[str] = []
        # Several answers may be the best; the next is tried where nothing could be sampled for one.
        for one in picked:
            try:
                result = self._filled(one, request, preferences)
            except NoSampleError as error:
                reasons.append(f"{one.response.status}: {error}")
                continue
            self._around.deleted.note(request.method, path, one.status)
            return result
        detail = "; ".join(reasons) or "no answer is documented"
        raise Refusal(RefusalKind.NOT_IMPLEMENTED, detail=f"Nothing could be sampled for {detail}.")

    def _preferences(self, request: Request) -> Preferences:
        """What the client prefers. Where the contract declares ``Prefer`` itself, what does not fit is of no concern."""
        try:
            found = read_preferences(request.headers.getlist("prefer"))
            self._require(found)
        except PreferError as error:
            if self._owns_prefer:
                return Preferences()
            raise Refusal(RefusalKind.MALFORMED, detail=str(error)) from None
        return found

    def _require(self, preferences: Preferences) -> None:
        """Raise :class:`PreferError` where the contract documents nothing of what is preferred."""
        code, name = preferences.code, preferences.example
        documented = ", ".join(str(answer.status) for answer, _ in self._answers)
        if code is not None and self._under(code) is None:
            raise PreferError(f"The preference code={code} is not documented; documented are {documented}.")
        if name is not None and not any(
            name == known for _, response in self._with_code(code) for known in _example_names(response)
        ):
            known = sorted({n for _, response in self._with_code(code) for n in _example_names(response)})
            raise PreferError(
                f"The preference example={name!r} is not declared; declared are {', '.join(known) or 'none'}."
            )

    def _with_code(self, code: int | None) -> Sequence[tuple[declare.Answer, Response]]:
        """The documented answers under the preferred status, or all without one."""
        if code is None:
            return self._answers
        found = self._under(code)
        return [] if found is None else [(found.answer, found.response)]

    def _under(self, status: int) -> Picked | None:
        """The documented answer of a status: exact, then its range, then ``default``."""
        # OpenAPI, Responses Object: an explicit code takes precedence over a range.
        for wanted in (status, f"{status // 100}XX", "default"):
            for answer, response in self._answers:
                if answer.status == wanted and status >= 200:
                    return Picked(status=status, answer=answer, response=response)
        return None

    def _pick(self, preferences: Preferences, request: Request) -> list[Picked]:
        """Answers in the order in which they are tried."""
        if preferences.code is not None:
            found = self._under(preferences.code)
            return [] if found is None else [found]
        # An example stands under one status, so that naming it names the answer.
        if preferences.example is not None:
            having = [
                Picked(status=_status_of(answer), answer=answer, response=response)
                for answer, response in self._answers
                if preferences.example in _example_names(response)
            ]
            return sorted(having, key=lambda one: _rank(one.answer))[:1]
        if self._declared.method.upper() not in _WRITING and self._around.deleted.holds(request.url.path):
            gone = next((found for status in _GONE if (found := self._under(status))), None)
            if gone is None:
                raise Refusal(RefusalKind.NOT_FOUND, detail="The resource was deleted.")
            return [gone]
        condition = self._around.conditions.status(self._operation, request)
        if condition is not None and (found := self._under(condition)) is not None:
            return [found]
        ordered = sorted(self._answers, key=lambda pair: _rank(pair[0]))
        # Only answers of the best rank: an error must not take the place of a success that cannot be
        # sampled.
        best = [pair for pair in ordered if _rank(pair[0]) == _rank(ordered[0][0])] if ordered else []
        return [Picked(status=_status_of(a), answer=a, response=r) for a, r in best]

    def _filled(self, picked: Picked, request: Request, preferences: Preferences) -> object:
        """The answer with headers and body, as an implementation would return it."""
        answer, response = picked.answer, picked.response
        scope = request.scope
        wish = Wish(
            seed=f"{self._around.seed} {self._declared.key} {picked.status} {request.url.path}?{request.url.query}",
            example=preferences.example,
            dynamic=preferences.dynamic,
        )
        assert answer.cls is not None
        result: Any = answer.cls()()  # Any: a class of the mock, which takes whatever is documented
        result.status = picked.status
        self._add_headers(result, picked, request, replace(wish, example=None))
        if answer.content:
            content, media_type = _negotiated(answer, header_of(scope, b"accept"))
            entry = entry_of(response, content.media_type)
            if preferences.example is not None and not any(
                e.name == preferences.example for e in entry.examples
            ):
                content, media_type, entry = self._with_example(picked, preferences.example)
            result.media_type = media_type
            body = self._around.bodies.body(entry, content, media_type, wish)
            # Clients read `status` and `code` out of error bodies: a sample of them would contradict the
            # status line.
            if picked.status >= 400 and _is_json(media_type):
                body = self._around.bodies.told(body, entry, picked.status, None)
            result.body = body
        if picked.status == 405 and not any(h.name.lower() == "allow" for h in answer.headers):
            result.with_header("Allow", ", ".join(self._around.methods[self._operation.path]))
        if preferences:
            result.with_header("Preference-Applied", applied(preferences))
        return result

    def _with_example(self, picked: Picked, name: str) -> tuple[declare.AnswerContent, str, Any]:
        """The first media type that has the example *name*: an example that is asked for goes before ``Accept``."""
        for content in picked.answer.content:
            entry = entry_of(picked.response, content.media_type)
            if any(example.name == name for example in entry.examples):
                return content, concrete(content.media_type), entry
        raise NoSampleError(f"no media type has the example {name!r}")

    def _add_headers(
        self, result: Any, picked: Picked, request: Request, wish: Wish
    ) -> None:  # Any: see above
        """Set the declared headers that are required or have an example."""
        declared = {header.name: header for header in picked.response.headers}
        for one in picked.answer.headers:
            header = declared[one.name]
            value: object = None
            if one.name.lower() not in self._unsent and (
                one.required or self._around.bodies.has_example(header)
            ):
                # The same for every operation on the path, or conditions could never hold.
                is_etag = one.name.lower() == "etag"
                made_from = self._around.conditions.wish(request.url.path) if is_etag else wish
                value = self._around.bodies.header(header, made_from)
                if one.name.lower() == "location" and picked.status == 201 and isinstance(value, str):
                    value = self._around.locations.of(self._operation, request, header) or value
            setattr(result, one.attribute, value)


def _rank(answer: declare.Answer) -> int:
    """Successes come before ``default``, redirects and errors; of several the first in the order of the contract."""
    status = str(answer.status)
    if status.startswith("2"):
        return 1 if status == "2XX" else 0
    return {"d": 2, "3": 3}.get(status[0], 5 if status in _REFUSALS or status.startswith("5") else 4)


def _status_of(answer: declare.Answer) -> int:
    """The status that an answer is sent with where nobody names one."""
    if isinstance(answer.status, int):
        return answer.status
    return 200 if answer.status == "default" else int(answer.status[0]) * 100


def _example_names(response: Response) -> list[str]:
    """Names of all examples of a response."""
    return [example.name for entry in response.content for example in entry.examples]


def _negotiated(answer: declare.Answer, accept: bytes | None) -> tuple[declare.AnswerContent, str]:
    """The media type that the client likes best, or the first one: the runtime has refused what nobody accepts."""
    by_text = {one.media_type: one for one in answer.content}
    for chosen in compile_negotiation(list(by_text))(accept):
        if chosen in by_text:
            return by_text[chosen], concrete(chosen)
        covering = next((one for one in answer.content if "*" in one.media_type), None)
        if covering is not None:
            return covering, concrete(chosen)
    first = answer.content[0]
    return first, concrete(first.media_type)


def _is_json(media_type: str) -> bool:
    """Whether bodies of *media_type* are JSON."""
    parsed = parse_media_type(media_type)
    return parsed is not None and is_json(parsed)


async def _read_to_the_end(body: object) -> None:
    """Read what an implementation would read: items are checked one by one, and lengths as bytes come.

    Raises:
        Refusal: something in it breaks the contract.
    """
    if isinstance(body, Sent):
        await _read_to_the_end(cast("Sent[str, object]", body).body)
    elif isinstance(body, ByteStream | ItemStream):
        async for _ in cast("AsyncIterable[object]", body):
            pass
