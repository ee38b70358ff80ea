"""From a course that gives credit to the certificate on the screen, its QR code followed elsewhere, and its end."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from lms import db
from lms.library.service import Published
from lms.people.models import Profile
from lms.people.service.opening import invite, open_account
from tests.browser.conftest import listening
from tests.browser.openness import complaints
from tests.conftest import PASSWORD

COURSE = """---
title: Saying it back
summary: Ask for it in the patient's own words.
authors: [daniel]
objectives: [Ask for it in the patient's own words]
audience: [nurses]
support: none
published: 2026-01-01
reviewed: 2026-10-01
review_by: 2028-10-01
credit: { hours: 0.25 }
references: ["Schillinger D, et al. *Arch Intern Med* 2003;163:83-90."]
items: [modules/teach-back]
---
One thing to do, and to do it well.
"""


@pytest.fixture
def site(cast: Path, data: Path, publisher: Callable[..., Published]) -> Iterator[str]:
    """The cast with a course that gives credit, a nurse and a coordinator."""
    (cast / "courses" / "saying-it-back.md").write_text(COURSE)
    published = publisher(cast)
    assert not published.refused, published.problems
    url, now = db.address("", data), datetime.now(UTC)
    db.upgrade(url)
    with db.session(url) as session:
        for name, roles in (("Ana Torres", ()), ("Carmen Flores", ("coordinator",))):
            letter = invite(session, f"{name.split()[0].lower()}@clinic.example", now, roles=roles)
            open_account(session, letter.token, Profile(name=name, profession="nurse"), PASSWORD, now)
    with listening(data) as address:
        yield address


@pytest.fixture
def tabs(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Opens browsers of different people: `tabs("ana", script=False)`; without a name, of nobody known."""
    opened: list[BrowserContext] = []

    def made(name: str = "", script: bool = True, width: int = 390) -> Page:
        context = browser.new_context(
            base_url=site, locale="en", java_script_enabled=script, viewport={"width": width, "height": 844}
        )
        opened.append(context)
        tab = context.new_page()
        if name:
            tab.goto("/sign-in")
            tab.get_by_label("E-mail address").fill(f"{name}@clinic.example")
            tab.locator("input[type=password]").fill(PASSWORD)
            tab.locator("main button").click()
            tab.wait_for_url("**/me")
        return tab

    yield made
    for context in opened:
        context.close()


def fill(tab: Page) -> None:
    """An evaluation form, every question of it."""
    for group in tab.locator("main form fieldset").all():
        choices = group.locator("input[type=radio]")
        if choices.count():
            choices.nth(choices.count() - 1).check()
        elif group.locator("input[type=checkbox]").count():
            group.locator("input[type=checkbox]").first.check()
    tab.get_by_role("button", name="Send").click()


def shuts_nobody_out(tab: Page) -> None:
    assert complaints(tab) == "", tab.url
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390, tab.url


@pytest.mark.parametrize("script", [True, False])
def test_a_course_is_taken_to_its_certificate_which_others_verify_until_it_is_revoked(
    tabs: Callable[..., Page], site: str, script: bool
) -> None:
    look = shuts_nobody_out if script else lambda tab: None
    tab = tabs("ana", script)
    tab.goto("/courses/saying-it-back")
    expect(tab.locator(".front")).to_contain_text("Daniel Okafor")
    look(tab)
    tab.get_by_role("button", name="Begin for credit").click()
    tab.goto("/modules/teach-back")
    tab.locator("main").get_by_role("link", name="Ask").first.click()
    tab.get_by_role("button", name=re.compile("^Next")).click()
    tab.wait_for_url("**/listen-and-mend")
    tab.get_by_role("button", name=re.compile("^Next: the quiz")).click()
    tab.goto("/modules/teach-back/quiz")
    tab.locator("#take").get_by_role("button").first.click()
    tab.get_by_label("Mine").check()
    tab.get_by_role("button", name=re.compile("^(Finish|Hand in)")).click()
    expect(tab.locator(".outcome")).to_contain_text("Passed.")

    tab.goto("/courses/saying-it-back")
    tab.get_by_role("link", name="Your way to the certificate").click()
    expect(tab.locator("[aria-current=step] h2")).to_contain_text("Say what it was like")
    look(tab)
    tab.get_by_role("link", name="To the evaluation form").click()
    look(tab)
    fill(tab)
    tab.get_by_label("How many").select_option("0.25")
    look(tab)
    tab.get_by_role("button", name=re.compile("^Claim")).click()
    tab.wait_for_url("**/certificates/*")
    expect(tab.get_by_role("heading", level=1)).to_have_text("Saying it back")
    look(tab)
    certificate = tab.url

    picture = tab.request.get(f"{certificate}/preview.png").body()
    codes = zxingcpp.read_barcodes(Image.open(BytesIO(picture)))
    address = next(code.text for code in codes)
    assert address == f"{site}/v/{certificate.rsplit('/', 1)[1]}"
    employer = tabs(script=script)
    employer.goto(address)
    expect(employer.get_by_role("heading", level=1)).to_have_text("This certificate is valid.")
    expect(employer.locator("main")).to_contain_text("Ana Torres")
    look(employer)

    tab.goto("/credit")
    expect(tab.locator("main")).to_contain_text("0.25")
    look(tab)

    desk = tabs("carmen", script, width=1280)
    desk.goto("/coordination/credit")
    desk.get_by_role("link", name="Ana Torres").first.click()
    desk.get_by_role("link", name=re.compile("^Revoke")).click()
    desk.get_by_label("Reason").fill("The quiz was taken by somebody else.")
    for box in desk.locator("main input[type=checkbox]").all():
        box.check()
    desk.get_by_role("button", name="Revoke").click()
    employer.goto(address)
    expect(employer.get_by_role("heading", level=1)).to_have_text("This certificate was revoked.")
    expect(employer.locator("main")).to_contain_text("The quiz was taken by somebody else.")
    tab.goto(certificate)
    expect(tab.locator("main")).to_contain_text("Revoked.")
