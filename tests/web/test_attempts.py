"""Quizzes in the browser, without script: begun, answered, handed in, and what nobody is told before the end."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from lms import db
from lms.config import Settings
from lms.ledger import store as ledger
from lms.library.service import Published
from lms.library.shelf import Shelf
from lms.people.models import Profile
from lms.people.service.entering import enter
from lms.people.service.opening import invite, open_account
from lms.progress.store.attempts import Attempt
from tests.conftest import NOW, PASSWORD
from tests.web.conftest import serve, words

QUIZ, TEST = "/modules/measuring-bp", "/courses/hypertension"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def site(settings: Settings, database_urls: Callable[[str], str]) -> Iterator[Flask]:
    """The cast, served with a database of its own; `site.now` is what its clock says."""
    app = serve(replace(settings, database_url=database_urls("sqlite")))
    app.extensions["spoke"].now = lambda: app.extensions["now"]
    app.extensions["now"] = NOW
    yield app
    with app.app_context():
        db.db.session.remove()
        db.db.engine.dispose()


@pytest.fixture
def joins(site: Flask) -> Callable[[str], FlaskClient]:
    """The browser of a new learner, signed in: `joins("rosa")`."""
    return lambda name: signed_in(site, name)


def signed_in(site: Flask, name: str) -> FlaskClient:
    client = site.test_client()
    with site.app_context():
        letter = invite(db.db.session, f"{name}@hillside.example", NOW)
        learner = open_account(
            db.db.session, letter.token, Profile(name=name.title(), zone="America/Lima"), PASSWORD, NOW
        )
        token = enter(db.db.session, learner, "test", NOW)
        with client.session_transaction() as session:
            session["_user_id"] = token
        site.extensions[name] = learner.id
    return client


@pytest.fixture
def rosa(joins: Callable[[str], FlaskClient]) -> FlaskClient:
    return joins("rosa")


def entries(site: Flask, name: str = "rosa") -> list:
    with site.app_context():
        # That credit was begun is the matter of test_claiming.
        return [one for one in ledger.of(db.db.session, site.extensions[name]) if one.verb != "began"]


def token(client: FlaskClient) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', client.get("/me").text)[1]


def begin(client: FlaskClient, url: str = QUIZ, **fields: str) -> str:
    """Begin an attempt; returns where it is."""
    response = client.post(f"{url}/attempts", data={"csrf_token": token(client), **fields})
    assert response.status_code == 303
    return response.location


def filled(client: FlaskClient, at: str, **said: str) -> dict[str, list[str]]:
    """The fields of an attempt's page as a browser would send them, with these answers, by question and label."""
    html = client.get(at).text
    fields: dict[str, list[str]] = {}
    for tag in re.findall(r"<input [^>]*>", html):
        name, value = (re.search(rf'{one}="([^"]*)"', tag) for one in ("name", "value"))
        if name and 'type="search"' not in tag and ("type" not in tag or 'type="hidden"' in tag or " checked" in tag):
            fields.setdefault(name[1], []).append(unescape(value[1]) if value else "")
    for question, answer in said.items():
        section = re.search(rf'<section [^>]*id="q-{question}".*?</section>', html, re.DOTALL)[0]
        if "choice" in section:
            keys = {
                words(text).strip(): key for key, text in re.findall(r'value="(\w+)"[^>]*> <span>(.*?)</span>', section)
            }
            fields[f"{question}.choice"] = [keys[one] for one in answer.split("|")]
        elif 'class="order"' in section:
            names = re.findall(r'name="([^"]+place-\w+)" aria-label="Place of: ([^"]+)"', section)
            fields |= {name: [str(answer.split("|").index(text) + 1)] for name, text in names}
        elif 'class="match"' in section:
            rows = re.findall(
                r"<label><span>(.*?)</span>\s*<select name=\"([^\"]+)\">(.*?)</select>", section, re.DOTALL
            )
            for (_, name, options), wanted in zip(
                sorted(rows), [pair.split("=")[1] for pair in sorted(answer.split("|"))], strict=True
            ):
                fields[name] = [key for key, text in re.findall(r'value="(\w+)">([^<]+)<', options) if text == wanted]
        else:
            fields[f"{question}.text"] = [answer]
    return fields


