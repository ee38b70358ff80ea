"""What a certificate of Rosa's says, for tests of what is made of it."""

from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from lms.certificates.models.paper import Certificate, Snapshot, commitment
from tests.conftest import NOW

NAME, SALT = "Rosa Quispe Mamani", "5a17" * 8
SITE = "https://hillside.example"
ID = "7Q2K9M4XWZ0BVT3RNC8HA1"


def snapshot(**changes: Any) -> Snapshot:
    """What a certificate of Rosa's says."""
    said: dict[str, Any] = {
        "id": ID,
        "holder": commitment(NAME, SALT),
        "activity": "/modules/measuring-bp",
        "title": "Measuring blood pressure",
        "lang": "en",
        "medium": "reading",
        "edition": 2,
        "revision": "r1",
        "organisation": "Hillside",
        "issuer": SITE,
        "system": "plain",
        "system_name": "Hours of learning",
        "unit": "hour",
        "units": "hours",
        "offered": Decimal("1"),
        "claimed": Decimal("0.75"),
        "provider": "Hillside Academy",
        "provider_number": "4711",
        "statement": "Designated for a maximum of 1 hour.",
        "objectives": ("Choose a cuff that fits the arm", "Position the patient"),
        "completed": datetime(2026, 11, 20, 17, 5, tzinfo=UTC),
        "issued": NOW,
        "expires": date(2028, 11, 21),
        "log_size": 6,
        "log_root": sha256(b"root").hexdigest(),
    }
    return Snapshot(**said | changes)


def certificate(index: int = 6, **changes: Any) -> Certificate:
    """Rosa's certificate; what stands beside the snapshot by its own names, all else of the snapshot."""
    beside = {name: changes.pop(name) for name in list(changes) if name in Certificate.model_fields}
    given: dict[str, Any] = {"name": NAME, "salt": SALT, "paper": "ab" * 32, "index": index}
    return Certificate(**given | {"snapshot": snapshot(**changes)} | beside)
