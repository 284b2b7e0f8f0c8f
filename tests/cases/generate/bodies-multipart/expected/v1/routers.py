# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.
"""Routes of spec/v1/"""

from __future__ import annotations

from fastapi import FastAPI

from accord.runtime import Errors, Provider, RuntimeSettings, Version, declare

from . import models, protocols, responses


def install(
    app: FastAPI,
    *,
    albums: Provider[protocols.AlbumsApi],
    errors: Errors | None = None,
    settings: RuntimeSettings | None = None,
) -> None:
    """Serve spec/v1/ under / on an application."""
    version = Version(app, name="v1", package=__package__ or "", prefix="", errors=errors, settings=settings)
    version.operation(
        declare.Operation(
            key="addAlbum",
            method="POST",
            path="/albums",
            group="albums",
            function="add_album",
            body=declare.Body(
                content=(
                    declare.BodyContent(
                        media_type="multipart/form-data",
                        guard="addAlbum.body.multipart/form-data",
                        type=lambda: models.AddAlbumForm,
                        form=(
                            declare.FormField(name="title"),
                            declare.FormField(
                                name="cover",
                                wire=declare.File(max_length=1000000),
                                content_types=("image/png", "image/jpeg"),
                                headers=(
                                    declare.Parameter(
                                        name="X-Taken-At", argument="X-Taken-At", location="header"
                                    ),
                                ),
                                headers_guard="addAlbum.body.multipart/form-data.cover.headers",
                            ),
                            declare.FormField(
                                name="pages", wire=declare.File(), times="each", content_types=("image/png",)
                            ),
                            declare.FormField(name="owner", wire=declare.Json()),
                            declare.FormField(name="tags", wire=declare.Array(declare.Scalar())),
                        ),
                    ),
                ),
                required=True,
            ),
            responses=(declare.Response(status=204, cls=lambda: responses.AddAlbumNoContent, bare=True),),
        ),
        albums,
    )
    version.operation(
        declare.Operation(
            key="addParts",
            method="POST",
            path="/parts",
            group="albums",
            function="add_parts",
            body=declare.Body(
                content=(
                    declare.BodyContent(
                        media_type="multipart/mixed",
                        guard="addParts.body.multipart/mixed",
                        read=declare.File(),
                    ),
                )
            ),
            responses=(declare.Response(status=204, cls=lambda: responses.AddPartsNoContent, bare=True),),
        ),
        albums,
    )
    version.operation(
        declare.Operation(
            key="addEither",
            method="POST",
            path="/either",
            group="albums",
            function="add_either",
            responses=(declare.Response(status=204, cls=lambda: responses.AddEitherNoContent, bare=True),),
            unsupported=("unsupported-form-field: the part 'cover' may be a file or something else",),
        ),
        None,
    )
    version.open()
