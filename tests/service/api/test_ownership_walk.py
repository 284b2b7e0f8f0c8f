"""No operation shows or changes what belongs to somebody else; without any one owner check this test fails."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from functools import wraps
from pathlib import Path
from typing import Any  # what is wrapped has any signature

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session, with_loader_criteria

from impl.core import idempotency, item_reads, items, ownership
from impl.core.ownership import Owned, OwnedRepository, OwnedSession
from impl.core.reports import ReportRunner
from tests.service.api.walk import leaks, world
from tests.service.servers import LOCAL, Backend, Servers

_UNCHECKED: ContextVar[bool] = ContextVar("unchecked", default=False)


@pytest.fixture(scope="module", autouse=True)
def shared_report_processes() -> Iterator[None]:
    """Let all worlds compute reports in the same processes, which know of no owner; starting them for each is dear."""
    shared, start, close = ReportRunner(workers=1, queue=1), ReportRunner._open, ReportRunner.close
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ReportRunner, "_open", lambda _: start(shared))
        patch.setattr(ReportRunner, "close", lambda _: None)
        yield
    close(shared)


def _repositories() -> list[type[OwnedRepository]]:
    assert {items.Items, item_reads.ItemReads, idempotency.Idempotency} <= set(
        OwnedRepository.__subclasses__()
    )
    return [
        subclass for subclass in OwnedRepository.__subclasses__() if subclass.__module__.startswith("impl.")
    ]


def _methods() -> list[tuple[type[OwnedRepository], str]]:
    return [
        (repository, name)
        for repository in _repositories()
        for name, method in vars(repository).items()
        if inspect.iscoroutinefunction(method) and not name.startswith("_")
    ]


def _walk(
    folder: Path,
    version: str,
    backends: tuple[Backend, Backend] = (LOCAL, LOCAL),
    *,
    after: Callable[[], None],
) -> list[str]:
    """Walk through both worlds; ``after`` is called when they are made."""
    with (
        world(folder / "full", version, backends[0]) as full,
        world(folder / "empty", version, backends[1]) as empty,
    ):
        assert full.known == empty.known  # the ids as well
        assert full.places
        empty.forget()
        after()
        return leaks(full, empty)


def _as_it_is() -> None:
    """Change nothing."""


@pytest.mark.parametrize("kind", ["local", "servers"])
def test_no_operation_tells_of_what_belongs_to_somebody_else(
    tmp_path: Path, version: str, kind: str, request: pytest.FixtureRequest
) -> None:
    backends = (LOCAL, LOCAL)
    if kind == "servers":
        running: Servers = request.getfixturevalue("servers")
        backends = (running.backend(), running.backend())
    assert _walk(tmp_path, version, backends, after=_as_it_is) == []


def test_the_walk_covers_every_operation_of_a_user(tmp_path: Path, version: str) -> None:
    with world(tmp_path / "one", version, LOCAL) as client:
        walked = {operation.name for operation in client.contract.of_a_user()}
        others = {operation.name for operation in client.contract.operations} - walked
        with_ids = [operation.name for operation in client.contract.operations if operation.ids()]
    assert set(with_ids) <= walked
    assert len(with_ids) >= 4
    # Whoever calls these is nobody in particular, or a program.
    assert others <= {"registerUser", "issueToken", "refreshToken", "revokeToken", "getUsage"}


@pytest.fixture
def switchable(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let a method run without the owner checks of its session."""

    def criteria(entity: Any, where: Any, **options: Any) -> Any:
        if _UNCHECKED.get():
            return with_loader_criteria(Owned, lambda cls: cls.owner_id == cls.owner_id, **options)
        return with_loader_criteria(entity, where, **options)

    checked = ownership._check_writes

    def writes(session: Session, context: Any, instances: object) -> None:
        if not _UNCHECKED.get():
            checked(session, context, instances)

    monkeypatch.setattr(ownership, "with_loader_criteria", criteria)
    event.remove(OwnedSession, "before_flush", checked)
    event.listen(OwnedSession, "before_flush", writes)
    yield
    event.remove(OwnedSession, "before_flush", writes)
    event.listen(OwnedSession, "before_flush", checked)


def _unchecked(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    async def without(*args: Any, **named: Any) -> Any:
        token = _UNCHECKED.set(True)
        try:
            return await method(*args, **named)
        finally:
            _UNCHECKED.reset(token)

    return without


@pytest.mark.usefixtures("switchable")
@pytest.mark.parametrize(
    ("repository", "name"), _methods(), ids=[f"{item.__name__}.{name}" for item, name in _methods()]
)
def test_without_the_owner_check_of_one_method_the_walk_fails(
    tmp_path: Path,
    version: str,
    monkeypatch: pytest.MonkeyPatch,
    repository: type[OwnedRepository],
    name: str,
) -> None:
    def mutate() -> None:
        monkeypatch.setattr(repository, name, _unchecked(getattr(repository, name)))

    assert _walk(tmp_path, version, after=mutate) != []


@pytest.mark.usefixtures("switchable")
def test_with_every_check_in_place_the_walk_is_clean(tmp_path: Path, version: str) -> None:
    assert _walk(tmp_path, version, after=_as_it_is) == []


def test_a_cache_without_owners_in_its_keys_fails_the_walk(
    tmp_path: Path, version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def key(_: item_reads.ItemReads, what: str) -> str:
        return what

    # From the start: what ada has read is what bob must not find.
    monkeypatch.setattr(item_reads.ItemReads, "_key", key)
    assert _walk(tmp_path, version, after=_as_it_is) != []
