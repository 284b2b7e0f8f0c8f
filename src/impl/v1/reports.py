"""Figures that take real work to compute."""

from typing import final

from sqlalchemy.ext.asyncio import AsyncSession
from typing_extensions import override

from generated.v1 import models, protocols
from impl.core import reports as core
from impl.core.items import Items
from impl.core.principals import Principal


@final
class Reports(protocols.ReportsApi[Principal]):
    """Price reports, computed in other processes."""

    def __init__(self, session: AsyncSession, runner: core.ReportRunner) -> None:
        self._session = session
        self._runner = runner

    @override
    async def create_price_report(
        self, *, principal: Principal, body: models.PriceReportRequest
    ) -> models.PriceReport:
        amounts = await Items(self._session, principal).newest_amounts(limit=core.MAX_PRICES)
        # The connection goes back before the work begins: a report holds nothing that another request waits for.
        await self._session.close()
        report = await self._runner.run(
            amounts,
            core.ReportRequest(confidence=body.confidence, resamples=body.resamples, seed=body.seed),
        )
        return _to_report(report, body)


def _to_report(report: core.PriceReport, request: models.PriceReportRequest) -> models.PriceReport:
    estimate = report.estimate
    return models.PriceReport(
        items=report.items,
        mean=None if estimate is None else estimate.mean,
        median=None if estimate is None else estimate.median,
        low=None if estimate is None else estimate.low,
        high=None if estimate is None else estimate.high,
        confidence=request.confidence,
        resamples=request.resamples,
    )
