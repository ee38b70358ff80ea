"""Writing a show as RSS: plain, by Apple's rules, the same bytes for the same show."""

import re
from collections.abc import Iterator
from email.utils import format_datetime
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from lms.media.models import Episode, Rendition, Show, Way
from lms.media.renditions.types import ENCLOSURES

NAMESPACES = {
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "atom": "http://www.w3.org/2005/Atom",
}
#: What podcast apps play, of film; Apple lists no other.
_FILM = frozenset({"video/mp4", "video/quicktime"})

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ROOTED = re.compile(r'\b(href|src)="/(?!/)')
_SIZED = re.compile(r'\s(?:srcset|sizes|loading|decoding)="[^"]*"')
_TAG = re.compile(r"<[^>]+>")


def rss(show: Show, *, base_url: str, media_url: str = "", organisation: str = "", way: Way = "listen") -> bytes:
    """The show's feed in RSS 2.0.

    `base_url` stands before pages, `media_url` (or else `base_url`) before files; `way` is the rendition that items
    enclose where they have it. Nothing of the moment of writing goes in, so that an ETag holds.
    """
    base, files = base_url.rstrip("/"), (media_url or base_url).rstrip("/")
    root = Element("rss", {"version": "2.0", **{f"xmlns:{name}": uri for name, uri in NAMESPACES.items()}})
    channel = SubElement(root, "channel")
    for name, text in _about(show, base, organisation):
        _add(channel, name, text)
    self_url = f"{base}{show.url}/feed.xml"
    SubElement(channel, "atom:link", {"href": self_url, "rel": "self", "type": "application/rss+xml"})
    if show.artwork:
        SubElement(channel, "itunes:image", {"href": _absolute(show.artwork.url, files)})
    if show.category:
        above = channel
        for part in show.category.split(" > "):
            above = SubElement(above, "itunes:category", {"text": part})
    for episode in show.episodes:
        enclosed = _enclosed(episode, way)
        if enclosed:
            _item(channel, episode, enclosed, base, files)
    indent(root)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="utf-8") + b"\n"


def _about(show: Show, base: str, organisation: str) -> Iterator[tuple[str, str]]:
    yield "title", show.title
    yield "link", f"{base}{show.url}"
    yield "description", show.summary or plain(show.description.html) or show.title
    yield "language", show.lang.lower()
    yield "generator", "Spoke"
    if show.episodes:
        yield "pubDate", format_datetime(show.episodes[0].moment)
    yield "itunes:author", show.author or organisation
    yield "itunes:explicit", "true" if show.explicit else "false"
    yield "itunes:type", show.type
    if show.complete:
        yield "itunes:complete", "Yes"


def _item(channel: Element, episode: Episode, enclosed: Rendition, base: str, files: str) -> None:
    item = SubElement(channel, "item")
    _add(item, "title", episode.title)
    _add(item, "link", f"{base}{episode.url}")
    SubElement(item, "guid", {"isPermaLink": "false"}).text = _legal(episode.guid)
    _add(item, "pubDate", format_datetime(episode.moment))
    _add(item, "description", episode.summary or plain(episode.notes.html) or episode.title)
    if episode.notes.html.strip():
        _add(item, "content:encoded", abroad(episode.notes.html, base, files))
    address = _absolute(enclosed.url, files)
    SubElement(item, "enclosure", {"url": address, "length": str(enclosed.bytes), "type": enclosed.type})
    _add(item, "itunes:duration", str(int(episode.recording.seconds)))
    _add(item, "itunes:explicit", "true" if episode.explicit else "false")
    _add(item, "itunes:episodeType", episode.type)
    if episode.season is not None:
        _add(item, "itunes:season", str(episode.season))
    if episode.number is not None:
        _add(item, "itunes:episode", str(episode.number))
    if episode.artwork:
        SubElement(item, "itunes:image", {"href": _absolute(episode.artwork.url, files)})
    for captions in episode.recording.captions:
        given = {"url": _absolute(captions.url, files), "type": "text/vtt", "language": captions.lang}
        SubElement(item, "podcast:transcript", given)


def plain(html: str) -> str:
    """The words of HTML, for places that take none; at most 4,000 bytes."""
    from html import unescape

    words = " ".join(unescape(_TAG.sub(" ", html)).split())
    return words.encode()[:4_000].decode(errors="ignore")


def abroad(html: str, base: str, files: str) -> str:
    """Our HTML as it may stand elsewhere: with whole addresses, and without choices of rendition."""

    def whole(found: re.Match[str]) -> str:
        before = files if html.startswith("media/", found.end()) else base
        return f'{found[1]}="{before}/'

    html = _SIZED.sub("", html)
    return _ROOTED.sub(whole, html)


def _enclosed(episode: Episode, way: Way) -> Rendition | None:
    """The rendition to enclose: the way asked for, else what podcast apps take."""
    fit = [one for one in episode.recording.renditions if one.type in ENCLOSURES | _FILM]
    for wanted in (way, "listen", "listen-low", "watch", "watch-low"):
        for rendition in fit:
            if rendition.way == wanted:
                return rendition
    return next(iter(fit or episode.recording.renditions), None)


def _absolute(url: str, files: str) -> str:
    return f"{files}{url}" if url.startswith("/") else url


def _add(to: Element, name: str, text: str) -> None:
    if text:
        SubElement(to, name).text = _legal(text)


def _legal(text: str) -> str:
    """`text` without the control signs that XML has no way to say."""
    return _ILLEGAL.sub("", text)
