# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.
"""Routes of spec/v1/"""

from __future__ import annotations

from fastapi import FastAPI

from accord.runtime import Errors, Provider, RuntimeSettings, Version, declare

from . import models, protocols, responses


def install(
    app: FastAPI,
    *,
    bookings: Provider[protocols.BookingsApi],
    errors: Errors | None = None,
    settings: RuntimeSettings | None = None,
) -> None:
    """Serve spec/v1/ under / on an application."""
    version = Version(app, name="v1", package=__package__ or "", prefix="", errors=errors, settings=settings)
    version.operation(
        declare.Operation(
            key="createBooking",
            method="POST",
            path="/bookings",
            group="bookings",
            function="create_booking",
            body=declare.Body(
                content=(
                    declare.BodyContent(
                        media_type="application/json",
                        guard="createBooking.body.application/json",
                        type=lambda: models.Booking,
                    ),
                ),
                required=True,
            ),
            responses=(declare.Response(status=202, cls=lambda: responses.CreateBookingAccepted, bare=True),),
        ),
        bookings,
    )
    version.open()
