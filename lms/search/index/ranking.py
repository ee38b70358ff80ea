"""Which documents answer, the best first; and of each the passage that answers best, with its snippet."""

import heapq
import re
from collections.abc import Sequence

from lms.search.index.analysis import WORD, fold, terms
from lms.search.index.asking import Asked, Slot, Way
from lms.search.index.reading import K1, Index, Postings
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

Scores = dict[int, float]


def rank(index: Index, query: Query, asked: Asked) -> Scores:
    """The score of every document that answers; all that the filters leave when there are no words."""
    scores: list[float] = [0.0] * len(index.alive)
    touched = bytearray(len(index.alive))
    only: set[int] | None = None
    for slot in asked.slots:
        found = _documents(index, slot)
        _add(index, slot, found, scores)
        for documents, _ in found:
            for document in documents:
                touched[document] = 1
        if slot.required:
            these = {document for documents, _ in found for document in documents}
            only = these if only is None else only & these
    if not query.words:
        chosen: Sequence[int] | set[int] = [n for n, here in enumerate(index.alive) if here]
    elif only is not None:
        chosen = only
    else:
        chosen = [n for n, here in enumerate(touched) if here]
    for slot in asked.excluded:
        gone = {document for documents, _ in _documents(index, slot) for document in documents}
        chosen = [document for document in chosen if document not in gone]
    return {document: scores[document] for document in _left(index, query, chosen)}


def _left(index: Index, query: Query, documents: Sequence[int] | set[int]) -> Sequence[int] | set[int]:
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


def _documents(index: Index, slot: Slot) -> list[Postings]:
    """The postings of each way to find a slot."""
    return [
        index.together(way.places) if len(way.places) > 1 else postings
        for way in slot.ways
        for postings in ([index.postings(term) for term in way.terms] if len(way.places) == 1 else [None])
    ]  # type: ignore[misc]


def _add(index: Index, slot: Slot, found: Sequence[Postings], scores: list[float]) -> None:
    worth = slot.rarity * (K1 + 1) * (1 + 0.3 * (slot.times - 1))
    norms = index.norms
    if len(found) == 1:
        for document, weight in zip(*found[0], strict=True):
            scores[document] += worth * weight / (weight + norms[document])
        return
    weights: dict[int, float] = {}
    for postings in found:
        for document, weight in zip(*postings, strict=True):
            weights[document] = weights.get(document, 0.0) + weight
    for document, weight in weights.items():
        scores[document] += worth * weight / (weight + norms[document])


def best_pages(index: Index, scores: Scores, most: int) -> list[tuple[float, list[int]]]:
    """The `most` best pages: their score, and their documents, the best first."""
    pages = index.pages
    if len(scores) > 4 * most:
        floor = heapq.nlargest(3 * most, scores.values())[-1]
        scores = {document: score for document, score in scores.items() if score >= floor}
    grouped: dict[int, list[tuple[float, int]]] = {}
    for document, score in scores.items():
        grouped.setdefault(pages[document], []).append((score, document))
    rows = [sorted(rows, key=lambda row: (-row[0], row[1])) for rows in grouped.values()]
    best = heapq.nsmallest(most, rows, key=lambda row: (-row[0][0], index.urls[pages[row[0][1]]]))
    return [(row[0][0], [document for _, document in row]) for row in best]


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

    def weigh(self, page: Page, passage: Passage) -> float:
        """How well a passage answers."""
        hits, length = self._hits(passage.text, page.lang)
        counts: dict[int, float] = {}
        for _, slot, worth in hits:
            counts[slot] = counts.get(slot, 0.0) + worth
        if passage.heading:
            for _, slot, worth in self._hits(passage.heading, page.lang)[0]:
                counts[slot] = counts.get(slot, 0.0) + worth * HEADING
        norm = K1 * (0.4 + 0.6 * length / _USUAL)
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

    def _hits(self, text: str, lang: str) -> tuple[list[tuple[int, int, float]], int]:
        """What of the question stands in a text: the word's number, its slot, what it counts; and how long it is."""
        known, wanted, single = terms(lang, drop=False), self._wanted, self.single
        words = WORD.findall(text)
        hits: list[tuple[int, int, float]] = []
        at: dict[int, frozenset[str]] = {}
        for number, word in enumerate(words):
            for term in known[word]:
                if term in wanted:
                    at[number] = frozenset(known[word])
                    if term in single:
                        hits.append((number, *single[term]))
                        break
        for slot, way in self.rows:
            for number in at:
                if all(at.get(number + offset, frozenset()) & found for offset, found in way.places):
                    hits.append((number, slot, way.worth))
        hits.sort()
        return hits, len(words)

    def show(self, page: Page, passage: Passage, score: float) -> Found:
        """The passage as a result shows it: its telling part, what was asked for marked."""
        text = passage.text
        spans = [(found.start(), found.end()) for found in WORD.finditer(text)]
        marked = self._marked(text, page.lang)
        first, last = _window(marked, len(spans), {number: self.slots[slot].rarity for number, slot in marked.items()})
        pieces: list[Piece] = []
        at = spans[first][0] if spans and first else 0
        end = _end(text, spans, last)
        if at:
            pieces.append(Piece("… "))
        for number in range(first, last):
            if number in marked:
                start, stop = spans[number]
                if pieces and pieces[-1].marked and not text[at:start].strip():
                    pieces[-1] = Piece(pieces[-1].text + text[at:stop], True)
                else:
                    pieces += [Piece(text[at:start])] if start > at else []
                    pieces.append(Piece(text[start:stop], True))
                at = stop
        pieces.append(Piece(text[at:end] + (" …" if end < len(text) else "")))
        said = {text[spans[number][0] : spans[number][1]] for number in marked}
        said |= {
            word
            for number, word in enumerate(WORD.findall(passage.heading))
            if number in self._marked(passage.heading, page.lang)
        }
        marks = tuple(sorted({word.casefold() for word in said}, key=lambda word: (-len(word), word))[:8])
        return Found(passage, score, tuple(piece for piece in pieces if piece.text), marks)

    def _marked(self, text: str, lang: str) -> dict[int, int]:
        """The slot that each found word of a text is of, by the word's number."""
        marked: dict[int, int] = {}
        widths = {slot: [offset for offset, _ in way.places] for slot, way in self.rows}
        for number, slot, _ in self._hits(text, lang)[0]:
            for offset in widths.get(slot, [0]) if slot in widths else [0]:
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


def _end(text: str, spans: Sequence[tuple[int, int]], last: int) -> int:
    """Where a snippet ends: with its last word, and the sign of its sentence."""
    if last >= len(spans):
        return len(text)
    sign = re.compile(r"[.,;:!?…)»”]*").match(text, spans[last - 1][1])
    return sign.end() if sign else spans[last - 1][1]


def folded(text: str) -> list[str]:
    """The words of a text, folded."""
    return [fold(word) for word in WORD.findall(text)]
