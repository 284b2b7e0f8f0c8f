# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.
"""Requests that the service sends: webhooks and callbacks of spec/v1/"""

from __future__ import annotations

from typing import Final

from accord.runtime import outgoing

from . import models

BOOKING_CANCELLED: Final = outgoing.Request(
    key="sent:bookingCancelled POST",
    name="bookingCancelled",
    method="POST",
    parameters=(outgoing.Parameter(name="X-Signature", location="header", required=True),),
    body=outgoing.Body(
        content=(
            outgoing.Content(
                media_type="application/json",
                guard="sent:bookingCancelled POST.body.application/json",
                type=lambda: models.BookingCancelledRequest,
            ),
        ),
        required=True,
    ),
    responses=(outgoing.Response(status="2XX"),),
)
"""Webhook: A booking was cancelled."""

CREATE_BOOKING_ON_MADE: Final = outgoing.Request(
    key="sent:onMade POST",
    name="onMade",
    method="POST",
    expression="{$request.body#/callbackUrl}",
    caused_by=("POST", "/bookings"),
    body=outgoing.Body(
        content=(
            outgoing.Content(
                media_type="application/json",
                guard="sent:onMade POST.body.application/json",
                type=lambda: models.Booking,
            ),
        ),
        required=True,
    ),
    responses=(outgoing.Response(status=204),),
)
"""Callback of POST /bookings 'onMade'."""

WEBHOOKS: Final = (
    BOOKING_CANCELLED,
    CREATE_BOOKING_ON_MADE,
)
"""All of them, in the order of the contract."""
