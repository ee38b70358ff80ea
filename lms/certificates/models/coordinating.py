"""What coordinators look at: which certificates were issued, and who is still on the way to one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal, NamedTuple

from lms.certificates.models.paper import Certificate, State
from lms.progress.models.coordinating import Person

#: What somebody who has completed an activity still has to do for its certificate.
Lack = Literal["begin", "evaluate", "claim"]
LACKS: tuple[Lack, ...] = ("begin", "evaluate", "claim")


@dataclass(frozen=True, slots=True)
class Sought:
    """Which certificates a coordinator looks at; `since` and `until` are moments between which they were issued."""

    activity: str = ""
    system: str = ""
    state: State | Literal[""] = ""
    group: str = ""
    since: datetime | None = None
    until: datetime | None = None
    words: str = ""
    """A part of the name on the certificate, or of the holder's name or address of today."""


@dataclass(frozen=True, slots=True)
class Held:
    """A certificate, and whose it is."""

    certificate: Certificate
    holder: Person
    """As their account says today."""
    licences: Mapping[str, str] = field(default_factory=dict)
    """As their profile says today."""


class Counted(NamedTuple):
    """How many certificates are alike in what sums are made of."""

    system: str
    claimed: str
    offered: str
    state: State
    count: int
    id: str
    """One of them."""


class Slim(NamedTuple):
    """A certificate as a search for words looks through thousands of them."""

    leaf: int
    counted: Counted
    name: str
    """As printed; empty once the account is erased."""
    present: str
    email: str


@dataclass(frozen=True, slots=True)
class Sum:
    """What certificates of one credit system come to; those that count no more are left out of the amounts."""

    system: str
    name: str
    units: str
    count: int
    counting: int
    claimed: Decimal
    offered: Decimal

    @property
    def share(self) -> float:
        return float(self.claimed / self.offered) if self.offered else 0.0


@dataclass(frozen=True, slots=True)
class Ledgered:
    """A page of certificates: the newest first, from `before` on, and what all that were sought come to."""

    rows: tuple[Held, ...]
    sums: tuple[Sum, ...]
    count: int
    next: int | None
    """The leaf that the next page begins before; None on the last one."""


class Change(NamedTuple):
    """One change of a certificate's state."""

    state: State
    at: datetime
    by: str
    """`coordinator` or `administrator`."""
    name: str
    """Who it was; empty where their account is erased."""
    reason: str
    follower: str


class Pending(NamedTuple):
    """Somebody who has completed a credit activity and has no certificate of it yet."""

    number: int
    """The order in which it came to be so."""
    person: Person
    activity: str
    edition: int
    completed: datetime
    lack: Lack


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many wait for what at one activity."""

    url: str
    title: str
    lang: str
    kind: str
    counts: dict[Lack, int]

    @property
    def all(self) -> int:
        return sum(self.counts.values())