RIGHT = {
    "cuff": "Large adult",
    "high": "Crossed legs|A full bladder",
    "sum": "120",
    "say": "teach back",
    "steps": "Rest five minutes|Put the cuff on|Read",
    "match": "24 cm=Small adult|36 cm=Large adult",
    "tomorrow": "Write the size down",
}


def hand_in(client: FlaskClient, at: str, sure: str = "1", **said: str):
    return client.post(at, data=filled(client, at, **said) | {"sure": sure})


# -- The way through ------------------------------------------------------------------------------------------------


def test_who_is_not_signed_in_is_told_to_and_brought_back(client: FlaskClient) -> None:
    html = client.get(f"{QUIZ}/quiz").text
    assert f'href="/sign-in?next={QUIZ}/quiz"' in html
    assert "<form" not in html.partition('id="take"')[2].partition("</section>")[0]


@pytest.mark.parametrize("url", [QUIZ, "/webinars/stroke-in-the-clinic", "/podcasts/ward-round/2026-03-04-sepsis"])
def test_every_kind_of_activity_has_its_quiz_taken(rosa: FlaskClient, url: str) -> None:
    at = begin(rosa, url)
    assert re.fullmatch(r"/attempts/[\w-]{20,}", at)
    assert rosa.get(at).status_code == 200
    assert at in rosa.get(f"{url}/quiz").text


def test_a_quiz_is_failed_read_practised_and_passed(site: Flask, rosa: FlaskClient) -> None:
    at = begin(rosa)
    answer = hand_in(rosa, at, **RIGHT | {"cuff": "Small adult", "high": "Crossed legs", "sum": "7"})
    assert (answer.status_code, answer.location) == (303, at)
    text = words(rosa.get(at).text)
    for said in (
        "58 %",
        "Not passed yet.",
        "It takes 75 % to pass.",
        "Too small: it reads high.",
        "Read the range on the cuff.",
    ):
        assert said in text
    for said in ("1 of 2 found", "120 ± 5 mmHg", "Read again:", "Write the size down", "Many write the cuff's size"):
        assert said in unescape(text)
    practice = rosa.post(f"{at}/practice", data={"csrf_token": token(rosa)}).location
    assert set(re.findall(r'id="q-(\w+)"', rosa.get(practice).text)) == {"cuff", "high", "sum"}
    hand_in(rosa, practice, cuff="Large adult", high=RIGHT["high"], sum="120")
    assert "All right now." in rosa.get(practice).text
    # The pause is of ten minutes.
    page = words(rosa.get(f"{QUIZ}/quiz").text)
    assert "The next attempt can begin from 21 November 2026, 4:10 am" in page.replace("\u202f", " ")
    site.extensions["now"] = NOW + 10 * MINUTE
    assert "2 attempts are left." in words(rosa.get(f"{QUIZ}/quiz").text)
    again = begin(rosa)
    hand_in(rosa, again, **RIGHT)
    assert "Passed." in rosa.get(again).text
    assert [(one.verb, one.data["score"]) for one in entries(site)] == [
        ("attempted", "7/12"),
        ("practised", "1"),
        ("attempted", "1"),
    ]


def test_what_is_saved_is_filled_in_again_on_another_device(site: Flask, rosa: FlaskClient) -> None:
    at = begin(rosa)
    saved = rosa.post(f"{at}/answers", data=filled(rosa, at, cuff="Large adult", say="teach <back>"))
    assert (saved.status_code, saved.location) == (303, at)
    html = rosa.get(at).text
    assert "Your answers are saved." in html
    assert 'value="teach &lt;back&gt;"' in html
    assert len(re.findall(r" checked", html)) == 1
    assert "5 of 7 questions are not answered yet" in words(html)


def test_unanswered_questions_are_named_before_it_is_over(site: Flask, rosa: FlaskClient) -> None:
    at = begin(rosa)
    answer = hand_in(rosa, at, sure="", cuff="Large adult")
    page = rosa.get(answer.location).text
    assert "Not everything is answered." in page
    assert len(re.findall(r'<a href="#q-', page.partition('id="_sure"')[2].partition("</div>")[0])) == 6
    assert entries(site) == []
    hand_in(rosa, at)
    assert len(entries(site)) == 1


