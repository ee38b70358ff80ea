"""Writing a show as RSS, by Apple's rules and with the tags of Podcasting 2.0: the same bytes for the same show.

https://podcasters.apple.com/support/823-podcast-requirements and https://podcastindex.org/namespace/1.0.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from email.utils import format_datetime

from lms.media.feed.xml import Writing, abroad, absolute, plain
from lms.media.models import Chapter, Episode, Rendition, Show, Way
from lms.media.renditions.types import ENCLOSURES
from lms.modules.models import Picture
from lms.text.values import Value

#: What podcast apps play, of film; Apple lists no other.
_FILM = frozenset({"video/mp4", "video/quicktime"})

#: https://www.rfc-editor.org/rfc/rfc5545#section-3.3.10
_RULES = {
    "daily": "FREQ=DAILY",
    "weekly": "FREQ=WEEKLY",
    "fortnightly": "FREQ=WEEKLY;INTERVAL=2",
    "monthly": "FREQ=MONTHLY",
    "quarterly": "FREQ=MONTHLY;INTERVAL=3",
    "yearly": "FREQ=YEARLY",
}


class Contributor(Value):
    """Somebody who is heard, as feeds name them."""

    name: str
    url: str = ""
    picture: str = ""


@dataclass(frozen=True)
class Place:
    """Where a feed is read: what stands before the addresses of pages and of files, and what the site says besides."""

    base: str
    """Before pages, such as https://learn.example.org."""
    files: str = ""
    """Before files; `base` where it is empty."""
    organisation: str = ""
    contact: str = ""
    contributors: Mapping[str, Contributor] = field(default_factory=dict)
    """Hosts and guests by their keys."""
    stylesheet: str = ""
    intro: tuple[str, str] = ("", "")
    """Words for browsers, and those of the link to the show's page."""
    often: Mapping[str, str] = field(default_factory=dict)
    """How a reader says each frequency."""

    def page(self, url: str) -> str:
        return absolute(url, self.base)

    def file(self, url: str) -> str:
        return absolute(url, self.files or self.base)


def rss(show: Show, place: Place, way: Way = "listen") -> bytes:
    """The show's feed in RSS 2.0. `way` is the rendition that items enclose where they have it.

    Nothing of the moment of writing goes in, so that an ETag holds.
    """
    low = way == "listen-low"
    feed = Writing(place.stylesheet)
    feed.channel("itunes", "content", "podcast", "atom", *(["xhtml"] if place.intro[0] else []))
    items = [(episode, one) for episode in show.episodes if (one := enclosed(episode, way))]
    for name, text in _about(show, place, low):
        feed.add(name, text)
    self_url = place.page(f"{show.url}/{'low-data' if low else 'feed'}.xml")
    feed.empty("atom:link", {"href": self_url, "rel": "self", "type": "application/rss+xml"})
    feed.introduce(place.intro, place.page(show.url))
    if show.artwork:
        _picture(feed, show.artwork, place)
    if show.category:
        parts = show.category.split(" > ")
        for part in parts:
            feed.begin("itunes:category", {"text": part})
        for _ in parts:
            feed.end()
    _owner(feed, show, place)
    _podcasting(feed, show, place)
    for episode, one in items:
        if episode.type == "trailer":
            given = {"url": place.file(one.url), "pubdate": format_datetime(episode.moment)}
            given |= {"length": str(one.bytes), "type": one.type}
            given |= {"season": str(episode.season)} if episode.season is not None else {}
            feed.add("podcast:trailer", episode.title[:128], given)
    for episode, one in items:
        _item(feed, show, episode, one, place)
    return feed.finished()


def chapters_json(title: str, show: str, chapters: Iterable[Chapter]) -> bytes:
    """Chapters as podcast apps fetch them: `application/json+chapters`, version 1.2."""
    marked = [{"startTime": _number(chapter.start), "title": chapter.title} for chapter in chapters]
    told = {"version": "1.2.0", "title": title} | ({"podcastName": show} if show else {}) | {"chapters": marked}
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def enclosed(episode: Episode, way: Way) -> Rendition | None:
    """The rendition to enclose: the way asked for, else what podcast apps take; of a webinar, its sound alone."""
    types = ENCLOSURES if episode.webinar else ENCLOSURES | _FILM
    fit = [one for one in episode.recording.renditions if one.type in types]
    wanted: tuple[Way, ...] = (way, "listen", "listen-low", "watch", "watch-low")
    found = next((one for kind in wanted for one in fit if one.way == kind), None)
    return found or next(iter(episode.recording.renditions if not episode.webinar else ()), None)


def _about(show: Show, place: Place, low: bool) -> Iterator[tuple[str, str]]:
    yield "title", show.title
    yield "link", place.page(show.url)
    yield "description", show.summary or plain(show.description.html) or show.title
    yield "language", show.lang.lower()
    yield "copyright", show.copyright
    yield "generator", "Spoke"
    if show.episodes:
        yield "pubDate", format_datetime(show.episodes[0].moment)
    yield "itunes:author", show.author or place.organisation
    yield "itunes:explicit", "true" if show.explicit else "false"
    yield "itunes:type", show.type
    if show.complete:
        yield "itunes:complete", "Yes"
    if show.moved_to and not low:
        yield "itunes:new-feed-url", show.moved_to
    if low:
        # The same show once more: directories should list the usual feed alone.
        yield "itunes:block", "Yes"
        yield "podcast:block", "yes"


