"""Accounts changed by their owners: password, address, profile; taken along, and erased."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms import db
from lms.people import models, store
from lms.people.models import Profile
from lms.people.service.administering import verify_one_left
from lms.people.service.passwords import HASHER, begin_as, count_asking, verify_password
from lms.people.service.refusals import MOST_LETTERS, RESET, WELCOME, Letter, Refused
from lms.people.store import Learner, digest


def forgot(session: Session, email: str, now: datetime, place: str = "") -> Letter | None:
    """A letter with a link to a new password, when the address has an account. Raises ValueError.

    Raises Paused where `place`, from which the request comes, has asked for too many letters.
    """
    email = models.email(email)
    db.writing(session)
    count_asking(session, place, now)
    learner = store.by_email(session, email)
    letter = None
    few = store.tickets_of(session, "reset", email, now) < MOST_LETTERS
    if few and learner is not None and learner.active:
        token = store.issue(session, "reset", now + RESET, email=email, learner_id=learner.id)
        letter = Letter("reset", email, learner.language, token, learner.name)
    session.commit()
    return letter


def reset(session: Session, token: str, password: str, now: datetime) -> tuple[Learner, Letter]:
    """Set the password anew and sign out everywhere; a letter tells. Raises Refused for a link used or too old."""
    hashed = HASHER.hash(models.password(password))
    db.writing(session)
    ticket = store.ticket(session, "reset", token, now)
    learner = store.by_id(session, ticket.learner_id) if ticket and ticket.learner_id else None
    if ticket is None or learner is None or not learner.active or not store.spend(session, ticket):
        session.rollback()
        raise Refused("used")
    learner.password = hashed
    store.end_all(session, learner)
    store.drop_tickets(session, learner)
    session.commit()
    return learner, Letter("changed", learner.email or "", learner.language, name=learner.name)


def change_password(session: Session, learner: Learner, old: str, new: str, sign: int, now: datetime) -> Letter:
    """Another password; every other browser is signed out. Raises Refused when the old one is wrong, or Paused."""
    verify_password(session, learner, old, now)
    hashed = HASHER.hash(models.password(new))
    begin_as(session, learner)
    learner.password = hashed
    store.end_all(session, learner, but=sign)
    store.drop_tickets(session, learner)
    session.commit()
    return Letter("changed", learner.email or "", learner.language, name=learner.name)


def change_email(session: Session, learner: Learner, password: str, email: str, now: datetime) -> Letter | None:
    """A letter to the new address, with the link that makes it the account's; None when it is another's.

    It has nothing in it that the learner wrote, for it goes to whom they like. Raises Refused, and Paused where they
    have asked for very many.
    """
    email = models.email(email)
    verify_password(session, learner, password, now)
    begin_as(session, learner)
    count_asking(session, learner.id, now)
    letter = None
    if store.by_email(session, email) is None and store.tickets_of(session, "email", email, now) < MOST_LETTERS:
        token = store.issue(session, "email", now + WELCOME, email=email, learner_id=learner.id)
        letter = Letter("email", email, learner.language, token)
    session.commit()
    return letter


def confirm_email(session: Session, token: str, now: datetime) -> tuple[Learner, Letter]:
    """Make the new address the account's; a letter to the old one tells. Raises Refused."""
    db.writing(session)
    ticket = store.ticket(session, "email", token, now)
    learner = store.by_id(session, ticket.learner_id) if ticket and ticket.learner_id else None
    if ticket is None or learner is None or not learner.active or not store.spend(session, ticket):
        session.rollback()
        raise Refused("used")
    letter = Letter("moved", learner.email or "", learner.language, name=learner.name)
    # Whoever reads the letters of the old address has no say any more.
    store.drop_tickets(session, learner)
    learner.email = ticket.email
    try:
        session.commit()
    except IntegrityError:
        session.rollback()
        raise Refused("known") from None
    return learner, letter


def change_profile(session: Session, learner: Learner, profile: Profile) -> None:
    """What a learner says of themselves, said anew; nothing is said any more of an account that was erased."""
    db.writing(session)
    session.refresh(learner, with_for_update=True)
    for field, value in profile.model_dump().items() if learner.active else ():
        setattr(learner, field, value)
    session.commit()


def erase(
    session: Session,
    learner: Learner,
    password: str,
    now: datetime,
    also: Sequence[Callable[[Session, Learner], None]] = (),
) -> None:
    """Forget who the learner is, for ever. What the ledger has of them stays, under an id that leads to nobody.

    `also` are verbs of other rooms that forget what they keep of the learner, in the same transaction.
    Raises Refused for a wrong password, and for the last administrator.
    """
    verify_password(session, learner, password, now)
    hashed = learner.password
    db.writing(session)
    # Not held yet, for whoever is an administrator is held after those before them.
    session.refresh(learner)
    if learner.password != hashed:
        session.rollback()
        raise Refused("wrong")
    verify_one_left(session, learner, False)
    for forget in also:
        forget(session, learner)
    store.end_all(session, learner)
    store.drop_tickets(session, learner)
    store.drop_tickets_for(session, [learner.email or ""])
    store.forgive(session, [digest(f"email {learner.email}"), digest(f"password {learner.id}")])
    learner.email = learner.password = None
    learner.name = learner.profession = learner.group = ""
    learner.licences, learner.roles = {}, ["learner"]
    learner.language, learner.zone, learner.erased = "en", "UTC", now
    session.commit()


def own_data(
    session: Session,
    learner: Learner,
    now: datetime,
    also: Sequence[Callable[[Session, Learner], Mapping[str, object]]] = (),
) -> dict[str, object]:
    """All that is kept of a learner's account, for themselves; `also` tell what other rooms keep."""
    signs = [
        {"since": sign.since.isoformat(), "until": sign.until.isoformat(), "browser": sign.browser}
        for sign in store.sign_ins(session, learner, now)
    ]
    told: Mapping[str, object] = {
        "id": learner.id,
        "email": learner.email,
        **learner.profile.model_dump(),
        "roles": list(learner.roles),
        "group": learner.group,
        "opened": learner.opened.isoformat(),
        "signed_in": signs,
    }
    return dict(told) | {name: value for tell in also for name, value in tell(session, learner).items()}
