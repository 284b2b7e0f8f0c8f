# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.
"""Operations of spec/v1/"""

from __future__ import annotations

from typing import Literal, Protocol

from accord.runtime import ByteStream, not_implemented as not_implemented

from . import models, responses


class ReportsApi(Protocol):
    """Operations of reports"""

    async def get_report(
        self, *, id: int, media_type: Literal["application/json", "application/vnd.report+json", "text/csv"]
    ) -> models.Report | str | ByteStream | responses.GetReportOk | responses.GetReportNotFound:
        """GET /reports/{id}

        A report as data, as a table or as XML.
        """
        ...

    async def get_page(
        self, *, id: int, media_type: Literal["text/html", "text/markdown"]
    ) -> responses.GetPageOk:
        """GET /reports/{id}/page"""
        ...

    async def get_picture(self, *, id: int, media_type: str) -> responses.GetPictureOk:
        """GET /reports/{id}/picture"""
        ...

    async def get_feed(self) -> str | ByteStream:
        """GET /feed"""
        ...
