"""Certificates written as they are issued, without all that comes before: for tests of what is kept of them."""

from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from secrets import token_hex

from sqlalchemy.orm import Session

from lms import db
from lms.certificates.models.paper import Snapshot, canonical, commitment, event_leaf, leaf
from lms.certificates.rules import ids
from lms.certificates.store import log
from lms.certificates.store.papers import Change, Holder, Issued, Sheet
from lms.people.store import Learner
from tests.conftest import NOW

PDF = b"%PDF-1.7 the paper of "


def issue(session: Session, learner: Learner, at: datetime = NOW, naming: str = "full", **said: object) -> Snapshot:
    """One certificate of a learner, with its holder, its PDF and its leaf."""
    name, salt, pepper = str(said.pop("name", learner.name)), token_hex(16), token_hex(16)
    db.writing(session)
    size, root = log.checkpoint(session)
    snapshot = Snapshot(
        **{
            "id": ids.fresh(),
            "holder": commitment(name, salt),
            "activity": "/modules/measuring-bp",
            "title": "Measuring blood pressure",
            "lang": "en",
            "medium": "reading",
            "edition": 1,
            "revision": "f" * 12,
            "organisation": "Hillside Telementoring",
            "issuer": "https://hillside.example",
            "contact": "hello@hillside.example",
            "profession": "nurse",
            "system": "plain",
            "system_name": "Hours of learning",
            "unit": "hour",
            "units": "hours",
            "offered": Decimal("1"),
            "claimed": Decimal("0.75"),
            "objectives": ("Choose a cuff that fits the arm",),
            "faculty": ("Rosa Quispe, RN",),
            "completed": at - timedelta(minutes=5),
            "issued": at,
            "log_size": size,
            "log_root": root,
            **said,
        }
    )
    text = canonical(snapshot.model_dump(mode="json")).decode()
    pdf = PDF + snapshot.id.encode()
    paper = sha256(pdf).hexdigest()
    index = log.append(session, "certificate", snapshot.id, leaf(text, paper, pepper), at)
    session.add(
        Issued(
            id=snapshot.id,
            index=index,
            learner_id=learner.id,
            completion=token_hex(8),
            activity=snapshot.activity,
            edition=snapshot.edition,
            system=snapshot.system,
            claimed=str(snapshot.claimed),
            issued=at,
            snapshot=text,
            paper=paper,
            pepper=pepper,
        )
    )
    session.flush()
    session.add(Holder(certificate_id=snapshot.id, name=name, salt=salt, shown=naming))
    session.add(Sheet(certificate_id=snapshot.id, pdf=pdf))
    session.commit()
    return snapshot


def change(session: Session, id: str, state: str, at: datetime = NOW, reason: str = "", follower: str = "") -> None:
    """A change of a certificate's state, with its leaf."""
    db.writing(session)
    said = event_leaf(id, state, at, reason, "coordinator", follower)  # type: ignore[arg-type]
    index = log.append(session, "state", id, said, at)
    session.add(
        Change(index=index, certificate_id=id, state=state, at=at, by="coordinator", reason=reason, follower=follower)
    )
    session.commit()
