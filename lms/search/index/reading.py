"""The index of one release, opened: its pages, postings and places, and the words of the content."""

import heapq
import json
import math
import weakref
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import accumulate
from pathlib import Path
from threading import RLock
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex

from lms.search.index.analysis import fold
from lms.search.index.writing import FORMAT, unpacked
from lms.search.models import Page

#: BM25: how soon more of the same word counts for less, and how much a long page is held against it.
K1, B = 1.2, 0.6

Postings = tuple["array[int]", "array[float]"]
#: Documents with all the words of a phrase that are looked at.
_PHRASED = 700
_NOTHING: Postings = (array("I"), array("f"))


class NoIndex(Exception):
    """The release has no index of this format."""


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
        self.places = lru_cache(maxsize=12)(self._read_places)
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
                url, kind, lang, topics, size = bytes(facts).decode().split("\x1f")
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
                self.alive.append(number not in gone)
        self.count = sum(self.alive)
        mean = sum(length for length, here in zip(lengths, self.alive, strict=True) if here) / max(1, self.count) or 1
        self.norms = array("f", (K1 * (1 - B + B * length / mean) for length in lengths))
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
                block._read_weights()
                documents.extend(array("I", [base + id for id in block._ids]) if base else block._ids)
                weights.extend(block._weights)
        if self._deleted:
            alive = self.alive
            kept = [(d, w) for d, w in zip(documents, weights, strict=True) if alive[d]]
            documents, weights = array("I", [d for d, _ in kept]), array("f", [w for _, w in kept])
        return documents, weights

    def _read_shares(self, term: str) -> Postings:
        """BM25 without what the word says: from 0 to 1, by its weight and the length of the page."""
        documents, weights = self.postings(term)
        norms = self.norms
        return documents, array("f", [w / (w + norms[d]) for d, w in zip(documents, weights, strict=True)])

    def _read_places(self, term: str) -> "Places":
        found = Places()
        for matcher, base in self._matchers(term):
            for block in _blocks(matcher):
                block._read_ids()
                lengths, values = block._data[2]
                found.add(base, block._ids, array("I", lengths), values)
        return found

    def together(self, words: Sequence[tuple[int, frozenset[str]]]) -> Postings:
        """Documents where words stand as in a phrase, each at its distance from the first; and how often.

        Where very many documents have all the words, only those are looked at that have them most.
        """
        rows = [(offset, [term for term in terms if self.knows(term)]) for offset, terms in words]
        counts = [self._weights(terms) for _, terms in rows]
        if not rows or not all(counts):
            return _NOTHING
        least = min(counts, key=len)
        both: Collection[int] = set(least).intersection(*counts)
        if len(both) > _PHRASED:
            both = heapq.nlargest(_PHRASED, both, key=least.__getitem__)
        places = [(offset, [self.places(term) for term in terms]) for offset, terms in rows]
        documents, weights = array("I"), array("f")
        for document in sorted(both):
            held: set[int] | None = None
            for offset, found in places:
                here = {place - offset for one in found if (value := one.get(document)) for place in array("H", value)}
                held = here if held is None else held & here
                if not held:
                    break
            if held:
                documents.append(document)
                weights.append(len(held))
        return documents, weights

    def _weights(self, terms: Iterable[str]) -> dict[int, float]:
        """What any of these terms weighs in each document."""
        found: dict[int, float] = {}
        for term in terms:
            found = found | dict(zip(*self.postings(term), strict=True))
        return found

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


class Places:
    """Where a term stands in documents, by blocks as they were read: few of them are ever asked for."""

    def __init__(self) -> None:
        self._firsts: list[int] = []
        self._blocks: list[tuple[int, Sequence[int], list[int], bytes]] = []

    def add(self, base: int, ids: Sequence[int], lengths: Iterable[int], values: bytes) -> None:
        self._firsts.append(base + ids[0])
        self._blocks.append((base, ids, [0, *accumulate(lengths)], values))

    def get(self, document: int) -> bytes:
        """Its places, two bytes each; none when the term is not there."""
        block = bisect_right(self._firsts, document) - 1
        if block < 0:
            return b""
        base, ids, starts, values = self._blocks[block]
        at = bisect_left(ids, document - base)
        return values[starts[at] : starts[at + 1]] if at < len(ids) and ids[at] == document - base else b""


def _blocks(matcher: Any) -> Iterator[Any]:
    """A matcher at each of its blocks in turn."""
    while True:
        yield matcher
        if matcher._lastblock:
            return
        matcher._goto(matcher._nextoffset)
