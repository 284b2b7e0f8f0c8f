# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.
"""Routes of spec/v1/"""

from __future__ import annotations

from fastapi import FastAPI

from accord.runtime import Errors, Provider, RuntimeSettings, Version, declare

from . import models, protocols, responses


def install(
    app: FastAPI,
    *,
    streams: Provider[protocols.StreamsApi],
    errors: Errors | None = None,
    settings: RuntimeSettings | None = None,
) -> None:
    """Serve spec/v1/ under /api/v1 on an application."""
    version = Version(
        app, name="v1", package=__package__ or "", prefix="/api/v1", errors=errors, settings=settings
    )
    version.operation(
        declare.Operation(
            key="getFile",
            method="GET",
            path="/files/{name}",
            group="streams",
            function="get_file",
            parameters=(
                declare.Parameter(name="name", argument="name", location="path", required=True),
                declare.Parameter(name="Range", argument="range", location="header"),
            ),
            responses=(
                declare.Response(
                    status=200,
                    cls=lambda: responses.GetFileOk,
                    content=(declare.ResponseContent(media_type="application/octet-stream"),),
                ),
                declare.Response(
                    status=206,
                    cls=lambda: responses.GetFilePartialContent,
                    content=(declare.ResponseContent(media_type="application/octet-stream"),),
                    headers=(
                        declare.ResponseHeader(
                            name="Content-Range", attribute="content_range", required=True
                        ),
                    ),
                    headers_guard="getFile.206.headers",
                ),
            ),
        ),
        streams,
    )
    version.operation(
        declare.Operation(
            key="listReadings",
            method="GET",
            path="/readings",
            group="streams",
            function="list_readings",
            responses=(
                declare.Response(
                    status=200,
                    cls=lambda: responses.ListReadingsOk,
                    bare=True,
                    content=(
                        declare.ResponseContent(
                            media_type="application/jsonl",
                            guard="listReadings.200.application/jsonl",
                            type=lambda: models.Reading,
                            items=declare.Items(),
                        ),
                        declare.ResponseContent(
                            media_type="application/json-seq",
                            guard="listReadings.200.application/json-seq",
                            type=lambda: models.Reading,
                            items=declare.Items(framing="sequence"),
                        ),
                    ),
                ),
            ),
            media_type="media_type",
        ),
        streams,
    )
    version.operation(
        declare.Operation(
            key="watchReadings",
            method="GET",
            path="/readings/live",
            group="streams",
            function="watch_readings",
            parameters=(
                declare.Parameter(
                    name="Last-Event-ID",
                    argument="last_event_id",
                    location="header",
                    wire=declare.Scalar(("integer",)),
                ),
            ),
            responses=(
                declare.Response(
                    status=200,
                    bare=True,
                    content=(
                        declare.ResponseContent(
                            media_type="text/event-stream",
                            guard="watchReadings.200.text/event-stream",
                            type=lambda: models.ReadingEvent,
                            events=declare.Events(),
                        ),
                    ),
                ),
            ),
        ),
        streams,
    )
    version.operation(
        declare.Operation(
            key="watchLog",
            method="GET",
            path="/log",
            group="streams",
            function="watch_log",
            responses=(
                declare.Response(
                    status=200,
                    bare=True,
                    content=(
                        declare.ResponseContent(
                            media_type="text/event-stream",
                            events=declare.Events(json_data=False, payload=True),
                        ),
                    ),
                ),
            ),
        ),
        streams,
    )
    version.operation(
        declare.Operation(
            key="watchTokens",
            method="GET",
            path="/tokens",
            group="streams",
            function="watch_tokens",
            responses=(
                declare.Response(
                    status=200,
                    bare=True,
                    content=(
                        declare.ResponseContent(
                            media_type="text/event-stream",
                            guard="watchTokens.200.text/event-stream",
                            type=lambda: models.Reading,
                            events=declare.Events(payload=True),
                        ),
                    ),
                ),
            ),
        ),
        streams,
    )
    version.open()
