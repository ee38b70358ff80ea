"""The coordinator's pages in the browser, and their tables for spreadsheets."""

import csv
import io
from collections.abc import Callable
from random import Random

import pytest
from sqlalchemy import event

from lms import db
from lms.people.service.changing import erase
from lms.people.store import Learner
from lms.progress.service import attempting, learning
from tests.conftest import NOW, PASSWORD
from tests.progress.conftest import form
from tests.web.accounts import Visitor
from tests.web.conftest import words

COURSE, MODULE = "/coordination/courses/hypertension", "/coordination/modules/measuring-bp"
QUESTIONS = "/coordination/questions?of=/modules/measuring-bp"
PAGES = ("/coordination", COURSE, MODULE, QUESTIONS)
TABLES = ("/coordination/activities.csv", f"{COURSE}/learners.csv", QUESTIONS.replace("questions", "questions.csv"))
NASTY = '=HYPERLINK("http://x.example";"y")'


@pytest.fixture
def desk(browser: Callable[[], Visitor], joins: Callable[..., Learner]) -> Visitor:
    """A coordinator, signed in."""
    joins("carmen@hillside.example", "Carmen Flores", "coordinator")
    found = browser()
    found.sign_in("carmen@hillside.example")
    return found


@pytest.fixture
def begins(session, shelf) -> Callable[..., list[Learner]]:
    """Learners of these names who have read a lesson and taken the quiz."""

    def begin(*names: str, group: str = "Lima & Cusco") -> list[Learner]:
        release = shelf.release()
        module = release.module("measuring-bp")
        people = [
            Learner(email=f"{n}@clinic.example", name=name, group=group, opened=NOW) for n, name in enumerate(names)
        ]
        session.add_all(people)
        session.commit()
        for one in people:
            learning.read_lesson(session, release, one.id, module, module.lesson("cuff"), module.edition, NOW)
            attempt = attempting.begin(session, one, module, "quiz", release.id, NOW, Random(1))
            said = {"say.text": NASTY, "sum.text": "120", "tomorrow.text": "A secret of mine"}
            attempting.finish(session, one, attempt.id, form(said), NOW, True)
        return people

    return begin


def table(answer) -> list[list[str]]:
    assert (answer.status_code, answer.content_type) == (200, "text/csv; charset=utf-8")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


@pytest.mark.parametrize("page", [*PAGES, *TABLES])
def test_every_page_is_there_before_anybody_has_begun_and_is_kept_nowhere(desk, page):
    answer = desk.get(page)
    assert answer.status_code == 200
    assert (answer.headers["Cache-Control"], answer.headers["X-Robots-Tag"]) == ("no-store", "noindex")


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("page", [*PAGES, *TABLES])
def test_learners_and_mentors_have_no_business_there(browser, joins, rosa, page):
    joins("mentor@hillside.example", "Mentor", "mentor")
    for address in ("rosa@hillside.example", "mentor@hillside.example"):
        visitor = browser()
        visitor.sign_in(address)
        assert visitor.get(page).status_code == 403
        assert "/coordination" not in visitor.get("/me").text + visitor.get("/learning").text


def test_coordinators_find_the_way_there(desk):
    for page in ("/me", "/learning"):
        assert 'href="/coordination"' in desk.get(page).text


def test_a_course_says_who_is_where(desk, begins):
    begins("Ana Torres", "")
    answer = desk.get(COURSE)
    said = words(answer.text)
    assert "Begun 2 Completed 0" in said
    assert "Ana Torres Lima &amp; Cusco 0 % ◐ 33 % begun, 33 % ○ not yet" in said
    assert "erased account" in said


def test_filters_narrow_down_and_stay_in_links_and_tables(desk, begins):
    begins("Ana Torres", "Ben Okafor")
    begins_elsewhere = desk.get(f"{COURSE}?group=elsewhere")
    assert "none is found" in words(begins_elsewhere.text) and "<option selected>elsewhere" in begins_elsewhere.text
    answer = desk.get(f"{COURSE}?q=OKAF&group=Lima+%26+Cusco&from=2026-11-21&to=2026-11-21")
    assert "Ben Okafor" in answer.text and "Ana Torres" not in answer.text
    assert "/learners.csv?group=Lima+%26+Cusco&amp;from=2026-11-21&amp;to=2026-11-21&amp;q=OKAF" in answer.text
    assert "Did something of it in this time 2" in words(answer.text)


def test_days_are_those_of_the_coordinators_own_zone(desk, begins, session):
    begins("Ana Torres")  # at nine in the morning in Greenwich
    learner = session.query(Learner).filter_by(email="carmen@hillside.example").one()
    assert "Ana Torres" not in desk.get(f"{COURSE}?from=2026-11-22").text
    learner.zone = "Pacific/Kiritimati"  # eleven in the evening
    session.commit()
    assert "Ana Torres" in desk.get(f"{COURSE}?from=2026-11-21&to=2026-11-21").text
    learner.zone = "Pacific/Pago_Pago"  # ten in the evening of the day before
    session.commit()
    assert "Ana Torres" in desk.get(f"{COURSE}?to=2026-11-20").text


