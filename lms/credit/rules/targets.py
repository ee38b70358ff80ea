"""The target that a programme suggests, in words such as `50 hours by 2028-06-30` or `20 AMA by 2027-12-31`. Pure."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lms.credit.models import PLAIN

#: The most that anybody may aim at.
MOST = Decimal(1_000)

_NUMBER = re.compile(r"[0-9]{1,4}(?:[.,][0-9]{1,3})?")
_SUGGESTED = re.compile(r"(\S+)\s+(\S.*?)\s+by\s+(\d{4}-\d\d-\d\d)", re.IGNORECASE | re.ASCII)
_HOURS = frozenset({"hour", "hours", "hour of learning", "hours of learning", PLAIN})


@dataclass(frozen=True, slots=True)
class Suggestion:
    """So much of a credit system by a day."""

    amount: Decimal
    system: str
    until: date


def amount(text: str) -> Decimal | None:
    """The number that was typed, with a point or a comma; None where one cannot aim at it."""
    typed = text.strip()
    if not _NUMBER.fullmatch(typed):
        return None
    found = Decimal(typed.replace(",", "."))
    return found if 0 < found <= MOST else None


def suggestion(text: str, systems: Collection[str]) -> Suggestion | None:
    """What is suggested, of one of these systems; None where the words say no such thing."""
    found = _SUGGESTED.fullmatch(text.strip())
    if found is None:
        return None
    number, words = amount(found[1]), found[2].casefold()
    code = PLAIN if words in _HOURS else next((one for one in systems if one.casefold() == words), None)
    try:
        until = date.fromisoformat(found[3])
    except ValueError:
        return None
    return Suggestion(number, code, until) if number is not None and code in systems and code else None
