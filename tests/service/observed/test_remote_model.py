"""The chat with a real HTTP endpoint: a small server that speaks the protocol stands for the model's."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.service.api.live import QUESTION
from tests.service.api.support import KEY, VERSIONS, fresh

MODEL_KEY = "the-key-of-the-endpoint"


class _Endpoint(BaseHTTPRequestHandler):
    """Answers a completion in pieces, or with the status that the server was told."""

    server: Any

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.server.seen.append((self.path, dict(self.headers), json.loads(self.rfile.read(length))))
        self.send_response(self.server.status)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        for text in ("Boil", " vinegar", " in it."):
            self._chunk({"choices": [{"delta": {"content": text}, "finish_reason": None}]})
        self._chunk({"choices": [{"delta": {}, "finish_reason": "stop"}]})
        if not self.server.breaks:
            self.wfile.write(b"data: [DONE]\n\n")

    def _chunk(self, chunk: Any) -> None:
        self.wfile.write(b"data: " + json.dumps(chunk).encode() + b"\n\n")
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
        pass


@contextmanager
def _endpoint(*, status: int = 200, breaks: bool = False) -> Iterator[Any]:
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), _Endpoint)
    server.seen, server.status, server.breaks = [], status, breaks
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def _ask(folder: Path, server: Any, version: str) -> Any:
    url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    with fresh(folder, chat_url=url, chat_model="small", chat_key=MODEL_KEY) as client:
        headers = {"X-API-Key": KEY, "traceparent": f"00-{'a' * 32}-{'b' * 16}-01"}
        return client.post(f"/api/{version}/chat", json={**QUESTION, "maxTokens": 9}, headers=headers)


def test_the_endpoint_is_asked_by_its_protocol_and_its_pieces_are_the_events(tmp_path: Path) -> None:
    for version in VERSIONS:
        with _endpoint() as server:
            response = _ask(tmp_path, server, version)
        assert response.status_code == 200
        data = [json.loads(line[6:]) for line in response.text.splitlines() if line.startswith("data: ")]
        assert [item["text"] for item in data[:-1]] == ["Boil", " vinegar", " in it."]
        assert data[-1] == {"finishReason": "stop", "tokens": 3}
        ((path, headers, body),) = server.seen
        assert path == "/v1/chat/completions"
        assert headers["Authorization"] == f"Bearer {MODEL_KEY}"
        assert (body["model"], body["max_tokens"], body["stream"]) == ("small", 9, True)
        assert body["messages"] == QUESTION["messages"]
        # The endpoint goes on with the trace of the request, by a span of this service.
        sent = headers["traceparent"].split("-")
        assert sent[1] == "a" * 32
        assert sent[2] != "b" * 16


def test_an_endpoint_that_fails_is_503_without_its_key(tmp_path: Path) -> None:
    with _endpoint(status=401) as server:
        response = _ask(tmp_path, server, "v2")
    assert response.status_code == 503
    assert MODEL_KEY not in response.text
    assert int(response.headers["Retry-After"]) >= 0
