"""Reports and conversations."""

import asyncio
import json
import os
import signal
import time
from collections.abc import AsyncGenerator, Callable, Sequence

import httpx
import pytest

from impl.core.chat.local import LocalModel
from impl.core.chat.model import ChatEvent, Done, End, Failed, LanguageModel, Message, Piece, Response, Token
from impl.core.chat.remote import Endpoint, RemoteModel
from impl.core.errors import ModelUnavailable, ReportsBusy
from impl.core.reports import ReportRequest, ReportRunner, compute_price_report

pytestmark = pytest.mark.anyio

REQUEST = ReportRequest(confidence=0.95, resamples=200, seed=1)
QUESTION = [Message(role="user", content="How do I descale a kettle?")]


def test_a_report_of_nothing_has_no_estimate() -> None:
    report = compute_price_report([], REQUEST)
    assert (report.items, report.estimate) == (0, None)


def test_a_report_is_repeatable_and_its_figures_are_in_order() -> None:
    prices = [1.0, 2.0, 4.0, 10.0, 3.0]
    report = compute_price_report(prices, REQUEST)
    assert report == compute_price_report(prices, REQUEST)
    estimate = report.estimate
    assert estimate is not None
    assert (report.items, estimate.mean, estimate.median) == (5, 4.0, 3.0)
    assert min(prices) <= estimate.low < estimate.mean < estimate.high <= max(prices)
    wider = compute_price_report(prices, ReportRequest(confidence=0.99, resamples=200, seed=1)).estimate
    assert wider is not None
    assert wider.low <= estimate.low
    assert wider.high >= estimate.high


def test_a_report_on_one_price_or_on_the_largest_stays_in_bounds() -> None:
    for prices in ([5e-324], [9999999999.99] * 250):
        estimate = compute_price_report(prices, ReportRequest(confidence=0.5, resamples=100, seed=0)).estimate
        assert estimate is not None
        assert estimate.low == estimate.high == estimate.mean == estimate.median == prices[0]


async def test_the_loop_stays_free_while_a_report_is_computed() -> None:
    runner = ReportRunner(workers=1, queue=0)
    try:
        await runner.run([1.0], REQUEST)  # starts the worker
        heavy = asyncio.create_task(
            runner.run(
                [float(n) for n in range(1, 251)], ReportRequest(confidence=0.9, resamples=20_000, seed=3)
            )
        )
        beats = 0
        while not heavy.done():
            await asyncio.sleep(0.01)
            beats += 1
        assert (await heavy).items == 250
        assert beats >= 10
    finally:
        runner.close()


