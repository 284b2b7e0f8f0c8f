"""What is sent: a complete reply, and the writing of headers."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from pydantic_core import PydanticSerializationError, to_jsonable_python
from starlette.types import Send

from accord.runtime.declare import Array, Either, Json, Object, ResponseHeader, Scalar, Wire
from accord.runtime.settings import Violation
from accord.runtime.strict_json import JsonValue

RawHeaders: TypeAlias = list[tuple[bytes, bytes]]

WITHOUT_BODY: Final = frozenset({204, 205, 304})
# RFC 9110, section 5.5: a line break would start a header of somebody else's choice.
_FORBIDDEN: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


class ContractViolation(Exception):
    """A response that the contract does not allow. Its text repeats no value of the response."""

    def __init__(self, clause: str, *reasons: str) -> None:
        self.clause = clause
        self.reasons = reasons
        super().__init__(f"{clause}: {'; '.join(reasons)}")

    def of(self, operation: str) -> Violation:
        """As it is reported, of the operation with this key."""
        return Violation(operation=operation, clause=self.clause, reasons=self.reasons)


@dataclass(slots=True)
class Reply:
    """A complete response, ready to be sent."""

    status: int
    headers: RawHeaders
    body: bytes = b""

    async def send(self, send: Send, *, head: bool = False) -> None:
        """Send it; to a HEAD request without its body."""
        headers = self.headers
        # RFC 9110, section 8.6: no `Content-Length` with 204 (nor 205, 304 here). Without a body HEAD does
        # not know the length.
        if self.status not in WITHOUT_BODY and (self.body or not head):
            headers = [*headers, (b"content-length", b"%d" % len(self.body))]
        try:
            await send({"type": "http.response.start", "status": self.status, "headers": headers})
            await send({"type": "http.response.body", "body": b"" if head else self.body})
        except (OSError, RuntimeError) as error:
            if not client_has_disconnected(error):
                raise


def client_has_disconnected(error: OSError | RuntimeError) -> bool:
    """Whether sending failed with *error* because nobody is there any more.

    ASGI has servers raise an ``OSError``. uvicorn under uvloop lets through what its transport raises, where a client leaves
    that has pipelined requests.
    """
    # There is no class of its own for it in uvicorn.
    return isinstance(error, OSError) or "the handler is closed" in str(error)


def raw_header(name: str, text: str) -> tuple[bytes, bytes]:
    """A header as ASGI takes it: its name in lower case, both as bytes.

    Raises:
        ContractViolation: where the text cannot stand in a header, such as one with a line break.
    """
    if _FORBIDDEN.search(text):
        raise ContractViolation(f"header {name}", "has a control character")
    try:
        return name.lower().encode("latin-1"), text.encode("latin-1")
    except UnicodeEncodeError:
        raise ContractViolation(f"header {name}", "has a character beyond Latin-1") from None


def to_json_data(value: Any, clause: str) -> Any:  # Any: Python in, JSON out
    """*value* of a header as JSON data.

    Raises:
        ContractViolation: where it has no JSON form.
    """
    if type(value) in {str, int, bool, float}:
        return value
    try:
        return to_jsonable_python(value)
    except PydanticSerializationError:
        raise ContractViolation(clause, f"{type(value).__name__} has no JSON form") from None


def header_text(data: JsonValue, header: ResponseHeader) -> str:
    """*data* in style ``simple``, or as JSON where the header is declared so."""
    match header.wire:
        case Json():
            return json.dumps(data, separators=(",", ":"))
        case Array() if isinstance(data, list):
            return ",".join(_scalar_text(item) for item in data)
        case Object() if isinstance(data, dict):
            between = "=" if header.explode else ","
            return ",".join(f"{name}{between}{_scalar_text(item)}" for name, item in data.items())
        case Either(alternatives=alternatives):
            return header_text(data, replace(header, wire=_alternative_of(data, alternatives)))
        case _:
            return _scalar_text(data)


def _alternative_of(data: JsonValue, alternatives: tuple[Wire, ...]) -> Wire:
    """What writes *data*: JSON where values stand inside of its own, since a header cannot encode their delimiters."""
    inner = list(data.values()) if isinstance(data, dict) else data if isinstance(data, list) else []
    nested = Json() in alternatives and any(isinstance(value, dict | list) for value in inner)
    kind = (
        Json if nested else Array if isinstance(data, list) else Object if isinstance(data, dict) else Scalar
    )
    return next((reading for reading in alternatives if isinstance(reading, kind)), Scalar())


def _scalar_text(data: JsonValue) -> str:
    """A string as it is, any other value as JSON spells it."""
    return data if isinstance(data, str) else json.dumps(data, ensure_ascii=True)
