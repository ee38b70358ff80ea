"""Browsers signed in and out."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from lms import db
from lms.people import models, store
from lms.people.service.passwords import HASHER, is_password, keys_of, verify_no_pause
from lms.people.service.refusals import OVERLAP, SIGNED_IN, TURN, Refused
from lms.people.store import Learner, SignIn, digest


def sign_in(
    session: Session, email: str, password: str, place: str, browser: str, now: datetime
) -> tuple[Learner, str]:
    """The learner with this address and password, and the token of a new sign-in for their browser.

    `place` is where the request comes from. Raises Paused after too many failures, and Refused otherwise: which of
    address and password is wrong is not told, neither by words nor by how long it takes.
    """
    try:
        email = models.email(email)
    except ValueError:
        email = ""
    keys = keys_of(email, place)
    verify_no_pause(session, keys, now)
    learner = store.by_email(session, email) if email else None
    session.commit()  # the check of a password takes long: nobody is to wait for it
    hashed = learner.password if learner and learner.active else None
    fine = is_password(password, hashed)
    fresh = HASHER.hash(password) if fine and HASHER.check_needs_rehash(hashed or "") else hashed
    db.writing(session)
    if learner is not None:
        session.refresh(learner, with_for_update=True)
    # Meanwhile the account may have been closed, or have got another password.
    if not fine or learner is None or not learner.active or learner.password != hashed:
        for key in keys:
            store.fail(session, key, now)
        session.commit()
        raise Refused("wrong")
    learner.password = fresh
    store.forgive(session, keys[:1])
    token = store.begin(session, learner, now, now + SIGNED_IN, browser)
    store.sweep(session, now, now - timedelta(days=1))
    session.commit()
    return learner, token


def enter(session: Session, learner: Learner, browser: str, now: datetime) -> str:
    """The token of a new sign-in for somebody who has just shown who they are by a link."""
    db.writing(session)
    token = store.begin(session, learner, now, now + SIGNED_IN, browser)
    session.commit()
    return token


def signed_in(session: Session, token: str, now: datetime) -> tuple[Learner, SignIn] | None:
    """Whose browser this is; None when it is nobody's, or not any more."""
    found = store.signed_in(session, token, now)
    if found is None:
        return None
    learner, sign = found
    if sign.key != digest(token) and sign.seen and now - sign.turned > OVERLAP:
        # An old key that comes late: somebody has a copy. Both have to sign in again.
        db.writing(session)
        store.end(session, token)
        session.commit()
        return None
    return learner, sign


def recognised(session: Session | db.Glance, token: str, now: datetime) -> Any:
    """Id, name, roles and zone of whose browser this is, where there is nothing to be done about its key.

    So it is with nearly every request. None where `signed_in` and `turned` have to look.
    """
    found = store.glance(session, digest(token), now)
    return found if found is not None and found.seen and now - found.turned < TURN else None


def turned(session: Session, sign: SignIn, token: str, now: datetime) -> str:
    """The token that the browser shall have from now on: another one once a day.

    A bad line may lose the answer with it: who goes on with the old one, while nobody has come with the new one, is
    given another.
    """
    age, current = now - sign.turned, sign.key == digest(token)
    if (age < TURN and sign.seen) if current else age <= OVERLAP:
        return token
    db.writing(session)
    held = store.held(session, sign)
    if held is not None:
        age, current = now - held.turned, held.key == digest(token)
        held.seen = held.seen or current
        if age >= TURN if current else age > OVERLAP and not held.seen:
            fresh = store.token_urlsafe(32)
            held.before, held.key, held.seen = digest(token), digest(fresh), False
            held.turned, held.until = now, now + SIGNED_IN
            token = fresh
    session.commit()
    return token


def sign_out(session: Session, token: str) -> None:
    """End the sign-in of one browser."""
    db.writing(session)
    store.end(session, token)
    session.commit()


def sign_out_everywhere(session: Session, learner: Learner) -> None:
    """End the sign-in of every browser of a learner."""
    db.writing(session)
    store.end_all(session, learner)
    session.commit()
