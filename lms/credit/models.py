"""What content/credit.yaml says: credit systems, accreditation, evaluation forms, the look of certificates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from lms.modules.models import Title, Words
from lms.text.values import Value

#: The system that anyone may give: hours of learning, which claim nothing.
PLAIN = "plain"
Code = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,19}$")]
Amount = Annotated[Decimal, Field(gt=0, le=1000)]


class System(Value):
    """One credit system, such as AMA PRA Category 1: its unit, its steps, and what its certificates must say."""

    name: Title
    unit: Words
    """One unit, such as `contact hour`."""
    units: Words
    """Several, such as `contact hours`."""
    minutes: Amount
    """Minutes of learning for one unit."""
    step: Amount
    """Claims are whole multiples of it, in units."""
    rounding: Literal["down", "nearest", "up"] = "down"
    """How hours of learning that are no whole steps become units."""
    statements: Mapping[str, Words] = {}
    """What a certificate says, by profession (a word of people.models.PROFESSIONS), or `other` for everyone else.

    In braces: {provider} {number} {address} {amount} {claimed} {units} {title} {medium}. A profession without a
    statement earns none of this system's credit, but hours of learning.
    """
    designation: Words | None = None
    """What the activity's page says before it starts, with the same braces but {claimed}."""
    requires: tuple[Words, ...] = ()
    """What a learner's profile must have before a claim: codes of `licences`, such as `NABP`."""
    accredited: bool = True
    """Whether it may be given only under a valid accreditation record. Never false but for plain hours."""


class Accreditation(Value):
    """The record without which no statement of a credit system may be printed."""

    system: Code
    provider: Words
    number: Words
    address: Words | None = None
    valid_from: date
    valid_to: date

    @model_validator(mode="after")
    def _in_order(self) -> "Accreditation":
        if self.valid_to < self.valid_from:
            raise ValueError("`valid_to` is before `valid_from`; turn them round")
        return self

    def valid(self, day: date) -> bool:
        return self.valid_from <= day <= self.valid_to


class Asked(Value):
    """One question of an evaluation form."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,59}$")]
    ask: Words
    """With `{objective}` in it, it is asked once of each objective of the activity."""
    kind: Literal["scale", "choice", "choices", "text"]
    choices: tuple[Words, ...] = ()
    """Of `choice` and `choices`; of a `scale`, its steps from the least to the most (five of agreement otherwise)."""
    required: bool = True
    """Text is never required."""

    @model_validator(mode="after")
    def _can_be_answered(self) -> "Asked":
        if self.kind == "text" and self.choices:
            raise ValueError("a question that is answered in words has no choices; write `kind: choice`")
        if len(self.choices) == 1 or (self.kind in ("choice", "choices") and not self.choices):
            raise ValueError("a question needs two choices at least; add some to `choices`")
        if len(set(self.choices)) < len(self.choices):
            raise ValueError("two choices say the same; change one")
        return self


class Evaluation(Value):
    """A form that is filled in before credit is claimed."""

    title: Title
    introduction: Words | None = None
    anonymous: bool = True
    """Whether answers are kept apart from the name."""
    questions: Annotated[tuple[Asked, ...], Field(max_length=200)]

    @model_validator(mode="after")
    def _asks_each_once(self) -> "Evaluation":
        if not self.questions:
            raise ValueError("the form asks nothing; add a question to `questions`")
        seen: set[str] = set()
        for question in self.questions:
            if question.id in seen:
                raise ValueError(f"two questions have the id `{question.id}`; give one another")
            seen.add(question.id)
        return self


class Signatory(Value):
    """Who signs certificates."""

    name: Title
    role: Words = ""
    image: Words | None = None
    """A picture of the signature, by path from the content folder."""


class Look(Value):
    """How certificates look; `certificate/certificate.typ` in the content folder replaces the template altogether."""

    logo: Words | None = None
    """SVG or PNG, by path from the content folder."""
    signatories: Annotated[tuple[Signatory, ...], Field(max_length=3)] = ()
    accent: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")] | None = None
    """The site's accent otherwise."""
    wording: Mapping[str, Mapping[str, Words]] = {}
    """Words of the template that are said otherwise, by language and name: `{en: {heading: ...}}`."""

    def pictures(self) -> tuple[str, ...]:
        """Paths of the logo and of the signatures."""
        return tuple(path for path in (self.logo, *(one.image for one in self.signatories)) if path)


