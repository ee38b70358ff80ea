"""Pages for those who are signed in: rendered and compressed once, with places that are filled anew for each learner.

A page is cut where its places are. The pieces between are compressed once, each to a byte's end, so that they and
what is filled in make one gzip stream: a request costs what its places cost, not what its page does.
"""

import json
import re
import struct
import zlib
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from urllib.parse import quote

from flask import g
from markupsafe import Markup

from lms.web.at_hand import gettext, house
from lms.web.headers import page_headers
from lms.web.visitor import Visitor, visitor

_HEADING = re.compile(r'<h[2-4][^>]* id="([^"]+)"[^>]*>(.*?)(</h[2-4]>)', re.DOTALL)
_PLACE = re.compile(r"<!--place (.*?)-->")
#: RFC 1952: gzip, deflate, no flags, no time, no level, unknown system.
_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_END = b"\x03\x00"
_SHORT = 4_000


def framed() -> bool:
    """Whether the page being made is for those who are signed in."""
    return bool(g.get("framing"))


def keepable(html: str, page: str) -> Markup:
    """Rendered Markdown of `page`; for those who are signed in each heading has a link to a note of their own."""
    if not framed():
        return Markup(html)
    said, note = gettext("Note on: %(title)s"), gettext("Note")

    def linked(found: re.Match[str]) -> str:
        title = Markup(found[2]).striptags().removesuffix("#").strip()
        at = quote(f"{page}#{found[1]}", safe="/")
        link = Markup(' <a class="keep" href="/notes/new?at={}" aria-label="{}" rel="nofollow">{}</a>')
        before = found[0][: found.end(2) - found.start()]
        return before + str(link.format(at, said % {"title": title}, note)) + found[3]

    return Markup(_HEADING.sub(linked, str(html)))


def slot(name: str, *about: str) -> Markup:
    """What `house().slots[name]` says of `about` to whoever asks: written now for visitors, and later for learners."""
    if g.get("framing"):
        told = json.dumps([name, *about]).replace("--", "-\\u002d").replace(">", "\\u003e").replace("<", "\\u003c")
        return Markup(f"<!--place {told}-->")
    return Markup(house().slots[name](visitor(), *about))


@dataclass(frozen=True, slots=True)
class Frame:
    """A page with places: `pieces` stand around them, plain and compressed."""

    pieces: tuple[tuple[bytes, bytes], ...]
    places: tuple[tuple[str, ...], ...]
    tag: bytes
    headers: tuple[tuple[str, str], ...]

    @property
    def weight(self) -> int:
        return sum(len(plain) + len(packed) for plain, packed in self.pieces)

    def filled(self, visitor: "Visitor") -> list[bytes]:
        """What this learner reads at each place."""
        slots = house().slots
        return [slots[name](visitor, *about).encode() for name, *about in self.places]

    def etag(self, filled: list[bytes]) -> str:
        return f'"{blake2b(self.tag + bytes(1).join(filled), digest_size=9).hexdigest()}"'

    def body(self, filled: list[bytes], gzip: bool) -> bytes:
        if not gzip:
            parts = [self.pieces[0][0]]
            for (plain, _), fill in zip(self.pieces[1:], filled, strict=True):
                parts += (fill, plain)
            return b"".join(parts)
        plain, packed = self.pieces[0]
        parts, check, length = [_HEAD, packed], zlib.crc32(plain), len(plain)
        for (plain, packed), fill in zip(self.pieces[1:], filled, strict=True):
            parts += (_packed(fill), packed)
            check = zlib.crc32(plain, zlib.crc32(fill, check))
            length += len(fill) + len(plain)
        return b"".join((*parts, _END, struct.pack("<II", check, length & 0xFFFFFFFF)))


def frame(html: str) -> Frame:
    """Cut `html` where its places are."""
    parts = _PLACE.split(html)
    plains = [part.encode() for part in parts[0::2]]
    headers = (
        ("Content-Type", "text/html; charset=utf-8"),
        ("Cache-Control", "private, no-cache"),
        ("Vary", "Accept-Language, Cookie, Accept-Encoding, X-Fragment"),
        *page_headers(),
    )
    return Frame(
        pieces=tuple((plain, _packed.__wrapped__(plain)) for plain in plains),
        places=tuple(tuple(json.loads(told)) for told in parts[1::2]),
        tag=blake2b(html.encode(), digest_size=9).digest(),
        headers=headers,
    )


@lru_cache(maxsize=2_048)
def _packed(plain: bytes) -> bytes:
    """Deflated, up to a byte's end, and not the last of its stream; what is said to many is deflated once."""
    # What fills a place is short: a small window is made ready much sooner.
    packer = (
        zlib.compressobj(6, zlib.DEFLATED, -15, 8)
        if len(plain) > _SHORT
        else zlib.compressobj(6, zlib.DEFLATED, -12, 5)
    )
    return packer.compress(plain) + packer.flush(zlib.Z_FULL_FLUSH)
