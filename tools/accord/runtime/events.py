"""Server-sent events, as the HTML standard writes them."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from accord.runtime.replies import ContractViolation
from accord.runtime.strict_json import JsonValue

_LINES: Final = re.compile(r"\r\n|\r|\n")
_encode: Final = msgspec.json.Encoder().encode


def encode_event(event: JsonValue, *, json_data: bool | None, clause: str) -> bytes:
    """*event* (``data``, ``event``, ``id``, ``retry``) as the standard writes it; *json_data* as in ``declare.Events``.

    Raises:
        ContractViolation: where a field cannot be written, such as an event name with a line break.
    """
    if not isinstance(event, dict):
        raise ContractViolation(clause, "an event is no object")
    lines: list[str] = []
    for name, forbidden in (("event", "\r\n"), ("id", "\r\n\0")):
        value = event.get(name)
        if value is not None:
            text = str(value)
            if any(char in text for char in forbidden):
                raise ContractViolation(clause, f"/{name}: has a line break or NUL")
            lines.append(f"{name}: {text}")
    retry = event.get("retry")
    if retry is not None:
        if not isinstance(retry, int) or isinstance(retry, bool) or retry < 0:
            raise ContractViolation(clause, "/retry: must be a number of milliseconds")
        lines.append(f"retry: {retry}")
    if "data" in event:
        data = event["data"]
        if isinstance(data, str) and not json_data:
            text = data
        elif json_data is not False:
            text = _encode(data).decode("utf-8")
        else:
            raise ContractViolation(clause, "/data: must be a string")
        lines.extend(f"data: {line}" for line in _LINES.split(text))
    return ("\n".join(lines) + "\n\n").encode("utf-8")
