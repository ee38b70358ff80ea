"""Our own feeds: what podcast apps find in them."""

from io import BytesIO
from xml.etree import ElementTree

import podcastparser
import pytest

from lms.media.feed.reading import parse
from lms.media.feed.writing import NAMESPACES, abroad, plain, rss
from lms.media.models import Show

BASE = "https://hillside.example"


@pytest.fixture
def show(shelf) -> Show:
    return shelf.release().show("ward-round")


def find(data, path):
    return ElementTree.fromstring(data).findall(path, NAMESPACES)


def test_a_feed_has_all_that_directories_ask_for(show):
    channel = find(rss(show, base_url=BASE), "channel")[0]

    def text(name):
        return channel.findtext(name, namespaces=NAMESPACES)

    assert text("title") == "Ward Round"
    assert text("description") == "One case, in the time of a coffee."
    assert text("language") == "en"
    assert text("link") == f"{BASE}/podcasts/ward-round"
    assert text("itunes:author") == "Hillside Hospital"
    assert text("itunes:explicit") == "false"
    assert text("itunes:type") == "episodic"
    assert channel.find("atom:link", NAMESPACES).get("href") == f"{BASE}/podcasts/ward-round/feed.xml"
    assert channel.find("itunes:image", NAMESPACES).get("href").startswith(f"{BASE}/media/")
    outer = channel.find("itunes:category", NAMESPACES)
    assert (outer.get("text"), outer[0].get("text")) == ("Education", "Courses")


def test_items_enclose_their_sound_with_its_true_length(show):
    items = find(rss(show, base_url=BASE), "channel/item")
    assert [item.findtext("guid") for item in items] == ["ward-round/2026-03-18-asthma", "ward-round/2026-03-04-sepsis"]
    assert [item.find("guid").get("isPermaLink") for item in items] == ["false", "false"]
    listen = [episode.recording.rendition("listen") for episode in show.episodes]
    assert [item.find("enclosure").attrib for item in items] == [
        {"url": f"{BASE}{one.url}", "length": str(one.bytes), "type": "audio/mpeg"} for one in listen
    ]
    assert items[1].findtext("pubDate") == "Wed, 04 Mar 2026 12:00:00 +0000"
    assert items[1].findtext("itunes:duration", namespaces=NAMESPACES) == "6"
    transcript = items[1].find("podcast:transcript", NAMESPACES)
    assert (transcript.get("type"), transcript.get("language")) == ("text/vtt", "en")
    assert f'href="{BASE}/webinars/stroke-in-the-clinic"' in items[1].findtext("content:encoded", namespaces=NAMESPACES)


def test_the_light_feed_has_the_same_items_with_lighter_sound(show):
    usual, light = rss(show, base_url=BASE), rss(show, base_url=BASE, way="listen-low")
    guids = [[item.findtext("guid") for item in find(data, "channel/item")] for data in (usual, light)]
    assert guids[0] == guids[1]
    lengths = [[int(e.get("length")) for e in find(data, "channel/item/enclosure")] for data in (usual, light)]
    assert lengths[1][1] < lengths[0][1]
    # An episode that is light already stays as it is.
    assert lengths[1][0] == lengths[0][0]


def test_media_may_come_from_another_address(show):
    data = rss(show, base_url=BASE, media_url="https://cdn.example/")
    assert all(e.get("url").startswith("https://cdn.example/media/") for e in find(data, "channel/item/enclosure"))
    assert find(data, "channel/link")[0].text == f"{BASE}/podcasts/ward-round"


def test_the_same_show_gives_the_same_bytes(show):
    assert rss(show, base_url=BASE) == rss(Show.model_validate_json(show.model_dump_json()), base_url=BASE)


def test_signs_that_xml_cannot_say_are_left_out(show):
    odd = show.model_copy(update={"title": "Ward\x0b & \ud800<Round>\x00", "summary": "\x1b[1m"})
    assert find(rss(odd, base_url=BASE), "channel/title")[0].text == "Ward & <Round>"


def test_another_reader_and_our_own_find_the_same(show):
    data = rss(show, base_url=BASE)
    theirs = podcastparser.parse(f"{BASE}/feed.xml", BytesIO(data))
    ours, notes = parse(data, f"{BASE}/feed.xml")
    assert notes == []
    assert [item["guid"] for item in theirs["episodes"]] == [item.guid for item in ours.items]
    assert [item["enclosures"][0]["url"] for item in theirs["episodes"]] == [item.url for item in ours.items]
    assert [item["total_time"] for item in theirs["episodes"]] == [item.seconds for item in ours.items]
    assert [item["published"] for item in theirs["episodes"]] == [item.moment.timestamp() for item in ours.items]
    assert theirs["itunes_categories"] == [["Education", "Courses"]]
    assert [item.transcripts[0].url for item in ours.items] == [
        f"{BASE}{episode.recording.captions[0].url}" for episode in show.episodes
    ]


def test_our_html_goes_abroad_with_whole_addresses():
    html = '<p><a href="/modules/a">a</a> <img src="/media/1/a.png" srcset="/media/2/a.webp 480w" loading="lazy"></p>'
    assert abroad(html, "https://a.example", "https://b.example") == (
        '<p><a href="https://a.example/modules/a">a</a> <img src="https://b.example/media/1/a.png"></p>'
    )


def test_words_of_html_fit_into_four_thousand_bytes():
    assert plain("<p>One &amp; <b>two</b></p>\n<p>three</p>") == "One & two three"
    assert len(plain("é" * 5_000).encode()) == 4_000
