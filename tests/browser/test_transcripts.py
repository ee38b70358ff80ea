"""My credit in a real browser: nobody is shut out, nothing runs off the side, and a target is set by keyboard."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from lms import db
from lms.certificates.drawing.looks import look_of
from lms.certificates.service import issuing
from lms.certificates.service.issuing import Terms
from lms.credit.store import Teaching
from lms.library.shelf import Shelf
from lms.people.models import Profile
from lms.people.service.opening import invite, open_account
from tests.browser.conftest import listening
from tests.browser.openness import complaints
from tests.certificates.conftest import HOURS
from tests.conftest import PASSWORD

PAGES = ("/credit", "/credit?from=2026-13-01&to=x", "/credit?to=2001-01-01", "/credit/target")


@pytest.fixture(scope="module")
def tab(published: Path, tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens Rosa's tab: she has earned this and that, and lost some of it."""
    now, data = datetime.now(UTC), tmp_path_factory.mktemp("mine") / "data"
    data.mkdir()
    for name in ("releases", "store"):
        (data / name).symlink_to(published / name)
    (data / "current").symlink_to((published / "current").readlink())
    url = db.address("", data)
    db.upgrade(url)
    release = Shelf(data).release()
    issuer = issuing.issuer_of(release.site, "https://learn.hillside.example", look_of(release))
    with db.session(url) as session:
        letter = invite(session, "rosa@hillside.example", now)
        rosa = open_account(session, letter.token, Profile(name="Rosa " * 30), PASSWORD, now)
        letter = invite(session, "carmen@hillside.example", now, roles=("coordinator",))
        carmen = open_account(session, letter.token, Profile(name="Carmen Flores"), PASSWORD, now)
        for n, (title, claimed, days) in enumerate(
            (("Stroke " * 25, "0.125", 400), ("Medir la presión", "12.5", 20), ("Wunde", "1", 900))
        ):
            about = {"title": title, "claimed": Decimal(claimed), "offered": Decimal(20), "completion": f"complete-{n}"}
            terms = Terms(**{**HOURS.__dict__, **about, "completed": now - timedelta(days=days)})
            made = issuing.issue(session, rosa, terms, issuer, now)
        issuing.revoke(session, made.snapshot.id, "The quiz had a wrong key.", carmen, now)
        asked = {
            "system": "plain",
            "claimed": "1",
            "reflection": "r" * 100,
            "asked": now,
            "answer": "Say more, please.",
        }
        asked |= {"activity": "/modules/teach-back", "edition": 1, "decided": now, "approved": False}
        session.add(Teaching(id="one", learner_id=rosa.id, decided_by=carmen.id, **asked))
    with listening(data) as address:
        context = browser.new_context(base_url=address, locale="en")
        opened = context.new_page()
        opened.goto("/sign-in")
        opened.fill("#email", "rosa@hillside.example")
        opened.fill("input[type=password]", PASSWORD)
        opened.click("main button")
        opened.wait_for_url("**/me")
        yield lambda path: (opened.goto(path), opened)[1]
        context.close()


def test_a_target_is_set_by_keyboard_and_told_in_words(tab: Callable[..., Page]) -> None:
    page = tab("/credit")
    page.get_by_role("link", name="Set a target").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/credit/target")
    assert page.locator("#system").input_value() == "plain"
    page.fill("#amount", "50")
    page.fill("#until", f"{datetime.now(UTC).year + 2}-06-30")
    page.locator("#amount").press("Enter")
    page.wait_for_url("**/credit#targets")
    assert "of 50 hours of learning by 30 June" in page.inner_text("#targets")
    assert "to go, about" in page.inner_text("#targets")


@pytest.mark.parametrize("path", PAGES)
def test_no_page_of_ones_credit_shuts_anybody_out(tab: Callable[..., Page], path: str) -> None:
    page = tab(path)
    for width, scheme in ((1280, "light"), (390, "dark")):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert complaints(page) == "", page.url
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320, "it runs off the side of a small phone"
    small = page.evaluate(
        """() => [...document.querySelectorAll("main a, main button, main select, main input")]
            .filter((one) => one.checkVisibility() && getComputedStyle(one).display !== "inline")
            .map((one) => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])
            .filter(([, box]) => box.height < 24 || box.width < 24)
            .map(([html, box]) => `${html} ${box.width}x${box.height}`)"""
    )
    assert small == []


def test_the_papers_are_taken_along(tab: Callable[..., Page]) -> None:
    page = tab("/credit")
    for name, start in (("Transcript (PDF)", b"%PDF-"), ("For a spreadsheet (CSV)", b"\xef\xbb\xbfCompleted")):
        with page.expect_download() as coming:
            page.get_by_role("link", name=name).click()
        assert Path(coming.value.path()).read_bytes().startswith(start)
