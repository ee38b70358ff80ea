"""The ledger's one table. The database itself refuses to change or delete what stands there: see the migrations."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    bindparam,
    or_,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms.db import Base, Glance, Moment, Ready
from lms.ledger.models import Entry


class Line(Base):
    """One entry, as it stands in the database."""

    __tablename__ = "entry"
    __table_args__ = (
        # An id is its maker's: nobody can keep another's entry out by guessing it.
        UniqueConstraint("learner_id", "id"),
        # Whoever looks at many learners at once is answered by the indexes alone.
        Index("ix_entry_learner_activity", "learner_id", "activity", "happened"),
        Index("ix_entry_activity", "activity", "verb", "edition", "learner_id", "happened"),
    )

    number: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    """The order of arrival."""
    id: Mapped[str] = mapped_column(String(64))
    learner_id: Mapped[str] = mapped_column(ForeignKey("learner.id"))
    verb: Mapped[str] = mapped_column(String(30))
    activity: Mapped[str] = mapped_column(String(300))
    edition: Mapped[int]
    revision: Mapped[str] = mapped_column(String(64))
    happened: Mapped[datetime] = mapped_column(Moment)
    arrived: Mapped[datetime] = mapped_column(Moment)
    data: Mapped[dict[str, Any]] = mapped_column(JSON)


class Bare(NamedTuple):
    """What folding reads of an entry: thousands of them are made at a time."""

    id: str
    verb: str
    activity: str
    edition: int
    happened: datetime
    arrived: datetime
    data: dict[str, Any]


class Begun(Base):
    """Who has done something of what: an index of the ledger, which the database itself keeps; see the migrations."""

    __tablename__ = "begun"
    __table_args__ = ({"sqlite_with_rowid": False},)

    learner_id: Mapped[str] = mapped_column(ForeignKey("learner.id"), primary_key=True)
    activity: Mapped[str] = mapped_column(String(300), primary_key=True)


def append(session: Session, entries: Iterable[Entry]) -> int:
    """Write entries at the end; returns how many were new. One whose id the learner has used already is left out."""
    rows = [_row(entry) for entry in entries]
    if not rows:
        return 0
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = (
        insert(Line.__table__).on_conflict_do_nothing(index_elements=["learner_id", "id"]).returning(Line.number)
    )
    return sum(session.scalar(statement.values(row)) is not None for row in rows)


def entry(session: Session, learner: str, id: str) -> Entry | None:
    """The learner's entry of this id."""
    line = session.scalar(select(Line).where(Line.learner_id == learner, Line.id == id))
    return _entry(line) if line else None


def of(session: Session, learner: str, activities: Sequence[str] = (), verbs: Sequence[str] = ()) -> list[Entry]:
    """A learner's entries in the order of arrival: all of them, or those about some activities, or of some verbs."""
    query = select(Line).where(Line.learner_id == learner).order_by(Line.number)
    if activities:
        query = query.where(Line.activity.in_(activities))
    if verbs:
        query = query.where(Line.verb.in_(verbs))
    return [_entry(line) for line in session.scalars(query)]


def rows(session: Session, learner: str, activities: Sequence[str] = (), verbs: Sequence[str] = ()) -> Sequence[Any]:
    """A learner's entries about some activities, and those of some verbs whatever they are about; all without either.

    They are bare rows in the order of arrival: a page asks for them each time that it is looked at.
    """
    if not activities and not verbs:
        found = session.connection().execute(_ALL, {"learner": learner})
    else:
        about = {"learner": learner, "activities": list(activities), "verbs": list(verbs)}
        found = session.connection().execute(_SOME if verbs else _ABOUT, about)
    return [Bare._make(row) for row in found]


def rows_of_many(
    session: Session, learners: Sequence[str], activities: Sequence[str], verbs: Sequence[str] = ()
) -> dict[str, list[Any]]:
    """As `rows`, of many learners in one query: by learner, in any order."""
    query = _MANY.where(or_(_ACTIVITIES, _VERBS)) if verbs else _MANY.where(_ACTIVITIES)
    about = {"learners": list(learners), "activities": list(activities), "verbs": list(verbs)}
    found: dict[str, list[Any]] = {learner: [] for learner in learners}
    for row in session.connection().execute(query, about).fetchall():
        found[row.learner_id].append(row)
    return found


def latest(session: Session, learner: str, verbs: Sequence[str], most: int) -> Sequence[Any]:
    """The learner's last entries of some verbs, as bare rows, the last one first."""
    return session.connection().execute(_LATEST, {"learner": learner, "verbs": list(verbs), "most": most}).fetchall()


def said(session: Session | Glance, learner: str, activity: str, verb: str) -> Sequence[Any]:
    """Edition and data of a learner's entries of one verb about one activity."""
    return _SAID.rows(session, learner=learner, activity=activity, verb=verb)


def hold(session: Session, learner: str) -> None:
    """Let nobody else write what follows from this learner's entries, until this transaction ends."""
    # On SQLite whoever writes is alone anyway.
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(_HELD, {"learner": learner})


_T = Line.__table__.c
_TOLD = (
    select(_T.id, _T.verb, _T.activity, _T.edition, _T.happened, _T.arrived, _T.data)
    .where(_T.learner_id == bindparam("learner"))
    .order_by(_T.number)
)
# Made once: SQLAlchemy knows them again by what they are.
_ALL = _TOLD
_ACTIVITIES = _T.activity.in_(bindparam("activities", expanding=True))
_VERBS = _T.verb.in_(bindparam("verbs", expanding=True))
_ABOUT = _TOLD.where(_ACTIVITIES)
_MANY = select(*_TOLD.selected_columns, _T.learner_id).where(_T.learner_id.in_(bindparam("learners", expanding=True)))
_SOME = _TOLD.where(or_(_ACTIVITIES, _VERBS))
_SAID = Ready(
    select(_T.edition, _T.data).where(
        _T.learner_id == bindparam("learner"), _T.activity == bindparam("activity"), _T.verb == bindparam("verb")
    )
)
_LATEST = _TOLD.where(_VERBS).order_by(None).order_by(_T.number.desc()).limit(bindparam("most"))
_HELD = text("SELECT id FROM learner WHERE id = :learner FOR NO KEY UPDATE")


def _row(entry: Entry) -> dict[str, Any]:
    row = entry.model_dump()
    row["learner_id"] = row.pop("learner")
    return row


def _entry(line: Line) -> Entry:
    return Entry(
        id=line.id,
        learner=line.learner_id,
        verb=line.verb,
        activity=line.activity,
        edition=line.edition,
        revision=line.revision,
        happened=line.happened,
        arrived=line.arrived,
        data=line.data,
    )
