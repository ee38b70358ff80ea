"""Which documents answer, the best first; and of each the passage that answers best, with its snippet."""

import heapq
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import compress

from lms.search.index.analysis import fold, spans, terms, words
from lms.search.index.asking import Asked, Slot, Way
from lms.search.index.reading import K1, Index
from lms.search.index.weighing import HEADING
from lms.search.models import Found, Page, Passage, Piece, Query

#: Words of a snippet.
_SNIPPET = 34
#: Words of a passage as most are.
_USUAL = 90
#: What the best passage adds to its page.
PASSAGE = 0.6
#: What two words near each other add.
_NEAR = 0.3

_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Ranked:
    """The documents that answer, in their order, and the scores of all by their numbers."""

    documents: Sequence[int]
    scores: list[float]


def rank(index: Index, query: Query, asked: Asked) -> Ranked:
    """The score of every document that answers; all that the filters leave when there are no words."""
    scores: list[float] = [0.0] * len(index.alive)
    only: set[int] | None = None
    for slot in asked.slots:
        scores, documents = _added(index, slot, scores)
        if slot.required:
            only = set(documents) if only is None else only.intersection(documents)
    chosen: Iterable[int]
    if not query.words:
        chosen = compress(range(len(scores)), index.alive)
    elif only is not None:
        chosen = sorted(only)
    else:
        chosen = compress(range(len(scores)), scores)
    for slot in asked.excluded:
        gone = _weights(index, slot)
        chosen = [document for document in chosen if document not in gone]
    return Ranked(list(_left(index, query, chosen)), scores)


def _left(index: Index, query: Query, documents: Iterable[int]) -> Iterable[int]:
    """The documents that the filters leave."""
    if query.kinds:
        documents = [one for one in documents if index.kinds[one] in query.kinds]
    if query.langs:
        langs = set(query.langs)
        documents = [
            one for one in documents if index.langs[one].lower() in langs or index.langs[one].split("-")[0] in langs
        ]
    if query.topics:
        documents = [one for one in documents if set(query.topics) & set(index.topics[one].split(" "))]
    return documents


def _added(index: Index, slot: Slot, scores: list[float]) -> tuple[list[float], Iterable[int]]:
    """The scores with what a slot is worth added for the documents that have it, and these documents."""
    worth = slot.rarity * (K1 + 1) * (1 + 0.3 * (slot.times - 1))
    way = slot.ways[0]
    if len(slot.ways) == 1 and len(way.places) == 1 and len(way.terms) == 1:
        term = next(iter(way.terms))
        row = index.row(term)
        documents, shares = index.shares(term)
        if row is not None:
            return [score + worth * share for score, share in zip(scores, row, strict=True)], documents
        for document, share in zip(documents, shares, strict=True):
            scores[document] += worth * share
        return scores, documents
    weights, norms = _weights(index, slot), index.norms
    for document, weight in weights.items():
        scores[document] += worth * weight / (weight + norms[document])
    return scores, weights


def _weights(index: Index, slot: Slot) -> dict[int, float]:
    """What a slot weighs in each document that has it, in whatever way."""
    weights: dict[int, float] = {}
    for way in slot.ways:
        found = [index.postings(term) for term in way.terms] if len(way.places) == 1 else [index.together(way.places)]
        for documents, more in found:
            if not weights:
                weights = dict(zip(documents, more, strict=True))
                continue
            for document, weight in zip(documents, more, strict=True):
                weights[document] = weights.get(document, 0.0) + weight
    return weights


def best_pages(index: Index, ranked: Ranked, most: int) -> list[tuple[float, list[int]]]:
    """The `most` best pages: their score, and their documents, the best first."""
    pages = index.pages
    documents, scores = ranked.documents, ranked.scores
    if len(documents) > 4 * most:
        floor = heapq.nlargest(3 * most, map(scores.__getitem__, documents))[-1]
        documents = [document for document in documents if scores[document] >= floor]
    grouped: dict[int, list[tuple[float, int]]] = {}
    for document in documents:
        grouped.setdefault(pages[document], []).append((scores[document], document))
    rows = [sorted(rows, key=lambda row: (-row[0], row[1])) for rows in grouped.values()]
    best = heapq.nsmallest(most, rows, key=lambda row: (-row[0][0], index.urls[pages[row[0][1]]]))
    return [(row[0][0], [document for _, document in row]) for row in best]


Hit = tuple[int, int, float]


class Matches(dict[str, tuple[frozenset[str], int, float] | None]):
    """What each word of one language is to a question: its terms, its slot and what it counts; None when nothing."""

    def __init__(self, lang: str, single: dict[str, tuple[int, float]], wanted: set[str]) -> None:
        super().__init__()
        self._known, self._single, self._wanted = terms(lang, drop=False), single, wanted

    def __missing__(self, word: str) -> tuple[frozenset[str], int, float] | None:
        found = self._known[word]
        self[word] = made = None
        if not self._wanted.isdisjoint(found):
            slot, worth = next((self._single[term] for term in found if term in self._single), (-1, 0.0))
            self[word] = made = frozenset(found), slot, worth
        return made