@pytest.mark.parametrize(
    "said",
    ["from=2026-13-01", "to=tomorrow", "from=2026-11-02&to=2026-11-01", "from=9999-12-31", "to=%00", "from=²²²²-11-01"],
)
@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_bad_day_is_named_beside_its_field_and_nothing_is_lost(desk, begins, said):
    begins("Ana Torres")
    for page in ("/coordination?", f"{COURSE}?", f"{QUESTIONS}&"):
        answer = desk.get(f"{page}{said}&group=Lima+%26+Cusco&q=a%00na")
        if said == "to=%00":
            assert answer.status_code == 200
            continue
        assert answer.status_code == 422
        assert 'aria-invalid="true"' in answer.text and "selected>Lima &amp; Cusco" in answer.text
    if said != "to=%00":
        assert desk.get(f"{COURSE}/learners.csv?{said}").status_code == 303


@pytest.mark.parametrize(
    "page",
    [
        "/coordination/courses/nothing",
        "/coordination/learners/nothing",
        "/coordination/questions",
        "/coordination/questions?of=/nothing",
        f"{QUESTIONS}&edition=x",
        f"{QUESTIONS}&edition=99999999999999999999",
        f"{QUESTIONS}&kind=practice",
        f"{COURSE}?page=2",
        "/coordination/podcasts/elsewhere/nothing",
    ],
)
@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_what_is_not_there_is_not_found(desk, page):
    assert desk.get(page).status_code == 404


def test_a_table_is_safe_in_a_spreadsheet_and_holds_any_name(desk, begins):
    names = [NASTY, "محمد عبد الرحمن", "Ñ" * 200, 'a,b"c', "@ana"]
    begins(*names)
    answer = desk.get(f"{COURSE}/learners.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="hypertension-2026-11-21.csv"'
    head, *rows = table(answer)
    assert sorted(row[0] for row in rows) == sorted(f"'{n}" if n[0] in "=@" else n for n in names)
    assert {len(row) for row in rows} == {len(head)}
    told = dict(zip(head, rows[0], strict=True))
    assert (told["Last active"], told["Measuring blood pressure"], told["Completed"]) == (NOW.isoformat(), "33", "")
    # A group is text of somebody's too, and so is what was typed into a quiz.
    assert f"'{NASTY}" in desk.get(TABLES[2]).get_data(as_text=True).replace('""', '"')


def test_long_and_strange_names_stand_in_the_page_as_text(desk, begins):
    begins("<script>alert(1)</script>", "محمد " * 40)
    answer = desk.get(COURSE)
    assert "<script>alert" not in answer.text and "<bdi>&lt;script&gt;" in answer.text


def test_questions_say_how_they_do_in_words(desk, begins):
    begins("Ana Torres", "Ben Okafor")
    said = words(desk.get(QUESTIONS).text)
    assert "Counted is the first attempt of each learner" in said
    assert "What does a cuff that reads 6 above 114 say? Answered 2 Right 100 %" in said
    assert "Fewer than 20 answers: the numbers mean little yet." in said
    assert "Large adult (right) 0 · 0 %" in said
    head, *rows = table(desk.get(TABLES[2]))
    about = [dict(zip(head, row, strict=True)) for row in rows]
    cuff = [one for one in about if one["Question"].startswith("Which cuff")]
    assert [(one["Choice or typed answer"], one["Right"], one["Taken"]) for one in cuff] == [
        ("Small adult", "no", "0"),
        ("Large adult", "yes", "0"),
    ]


def test_a_learners_page_tells_tests_and_nothing_that_is_theirs_alone(desk, begins, session, shelf):
    (ana,) = begins("Ana Torres")
    found = desk.get(f"/coordination/learners/{ana.id}")
    said = words(found.text)
    assert "Ana Torres 0@clinic.example · Lima &amp; Cusco" in said and "not passed" in said
    for text in (found.text, *(desk.get(page).text for page in (*PAGES, *TABLES))):
        assert "A secret of mine" not in text


def test_an_erased_learner_is_told_without_a_name(desk, begins, rosa, session, shelf):
    release = shelf.release()
    module = release.module("measuring-bp")
    learning.read_lesson(session, release, rosa.id, module, module.lesson("cuff"), module.edition, NOW)
    erase(session, rosa, PASSWORD, NOW)
    assert "erased account" in desk.get(COURSE).text
    assert "erased account" in desk.get(f"/coordination/learners/{rosa.id}").text
    assert table(desk.get(f"{COURSE}/learners.csv"))[1][:4] == ["", "", "", "erased account"]


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("many", [1, 3])
@pytest.mark.parametrize(
    ("page", "queries"),
    [("/coordination", 4), (COURSE, 5), (f"{COURSE}?state=open&from=2026-11-01", 6), (QUESTIONS, 4)],
)
def test_a_page_costs_the_same_few_queries_however_many_learn(desk, begins, many, page, queries):
    begins(*["Ana", "Ben", "Chipo"][:many])
    desk.get(page)
    heard: list[str] = []

    def hear(_connection, _cursor, statement, *_rest) -> None:
        if not statement.startswith("BEGIN"):
            heard.append(statement)

    with desk.app.app_context():
        engine = db.db.engine
    event.listen(engine, "before_cursor_execute", hear)
    assert desk.get(page).status_code == 200
    event.remove(engine, "before_cursor_execute", hear)
    assert len(heard) == queries, heard


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_long_lists_go_from_page_to_page_with_their_filters(desk, begins):
    begins(*(f"Learner {n:03}" for n in range(51)))
    first = desk.get(f"{COURSE}?q=learner")
    assert "Learner 049" in first.text and "Learner 050" not in first.text
    assert 'rel="next" href="?q=learner&amp;page=2"' in first.text
    second = desk.get(f"{COURSE}?q=learner&page=2")
    assert "Learner 050" in second.text and 'rel="prev"' in second.text
    assert len(table(desk.get(f"{COURSE}/learners.csv"))) == 52
