# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.
"""Routes of spec/v1/"""

from __future__ import annotations

from fastapi import FastAPI

from accord.runtime import Errors, Provider, RuntimeSettings, Version, declare

from . import models, protocols, responses


def install(
    app: FastAPI,
    *,
    reports: Provider[protocols.ReportsApi],
    errors: Errors | None = None,
    settings: RuntimeSettings | None = None,
) -> None:
    """Serve spec/v1/ under /api/v1 on an application."""
    version = Version(
        app, name="v1", package=__package__ or "", prefix="/api/v1", errors=errors, settings=settings
    )
    version.operation(
        declare.Operation(
            key="getReport",
            method="GET",
            path="/reports/{id}",
            group="reports",
            function="get_report",
            parameters=(
                declare.Parameter(
                    name="id",
                    argument="id",
                    location="path",
                    wire=declare.Scalar(("integer",)),
                    required=True,
                ),
            ),
            responses=(
                declare.Response(
                    status=200,
                    cls=lambda: responses.GetReportOk,
                    bare=True,
                    content=(
                        declare.ResponseContent(
                            media_type="application/json",
                            guard="getReport.200.application/json",
                            type=lambda: models.Report,
                        ),
                        declare.ResponseContent(
                            media_type="application/vnd.report+json",
                            guard="getReport.200.application/vnd.report+json",
                            type=lambda: models.Report,
                        ),
                        declare.ResponseContent(media_type="text/csv", guard="getReport.200.text/csv"),
                    ),
                ),
                declare.Response(
                    status=404,
                    cls=lambda: responses.GetReportNotFound,
                    content=(
                        declare.ResponseContent(
                            media_type="application/problem+json",
                            guard="getReport.404.application/problem+json",
                            type=lambda: models.Problem,
                        ),
                        declare.ResponseContent(media_type="application/problem+xml"),
                    ),
                ),
            ),
            media_type="media_type",
        ),
        reports,
    )
    version.operation(
        declare.Operation(
            key="getPage",
            method="GET",
            path="/reports/{id}/page",
            group="reports",
            function="get_page",
            parameters=(
                declare.Parameter(
                    name="id",
                    argument="id",
                    location="path",
                    wire=declare.Scalar(("integer",)),
                    required=True,
                ),
            ),
            responses=(
                declare.Response(
                    status=200,
                    cls=lambda: responses.GetPageOk,
                    content=(
                        declare.ResponseContent(media_type="text/html", guard="getPage.200.text/html"),
                        declare.ResponseContent(
                            media_type="text/markdown", guard="getPage.200.text/markdown"
                        ),
                    ),
                ),
            ),
            media_type="media_type",
        ),
        reports,
    )
    version.operation(
        declare.Operation(
            key="getPicture",
            method="GET",
            path="/reports/{id}/picture",
            group="reports",
            function="get_picture",
            parameters=(
                declare.Parameter(
                    name="id",
                    argument="id",
                    location="path",
                    wire=declare.Scalar(("integer",)),
                    required=True,
                ),
            ),
            responses=(
                declare.Response(
                    status=200,
                    cls=lambda: responses.GetPictureOk,
                    content=(declare.ResponseContent(media_type="image/*"),),
                ),
            ),
            media_type="media_type",
        ),
        reports,
    )
    version.operation(
        declare.Operation(
            key="getFeed",
            method="GET",
            path="/feed",
            group="reports",
            function="get_feed",
            responses=(
                declare.Response(
                    status=200,
                    bare=True,
                    content=(declare.ResponseContent(media_type="application/atom+xml"),),
                ),
            ),
        ),
        reports,
    )
    version.open()
