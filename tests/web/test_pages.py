"""Every page of the cast, as a browser without script gets it."""

import gzip
import json
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from lms.config import Settings
from lms.library.release import Release
from lms.text.slugs import slug
from lms.web.pages import _shown
from tests.web.conftest import PAGES, serve, words

FIRST_FLIGHT = 14_600
"""Bytes that ten TCP segments carry: what arrives before the first acknowledgement."""


@pytest.mark.parametrize("path", PAGES)
def test_every_kind_of_page_is_there(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert response.content_type == "text/html; charset=utf-8"
    assert response.text.count("<h1") == 1
    assert response.text.count("<main") == 1


@pytest.mark.parametrize("path", PAGES)
def test_no_page_holds_a_script_or_a_style_of_its_own(client: FlaskClient, path: str) -> None:
    html = client.get(path).text
    assert re.findall(r"<script(?![^>]* src=)(?! type=\"application/ld\+json\")", html) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=|javascript:", html) == []


@pytest.mark.parametrize("path", PAGES)
def test_every_link_inside_leads_somewhere(client: FlaskClient, path: str) -> None:
    html = client.get(path).text
    for link in set(re.findall(r'(?:href|src|poster)="(/[^"#?]*)', html)):
        assert client.head(link).status_code in (200, 303), link


@pytest.mark.parametrize("path", PAGES)
def test_every_anchor_of_a_page_is_on_it(client: FlaskClient, path: str) -> None:
    html = client.get(path).text
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert sorted(ids) == sorted(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(ids)


@pytest.mark.parametrize("path", PAGES)
def test_what_a_page_says_of_itself_to_machines_is_json(client: FlaskClient, path: str) -> None:
    for block in re.findall(r'<script type="application/ld\+json">(.*?)</script>', client.get(path).text):
        assert "<" not in block
        assert json.loads(block)["@context"] == "https://schema.org"


def test_a_first_lesson_arrives_in_the_first_flight(client: FlaskClient) -> None:
    packed = {"Accept-Encoding": "gzip"}
    page = client.get("/modules/measuring-bp/cuff", headers=packed)
    html = gzip.decompress(page.data).decode()
    linked = re.findall(r'(?:rel="stylesheet" href|script type="module" src)="([^"]+)"', html)
    sizes = [len(page.data), *(len(client.get(url, headers=packed).data) for url in linked)]
    assert len(sizes) == 5, "the look, the colours of code, the search field, the checks"
    assert sum(sizes) <= FIRST_FLIGHT


def test_the_weight_written_below_a_page_is_its_own(client: FlaskClient) -> None:
    packed = {"Accept-Encoding": "gzip"}
    page = client.get("/glossary", headers=packed)
    html = gzip.decompress(page.data).decode()
    linked = re.findall(r'(?:rel="stylesheet" href|script type="module" src)="([^"]+)"', html)
    weight = len(page.data) + sum(len(client.get(url, headers=packed).data) for url in linked)
    assert f"This page weighed {round(weight / 1000)}\u00a0kB." in html


def test_the_home_page_shows_what_there_is(client: FlaskClient) -> None:
    text = words(client.get("/").text)
    for shown in ("Learn where you work.", "Blood pressure you can act on", "Stroke in the clinic", "Asthma at night"):
        assert shown in text
    assert "sample" not in text


def test_a_course_says_what_it_takes(client: FlaskClient) -> None:
    html = client.get("/courses/hypertension").text
    assert "complete the 3 parts that are not marked as optional" in words(html)
    assert 'aria-label="Nothing done yet of 4 parts"' in html
    assert "Start: Measuring blood pressure" in html


def test_a_module_names_its_authors_and_what_they_disclose(client: FlaskClient) -> None:
    text = words(client.get("/modules/measuring-bp").text)
    assert "Rosa Quispe , RN, MSc" in text
    text = text.replace("&#39;", "'")
    assert "Daniel Okafor , MD Author Speaker's fee from a maker of cuffs; mitigated by review." in text
    assert text.count("Speaker's fee") == 1
    assert "Published 1 January 2026 · Reviewed 1 October 2026 · Edition 2" in text
    assert "Blood pressure you can act on" in text, "the course that it is part of"


def test_a_module_past_its_review_says_so(client: FlaskClient) -> None:
    from datetime import date

    house = client.application.extensions["spoke"]
    before, house.clock = house.clock, lambda: date(2028, 10, 2)
    try:
        assert "Due for review." in client.get("/modules/measuring-bp").text
    finally:
        house.clock = before
    assert "Due for review." not in client.get("/modules/measuring-bp").text


def test_a_lesson_knows_its_place(client: FlaskClient) -> None:
    html = client.get("/modules/measuring-bp/cuff").text
    assert "Lesson 1 of 2" in html
    assert '<link rel="next" href="/modules/measuring-bp/position">' in html
    assert 'rel="prev"' not in html
    last = client.get("/modules/measuring-bp/position").text
    assert '<link rel="prev" href="/modules/measuring-bp/cuff">' in last
    assert "Next: the quiz" in last


def test_code_brings_its_stylesheet_and_other_lessons_do_not(client: FlaskClient) -> None:
    assert "/code.css" in client.get("/modules/measuring-bp/cuff").text
    assert "/code.css" not in client.get("/modules/measuring-bp/position").text


def test_content_in_another_language_says_so(client: FlaskClient) -> None:
    html = client.get("/modules/medir-la-presion").text
    assert '<html lang="en">' in html
    assert '<article lang="es">' in html
    turned = client.get("/modules/medir-la-presion", headers={"Accept-Language": "es"}).text
    assert '<html lang="es">' in turned
    assert "<article>" in turned


def test_a_page_names_its_one_address(client: FlaskClient) -> None:
    html = client.get("/modules/measuring-bp?utm_source=mail").text
    assert '<link rel="canonical" href="https://hillside.example/modules/measuring-bp">' in html


def test_unknown_questions_do_no_harm(client: FlaskClient) -> None:
    for query in ("?x=1", "?page=abc", "?check=", "?t=-5", "?take=fly", "?lang=xx", "?page=%00"):
        for path in ("/modules", "/modules/measuring-bp/cuff", "/webinars/stroke-in-the-clinic"):
            assert client.get(path + query).status_code == 200


def test_a_page_past_the_last_of_a_list_is_not_there(client: FlaskClient) -> None:
    assert client.get("/modules?page=2").status_code == 404
    assert client.get("/modules?page=0").status_code == 404


def test_machines_find_every_page(client: FlaskClient) -> None:
    sitemap = client.get("/sitemap.xml")
    assert sitemap.content_type == "application/xml; charset=utf-8"
    found = set(re.findall(r"<loc>https://hillside.example([^<]*)</loc>", sitemap.text))
    assert {path for path in PAGES if not path.endswith("/quiz")} <= found
    assert "Sitemap: https://hillside.example/sitemap.xml" in client.get("/robots.txt").text
    manifest = client.get("/manifest.webmanifest")
    assert manifest.json["name"] == "Hillside Network"
    assert client.get(manifest.json["icons"][0]["src"]).content_type == "image/png"


def test_head_gives_the_headers_of_get(client: FlaskClient) -> None:
    for path in (*PAGES, "/sitemap.xml", "/robots.txt", "/podcasts/ward-round/feed.xml", "/favicon.ico"):
        got, asked = client.get(path), client.head(path)
        assert asked.data == b""
        assert (asked.status_code, asked.content_length) == (got.status_code, got.content_length)


def test_a_long_module_shows_the_lessons_round_the_current_one(served, publisher, folder, tmp_path) -> None:  # type: ignore[no-untyped-def]
    lessons = {f"modules/long/{n:03}-l{n}.md": f"# Lesson {n}\n\nWords.\n" for n in range(1, 101)}
    publisher(folder({"site.yaml": "title: Long\n", "modules/long/module.md": "---\ntitle: Long\n---\n", **lessons}))
    html = served(data=tmp_path / "data").get("/modules/long/l50").text
    rail = html[html.index('class="rail"') : html.index("<article")]
    assert "Lesson 50 of 100" in rail
    assert rail.count("<li") == 17 + 2
    assert "Earlier lessons" in rail and "Later lessons" in rail


def test_long_lists_come_in_pages(served, publisher, folder, tmp_path) -> None:  # type: ignore[no-untyped-def]
    modules = {f"modules/m{n}.md": f"---\ntitle: Module {n}\n---\n\n## One\n\nWords.\n" for n in range(130)}
    publisher(folder({"site.yaml": "title: Many\n", **modules}))
    client = served(data=tmp_path / "data")
    assert client.get("/modules").text.count("<h2") == 60
    last = client.get("/modules?page=3").text
    assert last.count("<h2") == 10
    assert "Page 3 of 3" in last and 'href="?page=2"' in last
    assert client.get("/modules?page=4").status_code == 404


def test_pictures_are_weighed_as_a_phone_takes_them() -> None:
    assert _shown('<img src="/media/aa/x.svg" alt="">') == "/media/aa/x.svg"
    assert _shown('<img alt="" src="https://elsewhere.example/x.png">') == ""
    narrower = "/media/bb/x-480.webp 480w, /media/cc/x-960.webp 960w, /media/aa/x.png 1400w"
    assert _shown(f'<img src="/media/aa/x.png" srcset="{narrower}" alt="">') == "/media/cc/x-960.webp"


def test_a_link_that_would_run_something_is_left_out(served, publisher, cast, tmp_path) -> None:  # type: ignore[no-untyped-def]
    people = cast / "people.yaml"
    people.write_text(
        people.read_text("utf-8").replace("  role: Nurse educator", "  link: 'javascript:alert(1)'"), "utf-8"
    )
    publisher(cast)
    assert "javascript:" not in served(data=tmp_path / "data").get("/people/rosa").text


def test_a_heading_may_have_any_name_without_taking_that_of_a_part_of_the_page(publisher, folder, data) -> None:  # type: ignore[no-untyped-def]
    names = ("Main", "Player", "Transcript", "After transcript", "Feed", "En", "En A", "Check q text")
    text = "# A\n\n" + "".join(f"## {name}\n\nWords.\n\n" for name in names)
    text += "::: question {#q}\nWhy?\n\nAnswer: 1\n:::\n"
    files = {"site.yaml": "title: Test\n", "modules/a/01-a.md": text}
    result = publisher(folder(files))
    assert result.release is not None, result.problems
    html = _client(data).get("/modules/a/a").text
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert {slug(name) for name in names} < set(ids)
    assert sorted(ids) == sorted(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(ids)


def test_a_term_of_the_glossary_may_be_called_like_its_language(publisher, folder, data) -> None:  # type: ignore[no-untyped-def]
    terms = "".join(f"{name}: {{ term: {name}, definition: One. }}\n" for name in ("en", "en-e", "main"))
    result = publisher(
        folder({"site.yaml": "title: Test\n", "modules/a/01-a.md": "# A\n\nWords.\n", "glossary.yaml": terms})
    )
    assert result.release is not None, result.problems
    ids = re.findall(r'\sid="([^"]+)"', _client(data).get("/glossary").text)
    assert {"en", "en-e", "main"} < set(ids)
    assert sorted(ids) == sorted(set(ids))


def test_a_card_says_the_same_of_credit_as_the_page_that_it_leads_to(publisher, folder, data) -> None:  # type: ignore[no-untyped-def]
    files = {"site.yaml": "title: Test\nlanguages: [en, es]\n"}
    for name, credit in (("a", "{ hours: 0.5 }"), ("b", "{ system: AMA, credits: 0.5 }")):
        files[f"modules/{name}/module.md"] = f"---\ntitle: {name}\ncredit: {credit}\n---\n\nWords.\n"
        files[f"modules/{name}/01-x.md"] = "# X\n\nWords.\n"
    publisher(folder(files))
    client = _client(data)
    # Nobody is accredited for AMA here.
    for path in ("/modules/a", "/modules/b"):
        assert _chips(client.get(path).text) == ["0.5 h of learning"]
    for path in ("/", "/modules"):
        assert _chips(client.get(path).text) == ["0.5 h of learning", "0.5 h of learning"], path
    spanish = client.get("/", headers={"Accept-Language": "es"}).text
    assert _chips(spanish)[:1] == ["0,5 h de aprendizaje"]


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("javascript:alert(1)", False),
        ("JavaScript:alert(1)", False),
        ("data:text/html,x", False),
        ("mailto:a@b.example", False),
        ("", False),
        ("http://a.example/", True),
        ("HTTPS://a.example/", True),
    ],
)
def test_a_person_is_linked_to_web_pages_only(settings, monkeypatch, link: str, shown: bool) -> None:  # type: ignore[no-untyped-def]
    # A release may be older than the check that refuses such an address.
    people = Release.people
    monkeypatch.setattr(
        Release, "people", lambda self: tuple(one.model_copy(update={"link": link}) for one in people(self))
    )
    client = serve(settings).test_client()
    for path in ("/people", "/people/rosa", "/modules/measuring-bp", "/webinars/stroke-in-the-clinic"):
        assert not re.search(r'="\s*(javascript|data):', client.get(path).text, re.IGNORECASE), path
    assert (f'<a href="{link}" rel="noopener me">' in client.get("/people/rosa").text) is shown
    assert ('rel="noopener me"' in client.get("/people/rosa").text) is shown


def _client(data: Path) -> FlaskClient:
    return serve(Settings(data=data)).test_client()


def _chips(html: str) -> list[str]:
    return re.findall(r'<span class="chip">(.*?)</span>', html)


def test_what_to_do_first_is_found_by_its_folder_and_named_on_every_page(served, publisher, cast, data):
    (cast / "modules/teach-back.md").rename(cast / "modules/Teach it back!.md")
    course = cast / "courses/hypertension.md"
    course.write_text(course.read_text().replace("modules/teach-back", "modules/Teach it back!"))
    for name in (
        "courses/hypertension.md",
        "modules/measuring-bp/module.md",
        "podcasts/ward-round/2026-03-04-sepsis.md",
        "webinars/stroke-in-the-clinic/webinar.md",
    ):
        text = (cast / name).read_text()
        (cast / name).write_text(text.replace("---\n", "---\nprerequisites: ['modules/Teach it back!']\n", 1))
    for page in cast.rglob("*.md"):
        page.write_text(page.read_text().replace("../teach-back.md", "../Teach%20it%20back!.md"))
    result = publisher(cast)
    assert not result.refused, result.problems
    client = served(data=data)
    for path in (
        "/courses/hypertension",
        "/modules/measuring-bp",
        "/podcasts/ward-round/2026-03-04-sepsis",
        "/webinars/stroke-in-the-clinic",
    ):
        page = client.get(path).text
        assert '<a href="/modules/teach-it-back"' in page[page.index("Do first:") :][:120], path
