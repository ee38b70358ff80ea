"""Accounts: opened, entered, left, changed and erased. Each verb is given the session and the time; no Flask here.

No answer tells whether an e-mail address has an account: who asks with an address is always told that a letter is
on its way, and the letter says which it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms import db
from lms.people import models, store
from lms.people.models import Admission, Profile, Role
from lms.people.store import Learner, SignIn, digest

#: How long a browser stays signed in, and after how long its key is changed.
SIGNED_IN, TURN, OVERLAP = timedelta(days=30), timedelta(days=1), timedelta(minutes=2)
#: How long links in letters are good.
WELCOME, INVITED, RESET = timedelta(days=1), timedelta(days=14), timedelta(hours=1)
#: Letters of one kind to one address while their links are good: more would be somebody's mischief.
MOST_LETTERS = 3
#: Failures without a pause: of an address from one place; of an address, or of a place, in all.
FREE, FREE_IN_ALL = 5, 50
LONGEST_PAUSE = timedelta(minutes=15)

#: https://cheatsheetseries.owasp.org: argon2id with 19 MiB, two passes and one lane is the least that is recommended.
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


class Refused(Exception):
    """It is not done; the message says why, in words for the person."""


class Paused(Refused):
    """Too many failures: nothing is tried for `wait`."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("paused")
        self.wait = wait


@dataclass(frozen=True)
class Letter:
    """What is to be written to somebody; the words of it are the post's."""

    kind: Literal["welcome", "invitation", "known", "reset", "email", "moved", "changed"]
    to: str
    language: str
    token: str = ""
    name: str = ""


# -- Opening --------------------------------------------------------------------------------------------------------


def sign_up(session: Session, admission: Admission, email: str, language: str, now: datetime) -> Letter | None:
    """Begin an account: a letter with a link to where name and password are chosen.

    The password is chosen behind the link, so that nobody can lay out an account for another's address. Raises
    ValueError for what is no address, and Refused where one may not sign up with it.
    """
    email = models.email(email)
    if not admission.allows(email):
        raise Refused("not admitted")
    db.writing(session)
    known = store.by_email(session, email)
    if known is not None:
        letter = Letter("known", email, known.language, name=known.name) if known.active else None
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
    """A letter that invites somebody, whoever may sign up; None when they have an account already."""
    email = models.email(email)
    given = {"name": models.name(name) if name.strip() else "", "roles": _ordered(roles), "group": group.strip()[:100]}
    db.writing(session)
    if store.by_email(session, email) is not None:
        session.commit()
        return None
    token = store.issue(session, "welcome", now + INVITED, email=email, given=given)
    session.commit()
    return Letter("invitation", email, "", token, given["name"])


def first_administrator(session: Session, now: datetime) -> str | None:
    """The link's token for whoever sets this Spoke up; None when there is an administrator."""
    db.writing(session)
    if store.administrators(session):
        session.commit()
        return None
    given = {"name": "", "roles": ["learner", "administrator"], "group": ""}
    token = store.issue(session, "welcome", now + INVITED, given=given)
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
    if ticket is None or not store.spend(session, ticket):
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


# -- In and out -----------------------------------------------------------------------------------------------------


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
    keys = _keys(email, place)
    _verify_no_pause(session, keys, now)
    learner = store.by_email(session, email) if email else None
    session.commit()  # the check of a password takes long: nobody is to wait for it
    fine = _is(password, learner.password if learner and learner.active else None)
    db.writing(session)
    if not fine or learner is None:
        for key in keys:
            store.fail(session, key, now)
        session.commit()
        raise Refused("wrong")
    if HASHER.check_needs_rehash(learner.password or ""):
        learner.password = HASHER.hash(password)
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
    if sign.key != digest(token) and now - sign.turned > OVERLAP:
        # An old key that comes late: somebody has a copy. Both have to sign in again.
        db.writing(session)
        store.end(session, token)
        session.commit()
        return None
    return learner, sign


def turned(session: Session, sign: SignIn, token: str, now: datetime) -> str:
    """The token that the browser shall have from now on: another one once a day."""
    if now - sign.turned < TURN or sign.key != digest(token):
        return token
    db.writing(session)
    session.refresh(sign)
    if now - sign.turned >= TURN:
        fresh = store.token_urlsafe(32)
        sign.before, sign.key, sign.turned, sign.until = sign.key, digest(fresh), now, now + SIGNED_IN
        token = fresh
    session.commit()
    return token


def sign_out(session: Session, token: str) -> None:
    db.writing(session)
    store.end(session, token)
    session.commit()


def sign_out_everywhere(session: Session, learner: Learner) -> None:
    db.writing(session)
    store.end_all(session, learner)
    session.commit()


# -- Changes --------------------------------------------------------------------------------------------------------


