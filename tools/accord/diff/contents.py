"""Bodies of requests, and responses by status, media type and header."""

from __future__ import annotations

from accord.contract.model import Body, Header, MediaType, Operation, Response
from accord.contract.schema import UNSET
from accord.diff.gather import Exchange, Finding, Gather, breaks, harmless, place
from accord.diff.lane import Lane
from accord.diff.listing import Home
from accord.diff.model import Breaking, Clause, Direction, Message, Place, Side, Site, Verdict, Witness
from accord.diff.node import Conj
from accord.diff.parameters import headers_of
from accord.diff.slots import Frame, Slot, conj, covering, is_form, is_text, schema_of


class ContentComparison:
    """Compares the body and the responses of one operation."""

    def __init__(self, gather: Gather, exchange: Exchange) -> None:
        self._gather = gather
        self._exchange = exchange
        self._messages = gather.messages

    def compare(self) -> None:
        """Find every difference."""
        self._body(self._exchange.old.body, self._exchange.new.body)
        self._responses()

    def _add(self, finding: Finding) -> None:
        self._gather.add(finding, self._exchange.ref)

    def _finding(
        self, code: str, message: str, verdict: Verdict, site: Site, places: tuple[Place | None, Place | None]
    ) -> None:
        direction: Direction = "response" if site.status else "request"
        key = (site.location, site.name, site.status, site.media_type, message, *self._own(code))
        self._add(
            Finding(
                code=code,
                message=message,
                verdict=verdict,
                site=site,
                key=key,
                direction=direction,
                old=places[0],
                new=places[1],
            )
        )

    def _own(self, code: str) -> tuple[str, ...]:
        """Headers are shared by many operations; other parts are an operation's own."""
        return () if "header" in code or "status" in code else (str(self._exchange.ref),)

    # ── the body of the request ───────────────────────────────────────────────────────────────────────────────────

    def _body(self, old: Body | None, new: Body | None) -> None:
        site = Site(location="body")
        places = (place(old.span) if old else None, place(new.span) if new else None)
        sender_side = self._exchange.sender("request")
        sender, receiver = (old, new) if sender_side == "old" else (new, old)
        if old is not None and new is not None:
            if old.required != new.required:
                what = "required" if new.required else "optional"
                verdict: Verdict = harmless("nothing more is demanded")
                if receiver is not None and receiver.required and sender is not None and not sender.required:
                    verdict = self._no_body(receiver)
                self._finding(f"body-became-{what}", f"the body became {what}", verdict, site, places)
            self._media_types(old.content, new.content, "request")
        elif new is not None:
            demanded = new.required and not self._exchange.reverse
            verdict = self._no_body(new) if demanded else harmless("nothing demands it")
            what = "required body" if new.required else "body"
            self._finding(f"{what.replace(' ', '-')}-added", f"a {what} was added", verdict, site, places)
        elif old is not None:
            self._finding("body-removed", "the body was removed", self._body_gone(old), site, places)

    def _no_body(self, receiver: Body) -> Verdict:
        side = self._exchange.sender("request")
        message = self._messages.request(self._exchange.of(side), side, body=("", UNSET))
        return breaks(self._exchange, "request", message, ("body", "a body is required"), receiver.span)

    def _body_gone(self, old: Body) -> Verdict:
        if self._exchange.reverse:
            if not old.required:
                return harmless("nothing demands it")
            return self._no_body(old)
        first = old.content[0] if old.content else None
        value = UNSET if first is None else self._messages.value(first.schema, "old", "request")
        body = ("" if first is None else first.name, value)
        message = self._messages.request(self._exchange.old, "old", body=body)
        reason = "the operation takes no body"
        return breaks(self._exchange, "request", message, ("body", reason), self._exchange.new.span)

    # ── responses ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _responses(self) -> None:
        old = {r.status: r for r in self._exchange.old.responses}
        new = {r.status: r for r in self._exchange.new.responses}
        for status, response in old.items():
            other = new.get(status) or covering_response(status, new)
            if other is not None:
                self._response(response, other)
            else:
                self._status_removed(response)
        for status, response in new.items():
            if status in old:
                continue
            promised = covering_response(status, old)
            if promised is not None and not _is_range(status):
                self._response(promised, response)
            text = f"the response {status} was added"
            verdict = harmless("who does not know the status goes by its class (RFC 9110, 15)")
            self._finding(
                "status-added",
                text,
                verdict,
                Site(location="status", status=status),
                (None, place(response.span)),
            )

    def _status_removed(self, response: Response) -> None:
        status = response.status
        text = f"the response {status} was removed"
        verdict: Verdict = harmless("one failure less")
        if status.startswith("2"):
            message = self._messages.response(self._exchange.old, response, "old")
            reason = f"a client waits for {status}, which no longer comes"
            verdict = breaks_waiting(message, ("status", reason), response)
        site = Site(location="status", status=status)
        self._finding("status-removed", text, verdict, site, (place(response.span), None))

    def _response(self, old: Response, new: Response) -> None:
        self._headers(old, new)
        if old.content and not new.content:
            message = self._messages.response(self._exchange.old, old, "old")
            verdict = breaks_waiting(message, ("body", "a client waits for a body"), old)
            site = Site(location="body", status=new.status)
            text = f"the body of the response {new.status} was removed"
            self._finding("response-body-removed", text, verdict, site, (place(old.span), place(new.span)))
        elif new.content and not old.content:
            site = Site(location="body", status=new.status)
            text = f"the response {new.status} has a body"
            verdict2 = harmless("no body was promised, and none was ruled out")
            self._finding("response-body-added", text, verdict2, site, (place(old.span), place(new.span)))
        else:
            self._media_types(old.content, new.content, "response", (old, new))

    def _headers(self, old: Response, new: Response) -> None:
        before, after = headers_of(old.headers), headers_of(new.headers)
        for name, header in before.items():
            if name in after:
                self._header(old, new, header, after[name])
            else:
                self._header_gone(old, new, header, None)
        for name, header in after.items():
            if name not in before:
                site = Site(location="header", name=header.name, status=new.status)
                text = f"the header `{header.name}` was added"
                verdict: Verdict = harmless("clients ignore headers that they do not know")
                if self._exchange.reverse and header.required:
                    verdict = self._without_header(old, new, header, None)
                self._finding("header-added", text, verdict, site, (None, place(header.span)))

    def _header(self, old: Response, new: Response, before: Header, after: Header) -> None:
        if before.required != after.required:
            self._header_gone(old, new, before, after)
        sender = self._exchange.sender("response")
        operation = self._exchange.of(sender)
        response, header = (old, before) if sender == "old" else (new, after)
        messages = self._messages
        self._slot(
            (conj(schema_of(before)), conj(schema_of(after))),
            Site(location="header", name=after.name, status=new.status),
            self._exchange.lane("response", text=is_text(before) and is_text(after)),
            (before, after),
            lambda value: messages.response(operation, response, sender, header=(header, value)),
        )

    def _header_gone(self, old: Response, new: Response, before: Header, after: Header | None) -> None:
        site = Site(location="header", name=before.name, status=new.status)
        places = (place(before.span), place(after.span) if after else None)
        action = "removed" if after is None else "required" if after.required else "optional"
        text = f"the header `{before.name}` {'was removed' if after is None else 'became ' + action}"
        code = "header-removed" if after is None else f"header-became-{action}"
        sender = self._exchange.sender("response")
        sent, wanted = (after, before) if sender == "new" else (before, after)
        verdict: Verdict = harmless(
            "it was not promised" if not before.required else "nothing less is promised"
        )
        if wanted is not None and wanted.required and (sent is None or not sent.required):
            verdict = self._without_header(old, new, wanted, sent)
        self._finding(code, text, verdict, site, places)

    def _without_header(self, old: Response, new: Response, wanted: Header, sent: Header | None) -> Verdict:
        sender = self._exchange.sender("response")
        response = old if sender == "old" else new
        given = (sent, UNSET) if sent is not None else None
        message = self._messages.response(self._exchange.of(sender), response, sender, header=given)
        reason = f"the header `{wanted.name}` is required"
        return breaks(self._exchange, "response", message, ("header", reason), wanted.span)

    # ── media types ───────────────────────────────────────────────────────────────────────────────────────────────

    def _media_types(
        self,
        old: tuple[MediaType, ...],
        new: tuple[MediaType, ...],
        direction: Direction,
        responses: tuple[Response, Response] | None = None,
    ) -> None:
        status = responses[1].status if responses else ""
        paired: set[str] = set()
        for media_type in old:
            other = covering(media_type.name, new)
            if other is None:
                self._media_type_removed(media_type, direction, responses)
            else:
                paired.add(other.name)
                self._media_type(media_type, other, direction, responses)
        for media_type in new:
            if media_type.name not in paired:
                site = Site(location="body", status=status, media_type=media_type.name)
                text = f"the media type {media_type.name} was added"
                verdict = harmless("what was understood before still is")
                self._finding("media-type-added", text, verdict, site, (None, place(media_type.span)))

    def _media_type_removed(
        self, media_type: MediaType, direction: Direction, responses: tuple[Response, Response] | None
    ) -> None:
        name = media_type.name
        status = responses[1].status if responses else ""
        site = Site(location="body", status=status, media_type=name)
        value = self._messages.value(media_type.schema, "old", direction)
        if responses is None:
            message: Message = self._messages.request(self._exchange.old, "old", body=(name, value))
            verdict: Verdict = harmless("the service no longer sends it")
            if not self._exchange.reverse:
                reason = f"bodies of {name} are not accepted"
                span = self._exchange.new.span
                verdict = breaks(self._exchange, "request", message, ("media-type", reason), span)
        else:
            message = self._messages.response(self._exchange.old, responses[0], "old", body=(name, value))
            reason = f"a client that accepts {name} gets it no longer"
            verdict = breaks_waiting(message, ("media-type", reason), responses[1])
        text = f"the media type {name} was removed"
        self._finding("media-type-removed", text, verdict, site, (place(media_type.span), None))

    def _media_type(
        self,
        old: MediaType,
        new: MediaType,
        direction: Direction,
        responses: tuple[Response, Response] | None,
    ) -> None:
        sender = self._exchange.sender(direction)
        operation = self._exchange.of(sender)
        name = old.name if sender == "old" else new.name
        status = responses[1].status if responses else ""
        for index, (before, after) in enumerate(
            ((old.schema, new.schema), (old.item_schema, new.item_schema))
        ):
            if index and before is None and after is None:
                continue
            self._slot(
                (conj(before), conj(after)),
                Site(location="body", status=status, media_type=new.name),
                Lane(direction, sender, is_form(new.name)),
                (old, new),
                self._frame(operation, sender, name, responses),
            )

    def _frame(
        self,
        operation: Operation,
        side: Side,
        name: str,
        responses: tuple[Response, Response] | None,
    ) -> Frame:
        messages = self._messages
        if responses is None:
            return lambda value: messages.request(operation, side, body=(name, value))
        response = responses[0] if side == "old" else responses[1]
        return lambda value: messages.response(operation, response, side, body=(name, value))

    def _slot(
        self,
        sides: tuple[Conj, Conj],
        site: Site,
        lane: Lane,
        owners: tuple[Header | MediaType, Header | MediaType],
        frame: Frame,
    ) -> None:
        part = f"/responses/{site.status}" if site.status else "/requestBody"
        pointer = f"{part}/{site.name or site.media_type.replace('/', '~1')}"
        self._gather.slot(
            Slot(
                lane=lane,
                direction="response" if site.status else "request",
                old=sides[0],
                new=sides[1],
                old_home=Home("", self._exchange.old.pointer + pointer),
                new_home=Home("", self._exchange.new.pointer + pointer),
                old_span=owners[0].span,
                new_span=owners[1].span,
                operation=self._exchange.ref,
                site=site,
                frame=frame,
            )
        )


def covering_response(status: str, responses: dict[str, Response]) -> Response | None:
    """The response that describes *status* by its range or by ``default``."""
    if status == "default":
        return None
    # What people write under `default` is the failure that is not listed.
    rest = None if _is_range(status) or status.startswith("2") else responses.get("default")
    return responses.get(f"{status[0]}XX") or rest


def _is_range(status: str) -> bool:
    return status == "default" or status.endswith("XX")


def breaks_waiting(message: Message, clause: tuple[str, str], response: Response) -> Verdict:
    """The verdict of a message that was promised and never comes any more: only the old contract knows it."""
    return Breaking(
        reason=clause[1],
        witness=Witness(
            message=message,
            accepted_by="old",
            refused_by="new",
            clause=Clause(keyword=clause[0], message=clause[1], span=response.span),
        ),
    )
