# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.
"""Operations of spec/v1/"""

from __future__ import annotations

from typing import Literal, Protocol

from accord.runtime import not_implemented as not_implemented

from . import models, responses


class PointsApi(Protocol):
    """Operations of points"""

    async def find_points(
        self,
        *,
        simple: list[int],
        label: models.Point,
        matrix: Literal["north", "south"],
        several: list[str],
        form: list[float] | None,
        joined: list[int] | None,
        spaces: list[str] | None,
        pipes: list[bool] | None,
        deep: models.Point | None,
        place: str | None,
        flag: str | None,
        area: models.Point | None,
        x_range: models.FindPointsXRange | None,
        session: str | None,
    ) -> responses.FindPointsOk:
        """GET /points/{simple}/{label}/{matrix}/{several}"""
        ...

    async def search_points(
        self, *, query: models.SearchPointsQuery | None
    ) -> None | responses.SearchPointsNoContent:
        """GET /search"""
        ...
