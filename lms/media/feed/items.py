"""The items of other people's feeds: what each has to hear or watch, and all that is said of it."""

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from lxml import etree

from lms.media.feed.document import tag_of
from lms.media.feed.elements import About, about_of, attribute, image_of, link_of
from lms.media.feed.notes import harmless
from lms.media.feed.values import address, moment, number, plain, seconds, shortened, tag, web, yes
from lms.media.models import Chapter, Voice
from lms.media.renditions.types import DEMUXERS, ending, type_of

#: More items than any show has.
MOST_ITEMS = 20_000
#: Characters of all notes together; past it they are plain and short.
MOST_NOTES = 30_000_000
MOST_VOICES = 50
MOST_CHAPTERS = 500
MOST_TRANSCRIPTS = 20
#: Items that are read in one go, value by value: to turn from the parser to each reader and to the sanitiser for every
#: single item takes longer, as they push each other out of the processor's cache.
AT_ONCE = 256

_TYPES = {"audio/mp3": "audio/mpeg", "audio/x-mp3": "audio/mpeg", "audio/mpeg3": "audio/mpeg"}
#: What senders write who know no type: then the ending of the name decides, or else it is taken to be MP3.
_UNSAID = frozenset({"", "application/octet-stream", "binary/octet-stream", "audio", "mp3"})
_USUAL = frozenset({"audio/mpeg", "audio/x-m4a", "video/mp4"})
_NONE = Decimal(0)


class Transcript(NamedTuple):
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


#: Where the values that are read in rows stand in an item.
_TITLE, _MOMENT, _URL, _SECONDS, _SUMMARY, _HTML, _LINK, _SEASON, _NUMBER, _KIND, _EXPLICIT, _TRANSCRIPTS = map(
    OutsideItem._fields.index,
    "title moment url seconds summary html link season number kind explicit transcripts".split(),
)
#: The values of an item in their order, some of them as their sender wrote them.
Raw = list[Any]


