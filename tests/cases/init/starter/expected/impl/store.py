"""Notes, kept in memory: knows nothing of HTTP or of a version of the contract."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count, islice


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A note as it is kept."""

    id: int
    title: str
    text: str


class Store:
    """All notes, oldest first. What is in it is lost when the service stops."""

    def __init__(self) -> None:
        self._notes: dict[int, Note] = {}
        self._ids = count(1)

    def __len__(self) -> int:
        return len(self._notes)

    def page(self, *, limit: int, offset: int) -> list[Note]:
        """At most *limit* notes, without the first *offset* ones."""
        return list(islice(self._notes.values(), offset, offset + limit))

    def get(self, note_id: int) -> Note | None:
        """The note of that id, if there is one."""
        return self._notes.get(note_id)

    def create(self, *, title: str, text: str) -> Note:
        """Keep a new note."""
        return self._put(next(self._ids), title, text)

    def update(self, note_id: int, *, title: str, text: str) -> Note | None:
        """Keep other words under an id; ``None`` where there is no such note."""
        return self._put(note_id, title, text) if note_id in self._notes else None

    def delete(self, note_id: int) -> bool:
        """Forget a note; whether there was one."""
        return self._notes.pop(note_id, None) is not None

    def _put(self, note_id: int, title: str, text: str) -> Note:
        self._notes[note_id] = Note(id=note_id, title=title, text=text)
        return self._notes[note_id]
