"""The way to a certificate: each step says what is next, none is skipped, and none is taken twice."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.certificates.store.papers import Issued
from lms.credit.models import Front
from lms.credit.rules.fronts import digest
from lms.credit.store import Evaluated, FrontShown, Opinion
from lms.ledger import store as ledger
from lms.ledger.models import Entry
from lms.people.store import Learner
from tests.conftest import NOW
from tests.web.accounts import Visitor
from tests.web.conftest import words

AT = "/modules/measuring-bp"
WAY = f"/credit{AT}"


def complete(session: Session, learner: Learner, activity: str = AT, edition: int = 2, number: int = 1) -> None:
    """As if all of it were done."""
    entry = Entry(
        id=f"completed-{number}{learner.id}",
        learner=learner.id,
        verb="completed",
        activity=activity,
        edition=edition,
        revision="0123456789abcdef",
        happened=NOW,
        arrived=NOW,
        data={"credit": [{"system": "plain", "hours": "0.5"}], "parts": []},
    )
    ledger.append(session, [entry])
    session.commit()


def begin(browser: Visitor) -> None:
    assert browser.submit("/me", f"{WAY}/beginnings").status_code == 303


def evaluate(browser: Visitor) -> None:
    page = browser.get(f"{WAY}/evaluation").text
    said = {"csrf_token": browser.token(f"{WAY}/evaluation")}
    for name, value in re.findall(r'<input[^>]*type="radio"[^>]*name="([^"]+)"[^>]*value="([^"]+)"', page):
        said[name] = value
    for group in set(re.findall(r'<input[^>]*type="checkbox"[^>]*name="([^"]+)"', page)):
        said[group] = re.search(rf'name="{group}"[^>]*value="([^"]+)"', page)[1]
    assert browser.client.post(f"{WAY}/evaluation", data=said).status_code == 303


def claim(browser: Visitor, amount: str = "0.5", system: str = "plain"):
    return browser.submit("/me", f"{WAY}/claims", amount=amount, system=system)


def certificates(session: Session) -> int:
    session.commit()
    return len(session.scalars(select(Issued)).all())


@pytest.fixture
def ready(phone: Visitor, session: Session, rosa: Learner) -> Visitor:
    """Rosa's phone, with only the claim left to make."""
    begin(phone)
    complete(session, rosa)
    evaluate(phone)
    return phone


def next_step(page: str) -> str:
    return words(re.search(r'<li class="next".*?<h2>(.*?)<', page, re.DOTALL)[1])


def test_each_step_says_what_is_next(phone: Visitor, session: Session, rosa: Learner):
    assert next_step(phone.get(WAY).text) == "Know what you begin"
    begin(phone)
    assert next_step(phone.get(WAY).text) == "Complete it"
    complete(session, rosa)
    assert next_step(phone.get(WAY).text) == "Say what it was like"
    evaluate(phone)
    assert next_step(phone.get(WAY).text) == "Claim your credit"
    answer = claim(phone)
    assert answer.status_code == 303
    assert 'class="next"' not in phone.get(WAY).text
    page = phone.get(answer.location)
    assert page.status_code == 200
    assert "Measuring blood pressure" in words(page.text)


def test_no_step_is_skipped(phone: Visitor, session: Session, rosa: Learner):
    assert claim(phone).location == WAY
    assert phone.submit("/me", f"{WAY}/evaluation").location == WAY
    complete(session, rosa)
    assert claim(phone).location == WAY
    # What was said before it began is still to be read.
    evaluate(phone)
    assert claim(phone).location == WAY
    assert certificates(session) == 0


def test_what_was_shown_is_kept_and_who_began_with_it(phone: Visitor, session: Session, rosa: Learner):
    begin(phone)
    begin(phone)
    entries = ledger.of(session, rosa.id, verbs=["began"])
    assert len(entries) == 1
    said = session.get(FrontShown, entries[0].data["shown"])
    front = Front.model_validate_json(said.said)
    assert digest(front) == said.digest
    assert [member.name for member in front.faculty][:2] == ["Rosa Quispe", "Daniel Okafor"]


def test_who_begins_the_quiz_has_begun(phone: Visitor, session: Session, rosa: Learner):
    phone.submit(f"{AT}/quiz", f"{AT}/attempts")
    assert [entry.verb for entry in ledger.of(session, rosa.id, verbs=["began"])] == ["began"]


@pytest.mark.parametrize("amount", ["0.3", "0", "-0.25", "0.75", "1e3", "", "half", "0.5.5", "∞", "0" * 400])
def test_only_whole_steps_up_to_the_offer_are_claimed(ready: Visitor, session: Session, amount: str):
    answer = claim(ready, amount)
    assert answer.status_code == 422
    assert "The nearest that can" in words(answer.text)
    assert certificates(session) == 0


