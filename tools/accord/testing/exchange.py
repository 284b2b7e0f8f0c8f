"""A request and its response as they went over the wire: what every check of this package reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from accord.contract.media_types import essence
from accord.contract.model import Operation

Intent: TypeAlias = Literal["valid", "invalid", "shape", "unknown"]
"""What the sender believed: a valid request, an invalid one, a request of a shape that no operation declares (another
method, a broken media type), or no opinion."""

HeaderList: TypeAlias = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A response. Header names are in lower case and repeated headers stay apart. ``cut_short`` marks an event stream
    that was not read to its end."""

    status: int
    headers: HeaderList = ()
    body: bytes = b""
    seconds: float = 0.0
    cut_short: bool = False

    def header(self, name: str) -> str | None:
        """The values of a header, joined as RFC 9110 allows; ``None`` where it is absent."""
        return find_header(self.headers, name)

    @property
    def media_type(self) -> str | None:
        """The media type in lower case without its parameters; ``None`` where there is no Content-Type."""
        value = self.header("content-type")
        return essence(value) if value is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request for ``operation`` (or for its path, with another method) and its response."""

    operation: Operation
    method: str
    url: str
    headers: HeaderList
    body: bytes | None
    response: Response
    intent: Intent = "unknown"
    phase: str = ""

    @property
    def is_own_method(self) -> bool:
        """Whether the request went to the operation itself, not to its path with another method."""
        return self.method == self.operation.method

    def header(self, name: str) -> str | None:
        """The values of a request header; ``None`` where it is absent."""
        return find_header(self.headers, name)


def find_header(headers: Iterable[tuple[str, str]], name: str) -> str | None:
    """All values of a header in one list, as RFC 9110 section 5.3 joins them."""
    values = [value for key, value in headers if key.lower() == name.lower()]
    return ", ".join(values) if values else None


def label(operation: Operation) -> str:
    """``METHOD /path`` as the contract spells it: the name of an operation in reports and in the configuration."""
    return f"{operation.method} {operation.path}"
