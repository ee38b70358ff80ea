"""A quiz taken in a real browser: kept as it is answered, on a bad line too; with script and without; open to all."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread
from time import monotonic

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import update
from werkzeug.serving import make_server

from lms import db
from lms.config import Settings
from lms.people.models import Profile
from lms.people.service.opening import invite, open_account
from lms.progress.store.attempts import Attempt
from tests.browser.openness import complaints
from tests.conftest import NOW, PASSWORD
from tests.web.conftest import serve

QUIZ = "/modules/measuring-bp/quiz"
_STARTED = monotonic()


def clock() -> datetime:
    """What the server's clock says: it begins at NOW, and runs."""
    return NOW + timedelta(seconds=monotonic() - _STARTED)


@pytest.fixture
def url(database_urls: Callable[[str], str]) -> str:
    """The database's address."""
    return database_urls("sqlite")


@pytest.fixture
def address(published: Path, url: str) -> Iterator[str]:
    """The cast, served with a database in which Rosa has an account."""
    with db.session(url) as session:
        letter = invite(session, "rosa@hillside.example", NOW)
        open_account(session, letter.token, Profile(name="Rosa Quispe", zone="America/Lima"), PASSWORD, NOW)
    app = serve(replace(Settings(data=published), database_url=url))
    app.extensions["spoke"].now = clock
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()
    with app.app_context():
        db.db.engine.dispose()


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Opens browsers in which Rosa is signed in and has begun the quiz."""
    contexts: list[BrowserContext] = []

    def more(**about: object) -> Page:
        given = {"locale": "en", "viewport": {"width": 390, "height": 800}} | about
        context = browser.new_context(base_url=address, **given)  # type: ignore[arg-type]
        contexts.append(context)
        tab = context.new_page()
        tab.goto(f"/sign-in?next={QUIZ}")
        tab.fill("[name=email]", "rosa@hillside.example")
        tab.fill("[name=password]", PASSWORD)
        tab.click("main .button")
        tab.click("#take :is(button, a.button)")
        tab.wait_for_selector("#_attempt")
        return tab

    yield more
    for context in contexts:
        context.close()


def kept(tab: Page, question: str):
    return tab.locator(f"#q-{question} .kept")


def take(tab: Page, question: str, choice: str) -> None:
    tab.locator(f"#q-{question} label", has_text=choice).locator("input").check()


def test_answers_are_saved_as_they_are_given_and_are_there_elsewhere(opened) -> None:
    phone = opened()
    take(phone, "cuff", "Large adult")
    phone.fill("#q-say input[name='say.text']", "teach back")
    expect(kept(phone, "say")).to_have_text("Saved")
    expect(phone.locator("#_left")).to_contain_text("5 of 7 questions are not answered yet")
    desk = opened()
    expect(desk.locator("#q-cuff label", has_text="Large adult").locator("input")).to_be_checked()
    assert desk.input_value("[name='say.text']") == "teach back"


def test_without_a_line_answers_wait_on_the_device_and_are_sent_when_it_is_back(opened) -> None:
    tab = opened()
    tab.context.set_offline(True)
    tab.fill("[name='say.text']", "teach back")
    expect(kept(tab, "say")).to_contain_text("kept on this device")
    tab.click("button:has-text('Finish')")
    expect(tab.locator("#_fault")).to_contain_text("There is no line")
    tab.context.set_offline(False)
    expect(kept(tab, "say")).to_have_text("Saved")


def test_what_a_closed_tab_had_not_sent_is_sent_when_the_page_is_opened_again(opened) -> None:
    tab = opened()
    at = tab.url
    tab.context.set_offline(True)
    take(tab, "cuff", "Large adult")
    tab.fill("[name='tomorrow.text']", "Write the size.")
    expect(kept(tab, "tomorrow")).to_contain_text("kept on this device")
    tab.close()
    again = tab.context.new_page()
    again.context.set_offline(False)
    again.goto(at)
    expect(again.locator("#_left")).to_contain_text("5 of 7")
    expect(again.locator("[name='tomorrow.text']")).to_have_value("Write the size.")
    assert again.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('attempt'))") == []


def test_signed_out_meanwhile_an_answer_waits_for_its_owner(opened, address) -> None:
    tab = opened()
    at = tab.url
    other = tab.context.new_page()
    other.goto("/me")
    other.click("main button:has-text('Sign out') >> nth=0")
    other.wait_for_url(f"{address}/")
    take(tab, "cuff", "Large adult")
    expect(kept(tab, "cuff")).to_contain_text("you are signed out")
    other.goto(at)
    other.fill("[name=email]", "rosa@hillside.example")
    other.fill("[name=password]", PASSWORD)
    other.click("main .button")
    other.wait_for_selector("#_attempt")
    expect(other.locator("#_left")).to_contain_text("6 of 7")
    expect(other.locator("#q-cuff label", has_text="Large adult").locator("input")).to_be_checked()


def test_of_two_tabs_the_newest_answer_wins_and_the_older_tab_hands_in_nothing_old(opened) -> None:
    first = opened()
    second = first.context.new_page()
    second.goto(first.url)
    first.fill("[name='sum.text']", "7")
    expect(kept(first, "sum")).to_have_text("Saved")
    second.fill("[name='sum.text']", "120")
    expect(kept(second, "sum")).to_have_text("Saved")
    first.click("button:has-text('Finish')")
    first.click("button:has-text('Finish all the same')")
    first.wait_for_selector(".outcome")
    expect(first.locator("#q-sum")).to_contain_text("120")
    expect(first.locator("#q-sum .kind")).to_contain_text("Right.")


def test_lines_are_moved_by_keyboard_and_have_no_answer_until_they_are(opened) -> None:
    tab = opened()
    expect(tab.locator("#_left")).to_contain_text("7 of 7")
    tab.locator("#q-steps .keep").press("Enter")
    expect(kept(tab, "steps")).to_have_text("Saved")
    tab.locator("#q-steps .move >> nth=1").press("Enter")
    before = tab.locator("#q-steps .order li span").all_inner_texts()
    expect(kept(tab, "steps")).to_have_text("Saved")
    tab.reload()
    assert tab.locator("#q-steps .order li span").all_inner_texts() == before


def test_when_time_is_up_what_there_is_is_handed_in(opened, url) -> None:
    tab = opened()
    take(tab, "cuff", "Large adult")
    expect(kept(tab, "cuff")).to_have_text("Saved")
    with db.session(url) as session:
        session.execute(update(Attempt).values(until=clock() + timedelta(seconds=6)))
    tab.reload()
    expect(tab.locator(".clock")).to_contain_text("Time left: 0:")
    tab.wait_for_selector(".outcome")
    expect(tab.locator(".outcome")).to_contain_text("1 of 6 questions were all right.")


def test_without_script_the_whole_way_is_open(opened) -> None:
    tab = opened(java_script_enabled=False)
    take(tab, "cuff", "Large adult")
    tab.click("button:has-text('Save')")
    expect(tab.locator(".said")).to_contain_text("Your answers are saved.")
    for name in ("high", "match", "steps"):
        expect(tab.locator(f"#q-{name}")).to_be_visible()
    tab.click("button:has-text('Finish')")
    expect(tab.locator("#_sure")).to_contain_text("6 of 7 questions are not answered yet")
    tab.click("button:has-text('Finish all the same')")
    expect(tab.locator(".outcome")).to_contain_text("Not passed yet.")


def test_no_page_of_a_quiz_shuts_anybody_out(opened) -> None:
    tab = opened()
    take(tab, "high", "Silence")
    expect(kept(tab, "high")).to_have_text("Saved")
    sound(tab)
    tab.click("button:has-text('Finish')")
    tab.wait_for_selector("#_sure")
    sound(tab)
    tab.click("button:has-text('Finish all the same')")
    tab.wait_for_selector(".outcome")
    sound(tab)
    for path in (QUIZ, "/courses/hypertension", "/courses/hypertension/quiz"):
        tab.goto(path)
        sound(tab)


def sound(tab: Page) -> None:
    for scheme in ("light", "dark"):
        tab.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert complaints(tab) == "", f"{tab.url} {scheme}"
    tab.set_viewport_size({"width": 320, "height": 700})
    assert tab.evaluate("document.documentElement.scrollWidth") <= 320
