"""What a learner's page looked up is kept as long as nothing is written anywhere, and not a moment longer."""

import re
from datetime import timedelta

import pytest

from lms.ledger import store as ledger
from lms.ledger.models import Entry
from lms.people.service.entering import sign_out_everywhere
from tests.conftest import NOW
from tests.web.test_erased import LESSON, QUIZ


@pytest.fixture
def asked(phone) -> list[str]:
    """What is asked of the database, once Rosa's phone has the page."""
    phone.get(LESSON)  # it brings the token of its forms
    phone.get(LESSON)
    said: list[str] = []
    engine = phone.app.extensions["spoke"].engine
    opened = [engine.raw_connection() for _ in range(engine.pool.checkedin())]
    for one in opened:
        one.dbapi_connection.set_trace_callback(said.append)
        one.close()
    return said


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_page_that_is_looked_at_again_asks_nothing_while_nothing_is_written(phone, asked, session, rosa):
    before = phone.get(LESSON)
    assert asked == []
    phone.app.extensions["spoke"].now = lambda: NOW + timedelta(minutes=1)
    assert phone.get(LESSON).headers["ETag"] == before.headers["ETag"]
    assert asked != []


def test_what_is_written_elsewhere_is_seen_at_once(phone, session, rosa):
    assert "(read)" not in phone.get(LESSON).text
    read = {"learner": rosa.id, "verb": "read", "activity": QUIZ, "edition": 2, "data": {"lesson": "cuff"}}
    ledger.append(session, [Entry(id="read-0001", happened=NOW, arrived=NOW, **read)])
    session.commit()
    assert "(read)" in phone.get(LESSON).text
    assert "RQ</span>" in phone.get(LESSON).text
    sign_out_everywhere(session, rosa)
    assert "RQ</span>" not in phone.get(LESSON).text
    assert phone.get("/me").status_code == 303


def test_two_learners_at_one_computer_do_not_read_each_others_pages(browser, joins, rosa, phone):
    joins("ana@hillside.example", "Ana Torres")
    phone.submit(LESSON, f"{LESSON}/readings")
    assert "(read)" in phone.get(LESSON).text
    phone.submit("/me", "/sign-out")
    phone.sign_in("ana@hillside.example")
    page = phone.get(LESSON).text
    assert "AT</span>" in page and "(read)" not in page and "RQ</span>" not in page


def test_another_query_has_other_places(phone):
    phone.submit("/notes/new?at=" + LESSON, "/notes", at=LESSON, text="Order two large cuffs.", id="0" * 32)
    for question, found in (("two", True), ("three", False), ("cuffs", True), ("", False)):
        page = phone.get("/search", query_string={"q": question})
        assert ("Order two" in page.text) == found
    for query in ("", "?check=cuff-check", "", "?check=share&text=7"):
        assert phone.get(f"/modules/measuring-bp/cuff{query}").status_code == 200


def test_a_check_is_answered_though_its_lesson_was_just_looked_at(phone):
    phone.get(LESSON)
    check = re.search(r'name="check" value="([^"]+)"', phone.get(LESSON).text)[1]
    for fragment in ("check", ""):
        answer = phone.get(f"{LESSON}?check={check}&choice=x", headers={"X-Fragment": fragment})
        assert answer.status_code == 200 and f'id="check-{check}"' in answer.text
    assert "RQ</span>" in phone.get(LESSON).text


def test_each_search_finds_the_notes_that_answer_it(phone):
    for number, text in enumerate(("Ask for chairs.", "Ask for tea.")):
        phone.submit(f"/notes/new?at={LESSON}", "/notes", at=LESSON, id=f"{number:032x}", text=text)
    assert "Ask for" not in phone.get("/search?q=zebra").text
    assert "Ask for chairs" in phone.get("/search?q=chairs").text
    page = phone.get("/search?q=tea").text
    assert "Ask for tea" in page and "chairs" not in page


def test_two_browsers_of_one_learner_each_have_forms_of_their_own(browser, rosa):
    phone, desk = browser(), browser()
    for one in (phone, desk):
        one.sign_in(rosa.email, next=LESSON)
    tokens = [one.token(LESSON) for one in (phone, desk)]
    for one, token in zip((phone, desk), tokens, strict=True):
        assert one.client.post(f"{LESSON}/readings", data={"csrf_token": token}).status_code == 303
