"""The schema of the database against the migrations: brought up in a file of the service's own, asked of a server."""

from functools import cache
from pathlib import Path
from threading import Lock

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from anyio.to_thread import run_sync
from sqlalchemy import URL, Connection, inspect, text

from impl.core.database import Database

_ONE_AT_A_TIME = Lock()
MIGRATIONS = Path(__file__).resolve().parents[1] / "migrations"


class SchemaError(Exception):
    """The service does not start on this schema; the message is one line and names the command."""


@cache
def newest() -> str:
    """Return the revision that the models of this code have."""
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    if head is None:
        raise SchemaError("there are no migrations")
    return head


async def prepare(database: Database) -> None:
    """Make sure of the newest schema: migrate a file, reject a server that is not there. Raises `SchemaError`.

    A server is shared with processes of other releases, so when it is migrated is the operator's to decide. A file is
    migrated in one transaction that locks it: workers that start together wait, and find the work done.
    """
    current = await database.run(_current)
    if current == newest():
        return
    if database.is_server:
        found = "has no schema yet" if current is None else f"has the schema {current}, not {newest()}"
        raise SchemaError(f"the database {found}: run `alembic upgrade head` and start again")
    await database.run(_refuse_unknown)
    await run_sync(_upgrade, database.url)


def _upgrade(url: URL) -> None:
    """Migrate a database to the newest schema. Alembic has one environment in a process, and a loop of its own here."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url
    with _ONE_AT_A_TIME:
        command.upgrade(config, "head")


def _current(connection: Connection) -> str | None:
    # Asked without Alembic, which writes lines about each look.
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _refuse_unknown(connection: Connection) -> None:
    # The tables first: where another worker migrates between the two looks, what is seen of them has a revision.
    has_tables = inspect(connection).has_table("users")
    current = _current(connection)
    known = {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
    if current is not None and current not in known:
        raise SchemaError(f"the database has the schema {current} of a newer release: start that one")
    if current is None and has_tables:
        raise SchemaError(
            "the database was made before there were migrations: run `alembic stamp 0001` and start again"
        )
