"""What pages say of credit: the front of an activity, before anything starts, and nothing that nobody may give."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from lms.library.shelf import Shelf
from tests.web.accounts import Visitor
from tests.web.conftest import words

BP = "/modules/measuring-bp"
FRONTS = (BP, "/webinars/stroke-in-the-clinic", "/podcasts/ward-round/2026-03-04-sepsis")


def front(html: str) -> str:
    found = re.search(r'<section class="front".*?</section>', html, re.DOTALL)
    return words(found[0]).replace("\u00a0", " ").replace("&#39;", "'") if found else ""


@pytest.fixture
def changed(served, publisher, cast: Path, data: Path) -> Callable[..., FlaskClient]:  # type: ignore[no-untyped-def]
    """A client of the cast with words of a file changed."""

    def made(path: str, *pairs: tuple[str, str]) -> FlaskClient:
        text = (cast / path).read_text()
        for old, new in pairs:
            assert old in text
            text = text.replace(old, new)
        (cast / path).write_text(text)
        result = publisher(cast)
        assert not result.refused, result.problems
        return served(data=data)

    return made


def on(client: FlaskClient, day: date) -> FlaskClient:
    client.application.extensions["spoke"].clock = lambda: day
    return client


def test_the_front_says_all_that_must_be_said(client: FlaskClient) -> None:
    said = front(client.get(BP).text)
    for told in (
        "0.5 AMA PRA Category 1 Credits™ for physicians Hillside Hospital (an invented provider) · 0000001",
        "0.5 h of learning for everyone else",
        "designates this enduring material for a maximum of 0.5 AMA PRA Category 1 Credits™. Physicians should claim",
        "Takes 7 min",
        "Released 1 Jan 2026 Edition 2",
        "Reviewed 1 Oct 2026",
        "Credit until 1 Oct 2028",
        "For nurses, physicians",
        "How Read lessons at your own pace. Then take a quiz.",
        "To pass Every lesson is read. At least 75 % of the quiz is right.",
        "Given by Hillside Hospital (an invented provider) · hub@hillside.example",
        "Rosa Quispe , RN, MSc Author Nothing to disclose. Said on 10 January 2026.",
        "Daniel Okafor , MD Author Speaker's fee from a maker of cuffs; mitigated by review.",
        "No commercial support was received for this activity.",
        "Also on this page: what you can do afterwards , references",
    ):
        assert told in said, told


@pytest.mark.parametrize("path", FRONTS)
def test_the_front_stands_before_anything_starts_and_hides_no_disclosure(client: FlaskClient, path: str) -> None:
    html = client.get(path).text
    begins = html.index('<section class="front"')
    for start in (">Start:", "<video", "<audio", 'class="path"', 'id="_player"'):
        assert html.find(start) == -1 or begins < html.index(start), start
    assert "<details" not in html[begins : html.index("</section>", begins)]


def test_what_offers_no_credit_has_no_front(client: FlaskClient) -> None:
    for path in ("/modules/teach-back", "/courses/hypertension", "/podcasts/ward-round/2026-03-18-asthma"):
        html = client.get(path).text
        assert front(html) == ""
        assert "/credit.css" not in html


def test_without_a_valid_record_no_page_speaks_of_the_system(served) -> None:  # type: ignore[no-untyped-def]
    late = on(served(), date(2025, 12, 31))
    for path in (BP, f"{BP}/quiz", "/", "/modules", "/topics/hypertension", "/courses/hypertension"):
        assert "AMA" not in late.get(path).text, path
    assert "0.5 h of learning for everyone" in front(late.get(BP).text)
    assert "AMA PRA" in on(late, date(2026, 1, 1)).get(f"{BP}/quiz").text


def test_past_its_last_day_it_says_so_and_offers_nothing(changed: Callable[..., FlaskClient]) -> None:
    client = changed("modules/measuring-bp/module.md", ("support: none", "support: none\nexpires: 2027-03-01"))
    assert "Credit until 1 Mar 2027" in front(on(client, date(2027, 3, 1)).get(BP).text)
    late = on(client, date(2027, 3, 2))
    said = front(late.get(BP).text)
    assert "It earned credit until 1 March 2027, and earns none now." in said
    assert "Nothing to disclose." in said
    assert "AMA" not in said
    for path in (BP, "/modules", f"{BP}/quiz"):
        assert "h of learning" not in words(late.get(path).text).split("Stroke")[0], path


def test_planners_disclose_too_and_support_is_named(changed: Callable[..., FlaskClient]) -> None:
    client = changed(
        "modules/measuring-bp/module.md",
        ("authors: [rosa, daniel]", "authors: [rosa]\nplanners: [daniel]"),
        ("support: none", "support: A grant of <b>Cuffs & Co</b>."),
    )
    said = front(client.get(BP).text)
    assert "Daniel Okafor , MD Planner Speaker's fee" in said
    assert "A grant of &lt;b&gt;Cuffs &amp; Co&lt;/b&gt;." in said


def test_a_course_discloses_for_all_its_parts(changed: Callable[..., FlaskClient]) -> None:
    client = changed(
        "courses/hypertension.md", ("title:", "credit: { hours: 0.25 }\naudience: nurses\nsupport: none\ntitle:")
    )
    said = front(client.get("/courses/hypertension").text)
    assert "Daniel Okafor , MD" in said
    assert "Every part that is not optional is completed." in said


def test_a_release_keeps_what_credit_yaml_says_and_what_certificates_are_drawn_with(publisher, cast, data) -> None:  # type: ignore[no-untyped-def]
    first = publisher(cast).release
    assert Shelf(data).release().credit().accreditation[0].system == "AMA"
    assert Shelf(data).release().files() == ()
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle r="4"/></svg>'
    (cast / "certificate").mkdir()
    (cast / "certificate/logo.svg").write_bytes(svg)
    with (cast / "credit.yaml").open("a") as said:
        said.write("  logo: certificate/logo.svg\n")
    assert publisher(cast).release != first
    release = Shelf(data).release()
    assert release.credit().certificate.logo == "certificate/logo.svg"
    assert (release.files(), release.file("certificate/logo.svg")) == (("certificate/logo.svg",), svg)
    assert release.file("site.yaml") is None


def test_learners_see_the_same_front(phone: Visitor, client: FlaskClient) -> None:
    assert front(phone.get(BP).text) == front(client.get(BP).text)
