"""The tables of the transparency log: its leaves, and the checkpoints that were made public. Append-only."""

from datetime import datetime
from typing import Literal

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, Moment


class Leaf(Base):
    """One leaf of the log."""

    __tablename__ = "log_leaf"

    index: Mapped[int] = mapped_column("number", primary_key=True, autoincrement=False)
    """From 0, without a gap."""
    kind: Mapped[Literal["certificate", "state"]] = mapped_column(String(12))
    certificate_id: Mapped[str] = mapped_column(String(22), index=True)
    hash: Mapped[str] = mapped_column(String(64))
    """The leaf's hash by RFC 9162, in hex."""
    at: Mapped[datetime] = mapped_column(Moment)


class Checkpoint(Base):
    """The root of the tree once it had `size` leaves."""

    __tablename__ = "checkpoint"

    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    root: Mapped[str] = mapped_column(String(64))
    """In hex."""
    at: Mapped[datetime] = mapped_column(Moment)
