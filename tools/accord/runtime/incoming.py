"""The media type beside a body."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

MediaT_co = TypeVar("MediaT_co", bound=str, covariant=True)
BodyT_co = TypeVar("BodyT_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Sent(Generic[MediaT_co, BodyT_co]):
    """A body together with its media type, as the contract declares that. It stands where the type of the body alone
    would not tell which of several media types was sent."""

    media_type: MediaT_co
    body: BodyT_co
