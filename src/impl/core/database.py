"""The connection to the database, and the unit of work that a request runs in."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic, sleep
from typing import Any, TypeVar  # Any: the driver's connection has no public type

from sqlalchemy import BigInteger, Connection, DateTime, Dialect, Integer, MetaData, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator
from typing_extensions import override

from impl.core.errors import StorageUnavailable
from impl.core.ownership import OwnedSession

T = TypeVar("T")
_log = logging.getLogger(__name__)

# Where a session keeps its turn.
_TURN = "turn"
_SQLITE_PATIENCE = 10
"""Seconds that a connection to a file waits for others."""

# The driver's own lines for debugging hold the parameters of every statement, and so hashes.
logging.getLogger("aiosqlite").setLevel(logging.INFO)

# SQLite counts up only in a column of its own type INTEGER, which holds 64 bits there.
BigId = BigInteger().with_variant(Integer(), "sqlite")


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC, aware in Python; SQLite, which has no time zones, keeps it naive."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    @override
    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The base of every table. Constraints get stable names, which migrations need."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Connections of one process, and how many seconds it waits for one, for a connection to open, and for a statement."""

    size: int = 10
    wait: float = 5.0
    connect: float = 5.0
    statement: float = 10.0


class _Turn:
    """The right to a connection, given back once."""

    def __init__(self, turns: asyncio.Semaphore) -> None:
        self._turns = turns
        self._held = True

    def give_back(self) -> None:
        """Let the next one have it."""
        if self._held:
            self._held = False
            self._turns.release()


class _Session(AsyncSession):
    """A session that is closed before its unit of work ends leaves its connection to others from then on."""

    @override
    async def close(self) -> None:
        await super().close()
        turn = self.info[_TURN]
        assert isinstance(turn, _Turn)
        turn.give_back()


class Database:
    """One engine for the life of the process.

    `url` is an SQLAlchemy URL: `sqlite:///service.db` or `postgresql://host/name`. The asynchronous driver may be left
    out. Whatever the database cannot do at the moment is raised as `StorageUnavailable`.
    """

    def __init__(self, url: str, pool: Pool | None = None) -> None:
        pool = pool or Pool()
        self._engine = _create_engine(with_driver(url), pool)
        self._sessions = async_sessionmaker(
            self._engine, class_=_Session, sync_session_class=OwnedSession, expire_on_commit=False
        )
        # The pool's own queue lets whoever comes pass those who wait; under load some would wait for ever.
        self._turns = asyncio.Semaphore(pool.size)
        self._patience = pool.wait
        self._full = False

    @property
    def url(self) -> URL:
        """Return the URL with its driver and its password."""
        return self._engine.url

    @property
    def is_server(self) -> bool:
        """Whether the database is a server that other processes use too, and not a file."""
        return self._engine.dialect.name != "sqlite"

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Run synchronous work in a transaction of its own."""
        async with self._turn(), self._engine.begin() as connection:
            return await connection.run_sync(work)

    async def check(self) -> None:
        """Return when the database can be used. Raises `StorageUnavailable`, also while its disk has no room."""
        async with self._turn(), self._engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
            if self._full:
                # A number that nobody reads, written as it is: a whole transaction that changes nothing.
                number = (await connection.execute(text("PRAGMA user_version"))).scalar_one()
                await connection.execute(text(f"PRAGMA user_version = {number:d}"))
        self._full = False

    @asynccontextmanager
    async def unit_of_work(self) -> AsyncGenerator[AsyncSession, None]:
        """Yield a session; commit when the block ends, roll back when it raises, and return the connection always.

        Whoever waits for something else in the block closes the session first, and uses it no more.
        """
        async with self._turn() as turn, self._sessions(info={_TURN: turn}) as session, session.begin():
            yield session

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()

    @asynccontextmanager
    async def _turn(self) -> AsyncGenerator[_Turn]:
        """Have a connection to come, first come, first served. Raises `StorageUnavailable`, as all that fails within."""
        with self._classified():
            if self._turns.locked():
                async with asyncio.timeout(self._patience):
                    await self._turns.acquire()
            else:
                await self._turns.acquire()
            turn = _Turn(self._turns)
            try:
                yield turn
            finally:
                turn.give_back()

    @contextmanager
    def _classified(self) -> Generator[None]:
        """Turn what the database cannot do at the moment into `StorageUnavailable`, and leave faults of statements."""
        try:
            yield
        except (DBAPIError, PoolTimeoutError, OSError) as error:
            if not _is_outage(error):
                raise
            cause = error.orig if isinstance(error, DBAPIError) else error
            self._full = self._full or _lacks_room(cause)
            # The driver's text may name hosts and values; its kind is what an operator needs.
            _log.warning("the database does not answer (%s)", type(cause).__name__)
            raise StorageUnavailable from None


def with_driver(url: str) -> URL:
    """Return the URL with the asynchronous driver of the service, also for the schemes that hosters write."""
    parsed = make_url(
        url.replace("postgres://", "postgresql://", 1) if url.startswith("postgres://") else url
    )
    drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg"}
    return parsed.set(drivername=drivers.get(parsed.drivername, parsed.drivername))


def _create_engine(url: URL, pool: Pool) -> AsyncEngine:
    # Parameters hold hashes, and end in messages of errors unless they are hidden.
    if url.get_backend_name() == "sqlite":
        # Opening a file costs more than most statements, so connections are kept, and none is made beyond them.
        engine = create_async_engine(
            url, hide_parameters=True, pool_size=pool.size, max_overflow=0, pool_timeout=pool.wait
        )
        event.listen(engine.sync_engine, "connect", _configure_sqlite)
        return engine
    return create_async_engine(
        url,
        hide_parameters=True,
        pool_size=pool.size,
        max_overflow=0,
        pool_timeout=pool.wait,
        pool_pre_ping=True,  # a server that restarted costs nobody an error
        pool_recycle=1800,
        connect_args={
            "connect_timeout": max(1, round(pool.connect)),
            "options": f"-c statement_timeout={round(pool.statement * 1000)} -c timezone=UTC",
        },
    )


def _is_outage(error: DBAPIError | PoolTimeoutError | OSError) -> bool:
    if not isinstance(error, DBAPIError):
        return True
    if isinstance(error.orig, sqlite3.Error):
        # Code 1 is a faulty statement. Busy, full, read-only, and errors of the disk have codes of their own.
        code = getattr(error.orig, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
        return isinstance(error, OperationalError) and code != sqlite3.SQLITE_ERROR
    return error.connection_invalidated or isinstance(error, (OperationalError, InterfaceError))


def _lacks_room(error: BaseException | None) -> bool:
    # The low byte is the kind of the error: a full disk, or one that fails in writing.
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF
    return code in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}


def _configure_sqlite(connection: Any, _record: object) -> None:
    """Let readers and one writer work side by side, let writers wait for each other, and check foreign keys."""
    cursor = connection.cursor()
    try:
        # The patience comes first: several processes may start at once, and turning WAL on locks the file.
        cursor.execute(f"PRAGMA busy_timeout = {_SQLITE_PATIENCE * 1000}")
        _turn_wal_on(cursor)
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
    finally:
        cursor.close()


def _turn_wal_on(cursor: Any) -> None:
    """Switch to the write-ahead log, once no other connection is about to do so.

    SQLite does not wait here: of connections that open a new file together, it tells all but one that it is locked.
    """
    end = monotonic() + _SQLITE_PATIENCE
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or monotonic() > end:
                raise
            sleep(0.01)
        else:
            return
