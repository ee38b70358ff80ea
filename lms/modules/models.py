"""What one reads: modules, lessons, questions, quizzes; and what every activity has in common."""

import re
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from lms.text.values import Value

# -- Words, titles, times ------------------------------------------------------------------------------------------

Words = Annotated[str, Field(min_length=1, max_length=5_000)]
Title = Annotated[str, Field(min_length=1, max_length=300)]
Minutes = Annotated[int, Field(ge=1, le=6_000)]


def _language(tag: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}", tag):
        raise ValueError(f"`{tag}` is not a language tag; write a BCP 47 tag such as en, es or pt-BR")
    return tag


def _one_or_many(value: Any) -> Any:
    return [value] if isinstance(value, str | dict) else value


Language = Annotated[str, AfterValidator(_language)]
Names = Annotated[tuple[Words, ...], BeforeValidator(_one_or_many, json_schema_input_type=Words | list[Words])]


# -- Questions ----------------------------------------------------------------------------------------------------


def key(text: str) -> str:
    """What a choice is known by: its text, whatever its position, spaces or case."""
    return sha256(" ".join(text.casefold().split()).encode()).hexdigest()[:10]


class Choice(Value):
    key: str
    html: str
    right: bool
    feedback: str = ""


class Item(Value):
    """One line to put in its place."""

    key: str
    html: str


class Asked(Value):
    """What every question has: `prompt` is its heading's inline HTML, `stem` the blocks below it."""

    id: str
    line: int = 1
    objective: int | None = None
    """The number of the activity's objective that it tests, from 1."""
    prompt: str
    stem: str = ""
    explanation: str = ""


class SingleChoice(Asked):
    kind: Literal["single"] = "single"
    choices: tuple[Choice, ...]


class MultipleResponse(Asked):
    kind: Literal["multiple"] = "multiple"
    choices: tuple[Choice, ...]


class Number(Asked):
    kind: Literal["number"] = "number"
    value: Decimal
    tolerance: Decimal = Decimal(0)
    unit: str = ""


class ShortText(Asked):
    kind: Literal["text"] = "text"
    accepted: tuple[str, ...]


class Order(Asked):
    """`items` stand in the right order."""

    kind: Literal["order"] = "order"
    items: tuple[Item, ...]


class Pair(Value):
    left: Item
    right: Item


class Match(Asked):
    """Each pair is right; `left_title` and `right_title` are the table's column heads, as HTML."""

    kind: Literal["match"] = "match"
    left_title: str = ""
    right_title: str = ""
    pairs: tuple[Pair, ...]


class Reflection(Asked):
    """Kept, and not marked."""

    kind: Literal["reflection"] = "reflection"


Question = Annotated[
    SingleChoice | MultipleResponse | Number | ShortText | Order | Match | Reflection,
    Field(discriminator="kind"),
]


class QuizFront(Value):
    """Front matter of a quiz; all of it optional."""

    title: Title | None = None
    pass_mark: Annotated[int, Field(ge=1, le=100, alias="pass")] = 80
    """The percentage that passes."""
    attempts: Annotated[int, Field(ge=1)] | None = None
    """The most attempts a learner has; no limit where it is not said."""
    pause: Annotated[int, Field(ge=0)] = 0
    """Minutes to wait between attempts."""
    draw: Annotated[int, Field(ge=1)] | None = None
    """How many questions an attempt draws; all where it is not said."""
    shuffle: bool = True
    """Whether questions and choices come in a new order at each attempt."""
    minutes: Minutes | None = None
    """A time limit; none where it is not said."""
    draft: bool = False


class Quiz(QuizFront):
    """The graded questions of an activity. Its answers never leave the server."""

    model_config = {"populate_by_name": True, "serialize_by_alias": True}

    path: str
    introduction: str = ""
    """HTML above the first question."""
    questions: tuple[Question, ...] = ()

    @property
    def asked(self) -> int:
        """How many questions one attempt asks."""
        return min(self.draw or len(self.questions), len(self.questions))


# -- Text ---------------------------------------------------------------------------------------------------------


class Heading(Value):
    level: int
    id: str
    text: str


class Body(Value):
    """Rendered Markdown: safe HTML, broken where a check stands."""

    parts: tuple[str | Question, ...] = ()
    headings: tuple[Heading, ...] = ()
    words: int = 0
    bytes: int = 0
    """Compressed size of the text and its pictures, as one downloads them."""
    code: bool = False
    """True when it shows highlighted code, which wants a stylesheet of its own."""

    @property
    def html(self) -> str:
        """The body's HTML without its checks."""
        return "".join(part for part in self.parts if isinstance(part, str))

    @property
    def checks(self) -> tuple[Question, ...]:
        return tuple(part for part in self.parts if not isinstance(part, str))

    def check(self, id: str) -> Question | None:
        return next((check for check in self.checks if check.id == id), None)


class Picture(Value):
    """A picture, ready to be shown: its address, its size in CSS pixels, and narrower renditions by width."""

    url: str
    alt: str
    width: int
    height: int
    renditions: tuple[tuple[int, str], ...] = ()
    bytes: int = 0


# -- What every activity says of itself ---------------------------------------------------------------------------


def three_years_after(day: date) -> date:
    """The longest that an activity may give credit without being looked through again."""
    try:
        return day.replace(year=day.year + 3)
    except ValueError:  # the 29th of February
        return day.replace(year=day.year + 3, day=28)


