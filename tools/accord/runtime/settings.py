"""What an operator of a service may set. Numbers live here, never in the contract: tuning is no change of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from starlette.types import Scope

from accord.runtime.declare import Operation
from accord.runtime.wire import Repeated

Mode: TypeAlias = Literal["check", "sample", "trust"]
"""How answers are compared with the contract: each of them, one in ``sample_every``, or none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """A response of an implementation that its contract does not allow.

    ``clause`` names the broken part (``"200 application/json"``, ``"201 headers"``), ``reasons`` what is wrong, each
    as ``pointer: reason``. Neither repeats a value of the response.
    """

    operation: str
    clause: str
    reasons: tuple[str, ...]


Admit: TypeAlias = Callable[[Scope], Awaitable[None]]
"""Lets a request in, or raises a :class:`Rejection`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """What has to let a request in before its operation works, such as rate limits. ``arrived`` runs before credentials are
    looked at;
    ``identified`` after, when ``scope["accord.principal"]`` is who calls. Header pairs that either puts into
    ``scope["accord.headers"]`` are sent with the response."""

    arrived: Admit | None = None
    identified: Admit | None = None


Admissions: TypeAlias = Callable[[Operation, str], Admission | None]
"""The admission of an operation that is served on a route (its path with the prefix); asked once, at start-up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeSettings:
    """How a version is served. The defaults are those of a development machine and of tests.

    Attributes:
        mode: ``check`` compares every response with the contract, and one that breaks it becomes a 500; ``sample``
            compares one in ``sample_every``, logs and reports what is wrong, and sends the response; ``trust`` compares
            none.
        sample_every: One in how many responses of an operation ``sample`` compares.
        max_body_bytes: Longer request bodies are rejected with 413. Of a multipart body or a sequence of items this bounds
            what is held in memory: all parts that are no files together, and each item.
        max_stream_bytes: The same for bodies that are not held in memory as a whole: multipart, streams of bytes and of
            items. ``None``: ``max_body_bytes``.
        max_file_bytes: A multipart body with a longer file is rejected with 413. ``None``: only the whole body is bounded.
        file_memory_bytes: An uploaded file that is longer lies in a temporary file, not in memory.
        max_form_fields: Forms with more fields or parts are rejected with 413.
        max_reported_errors: How many errors of a request a problem lists at most.
        repeated_parameter: What a scalar parameter that comes twice is: an error (422), or its first or last value.
        undeclared_query: Whether query parameters that the contract does not declare are an error (422).
        heartbeat: Seconds after which a silent event stream sends a comment; an ``EventStream`` may set its own.
        close_streams_on_signal: Whether SIGTERM and SIGINT end open event streams, so that the server can stop.
        docs: Whether ``/docs`` and ``/redoc`` are offered below the prefix (needs the extra ``accord[docs]``).
        debug: Whether the problem of a 500 says what went wrong. For development only.
        on_violation: Called with each broken response, such as a counter of metrics.
        admissions: Gives what has to let the requests of an operation in, such as its rate limit.
    """

    mode: Mode = "check"
    sample_every: int = 100
    max_body_bytes: int = 1_048_576
    max_stream_bytes: int | None = None
    max_file_bytes: int | None = None
    file_memory_bytes: int = 262_144
    max_form_fields: int = 1_000
    max_reported_errors: int = 200
    # Two servers that read different values of a repeated parameter are a known way around checks.
    repeated_parameter: Repeated = "reject"
    undeclared_query: Literal["ignore", "reject"] = "ignore"
    heartbeat: float = 15.0
    close_streams_on_signal: bool = True
    docs: bool = True
    debug: bool = False
    on_violation: Callable[[Violation], None] | None = None
    admissions: Admissions | None = None

    def __post_init__(self) -> None:
        for name in (
            *("sample_every", "max_body_bytes", "max_stream_bytes", "max_file_bytes", "file_memory_bytes"),
            *("max_form_fields", "max_reported_errors", "heartbeat"),
        ):
            value: float | None = getattr(self, name)
            if value is not None and value <= 0:
                raise ValueError(f"RuntimeSettings.{name} must be greater than 0")
