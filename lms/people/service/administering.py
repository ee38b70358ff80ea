"""Accounts changed by administrators."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from lms import db
from lms.people import models, store
from lms.people.models import Role
from lms.people.service.refusals import Refused
from lms.people.store import Learner


def set_roles(session: Session, learner: Learner, roles: Sequence[Role]) -> None:
    """Raises Refused when nobody would be left who may do everything."""
    db.writing(session)
    session.refresh(learner)
    verify_one_left(session, learner, "administrator" in roles)
    learner.roles = ordered(roles)
    session.commit()


def deactivate(session: Session, learner: Learner, now: datetime) -> None:
    """Close an account and sign it out everywhere; nothing of it is lost. Raises Refused for the last administrator."""
    db.writing(session)
    session.refresh(learner)
    verify_one_left(session, learner, False)
    learner.closed = learner.closed or now
    store.end_all(session, learner)
    session.commit()


def reactivate(session: Session, learner: Learner) -> None:
    """Open a closed account again; its owner signs in anew."""
    db.writing(session)
    learner.closed = None
    session.commit()


def verify_one_left(session: Session, learner: Learner, stays: bool) -> None:
    """Raise Refused when nobody but this learner may do everything, unless it `stays` so."""
    others = [one for one in store.administrators(session) if one.id != learner.id]
    if learner.has("administrator") and not stays and not others:
        session.rollback()
        raise Refused("last administrator")


def ordered(roles: Sequence[Role]) -> list[Role]:
    return [role for role in models.ROLES if role in roles or role == "learner"]
