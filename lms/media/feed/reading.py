"""Reading feeds of others: ill-formed more often than one thinks, and never to be trusted."""

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from lxml import etree

from lms.media.feed import document
from lms.media.feed.document import BrokenFeed, instead, tag_of
from lms.media.feed.elements import About, about_of, attribute
from lms.media.feed.notes import harmless
from lms.media.feed.values import address, moment, number, plain, seconds, shortened, tag, web, yes
from lms.media.models import Chapter, Funding, Voice
from lms.media.renditions.types import DEMUXERS, ending, type_of
from lms.text.values import Value

#: More items than any show has.
MOST_ITEMS = 20_000
#: Characters of all notes together; past it they are plain and short.
MOST_NOTES = 30_000_000
MOST_VOICES = 50
MOST_CHAPTERS = 500
MOST_TRANSCRIPTS = 20

_TYPES = {"audio/mp3": "audio/mpeg", "audio/x-mp3": "audio/mpeg", "audio/mpeg3": "audio/mpeg"}
#: What senders write who know no type: then the ending of the name decides, or else it is taken to be MP3.
_UNSAID = frozenset({"", "application/octet-stream", "binary/octet-stream", "audio", "mp3"})
_USUAL = frozenset({"audio/mpeg", "audio/x-m4a", "video/mp4"})
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")


class Transcript(Value):
    url: str
    type: str = ""
    lang: str = ""


class OutsideItem(NamedTuple):
    """One item of a feed that has something to hear or watch."""

    guid: str
    title: str
    moment: datetime | None = None
    url: str = ""
    """Of its enclosure: absolute, or as written where the feed has no address of its own."""
    type: str = ""
    bytes: int = 0
    seconds: Decimal = Decimal(0)
    summary: str = ""
    html: str = ""
    link: str = ""
    image: str = ""
    season: int | None = None
    season_name: str = ""
    number: int | None = None
    label: str = ""
    kind: str = "full"
    explicit: bool = False
    voices: tuple[Voice, ...] = ()
    """Its own; empty where those of the show are meant."""
    transcripts: tuple[Transcript, ...] = ()
    chapters: str = ""
    """The address of its chapters in JSON."""
    marks: tuple[Chapter, ...] = ()
    """The chapters that stand in the feed itself."""
    highlights: tuple[Chapter, ...] = ()
    line: int = 1


class OutsideShow(NamedTuple):
    """A feed of another, made safe."""

    title: str = ""
    summary: str = ""
    html: str = ""
    lang: str = ""
    image: str = ""
    author: str = ""
    link: str = ""
    category: str = ""
    explicit: bool = False
    type: str = "episodic"
    complete: bool = False
    guid: str = ""
    medium: str = ""
    locked: bool = False
    licence: str = ""
    funding: Funding | None = None
    voices: tuple[Voice, ...] = ()
    moved_to: str = ""
    """The address that the feed itself says it has now."""
    items: tuple[OutsideItem, ...] = ()


def parse(data: bytes, source: str) -> tuple[OutsideShow, list[str]]:
    """The show that a feed tells of, RSS or Atom, and notes on what was amiss with it.

    `source` is the feed's own address, that relative addresses are resolved against; empty when it is a file.
    Raises BrokenFeed for what is no feed at all.
    """
    notes: list[str] = []
    items = _Items(source)
    with _unswept():
        top = document.read(data, notes, items.take)
    channel = next((one for one in top.iter() if tag_of(one) in ("channel", "atom:feed", "feed")), None)
    if channel is None:
        raise BrokenFeed(instead(top))
    if not items.read and tag_of(channel) != "channel":
        raise BrokenFeed("it is an Atom feed with nothing to hear")
    about = about_of(channel)
    for trailer in about.all("podcast:trailer")[:10]:
        items.add(_trailer(trailer, source))
    categories = [attribute(one, "text") for one in about.all("itunes:category")]
    lang = about.text("language", "dc:language") or channel.get("{http://www.w3.org/XML/1998/namespace}lang", "")
    short = about.text("itunes:subtitle", "description", "itunes:summary", "atom:subtitle")
    long = about.text("content:encoded", "description", "itunes:summary", "atom:subtitle")
    show = OutsideShow(
        title=plain(about.text("title", "itunes:title", "atom:title"))[:300],
        summary=plain(short)[:1_000],
        html=harmless(long, source),
        lang=tag(lang),
        image=address(_image(about), source),
        author=_author(about),
        link=_link(about, source),
        category=plain(next((one for one in categories if one), ""))[:100],
        explicit=yes(about.text("itunes:explicit")),
        type="serial" if about.text("itunes:type").lower() == "serial" else "episodic",
        complete=about.text("itunes:complete").lower() == "yes",
        guid=about.text("podcast:guid")[:100],
        medium=about.text("podcast:medium").lower()[:30],
        locked=yes(about.text("podcast:locked")),
        licence=_licence(about, source),
        funding=_funding(about, source),
        voices=tuple(_voices(about, source)),
        moved_to=web(about.text("itunes:new-feed-url"), ""),
        items=tuple(items.read.values()),
    )
    return show, notes + items.notes()


