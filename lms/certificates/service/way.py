"""The way from a credit activity to its certificate: where a learner is on it, and the steps that they take."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from lms import db
from lms.certificates.models.paper import Certificate
from lms.certificates.models.way import Completion, Step, Way
from lms.certificates.rules.periods import later, renewable
from lms.certificates.service import issuing
from lms.certificates.service.issuing import Issuer, Terms
from lms.certificates.store import papers
from lms.credit import store as credit
from lms.credit.models import Offer
from lms.credit.rules import claims, fronts
from lms.credit.rules.offers import offers
from lms.credit.rules.statements import statement
from lms.credit.rules.wording import word
from lms.ledger import store as ledger
from lms.ledger.models import Entry
from lms.library.release import Release
from lms.modules.models import Activity, Credit
from lms.people.store import Learner
from lms.progress.models.standing import Standing
from lms.progress.service import learning


class Refused(Exception):
    """A step that cannot be taken yet; `step` says which one is missing, or why."""

    def __init__(self, step: str) -> None:
        super().__init__(step)
        self.step = step


def way(session: Session, release: Release, learner: Learner, activity: Activity, now: datetime) -> Way:
    """How far a learner has come with an activity that offers credit."""
    file, today = release.credit(), now.date()
    standing = learning.standings(session, release, learner.id, [activity])[activity.url]
    entries = ledger.of(session, learner.id, [activity.url], ["began", "completed", "renewed", "attempted"])
    mine = papers.about(session, learner.id, activity.url, today)
    newest, renewing = _newest(learner.id, activity, entries, standing)
    certificate = papers.of_completion(session, learner.id, newest.id, today) if newest else None
    if newest and certificate and newest.edition < activity.edition:
        # That one is done with: this edition is taken anew.
        newest, certificate = None, None
    edition = newest.edition if newest else activity.edition
    front = fronts.front(activity, file, release.site, release.people(), today)
    began = [e.data["shown"] for e in reversed(entries) if e.verb == "began" and e.edition >= edition]
    # Who renews is to know what is said now.
    shown = next((one for one in began if not renewing or certificate or one == fronts.digest(front)), "")
    credited = activity if edition == activity.edition else _as_it_was(activity, entries, edition)
    found = offers(credited, file, learner.profession, today) if newest else ()
    evaluated = newest is not None and credit.evaluated(session, learner.id, newest.id)
    quiz = [part for part in standing.parts if part.kind in ("quiz", "test")]
    others = [part for part in standing.needed if part.kind not in ("quiz", "test")]
    whole = newest is not None
    steps = [Step("begin", bool(shown)), Step("complete", whole or renewing or all(part.done for part in others))]
    steps += [Step("pass", whole or (not renewing and all(part.done for part in quiz)))] if quiz else []
    steps += [Step("evaluate", evaluated or certificate is not None)]
    steps += [Step("claim", certificate is not None), Step("certificate", certificate is not None)]
    waiting = next((number for number, step in enumerate(steps) if not step.done), None)
    ends = certificate.snapshot.expires if certificate else None
    early = renewable(certificate.snapshot.completed.date(), ends) if certificate and ends else None
    return Way(
        steps=tuple(replace(step, next=number == waiting) for number, step in enumerate(steps)),
        front=front,
        shown=shown,
        completion=newest,
        offers=found,
        certificate=certificate,
        earlier=tuple(one for one in mine if certificate is None or one.snapshot.id != certificate.snapshot.id),
        expired=not activity.gives_credit(today),
        renews_from=early,
        renewing=renewing and certificate is None,
        may_renew=bool(early and today >= early and certificate and certificate.counts),
    )


def evaluate_as(session: Session, release: Release, learner: Learner, activity: Activity, now: datetime) -> Completion:
    """The completion that an evaluation is about, written down where it is not yet. Raises Refused."""
    found = way(session, release, learner, activity, now)
    if found.completion is None:
        raise Refused(found.next or "complete")
    db.writing(session)
    learning.note_completion(session, release, learner.id, activity.url, now)
    session.commit()
    return found.completion


def claim(
    session: Session,
    release: Release,
    learner: Learner,
    activity: Activity,
    system: str,
    amount: str,
    issuer: Issuer,
    now: datetime,
) -> Certificate:
    """The certificate for what a learner says they earned; the one that there is already where they have said it.

    Raises Refused, `issuing.Refused`, and `claims.NotClaimable` for an amount that is not one of the steps.
    """
    found = way(session, release, learner, activity, now)
    if found.certificate is not None:
        return found.certificate
    if found.completion is None or not found.shown or not found.done("evaluate"):
        raise Refused(found.next or "complete")
    if found.expired or not found.offers:
        raise Refused("expired")
    offer = next((one for one in found.offers if one.system == system), None)
    if offer is None:
        raise Refused("system")
    if any(code not in learner.licences for code in offer.requires):
        raise Refused("licences")
    claimed = claims.claimed(amount, offer)
    db.writing(session)
    learning.note_completion(session, release, learner.id, activity.url, now)
    session.commit()
    terms = terms_of(activity, found.completion, offer, claimed, learner, release, now, found.shown)
    before = next(iter(found.earlier), None)
    return issuing.issue(session, learner, replace(terms, renews=before.snapshot.id if before else ""), issuer, now)


def terms_of(
    activity: Activity,
    completion: Completion,
    offer: Offer,
    claimed: Decimal,
    learner: Learner,
    release: Release,
    now: datetime,
    shown: str = "",
    kind: Literal["completion", "teaching"] = "completion",
) -> Terms:
    """What a certificate says of an activity that was completed or taught; `shown` is the digest of its front."""
    file, people = release.credit(), release.people()
    front = fronts.front(activity, file, release.site, people, now.date())
    record, months = offer.accreditation, activity.valid_months
    medium = "teaching" if kind == "teaching" else front.medium
    return Terms(
        completion=completion.id,
        activity=activity.url,
        title=activity.title,
        lang=activity.lang,
        medium=medium,
        edition=completion.edition,
        revision=completion.revision,
        completed=completion.when,
        system=offer.system,
        system_name=offer.name,
        unit=offer.unit,
        units=offer.units,
        offered=offer.amount,
        claimed=claimed,
        kind=kind,
        profession=learner.profession,
        provider=record.provider if record else "",
        provider_number=record.number if record else "",
        provider_address=(record.address or "") if record else "",
        statement=statement(offer, claimed, activity.title, _in_words(kind, activity.lang)),
        objectives=activity.objectives,
        faculty=tuple(", ".join(filter(None, (one.name, one.credentials))) for one in front.faculty),
        shown=shown,
        expires=later(completion.when.astimezone(ZoneInfo(learner.zone)).date(), months) if months else None,
    )


def renew(session: Session, release: Release, learner: Learner, activity: Activity, now: datetime) -> None:
    """Begin the way to a certificate anew, once the one before nears its end: its quiz is to be passed again.

    Begun twice it is begun once. Raises Refused.
    """
    found = way(session, release, learner, activity, now)
    if found.certificate is None or not found.may_renew:
        raise Refused("early")
    db.writing(session)
    entry = Entry(
        id=learning.stable("renewed", learner.id, activity.url, found.certificate.snapshot.id),
        learner=learner.id,
        verb="renewed",
        activity=activity.url,
        edition=activity.edition,
        revision=release.id,
        happened=now,
        arrived=now,
        data={"renews": found.certificate.snapshot.id, "credit": _credit(activity)},
    )
    ledger.append(session, [entry])
    session.commit()


def _in_words(kind: Literal["completion", "teaching"], lang: str) -> str:
    """What a statement calls the medium: the words of accreditation, in the activity's language."""
    return word("teaching" if kind == "teaching" else "enduring", lang)