def forgot(session: Session, email: str, now: datetime) -> Letter | None:
    """A letter with a link to a new password, when the address has an account. Raises ValueError."""
    email = models.email(email)
    db.writing(session)
    learner = store.by_email(session, email)
    letter = None
    if learner is not None and learner.active and store.tickets_of(session, "reset", email, now) < MOST_LETTERS:
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
    _verify_password(session, learner, old, now)
    hashed = HASHER.hash(models.password(new))
    db.writing(session)
    learner.password = hashed
    store.end_all(session, learner, but=sign)
    store.drop_tickets(session, learner)
    session.commit()
    return Letter("changed", learner.email or "", learner.language, name=learner.name)


def change_email(session: Session, learner: Learner, password: str, email: str, now: datetime) -> Letter | None:
    """A letter to the new address, with the link that makes it the account's; None when it is another's."""
    email = models.email(email)
    _verify_password(session, learner, password, now)
    db.writing(session)
    letter = None
    if store.by_email(session, email) is None and store.tickets_of(session, "email", email, now) < MOST_LETTERS:
        token = store.issue(session, "email", now + WELCOME, email=email, learner_id=learner.id)
        letter = Letter("email", email, learner.language, token, learner.name)
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
    learner.email = ticket.email
    try:
        session.commit()
    except IntegrityError:
        session.rollback()
        raise Refused("known") from None
    return learner, letter


def change_profile(session: Session, learner: Learner, profile: Profile) -> None:
    db.writing(session)
    for field, value in profile.model_dump().items():
        setattr(learner, field, value)
    session.commit()


def erase(session: Session, learner: Learner, password: str, now: datetime) -> None:
    """Forget who the learner is, for ever. What the ledger has of them stays, under an id that leads to nobody.

    Raises Refused for a wrong password, and for the last administrator.
    """
    _verify_password(session, learner, password, now)
    db.writing(session)
    _verify_one_left(session, learner, False)
    store.end_all(session, learner)
    store.drop_tickets(session, learner)
    learner.email = learner.password = None
    learner.name = learner.profession = learner.group = ""
    learner.licences, learner.roles = {}, ["learner"]
    learner.language, learner.zone, learner.erased = "en", "UTC", now
    session.commit()


def own_data(session: Session, learner: Learner, now: datetime) -> dict[str, object]:
    """All that is kept of a learner's account, for themselves."""
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
    return dict(told)


# -- By administrators ----------------------------------------------------------------------------------------------


def set_roles(session: Session, learner: Learner, roles: Sequence[Role]) -> None:
    """Raises Refused when nobody would be left who may do everything."""
    db.writing(session)
    session.refresh(learner)
    _verify_one_left(session, learner, "administrator" in roles)
    learner.roles = _ordered(roles)
    session.commit()


def deactivate(session: Session, learner: Learner, now: datetime) -> None:
    """Close an account and sign it out everywhere; nothing of it is lost. Raises Refused for the last administrator."""
    db.writing(session)
    session.refresh(learner)
    _verify_one_left(session, learner, False)
    learner.closed = learner.closed or now
    store.end_all(session, learner)
    session.commit()


def reactivate(session: Session, learner: Learner) -> None:
    db.writing(session)
    learner.closed = None
    session.commit()


def _verify_one_left(session: Session, learner: Learner, stays: bool) -> None:
    others = [one for one in store.administrators(session) if one.id != learner.id]
    if learner.has("administrator") and not stays and not others:
        session.rollback()
        raise Refused("last administrator")


def _ordered(roles: Sequence[Role]) -> list[Role]:
    return [role for role in models.ROLES if role in roles or role == "learner"]


# -- Passwords ------------------------------------------------------------------------------------------------------


def _is(password: str, hashed: str | None) -> bool:
    """Whether it is the password; an unknown account takes as long as a known one."""
    try:
        HASHER.verify(hashed or _nobodys(), password[: models.LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return False
    return hashed is not None


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return HASHER.hash(store.token_urlsafe(32))


def _verify_password(session: Session, learner: Learner, password: str, now: datetime) -> None:
    keys = [digest(f"password {learner.id}")]
    _verify_no_pause(session, keys, now)
    session.commit()
    if not _is(password, learner.password):
        db.writing(session)
        store.fail(session, keys[0], now)
        session.commit()
        raise Refused("wrong")


def _keys(email: str, place: str) -> list[str]:
    """What failures are counted by: the address from this place, the address, the place."""
    return [digest(f"both {email} {place}"), digest(f"email {email}"), digest(f"place {place}")]


def _verify_no_pause(session: Session, keys: Sequence[str], now: datetime) -> None:
    known = store.failures(session, keys)
    for number, key in enumerate(keys):
        failure = known.get(key)
        if failure is None:
            continue
        over = failure.count - (FREE if number == 0 else FREE_IN_ALL)
        if over >= 0:
            pause = min(LONGEST_PAUSE, timedelta(seconds=2 ** min(over, 12)))
            if failure.last + pause > now:
                raise Paused(failure.last + pause - now)