def _owner(feed: Writing, show: Show, place: Place) -> None:
    """Whom a directory writes to, to see whose show it is."""
    if place.contact:
        feed.begin("itunes:owner")
        feed.add("itunes:name", show.author or place.organisation)
        feed.add("itunes:email", place.contact)
        feed.end()


def _podcasting(feed: Writing, show: Show, place: Place) -> None:
    feed.add("podcast:guid", show.guid)
    feed.add("podcast:medium", show.medium)
    owner = {"owner": place.contact} if place.contact else {}
    feed.add("podcast:locked", "yes" if show.locked else "no", owner)
    _contributors(feed, show.hosts, "host", place)
    _licence(feed, show.licence)
    if show.funding:
        feed.add("podcast:funding", show.funding.text[:128], {"url": show.funding.url})
    if show.verification:
        feed.add("podcast:txt", show.verification.text, {"purpose": show.verification.purpose})
    if show.complete:
        feed.add("podcast:updateFrequency", place.often.get("complete", "complete"), {"complete": "true"})
    elif show.frequency:
        said = place.often.get(show.frequency, show.frequency)
        feed.add("podcast:updateFrequency", said, {"rrule": _RULES[show.frequency]})


def _item(feed: Writing, show: Show, episode: Episode, one: Rendition, place: Place) -> None:
    feed.begin("item")
    feed.add("title", episode.title)
    feed.add("link", place.page(episode.url))
    feed.add("guid", episode.guid, {"isPermaLink": "false"})
    feed.add("pubDate", format_datetime(episode.moment))
    feed.add("description", episode.summary or plain(episode.notes.html) or episode.title)
    if episode.notes.html.strip():
        feed.add("content:encoded", abroad(episode.notes.html, place.base, place.files or place.base))
    feed.empty("enclosure", {"url": place.file(one.url), "length": str(one.bytes), "type": one.type})
    feed.add("itunes:duration", str(int(episode.recording.seconds)))
    feed.add("itunes:explicit", "true" if episode.explicit else "false")
    feed.add("itunes:episodeType", episode.type)
    if episode.season is not None:
        feed.add("itunes:season", str(episode.season))
        feed.add("podcast:season", str(episode.season))
    if episode.number is not None:
        feed.add("itunes:episode", str(episode.number))
        feed.add("podcast:episode", str(episode.number))
    if episode.artwork:
        _picture(feed, episode.artwork, place)
    # An app that shows one transcript takes the first.
    spoken = sorted(episode.recording.captions, key=lambda captions: captions.lang != episode.lang)
    for captions in spoken:
        given = {"language": captions.lang, "rel": "captions"}
        feed.empty("podcast:transcript", {"url": place.file(captions.url), "type": "text/vtt", **given})
    for captions in spoken:
        page = place.page(f"{episode.url}/transcript/{captions.lang}.html")
        feed.empty("podcast:transcript", {"url": page, "type": "text/html", "language": captions.lang})
    if episode.recording.chapters:
        chapters = place.page(f"{episode.url}/chapters.json")
        feed.empty("podcast:chapters", {"url": chapters, "type": "application/json+chapters"})
    for bite in episode.soundbites:
        given = {"startTime": str(_number(bite.start)), "duration": str(_number(bite.seconds))}
        # Its title is the episode's where it has none of its own.
        feed.add("podcast:soundbite", bite.title[:128] or episode.title[:128], given)
    # What an item says of people wholly replaces what its channel says.
    if (episode.hosts, episode.guests) != (show.hosts, ()):
        _contributors(feed, episode.hosts, "host", place)
        _contributors(feed, episode.guests, "guest", place)
    _licence(feed, episode.licence)
    for other in episode.recording.renditions:
        if other.url != one.url:
            given = {"type": other.type, "length": str(other.bytes)}
            if other.seconds:
                given["bitrate"] = str(int(other.bytes * 8 / other.seconds))
            feed.begin("podcast:alternateEnclosure", given)
            feed.empty("podcast:source", {"uri": place.file(other.url)})
            feed.end()
    feed.end()


def _contributors(feed: Writing, names: Sequence[str], role: str, place: Place) -> None:
    for name in dict.fromkeys(names):
        one = place.contributors.get(name)
        if one:
            given = {"role": role, "group": "cast"}
            given |= {"href": place.page(one.url)} if one.url else {}
            given |= {"img": place.file(one.picture)} if one.picture else {}
            feed.add("podcast:person", one.name[:128], given)


def _licence(feed: Writing, licence: str) -> None:
    """An SPDX name goes in lower case; what is an address itself is a licence of one's own."""
    if licence.startswith(("http://", "https://")):
        feed.add("podcast:license", licence.rstrip("/").rpartition("/")[2][:128], {"url": licence})
    else:
        feed.add("podcast:license", licence.lower()[:128])


def _picture(feed: Writing, picture: Picture, place: Place) -> None:
    feed.empty("itunes:image", {"href": place.file(picture.url)})
    given = {"href": place.file(picture.url), "purpose": "artwork", "aspect-ratio": "1/1", "width": str(picture.width)}
    given |= {"alt": picture.alt} if picture.alt else {}
    feed.empty("podcast:image", given)


def _number(seconds: Decimal) -> int | float:
    return int(seconds) if seconds == int(seconds) else float(seconds)
