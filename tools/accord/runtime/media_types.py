"""Media types: parsing, matching, and the negotiation of ``Accept`` (RFC 9110)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

_TOKEN: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105 - the grammar's name for it
_TYPE: Final = re.compile(rf"\s*({_TOKEN})/({_TOKEN})\s*")
_PARAMETER: Final = re.compile(rf'\s*;\s*(?:({_TOKEN})=({_TOKEN}|"(?:[^"\\]|\\.)*"))?\s*')


@dataclass(frozen=True, slots=True)
class MediaType:
    """A media type or range, in lower case (values of parameters are kept)."""

    type: str
    subtype: str
    parameters: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def specificity(self) -> int:
        """How much it says: ranges come last."""
        return (self.type != "*") + (self.subtype != "*") + len(self.parameters)

    @property
    def is_text(self) -> bool:
        """Whether a body of it is text in the charset of the message."""
        return self.type == "text" or (self.type, self.subtype) == ("application", "x-www-form-urlencoded")

    def accepts(self, other: MediaType) -> bool:
        """Whether this type or range, as a contract declares it, covers *other*."""
        return (
            self.type in {"*", other.type}
            and self.subtype in {"*", other.subtype}
            and all(
                name == "charset" or other.parameters.get(name) == value
                for name, value in self.parameters.items()
            )
        )


def parse_media_type(text: str) -> MediaType | None:
    """*text* as a media type; ``None`` where it is none."""
    found = _TYPE.match(text)
    if found is None:
        return None
    parameters: dict[str, str] = {}
    position = found.end()
    while position < len(text):
        parameter = _PARAMETER.match(text, position)
        if parameter is None or parameter.end() == position:
            return None
        if parameter[1] is not None:
            value = parameter[2]
            if value.startswith('"'):
                value = re.sub(r"\\(.)", r"\1", value[1:-1])
            parameters[parameter[1].lower()] = value
        position = parameter.end()
    return MediaType(found[1].lower(), found[2].lower(), parameters)


def is_json(media_type: MediaType) -> bool:
    """Whether bodies of it are JSON."""
    return media_type.subtype == "json" or media_type.subtype.endswith("+json")


def compile_accept(offered: Sequence[str]) -> Callable[[bytes], bool]:
    """Whether an ``Accept`` header can be met by one of the *offered* media types."""
    types = [media_type for text in offered if (media_type := parse_media_type(text)) is not None]

    def acceptable(header: bytes) -> bool:
        if not header.strip():
            return True
        ranges: list[tuple[MediaType, float]] = []
        for piece in _split_list(header.decode("latin-1")):
            media_range = parse_media_type(piece)
            if media_range is not None:
                ranges.append(_weighed(media_range))
        return any(_quality(media_type, ranges) > 0 for media_type in types)

    return acceptable


def _split_list(text: str) -> list[str]:
    return re.findall(r'(?:[^,"]|"(?:[^"\\]|\\.)*")+', text)


def _weighed(media_range: MediaType) -> tuple[MediaType, float]:
    parameters = {name: value for name, value in media_range.parameters.items() if name != "q"}
    try:
        weight = float(media_range.parameters.get("q", "1"))
    except ValueError:
        weight = 0.0
    return MediaType(media_range.type, media_range.subtype, parameters), weight


def _quality(media_type: MediaType, ranges: list[tuple[MediaType, float]]) -> float:
    """The weight of the most specific range that covers *media_type*; parameters that it lacks do not exclude it."""
    fitting = [
        (media_range.specificity, weight)
        for media_range, weight in ranges
        if media_range.type in {"*", media_type.type}
        and media_range.subtype in {"*", media_type.subtype}
        and all(
            media_type.parameters.get(name, value) == value for name, value in media_range.parameters.items()
        )
    ]
    return max(fitting)[1] if fitting else 0.0
