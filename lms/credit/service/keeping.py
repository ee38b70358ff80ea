"""What is kept of a learner in the tables of credit: told to themselves, and forgotten with their account."""

from sqlalchemy.orm import Session

from lms.credit import store
from lms.ledger import store as ledger
from lms.people.store import Learner


def forget(session: Session, learner: Learner) -> None:
    """Forget what a learner wrote and aimed at; for `changing.erase`."""
    # Whoever writes for them at this moment waits, and then sees that the account is erased.
    ledger.hold(session, learner.id)
    store.forget(session, learner.id)


def own_data(session: Session, learner: Learner) -> dict[str, object]:
    """What a learner aims at, asked for and said, for themselves; for `changing.own_data`.

    What they said in an anonymous form is not in it: nobody can tell which it is.
    """
    return {
        "targets": [
            {
                "system": one.system,
                "amount": one.amount,
                "from": one.begins.isoformat(),
                "until": one.until.isoformat(),
            }
            for one in store.targets(session, learner.id)
        ],
        "evaluated": [
            {"activity": one.activity, "edition": one.edition, "completion": one.completion}
            for one in store.evaluations(session, learner.id)
        ],
        "opinions": [
            {"activity": one.activity, "edition": one.edition, "month": one.period, "answers": one.answers}
            for one in store.own_opinions(session, learner.id)
        ],
        "teaching": [
            {
                "activity": one.activity,
                "edition": one.edition,
                "system": one.system,
                "claimed": one.claimed,
                "reflection": one.reflection,
                "asked": one.asked.isoformat(),
                "decided": one.decided.isoformat() if one.decided else None,
                "approved": one.approved,
                "answer": one.answer,
            }
            for one in store.taught(session, learner.id)
        ],
    }
