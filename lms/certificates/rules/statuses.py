"""Status lists: a bit for each certificate, by its place in the log, that tells whether it was withdrawn.

https://www.w3.org/TR/vc-bitstring-status-list/
"""

import gzip
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable

#: Bits of one list: the least that the standard allows, so that who asks for one does not tell which it is about.
BITS = 131_072


def place(index: int) -> tuple[int, int]:
    """The number of the list, and of the bit in it, for a certificate's place in the log."""
    return divmod(index, BITS)


def encoded(bits: Iterable[int]) -> str:
    """A list with these bits set, as `encodedList`."""
    row = bytearray(BITS // 8)
    for bit in bits:
        row[bit // 8] |= 0x80 >> bit % 8
    return "u" + urlsafe_b64encode(gzip.compress(bytes(row), 9, mtime=0)).rstrip(b"=").decode()


def is_set(text: str, bit: int) -> bool:
    """Whether a bit of an `encodedList` is set. Raises ValueError for what is no such list."""
    if not text.startswith("u") or not 0 <= bit < BITS:
        raise ValueError("this is no status list")
    try:
        packed = urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4))
        reader = zlib.decompressobj(wbits=31)
        row = reader.decompress(packed, BITS // 8 + 1)
    except (ValueError, zlib.error):
        raise ValueError("this is no status list") from None
    if len(row) != BITS // 8 or not reader.eof:
        raise ValueError("this is no status list")
    return bool(row[bit // 8] & 0x80 >> bit % 8)
