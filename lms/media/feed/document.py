"""The bytes of a feed made into XML elements, whatever their sender thought XML was."""

import codecs
import re
from html import entities

from lxml import etree

_SPACES = (
    ("itunes", "itunes.com/dtds"),
    ("podcast", "podcastindex.org/namespace"),
    ("podcast", "podcastindex-org/podcast-namespace"),
    ("content", "purl.org/rss/1.0/modules/content"),
    ("dc", "purl.org/dc/"),
    ("atom", "w3.org/2005/atom"),
    ("", "purl.org/rss/1.0/"),
    ("", "backend.userland.com/rss2"),
)
_DECLARED = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
#: The text encodings that feeds come in. Python knows more that are no encodings of text, and one (punycode) whose
#: decoder takes time with the square of what it is given.
_ENCODING = re.compile(
    r"utf[-_]?8|utf[-_]?16(?:[-_]?[lb]e)?|us-ascii|ascii|latin[-_]?1|iso[-_]?8859[-_]\d{1,2}|(?:windows-|cp)(?:125[0-8]|874|932|949)"
    r"|koi8-[rut]|macintosh|tis-620|shift[-_]?jis|sjis|euc[-_]?(?:jp|kr)|iso-2022-jp|gb2312|gbk|gb18030|big5(?:-?hkscs)?",
    re.IGNORECASE,
)
_START = re.compile(r"<(?:\?xml|!DOCTYPE|!--|rss|rdf:RDF|feed|channel|html)[\s>-]", re.IGNORECASE)
_DECLARATION = re.compile(r"<\?xml[^<>]{0,1000}\?>")
_DOCTYPE = re.compile(r"<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>", re.DOTALL | re.IGNORECASE)
_DOCTYPE_BEGINS = re.compile("<!DOCTYPE", re.IGNORECASE)
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class BrokenFeed(Exception):
    """What was given is no feed; the message says what it is instead."""


def tag_of(element: etree._Element) -> str:
    """The element's name with the usual prefix, whatever its sender called the namespace: `itunes:author`."""
    tag = element.tag
    if not isinstance(tag, str):
        return ""
    if tag[0] != "{":
        return tag  # also `itunes:author`, when nobody declared the prefix
    space, _, local = tag[1:].partition("}")
    for prefix, part in _SPACES:
        if part in space.lower():
            return f"{prefix}:{local}" if prefix else local
    return tag


def root_of(data: bytes, notes: list[str]) -> etree._Element:
    """The outermost element of what `data` can be read as; what was amiss is noted.

    No entity is expanded, and nothing is fetched. Raises BrokenFeed when it is not XML at all.
    """
    if not data.strip():
        raise BrokenFeed("it is empty")
    text = _ILLEGAL.sub("", _decoded(data, notes))
    if text.lstrip()[:1] in "{[":
        raise BrokenFeed("it is JSON, not a feed")
    start = _START.search(text[:100_000])
    if start is None:
        raise BrokenFeed("it is not XML")
    if text[: start.start()].strip():
        notes.append("something stands before the feed")
    # No document type: its entities could explode or read files, and no feed needs one.
    text = _DECLARATION.sub("", text[start.start() :], count=1)
    if (declared := _DOCTYPE_BEGINS.search(text[:10_000])) and (whole := _DOCTYPE.match(text, declared.start())):
        text = text[: whole.start()] + text[whole.end() :]
    text = _NAMED.sub(_numbered, text)
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, encoding="utf-8"
    )
    root = etree.fromstring(text.encode(), parser)
    if root is None:
        raise BrokenFeed("it is not XML")
    if len(parser.error_log):
        first = parser.error_log[0]
        notes.append(f"it is not well-formed XML (line {first.line}); what could be read was taken")
    return root


def _decoded(data: bytes, notes: list[str]) -> str:
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(name, errors="replace")
    declared = _DECLARED.search(data[:2_000])
    wanted = declared[1].decode("ascii") if declared else "utf-8"
    for name in (wanted, "utf-8", "cp1252"):
        if not _ENCODING.fullmatch(name):
            continue
        try:
            text = data.decode(name)
        except (ValueError, LookupError):
            continue
        if name != wanted:
            notes.append(f"it says that it is {wanted[:40]}, and is {name}")
        return text
    return data.decode("utf-8", errors="replace")


def _numbered(found: re.Match[str]) -> str:
    """HTML's named signs, which XML does not know, by their numbers."""
    if found[1] in ("amp", "lt", "gt", "quot", "apos"):
        return found[0]
    sign = entities.html5.get(f"{found[1]};")
    return "".join(f"&#{ord(part)};" for part in sign) if sign else f"&amp;{found[1]};"


def instead(top: etree._Element) -> str:
    """What a document without a channel is."""
    tag = tag_of(top)
    if tag.rpartition(":")[2].lower() == "html":
        return "it is a web page, not a feed"
    if tag == "atom:feed":
        return "it is an Atom feed without sound enclosures; Spoke reads RSS"
    return "it is XML, but not a feed"
