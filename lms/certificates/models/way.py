"""The way from an activity to its certificate, as far as one learner has come."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from lms.certificates.models.paper import Certificate
from lms.credit.models import Front, Offer

Kind = Literal["begin", "complete", "pass", "evaluate", "claim", "certificate"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step; of those that are not done the first one is next."""

    kind: Kind
    done: bool = False
    next: bool = False


@dataclass(frozen=True, slots=True)
class Completion:
    """What a certificate is for: an edition of an activity, completed once."""

    id: str
    """The ledger entry's."""
    edition: int
    revision: str
    when: datetime


@dataclass(frozen=True, slots=True)
class Way:
    steps: tuple[Step, ...]
    front: Front
    """What is said of the activity on this day, to a person of the learner's profession."""
    shown: str = ""
    """Digest of the front that the learner was shown when they began; empty before."""
    completion: Completion | None = None
    offers: tuple[Offer, ...] = ()
    """What may be claimed now; empty where nothing may be."""
    certificate: Certificate | None = None
    """Of this completion."""
    earlier: tuple[Certificate, ...] = ()
    """Of completions before, the newest first."""
    expired: bool = False
    """Whether the activity's credit has come to its end."""
    renews_from: date | None = None
    """The day from which a certificate that ends may be renewed; None where it does not end."""
    may_renew: bool = False
    """Whether the certificate's end is near or past, so that it may be renewed."""
    renewing: bool = False
    """Whether this is the way to a renewed certificate."""

    @property
    def next(self) -> Kind | None:
        return next((step.kind for step in self.steps if step.next), None)

    def done(self, kind: Kind) -> bool:
        return any(step.kind == kind and step.done for step in self.steps)
