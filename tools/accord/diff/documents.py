"""Servers of operations, and what is said of a document as a whole."""

from __future__ import annotations

from accord.contract.model import Api, Operation, Server
from accord.diff.gather import Exchange, Finding, Gather, breaks, harmless, place
from accord.diff.model import Site, Verdict
from accord.diff.security import credential


def documentation(operation: Operation) -> dict[tuple[str, ...], object]:
    """What only people read of an operation, by its place; of what came or went nothing is compared."""
    out: dict[tuple[str, ...], object] = {
        (): (operation.summary, operation.description, operation.external_docs)
    }
    for parameter in operation.parameters:
        key = ("parameter", parameter.location, parameter.name)
        out[key] = (parameter.description, parameter.examples)
    if operation.body is not None:
        out["body",] = operation.body.description
        out.update({("body", m.name): m.examples for m in operation.body.content})
    for response in operation.responses:
        status = response.status
        out["response", status] = (response.summary, response.description)
        out.update({("content", status, m.name): m.examples for m in response.content})
        out.update(
            {("header", status, h.name.lower()): (h.description, h.examples) for h in response.headers}
        )
    return out


def compare_servers(gather: Gather, exchange: Exchange) -> None:
    """The addresses of one operation: those that were there must stay."""
    old = {_address(s): s for s in exchange.old.servers}
    new = {_address(s): s for s in exchange.new.servers}
    # Without servers an address is relative to the document: nothing is said about it.
    for address, server in old.items():
        if address in new or not new:
            continue
        message = gather.messages.request(exchange.old, "old")
        reason = f"the address {server.url} is served no longer"
        span = exchange.new.servers[0].span
        verdict: Verdict = breaks(exchange, "request", message, ("server", reason), span)
        _server(gather, exchange, f"the server {server.url} was removed", verdict, (server, None))
    for address, server in new.items():
        if address not in old and old:
            _server(
                gather,
                exchange,
                f"the server {server.url} was added",
                harmless("an address more"),
                (None, server),
            )


def _server(
    gather: Gather,
    exchange: Exchange,
    text: str,
    verdict: Verdict,
    servers: tuple[Server | None, Server | None],
) -> None:
    code = "server-removed" if servers[1] is None else "server-added"
    gather.add(
        Finding(
            code=code,
            message=text,
            verdict=verdict,
            site=Site(location="server"),
            direction="request",
            key=(text,),
            old=place(servers[0].span) if servers[0] else None,
            new=place(servers[1].span) if servers[1] else None,
        ),
        exchange.ref,
    )


def _address(server: Server) -> str:
    """The URL with the defaults of its variables, without a slash at the end."""
    url = server.url
    for variable in server.variables:
        choices = "|".join(sorted(variable.enum)) or variable.default
        url = url.replace("{" + variable.name + "}", choices)
    return url.rstrip("/")


def compare_documents(gather: Gather, old: Api, new: Api) -> None:
    """Titles, tags and security schemes."""
    if old.info.title != new.info.title:
        text = f"the title {old.info.title!r} became {new.info.title!r}"
        _document(gather, "title-changed", text, old, new)
    for name in sorted({t.name for t in old.tags} ^ {t.name for t in new.tags}):
        action = "added" if any(t.name == name for t in new.tags) else "removed"
        _document(gather, f"tag-{action}", f"the tag `{name}` was {action}", old, new)
    for name, scheme in old.security_schemes.items():
        other = new.security_schemes.get(name)
        if other is not None and scheme != other and credential(scheme) == credential(other):
            text = f"the security scheme `{name}` says otherwise where or for what credentials are given"
            _document(gather, "security-scheme-changed", text, old, new)


def _document(gather: Gather, code: str, text: str, old: Api, new: Api) -> None:
    gather.add(
        Finding(
            code=code,
            message=text,
            verdict=harmless("the wire is the same"),
            site=Site(location="document"),
            channel="policy",
            key=(text,),
            old=place(old.info.span),
            new=place(new.info.span),
        )
    )
