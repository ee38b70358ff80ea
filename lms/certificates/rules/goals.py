"""Goals as learners type them, and as credit.yaml suggests them. Pure."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Literal

from lms.certificates.models.transcript import Goal
from lms.certificates.rules.transcripts import day
from lms.credit.rules import targets

Fault = Literal["amount", "system", "day", "past", "order", "far"]

#: How many years ahead one may aim.
FARTHEST = 20


class Unclear(ValueError):
    """What was typed is no goal; `faults` says by field what is wrong."""

    def __init__(self, faults: Mapping[str, Fault]) -> None:
        super().__init__(", ".join(f"{field}: {fault}" for field, fault in faults.items()))
        self.faults = dict(faults)


def read(typed: Mapping[str, str], systems: Collection[str], today: date) -> Goal:
    """The goal that was typed, by the fields `amount`, `system`, `from` and `until`. Raises Unclear."""
    faults: dict[str, Fault] = {}
    amount = targets.amount(typed.get("amount", ""))
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
    """The goal that a programme suggests, counted from the first day of this year.

    None where there is none, of none of these systems, or of a day that is past.
    """
    found = targets.suggestion(text or "", systems)
    if found is None or found.until < today or found.until.year - today.year > FARTHEST:
        return None
    return Goal(found.system, found.amount, date(today.year, 1, 1), found.until)
