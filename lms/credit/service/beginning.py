"""A credit activity begun: what was shown before it is kept, and that it was shown."""

from datetime import datetime

from sqlalchemy.orm import Session

from lms import db
from lms.credit import store
from lms.credit.models import Front
from lms.credit.rules.fronts import digest
from lms.ledger import store as ledger
from lms.ledger.models import Entry
from lms.progress.service.learning import stable


def begin(session: Session, learner_id: str, front: Front, revision: str, now: datetime) -> str:
    """Log that a learner was shown this front and began; returns its digest. Said again, it changes nothing."""
    shown = digest(front)
    db.writing(session)
    store.keep_front(session, shown, front.model_dump_json())
    entry = Entry(
        id=stable("began", learner_id, front.activity, front.edition, shown),
        learner=learner_id,
        verb="began",
        activity=front.activity,
        edition=front.edition,
        revision=revision,
        happened=now,
        arrived=now,
        data={"shown": shown},
    )
    ledger.append(session, [entry])
    session.commit()
    return shown
