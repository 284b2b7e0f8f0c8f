"""Structured logs: every line of the process one JSON object, whoever writes it, with the trace of its request.

The lines of ``structlog``, of the standard library's ``logging`` and of uvicorn and gunicorn go through one handler.
"""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Callable
from typing import Any, Final, TypeAlias

import msgspec
import structlog
from structlog.typing import EventDict, Processor
from typing_extensions import override

from accord.service.callers import Identify
from accord.service.redaction import Redaction
from accord.service.settings import ServiceSettings
from accord.service.trace import current_request

Write: TypeAlias = Callable[[bytes], None]

_STREAMS: Final = {"stdout": 1, "stderr": 2}
_SERVERS: Final = ("uvicorn", "uvicorn.error", "uvicorn.asgi", "gunicorn", "gunicorn.error")
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
        try:
            line = self.format(record)
        except Exception:  # noqa: BLE001 - as every handler of the library does
            self.handleError(record)
            return
        self._write(line.encode("utf-8", "backslashreplace") + b"\n")


def _add_request(identify: Identify | None) -> Processor:
    def add(_logger: Any, _method: str, event: EventDict) -> EventDict:  # Any: as structlog has it
        request = current_request()
        if request is not None:
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
            *(step for step in shared if not isinstance(step, structlog.stdlib.ExtraAdder)),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
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
    root = logging.getLogger()
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
