# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.
"""Routes of spec/v1/"""

from __future__ import annotations

from fastapi import FastAPI

from accord.runtime import Errors, Provider, RuntimeSettings, Version, declare

from . import models, protocols, responses


def install(
    app: FastAPI,
    *,
    notes: Provider[protocols.NotesApi],
    errors: Errors | None = None,
    settings: RuntimeSettings | None = None,
) -> None:
    """Serve spec/v1/ under / on an application."""
    version = Version(app, name="v1", package=__package__ or "", prefix="", errors=errors, settings=settings)
    version.operation(
        declare.Operation(
            key="addNote",
            method="POST",
            path="/notes",
            group="notes",
            function="add_note",
            body=declare.Body(
                content=(
                    declare.BodyContent(
                        media_type="application/json",
                        guard="addNote.body.application/json",
                        type=lambda: models.Note,
                    ),
                    declare.BodyContent(
                        media_type="text/plain", guard="addNote.body.text/plain", read=declare.Scalar()
                    ),
                    declare.BodyContent(
                        media_type="application/pdf",
                        guard="addNote.body.application/pdf",
                        read=declare.File(max_length=100000),
                    ),
                    declare.BodyContent(
                        media_type="image/*", guard="addNote.body.image/*", read=declare.File()
                    ),
                    declare.BodyContent(
                        media_type="application/jsonl",
                        guard="addNote.body.application/jsonl",
                        type=lambda: models.Note,
                        read=declare.Items(),
                    ),
                )
            ),
            responses=(declare.Response(status=204, cls=lambda: responses.AddNoteNoContent, bare=True),),
        ),
        notes,
    )
    version.operation(
        declare.Operation(
            key="changeNotes",
            method="PATCH",
            path="/notes",
            group="notes",
            function="change_notes",
            body=declare.Body(
                content=(
                    declare.BodyContent(
                        media_type="application/json",
                        guard="changeNotes.body.application/json",
                        type=lambda: models.Note,
                        wrap=True,
                    ),
                    declare.BodyContent(
                        media_type="application/merge-patch+json",
                        guard="changeNotes.body.application/merge-patch+json",
                        type=lambda: models.Note,
                        wrap=True,
                    ),
                    declare.BodyContent(
                        media_type="application/xml",
                        guard="changeNotes.body.application/xml",
                        read=declare.Scalar(),
                        wrap=True,
                    ),
                ),
                required=True,
            ),
            responses=(declare.Response(status=204, cls=lambda: responses.ChangeNotesNoContent, bare=True),),
        ),
        notes,
    )
    version.operation(
        declare.Operation(
            key="putAnything",
            method="PUT",
            path="/anything",
            group="notes",
            function="put_anything",
            body=declare.Body(
                content=(
                    declare.BodyContent(
                        media_type="application/json",
                        guard="putAnything.body.application/json",
                        type=lambda: models.Note,
                    ),
                ),
                required=True,
            ),
            responses=(declare.Response(status=204, cls=lambda: responses.PutAnythingNoContent, bare=True),),
        ),
        notes,
    )
    version.open()
