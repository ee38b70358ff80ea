"""Learning from teaching: what a mentor or speaker learned by it, asked for with a reflection, approved by another."""

from datetime import datetime
from decimal import Decimal
from typing import Literal
from uuid import uuid4

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms import db
from lms.credit import store
from lms.credit.store import Teaching
from lms.ledger import store as ledger
from lms.ledger.models import Entry
from lms.people.store import Learner
from lms.progress.store.attempts import hold_learner

#: Signs of a reflection.
SHORTEST, LONGEST = 100, 5_000


class Refused(Exception):
    """It cannot be asked for or decided: there is one already, it is decided, or it is one's own."""

    def __init__(self, reason: Literal["twice", "decided", "own", "short", "long", "gone"]) -> None:
        super().__init__(reason)
        self.reason = reason


def ask(
    session: Session,
    learner: Learner,
    activity: str,
    edition: int,
    system: str,
    claimed: Decimal,
    reflection: str,
    now: datetime,
) -> Teaching:
    """Ask for credit for what was learned by teaching an activity. Raises Refused."""
    reflection = reflection.replace("\r\n", "\n").replace("\0", "").strip()
    if len(reflection) < SHORTEST:
        raise Refused("short")
    if len(reflection) > LONGEST:
        raise Refused("long")
    db.writing(session)
    if not hold_learner(session, learner.id):
        session.rollback()
        raise Refused("gone")
    there = store.teaching(session, learner.id, activity, edition)
    if there is not None and there.approved is not False:
        session.rollback()
        raise Refused("twice")
    if there is not None:
        # What was sent back is asked for again, with other words.
        there.system, there.claimed, there.reflection, there.asked = system, str(claimed), reflection, now
        there.decided = there.decided_by = there.approved = None
        session.commit()
        return there
    fresh = Teaching(
        id=uuid4().hex,
        learner_id=learner.id,
        activity=activity,
        edition=edition,
        system=system,
        claimed=str(claimed),
        reflection=reflection,
        asked=now,
        answer="",
    )
    session.add(fresh)
    try:
        session.commit()
    except IntegrityError:
        session.rollback()
        raise Refused("twice") from None
    return fresh


def decide(
    session: Session, id: str, approved: bool, answer: str, by: Learner, revision: str, now: datetime
) -> Teaching | None:
    """Approve what is asked for, or send it back with an answer; None where there is no such request. Raises Refused.

    Nobody decides about their own. To an erased account nothing is answered.
    """
    known = store.request(session, id)
    if known is None:
        return None
    db.writing(session)
    # The learner first, as whoever erases the account does: neither waits for the other for ever.
    reached = hold_learner(session, known[1].id)
    found = store.held(session, id)
    if found is None:
        session.rollback()
        return None
    if found.decided is not None or found.learner_id == by.id:
        session.rollback()
        raise Refused("own" if found.learner_id == by.id else "decided")
    found.decided, found.decided_by, found.approved = now, by.id, approved
    found.answer = answer.replace("\0", "").strip()[:LONGEST] if reached else ""
    verb = "taught" if approved else "declined"
    entry = Entry(
        id=f"{verb}-{id}-{int(now.timestamp())}",
        learner=found.learner_id,
        verb=verb,
        activity=found.activity,
        edition=found.edition,
        revision=revision,
        happened=now,
        arrived=now,
        data={"request": id, "system": found.system, "claimed": found.claimed, "by": by.id},
    )
    ledger.append(session, [entry])
    session.commit()
    return found
