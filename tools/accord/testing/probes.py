"""Probes: requests that the contract suggests and Schemathesis does not send.

Each probe starts from a request that succeeded or a URL that exists, changes one thing, and knows from the contract
what has to come back.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final
from urllib.parse import quote, urlencode

from accord.contract.model import Operation, Response
from accord.testing.checks import Breach
from accord.testing.collect import Collector, Run
from accord.testing.contract import Contract, PathTemplate
from accord.testing.credentials import Attached, Credentials, credential_places, needs_credentials
from accord.testing.exchange import Exchange
from accord.testing.followups import Memory
from accord.testing.fresh import fresh_bodies
from accord.testing.judge import judge, parse_json
from accord.testing.mutate import falsified, mutated_bodies, mutated_urls, other_etag
from accord.testing.options import LoginCredential
from accord.testing.sender import Request, Sender, get_request, without_credentials

PHASE: Final = "probes"
_UNDECLARED: Final = ("PATCH", "PUT", "POST", "DELETE", "GET")
_CONDITIONAL: Final = frozenset({"if-match", "if-none-match", "if-modified-since", "if-unmodified-since"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeContext:
    """What every probe works with: the contract, the service, and what was seen of it so far."""

    run: Run
    memory: Memory
    sender: Sender

    @property
    def contract(self) -> Contract:
        """The contract of the run."""
        return self.run.contract

    @property
    def credentials(self) -> Credentials:
        """The credentials of whoever the run is."""
        return self.run.credentials

    @property
    def collector(self) -> Collector:
        """What gathers the findings of the run."""
        return self.run.collector

    def send(self, request: Request, *, lossy: bool = False) -> Exchange | None:
        """Send a probe. A *lossy* one may break the connection: no response is then no finding."""
        return self.sender.send(request, PHASE, lossy=lossy)

    def again(self, sample: Exchange) -> Request:
        """The request of *sample* once more, with fresh credentials."""
        return Request(
            operation=sample.operation,
            method=sample.method,
            url=sample.url,
            headers=sample.headers,
            body=sample.body,
            attached=self.credentials.attach(sample.operation),
        )

    def report(self, code: str, exchange: Exchange, message: str, *steps: str) -> None:
        """Report a breach of a clause of the exchange's operation."""
        clause = self.contract.clauses.pointer(exchange.operation.pointer, *steps)
        self.collector.report(Breach(code, clause, message), exchange)


Probe = Callable[[ProbeContext, Operation], None]


def probe_login(probing: ProbeContext, operation: Operation) -> None:
    """Send the configured logins as requests of the contract, where it has an operation for them."""
    for login in probing.run.options.credentials.values():
        if not isinstance(login, LoginCredential):
            continue
        if operation.method != "POST" or operation.path.strip("/") != login.url.strip("/"):
            continue
        kind = "application/json" if login.json else "application/x-www-form-urlencoded"
        body = json.dumps(dict(login.json)) if login.json else urlencode(dict(login.form))
        probing.send(
            Request(
                operation=operation,
                method="POST",
                url=probing.run.base_url + operation.path,
                headers=(("Content-Type", kind),),
                body=body.encode(),
                intent="valid",
            )
        )


def probe_fresh(probing: ProbeContext, operation: Operation) -> None:
    """Send requests that no uniqueness constraint can reject, until one succeeds."""
    sample = probing.memory.template(operation)
    if sample is None or judge(probing.contract, sample).verdict != "valid":
        return
    for body in fresh_bodies(probing.contract, sample):
        request = replace(probing.again(sample), body=body, intent="valid")
        exchange = probing.send(request)
        if probing.memory.samples(operation) or (exchange is not None and exchange.response.status < 300):
            return


