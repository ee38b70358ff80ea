"""A page taken apart for the index: its terms, where they stand, and what each weighs."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache, reduce
from itertools import zip_longest
from operator import or_
from zlib import crc32

from lms.search.index.analysis import compounds, terms, words
from lms.search.models import Page

#: How much more a word weighs in a title, a name of the page, or a heading than in the text.
TITLE, NAME, HEADING, WHERE = 5.0, 2.0, 2.5, 1.0
#: The last place in a page that is told apart from others.
FARTHEST = 65_535


@dataclass(slots=True)
class Taken:
    """A page taken apart: the words above its text with what they weigh, and those of each passage."""

    page: Page
    above: list[tuple[str, list[str], float]]
    said: list[tuple[str, list[str]]]

    @classmethod
    def of(cls, page: Page) -> "Taken":
        above = [(page.title, TITLE), *((name, NAME) for name in page.names)]
        above += [(page.where, WHERE)] if page.where else []
        heading = ""
        for passage in page.passages:
            if passage.heading and passage.heading != heading:
                above.append((passage.heading, HEADING))
            heading = passage.heading
        return cls(
            page,
            [(text, words(text), weight) for text, weight in above],
            [(passage.text, words(passage.text)) for passage in page.passages],
        )

    def counts(self) -> Counter[str]:
        """How often each word stands in it."""
        found: Counter[str] = Counter()
        for _, said, _ in self.above:
            found.update(said)
        for _, said in self.said:
            found.update(said)
        return found


@lru_cache(maxsize=65_536)
def sign(term: str) -> int:
    """Two bits of 64 for a term, the same in every process."""
    digest = crc32(term.encode())
    return 1 << (digest & 63) | 1 << (digest >> 6 & 63)


Terms = tuple[str, ...]


def weighed(taken: Taken) -> tuple[dict[str, list[int]], dict[str, float], dict[str, int]]:
    """Places and weight of each term of a page; and the signs of all terms that stand next after it."""
    places: dict[str, list[int]] = defaultdict(list)
    more: dict[str, float] = defaultdict(float)
    after: dict[str, int] = defaultdict(int)
    every, telling = terms(taken.page.lang, False), terms(taken.page.lang)
    signs: dict[Terms, int] = {(): 0}
    at = 0

    def put(rows: list[Terms]) -> None:
        nonlocal at
        for row, following in zip_longest(rows, rows[1:], fillvalue=()):
            mark = signs.get(following)
            if mark is None:
                mark = signs[following] = reduce(or_, map(sign, following))
            for term in row:
                places[term].append(at)
                after[term] |= mark
            at += 1
        at += 4  # no phrase runs from one text into the next

    for text, said, weight in taken.above:
        # Stop words count here, and are found in phrases by the name that they have in the text.
        put([tuple(dict.fromkeys((*every[word], *telling[word]))) for word in said])
        together = list(compounds(text))
        for word in said + together:
            for term in every[word]:
                more[term] += weight - 1
        for word in together:
            for term in every[word]:
                places[term].append(FARTHEST)
    for text, said in taken.said:
        put([telling[word] for word in said])
        for word in compounds(text):
            for term in telling[word]:
                places[term].append(FARTHEST)
    if at > FARTHEST:
        places = {term: [min(place, FARTHEST) for place in found] for term, found in places.items()}
    return places, {term: len(found) + more.get(term, 0.0) for term, found in places.items()}, after
