"""The results page, its JSON, suggestions, and what browsers ask for."""

import re
from xml.etree import ElementTree

import pytest

from lms.config import Settings
from lms.library.reader import Options
from lms.library.service import publish
from lms.search.service import parts
from lms.web.marks import _pattern
from tests.conftest import NOW
from tests.web.conftest import serve, words


def test_results_say_what_they_are_and_where(client):
    html = client.get("/search?q=which+size").text
    assert 'href="/modules/measuring-bp/cuff?mark=size#which-size"' in html
    assert "<mark>" in html
    assert "Lesson · " in words(html)
    assert "Measuring blood pressure" in html


def test_a_result_opens_with_its_words_marked(client):
    html = client.get("/search?q=bladder+arm").text
    link = re.search(r'<h2><a href="([^"]+)"', html)[1].replace("&amp;", "&")
    page = client.get(link.partition("#")[0]).text
    assert "<mark>" in page
    assert 'id="' + link.partition("#")[2] + '"' in page


def test_words_are_marked_in_a_transcript(client):
    assert "<mark>face</mark>" in client.get("/webinars/stroke-in-the-clinic?t=0&mark=face").text


def test_marking_breaks_no_tag_and_no_entity(client):
    html = client.get("/modules/measuring-bp/cuff?mark=class+amp+figure+p+quot+lt").text
    assert "&<mark>" not in html
    assert "<<mark>" not in html
    assert client.get("/modules/measuring-bp/cuff").text.count("<mark>") == 0
    assert _pattern(("amp",)).sub("!", "a &amp; amp") != "a &!; !"


def test_what_is_marked_cannot_be_markup(client):
    html = client.get("/modules/measuring-bp/cuff", query_string={"mark": "x<script>alert(1)</script> cuff"}).text
    assert "<script>alert" not in html


def test_programs_get_json_at_the_same_address(client):
    answer = client.get("/search?q=cuff", headers={"Accept": "application/json"})
    assert answer.content_type == "application/json"
    assert "Accept" in answer.headers["Vary"]
    told = answer.json
    assert told["total"] == len(told["results"])
    assert {"url", "page", "kind", "title", "snippet", "heading", "second", "marks"} <= told["results"][0].keys()
    assert told["facets"]["kind"][0].keys() == {"value", "count", "chosen"}
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    assert client.get("/search?q=cuff", headers={"Accept": browser}).content_type.startswith("text/html")
    assert client.get("/search?q=cuff").content_type.startswith("text/html")


def test_the_kept_page_is_html_for_people_and_json_for_programs(client):
    for _ in range(2):
        assert client.get("/search").content_type.startswith("text/html")
        assert client.get("/search", headers={"Accept": "application/json"}).json["total"] == 0


def test_facets_lead_to_shareable_addresses_and_back(client):
    html = client.get("/search?q=pressure").text
    link = re.search(r'href="(/search\?q=pressure\+kind%3A\w+)"', html)[1]
    narrowed = client.get(link).text
    assert 'aria-current="true"' in narrowed
    assert 'href="/search?q=pressure"' in narrowed


def test_nothing_found_shows_what_is_near_and_what_is_new(client):
    text = words(client.get('/search?q="cuff+zebra"').text)
    assert "Nothing here says this." in text
    assert "What is near" in text
    assert "What is new" in text
    assert "Choosing the cuff" in text


def test_did_you_mean_is_a_link(client):
    assert (
        'Did you mean <a href="/search?q=blood+pressure">blood pressure</a>?'
        in client.get("/search?q=blod+presure").text
    )


def test_it_speaks_spanish(client):
    html = client.get("/search?q=presion", headers={"Accept-Language": "es"}).text
    assert "Resultados" in html
    assert "Lección" in words(html) or "Módulo" in words(html)


def test_every_page_has_the_field_and_the_description(client):
    html = client.get("/about").text
    assert '<form class="find" role="search" action="/search">' in html
    assert '<link rel="search" href="/opensearch.xml"' in html


def test_a_browser_can_add_the_search(client):
    answer = client.get("/opensearch.xml")
    assert answer.content_type.startswith("application/opensearchdescription+xml")
    root = ElementTree.fromstring(answer.text)
    urls = {one.get("type"): one.get("template") for one in root if one.tag.endswith("Url")}
    assert urls["text/html"].startswith("https://hillside.example/search?q={searchTerms}")
    assert len(root.find("{http://a9.com/-/spec/opensearch/1.1/}ShortName").text) <= 16