def probe_credentials(probing: ProbeContext, operation: Operation) -> None:
    """A protected operation rejects a request that would succeed, once its credentials are missing or forged."""
    usable = probing.credentials.usable(operation)
    if not usable or not needs_credentials(operation):
        return
    fakes = [
        ("forged credentials", falsified(probing.credentials.meet(requirement))) for requirement in usable
    ]
    # A fresh request each time: an ignored check would have used the first one up.
    for what, attached in [("no credentials", Attached()), *fakes]:
        request = promising(probing, operation)
        if request is None:
            return
        response = probing.send(replace(bare(probing, request), attached=attached))
        if (
            response is not None
            and response.response.status < 400
            and not probing.credentials.are_in(response)
        ):
            message = f"answered {response.response.status} to {what}"
            probing.report("auth-ignored", response, message, "security")


def probe_alternatives(probing: ProbeContext, operation: Operation) -> None:
    """Each security requirement is an alternative, so the credentials of one alone are enough."""
    for requirement in probing.credentials.usable(operation)[1:]:
        request = promising(probing, operation)
        if request is None:
            return
        attached = probing.credentials.meet(requirement)
        response = probing.send(replace(bare(probing, request), attached=attached))
        # 403 is no proof: these credentials may lack a right.
        if response is not None and response.response.status == 401:
            message = "answered 401 to the credentials of " + " and ".join(
                use.name for use in requirement.schemes
            )
            probing.report("auth-rejected", response, message, "security")


def bare(probing: ProbeContext, request: Request) -> Request:
    """*request* without any credentials of its operation."""
    schemes = probing.contract.api.security_schemes
    used = {use.name for requirement in request.operation.security for use in requirement.schemes}
    places = [credential_places(schemes[name]) for name in used if name in schemes]
    return without_credentials(request, [place for place in places if place is not None])


def promising(probing: ProbeContext, operation: Operation) -> Request | None:
    """A request that should succeed: on a resource that exists, with its current ETag where one is asked for, or with texts
    that no
    earlier one has used. ``None`` where nothing is known that could."""
    reader = probing.contract.operation("GET", operation.path)
    if reader is not None and PathTemplate(operation.path).names_one_resource:
        for url in _living(probing, reader):
            if operation is reader:
                return _get(probing, operation, url)
            etag = _etag(probing, reader, url)
            write = _write(probing, operation, url)
            if write is not None:
                return write if etag is None else with_header(write, "If-Match", etag)
    sample = next(iter(probing.memory.samples(operation)), None)
    if sample is None:
        return None
    fresh = next(fresh_bodies(probing.contract, sample), None)
    return probing.again(sample) if fresh is None else replace(probing.again(sample), body=fresh)


def probe_method(probing: ProbeContext, operation: Operation) -> None:
    """An undeclared method on a resource that exists is a 405 (whose ``Allow`` every exchange is checked for)."""
    contract = probing.contract
    declared = contract.methods[operation.path]
    if next(o for o in contract.api.operations if o.path == operation.path) is not operation:
        return
    url = next(iter(probing.memory.alive(operation.path)), None)
    # Harmless ones first, in case the service does something with it.
    method = next((m for m in _UNDECLARED if m not in declared), None)
    if url is None or method is None:
        return
    attached = probing.credentials.attach(operation)
    response = probing.send(Request(operation=operation, method=method, url=url, attached=attached))
    if response is not None and response.response.status not in {401, 403, 405, 429}:
        clause = operation.pointer.rpartition("/")[0]
        message = f"{method} is not declared, but was answered {response.response.status} instead of 405"
        probing.collector.report(Breach("method-undeclared-answered", clause, message), response)


