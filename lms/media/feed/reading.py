"""Reading feeds of others: ill-formed more often than one thinks, and never to be trusted."""

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import urlsplit

from lxml import etree

from lms.media.feed import document
from lms.media.feed.document import BrokenFeed, instead, tag_of
from lms.media.feed.elements import About, about_of, attribute, image_of, link_of
from lms.media.feed.items import Items, OutsideItem, trailer, voices_of
from lms.media.feed.notes import harmless
from lms.media.feed.values import address, plain, tag, web, yes
from lms.media.models import Funding, Voice

_ADDRESS = re.compile(r"https?://[^\s<>\"]+")


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
    with _unswept():
        top, items, notes = _read(data, source)
    channel = next((one for one in top.iter() if tag_of(one) in ("channel", "atom:feed", "feed")), None)
    if channel is None:
        raise BrokenFeed(instead(top))
    if not items.read and tag_of(channel) != "channel":
        raise BrokenFeed("it is an Atom feed with nothing to hear")
    about = about_of(channel)
    for one in about.all("podcast:trailer")[:10]:
        items.add(trailer(one, source))
    categories = [attribute(one, "text") for one in about.all("itunes:category")]
    lang = about.text("language", "dc:language") or channel.get("{http://www.w3.org/XML/1998/namespace}lang", "")
    short = about.text("itunes:subtitle", "description", "itunes:summary", "atom:subtitle")
    long = about.text("content:encoded", "description", "itunes:summary", "atom:subtitle")
    show = OutsideShow(
        title=plain(about.text("title", "itunes:title", "atom:title"))[:300],
        summary=plain(short)[:1_000],
        html=harmless(long, source),
        lang=tag(lang),
        image=address(image_of(about), source),
        author=_author(about),
        link=link_of(about, source),
        category=plain(next((one for one in categories if one), ""))[:100],
        explicit=yes(about.text("itunes:explicit")),
        type="serial" if about.text("itunes:type").lower() == "serial" else "episodic",
        complete=about.text("itunes:complete").lower() == "yes",
        guid=about.text("podcast:guid")[:100],
        medium=about.text("podcast:medium").lower()[:30],
        locked=yes(about.text("podcast:locked")),
        licence=_licence(about, source),
        funding=_funding(about, source),
        voices=voices_of(about, source),
        moved_to=web(about.text("itunes:new-feed-url"), ""),
        items=tuple(items.read.values()),
    )
    return show, notes + items.notes()


def _read(data: bytes, source: str) -> tuple[etree._Element, Items, list[str]]:
    """The outermost element, the items that stood in it, and what was amiss."""
    for mend in (False, True):
        notes: list[str] = []
        items = Items(source)
        try:
            top = document.read(data, notes, items.take, mend)
        except document.NeedsMending:
            continue
        items.settle()
        return top, items, notes
    raise AssertionError("what is mended needs no mending")


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


def _author(about: About) -> str:
    named = about.text("itunes:author", "dc:creator", "author")
    for element in about.all("atom:author"):
        named = named or about_of(element).text("atom:name")
    return plain(named)[:300]


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
