"""Compares the body of a request, and responses by status, with their media types and headers."""

from __future__ import annotations

from accord.contract.model import Body, Header, MediaType, Response
from accord.contract.schema import UNSET, JsonValue, Unset
from accord.diff.encodings import EncodingComparison
from accord.diff.headers import HeaderComparison, HeaderOwner
from accord.diff.media_types import covering, is_written
from accord.diff.model import Direction, Message, Side, Site, Verdict
from accord.diff.proof.transfer import Transfer
from accord.diff.report.findings import (
    Exchange,
    Finding,
    Findings,
    Places,
    breaking,
    breaking_for,
    compatible,
    place,
)
from accord.diff.witness.values import ComparedValue, Frame, Location, intersection


class BodyComparison:
    """Compares the body and the responses of one operation."""

    def __init__(self, findings: Findings, exchange: Exchange) -> None:
        self._findings = findings
        self._exchange = exchange
        self._messages = findings.messages

    def compare(self) -> None:
        """Add every difference to the findings."""
        self._body(self._exchange.old.body, self._exchange.new.body)
        self._responses()

    def _finding(self, code: str, message: str, verdict: Verdict, site: Site, places: Places) -> None:
        direction: Direction = "response" if site.status else "request"
        # A status that many operations added or removed is one change; other findings belong to one operation.
        owner = () if "status" in code else (str(self._exchange.ref),)
        key = (site.location, site.name, site.status, site.media_type, message, *owner)
        finding = Finding(
            code=code, message=message, verdict=verdict, site=site, key=key, direction=direction
        )
        self._findings.add(finding, places, self._exchange.ref)

    # ── the body of the request ───────────────────────────────────────────────────────────────────────────────────

    def _body(self, old: Body | None, new: Body | None) -> None:
        site = Site(location="body")
        places = (place(old), place(new))
        sender_side = self._exchange.sender("request")
        sender, receiver = (old, new) if sender_side == "old" else (new, old)
        if old is not None and new is not None:
            if old.required != new.required:
                what = "required" if new.required else "optional"
                verdict: Verdict = compatible("nothing more is required")
                if receiver is not None and receiver.required and sender is not None and not sender.required:
                    verdict = self._no_body(receiver)
                self._finding(f"body-became-{what}", f"the body became {what}", verdict, site, places)
            self._media_types(old.content, new.content)
        elif new is not None:
            # In a webhook it is the service that sends the body: more than before is no harm to a listener.
            demanded = new.required and not self._exchange.reverse
            verdict = self._no_body(new) if demanded else compatible("it is optional")
            what = "required body" if new.required else "body"
            self._finding(f"{what.replace(' ', '-')}-added", f"a {what} was added", verdict, site, places)
        elif old is not None:
            self._finding("body-removed", "the body was removed", self._body_removed(old), site, places)

    def _no_body(self, receiver: Body) -> Verdict:
        side = self._exchange.sender("request")
        message = self._messages.request(self._exchange.of(side), side, body=("", UNSET))
        return breaking(self._exchange, "request", message, ("body", "a body is required"), receiver.span)

    def _body_removed(self, old: Body) -> Verdict:
        if self._exchange.reverse:
            if not old.required:
                return compatible("it is optional")
            return self._no_body(old)
        first = old.content[0] if old.content else None
        value = UNSET if first is None else self._messages.value(first.schema, "old", "request")
        body = ("" if first is None else first.name, value)
        message = self._messages.request(self._exchange.old, "old", body=body)
        reason = "the operation takes no body"
        return breaking(self._exchange, "request", message, ("body", reason), self._exchange.new.span)

    # ── responses ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _responses(self) -> None:
        old = {r.status: r for r in self._exchange.old.responses}
        new = {r.status: r for r in self._exchange.new.responses}
        for status, response in old.items():
            counterpart = new.get(status) or covering_response(status, new)
            if counterpart is not None:
                self._response(response, counterpart)
            else:
                self._status_removed(response)
        for status, response in new.items():
            if status in old:
                continue
            # A new status that a range or ``default`` covered before has to keep what that promised.
            promised = covering_response(status, old)
            if promised is not None:
                self._response(promised, response)
            text = f"the response {status} was added"
            verdict = compatible("clients treat an unknown status by its class (RFC 9110, section 15)")
            self._finding(
                "status-added",
                text,
                verdict,
                Site(location="status", status=status),
                (None, place(response)),
            )

    def _status_removed(self, response: Response) -> None:
        status = response.status
        text = f"the response {status} was removed"
        verdict: Verdict = compatible("it was not a successful response")
        # Replacing a range by some of its statuses is compatible: the range never said which of them would be sent.
        if status == "2XX" and any(r.status.startswith("2") for r in self._exchange.new.responses):
            verdict = compatible("the successful responses that remain are listed")
        elif status.startswith("2"):
            message = self._messages.response(self._exchange.old, response, "old")
            reason = f"clients expect {status}, which is no longer sent"
            verdict = breaking_for("old", message, ("status", reason), response.span)
        site = Site(location="status", status=status)
        self._finding("status-removed", text, verdict, site, (place(response), None))

    def _response(self, old: Response, new: Response) -> None:
        self._headers(old, new)
        if old.content and not new.content:
            message = self._messages.response(self._exchange.old, old, "old")
            verdict: Verdict = breaking_for("old", message, ("body", "clients expect a body"), old.span)
            site = Site(location="body", status=new.status)
            text = f"the body of the response {new.status} was removed"
            self._finding("response-body-removed", text, verdict, site, (place(old), place(new)))
        elif new.content and not old.content:
            site = Site(location="body", status=new.status)
            text = f"a body was added to the response {new.status}"
            verdict = compatible("the old contract neither promised nor excluded a body")
            self._finding("response-body-added", text, verdict, site, (place(old), place(new)))
        else:
            self._media_types(old.content, new.content, (old, new))

    def _headers(self, old: Response, new: Response) -> None:
        sender = self._exchange.sender("response")
        operation = self._exchange.of(sender)
        response = old if sender == "old" else new
        messages = self._messages

        def frame(header: Header | None, value: JsonValue | Unset) -> Message:
            given = None if header is None else (header, value)
            return messages.response(operation, response, sender, header=given)

        # Without the operation in its key, a shared header that was removed is one change.
        site = Site(location="header", status=new.status)
        owner = HeaderOwner(direction="response", site=site, part="", key=(), frame=frame)
        HeaderComparison(self._findings, self._exchange, owner).compare(old.headers, new.headers)

    # ── media types ───────────────────────────────────────────────────────────────────────────────────────────────

    def _media_types(
        self,
        old: tuple[MediaType, ...],
        new: tuple[MediaType, ...],
        responses: tuple[Response, Response] | None = None,
    ) -> None:
        direction: Direction = "response" if responses else "request"
        status = responses[1].status if responses else ""
        paired: set[str] = set()
        for media_type in old:
            counterpart = covering(media_type.name, new)
            counterparts = [counterpart] if counterpart else self._narrowed(media_type, new, direction)
            if not counterparts:
                self._media_type_removed(media_type, responses)
            for counterpart in counterparts:
                paired.add(counterpart.name)
                self._media_type(media_type, counterpart, responses)
        for media_type in new:
            if media_type.name not in paired:
                site = Site(location="body", status=status, media_type=media_type.name)
                text = f"the media type {media_type.name} was added"
                verdict: Verdict = compatible("the other media types remain")
                if responses is None and self._exchange.reverse:
                    verdict = self._unexpected(media_type)
                self._finding("media-type-added", text, verdict, site, (None, place(media_type)))

    def _unexpected(self, media_type: MediaType) -> Verdict:
        """A listener cannot say what it accepts: a media type that the old contract does not have breaks it."""
        value = self._messages.value(media_type.schema, "new", "request")
        message = self._messages.request(self._exchange.new, "new", body=(media_type.name, value))
        reason = f"the old contract has no bodies of {media_type.name}"
        span = self._exchange.old.span
        return breaking(self._exchange, "request", message, ("media-type", reason), span)

    def _narrowed(self, old: MediaType, new: tuple[MediaType, ...], direction: Direction) -> list[MediaType]:
        """The media types that replace the range *old*, where the new version's sender only sends less than it might."""
        # Clients by the old contract may send anything within the range.
        if self._exchange.sender(direction) == "old":
            return []
        return [candidate for candidate in new if covering(candidate.name, (old,)) is not None]

    def _media_type_removed(self, media_type: MediaType, responses: tuple[Response, Response] | None) -> None:
        name = media_type.name
        status = responses[1].status if responses else ""
        site = Site(location="body", status=status, media_type=name)
        value = self._messages.value(media_type.schema, "old", "response" if responses else "request")
        if responses is None:
            message: Message = self._messages.request(self._exchange.old, "old", body=(name, value))
            verdict: Verdict = compatible("the service no longer sends it")
            if not self._exchange.reverse:
                reason = f"bodies of {name} are not accepted"
                span = self._exchange.new.span
                verdict = breaking(self._exchange, "request", message, ("media-type", reason), span)
        else:
            message = self._messages.response(self._exchange.old, responses[0], "old", body=(name, value))
            reason = f"clients that accept {name} no longer get it"
            verdict = breaking_for("old", message, ("media-type", reason), responses[1].span)
        text = f"the media type {name} was removed"
        self._finding("media-type-removed", text, verdict, site, (place(media_type), None))

    def _media_type(
        self, old: MediaType, new: MediaType, responses: tuple[Response, Response] | None
    ) -> None:
        direction: Direction = "response" if responses else "request"
        sender = self._exchange.sender(direction)
        site = Site(location="body", status=responses[1].status if responses else "", media_type=new.name)
        frame = self._frame(sender, old.name if sender == "old" else new.name, responses)
        # Encodings are those of the whole body; ``itemSchema`` describes the items of a stream.
        EncodingComparison(self._findings, self._exchange, site, direction, frame).compare(old, new)
        part = f"/responses/{site.status}" if site.status else "/requestBody"
        pointer = f"{part}/{new.name.replace('/', '~1')}"
        schemas = [(old.schema, new.schema)]
        if old.item_schema is not None or new.item_schema is not None:
            schemas.append((old.item_schema, new.item_schema))
        for before, after in schemas:
            compared = ComparedValue(
                transfer=Transfer(direction, sender, is_written(new.name)),
                old=intersection(before),
                new=intersection(after),
                old_location=Location("", self._exchange.old.pointer + pointer),
                new_location=Location("", self._exchange.new.pointer + pointer),
                old_span=old.span,
                new_span=new.span,
                operation=self._exchange.ref,
                site=site,
                frame=frame,
            )
            self._findings.compare(compared)

    def _frame(self, side: Side, name: str, responses: tuple[Response, Response] | None) -> Frame:
        messages, operation = self._messages, self._exchange.of(side)
        if responses is None:
            return lambda value: messages.request(operation, side, body=(name, value))
        response = responses[0] if side == "old" else responses[1]
        return lambda value: messages.response(operation, response, side, body=(name, value))


def covering_response(status: str, responses: dict[str, Response]) -> Response | None:
    """The response that describes *status* by its range or by ``default``.

    Beside a success ``default`` means the errors that are not listed; alone it means everything.
    """
    if status == "default":
        return None
    has_success = any(known.startswith("2") for known in responses)
    otherwise = None if has_success and status.startswith("2") else responses.get("default")
    return responses.get(f"{status[0]}XX", otherwise)
