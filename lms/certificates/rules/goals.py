"""Goals as learners type them, and as credit.yaml suggests them. Pure."""

import re
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Literal

from lms.certificates.models.transcript import Goal
from lms.certificates.rules.transcripts import day
from lms.credit.models import PLAIN

Fault = Literal["amount", "system", "day", "past", "order", "far"]

#: The most that anybody may aim at, and how many years ahead.
MOST, FARTHEST = Decimal(1_000), 20

_NUMBER = re.compile(r"[0-9]{1,4}(?:[.,][0-9]{1,3})?")
_SUGGESTED = re.compile(r"([0-9]+(?:[.,][0-9]+)?)\s+(\S.*?)\s+by\s+(\d{4}-\d\d-\d\d)", re.IGNORECASE)
_HOURS = frozenset({"hour", "hours", "hour of learning", "hours of learning", PLAIN, "hora", "horas"})


class Unclear(ValueError):
    """What was typed is no goal; `faults` says by field what is wrong."""

    def __init__(self, faults: Mapping[str, Fault]) -> None:
        super().__init__(", ".join(f"{field}: {fault}" for field, fault in faults.items()))
        self.faults = dict(faults)


def read(typed: Mapping[str, str], systems: Collection[str], today: date) -> Goal:
    """The goal that was typed, by the fields `amount`, `system`, `from` and `until`. Raises Unclear."""
    faults: dict[str, Fault] = {}
    amount = _amount(typed.get("amount", ""))
    if amount is None:
        faults["amount"] = "amount"
    system = typed.get("system", "")
    if system not in systems:
        faults["system"] = "system"
    begins, until = day(typed.get("from", "")), day(typed.get("until", ""))
    if begins is None:
        faults["from"] = "day"
    if until is None:
        faults["until"] = "day"
    elif until < today:
        faults["until"] = "past"
    elif begins is not None and until <= begins:
        faults["until"] = "order"
    elif until.year - today.year > FARTHEST:
        faults["until"] = "far"
    if faults or amount is None or begins is None or until is None:
        raise Unclear(faults)
    return Goal(system, amount, begins, until)


def suggested(text: str | None, systems: Collection[str], today: date) -> Goal | None:
    """The goal of words such as `50 hours by 2028-06-30` or `20 AMA by 2027-12-31`, counted from this year's first day.

    None where they say no such thing, of no such system, or of a day that is past.
    """
    found = _SUGGESTED.fullmatch((text or "").strip())
    if found is None:
        return None
    words = found[2].casefold()
    code = PLAIN if words in _HOURS else next((one for one in systems if one.casefold() == words), "")
    typed = {"amount": found[1], "system": code, "from": f"{today.year}-01-01", "until": found[3]}
    try:
        return read(typed, systems, today)
    except Unclear:
        return None


def _amount(text: str) -> Decimal | None:
    typed = text.strip()
    if not _NUMBER.fullmatch(typed):
        return None
    amount = Decimal(typed.replace(",", "."))
    return amount if 0 < amount <= MOST else None
