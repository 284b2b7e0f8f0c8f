"""``webhooks.py``: what the contract says that the service sends, one declared request after the other."""

from __future__ import annotations

from collections.abc import Sequence

from accord.emit.python.declared import DeclarationPrinter
from accord.emit.python.imports import Imports
from accord.emit.python.plan_webhooks import SentRequest
from accord.emit.python.text import docstring, one_line
from accord.emit.tree import header


def print_webhooks(requests: Sequence[SentRequest], *, source: str) -> str:
    """The module."""
    printer = DeclarationPrinter()
    printed = "".join(
        f"\n{request.constant}: Final = {printer.source(request.declared)}\n"
        + docstring(_description(request), indent=0)
        for request in requests
    )
    imports = Imports("from typing import Final", "from accord.runtime import outgoing", *printer.imports)
    return (
        f"{header(source)}\n"
        + docstring(f"Requests that the service sends: webhooks and callbacks of {source}", indent=0)
        + "\nfrom __future__ import annotations\n\n"
        + imports.text()
        + printed
        + f"\nWEBHOOKS: Final = ({', '.join(request.constant for request in requests)},)\n"
        + docstring("All of them, in the order of the contract.", indent=0)
    )


def _description(request: SentRequest) -> str:
    cause = request.declared.caused_by
    what = "Webhook" if cause is None else f"Callback of {' '.join(cause)}"
    summary = one_line(request.summary)
    return f"{what}: {summary}" if summary else f"{what} {request.declared.name!r}."
