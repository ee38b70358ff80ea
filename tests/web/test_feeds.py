"""Feeds and what goes with them, over HTTP: as podcast apps and browsers ask for them."""

import gzip
import json
import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest
import segno
from flask.testing import FlaskClient

from lms.config import Settings
from lms.library.reader import Options
from lms.library.service import publish
from lms.media.feed.xml import NAMESPACES
from lms.search.service import parts
from tests.conftest import CONTENT, NOW
from tests.serving.rich import enrich
from tests.web.conftest import serve

BASE = "https://hillside.example"
SHOW = "/podcasts/ward-round"
FEED = f"{SHOW}/feed.xml"
SEPSIS = f"{SHOW}/2026-03-04-sepsis"
DOCUMENTS = (
    FEED,
    f"{SHOW}/low-data.xml",
    "/feed.xml",
    "/podcasts/shows.opml",
    f"{SHOW}/qr.svg",
    f"{SEPSIS}/chapters.json",
)


@pytest.fixture(scope="module")
def rich(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The cast, published with a show that says all that a show can say."""
    home = tmp_path_factory.mktemp("rich")
    content, data = enrich(shutil.copytree(CONTENT, home / "content")), home / "data"
    shutil.copytree(published / "store", data / "store")
    result = publish(content, Options(data=data, jobs=1, url=BASE), NOW, parts=parts(1))
    assert not result.refused, result.problems
    return Settings(content=content, data=data, url=BASE)


@pytest.fixture
def client(rich: Settings) -> FlaskClient:
    return serve(rich).test_client()


@pytest.mark.parametrize("path", DOCUMENTS)
def test_head_tells_what_get_would_and_sends_nothing(client: FlaskClient, path: str) -> None:
    got, head = client.get(path), client.head(path)
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers == got.headers
    assert got.content_length == len(got.data) > 0


@pytest.mark.parametrize("path", DOCUMENTS)
def test_what_one_has_is_not_sent_again(client: FlaskClient, path: str) -> None:
    first = client.get(path).headers
    for known in (
        {"If-None-Match": first["ETag"]},
        {"If-Modified-Since": first["Last-Modified"]},
        {"If-None-Match": first["ETag"], "If-Modified-Since": first["Last-Modified"]},
        # The tag wins, whatever the moment says.
        {"If-None-Match": first["ETag"], "If-Modified-Since": "Thu, 01 Jan 2026 00:00:00 GMT"},
    ):
        again = client.get(path, headers=known)
        assert (again.status_code, again.data) == (304, b"")
        assert (again.headers["ETag"], again.headers["Last-Modified"]) == (first["ETag"], first["Last-Modified"])
    for other in (
        {"If-None-Match": '"other"', "If-Modified-Since": first["Last-Modified"]},
        {"If-Modified-Since": "Thu, 01 Jan 2026 00:00:00 GMT"},
        {"If-Modified-Since": "yesterday"},
    ):
        assert client.get(path, headers=other).status_code == 200


def test_a_feed_travels_compressed(client: FlaskClient) -> None:
    plain, packed = client.get(FEED), client.get(FEED, headers={"Accept-Encoding": "gzip, deflate"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 3
    assert packed.headers["ETag"] == plain.headers["ETag"]


def test_a_browser_is_shown_a_feed_and_an_app_is_told_what_it_is(client: FlaskClient) -> None:
    for path in (FEED, "/feed.xml"):
        browser = client.get(path, headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
        app = client.get(path, headers={"Accept": "*/*"})
        assert browser.headers["Content-Type"] == "text/xml; charset=utf-8"
        assert app.headers["Content-Type"] == "application/rss+xml; charset=utf-8"
        assert browser.data == app.data
        assert "Accept" in browser.headers["Vary"].split(", ")
        style = re.search(r'<\?xml-stylesheet type="text/css" href="([^"]+)"', browser.text)
        assert style is not None
        assert client.get(style[1]).content_type.startswith("text/css")


def test_any_site_may_read_feeds_transcripts_and_chapters(client: FlaskClient) -> None:
    item = items(client)["Sepsis, early"]
    found = [one.get("url") for one in item.findall("podcast:transcript", NAMESPACES)]
    found += [one.get("url") for one in item.findall("podcast:chapters", NAMESPACES)]
    kinds = []
    for address in [BASE + FEED, *found]:
        response = client.get(address.removeprefix(BASE), headers={"Origin": "https://app.example"})
        assert response.status_code == 200
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        kinds.append(response.content_type.partition(";")[0])
    assert kinds[1:] == ["text/vtt", "text/vtt", "text/html", "text/html", "application/json+chapters"]


def test_chapters_are_as_podcast_apps_read_them(client: FlaskClient) -> None:
    assert json.loads(client.get(f"{SEPSIS}/chapters.json").data) == {
        "version": "1.2.0",
        "title": "Sepsis, early",
        "podcastName": "Ward Round",
        "chapters": [{"startTime": 0, "title": "The case"}, {"startTime": 3, "title": "The numbers"}],
    }
    told = json.loads(client.get("/webinars/stroke-in-the-clinic/chapters.json").data)
    assert [chapter["title"] for chapter in told["chapters"]] == ["The signs", "The time"]
    assert client.get(f"{SHOW}/2026-02-01-trailer/chapters.json").status_code == 404
    assert client.get(f"{SHOW}/nothing/chapters.json").status_code == 404


def test_a_transcript_is_a_page_in_its_own_language(client: FlaskClient) -> None:
    spanish = client.get(f"{SEPSIS}/transcript/es.html").text
    assert "Respira rápido, y dice que está bien." in spanish
    assert 'lang="es"' in spanish
    assert "She breathes fast" in client.get(f"{SEPSIS}/transcript/en.html").text
    assert client.get(f"{SEPSIS}/transcript/fr.html").status_code == 404


def test_the_feed_says_what_no_client_of_the_tests_reads(client: FlaskClient) -> None:
    channel = ElementTree.fromstring(client.get(FEED).data).find("channel")
    assert channel is not None
    often = channel.find("podcast:updateFrequency", NAMESPACES)
    assert (often.text, often.get("rrule")) == ("every other week", "FREQ=WEEKLY;INTERVAL=2")
    picture = channel.find("podcast:image", NAMESPACES)
    assert picture.get("href") == channel.find("itunes:image", NAMESPACES).get("href")
    assert (picture.get("alt"), picture.get("aspect-ratio"), picture.get("width")) == (
        "A plain teal square.",
        "1/1",
        "1400",
    )
    own = items(client)["Sepsis, early"].find("podcast:image", NAMESPACES)
    assert (own.get("alt"), own.get("purpose")) == ("Three numbers.", "artwork")
    low = ElementTree.fromstring(client.get(f"{SHOW}/low-data.xml").data).find("channel")
    assert (
        low.findtext("itunes:block", namespaces=NAMESPACES),
        low.findtext("podcast:block", namespaces=NAMESPACES),
    ) == (
        "Yes",
        "yes",
    )
    assert low.findtext("podcast:guid", namespaces=NAMESPACES) == channel.findtext(
        "podcast:guid", namespaces=NAMESPACES
    )


def test_an_app_may_import_all_shows(client: FlaskClient) -> None:
    response = client.get("/podcasts/shows.opml")
    assert response.content_type == "text/x-opml; charset=utf-8"
    root = ElementTree.fromstring(response.data)
    assert (root.tag, root.get("version"), root.findtext("head/title")) == ("opml", "2.0", "Hillside Network")
    # An outside show whose feed is a file has no address to follow.
    assert [outline.attrib for outline in root.findall("body/outline")] == [
        {
            "type": "rss",
            "text": "Ward Round",
            "title": "Ward Round",
            "xmlUrl": BASE + FEED,
            "htmlUrl": BASE + SHOW,
            "description": "One case, in the time of a coffee.",
            "language": "en",
        }
    ]


@pytest.mark.parametrize("rest", ["", "/feed.xml", "/low-data.xml", "/qr.svg"])
def test_a_former_name_of_a_show_leads_to_it(client: FlaskClient, rest: str) -> None:
    response = client.get(f"/podcasts/night-round{rest}")
    assert response.status_code == 301
    assert response.headers["Location"].removeprefix(BASE) == SHOW + rest
    assert client.get(f"/podcasts/dawn-round{rest}").status_code == 404


@pytest.mark.parametrize("rest", ["", "/chapters.json", "/transcript/en.html"])
def test_a_former_name_of_a_show_leads_to_its_episodes(client: FlaskClient, rest: str) -> None:
    response = client.get(f"/podcasts/night-round/2026-03-04-sepsis{rest}")
    assert response.status_code == 301
    assert response.headers["Location"].removeprefix(BASE) == SEPSIS + rest


def test_the_qr_code_is_that_of_the_feed(client: FlaskClient) -> None:
    response = client.get(f"{SHOW}/qr.svg")
    assert response.content_type.startswith("image/svg+xml")
    wanted = [[bool(module) for module in row] for row in segno.make(BASE + FEED, error="m", micro=False).matrix]
    drawn = dark(response.text)
    assert drawn == {(x + 3, y + 3) for y, row in enumerate(wanted) for x, module in enumerate(row) if module}


def dark(svg: str) -> set[tuple[int, int]]:
    """The dark modules of a QR code that is drawn as rows of lines, from left to right."""
    (path,) = re.findall(r'stroke="#10181a"[^>]* d="([^"]+)"|d="([^"]+)"[^>]*stroke="#10181a"', svg)
    found, x, y = set(), 0.0, 0.0
    for step, first, second in re.findall(r"([Mmh])(-?[\d.]+)(?: ?(-?[\d.]+))?", "".join(path)):
        if step == "M":
            x, y = float(first), float(second)
        elif step == "m":
            x, y = x + float(first), y + float(second)
        else:
            found |= {(int(x) + right, int(y)) for right in range(int(first))}
            x += float(first)
    return found


def items(client: FlaskClient) -> dict[str, ElementTree.Element]:
    """The items of the feed, by title."""
    found = ElementTree.fromstring(client.get(FEED).data).findall("channel/item")
    return {str(item.findtext("title")): item for item in found}
