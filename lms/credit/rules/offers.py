"""What an activity offers of each credit system, on a day, to a profession."""

from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal

from lms.credit.models import PLAIN, Accreditation, CreditFile, Offer, System
from lms.credit.rules.claims import tidy
from lms.credit.rules.systems import system
from lms.modules.models import Activity, Credit

#: Words of the people for whom no statement of their own is written.
OTHER = "other"

_ROUNDED = {"down": ROUND_DOWN, "nearest": ROUND_HALF_UP, "up": ROUND_UP}


def offers(activity: Activity, file: CreditFile, profession: str, day: date) -> tuple[Offer, ...]:
    """What somebody of a profession may claim on a day, plain hours last; after expiry nothing.

    A system without a valid accreditation record, or without a statement for the profession, is turned into hours.
    """
    if not activity.gives_credit(day):
        return ()
    found = []
    for credit in activity.credit:
        offer = _offer(credit, file, activity.lang, day)
        statement = _statement(file, credit.system, profession)
        if offer is not None and statement is not None:
            found.append(offer.model_copy(update={"statement": statement}))
    said = any(credit.system == PLAIN for credit in activity.credit)
    plain = _plain(activity, file) if said or not found else None
    return (*found, plain) if plain else tuple(found)


def every(activity: Activity, file: CreditFile, day: date) -> tuple[Offer, ...]:
    """What an activity offers on a day to anyone at all, without the words of certificates."""
    if not activity.gives_credit(day):
        return ()
    found = [offer for credit in activity.credit if (offer := _offer(credit, file, activity.lang, day))]
    said = any(credit.system == PLAIN for credit in activity.credit)
    plain = _plain(activity, file) if said or all(offer.professions for offer in found) else None
    return (*found, plain) if plain else tuple(found)


def worth(credit: Credit, file: CreditFile, lang: str, day: date) -> Offer | None:
    """What one credit of an activity is on a day: its system's under a valid record, else plain hours, else nothing."""
    return _offer(credit, file, lang, day) or _hours(hours(credit, file), file, lang)


def hours(credit: Credit, file: CreditFile) -> Decimal:
    """Hours of learning that a credit stands for."""
    known = system(file, credit.system)
    if credit.hours is not None or known is None:
        return credit.amount
    return credit.amount * known.minutes / 60


def units(credit: Credit, known: System) -> Decimal:
    """How much of a system a credit is, in whole steps."""
    if credit.credits is not None:
        return _in_steps(credit.credits, known.step, "down")
    return _in_steps((credit.hours or Decimal(0)) * 60 / known.minutes, known.step, known.rounding)


def _offer(credit: Credit, file: CreditFile, lang: str, day: date) -> Offer | None:
    """What is offered of an accredited system; None for plain hours, and where there is no valid record."""
    known, record = system(file, credit.system, lang), file.accredited(credit.system, day)
    if credit.system == PLAIN or known is None or record is None:
        return None
    amount = units(credit, known)
    professions = () if OTHER in known.statements else tuple(known.statements)
    return _made(credit.system, known, amount, professions, record) if amount else None


def _plain(activity: Activity, file: CreditFile) -> Offer | None:
    """The plain hours of an activity: those that it says, or its largest credit; None where they are too few."""
    said = [credit for credit in activity.credit if credit.system == PLAIN] or activity.credit
    return _hours(max((hours(credit, file) for credit in said), default=Decimal(0)), file, activity.lang)


def _hours(count: Decimal, file: CreditFile, lang: str) -> Offer | None:
    known = system(file, PLAIN, lang)
    assert known is not None
    amount = _in_steps(count * 60 / known.minutes, known.step, known.rounding)
    return _made(PLAIN, known, amount) if amount else None


def _made(
    code: str, known: System, amount: Decimal, professions: tuple[str, ...] = (), record: Accreditation | None = None
) -> Offer:
    return Offer(
        system=code,
        name=known.name,
        unit=known.unit,
        units=known.units,
        amount=amount,
        step=tidy(known.step),
        professions=professions,
        # As profiles have them, however they are written in credit.yaml.
        requires=tuple(code.upper() for code in known.requires),
        accreditation=record,
    )


def _statement(file: CreditFile, code: str, profession: str) -> str | None:
    known = system(file, code)
    return (known.statements.get(profession) or known.statements.get(OTHER)) if known else None


def _in_steps(amount: Decimal, step: Decimal, rounding: str) -> Decimal:
    return tidy((amount / step).quantize(Decimal(1), _ROUNDED[rounding]) * step)