def test_suggestions_are_json_in_two_shapes(client):
    assert client.get("/search/suggest?q=cho").json == [
        {"kind": "lesson", "text": "Choosing the cuff", "url": "/modules/measuring-bp/cuff"}
    ]
    told = client.get("/search/suggest?q=cho&as=opensearch").json
    assert told[:2] == ["cho", ["Choosing the cuff"]]


def test_the_search_page_keeps_to_the_rules_of_all_pages(client):
    for path in ("/search", "/search?q=cuff", "/search?q=zzzz"):
        html = client.get(path).text
        assert html.count("<h1") == 1
        assert re.findall(r"<script(?![^>]* src=)|<style|\sstyle=|\son\w+=", html) == []


@pytest.mark.parametrize(
    ("accept", "json"),
    [
        ("application/json", True),
        ("application/json, text/plain, */*", True),
        ("text/html;q=0.5, application/json", True),
        ("application/*", True),
        ("application/json;q=0.5, text/html", False),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8", False),
        ("*/*", False),
        ("text/plain", False),
        ("application/json;q=0", False),
        ("garbage;;;q=x", False),
        ("", False),
    ],
)
def test_who_asks_gets_what_they_would_rather_have(client, accept, json):
    for method in ("GET", "HEAD"):
        answer = client.open("/search?q=cuff", method=method, headers={"Accept": accept})
        assert answer.status_code == 200
        assert answer.content_type.startswith("application/json" if json else "text/html")
        assert "Accept" in answer.headers["Vary"].split(", ")
        assert bool(answer.data) == (method == "GET")


def test_pages_past_the_last_are_empty_for_programs_and_the_last_one_for_people(client):
    programs = {"Accept": "application/json"}
    for number in ("2", "999999", "9" * 30):
        told = client.get(f"/search?q=cuff&page={number}", headers=programs).json
        assert (told["results"], told["pages"]) == ([], 1)
        assert told["page"] > 1
        assert "Choosing the cuff" in client.get(f"/search?q=cuff&page={number}").text
    for number in ("0", "-1", "", "x", "1e3", "\u0663"):
        assert client.get("/search", query_string={"q": "cuff", "page": number}, headers=programs).json["page"] == 1


def test_no_page_of_results_is_for_search_engines(client):
    assert '<meta name="robots" content="noindex">' in client.get("/search?q=cuff").text
    assert client.get("/search?q=cuff", headers={"Accept": "application/json"}).headers["X-Robots-Tag"] == "noindex"


def test_programs_get_errors_as_json_too(client):
    answer = client.post("/search?q=cuff", headers={"Accept": "application/json"})
    assert answer.content_type == "application/problem+json"
    assert answer.json == {"status": 405, "title": "Method Not Allowed"}
    assert "GET" in answer.headers["Allow"]
    assert client.post("/search?q=cuff").content_type.startswith("text/html")


def test_a_release_that_cannot_be_searched_says_so(cast, data):
    publish(cast, Options(data=data, jobs=1), NOW, parts={})
    client = serve(Settings(data=data)).test_client()
    answer = client.get("/search?q=cuff")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert "Search is not ready yet." in words(answer.text)
    assert "What is new" in answer.text
    told = client.get("/search?q=cuff", headers={"Accept": "application/json"})
    assert (told.status_code, told.json["status"]) == (503, 503)
    assert told.content_type == "application/problem+json"
    assert client.get("/search/suggest?q=cuff").json == []
    assert client.get("/search").status_code == 200


def test_the_description_names_the_public_address_and_stays_well_formed(cast, data):
    site = cast / "site.yaml"
    site.write_text(re.sub("(?m)^(title|summary|url):.*\n", "", site.read_text()) + "title: A & B <" + "x" * 60 + "\n")
    with site.open("a") as file:
        file.write("summary: '" + "& " * 700 + "'\n")
    assert not publish(cast, Options(data=data, jobs=1), NOW, parts=parts(1)).refused
    client = serve(Settings(data=data, url="https://learn.example.org")).test_client()
    root = ElementTree.fromstring(client.get("/opensearch.xml", headers={"Host": "10.0.0.1"}).text)
    text = {one.tag.split("}")[1]: one.text or "" for one in root}
    assert len(text["ShortName"]) <= 16
    assert len(text["LongName"]) <= 48
    assert len(text["Description"]) <= 1024
    assert text["Image"].startswith("https://learn.example.org/")
    assert all(one.get("template").startswith("https://learn.example.org/") for one in root if one.tag.endswith("Url"))


def test_a_very_long_question_is_not_repeated_in_every_filter(client):
    assert len(client.get("/search", query_string={"q": "cuff " * 1_500}).data) < 60_000


def test_the_language_switch_keeps_the_question(client):
    assert 'next=/search%3Fq%3Dcuff"' in client.get("/search?q=cuff").text