class Items:
    """The items of a feed as they come by; all of them are in `read` once `settle` has been called."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.read: dict[str, OutsideItem] = {}
        self.seen = self.silent = self.letters = 0
        self.twice: list[str] = []
        self._raw: list[Raw] = []
        self._readers: list[tuple[int, Callable[[Any], Any]]] = [
            (_TITLE, _title),
            (_MOMENT, moment),
            (_SECONDS, _lasting),
            (_SUMMARY, _summary),
            (_LINK, lambda url: web(url, source)),
            (_SEASON, number),
            (_NUMBER, number),
            (_EXPLICIT, yes),
            (_TRANSCRIPTS, lambda found: _transcripts(found, source) if found else ()),
        ]

    def take(self, element: etree._Element) -> None:
        """Keep what the element says: it may be emptied after that."""
        if self.seen < MOST_ITEMS:
            self.seen += 1
            raw = _raw(element, self.source)
            if raw is None:
                self.silent += 1
                return
            self._raw.append(raw)
            if len(self._raw) >= AT_ONCE:
                self.settle()

    def settle(self) -> None:
        """Read what has been kept so far."""
        for place, read in self._readers:
            for raw in self._raw:
                raw[place] = read(raw[place])
        for raw in self._raw:
            guid = raw[0]
            if guid not in self.read:
                raw[_TITLE] = raw[_TITLE] or _untitled(raw[_SUMMARY], raw[_URL])
                raw[_HTML] = html = harmless(raw[_HTML], self.source) if self.letters < MOST_NOTES else ""
                self.letters += len(html)
                self.read[guid] = OutsideItem._make(raw)
            elif raw[_KIND] != "trailer":
                self.twice.append(guid)
        self._raw.clear()

    def add(self, item: OutsideItem | None) -> None:
        """Add an item that stands by itself, after all others."""
        if item is not None:
            self.read.setdefault(item.guid, item)

    def notes(self) -> list[str]:
        found = [f"two items have the guid `{guid[:80]}`; the first is kept" for guid in self.twice[:5]]
        if len(self.twice) > 5:
            found.append(f"{len(self.twice) - 5} more items have the guid of another")
        if self.silent:
            found.append(f"{self.silent} of {self.seen} items have nothing to hear, and are left out")
        return found


def _raw(element: etree._Element, source: str) -> Raw | None:
    """None when there is nothing to hear."""
    about = about_of(element)
    enclosed = _enclosure(about, source)
    if enclosed is None:
        return None
    url, type, length, lasting = enclosed
    has, text = about.elements, about.text
    kind = text("itunes:episodeType").lower() if "itunes:episodeType" in has else ""
    return [
        text("guid", "atom:id")[:500] or url,
        text("title", "itunes:title", "atom:title"),
        text("pubDate", "dc:date", "atom:published", "atom:updated", "pubdate", "published"),
        url,
        type,
        length,
        seconds(text("itunes:duration")) or lasting if lasting else text("itunes:duration"),
        text("itunes:subtitle", "description", "itunes:summary", "atom:summary", "atom:content"),
        text("content:encoded", "description", "itunes:summary", "atom:content", "atom:summary"),
        link_of(about, source) if "atom:link" in has else text("link"),
        address(image_of(about), source) if "itunes:image" in has else "",
        text("podcast:season", "itunes:season"),
        plain(attribute(has["podcast:season"], "name"))[:100] if "podcast:season" in has else "",
        text("itunes:episode", "podcast:episode"),
        _label(has["podcast:episode"]) if "podcast:episode" in has else "",
        kind if kind in ("trailer", "bonus") else "full",
        text("itunes:explicit"),
        voices_of(about, source) if "podcast:person" in has else (),
        [
            (one.get("url"), one.get("type"), one.get("language"))
            for one in about.all("podcast:transcript")[:MOST_TRANSCRIPTS]
        ]
        if "podcast:transcript" in has
        else (),
        address(has["podcast:chapters"].get("url") or "", source) if "podcast:chapters" in has else "",
        tuple(_marks(about)) if "psc:chapters" in has else (),
        tuple(_highlights(about)) if "podcast:soundbite" in has else (),
        element.sourceline or 1,
    ]


def _title(text: str) -> str:
    return plain(text)[:300]


def _lasting(said: str | Decimal) -> Decimal:
    return seconds(said) if isinstance(said, str) else said


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


def trailer(element: etree._Element, source: str) -> OutsideItem | None:
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
    for element in about.all("enclosure"):
        if found := _enclosed(element, source):
            return found
    if about.elements.keys().isdisjoint(("atom:link", "media:content", "media:group", "link")):
        return None
    return next((found for one in _others(about) if (found := _enclosed(one, source))), None)


def _enclosed(element: etree._Element, source: str) -> tuple[str, str, int, Decimal] | None:
    url = address(element.get("url") or element.get("href") or "", source)
    said = element.get("type") or ""
    type = said if said in _USUAL else _type(url, said)
    if not url or not type:
        return None
    length = number(element.get("length") or element.get("fileSize") or "") or 0
    lasting = element.get("duration")
    return url, type, length, seconds(lasting) if lasting else _NONE


def _others(about: About) -> Iterator[etree._Element]:
    """What may be an enclosure too."""
    for name in ("atom:link", "link"):
        yield from (one for one in about.all(name) if one.get("rel") == "enclosure")
    for group in [about, *(about_of(one) for one in about.all("media:group"))]:
        for one in group.all("media:content"):
            # Most are pictures, and an address without a name or type says nothing.
            if one.get("medium") in ("audio", "video") or (one.get("type") or "").startswith(("audio/", "video/")):
                yield one


def _type(url: str, said: str) -> str:
    """The media type of an enclosure; nothing when it is neither sound nor film."""
    type = _said(said[:200])
    if type.startswith(("audio/", "video/")):
        return _TYPES.get(type, type)
    kind = ending(urlsplit(url).path)
    if kind in DEMUXERS:
        return type_of(f"x.{kind}")
    return "audio/mpeg" if type in _UNSAID else ""


@lru_cache(maxsize=100)
def _said(type: str) -> str:
    """A media type as one compares it; a show has few."""
    return type.partition(";")[0].strip().lower()


def _untitled(summary: str, url: str) -> str:
    """What to call an item that has no title."""
    if summary:
        return shortened(summary, 80)
    name = unquote(urlsplit(url).path.rpartition("/")[2]).rpartition(".")[0].replace("_", " ").replace("-", " ")
    return plain(name)[:300] or "Untitled"


def _transcripts(found: list[tuple[str | None, str | None, str | None]], source: str) -> tuple[Transcript, ...]:
    return tuple(
        Transcript(place, _said((type or "")[:200])[:60], tag(lang) if lang else "")
        for url, type, lang in found
        if (place := address(url or "", source))
    )


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


def voices_of(about: About, source: str) -> tuple[Voice, ...]:
    """The people that a show or an item names."""
    found = []
    for element in about.all("podcast:person")[:MOST_VOICES]:
        words = (element.text or "") if not len(element) else "".join(element.itertext())
        role = element.get("role") or element.get("group") or ""
        if voice := _voice(words, role, element.get("href") or "", source):
            found.append(voice)
    return tuple(found)


@lru_cache(maxsize=1_000)
def _voice(name: str, role: str, link: str, source: str) -> Voice | None:
    """The same person is in many items of a show."""
    name, role = plain(name)[:100].strip(), plain(role)[:60].strip()
    return Voice(name=name, role=role or "host", link=web(link, source)[:1_000]) if name else None
