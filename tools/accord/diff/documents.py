"""Servers and documentation of operations; titles, tags and security schemes of documents."""

from __future__ import annotations

from accord.contract.model import Api, Operation, Server
from accord.diff.model import Site, Verdict
from accord.diff.report.findings import Exchange, Finding, Findings, breaking, compatible, place
from accord.diff.security import credential


def documentation(operation: Operation) -> dict[tuple[str, ...], object]:
    """The texts of an operation that only people read, by the part that they describe.

    Parts that only one version has are left out by the caller: they are changes of their own.
    """
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


def compare_servers(findings: Findings, exchange: Exchange) -> None:
    """The addresses of one operation: one that is removed breaks the clients that use it."""
    old = {_address(s): s for s in exchange.old.servers}
    new = {_address(s): s for s in exchange.new.servers}
    # Without servers the address is that of the document, which the contract does not know.
    removed = [server for address, server in old.items() if new and address not in new]
    added = [server for address, server in new.items() if old and address not in old]
    for server in (*removed, *added):
        is_removed = server in removed
        verdict: Verdict = compatible("the other addresses remain")
        if is_removed:
            message = findings.messages.request(exchange.old, "old")
            clause = ("server", f"{server.url} is no longer served")
            verdict = breaking(exchange, "request", message, clause, exchange.new.servers[0].span)
        action = "removed" if is_removed else "added"
        text = f"the server {server.url} was {action}"
        finding = Finding(
            code=f"server-{action}",
            message=text,
            verdict=verdict,
            site=Site(location="server"),
            direction="request",
            key=(text,),
        )
        places = (place(server), None) if is_removed else (None, place(server))
        findings.add(finding, places, exchange.ref)


def _address(server: Server) -> str:
    """The URL with the values of its variables filled in, without a slash at the end."""
    url = server.url
    for variable in server.variables:
        choices = "|".join(sorted(variable.enum)) or variable.default
        url = url.replace("{" + variable.name + "}", choices)
    return url.rstrip("/")


def compare_documents(findings: Findings, old: Api, new: Api) -> None:
    """What changes in documents as a whole: titles, tags and security schemes."""
    if old.info.title != new.info.title:
        text = f"the title {old.info.title!r} became {new.info.title!r}"
        _document(findings, "title-changed", text, old, new)
    for name in sorted({t.name for t in old.tags} ^ {t.name for t in new.tags}):
        action = "added" if any(t.name == name for t in new.tags) else "removed"
        _document(findings, f"tag-{action}", f"the tag `{name}` was {action}", old, new)
    for name, scheme in old.security_schemes.items():
        counterpart = new.security_schemes.get(name)
        if counterpart is None or scheme == counterpart:
            continue
        # Other credentials are compared where operations demand them.
        if credential(scheme) == credential(counterpart):
            text = f"the description or the flows of the security scheme `{name}` changed"
            _document(findings, "security-scheme-changed", text, old, new)


def _document(findings: Findings, code: str, text: str, old: Api, new: Api) -> None:
    verdict, site = compatible("nothing changes on the wire"), Site(location="document")
    finding = Finding(code=code, message=text, verdict=verdict, site=site, channel="policy", key=(text,))
    findings.add(finding, (place(old.info), place(new.info)))
