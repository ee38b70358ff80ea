"""The coordinator's pages of credit: nobody is shut out, a certificate is revoked by keyboard, a request approved."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from secrets import token_hex

import pytest
from playwright.sync_api import Browser, Page

from lms import db
from lms.certificates.drawing.looks import look_of
from lms.certificates.service import issuing
from lms.credit.service import teaching
from lms.credit.store import Opinion
from lms.library.shelf import Shelf
from lms.people.models import Profile
from lms.people.service.opening import invite, open_account
from lms.people.store import Learner
from tests.browser.conftest import listening
from tests.browser.openness import complaints
from tests.certificates.conftest import HOURS
from tests.conftest import PASSWORD
from tests.credit.test_summing import FORM
from tests.web.test_claiming import complete

PAGES = (
    "/coordination/credit",
    "/coordination/credit?from=yesterday&q=nobody",
    "/coordination/credit/pending",
    "/coordination/certificates/{valid}",
    "/coordination/certificates/{revoked}",
    "/coordination/certificates/{valid}/revocation",
    "/coordination/teaching",
    "/coordination/teaching/{asked}",
    "/coordination/evaluations",
    "/coordination/evaluations/modules/measuring-bp",
    "/credit/modules/measuring-bp/teaching",
)


@pytest.fixture(scope="module")
def desk(published: Path, tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a coordinator's tabs, on a site where certificates were issued."""
    now, data = datetime.now(UTC), tmp_path_factory.mktemp("credited") / "data"
    data.mkdir()
    for name in ("releases", "store"):
        (data / name).symlink_to(published / name)
    (data / "current").symlink_to((published / "current").readlink())
    url = db.address("", data)
    db.upgrade(url)
    release = Shelf(data).release()
    ids = {}
    with db.session(url) as session:
        people = [
            Learner(id=f"learner-{n}", email=f"{n}@clinic.example", name=name, group="Lima", opened=now)
            for n, name in enumerate(("Ana " * 50, "Ben Okafor", "Cleo Nunez"))
        ]
        session.add_all(people)
        session.commit()
        letter = invite(session, "carmen@hillside.example", now, roles=("coordinator",))
        carmen = open_account(session, letter.token, Profile(name="Carmen Flores"), PASSWORD, now)
        issuer = issuing.issuer_of(release.site, "https://hillside.example", look_of(release))
        terms = replace(HOURS, objectives=("Choose a cuff",), claimed=Decimal("0.25"))
        ids["valid"] = issuing.issue(session, people[0], terms, issuer, now).snapshot.id
        ids["revoked"] = issuing.issue(session, people[1], terms, issuer, now).snapshot.id
        issuing.revoke(session, ids["revoked"], "A slip of the hand", carmen, now)
        complete(session, people[2])
        about = {"activity": "/modules/measuring-bp", "edition": 2}
        asked = teaching.ask(session, people[1], *about.values(), "plain", Decimal(1), "I learned it. " * 9, now)
        ids["asked"] = asked.id
        for _ in range(3):
            said = {"useful": "yes", "keeps": ["time"], "better": "Shorter"}
            form = FORM.model_dump_json()
            session.add(Opinion(id=token_hex(16), period="2026-11", form=form, answers=said, learner_id=None, **about))
        session.commit()
    with listening(data) as address:
        context = browser.new_context(base_url=address, locale="en")
        tab = context.new_page()
        tab.goto("/sign-in")
        tab.fill("#email", "carmen@hillside.example")
        tab.fill("input[type=password]", PASSWORD)
        tab.click("main button")
        tab.wait_for_url("**/me")
        yield lambda path: (tab.goto(path.format(**ids)), tab)[1]
        context.close()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_credit_shuts_nobody_out(desk: Callable[..., Page], path: str) -> None:
    tab = desk(path)
    for width, scheme in ((1280, "light"), (390, "dark")):
        tab.set_viewport_size({"width": width, "height": 800})
        tab.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert complaints(tab) == "", tab.url
    tab.set_viewport_size({"width": 320, "height": 700})
    assert tab.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_request_is_approved_and_its_certificate_is_there(desk: Callable[..., Page]) -> None:
    tab = desk("/coordination/teaching")
    tab.click("text=Ben Okafor")
    tab.click("text=Approve, and issue the certificate")
    tab.click("text=To the certificate")
    assert "Learning from teaching" in tab.inner_text("main")


def test_a_certificate_is_revoked_by_keyboard(desk: Callable[..., Page]) -> None:
    tab = desk("/coordination/certificates/{valid}")
    tab.focus("text=Revoke…")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/revocation")
    tab.focus("#reason")
    tab.keyboard.type("Somebody else took the quiz")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Space")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/coordination/certificates/*")
    said = tab.inner_text("main")
    assert "Somebody else took the quiz" in said
    assert tab.locator("a:has-text('Revoke')").count() == 0
