"""Claims: how much of an offer a learner says they earned, in the steps of its credit system."""

import re
from decimal import Decimal

from lms.credit.models import Offer
from lms.credit.rules.statements import shown

_NUMBER = re.compile(r"[0-9]{0,6}(?:[.,][0-9]{0,6})?")


class NotClaimable(ValueError):
    """An amount that may not be claimed; `nearest` may, the lower one first."""

    def __init__(self, nearest: tuple[Decimal, ...]) -> None:
        said = " or ".join(shown(step) for step in nearest)
        super().__init__(f"this may not be claimed; the nearest that may: {said}")
        self.nearest = nearest


def steps(offer: Offer) -> list[Decimal]:
    """All that may be claimed of an offer, from one step to all of it."""
    return [tidy(offer.step * count) for count in range(1, int(offer.amount / offer.step) + 1)]


def claimed(text: str, offer: Offer) -> Decimal:
    """The amount that somebody typed, with a point or a comma. Raises NotClaimable, which names the nearest steps."""
    typed = text.strip()
    if not _NUMBER.fullmatch(typed) or not any(sign.isdigit() for sign in typed):
        raise NotClaimable((offer.amount,))
    amount = Decimal(typed.replace(",", "."))
    if amount <= 0:
        raise NotClaimable((tidy(offer.step),))
    if amount > offer.amount:
        raise NotClaimable((offer.amount,))
    below = amount // offer.step * offer.step
    if below != amount:
        around = (tidy(below), tidy(below + offer.step))
        raise NotClaimable(tuple(step for step in around if 0 < step <= offer.amount))
    return tidy(amount)


def tidy(number: Decimal) -> Decimal:
    """The same number, always written alike: 0.50 is 0.5, and 1E+1 is 10."""
    return Decimal(shown(number))