def test_a_second_click_a_replay_and_another_tab_come_to_the_same_verdict(site: Flask, rosa: FlaskClient) -> None:
    at = begin(rosa)
    assert begin(rosa) == at
    fields = filled(rosa, at, **RIGHT) | {"sure": "1"}
    places = [rosa.post(at, data=fields).location for _ in range(3)]
    rosa.post(f"{at}/answers", data=fields | {"say.text": "another"})
    assert places == [at] * 3
    assert len(entries(site)) == 1
    assert "Passed." in rosa.get(at).text


def test_time_that_is_over_is_said_in_words(site: Flask, rosa: FlaskClient) -> None:
    at = begin(rosa)
    _limit(site, at, NOW + 10 * MINUTE)
    assert "Hand in by 4:10 am" in words(rosa.get(at).text).replace("\u202f", " ")
    fields = filled(rosa, at, **RIGHT) | {"sure": "1"}
    site.extensions["now"] = NOW + 11 * MINUTE
    rosa.post(at, data=fields)
    assert "Time ran out" in rosa.get(at).text
    assert entries(site)[0].data["score"] == "0"


def _limit(site: Flask, at: str, until) -> None:
    with site.app_context():
        db.db.session.get(Attempt, at.rpartition("/")[2]).until = until
        db.db.session.commit()


def test_a_script_is_told_what_is_left_and_when_it_is_over(site: Flask, rosa: FlaskClient) -> None:
    at = begin(rosa)
    fields = filled(rosa, at, say="teach back") | {"say.made": "5"}
    answer = rosa.post(f"{at}/answers", data=fields, headers={"X-Fragment": "left"})
    assert (answer.status_code, "<html" in answer.text) == (200, False)
    assert "6 of 7 questions are not answered yet" in words(answer.text)
    hand_in(rosa, at)
    assert rosa.post(f"{at}/answers", data=fields, headers={"X-Fragment": "left"}).status_code == 409


def test_an_earlier_edition_does_not_count(site: Flask, rosa: FlaskClient) -> None:
    for _ in range(3):
        hand_in(rosa, begin(rosa))
        site.extensions["now"] += 10 * MINUTE
    assert "All 3 attempts have been used." in rosa.get(f"{QUIZ}/quiz").text
    with site.app_context():
        for one in db.db.session.query(Attempt):
            one.edition = 9
        db.db.session.commit()
    assert "asks to be taken again" in rosa.get(f"{QUIZ}/quiz").text
    begin(rosa)


def test_beside_what_was_wrong_stands_where_to_read_again(rosa: FlaskClient) -> None:
    at = begin(rosa)
    hand_in(rosa, at, cuff="Small adult", sum="7")
    html = rosa.get(at).text
    parts = [part.partition('"') for part in html.split('id="q-')[1:]]
    links = {id: found[1] for id, _, part in parts if (found := re.search(r'Read again: <a href="([^"]+)"', part))}
    # A check of the lesson is of the same objective; of the other questions the module alone is known.
    assert (links["cuff"], links["sum"]) == (f"{QUIZ}/cuff", QUIZ)


@pytest.mark.parametrize("gone", ["/modules/gone", "/modules/teach-back"])
def test_a_quiz_that_vanishes_meanwhile_is_ended_and_its_verdict_stays(
    site: Flask, rosa: FlaskClient, gone: str
) -> None:
    at = begin(rosa)
    with site.app_context():
        db.db.session.get(Attempt, at.rpartition("/")[2]).activity = gone
        db.db.session.commit()
    hand_in(rosa, at, **RIGHT | {"cuff": "Small adult"})
    text = words(rosa.get(at).text)
    for said in ("83 %", "Passed.", "Too small: it reads high.", "Practise what was wrong"):
        assert said in text
    assert entries(site)[0].activity == gone


def test_a_verdict_is_the_same_whatever_is_published_afterwards(
    rosa: FlaskClient, site: Flask, cast: Path, data: Path, publisher: Callable[..., Published]
) -> None:
    at = begin(rosa)
    hand_in(rosa, at, **RIGHT | {"cuff": "Small adult"})
    before = words(rosa.get(at).text)
    quiz = cast / "modules" / "measuring-bp" / "quiz.md"
    quiz.write_text(quiz.read_text().replace("- [ ] Small adult", "- [x] Small adult").replace("pass: 75", "pass: 100"))
    assert not publisher(cast).refused
    house = site.extensions["spoke"]
    house.shelf = Shelf(data)
    assert "Pass mark 100 %" in words(rosa.get(f"{QUIZ}/quiz").text)
    assert words(rosa.get(at).text) == before


