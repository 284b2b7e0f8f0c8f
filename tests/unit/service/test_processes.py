"""What only a process of its own can show: which libraries are imported, workers that share metrics, and signals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
_PATH = os.pathsep.join(str(ROOT / name) for name in ("tools", "src", ""))


def _run(program: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        env={**os.environ, "PYTHONPATH": _PATH, **environment},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


_PARTS = """
    import sys, asyncio
    from accord.runtime import create_app
    from accord.service import ServiceSettings, install_service
    before = set(sys.modules)
    app = create_app()
    install_service(app, ServiceSettings({settings}))
    wanted = ("opentelemetry.sdk", "accord.service.telemetry", "limits", "redis", "structlog", "prometheus_client")
    print(*[name for name in wanted if name in sys.modules])
"""


@pytest.mark.parametrize(
    ("settings", "imported"),
    [
        ("log_format='off', metrics=False", ""),
        ("", "structlog prometheus_client"),
        ("metrics=False", "structlog"),
        ("log_format='off', metrics=False, rate_limits={'a': ('1/minute per ip',)}", "limits"),
        (
            "log_format='off', metrics=False, otel=True",
            "opentelemetry.sdk accord.service.telemetry",
        ),
    ],
)
def test_nothing_is_imported_for_a_part_that_is_off(settings: str, imported: str) -> None:
    # FastAPI itself imports the package of the OpenTelemetry API, which does nothing; the SDK is what is optional.
    found = _run(_PARTS.format(settings=settings)).split()
    assert [
        name for name in found if name != "prometheus_client" or "prometheus" in imported
    ] == imported.split()


def test_a_missing_library_is_told_with_its_extra() -> None:
    program = """
        import sys
        sys.modules["limits"] = None
        from accord.runtime import create_app
        from accord.service import ServiceError, ServiceSettings, install_service
        try:
            install_service(create_app(), ServiceSettings(rate_limits={"a": ("1/minute per ip",)}))
        except ServiceError as error:
            print(error)
    """
    assert "install accord[limits]" in _run(program)


def test_a_request_is_a_span_that_its_log_line_and_its_response_name() -> None:
    program = """
        import asyncio, json
        from opentelemetry import trace
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import SimpleSpanProcessor
        from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
        from starlette.testclient import TestClient
        from accord.runtime import create_app
        from accord.service import ServiceSettings, install_service

        exporter = InMemorySpanExporter()
        provider = TracerProvider()
        provider.add_span_processor(SimpleSpanProcessor(exporter))
        trace.set_tracer_provider(provider)
        lines = []
        app = create_app()
        install_service(app, ServiceSettings(otel=True, metrics=False), write=lines.append)

        @app.get("/own/{id}")
        async def own(id: int):
            return {}

        with TestClient(app) as client:
            parent = f"00-{'a' * 32}-{'b' * 16}-01"
            answer = client.get("/own/1?token=secret-word", headers={"traceparent": parent})
            other = client.get("/own/2")
        spans = exporter.get_finished_spans()
        assert [span.name for span in spans] == ["GET /own/{id}"] * 2, spans
        span = spans[0]
        assert dict(span.attributes) == {
            "http.request.method": "GET", "http.route": "/own/{id}", "http.response.status_code": 200
        }, span.attributes
        assert f"{span.context.trace_id:032x}" == "a" * 32
        assert f"{span.parent.span_id:016x}" == "b" * 16
        line = [json.loads(line) for line in lines if b"accord.access" in line][0]
        assert line["span_id"] == f"{span.context.span_id:016x}"
        assert answer.headers["traceresponse"] == f"00-{'a' * 32}-{line['span_id']}-01"
        assert spans[1].parent is None
        assert spans[1].to_json().count("secret-word") == span.to_json().count("secret-word") == 0
        print("done")
    """
    assert _run(program) == "done\n"


def test_workers_share_metrics_and_the_dead_have_none_in_flight(tmp_path: Path) -> None:
    program = """
        import asyncio, os, sys
        from pathlib import Path
        from accord.service.metrics import Metrics, exposition
        metrics = Metrics(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(os.environ["FOLDER"]))
        metrics.enter()
        for number in range(10):
            metrics.observe("GET", "/x", 200, 0.01)
        text = exposition(metrics.registry)[0].decode()
        print(*[line for line in text.splitlines() if line.startswith(("http_requests_total", "http_requests_in"))],
              sep="\\n")
    """
    first = _run(program, FOLDER=str(tmp_path))
    assert 'http_requests_total{method="GET",route="/x",status="200"} 10.0' in first
    # The first process ended with a request in flight, as one that was killed does.
    second = _run(program, FOLDER=str(tmp_path))
    assert 'http_requests_total{method="GET",route="/x",status="200"} 20.0' in second
    assert "http_requests_in_flight 1.0" in second


def test_sigterm_turns_readiness_first_and_stops_later(tmp_path: Path) -> None:
    import httpx

    (tmp_path / "drained.py").write_text(
        textwrap.dedent("""
        from accord.runtime import create_app
        from accord.service import ServiceSettings, install_service
        app = create_app()
        install_service(app, ServiceSettings(drain_delay=1.0))
        """)
    )
    log = tmp_path / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", "drained:app", "--host", "127.0.0.1", "--port", "0"],
            cwd=tmp_path, env={**os.environ, "PYTHONPATH": _PATH}, stdout=output, stderr=output,
        )  # fmt: skip
    try:
        deadline = time.monotonic() + 20
        while b"running on" not in log.read_bytes():
            assert time.monotonic() < deadline
            assert process.poll() is None, log.read_text()
            time.sleep(0.02)
        url = log.read_text().split("running on ")[1].split()[0]
        assert httpx.get(f"{url}/readyz").status_code == 200
        process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        response = httpx.get(f"{url}/readyz")
        assert (response.status_code, response.json()["status"]) == (503, "draining")
        assert httpx.get(f"{url}/nothing").headers["connection"] == "close"
        process.wait(20)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    lines = log.read_text().splitlines()
    # uvicorn's own lines are of the same shape.
    import json

    events = [json.loads(line)["event"] for line in lines]
    assert "draining for 1.0 seconds" in events
    assert "Application shutdown complete." in events
