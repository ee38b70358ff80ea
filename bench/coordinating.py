"""The coordinator's pages over a large ledger: 10,000 learners, 1,000,000 entries, a course of eight modules."""

import random
import re
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex

from lms import db
from lms.app import create_app
from lms.config import Settings
from lms.people.models import Profile
from lms.people.service.opening import invite, open_account

LEARNERS, ENTRIES = 10_000, 1_000_000
MODULES, LESSONS, QUESTIONS = 8, 10, 6
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
COURSE, MODULE = "/courses/all", "/modules/module-0"
PASSWORD = "two cuffs and a quiet room"
BAR = 0.3


def coordinating(content: Path, data: Path, row: Callable[..., None], publish: Callable[[Path, Path], None]) -> None:
    """Rows of the table: each page asked for through the whole application, some times over."""
    _write(content)
    publish(content, data)
    url = db.address("", data)
    db.upgrade(url)
    _fill(data / "spoke.db")
    with db.session(url) as session:
        letter = invite(session, "coordinator@bench.example", NOW, roles=("coordinator",))
        assert letter is not None
        open_account(session, letter.token, Profile(name="Coordinator"), PASSWORD, NOW)
    client = create_app(Settings(data=data)).test_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in").text)
    assert token is not None
    given = {"csrf_token": token[1], "email": "coordinator@bench.example", "password": PASSWORD}
    assert client.post("/sign-in", data=given).status_code == 303
    for what, page in (
        ("coordinator: who is where in a course, seconds", f"/coordination{COURSE}"),
        ("  the last page of it", f"/coordination{COURSE}?page={LEARNERS // 50}"),
        ("  those of one group", f"/coordination{COURSE}?group=group+7"),
        ("  those of a month", f"/coordination{COURSE}?from=2026-03-01&to=2026-03-31"),
        ("  those who have not completed it", f"/coordination{COURSE}?state=open"),
        ("coordinator: all there is, seconds", "/coordination"),
        ("coordinator: questions of a quiz, seconds", f"/coordination/questions?of={MODULE}"),
    ):
        taken = []
        for _ in range(6):
            began = time.perf_counter()
            answer = client.get(page)
            taken.append(time.perf_counter() - began)
            assert answer.status_code == 200 and "coordination.css" in answer.text, page
        row(what, statistics.median(taken[1:]), BAR, 1, "0.3 s")


def _write(content: Path) -> None:
    for number in range(MODULES):
        module = content / "modules" / f"module-{number}"
        module.mkdir(parents=True)
        (module / "module.md").write_text(f"---\ntitle: Module {number}\n---\nWhat it is.\n")
        for lesson in range(LESSONS):
            (module / f"{lesson + 1:02}-lesson-{lesson}.md").write_text(f"# Lesson {lesson}\n\nWords.\n")
        asked = "\n".join(
            f"## Question {one}? {{#question-{one}}}\n\n- [x] Right {one}\n- [ ] Wrong {one}\n- [ ] Other {one}\n"
            for one in range(QUESTIONS)
        )
        (module / "quiz.md").write_text(asked)
    items = "".join(f"  - modules/module-{number}\n" for number in range(MODULES))
    (content / "courses").mkdir()
    (content / "courses" / "all.md").write_text(f"---\ntitle: All of it\nitems:\n{items}---\nAll.\n")
    (content / "site.yaml").write_text("title: Bench\n")


def _fill(file: Path) -> None:
    """Learners, entries and attempts, written straight into the file: triggers and indexes are made again after it."""
    connection = sqlite3.connect(file, isolation_level=None)
    made = connection.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND type IN ('trigger', 'index') "
        "AND tbl_name IN ('entry', 'attempt', 'response')"
    ).fetchall()
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("BEGIN")
    for type, name, _ in made:
        connection.execute(f"DROP {type} {name}")
    chance = random.Random(1)
    learners = [f"{chance.getrandbits(128):032x}" for _ in range(LEARNERS)]
    connection.executemany(
        "INSERT INTO learner (id, email, name, profession, licences, language, zone, roles, cohort, opened) "
        "VALUES (?, ?, ?, '', '{}', 'en', 'UTC', '[\"learner\"]', ?, ?)",
        (
            (id, f"l{n}@bench.example", f"Learner {chance.randrange(10**6)}", f"group {n % 20}", _told(NOW))
            for n, id in enumerate(learners)
        ),
    )
    connection.executemany(
        "INSERT INTO entry (id, learner_id, verb, activity, edition, revision, happened, arrived, data) "
        "VALUES (?, ?, ?, ?, 1, 'bench', ?, ?, ?)",
        _entries(learners, chance),
    )
    connection.execute("INSERT INTO begun SELECT DISTINCT learner_id, activity FROM entry")
    _attempts(connection, learners, chance)
    for _, _, sql in made:
        connection.execute(sql)
    connection.execute("COMMIT")
    connection.close()


def _entries(learners: list[str], chance: random.Random) -> Iterator[tuple[object, ...]]:
    """A hundred each, in the order in which they would arrive: lessons, and modules and the course completed."""
    each = ENTRIES // len(learners)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(each):
        for at, id in enumerate(learners):
            when = _told(start + timedelta(minutes=number * 4_500 + at % 4_000))
            far = 1 + at % MODULES
            url, verb, said = (
                f"/modules/module-{chance.randrange(far)}",
                "read",
                f'{{"lesson": "lesson-{number % 10}"}}',
            )
            if number >= each - far:
                url, verb, said = f"/modules/module-{each - 1 - number}", "completed", '{"parts": []}'
            elif number == each - far - 1 and far == MODULES:
                url, verb, said = COURSE, "completed", '{"parts": []}'
            yield token_hex(16), id, verb, url, when, when, said


def _attempts(connection: sqlite3.Connection, learners: list[str], chance: random.Random) -> None:
    """An attempt of each learner at the first module's quiz, and a second one of every third."""
    from lms.modules.models import key

    keys = [[key(f"{word} {one}") for word in ("Right", "Wrong", "Other")] for one in range(QUESTIONS)]
    for at, learner in enumerate(learners):
        skill = chance.random()
        for go in range(2 if at % 3 == 0 else 1):
            id, when = token_hex(16), _told(NOW - timedelta(minutes=at - go))
            taken = [0 if chance.random() < skill else chance.randrange(3) for _ in range(QUESTIONS)]
            total = sum(one == 0 for one in taken) / QUESTIONS
            connection.execute(
                "INSERT INTO attempt (id, learner_id, activity, kind, edition, revision, title, lang, pass_mark, "
                "credit, began, drawn, answers, finished, score, passed, late) VALUES "
                "(?, ?, ?, 'quiz', 1, 'bench', 'Module 0', 'en', 80, '[]', ?, ?, '{}', ?, ?, 0, 0)",
                (id, learner, MODULE, when, "x" * 2_000, when, str(round(total * 6)) + "/6"),
            )
            connection.executemany(
                "INSERT INTO response (attempt_id, question, learner_id, activity, edition, kind, asked, score, total, "
                "answer, finished) VALUES (?, ?, ?, ?, 1, 'quiz', 'single', ?, ?, ?, ?)",
                (
                    (id, f"question-{one}", learner, MODULE, float(choice == 0), total, keys[one][choice], when)
                    for one, choice in enumerate(taken)
                ),
            )


def _told(moment: datetime) -> str:
    """A moment as SQLAlchemy writes it into SQLite."""
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")
