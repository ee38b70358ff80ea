"""What pages say of credit: chips, the front of an activity, who may claim."""

from collections.abc import Callable, Iterable
from datetime import date

from flask_babel import gettext

from lms.credit.models import PLAIN, Front, Offer
from lms.credit.rules import fronts, offers
from lms.modules.models import Activity, Credit
from lms.web.at_hand import language, people_known, release, today
from lms.web.words import number


def front(activity: Activity) -> Front:
    """All that must be said of an activity today before it starts."""
    now = release()
    return fronts.front(activity, now.credit(), now.site, people_known(), today())


def credit(credit: Credit, until: date | None = None) -> str:
    """What a credit is worth today, such as `0.5 h of learning`; nothing after the last day for it."""
    if until is not None and until < today():
        return ""
    found = offers.worth(credit, release().credit(), language(), today())
    return amount(found) if found else ""


def amount(offer: Offer) -> str:
    """The most that may be claimed of an offer: `0.5 h of learning`, or `0.5 AMA PRA Category 1 Credits™`."""
    if offer.system == PLAIN:
        return gettext("%(n)s h of learning", n=number(offer.amount))
    return f"{number(offer.amount)} {offer.unit if offer.amount == 1 else offer.units}"


def practitioners(professions: Iterable[str]) -> str:
    """The people of some professions, such as `physicians, nurses`."""
    named = {
        "physician": gettext("physicians"),
        "nurse": gettext("nurses"),
        "nurse practitioner": gettext("nurse practitioners"),
        "physician assistant": gettext("physician assistants"),
        "midwife": gettext("midwives"),
        "pharmacist": gettext("pharmacists"),
        "psychologist": gettext("psychologists"),
        "social worker": gettext("social workers"),
        "dentist": gettext("dentists"),
        "community health worker": gettext("community health workers"),
        "student": gettext("students"),
        "other": gettext("others"),
    }
    return ", ".join(named.get(one, one) for one in professions)


FILTERS: dict[str, Callable[..., object]] = {"credit": credit, "amount": amount, "practitioners": practitioners}
