"""Reading feeds of others: ill-formed more often than one thinks, and never to be trusted."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from html import escape, unescape
from itertools import islice
from urllib.parse import urljoin, urlsplit

import nh3
from lxml import etree

from lms.media.feed.document import BrokenFeed, instead, root_of, tag_of
from lms.media.renditions.types import DEMUXERS, ending, type_of
from lms.text.values import Value

#: More items than any show has.
MOST_ITEMS = 20_000
LONGEST_NOTES = 200_000
#: Sanitising takes time with the square of the depth: more tags than these come from nobody who means well.
MOST_TAGS = 2_000

#: As the site's own tags are: what is longer or otherwise would be no value of `lang` on a page.
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,6}")

_LONG_NUMBER = re.compile(r"&#(?:[0-9]{20,}|[xX][0-9a-fA-F]{20,});?")

_BLOCKS = {"blockquote", "br", "dd", "dl", "dt", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre", "ul"}
_NOTE_TAGS = _BLOCKS | {"a", "abbr", "b", "code", "del", "em", "i", "s", "strong", "sub", "sup", "u"}


class Transcript(Value):
    url: str
    type: str = ""
    lang: str = ""


class OutsideItem(Value):
    """One item of a feed that has something to hear or watch."""

    guid: str
    title: str
    moment: datetime | None = None
    url: str
    """Of its enclosure: absolute, or as written where the feed has no address of its own."""
    type: str
    bytes: int = 0
    seconds: Decimal = Decimal(0)
    summary: str = ""
    html: str = ""
    link: str = ""
    season: int | None = None
    number: int | None = None
    kind: str = "full"
    explicit: bool = False
    transcripts: tuple[Transcript, ...] = ()
    chapters: str = ""
    line: int = 1


class OutsideShow(Value):
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
    items: tuple[OutsideItem, ...] = ()


def parse(data: bytes, source: str) -> tuple[OutsideShow, list[str]]:
    """The show that a feed tells of, and notes on what was amiss with it.

    `source` is the feed's own address, that relative addresses are resolved against; empty when it is a file.
    Raises BrokenFeed for what is no RSS feed at all.
    """
    notes: list[str] = []
    top = root_of(data, notes)
    channel = next(_named(top, "channel"), None)
    if channel is None:
        raise BrokenFeed(instead(top))
    about = _children(channel)
    items = list(islice(_named(top, "item"), MOST_ITEMS))
    cleaner = _cleaner(source)
    read: dict[str, OutsideItem] = {}
    silent = 0
    for element in items:
        item = _item(element, source, cleaner)
        if item is None:
            silent += 1
        elif item.guid in read:
            notes.append(f"two items have the guid `{item.guid[:80]}`; the first is kept")
        else:
            read[item.guid] = item
    if silent:
        notes.append(f"{silent} of {len(items)} items have nothing to hear, and are left out")
    lang = _text(about, "language", "dc:language")
    categories = [_attribute(one, "text") for one in about.get("itunes:category", ())]
    html = _html(_text(about, "content:encoded", "description", "itunes:summary"), cleaner)
    show = OutsideShow(
        title=_plain(_text(about, "title", "itunes:title"))[:300],
        summary=_plain(_text(about, "itunes:subtitle", "description", "itunes:summary"))[:1_000],
        html=html,
        lang=_tag(lang),
        image=_address(_image(about), source),
        author=_plain(_text(about, "itunes:author", "dc:creator", "author"))[:300],
        link=_web(_text(about, "link"), source),
        category=next((one for one in categories if one), "")[:100],
        explicit=_yes(_text(about, "itunes:explicit")),
        type="serial" if _text(about, "itunes:type").lower() == "serial" else "episodic",
        complete=_text(about, "itunes:complete").lower() == "yes",
        items=tuple(read.values()),
    )
    return show, notes


# -- Items --------------------------------------------------------------------------------------------------------


def _item(element: etree._Element, source: str, cleaner: nh3.Cleaner) -> OutsideItem | None:
    """None when there is nothing to hear."""
    about = _children(element)
    enclosure, url, type = _enclosure(about, source)
    if enclosure is None:
        return None
    written = _text(about, "content:encoded", "description", "itunes:summary")
    number = _number(_text(about, "itunes:episode", "podcast:episode"))
    kind = _text(about, "itunes:episodeType").lower()
    short = _text(about, "itunes:subtitle", "description", "itunes:summary")
    return OutsideItem(
        guid=_text(about, "guid")[:500] or url,
        title=_plain(_text(about, "title", "itunes:title"))[:300] or "Untitled",
        moment=_moment(_text(about, "pubDate", "dc:date", "atom:published", "atom:updated")),
        url=url,
        type=type,
        bytes=_number(enclosure.get("length") or "") or 0,
        seconds=_seconds(_text(about, "itunes:duration")),
        summary=_shortened(_plain(short)),
        html=_html(written, cleaner),
        link=_web(_text(about, "link"), source),
        season=_number(_text(about, "itunes:season", "podcast:season")),
        number=number,
        kind=kind if kind in ("trailer", "bonus") else "full",
        explicit=_yes(_text(about, "itunes:explicit")),
        transcripts=tuple(_transcripts(about, source)),
        chapters=_address(_attribute((about.get("podcast:chapters") or [None])[0], "url"), source),
        line=element.sourceline or 1,
    )


def _enclosure(about: dict[str, list], source: str) -> tuple[etree._Element | None, str, str]:
    """The first enclosure that is sound or film, its address and its type."""
    for element in about.get("enclosure", ()):
        url = _address(element.get("url") or "", source)
        type = (element.get("type") or "").partition(";")[0].strip().lower()
        kind = ending(urlsplit(url).path)
        if not type.startswith(("audio/", "video/")):
            if kind not in DEMUXERS and type not in ("", "application/octet-stream"):
                continue
            type = type_of(f"x.{kind}") if kind in DEMUXERS else "audio/mpeg"
        if url:
            return element, url, {"audio/mp3": "audio/mpeg", "audio/x-mp3": "audio/mpeg"}.get(type, type)
    return None, "", ""


def _transcripts(about: dict[str, list], source: str) -> Iterator[Transcript]:
    for element in about.get("podcast:transcript", ()):
        url = _address(element.get("url") or "", source)
        if url:
            lang = element.get("language") or ""
            yield Transcript(url=url, type=element.get("type") or "", lang=_tag(lang))


def _image(about: dict[str, list]) -> str:
    for element in about.get("itunes:image", ()):
        if element.get("href"):
            return element.get("href")
    for element in about.get("image", ()):
        for child in element:
            if tag_of(child) == "url":
                return (child.text or "").strip()
    return ""


def _named(top: etree._Element, name: str) -> Iterator[etree._Element]:
    """The elements of this name anywhere in the document, in its order."""
    return (element for element in top.iter() if tag_of(element) == name)


def _children(element: etree._Element) -> dict[str, list]:
    """The elements directly in this one by name, such as `itunes:author`."""
    found: dict[str, list] = {}
    for child in element:
        found.setdefault(tag_of(child), []).append(child)
    return found


def _text(about: dict[str, list], *names: str) -> str:
    """The first of these that says anything."""
    for name in names:
        for element in about.get(name, ()):
            text = "".join(element.itertext()).strip()
            if text:
                return text
    return ""


def _tag(text: str) -> str:
    """A language's tag, or nothing when it can be none."""
    return text if _LANGUAGE.fullmatch(text) else ""


