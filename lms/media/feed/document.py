"""The bytes of a feed made into XML elements, whatever their sender thought XML was, a piece at a time."""

import codecs
import re
from collections.abc import Callable, Iterator
from html import entities

from lxml import etree

_SPACES = (
    ("itunes", "itunes.com/dtds"),
    ("podcast", "podcastindex.org/namespace"),
    ("podcast", "podcastindex-org/podcast-namespace"),
    ("psc", "podlove.org/simple-chapters"),
    ("media", "search.yahoo.com/mrss"),
    ("content", "purl.org/rss/1.0/modules/content"),
    ("dc", "purl.org/dc/"),
    ("atom", "w3.org/2005/atom"),
    ("atom", "purl.org/atom/ns"),
    ("", "purl.org/rss/1.0/"),
    ("", "backend.userland.com/rss2"),
)
_DECLARED = re.compile(rb"""<\?xml[^>]{0,500}?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
#: The text encodings that feeds come in. Python knows more that are no encodings of text, and one (punycode) whose
#: decoder takes time with the square of what it is given.
_ENCODING = re.compile(
    r"utf[-_]?8|utf[-_]?16(?:[-_]?[lb]e)?|us-ascii|ascii|latin[-_]?1|iso[-_]?8859[-_]\d{1,2}|(?:windows-|cp)(?:125[0-8]|874|932|949)"
    r"|koi8-[rut]|macintosh|tis-620|shift[-_]?jis|sjis|euc[-_]?(?:jp|kr)|iso-2022-jp|gb2312|gbk|gb18030|big5(?:-?hkscs)?",
    re.IGNORECASE,
)
_WIDE = re.compile(r"utf[-_]?(?:16|32)|ucs", re.IGNORECASE)
_START = re.compile(rb"<(?:\?xml|!DOCTYPE|!--|rss|rdf:RDF|(?:[a-z]{1,10}:)?feed|channel|html)[\s>-]", re.IGNORECASE)
_DECLARATION = re.compile(rb"<\?xml[^<>]{0,1000}\?>")
_DOCTYPE = re.compile(rb"<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>", re.DOTALL | re.IGNORECASE)
_DOCTYPE_BEGINS = re.compile(rb"<!DOCTYPE", re.IGNORECASE)
#: What is mended outside of CDATA: signs that XML does not know, and tags that only HTML leaves open.
_SIGN = re.compile(
    rb"&(?!(?:amp|lt|gt|quot|apos);|#[0-9]{1,7};|#[xX][0-9A-Fa-f]{1,6};)(?:([A-Za-z][A-Za-z0-9]{0,31});)?"
)
_OPEN_TAG = re.compile(rb"<((?:br|hr|img|wbr)(?:\s[^<>]{0,2000})?)(?<!/)>", re.IGNORECASE)
_OPEN_TAGS = (b"<br", b"<BR", b"<img")
_OPENS, _CLOSES = b"<![CDATA[", b"]]>"
#: All that XML has no way to say, in UTF-8: control signs, and two that are none.
_CONTROLS = bytes(sign for sign in range(32) if sign not in (9, 10, 13))
_NO_SIGNS = re.compile(rb"\xef\xbf[\xbe\xbf]|\xed[\xa0-\xbf][\x80-\xbf]")

#: Bytes that are decoded and parsed in one go: no second copy of a feed is ever held, and what has been parsed is still
#: in the processor's cache when it is read. Four times as many take a tenth longer.
PIECE = 16_384
#: Where the document must have begun.
HEAD = 100_000
#: Each tag costs six times its bytes until its item has been read: more than these come from nobody who means well.
MOST_TAGS = 1_500_000


class BrokenFeed(Exception):
    """What was given is no feed; the message says what it is instead."""


class NeedsMending(Exception):
    """What was given is not XML as it stands, and is to be read once more."""


def tag_of(element: etree._Element) -> str:
    """The element's name with the usual prefix, whatever its sender called the namespace: `itunes:author`."""
    tag = element.tag
    return usual(tag) if isinstance(tag, str) else ""


def usual(tag: str) -> str:
    """A tag as lxml has it, by its usual name."""
    if tag[0] != "{":
        return tag  # also `itunes:author`, when nobody declared the prefix
    space, _, local = tag[1:].partition("}")
    for prefix, part in _SPACES:
        if part in space.lower():
            return f"{prefix}:{local}" if prefix else local
    return tag


def read(data: bytes, notes: list[str], take: Callable[[etree._Element], None], mend: bool) -> etree._Element:
    """The outermost element of what `data` can be read as, each item given to `take` and then let go.

    No entity is expanded, and nothing is fetched. What was amiss is noted. Raises BrokenFeed when it is not XML at all,
    and, unless it is to `mend` that, NeedsMending for what is not well-formed: most feeds are, and looking through them
    for what is to be mended takes half as long as reading them.
    """
    if not data.strip():
        raise BrokenFeed("it is empty")
    if data.count(b"<") > MOST_TAGS:
        raise BrokenFeed("it has more tags than any show needs")
    parser = etree.XMLPullParser(
        ("end",),
        tag=("{*}item", "{*}entry"),
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        encoding="utf-8",
    )
    try:
        for piece in _mended(_begun(_in_utf8(data, notes), notes)) if mend else _as_it_stands(data, notes):
            parser.feed(piece)
            if not mend and len(parser.feed_error_log):
                raise NeedsMending
            _let_go(parser, take)
        root = parser.close()
    except etree.XMLSyntaxError:
        if not mend:
            raise NeedsMending from None
        raise BrokenFeed("it is not XML") from None
    if not mend and (root is None or len(parser.feed_error_log)):
        raise NeedsMending
    _let_go(parser, take)
    if root is None:
        raise BrokenFeed("it is not XML")
    if len(parser.feed_error_log):
        first = parser.feed_error_log[0]
        notes.append(f"it is not well-formed, the first time at line {first.line}: {first.message}")
    return root


def _as_it_stands(data: bytes, notes: list[str]) -> Iterator[bytes]:
    """The document untouched but for its beginning. Raises NeedsMending when there is more to do than that."""
    begins, encoding, faults = _encoding(data, notes)
    # Behind a long comment a document type may stand that still brings entities; and a zero might end the text.
    if encoding != "utf-8" or faults != "strict" or b"\0" in data or data.find(b"<!DOCTYPE", HEAD // 2) >= 0:
        raise NeedsMending
    pieces = (data[start : start + PIECE] for start in range(begins, len(data), PIECE))
    for place, piece in enumerate(_begun(pieces, notes)):
        if not place and _DOCTYPE_BEGINS.search(piece):
            raise NeedsMending
        yield piece


def _let_go(parser: etree.XMLPullParser, take: Callable[[etree._Element], None]) -> None:
    """Give the items read so far to `take`, and keep nothing of them but their empty elements."""
    for _, element in parser.read_events():
        take(element)
        element.clear()


def _begun(pieces: Iterator[bytes], notes: list[str]) -> Iterator[bytes]:
    """The document from where it begins, without declaration and document type.

    The entities of a document type could explode or read files, and no feed needs one.
    """
    head = b""
    for piece in pieces:
        head += piece
        if len(head) >= HEAD:
            break
    if head.lstrip()[:1] in (b"{", b"["):
        raise BrokenFeed("it is JSON, not a feed")
    start = _START.search(head[:HEAD])
    if start is None:
        raise BrokenFeed("it is not XML")
    if head[: start.start()].strip():
        notes.append("something stands before the feed")
    head = _DECLARATION.sub(b"", head[start.start() :], count=1)
    if (declared := _DOCTYPE_BEGINS.search(head[:10_000])) and (whole := _DOCTYPE.match(head, declared.start())):
        head = head[: whole.start()] + head[whole.end() :]
    yield head
    yield from pieces


def _mended(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The document with its odd signs and tags mended, but for what stands in CDATA, which is nobody's markup."""
    inside, held = False, b""
    for piece in pieces:
        text = held + piece
        if b"&" not in text and not any(tag in text for tag in _OPEN_TAGS):
            # Nothing to mend, as in most of a well-made feed.
            # What may go on in the next piece waits for it: the beginning of a mark or a tag.
            text, held = text[:-12], text[-12:]
            opened, closed = text.rfind(_OPENS), text.rfind(_CLOSES)
            inside = opened > closed if max(opened, closed) >= 0 else inside
            yield text
            continue
        made, at = [], 0
        while True:
            mark = _CLOSES if inside else _OPENS
            found = text.find(mark, at)
            if found < 0:
                break
            made.append(text[at:found] if inside else _plain(text[at:found]))
            made.append(mark)
            at, inside = found + len(mark), not inside
        # What may go on in the next piece waits for it, signs too.
        end = len(text) - 2 if inside else _settled(text, at)
        rest = text[at : max(at, end)]
        made.append(rest if inside else _plain(rest))
        held = text[max(at, end) :]
        yield b"".join(made)
    if held:
        yield held if inside else _plain(held)


def _settled(text: bytes, at: int) -> int:
    """Up to where the text can be mended without knowing what follows it."""
    end = len(text)
    sign = text.rfind(b"&", max(at, end - 40))
    if sign >= 0 and b";" not in text[sign:]:
        end = sign
    tag = text.rfind(b"<", max(at, end - 2_000), end)
    return tag if tag >= 0 and b">" not in text[tag:end] else end


def _plain(text: bytes) -> bytes:
    """Markup with its odd signs and tags as XML has them."""
    if b"&" in text:
        text = _SIGN.sub(_numbered, text)
    if any(tag in text for tag in _OPEN_TAGS):
        text = _OPEN_TAG.sub(rb"<\1/>", text)
    return text


def _numbered(found: re.Match[bytes]) -> bytes:
    """HTML's named signs by their numbers, and a bare `&` escaped."""
    if not found[1]:
        return b"&amp;"
    sign = entities.html5.get(f"{found[1].decode()};")
    return "".join(f"&#{ord(part)};" for part in sign).encode() if sign else b"&amp;" + found[1] + b";"


# -- Encodings ----------------------------------------------------------------------------------------------------


def _in_utf8(data: bytes, notes: list[str]) -> Iterator[bytes]:
    """The document as pieces of UTF-8 without what XML cannot say."""
    begins, encoding, faults = _encoding(data, notes)
    decoder = codecs.getincrementaldecoder(encoding)(faults)
    for start in range(begins, len(data), PIECE):
        piece = data[start : start + PIECE]
        if faults != "strict" or encoding != "utf-8":
            piece = decoder.decode(piece, start + PIECE >= len(data)).encode("utf-8", "ignore")
        piece = piece.translate(None, _CONTROLS)
        yield _NO_SIGNS.sub(b"", piece) if b"\xef\xbf" in piece else piece


def _encoding(data: bytes, notes: list[str]) -> tuple[int, str, str]:
    """How many bytes of a mark to pass over, the encoding that the document is in, and what to do with its faults."""
    for mark, name in (
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            return len(mark), name, "replace"
    begins = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    start = data[:200].lstrip()
    if start.startswith((b"<\0", b"\0<")):
        return 0, "utf-16-le" if start[:1] == b"<" else "utf-16-be", "replace"
    declared = _DECLARED.search(data[:2_000])
    wanted = declared[1].decode("ascii") if declared and not begins else "utf-8"
    # A declaration that can be read as ASCII stands in no encoding of two bytes a sign.
    if _ENCODING.fullmatch(wanted) and not _WIDE.match(wanted) and _decodes(data, wanted):
        name = codecs.lookup(wanted).name
        return begins, "utf-8" if name == "ascii" else name, "strict"
    whole = _decodes(data, "utf-8")
    notes.append(f"it says that it is {wanted[:40]}, and is {'utf-8' if whole else 'cp1252'}")
    return begins, "utf-8", "strict" if whole else _OTHERWISE


def _decodes(data: bytes, encoding: str) -> bool:
    """Whether all of it is in this encoding."""
    try:
        decoder = codecs.getincrementaldecoder(encoding)()
        for start in range(0, len(data), PIECE):
            decoder.decode(data[start : start + PIECE], start + PIECE >= len(data))
    except (ValueError, LookupError):
        return False
    return True


def _as_cp1252(fault: UnicodeError) -> tuple[str, int]:
    """A byte that is no UTF-8, as the encoding that those who write one by accident have: the rest stays as it is."""
    assert isinstance(fault, UnicodeDecodeError)
    return fault.object[fault.start : fault.end].decode("cp1252", "replace"), fault.end


_OTHERWISE = "lms-as-cp1252"
codecs.register_error(_OTHERWISE, _as_cp1252)


def instead(top: etree._Element) -> str:
    """What a document without a channel is."""
    tag = tag_of(top)
    if tag.rpartition(":")[2].lower() == "html":
        return "it is a web page, not a feed"
    if tag == "atom:feed":
        return "it is an Atom feed with nothing to hear"
    return "it is XML, but not a feed"
