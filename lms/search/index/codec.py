"""Whoosh's own codec with its blocks as plain arrays: a word that stands on every page is read ten times as fast.

A block is two parts, each compressed alone: documents with their weights, which every question reads; and where the
word stands in them, a bit for every place of a document, which phrases alone read.
"""

from array import array
from pickle import dumps
from struct import Struct
from typing import Any
from zlib import DEFLATED, Z_RLE, compress, compressobj, decompress

from whoosh.codec.whoosh3 import WHOOSH3_HEADER_MAGIC, W3Codec, W3LeafMatcher, W3PostingsWriter

_SIZE = Struct("<I")
#: Shorter parts are as long when compressed.
_SHORT = 128


class Writer(W3PostingsWriter):
    """Writes numbers of documents and weights as one run of bytes, and bitmaps of their places as another."""

    def _write_block(self, last: bool = False) -> None:
        if not self._blockcount:
            self._postfile.write(WHOOSH3_HEADER_MAGIC)
        self._terminfo.add_block(self)
        first = self._ids.tobytes() + self._weights.tobytes()
        then = b"".join((*(value[:2] for value in self._values), *map(_bitmap, self._values)))
        packed = len(first) + len(then) > _SHORT
        if packed:
            first, then = compress(first, 1), _runs(then)
        # What Whoosh's matchers expect of a block; nothing here looks at its weights and lengths.
        info = dumps((len(self._ids), self._ids[-1], self._maxweight, packed, 0, 0), 2)
        length = len(info) + _SIZE.size + len(first) + len(then)
        self._postfile.write_int(-length if last else length)
        self._postfile.write(info + _SIZE.pack(len(first)) + first + then)
        self._blockcount += 1
        self._new_block()


class Matcher(W3LeafMatcher):
    """Reads what `Writer` wrote."""

    def _read_data(self) -> None:
        data = self._postfile.get(self._dataoffset, self._nextoffset - self._dataoffset)
        end = _SIZE.size + _SIZE.unpack_from(data)[0]
        self._data = data[_SIZE.size : end], data[end:]

    def _part(self, number: int) -> bytes:
        if self._data is None:
            self._read_data()
        data: bytes = self._data[number]
        return decompress(data) if self._compression else data

    def _read_ids(self) -> None:
        first, size = self._part(0), 4 * self._blocklength
        self._ids, self._weights = array("I", first[:size]), array("f", first[size:])

    _read_weights = _read_ids

    def bitmaps(self) -> bytes:
        """The bitmaps of the block's documents in a row."""
        return self._part(1)[2 * self._blocklength :]

    def _read_values(self) -> None:
        """What `Writer` was given, for segments that are merged."""
        bitmaps, size = self._part(1), 2 * self._blocklength
        found, at = [], size
        for room in array("H", bitmaps[:size]):
            bits = int.from_bytes(bitmaps[at : at + 8 * room], "little")
            places = (place for place in range(bits.bit_length()) if bits >> place & 1)
            found.append(array("H", (room, *places)).tobytes())
            at += 8 * room
        self._values = tuple(found) or (b"",) * self._blocklength


def _runs(data: bytes) -> bytes:
    """Compressed as what is mostly runs of zeros: sooner done, and smaller."""
    made = compressobj(1, DEFLATED, strategy=Z_RLE)
    return made.compress(data) + made.flush()


def _bitmap(value: bytes) -> bytes:
    """Room (of 64 bits) and places as as many bits, those set that are places."""
    room, *places = array("H", value)
    return sum(map((1).__lshift__, places)).to_bytes(8 * room, "little")


class Codec(W3Codec):
    """Larger blocks than Whoosh's, and without the lengths of fields, which the facts of a page have."""

    length_stats = False

    def __init__(self) -> None:
        super().__init__(blocklimit=4096, compression=1)

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> Writer:
        return Writer(dbfile, blocklimit=self._blocklimit, byteids=byteids, compression=self._compression)

    def postings_reader(
        self, dbfile: Any, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None
    ) -> Matcher:
        offset, length = terminfo.extent()
        return Matcher(dbfile, offset, length, format_, term=term, scorer=scorer)
