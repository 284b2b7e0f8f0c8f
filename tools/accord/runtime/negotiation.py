"""Which of the offered media types a client wants: ``Accept`` as RFC 9110, section 12.5.1, has it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final, TypeAlias

from starlette.types import Scope

from accord.runtime.media_types import MediaType, parse_media_type

Negotiate: TypeAlias = Callable[[bytes | None], tuple[str, ...]]
"""An ``Accept`` header in, the offered media types that it accepts out, the best one first."""

# RFC 9110, section 12.4.2: at most three digits.
_WEIGHT: Final = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?").fullmatch
_REMEMBERED: Final = 64


_Wanted: TypeAlias = tuple[MediaType, float]
"""A range of ``Accept`` with its weight."""


def compile_negotiation(offered: Sequence[str]) -> Negotiate:
    """Compile a choice among *offered*: media types or ranges, in the order in which the contract prefers them.

    Without the header everything is accepted. A type of equal weight is preferred where the contract names it first. Of
    an offered range, the types that the client names are given.
    """
    types = [
        (text, parsed) for text in dict.fromkeys(offered) if (parsed := parse_media_type(text)) is not None
    ]
    everything = tuple(text for text, _ in types)

    # Clients of one kind send the same header with every request.
    @lru_cache(maxsize=_REMEMBERED)
    def negotiate(header: bytes | None) -> tuple[str, ...]:
        if header is None or not header.strip():
            return everything
        wanted = _parse(header)
        weighed: list[tuple[float, str]] = []
        for text, media_type in types:
            if media_type.is_range:
                weighed.extend(_within(text, media_type, wanted))
            else:
                weighed.append((_weight(media_type, wanted), text))
        weighed.sort(key=lambda pair: -pair[0])  # stable: the order of the contract stays
        return tuple(dict.fromkeys(text for weight, text in weighed if weight > 0))

    return negotiate


def _parse(header: bytes) -> list[_Wanted]:
    """The ranges of the header; one that is none, or that has no valid weight, counts as not written."""
    found: list[_Wanted] = []
    # A comma inside of quotes divides nothing.
    for piece in re.findall(r'(?:[^,"]|"(?:[^"\\]|\\.)*")+', header.decode("latin-1")):
        parsed = parse_media_type(piece)
        if parsed is None:
            continue
        parameters: dict[str, str] = {}
        weight = "1"
        for name, value in parsed.parameters.items():
            if name == "q":
                weight = value
                break  # what follows was never more than an idea of RFC 7231
            parameters[name] = value
        if _WEIGHT(weight):
            found.append((MediaType(parsed.type, parsed.subtype, parameters), float(weight)))
    return found


def _weight(media_type: MediaType, wanted: Sequence[_Wanted]) -> float:
    """The weight of the most specific range that covers *media_type*.

    A range with a parameter that the type lacks covers it only where no other range does: clients name parameters that
    no service has, and a 406 would help none of them.
    """
    exact = [accepted for accepted in wanted if _covers(accepted[0], media_type, strict=True)]
    fitting = exact or [accepted for accepted in wanted if _covers(accepted[0], media_type, strict=False)]
    return max(((accepted.specificity, weight) for accepted, weight in fitting), default=(0, 0.0))[1]


def _covers(media_range: MediaType, media_type: MediaType, *, strict: bool) -> bool:
    """Whether *media_range* covers *media_type*; *strict*: also each of its parameters, ``charset`` apart."""
    if media_range.type not in {"*", media_type.type} or media_range.subtype not in {"*", media_type.subtype}:
        return False
    for name, value in media_range.parameters.items():
        present = media_type.parameters.get(name, None if strict and name != "charset" else value)
        if present is None or present.lower() != value.lower():
            return False
    return True


def _within(text: str, offered: MediaType, wanted: Sequence[_Wanted]) -> list[tuple[float, str]]:
    """What is accepted of an offered range: the types that the client names in it, or else the range."""
    named = [
        (weight, f"{accepted.type}/{accepted.subtype}")
        for accepted, weight in wanted
        if not accepted.is_range and offered.covers(accepted)
    ]
    overlapping = [
        (accepted.specificity, weight)
        for accepted, weight in wanted
        if accepted.is_range and (offered.covers(accepted) or _covers(accepted, offered, strict=False))
    ]
    rest = [(max(overlapping)[1], text)] if overlapping else []
    return named + rest


def header_of(scope: Scope, name: bytes) -> bytes | None:
    """The header *name* (in lower case) of a request, its values joined; ``None`` without one."""
    values = [value for key, value in scope["headers"] if key == name]
    return b", ".join(values) if values else None
