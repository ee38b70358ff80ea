"""Accounts as one meets them: pages, forms and letters."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from lms.app import create_app
from lms.people import store
from tests.conftest import NOW, PASSWORD
from tests.web.accounts import Visitor

ANA = "ana@clinic.example"
ABOUT = {"name": "Ana Torres", "profession": "nurse", "language": "es", "zone": "America/Lima"}


def opened(ana, letters, email=ANA, **about):
    """Ana's browser, once she has opened an account by her letter."""
    ana.submit("/sign-up", email=email)
    link = letters.link()
    return ana.submit(link, link, email=email, password=PASSWORD, **ABOUT | about)


def test_signing_up_takes_an_address_a_letter_and_a_name(browser, letters, session):
    ana = browser()
    assert "on its way" in ana.submit("/sign-up", email=" Ana@Clinic.example ").text
    ((to, subject, text),) = letters.sent
    assert to == ANA and "Hillside Network" in subject and "/welcome/" in text
    answer = ana.submit(letters.link(), email=ANA, password=PASSWORD, **ABOUT)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me")
    page = ana.get("/me").text
    assert "Ana Torres" in page and ANA in page
    learner = store.by_email(session, ANA)
    assert (learner.profession, learner.language, learner.zone) == ("nurse", "es", "America/Lima")


