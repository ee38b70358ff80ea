"""What learners aim at: said, said anew, and given up."""

from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from lms import db
from lms.credit import store
from lms.credit.store import Target
from lms.ledger import store as ledger
from lms.people.store import Learner


def aim(session: Session, learner: Learner, system: str, amount: Decimal, begins: date, until: date) -> bool:
    """Keep what a learner means to have of a credit system, in the place of what they meant before.

    False once the account is erased, be it at this moment: nothing of it may come back.
    """
    db.writing(session)
    ledger.hold(session, learner.id)
    session.refresh(learner)
    if learner.erased is not None:
        session.rollback()
        return False
    target = Target(learner_id=learner.id, system=system, amount=format(amount, "f"), begins=begins, until=until)
    store.aim(session, target)
    session.commit()
    return True


def give_up(session: Session, learner: Learner, system: str) -> None:
    """Forget what a learner meant to have of a credit system; nothing where there is no such target."""
    db.writing(session)
    store.drop_target(session, learner.id, system)
    session.commit()
