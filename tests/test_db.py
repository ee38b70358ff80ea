"""The database: found by its address, brought to this version, and refused where it is of another."""

import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from click.testing import CliRunner
from sqlalchemy import text

import lms.certificates.store.keys
import lms.certificates.store.log
import lms.certificates.store.papers
import lms.credit.store
import lms.ledger.store
import lms.people.store
import lms.progress.store.attempts  # noqa: F401 - what has tables
import lms.progress.store.notes  # noqa: F401
from lms import db
from lms.cli import main
from tests.conftest import NOW

DATA = Path("data")


def run(*arguments: str):
    return CliRunner().invoke(main, arguments, env={"LMS_DATABASE_URL": "", "LMS_DATA": ""})


# -- Addresses ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("postgres://u:p@h/x", "postgresql+psycopg://u:p@h/x"),
        (" postgresql://h/x\n", "postgresql+psycopg://h/x"),
        ("postgresql+asyncpg://h/x?sslmode=require", "postgresql+psycopg://h/x?sslmode=require"),
        ("postgresql://u:p%40ss@/x?host=/run/pg", "postgresql+psycopg://u:p%40ss@/x?host=%2Frun%2Fpg"),
        ("sqlite:////srv/spoke.db", "sqlite:////srv/spoke.db"),
        ("", f"sqlite:///{DATA.absolute()}/spoke.db"),
        ("  ", f"sqlite:///{DATA.absolute()}/spoke.db"),
        # Flask-SQLAlchemy would look for it in another folder than commands do.
        ("sqlite:///spoke.db", f"sqlite:///{Path.cwd()}/spoke.db"),
    ],
)
def test_an_address_is_one_of_sqlalchemy(given, address):
    assert db.address(given, DATA) == address


@pytest.mark.parametrize(
    "given", ["nonsense", "mysql://h/x", "postgresql://h:port/x", "sqlite://", "sqlite:///:memory:", "http://h/x"]
)
def test_what_is_no_address_of_a_database_is_refused(given):
    with pytest.raises(db.WrongAddress):
        db.address(given, DATA)


@pytest.mark.parametrize("name", ["a?b", "a#b", "a%20b", "a b", "ñandú"])
def test_a_folder_of_any_name_has_its_database(tmp_path, name):
    url = db.address("", tmp_path / name)
    assert db.upgrade(url)
    assert [path.name for path in (tmp_path / name).glob("*.db")] == ["spoke.db"]
    db.verify(url)


# -- Versions -------------------------------------------------------------------------------------------------------


def test_an_upgrade_says_its_steps_and_a_second_one_has_nothing_to_do(empty_url):
    assert db.upgrade(empty_url)[0] == "Accounts, sign-ins, tickets and failures."
    assert list(db.upgrade(empty_url)) == []
    db.verify(empty_url)


def test_several_that_upgrade_at_once_take_their_turns(empty_url):
    code = "import sys; from lms import db; sys.stdin.readline(); print(len(db.upgrade(sys.argv[1])))"
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code, empty_url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    said = [process.communicate("go\n", timeout=60) for process in started]
    assert [faults for _, faults in said] == ["", "", ""]
    assert sorted(int(steps) > 0 for steps, _ in said) == [False, False, True]
    db.verify(empty_url)


def test_the_tables_that_the_steps_make_are_those_that_the_code_knows(url):
    engine = db.engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, db.Base.metadata) == []
    engine.dispose()


def test_a_newer_database_is_refused_and_left_as_it_is(url):
    said(url, "UPDATE alembic_version SET version_num = '9999'")
    for verb in (db.upgrade, db.verify):
        with pytest.raises(db.NewerDatabase, match="9999"):
            verb(url)
    assert said(url, "SELECT version_num FROM alembic_version") == [("9999",)]