@pytest.mark.parametrize("amount", ["0.25", "0,5", " 0.50 "])
def test_steps_are_claimed_as_they_are_typed(ready: Visitor, session: Session, amount: str):
    assert claim(ready, amount).location.startswith("/certificates/")
    assert certificates(session) == 1


def test_clicked_twice_it_is_one_certificate(ready: Visitor, session: Session):
    assert claim(ready).location == claim(ready, "0.25").location
    assert certificates(session) == 1


def test_a_system_that_is_not_offered_cannot_be_claimed(ready: Visitor, session: Session):
    for system in ("AMA", "nonsense", ""):
        assert claim(ready, "0.5", system).location == WAY
    assert certificates(session) == 0


def test_after_its_last_day_nothing_is_claimed(site: Callable[..., Flask], session: Session, rosa: Learner):
    app = site()
    phone = Visitor(app)
    phone.sign_in(rosa.email)
    begin(phone)
    complete(session, rosa)
    evaluate(phone)
    app.extensions["spoke"].now = lambda: NOW + timedelta(days=800)
    app.extensions["spoke"].clock = lambda: (NOW + timedelta(days=800)).date()
    phone.sign_in(rosa.email)
    assert claim(phone).status_code == 303
    assert "Its credit has ended" in words(phone.get(WAY).text)
    assert certificates(session) == 0


def test_what_is_said_in_the_form_is_kept_apart_from_the_name(ready: Visitor, session: Session, rosa: Learner):
    said = session.scalars(select(Opinion)).all()
    assert [(one.learner_id, one.activity, one.period) for one in said] == [(None, AT, "2026-11")]
    assert [row.learner_id for row in session.scalars(select(Evaluated))] == [rosa.id]
    # It is filled in once.
    assert ready.get(f"{WAY}/evaluation").location == WAY


def test_a_form_left_open_says_where_and_keeps_what_was_written(phone: Visitor, session: Session, rosa: Learner):
    complete(session, rosa)
    answer = phone.submit(f"{WAY}/evaluation", **{"said-better": "More about children."})
    assert answer.status_code == 422
    assert "More about children." in answer.text
    assert session.scalars(select(Opinion)).all() == []


def test_a_certificate_is_its_holders_alone(
    ready: Visitor, browser: Callable[[], Visitor], joins: Callable[..., Learner]
):
    at = claim(ready).location
    ana = browser()
    ana.sign_in(joins("ana@hillside.example", "Ana Condori").email)
    for page in (at, f"{at}/certificate.pdf", f"{at}/preview.png"):
        assert ana.get(page).status_code == 404
    assert ana.submit("/me", f"{at}/name", shown="match").status_code == 404
    assert browser().get(at).status_code == 303


def test_its_holder_takes_it_along(ready: Visitor):
    at = claim(ready).location
    pdf, picture = ready.get(f"{at}/certificate.pdf"), ready.get(f"{at}/preview.png")
    assert pdf.data.startswith(b"%PDF-")
    assert picture.data.startswith(b"\x89PNG")
    assert {pdf.headers["Cache-Control"], picture.headers["Cache-Control"]} == {"no-store"}


def test_its_holder_says_how_the_name_shows(ready: Visitor):
    at = claim(ready).location
    assert 'value="full" checked' in ready.get(at).text
    ready.submit(at, f"{at}/name", shown="initials")
    assert 'value="initials" checked' in ready.get(at).text
    ready.submit(at, f"{at}/name", shown="nonsense")
    assert 'value="initials" checked' in ready.get(at).text


def test_a_new_edition_is_a_new_way_and_the_old_certificate_stays(ready: Visitor, session: Session, rosa: Learner):
    at = claim(ready).location
    # As if edition 2 had been the one before: the ledger has one of edition 1 as well.
    complete(session, rosa, edition=1, number=2)
    assert ready.get(at).status_code == 200
    assert certificates(session) == 1
    assert claim(ready).location == at


def test_what_gives_no_credit_has_no_way(phone: Visitor):
    assert phone.get("/credit/modules/nothing").status_code == 404
    assert phone.get("/credit/modules/medir-la-presion").status_code == 404


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_site_without_an_address_issues_nothing_under_one_that_a_browser_says(
    site: Callable[..., Flask], session: Session, rosa: Learner, caplog: pytest.LogCaptureFixture
):
    phone = Visitor(site(url=""))
    phone.sign_in(rosa.email)
    begin(phone)
    complete(session, rosa)
    evaluate(phone)
    said = {"csrf_token": phone.token("/me"), "amount": "0.5", "system": "plain"}
    for cookie in list(phone.client._cookies.values()):
        phone.client.set_cookie(cookie.key, cookie.value, domain="evil.example")
    answer = phone.client.post(f"{WAY}/claims", data=said, base_url="http://evil.example")
    assert answer.status_code == 409
    assert "has not been told its own address" in words(answer.text)
    assert "LMS_URL" in caplog.text
    assert certificates(session) == 0
    # On the machine that runs it, one may try it out.
    assert claim(phone).location.startswith("/certificates/")
