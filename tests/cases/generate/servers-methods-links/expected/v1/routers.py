# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.
"""Routes of spec/v1/"""

from __future__ import annotations

from fastapi import FastAPI

from accord.runtime import Errors, Provider, RuntimeSettings, Version, declare

from . import models, protocols


def install(
    app: FastAPI,
    *,
    orders: Provider[protocols.OrdersApi],
    errors: Errors | None = None,
    settings: RuntimeSettings | None = None,
) -> None:
    """Serve spec/v1/ under /shop/v1 on an application."""
    version = Version(
        app, name="v1", package=__package__ or "", prefix="/shop/v1", errors=errors, settings=settings
    )
    version.operation(
        declare.Operation(
            key="createOrder",
            method="POST",
            path="/orders",
            group="orders",
            function="create_order",
            responses=(
                declare.Response(
                    status=201,
                    bare=True,
                    content=(
                        declare.ResponseContent(
                            media_type="application/json",
                            guard="createOrder.201.application/json",
                            type=lambda: models.Order,
                        ),
                    ),
                ),
            ),
        ),
        orders,
    )
    version.operation(
        declare.Operation(
            key="queryOrders",
            method="QUERY",
            path="/orders",
            group="orders",
            function="query_orders",
            body=declare.Body(
                content=(
                    declare.BodyContent(
                        media_type="application/json",
                        guard="queryOrders.body.application/json",
                        type=lambda: models.QueryOrdersRequest,
                    ),
                ),
                required=True,
            ),
            responses=(
                declare.Response(
                    status=200,
                    bare=True,
                    content=(
                        declare.ResponseContent(
                            media_type="application/json",
                            guard="queryOrders.200.application/json",
                            type=lambda: list[models.Order],
                        ),
                    ),
                ),
            ),
        ),
        orders,
    )
    version.operation(
        declare.Operation(
            key="getOrder",
            method="GET",
            path="/orders/{id}",
            group="orders",
            function="get_order",
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
                            guard="getOrder.200.application/json",
                            type=lambda: models.Order,
                        ),
                    ),
                ),
            ),
        ),
        orders,
    )
    version.operation(
        declare.Operation(
            key="copyOrder",
            method="COPY",
            path="/orders/{id}",
            group="orders",
            function="copy_order",
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
                    status=201,
                    bare=True,
                    content=(
                        declare.ResponseContent(
                            media_type="application/json",
                            guard="copyOrder.201.application/json",
                            type=lambda: models.Order,
                        ),
                    ),
                ),
            ),
        ),
        orders,
    )
    version.open()
