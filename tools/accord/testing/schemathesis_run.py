"""Drives Schemathesis by its engine and translates its events: exchanges go to the collector, failures are judged."""
# Schemathesis is typed, but leaves the parameters of its generic classes out.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownLambdaType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import copy
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeAlias, cast

import schemathesis
from schemathesis.auths import AuthContext, KeyedCachingAuthProvider
from schemathesis.core.failures import Failure
from schemathesis.core.transport import Response
from schemathesis.engine import StopReason, events, from_schema
from schemathesis.engine.core import EventStream
from schemathesis.engine.recorder import ScenarioRecorder
from schemathesis.generation.case import Case
from schemathesis.generation.meta import REQUEST_SHAPE_PROBES, coverage_scenario
from schemathesis.hooks import GLOBAL_HOOK_DISPATCHER, HookContext
from schemathesis.specs.openapi.schemas import OpenApiSchema

from accord.testing.collect import Run
from accord.testing.contract import Contract
from accord.testing.credentials import Attached, Credentials
from accord.testing.exchange import Exchange, HeaderList, Intent, label
from accord.testing.exchange import Response as AccordResponse
from accord.testing.failures import UNDOCUMENTED_REJECTION, assess
from accord.testing.idempotency import with_own_keys
from accord.testing.schemathesis_config import build_config, readable, register_formats

AnyCase: TypeAlias = Case[Any]  # Any: the kind of its operation, which Schemathesis itself leaves open

_Sent: TypeAlias = tuple[str, str, HeaderList, bytes | None]
"""Method, URL, headers and body of a request."""

_TESTING: Final = frozenset({"examples", "coverage", "fuzzing", "stateful"})


def run_engine(run: Run, after: Callable[[Exchange], None], on_phase: Callable[[str], None]) -> str:
    """Run all phases of Schemathesis; returns why it stopped early, or an empty string.

    ``after`` receives each exchange as soon as it is answered, before the next request is sent.
    """
    schema = _load(run, after)
    with _own_keys(run.contract):
        return _drive(run, from_schema(schema).execute(), on_phase)


def _drive(run: Run, stream: EventStream, on_phase: Callable[[str], None]) -> str:
    """Take every event of the engine; gives why it stopped early."""
    stopped = ""
    for event in stream:
        match event:
            case events.PhaseStarted(phase=phase) if phase.name.value in _TESTING and phase.is_enabled:
                on_phase(phase.name.value)
            case events.ScenarioFinished(recorder=recorder, phase=name):
                _collect(run, recorder, name.value)
            case events.NonFatalError(info=info, label=where):
                # A request without a response stands in its recorder, and is reported there.
                text = " ".join(f"{info.title}: {info.message}".split())[:300]
                run.collector.warn(f"{where}: {text}")
            # A fault of the engine, not of the service: the run means nothing then.
            case events.FatalError(exception=exception):
                raise exception
            case events.Interrupted():
                stopped = stopped or "interrupted"
            case events.EngineFinished(stop_reason=StopReason.SERVER_UNAVAILABLE):
                stopped = "the service stopped answering"
            case _:
                pass
        if not stopped and run.is_over:
            stopped = "the time budget was spent"
            # It ends after the present scenario, and still reports what it found.
            stream.stop()
    return stopped


def _load(run: Run, after: Callable[[Exchange], None]) -> OpenApiSchema:
    """The contract as Schemathesis holds it, with our configuration, credentials and hooks."""
    register_formats()
    config = build_config(run.contract, run.options, base_url=run.base_url, seed=run.seed)
    # Schemathesis works on its document in place.
    document = cast("dict[str, Any]", copy.deepcopy(readable(run.document)))  # Any: its signature
    schema = schemathesis.openapi.from_dict(document, config=config)
    provider: KeyedCachingAuthProvider[Attached] = KeyedCachingAuthProvider(
        provider=_Authentication(run.contract, run.credentials),
        # Never by time: a token is fetched anew when the service says 401.
        refresh_interval=10**9,
        cache_by_key=lambda _, context: run.credentials.key(run.contract.operations[context.operation.label]),
    )
    schema.auth.providers.append(provider)

    def after_call(_: HookContext, case: AnyCase, response: Response) -> None:
        sent = response.request
        if sent.url is None or sent.method is None:
            return
        headers = tuple(
            (name, value if isinstance(value, str) else value.decode("latin-1"))
            for name, value in sent.headers.items()
        )
        body = sent.body.encode() if isinstance(sent.body, str) else sent.body
        request = (sent.method, sent.url, headers, body if isinstance(body, bytes) else None)
        exchange = _exchange(run, case, request, response, "follow-up")
        if exchange is not None:
            after(exchange)

    schema.hooks.register_hook_with_name(after_call, "after_call")
    return schema


