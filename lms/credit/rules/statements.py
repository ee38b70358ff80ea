"""Statements: words with blanks in braces, which are filled once and never looked at again."""

import re
from decimal import Decimal

from lms.credit.models import Accreditation, Offer, System

#: What may stand in braces in the statement of a certificate.
BLANKS = ("provider", "number", "address", "amount", "claimed", "units", "title", "medium")

_BLANK = re.compile(r"\{([^{}]*)\}")


def filled(text: str, **blanks: object) -> str:
    """The text with its blanks filled. Braces in what is filled in stay as they are.

    Raises ValueError where it has a blank that nothing is said of.
    """

    def value(found: re.Match[str]) -> str:
        if found[1] not in blanks:
            raise ValueError(f"nothing is known of {found[0]}")
        given = blanks[found[1]]
        return shown(given) if isinstance(given, Decimal) else str(given)

    return _BLANK.sub(value, text)


def unknown(text: str, known: tuple[str, ...] = BLANKS) -> list[str]:
    """The blanks of a text that are none of those known, and braces that stand alone."""
    wrong = [name for name in _BLANK.findall(text) if name not in known]
    return wrong + [sign for sign in _BLANK.sub("", text) if sign in "{}"]


def designation(system: System, record: Accreditation, amount: Decimal, title: str, medium: str) -> str:
    """What an activity's page says of a credit system before it starts; empty where that has nothing to say."""
    if not system.designation:
        return ""
    units = system.unit if amount == 1 else system.units
    return filled(
        system.designation,
        provider=record.provider,
        number=record.number,
        address=record.address or "",
        amount=amount,
        units=units,
        title=title,
        medium=medium,
    )


def statement(offer: Offer, claimed: Decimal, title: str, medium: str) -> str:
    """What a certificate says of the credit that is claimed of an offer; empty for plain hours.

    Raises ValueError without an accreditation record: there is no statement without one.
    """
    if not offer.statement:
        return ""
    record = offer.accreditation
    if record is None:
        raise ValueError("there is no statement without an accreditation record")
    return filled(
        offer.statement,
        provider=record.provider,
        number=record.number,
        address=record.address or "",
        amount=offer.amount,
        claimed=claimed,
        units=offer.unit if claimed == 1 else offer.units,
        title=title,
        medium=medium,
    )


def shown(number: Decimal) -> str:
    """A number in as few signs as it needs: `0.5`, `10`."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
