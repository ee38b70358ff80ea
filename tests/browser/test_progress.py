"""A learner with a real browser: reads, plays, and goes on with another browser where they stopped."""

import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from lms import db
from lms.config import Settings
from lms.people.models import Profile
from lms.people.service.opening import invite, open_account
from tests.browser.openness import complaints
from tests.conftest import NOW, PASSWORD
from tests.web.conftest import serve

MODULE, WEBINAR = "/modules/measuring-bp", "/webinars/stroke-in-the-clinic"


@pytest.fixture
def host(published: Path, database_urls: Callable[[str], str]) -> Iterator[str]:
    """The cast, served with a database in which Rosa has an account."""
    url = database_urls("sqlite")
    with db.session(url) as session:
        letter = invite(session, "rosa@hillside.example", NOW)
        assert letter is not None
        open_account(session, letter.token, Profile(name="Rosa Quispe"), PASSWORD, NOW)
    app = serve(Settings(data=published, database_url=url, secret="for tests alone"))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()
    with app.app_context():
        db.db.engine.dispose()


@pytest.fixture
def learner(browser: Browser, visitor: Callable[..., Page]) -> Callable[..., Page]:
    """Opens a tab of a browser of its own in which Rosa is signed in."""

    def opened(path: str, **more: object) -> Page:
        tab = visitor(f"/sign-in?next={path}", **more)
        tab.fill("#email", "rosa@hillside.example")
        tab.fill("#password", PASSWORD)
        tab.click("main form button")
        tab.wait_for_url(f"**{path}")
        return tab

    return opened


def play(tab: Page, until: float) -> None:
    """Play the film, without sound, until a second of it."""
    tab.evaluate(
        """(until) => new Promise((done) => {
            const film = document.querySelector("video")
            film.muted = true
            film.addEventListener("timeupdate", () => film.currentTime >= until && done())
            film.play()
        })""",
        until,
    )


def kept(tab: Page) -> list[str]:
    """What waits in the browser for the line to be back."""
    return tab.evaluate("Object.keys(localStorage).filter((one) => one.startsWith('plays '))")


def test_a_lesson_is_read_to_its_end_and_ticked(learner):
    tab = learner(f"{MODULE}/cuff", width=390)
    tab.get_by_role("button", name="Next: Positioning the arm").click()
    tab.wait_for_url(f"**{MODULE}/position")
    tab.get_by_text("Lesson 2 of 2").click()
    expect(tab.locator(".rail .read")).to_contain_text("Choosing the cuff (read)")


def test_what_is_played_on_the_phone_goes_on_at_the_second_on_the_clinics_computer(learner):
    phone = learner(WEBINAR, width=390)
    with phone.expect_response(re.compile("/plays$")) as opened:
        play(phone, 2.2)
    assert opened.value.status == 200
    with phone.expect_response(re.compile("/plays$")) as told:
        phone.evaluate("document.querySelector('video').pause()")
    assert told.value.status == 200
    said = told.value.request.post_data_json
    assert said["segments"][0][0] < 0.5
    expect(phone.locator("#_standing p.done")).not_to_have_text(re.compile("^0 %"))

    clinic = learner(WEBINAR)
    link = clinic.get_by_role("link", name=re.compile("^Go on at 0:0"))
    second = int(re.search(r"t=(\d+)", link.get_attribute("href"))[1])
    assert second == int(said["position"]) >= 2
    play(clinic, second)
    assert clinic.evaluate("document.querySelector('video').currentTime") < second + 2


def test_seeking_to_the_end_is_not_playing(learner):
    tab = learner(WEBINAR)
    play(tab, 0.3)
    with tab.expect_response(
        lambda answer: answer.url.endswith("/plays") and (answer.request.post_data_json["position"] > 7.5)
    ):
        tab.evaluate("document.querySelector('video').currentTime = 7.2")
    tab.goto(WEBINAR)
    said = re.match(r"(\d+) %", tab.locator("#_standing p.done").inner_text())
    assert said is not None
    assert int(said[1]) < 50


def test_what_could_not_be_sent_is_sent_when_the_line_is_back(learner):
    tab = learner(WEBINAR)
    with tab.expect_response(re.compile("/plays$")):
        play(tab, 0.2)
    tab.context.set_offline(True)
    play(tab, 1.5)
    tab.evaluate("document.querySelector('video').pause()")
    expect(tab.locator("video")).to_have_js_property("paused", True)
    assert len(kept(tab)) == 1
    with tab.expect_response(re.compile("/plays$")) as told:
        tab.context.set_offline(False)
    assert told.value.status == 200
    expect(tab.locator("#_standing p.done")).not_to_have_text(re.compile("^0 %"))
    assert kept(tab) == []


def test_without_script_one_reads_and_keeps_notes(learner):
    tab = learner(f"{MODULE}/cuff", java_script_enabled=False, width=390)
    tab.get_by_role("button", name="Mark as read").click()
    expect(tab.get_by_text("You have read this lesson.")).to_be_visible()
    tab.get_by_role("link", name=re.compile("^Note on:")).first.click()
    tab.get_by_label("Your note").fill("Order two large cuffs.")
    tab.get_by_role("button", name="Keep").click()
    expect(tab.locator("#_notes")).to_contain_text("Order two large cuffs.")
    tab.goto("/learning")
    expect(tab.get_by_role("link", name="Go on with: Positioning the arm")).to_be_visible()
    expect(tab.locator("#notes")).to_contain_text("Order two large cuffs.")
    tab.goto("/search?q=CÚFFS")
    expect(tab.get_by_role("region", name="Your notes")).to_contain_text("Order two large cuffs.")


def test_no_page_of_learners_shuts_anybody_out(learner):
    tab = learner(f"{MODULE}/cuff")
    tab.get_by_role("link", name=re.compile("^Note on:")).first.click()
    tab.get_by_label("Your note").fill("Order two large cuffs.")
    tab.get_by_role("button", name="Keep").click()
    tab.get_by_role("button", name="Mark as read").click()
    note = tab.locator("#_notes .change").get_attribute("href")
    paths = (
        f"{MODULE}/cuff",
        MODULE,
        WEBINAR,
        "/courses/hypertension",
        "/",
        "/learning",
        note,
        f"/notes/new?at={WEBINAR}?t=2",
    )
    for path in paths:
        tab.goto(path)
        for scheme in ("light", "dark"):
            tab.emulate_media(color_scheme=scheme)
            assert complaints(tab) == "", f"{path} {scheme}"
        tab.set_viewport_size({"width": 320, "height": 700})
        assert tab.evaluate("document.documentElement.scrollWidth") <= 320, path
        tab.set_viewport_size({"width": 1280, "height": 800})
