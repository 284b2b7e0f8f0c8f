"""Providers: ordinary FastAPI dependencies that give an implementation, compiled where they are made of ``Depends``.

The rules of a request, whichever way its providers take:

* a dependency runs once, however many ask for it (``use_cache=False`` apart);
* what follows ``yield`` runs when the implementation has returned and its response is checked, *before* anything is sent;
  an exception is thrown into it, and one that it raises itself decides the response;
* a stream starts after that, and so holds no session.

A tree of ``Depends`` alone is compiled. Anything else (``Request``, ``Header()``, ``Security(..., scopes=...)``, ...)
and every request under ``app.dependency_overrides`` is solved by FastAPI itself, under the same rules.
"""

from __future__ import annotations

import functools
import inspect
import types
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from typing import Any, Final, TypeAlias, TypeVar, cast

from fastapi import Depends, FastAPI, Request, Response
from fastapi.concurrency import contextmanager_in_threadpool, run_in_threadpool
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import solve_dependencies
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.background import BackgroundTasks
from starlette.types import Message, Receive, Scope

T = TypeVar("T")
Provider: TypeAlias = (
    Callable[..., T]
    | Callable[..., Awaitable[T]]
    | Callable[..., AsyncIterator[T]]
    | Callable[..., Iterator[T]]
)
"""A FastAPI dependency that gives a ``T``: sync, async, or with ``yield``."""

AnyCallable: TypeAlias = Callable[..., Any]  # Any: a dependency may give anything
Solve: TypeAlias = "Callable[[Call], Awaitable[Any]]"

_RESULT: Final = "provided"


class Replay:
    """A ``receive`` for a request whose body a dependency may read: what was read comes again for the reader of the body."""

    __slots__ = ("_kept", "_next", "_receive", "_recording")

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._kept: list[Message] = []
        self._next = 0

    async def record(self) -> Message:
        """Receive a message for a dependency, and keep it."""
        message = await self._receive()
        self._kept.append(message)
        return message

    async def again(self) -> Message:
        """Receive a message for the reader of the body: kept ones first."""
        if self._next < len(self._kept):
            self._next += 1
            return self._kept[self._next - 1]
        return await self._receive()


class Call:
    """One request as its dependencies see it: their values so far, and what has to end when it does."""

    __slots__ = ("cache", "receive", "request", "response", "scope", "stack", "tasks")

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.scope = scope
        self.receive = receive
        self.cache: dict[Any, Any] = {}  # Any: keys are callables, or FastAPI's own
        self.stack: list[Any] = []  # Any: async generators, and context managers
        self.request: Request | None = None
        self.response: Response | None = None
        self.tasks: BackgroundTasks | None = None

    async def close(self, error: BaseException | None) -> BaseException | None:
        """End the dependencies with ``yield``, the last one first; *error* is thrown into them.

        Returns:
            What decides the response: *error*, or what a dependency raised instead.
        """
        stack = self.stack
        while stack:
            item = stack.pop()
            try:
                if isinstance(item, types.AsyncGeneratorType):
                    await _end(cast("types.AsyncGeneratorType[Any, None]", item), error)
                else:
                    await item.__aexit__(type(error) if error else None, error, error and error.__traceback__)
            except Exception as raised:  # noqa: BLE001 - it decides the response
                error = raised
        return error


async def _end(generator: types.AsyncGeneratorType[Any, None], error: BaseException | None) -> None:
    """Run what follows the ``yield`` of *generator*, with *error* raised at that place if there is one."""
    try:
        if error is None:
            await anext(generator)
        else:
            await generator.athrow(error)
    except StopAsyncIteration:
        return  # where it swallowed the error: the response to that stays what it is
    await generator.aclose()
    # As `contextlib.asynccontextmanager` does, which is not used here because it costs an object for each
    # request.
    raise RuntimeError("a dependency yielded more than once")


