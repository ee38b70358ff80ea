"""Writing a show as RSS, by Apple's rules and with the tags of Podcasting 2.0: the same bytes for the same show.

https://podcasters.apple.com/support/823-podcast-requirements and https://podcastindex.org/namespace/1.0.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from email.utils import format_datetime
from xml.etree.ElementTree import Element, SubElement

from lms.media.feed.xml import abroad, absolute, add, channel_of, introduce, legal, plain, written
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


class Voice(Value):
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
    voices: Mapping[str, Voice] = field(default_factory=dict)
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
    root, channel = channel_of("itunes", "content", "podcast", "atom", *(["html"] if place.intro[0] else []))
    items = [(episode, one) for episode in show.episodes if (one := enclosed(episode, way))]
    for name, text in _about(show, place, low):
        add(channel, name, text)
    self_url = place.page(f"{show.url}/{'low-data' if low else 'feed'}.xml")
    SubElement(channel, "atom:link", {"href": self_url, "rel": "self", "type": "application/rss+xml"})
    introduce(channel, place.intro, place.page(show.url))
    if show.artwork:
        SubElement(channel, "itunes:image", {"href": place.file(show.artwork.url)})
        _picture(channel, show.artwork, place)
    if show.category:
        above = channel
        for part in show.category.split(" > "):
            above = SubElement(above, "itunes:category", {"text": part})
    _podcasting(channel, show, place)
    for episode, one in items:
        if episode.type == "trailer":
            given = {"url": place.file(one.url), "pubdate": format_datetime(episode.moment)}
            given |= {"length": str(one.bytes), "type": one.type}
            given |= {"season": str(episode.season)} if episode.season is not None else {}
            SubElement(channel, "podcast:trailer", given).text = legal(episode.title[:128])
    for episode, one in items:
        _item(channel, show, episode, one, place)
    return written(root, place.stylesheet)


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


def _podcasting(channel: Element, show: Show, place: Place) -> None:
    add(channel, "podcast:guid", show.guid)
    add(channel, "podcast:medium", show.medium)
    owner = {"owner": place.contact} if place.contact else {}
    add(channel, "podcast:locked", "yes" if show.locked else "no", **owner)
    _voices(channel, show.hosts, "host", place)
    _licence(channel, show.licence)
    if show.funding:
        add(channel, "podcast:funding", show.funding.text[:128], url=show.funding.url)
    if show.verification:
        add(channel, "podcast:txt", show.verification.text, purpose=show.verification.purpose)
    if show.complete:
        add(channel, "podcast:updateFrequency", place.often.get("complete", "complete"), complete="true")
    elif show.frequency:
        said = place.often.get(show.frequency, show.frequency)
        add(channel, "podcast:updateFrequency", said, rrule=_RULES[show.frequency])


def _item(channel: Element, show: Show, episode: Episode, one: Rendition, place: Place) -> None:
    item = SubElement(channel, "item")
    add(item, "title", episode.title)
    add(item, "link", place.page(episode.url))
    SubElement(item, "guid", {"isPermaLink": "false"}).text = legal(episode.guid)
    add(item, "pubDate", format_datetime(episode.moment))
    add(item, "description", episode.summary or plain(episode.notes.html) or episode.title)
    if episode.notes.html.strip():
        add(item, "content:encoded", abroad(episode.notes.html, place.base, place.files or place.base))
    SubElement(item, "enclosure", {"url": place.file(one.url), "length": str(one.bytes), "type": one.type})
    add(item, "itunes:duration", str(int(episode.recording.seconds)))
    add(item, "itunes:explicit", "true" if episode.explicit else "false")
    add(item, "itunes:episodeType", episode.type)
    if episode.season is not None:
        add(item, "itunes:season", str(episode.season))
        add(item, "podcast:season", str(episode.season))
    if episode.number is not None:
        add(item, "itunes:episode", str(episode.number))
        add(item, "podcast:episode", str(episode.number))
    if episode.artwork:
        SubElement(item, "itunes:image", {"href": place.file(episode.artwork.url)})
        _picture(item, episode.artwork, place)
    for captions in episode.recording.captions:
        given = {"language": captions.lang, "rel": "captions"}
        SubElement(item, "podcast:transcript", {"url": place.file(captions.url), "type": "text/vtt", **given})
    for captions in episode.recording.captions:
        page = place.page(f"{episode.url}/transcript/{captions.lang}.html")
        SubElement(item, "podcast:transcript", {"url": page, "type": "text/html", "language": captions.lang})
    if episode.recording.chapters:
        chapters = place.page(f"{episode.url}/chapters.json")
        SubElement(item, "podcast:chapters", {"url": chapters, "type": "application/json+chapters"})
    for bite in episode.soundbites:
        given = {"startTime": str(_number(bite.start)), "duration": str(_number(bite.seconds))}
        SubElement(item, "podcast:soundbite", given).text = legal(bite.title[:128]) or None
    # What an item says of people wholly replaces what its channel says.
    if (episode.hosts, episode.guests) != (show.hosts, ()):
        _voices(item, episode.hosts, "host", place)
        _voices(item, episode.guests, "guest", place)
    _licence(item, episode.licence)
    for other in episode.recording.renditions:
        if other != one:
            given = {"type": other.type, "length": str(other.bytes)}
            if other.seconds:
                given["bitrate"] = str(int(other.bytes * 8 / other.seconds))
            SubElement(
                SubElement(item, "podcast:alternateEnclosure", given), "podcast:source", {"uri": place.file(other.url)}
            )


def _voices(to: Element, names: Sequence[str], role: str, place: Place) -> None:
    for name in dict.fromkeys(names):
        voice = place.voices.get(name)
        if voice:
            given = {"role": role, "group": "cast"}
            given |= {"href": place.page(voice.url)} if voice.url else {}
            given |= {"img": place.file(voice.picture)} if voice.picture else {}
            SubElement(to, "podcast:person", given).text = legal(voice.name[:128])


def _licence(to: Element, licence: str) -> None:
    """An SPDX name goes in lower case; what is an address itself is a licence of one's own."""
    if licence.startswith(("http://", "https://")):
        add(to, "podcast:license", licence.rstrip("/").rpartition("/")[2][:128], url=licence)
    else:
        add(to, "podcast:license", licence.lower()[:128])


def _picture(to: Element, picture: Picture, place: Place) -> None:
    given = {"href": place.file(picture.url), "purpose": "artwork", "aspect-ratio": "1/1", "width": str(picture.width)}
    given |= {"alt": legal(picture.alt)} if picture.alt else {}
    SubElement(to, "podcast:image", given)


def _number(seconds: Decimal) -> int | float:
    return int(seconds) if seconds == int(seconds) else float(seconds)
