"""Trace context: what is a valid ``traceparent``, and what is begun anew."""

from __future__ import annotations

import pytest

from accord.service.trace import (
    RequestContext,
    current_request,
    enter,
    find_traceparent,
    leave,
    outgoing_headers,
    parse_traceparent,
)

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
VALID = f"00-{TRACE}-{SPAN}-01"


@pytest.mark.parametrize("text", [VALID, f"01-{TRACE}-{SPAN}-01", f"cc-{TRACE}-{SPAN}-01-what-comes-later"])
def test_a_valid_header_is_read(text: str) -> None:
    assert parse_traceparent(text.encode()) == (TRACE, SPAN, "01")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "00",
        VALID.upper(),
        VALID + "-more",
        VALID + "0",
        VALID + "\n",
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE[1:]}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}-0g",
        f"01-{TRACE}-{SPAN}-01more",
    ],
)
def test_another_is_not(text: str) -> None:
    assert parse_traceparent(text.encode()) is None
    fresh = RequestContext({}, text.encode())
    assert fresh.trace_id != TRACE
    assert (fresh.parent_id, fresh.flags) == ("", "00")


def test_a_request_goes_on_with_the_trace_and_has_a_span_of_its_own() -> None:
    first, second = (RequestContext({}, VALID.encode()) for _ in range(2))
    assert first.trace_id == second.trace_id == TRACE
    assert (first.parent_id, first.flags) == (SPAN, "01")
    assert len({first.span_id, second.span_id, SPAN}) == 3
    assert parse_traceparent(first.traceparent.encode()) == (TRACE, first.span_id, "01")


def test_two_headers_are_as_good_as_none() -> None:
    once = [(b"a", b"b"), (b"traceparent", b"x")]
    assert find_traceparent(once) == b"x"
    assert find_traceparent([*once, (b"traceparent", b"x")]) is None
    assert find_traceparent([]) is None


def test_what_is_asked_of_others_belongs_to_the_trace() -> None:
    assert current_request() is None
    assert outgoing_headers() == {}
    request = RequestContext({}, VALID.encode())
    token = enter(request)
    try:
        assert outgoing_headers() == {"traceparent": request.traceparent}
    finally:
        leave(token)
    assert current_request() is None