class Providers:
    """The providers of one version on its application, taken apart and compiled once each."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._dependants: dict[AnyCallable, Dependant] = {}
        self._compiled: dict[AnyCallable, Solve | None] = {}

    def compile(self, provider: AnyCallable, beside: tuple[AnyCallable, ...] = ()) -> Solve:
        """Compile *provider* into a function that gives its value in a request.

        *beside* are the other providers of the same operation: they share what they depend on, so one that FastAPI has
        to solve takes the others with it.
        """
        app = self._app
        for other in (provider, *beside):
            self._analyse(other)
        stock = functools.partial(self._solve_by_fastapi, self._dependants[provider])
        compiled = self._compiled[provider]
        if compiled is None or any(self._compiled[other] is None for other in beside):
            return stock

        # Not `async`: a coroutine around a coroutine would only cost.
        return lambda call: stock(call) if app.dependency_overrides else compiled(call)

    def _analyse(self, provider: AnyCallable) -> None:
        """Let FastAPI take apart what *provider* depends on; compile it where it is made of ``Depends`` alone."""
        if provider in self._dependants:
            return

        async def endpoint(**values: Any) -> None:  # Any: only its signature is looked at
            return None

        parameter = inspect.Parameter(
            _RESULT, inspect.Parameter.KEYWORD_ONLY, default=Depends(provider), annotation=Any
        )
        # FastAPI analyses the dependencies of a path operation only, so the provider is made the one
        # parameter of one.
        endpoint.__signature__ = inspect.Signature([parameter])  # type: ignore[attr-defined]
        dependant = APIRoute("/", endpoint, response_model=None).dependant
        _reject_bodies(dependant, provider)
        self._dependants[provider] = dependant
        only = dependant.dependencies[0]
        self._compiled[provider] = _compile(only) if _is_plain(only) else None

    async def _solve_by_fastapi(self, dependant: Dependant, call: Call) -> Any:  # Any: see AnyCallable
        """Solve *dependant* with FastAPI's own machinery, whose rules for requests, bodies and exits are set to ours."""
        scope = call.scope
        if call.request is None:
            replay = Replay(call.receive)
            call.request = Request(scope, replay.record)
            call.receive = replay.again
            call.response = Response()
            # It is the 0 of an empty body; what dependencies set on this response is added to the real
            # answer.
            del call.response.headers["content-length"]
        stack = AsyncExitStack()
        call.stack.append(stack)
        # FastAPI looks for its stacks in the scope; both end before the response is sent.
        scope["fastapi_inner_astack"] = scope["fastapi_function_astack"] = stack
        scope.setdefault("fastapi_middleware_astack", stack)
        solved = await solve_dependencies(
            request=call.request,
            dependant=dependant,
            background_tasks=call.tasks,
            response=call.response,
            dependency_overrides_provider=self._app,
            dependency_cache=call.cache,
            async_exit_stack=stack,
            # Bodies are the contract's (see `_reject_bodies`), so nothing of a body is ever embedded.
            embed_body_fields=False,
        )
        if isinstance(solved.background_tasks, BackgroundTasks):
            call.tasks = solved.background_tasks
        if solved.errors:
            raise RequestValidationError(solved.errors)
        return solved.values[_RESULT]


def _reject_bodies(dependant: Dependant, provider: AnyCallable) -> None:
    """Make sure that no dependency reads the body: it is read once, as the contract says."""
    if dependant.body_params:
        name = getattr(provider, "__qualname__", repr(provider))
        raise TypeError(
            f"provider {name} asks for a body: the contract says what the body is, and who reads it"
        )
    for inner in dependant.dependencies:
        _reject_bodies(inner, provider)


def _is_plain(dependant: Dependant) -> bool:
    """Whether a tree is made of ``Depends`` alone."""
    asks = (
        dependant.path_params
        or dependant.query_params
        or dependant.header_params
        or dependant.cookie_params
        or dependant.request_param_name
        or dependant.websocket_param_name
        or dependant.http_connection_param_name
        or dependant.response_param_name
        or dependant.background_tasks_param_name
        or dependant.security_scopes_param_name
        or dependant.own_oauth_scopes
        or dependant.concurrency
    )
    return not asks and all(_is_plain(inner) for inner in dependant.dependencies)


def _compile(dependant: Dependant) -> Solve:
    """The value of *dependant* in a request, once per request unless it asks for a fresh one each time."""
    function = dependant.call
    assert function is not None
    inner = tuple((item.name, _compile(item)) for item in dependant.dependencies if item.name is not None)
    invoke, is_kept = _compile_invoke(function), dependant.use_cache
    if is_kept and not inner and inspect.iscoroutinefunction(_target(function)):

        async def coroutine(call: Call) -> Any:  # Any: see AnyCallable
            if function in call.cache:
                return call.cache[function]
            # Not through `invoke`: one coroutine less, in the most frequent case.
            value = call.cache[function] = await function()
            return value

        return coroutine

    async def provide(call: Call) -> Any:  # Any: see AnyCallable
        if is_kept and function in call.cache:
            return call.cache[function]
        # Without anything inside not even the empty comprehension, which is a call.
        arguments = {name: await solve(call) for name, solve in inner} if inner else {}
        value = await invoke(call, arguments)
        if is_kept:
            call.cache[function] = value
        return value

    return provide


def _compile_invoke(function: AnyCallable) -> Callable[[Call, dict[str, Any]], Awaitable[Any]]:
    """Calls a dependency as FastAPI does: sync functions in a thread. Classes are constructed in place."""
    target = _target(function)
    if inspect.isasyncgenfunction(target):

        async def from_async_generator(call: Call, arguments: dict[str, Any]) -> Any:  # Any: see AnyCallable
            generator = function(**arguments)
            value = await anext(generator)
            call.stack.append(generator)
            return value

        return from_async_generator
    if inspect.isgeneratorfunction(target):

        async def from_generator(call: Call, arguments: dict[str, Any]) -> Any:  # Any: see AnyCallable
            manager = contextmanager_in_threadpool(contextmanager(function)(**arguments))
            value = await manager.__aenter__()
            call.stack.append(manager)
            return value

        return from_generator
    if inspect.iscoroutinefunction(target):
        return lambda call, arguments: function(**arguments)
    if inspect.isclass(target):

        async def construct(call: Call, arguments: dict[str, Any]) -> Any:  # Any: see AnyCallable
            return function(**arguments)

        return construct
    return lambda call, arguments: run_in_threadpool(function, **arguments)


def _target(function: AnyCallable) -> Any:  # Any: a function or a class
    """The function behind partials, decorators and callable objects."""
    while isinstance(function, functools.partial):
        function = function.func
    target = inspect.unwrap(function)
    if inspect.isroutine(target) or inspect.isclass(target):
        return target
    return inspect.unwrap(type(target).__call__)