@contextmanager
def _own_keys(contract: Contract) -> Generator[None]:
    """Give every case a key of its own. Schemathesis has this hook for all schemas or for none."""

    def before_call(_: HookContext, case: AnyCase, **__: Any) -> None:  # Any: arguments of the transport
        operation = contract.operations.get(case.operation.label)
        if operation is not None:
            case.headers.update(with_own_keys(contract, operation, case.headers.items()))

    GLOBAL_HOOK_DISPATCHER.register_hook_with_name(before_call, "before_call")
    try:
        yield
    finally:
        GLOBAL_HOOK_DISPATCHER.unregister(before_call)


class _Authentication:
    """Accord's credentials as a provider of Schemathesis; after a 401 it asks again, and they are fetched anew."""

    def __init__(self, contract: Contract, credentials: Credentials) -> None:
        self._contract = contract
        self._credentials = credentials
        self._asked: set[str] = set()

    def get(self, case: AnyCase, ctx: AuthContext, /) -> Attached | None:
        """Credentials for the operation of *case*; asked for a second time, they are new ones."""
        operation = self._contract.operations[ctx.operation.label]
        key = self._credentials.key(operation)
        if not key:
            return None
        if key in self._asked:
            self._credentials.forget()
        self._asked.add(key)
        return self._credentials.attach(operation)

    def set(self, case: AnyCase, data: Attached, ctx: AuthContext, /) -> None:
        """Put credentials into *case*."""
        case.headers.update(data.headers)
        case.query.update(data.query)
        case.cookies.update(data.cookies)


def _collect(run: Run, recorder: ScenarioRecorder, phase: str) -> None:
    """Hand all exchanges and failures of one scenario to the collector."""
    exchanges: dict[str, Exchange] = {}
    for case_id, exchange in _exchanges(run, recorder, phase):
        exchanges[case_id] = exchange
        run.collector.exchange(exchange)
    for case_id, nodes in recorder.checks.items():
        for node in nodes:
            if node.failure_info is not None and case_id in exchanges:
                _report(run, node.failure_info.failure, exchanges[case_id])


def _report(run: Run, failure: Failure, exchange: Exchange) -> None:
    """Report one failure of Schemathesis, or excuse it."""
    assessment = assess(run.collector.rules, run.credentials, failure, exchange)
    if assessment.excuse:
        # Rejections stand in the table of coverage, operation by operation.
        name = "*" if assessment.excuse == UNDOCUMENTED_REJECTION else label(exchange.operation)
        run.collector.suppress(assessment.breach.code, name, assessment.excuse)
    else:
        run.collector.report(assessment.breach, exchange, source="schemathesis")


def _exchanges(run: Run, recorder: ScenarioRecorder, phase: str) -> Iterator[tuple[str, Exchange]]:
    """The recorded exchanges of a scenario by the id of their case."""
    for case_id, interaction in recorder.interactions.items():
        case, sent = recorder.cases[case_id].value, interaction.request
        # Schemathesis keeps a list of values for each name.
        headers = tuple((name, value) for name, values in sent.headers.items() for value in values)
        request = (sent.method, sent.uri, headers, sent.body)
        exchange = _exchange(run, case, request, interaction.response, phase)
        if exchange is not None:
            yield case_id, exchange


def _exchange(
    run: Run, case: AnyCase, request: _Sent, response: Response | None, phase: str
) -> Exchange | None:
    """One exchange; ``None`` where it belongs to no operation."""
    operation = run.contract.operations.get(case.operation.label)
    if operation is None:
        return None
    method, url, headers, body = request
    return Exchange(
        operation=operation,
        method=method,
        url=url,
        headers=headers,
        body=body,
        response=AccordResponse(status=0) if response is None else _response(response),
        intent=_intent(case),
        phase=phase,
    )


def _response(response: Response) -> AccordResponse:
    """The response as Accord holds it."""
    return AccordResponse(
        status=response.status_code,
        headers=tuple((name, value) for name, values in response.headers.items() for value in values),
        body=response.content or b"",
        seconds=response.elapsed,
        cut_short=response.stream_cut_short,
    )


def _intent(case: AnyCase) -> Intent:
    """What Schemathesis meant a case to be."""
    if case.meta is None:
        return "unknown"
    if coverage_scenario(case) in REQUEST_SHAPE_PROBES:
        return "shape"
    return "invalid" if case.meta.generation.mode.is_negative else "valid"
