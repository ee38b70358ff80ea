"""The ledger: what stands there, stands there once and for ever."""

import random
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as rules
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from lms import db
from lms.ledger import store
from lms.ledger.models import Entry
from lms.people.store import Learner
from tests.conftest import NOW

CUFF = "/modules/measuring-bp"


def entry(learner: Learner, id: str = "entry-0001", **more: object) -> Entry:
    about = {"verb": "read", "activity": CUFF, "happened": NOW, "arrived": NOW, "data": {"lesson": "cuff"}} | more
    return Entry(id=id, learner=learner.id, **about)


@pytest.fixture
def write(session: Session) -> Callable[..., int]:
    """Appends entries in a transaction of their own."""

    def written(*entries: Entry) -> int:
        new = store.append(session, entries)
        session.commit()
        return new

    return written


def test_an_entry_is_read_as_it_was_written(rosa, session, write):
    lima = timezone(-timedelta(hours=5))
    told = entry(rosa, edition=3, revision="86a2", happened=datetime(2026, 11, 20, 23, 1, 2, 3, lima))
    assert write(told) == 1
    assert store.of(session, rosa.id) == [told]
    assert store.entry(session, rosa.id, told.id) == told
    assert store.of(session, rosa.id)[0].happened.tzinfo == UTC


def test_the_same_id_twice_lands_once_and_the_first_one_stays(rosa, session, write):
    first = entry(rosa, data={"go": 1})
    assert write(first) == 1
    assert write(entry(rosa, data={"go": 2})) == 0
    assert write(first, first, entry(rosa, "entry-0002")) == 1
    assert [one.data for one in store.of(session, rosa.id)] == [{"go": 1}, {"lesson": "cuff"}]


def test_the_same_id_of_another_learner_is_another_entry(rosa, joins, session, write):
    ana = joins("ana@hillside.example", "Ana Torres")
    assert write(entry(rosa), entry(ana)) == 2
    assert [len(store.of(session, one.id)) for one in (rosa, ana)] == [1, 1]
    assert store.entry(session, ana.id, "entry-0001").learner == ana.id


def test_entries_stand_in_the_order_of_their_arrival(rosa, session, write):
    ids = [f"entry-{number:04}" for number in range(20)]
    random.Random(4).shuffle(ids)
    for number, id in enumerate(ids):
        write(entry(rosa, id, happened=NOW - timedelta(days=number)))
    assert [one.id for one in store.of(session, rosa.id)] == ids


def test_entries_are_asked_for_by_activity_and_verb(rosa, session, write):
    write(entry(rosa), entry(rosa, "entry-0002", verb="played"), entry(rosa, "entry-0003", activity="/modules/other"))
    found = [
        [one.id[-1] for one in store.of(session, rosa.id, *asked)]
        for asked in (([CUFF],), ([], ["played"]), ([CUFF], ["read", "played"]), (["/none"],))
    ]
    assert found == [["1", "2"], ["2"], ["1", "2"], []]


def test_nothing_is_appended_by_an_empty_list(session):
    assert store.append(session, []) == 0


def test_an_entry_of_nobody_is_refused(rosa, session):
    with pytest.raises(IntegrityError):
        store.append(session, [entry(rosa).model_copy(update={"learner": "nobody"})])


def test_what_is_not_committed_is_not_there(rosa, session, sessions):
    store.append(session, [entry(rosa)])
    session.rollback()
    assert store.of(sessions(), rosa.id) == []


# -- Append-only ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET verb = 'passed'",
        "UPDATE entry SET data = data",
        "DELETE FROM entry",
        "DELETE FROM entry WHERE id = 'entry-0001'",
    ],
)
def test_the_database_itself_refuses_to_change_or_delete(rosa, session, write, statement):
    write(entry(rosa))
    with pytest.raises(DBAPIError, match="the ledger is append-only"):
        session.execute(text(statement))
    session.rollback()
    assert store.of(session, rosa.id) == [entry(rosa)]


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
@pytest.mark.parametrize("statement", ["TRUNCATE entry", "TRUNCATE learner CASCADE"])
def test_postgresql_refuses_to_empty_it(rosa, session, write, statement):
    write(entry(rosa))
    with pytest.raises(DBAPIError, match="the ledger is append-only"):
        session.execute(text(statement))
    session.rollback()
    assert store.of(session, rosa.id) == [entry(rosa)]


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("clash", ["number", "id"])
def test_sqlite_replaces_no_entry(rosa, session, write, clash):
    write(entry(rosa))
    number, id = ("1", "entry-0009") if clash == "number" else ("NULL", "entry-0001")
    columns = "number, id, learner_id, verb, activity, edition, revision, happened, arrived, data"
    values = f"{number}, '{id}', learner_id, 'passed', activity, edition, revision, happened, arrived, data"
    try:
        session.execute(text(f"INSERT OR REPLACE INTO entry ({columns}) SELECT {values} FROM entry"))
        session.commit()
    except DBAPIError:
        session.rollback()
    assert store.of(session, rosa.id) == [entry(rosa)]


