"""What coordinators look at: who is where, and how questions do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from lms.modules.models import Activity, Question
from lms.progress.models.attempts import Kind
from lms.progress.models.standing import Standing

#: Which learners of an activity: who has begun it, who has not completed it yet, who has, and who did nothing of it.
State = Literal["", "open", "done", "none"]

#: What is worth a look in a question: see `rules.items.remarks`.
Remark = Literal["few", "negative", "weak", "hard", "easy", "rival", "idle"]


@dataclass(frozen=True, slots=True)
class Filters:
    """Whom a coordinator looks at; `since` and `until` are the moments between which something was done."""

    group: str = ""
    since: datetime | None = None
    until: datetime | None = None
    state: State = ""
    words: str = ""
    """A part of a name or address."""

    @property
    def period(self) -> bool:
        return self.since is not None or self.until is not None


# -- Who is where ---------------------------------------------------------------------------------------------------


class Person(NamedTuple):
    """A learner as lists have them: there may be very many."""

    id: str
    name: str
    email: str | None
    group: str
    closed: bool = False
    erased: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """One thing to do in an activity, as the head of a table has it; `url` is its page's, where it has one."""

    kind: Literal["lesson", "recording", "quiz", "item", "test"]
    key: str = ""
    title: str = ""
    url: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """Where somebody stands with one thing: done, begun, to be taken again, or not begun."""

    state: Literal["done", "begun", "again", "none"]
    when: datetime | None = None
    percent: int | None = None


@dataclass(frozen=True, slots=True)
class Scores:
    """Shares of an activity's questions, from 0 to 1: of the tests before and after it, or the best one of its quiz."""

    before: float | None = None
    after: float | None = None
    best: float | None = None

    @property
    def gain(self) -> float | None:
        return self.after - self.before if self.before is not None and self.after is not None else None


@dataclass(frozen=True, slots=True)
class Row:
    person: Person
    standing: Standing
    cells: tuple[Cell, ...]
    percent: int
    last: datetime | None
    """When they did something of it last."""
    scores: Scores


@dataclass(frozen=True, slots=True)
class Totals:
    begun: int = 0
    done: Mapping[str, int] = field(default_factory=dict)
    """How many have completed the activity and its items, by address."""


@dataclass(frozen=True, slots=True)
class Table:
    """Who is where in an activity: all the people who were looked for, and the rows of some of them."""

    columns: tuple[Column, ...]
    people: tuple[Person, ...]
    totals: Totals


@dataclass(frozen=True, slots=True)
class Line:
    """An activity in the overview."""

    kind: str
    url: str
    title: str
    lang: str
    begun: int
    done: int
    quiz: bool


@dataclass(frozen=True, slots=True)
class Try:
    """A finished attempt, as a learner's page lists it."""

    activity: str
    title: str
    kind: Kind
    edition: int
    finished: datetime
    score: float
    passed: bool
    late: bool


# -- How questions do -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sums:
    """What a correlation is reckoned from: of pairs (x, y), how many there are, and the sums of their products."""

    n: int = 0
    x: float = 0.0
    y: float = 0.0
    xx: float = 0.0
    yy: float = 0.0
    xy: float = 0.0

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            self.n + other.n,
            self.x + other.x,
            self.y + other.y,
            self.xx + other.xx,
            self.yy + other.yy,
            self.xy + other.xy,
        )


@dataclass(frozen=True, slots=True)
class Said:
    """How often a question was given one answer, and what it was worth."""

    question: str
    asked: str
    answer: str
    attempt: str
    """An attempt that gave it."""
    count: int
    right: int
    score: float
    sums: Sums
    """The question's score beside the mean of the attempt's other questions."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A choice, or what was typed, and how many took it."""

    words: str
    """HTML of a choice, text of what was typed."""
    count: int
    right: bool | None = None
    gone: bool = False
    """Of a choice that stands there no more."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """How a question does."""

    id: str
    asked: str
    prompt: str
    """HTML; empty when nothing knows the question any more."""
    count: int
    right: int
    mean: float
    discrimination: float | None
    choices: tuple[Taken, ...] = ()
    typed: tuple[Taken, ...] = ()
    empty: int = 0
    gone: bool = False
    """Whether it stands in the quiz no more."""
    remarks: tuple[Remark, ...] = ()

    @property
    def share(self) -> float:
        return self.right / self.count if self.count else 0.0


@dataclass(frozen=True, slots=True)
class Sitting:
    """An edition and kind of test that was taken, and how many learners finished one."""

    edition: int
    kind: Kind
    learners: int


@dataclass(frozen=True, slots=True)
class Examined:
    """The questions of one edition and kind, analysed."""

    activity: Activity
    sittings: tuple[Sitting, ...]
    edition: int
    kind: Kind
    questions: tuple[Analysis, ...]
    unmarked: tuple[Question, ...] = ()
