"""kill -9 at any moment: what was acknowledged is in the database once, and nothing is there by half."""

import http.client
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from sqlalchemy import func, select

from lms import db
from lms.ledger.store import Line
from lms.people.models import Profile
from lms.people.service.opening import invite, open_account
from lms.progress.store.attempts import Attempt, Response
from tests.conftest import NOW, PASSWORD
from tests.serving.conftest import BEAT

#: How often something is killed on each database: `SPOKE_KILLS=1000` for a night.
KILLS = int(os.environ.get("SPOKE_KILLS", "26" if os.environ.get("CI") else "8"))
PLAYS, QUIZ = "/webinars/stroke-in-the-clinic/plays", "/modules/teach-back"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Learner:
    """One who plays and answers without a pause, and says everything again until it is acknowledged."""

    email: str
    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    played: list[str] = field(default_factory=list)
    finished: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> tuple[int, str, str]:
        """Status, place and text of an answer; OSError or HTTPException where there is none."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            line.request(method, path, body, {"Cookie": kept, **headers})
            answer = line.getresponse()
            text = answer.read().decode()
        finally:
            line.close()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                pair = value.partition(";")[0].partition("=")
                self.cookies[pair[0]] = pair[2]
        return answer.status, urlsplit(answer.getheader("Location", "")).path, text

    def send(self, path: str, **form: str) -> tuple[int, str, str]:
        return self.ask("POST", path, urlencode(form), **{"Content-Type": "application/x-www-form-urlencoded"})

    def sign_in(self) -> str:
        """The token of forms, once signed in."""
        token = _TOKEN.search(self.ask("GET", "/sign-in")[2])
        assert token
        status, _, text = self.send("/sign-in", csrf_token=token[1], email=self.email, password=PASSWORD)
        assert status == 303, text
        found = _TOKEN.search(self.ask("GET", "/me")[2])
        assert found
        return found[1]

    def until_acknowledged(self, say: Callable[[], tuple[int, str, str]], stop: threading.Event) -> str | None:
        """Say something until it is answered: where the answer leads, or None when all has to end before."""
        while not stop.is_set():
            try:
                status, place, text = say()
            except (OSError, http.client.HTTPException):
                BEAT.wait(0.02)  # killed, or not back yet
                continue
            if status in (200, 303):
                return place
            if status < 500:
                self.faults.append(f"{status} {text[:300]}")
                return None
        return None

    def study(self, token: str, stop: threading.Event) -> None:
        number = 0
        while not stop.is_set() and not self.faults:
            number += 1
            told = {"id": f"{self.email.partition('@')[0]}-play-{number:08}", "session": "session1", "position": 2.0}
            told |= {"happened": NOW.isoformat(), "segments": [[0.0, 1.0, 1.0]]}
            body, headers = json.dumps(told), {"X-CSRFToken": token, "Content-Type": "application/json"}
            if self.until_acknowledged(lambda: self.ask("POST", PLAYS, body, **headers), stop) is None:  # noqa: B023
                break
            self.played.append(str(told["id"]))
            if number % 3:
                continue
            place = self.until_acknowledged(lambda: self.send(f"{QUIZ}/attempts", csrf_token=token), stop)
            if place is None or not place.startswith("/attempts/"):
                break
            if self.until_acknowledged(lambda: self.send(place, csrf_token=token, sure="1"), stop) is None:  # noqa: B023
                break
            self.finished.append(place.rpartition("/")[2])


def started(content: Path, data: Path, port: int, url: str) -> subprocess.Popen[bytes]:
    """`lms serve`, once it answers."""
    command = [sys.executable, "-m", "lms.cli", "serve", "--content", str(content), "--data", str(data)]
    command += ["--port", str(port), "--workers", "2", "--database-url", url]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
    anybody = Learner("", port)
    while process.poll() is None:
        try:
            if anybody.ask("GET", "/sign-in")[0] == 200:
                return process
        except (OSError, http.client.HTTPException):
            BEAT.wait(0.02)
    raise AssertionError("lms serve ended by itself")


def workers(server: subprocess.Popen[bytes]) -> list[int]:
    """The processes below a server that answer requests."""
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    lines = {int(child): Path(f"/proc/{child}/cmdline").read_bytes() for child in children}
    return [child for child, line in lines.items() if b"resource_tracker" not in line]


def test_nothing_acknowledged_is_lost_and_nothing_is_half_there(
    cast: Path, publisher: Callable[..., object], data: Path, url: str
) -> None:
    chance = random.Random(KILLS)
    publisher(cast)
    with db.session(url) as session:
        for number in range(3):
            letter = invite(session, f"rosa{number}@hillside.example", NOW)
            assert letter
            open_account(session, letter.token, Profile(name="Rosa Quispe"), PASSWORD, NOW)
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        port = opened.getsockname()[1]
    server = started(cast, data, port, url)
    stop = threading.Event()
    learners = [Learner(f"rosa{number}@hillside.example", port) for number in range(3)]
    threads = [threading.Thread(target=one.study, args=(one.sign_in(), stop)) for one in learners]
    for thread in threads:
        thread.start()
    try:
        for _ in range(KILLS // 2):
            # Between two deaths something is to be under way; how much, is chance.
            BEAT.wait(chance.uniform(0.0, 0.5))
            os.kill(chance.choice(workers(server)), signal.SIGKILL)
            BEAT.wait(chance.uniform(0.0, 1.0))
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
            server = started(cast, data, port, url)
        BEAT.wait(0.5)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
    assert [one.faults for one in learners] == [[], [], []]
    with db.session(url) as session:
        held = dict(session.execute(select(Line.id, func.count()).group_by(Line.id)).all())
        assert set(held.values()) <= {1}
        for one in learners:
            assert one.played and one.finished
            assert set(one.played) | set(one.finished) <= held.keys()
        closed = session.execute(select(Attempt.id, Attempt.finished)).all()
        answered = dict(session.execute(select(Response.attempt_id, func.count()).group_by(Response.attempt_id)).all())
        told = set(session.scalars(select(Line.id).where(Line.verb == "attempted")))
        assert {id for id, finished in closed if finished} == told == set(answered)
        assert len(set(answered.values())) == 1