class Reader:
    """Reads passages with a question in mind."""

    def __init__(self, asked: Asked) -> None:
        self.slots = asked.slots
        self.single: dict[str, tuple[int, float]] = {}
        self.rows: list[tuple[int, Way]] = []
        for number, slot in enumerate(asked.slots):
            for way in slot.ways:
                if len(way.places) == 1:
                    for term in way.terms:
                        self.single.setdefault(term, (number, way.worth))
                else:
                    self.rows.append((number, way))
        self._wanted = set(self.single) | {term for _, way in self.rows for _, found in way.places for term in found}
        self._matches: dict[str, Matches] = {}
        self._texts: dict[tuple[str, str], tuple[list[str], list[Hit]]] = {}

    def weigh(self, page: Page, passage: Passage) -> float:
        """How well a passage answers."""
        said, hits = self._read(passage.text, page.lang)
        counts: dict[int, float] = {}
        for _, slot, worth in hits:
            counts[slot] = counts.get(slot, 0.0) + worth
        if passage.heading:
            for _, slot, worth in self._read(passage.heading, page.lang)[1]:
                counts[slot] = counts.get(slot, 0.0) + worth * HEADING
        norm = K1 * (0.4 + 0.6 * len(said) / _USUAL)
        score = sum(
            self.slots[slot].rarity * count * (K1 + 1) / (count + norm) for slot, count in counts.items() if count
        )
        near = 0.0
        seen = set()
        for (at, one, _), (then, other, _) in zip(hits, hits[1:], strict=False):
            if one != other and then - at <= 3 and (one, other) not in seen:
                seen.add((one, other))
                near += min(self.slots[one].rarity, self.slots[other].rarity)
        return score + _NEAR * near

    def _read(self, text: str, lang: str) -> tuple[list[str], list[Hit]]:
        """The words of a text, and what of the question is among them; read once, for the best are asked for again."""
        found = self._texts.get((text, lang))
        if found is None:
            said = words(text)
            found = self._texts[text, lang] = said, self._hits(said, lang)
        return found

    def _hits(self, said: Sequence[str], lang: str) -> list[Hit]:
        """What of the question stands among words: the word's number, its slot, what it counts."""
        matches = self._matches.get(lang)
        if matches is None:
            matches = self._matches[lang] = Matches(lang, self.single, self._wanted)
        known = list(map(matches.__getitem__, said))
        found = list(zip(compress(range(len(known)), known), filter(None, known), strict=True))
        hits = [(number, slot, worth) for number, (_, slot, worth) in found if slot >= 0]
        if self.rows and found:
            at = {number: match[0] for number, match in found}
            for slot, way in self.rows:
                for number in at:
                    if all(at.get(number + offset, _NONE) & wanted for offset, wanted in way.places):
                        hits.append((number, slot, way.worth))
            hits.sort()
        return hits

    def marks(self, page: Page, passage: Passage) -> tuple[str, ...]:
        """The words of a passage and its heading that were asked for, as they stand there, the longest first."""
        found: set[str] = set()
        for text in (passage.text, passage.heading):
            said, hits = self._read(text, page.lang)
            found |= {said[number].casefold() for number in self._marked(hits)}
        return tuple(sorted(found, key=lambda word: (-len(word), word))[:8])

    def show(self, page: Page, passage: Passage, score: float) -> Found:
        """The passage as a result shows it: its telling part, what was asked for marked."""
        text = passage.text
        places = spans(text)
        marked = self._marked(self._read(text, page.lang)[1])
        first, last = _window(marked, len(places), {number: self.slots[slot].rarity for number, slot in marked.items()})
        pieces: list[Piece] = []
        at = places[first][0] if places and first else 0
        end = _end(text, places, last)
        if at:
            pieces.append(Piece("… "))
        for number in range(first, last):
            if number in marked:
                start, stop = places[number]
                if pieces and pieces[-1].marked and not text[at:start].strip():
                    pieces[-1] = Piece(pieces[-1].text + text[at:stop], True)
                else:
                    pieces += [Piece(text[at:start])] if start > at else []
                    pieces.append(Piece(text[start:stop], True))
                at = stop
        pieces.append(Piece(text[at:end] + (" …" if end < len(text) else "")))
        snippet = tuple(piece for piece in pieces if piece.text)
        return Found(passage, score, snippet, self.marks(page, passage))

    def _marked(self, hits: Sequence[Hit]) -> dict[int, int]:
        """The slot that each found word is of, by the word's number."""
        marked: dict[int, int] = {}
        rows = {slot: [offset for offset, _ in way.places] for slot, way in self.rows}
        for number, slot, _ in hits:
            for offset in rows.get(slot, (0,)):
                marked.setdefault(number + offset, slot)
        return marked


def _window(marked: dict[int, int], count: int, worth: dict[int, float]) -> tuple[int, int]:
    """The first word and the end of the part of a text that says most of what was asked."""
    if count <= _SNIPPET or not marked:
        return 0, min(count, _SNIPPET)
    best, at = -1.0, 0
    for first in sorted(marked):
        inside = {marked[number]: worth[number] for number in marked if first <= number < first + _SNIPPET - 6}
        said = sum(inside.values())
        if said > best + 1e-9:
            best, at = said, first
    at = max(0, min(at - 6, count - _SNIPPET))
    return at, min(count, at + _SNIPPET)


def _end(text: str, places: Sequence[tuple[int, int]], last: int) -> int:
    """Where a snippet ends: with its last word, and the sign of its sentence."""
    if last >= len(places):
        return len(text)
    sign = re.compile(r"[.,;:!?…)»”]*").match(text, places[last - 1][1])
    return sign.end() if sign else places[last - 1][1]


def folded(text: str) -> list[str]:
    """The words of a text, folded."""
    return [fold(word) for word in words(text)]
