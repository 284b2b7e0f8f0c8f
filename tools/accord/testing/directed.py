"""Probes of responses that random requests do not reach: a missing scope, another user, a body that is too long, an
``Accept`` that nothing meets."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Final

from accord.contract.media_types import essence, is_json
from accord.contract.model import Operation
from accord.testing.contract import PathTemplate
from accord.testing.credentials import Attached, needs_credentials
from accord.testing.exchange import label
from accord.testing.judge import judge, parse_json
from accord.testing.probes import ProbeContext, bare, documented, promising, with_header

_FORM: Final = "application/x-www-form-urlencoded"
# No service has it; any registered type might be offered under a range.
_UNOFFERED: Final = "application/vnd.accord.unoffered"
# Limits of a few MiB are usual; what is beyond 16 MiB is left to the warning.
_SIZES: Final = (2 * 2**20, 16 * 2**20)
"""Octets of a body that a limit is looked for with."""
_JWT_PARTS: Final = 3
# RFC 9068, section 2.2.3, has `scope`; the others are in use by large providers.
_CLAIMS: Final = ("scope", "scp", "scopes")
_WRITES: Final = frozenset({"PUT", "PATCH", "DELETE"})


def probe_scopes(probing: ProbeContext, operation: Operation) -> None:
    """An operation that asks for scopes rejects credentials that do not have them."""
    if not needs_credentials(operation):
        return
    for requirement in probing.run.narrow.usable(operation):
        asked = {scope for use in requirement.schemes for scope in use.scopes}
        attached = probing.run.narrow.meet(requirement)
        # These credentials may do it after all, so that no rejection is due.
        if asked <= claimed_scopes(attached):
            continue
        request = promising(probing, operation)
        if request is None:
            probing.collector.warn(f"{label(operation)}: no request to try without its scopes")
            return
        response = probing.send(replace(bare(probing, request), attached=attached))
        if response is not None and response.response.status < 400:
            missing = " ".join(sorted(asked - claimed_scopes(attached)))
            message = f"answered {response.response.status} to credentials without the scopes {missing}"
            probing.report("scope-ignored", response, message, "security")
        return


def claimed_scopes(attached: Attached) -> frozenset[str]:
    """The scopes that a token says it has, where it is a JWT (RFC 9068): other credentials are taken to have none."""
    _, _, token = attached.headers.get("Authorization", "").partition(" ")
    pieces = token.split(".")
    if len(pieces) != _JWT_PARTS:
        return frozenset()
    try:
        claims = parse_json(base64.urlsafe_b64decode(pieces[1] + "=" * (-len(pieces[1]) % 4)))
    except ValueError:
        return frozenset()
    found = next((claims[n] for n in _CLAIMS if n in claims), "") if isinstance(claims, dict) else ""
    names = found.split() if isinstance(found, str) else found if isinstance(found, list) else []
    return frozenset(str(name) for name in names)


def probe_somebody_else(probing: ProbeContext, operation: Operation) -> None:
    """A resource that one user has made is neither changed nor deleted by another."""
    if operation.method not in _WRITES or not needs_credentials(operation):
        return
    requirement = next(iter(probing.run.second.usable(operation)), None)
    if requirement is None or not PathTemplate(operation.path).names_one_resource:
        return
    request = promising(probing, operation)
    if request is None:
        probing.collector.warn(f"{label(operation)}: no resource that somebody else could try to change")
        return
    attached = probing.run.second.meet(requirement)
    response = probing.send(replace(bare(probing, request), attached=attached))
    if response is not None and response.response.status < 300:
        message = f"answered {response.response.status} to somebody who did not make the resource"
        probing.report("object-authorization-ignored", response, message, "security")


def probe_not_acceptable(probing: ProbeContext, operation: Operation) -> None:
    """A documented 406 answers a client that accepts nothing of what the operation gives."""
    if documented(operation, "406") is None:
        return
    request = promising(probing, operation)
    if request is None:
        return
    response = probing.send(with_header(request, "Accept", _UNOFFERED))
    if response is not None and response.response.status < 300:
        message = f"answered {response.response.status} to Accept: {_UNOFFERED}, 406 is documented"
        probing.report("accept-ignored", response, message, "responses", "406")


def probe_too_large(probing: ProbeContext, operation: Operation) -> None:
    """A documented 413 answers a body that is too long: white space makes any JSON text as long as one likes, a field more
    any form."""
    if documented(operation, "413") is None or operation.body is None:
        return
    sample = next(iter(probing.memory.samples(operation)), None) or probing.memory.template(operation)
    if sample is None or sample.body is None:
        return
    media_type = essence(sample.header("content-type") or "")
    if not (is_json(media_type) or media_type == _FORM):
        return
    more, filling = (b"", b" ") if is_json(media_type) else (b"&accord=", b"a")
    for size in _SIZES:
        body = sample.body + more + filling * (size - len(sample.body))
        # A server may close the connection while the body is still on its way.
        response = probing.send(replace(probing.again(sample), body=body), lossy=True)
        if response is None or response.response.status == 413:
            return  # Without a response the connection was cut while the body was on its way.
    message = f"413 is documented, but was not answered to a body of {_SIZES[-1] // 2**20} MiB"
    probing.collector.warn(f"{label(operation)}: {message}")


def probe_conflict(probing: ProbeContext, operation: Operation) -> None:
    """Where a documented 409 was not seen, send a request that succeeded once more."""
    if operation.method not in {"POST", "PUT"} or documented(operation, "409") is None:
        return
    if probing.collector.statuses(operation).get("409"):
        return
    sample = next(iter(probing.memory.samples(operation)), None)
    if sample is not None and judge(probing.contract, sample).verdict == "valid":
        # The first one may succeed: what the sample had made may be gone again.
        for _ in range(2):
            probing.send(probing.again(sample))
