"""Which signs the fonts have, and what stands for those that none has: a certificate never shows an empty box."""

import struct
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from lms.certificates.models.look import Paper

FONTS = Path(__file__).parent / "fonts"
#: What is drawn for a sign that no font has.
MISSING = "\N{REPLACEMENT CHARACTER}"

#: Marks that turn the reading order of all that follows: a name that has one could turn a line of the certificate.
_TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C])
#: Signs that have no shape, and need no font: joiners, and those that choose a variant.
_SHAPELESS = frozenset([0xAD, 0x34F, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, *range(0xFE00, 0xFE10)])

#: Signs that are no marks by their category, and are drawn as one with what stands before them.
_JOINED = frozenset([0xE33, 0xEB3, 0xFF9E, 0xFF9F, *range(0x1F3FB, 0x1F400)])

Span = tuple[int, int]
Signs = frozenset[int]


def uncovered(text: str, look: Paper) -> list[str]:
    """The signs of a text that would be drawn as a question mark in a lozenge, each once, in order."""
    fonts = _all(look)
    return list(dict.fromkeys(sign for cluster in clusters(tidy(text)) for sign in _lacking(cluster, fonts)))


def drawable(text: str, look: Paper) -> str:
    """The text as it can be drawn: nothing that turns it round, and the sign of a missing sign for what no font has."""
    text = tidy(text)
    if text.isascii():
        return text
    fonts, made = _all(look), []
    for cluster in clusters(text):
        lacking = set(_lacking(cluster, fonts))
        made.append("".join(MISSING if sign in lacking else sign for sign in cluster) if lacking else cluster)
    return "".join(made)


def plainest(text: str) -> str:
    """The text with Latin letters and common punctuation alone, for when it could not be drawn all the same."""
    return "".join(sign if _latin(ord(sign)) else MISSING for sign in tidy(text))


def _latin(sign: int) -> bool:
    return sign < 0x250 or 0x1E00 <= sign < 0x1F00 or chr(sign) in "–—‘’“”…™ʼ"


def tidy(text: str) -> str:
    """The text in composed form, on one line, without control signs."""
    composed = unicodedata.normalize("NFC", text).translate(_TURNING)
    plain = "".join(" " if unicodedata.category(sign) in ("Cc", "Zl", "Zp") else sign for sign in composed)
    return " ".join(plain.split())


def clusters(text: str) -> Iterator[str]:
    """Each sign with the marks upon it: a font must have them all, or draws none of them well."""
    held = ""
    for sign in text:
        if held and unicodedata.category(sign) not in ("Mn", "Mc", "Me") and ord(sign) not in _JOINED:
            yield held
            held = ""
        held += sign
    if held:
        yield held


def spans(font: bytes) -> list[Span]:
    """The signs that a font has, as first and last of each stretch. Raises ValueError when it is no font.

    Read by hand: only two of the many forms of this table are in use, and what reads all of them, and all else of a
    font, is a large library that nothing but this would need.
    """
    try:
        if font[:4] == b"ttcf":
            (count,) = struct.unpack_from(">I", font, 8)
            starts = struct.unpack_from(f">{count}I", font, 12)
        else:
            starts = (0,)
        return [span for start in starts for span in _table(font, start)]
    except struct.error as fault:
        raise ValueError("it is no font, or a damaged one") from fault


def _table(font: bytes, start: int) -> list[Span]:
    if font[start : start + 4] not in (b"\0\1\0\0", b"OTTO", b"true"):
        raise ValueError("it is no font; TrueType and OpenType are")
    (count,) = struct.unpack_from(">H", font, start + 4)
    tables = (struct.unpack_from(">4sIII", font, start + 12 + 16 * number) for number in range(count))
    at = next((offset for tag, _, offset, _ in tables if tag == b"cmap"), None)
    if at is None:
        raise ValueError("it says of no sign how it is drawn")
    (count,) = struct.unpack_from(">H", font, at + 2)
    found: list[Span] = []
    for number in range(count):
        platform, encoding, offset = struct.unpack_from(">HHI", font, at + 4 + 8 * number)
        if platform == 0 or (platform == 3 and encoding in (1, 10)):
            found += _stretches(font, at + offset)
    return found


def _stretches(font: bytes, at: int) -> Iterator[Span]:
    (form,) = struct.unpack_from(">H", font, at)
    if form == 4:
        (doubled,) = struct.unpack_from(">H", font, at + 6)
        ends = struct.unpack_from(f">{doubled // 2}H", font, at + 14)
        starts = struct.unpack_from(f">{doubled // 2}H", font, at + 16 + doubled)
        deltas = struct.unpack_from(f">{doubled // 2}H", font, at + 16 + 2 * doubled)
        ways = struct.unpack_from(f">{doubled // 2}H", font, at + 16 + 3 * doubled)
        for number, (first, last, delta, way) in enumerate(zip(starts, ends, deltas, ways, strict=True)):
            for sign in range(first, min(last, 0xFFFE) + 1):
                glyph = sign + delta
                if way:
                    place = at + 16 + 3 * doubled + 2 * number + way + 2 * (sign - first)
                    (glyph,) = struct.unpack_from(">H", font, place)
                if glyph & 0xFFFF:
                    yield sign, sign
    elif form == 12:
        (count,) = struct.unpack_from(">I", font, at + 12)
        for number in range(count):
            first, last, _ = struct.unpack_from(">III", font, at + 16 + 12 * number)
            yield first, min(last, 0x10FFFF)


def _signs(found: Iterable[Span]) -> Signs:
    return frozenset(sign for first, last in found for sign in range(first, last + 1))


@lru_cache(maxsize=1)
def _shipped() -> tuple[Signs, ...]:
    """Of each font that comes along, what it has."""
    paths = sorted(path for path in FONTS.iterdir() if path.suffix in (".ttf", ".otf"))
    return tuple(_signs(spans(path.read_bytes())) for path in paths)


@lru_cache(maxsize=16)
def _given(font: bytes) -> Signs:
    try:
        return _signs(spans(font))
    except ValueError:
        return frozenset()  # said when the folder is checked; nothing can be drawn with it


def _all(look: Paper) -> tuple[Signs, ...]:
    return _shipped() + tuple(_given(font) for _, font in sorted(look.fonts.items()))


def _lacking(cluster: str, fonts: tuple[Signs, ...]) -> list[str]:
    """The signs of a cluster that cannot be drawn: none, where one font has all; else those that the best lacks."""
    signs = [sign for sign in cluster if ord(sign) not in _SHAPELESS]
    if not signs:
        return []
    first = [font for font in fonts if ord(signs[0]) in font]
    if not first:
        return signs
    lacks = ([sign for sign in signs if ord(sign) not in font] for font in first)
    return min(lacks, key=len)