def _attribute(element: etree._Element | None, name: str) -> str:
    return (element.get(name) or "").strip() if element is not None else ""


def _unescaped(text: str) -> str:
    """Signs for their entities, but for numbers of thousands of digits, which Python refuses to read."""
    return unescape(_LONG_NUMBER.sub("\ufffd", text))


def _plain(text: str) -> str:
    if "<" in text:
        text = re.sub(r"<[^<>]*>", " ", text[:100_000])
    return " ".join(_unescaped(text).split())


def _shortened(text: str) -> str:
    if len(text) <= 400:
        return text
    return text[:400].rpartition(" ")[0] + " …"


def _cleaner(source: str) -> nh3.Cleaner:
    """No pictures: they would tell their server who reads the page."""

    def resolved(url: str) -> str | None:
        return _web(url, source) or None

    return nh3.Cleaner(
        tags=_NOTE_TAGS,
        clean_content_tags={"script", "style"},
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        link_rel="nofollow noopener",
        url_schemes={"http", "https", "mailto"},
        url_relative=resolved,
        strip_comments=True,
    )


def _html(text: str, cleaner: nh3.Cleaner) -> str:
    text = text[:LONGEST_NOTES]
    if text.count("<") > MOST_TAGS:
        text = escape(_plain(text), quote=False)
    if not text:
        return ""
    if not re.search(r"</?[a-zA-Z][^<>]*>", text):
        blocks = re.split(r"\n\s*\n", _unescaped(text))
        text = "".join(f"<p>{escape(block.strip(), quote=False)}</p>" for block in blocks if block.strip())
        text = text.replace("\n", "<br>\n")
    return cleaner.clean(text)


def _address(url: str, source: str) -> str:
    """An address that may be fetched: http or https; or a plain path, when the feed itself is a file."""
    url = url.strip()
    if not url:
        return ""
    try:
        joined = urljoin(source, url) if source else url
        parts = urlsplit(joined)
    except ValueError:
        return ""
    if parts.scheme in ("http", "https"):
        return joined.replace(" ", "%20") if parts.netloc else ""
    return joined if not source and not parts.scheme and not parts.netloc else ""


def _web(url: str, source: str) -> str:
    found = _address(url, source)
    return found if found.startswith(("http://", "https://")) else ""


def _moment(text: str) -> datetime | None:
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            moment = read(text)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None


def _seconds(text: str) -> Decimal:
    parts = text.split(":")
    if not text or len(parts) > 3 or not all(re.fullmatch(r"\d{1,7}(?:\.\d{1,6})?", part.strip()) for part in parts):
        return Decimal(0)
    total = Decimal(0)
    for part in parts:
        total = total * 60 + Decimal(part.strip())
    return total


def _number(text: str) -> int | None:
    found = re.match(r"\s*(\d{1,12})", text)
    return int(found[1]) if found and int(found[1]) > 0 else None


def _yes(text: str) -> bool:
    return text.lower() in ("true", "yes", "explicit")
