"""The tables of people, and what is asked of them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any
from uuid import uuid4

from sqlalchemy import JSON, ForeignKey, String, bindparam, cast, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms.db import Base, Glance, Moment, Ready
from lms.people.models import Profile, Role
from lms.text.problems import nearest


class Learner(Base):
    """A person with an account. One that was erased keeps its id alone: the ledger knows nothing else of anybody."""

    __tablename__ = "learner"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=lambda: uuid4().hex)
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    password: Mapped[str | None] = mapped_column(String(200))
    """An argon2id hash."""
    name: Mapped[str] = mapped_column(String(200), default="")
    profession: Mapped[str] = mapped_column(String(60), default="")
    licences: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    language: Mapped[str] = mapped_column(String(35), default="en")
    zone: Mapped[str] = mapped_column(String(64), default="UTC")
    roles: Mapped[list[Role]] = mapped_column(JSON, default=lambda: ["learner"])
    group: Mapped[str] = mapped_column("cohort", String(100), default="", index=True)
    """A cohort that coordinators look at together."""
    opened: Mapped[datetime] = mapped_column(Moment)
    closed: Mapped[datetime | None] = mapped_column(Moment)
    """When it was deactivated; None while it is active."""
    erased: Mapped[datetime | None] = mapped_column(Moment)

    @property
    def active(self) -> bool:
        return self.closed is None and self.erased is None

    def has(self, role: Role) -> bool:
        """Whether they may do what this role may; administrators may do everything."""
        return self.active and (role in self.roles or "administrator" in self.roles)

    @property
    def profile(self) -> Profile:
        return Profile(
            name=self.name,
            profession=self.profession,
            licences=self.licences,
            language=self.language,
            zone=self.zone,
        )


class SignIn(Base):
    """One browser that a learner is signed in with. The browser has a token; here is only its digest."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    before: Mapped[str | None] = mapped_column(String(64), unique=True)
    """The key before this one: requests on their way at the change still bring it."""
    turned: Mapped[datetime] = mapped_column(Moment)
    """When the key changed last."""
    seen: Mapped[bool] = mapped_column(default=True)
    """Whether the browser has come with this key: the answer that brought it may have been lost on its way."""
    learner_id: Mapped[str] = mapped_column(ForeignKey("learner.id", ondelete="CASCADE"), index=True)
    since: Mapped[datetime] = mapped_column(Moment)
    until: Mapped[datetime] = mapped_column(Moment)
    browser: Mapped[str] = mapped_column(String(200), default="")


class Ticket(Base):
    """A link in a letter that lets its holder do one thing, once, for a while."""

    __tablename__ = "ticket"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    """`welcome`, `reset` or `email`."""
    learner_id: Mapped[str | None] = mapped_column(ForeignKey("learner.id", ondelete="CASCADE"), index=True)
    email: Mapped[str] = mapped_column(String(254), default="", index=True)
    given: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)
    """Of an invitation: name, roles and group."""
    until: Mapped[datetime] = mapped_column(Moment)


class Failure(Base):
    """How often something was tried in vain: a password for an address, from a place."""

    __tablename__ = "failure"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    last: Mapped[datetime] = mapped_column(Moment, index=True)


def digest(secret: str) -> str:
    """What is kept of a secret that somebody else holds."""
    return sha256(secret.encode(errors="replace")).hexdigest()


def by_email(session: Session, email: str) -> Learner | None:
    return session.scalar(select(Learner).where(Learner.email == email))


def known(session: Session, emails: Sequence[str]) -> set[str]:
    """Those of these addresses that have an account."""
    found = (session.scalars(select(Learner.email).where(Learner.email.in_(some))) for some in _chunks(emails))
    return {email for some in found for email in some if email}


def like(session: Session, email: str) -> str | None:
    """The address with an account that is most like this one, if any is."""
    local, _, domain = email.rpartition("@")
    close = or_(
        Learner.email.startswith(local[:2], autoescape=True), Learner.email.endswith(f"@{domain}", autoescape=True)
    )
    found = session.scalars(select(Learner.email).where(close).order_by(Learner.email).limit(5_000))
    return nearest(email, [one for one in found if one], 0.75)


