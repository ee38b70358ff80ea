"""What learners send: written down for ever and acknowledged, by two workers over one SQLite file."""

import json
import multiprocessing
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import count, cycle
from pathlib import Path

from sqlalchemy import String
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from bench.learning import sign_in
from bench.load import answers_a_second
from bench.serving import serving
from lms import db
from lms.people.models import Profile
from lms.people.service.opening import invite, open_account

Row = Callable[..., None]
CAST = Path(__file__).parent.parent / "tests" / "content"
WEBINAR = "/webinars/stroke-in-the-clinic"
WORKERS = 2
#: Who send, each in turn.
LEARNERS = 60
_PASSWORD = "two cuffs and a quiet room"


class Base(DeclarativeBase):
    """Of the table that the reference fills."""


class Told(Base):
    """As wide as an entry, and nothing to look up or to keep apart."""

    __tablename__ = "told"

    number: Mapped[int] = mapped_column(primary_key=True)
    learner: Mapped[str] = mapped_column(String(32))
    verb: Mapped[str] = mapped_column(String(30))
    data: Mapped[str]


def submitting(work: Path, row: Row, publish: Callable[[Path, Path], None], seconds: float) -> None:
    """The rows of this part of the table."""
    content, data = work / "content", work / "data"
    shutil.copytree(CAST, content)
    publish(content, data)
    url = db.address("", data)
    db.upgrade(url)
    now = datetime.now(UTC)
    with db.session(url) as session:
        for number in range(LEARNERS):
            letter = invite(session, f"rosa{number}@hillside.example", now)
            assert letter is not None
            open_account(session, letter.token, Profile(name="Rosa Quispe"), _PASSWORD, now)
    environment = {"LMS_CONTENT": str(content), "LMS_DATA": str(data)}
    with serving("lms.app:create_from_environment", "/", WORKERS, **environment) as spoke:
        browsers = []
        for number in range(LEARNERS):
            cookie, page = sign_in(spoke.port, WEBINAR, f"rosa{number}@hillside.example")
            token = re.search(r'data-token="([^"]+)"', page)
            assert token is not None, "nobody is signed in"
            browsers.append((cookie, token[1]))
        ours = answers_a_second(spoke.port, _plays(browsers), seconds)
    theirs = _inserted(work / "told.db", seconds)
    row("entries a second, two workers on SQLite", ours, theirs, 0.4, "bare SQLAlchemy inserts", least=True)


def _plays(browsers: Sequence[tuple[str, str]]) -> Iterator[bytes]:
    """Messages of the learners' players in turn, each with an id of its own."""
    now = datetime.now(UTC).isoformat()
    for number, (cookie, token) in zip(count(), cycle(browsers), strict=False):
        said = {"id": f"play-{os.getpid()}-{number:08}", "session": "session-1", "happened": now, "position": 2.0}
        body = json.dumps(said | {"segments": [[0.0, 2.0, 1.0]]})
        head = f"POST {WEBINAR}/plays HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\nX-CSRFToken: {token}\r\n"
        yield f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()


def _inserted(place: Path, seconds: float) -> float:
    """Rows a second that two processes insert, each row in a transaction of its own, as surely written as ours."""
    url = f"sqlite:///{place}"
    engine = db.engine(url)
    Base.metadata.create_all(engine)
    engine.dispose()
    with multiprocessing.get_context("spawn").Pool(WORKERS) as pool:
        return sum(pool.starmap(_insert, [(url, seconds)] * WORKERS))


def _insert(url: str, seconds: float) -> float:
    engine = db.engine(url)
    data = json.dumps({"session": "session-1", "position": 2.0, "segments": [[0.0, 2.0, 1.0]]})
    done, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        with Session(engine) as session:
            db.writing(session)
            session.add(Told(learner="0" * 32, verb="played", data=data))
            session.commit()
        done += 1
    return done / (time.perf_counter() - began)
