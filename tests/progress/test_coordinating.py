"""Who is where and how questions do, asked of both databases."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from random import Random
from statistics import correlation

import pytest
from sqlalchemy import event, select, text

from lms.ledger import store as ledger
from lms.ledger.models import Entry
from lms.ledger.store import Begun
from lms.modules.models import key
from lms.people.service.changing import erase
from lms.people.store import Learner
from lms.progress.models.coordinating import Filters
from lms.progress.service import attempting, coordinating, learning
from lms.progress.store import coordinating as store
from tests.conftest import NOW, PASSWORD
from tests.progress.conftest import CUFF, HIGH, RIGHT, SAY, SUM, form, module
from tests.progress.told import COURSE, MODULE

DAY = timedelta(days=1)
ALL = Filters()


@contextmanager
def counted(session) -> Iterator[list[str]]:
    """The statements that are said meanwhile."""
    heard: list[str] = []

    def hear(_connection, _cursor, statement, *_rest) -> None:
        if not statement.startswith("BEGIN"):
            heard.append(statement)

    event.listen(session.get_bind(), "before_cursor_execute", hear)
    yield heard
    event.remove(session.get_bind(), "before_cursor_execute", hear)


@pytest.fixture
def release(shelf):
    return shelf.release()


@pytest.fixture
def people(session) -> Callable[..., list[Learner]]:
    """Makes learners of these names; `group` is the group that all of them are in."""

    def made(*names: str, group: str = "") -> list[Learner]:
        fresh = [
            Learner(email=f"{n}-{name.encode().hex()[:20]}@x.example", name=name, group=group, opened=NOW)
            for n, name in enumerate(names)
        ]
        for one in fresh:
            one.email = f"{len(one.name)}-{group}-{one.email}".lower()
        session.add_all(fresh)
        session.commit()
        return fresh

    return made


@pytest.fixture
def reads(session, release) -> Callable[..., None]:
    """Somebody reads lessons of a module: `reads(ana, "cuff", now=…)`."""

    def read(learner, *lessons: str, slug: str = "measuring-bp", now=NOW) -> None:
        found = release.module(slug)
        for name in lessons:
            learning.read_lesson(session, release, learner.id, found, found.lesson(name), found.edition, now)

    return read


@pytest.fixture
def takes(session) -> Callable[..., None]:
    """Somebody takes a test and hands in these fields."""

    def take(learner, activity, fields, kind="quiz", now=NOW) -> None:
        begun = attempting.begin(session, learner, activity, kind, "r1", now, Random(1))
        attempting.finish(session, learner, begun.id, form(fields), now, True)

    return take


def completes(session, learner, url, now=NOW, edition=1) -> None:
    entry = Entry(
        id=learning.stable("completed", learner.id, url, edition),
        learner=learner.id,
        verb="completed",
        activity=url,
        edition=edition,
        happened=now,
        arrived=now,
        data={"parts": []},
    )
    ledger.append(session, [entry])
    session.commit()


def names(table) -> list[str]:
    return [one.name for one in table.people]


# -- What the database keeps by itself ------------------------------------------------------------------------------


def test_who_has_begun_what_is_kept_by_the_database_once(session, people, reads):
    (ana,) = people("Ana")
    for _ in range(2):
        reads(ana, "cuff", "position")
    completes(session, ana, "")
    assert [(one.learner_id, one.activity) for one in session.scalars(select(Begun))] == [(ana.id, MODULE)]


def test_what_is_not_written_is_not_begun(session, people, reads):
    (ana,) = people("Ana")
    entry = Entry(id="12345678", learner=ana.id, verb="read", activity=MODULE, happened=NOW, arrived=NOW)
    ledger.append(session, [entry])
    session.rollback()
    assert session.scalars(select(Begun)).all() == []


# -- Who is where ---------------------------------------------------------------------------------------------------


def test_people_come_by_name_as_people_look_for_them(session, release, people, reads):
    for one in people("Zoe", "álvaro", "Ana", "Émile", "emil", "محمد"):
        reads(one, "cuff")
    table = coordinating.table(session, release, release.course("hypertension"), ALL)
    assert names(table) == ["álvaro", "Ana", "emil", "Émile", "Zoe", "محمد"]


@pytest.mark.parametrize(
    ("words", "found"), [("ALVAR", ["Álvaro Núñez"]), ("nunez a", ["Álvaro Núñez"]), ("%", []), ("_", [])]
)
def test_people_are_found_by_parts_of_names_without_accents_or_case(session, release, people, reads, words, found):
    for one in people("Álvaro Núñez", "Ana Torres"):
        reads(one, "cuff")
    assert names(coordinating.table(session, release, release.module("measuring-bp"), Filters(words=words))) == found


def test_a_row_tells_each_part_and_how_far_it_is(session, release, people, reads):
    (ana,) = people("Ana")
    reads(ana, "cuff", now=NOW - DAY)
    course = release.course("hypertension")
    table = coordinating.table(session, release, course, ALL)
    (row,) = coordinating.rows(session, release, course, table.people)
    assert [one.key for one in table.columns][0] == MODULE and table.columns[-1].kind == "test"
    assert [one.state for one in row.cells] == ["begun", "none", "none", "none", "none"]
    assert (row.cells[0].percent, row.percent, row.last) == (33, 0, NOW - DAY)
    whole = release.module("measuring-bp")
    (row,) = coordinating.rows(session, release, whole, table.people)
    assert [(one.state, one.when) for one in row.cells[:2]] == [("done", NOW - DAY), ("none", None)]


def test_tests_before_and_after_are_told_with_the_gain(session, release, people, takes):
    (ana,) = people("Ana")
    course = release.course("hypertension")
    right = next(one.key for one in course.quiz.questions[0].choices if one.right)
    takes(ana, course, {"rest.text": "4"}, "pre")
    takes(ana, course, {"enough.choice": right, "rest.text": "5"}, "post", NOW + DAY)
    (row,) = coordinating.rows(session, release, course, coordinating.table(session, release, course, ALL).people)
    assert (row.scores.before, row.scores.after, row.scores.gain) == (0.0, 1.0, 1.0)
    assert row.cells[-1].state == "done"


def test_the_filters_choose_by_group_period_and_state(session, release, people, reads):
    course = release.course("hypertension")
    ana, ben = people("Ana", "Ben", group="Lima")
    chipo, dan = people("Chipo", "Dan")
    for one, when in ((ana, NOW - 9 * DAY), (ben, NOW), (chipo, NOW)):
        reads(one, "cuff", now=when)
    completes(session, ben, COURSE, NOW)

    def listed(**filters) -> tuple[list[str], int, int]:
        table = coordinating.table(session, release, course, Filters(**filters))
        return names(table), table.totals.begun, table.totals.done.get(COURSE, 0)

    assert listed() == (["Ana", "Ben", "Chipo"], 3, 1)
    assert listed(group="Lima") == (["Ana", "Ben"], 2, 1)
    assert listed(since=NOW - DAY) == (["Ben", "Chipo"], 2, 1)
    assert listed(until=NOW - DAY) == (["Ana"], 1, 0)
    assert listed(since=NOW - DAY, group="Lima") == (["Ben"], 1, 1)
    assert listed(state="open") == (["Ana", "Chipo"], 3, 1)
    assert listed(state="done") == (["Ben"], 3, 1)
    assert listed(state="none") == (["Dan"], 3, 1)
    assert listed(state="none", since=NOW - DAY) == (["Ana", "Dan"], 2, 1)


def test_a_completion_of_an_earlier_edition_does_not_count(session, release, people):
    (ana,) = people("Ana")
    completes(session, ana, MODULE, edition=1)
    whole = release.module("measuring-bp")
    assert whole.edition == 2
    assert coordinating.table(session, release, whole, ALL).totals.done == {}
    completes(session, ana, MODULE, edition=2)
    completes(session, ana, MODULE, edition=3)
    assert coordinating.table(session, release, whole, ALL).totals.done == {MODULE: 1}


def test_an_erased_learner_stays_without_a_name_and_comes_last(session, release, rosa, people, reads):
    (ana,) = people("Ana")
    for one in (rosa, ana):
        reads(one, "cuff")
    erase(session, rosa, PASSWORD, NOW)
    table = coordinating.table(session, release, release.course("hypertension"), ALL)
    assert [(one.name, one.erased) for one in table.people] == [("Ana", False), ("", True)]


def test_the_overview_counts_each_learner_once_a_course(session, release, people, reads):
    ana, ben = people("Ana", "Ben", group="Lima")
    reads(ana, "cuff", "position")
    reads(ben, "cuff", now=NOW - 9 * DAY)
    completes(session, ben, COURSE, NOW)
    cards = coordinating.listed(release)
    assert cards[0].url == COURSE and MODULE not in [card.url for card in cards]

    def counts(**filters) -> tuple[int, int]:
        line = coordinating.overview(session, release, cards, Filters(**filters))[0]
        return line.begun, line.done

    assert counts() == (2, 1)
    assert counts(until=NOW - DAY) == (1, 0)
    assert counts(group="Lima", since=NOW - DAY) == (2, 1)
    assert counts(group="elsewhere") == (0, 0)


@pytest.mark.parametrize("many", [1, 3])
def test_a_table_costs_the_same_few_queries_whatever_its_length(session, release, people, reads, many):
    for one in people(*["Ana", "Ben", "Chipo"][:many]):
        reads(one, "cuff")
    course = release.course("hypertension")
    with counted(session) as heard:
        table = coordinating.table(session, release, course, ALL)
        assert len(coordinating.rows(session, release, course, table.people)) == many
    assert len(heard) == 3, heard
    with counted(session) as heard:
        coordinating.overview(session, release, coordinating.listed(release), ALL)
    assert len(heard) == 2, heard


def test_many_learners_are_written_down_a_hundred_at_a_time(session, release, people):
    some = people(*(f"Name {n}" for n in range(120)))
    for one in some:
        ledger.append(
            session, [Entry(id="12345678", learner=one.id, verb="read", activity=MODULE, happened=NOW, arrived=NOW)]
        )
    session.commit()
    whole = release.module("measuring-bp")
    found = coordinating.table(session, release, whole, ALL).people
    with counted(session) as heard:
        rows = list(coordinating.all_rows(session, release, whole, found))
    assert ([row.person.name for row in rows], len(heard)) == ([one.name for one in found], 2)


# -- How questions do -----------------------------------------------------------------------------------------------

QUIZ = module(CUFF, HIGH, SUM, SAY)
WRONG = {"cuff.choice": [key("small")]}
HALF = {"cuff.choice": [key("large")], "high.choice": [key("legs")], "sum.text": ["7"], "say.text": ["nod"]}


def test_only_the_first_attempt_of_each_learner_counts(session, people, takes):
    (ana,) = people("Ana")
    takes(ana, QUIZ, WRONG)
    takes(ana, QUIZ, RIGHT, now=NOW + DAY)
    found = coordinating.examined(session, QUIZ, ALL)
    assert [(one.id, one.count, one.right) for one in found.questions] == [
        ("cuff", 1, 0),
        ("high", 1, 0),
        ("sum", 1, 0),
        ("say", 1, 0),
    ]
    assert [(one.edition, one.kind, one.learners) for one in found.sittings] == [(1, "quiz", 1)]


def test_numbers_of_questions_are_those_that_one_reckons_by_hand(session, people, takes):
    given = [RIGHT, RIGHT, HALF, HALF, WRONG, {"sum.text": ["120"]}]
    for one, fields in zip(people(*"ABCDEF"), given, strict=True):
        takes(one, QUIZ, fields)
    found = {one.id: one for one in coordinating.examined(session, QUIZ, ALL).questions}
    cuff, high, sum, say = [1, 1, 1, 1, 0, 0], [1, 1, 0.5, 0.5, 0, 0], [1, 1, 0, 0, 0, 1], [1, 1, 0, 0, 0, 0]
    rest = [(a + b + c) / 3 for a, b, c in zip(high, sum, say, strict=True)]
    assert found["cuff"].discrimination == pytest.approx(correlation(cuff, rest))
    rest = [(a + b + c) / 3 for a, b, c in zip(cuff, sum, say, strict=True)]
    assert found["high"].discrimination == pytest.approx(correlation(high, rest))
    assert (found["high"].share, found["high"].mean) == (pytest.approx(2 / 6), 0.5)
    assert [(one.words, one.count) for one in found["cuff"].choices] == [("small", 1), ("large", 4)]
    assert [(one.words, one.count, one.right) for one in found["say"].typed] == [
        ("Teach back.", 2, True),
        ("nod", 2, False),
    ]


def test_a_quiz_of_one_question_has_nothing_to_compare_with(session, people, takes):
    lone = module(CUFF)
    for one, fields in zip(people("Ana", "Ben"), (RIGHT, WRONG), strict=True):
        takes(one, lone, {"cuff.choice": fields["cuff.choice"]})
    (found,) = coordinating.examined(session, lone, ALL).questions
    assert (found.count, found.right, found.discrimination) == (2, 1, None)


def test_questions_are_filtered_by_group_and_days(session, people, takes):
    (ana,) = people("Ana", group="Lima")
    (ben,) = people("Ben")
    takes(ana, QUIZ, RIGHT)
    takes(ben, QUIZ, WRONG, now=NOW + 3 * DAY)

    def count(**filters) -> list[int]:
        return [one.count for one in coordinating.examined(session, QUIZ, Filters(**filters)).questions[:1]]

    assert (count(), count(group="Lima"), count(group="no")) == ([2], [1], [])
    assert (count(since=NOW + DAY), count(until=NOW - DAY)) == ([1], [])


def test_editions_and_kinds_are_told_apart_and_old_questions_keep_their_words(session, people, takes):
    (ana,) = people("Ana")
    takes(ana, QUIZ, RIGHT)
    newer = module(SUM, edition=2)
    takes(ana, newer, {"sum.text": "120"}, now=NOW + DAY)
    assert [one.id for one in coordinating.examined(session, newer, ALL).questions] == ["sum"]
    old = coordinating.examined(session, newer, ALL, edition=1, kind="quiz")
    assert {one.id: (one.prompt, one.gone) for one in old.questions}["cuff"] == ("Which cuff?", True)
    assert {(one.words, one.count, one.right) for one in old.questions[0].choices} == {
        ("small", 0, False),
        ("large", 1, True),
    }
    assert [(one.edition, one.learners) for one in old.sittings] == [(2, 1), (1, 1)]


def test_a_choice_that_was_taken_out_since_keeps_its_words(session, people, takes):
    (ana,) = people("Ana")
    takes(ana, QUIZ, {"cuff.choice": [key("small")]})
    fewer = module(CUFF.model_copy(update={"choices": CUFF.choices[1:]}), HIGH, SUM, SAY)
    cuff = coordinating.examined(session, fewer, ALL).questions[0]
    assert [(one.words, one.count, one.gone) for one in cuff.choices] == [("large", 0, False), ("small", 1, True)]


def test_practice_and_what_is_under_way_count_for_nothing(session, people, takes):
    (ana,) = people("Ana")
    attempting.begin(session, ana, QUIZ, "quiz", "r1", NOW, Random(1))
    assert coordinating.examined(session, QUIZ, ALL).sittings == ()
    assert store.tries(session, ana.id) == []


@pytest.mark.parametrize("many", [1, 3])
def test_questions_cost_the_same_few_queries_however_many_answered(session, people, takes, many):
    for one in people(*["Ana", "Ben", "Chipo"][:many]):
        takes(one, QUIZ, RIGHT)
    with counted(session) as heard:
        assert coordinating.examined(session, QUIZ, ALL).questions[0].count == many
    assert len(heard) == 2, heard


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_the_indexes_answer_what_is_asked_of_the_whole_ledger(session, release, people, reads):
    course = release.course("hypertension")
    with counted(session) as heard:
        coordinating.table(session, release, course, Filters(since=NOW - DAY))
    asked = [one for one in heard if "FROM entry" in one]
    assert asked
    for statement in asked:
        plan = [row[3] for row in session.execute(text(f"EXPLAIN QUERY PLAN {statement}".replace("?", "'x'")))]
        looks = [step for step in plan if " entry" in step]
        assert looks and all("USING COVERING INDEX" in step for step in looks), plan
