"""Our own feeds: what podcast apps find in them."""

import json
from decimal import Decimal
from io import BytesIO
from xml.etree import ElementTree

import podcastparser
import pytest

from lms.media.feed.reading import parse
from lms.media.feed.writing import Contributor, Place, chapters_json, rss
from lms.media.feed.xml import NAMESPACES, abroad, plain
from lms.media.models import Chapter, Funding, Show, Soundbite, Verification

BASE = "https://hillside.example"
HERE = Place(base=BASE)


@pytest.fixture
def show(shelf) -> Show:
    return shelf.release().show("ward-round")


def find(data, path):
    return ElementTree.fromstring(data).findall(path, NAMESPACES)


def test_a_feed_has_all_that_directories_ask_for(show):
    channel = find(rss(show, HERE), "channel")[0]

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
    items = find(rss(show, HERE), "channel/item")
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
    usual, light = rss(show, HERE), rss(show, HERE, "listen-low")
    guids = [[item.findtext("guid") for item in find(data, "channel/item")] for data in (usual, light)]
    assert guids[0] == guids[1]
    lengths = [[int(e.get("length")) for e in find(data, "channel/item/enclosure")] for data in (usual, light)]
    assert lengths[1][1] < lengths[0][1]
    # An episode that is light already stays as it is.
    assert lengths[1][0] == lengths[0][0]


def test_an_item_says_its_people_seasons_chapters_and_transcripts(show):
    voices = {"rosa": Contributor(name="Rosa Quispe", url="/people/rosa"), "daniel": Contributor(name="Daniel Okafor")}
    asthma, sepsis = find(rss(show, Place(base=BASE, contributors=voices)), "channel/item")
    assert [(one.get("role"), one.text, one.get("href")) for one in sepsis.findall("podcast:person", NAMESPACES)] == [
        ("host", "Rosa Quispe", f"{BASE}/people/rosa"),
        ("guest", "Daniel Okafor", None),
    ]
    # Nobody else is heard there than in the show as a whole.
    assert asthma.findall("podcast:person", NAMESPACES) == []
    assert sepsis.findtext("podcast:season", namespaces=NAMESPACES) == "1"
    chapters = sepsis.find("podcast:chapters", NAMESPACES)
    assert chapters.attrib == {
        "url": f"{BASE}/podcasts/ward-round/2026-03-04-sepsis/chapters.json",
        "type": "application/json+chapters",
    }
    kinds = [(one.get("type"), one.get("language")) for one in sepsis.findall("podcast:transcript", NAMESPACES)]
    assert kinds == [("text/vtt", "en"), ("text/html", "en")]
    others = sepsis.findall("podcast:alternateEnclosure", NAMESPACES)
    low = show.episodes[1].recording.rendition("listen-low")
    assert [(one.get("type"), one.get("length"), one[0].get("uri")) for one in others] == [
        ("audio/mpeg", str(low.bytes), f"{BASE}{low.url}")
    ]


def test_a_show_says_all_that_its_front_matter_says(show):
    told = show.model_copy(
        update={
            "guid": "9b024349-ccf0-5f69-a609-6b82873eab3c",
            "funding": Funding(url="https://hillside.example/give", text="Support us"),
            "frequency": "fortnightly",
            "copyright": "Hillside",
            "moved_to": "https://elsewhere.example/feed.xml",
            "verification": Verification(purpose="applepodcastsverify", text="abc"),
        }
    )
    channel = find(rss(told, Place(base=BASE, contact="hub@hillside.example")), "channel")[0]

    def one(name):
        element = channel.find(name, NAMESPACES)
        return element.text, dict(element.attrib)

    assert one("podcast:guid") == ("9b024349-ccf0-5f69-a609-6b82873eab3c", {})
    assert one("podcast:medium") == ("course", {})
    assert one("podcast:locked") == ("yes", {"owner": "hub@hillside.example"})
    assert one("podcast:license") == ("cc-by-4.0", {})
    assert one("podcast:funding") == ("Support us", {"url": "https://hillside.example/give"})
    assert one("podcast:txt") == ("abc", {"purpose": "applepodcastsverify"})
    assert one("podcast:updateFrequency") == ("fortnightly", {"rrule": "FREQ=WEEKLY;INTERVAL=2"})
    assert one("itunes:new-feed-url") == ("https://elsewhere.example/feed.xml", {})
    assert one("copyright") == ("Hillside", {})
    assert one("podcast:image")[1]["alt"] == "A plain teal square."


def test_the_light_feed_asks_directories_to_leave_it_out(show):
    names = ("itunes:block", "podcast:block")
    usual, light = (find(rss(show, HERE, way), "channel")[0] for way in ("listen", "listen-low"))
    assert [usual.findtext(name, namespaces=NAMESPACES) for name in names] == [None, None]
    assert [light.findtext(name, namespaces=NAMESPACES) for name in names] == ["Yes", "yes"]


def test_trailers_and_soundbites_are_told(show):
    bite = Soundbite(start=Decimal("1.5"), seconds=Decimal(3), title="Count")
    sepsis = show.episodes[1].model_copy(update={"type": "trailer", "soundbites": (bite,)})
    channel = find(rss(show.model_copy(update={"episodes": (sepsis,)}), HERE), "channel")[0]
    trailer = channel.find("podcast:trailer", NAMESPACES)
    assert (trailer.text, trailer.get("season"), trailer.get("type")) == ("Sepsis, early", "1", "audio/mpeg")
    found = channel.find("item/podcast:soundbite", NAMESPACES)
    assert (found.text, found.attrib) == ("Count", {"startTime": "1.5", "duration": "3"})


def test_chapters_are_told_as_apps_fetch_them():
    made = json.loads(chapters_json("Sepsis", "Ward Round", [Chapter(start=Decimal(3), title="«Numbers»")]))
    assert made == {
        "version": "1.2.0",
        "title": "Sepsis",
        "podcastName": "Ward Round",
        "chapters": [{"startTime": 3, "title": "«Numbers»"}],
    }


def test_media_may_come_from_another_address(show):
    data = rss(show, Place(base=BASE, files="https://cdn.example"))
    assert all(e.get("url").startswith("https://cdn.example/media/") for e in find(data, "channel/item/enclosure"))
    assert find(data, "channel/link")[0].text == f"{BASE}/podcasts/ward-round"


def test_the_same_show_gives_the_same_bytes(show):
    assert rss(show, HERE) == rss(Show.model_validate_json(show.model_dump_json()), HERE)


def test_signs_that_xml_cannot_say_are_left_out(show):
    odd = show.model_copy(update={"title": "Ward\x0b & \ud800<Round>\x00", "summary": "\x1b[1m"})
    assert find(rss(odd, HERE), "channel/title")[0].text == "Ward & <Round>"


def test_another_reader_and_our_own_find_the_same(show):
    data = rss(show, HERE)
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
