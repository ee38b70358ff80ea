"""What all feeds that we write have in common: namespaces, text that XML can say, and the same bytes every time."""

import re
from html import unescape
from xml.etree.ElementTree import Element, SubElement, indent, tostring
from xml.sax.saxutils import quoteattr

NAMESPACES = {
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "atom": "http://www.w3.org/2005/Atom",
    "html": "http://www.w3.org/1999/xhtml",
}

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ROOTED = re.compile(r'\b(href|src)="/(?!/)')
_SIZED = re.compile(r'\s(?:srcset|sizes|loading|decoding)="[^"]*"')
_TAG = re.compile(r"<[^>]+>")


def channel_of(*names: str) -> tuple[Element, Element]:
    """The root of a new RSS feed that uses the namespaces of these names, and its channel."""
    root = Element("rss", {"version": "2.0", **{f"xmlns:{name}": NAMESPACES[name] for name in names}})
    return root, SubElement(root, "channel")


def add(to: Element, name: str, text: str, **attributes: str) -> None:
    """An element with text in it; none where there is nothing to say."""
    if text:
        SubElement(to, name, attributes).text = legal(text)


def introduce(channel: Element, intro: tuple[str, str], address: str) -> None:
    """Words for whoever opens the feed in a browser, with a link that one can follow: a stylesheet alone makes none."""
    if intro[0]:
        block = SubElement(channel, "html:p")
        block.text = legal(intro[0]) + " "
        SubElement(block, "html:a", {"href": address}).text = legal(intro[1])


def written(root: Element, stylesheet: str = "") -> bytes:
    """The document's bytes, with the address of its stylesheet for browsers."""
    indent(root, "")
    style = f'<?xml-stylesheet type="text/css" href={quoteattr(stylesheet)}?>\n' if stylesheet else ""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{style}'.encode() + tostring(root, encoding="utf-8") + b"\n"


def absolute(url: str, base: str) -> str:
    """An address with a host before it."""
    return f"{base}{url}" if url.startswith("/") else url


def legal(text: str) -> str:
    """`text` without the control signs that XML has no way to say."""
    return text if text.isprintable() else _ILLEGAL.sub("", text)


def plain(html: str) -> str:
    """The words of HTML, for places that take none; at most 4,000 bytes."""
    words = " ".join(unescape(_TAG.sub(" ", html)).split())
    return words.encode()[:4_000].decode(errors="ignore")


def abroad(html: str, base: str, files: str) -> str:
    """Our HTML as it may stand elsewhere: with whole addresses, and without choices of rendition."""
    if "/" not in html:
        return html
    if "<img" in html:
        html = _SIZED.sub("", html)

    def whole(found: re.Match[str]) -> str:
        before = files if html.startswith("media/", found.end()) else base
        return f'{found[1]}="{before}/'

    return _ROOTED.sub(whole, html)