class Credit(Value):
    """What an activity offers: hours of learning, or the credits of one credit system."""

    system: Words = "plain"
    """The credit system's code, such as AMA, ANCC or plain."""
    hours: Annotated[Decimal, Field(gt=0, le=100)] | None = None
    """Hours of learning."""
    credits: Annotated[Decimal, Field(gt=0, le=100)] | None = None
    """The most that may be claimed, in the system's own unit."""

    @model_validator(mode="after")
    def _says_how_much(self) -> "Credit":
        if self.hours is None and self.credits is None:
            raise ValueError("this credit does not say how much; add `hours: 0.5`")
        return self

    @property
    def amount(self) -> Decimal:
        return self.credits if self.credits is not None else self.hours or Decimal(0)


class ActivityFront(Value):
    """Front matter that any activity may have."""

    title: Title | None = None
    """The title; the first heading stands in for it."""
    summary: Words | None = None
    """One or two sentences for lists and search results."""
    lang: Language | None = None
    """The language of the text, where it is not the site's."""
    authors: Names = ()
    """Keys of people.yaml."""
    objectives: Names = ()
    """What a learner can do afterwards, one a line."""
    minutes: Minutes | None = None
    """How long it takes; reckoned from the text where it is not said."""
    topics: Names = ()
    """Topics that it belongs to."""
    edition: Annotated[int, Field(ge=1)] = 1
    """Raise it when past learners should take the quiz again."""
    published: date | None = None
    reviewed: date | None = None
    """When the content was last reviewed."""
    review_by: date | None = None
    """Past this day: a banner, and no new credit."""
    credit: Annotated[
        tuple[Credit, ...], BeforeValidator(_one_or_many, json_schema_input_type=Credit | list[Credit])
    ] = ()
    expires: date | None = None
    """The last day for credit, where it is before `review_by`."""
    audience: Names = ()
    """Who it is for."""
    planners: Names = ()
    """Others who decide what it says: keys of people.yaml."""
    support: Words | None = None
    """Who paid for it, or `none`."""
    evaluation: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 _-]{0,59}$")] | None = None
    """The form of credit.yaml that is filled in before credit is claimed; `default` where it is not said."""
    valid_months: Annotated[int, Field(ge=1, le=240)] | None = None
    """How many months its certificates are valid; for ever where it is not said."""
    prerequisites: Names = ()
    """Content to complete first, such as modules/teach-back."""
    references: Names = ()
    """The bibliography; inline Markdown."""
    image: Words | None = None
    """A cover picture, by path from this file."""
    image_alt: Words | None = None
    draft: bool = False
    """Hidden from readers while true."""


class Activity(ActivityFront):
    """Something one can complete: a front matter, and where it stands."""

    kind: Literal["module", "webinar", "episode", "course"]
    slug: str
    path: str
    """The file that says it, from the content folder."""
    url: str
    title: Title
    lang: Language
    minutes: Annotated[int, Field(ge=0)] = 0
    summary: str = ""
    prerequisites: Names = ()
    """Addresses of what to complete first."""
    reference_html: tuple[str, ...] = ()
    cover: Picture | None = None
    quiz: Quiz | None = None
    first: datetime | None = None
    """When it was first published, in UTC; None until it is."""

    def expired(self, today: date) -> bool:
        return self.review_by is not None and self.review_by < today

    @property
    def released(self) -> date | None:
        """The day it first came out, as it says itself, or else as it was seen to."""
        return self.published or (self.first.date() if self.first else None)

    @property
    def credit_until(self) -> date | None:
        """The last day on which its credit may be earned; None where no day is known at all.

        It is `expires` or `review_by`, whichever comes first, and never more than three years after the later of its
        release and its last review.
        """
        said = [day for day in (self.expires, self.review_by) if day]
        since = max((day for day in (self.released, self.reviewed) if day), default=None)
        return min([*said, three_years_after(since)] if since else said, default=None)

    def gives_credit(self, day: date) -> bool:
        """Whether it has credit that may still be earned on a day."""
        return bool(self.credit) and (self.credit_until is None or day <= self.credit_until)


# -- Modules --------------------------------------------------------------------------------------------------------


class LessonFront(Value):
    """Front matter of a lesson; all of it optional."""

    title: Title | None = None
    summary: Words | None = None
    minutes: Minutes | None = None
    lang: Language | None = None
    draft: bool = False


class Lesson(Value):
    """One page of a module. Its body is kept apart, for it is large: see `Release.body`."""

    slug: str
    path: str
    line: int = 1
    title: Title
    summary: str = ""
    lang: Language
    minutes: int
    bytes: int = 0
    draft: bool = False
    checks: int = 0
    words: int = 0


class ModuleFront(ActivityFront):
    """Front matter of a module."""

    quiz: QuizFront | None = None
    """Of a module in one file: what a quiz.md would say of the quiz above its questions."""


class Module(Activity):
    """A unit of reading: lessons in order, and perhaps a quiz."""

    kind: Literal["module"] = "module"
    lessons: tuple[Lesson, ...] = ()
    introduction: Body = Body()

    def lesson(self, slug: str) -> Lesson | None:
        return next((lesson for lesson in self.lessons if lesson.slug == slug), None)

    def lesson_url(self, lesson: Lesson) -> str:
        return f"{self.url}/{lesson.slug}"

    @property
    def bytes(self) -> int:
        return self.introduction.bytes + sum(lesson.bytes for lesson in self.lessons)
