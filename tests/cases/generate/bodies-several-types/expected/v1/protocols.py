# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.
"""Operations of spec/v1/"""

from __future__ import annotations

from typing import Literal, Protocol

from accord.runtime import ByteStream, ItemStream, RequestBody, not_implemented as not_implemented

from . import models, responses


class NotesApi(Protocol):
    """Operations of notes"""

    async def add_note(
        self, *, body: models.Note | str | ByteStream | ItemStream[models.Note] | None
    ) -> None | responses.AddNoteNoContent:
        """POST /notes"""
        ...

    async def change_notes(
        self,
        *,
        body: RequestBody[Literal["application/json"], models.Note]
        | RequestBody[Literal["application/merge-patch+json"], models.Note]
        | RequestBody[Literal["application/xml"], str],
    ) -> None | responses.ChangeNotesNoContent:
        """PATCH /notes"""
        ...

    async def put_anything(self, *, body: models.Note) -> None | responses.PutAnythingNoContent:
        """PUT /anything"""
        ...