def test_a_learner_with_entries_cannot_be_deleted(rosa, session, write):
    write(entry(rosa))
    with pytest.raises(DBAPIError):
        session.execute(text("DELETE FROM learner"))


# -- At once --------------------------------------------------------------------------------------------------------


def test_the_same_entry_from_many_threads_at_once_lands_once(rosa, sessions):
    opened = [sessions() for _ in range(6)]

    def written(session: Session) -> int:
        db.writing(session)
        new = store.append(session, [entry(rosa, f"entry-{number:04}") for number in range(10)])
        session.commit()
        return new

    with ThreadPoolExecutor(len(opened)) as threads:
        assert sum(threads.map(written, opened)) == 10
    assert len(store.of(sessions(), rosa.id)) == 10


def test_the_same_entry_from_processes_at_once_lands_once(rosa, url, sessions):
    code = (
        "import sys; from lms import db; from lms.ledger import store; from lms.ledger.models import Entry\n"
        "sys.stdin.readline(); new = 0\n"
        "for line in sys.argv[2:]:\n"
        "    with db.session(sys.argv[1]) as session:\n"
        "        db.writing(session); new += store.append(session, [Entry.model_validate_json(line)])\n"
        "print(new)"
    )
    lines = [entry(rosa, f"entry-{number:04}").model_dump_json() for number in range(10)]
    command = [sys.executable, "-c", code, url, *lines]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    started = [subprocess.Popen(command, text=True, **pipes) for _ in range(3)]
    said = [process.communicate("go\n", timeout=60) for process in started]
    assert [faults for _, faults in said] == ["", "", ""]
    assert sum(int(new) for new, _ in said) == 10
    assert len(store.of(sessions(), rosa.id)) == 10


# -- Any data -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        {"note": "Łódź ñandú 你好 مرحبا 🩺 e\u0301 \u202e"},
        {" spaces ": "  are kept  "},
        {"null byte": "a\0b", "alone": "\ud800"},
        {"big": 10**400, "small": -1e-300, "none": None, "yes": True, "list": [[], {}]},
        {"'; DROP TABLE entry; --": '"'},
        {},
    ],
    ids=["signs", "spaces", "null", "numbers", "quotes", "nothing"],
)
def test_any_data_that_is_json_comes_back_as_it_went(rosa, session, write, data):
    write(entry(rosa, data=data))
    session.expire_all()
    assert store.of(session, rosa.id)[0].data == data


def test_much_data_comes_back_as_it_went(rosa, session, write):
    data = {"text": "é" * 1_000_000, "numbers": list(range(50_000))}
    write(entry(rosa, data=data))
    session.expunge_all()
    assert store.of(session, rosa.id)[0].data == data


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "short"},
        {"id": "a" * 65},
        {"id": "entry 0001"},
        {"id": "entry-0001\n"},
        {"verb": ""},
        {"verb": "a" * 31},
        {"verb": "re\0ad"},
        {"activity": "/" + "a" * 300},
        {"activity": "/mod\0ules"},
        {"revision": "a" * 65},
        {"edition": 2**31},
        {"edition": -1},
        {"happened": NOW.replace(tzinfo=None)},
        {"happened": datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))},
        {"happened": datetime(9999, 12, 31, 23, tzinfo=timezone(-timedelta(hours=12)))},
        {"data": {"score": float("nan")}},
        {"data": {"score": float("inf")}},
        {"data": {"score": {1, 2}}},
        {"data": ["a list"]},
        {"more": "keys"},
    ],
    ids=repr,
)
def test_what_no_database_could_keep_is_no_entry(wrong):
    with pytest.raises(ValidationError):
        entry(Learner(id="rosa"), **wrong)


# -- Any order ------------------------------------------------------------------------------------------------------


@rules(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_order_and_repetition_of_appends_gives_the_same_entries(rosa, session, data):
    run = uuid4().hex  # what was appended in the examples before stays
    made = [entry(rosa, f"{run}-{number}", data={"n": number}) for number in range(data.draw(st.integers(1, 8)))]
    sent = data.draw(st.permutations(made)) + data.draw(st.lists(st.sampled_from(made), max_size=12))
    sent = data.draw(st.permutations(sent))
    new = 0
    while sent:
        size = data.draw(st.integers(1, len(sent)))
        some, sent = sent[:size], sent[size:]
        db.writing(session)
        new += store.append(session, some)
        session.commit()
    found = [one for one in store.of(session, rosa.id) if one.id.startswith(run)]
    assert new == len(made)
    assert sorted(found, key=lambda one: one.id) == sorted(made, key=lambda one: one.id)
