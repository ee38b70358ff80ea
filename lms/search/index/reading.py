"""The index of one release, opened: its pages, postings and places, and the words of the content."""

import json
import math
import weakref
from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache, reduce
from itertools import accumulate, compress, pairwise
from operator import add, or_, sub, truediv
from pathlib import Path
from threading import RLock
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex

from lms.search.index.analysis import fold
from lms.search.index.writing import FORMAT, unpacked
from lms.search.models import NoIndex, Page

#: BM25: how soon more of the same word counts for less, and how much a long page is held against it.
K1, B = 1.2, 0.6

Postings = tuple["array[int]", "array[float]"]
#: A term that more than one document in so many has is kept with a share for every document.
_DENSE = 8
#: Every byte with a bit set as 1.
_SET = bytes([0, *[1] * 255])


class Index:
    """An open index. Its documents are numbered; it is read by one thread at a time, which holds `lock`."""

    def __init__(self, release: Path) -> None:
        place = release / FORMAT
        if not (place / "words.json").exists():
            raise NoIndex
        self._place = place
        self.lock = RLock()
        reader = FileIndex(FileStorage(str(place))).reader()
        self._leaves: list[tuple[Any, int]] = list(reader.leaf_readers())
        # Nobody says when the last request of an old release is done; then its files are given back.
        weakref.finalize(self, reader.close)
        self._read_facts()
        self.postings = lru_cache(maxsize=96)(self._read_postings)
        self.shares = lru_cache(maxsize=96)(self._read_shares)
        self.row = lru_cache(maxsize=64)(self._read_row)
        self.places = lru_cache(maxsize=16)(self._read_places)
        self.knows = lru_cache(maxsize=8_192)(self._has)

    def _read_facts(self) -> None:
        """Every document's page, kind, language, topics and length, in lists by its number."""
        self.alive = bytearray()
        self.pages: list[int] = []
        self.kinds: list[str] = []
        self.langs: list[str] = []
        self.topics: list[str] = []
        self.urls: list[str] = []
        lengths: list[int] = []
        rooms: list[int] = []
        self.shapes: list[int] = []
        self.shaped: list[tuple[str, str, str]] = []
        """Kind, topics and bare language: few different ones, which facets count."""
        self.later: dict[int, list[int]] = {}
        """Of documents that are no page's first: those of the same page before them."""
        numbers: dict[str, int] = {}
        same: dict[str, str] = {}
        shapes: dict[tuple[str, str, str], int] = {}
        of_page: list[list[int]] = []
        for leaf, _ in self._leaves:
            gone = set(leaf.segment().deleted_docs()) if leaf.has_deletions() else ()
            for number, facts in enumerate(leaf.column_reader("facts")):
                url, kind, lang, topics, size, room = bytes(facts).decode().split("\x1f")
                page = numbers.setdefault(url, len(numbers))
                if page == len(self.urls):
                    self.urls.append(url)
                    of_page.append([])
                document = len(self.pages)
                if of_page[page]:
                    self.later[document] = list(of_page[page])
                of_page[page].append(document)
                shape = kind, topics, lang.split("-")[0]
                if shape not in shapes:
                    shapes[shape] = len(self.shaped)
                    self.shaped.append(shape)
                self.shapes.append(shapes[shape])
                self.pages.append(page)
                self.kinds.append(same.setdefault(kind, kind))
                self.langs.append(same.setdefault(lang, lang))
                self.topics.append(same.setdefault(topics, topics))
                lengths.append(int(size))
                rooms.append(int(room))
                self.alive.append(number not in gone)
        self.count = sum(self.alive)
        mean = sum(length for length, here in zip(lengths, self.alive, strict=True) if here) / max(1, self.count) or 1
        self.norms = array("f", (K1 * (1 - B + B * length / mean) for length in lengths))
        self._rooms = array("Q", accumulate(rooms, initial=0))
        self._deleted = self.count < len(self.alive)

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """Bare languages of the content, the one with the most pages first."""
        found: dict[str, int] = {}
        for lang, here in zip(self.langs, self.alive, strict=True):
            if here:
                bare = lang.split("-")[0].lower()
                found[bare] = found.get(bare, 0) + 1
        return tuple(sorted(found, key=lambda lang: (-found[lang], lang)))

    def page(self, document: int) -> Page:
        """A document as it was indexed."""
        leaf, base = next(pair for pair in reversed(self._leaves) if pair[1] <= document)
        return unpacked(leaf.stored_fields(document - base)["page"])

    def rarity(self, count: int) -> float:
        """What a word says that stands in `count` documents (BM25's idf)."""
        return math.log(1 + (self.count - count + 0.5) / (count + 0.5))

    # -- Postings: Whoosh hands them out one by one through several layers, which takes ten times as long. ------------

    def _matchers(self, term: str) -> Iterator[tuple[Any, int]]:
        key = term.encode()
        for leaf, base in self._leaves:
            if ("words", key) in leaf._terms:
                yield leaf._terms.matcher("words", key, leaf.schema["words"].format), base

    def _has(self, term: str) -> bool:
        key = term.encode()
        return any(("words", key) in leaf._terms for leaf, _ in self._leaves)

    def _read_postings(self, term: str) -> Postings:
        documents, weights = array("I"), array("f")
        for matcher, base in self._matchers(term):
            for block in _blocks(matcher):
                block._read_ids()
                documents.extend(array("I", map(base.__add__, block._ids)) if base else block._ids)
                weights.extend(block._weights)
        if self._deleted:
            alive = self.alive
            kept = [(d, w) for d, w in zip(documents, weights, strict=True) if alive[d]]
            documents, weights = array("I", [d for d, _ in kept]), array("f", [w for _, w in kept])
        return documents, weights

    def _read_shares(self, term: str) -> Postings:
        """BM25 without what the word says: from 0 to 1, by its weight and the length of the page."""
        documents, weights = self.postings(term)
        norms = map(self.norms.__getitem__, documents)
        return documents, array("f", map(truediv, weights, map(add, weights, norms)))

    def _read_row(self, term: str) -> "array[float] | None":
        """Its share in every document, 0 in those without it; None when it is in few of them."""
        documents, shares = self.shares(term)
        if len(documents) * _DENSE < len(self.norms):
            return None
        if len(documents) == len(self.norms):
            return shares
        row = array("f", bytes(4 * len(self.norms)))
        for first, end in _runs(documents):
            row[documents[first] : documents[end - 1] + 1] = shares[first:end]
        return row

    def _read_places(self, term: str) -> int:
        """Where it stands, as the bits of one number for all documents: to shift and join these takes no time."""
        rooms = self._rooms
        bits = bytearray(8 * rooms[-1])
        for matcher, base in self._matchers(term):
            for block in _blocks(matcher):
                block._read_ids()
                ids, bitmaps, at = block._ids, memoryview(block.bitmaps()), 0
                for first, end in _runs(ids):
                    start = 8 * rooms[base + ids[first]]
                    size = 8 * rooms[base + ids[end - 1] + 1] - start
                    bits[start : start + size] = bitmaps[at : at + size]
                    at += size
        return int.from_bytes(bits, "little")

    def frequency(self, term: str) -> int:
        """How many documents have it."""
        if self._deleted:
            return len(self.postings(term)[0])
        key = "words", term.encode()
        return sum(leaf._terms.term_info(*key).doc_frequency() for leaf, _ in self._leaves if key in leaf._terms)

    def together(self, words: Sequence[tuple[int, frozenset[str]]]) -> Postings:
        """Documents where words stand as in a phrase, each at its distance from the first; and how often."""
        rows = [(offset, [term for term in terms if self.knows(term)]) for offset, terms in words]
        # The rarest first: most phrases that stand nowhere are done with then.
        rows.sort(key=lambda row: sum(map(self.frequency, row[1])))
        starts: int | None = None
        for offset, terms in rows:
            here = reduce(or_, map(self.places, terms)) if terms else 0
            here = here >> offset if offset else here
            starts = here if starts is None else starts & here
            if not starts:
                break
        found: Counter[int] = Counter()
        if starts:
            bits = starts.to_bytes(8 * self._rooms[-1], "little")
            # Of most bytes none is set; to part them at the others is the soonest way to these.
            at = 0
            for zeros in bits.translate(_SET).split(b"\1")[:-1]:
                at += len(zeros)
                found[bisect_right(self._rooms, at // 8) - 1] += bits[at].bit_count()
                at += 1
        kept = [(document, count) for document, count in found.items() if self.alive[document]]
        return array("I", [document for document, _ in kept]), array("f", [count for _, count in kept])

    # -- Words of the content -----------------------------------------------------------------------------------------

    @cached_property
    def vocabulary(self) -> dict[str, tuple[int, str]]:
        """Every word of the content, folded: how often it is used, and how it is mostly written."""
        said = json.loads((self._place / "words.json").read_text(encoding="utf-8"))
        found: dict[str, tuple[int, str]] = {}
        for counts in said.values():
            for word, count in counts.items():
                bare = fold(word)
                before, written = found.get(bare, (0, ""))
                found[bare] = before + count, word.lower() if count > before else written
        return found

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self.vocabulary)

    def beginning(self, start: str, most: int = 60) -> list[str]:
        """Words that begin so, those used most first."""
        start = fold(start)
        at = bisect_left(self._sorted, start)
        end = bisect_left(self._sorted, start + "\U0010ffff")
        found = self._sorted[at:end]
        return sorted(found, key=lambda word: (-self.vocabulary[word][0], word))[:most]

    @cached_property
    def by_shape(self) -> dict[tuple[str, int], list[str]]:
        """Words by first sign and length."""
        found: dict[tuple[str, int], list[str]] = {}
        for word in self._sorted:
            if len(word) > 3 and not word.isdigit():
                found.setdefault((word[0], len(word)), []).append(word)
        return found


def _runs(documents: "array[int]") -> Iterator[tuple[int, int]]:
    """Where documents that follow each other begin and end; a word that is in most has few such runs."""
    ends = compress(range(1, len(documents)), map((1).__lt__, map(sub, documents[1:], documents)))
    return pairwise((0, *ends, len(documents)))


def _blocks(matcher: Any) -> Iterator[Any]:
    """A matcher at each of its blocks in turn."""
    while True:
        yield matcher
        if matcher._lastblock:
            return
        matcher._goto(matcher._nextoffset)
