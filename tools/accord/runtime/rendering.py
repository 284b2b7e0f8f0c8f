"""What an implementation returned or raised becomes a documented response, checked against the contract."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias, TypeGuard

from pydantic import MISSING
from starlette.types import Scope

from accord.runtime import declare
from accord.runtime.checking import Checking, Report
from accord.runtime.contents import Content, Header, compile_content
from accord.runtime.guard import Guard
from accord.runtime.media_types import parse_media_type
from accord.runtime.negotiation import compile_negotiation, header_of
from accord.runtime.replies import (
    WITHOUT_BODY,
    ContractViolation,
    RawHeaders,
    Reply,
    header_text,
    raw_header,
    to_json_data,
)
from accord.runtime.responses import EventStream, ItemStream, Response
from accord.runtime.settings import RuntimeSettings
from accord.runtime.streams import AnyReply

Choose: TypeAlias = "Callable[[Any, str | None, Scope], tuple[Content, Header]]"
"""The body, the media type that the implementation names, and the request in; ``Content-Type`` comes with the content."""


def compile_choice(response: declare.Response, contents: Sequence[Content]) -> Choose:
    """Compile the choice among the media types of *answer*.

    A media type that the implementation names is sent, if it is documented. Without one it follows from the Python type of
    the body; where several are left, from ``Accept`` and from the order of the contract.
    """
    clause = f"{response.status} media type"
    by_text = {content.declared.media_type: content for content in contents if not content.media_type.is_open}
    negotiate = compile_negotiation(list(by_text))

    # Any: the contract's type
    def choose(body: Any, named: str | None, scope: Scope) -> tuple[Content, Header]:
        if named is not None:
            return _named(named, by_text, contents, clause)
        fitting = [content for content in by_text.values() if content.holds(body)]
        # A `str` is the body of `text/plain` as well as a JSON string.
        if isinstance(body, str):  # text is text where it can be, and a JSON string otherwise
            fitting = [content for content in fitting if content.kind == "text"] or fitting
        if not fitting:
            raise ContractViolation(
                clause, f"none is documented for {type(body).__name__}, or it must be named"
            )
        chosen = fitting[0]
        if len(fitting) > 1:
            texts = {content.declared.media_type: content for content in fitting}
            accepted = negotiate(header_of(scope, b"accept"))
            chosen = next((texts[text] for text in accepted if text in texts), chosen)
        return chosen, chosen.header

    return choose


def _named(
    named: str, by_text: dict[str, Content], contents: Sequence[Content], clause: str
) -> tuple[Content, Header]:
    """The content for a media type that the implementation names: exactly that one, or a documented range around it."""
    known = by_text.get(named)
    if known is not None:
        return known, known.header
    parsed = parse_media_type(named)
    if parsed is not None and not parsed.is_range:
        # A named type may lie in several documented ranges; the narrowest describes it best.
        for content in sorted(contents, key=lambda content: -content.media_type.specificity):
            if content.media_type.accepts(parsed):
                return content, raw_header("content-type", named)
    raise ContractViolation(clause, "the response names none that is documented")


Write: TypeAlias = Callable[[Any, Scope], "AnyReply"]  # Any: what the implementation returned
WriteHeaders: TypeAlias = Callable[[Any], RawHeaders]  # Any: a generated answer

_SET_COOKIE: Final = "set-cookie"
_OF_THE_RUNTIME: Final = frozenset({"content-type", "content-length", "transfer-encoding", "connection"})
"""Headers that follow from the body or from the connection."""


class Renderer:
    """Turns what the implementation of one operation returns or raises into a reply."""

    def __init__(
        self, operation: declare.Operation, guard: Guard, settings: RuntimeSettings, report: Report
    ) -> None:
        self._checking = Checking(operation.key, guard, settings, report)
        self._heartbeat = settings.heartbeat
        self._guard = guard
        self._head = operation.method.upper() == "HEAD"
        self._writers: dict[type, Write] = {}
        self._bare: Write | None = None
        if not operation.responses:  # nothing is documented, so that there is nothing to say
            self._writers[type(None)] = lambda result, scope: Reply(204, [])
        # One class may stand for several statuses, where their bodies are the same.
        by_class: dict[type, list[tuple[declare.Response, Write]]] = {}
        exact = frozenset(a.status for a in operation.responses if isinstance(a.status, int))
        for response in operation.responses:
            contents = [
                compile_content(response, content, guard, self._checking, self._heartbeat)
                for content in response.content
            ]
            if response.cls is not None:
                write = self._wrapped(response, contents, exact)
                by_class.setdefault(response.cls(), []).append((response, write))
            if response.bare:
                self._set_bare(response, contents)
        for cls, choices in by_class.items():
            self._writers[cls] = choices[0][1] if len(choices) == 1 else _by_status(choices)

    def render(self, result: object, scope: Scope) -> AnyReply:
        """The reply for *result* to the request of *scope*.

        Raises:
            ContractViolation: where the contract does not document it.
        """
        write = self._writers.get(type(result))
        return self._find(type(result))(result, scope) if write is None else write(result, scope)

    def _find(self, cls: type) -> Write:
        """What writes a type that is returned for the first time."""
        # A project may subclass a generated answer, and the models that are sent bare.
        write = next((self._writers[c] for c in cls.__mro__ if c in self._writers), None)
        if write is None and not issubclass(cls, Response):
            write = self._bare
        if write is None:
            raise ContractViolation("response", f"{cls.__name__} is no documented response of this operation")
        self._writers[cls] = write
        return write

    def _set_bare(self, response: declare.Response, contents: Sequence[Content]) -> None:
        """Let the body of *answer* alone be returned: the type of what is returned then tells which answer is meant."""
        status = response.status
        if not isinstance(status, int):
            raise TypeError("a bare response has one status")
        if self._head or not contents:
            headers = _head_headers(contents)
            self._writers[type(None)] = lambda result, scope: Reply(status, list(headers))
        if not contents:
            return
        if len(contents) > 1 or contents[0].media_type.is_open:
            choose = compile_choice(response, contents)

            def write_one_of(result: Any, scope: Scope) -> AnyReply:  # Any: one of the types
                content, header = choose(result, None, scope)
                return content.write(status, [], result, scope, header)

            self._bare = write_one_of
            return
        content = contents[0]
        encode, header = content.encode, content.header
        if encode is not None:  # the common case, without a call between
            self._bare = lambda result, scope: Reply(status, [header], encode(result))
            return
        streams: dict[str, type] = {"events": EventStream, "items": ItemStream}
        write: Write = lambda result, scope: content.write(status, [], result, scope, header)  # noqa: E731
        if content.kind in streams:
            self._writers[streams[content.kind]] = write
        else:
            self._bare = write

    def _wrapped(
        self, response: declare.Response, contents: Sequence[Content], exact: frozenset[int]
    ) -> Write:
        """What writes instances of the class of *answer*."""
        headers_of = self._headers_writer(response)
        fits = _compile_status(response.status, exact)
        only = contents[0] if len(contents) == 1 and not contents[0].media_type.is_open else None
        choose: Choose | None = None if only else compile_choice(response, contents)
        head, head_headers = self._head, _head_headers(contents)

        def write(result: Any, scope: Scope) -> AnyReply:  # Any: a generated answer
            status = result.status
            if not fits(status):
                raise ContractViolation("status", f"{status!r} does not fit the documented {response.status}")
            headers = headers_of(result)
            # A range such as `2XX` may include 204, which has no body whatever the contract says.
            if not contents or status in WITHOUT_BODY:
                return Reply(status, headers)
            if head and not hasattr(result, "body"):
                return Reply(status, [*headers, *head_headers])
            if only is not None:
                return only.write(status, headers, result.body, scope, only.header)
            assert choose is not None
            content, header = choose(result.body, getattr(result, "media_type", None), scope)
            return content.write(status, headers, result.body, scope, header)

        return write

    def _headers_writer(self, response: declare.Response) -> WriteHeaders:
        """What writes the headers of *answer*: declared ones, and those added by ``with_header``."""
        clause = f"{response.status} headers"
        reserved = _OF_THE_RUNTIME | {header.name.lower() for header in response.headers}
        write_declared = self._declared_writer(response, clause) if response.headers else None

        def write(result: Any) -> RawHeaders:  # Any: a generated answer
            headers = [] if write_declared is None else write_declared(result)
            for name, value in result._more_headers:  # noqa: SLF001 - of Answer; no header may hide it
                # A header set twice would be sent twice, and clients take either.
                if name.lower() in reserved:
                    raise ContractViolation(clause, f"{name} is no header to add")
                headers.append(raw_header(name, value))
            return headers

        return write

    def _declared_writer(self, response: declare.Response, clause: str) -> WriteHeaders:
        """What writes the declared headers of *answer* and compares them with the contract."""
        checking, declared = self._checking, [header for header in response.headers if header.attribute]
        key = None if response.headers_guard is None else self._guard.require(response.headers_guard)

        def write(result: Any) -> RawHeaders:  # Any: a generated answer
            values: dict[str, Any] = {}
            headers: RawHeaders = []
            cookies: list[dict[str, Any]] = []  # Any: see `values`
            for header in declared:
                value = getattr(result, header.attribute)
                if value is None or value is MISSING:
                    continue
                data = to_json_data(value, clause)
                # RFC 6265, section 3: `Set-Cookie` is the one header whose values cannot be joined by
                # commas, so it is sent once for each.
                if header.name.lower() == _SET_COOKIE and _is_list(data):
                    headers.extend(raw_header(header.name, header_text(line, header)) for line in data)
                    if not isinstance(header.wire, declare.Array):
                        cookies = [{header.name: line} for line in data]  # the schema is that of one
                        continue
                else:
                    headers.append(raw_header(header.name, header_text(data, header)))
                values[header.name] = data
            for cookie in cookies or ({},):
                checking.compare(key, values | cookie if cookie else values, clause)
            return headers

        return write


def _is_list(data: object) -> TypeGuard[list[Any]]:  # Any: JSON
    return isinstance(data, list)


def _head_headers(contents: Sequence[Content]) -> RawHeaders:
    """What a response to HEAD says about the body that it does not have."""
    return [content.header for content in contents[:1] if not content.media_type.is_open]


def _compile_status(declared: int | str, exact: frozenset[int]) -> Callable[[Any], bool]:  # Any: what was set
    """Whether a status fits what is documented; those documented by themselves (*exact*) fit no range."""
    if isinstance(declared, int):
        return lambda status: status == declared
    if declared == "default":
        return lambda status: type(status) is int and 200 <= status <= 599 and status not in exact
    first = int(declared[0]) * 100
    return lambda status: type(status) is int and first <= status < first + 100 and status not in exact


def _by_status(choices: list[tuple[declare.Response, Write]]) -> Write:
    """One class under several documented statuses: its instance says which."""
    ordered = sorted(
        choices, key=lambda choice: (isinstance(choice[0].status, str), choice[0].status == "default")
    )
    tests = [(_compile_status(response.status, frozenset()), write) for response, write in ordered]

    def write(result: Any, scope: Scope) -> AnyReply:  # Any: a generated answer
        for fits, write_one in tests:
            if fits(result.status):
                return write_one(result, scope)
        raise ContractViolation("status", f"{result.status!r} is not documented")

    return write
