"""What is known of an attempt besides its questions and answers."""

from datetime import datetime
from fractions import Fraction
from typing import Literal

from lms.text.values import Value

Kind = Literal["quiz", "pre", "post", "practice"]

#: Why none can be begun: no attempts are left, one has to wait, something comes first, it was taken, or is over.
Reason = Literal["attempts", "pause", "missing", "taken", "after"]


class Past(Value):
    """An attempt as a list tells of it; without `finished` it is open."""

    model_config = {"arbitrary_types_allowed": True}

    id: str
    kind: Kind
    edition: int
    began: datetime
    until: datetime | None = None
    finished: datetime | None = None
    score: Fraction | None = None
    passed: bool = False
    late: bool = False


class Outlook(Value):
    """What a learner did at a quiz, and whether another attempt of one kind may be begun now."""

    kind: Kind
    past: tuple[Past, ...] = ()
    """The finished attempts of this kind and edition, the oldest first."""
    earlier: tuple[Past, ...] = ()
    """Those of editions before."""
    open: Past | None = None
    left: int | None = None
    """How many attempts are left; None where there is no limit."""
    reason: Reason | None = None
    """Why none may be begun; None when one may."""
    wait: datetime | None = None
    """From when on one may, after a pause."""

    @property
    def passed(self) -> bool:
        return any(one.passed for one in self.past)