@contextmanager
def _unswept() -> Iterator[None]:
    """Without Python looking for circles among values that hold none, which takes a fifth of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


# -- Items --------------------------------------------------------------------------------------------------------


@dataclass
class _Items:
    """The items of a feed as they come by."""

    source: str
    read: dict[str, OutsideItem] = field(default_factory=dict)
    seen: int = 0
    silent: int = 0
    twice: list[str] = field(default_factory=list)
    letters: int = 0

    def take(self, element: etree._Element) -> None:
        if self.seen < MOST_ITEMS:
            self.seen += 1
            item = _item(element, self.source, self.letters < MOST_NOTES)
            self.silent += item is None
            self.add(item)

    def add(self, item: OutsideItem | None) -> None:
        if item is None:
            return
        if item.guid not in self.read:
            self.read[item.guid] = item
            self.letters += len(item.html)
        elif item.kind != "trailer":
            self.twice.append(item.guid)

    def notes(self) -> list[str]:
        found = [f"two items have the guid `{guid[:80]}`; the first is kept" for guid in self.twice[:5]]
        if len(self.twice) > 5:
            found.append(f"{len(self.twice) - 5} more items have the guid of another")
        if self.silent:
            found.append(f"{self.silent} of {self.seen} items have nothing to hear, and are left out")
        return found


def _item(element: etree._Element, source: str, whole: bool) -> OutsideItem | None:
    """None when there is nothing to hear. Not `whole`: without its notes, of which there are too many."""
    about = about_of(element)
    enclosed = _enclosure(about, source)
    if enclosed is None:
        return None
    url, type, length, lasting = enclosed
    short = about.text("itunes:subtitle", "description", "itunes:summary", "atom:summary", "atom:content")
    long = about.text("content:encoded", "description", "itunes:summary", "atom:content", "atom:summary")
    summary = _summary(short)
    has = about.elements
    kind = about.text("itunes:episodeType").lower()
    return OutsideItem(
        guid=about.text("guid", "atom:id")[:500] or url,
        title=plain(about.text("title", "itunes:title", "atom:title"))[:300] or _untitled(summary, url),
        moment=moment(about.text("pubDate", "dc:date", "atom:published", "atom:updated", "pubdate", "published")),
        url=url,
        type=type,
        bytes=length,
        seconds=seconds(about.text("itunes:duration")) or lasting,
        summary=summary,
        html=harmless(long, source) if whole else "",
        link=_link(about, source),
        image=address(_image(about), source) if "itunes:image" in has else "",
        season=number(about.text("podcast:season", "itunes:season")),
        season_name=plain(attribute(has["podcast:season"][0], "name"))[:100] if "podcast:season" in has else "",
        number=number(about.text("itunes:episode", "podcast:episode")),
        label=_label(has["podcast:episode"][0]) if "podcast:episode" in has else "",
        kind=kind if kind in ("trailer", "bonus") else "full",
        explicit=yes(about.text("itunes:explicit")),
        voices=tuple(_voices(about, source)) if "podcast:person" in has else (),
        transcripts=tuple(_transcripts(about, source)) if "podcast:transcript" in has else (),
        chapters=address(has["podcast:chapters"][0].get("url") or "", source) if "podcast:chapters" in has else "",
        marks=tuple(_marks(about)) if "psc:chapters" in has else (),
        highlights=tuple(_highlights(about)) if "podcast:soundbite" in has else (),
        line=element.sourceline or 1,
    )


def _summary(text: str) -> str:
    """The first four hundred letters of the words, without looking at all the rest."""
    begins = text
    if len(text) > 650:
        begins = text[:650]
        if begins.rfind("<") > begins.rfind(">"):
            begins = begins[: begins.rfind("<")]
        begins = begins.rpartition(" ")[0] or begins
    words = plain(begins)
    return shortened(words if len(words) > 400 or begins is text else plain(text[:20_000]))


def _label(element: etree._Element) -> str:
    """What an episode is called where its number alone does not say it."""
    written = (element.text or "").strip()
    return plain(attribute(element, "display") or ("" if written.isdigit() else written))[:30]


def _trailer(element: etree._Element, source: str) -> OutsideItem | None:
    """A trailer that stands beside the items, as an item."""
    url = address(attribute(element, "url"), source)
    type = _type(url, attribute(element, "type"))
    if not url or not type:
        return None
    title = plain("".join(element.itertext()))[:300] or _untitled("", url)
    day, length = moment(attribute(element, "pubdate")), number(attribute(element, "length")) or 0
    return OutsideItem(url, title, day, url, type, length, kind="trailer", line=element.sourceline or 1)


def _enclosure(about: About, source: str) -> tuple[str, str, int, Decimal] | None:
    """Of the first enclosure that is sound or film: address, type, bytes and seconds, as far as they are said."""
    for element in _enclosures(about):
        url = address(element.get("url") or element.get("href") or "", source)
        said = element.get("type") or ""
        type = said if said in _USUAL else _type(url, said)
        if url and type:
            length = number(element.get("length") or element.get("fileSize") or "") or 0
            lasting = element.get("duration")
            return url, type, length, seconds(lasting) if lasting else Decimal(0)
    return None


def _enclosures(about: About) -> Iterator[etree._Element]:
    yield from about.all("enclosure")
    if about.elements.keys().isdisjoint(("atom:link", "media:content", "media:group", "link")):
        return
    for name in ("atom:link", "link"):
        yield from (one for one in about.all(name) if one.get("rel") == "enclosure")
    for group in [about, *(about_of(one) for one in about.all("media:group"))]:
        for one in group.all("media:content"):
            # Most are pictures, and an address without a name or type says nothing.
            if one.get("medium") in ("audio", "video") or (one.get("type") or "").startswith(("audio/", "video/")):
                yield one


def _type(url: str, said: str) -> str:
    """The media type of an enclosure; nothing when it is neither sound nor film."""
    type = said.partition(";")[0].strip().lower()
    if type.startswith(("audio/", "video/")):
        return _TYPES.get(type, type)
    kind = ending(urlsplit(url).path)
    if kind in DEMUXERS:
        return type_of(f"x.{kind}")
    return "audio/mpeg" if type in _UNSAID else ""


def _untitled(summary: str, url: str) -> str:
    """What to call an item that has no title."""
    if summary:
        return shortened(summary, 80)
    name = unquote(urlsplit(url).path.rpartition("/")[2]).rpartition(".")[0].replace("_", " ").replace("-", " ")
    return plain(name)[:300] or "Untitled"


def _transcripts(about: About, source: str) -> Iterator[Transcript]:
    for element in about.all("podcast:transcript")[:MOST_TRANSCRIPTS]:
        url = address(element.get("url") or "", source)
        if url:
            type = (element.get("type") or "").partition(";")[0].strip().lower()
            yield Transcript(url=url, type=type[:60], lang=tag(element.get("language") or ""))


def _marks(about: About) -> Iterator[Chapter]:
    for chapters in about.all("psc:chapters")[:1]:
        for element in list(chapters)[:MOST_CHAPTERS]:
            title = plain(attribute(element, "title"))[:300]
            if tag_of(element) == "psc:chapter" and title:
                yield Chapter(start=seconds(attribute(element, "start")), title=title)


def _highlights(about: About) -> Iterator[Chapter]:
    for element in about.all("podcast:soundbite")[:10]:
        title = plain("".join(element.itertext()))[:200]
        yield Chapter(start=seconds(attribute(element, "startTime")), title=title)


# -- What shows and items have in common ---------------------------------------------------------------------------


def _voices(about: About, source: str) -> Iterator[Voice]:
    for element in about.all("podcast:person")[:MOST_VOICES]:
        words = (element.text or "") if not len(element) else "".join(element.itertext())
        voice = _voice(words, element.get("role") or element.get("group") or "", element.get("href") or "", source)
        if voice:
            yield voice


@lru_cache(maxsize=1_000)
def _voice(name: str, role: str, link: str, source: str) -> Voice | None:
    """The same person is in many items of a show."""
    name, role = plain(name)[:100].strip(), plain(role)[:60].strip()
    return Voice(name=name, role=role or "host", link=web(link, source)[:1_000]) if name else None


def _author(about: About) -> str:
    named = about.text("itunes:author", "dc:creator", "author")
    for element in about.all("atom:author"):
        named = named or about_of(element).text("atom:name")
    return plain(named)[:300]


def _link(about: About, source: str) -> str:
    for element in about.all("atom:link"):
        if element.get("rel", "alternate") == "alternate" and element.get("href"):
            found = web(element.get("href") or "", source)
            if found and not about.text("link"):
                return found
    return web(about.text("link"), source)


def _licence(about: About, source: str) -> str:
    element = about.first("podcast:license", "podcast:licence")
    if element is None:
        return ""
    name, url = plain(element.text or "")[:100], web(attribute(element, "url"), source)
    # Creative Commons is known by name; what others call theirs, their page says.
    return name if name.lower().startswith("cc") or len(url) > 1_000 else url or name


def _funding(about: About, source: str) -> Funding | None:
    for element in about.all("podcast:funding")[:5]:
        url = web(attribute(element, "url"), source)
        if _ADDRESS.fullmatch(url) and len(url) <= 1_000:
            return Funding(url=url, text=plain("".join(element.itertext()))[:100].strip() or urlsplit(url).netloc)
    return None


def _image(about: About) -> str:
    for element in about.all("itunes:image"):
        if element.get("href"):
            return element.get("href") or ""
    for element in about.all("image"):
        for child in element:
            if tag_of(child) == "url":
                return (child.text or "").strip()
    return about.text("atom:logo", "atom:icon")
