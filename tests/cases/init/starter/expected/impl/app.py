"""The application: every version on one FastAPI application."""

from __future__ import annotations

from accord.runtime import create_app
from generated import v1
from impl.v1.notes import notes as v1_notes

app = create_app(title="notes")
v1.install(app, notes=v1_notes)
