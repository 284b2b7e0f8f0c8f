"""The options of a contract test: which service, how thorough, with which credentials, and which findings are known.

Everything in here is a value. ``accord.testing.config`` reads it from ``[tool.accord.contract-test]``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

Phase: TypeAlias = Literal["examples", "coverage", "fuzzing", "stateful", "probes"]
"""The first four are Schemathesis's; ``probes`` are the requests of Accord's own."""

ALL_PHASES: tuple[Phase, ...] = ("examples", "coverage", "fuzzing", "stateful", "probes")
"""Every phase, in the order in which they run."""

Formats: TypeAlias = Literal["assert", "annotate"]
Rejections: TypeAlias = Literal["problems", "documented"]
"""Which undocumented rejections are accepted: RFC 9457 problems under a status of Accord's table, or none at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppTarget:
    """An application to start: ``python -m uvicorn MODULE:APP`` on a free loopback port.

    ``environment`` is added to this process's own; ``{tmp}`` in a value becomes the path of a fresh temporary
    folder, which is removed afterwards. ``port`` 0 means any free one.
    """

    app: str
    port: int = 0
    directory: Path = field(default_factory=Path)
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    start_seconds: float = 30.0
    stop_seconds: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlTarget:
    """A service that runs already. A URL without a path gets that of the contract's first server."""

    url: str


Target: TypeAlias = AppTarget | UrlTarget
"""The service that is tested."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticCredential:
    """A fixed credential: an API key or a bearer token, or ``user:password`` for basic authentication."""

    value: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginCredential:
    """A token fetched by a request, again whenever the service answers 401.

    ``url`` is relative to the base URL of the version, or absolute. Exactly one of ``form`` and ``json`` is sent.
    ``token`` is the JSON pointer of the token in the response.
    """

    url: str
    form: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    json: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    token: str = "/access_token"  # noqa: S105 (a pointer, not a secret)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalledCredential:
    """A credential from a function of the project; called at the start, and again whenever the service answers 401."""

    function: Callable[[], str]


Credential: TypeAlias = StaticCredential | LoginCredential | CalledCredential
"""How the test authenticates for one security scheme."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """A known finding that does not fail the test, with the reason that the report repeats.

    ``operation`` is ``METHOD /path``, an operationId or ``*``; ``status`` and ``contains`` (a piece of the message) narrow it down.
    """

    code: str
    reason: str
    operation: str = "*"
    status: int | None = None
    contains: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractTestOptions:
    """All options of a contract test.

    ``max_examples`` counts per operation in the fuzzing phase. ``time_budget`` is in seconds (``None``: no limit)
    and ends the test between two requests. ``timeout`` is that of one request, ``stream_timeout`` how long an event
    stream is read, both in seconds. ``slow_after`` makes a response that takes longer a finding.
    ``credentials`` maps names of security schemes. ``hook`` is ``MODULE:FUNCTION`` of the project (a contract names no
    code), called with the base URL before the first request: it may prepare the service, and return further
    credentials by scheme, each a string or a function without arguments that gives one.
    ``second`` and ``narrow`` map schemes to the credentials of somebody else and to some that lack scopes (all of them, or those that a JWT does not name itself); the hook may
    return such under ``second:SCHEME`` and ``narrow:SCHEME``. ``exclude`` maps operations (``METHOD /path`` or operationId) that are left out to the reason.
    """

    target: Target
    seed: int | None = None
    max_examples: int = 100
    phases: tuple[Phase, ...] = ALL_PHASES
    time_budget: float | None = None
    timeout: float = 10.0
    stream_timeout: float = 3.0
    slow_after: float | None = None
    formats: Formats = "assert"
    rejections: Rejections = "problems"
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    credentials: Mapping[str, Credential] = field(default_factory=dict[str, Credential])
    second: Mapping[str, Credential] = field(default_factory=dict[str, Credential])
    narrow: Mapping[str, Credential] = field(default_factory=dict[str, Credential])
    hook: str | None = None
    exclude: Mapping[str, str] = field(default_factory=dict[str, str])
    suppressions: tuple[Suppression, ...] = ()
