"""The tables of credit: what was shown before an activity began, evaluations, teaching, targets."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms.db import Base, Moment
from lms.people.store import Learner


class FrontShown(Base):
    """What was said before an activity started, as somebody was shown it: kept once, by its digest."""

    __tablename__ = "front"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    said: Mapped[str] = mapped_column(Text)
    """JSON of a `credit.models.Front`."""


class Evaluated(Base):
    """That a learner has filled in the evaluation form of a completion; not what they said."""

    __tablename__ = "evaluated"

    learner_id: Mapped[str] = mapped_column(ForeignKey("learner.id"), primary_key=True)
    completion: Mapped[str] = mapped_column(String(64), primary_key=True)
    """The id of the ledger's entry."""
    activity: Mapped[str] = mapped_column(String(300))
    edition: Mapped[int]


class Opinion(Base):
    """What somebody said in an evaluation form. Nothing tells in which order rows came, or else whose they are."""

    __tablename__ = "opinion"
    __table_args__ = (Index("ix_opinion_activity", "activity", "edition"), {"sqlite_with_rowid": False})

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    """Random."""
    activity: Mapped[str] = mapped_column(String(300))
    edition: Mapped[int]
    period: Mapped[str] = mapped_column(String(7))
    """The month, such as 2026-11."""
    form: Mapped[str] = mapped_column(Text)
    """JSON of the `credit.models.Evaluation` that was answered."""
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    """By the id of the question: the choice's text, a list of them, or words."""
    learner_id: Mapped[str | None] = mapped_column(ForeignKey("learner.id"))
    """None where the form says that it is anonymous."""
    told: Mapped[bool] = mapped_column(default=True)
    """Whether it is in sums; an anonymous one is not until there are enough to be told at once."""


