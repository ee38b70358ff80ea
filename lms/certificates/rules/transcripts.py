"""Sums of what was earned, by system and year; what is still open; how far a goal is. Pure."""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from decimal import ROUND_UP, Decimal

from lms.certificates.models.transcript import Advance, Goal, Line, Open, Period, Step
from lms.credit.models import PLAIN
from lms.progress.models.standing import Told

_DAY = re.compile(r"2[01]\d\d-\d\d-\d\d", re.ASCII)
#: Days of a month, on the average of four years.
_MONTH = Decimal("30.4375")


# -- Periods --------------------------------------------------------------------------------------------------------


def day(text: str) -> date | None:
    """The day that was typed, such as 2026-11-21; None where it is none, or of another age."""
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def years(first: int, last: int) -> Period:
    """From the first day of a year to the last day of another."""
    return Period(date(first, 1, 1), date(last, 12, 31))


# -- Sums -----------------------------------------------------------------------------------------------------------


def within(lines: Iterable[Line], period: Period) -> list[Line]:
    """What was completed in a period, the last first."""
    found = [line for line in lines if period.holds(line.completed)]
    return sorted(found, key=lambda line: (line.completed, line.id), reverse=True)


def sums(lines: Iterable[Line]) -> dict[str, Decimal]:
    """What was earned, by system: plain hours last, the others by their codes."""
    found: dict[str, Decimal] = {}
    for line in lines:
        if line.counts:
            found[line.system] = found.get(line.system, Decimal(0)) + line.claimed
    return {system: found[system] for system in sorted(found, key=order)}


def by_year(lines: Iterable[Line]) -> dict[int, dict[str, Decimal]]:
    """What was earned, by the year of completion, the last first, and by system."""
    parts: dict[int, list[Line]] = {}
    for line in lines:
        if line.counts:
            parts.setdefault(line.completed.year, []).append(line)
    return {year: sums(parts[year]) for year in sorted(parts, reverse=True)}


def order(system: str) -> tuple[bool, str]:
    """Where a system stands in a list."""
    return system == PLAIN, system


# -- Still open -----------------------------------------------------------------------------------------------------


def still_open(entries: Iterable[Told], certified: Collection[str], evaluated: Collection[str]) -> list[Open]:
    """What was begun for credit, completed or renewed, and has no certificate yet; the last first.

    `certified` and `evaluated` are ids of completions.
    """
    parts: dict[str, list[Told]] = {}
    for entry in entries:
        parts.setdefault(entry.activity, []).append(entry)
    found = [_open(url, parts[url], certified, evaluated) for url in parts]
    return sorted((one for one in found if one), key=lambda one: (one.when, one.activity), reverse=True)


def _open(url: str, entries: Sequence[Told], certified: Collection[str], evaluated: Collection[str]) -> Open | None:
    done = [entry for entry in entries if entry.verb in ("completed", "renewed")]
    last = max(done, key=lambda entry: (entry.edition, entry.verb == "renewed", entry.happened), default=None)
    begun = [entry for entry in entries if entry.verb == "began"]
    if last is not None and last.id not in certified:
        step: Step = "evaluate" if any(entry.edition >= last.edition for entry in begun) else "begin"
        step = "claim" if last.id in evaluated else "renew" if last.verb == "renewed" else step
        return Open(url, last.edition, last.happened, step)
    again = [entry for entry in begun if last is None or entry.edition > last.edition]
    return Open(url, again[-1].edition, again[-1].happened, "complete") if again else None


# -- Goals ----------------------------------------------------------------------------------------------------------


def advance(goal: Goal, lines: Iterable[Line], today: date) -> Advance:
    """How far somebody is with a goal on a day."""
    period = Period(goal.begins, goal.until)
    earned = sums(within(lines, period)).get(goal.system, Decimal(0))
    days = (goal.until - today).days
    left = goal.amount - earned
    pace = _up(left / (days / _MONTH)) if left > 0 and days > _MONTH else None
    return Advance(goal, earned, days, pace)


def _up(number: Decimal) -> Decimal:
    """A number that is easily kept in mind, and not below this one: whole from ten, in halves from one, in quarters."""
    step = Decimal(1) if number > 10 else Decimal("0.5") if number > 1 else Decimal("0.25")
    return (number / step).quantize(Decimal(1), ROUND_UP) * step
