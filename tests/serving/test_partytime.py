"""podcast-partytime, which many podcast services read feeds with, reads every field as the content says it."""

import re
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.serving.conftest import Server
from tests.serving.rich import GUID

FEED = "/podcasts/ward-round/feed.xml"
ROSA = {"name": "Rosa Quispe", "group": "Cast", "href": "/people/rosa", "img": "media:rosa.png"}
DANIEL = {"name": "Daniel Okafor", "group": "Cast", "href": "/people/daniel"}
SHOW = {
    "type": 0,  # RSS
    "title": "Ward Round",
    "description": "One case, in the time of a coffee.",
    "link": "/podcasts/ward-round",
    "language": "en",
    "explicit": False,
    "author": "Hillside Hospital",
    "owner": {"name": "Hillside Hospital", "email": "hub@hillside.example"},
    "copyright": "© 2026 Hillside Hospital",
    "generator": "Spoke",
    "pubDate": "2026-03-18T12:00:00.000Z",
    "pubsub": {"self": FEED},
    "categories": ["education", "courses"],
    "itunesCategory": ["Education > Courses"],
    "itunesType": "episodic",
    "itunesBlock": False,
    "itunesComplete": False,
    "itunesImage": "media:artwork.jpg",
    "image": {"url": "media:artwork.jpg"},
    "guid": GUID,
    "medium": "course",
    "locked": True,
    "podcastOwner": "hub@hillside.example",
    "podcastBlocked": "no",
    "podcastPeople": [ROSA | {"role": "Host"}],
    "license": {"identifier": "cc-by-4.0", "url": "https://spdx.org/licenses/CC-BY-4.0.html"},
    "podcastFunding": [{"message": "Keep the kettle on", "url": "https://hillside.example/give?to=ward&how=card"}],
    "podcastTxt": [{"value": "hillside & ward 42", "purpose": "owner"}],
    "trailers": [
        {
            "title": "Why a ward round",
            "url": "media:2026-02-01-trailer.mp3",
            "pubdate": "2026-02-01T12:00:00.000Z",
            "type": "audio/mpeg",
            "season": 2,
        }
    ],
    "podcastSeasons": {"1": {"number": 1}, "2": {"number": 2}},
    "newestItemPubDate": "2026-03-18T12:00:00.000Z",
    "oldestItemPubDate": "2026-02-01T12:00:00.000Z",
    "lastPubDate": "2026-03-18T12:00:00.000Z",
}
SUPPORT = {
    "1": ["locked", "funding", "transcript", "chapters", "soundbite"],
    "2": ["person", "season", "episode"],
    "3": ["trailer", "license", "guid", "alternateEnclosure"],
    "4": ["medium"],
    "6": ["txt"],
}


def alternate(name: str, kind: str = "audio/mpeg") -> dict[str, Any]:
    return {"type": kind, "default": False, "source": [{"uri": f"media:{name}", "contentType": kind}]}


def transcripts(page: str, **files: str) -> list[dict[str, str]]:
    """WebVTT first, then pages; of each the show's own language first."""
    timed = [
        {"url": f"media:{name}", "type": "text/vtt", "language": lang, "rel": "captions"}
        for lang, name in files.items()
    ]
    return [
        *timed,
        *({"url": f"{page}/transcript/{lang}.html", "type": "text/html", "language": lang} for lang in files),
    ]


def chapters(page: str) -> dict[str, str]:
    return {"url": f"{page}/chapters.json", "type": "application/json+chapters"}


