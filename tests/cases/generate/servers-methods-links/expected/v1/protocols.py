# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.
"""Operations of spec/v1/"""

from __future__ import annotations

from typing import Protocol

from accord.runtime import not_implemented as not_implemented

from . import models


class OrdersApi(Protocol):
    """Operations of orders"""

    async def create_order(self) -> models.Order:
        """POST /orders"""
        ...

    async def query_orders(self, *, body: models.QueryOrdersRequest) -> list[models.Order]:
        """QUERY /orders"""
        ...

    async def get_order(self, *, id: int) -> models.Order:
        """GET /orders/{id}"""
        ...

    async def copy_order(self, *, id: int) -> models.Order:
        """COPY /orders/{id}"""
        ...
