"""Ask a release. No Flask here, and no Whoosh."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

from lms.library.release import Release
from lms.library.writing import Part
from lms.search.index import ranking
from lms.search.index.asking import BOUND, Asked, Thesaurus, understand
from lms.search.index.ranking import Reader
from lms.search.index.reading import Index
from lms.search.index.writing import FORMAT, build
from lms.search.models import KINDS, Facet, Found, Hit, NoIndex, Page, Passage, Query, Results, Suggestion
from lms.search.queries import parse

#: Hits on a page of results, and the last such page.
SIZE, FARTHEST = 10, 100
#: Pages whose passages are read to rank them; those below stay as their postings rank them.
_READ = 16
#: More passages of the same page that a hit shows.
_ALSO = 2
#: What a passage counts that opens at the top of its page, beside those that lead to the spot.
_WHOLE = 0.85
#: Of the best passage's weight, what another must have to be shown too.
_NEARLY = 0.45


def parts(jobs: int = 0) -> dict[str, Part]:
    """What this room adds to a release: its index, made by so many processes (0: one a processor)."""
    return {FORMAT: partial(build, jobs=jobs)}


def search(release: Release, text: str, number: int = 1, hint: str = "en", *, bound: int | None = BOUND) -> Results:
    """Answer any text at all: the pages that answer it best, each with its best passage, and what would narrow it.

    `number` is the page of results; `hint` the language of the question when its words do not tell. Raises NoIndex
    when there is something to look for and nothing to look it up in.
    """
    query = parse(text)
    if query.empty:
        return Results(query)
    index, names = opened(release.folder, release.id)
    with index.lock:
        asked = understand(index, query, names, hint, bound)
        ranked = ranking.rank(index, query, asked)
        facets, total = _facets(index, query, ranked.documents)
        parts = max(1, min(FARTHEST, -(-total // SIZE)))
        number = max(1, min(number, parts))
        hits = _hits(index, asked, ranked, number)
    return Results(query, tuple(hits), total, number, parts, facets, asked.meant)


def suggest(release: Release, text: str, most: int = 8) -> list[Suggestion]:
    """Titles and headings with words that begin as those of `text` do, the likeliest first."""
    words = ranking.folded(parse(text[:200]).text)[:8]
    if not words:
        return []
    try:
        index, names = opened(release.folder, release.id)
    except NoIndex:
        return []
    query = parse(" ".join([*words[:-1], words[-1] + "*"]))
    with index.lock:
        ranked = ranking.rank(index, query, understand(index, query, names, "en"))
        pages = [index.page(found[0]) for _, found in ranking.best_pages(index, ranked, 40)]
    rows: dict[str, tuple[bool, Suggestion]] = {}
    for page in pages:
        heads = [(page.title, page.url), *((one.heading, one.url) for one in page.passages if one.heading)]
        for place, (title, url) in enumerate(heads):
            said = ranking.folded(title)
            if all(any(one.startswith(word) for one in said) for word in words):
                rows.setdefault(title.casefold(), (bool(place), Suggestion(title, url, page.kind)))
    return [row for _, row in sorted(rows.values(), key=lambda pair: pair[0])][:most]


@lru_cache(maxsize=2)
def opened(folder: Path, id: str) -> tuple[Index, Thesaurus]:
    """The index of a release, opened once. Raises NoIndex when it has none."""
    return Index(folder), Thesaurus(Release(folder).glossary())


def _facets(index: Index, query: Query, documents: Sequence[int]) -> tuple[dict[str, tuple[Facet, ...]], int]:
    """How many pages each kind, topic and language has among those found; and how many there are."""
    shapes = Counter(map(index.shapes.__getitem__, documents))
    kinds: Counter[str] = Counter()
    topics: Counter[str] = Counter()
    langs: Counter[str] = Counter()
    total = len(documents)
    here = set(documents) if index.later else ()
    for document, before in index.later.items():
        # Of a page of several documents the first found is counted; its language once for each.
        found = [one for one in before if one in here] if document in here else []
        if found:
            shapes[index.shapes[document]] -= 1
            total -= 1
            lang = index.langs[document].split("-")[0]
            langs[lang] += lang not in {index.langs[one].split("-")[0] for one in found}
    for shape, count in shapes.items():
        kind, said, lang = index.shaped[shape]
        kinds[kind] += count
        langs[lang] += count
        for topic in said.split():
            topics[topic] += count
    return {
        "kind": tuple(Facet(kind, kinds[kind], kind in query.kinds) for kind in KINDS if kinds[kind]),
        "topic": tuple(Facet(topic, count, topic in query.topics) for topic, count in _most(topics)[:12]),
        "lang": tuple(Facet(lang, count, lang in query.langs) for lang, count in _most(langs)),
    }, total


def _most(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(((name, count) for name, count in counts.items() if count), key=lambda pair: (-pair[1], pair[0]))


def _hits(index: Index, asked: Asked, ranked: ranking.Ranked, number: int) -> list[Hit]:
    """One page of hits: the first few dozen ranked by their passages, too."""
    reader = Reader(asked)
    rows = ranking.best_pages(index, ranked, max(_READ, number * SIZE))
    first = (number - 1) * SIZE
    read = [_weighed(index, reader, score, documents) for score, documents in rows[:_READ]]
    read.sort(key=lambda one: (-one.score, one.rows[0][1].url))
    below = rows[max(first, _READ) : first + SIZE]
    shown = read[first : first + SIZE] + [_weighed(index, reader, score, documents) for score, documents in below]
    return [_hit(reader, one) for one in shown]


@dataclass(frozen=True, slots=True)
class _Weighed:
    """A page's score, and its passages, the best first: what each weighs, and the page as it was indexed."""

    score: float
    rows: list[tuple[float, Page, Passage]]


def _weighed(index: Index, reader: Reader, score: float, documents: list[int]) -> _Weighed:
    pages = [index.page(document) for document in documents[:3]]
    rows = [
        (reader.weigh(page, passage) * (_WHOLE if passage.url == page.url else 1), page, passage)
        for page in pages
        for passage in page.passages
    ]
    rows.sort(key=lambda row: -row[0])  # of equals the first stays first
    return _Weighed(score + ranking.PASSAGE * rows[0][0], rows)


def _hit(reader: Reader, weighed: _Weighed) -> Hit:
    best, page, passage = weighed.rows[0]
    also = [row for row in weighed.rows[1:] if row[0] > _NEARLY * best and row[2].url != passage.url][:_ALSO]
    return Hit(
        page=page.url,
        kind=page.kind,
        title=page.title,
        lang=page.lang,
        where=page.where,
        minutes=page.minutes,
        topics=page.topics,
        score=weighed.score,
        best=reader.show(page, passage, best),
        also=tuple(Found(passage, score, (), reader.marks(page, passage)) for score, page, passage in also),
    )
