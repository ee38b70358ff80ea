"""The database and its sessions: a SQLite file in the data folder, or PostgreSQL. Its tables are the stores'."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, Engine, MetaData, create_engine, event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

#: Constraints have names, or else a later migration could not find them.
_NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
#: Seconds that one writer waits for another: SQLite has one at a time.
PATIENCE = 20


class Base(DeclarativeBase):
    """What every table is declared on."""

    metadata = MetaData(naming_convention=_NAMES)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, aware of it in Python on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value} says no time zone")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        # SQLite keeps no zone.
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


class NewerDatabase(Exception):
    """The database was made by a newer version of Spoke; the message says what to do."""


class OldDatabase(Exception):
    """The database wants migrations first; the message says what to do."""


class WrongAddress(ValueError):
    """The address of the database cannot be used; the message says why."""


def address(given: str, data: Path) -> str:
    """SQLAlchemy's address of the database: the one given, else that of `data/spoke.db`. Raises WrongAddress."""
    if not given:
        return f"sqlite:///{(data / 'spoke.db').resolve()}"
    try:
        url = make_url(given.replace("postgres://", "postgresql://", 1))
    except ArgumentError:
        raise WrongAddress("it is no address; write one such as postgresql://spoke:password@host/spoke") from None
    if url.get_backend_name() == "postgresql":
        return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    if url.get_backend_name() == "sqlite":
        return url.render_as_string()
    raise WrongAddress(f"`{url.get_backend_name()}` is not supported; SQLite and PostgreSQL are")


def options(url: str) -> dict[str, Any]:
    """How engines are made, for Flask-SQLAlchemy and for ourselves."""
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": PATIENCE}}
    return {"pool_pre_ping": True}


def engine(url: str) -> Engine:
    """An engine of one's own, for commands."""
    return create_engine(url, **options(url))


@contextmanager
def session(url: str) -> Iterator[Session]:
    """A session of one's own, for commands; it is committed at the end, unless something was raised."""
    made = engine(url)
    try:
        with Session(made, expire_on_commit=False) as opened:
            yield opened
            opened.commit()
    finally:
        made.dispose()


def writing(session: Session) -> None:
    """Begin a transaction that will write: on SQLite it takes its turn now, where it can still wait for it.

    A transaction that began by reading, and finds at its first write that another was quicker, fails at once.
    """
    session.commit()
    session.connection(execution_options={"writing": True})


# -- Migrations -----------------------------------------------------------------------------------------------------


def upgrade(url: str) -> bool:
    """Bring the database to this version of Spoke; True when there was anything to do. Raises NewerDatabase."""
    made = engine(url)
    try:
        before = _verify_known(made)
        if before == _head():
            return False
        with made.connect() as connection:
            # Alembic's own transactions; two servers that start at once take their turns.
            _lock(connection)
            command.upgrade(_config(connection), "head")
            connection.commit()
    finally:
        made.dispose()
    return True


def verify(url: str) -> None:
    """Raise NewerDatabase or OldDatabase when the database is not of this version of Spoke."""
    made = engine(url)
    try:
        if _verify_known(made) != _head():
            raise OldDatabase("the database is not of this version of Spoke: run `lms db upgrade` first")
    finally:
        made.dispose()


def _verify_known(made: Engine) -> str | None:
    with made.connect() as connection:
        now = MigrationContext.configure(connection).get_current_revision()
    script = ScriptDirectory.from_config(_config())
    if now is not None and now not in {revision.revision for revision in script.walk_revisions()}:
        raise NewerDatabase(
            f"the database is of a newer Spoke (revision {now}): install that version again, or restore a backup"
        )
    return now


def _head() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(76206)")


# -- SQLite ---------------------------------------------------------------------------------------------------------


@event.listens_for(Engine, "connect")
def _prepare(connection: Any, _record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        # Python's own way of beginning transactions leaves reads outside of them; see `_begin`.
        connection.isolation_level = None
        for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {setting}")


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        turn = " IMMEDIATE" if connection.get_execution_options().get("writing") else ""
        connection.exec_driver_sql(f"BEGIN{turn}")
