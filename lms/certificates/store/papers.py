"""The tables of certificates. The database itself refuses to change or delete what was issued: see the migrations."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ForeignKey,
    Index,
    LargeBinary,
    Select,
    String,
    Text,
    UniqueConstraint,
    bindparam,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from lms.certificates.models.paper import OVER, Certificate, Shown, Snapshot, State
from lms.certificates.models.transcript import Line, Unit
from lms.db import Base, Glance, Moment, Ready


class Issued(Base):
    """A certificate: an immutable row."""

    __tablename__ = "certificate"
    __table_args__ = (
        # Of one completion one certificate comes, whatever is clicked twice; a correction has the next serial.
        UniqueConstraint("learner_id", "completion", "serial"),
        Index("ix_certificate_activity", "activity", "issued"),
    )

    id: Mapped[str] = mapped_column(String(22), primary_key=True)
    index: Mapped[int] = mapped_column("leaf", unique=True)
    """Its place in the log."""
    learner_id: Mapped[str] = mapped_column(ForeignKey("learner.id"))
    completion: Mapped[str] = mapped_column(String(64))
    """The id of the ledger's entry that says so; of teaching, the id of the approved claim."""
    serial: Mapped[int] = mapped_column(default=0)
    activity: Mapped[str] = mapped_column(String(300))
    edition: Mapped[int]
    system: Mapped[str] = mapped_column(String(20))
    claimed: Mapped[str] = mapped_column(String(20))
    issued: Mapped[datetime] = mapped_column(Moment, index=True)
    snapshot: Mapped[str] = mapped_column(Text)
    """Canonical JSON of a `Snapshot`."""
    paper: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the PDF, in hex."""
    pepper: Mapped[str] = mapped_column(String(32))


class Holder(Base):
    """Whose certificate it is, as printed: gone once the account is erased."""

    __tablename__ = "holder"

    certificate_id: Mapped[str] = mapped_column(ForeignKey("certificate.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    salt: Mapped[str] = mapped_column(String(32))
    shown: Mapped[Shown] = mapped_column(String(10), default="full")


class Sheet(Base):
    """The PDF, which has the name in it: gone once the account is erased."""

    __tablename__ = "sheet"

    certificate_id: Mapped[str] = mapped_column(ForeignKey("certificate.id"), primary_key=True)
    pdf: Mapped[bytes] = mapped_column(LargeBinary)


class Change(Base):
    """A change of a certificate's state; the last one counts. Append-only."""

    __tablename__ = "certificate_change"

    index: Mapped[int] = mapped_column("leaf", primary_key=True, autoincrement=False)
    """Its place in the log."""
    certificate_id: Mapped[str] = mapped_column(ForeignKey("certificate.id"), index=True)
    state: Mapped[State] = mapped_column(String(12))
    at: Mapped[datetime] = mapped_column(Moment)
    by: Mapped[str] = mapped_column(String(20))
    by_id: Mapped[str | None] = mapped_column(ForeignKey("learner.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    follower: Mapped[str] = mapped_column(String(22), default="")


# -- Asked ----------------------------------------------------------------------------------------------------------


def certificate(session: Session | Glance, id: str, today: date) -> Certificate | None:
    """The certificate of this id, as it stands on a day."""
    return next((whole(row, today) for row in _ONE.rows(session, id=id)), None)


def of(session: Session, learner: str, today: date) -> list[Certificate]:
    """All certificates of a learner, the newest first."""
    return _read(session, _WHOLE.where(Issued.learner_id == learner).order_by(Issued.index.desc()), today)


def rows_of(session: Session, learner: str) -> Sequence[Any]:
    """All certificates of a learner as bare rows, which `line` and `whole` read: there may be thousands."""
    return session.execute(_WHOLE.where(Issued.learner_id == learner).order_by(Issued.index.desc())).fetchall()


def about(session: Session, learner: str, activity: str, today: date) -> list[Certificate]:
    """A learner's certificates of an activity, the newest first."""
    query = _WHOLE.where(Issued.learner_id == learner, Issued.activity == activity)
    return _read(session, query.order_by(Issued.index.desc()), today)


def of_completion(session: Session, learner: str, completion: str, today: date) -> Certificate | None:
    """The certificate of a completion; of several, the last correction."""
    query = _WHOLE.where(Issued.learner_id == learner, Issued.completion == completion)
    return next(iter(_read(session, query.order_by(Issued.serial.desc()).limit(1), today)), None)


def ids_of(session: Session, completions: Sequence[str]) -> dict[str, str]:
    """The certificates of these completions, of several the last correction, by completion."""
    if not completions:
        return {}
    query = select(Issued.completion, Issued.id).where(Issued.completion.in_(completions)).order_by(Issued.serial)
    return {row.completion: row.id for row in session.execute(query)}


def row(session: Session, id: str) -> Issued | None:
    return session.get(Issued, id)


def pdf(session: Session, id: str) -> bytes | None:
    """The paper of a certificate; None once its holder's account is erased."""
    return session.scalar(select(Sheet.pdf).where(Sheet.certificate_id == id))


def withdrawn(session: Session, first: int, last: int) -> Sequence[int]:
    """The places in the log, from `first` to `last`, of certificates that were revoked or superseded."""
    query = select(Issued.index).join(Change, (Change.certificate_id == Issued.id) & (Change.index == _NEWEST))
    query = query.where(Issued.index.between(first, last), Change.state.in_(OVER))
    return session.scalars(query.order_by(Issued.index)).all()


def any_from(session: Session, index: int) -> bool:
    """Whether a certificate stands in the log at this place, or after it."""
    return session.scalar(select(Issued.index).where(Issued.index >= index).limit(1)) is not None


# -- Changed --------------------------------------------------------------------------------------------------------


def put(session: Session, issued: Issued, holder: Holder, sheet: Sheet) -> None:
    """Write a certificate. Raises IntegrityError where the completion has one of this serial."""
    session.add(issued)
    session.flush()
    session.add_all([holder, sheet])
    session.flush()


def show_name(session: Session, id: str, shown: Shown) -> None:
    session.execute(update(Holder).where(Holder.certificate_id == id).values(shown=shown))


def forget(session: Session, learner: str) -> None:
    """Erase names and papers of a learner's certificates; what is left leads to nobody."""
    mine = select(Issued.id).where(Issued.learner_id == learner)
    session.execute(delete(Holder).where(Holder.certificate_id.in_(mine)))
    session.execute(delete(Sheet).where(Sheet.certificate_id.in_(mine)))


# -- Inside ---------------------------------------------------------------------------------------------------------

_Earlier = aliased(Change)
#: The last change of a certificate is the one that counts.
_NEWEST = (
    select(func.max(_Earlier.index)).where(_Earlier.certificate_id == Issued.id).correlate(Issued).scalar_subquery()
)
_WHOLE = (
    select(
        Issued.id,
        Issued.index.label("leaf"),
        Issued.completion,
        Issued.snapshot,
        Issued.paper,
        Holder.name,
        Holder.salt,
        Holder.shown,
        Change.state,
        Change.at,
        Change.by,
        Change.reason,
        Change.follower,
    )
    .outerjoin(Holder, Holder.certificate_id == Issued.id)
    .outerjoin(Change, (Change.certificate_id == Issued.id) & (Change.index == _NEWEST))
)
_ONE = Ready(_WHOLE.where(Issued.id == bindparam("id")))


def _read(session: Session, query: Select[Any], today: date) -> list[Certificate]:
    return [whole(row, today) for row in session.execute(query)]


def line(row: Any, today: date) -> Line:
    """What sums are made of, from a row of `rows_of`: a tenth of the work of `whole`."""
    said = json.loads(row.snapshot)
    ends = said["expires"]
    return Line(
        id=row.id,
        completion=row.completion,
        system=said["system"],
        claimed=Decimal(said["claimed"]),
        completed=datetime.fromisoformat(said["completed"]).date(),
        state=_state(row, date.fromisoformat(ends) if ends else None, today),
        unit=Unit(said["system_name"], said["unit"], said["units"]),
    )


def _state(row: Any, ends: date | None, today: date) -> State:
    state: State = row.state or "valid"
    return "expired" if state == "valid" and ends is not None and ends < today else state


def whole(row: Any, today: date) -> Certificate:
    """A certificate from a row of `rows_of`, or of any other question for certificates."""
    snapshot = Snapshot.model_validate_json(row.snapshot)
    state = _state(row, snapshot.expires, today)
    since = row.at
    if state == "expired" and snapshot.expires is not None:
        since = datetime.combine(snapshot.expires + timedelta(days=1), time(), UTC)
    return Certificate(
        snapshot=snapshot,
        name=row.name,
        salt=row.salt,
        paper=row.paper,
        index=row.leaf,
        shown=row.shown or "full",
        state=state,
        since=since,
        reason=row.reason or "",
        by=row.by or "",
        follower=row.follower or "",
    )