def by_id(session: Session, id: str) -> Learner | None:
    return session.get(Learner, id)


def count(session: Session) -> int:
    """How many accounts there are, erased ones left out."""
    return session.scalar(select(func.count()).select_from(Learner).where(Learner.erased.is_(None))) or 0


def administrators(session: Session) -> Sequence[Learner]:
    """Everybody who may do everything, and is active; where that is to be written about, nobody else writes then."""
    query = select(Learner).where(Learner.closed.is_(None), Learner.erased.is_(None))
    # Not only of those in Python: there may be many learners, and of two who leave at once one has to wait.
    query = query.where(cast(Learner.roles, String).like('%"administrator"%')).order_by(Learner.id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).all()


def everybody(session: Session, words: str = "", after: str = "", most: int = 100) -> Sequence[Learner]:
    """Accounts by e-mail address, from the one past `after` on; those that have `words` in their name or address."""
    query = select(Learner).where(Learner.erased.is_(None), Learner.email > after).order_by(Learner.email).limit(most)
    if words:
        # SQLite knows capital and small letters of ASCII alone: as it is typed a name is found in any case.
        typed = words.replace("\0", "")
        query = query.where(
            or_(
                Learner.email.contains(typed.lower(), autoescape=True),
                Learner.name.contains(typed, autoescape=True),
                func.lower(Learner.name).contains(typed.lower(), autoescape=True),
            )
        )
    return session.scalars(query).all()


# -- Signed in ------------------------------------------------------------------------------------------------------


def begin(session: Session, learner: Learner, now: datetime, until: datetime, browser: str) -> str:
    """Sign a browser in; returns its token, which is written down nowhere else."""
    token = token_urlsafe(32)
    session.add(
        SignIn(
            key=digest(token), learner_id=learner.id, since=now, turned=now, until=until, browser=_printable(browser)
        )
    )
    return token


def signed_in(session: Session, token: str, now: datetime) -> tuple[Learner, SignIn] | None:
    """Whose browser this is, in one query; None when the token is unknown or too old, or the account is closed."""
    key = digest(token)
    query = (
        select(Learner, SignIn)
        .join(SignIn, SignIn.learner_id == Learner.id)
        .where(or_(SignIn.key == key, SignIn.before == key), SignIn.until > now)
        .where(Learner.closed.is_(None), Learner.erased.is_(None))
    )
    row = session.execute(query).first()
    return (row[0], row[1]) if row else None


def glance(session: Session | Glance, key: str, now: datetime) -> Any:
    """Whose browser has this very key, as one bare row; None as in `signed_in`, and for a key of before."""
    return next(iter(_GLANCE.rows(session, key=key, now=now)), None)


_L, _S = Learner.__table__.c, SignIn.__table__.c
_GLANCE = Ready(
    select(_L.id, _L.name, _L.roles, _L.zone, _S.id.label("sign"), _S.turned, _S.seen)
    .select_from(Learner.__table__.join(SignIn.__table__, _S.learner_id == _L.id))
    .where(_S.key == bindparam("key"), _S.until > bindparam("now", type_=Moment))
    .where(_L.closed.is_(None), _L.erased.is_(None))
)


def sign_ins(session: Session, learner: Learner, now: datetime) -> Sequence[SignIn]:
    query = select(SignIn).where(SignIn.learner_id == learner.id, SignIn.until > now).order_by(SignIn.since.desc())
    return session.scalars(query).all()


def held(session: Session, sign: SignIn) -> SignIn | None:
    """The sign-in as it stands now, for nobody else to change meanwhile; None when it has ended."""
    query = select(SignIn).where(SignIn.id == sign.id).with_for_update()
    return session.scalar(query.execution_options(populate_existing=True))


def end(session: Session, token: str) -> None:
    key = digest(token)
    session.execute(delete(SignIn).where(or_(SignIn.key == key, SignIn.before == key)))


def end_all(session: Session, learner: Learner, but: int | None = None) -> None:
    """Sign a learner out everywhere, but for the browser with the sign-in of this id."""
    session.execute(delete(SignIn).where(SignIn.learner_id == learner.id, SignIn.id != (but or 0)))


# -- Tickets --------------------------------------------------------------------------------------------------------


