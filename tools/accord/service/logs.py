"""Structured logs: every line of the process one JSON object, whoever writes it, with the trace of its request.

The lines of ``structlog``, of the standard library's ``logging`` and of uvicorn and gunicorn go through one handler, and
before that through :class:`Redaction`, which hides what is secret.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeAlias, cast

import msgspec
import structlog
from structlog.typing import EventDict, Processor
from typing_extensions import override

from accord.service.callers import Identify
from accord.service.settings import ServiceSettings
from accord.service.trace import current_request

HIDDEN: Final = "[hidden]"
_MAX_DEPTH: Final = 6

_SECRET_NAME: Final = re.compile(
    r"pass(?:word|wd|phrase)|secret|token|authorization|api[-_]?key|cookie|credential|private[-_]?key|digest",
    re.IGNORECASE,
).search
# What a token, a hash, a key and a URL with a password look like, wherever they turn up.
# Most secrets stand under a telling name, but a URL or a message may hold one without any.
_LOOKS: Final = re.compile(
    r"eyJ[\w-]{5,}\.[\w-]+\.[\w-]*"
    r"|\$argon2\w*\$[^\s'\"]+|\$2[aby]\$\d\d\$[./\w]{20,}"
    r"|\b(?:Bearer|Basic)\s+[\w.~+/=-]{8,}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"
    r"|(?<=://)[^\s/:@'\"]*:[^\s/@'\"]+(?=@)"
    r"|(?:(?<=password=)|(?<=secret=)|(?<=_token=)|(?<=api_key=)|(?<=x-api-key: ))[^\s&'\",;]+",
    re.IGNORECASE,
)


class Redaction:
    """A processor of structlog that hides secrets in the values of a log line: by their names, by their looks, and by known
    values."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        # The longest first: one secret may be the beginning of another. Very short ones would blank out
        # ordinary words.
        known = sorted({secret for secret in secrets if len(secret) >= 4}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def __call__(self, _logger: Any, _method: str, event: Any) -> Any:  # Any: structlog's own types
        """Hide in a whole event."""
        return {
            name: HIDDEN if name != "event" and _is_secret(name, value) else self._hide(value, 0)
            for name, value in event.items()
        }

    def text(self, text: str) -> str:
        """*text* without what looks like a secret or is a known one."""
        hidden = _LOOKS.sub(HIDDEN, text)
        return hidden if self._known is None else self._known.sub(HIDDEN, hidden)

    def _hide(self, value: Any, depth: int) -> Any:  # Any: whatever was logged
        """*value* without secrets; *depth* counts the containers around it."""
        if isinstance(value, str):
            return self.text(value)
        if value is None or isinstance(value, bool | int | float):
            return value
        # Values may contain themselves.
        if depth == _MAX_DEPTH:
            return HIDDEN
        if isinstance(value, Mapping):
            members = cast("Mapping[object, Any]", value)  # Any: as above
            return {
                str(name): HIDDEN if _is_secret(str(name), inner) else self._hide(inner, depth + 1)
                for name, inner in members.items()
            }
        if isinstance(value, list | tuple | set | frozenset):
            return [self._hide(inner, depth + 1) for inner in cast("Iterable[Any]", value)]
        return self.text(str(value))


def _is_secret(name: str, value: Any) -> bool:  # Any: whatever was logged
    """A number or a truth under such a name says how many or whether, such as ``tokens=6``."""
    return _SECRET_NAME(name) is not None and value is not None and not isinstance(value, bool | int | float)


Write: TypeAlias = Callable[[bytes], None]

_STREAMS: Final = {"stdout": 1, "stderr": 2}
_SERVERS: Final = ("uvicorn", "uvicorn.error", "uvicorn.asgi", "gunicorn", "gunicorn.error")
# uvicorn's access line holds the whole query, and so may hold secrets.
# The access log takes the place of theirs.
_REPLACED: Final = ("uvicorn.access", "gunicorn.access")


class Lines:
    """Writes whole lines to a descriptor, each by one call, so that those of several workers do not mix."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def __call__(self, line: bytes) -> None:
        """Write a line. A log that cannot be written must not fail a request: the line is dropped."""
        with contextlib.suppress(OSError):
            written = os.write(self._descriptor, line)
            # A pipe may take a part only; the rest must follow before anything else.
            while written < len(line):
                line = line[written:]
                written = os.write(self._descriptor, line)


def lines_of(settings: ServiceSettings) -> Write:
    """The writer that the settings choose."""
    return Lines(_STREAMS[settings.log_stream])


class LineHandler(logging.Handler):
    """A handler of ``logging`` that writes lines."""

    def __init__(self, write: Write) -> None:
        super().__init__()
        self._write = write

    @override
    def emit(self, record: logging.LogRecord) -> None:
        """Write one record as a line."""
        try:
            line = self.format(record)
        except Exception:  # noqa: BLE001 - as every handler of the library does
            self.handleError(record)
            return
        self._write(line.encode("utf-8", "backslashreplace") + b"\n")


def _add_request(identify: Identify | None) -> Processor:
    """A processor that puts the request and its caller into a line."""

    def add(_logger: Any, _method: str, event: EventDict) -> EventDict:  # Any: as structlog has it
        request = current_request()
        if request is not None:
            # Also lines of libraries get the request in which they were written.
            event["trace_id"] = request.trace_id
            event["span_id"] = request.span_id
            event["method"] = request.scope["method"]
            event["route"] = request.route
            caller = None if identify is None or request.principal is None else identify(request.principal)
            event["user"] = None if caller is None else caller.name
        return event

    return add


def to_json(event: Any, **_: Any) -> str:  # Any: structlog hands over its event and options of json.dumps
    """*event* as one line of JSON; what has no JSON form stands as text."""
    try:
        return msgspec.json.encode(event, enc_hook=str).decode()
    except (TypeError, ValueError, UnicodeEncodeError):
        plain = {
            name: str(value).encode("utf-8", "backslashreplace").decode() for name, value in event.items()
        }
        return msgspec.json.encode(plain).decode()


def configure_logging(
    settings: ServiceSettings, *, write: Write | None = None, identify: Identify | None = None
) -> None:
    """Let every line of this process be written by one handler; calling it again replaces that handler.

    Args:
        settings: Format, level and stream, and the secrets that are hidden.
        write: Takes the lines in place of the stream.
        identify: Names the caller in lines of a request.
    """
    if settings.log_format == "off":
        return
    redaction = Redaction(settings.secrets)
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_request(identify),
        structlog.stdlib.ExtraAdder(),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            # `extra` exists in records of `logging` only; structlog's own lines have their values already.
            *(step for step in shared if not isinstance(step, structlog.stdlib.ExtraAdder)),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        # A cached logger would keep the configuration of the first call, such as that of a test.
        cache_logger_on_first_use=False,
    )
    render: Processor = (
        structlog.processors.JSONRenderer(serializer=to_json)
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    handler = LineHandler(lines_of(settings) if write is None else write)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, redaction, render],
        )
    )
    _take_over(handler, settings.log_level)


def _take_over(handler: LineHandler, level: str) -> None:
    """Make *handler* the one that writes: servers hand their lines to it, and their access logs say nothing."""
    root = logging.getLogger()
    # Handlers of others stay, such as that of pytest.
    for other in [other for other in root.handlers if isinstance(other, LineHandler)]:
        root.removeHandler(other)
    root.addHandler(handler)
    root.setLevel(level.upper())
    for name in _SERVERS:
        logger = logging.getLogger(name)
        logger.handlers = []
        logger.propagate = True
    for name in _REPLACED:
        logger = logging.getLogger(name)
        logger.handlers = [logging.NullHandler()]
        logger.propagate = False
