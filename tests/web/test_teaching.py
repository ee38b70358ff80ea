"""Learning from teaching: asked for by who teaches, decided by another, certified once."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from lms.certificates.store.papers import Issued
from lms.credit.store import Teaching
from lms.ledger import store as ledger
from lms.people.service.changing import erase
from lms.people.store import Learner
from tests.conftest import NOW, PASSWORD
from tests.web.accounts import Visitor
from tests.web.conftest import words
from tests.web.test_credited import asked_of

AT = "/credit/modules/measuring-bp/teaching"
DESK = "/coordination/teaching"
WORDS = "I taught it to six nurses in Cusco. Two asked why legs are not to be crossed, and I had to read it up. " * 2


@pytest.fixture
def mentor(joins: Callable[..., Learner]) -> Learner:
    return joins("maria@hillside.example", "María Condori", "mentor")


@pytest.fixture
def home(browser: Callable[[], Visitor], mentor: Learner) -> Visitor:
    """A mentor's browser."""
    found = browser()
    found.sign_in("maria@hillside.example")
    return found


def ask(browser: Visitor, **said: str):
    return browser.submit(AT, **{"system": "plain", "amount": "1", "reflection": WORDS} | said)


def only(session) -> Teaching:
    session.rollback()
    return session.scalars(select(Teaching)).one()


def decide(desk: Visitor, id: str, decision: str = "approve", answer: str = ""):
    said = {"csrf_token": desk.token("/me"), "decision": decision, "answer": answer}
    return desk.client.post(f"{DESK}/{id}/decision", data=said)


def issued(session) -> list[Issued]:
    session.rollback()
    return list(session.scalars(select(Issued)))


def test_what_is_asked_for_is_approved_and_certified(home, desk, session, mentor):
    assert "up to 1 hour of learning" in words(home.get(AT).text)
    assert ask(home).status_code == 303
    assert "has yet to decide" in words(home.get(AT).text)
    assert "1 waits" in words(desk.get("/coordination/credit").text)
    id = only(session).id
    assert "María Condori" in words(desk.get(DESK).text)
    assert "six nurses in Cusco" in desk.get(f"{DESK}/{id}").text
    assert decide(desk, id, answer="Well done").status_code == 303
    (made,) = issued(session)
    assert (made.completion, made.claimed) == (id, "1")
    assert '"kind":"teaching"' in made.snapshot and '"medium":"teaching"' in made.snapshot
    mine = home.get(AT).text
    assert f"/certificates/{made.id}" in mine and "Well done" in mine
    assert home.get(f"/certificates/{made.id}").status_code == 200
    assert "Learning from teaching" in desk.get(f"/coordination/certificates/{made.id}").text
    assert "approved" in words(desk.get(DESK).text)
    assert [entry.verb for entry in ledger.of(session, mentor.id)] == ["taught", "claimed"]


def test_what_is_sent_back_can_be_asked_for_again(home, desk, session):
    ask(home)
    id = only(session).id
    assert decide(desk, id, "decline", " ").status_code == 422
    assert decide(desk, id, "decline", "Tell us when").status_code == 303
    page = home.get(AT).text
    assert "Tell us when" in page and "six nurses" in page
    assert ask(home, reflection=WORDS + "In March.").status_code == 303
    assert only(session).id == id and only(session).approved is None
    assert decide(desk, id).status_code == 303
    assert len(issued(session)) == 1


def test_nobody_decides_about_their_own_or_twice(desk, home, browser, joins, session):
    ask(desk)
    id = only(session).id
    assert "Nobody decides about their own" in words(desk.get(f"{DESK}/{id}").text)
    assert decide(desk, id).status_code == 409
    assert issued(session) == []
    joins("grace@hillside.example", "Grace Lindqvist", "administrator")
    other = browser()
    other.sign_in("grace@hillside.example")
    assert [decide(other, id).status_code, decide(other, id).status_code] == [303, 409]
    assert decide(other, id, "decline", "After all not").status_code == 409
    assert len(issued(session)) == 1


def test_it_is_asked_for_once_an_edition(home, session):
    said = {"csrf_token": home.token(AT), "system": "plain", "amount": "0.5", "reflection": WORDS}
    assert ask(home).status_code == 303
    assert home.client.post(AT, data=said).status_code == 303
    assert only(session).claimed == "1"