def test_an_old_database_is_refused_with_what_to_do(url):
    said(url, "UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(db.OldDatabase, match="lms db upgrade"):
        db.verify(url)


def test_a_database_without_anything_in_it_is_an_old_one(empty_url):
    with pytest.raises((db.OldDatabase, db.NoDatabase)):
        db.verify(empty_url)


def test_a_step_that_fails_changes_nothing(empty_url):
    if empty_url.startswith("sqlite"):
        db._make(db._file_of(empty_url))
    said(empty_url, "CREATE TABLE entry (someone_elses INTEGER)")
    with pytest.raises(db.NoDatabase, match="entry"):
        db.upgrade(empty_url)
    with pytest.raises(db.OldDatabase):
        db.verify(empty_url)
    assert said(empty_url, "SELECT * FROM entry") == []
    said(empty_url, "DROP TABLE entry")
    assert len(db.upgrade(empty_url)) > 1


def test_what_is_written_outlives_a_failure_of_power(tmp_path):
    with closing(sqlite3.connect(tmp_path / "spoke.db")) as opened:
        db._prepare(opened, None)
        assert opened.execute("PRAGMA synchronous").fetchone() == (2,)
        assert opened.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_nobody_else_may_read_the_file(tmp_path):
    db.upgrade(db.address("", tmp_path / "data"))
    assert stat.S_IMODE((tmp_path / "data" / "spoke.db").stat().st_mode) == 0o600


# -- Moments --------------------------------------------------------------------------------------------------------


def test_moments_are_kept_in_utc_whatever_their_zone(rosa, session):
    lima = timezone(-timedelta(hours=5))
    rosa.closed = datetime(2026, 11, 21, 4, 0, 0, 123456, lima)
    session.commit()
    session.expire_all()
    assert rosa.closed == datetime(2026, 11, 21, 9, 0, 0, 123456, UTC)
    assert rosa.closed.tzinfo == UTC


def test_a_moment_without_a_zone_is_refused(rosa, session):
    rosa.closed = NOW.replace(tzinfo=None)
    with pytest.raises(Exception, match="says no time zone"):
        session.commit()


# -- The command ----------------------------------------------------------------------------------------------------


def test_the_command_upgrades_and_checks(empty_url, tmp_path):
    flags = ("--data", str(tmp_path), "--database-url", empty_url)
    assert run("db", "check", *flags).exit_code == 1
    done = run("db", "upgrade", *flags)
    assert (done.exit_code, "The ledger" in done.output) == (0, True)
    assert "Nothing to do" in run("db", "upgrade", *flags).output
    assert run("db", "check", *flags).exit_code == 0


def test_the_check_makes_no_file(tmp_path):
    done = run("db", "check", "--data", str(tmp_path / "data"))
    assert done.exit_code == 1
    assert "There is no database" in done.output
    assert not (tmp_path / "data").exists()


def test_a_file_that_is_no_database_is_said_to_be_so(tmp_path):
    (tmp_path / "spoke.db").write_bytes(b"this is no database, and long enough to be one. " * 100)
    for command in ("check", "upgrade"):
        done = run("db", command, "--data", str(tmp_path))
        assert (done.exit_code, done.output) == (1, "Error: The database cannot be used: file is not a database.\n")


def test_a_damaged_database_is_said_to_be_so(tmp_path):
    url = db.address("", tmp_path)
    db.upgrade(url)
    file = tmp_path / "spoke.db"
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    done = run("db", "check", "--data", str(tmp_path))
    assert done.exit_code == 1
    assert done.output.startswith("Error: The database cannot be used: ")


def test_a_folder_that_cannot_be_written_is_said_to_be_so(tmp_path):
    (tmp_path / "data").write_text("a file, where a folder should be")
    done = run("db", "upgrade", "--database-url", f"sqlite:///{tmp_path}/data/spoke.db")
    assert done.exit_code == 1
    assert "cannot be written" in done.output


def test_a_database_that_does_not_answer_is_said_so_and_its_password_is_not():
    address = "postgresql://spoke:open-sesame@127.0.0.1:9/spoke"
    for command in ("check", "upgrade"):
        done = run("db", command, "--database-url", address)
        assert done.exit_code == 1
        assert "The database cannot be used: connection" in done.output
        assert "open-sesame" not in done.output


def test_a_wrong_address_is_wrong_usage():
    done = run("db", "check", "--database-url", "mysql://h/x")
    assert done.exit_code == 2
    assert "LMS_DATABASE_URL: `mysql` is not supported" in done.output


def said(url: str, statement: str) -> list[tuple]:
    """What the database answers to a statement."""
    engine = db.engine(url)
    with engine.begin() as connection:
        found = connection.execute(text(statement))
        rows = [tuple(row) for row in found] if found.returns_rows else []
    engine.dispose()
    return rows
