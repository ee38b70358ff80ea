"""The tables of credit: what was shown before an activity began, evaluations, teaching, targets."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, Moment


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
