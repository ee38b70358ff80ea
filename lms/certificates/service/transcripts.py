"""What a learner has earned, what is still open, and what they aim at: told from certificates and from the ledger."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from lms.certificates.models.paper import Certificate
from lms.certificates.models.transcript import Advance, Goal, Line, Open, Period, Unit
from lms.certificates.rules import transcripts as rules
from lms.certificates.rules.transcripts import order
from lms.certificates.store import papers
from lms.credit import store as credit
from lms.credit.models import PLAIN, CreditFile
from lms.credit.rules import systems
from lms.credit.store import Teaching
from lms.ledger import store as ledger
from lms.library.release import Release
from lms.modules.models import Activity

#: How much of what is still open is told of.
MOST = 30


@dataclass(frozen=True)
class Transcript:
    """What a learner has earned in a period, and all that they ever did."""

    period: Period
    lines: tuple[Line, ...]
    """Of the period, the last first; those that do not count among them."""
    sums: Mapping[str, Decimal]
    """By system."""
    years: Mapping[int, Mapping[str, Decimal]]
    units: Mapping[str, Unit]
    """Of every system that there is a certificate of."""
    ever: tuple[Line, ...]
    today: date
    rows: Mapping[str, Any]

    def whole(self, lines: Iterable[Line]) -> Iterator[Certificate]:
        """The certificates of some lines, each read when it is asked for."""
        return (papers.whole(self.rows[line.id], self.today) for line in lines)


def transcript(
    session: Session, release: Release, learner_id: str, period: Period, today: date, lang: str, system: str = ""
) -> Transcript:
    """What a learner has earned in a period, of one system or of all.

    Systems are named in the language `lang`, where they have names in it.
    """
    rows = papers.rows_of(session, learner_id)
    ever = tuple(papers.line(row, today) for row in rows)
    lines = tuple(line for line in rules.within(ever, period) if system in ("", line.system))
    units: dict[str, Unit] = {}
    for line in ever:
        if line.system not in units:
            units[line.system] = unit(release.credit(), line.system, lang) or line.unit
    return Transcript(
        period, lines, rules.sums(lines), rules.by_year(lines), units, ever, today, {row.id: row for row in rows}
    )


def unit(file: CreditFile, code: str, lang: str) -> Unit | None:
    """What credit of a system is counted in, as this site says today."""
    known = systems.system(file, code, lang)
    return Unit(known.name, known.unit, known.units) if known else None


# -- Still open -----------------------------------------------------------------------------------------------------


def still_open(session: Session, release: Release, learner_id: str, found: Transcript) -> list[tuple[Activity, Open]]:
    """What a learner can still have a certificate for, the last first, and what is next."""
    entries = ledger.rows(session, learner_id, verbs=["began", "completed", "renewed"])
    evaluated = {one.completion for one in credit.evaluations(session, learner_id)}
    some = []
    for one in rules.still_open(entries, {line.completion for line in found.ever}, evaluated):
        activity = release.activity(one.activity)
        if activity is not None and activity.url == one.activity and activity.gives_credit(found.today):
            some.append((activity, one))
        if len(some) == MOST:
            break
    return some


def asked_for(session: Session, learner_id: str) -> Sequence[Teaching]:
    """What a learner asked for from teaching and that has not been granted, the last first."""
    return [one for one in credit.taught(session, learner_id) if not one.approved][:MOST]


# -- Goals ----------------------------------------------------------------------------------------------------------


def goals(session: Session, learner_id: str) -> list[Goal]:
    """What a learner aims at."""
    found = [
        Goal(one.system, Decimal(one.amount), one.begins, one.until) for one in credit.targets(session, learner_id)
    ]
    return sorted(found, key=lambda goal: order(goal.system))


def advances(session: Session, learner_id: str, found: Transcript) -> list[Advance]:
    """How far a learner is with each thing that they aim at."""
    return [rules.advance(goal, found.ever, found.today) for goal in goals(session, learner_id)]


def attainable(release: Release, found: Transcript, lang: str, aimed: Iterable[str]) -> dict[str, Unit]:
    """The systems that one may aim at, by code: hours, those accredited here today, those one has or aims at."""
    file = release.credit()
    accredited = {one.system for one in file.accreditation if one.valid(found.today)}
    codes = sorted({PLAIN, *accredited, *found.units, *aimed}, key=order)
    # A system that this site does not know any more is called by its code.
    return {code: unit(file, code, lang) or found.units.get(code) or Unit(code, code, code) for code in codes}
