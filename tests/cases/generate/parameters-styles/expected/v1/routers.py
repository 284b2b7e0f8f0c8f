# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.
"""Routes of spec/v1/"""

from __future__ import annotations

from fastapi import FastAPI

from accord.runtime import Errors, Provider, RuntimeSettings, Version, declare

from . import models, protocols, responses


def install(
    app: FastAPI,
    *,
    points: Provider[protocols.PointsApi],
    errors: Errors | None = None,
    settings: RuntimeSettings | None = None,
) -> None:
    """Serve spec/v1/ under / on an application."""
    version = Version(app, name="v1", package=__package__ or "", prefix="", errors=errors, settings=settings)
    version.operation(
        declare.Operation(
            key="findPoints",
            method="GET",
            path="/points/{simple}/{label}/{matrix}/{several}",
            group="points",
            function="find_points",
            parameters=(
                declare.Parameter(
                    name="simple",
                    argument="simple",
                    location="path",
                    wire=declare.Array(declare.Scalar(("integer",))),
                    required=True,
                ),
                declare.Parameter(
                    name="label",
                    argument="label",
                    location="path",
                    wire=declare.Object(
                        properties={"x": declare.Scalar(("integer",)), "y": declare.Scalar(("integer",))}
                    ),
                    required=True,
                    style="label",
                    explode=True,
                    type=lambda: models.Point,
                ),
                declare.Parameter(
                    name="matrix", argument="matrix", location="path", required=True, style="matrix"
                ),
                declare.Parameter(
                    name="several",
                    argument="several",
                    location="path",
                    wire=declare.Array(declare.Scalar()),
                    required=True,
                    style="matrix",
                    explode=True,
                ),
                declare.Parameter(
                    name="form",
                    argument="form",
                    location="query",
                    wire=declare.Array(declare.Scalar(("number",))),
                    style="form",
                    explode=True,
                ),
                declare.Parameter(
                    name="joined",
                    argument="joined",
                    location="query",
                    wire=declare.Array(declare.Scalar(("integer",))),
                    style="form",
                ),
                declare.Parameter(
                    name="spaces",
                    argument="spaces",
                    location="query",
                    wire=declare.Array(declare.Scalar()),
                    style="spaceDelimited",
                ),
                declare.Parameter(
                    name="pipes",
                    argument="pipes",
                    location="query",
                    wire=declare.Array(declare.Scalar(("boolean",))),
                    style="pipeDelimited",
                ),
                declare.Parameter(
                    name="deep",
                    argument="deep",
                    location="query",
                    wire=declare.Object(
                        properties={"x": declare.Scalar(("integer",)), "y": declare.Scalar(("integer",))}
                    ),
                    style="deepObject",
                    explode=True,
                    type=lambda: models.Point,
                ),
                declare.Parameter(
                    name="place", argument="place", location="query", style="form", explode=True
                ),
                declare.Parameter(
                    name="flag",
                    argument="flag",
                    location="query",
                    style="form",
                    explode=True,
                    allow_empty=True,
                ),
                declare.Parameter(
                    name="area",
                    argument="area",
                    location="query",
                    wire=declare.Json(),
                    style="form",
                    explode=True,
                    type=lambda: models.Point,
                ),
                declare.Parameter(
                    name="X-Range",
                    argument="x_range",
                    location="header",
                    wire=declare.Object(
                        properties={"from": declare.Scalar(("integer",)), "to": declare.Scalar(("integer",))}
                    ),
                    type=lambda: models.FindPointsXRange,
                ),
                declare.Parameter(
                    name="session", argument="session", location="cookie", style="cookie", explode=True
                ),
            ),
            responses=(
                declare.Response(
                    status=200,
                    cls=lambda: responses.FindPointsOk,
                    content=(
                        declare.ResponseContent(
                            media_type="application/json",
                            guard="findPoints.200.application/json",
                            type=lambda: list[models.Point],
                        ),
                    ),
                    headers=(
                        declare.ResponseHeader(
                            name="X-Count",
                            attribute="x_count",
                            required=True,
                            wire=declare.Scalar(("integer",)),
                        ),
                    ),
                    headers_guard="findPoints.200.headers",
                ),
            ),
        ),
        points,
    )
    version.operation(
        declare.Operation(
            key="searchPoints",
            method="GET",
            path="/search",
            group="points",
            function="search_points",
            parameters=(
                declare.Parameter(
                    name="query",
                    argument="query",
                    location="querystring",
                    wire=declare.Object(
                        properties={"q": declare.Scalar(), "limit": declare.Scalar(("integer",))}
                    ),
                    style="form",
                    explode=True,
                    type=lambda: models.SearchPointsQuery,
                ),
            ),
            responses=(declare.Response(status=204, cls=lambda: responses.SearchPointsNoContent, bare=True),),
        ),
        points,
    )
    version.open()
