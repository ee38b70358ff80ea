"""What all feeds that we write have in common: namespaces, text that XML can say, and the same bytes every time."""

import re
from collections.abc import Mapping
from html import unescape
from types import MappingProxyType

NAMESPACES = {
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "atom": "http://www.w3.org/2005/Atom",
    "xhtml": "http://www.w3.org/1999/xhtml",
}

NOTHING: Mapping[str, str] = MappingProxyType({})

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ROOTED = re.compile(r'\b(href|src)="/(?!/)')
_SIZED = re.compile(r'\s(?:srcset|sizes|loading|decoding)="[^"]*"')
_TAG = re.compile(r"<[^>]+>")


class Writing:
    """A document being written, element by element: a tree of 10,000 items would take thrice as long."""

    def __init__(self, stylesheet: str = "") -> None:
        self._parts = ['<?xml version="1.0" encoding="UTF-8"?>\n']
        if stylesheet:
            self._parts.append(f'<?xml-stylesheet type="text/css"{_written({"href": stylesheet})}?>\n')
        self._open: list[str] = []

    def add(self, name: str, text: str, attributes: Mapping[str, str] = NOTHING) -> None:
        """An element with text in it; none where there is nothing to say."""
        if text:
            self._parts.append(f"<{name}{_written(attributes)}>{_escaped(text)}</{name}>\n")

    def empty(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element that has all it says in its attributes."""
        self._parts.append(f"<{name}{_written(attributes)}/>\n")

    def begin(self, name: str, attributes: Mapping[str, str] = NOTHING) -> None:
        """An element for what follows, until its `end`."""
        self._parts.append(f"<{name}{_written(attributes)}>\n")
        self._open.append(name)

    def end(self) -> None:
        self._parts.append(f"</{self._open.pop()}>\n")

    def channel(self, *namespaces: str) -> None:
        """The beginning of an RSS feed that uses the namespaces of these names."""
        self.begin("rss", {"version": "2.0", **{f"xmlns:{name}": NAMESPACES[name] for name in namespaces}})
        self.begin("channel")

    def introduce(self, intro: tuple[str, str], address: str) -> None:
        """Words for who opens the feed in a browser, with a link to follow: a stylesheet alone makes none."""
        if intro[0]:
            self.begin("xhtml:div")
            self.add("xhtml:span", intro[0])
            self.add("xhtml:a", intro[1], {"href": address})
            self.end()

    def finished(self) -> bytes:
        """The whole document; what is still open is ended."""
        while self._open:
            self.end()
        return "".join(self._parts).encode()


def _written(attributes: Mapping[str, str]) -> str:
    if not attributes:
        return ""
    return "".join([f' {name}="{_quoted(value)}"' for name, value in attributes.items()])


def _quoted(text: str) -> str:
    text = _escaped(text)
    if '"' in text or "\n" in text or "\t" in text:
        # A line end in an attribute would be read as a space.
        text = text.replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")
    return text


def _escaped(text: str) -> str:
    if not text.isprintable():
        # XML has no way to say other control signs, and reads `\r` as a line end anyway.
        text = _ILLEGAL.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    if ">" in text:
        text = text.replace(">", "&gt;")
    return text


def absolute(url: str, base: str) -> str:
    """An address with a host before it."""
    return f"{base}{url}" if url.startswith("/") else url


def plain(html: str) -> str:
    """The words of HTML, for places that take none; at most 4,000 bytes."""
    words = " ".join(unescape(_TAG.sub(" ", html)).split())
    return words.encode()[:4_000].decode(errors="ignore")


def abroad(html: str, base: str, files: str) -> str:
    """Our HTML as it may stand elsewhere: with whole addresses, and without choices of rendition."""
    if '="/' not in html:
        return html
    if "<img" in html:
        html = _SIZED.sub("", html)

    def whole(found: re.Match[str]) -> str:
        before = files if html.startswith("media/", found.end()) else base
        return f'{found[1]}="{before}/'

    return _ROOTED.sub(whole, html)
