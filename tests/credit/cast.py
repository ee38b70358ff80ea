"""Activities and credit files for tests of credit, made in a line each."""

from datetime import date
from decimal import Decimal

from lms.credit.models import Accreditation, CreditFile, Offer, System
from lms.modules.models import Credit, Module

DAY = date(2026, 11, 21)


def module(*credit: Credit, **more: object) -> Module:
    """A module that offers credit until October 2028."""
    said = {"reviewed": date(2026, 10, 1), "review_by": date(2028, 10, 1), "lang": "en", "title": "Cuffs", **more}
    return Module(slug="cuffs", path="modules/cuffs/module.md", url="/modules/cuffs", credit=credit, **said)


def record(system: str, since: date = date(2026, 1, 1), until: date = date(2027, 12, 31)) -> Accreditation:
    return Accreditation(system=system, provider="Hillside", number="1", valid_from=since, valid_to=until)


def file(*records: Accreditation, **systems: System) -> CreditFile:
    return CreditFile(accreditation=records, systems=systems)


def offer(amount: str, step: str) -> Offer:
    """An offer of so much, in such steps."""
    said = {"system": "X", "name": "X", "unit": "x", "units": "xs"}
    return Offer(**said, amount=Decimal(amount), step=Decimal(step))
