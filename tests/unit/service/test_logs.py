"""Lines of a log: one shape whoever writes them, the request in each, and nothing secret in any."""

from __future__ import annotations

import json
import logging
import os
from typing import Any

import pytest
import structlog

from accord.service import Caller, ServiceSettings
from accord.service.access import AccessLog
from accord.service.logs import HIDDEN, Lines, Redaction, configure_logging, to_json
from accord.service.trace import RequestContext, enter, leave
from tests.unit.service.conftest import Log

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.c2lnbmF0dXJl"


def _configure(log: Log, **changes: Any) -> None:
    configure_logging(
        ServiceSettings(**changes), write=log, identify=lambda principal: Caller("user", str(principal))
    )


def test_every_writer_s_lines_have_one_shape(log: Log) -> None:
    _configure(log)
    logging.getLogger("some.library").warning("a %s", "word", extra={"items": 3})
    structlog.get_logger("own").info("done", items=3)
    logging.getLogger("uvicorn.error").info("Started")
    logging.getLogger("uvicorn.access").info("never")
    logging.getLogger("quiet").debug("never")
    assert [(line["logger"], line["level"], line["event"]) for line in log.lines] == [
        ("some.library", "warning", "a word"),
        ("own", "info", "done"),
        ("uvicorn.error", "info", "Started"),
    ]
    assert all(line["timestamp"].endswith("Z") for line in log.lines)
    assert [line.get("items") for line in log.lines] == [3, 3, None]


def test_a_line_of_a_request_names_it(log: Log) -> None:
    _configure(log)
    request = RequestContext(
        {"method": "GET", "accord.route": "/api/items/{id}", "accord.principal": "ada"}, None
    )
    token = enter(request)
    logging.getLogger("library").info("inside")
    leave(token)
    logging.getLogger("library").info("outside")
    inside, outside = log.lines
    assert {name: inside[name] for name in ("trace_id", "span_id", "method", "route", "user")} == {
        "trace_id": request.trace_id,
        "span_id": request.span_id,
        "method": "GET",
        "route": "/api/items/{id}",
        "user": "ada",
    }
    assert "trace_id" not in outside


def test_the_access_line_has_the_same_members(log: Log) -> None:
    request = RequestContext(
        {"method": "GET", "accord.route": '/a"b', "accord.principal": 7},
        f"00-{'a' * 32}-{'b' * 16}-01".encode(),
    )
    access = AccessLog(log, lambda principal: Caller("key", f"Zoë {principal}\n"))
    access(request, 503, 0.0123456, "192.0.2.1")
    (line,) = log.lines
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "level": "error",
        "logger": "accord.access",
        "event": "request",
        "method": "GET",
        "route": '/a"b',
        "status": 503,
        "duration": 0.012346,
        "user": "Zoë 7\n",
        "client": "192.0.2.1",
        "trace_id": "a" * 32,
        "span_id": request.span_id,
        "parent_id": "b" * 16,
    }


def test_a_traceback_is_one_line_and_hides_what_is_secret(log: Log) -> None:
    _configure(log, secrets=("the-known-secret",))
    try:
        raise RuntimeError(f"the-known-secret and {JWT}")
    except RuntimeError:
        logging.getLogger("x").exception("failed with the-known-secret")
    (line,) = log.lines
    assert "RuntimeError" in line["exception"]
    assert b"the-known-secret" not in log.raw[0]
    assert JWT.encode() not in log.raw[0]


@pytest.mark.parametrize(
    "event",
    [
        {"password": "plain-words"},
        {"new_password": ["plain-words"]},
        {"headers": {"Authorization": "plain-words"}},
        {"deep": [{"x": {"X-API-Key": "plain-words"}}]},
        {"refresh_token": "plain-words"},
        {"event": "Bearer plain-words-of-a-token"},
        {"event": "$argon2id$v=19$m=64,t=1,p=1$plain-words$plain-words"},
        {"event": "postgresql+psycopg://name:plain-words@host/base"},
        {"event": "GET /x?api_key=plain-words&y=1"},
        {"event": "password=plain-words"},
        {"where": "-----BEGIN PRIVATE KEY-----\nplain-words\n-----END PRIVATE KEY-----"},
        {"anything": type("Odd", (), {"__str__": lambda self: "password=plain-words"})()},
    ],
)
def test_secrets_are_hidden_by_name_and_by_look(event: dict[str, Any]) -> None:
    hidden = Redaction()(None, "info", event)
    assert "plain-words" not in json.dumps(hidden)
    assert HIDDEN in json.dumps(hidden)


def test_what_is_not_secret_stays() -> None:
    event = {
        "event": "3 tokens for /api/v1/token",
        "tokens": 6,
        "password": None,
        "has_token": True,
        "list": [1, "x"],
    }
    assert Redaction()(None, "info", dict(event)) == event


def test_what_has_no_json_form_is_text(log: Log) -> None:
    _configure(log)
    structlog.get_logger("x").info("a", value={1, 2}, other=b"\xff", odd="\ud800")
    assert len(log.lines) == 1
    assert json.loads(to_json({"event": "x", "odd": "\ud800"}))["event"] == "x"


def test_a_second_configuration_replaces_the_first_and_off_is_off(log: Log) -> None:
    _configure(log)
    other = Log()
    _configure(other)
    _configure(Log(), log_format="off")
    logging.getLogger("x").info("once")
    assert (len(log.raw), len(other.raw)) == (0, 1)


def test_lines_for_people(log: Log) -> None:
    _configure(log, log_format="console")
    logging.getLogger("x").info("hello")
    assert b"hello" in log.raw[0]
    assert not log.raw[0].startswith(b"{")


def test_a_log_that_cannot_be_written_fails_nobody() -> None:
    reader, writer = os.pipe()
    Lines(writer)(b"a line\n")
    assert os.read(reader, 100) == b"a line\n"
    os.close(reader)
    Lines(writer)(b"a line\n")  # a broken pipe
    os.close(writer)
    Lines(writer)(b"a line\n")  # and none at all
