# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.
"""Routes of spec/v1/"""

from __future__ import annotations

from fastapi import FastAPI

from accord.runtime import Errors, Provider, RuntimeSettings, Version, declare

from . import models, protocols, responses


def install(
    app: FastAPI,
    *,
    items: Provider[protocols.ItemsApi],
    errors: Errors | None = None,
    settings: RuntimeSettings | None = None,
) -> None:
    """Serve spec/v1/ under /api on an application."""
    version = Version(
        app, name="v1", package=__package__ or "", prefix="/api", errors=errors, settings=settings
    )
    version.operation(
        declare.Operation(
            key="getItem",
            method="GET",
            path="/items/{itemId}",
            group="items",
            function="get_item",
            parameters=(
                declare.Parameter(
                    name="itemId",
                    argument="item_id",
                    location="path",
                    wire=declare.Scalar(("integer",)),
                    required=True,
                ),
            ),
            responses=(
                declare.Response(
                    status=200,
                    bare=True,
                    content=(
                        declare.ResponseContent(
                            media_type="application/json",
                            guard="getItem.200.application/json",
                            type=lambda: models.Item,
                        ),
                    ),
                ),
                declare.Response(status=404, cls=lambda: responses.GetItemNotFound),
                declare.Response(status=422, cls=lambda: responses.GetItemUnprocessableContent),
            ),
        ),
        items,
    )
    version.open()