class Teaching(Base):
    """Credit that a mentor or speaker asks for what they learned from teaching."""

    __tablename__ = "teaching"
    __table_args__ = (UniqueConstraint("learner_id", "activity", "edition"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    learner_id: Mapped[str] = mapped_column(ForeignKey("learner.id"), index=True)
    activity: Mapped[str] = mapped_column(String(300))
    edition: Mapped[int]
    system: Mapped[str] = mapped_column(String(20))
    claimed: Mapped[str] = mapped_column(String(20))
    """Units, as a decimal number."""
    reflection: Mapped[str] = mapped_column(Text)
    asked: Mapped[datetime] = mapped_column(Moment)
    decided: Mapped[datetime | None] = mapped_column(Moment, index=True)
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("learner.id"))
    approved: Mapped[bool | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    """What the coordinator wrote back."""


class Target(Base):
    """How much credit a learner means to have, and by when."""

    __tablename__ = "target"

    learner_id: Mapped[str] = mapped_column(ForeignKey("learner.id"), primary_key=True)
    system: Mapped[str] = mapped_column(String(20), primary_key=True)
    amount: Mapped[str] = mapped_column(String(20))
    begins: Mapped[date]
    until: Mapped[date]


# -- What was shown -------------------------------------------------------------------------------------------------


def keep_front(session: Session, digest: str, said: str) -> None:
    """Keep what was said before an activity started, where it is not kept yet; two at once keep it once."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(insert(FrontShown).values(digest=digest, said=said).on_conflict_do_nothing())


def front(session: Session, digest: str) -> str | None:
    return session.scalar(select(FrontShown.said).where(FrontShown.digest == digest))


# -- Evaluations ----------------------------------------------------------------------------------------------------


def evaluated(session: Session, learner: str, completion: str) -> bool:
    return session.get(Evaluated, (learner, completion)) is not None


def evaluations(session: Session, learner: str) -> Sequence[Evaluated]:
    """What a learner has filled in evaluation forms about."""
    return session.scalars(select(Evaluated).where(Evaluated.learner_id == learner)).all()


def own_opinions(session: Session, learner: str) -> Sequence[Opinion]:
    """What a learner said in forms that are kept with their name."""
    return session.scalars(select(Opinion).where(Opinion.learner_id == learner).order_by(Opinion.id)).all()


def opinions(session: Session, activity: str) -> list[Opinion]:
    """All that was said of an activity, in an order that tells nothing."""
    query = select(Opinion).where(Opinion.activity == activity).order_by(Opinion.id)
    return list(session.scalars(query))


def tell(session: Session, activity: str, edition: int, least: int) -> None:
    """Let the forms of an edition that are held back into the sums, once there are enough of them."""
    waiting = (Opinion.activity == activity, Opinion.edition == edition, Opinion.told.is_(False))
    if (session.scalar(select(func.count()).select_from(Opinion).where(*waiting)) or 0) >= least:
        # All are written anew at once: the order in which a database laid them down is gone too.
        session.execute(update(Opinion).where(*waiting).values(told=True))


def about(session: Session) -> list[tuple[str, int]]:
    """Activities that opinions are about, with their number."""
    query = select(Opinion.activity, func.count()).group_by(Opinion.activity).order_by(Opinion.activity)
    return [(row[0], row[1]) for row in session.execute(query)]


# -- Teaching -------------------------------------------------------------------------------------------------------


def teaching(session: Session, learner: str, activity: str, edition: int) -> Teaching | None:
    query = select(Teaching).where(Teaching.learner_id == learner, Teaching.activity == activity)
    return session.scalar(query.where(Teaching.edition == edition))


def taught(session: Session, learner: str) -> list[Teaching]:
    """What a learner asked for, the newest first."""
    query = select(Teaching).where(Teaching.learner_id == learner).order_by(Teaching.asked.desc())
    return list(session.scalars(query))


def requests(session: Session, decided: bool, most: int = 200) -> list[tuple[Teaching, Learner]]:
    """What is asked for, and by whom: undecided, the oldest first; or decided, the last one first."""
    query = select(Teaching, Learner).join(Learner, Learner.id == Teaching.learner_id)
    if decided:
        query = query.where(Teaching.decided.is_not(None)).order_by(Teaching.decided.desc(), Teaching.id)
    else:
        query = query.where(Teaching.decided.is_(None)).order_by(Teaching.asked, Teaching.id)
    return [(row[0], row[1]) for row in session.execute(query.limit(most))]


def request(session: Session, id: str) -> tuple[Teaching, Learner] | None:
    """A request, and who asks."""
    row = session.execute(
        select(Teaching, Learner).join(Learner, Learner.id == Teaching.learner_id).where(Teaching.id == id)
    ).first()
    return (row[0], row[1]) if row else None


def waiting_count(session: Session) -> int:
    """How many requests are not decided."""
    return session.scalar(select(func.count()).select_from(Teaching).where(Teaching.decided.is_(None))) or 0


def held(session: Session, id: str) -> Teaching | None:
    """A request as it stands now, for nobody else to change meanwhile."""
    query = select(Teaching).where(Teaching.id == id).with_for_update()
    return session.scalar(query.execution_options(populate_existing=True))


# -- Targets --------------------------------------------------------------------------------------------------------


def targets(session: Session, learner: str) -> list[Target]:
    query = select(Target).where(Target.learner_id == learner).order_by(Target.system)
    return list(session.scalars(query))


def aim(session: Session, target: Target) -> None:
    """Write a target down, in the place of the one of the same system; of two at once the last one stays."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    said = {"amount": target.amount, "begins": target.begins, "until": target.until}
    made = insert(Target).values(learner_id=target.learner_id, system=target.system, **said)
    session.execute(made.on_conflict_do_update(index_elements=["learner_id", "system"], set_=said))


def drop_target(session: Session, learner: str, system: str) -> None:
    session.execute(delete(Target).where(Target.learner_id == learner, Target.system == system))


# -- Forgotten ------------------------------------------------------------------------------------------------------


def forget(session: Session, learner: str) -> None:
    """Forget what a learner wrote and meant to do; what they said in forms with their name stays without it."""
    session.execute(delete(Target).where(Target.learner_id == learner))
    session.execute(update(Opinion).where(Opinion.learner_id == learner).values(learner_id=None))
    session.execute(update(Teaching).where(Teaching.learner_id == learner).values(reflection="", answer=""))
