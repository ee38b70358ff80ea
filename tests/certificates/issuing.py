"""Certificates written as they are issued, without all that comes before: for tests of what is kept of them."""

from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from secrets import token_hex
from typing import Any

from sqlalchemy.orm import Session

from lms import db
from lms.certificates.models.paper import Snapshot, State, canonical, commitment, event_leaf, leaf
from lms.certificates.rules import ids
from lms.certificates.store import log
from lms.certificates.store.papers import Change, Holder, Issued, Sheet
from lms.people.store import Learner
from tests.certificates.cast import NAME, SALT, snapshot
from tests.conftest import NOW

PDF = b"%PDF-1.7 the paper of "


def issue(session: Session, learner: Learner, at: datetime = NOW, naming: str = "full", **said: object) -> Snapshot:
    """One certificate of a learner, with its holder, its PDF and its leaf."""
    name, salt, pepper = str(said.pop("name", learner.name)), token_hex(16), token_hex(16)
    db.writing(session)
    size, root = log.checkpoint(session)
    made = Snapshot(
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
    text = canonical(made.model_dump(mode="json")).decode()
    pdf = PDF + made.id.encode()
    paper = sha256(pdf).hexdigest()
    index = log.append(session, "certificate", made.id, leaf(text, paper, pepper), at)
    session.add(
        Issued(
            id=made.id,
            index=index,
            learner_id=learner.id,
            completion=token_hex(8),
            activity=made.activity,
            edition=made.edition,
            system=made.system,
            claimed=str(made.claimed),
            issued=at,
            snapshot=text,
            paper=paper,
            pepper=pepper,
        )
    )
    session.flush()
    session.add(Holder(certificate_id=made.id, name=name, salt=salt, shown=naming))
    session.add(Sheet(certificate_id=made.id, pdf=pdf))
    session.commit()
    return made


def change(session: Session, id: str, state: str, at: datetime = NOW, reason: str = "", follower: str = "") -> None:
    """A change of a certificate's state, with its leaf."""
    db.writing(session)
    said = event_leaf(id, state, at, reason, "coordinator", follower)  # type: ignore[arg-type]
    index = log.append(session, "state", id, said, at)
    session.add(
        Change(index=index, certificate_id=id, state=state, at=at, by="coordinator", reason=reason, follower=follower)
    )
    session.commit()


# -- Without the log ------------------------------------------------------------------------------------------------


def put(session: Session, learner: str, index: int = 6, **changes: Any) -> Snapshot:
    """Rosa's certificate as a learner's, at any place that a log could give it: no leaf is made, and no PDF."""
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


def put_change(session: Session, id: str, index: int, state: State, **more: Any) -> None:
    """A change of state at any place: no leaf is made."""
    session.add(Change(index=index, certificate_id=id, state=state, at=NOW, by="coordinator", **more))
    session.commit()