# -- Inside ---------------------------------------------------------------------------------------------------------


def _newest(
    learner_id: str, activity: Activity, entries: Sequence[Entry], standing: Standing
) -> tuple[Completion | None, bool]:
    """The completion that the way is about, the last one of the present edition or one before; whether it renews."""
    done = [entry for entry in entries if entry.verb in ("completed", "renewed")]
    last = max(done, key=lambda entry: (entry.edition, entry.verb == "renewed", entry.happened), default=None)
    if standing.complete and (last is None or last.edition < standing.edition) and standing.completed:
        # Complete since the content changed: the ledger hears of it with the next step.
        id = learning.stable("completed", learner_id, standing.url, standing.edition)
        return Completion(id, standing.edition, "", standing.completed), False
    if last is None:
        return None, False
    if last.verb == "completed":
        return Completion(last.id, last.edition, last.revision, last.happened), False
    passed = _passed_since(entries, activity, last.happened) if activity.quiz else last
    return (Completion(last.id, last.edition, last.revision, passed.happened) if passed else None), True


def _as_it_was(activity: Activity, entries: list[Entry], edition: int) -> Activity:
    """The activity with the credit that it offered when that edition was completed."""
    told: list[dict[str, Any]] = next(
        (e.data.get("credit", []) for e in reversed(entries) if e.verb != "began" and e.edition == edition), []
    )
    return activity.model_copy(update={"credit": tuple(Credit.model_validate(one) for one in told)})


def _credit(activity: Activity) -> list[dict[str, Any]]:
    return [one.model_dump(mode="json", exclude_none=True) for one in activity.credit]


def _passed_since(entries: Sequence[Entry], activity: Activity, since: datetime) -> Entry | None:
    """The first passed attempt since a moment."""
    kind = "post" if activity.kind == "course" else "quiz"
    return next(
        (
            entry
            for entry in entries
            if entry.verb == "attempted"
            and entry.edition >= activity.edition
            and entry.data.get("passed")
            and entry.data.get("kind") == kind
            and entry.happened >= since
        ),
        None,
    )
