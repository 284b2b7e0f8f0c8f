"""The checks at start-up."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Protocol, TypeVar, final

import pytest
from fastapi import FastAPI

from accord.runtime import InstallError, Version
from accord.runtime import declare as d
from accord.runtime.bindings import missing, provided_class
from tests.unit.runtime.kit import ok, operation

if TYPE_CHECKING:
    from elsewhere import Unknown  # type: ignore[import-not-found]

P_contra = TypeVar("P_contra", contravariant=True)


class ThingsApi(Protocol[P_contra]):
    async def get(self) -> str: ...
    async def put(self) -> str: ...
    async def own(self, *, principal: P_contra) -> str: ...


@final
class Whole(ThingsApi[str]):
    async def own(self, *, principal: str) -> str:
        return principal

    async def get(self) -> str:
        return ""

    async def put(self) -> str:
        return ""


class Half(ThingsApi[str]):
    async def own(self, *, principal: str) -> str:
        return principal

    async def get(self) -> str:
        return ""


class Sync:
    async def get(self) -> str:
        return ""

    def put(self) -> str:
        return ""


OPERATIONS = tuple(operation(key, key.upper(), "/x", responses=(ok(),)) for key in ("get", "put"))


def faults(provider: Any) -> list[str]:
    return missing((operation, provider) for operation in OPERATIONS)


async def whole() -> Whole: ...  # type: ignore[empty-body]
async def half() -> Half: ...  # type: ignore[empty-body]
async def half_yield() -> AsyncIterator[Half]: ...  # type: ignore[empty-body]
def half_sync() -> Iterator[Annotated[Half, "noted"]]: ...  # type: ignore[empty-body]
def half_awaitable() -> Awaitable[Half]: ...  # type: ignore[empty-body]
async def protocol() -> ThingsApi[str]: ...  # type: ignore[empty-body]
async def unknown() -> "Unknown": ...
async def either() -> Half | Whole: ...  # type: ignore[empty-body]
async def untyped():  # type: ignore[no-untyped-def]  # noqa: ANN201
    ...


class CallableHalf:
    async def __call__(self) -> Half: ...  # type: ignore[empty-body]


@pytest.mark.parametrize("provider", [half, half_yield, half_sync, half_awaitable, Half, CallableHalf()])
def test_a_missing_operation_is_found(provider: Any) -> None:
    assert provided_class(provider) is Half
    (fault,) = faults(provider)
    assert fault.startswith("put (PUT /x): ")
    assert fault.endswith("Half.put is missing")


@pytest.mark.parametrize("provider", [whole, protocol, unknown, either, untyped, lambda: None])
def test_providers_that_are_whole_or_say_nothing(provider: Any) -> None:
    assert faults(provider) == []


def test_a_sync_method_is_found() -> None:
    (fault,) = faults(Sync)
    assert fault.endswith("Sync.put must be `async def`")


def test_unsupported_operations_need_no_method() -> None:
    assert missing([(operation("odd", "GET", "/x", unsupported=("why",)), Half)]) == []


def test_one_message_names_everything(serve: Any) -> None:
    class Nothing:
        pass

    async def provider() -> Nothing:
        return Nothing()

    with pytest.raises(InstallError) as caught:
        serve(None, OPERATIONS, provider=provider)
    message = str(caught.value)
    assert message.startswith("v1: 2 operations not implemented. Run `accord scaffold`")
    assert "get (GET /x): " in message
    assert "put (PUT /x): " in message


def version(package: str) -> Version:
    return Version(FastAPI(), name="v1", package=package, prefix="/api")


@pytest.mark.parametrize("runtime", ["0.2", "1.0", "0", "x", "", "0.0.9"])
def test_a_package_for_another_runtime(package: Callable[..., str], runtime: str) -> None:
    with pytest.raises(InstallError, match=f"was generated for runtime {runtime}, this is 0.1"):
        version(package({}, runtime=runtime))


def test_broken_packages(package: Callable[..., str], tmp_path: Path) -> None:
    for file, text, message in [
        ("guard.json", "{", "is not complete"),
        ("manifest.json", "[]", "was generated for runtime None"),
        ("openapi.json", None, "is not complete"),
        ("guard.json", json.dumps({"properties": {"x": {"type": 7}}}), "guard.json: "),
        ("guard.json", json.dumps({"properties": {"x": {"$ref": "#/$defs/No"}}}), "guard.json: "),
    ]:
        name = package({})
        path = tmp_path / name / file
        if text is None:
            path.unlink()
        else:
            path.write_text(text)
        with pytest.raises(InstallError, match=message):
            version(name)


def test_a_guard_without_the_entry_of_an_operation(serve: Any) -> None:
    q = d.Parameter(name="q", argument="q", location="query", style="form")
    with pytest.raises(InstallError, match=r"no entry 'get\.parameters'"):
        serve(object(), (operation("get", "GET", "/x", parameters=(q,)),))


def test_an_operation_that_is_declared_twice(serve: Any) -> None:
    with pytest.raises(InstallError, match="GET /api/x is served already"):
        serve(object(), (operation("get", "GET", "/x"), operation("other", "get", "/x")))
    with pytest.raises(InstallError, match="must start with '/'"):
        serve(object(), (operation("get", "GET", "x"),), prefix="")
