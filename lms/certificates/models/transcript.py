"""What a learner has earned in a period, what is still open, and how far they are with what they aim at."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from lms.certificates.models.paper import OVER, State

Step = Literal["begin", "complete", "evaluate", "claim", "renew"]


@dataclass(frozen=True, slots=True)
class Period:
    """The days from one to another, both of them in it; None is where it has no end."""

    begins: date | None = None
    ends: date | None = None

    def holds(self, day: date) -> bool:
        return (self.begins is None or self.begins <= day) and (self.ends is None or day <= self.ends)


@dataclass(frozen=True, slots=True)
class Unit:
    """What credit of one system is counted in."""

    name: str
    """The system's."""
    unit: str
    units: str

    def of(self, amount: Decimal) -> str:
        return self.unit if amount == 1 else self.units

    @property
    def says_name(self) -> bool:
        """Whether the units say the system's name already, as those of hours and of AMA do."""
        return self.name.casefold() in (self.unit.casefold(), self.units.casefold())


@dataclass(frozen=True, slots=True)
class Line:
    """What sums are made of: one certificate, in brief."""

    id: str
    completion: str
    system: str
    claimed: Decimal
    completed: date
    """The day that stands on the certificate."""
    state: State
    unit: Unit

    @property
    def counts(self) -> bool:
        """Whether it was earned: what has expired was, in its time; what was revoked or superseded was not."""
        return self.state not in OVER


@dataclass(frozen=True, slots=True)
class Open:
    """An edition of an activity that was begun for credit or completed, and has no certificate yet."""

    activity: str
    edition: int
    when: datetime
    next: Step


@dataclass(frozen=True, slots=True)
class Goal:
    """How much credit of a system a learner means to have, counted from a day, by another."""

    system: str
    amount: Decimal
    begins: date
    until: date


@dataclass(frozen=True, slots=True)
class Advance:
    """How far somebody is with a goal on a day."""

    goal: Goal
    earned: Decimal
    days: int
    """From this day to the last one; negative once it is past."""
    pace: Decimal | None
    """What is to be earned in each month that is left, rounded up; None once reached, in the last month, and after."""

    @property
    def left(self) -> Decimal:
        return max(Decimal(0), self.goal.amount - self.earned)

    @property
    def reached(self) -> bool:
        return self.earned >= self.goal.amount

    @property
    def share(self) -> Decimal:
        """From 0 to 1."""
        return min(Decimal(1), self.earned / self.goal.amount)
