"""The way that a value takes from one version to the other."""

from __future__ import annotations

from dataclasses import dataclass

from accord.diff.model import Direction, Side


@dataclass(frozen=True, slots=True)
class Lane:
    """``view`` says which of readOnly and writeOnly counts; ``sender`` is the side whose messages are judged by the
    other; ``text``: values are written as text (parameters, headers, forms)."""

    view: Direction
    sender: Side
    text: bool = False
    repeated: bool = False
    """A list is written by repeating its name, so that one text is a list of one."""

    @property
    def receiver(self) -> Side:
        """The other side."""
        return "new" if self.sender == "old" else "old"
