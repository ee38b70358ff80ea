"""Accounts opened: by signing up, by invitation, or as the first administrator."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms import db
from lms.library.models import Admission
from lms.people import models, store
from lms.people.models import Profile, Role
from lms.people.roster import Invited
from lms.people.service.administering import ordered
from lms.people.service.passwords import HASHER, count_asking, may_be_reminded
from lms.people.service.refusals import INVITED, MOST_LETTERS, WELCOME, Letter, Refused
from lms.people.store import Learner, Ticket

#: The address on tickets for whoever sets this Spoke up.
NOBODY = ""


def sign_up(
    session: Session, admission: Admission, email: str, language: str, now: datetime, place: str = ""
) -> Letter | None:
    """Begin an account: a letter with a link to where name and password are chosen.

    The password is chosen behind the link, so that nobody can lay out an account for another's address. Raises
    ValueError for what is no address, Refused where one may not sign up with it, and Paused where `place`, from which
    the request comes, has asked for too many letters.
    """
    email = models.email(email)
    if not admission.allows(email):
        raise Refused("not admitted")
    db.writing(session)
    count_asking(session, place, now)
    known = store.by_email(session, email)
    if known is not None:
        told = known.active and may_be_reminded(session, email, now)
        letter = Letter("known", email, known.language, name=known.name) if told else None
    elif store.tickets_of(session, "welcome", email, now) >= MOST_LETTERS:
        letter = None
    else:
        letter = Letter("welcome", email, language, store.issue(session, "welcome", now + WELCOME, email=email))
    session.commit()
    return letter


def invite(
    session: Session,
    email: str,
    now: datetime,
    *,
    name: str = "",
    roles: Sequence[Role] = ("learner",),
    group: str = "",
) -> Letter | None:
    """A letter that invites somebody, whoever may sign up; None when they have an account already.

    Raises ValueError for what is no address, or no name.
    """
    name = models.name(name) if name.strip() else ""
    group = " ".join(group.replace("\0", " ").split())[:100]
    letters = invite_all(session, [Invited(models.email(email), name, tuple(roles), group)], now)
    return letters[0] if letters else None


def invite_all(session: Session, people: Sequence[Invited], now: datetime) -> list[Letter]:
    """The letters that invite these people, all or none of them; nobody who has an account already is invited.

    Whoever was invited before is invited anew: the links of before are void.
    """
    db.writing(session)
    known = store.known(session, [one.email for one in people])
    fresh = {one.email: one for one in people if one.email not in known}
    store.drop_tickets_for(session, list(fresh), "welcome")
    given = {one.email: {"name": one.name, "roles": ordered(one.roles), "group": one.group} for one in fresh.values()}
    tokens = store.invitations(session, given, now + INVITED)
    session.commit()
    return [Letter("invitation", email, "", token, fresh[email].name) for email, token in tokens.items()]


def first_administrator(session: Session, now: datetime) -> str | None:
    """The link's token for whoever sets this Spoke up; None when there is an administrator.

    The links of a few starts before are good as well, until one of them is used.
    """
    db.writing(session)
    if store.administrators(session):
        session.commit()
        return None
    given = {"name": "", "roles": ["learner", "administrator"], "group": ""}
    store.keep_newest(session, "welcome", NOBODY, MOST_LETTERS - 1)
    token = store.issue(session, "welcome", now + INVITED, email=NOBODY, given=given)
    session.commit()
    return token


def open_account(
    session: Session, token: str, profile: Profile, password: str, now: datetime, email: str = ""
) -> Learner:
    """Open the account that a welcome link is for; `email` counts where the link has none of its own.

    Raises Refused for a link that is used or too old, or an address that has an account by now.
    """
    hashed = HASHER.hash(models.password(password))
    db.writing(session)
    ticket = store.ticket(session, "welcome", token, now)
    if ticket is None or not _spend(session, ticket):
        session.rollback()
        raise Refused("used")
    learner = Learner(
        email=ticket.email or models.email(email),
        password=hashed,
        opened=now,
        roles=ticket.given.get("roles", ["learner"]),
        group=ticket.given.get("group", ""),
        **profile.model_dump(),
    )
    session.add(learner)
    try:
        session.commit()
    except IntegrityError:
        session.rollback()
        raise Refused("known") from None
    return learner


def _spend(session: Session, ticket: Ticket) -> bool:
    if ticket.email != NOBODY:
        return store.spend(session, ticket)
    # Of all links for the first administrator only one is ever used.
    return not store.administrators(session) and store.spend_all(session, "welcome", NOBODY)
