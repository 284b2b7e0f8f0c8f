"""Fixtures of the tests of ``accord.service``: those of the runtime, and a log that can be read."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from accord.service.logs import LineHandler
from tests.unit.runtime.conftest import package, serve
from tests.unit.runtime.kit import make_app

__all__ = ["make_app", "package", "serve"]


@dataclass
class Log:
    """Lines that were written."""

    raw: list[bytes] = field(default_factory=list[bytes])

    def __call__(self, line: bytes) -> None:
        self.raw.append(line)

    @property
    def lines(self) -> list[dict[str, Any]]:
        assert all(line.endswith(b"\n") and line.count(b"\n") == 1 for line in self.raw)
        return [json.loads(line) for line in self.raw]

    @property
    def requests(self) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["logger"] == "accord.access"]


@pytest.fixture
def log() -> Iterator[Log]:
    """A place for lines; afterwards logging is as it was."""
    root = logging.getLogger()
    level = root.level
    names = ("uvicorn", "uvicorn.error", "uvicorn.access", "gunicorn.error")
    before = {name: (logging.getLogger(name).handlers, logging.getLogger(name).propagate) for name in names}
    yield Log()
    for handler in [handler for handler in root.handlers if isinstance(handler, LineHandler)]:
        root.removeHandler(handler)
    root.setLevel(level)
    for name, (handlers, propagate) in before.items():
        logging.getLogger(name).handlers, logging.getLogger(name).propagate = handlers, propagate
