"""Certificates to draw: one that says little, and one that says all it can."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from lms.certificates.models.look import Paper, Signed
from lms.certificates.models.paper import Signature, Snapshot

LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><circle cx="5" cy="5" r="4" fill="#0a6a68"/></svg>'
STROKE = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 3"><path d="M0 2Q4-2 9 2" stroke="#124" fill="none"/></svg>'
#: A look of one's own, without a template of one's own.
OURS = Paper(
    files={"content/img/logo.svg": LOGO, "content/img/rosa.svg": STROKE},
    logo="content/img/logo.svg",
    signatories=(Signed(name="Rosa Quispe", role="Director of education", image="content/img/rosa.svg"),),
)


def plain(**said: Any) -> Snapshot:
    """Half an hour of learning, of which nobody says more."""
    known: dict[str, Any] = {
        "id": "7Q4M9ZK2T8WXC3V5NJ6RGH",
        "holder": "0" * 64,
        "activity": "/modules/measuring-bp",
        "title": "Measuring blood pressure",
        "lang": "en",
        "medium": "reading",
        "edition": 1,
        "revision": "0123456789abcdef",
        "organisation": "Hillside Hospital",
        "issuer": "https://hillside.example",
        "system": "plain",
        "system_name": "Hours of learning",
        "unit": "hour",
        "units": "hours",
        "offered": Decimal("0.50"),
        "claimed": Decimal("0.50"),
        "completed": datetime(2026, 11, 3, 12, tzinfo=UTC),
        "issued": datetime(2026, 11, 22, 9, 30, tzinfo=UTC),
        "log_size": 1234,
        "log_root": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    }
    return Snapshot(**known | said)


def full(**said: Any) -> Snapshot:
    """Credit under accreditation, with a statement, faculty, signatures and a last day."""
    known: dict[str, Any] = {
        "title": "Blood pressure you can act on",
        "medium": "course",
        "system": "AMA",
        "system_name": "AMA PRA Category 1 Credit™",
        "unit": "AMA PRA Category 1 Credit™",
        "units": "AMA PRA Category 1 Credits™",
        "offered": Decimal("1.50"),
        "claimed": Decimal("1.25"),
        "provider": "Hillside School of Medicine",
        "provider_number": "0001234",
        "provider_address": "Bridge Road 12",
        "statement": "Hillside School of Medicine designates this enduring material for a maximum of 1.50 credits.",
        "faculty": ("Rosa Quispe, MD", "Samuel Achebe, RN"),
        "signatures": (Signature(name="Rosa Quispe", role="Director of education"), Signature(name="Samuel Achebe")),
        "expires": date(2029, 11, 3),
        "supersedes": "0123456789ABCDEFGHJKM0",
    }
    return plain(**known | said)
