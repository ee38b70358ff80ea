"""The table of notes, and what is asked of it. Each question names the learner: nobody reads another's."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, bindparam, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms.db import Base, Glance, Moment, Ready


class Note(Base):
    """What a learner wrote at a place; a bookmark where it is empty."""

    __tablename__ = "note"
    __table_args__ = (Index("ix_note_learner_page", "learner_id", "page"),)

    learner_id: Mapped[str] = mapped_column(ForeignKey("learner.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    """Made with the form: a note that is sent twice is kept once, and nobody can take another's id from them."""
    page: Mapped[str] = mapped_column(String(600))
    """The address of the page that it is about."""
    place: Mapped[str] = mapped_column(String(1200))
    """The same with a heading's anchor, or a second."""
    second: Mapped[int | None]
    title: Mapped[str] = mapped_column(Text)
    """What the place was called."""
    text: Mapped[str] = mapped_column(Text)
    folded: Mapped[str] = mapped_column(Text)
    """Its words and those of its title without case and accents, to be found by."""
    made: Mapped[datetime] = mapped_column(Moment)
    changed: Mapped[datetime] = mapped_column(Moment)


_N = Note.__table__.c
_ON = Ready(
    select(_N.id, _N.place, _N.second, _N.title, _N.text)
    .where(_N.learner_id == bindparam("learner"), _N.page == bindparam("page"))
    .order_by(_N.made, _N.id)
)


def add(session: Session, **note: object) -> bool:
    """Keep a note; False when the learner has one of this id already."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(Note.__table__).values(**note)
    statement = statement.on_conflict_do_nothing(index_elements=["learner_id", "id"]).returning(Note.id)
    return session.scalar(statement) is not None


def note(session: Session, learner: str, id: str) -> Note | None:
    """The learner's own note of this id."""
    return session.scalar(select(Note).where(Note.learner_id == learner, Note.id == id))


def count(session: Session, learner: str) -> int:
    return session.scalar(select(func.count()).select_from(Note).where(Note.learner_id == learner)) or 0


def on(session: Session | Glance, learner: str, page: str) -> Sequence[Any]:
    """The learner's notes about a page, as bare rows, the oldest first."""
    return _ON.rows(session, learner=learner, page=page)


def of(session: Session, learner: str, most: int | None = None) -> Sequence[Note]:
    """The learner's notes, the one changed last first."""
    query = select(Note).where(Note.learner_id == learner).order_by(Note.changed.desc(), Note.id)
    return session.scalars(query.limit(most)).all()


def found(session: Session, learner: str, words: Sequence[str], most: int) -> Sequence[Note]:
    """The learner's notes that have all these folded words, the one changed last first."""
    query = select(Note).where(
        Note.learner_id == learner, *(Note.folded.contains(word, autoescape=True) for word in words)
    )
    return session.scalars(query.order_by(Note.changed.desc(), Note.id).limit(most)).all()


def change(session: Session, learner: str, id: str, **said: object) -> bool:
    """Say a note anew; False when the learner has none of this id."""
    query = update(Note).where(Note.learner_id == learner, Note.id == id).values(**said)
    return bool(session.execute(query).rowcount)  # type: ignore[attr-defined]


def drop(session: Session, learner: str, id: str | None = None) -> bool:
    """Forget a note, or all that the learner has."""
    query = delete(Note).where(Note.learner_id == learner)
    return bool(session.execute(query.where(Note.id == id) if id else query).rowcount)  # type: ignore[attr-defined]