ASTHMA = {
    "guid": "asthma-2026",
    "title": "Asthma at night",
    "link": "/podcasts/ward-round/2026-03-18-asthma",
    "description": "What wakes them, and what to ask.",
    "content": "<p>Ask about the night first.</p>",
    "enclosure": {"url": "media:2026-03-18-asthma.mp3", "type": "audio/mpeg"},
    "duration": 6,
    "explicit": True,
    "pubDate": "2026-03-18T12:00:00.000Z",
    "itunesEpisodeType": "full",
    "itunesSeason": 1,
    "itunesEpisode": 2,
    "podcastSeason": {"number": 1},
    "podcastEpisode": {"number": 2},
    "podcastTranscripts": transcripts("/podcasts/ward-round/2026-03-18-asthma", en="2026-03-18-asthma.vtt"),
    "podcastChapters": chapters("/podcasts/ward-round/2026-03-18-asthma"),
    "podcastPeople": [DANIEL | {"role": "Host"}],
    "license": {"identifier": "ward-only", "url": "https://hillside.example/terms/ward-only"},
}
SEPSIS = {
    "guid": "ward-round/2026-03-04-sepsis",
    "title": "Sepsis, early",
    "link": "/podcasts/ward-round/2026-03-04-sepsis",
    "description": "Three numbers that make you call.",
    "content": '<p>Listen for the breathing. See also <a href="/webinars/stroke-in-the-clinic">the webinar</a>.</p>',
    "enclosure": {"url": "media:2026-03-04-sepsis.mp3", "type": "audio/mpeg"},
    "duration": 6,
    "explicit": False,
    "pubDate": "2026-03-04T12:00:00.000Z",
    "itunesEpisodeType": "full",
    "itunesSeason": 1,
    "itunesEpisode": 1,
    "itunesImage": "media:sepsis.png",
    "image": "media:sepsis.png",
    "podcastSeason": {"number": 1},
    "podcastEpisode": {"number": 1},
    "podcastTranscripts": transcripts(
        "/podcasts/ward-round/2026-03-04-sepsis", en="2026-03-04-sepsis.vtt", es="2026-03-04-sepsis-es.vtt"
    ),
    "podcastChapters": chapters("/podcasts/ward-round/2026-03-04-sepsis"),
    "podcastSoundbites": [
        {"startTime": 1, "duration": 3, "title": "Count it"},
        {"startTime": 2, "duration": 3, "title": "Sepsis, early"},  # it has no words of its own
    ],
    "podcastPeople": [ROSA | {"role": "Host"}, DANIEL | {"role": "Guest"}],
    "alternativeEnclosures": [alternate("2026-03-04-sepsis-low.mp3")],
}
STROKE = {
    "guid": "ward-round/stroke-in-the-clinic",
    "title": "Stroke in the clinic",
    "link": "/webinars/stroke-in-the-clinic",
    "description": "Face, arm, speech, time.",
    "content": "<p>Look at the <strong>face</strong>, the <strong>arm</strong> and the <strong>speech</strong>. The module on\n"
    '<a href="/modules/measuring-bp">measuring blood pressure</a> comes before.</p>',
    "enclosure": {"url": "media:stroke-in-the-clinic.mp3", "type": "audio/mpeg"},
    "duration": 8,
    "explicit": False,
    "pubDate": "2026-02-11T12:00:00.000Z",
    "itunesEpisodeType": "full",
    "podcastTranscripts": transcripts("/webinars/stroke-in-the-clinic", en="captions-en.vtt"),
    "podcastChapters": chapters("/webinars/stroke-in-the-clinic"),
    "podcastPeople": [ROSA | {"role": "Guest"}, DANIEL | {"role": "Guest"}],
    "alternativeEnclosures": [
        alternate("stroke-in-the-clinic-low.mp3"),
        alternate("stroke-in-the-clinic-low.mp4", "video/mp4"),
        alternate("stroke-in-the-clinic.mp4", "video/mp4"),
    ],
}
TRAILER = {
    "guid": "ward-round/2026-02-01-trailer",
    "title": "Why a ward round",
    "link": "/podcasts/ward-round/2026-02-01-trailer",
    "description": "What you will hear, and from whom.",
    "content": "<p>Two cases a month.</p>",
    "enclosure": {"url": "media:2026-02-01-trailer.mp3", "type": "audio/mpeg"},
    "duration": 3,
    "explicit": False,
    "pubDate": "2026-02-01T12:00:00.000Z",
    "itunesEpisodeType": "trailer",
    "itunesSeason": 2,
    "podcastSeason": {"number": 2},
    "podcastTranscripts": transcripts("/podcasts/ward-round/2026-02-01-trailer", en="2026-02-01-trailer.vtt"),
    "alternativeEnclosures": [alternate("2026-02-01-trailer-low.mp3")],
}


@pytest.fixture
def read(
    rich: Path,
    publisher: Callable[..., object],
    serve: Callable[..., Server],
    partytime: Callable[[str], dict[str, Any]],
) -> dict[str, Any]:
    """The running feed of the rich show, as partytime reads it: every length in it is that of the file."""
    publisher(rich)
    server = serve(rich)
    told = partytime(server.until(FEED, "</rss>"))
    return dict(shortened(told, f"http://127.0.0.1:{server.port}"))


def test_partytime_reads_every_field_of_a_show(read: dict[str, Any]) -> None:
    del read["items"], read["lastUpdate"]
    assert read.pop("pc20support") == SUPPORT
    assert read == SHOW


def test_partytime_reads_every_field_of_every_item(read: dict[str, Any]) -> None:
    assert len(read["items"]) == 4
    for item, wanted in zip(read["items"], (ASTHMA, SEPSIS, STROKE, TRAILER), strict=True):
        assert item == wanted


def shortened(told: Any, base: str) -> Any:
    """What was read, its addresses made short; lengths are compared with those of the files, and left out."""
    if isinstance(told, list):
        return [shortened(one, base) for one in told]
    if isinstance(told, dict):
        if "length" in told:
            told = dict(told)
            length, bitrate = told.pop("length"), told.pop("bitrate", None)
            sent = fetched_length(told["url"] if "url" in told else told["source"][0]["uri"], told["type"])
            assert length == sent
            assert bitrate is None or bitrate > 10_000
        return {name: shortened(one, base) for name, one in told.items()}
    if isinstance(told, str):
        return re.sub(rf"{base}/media/[0-9a-f]{{16}}/", "media:", told).replace(base, "")
    return told


def fetched_length(url: str, kind: str) -> int:
    with urllib.request.urlopen(url, timeout=30) as answer:
        assert answer.headers["Content-Type"] == kind
        return len(answer.read())
