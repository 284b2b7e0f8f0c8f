# Generated from spec/v1/ by accord. Do not edit: change the spec, then run make generate.
"""Operations of spec/v1/"""

from __future__ import annotations

from typing import Literal, Protocol

from accord.runtime import not_implemented as not_implemented

from . import models, responses


class DocumentsApi(Protocol):
    """Operations of documents"""

    async def search_documents(
        self,
        *,
        tenant: str,
        source: bool | str | list[str] | None,
        filters: list[models.SearchDocumentsFiltersItem] | None,
        x_scope: str | list[Literal["own", "all"]] | None,
    ) -> list[str] | responses.SearchDocumentsOk:
        """GET /documents/{tenant}/of/{tenant}

        Args:
            source: Whether to return the source, or which of its fields.
        """
        ...

    async def warm_up(self) -> None:
        """POST /documents/warm-up"""
        ...
