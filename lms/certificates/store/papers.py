"""The tables of certificates. The database itself refuses to change or delete what was issued: see the migrations."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.certificates.models.paper import Shown, State
from lms.db import Base, Moment


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
