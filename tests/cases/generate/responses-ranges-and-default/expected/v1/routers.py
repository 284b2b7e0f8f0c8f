# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.
"""Routes of spec/v1/"""

from __future__ import annotations

from fastapi import FastAPI

from accord.runtime import Errors, Provider, RuntimeSettings, Version, declare

from . import models, protocols, responses

PROBLEM = declare.Response(
    status=404,
    cls=lambda: responses.Problem,
    content=(
        declare.ResponseContent(
            media_type="application/problem+json",
            guard="response:Problem.application/problem+json",
            type=lambda: models.ProblemBody,
        ),
    ),
)

PROBLEM_4XX = declare.Response(
    status="4XX",
    cls=lambda: responses.Problem,
    content=(
        declare.ResponseContent(
            media_type="application/problem+json",
            guard="response:Problem.application/problem+json",
            type=lambda: models.ProblemBody,
        ),
    ),
)


def install(
    app: FastAPI,
    *,
    jobs: Provider[protocols.JobsApi],
    errors: Errors | None = None,
    settings: RuntimeSettings | None = None,
) -> None:
    """Serve spec/v1/ under /api/v1 on an application."""
    version = Version(
        app, name="v1", package=__package__ or "", prefix="/api/v1", errors=errors, settings=settings
    )
    version.operation(
        declare.Operation(
            key="getJob",
            method="GET",
            path="/jobs/{id}",
            group="jobs",
            function="get_job",
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
                    bare=True,
                    content=(
                        declare.ResponseContent(
                            media_type="application/json",
                            guard="getJob.200.application/json",
                            type=lambda: models.Job,
                        ),
                    ),
                ),
                declare.Response(
                    status="3XX",
                    cls=lambda: responses.GetJobStatus3XX,
                    headers=(declare.ResponseHeader(name="Location", attribute="location", required=True),),
                    headers_guard="getJob.3XX.headers",
                ),
                PROBLEM,
                PROBLEM_4XX,
                declare.Response(
                    status="default",
                    cls=lambda: responses.GetJobDefault,
                    content=(
                        declare.ResponseContent(media_type="text/plain", guard="getJob.default.text/plain"),
                    ),
                ),
            ),
        ),
        jobs,
    )
    version.operation(
        declare.Operation(
            key="headJob",
            method="HEAD",
            path="/jobs/{id}",
            group="jobs",
            function="head_job",
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
                    cls=lambda: responses.HeadJobOk,
                    bare=True,
                    content=(declare.ResponseContent(media_type="application/json"),),
                    headers=(
                        declare.ResponseHeader(
                            name="Content-Length",
                            attribute="content_length",
                            wire=declare.Scalar(("integer",)),
                        ),
                        declare.ResponseHeader(name="ETag", attribute="etag"),
                    ),
                    headers_guard="headJob.200.headers",
                ),
            ),
        ),
        jobs,
    )
    version.operation(
        declare.Operation(
            key="putJob",
            method="PUT",
            path="/jobs/{id}",
            group="jobs",
            function="put_job",
            parameters=(
                declare.Parameter(
                    name="id",
                    argument="id",
                    location="path",
                    wire=declare.Scalar(("integer",)),
                    required=True,
                ),
            ),
            body=declare.Body(
                content=(
                    declare.BodyContent(
                        media_type="application/json",
                        guard="putJob.body.application/json",
                        type=lambda: models.Job,
                    ),
                ),
                required=True,
            ),
            responses=(
                declare.Response(
                    status=204,
                    cls=lambda: responses.PutJobNoContent,
                    bare=True,
                    headers=(
                        declare.ResponseHeader(name="Set-Cookie", attribute="set_cookie"),
                        declare.ResponseHeader(
                            name="Content-Length", attribute="", wire=declare.Scalar(("integer",))
                        ),
                    ),
                    headers_guard="putJob.204.headers",
                ),
            ),
        ),
        jobs,
    )
    version.operation(
        declare.Operation(
            key="deleteJob",
            method="DELETE",
            path="/jobs/{id}",
            group="jobs",
            function="delete_job",
            parameters=(
                declare.Parameter(
                    name="id",
                    argument="id",
                    location="path",
                    wire=declare.Scalar(("integer",)),
                    required=True,
                ),
            ),
            responses=(declare.Response(status="2XX", cls=lambda: responses.DeleteJobStatus2XX),),
        ),
        jobs,
    )
    version.operation(
        declare.Operation(
            key="startJob",
            method="POST",
            path="/jobs/{id}",
            group="jobs",
            function="start_job",
            parameters=(
                declare.Parameter(
                    name="id",
                    argument="id",
                    location="path",
                    wire=declare.Scalar(("integer",)),
                    required=True,
                ),
            ),
        ),
        jobs,
    )
    version.open()