def issue(session: Session, kind: str, until: datetime, **about: object) -> str:
    """A new ticket; returns what its link has in it."""
    token = token_urlsafe(24)
    session.add(Ticket(key=digest(token), kind=kind, until=until, **about))
    return token


def ticket(session: Session, kind: str, token: str, now: datetime) -> Ticket | None:
    """The ticket of this kind that a link brings, while it is good."""
    return session.scalar(select(Ticket).where(Ticket.key == digest(token), Ticket.kind == kind, Ticket.until > now))


def spend(session: Session, ticket: Ticket) -> bool:
    """Use a ticket up; False when somebody was quicker."""
    return bool(session.execute(delete(Ticket).where(Ticket.key == ticket.key)).rowcount)  # type: ignore[attr-defined]


def tickets_of(session: Session, kind: str, email: str, now: datetime) -> int:
    """How many good tickets of a kind an address has been sent."""
    query = select(func.count()).select_from(Ticket)
    return session.scalar(query.where(Ticket.kind == kind, Ticket.email == email, Ticket.until > now)) or 0


def drop_tickets(session: Session, learner: Learner) -> None:
    session.execute(delete(Ticket).where(Ticket.learner_id == learner.id))


def drop_tickets_for(session: Session, emails: Sequence[str], *kinds: str) -> None:
    """Make links void that were sent to these addresses: those of some kinds, or all."""
    for some in _chunks(emails):
        query = delete(Ticket).where(Ticket.email.in_(some))
        session.execute(query.where(Ticket.kind.in_(kinds)) if kinds else query)


def invitations(session: Session, given: Mapping[str, Mapping[str, object]], until: datetime) -> dict[str, str]:
    """New welcome tickets, each for an address and with what is given to it; returns their tokens by address."""
    tokens = {email: token_urlsafe(24) for email in given}
    rows = [
        {"key": digest(token), "kind": "welcome", "email": email, "given": given[email], "until": until}
        for email, token in tokens.items()
    ]
    if rows:
        session.execute(insert(Ticket), rows)
    return tokens


def keep_newest(session: Session, kind: str, email: str, most: int) -> None:
    """Make all but the newest tickets of a kind for an address void."""
    query = select(Ticket.key).where(Ticket.kind == kind, Ticket.email == email).order_by(Ticket.until.desc())
    session.execute(delete(Ticket).where(Ticket.key.in_(session.scalars(query.offset(most)).all())))


def spend_all(session: Session, kind: str, email: str) -> bool:
    """Use up all tickets of a kind for an address at once; False when somebody was quicker."""
    query = delete(Ticket).where(Ticket.kind == kind, Ticket.email == email)
    return bool(session.execute(query).rowcount)  # type: ignore[attr-defined]


# -- Failures -------------------------------------------------------------------------------------------------------


def failures(session: Session, keys: Sequence[str]) -> dict[str, Failure]:
    found = session.scalars(select(Failure).where(Failure.key.in_(keys)))
    return {failure.key: failure for failure in found}


def fail(session: Session, key: str, now: datetime) -> None:
    """Count one more failure; two at once are both counted."""
    counted = update(Failure).where(Failure.key == key).values(count=Failure.count + 1, last=now)
    if session.execute(counted).rowcount:  # type: ignore[attr-defined]
        return
    try:
        with session.begin_nested():
            session.add(Failure(key=key, count=1, last=now))
    except IntegrityError:
        session.execute(counted)


def forgive(session: Session, keys: Sequence[str]) -> None:
    session.execute(delete(Failure).where(Failure.key.in_(keys)))


def sweep(session: Session, now: datetime, failures_before: datetime) -> None:
    """Forget what is over: old sign-ins, tickets and failures."""
    session.execute(delete(SignIn).where(SignIn.until <= now))
    session.execute(delete(Ticket).where(Ticket.until <= now))
    session.execute(delete(Failure).where(Failure.last <= failures_before))


def _chunks(things: Sequence[str], size: int = 5_000) -> Iterator[Sequence[str]]:
    """What one statement may be asked about: databases bound how much."""
    return (things[at : at + size] for at in range(0, len(things), size))


def _printable(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable())[:200]
