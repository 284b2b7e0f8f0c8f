# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.
"""Operations of spec/v1/"""

from __future__ import annotations

from typing import Literal, Protocol

from accord.runtime import Event, EventStream, ItemStream, not_implemented as not_implemented

from . import models, responses


class StreamsApi(Protocol):
    """Operations of streams"""

    async def get_file(
        self, *, name: str, range: str | None
    ) -> responses.GetFileOk | responses.GetFilePartialContent:
        """GET /files/{name}"""
        ...

    async def list_readings(
        self, *, media_type: Literal["application/jsonl", "application/json-seq"]
    ) -> ItemStream[models.Reading] | responses.ListReadingsOk:
        """GET /readings"""
        ...

    async def watch_readings(self, *, last_event_id: int | None) -> EventStream[models.ReadingEvent]:
        """GET /readings/live"""
        ...

    async def watch_log(self) -> EventStream[Event[str]]:
        """GET /log"""
        ...

    async def watch_tokens(self) -> EventStream[Event[models.Reading]]:
        """GET /tokens"""
        ...