# -- Courses --------------------------------------------------------------------------------------------------------


def test_a_course_has_a_test_before_and_after_and_tells_the_gain(site: Flask, rosa: FlaskClient) -> None:
    assert "What do you know already?" in rosa.get(TEST).text
    before = begin(rosa, TEST, kind="pre")
    hand_in(rosa, before, enough="One")
    html = rosa.get(before).text
    assert "This is where you begin." in html
    assert "0 %" in html
    for told in ("One is chance.", "Five quiet minutes.", "Two or more", "q-enough", "Practise"):
        assert told not in html
    assert rosa.post(f"{before}/practice", data={"csrf_token": token(rosa)}).status_code == 404
    assert "Before the course you had 0 %." in rosa.get(TEST).text
    after = begin(rosa, TEST, kind="post")
    hand_in(rosa, after, enough="Two or more", rest="5")
    for page in (after, TEST, f"{TEST}/quiz"):
        text = words(rosa.get(page).text)
        assert "Before 0 %, after 100 %" in text
        assert "100 percentage points more than before the course." in text
    assert "One is chance." in rosa.get(after).text
    assert [one.data["kind"] for one in entries(site)] == ["pre", "post"]


def test_a_test_before_is_not_begun_twice_nor_after_the_other(site: Flask, joins) -> None:
    ana = joins("ana")
    hand_in(ana, begin(ana, TEST, kind="post"))
    assert begin(ana, TEST, kind="pre") == f"{TEST}/quiz#take"
    assert "would say nothing" in ana.get(f"{TEST}/quiz").text
    for kind in ("quiz", "practice", ""):
        form = {"csrf_token": token(ana), "kind": kind}
        assert ana.post(f"{TEST}/attempts", data=form).status_code == 404
    # A module's is a quiz, whatever a form says.
    begin(ana, QUIZ, kind="pre")
    hand_in(ana, begin(ana, QUIZ))
    assert entries(site, "ana")[-1].data["kind"] == "quiz"


# -- Who may ---------------------------------------------------------------------------------------------------------


def test_anothers_attempt_is_not_there(rosa: FlaskClient, joins) -> None:
    at, ana = begin(rosa), joins("ana")
    own = token(ana)
    assert ana.get(at).status_code == 404
    for path in (at, f"{at}/answers", f"{at}/practice"):
        assert ana.post(path, data={"csrf_token": own, "sure": "1"}).status_code == 404
    assert ana.get("/attempts/nothing").status_code == 404


def test_who_is_signed_out_meanwhile_is_brought_to_the_way_in(site: Flask, rosa: FlaskClient) -> None:
    at = begin(rosa)
    fields = filled(rosa, at, **RIGHT)
    stranger = site.test_client()
    answer = stranger.post(at, data=fields)
    assert (answer.status_code, answer.location) == (303, at)
    assert stranger.get(at).location == f"/sign-in?next={at}"
    assert stranger.post(f"{at}/answers", data=fields).location == at
    assert stranger.post(f"{at}/answers", data=fields, headers={"X-Fragment": "left"}).status_code == 401
    assert stranger.post(f"{QUIZ}/attempts").location == f"{QUIZ}/quiz"
    assert entries(site) == []


def test_without_the_token_of_the_page_nothing_is_taken(site: Flask, rosa: FlaskClient) -> None:
    at = begin(rosa)
    fields = filled(rosa, at, **RIGHT) | {"csrf_token": "forged", "sure": "1"}
    assert rosa.post(at, data=fields).location == at
    assert "That page was out of date" in rosa.get(at).text
    assert entries(site) == []


@pytest.mark.parametrize("path", ["/modules/nothing", "/modules/medir-la-presion", "/courses/nothing"])
def test_where_there_is_no_quiz_none_is_begun(rosa: FlaskClient, path: str) -> None:
    form = {"csrf_token": token(rosa)}
    assert rosa.post(f"{path}/attempts", data=form).status_code == 404


