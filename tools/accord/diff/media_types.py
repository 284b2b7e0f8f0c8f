"""Media types as the contract writes them: which entry of ``content`` describes which type or range."""

from __future__ import annotations

from accord.contract.media_types import essence
from accord.contract.model import MediaType


def covering(name: str, content: tuple[MediaType, ...]) -> MediaType | None:
    """The entry of *content* that describes the media type *name*: as written, without parameters, or by a range."""
    wanted = essence(name)
    exact = next((m for m in content if m.name.strip().lower() == name.strip().lower()), None)
    if exact is not None:
        return exact
    kind = wanted.partition("/")[0]
    # OpenAPI: the most specific key applies.
    for candidate in (wanted, f"{kind}/*", "*/*"):
        found = next((m for m in content if essence(m.name) == candidate), None)
        if found is not None:
            return found
    return None


def covers(wider: str, name: str) -> bool:
    """Whether the media type or range *wider* holds all of *name*."""
    held, wanted = essence(wider), essence(name)
    return held in {wanted, f"{wanted.partition('/')[0]}/*", "*/*"}


def is_written(name: str) -> bool:
    """Whether values of this media type are text: in fields, or as a whole."""
    media_type = essence(name)
    # The values in a form, or a plain text body, arrive as text, like parameters do.
    is_whole = media_type.startswith("text/") and not media_type.endswith(("json", "xml"))
    return is_whole or media_type in {"application/x-www-form-urlencoded", "multipart/form-data"}
