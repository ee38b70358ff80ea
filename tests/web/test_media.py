"""Media files, their feeds, and the pages that play them."""

import gzip
import json
import re
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from lms.library.shelf import Shelf
from lms.media.models import Asset
from tests.web.conftest import words

WEBINAR = "/webinars/stroke-in-the-clinic"


@pytest.fixture
def sound(shelf: Shelf) -> Asset:
    release = shelf.release()
    rendition = release.episode("ward-round", "2026-03-04-sepsis").recording.renditions[0]
    return release.asset(rendition.url)


def test_a_file_is_kept_for_ever_and_may_be_played_anywhere(client: FlaskClient, sound: Asset) -> None:
    response = client.get(sound.url, buffered=True)
    assert response.status_code == 200
    assert len(response.data) == sound.bytes
    assert response.content_type == sound.type
    headers = response.headers
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert headers["Accept-Ranges"] == "bytes"
    assert headers["ETag"] == f'"{sound.url.split("/")[2]}"'
    again = client.get(sound.url, buffered=True, headers={"If-None-Match": headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_player_may_ask_for_parts(client: FlaskClient, sound: Asset) -> None:
    whole = client.get(sound.url, buffered=True).data
    first = client.get(sound.url, buffered=True, headers={"Range": "bytes=0-1"})
    assert (first.status_code, first.data) == (206, whole[:2])
    assert first.headers["Content-Range"] == f"bytes 0-1/{sound.bytes}"
    assert first.content_type == sound.type
    last = client.get(sound.url, buffered=True, headers={"Range": "bytes=-10"})
    assert (last.status_code, last.data) == (206, whole[-10:])
    beyond = client.get(sound.url, buffered=True, headers={"Range": f"bytes={sound.bytes}-"})
    assert beyond.status_code == 416
    assert beyond.headers["Content-Range"] == f"bytes */{sound.bytes}"
    stale = client.get(sound.url, buffered=True, headers={"Range": "bytes=0-1", "If-Range": '"older"'})
    assert stale.status_code == 200


def test_head_tells_the_size_of_a_file(client: FlaskClient, sound: Asset) -> None:
    response = client.head(sound.url)
    assert (response.status_code, response.content_length, response.data) == (200, sound.bytes, b"")


def test_captions_travel_compressed(client: FlaskClient, shelf: Shelf) -> None:
    captions = shelf.release().webinar("stroke-in-the-clinic").recording.captions[0]
    plain = client.get(captions.url)
    packed = client.get(captions.url, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert packed.headers["ETag"] != plain.headers["ETag"]
    for one in (plain, packed):
        assert one.content_type.startswith("text/vtt")
        assert one.headers["Access-Control-Allow-Origin"] == "*"
        known = {"If-None-Match": one.headers["ETag"], "Accept-Encoding": one.headers.get("Content-Encoding", "")}
        assert client.get(captions.url, headers=known).status_code == 304
    part = client.get(captions.url, headers={"Range": "bytes=0-5", "Accept-Encoding": "gzip"})
    assert (part.status_code, part.data) == (206, b"WEBVTT")
    assert client.head(captions.url).content_length == len(plain.data)


@pytest.mark.parametrize(
    "path",
    [
        "/media/../../releases/x/release.db",
        "/media/%2e%2e/%2e%2e/problems.json",
        "/media/..%2f..%2fproblems.json",
        "/media/x%00y/z",
        "/media//etc/passwd",
        "/media/0000000000000000/nothing.mp3",
        "/media/",
    ],
)
def test_no_path_leads_out_of_the_store(client: FlaskClient, path: str) -> None:
    assert client.get(path, follow_redirects=True).status_code == 404


def test_a_web_server_in_front_may_send_the_bytes(served, sound: Asset) -> None:  # type: ignore[no-untyped-def]
    response = served(accel="/protected/").get(sound.url, buffered=True)
    assert response.headers["X-Accel-Redirect"] == "/protected/" + quote(sound.url.removeprefix("/media/"))
    assert response.data == b""
    assert response.content_type == sound.type
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Content-Security-Policy"].startswith("sandbox")


def test_a_feed_stays_the_same_until_the_show_changes(client: FlaskClient) -> None:
    feed = client.get("/podcasts/ward-round/feed.xml")
    assert feed.content_type == "application/rss+xml; charset=utf-8"
    channel = ElementTree.fromstring(feed.data).find("channel")
    assert channel.findtext("title") == "Ward Round"
    assert [item.findtext("title") for item in channel.findall("item")] == ["Asthma at night", "Sepsis, early"]
    enclosure = channel.find("item/enclosure").get("url")
    assert enclosure.startswith("https://hillside.example/media/")
    assert client.head(enclosure.removeprefix("https://hillside.example")).status_code == 200
    again = client.get("/podcasts/ward-round/feed.xml", headers={"If-None-Match": feed.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    spanish = client.get("/podcasts/ward-round/feed.xml", headers={"Accept-Language": "es"})
    assert spanish.data == feed.data


def test_an_outside_show_has_its_own_feed_not_ours(client: FlaskClient) -> None:
    assert client.get("/podcasts/elsewhere/feed.xml").status_code == 404
    assert "Not ours." in client.get("/podcasts/elsewhere").text
    assert "alternate" not in client.get("/podcasts/elsewhere").text


def test_a_show_offers_its_feed(client: FlaskClient) -> None:
    html = client.get("/podcasts/ward-round").text
    address = "https://hillside.example/podcasts/ward-round/feed.xml"
    assert f'readonly value="{address}"' in html
    assert '<link rel="alternate" type="application/rss+xml"' in html


def test_every_way_to_take_a_recording_says_what_it_costs(client: FlaskClient, shelf: Shelf) -> None:
    html = client.get(WEBINAR).text
    ways = re.findall(r'href="\?take=([\w-]+)#_player"', html)
    assert sorted(ways) == sorted(r.way for r in shelf.release().webinar("stroke-in-the-clinic").recording.renditions)
    row = words(html[html.index('<ul class="ways">') : html.index("Nothing is loaded")])
    assert row.replace("\u00a0", " ").startswith("Read 1 kB here already Listen, low data")
    assert row.count("kB") + row.count("MB") == len(ways) + 1


def test_nothing_heavy_starts_by_itself(client: FlaskClient) -> None:
    for path in (WEBINAR, "/podcasts/ward-round/2026-03-04-sepsis"):
        html = client.get(path).text
        assert 'preload="none"' in html
        assert "autoplay" not in html


def test_a_way_is_taken_without_script(client: FlaskClient, shelf: Shelf) -> None:
    recording = shelf.release().webinar("stroke-in-the-clinic").recording
    small = client.get(f"{WEBINAR}?take=listen-low&t=5").text
    assert "<audio" in small and "<video" not in small
    assert f'src="{recording.rendition("listen-low").url}#t=5"' in small
    assert 'href="?take=listen-low#_player" aria-current="true"' in small
    assert 'href="?take=listen-low&amp;t=5#_player"' in small, "lines keep the way"
    film = client.get(WEBINAR).text
    assert f'<track kind="captions" src="{recording.captions[0].url}" srclang="en" label="English" default>' in film


def test_the_transcript_is_read_like_a_text(client: FlaskClient) -> None:
    html = client.get(WEBINAR).text
    text = html[html.index('id="_transcript"') : html.index('id="_after-transcript"')]
    assert re.findall(r"<h3>(.*?)</h3>", text) == ["The signs", "The time"]
    assert re.findall(r"<b>(.*?)</b>", text) == ["Rosa Quispe", "Daniel Okafor", "Rosa Quispe"]
    assert '<a href="?t=2#_player" data-t="2.5">The face, the arm, the speech.</a>' in text


def test_a_recording_tells_machines_what_is_said_in_it(client: FlaskClient) -> None:
    block = re.findall(r'<script type="application/ld\+json">(.*?)</script>', client.get(WEBINAR).text)[0]
    data = json.loads(block)
    assert data["@type"] == "VideoObject"
    assert data["transcript"].startswith("What do you look at first? The face,")
    assert re.fullmatch(r"PT\d+S", data["duration"])
    assert data["contentUrl"].startswith("https://hillside.example/media/")


def test_slides_can_be_taken_away(client: FlaskClient) -> None:
    html = client.get(WEBINAR).text
    assert re.search(
        r'<a class="button quiet" href="/media/[^"]+" download="slides.pdf">Slides</a> <small>PDF · ', html
    )


@pytest.mark.parametrize(
    "asked", ["items=0-1", "bytes=0-1,5-6", "bytes=5-2", "bytes=-", "bytes", "bytes=a-b", "bytes=-0x1"]
)
def test_a_range_that_is_not_one_range_of_bytes_gets_the_whole_file(
    client: FlaskClient, sound: Asset, asked: str
) -> None:
    response = client.get(sound.url, buffered=True, headers={"Range": asked})
    assert (response.status_code, len(response.data)) == (200, sound.bytes)
    assert "Content-Range" not in response.headers


def test_the_last_bytes_of_a_file_may_be_more_than_it_has(client: FlaskClient, sound: Asset, shelf: Shelf) -> None:
    captions = shelf.release().webinar("stroke-in-the-clinic").recording.captions[0]
    for asset in (sound, shelf.release().asset(captions.url)):
        response = client.get(asset.url, buffered=True, headers={"Range": f"bytes=-{asset.bytes + 65_536}"})
        assert (response.status_code, len(response.data)) == (206, asset.bytes)
        assert response.headers["Content-Range"] == f"bytes 0-{asset.bytes - 1}/{asset.bytes}"


def test_only_a_range_that_the_file_does_not_have_is_refused(client: FlaskClient, sound: Asset) -> None:
    for asked in (f"bytes={sound.bytes}-", f"bytes={sound.bytes}-{sound.bytes + 9}", "bytes=-0"):
        assert client.get(sound.url, buffered=True, headers={"Range": asked}).status_code == 416, asked
