"""Notes of spec/v1/"""

from __future__ import annotations

from typing import final

from typing_extensions import override

from generated.v1 import models, protocols, responses
from impl.store import Note, Store

_STORE = Store()


@final
class Notes(protocols.NotesApi):
    """Short texts with a title."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @override
    async def list_notes(self, *, limit: int, offset: int) -> models.NotePage:
        found = self._store.page(limit=limit, offset=offset)
        return models.NotePage(notes=[_model(note) for note in found], total=len(self._store))

    @override
    async def create_note(self, *, body: models.NewNote) -> responses.CreateNoteCreated:
        note = self._store.create(title=body.title, text=body.text)
        return responses.CreateNoteCreated(body=_model(note), location=f"/api/v1/notes/{note.id}")

    @override
    async def get_note(self, *, note_id: int) -> models.Note | responses.NotFound:
        note = self._store.get(note_id)
        return _not_found(note_id) if note is None else _model(note)

    @override
    async def update_note(self, *, note_id: int, body: models.NewNote) -> models.Note | responses.NotFound:
        note = self._store.update(note_id, title=body.title, text=body.text)
        return _not_found(note_id) if note is None else _model(note)

    @override
    async def delete_note(self, *, note_id: int) -> responses.NotFound | None:
        return None if self._store.delete(note_id) else _not_found(note_id)


def notes() -> Notes:
    """Give the implementation for one request; it may ask for dependencies as any FastAPI dependency."""
    return Notes(_STORE)


def _model(note: Note) -> models.Note:
    return models.Note(id=note.id, title=note.title, text=note.text)


def _not_found(note_id: int) -> responses.NotFound:
    problem = models.Problem(title="Not Found", status=404, detail=f"There is no note {note_id}.")
    return responses.NotFound(body=problem)