def test_more_than_a_form_may_hold_is_refused(rosa: FlaskClient) -> None:
    at = begin(rosa)
    fields = filled(rosa, at) | {"say.text": "x" * 9_000_000}
    assert rosa.post(at, data=fields).status_code == 413


# -- What nobody is told --------------------------------------------------------------------------------------------


def test_no_page_tells_what_is_right_before_the_end(site: Flask, rosa: FlaskClient) -> None:
    """Every address there is, asked by who has attempts open, by hand and by script."""
    places = [begin(rosa), begin(rosa, TEST, kind="pre"), begin(rosa, "/webinars/stroke-in-the-clinic")]
    release = site.extensions["spoke"].shelf.release()
    secret = {
        "it reads high. Too small",
        "Too small: it reads high.",
        "Yes: its range includes 36 cm.",
        "Read the range on the cuff.",
        "One is chance.",
        "Yes: and their mean.",
        "Five quiet minutes.",
        "Two, a minute apart.",
        "Not by itself.",
        "Treatment depends on it.",
        "say it back",
        "Many write the cuff",
    }
    paths = [*places, *(f"{place}?finish=1" for place in places), *release.urls(), "/", "/feed.xml", "/sitemap.xml"]
    paths += [f"{url}/quiz" for url in (QUIZ, TEST, "/webinars/stroke-in-the-clinic")]
    paths += ["/search?q=cuff", "/search?q=reads+high", "/search?q=quiet+minutes", "/me", "/me/data.json", "/nothing"]
    paths += [str(rule) for rule in site.url_map.iter_rules() if "GET" in rule.methods and "<" not in str(rule)]
    paths += [f"{place}/answers" for place in places]
    for client in (rosa, site.test_client()):
        for path in dict.fromkeys(paths):
            for accept in ("text/html", "application/json"):
                text = unescape(client.get(path, headers={"Accept": accept}).data.decode(errors="replace"))
                assert [one for one in secret if one in text] == [], path
    for place in places:
        answer = rosa.post(f"{place}/answers", data=filled(rosa, place), headers={"X-Fragment": "left"})
        assert [one for one in secret if one in unescape(answer.text)] == []


def test_the_choices_of_a_question_are_alike_but_for_their_words(rosa: FlaskClient) -> None:
    html = rosa.get(begin(rosa)).text
    for question in ("cuff", "high"):
        section = re.search(rf'<section [^>]*id="q-{question}".*?</section>', html, re.DOTALL)[0]
        shapes = re.findall(r'<div class="choice.*?</div>', section, re.DOTALL)
        assert len({re.sub(r'value="\w+"|<span>.*?</span>', "", one) for one in shapes}) == 1
    assert "120" not in re.search(r'id="q-sum".*?</section>', html, re.DOTALL)[0]
    # Lines to put in order stand as their keys do.
    keys = re.findall(r"place-(\w+)", re.search(r'id="q-steps".*?</section>', html, re.DOTALL)[0])
    assert keys == sorted(keys)


# -- Statements -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("url", "asks"), [("/podcasts/ward-round/2026-03-04-sepsis", 1), (TEST, 2), (QUIZ, 7)])
def test_however_many_questions_there_are_pages_ask_the_database_little(
    site: Flask, rosa: FlaskClient, url: str, asks: int
) -> None:
    at = begin(rosa, url, **({"kind": "post"} if url == TEST else {}))
    asked: list[str] = []
    with site.app_context():
        event.listen(db.db.engine, "before_cursor_execute", lambda *about: asked.append(about[2]))

    def count(run: Callable[[], object]) -> int:
        asked.clear()
        run()
        return len([one for one in asked if not one.startswith("BEGIN")])

    fields = filled(rosa, at) | {"sure": "1"}
    assert len(re.findall(r"data-question=", rosa.get(at).text)) == asks
    counts = [
        count(lambda: rosa.get(at)),
        count(lambda: rosa.get(f"{url}/quiz")),
        count(lambda: rosa.post(f"{at}/answers", data=fields, headers={"X-Fragment": "left"})),
        count(lambda: rosa.post(at, data=fields)),
        count(lambda: rosa.get(at)),
    ]
    assert counts == [2, 1, 2, 5, 4 if url == QUIZ else 3]
