"""The tables of attempts: what is under way and what was said, what a question was answered, reflections."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import JSON, Double, ForeignKey, Index, String, Text, delete, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms.db import Base, Moment
from lms.people.store import Learner
from lms.progress.models.attempts import Kind, Past


class Attempt(Base):
    """One go at a quiz: its questions are its own from the beginning, whatever becomes of the content."""

    __tablename__ = "attempt"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    """It cannot be guessed, and is the id of the ledger's entry too."""
    learner_id: Mapped[str] = mapped_column(ForeignKey("learner.id"))
    activity: Mapped[str] = mapped_column(String(300))
    kind: Mapped[Kind] = mapped_column(String(10))
    edition: Mapped[int]
    revision: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(300))
    """The activity's title as it was."""
    lang: Mapped[str] = mapped_column(String(35))
    pass_mark: Mapped[int]
    credit: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    """What it offers, as it was at the beginning."""
    began: Mapped[datetime] = mapped_column(Moment)
    until: Mapped[datetime | None] = mapped_column(Moment)
    drawn: Mapped[str] = mapped_column(Text)
    """JSON of its questions in their order, right answers and all: it never leaves the server before the end."""
    answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    finished: Mapped[datetime | None] = mapped_column(Moment)
    score: Mapped[str] = mapped_column(Text, default="")
    """A fraction, such as 5/6."""
    passed: Mapped[bool] = mapped_column(default=False)
    late: Mapped[bool] = mapped_column(default=False)
    """Whether time ran out before it was handed in."""


#: Of whatever is done at once, one attempt comes.
Index(
    "ix_attempt_open",
    Attempt.learner_id,
    Attempt.activity,
    Attempt.kind,
    unique=True,
    sqlite_where=Attempt.finished.is_(None),
    postgresql_where=Attempt.finished.is_(None),
)
Index("ix_attempt_learner_activity", Attempt.learner_id, Attempt.activity)
#: For those who look at the first attempts of many.
Index(
    "ix_attempt_activity",
    Attempt.activity,
    Attempt.edition,
    Attempt.kind,
    Attempt.learner_id,
    Attempt.finished,
    Attempt.id,
)
#: For those whose time is over.
Index(
    "ix_attempt_until",
    Attempt.until,
    sqlite_where=Attempt.finished.is_(None),
    postgresql_where=Attempt.finished.is_(None),
)


class Response(Base):
    """What one marked question of a finished attempt was answered, for whoever looks at how questions do."""

    __tablename__ = "response"
    __table_args__ = (Index("ix_response_question", "activity", "edition", "question"),)

    attempt_id: Mapped[str] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    question: Mapped[str] = mapped_column(String(100), primary_key=True)
    learner_id: Mapped[str] = mapped_column(ForeignKey("learner.id"), index=True)
    activity: Mapped[str] = mapped_column(String(300))
    edition: Mapped[int]
    kind: Mapped[Kind] = mapped_column(String(10))
    asked: Mapped[str] = mapped_column(String(10))
    """The kind of the question."""
    score: Mapped[float] = mapped_column(Double)
    total: Mapped[float] = mapped_column(Double)
    """The score of the whole attempt."""
    answer: Mapped[str] = mapped_column(Text)
    """Keys of choices, sorted; the beginning of what was typed; JSON of places or pairs."""
    finished: Mapped[datetime] = mapped_column(Moment)


class ReflectionText(Base):
    """What a learner wrote for themselves: here alone, for the ledger forgets nothing."""

    __tablename__ = "reflection"

    attempt_id: Mapped[str] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    question: Mapped[str] = mapped_column(String(100), primary_key=True)
    learner_id: Mapped[str] = mapped_column(ForeignKey("learner.id"), index=True)
    text: Mapped[str] = mapped_column(Text)


# -- Asked ----------------------------------------------------------------------------------------------------------


def attempt(session: Session, learner: str, id: str) -> Attempt | None:
    """The learner's attempt of this id; another's is none."""
    return session.scalar(select(Attempt).where(Attempt.id == id, Attempt.learner_id == learner))