def probe_not_modified(probing: ProbeContext, operation: Operation) -> None:
    """A documented 304 answers If-None-Match with the current ETag, and only with that."""
    if operation.method != "GET" or documented(operation, "304") is None:
        return
    for url in _living(probing, operation):
        fresh = probing.send(_get(probing, operation, url))
        etag = fresh.response.header("etag") if fresh is not None else None
        if fresh is None or fresh.response.status != 200 or etag is None:
            continue
        same = probing.send(_get(probing, operation, url, ("If-None-Match", etag)))
        if same is not None and same.response.status == 200 and same.response.header("etag") == etag:
            message = "answered 200 to If-None-Match with the current ETag, 304 is documented"
            probing.report("not-modified-missing", same, message, "responses", "304")
        stale = probing.send(_get(probing, operation, url, ("If-None-Match", other_etag(etag))))
        if stale is not None and stale.response.status == 304:
            message = "answered 304 to an ETag that the resource does not have"
            probing.report("not-modified-wrong", stale, message, "responses", "304")
        return


def probe_precondition(probing: ProbeContext, operation: Operation) -> None:
    """A documented 412 rejects If-Match with another ETag, and with one that a write has made stale."""
    if operation.method not in {"PUT", "PATCH", "DELETE"} or documented(operation, "412") is None:
        return
    if not any(p.location == "header" and p.name.lower() == "if-match" for p in operation.parameters):
        return
    reader = probing.contract.operation("GET", operation.path)
    if reader is None:
        return
    for url in _living(probing, reader):
        etag = _etag(probing, reader, url)
        write = _write(probing, operation, url)
        if etag is None or write is None:
            continue
        wrong = probing.send(with_header(write, "If-Match", other_etag(etag)))
        # Rejected for another reason, before the condition was looked at.
        if wrong is None or wrong.response.status in {400, 404, 415, 422}:
            continue
        if wrong.response.status < 300:
            message = f"answered {wrong.response.status} to If-Match with another ETag, 412 is documented"
            probing.report("precondition-ignored", wrong, message, "responses", "412")
        elif operation.method != "DELETE":
            _lost_update(probing, write, reader, etag)
        return


def _lost_update(probing: ProbeContext, write: Request, reader: Operation, etag: str) -> None:
    """The second of two writers that read the same version must not win."""
    first = probing.send(with_header(write, "If-Match", etag))
    if first is None or first.response.status >= 300:
        return
    if _etag(probing, reader, write.url) in {None, etag}:
        return  # The write changed nothing, so the ETag is still the right one.
    second = probing.send(with_header(write, "If-Match", etag))
    if second is not None and second.response.status < 300:
        message = f"answered {second.response.status} to If-Match with an ETag that a write had made stale"
        probing.report("precondition-ignored", second, message, "responses", "412")


def probe_inputs(probing: ProbeContext, operation: Operation) -> None:
    """Small changes to a request that succeeded: what the contract forbids is rejected, odd text does no harm."""
    # The first sample that still succeeds is enough; the others are for states that have changed since.
    for sample in probing.memory.fullest(operation)[:6]:
        if judge(probing.contract, sample).verdict != "valid":
            continue
        condition = _condition(probing, sample)
        if not _still_succeeds(probing, sample, condition):
            continue
        condition = _condition(probing, sample)  # the trial may have moved it
        again = probing.again(sample)
        variants = chain(
            (replace(again, body=body) for body in mutated_bodies(probing.contract, sample)),
            (replace(again, url=url) for url in mutated_urls(sample)),
        )
        for variant in variants:
            request = variant if condition is None else with_header(variant, "If-Match", condition)
            exchange = probing.send(request)
            if exchange is None:
                continue
            # A change that was accepted has a new ETag.
            if condition is not None and exchange.response.status < 300:
                condition = _condition(probing, sample)
            opinion = judge(probing.contract, exchange)
            if opinion.verdict == "invalid" and exchange.response.status < 400:
                message = f"answered {exchange.response.status} to an invalid request: {opinion.reason}"
                probing.collector.report(
                    Breach("invalid-request-accepted", opinion.clause, message), exchange
                )
        return


def _still_succeeds(probing: ProbeContext, sample: Exchange, condition: str | None) -> bool:
    """Whether the state still allows the request: that of a deleted resource would hide every other rejection."""
    request = probing.again(sample)
    exchange = probing.send(request if condition is None else with_header(request, "If-Match", condition))
    # A conflict with its own first success is a matter of state as well, which a change of the body may avoid.
    return exchange is not None and (exchange.response.status < 400 or exchange.response.status == 409)


