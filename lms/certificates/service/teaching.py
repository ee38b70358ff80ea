"""Learning from teaching: asked for by who taught, approved by another, and certified as a completion is."""

from datetime import date, datetime
from typing import Literal

from sqlalchemy.orm import Session

from lms.certificates.models.paper import Certificate
from lms.certificates.models.way import Completion
from lms.certificates.service import issuing
from lms.certificates.service.issuing import Issuer, Terms
from lms.certificates.service.way import terms_of
from lms.credit import store
from lms.credit.models import Offer
from lms.credit.rules import claims
from lms.credit.rules.offers import offers
from lms.credit.service import teaching
from lms.credit.store import Teaching
from lms.library.release import Release
from lms.modules.models import Activity
from lms.people.store import Learner

#: How many times what learners are offered may be asked for by those who teach it: preparing takes longer than
#: learning. The number is Spoke's own, for the systems differ, and each coordinator holds what is asked for to theirs.
TIMES = 2


class Refused(Exception):
    """It cannot be asked for, or not be certified, and why."""

    def __init__(self, reason: Literal["who", "system", "licences", "offer", "gone"]) -> None:
        super().__init__(reason)
        self.reason = reason


def may_ask(learner: Learner) -> bool:
    """Whether they teach, as far as Spoke knows: accounts and people.yaml are not linked, so that the role tells."""
    return learner.has("mentor") or learner.has("coordinator")


def offered(release: Release, activity: Activity, profession: str, day: date) -> tuple[Offer, ...]:
    """What may be asked for on a day by somebody of a profession who teaches this activity."""
    found = offers(activity, release.credit(), profession, day)
    return tuple(one.model_copy(update={"amount": one.amount * TIMES}) for one in found)


def ask(
    session: Session,
    release: Release,
    learner: Learner,
    activity: Activity,
    system: str,
    amount: str,
    reflection: str,
    now: datetime,
) -> Teaching:
    """Ask for credit for what was learned by teaching.

    Raises Refused, `teaching.Refused`, and `claims.NotClaimable` for an amount that is not one of the steps.
    """
    if not may_ask(learner):
        raise Refused("who")
    offer = next(
        (one for one in offered(release, activity, learner.profession, now.date()) if one.system == system), None
    )
    if offer is None:
        raise Refused("system")
    if any(code not in learner.licences for code in offer.requires):
        raise Refused("licences")
    claimed = claims.claimed(amount, offer)
    return teaching.ask(session, learner, activity.url, activity.edition, system, claimed, reflection, now)


def approve(
    session: Session, release: Release, id: str, answer: str, by: Learner, issuer: Issuer, now: datetime
) -> Certificate | None:
    """Approve what is asked for, and certify it; None where there is no such request.

    Raises Refused and `teaching.Refused`, and nothing is approved; and `issuing.Refused` where it is approved and not
    certified: see `certify`.
    """
    found = store.request(session, id)
    if found is None:
        return None
    terms = _terms(release, *found, now)
    teaching.decide(session, id, True, answer, by, release.id, now)
    return issuing.issue(session, found[1], terms, issuer, now)


def decline(session: Session, release: Release, id: str, answer: str, by: Learner, now: datetime) -> Teaching | None:
    """Send a request back with words; None where there is none. Raises `teaching.Refused`."""
    return teaching.decide(session, id, False, answer, by, release.id, now)


def certify(session: Session, release: Release, id: str, issuer: Issuer, now: datetime) -> Certificate | None:
    """The certificate of an approved request: the one there is, or a new one where issuing failed after the approval.

    None where there is no such request, or it is not approved. Raises Refused and `issuing.Refused`.
    """
    found = store.request(session, id)
    if found is None or not found[0].approved:
        return None
    return issuing.issue(session, found[1], _terms(release, *found, found[0].decided or now), issuer, now)


def _terms(release: Release, asked: Teaching, learner: Learner, now: datetime) -> Terms:
    """What the certificate says, by what is offered on the day of the decision."""
    if learner.erased is not None:
        raise Refused("gone")
    activity = release.activity(asked.activity)
    there = offered(release, activity, learner.profession, now.date()) if activity is not None else ()
    offer = next((one for one in there if one.system == asked.system), None)
    if activity is None or offer is None:
        raise Refused("offer")
    try:
        claimed = claims.claimed(asked.claimed, offer)
    except claims.NotClaimable:
        raise Refused("offer") from None
    completion = Completion(asked.id, asked.edition, release.id, asked.asked)
    return terms_of(activity, completion, offer, claimed, learner, release, now, kind="teaching")
