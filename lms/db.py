"""The database and its sessions: a SQLite file in the data folder, or PostgreSQL. Its tables are the stores'."""

import os
import sqlite3
from collections import namedtuple
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from mmap import ACCESS_READ, mmap
from pathlib import Path
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary, finalize

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, Engine, MetaData, Select, create_engine, event
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, OperationalError, ProgrammingError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import Pool
from sqlalchemy.types import TypeDecorator

#: Constraints have names, or else a later migration could not find them.
_NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
#: Seconds that one writer waits for another: SQLite has one at a time; and that PostgreSQL is waited for.
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


class Glance:
    """What a page has instead of a session when it only looks things up: one bare connection, once it is asked for."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._raw: Any = None

    def raw(self) -> Any:
        if self._raw is None:
            self._raw = self.engine.raw_connection()
        return self._raw

    def close(self) -> None:
        if self._raw is not None:
            self._raw.close()
            self._raw = None


class Stillness:
    """Tells whether anything was written since one looked last: SQLite knows at next to no cost, others do not.

    Each commit writes the head of the WAL-index, which all processes share in memory
    (https://www.sqlite.org/walformat.html#the_wal_index_file_format). It is read without a call that would let another
    thread of this process run first, as `PRAGMA data_version` does.
    """

    #: Bytes of the head: counters, sizes and checksums, of which a commit changes several.
    _HEAD = 48

    def __init__(self, engine: Engine) -> None:
        self._shared: mmap | None = None
        if engine.dialect.name != "sqlite":
            return
        # As long as this connection is open, the file stays the one that others write.
        looks = sqlite3.connect(str(engine.url.database), check_same_thread=False, isolation_level=None)
        looks.execute("SELECT count(*) FROM sqlite_master").fetchone()
        finalize(self, looks.close)
        with suppress(OSError, ValueError), Path(f"{engine.url.database}-shm").open("rb") as file:
            self._shared = mmap(file.fileno(), self._HEAD, access=ACCESS_READ)

    def version(self) -> bytes | None:
        """The same bytes as long as nothing was written; None where that cannot be known."""
        return self._shared[: self._HEAD] if self._shared is not None else None


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


class NewerDatabase(Exception):
    """The database was made by a newer version of Spoke; the message says what to do."""


class OldDatabase(Exception):
    """The database wants migrations first; the message says what to do."""


class NoDatabase(Exception):
    """The database is not there, cannot be reached, or cannot be read; the message says why, and no password."""


class WrongAddress(ValueError):
    """The address of the database cannot be used; the message says why."""


def address(given: str, data: Path) -> str:
    """SQLAlchemy's address of the database: the one given, else that of `data/spoke.db`. Raises WrongAddress."""
    if not given.strip():
        return _file(data / "spoke.db")
    try:
        url = make_url(given.strip().replace("postgres://", "postgresql://", 1))
    except (ArgumentError, ValueError):
        raise WrongAddress("it is no address; write one such as postgresql://spoke:password@host/spoke") from None
    if url.get_backend_name() == "postgresql":
        return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    if url.get_backend_name() != "sqlite":
        raise WrongAddress(f"`{url.get_backend_name()}` is not supported; SQLite and PostgreSQL are")
    if url.database in (None, "", ":memory:"):
        raise WrongAddress("it names no file, and a database in memory would be forgotten")
    return _file(Path(str(url.database)))


def _file(path: Path) -> str:
    # In full: Flask-SQLAlchemy takes a path that is not so from another folder than SQLAlchemy does.
    return URL.create("sqlite", database=str(path.absolute())).render_as_string()


def is_embedded(url: str) -> bool:
    """Whether the database is a file of this machine, which Spoke keeps by itself."""
    return url.startswith("sqlite")


def options(url: str) -> dict[str, Any]:
    """How engines are made, for Flask-SQLAlchemy and for ourselves."""
    if is_embedded(url):
        return {"connect_args": {"timeout": PATIENCE}}
    patience = {} if "connect_timeout" in make_url(url).query else {"connect_timeout": PATIENCE}
    # A request may hold two: one that it looks up with, one that it writes with.
    return {"pool_pre_ping": True, "pool_size": 10, "max_overflow": 20, "connect_args": patience}


def engine(url: str) -> Engine:
    """An engine of one's own, for commands. Raises NoDatabase where the driver is not installed."""
    try:
        return create_engine(url, **options(url))
    except ModuleNotFoundError as fault:
        raise NoDatabase(f"PostgreSQL needs the package {fault.name}: install `spoke-lms[postgres]`") from None


@contextmanager
def session(url: str) -> Iterator[Session]:
    """A session of one's own, for commands; it is committed at the end, unless something was raised.

    Raises NoDatabase when the database does not answer.
    """
    made = engine(url)
    try:
        with _reached(), Session(made, expire_on_commit=False) as opened:
            yield opened
            opened.commit()
    finally:
        made.dispose()


@contextmanager
def _reached() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as fault:  # of a connection that is not yet SQLAlchemy's
        raise NoDatabase(f"the database cannot be used: {fault}") from fault
    except DBAPIError as fault:
        # What else is wrong with a statement is a fault of ours.
        if isinstance(fault, OperationalError) or type(fault) is DatabaseError:
            raise NoDatabase(f"the database cannot be used: {_first_line(fault)}") from fault
        raise


def _first_line(fault: DBAPIError) -> str:
    lines = str(fault.orig).strip().splitlines()
    return lines[0] if lines else type(fault.orig).__name__


def writing(session: Session) -> None:
    """Begin a transaction that will write: on SQLite it takes its turn now, where it can still wait for it.

    A transaction that began by reading, and finds at its first write that another was quicker, fails at once.
    """
    session.commit()
    session.connection(execution_options={"writing": True})


class Ready:
    """A question that pages ask at every look: worded once for each kind of database, and then asked straight away.

    SQLAlchemy takes ten times as long to ask as SQLite to answer. All that differs is given by name.
    """

    def __init__(self, statement: Select[Any]) -> None:
        self._statement = statement
        self._worded: dict[str, tuple[str, Any, dict[str, Any], list[Any], Any]] = {}

    def rows(self, session: Session | Glance, **given: object) -> list[Any]:
        """The rows, named as their columns are; within the session's transaction, for those who have a session."""
        engine = session.engine if isinstance(session, Glance) else session.get_bind()
        dialect = engine.dialect
        words, order, written, read, made = self._worded.get(dialect.name) or self._word(dialect)
        for name, process in written.items():
            given[name] = process(given[name])
        values = [given[name] for name in order] if order is not None else given
        raw = session.raw() if isinstance(session, Glance) else session.connection().connection
        cursor = raw.cursor()
        cursor.execute(words, values)
        found = cursor.fetchall()
        cursor.close()
        return [
            made([process(cell) if process else cell for cell, process in zip(row, read, strict=True)]) for row in found
        ]

    def _word(self, dialect: Dialect) -> tuple[str, Any, dict[str, Any], list[Any], Any]:
        compiled = self._statement.compile(dialect=dialect)
        columns = self._statement.selected_columns
        read = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
        binds = {bind.key: bind.type.dialect_impl(dialect).bind_processor(dialect) for bind in compiled.binds.values()}
        self._worded[dialect.name] = (
            str(compiled),
            compiled.positiontup if compiled.positional else None,
            {name: process for name, process in binds.items() if process},
            read,
            namedtuple("Row", [column.key for column in columns])._make,  # type: ignore[misc]
        )
        return self._worded[dialect.name]


# -- Migrations -----------------------------------------------------------------------------------------------------


def upgrade(url: str) -> Sequence[str]:
    """Bring the database to this version of Spoke; returns what each step was for, nothing where none was due.

    Makes a SQLite file that is not there. Raises NewerDatabase and NoDatabase.
    """
    if is_embedded(url):
        _make(_file_of(url))
    made = engine(url)
    try:
        with _reached(), made.connect() as connection:
            # Two servers that start at once take their turns, and the second one finds nothing to do.
            connection = _alone(connection)
            before = _known(connection)
            steps = _steps(before)
            if steps:
                command.upgrade(_config(connection), "head")
            connection.commit()
    except ProgrammingError as fault:
        raise NoDatabase(f"the database is not Spoke's, it seems: {_first_line(fault)}") from fault
    finally:
        made.dispose()
    return steps


def _make(file: Path) -> None:
    """An empty file that nobody else may read: it will hold addresses, and the hashes of passwords."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as fault:
        raise NoDatabase(f"{file} cannot be written: {fault.strerror}") from fault


def verify(url: str) -> None:
    """Raise NewerDatabase or OldDatabase when the database is not of this version of Spoke, NoDatabase without one."""
    if is_embedded(url) and not _file_of(url).exists():
        raise NoDatabase(f"there is no database {_file_of(url)} yet: `lms serve` makes it, or `lms db upgrade`")
    made = engine(url)
    try:
        with _reached(), made.connect() as connection:
            if _steps(_known(connection)):
                raise OldDatabase("the database is not of this version of Spoke: run `lms db upgrade` first")
    finally:
        made.dispose()


def _file_of(url: str) -> Path:
    return Path(str(make_url(url).database))


def _known(connection: Connection) -> str | None:
    now = MigrationContext.configure(connection).get_current_revision()
    script = ScriptDirectory.from_config(_config())
    if now is not None and now not in {revision.revision for revision in script.walk_revisions()}:
        raise NewerDatabase(
            f"the database is of a newer Spoke (revision {now}): install that version again, or restore a backup"
        )
    return now


def _steps(now: str | None) -> list[str]:
    """What is to be done to a database of this revision, by the first line of each step."""
    script = ScriptDirectory.from_config(_config())
    due = list(script.iterate_revisions("head", now or "base"))
    return [step.doc for step in reversed(due) if step.revision != now]


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _alone(connection: Connection) -> Connection:
    """Begin a transaction that no other upgrade runs beside."""
    connection = connection.execution_options(writing=True)
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(76206)")
    else:
        connection.begin()
    return connection


# -- SQLite ---------------------------------------------------------------------------------------------------------


@event.listens_for(Engine, "connect")
def _prepare(connection: Any, _record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        # Python's own way of beginning transactions leaves reads outside of them; see `_begin`.
        connection.isolation_level = None
        for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {setting}")


#: The turn to write, of the threads of this process: by the pool of their connections.
_TURNS: WeakKeyDictionary[Pool, Lock] = WeakKeyDictionary()
#: Seconds that a thread waits for its turn before it leaves the waiting to SQLite.
_PATIENCE = 5.0


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    if not connection.get_execution_options().get("writing"):
        connection.exec_driver_sql("BEGIN")
        return
    # SQLite has writers sleep and look again, ever longer. Among threads one is woken when it is its turn.
    turn = _TURNS.setdefault(connection.engine.pool, Lock())
    if "turn" not in connection.info and turn.acquire(timeout=_PATIENCE):
        connection.info["turn"] = turn
    connection.exec_driver_sql("BEGIN IMMEDIATE")


@event.listens_for(Pool, "checkin")
def _pass_on(_connection: Any, record: Any) -> None:
    """A connection that goes back has written: the next thread's turn."""
    turn = record.info.pop("turn", None)
    if turn is not None:
        turn.release()
