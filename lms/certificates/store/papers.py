"""The tables of certificates. The database itself refuses to change or delete what was issued: see the migrations."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, bindparam, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms.certificates.models.paper import Certificate, Shown, Snapshot, State
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


_I, _H, _C = Issued.__table__.c, Holder.__table__.c, Change.__table__.c
_LATER = Change.__table__.alias("later")
#: The last change of a certificate is the one that counts.
_LAST = select(func.max(_LATER.c.leaf)).where(_LATER.c.certificate_id == _I.id).correlate(Issued.__table__)
_CERTIFICATE = Ready(
    select(_I.snapshot, _I.paper, _I.leaf, _H.name, _H.salt, _H.shown, _C.state, _C.at, _C.by, _C.reason, _C.follower)
    .select_from(Issued.__table__)
    .outerjoin(Holder.__table__, _H.certificate_id == _I.id)
    .outerjoin(Change.__table__, _C.leaf == _LAST.scalar_subquery())
    .where(_I.id == bindparam("id"))
)


def certificate(session: Session | Glance, id: str, today: date) -> Certificate | None:
    """The certificate of this id, in the state that it is in today."""
    rows = _CERTIFICATE.rows(session, id=id)
    if not rows:
        return None
    row = rows[0]
    snapshot = Snapshot.model_validate_json(row.snapshot)
    held = {"name": row.name, "salt": row.salt, "shown": row.shown or "full"}
    said = {"snapshot": snapshot, "paper": row.paper, "index": row.leaf}
    if row.state not in (None, "valid"):
        change = {"since": row.at, "by": row.by, "reason": row.reason, "follower": row.follower}
        return Certificate(**said, **held, state=row.state, **change)
    if snapshot.expires is not None and snapshot.expires < today:
        since = datetime.combine(snapshot.expires + timedelta(days=1), time(), UTC)
        return Certificate(**said, **held, state="expired", since=since)
    return Certificate(**said, **held)


def withdrawn(session: Session, first: int, last: int) -> Sequence[int]:
    """The places in the log, from `first` to `last`, of certificates that were revoked or superseded."""
    query = (
        select(_I.leaf)
        .select_from(Issued.__table__)
        .join(Change.__table__, _C.leaf == _LAST.scalar_subquery())
        .where(_I.leaf.between(first, last), _C.state.in_(("revoked", "superseded")))
        .order_by(_I.leaf)
    )
    return session.scalars(query).all()


def any_from(session: Session, index: int) -> bool:
    """Whether a certificate stands in the log at this place, or after it."""
    return session.scalar(select(_I.leaf).where(_I.leaf >= index).limit(1)) is not None
