"""What is found: passages of pages, the query that asks for them, and the results that answer it."""

from dataclasses import dataclass, field

KINDS = ("lesson", "module", "course", "webinar", "episode", "show", "term", "person", "topic", "page")


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a page that a result can open at: under a heading, or from a second of a recording."""

    url: str
    text: str
    heading: str = ""
    second: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page in one language, with the passages that it can be found by."""

    unit: str
    """Address of the unit of content that it comes from: a changed unit is indexed anew, with all its pages."""
    url: str
    kind: str
    title: str
    lang: str
    topics: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    """Other words that it is known by: people, topics, abbreviations."""
    where: str = ""
    """What it is a part of, such as its module."""
    minutes: int = 0
    passages: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class Word:
    """One thing that is asked for: a word, the beginning of words, or a phrase."""

    text: str
    phrase: bool = False
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A question, taken apart. Words are optional; filters and what is excluded are not."""

    text: str = ""
    words: tuple[Word, ...] = ()
    excluded: tuple[Word, ...] = ()
    kinds: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    langs: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        return not (self.words or self.kinds or self.topics or self.langs)


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a snippet: marked when it is what was asked for."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that answers, and how well."""

    passage: Passage
    score: float
    snippet: tuple[Piece, ...] = ()
    marks: tuple[str, ...] = ()
    """The words of the passage that were found, as they stand there."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A page that answers: its best passage first."""

    page: str
    kind: str
    title: str
    lang: str
    where: str
    minutes: int
    topics: tuple[str, ...]
    score: float
    best: Found
    also: tuple[Found, ...] = ()

    @property
    def url(self) -> str:
        """Where the best passage is."""
        return self.best.passage.url


@dataclass(frozen=True, slots=True)
class Facet:
    """One value of a filter, how many pages it would leave, and whether it is chosen."""

    value: str
    count: int
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Results:
    query: Query
    hits: tuple[Hit, ...] = ()
    total: int = 0
    number: int = 1
    """Which page of results this is, from 1."""
    parts: int = 1
    facets: dict[str, tuple[Facet, ...]] = field(default_factory=dict)
    meant: str = ""
    """The question as it was perhaps meant, when words of it stand nowhere."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    text: str
    url: str
    kind: str


class NoIndex(Exception):
    """The release has no index that this version reads: it was published by another one."""
