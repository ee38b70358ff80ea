"""Certificates of the cast, and rows of them as they are issued, for tests of what is made of them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from lms.certificates.models.paper import Certificate, Snapshot, State, commitment
from lms.certificates.store.papers import Change, Holder, Issued
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


def issue(session: Session, learner: str, index: int = 6, **changes: Any) -> Snapshot:
    """Write a certificate of a learner's into the database, as issuing does."""
    said = snapshot(**changes)
    session.add(
        Issued(
            id=said.id,
            index=index,
            learner_id=learner,
            completion=f"c{index}",
            activity=said.activity,
            edition=said.edition,
            system=said.system,
            claimed=str(said.claimed),
            issued=said.issued,
            snapshot=said.model_dump_json(),
            paper="ab" * 32,
            pepper="cd" * 16,
        )
    )
    session.flush()
    session.add(Holder(certificate_id=said.id, name=NAME, salt=SALT, shown="full"))
    session.commit()
    return said


def change(session: Session, id: str, index: int, state: State, **more: Any) -> None:
    """Write a change of state, as the log's."""
    session.add(Change(index=index, certificate_id=id, state=state, at=NOW, by="coordinator", **more))
    session.commit()
