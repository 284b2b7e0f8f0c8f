"""The pages for machines that watch a service: liveness, readiness, metrics. No operation of a contract, no log line."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from starlette.types import Scope, Send

from accord.service.edge import Probe, compact, send_whole
from accord.service.health import Health
from accord.service.metrics import Metrics, exposition
from accord.service.settings import ServiceSettings

_JSON = (b"content-type", b"application/json")
# A cached "ready" would send requests to a process that is gone.
_NO_STORE = (b"cache-control", b"no-store")


def probes_of(settings: ServiceSettings, health: Health, metrics: Metrics | None) -> Mapping[str, Probe]:
    """The liveness, readiness and metrics pages by their paths."""

    async def live(_scope: Scope, send: Send) -> None:
        await send_whole(send, 200, compact({"status": "alive"}), [_JSON, _NO_STORE])

    async def ready(_scope: Scope, send: Send) -> None:
        states = await health.states()
        is_ready = not health.draining and all(state == "ok" for state in states.values())
        status = "draining" if health.draining else "ready" if is_ready else "not ready"
        document = {"status": status, "checks": states}
        await send_whole(send, 200 if is_ready else 503, compact(document), [_JSON, _NO_STORE])

    probes: dict[str, Probe] = {settings.live_path: live, settings.ready_path: ready}
    if metrics is not None and settings.metrics_path is not None:
        probes[settings.metrics_path] = _metrics(metrics)
    return probes


def _metrics(metrics: Metrics) -> Probe:
    """The page of the metrics."""

    async def scrape(_scope: Scope, send: Send) -> None:
        # It reads the files of all workers, which blocks.
        body, media_type = await asyncio.to_thread(exposition, metrics.registry)
        await send_whole(send, 200, body, [(b"content-type", media_type.encode()), _NO_STORE])

    return scrape