class CreditFile(Value):
    """credit.yaml"""

    systems: Mapping[Code, System] = {}
    """By code; the built-in ones stand behind them, and each may be said anew."""
    accreditation: tuple[Accreditation, ...] = ()
    evaluations: Mapping[str, Evaluation] = {}
    """Forms by name; `default` stands in for the built-in one."""
    certificate: Look = Look()
    columns: Mapping[str, Words] = {}
    """Of the export for reporting: heading and what stands under it; see docs/authoring.md."""
    target: Words | None = None
    """What "My credit" suggests as a target, such as `50 hours by 2028-06-30`."""

    def accredited(self, system: str, day: date) -> Accreditation | None:
        """The accreditation record of a system that is valid on a day."""
        return next((one for one in self.accreditation if one.system == system and one.valid(day)), None)


class Offer(Value):
    """What an activity offers of one system, on a day, to a profession."""

    system: Code
    name: Title
    unit: Words
    units: Words
    amount: Amount
    """The most that may be claimed, in units: a whole number of steps."""
    step: Amount
    professions: tuple[str, ...] = ()
    """Who may claim it; empty for everyone."""
    requires: tuple[Words, ...] = ()
    accreditation: Accreditation | None = None
    """None for plain hours alone."""
    statement: Words | None = None
    """The words of the certificate, with braces; None where there are none."""


class Member(Value):
    """Somebody in control of the content, and what they disclose."""

    name: Title
    credentials: str = ""
    role: str = ""
    disclosure: str = ""
    disclosed: date | None = None


class Front(Value):
    """All that must be said of a credit activity before it starts. Its digest is what is logged at a beginning."""

    activity: str
    """The address."""
    edition: int
    title: Title
    lang: str
    medium: str
    """`reading`, `recording`, `audio`, `course`."""
    method: Words
    """How one takes part, in the activity's language."""
    audience: tuple[str, ...] = ()
    minutes: int
    released: date | None = None
    reviewed: date | None = None
    expires: date | None = None
    passing: Words
    """The passing standard, in the activity's language."""
    objectives: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    """Safe HTML."""
    faculty: tuple[Member, ...] = ()
    support: str = ""
    """Who paid for it, commercial support above all."""
    offers: tuple[Offer, ...] = ()
    designations: tuple[str, ...] = ()
    provider: str = ""
    contact: str = ""


# -- What evaluations say -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Summed:
    """What was said to one question: how often each choice was taken, and all texts."""

    asked: Asked
    answered: int
    """How many said something to it."""
    counts: tuple[tuple[str, int], ...] = ()
    texts: tuple[str, ...] = ()
    """In the order of the alphabet, which tells nothing of who wrote them, or when."""

    @property
    def mean(self) -> float | None:
        """Of a scale: the mean step, from 1; what is no step of it does not count."""
        steps = {choice: step for step, choice in enumerate(self.asked.choices, 1)}
        counted = [(steps[choice], count) for choice, count in self.counts if choice in steps]
        total = sum(count for _, count in counted)
        if self.asked.kind != "scale" or not total:
            return None
        return sum(step * count for step, count in counted) / total


@dataclass(frozen=True, slots=True)
class Summary:
    """What the evaluation forms of an activity say."""

    forms: int
    """How many are summed up."""
    held: int
    """How many anonymous ones are held back, because they are too few."""
    editions: tuple[int, ...]
    questions: tuple[Summed, ...]
