"""The coordinator's pages: nobody is shut out, and nothing runs off the side."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from playwright.sync_api import Browser, Page

from lms import db
from lms.library.shelf import Shelf
from lms.people.models import Profile
from lms.people.service.opening import invite, open_account
from lms.people.store import Learner
from lms.progress.service import attempting, learning
from tests.browser.conftest import listening
from tests.browser.openness import complaints
from tests.conftest import PASSWORD
from tests.progress.conftest import form

PAGES = (
    "/coordination",
    "/coordination/courses/hypertension",
    "/coordination/courses/hypertension?from=yesterday",
    "/coordination/modules/measuring-bp",
    "/coordination/questions?of=/modules/measuring-bp",
    "/coordination/learners/ana",
)


@pytest.fixture(scope="module")
def desk(published: Path, tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a coordinator's tabs, on a site where Ana has begun."""
    now, data = datetime.now(UTC), tmp_path_factory.mktemp("desk") / "data"
    data.mkdir()
    for name in ("releases", "store"):
        (data / name).symlink_to(published / name)
    (data / "current").symlink_to((published / "current").readlink())
    url = db.address("", data)
    db.upgrade(url)
    release = Shelf(data).release()
    with db.session(url) as session:
        session.add(Learner(id="ana", email="ana@clinic.example", name="Ana " * 50, group="Lima", opened=now))
        session.commit()
        ana = session.get(Learner, "ana")
        module = release.module("measuring-bp")
        learning.read_lesson(session, release, "ana", module, module.lesson("cuff"), module.edition, now)
        attempt = attempting.begin(session, ana, module, "quiz", release.id, now, Random(1))
        attempting.finish(session, ana, attempt.id, form({"say.text": "nod"}), now, True)
        letter = invite(session, "carmen@hillside.example", now, roles=("coordinator",))
        open_account(session, letter.token, Profile(name="Carmen Flores"), PASSWORD, now)
    with listening(data) as address:
        context = browser.new_context(base_url=address, locale="en")
        tab = context.new_page()
        tab.goto("/sign-in")
        tab.fill("#email", "carmen@hillside.example")
        tab.fill("input[type=password]", PASSWORD)
        tab.click("main button")
        tab.wait_for_url("**/me")
        yield lambda path: (tab.goto(path), tab)[1]
        context.close()


@pytest.mark.parametrize("path", PAGES)
def test_a_coordinators_page_shuts_nobody_out(desk: Callable[..., Page], path: str) -> None:
    tab = desk(path)
    for width, scheme in ((1280, "light"), (390, "dark")):
        tab.set_viewport_size({"width": width, "height": 800})
        tab.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert complaints(tab) == "", scheme
    tab.set_viewport_size({"width": 320, "height": 700})
    assert tab.evaluate("document.documentElement.scrollWidth") <= 320


def test_names_stay_while_the_table_is_moved_sideways(desk: Callable[..., Page]) -> None:
    tab = desk("/coordination/courses/hypertension")
    tab.set_viewport_size({"width": 390, "height": 800})
    name = tab.locator("tbody th").first
    before = name.bounding_box()
    tab.evaluate("document.querySelector('.sheet').scrollLeft = 300")
    assert tab.evaluate("document.querySelector('.sheet').scrollLeft") > 200
    assert name.bounding_box() == before