@pytest.mark.parametrize(
    ("said", "code", "words_said"),
    [
        ({"amount": "1.25"}, 422, "The nearest that can: 1."),
        ({"amount": "0.3"}, 422, "The nearest that can: 0.25 or 0.5."),
        ({"amount": "0"}, 422, "The nearest"),
        ({"amount": "NaN"}, 422, "The nearest"),
        ({"reflection": "Too little."}, 422, "at least 100 letters"),
        ({"reflection": "x" * 5_001}, 422, "at most 5,000 letters"),
        ({"system": "AMA"}, 409, "offers nothing of this system"),
        ({"system": "no such"}, 409, "offers nothing of this system"),
    ],
)
@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_what_cannot_be_asked_for_is_said_and_nothing_typed_is_lost(home, session, said, code, words_said):
    answer = ask(home, **said)
    assert answer.status_code == code
    assert words_said in answer.text and 'aria-invalid="true"' in answer.text
    assert said.get("reflection", "six nurses") in answer.text
    assert session.scalars(select(Teaching)).all() == []


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_learners_may_not_ask_and_mentors_may_not_decide(phone, home, session):
    assert phone.get(AT).status_code == 403
    said = {"csrf_token": phone.token("/me"), "system": "plain", "amount": "1", "reflection": WORDS}
    assert phone.client.post(AT, data=said).status_code == 403
    ask(home)
    id = only(session).id
    for page in (DESK, f"{DESK}/{id}"):
        assert home.get(page).status_code == 403
    assert decide(home, id).status_code == 403
    assert home.client.post(f"{DESK}/{id}/certificate", data={"csrf_token": home.token("/me")}).status_code == 403


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_what_is_not_there_is_not_found(home, desk):
    for page in ("modules/nothing", "modules/medir-la-presion", "podcasts/elsewhere/nothing"):
        assert home.get(f"/credit/{page}/teaching").status_code == 404
    assert desk.get(f"{DESK}/nothing").status_code == 404
    assert decide(desk, "nothing").status_code == 404
    assert decide(desk, "nothing", "decline", "No such").status_code == 404
    assert desk.client.post(f"{DESK}/nothing/certificate", data={"csrf_token": desk.token("/me")}).status_code == 404
    assert decide(desk, "nothing", "whatever").status_code == 400


def test_a_clock_that_went_back_leaves_it_approved_to_be_certified_later(home, desk, session, rosa, issues, app_of):
    from datetime import timedelta

    ask(home)
    issues(rosa, NOW + timedelta(days=1))
    id = only(session).id
    answer = decide(desk, id)
    assert answer.status_code == 409 and "clock" in answer.text and "Issue the certificate" in answer.text
    assert only(session).approved and len(issued(session)) == 1
    assert "approved, without a certificate" in words(desk.get(DESK).text)
    app_of(desk).now = lambda: NOW + timedelta(days=2)
    again = [desk.submit(f"{DESK}/{id}", f"{DESK}/{id}/certificate")]
    said = {"csrf_token": desk.token("/me")}
    again.append(desk.client.post(f"{DESK}/{id}/certificate", data=said))
    assert again[0].status_code == 303 and again[0].location == again[1].location
    assert len(issued(session)) == 2


@pytest.fixture
def app_of():
    return lambda browser: browser.app.extensions["spoke"]


def test_of_an_erased_account_nothing_is_certified(home, desk, session, mentor):
    from lms.credit import store

    ask(home)
    id = only(session).id
    session.refresh(mentor)
    erase(session, mentor, PASSWORD, NOW, [lambda session, one: store.forget(session, one.id)])
    assert "erased account" in words(desk.get(DESK).text)
    answer = decide(desk, id)
    assert answer.status_code == 409 and "This account is erased" in answer.text
    assert only(session).decided is None
    assert decide(desk, id, "decline", "The account is gone").status_code == 303
    assert issued(session) == []


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_what_is_offered_no_more_cannot_be_approved(home, desk, session):
    ask(home)
    asked = only(session)
    asked.claimed = "9"
    session.commit()
    answer = decide(desk, asked.id, answer="Gladly")
    assert answer.status_code == 409 and "does not offer this much" in answer.text and "Gladly" in answer.text
    assert only(session).decided is None


def test_the_database_is_asked_as_often_for_three_requests_as_for_one(desk, session):
    counts = []
    for number in (1, 2):
        for n in range(number):
            who = Learner(
                email=f"{number}{n}@x.example", name=f"Mentor {number}{n}", roles=["learner", "mentor"], opened=NOW
            )
            session.add(who)
            session.flush()
            about = {"learner_id": who.id, "activity": "/modules/measuring-bp", "edition": 2, "system": "plain"}
            session.add(Teaching(id=f"{number}{n}", claimed="1", reflection=WORDS, asked=NOW, answer="", **about))
        session.commit()
        desk.get(DESK)
        with asked_of(desk) as heard:
            assert desk.get(DESK).status_code == 200
        counts.append(len(heard))
    assert counts[0] == counts[1] <= 4
