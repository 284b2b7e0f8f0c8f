"""A probe that follows the links of successful responses: the call that a link describes has to work.

Each link starts from a response of its own, given for it alone, so that following it changes nothing that another check
relies on. Links that read come first, those that delete last.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from accord.contract.model import Link, Operation, Response
from accord.contract.schema import JsonValue, Unset
from accord.contract.schemas.samples import Sampler
from accord.testing.contract import find_response
from accord.testing.exchange import Exchange
from accord.testing.expressions import evaluate
from accord.testing.judge import judge
from accord.testing.probes import ProbeContext, promising
from accord.testing.problems import DATA_REJECTIONS, explanation
from accord.testing.requests import Built, CannotBuildError, Given, build_request
from accord.testing.sender import Request

_DELETED: Final = frozenset({404, 410})
# Reading first: a link that deletes would take the resource away from those behind it.
_ORDER: Final = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
_SOURCES: Final = 3
"""Answers from which the links of a response are followed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Followed:
    """A link on its way: the response that it starts from, and where it leads."""

    link: Link
    response: Response
    source: Exchange
    target: Operation


def probe_links(probing: ProbeContext, operation: Operation) -> None:
    """Follow every link of every documented response that can be had."""
    linked = [response for response in operation.responses if response.links]
    if not linked:
        return
    for source in _sources(probing, operation):
        response = find_response(operation, source.response.status)
        if response is None or response not in linked:
            continue
        for link in sorted(response.links, key=_rank):
            target = None if link.target is None else probing.contract.operation(*link.target)
            if target is None:
                probing.run.links.note(operation, response, link, "it names no operation")
            else:
                _follow(probing, _Followed(link=link, response=response, source=source, target=target))
    for response in linked:
        for link in response.links:
            # For every link: a reason that was noted before stays, and a link that was followed has no need
            # of one.
            probing.run.links.note(operation, response, link, f"no {response.status} was seen to start from")


def _rank(link: Link) -> int:
    """Links that read come first, those that delete last: the resource is needed until then."""
    method = "GET" if link.target is None else link.target[0]
    return _ORDER.index(method) if method in _ORDER else len(_ORDER)


def _sources(probing: ProbeContext, operation: Operation) -> Iterator[Exchange]:
    """Fresh responses of an operation."""
    # Several sources, since the first may lack the optional value that a link takes.
    for _ in range(_SOURCES):
        request = promising(probing, operation)
        exchange = None if request is None else probing.send(replace(request, intent="valid"))
        if exchange is not None and exchange.response.status < 400:
            yield exchange


def _follow(probing: ProbeContext, followed: _Followed) -> None:
    """Follow one link, and judge it by the response."""
    link, source, target = followed.link, followed.source, followed.target
    try:
        built, complete = _request(probing, followed)
    except CannotBuildError as error:
        probing.run.links.note(source.operation, followed.response, link, str(error))
        return
    response = probing.send(
        Request(
            operation=target,
            method=target.method,
            url=built.url,
            headers=built.headers,
            body=built.body,
            attached=probing.credentials.attach(target),
            intent="valid",
        )
    )
    if response is None:
        probing.run.links.note(source.operation, followed.response, link, "the request cannot be sent")
        return
    probing.run.links.followed(source.operation, followed.response, link)
    _assess(probing, followed, response, (built, complete))


def _assess(probing: ProbeContext, followed: _Followed, response: Exchange, sent: tuple[Built, bool]) -> None:
    """What the response says about the link. *sent*: the request, and whether the link alone names the resource."""
    built, names_resource = sent
    status = response.response.status
    where = f"link {followed.link.name!r} of {followed.response.status} to {response.method} {followed.target.path}"
    opinion = judge(probing.contract, response)
    message = f"{where}: answered {status}{explanation(response.response)}"
    if opinion.verdict == "invalid":
        code, message = "link-invalid", f"{where}: it gives what its target forbids: {opinion.reason}"
    elif status in _DELETED and names_resource:
        code = "link-broken"
    elif status in DATA_REJECTIONS and built.known and opinion.verdict == "valid":
        code = "link-rejected"
    else:
        return
    steps = ("responses", followed.response.status, "links", followed.link.name)
    probing.report(code, followed.source, message, *steps)


def _request(probing: ProbeContext, followed: _Followed) -> tuple[Built, bool]:
    """The request that a link describes, and whether it gives every path parameter.

    Raises:
        CannotBuildError: an expression gives nothing, or no request can be made.
    """
    link, source, target = followed.link, followed.source, followed.target
    values: dict[tuple[str, str], JsonValue] = {}
    for name, expression in link.parameters:
        # A key is a name, or a location and a name: `id` or `path.id`.
        named = (p for p in target.parameters if name in {p.name, f"{p.location}.{p.name}"})
        parameter = next(named, None)
        if parameter is None:
            raise CannotBuildError(f"its target has no parameter {name!r}")
        value = evaluate(expression, source)
        if isinstance(value, Unset):
            raise CannotBuildError(f"{expression} gives nothing")
        values[parameter.location, parameter.name] = value
    # The ETag of the source where the target asks for one and the link is silent about it.
    etag = source.response.header("etag")
    for parameter in target.parameters:
        if parameter.location == "header" and parameter.name.lower() == "if-match" and etag is not None:
            values.setdefault(("header", parameter.name), etag)
    template = probing.memory.template(target)
    given = Given(parameters=values)
    if not isinstance(link.request_body, Unset):
        body = evaluate(link.request_body, source)
        if isinstance(body, Unset):
            raise CannotBuildError(f"{link.request_body} gives nothing")
        given = Given(parameters=values, body=json.dumps(body).encode())
    elif template is not None and template.body:
        media_type = template.header("content-type") or "application/json"
        given = Given(parameters=values, body=template.body, media_type=media_type)
    sampler = Sampler(
        probing.contract.api.schemas, view="request", formats=probing.contract.formats == "assert"
    )
    built = build_request(target, probing.run.base_url, sampler, given)
    names = {p.name for p in target.parameters if p.location == "path"}
    return built, names <= {name for location, name in values if location == "path"}
