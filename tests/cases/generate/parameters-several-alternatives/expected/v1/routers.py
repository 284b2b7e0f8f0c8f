# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.
"""Routes of spec/v1/"""

from __future__ import annotations

from fastapi import FastAPI

from accord.runtime import Errors, Provider, RuntimeSettings, Version, declare

from . import models, protocols, responses


def install(
    app: FastAPI,
    *,
    documents: Provider[protocols.DocumentsApi],
    errors: Errors | None = None,
    settings: RuntimeSettings | None = None,
) -> None:
    """Serve spec/v1/ under / on an application."""
    version = Version(app, name="v1", package=__package__ or "", prefix="", errors=errors, settings=settings)
    version.operation(
        declare.Operation(
            key="searchDocuments",
            method="GET",
            path="/documents/{tenant}/of/{tenant}",
            group="documents",
            function="search_documents",
            parameters=(
                declare.Parameter(name="tenant", argument="tenant", location="path", required=True),
                declare.Parameter(
                    name="source",
                    argument="source",
                    location="query",
                    wire=declare.Either(
                        alternatives=(declare.Scalar(("boolean", "string")), declare.Array(declare.Scalar())),
                        guard="searchDocuments.parameters.query.source",
                    ),
                    style="form",
                    explode=True,
                ),
                declare.Parameter(
                    name="filters",
                    argument="filters",
                    location="query",
                    wire=declare.Either(
                        alternatives=(declare.Array(declare.Json()), declare.Json()),
                        guard="searchDocuments.parameters.query.filters",
                    ),
                    style="form",
                    explode=True,
                    type=lambda: list[models.SearchDocumentsFiltersItem],
                ),
                declare.Parameter(
                    name="X-Scope",
                    argument="x_scope",
                    location="header",
                    wire=declare.Either(
                        alternatives=(declare.Scalar(), declare.Array(declare.Scalar())),
                        guard="searchDocuments.parameters.header.X-Scope",
                    ),
                ),
            ),
            responses=(
                declare.Response(
                    status=200,
                    cls=lambda: responses.SearchDocumentsOk,
                    bare=True,
                    content=(
                        declare.ResponseContent(
                            media_type="application/json", guard="searchDocuments.200.application/json"
                        ),
                    ),
                    headers=(
                        declare.ResponseHeader(
                            name="X-Scope",
                            attribute="x_scope",
                            wire=declare.Either(
                                alternatives=(declare.Scalar(), declare.Array(declare.Scalar()))
                            ),
                        ),
                    ),
                    headers_guard="searchDocuments.200.headers",
                ),
            ),
        ),
        documents,
    )
    version.operation(
        declare.Operation(
            key="warmUp", method="POST", path="/documents/warm-up", group="documents", function="warm_up"
        ),
        documents,
    )
    version.open()
