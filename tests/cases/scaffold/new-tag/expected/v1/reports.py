"""Reports of spec/v1/"""

from __future__ import annotations

from typing import final

from typing_extensions import override

from generated.v1 import protocols, responses


@final
class Reports(protocols.ReportsApi):
    """Operations of reports"""

    @override
    async def list_reports(self) -> None | responses.ListReportsNoContent:
        raise protocols.not_implemented("listReports")


def reports() -> Reports:
    """Give the implementation for one request; it may ask for dependencies as any FastAPI dependency."""
    return Reports()
