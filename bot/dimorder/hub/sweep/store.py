"""The sweep's own tables, in the same database as DBOS's: one file of SQLite, or PostgreSQL."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from dimorder.errors import EnvironmentProblem, UsageError

_TABLES = sa.MetaData()
LEDGER = sa.Table(
    "dimorder_ledger", _TABLES,
    sa.Column("api", sa.Text, primary_key=True),
    sa.Column("repository", sa.Text, primary_key=True),  # in small letters
    sa.Column("applied", sa.Boolean, primary_key=True),  # dry runs have lines of their own
    sa.Column("commit", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),  # Wishes.key
    sa.Column("branch", sa.Text, nullable=False),
    sa.Column("pushed", sa.Text, nullable=False),
    sa.Column("word", sa.Text, nullable=False),
    sa.Column("because", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("seen", sa.Text, nullable=False),  # when the pull request was last changed, as GitHub writes it
    sa.Column("tag", sa.Text, nullable=False),  # GitHub's, of the pull request
    sa.Column("attempt", sa.Integer, nullable=False),
)  # fmt: skip
EXECUTORS = sa.Table(
    "dimorder_executors", _TABLES,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("beat", sa.Float, nullable=False),  # seconds since 1970, by the database's clock
    sa.Column("taken_by", sa.Text, nullable=False),  # who goes on with its work; "" while it lives
)  # fmt: skip
OPENINGS = sa.Table(
    "dimorder_openings", _TABLES,
    sa.Column("run", sa.Text, primary_key=True),
    sa.Column("repository", sa.Text, primary_key=True),
    sa.Column("at", sa.Float, nullable=False),  # seconds since 1970, by the database's clock
)  # fmt: skip
TRIES = sa.Table(
    "dimorder_tries", _TABLES,
    sa.Column("job", sa.Text, primary_key=True),  # Task.about
    sa.Column("number", sa.Integer, nullable=False),
)  # fmt: skip
_PATIENCE = 30.0
"""Seconds that a writer waits for another to finish."""


def engine(url: str) -> sa.Engine:
    """The database, with our tables in it. url: as `address` gives it."""
    found = sa.create_engine(_driver(url), **_settings(url))
    if found.dialect.name == "sqlite":
        sa.event.listen(found, "connect", _written_ahead)
    for last in (False, True):
        try:
            _TABLES.create_all(found)
            break
        except sa.exc.OperationalError as problem:
            raise unreachable(url, problem) from None
        except sa.exc.SQLAlchemyError as problem:  # another process makes the same tables at this moment
            if last:
                raise unreachable(url, problem) from None
    return found


def address(text: str) -> str:
    """The database's URL, if it is of a kind that is known. Raises UsageError."""
    scheme = text.partition(":")[0][:40]
    try:
        parts, known = urlsplit(text), sa.make_url(text)
    except (ValueError, sa.exc.ArgumentError):  # whose words repeat it, and a password may be in it
        raise _no_database(scheme) from None
    is_shared = scheme == "postgresql" and known.host and not set(f"{known.host}") & set("@/")
    is_file = scheme == "sqlite" and parts.path.startswith("//") and not (parts.netloc or parts.query)
    if (is_shared or is_file) and "password" not in known.query:
        return text
    raise _no_database(scheme)


def _no_database(scheme: str) -> UsageError:
    shown = f"{scheme}:…"
    return UsageError(
        f"{shown!r} is no database for a sweep", hint="postgresql://user@host/name, or sqlite:////absolute/path.db"
    )


def now(found: sa.Engine) -> sa.ColumnElement[float]:
    """Seconds since 1970 by the database's clock, which all machines share; SQLite's is our own."""
    if found.dialect.name == "postgresql":
        return sa.cast(sa.func.extract("epoch", sa.func.clock_timestamp()), sa.Float)
    return sa.literal(time.time(), sa.Float)


def put(connection: sa.Connection, table: sa.Table, row: Mapping[str, Any]) -> None:
    """The row, in place of the one with the same key."""
    insert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table).values(**row)
    keys = [column.name for column in table.primary_key]
    others = {name: insert.excluded[name] for name in row if name not in keys}
    connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=others))


def unreachable(url: str, problem: Exception) -> EnvironmentProblem:
    """What is wrong with the database, without its password."""
    shown = sa.make_url(url).render_as_string(hide_password=True)
    said = str(getattr(problem, "orig", problem)).partition("\n")[0][:200]
    password = sa.make_url(url).password
    said = said.replace(str(password), "***") if password else said
    return EnvironmentProblem(f"the database {shown} does not answer ({said})", hint="check --database-url")


def _driver(url: str) -> sa.URL:
    made = sa.make_url(url)
    return made.set(drivername="postgresql+psycopg") if made.drivername == "postgresql" else made


def _written_ahead(connection: Any, record: Any) -> None:
    """A mode of the file, which DBOS's connections to it share: half the waiting for the disk, and none for readers."""
    connection.execute("PRAGMA journal_mode=WAL")


def _settings(url: str) -> dict[str, Any]:
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": _PATIENCE}}
    return {"pool_pre_ping": True, "connect_args": {"connect_timeout": 10, "application_name": "dimorder"}}