def _condition(probing: ProbeContext, sample: Exchange) -> str | None:
    """The current ETag where the sample named one: an old one would be rejected before anything else is looked at."""
    reader = probing.contract.operation("GET", sample.operation.path)
    if reader is None or sample.header("if-match") is None:
        return None
    return _etag(probing, reader, sample.url)


def probe_delete(probing: ProbeContext, operation: Operation) -> None:
    """Where no deletion succeeded so far, delete one resource: the follow-up reads it again."""
    if operation.method != "DELETE" or any(probing.collector.statuses(operation)[s] for s in ("200", "204")):
        return
    request = promising(probing, operation)
    if request is not None:
        probing.send(request)


def _living(probing: ProbeContext, reader: Operation) -> Iterator[str]:
    """URLs of resources that were there when last seen; after those, of one that is made for it."""
    # The newest are the likeliest to be there still.
    seen = list(probing.memory.alive(reader.path))[:6]
    yield from seen
    yield from (url for url in _made(probing, reader) if url not in seen)


def _made(probing: ProbeContext, reader: Operation) -> Iterator[str]:
    """Where a resource made now may be: what its Location named and held, and its collection with the identifier it got."""
    collection, _, last = reader.path.rpartition("/")
    creator = probing.contract.operation("POST", collection)
    if creator is None or not PathTemplate(reader.path).names_one_resource:
        return
    request = promising(probing, creator)
    made = None if request is None else probing.send(replace(request, intent="valid"))
    if made is None or not 200 <= made.response.status < 300:
        return
    yield from list(probing.memory.alive(reader.path))[:1]
    try:
        body = parse_json(made.response.body)
    except ValueError:
        return
    if isinstance(body, dict):
        # `itemId` stands as `itemId` in the body, or as `id`; other names would be guesses.
        identifiers = [body[name] for name in (last.strip("{}"), "id") if name in body]
        where = made.url.partition("?")[0].rstrip("/")
        yield from (
            f"{where}/{quote(str(identifier), safe='')}"
            for identifier in identifiers
            if isinstance(identifier, str | int)
        )


def _get(probing: ProbeContext, operation: Operation, url: str, *headers: tuple[str, str]) -> Request:
    """A GET of *url* with the headers of a GET that succeeded there, conditions aside."""
    sample = next((s for s in probing.memory.samples(operation) if s.url == url), None)
    kept = tuple(h for h in sample.headers if h[0].lower() not in _CONDITIONAL) if sample is not None else ()
    return get_request(operation, url, probing.credentials.attach(operation), (*kept, *headers))


def _etag(probing: ProbeContext, reader: Operation, url: str) -> str | None:
    """The current ETag of *url*."""
    found = probing.send(_get(probing, reader, url))
    return found.response.header("etag") if found is not None and found.response.status == 200 else None


def _write(probing: ProbeContext, operation: Operation, url: str) -> Request | None:
    """A request for a writing operation on *url*, with a body that was accepted before."""
    sample = probing.memory.template(operation)
    if sample is None and operation.body is not None and operation.body.required:
        return None
    return Request(
        operation=operation,
        method=operation.method,
        url=url,
        headers=sample.headers if sample is not None else (),
        body=sample.body if sample is not None else None,
        attached=probing.credentials.attach(operation),
    )


def with_header(request: Request, name: str, value: str) -> Request:
    """*request* with a header, instead of what it has under that name."""
    kept = tuple(h for h in request.headers if h[0].lower() != name.lower())
    return replace(request, headers=(*kept, (name, value)))


def documented(operation: Operation, status: str) -> Response | None:
    """The response that *operation* documents under exactly this key."""
    return next((r for r in operation.responses if r.status == status), None)
