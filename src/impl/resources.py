"""What the process holds open, and how a request gets at it.

Settings say what there is, `opened` brings it up and takes it down again, and `Service` is where providers ask for it:
its methods are FastAPI dependencies, so a test can override each.
"""

import asyncio
import hashlib
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass

import httpx
from anyio.to_thread import run_sync
from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncSession

from accord.service import InstalledService, RateLimits, outgoing_headers
from impl.core.api_keys import ApiKeys
from impl.core.cache.cache import Cache
from impl.core.cache.redis import RedisStore
from impl.core.cache.store import MemoryStore, Store
from impl.core.chat.local import LocalModel
from impl.core.chat.model import LanguageModel
from impl.core.chat.remote import Endpoint, RemoteModel
from impl.core.database import Database
from impl.core.errors import StorageUnavailable
from impl.core.idempotency import forget_expired
from impl.core.passwords import Passwords
from impl.core.reports import ReportRunner
from impl.core.schema import prepare
from impl.core.sign_ins import forget_expired_sign_ins
from impl.core.tokens import Tokens
from impl.settings import Settings

# Seconds between two times of tidying up.
_TIDY = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """One of each for the life of the process."""

    database: Database
    cache: Cache
    passwords: Passwords
    tokens: Tokens
    reports: ReportRunner
    model: LanguageModel


@asynccontextmanager
async def opened(settings: Settings) -> AsyncGenerator[Resources, None]:
    """Open what the settings ask for, warm it up, and close it when the block ends, the last first."""
    async with AsyncExitStack() as stack:
        database = Database(settings.resolved_database_url(), settings.pool())
        stack.push_async_callback(database.close)
        await prepare(database)
        await _ensure_api_key(database, settings)
        cache = _cache(settings, database.url)
        stack.push_async_callback(cache.close)
        reports = ReportRunner(workers=settings.report_workers, queue=settings.report_queue)
        stack.push_async_callback(run_sync, reports.close)
        resources = Resources(
            database=database,
            cache=cache,
            passwords=Passwords(settings.hash_cost()),
            tokens=Tokens(settings.all_signing_keys(), settings.token_policy()),
            reports=reports,
            model=await _language_model(settings, stack),
        )
        await resources.passwords.warm_up()
        async with _kept_tidy(database):
            yield resources


def _cache(settings: Settings, database: URL) -> Cache:
    store: Store = MemoryStore(max_bytes=settings.cache_bytes)
    if settings.redis_url is not None:
        # What is kept belongs to one database: users and revisions of another have the same numbers.
        place = f"{database.host}:{database.port}/{database.database}"
        store = RedisStore(
            settings.redis_url, space=f"accord:{hashlib.sha256(place.encode()).hexdigest()[:12]}"
        )
    return Cache(store, seconds=settings.cache_seconds)


@asynccontextmanager
async def _kept_tidy(database: Database) -> AsyncGenerator[None, None]:
    """Delete what nobody may ask for any more, now and then, while the block runs."""

    async def tidy() -> None:
        while True:
            await asyncio.sleep(_TIDY)
            # A database that does not answer is told where it answers requests; here there is another time.
            with suppress(StorageUnavailable):
                async with database.unit_of_work() as session:
                    await forget_expired(session)
                    await forget_expired_sign_ins(session)

    task = asyncio.create_task(tidy())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def _ensure_api_key(database: Database, settings: Settings) -> None:
    if settings.api_key is not None:
        async with database.unit_of_work() as session:
            await ApiKeys(session).ensure("settings", settings.api_key.get_secret_value())


async def _language_model(settings: Settings, stack: AsyncExitStack) -> LanguageModel:
    if settings.chat_url is None:
        return LocalModel(delay=settings.chat_token_delay)
    endpoint = Endpoint(
        url=str(settings.chat_url),
        model=settings.chat_model,
        key=None if settings.chat_key is None else settings.chat_key.get_secret_value(),
        timeout=settings.chat_timeout,
    )
    client = httpx.AsyncClient(event_hooks={"request": [_trace]})
    return RemoteModel(endpoint, await stack.enter_async_context(client))


async def _trace(request: httpx.Request) -> None:
    """Let the endpoint go on with the trace of the request that asks it."""
    request.headers.update(outgoing_headers())


class Service:
    """The resources while the application runs. Its methods are dependencies."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.runtime = settings.runtime()
        self.limits: RateLimits | None = None
        self._resources: Resources | None = None

    def observed_by(self, installed: InstalledService) -> None:
        """Serve versions with the limits and the metrics of what was put around the application."""
        self.runtime = installed.runtime(self.runtime)
        self.limits = installed.limits

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None, None]:
        """Have resources in the block."""
        async with opened(self.settings) as resources:
            self._resources = resources
            try:
                yield
            finally:
                self._resources = None

    async def check(self) -> dict[str, bool]:
        """Return which parts answer at the moment: `database`, and `cache`, without which the service goes on."""
        resources = await self.resources()
        try:
            await resources.database.check()
        except StorageUnavailable:
            return {"database": False, "cache": await resources.cache.check()}
        return {"database": True, "cache": await resources.cache.check()}

    async def check_database(self) -> None:
        """Return when the database answers. Raises `StorageUnavailable`."""
        await (await self.resources()).database.check()

    async def resources(self) -> Resources:
        """Give what the process holds open."""
        if self._resources is None:
            raise RuntimeError("the application has not started: its lifespan has to run")
        return self._resources

    async def session(self) -> AsyncGenerator[AsyncSession, None]:
        """Give the session of a request, one unit of work.

        The runtime ends it when the method has returned and before anything is sent: what a client is told is in the
        database. An exception, and so an error that is raised, rolls back.
        """
        resources = await self.resources()
        async with resources.database.unit_of_work() as session:
            yield session