def test_a_link_is_good_once_and_for_its_time(browser, letters, site):
    ana = browser()
    assert opened(ana, letters).status_code == 303
    assert ana.get(letters.link()).status_code == 410
    late = Visitor(site())
    late.submit("/sign-up", email="late@clinic.example")
    late.app.extensions["spoke"].now = lambda: NOW + timedelta(days=2)
    answer = late.get(letters.link())
    assert answer.status_code == 410 and "no longer good" in answer.text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": "  \u202e "}, "in letters"),
        ({"name": "A" * 300}, "200 characters at most"),
        ({"password": "short"}, "at least 10 characters"),
        ({"zone": "Mars/Olympus"}, "no such time zone"),
        ({"licences": "7" * 200}, "ACPE 1234567"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_nothing_typed_is_lost(browser, letters, wrong, said):
    ana = browser()
    ana.submit("/sign-up", email=ANA)
    answer = ana.submit(letters.link(), **{"email": ANA, "password": PASSWORD, **ABOUT, **wrong})
    assert answer.status_code == 422
    assert said in answer.text and 'aria-invalid="true"' in answer.text
    assert 'value="America/Lima"' in answer.text or "zone" in wrong
    assert PASSWORD not in answer.text
    assert opened(browser(), letters).status_code == 303


@pytest.mark.parametrize("name", ["José Ñandú", "مريم الحسيني", "O'Brien-Ångström, Jr.", "王小明", "<b>Ana</b>"])
def test_names_of_all_the_world_stand_as_they_were_written(browser, letters, name):
    ana = browser()
    assert opened(ana, letters, name=name).status_code == 303
    page = ana.get("/me").text
    assert "<b>Ana</b>" not in page
    assert name.replace("<", "&lt;").replace(">", "&gt;").replace("'", "&#39;") in page


def test_which_addresses_have_an_account_is_told_to_their_mailboxes_alone(browser, rosa, letters):
    stranger = browser()
    for path in ("/sign-up", "/forgot"):
        emails = ("rosa@hillside.example", "nobody@hillside.example")
        known, unknown = (stranger.submit(path, email=email).text.replace(email, "") for email in emails)
        assert re.sub(r"weighed [^.]*", "", known) == re.sub(r"weighed [^.]*", "", unknown)
    assert [to.partition("@")[0] for to, _, _ in letters.sent] == ["rosa", "nobody", "rosa"]
    assert "has one" in letters.sent[0][2]


def test_nobody_can_have_letters_poured_into_a_mailbox_or_sent_by_the_hundred(browser, rosa, letters):
    stranger = browser()
    pages = {stranger.submit("/sign-up", email=rosa.email).text for _ in range(9)}
    assert (len(letters.sent), len(pages)) == (3, 1)
    for number in range(60):
        answer = stranger.submit("/sign-up" if number % 2 else "/forgot", email=f"nobody{number}@clinic.example")
    assert answer.status_code == 422 and "Too many attempts" in answer.text
    assert len(letters.sent) < 60


def test_signing_in_leads_where_one_was_going_and_nowhere_else(browser, rosa):
    for next, there in (
        ("/modules/teach-back?x=1", "/modules/teach-back?x=1"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("", "/me"),
    ):
        answer = browser().sign_in(rosa.email, next=next)
        assert (answer.status_code, answer.headers["Location"]) == (303, there)


def test_a_wrong_password_is_told_without_saying_what_is_wrong_and_many_are_paused(browser, rosa):
    visitor = browser()
    said = {
        visitor.sign_in(email, "wrong").text.count("do not belong together") for email in (rosa.email, "x@y.example")
    }
    assert said == {1}
    for _ in range(8):
        answer = visitor.sign_in(rosa.email, "wrong")
    assert "Too many attempts" in answer.text
    assert "Too many attempts" in visitor.sign_in(rosa.email).text


def test_signing_in_gives_a_browser_another_cookie_than_it_came_with(browser, rosa):
    visitor = browser()
    visitor.get("/sign-in")
    planted = visitor.client.get_cookie("spoke").value
    visitor.sign_in(rosa.email)
    thief = browser()
    thief.client.set_cookie("spoke", planted)
    assert thief.get("/me").status_code == 303
    assert visitor.get("/me").status_code == 200


def test_signing_out_ends_it_here_or_everywhere(browser, phone, rosa):
    desk = browser()
    desk.sign_in(rosa.email)
    copied = desk.client.get_cookie("spoke").value
    desk.submit("/me", "/sign-out")
    assert desk.get("/me").status_code == 303
    desk.client.set_cookie("spoke", copied)
    assert desk.get("/me").status_code == 303
    desk.sign_in(rosa.email)
    phone.submit("/me", "/me/sign-out-everywhere")
    assert (phone.get("/me").status_code, desk.get("/me").status_code) == (303, 303)


def test_a_forgotten_password_is_chosen_anew_and_other_browsers_are_out(browser, phone, rosa, letters):
    desk = browser()
    desk.submit("/forgot", email=rosa.email)
    link = letters.link()
    assert desk.submit(link, password="quite another sentence").headers["Location"] == "/me"
    assert (phone.get("/me").status_code, desk.get("/me").status_code) == (303, 200)
    assert desk.get(link).status_code == 410
    assert "was changed" in letters.sent[-1][1]


def test_an_address_changes_once_its_new_owner_says_so(phone, rosa, letters):
    assert phone.submit("/me", "/me/email", email="new@clinic.example", old="wrong").status_code == 422
    assert phone.submit("/me", "/me/email", email="new@clinic.example", old=PASSWORD).status_code == 303
    link = letters.link()
    assert "rosa@hillside.example" in phone.get("/me").text
    assert phone.get(link).status_code == 200  # programs that read letters look too: nothing changes by looking
    assert "rosa@hillside.example" in phone.get("/me").text
    assert phone.submit(link).status_code == 303
    page = phone.get("/me").text
    assert "new@clinic.example" in page and "the address of your account now" in page
    assert letters.sent[-1][0] == "rosa@hillside.example"


def test_a_profile_is_saved_or_says_what_is_wrong(phone):
    given = {**ABOUT, "licences": "acpe 123, ANCC 9"}
    assert phone.submit("/me", "/me/profile", **given).status_code == 303
    page = phone.get("/me").text
    assert "Your profile is saved." in page and 'value="ACPE 123, ANCC 9"' in page
    assert "Your profile is saved." not in phone.get("/me").text
    answer = phone.submit("/me", "/me/profile", **given | {"name": ""})
    assert answer.status_code == 422 and 'id="name-fault"' in answer.text


def test_one_takes_ones_data_along_and_is_gone_when_one_says_so(phone, rosa, session):
    answer = phone.get("/me/data.json")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.json["email"] == rosa.email
    assert phone.submit("/me/erase", old=PASSWORD).status_code == 422
    assert phone.submit("/me/erase", old="wrong", sure="y").status_code == 422
    assert "is erased" in phone.submit("/me/erase", old=PASSWORD, sure="y").text
    assert phone.get("/me").status_code == 303
    session.expire_all()
    assert store.by_email(session, "rosa@hillside.example") is None


def test_no_header_can_be_written_by_an_address_or_a_name(browser, letters):
    visitor = browser()
    for email in ("a@b.example\r\nBcc: all@c.example", "a@b.example,c@d.example", "<a@b.example>", "a b@c.example"):
        assert visitor.submit("/sign-up", email=email).status_code == 422
    assert letters.sent == []


def test_forms_from_elsewhere_are_refused(browser, rosa):
    visitor = browser()
    answer = visitor.client.post("/sign-in", data={"email": rosa.email, "password": PASSWORD})
    assert answer.status_code == 400
    visitor.sign_in(rosa.email)
    for path in ("/sign-out", "/me/profile", "/me/erase", "/me/sign-out-everywhere"):
        assert visitor.client.post(path, data={"sure": "y"}).status_code == 400
    assert visitor.get("/me").status_code == 200


@pytest.mark.parametrize("path", ["/sign-up", "/sign-in", "/forgot", "/me", "/me/erase", "/me/data.json"])
def test_pages_of_accounts_are_kept_nowhere(phone, path):
    answer = phone.get(path)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"


def test_signed_in_pages_are_nobody_elses(phone, browser):
    mine, theirs = phone.get("/modules"), browser().get("/modules")
    assert "RQ</span>" in mine.text and "RQ</span>" not in theirs.text
    assert "private" in mine.headers["Cache-Control"] and "Cookie" in mine.headers["Vary"]
    assert mine.headers["ETag"] != theirs.headers["ETag"]


def test_no_letter_leads_to_where_a_request_said_that_this_site_is(site, rosa, letters):
    evil = "http://evil.example"
    for told, sent in (({"url": ""}, 0), ({}, 1)):
        visitor = Visitor(site(mail_url="smtp://127.0.0.1:9", mail_from="hub@hillside.example", **told))
        page = visitor.get("/forgot", base_url=evil).text
        data = {"csrf_token": re.search(r'name="csrf_token" value="([^"]+)"', page)[1], "email": rosa.email}
        assert visitor.client.post("/forgot", data=data, base_url=evil).status_code == 200
        assert len(letters.sent) == sent
    assert "https://hillside.example/reset/" in letters.sent[0][2]


def test_letters_are_from_the_sites_contact_where_nobody_else_is_named(settings):
    for named, sender in (("", "hub@hillside.example"), ("Ana <ana@hillside.example>", "Ana <ana@hillside.example>")):
        app = create_app(replace(settings, mail_url="smtp://127.0.0.1:9", mail_from=named))
        assert app.extensions["spoke"].post.sender == sender
