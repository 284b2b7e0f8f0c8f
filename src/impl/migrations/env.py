"""What Alembic runs, on a connection of its own."""

import asyncio

from alembic import context
from sqlalchemy import URL, Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from impl.core import tables, token_tables
from impl.core.database import with_driver
from impl.settings import Settings

# What the models declare; the modules make every table known.
_TABLES = tables.UserRow.metadata
assert token_tables.SignInRow.metadata is _TABLES
# Any number that nobody else locks: processes that migrate the same server at once take turns.
_LOCK = 0x616363


def _migrate(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        # The driver opens a transaction before changes of data only, and a step is to happen whole or not at all.
        connection.exec_driver_sql("PRAGMA busy_timeout = 60000")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    context.configure(connection=connection, target_metadata=_TABLES, transactional_ddl=True)
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        context.run_migrations()


def _url() -> URL:
    """Return what a service hands over that starts on a file, or what its settings say."""
    given: URL | None = context.config.attributes.get("url")
    return given or with_driver(Settings().resolved_database_url())


async def _connect() -> None:
    engine = create_async_engine(_url(), poolclass=NullPool, hide_parameters=True)
    async with engine.connect() as connection:
        await connection.run_sync(_migrate)
        await connection.commit()
    await engine.dispose()


def _print_statements() -> None:
    url = _url()
    context.configure(
        url=url, dialect_name=url.get_backend_name(), target_metadata=_TABLES, literal_binds=True
    )
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    _print_statements()
else:
    asyncio.run(_connect())