def held(session: Session, learner: str, id: str) -> Attempt | None:
    """The attempt as it stands now, for nobody else to change meanwhile."""
    query = select(Attempt).where(Attempt.id == id, Attempt.learner_id == learner).with_for_update()
    return session.scalar(query.execution_options(populate_existing=True))


def begun(session: Session, learner: str, activity: str, kind: Kind) -> Attempt | None:
    """The open attempt of a learner at an activity."""
    query = select(Attempt).where(Attempt.learner_id == learner, Attempt.activity == activity)
    return session.scalar(query.where(Attempt.kind == kind, Attempt.finished.is_(None)))


def past(session: Session, learner: str, activity: str) -> list[Past]:
    """A learner's attempts at an activity, open ones too, the oldest first; without their questions."""
    fields = [getattr(Attempt, name) for name in Past.model_fields]
    query = select(*fields).where(Attempt.learner_id == learner, Attempt.activity == activity)
    rows = session.execute(query.where(Attempt.kind != "practice").order_by(Attempt.began, Attempt.id)).mappings()
    return [Past(**{**row, "score": Fraction(row["score"]) if row["score"] else None}) for row in rows]


def overdue(session: Session, before: datetime, most: int) -> Sequence[tuple[str, str]]:
    """Learner and id of open attempts whose time ended before a moment, the oldest first."""
    query = select(Attempt.learner_id, Attempt.id).where(Attempt.finished.is_(None), Attempt.until < before)
    return [(row[0], row[1]) for row in session.execute(query.order_by(Attempt.until).limit(most))]


def reflections(session: Session, attempt: str) -> dict[str, str]:
    """What was written in an attempt for oneself, by question."""
    query = select(ReflectionText.question, ReflectionText.text).where(ReflectionText.attempt_id == attempt)
    return {row[0]: row[1] for row in session.execute(query)}


def of(session: Session, learner: str) -> Sequence[Attempt]:
    """All attempts of a learner, the oldest first."""
    return session.scalars(select(Attempt).where(Attempt.learner_id == learner).order_by(Attempt.began)).all()


def reflections_of(session: Session, learner: str) -> dict[str, dict[str, str]]:
    """All that a learner wrote for themselves, by attempt and question."""
    found: dict[str, dict[str, str]] = {}
    for row in session.scalars(select(ReflectionText).where(ReflectionText.learner_id == learner)):
        found.setdefault(row.attempt_id, {})[row.question] = row.text
    return found


# -- Changed --------------------------------------------------------------------------------------------------------


def hold_learner(session: Session, learner: str) -> bool:
    """Let nobody else begin, keep or erase anything of this learner's meanwhile; False where it is erased already."""
    query = select(Learner.id).where(Learner.id == learner, Learner.erased.is_(None))
    return session.scalar(query.with_for_update(key_share=True)) is not None


def record(session: Session, responses: Iterable[Mapping[str, Any]], texts: Iterable[Mapping[str, Any]]) -> None:
    """Write what the questions of a finished attempt were answered, and what was written for oneself."""
    for table, rows in ((Response, list(responses)), (ReflectionText, list(texts))):
        if rows:
            session.execute(insert(table), rows)


def forget(session: Session, learner: str) -> None:
    """Forget what a learner answered in words of their own, and what is still open; the marks stay."""
    session.execute(delete(ReflectionText).where(ReflectionText.learner_id == learner))
    session.execute(delete(Attempt).where(Attempt.learner_id == learner, Attempt.finished.is_(None)))
    session.execute(update(Attempt).where(Attempt.learner_id == learner).values(answers={}))
    # One that was handed in while this waited for it has left something again.
    session.execute(delete(ReflectionText).where(ReflectionText.learner_id == learner))
    typed = update(Response).where(Response.learner_id == learner, Response.asked.in_(("text", "number")))
    session.execute(typed.values(answer=""))
