"""A page taken apart for the index: its terms, where they stand, and what each weighs."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from lms.search.index.analysis import Terms, compounds, terms, words
from lms.search.models import Page

#: How much more a word weighs in a title, a name of the page, or a heading than in the text.
TITLE, NAME, HEADING, WHERE = 5.0, 2.0, 2.5, 1.0
#: Words from here on are in no phrase.
FARTHEST = 65_535
#: Places between one text and the next: no phrase runs from one into the other.
_APART = 4


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

    @property
    def room(self) -> int:
        """So many times 64 bits have one for each place of a word."""
        texts = [said for _, said, _ in self.above] + [said for _, said in self.said]
        places = sum(map(len, texts)) + _APART * len(texts)
        return min(places, FARTHEST) // 64 + 1

    def counts(self) -> Counter[str]:
        """How often each word stands in it."""
        found: Counter[str] = Counter()
        for _, said, _ in self.above:
            found.update(said)
        for _, said in self.said:
            found.update(said)
        return found


def weighed(taken: Taken) -> tuple[dict[str, list[int]], dict[str, float]]:
    """Places and weight of each term of a page."""
    places: dict[str, list[int]] = defaultdict(list)
    more: dict[str, float] = defaultdict(float)
    every, telling = terms(taken.page.lang, False), terms(taken.page.lang)
    at = 0
    for text, said, weight in taken.above:
        for word in said:
            # Stop words count here, and are found in phrases by the name that they have in the text.
            for term in {*every[word], *telling[word]}:
                places[term].append(at)
            at += 1
        at += _APART
        together = list(compounds(text))
        for word in said + together:
            for term in every[word]:
                more[term] += weight - 1
        _count(more, together, every)
    for text, said in taken.said:
        for word in said:
            for term in telling[word]:
                places[term].append(at)
            at += 1
        at += _APART
        _count(more, compounds(text), telling)
    found = {term: len(places.get(term, ())) + more.get(term, 0.0) for term in (places | more)}
    if at > FARTHEST:
        places = {term: [place for place in found if place < FARTHEST] for term, found in places.items()}
    return places, found


def _count(more: dict[str, float], words: Iterable[str], known: Terms) -> None:
    """Count hyphened words as one, which stand nowhere that a phrase would look."""
    for word in words:
        for term in known[word]:
            more[term] += 1