async def test_a_full_queue_rejects_and_recovers() -> None:
    runner = ReportRunner(workers=1, queue=1)
    try:
        running = [asyncio.create_task(runner.run([1.0, 2.0], REQUEST)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(ReportsBusy):
            await runner.run([1.0], REQUEST)
        assert {(await task).items for task in running} == {2}
        assert (await runner.run([1.0], REQUEST)).items == 1
    finally:
        runner.close()


async def test_a_worker_that_is_killed_is_replaced() -> None:
    runner = ReportRunner(workers=1, queue=1)
    try:
        await runner.run([1.0], REQUEST)
        pool = runner._pool
        assert pool is not None
        (pid,) = pool._processes
        os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + 10
        refused = False
        while not refused and time.monotonic() < deadline:
            try:
                await runner.run([1.0], REQUEST)
            except ReportsBusy:
                refused = True
        assert refused
        assert (await runner.run([1.0, 2.0], REQUEST)).items == 2
    finally:
        runner.close()


async def _events(model: LanguageModel, messages: Sequence[Message], max_tokens: int = 64) -> list[ChatEvent]:
    return [event async for event in await Response.begin(model, messages, max_tokens)]


def _text(events: Sequence[ChatEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, Token))


async def test_the_stand_in_answers_the_same_with_the_same() -> None:
    first = await _events(LocalModel(), QUESTION)
    assert first == await _events(LocalModel(), QUESTION)
    assert first != await _events(LocalModel(), [Message(role="user", content="Why?")])
    assert _text(first).endswith("You said: How do I descale a kettle?")
    tokens = first[:-1]
    assert [event.index for event in tokens if isinstance(event, Token)] == list(range(len(tokens)))
    assert first[-1] == Done(reason="stop", tokens=len(tokens))


@pytest.mark.parametrize("content", [" ", "\r\n\t", "\u2028", "a" * 4000, "😀" * 4000, "{}", "data: x\n\n"])
async def test_the_stand_in_answers_anything(content: str) -> None:
    events = await _events(LocalModel(), [Message(role="user", content=content)])
    assert isinstance(events[-1], Done)
    assert len(events) > 1


@pytest.mark.parametrize("limit", [1, 2, 5])
async def test_a_response_has_no_more_tokens_than_asked_for(limit: int) -> None:
    events = await _events(LocalModel(), QUESTION, limit)
    assert len(events) == limit + 1
    assert events[-1] == Done(reason="length", tokens=limit)


class _Scripted:
    """A model that says what a test tells it, and remembers how it ended."""

    def __init__(self, *script: Piece | End | Exception) -> None:
        self._script = script
        self.given = 0
        self.closed = False

    async def stream(self, messages: Sequence[Message], max_tokens: int) -> AsyncGenerator[Piece | End, None]:
        try:
            for part in self._script:
                self.given += 1
                if isinstance(part, Exception):
                    raise part
                yield part
        finally:
            self.closed = True


async def test_a_model_that_says_too_much_is_cut_and_stopped() -> None:
    model = _Scripted(*(Piece(text=str(n)) for n in range(9)))
    events = await _events(model, QUESTION, 3)
    assert _text(events) == "012"
    assert events[-1] == Done(reason="length", tokens=3)
    assert model.closed
    assert model.given == 4


async def test_a_model_that_just_ends_has_said_everything() -> None:
    assert await _events(_Scripted(Piece(text="a")), QUESTION) == [
        Token(index=0, text="a"),
        Done(reason="stop", tokens=1),
    ]
    assert await _events(_Scripted(), QUESTION) == [Done(reason="stop", tokens=0)]


async def test_a_model_that_fails_at_once_is_an_error_and_later_an_event() -> None:
    at_once = _Scripted(ModelUnavailable())
    with pytest.raises(ModelUnavailable):
        await Response.begin(at_once, QUESTION, 3)
    assert at_once.closed
    later = _Scripted(Piece(text="a"), ModelUnavailable())
    assert await _events(later, QUESTION) == [
        Token(index=0, text="a"),
        Failed(message="The language model is not available."),
    ]


class _Slow:
    """A model that thinks until it is told to speak, or to fail."""

    def __init__(self, end: Exception | None = None) -> None:
        self._end = end
        self.may_speak = asyncio.Event()
        self.closed = False

    async def stream(self, messages: Sequence[Message], max_tokens: int) -> AsyncGenerator[Piece | End, None]:
        try:
            await self.may_speak.wait()
            if self._end is not None:
                raise self._end
            yield Piece(text="a")
        finally:
            self.closed = True


async def test_a_model_that_is_slow_to_speak_does_not_keep_the_response_from_beginning() -> None:
    model = _Slow()
    response = await Response.begin(model, QUESTION, 3, patience=0.01)
    assert not model.closed
    model.may_speak.set()
    assert [event async for event in response] == [Token(index=0, text="a"), Done(reason="stop", tokens=1)]


async def test_a_model_that_fails_after_a_long_silence_fails_within_the_response() -> None:
    model = _Slow(ModelUnavailable())
    response = await Response.begin(model, QUESTION, 3, patience=0.01)
    model.may_speak.set()
    assert [event async for event in response] == [Failed(message="The language model is not available.")]


@pytest.mark.parametrize("waited_for", [True, False])
async def test_closing_a_response_stops_a_silent_model(waited_for: bool) -> None:
    model = _Slow()
    response = await Response.begin(model, QUESTION, 3, patience=0.01)
    if waited_for:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anext(response), 0.01)
    await response.aclose()
    assert model.closed


async def test_a_caller_that_is_cancelled_at_the_beginning_stops_the_model() -> None:
    model = _Slow()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(Response.begin(model, QUESTION, 3), 0.01)
    assert model.closed


async def test_closing_a_response_stops_the_model() -> None:
    for taken in range(3):
        model = _Scripted(*(Piece(text=str(n)) for n in range(9)))
        response = await Response.begin(model, QUESTION, 64)
        for _ in range(taken):
            await anext(response)
        await response.aclose()
        await response.aclose()
        assert model.closed
        assert model.given == max(1, taken)
        with pytest.raises(StopAsyncIteration):
            await anext(response)


async def test_the_first_token_leaves_before_the_last_is_made() -> None:
    model = _Scripted(*(Piece(text=str(n)) for n in range(9)), End(reason="stop"))
    response = await Response.begin(model, QUESTION, 64)
    assert await anext(response) == Token(index=0, text="0")
    assert model.given == 1
    await response.aclose()


def _chunk(text: str | None, reason: str | None = None) -> str:
    delta = {} if text is None else {"content": text}
    return f"data: {json.dumps({'choices': [{'delta': delta, 'finish_reason': reason}]})}\n\n"


def _remote(handler: Callable[[httpx.Request], httpx.Response]) -> RemoteModel:
    client = httpx.AsyncClient(transport=httpx.MockTransport(handler))
    return RemoteModel(Endpoint(url="http://model.test/v1/", model="small", key="the-key"), client)


async def test_the_remote_model_speaks_the_protocol() -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        body = (
            ": a comment\n\n"
            'data: {"choices":[{"delta":{"role":"assistant","content":""}}],"extra":1}\n\n'
            + _chunk("Use")
            + _chunk(" vinegär.")
            + _chunk(None, "length")
            + 'data: {"choices":[],"usage":{}}\n\ndata: [DONE]\n\n'
            + _chunk("never read")
        )
        return httpx.Response(200, content=body.encode())

    events = await _events(_remote(handler), QUESTION, 7)
    assert _text(events) == "Use vinegär."
    assert events[-1] == Done(reason="length", tokens=2)
    (request,) = seen
    assert str(request.url) == "http://model.test/v1/chat/completions"
    assert request.headers["Authorization"] == "Bearer the-key"
    assert json.loads(request.content) == {
        "model": "small",
        "messages": [{"role": "user", "content": QUESTION[0].content}],
        "max_tokens": 7,
        "stream": True,
    }


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(500, text="the-key is wrong"),
        httpx.Response(302, headers={"Location": "http://other.test/"}),
        httpx.Response(200, text="data: {\n\n"),
        httpx.Response(200, text='data: {"error": {"message": "the-key"}}\n\n'),
        httpx.Response(200, text='data: {"choices": 1}\n\n'),
        httpx.Response(200, text="data: [1]\n\n"),
        httpx.Response(200, text=""),
        httpx.Response(200, text="<html>"),
    ],
)
async def test_a_remote_model_that_fails_is_told_without_details(response: httpx.Response) -> None:
    with pytest.raises(ModelUnavailable) as caught:
        await _events(_remote(lambda _: response), QUESTION)
    assert "the-key" not in str(caught.value)


async def test_a_remote_model_that_cannot_be_reached_is_unavailable() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    with pytest.raises(ModelUnavailable):
        await _events(_remote(handler), QUESTION)


async def test_a_connection_that_is_lost_in_between_is_a_failure() -> None:
    events = await _events(_remote(lambda _: httpx.Response(200, text=_chunk("half"))), QUESTION)
    assert events == [Token(index=0, text="half"), Failed(message="The language model is not available.")]
