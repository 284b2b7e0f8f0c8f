"""Names of media types, as contracts and messages write them."""

from __future__ import annotations


def essence(media_type: str) -> str:
    """A media type without its parameters, in lower case: two media types with one essence are the same."""
    return media_type.partition(";")[0].strip().lower()


def is_json(name: str | None) -> bool:
    """Whether an essence is that of JSON text."""
    return name is not None and (name == "application/json" or name.endswith("+json"))
