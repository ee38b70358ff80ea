"""The tables of the transparency log: its leaves, and the checkpoints that were made public. Append-only.

With each leaf stand the roots of the subtrees that it completes: two hashes a leaf, of which adding a leaf and proving
one look at as many as the tree is high.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import String, Text, bindparam, func, insert, literal_column, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms.certificates.models.paper import clock_leaf
from lms.certificates.rules import merkle
from lms.db import Base, Glance, Moment, Ready

Kind = Literal["certificate", "state", "clock"]

#: How far the clocks of several machines may be apart, and how long it takes from the moment that stands on a
#: certificate until it is in the log.
ALLOWANCE = timedelta(minutes=5)
#: PostgreSQL's name for the turn to append.
_TURN = 76207


class ClockBehind(Exception):
    """The clock says an earlier time than the log's last leaf has: nothing is issued, or it would be back-dated."""

    def __init__(self, now: datetime, last: datetime) -> None:
        super().__init__(
            f"this machine's clock says {now:%Y-%m-%d %H:%M} UTC, but the last entry of the transparency log is of "
            f"{last:%Y-%m-%d %H:%M} UTC: set the clock right"
        )
        self.now, self.last = now, last


class Leaf(Base):
    """One leaf of the log."""

    __tablename__ = "log_leaf"

    index: Mapped[int] = mapped_column("number", primary_key=True, autoincrement=False)
    """From 0, without a gap."""
    kind: Mapped[Kind] = mapped_column(String(12))
    certificate_id: Mapped[str] = mapped_column(String(22), index=True)
    """Empty where it is about none."""
    hash: Mapped[str] = mapped_column(String(64))
    """The leaf's hash by RFC 9162, in hex."""
    above: Mapped[str] = mapped_column(Text, default="")
    """The roots of the subtrees that it completes, the lowest first: 64 hex digits each."""
    at: Mapped[datetime] = mapped_column(Moment)
    """When it was logged: never before the leaf before it, unless its kind is `clock`."""


class Checkpoint(Base):
    """The root of the tree once it had `size` leaves."""

    __tablename__ = "checkpoint"

    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    root: Mapped[str] = mapped_column(String(64))
    """In hex."""
    at: Mapped[datetime] = mapped_column(Moment)


def append(session: Session, kind: Kind, certificate_id: str, leaf: bytes, at: datetime) -> int:
    """Log a leaf, and its checkpoint, within the caller's transaction, which is to be one for writing; its index.

    `at` is the moment that stands in the leaf. Raises ClockBehind where it is before the last leaf's by more than the
    clocks of several machines may be apart: what is logged can be dated no earlier than what was logged before it.
    """
    last = _last(session)
    if last and at < last.at - ALLOWANCE:
        raise ClockBehind(at, last.at)
    return _put(session, last, kind, certificate_id, leaf, max(at, last.at) if last else at)


def put_clock_back(session: Session, now: datetime) -> datetime | None:
    """Log, for all to see, that the clock had been ahead: from here on entries are of `now` and later again.

    Returns the time that it had been put to; None where it is not ahead, and nothing is to be done.
    """
    last = _last(session)
    if last is None or now >= last.at - ALLOWANCE:
        return None
    _put(session, last, "clock", "", clock_leaf(last.at, now), now)
    return last.at  # type: ignore[no-any-return]


def _last(session: Session) -> Any:
    """The last leaf's number and time, while nobody else appends."""
    if session.get_bind().dialect.name == "postgresql":
        # Until the transaction ends: whoever waits here sees its leaf then, and indexes have no gaps.
        session.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": _TURN})
    return next(iter(_LAST.rows(session)), None)


def _put(session: Session, last: Any, kind: Kind, certificate_id: str, leaf: bytes, at: datetime) -> int:
    size: int = last.number + 1 if last else 0
    subtree = subtrees(session, merkle.peaks(0, size))
    frontier = merkle.Frontier(size, [subtree(*part) for part in merkle.peaks(0, size)])
    hashed = merkle.leaf_hash(leaf)
    above = b"".join(frontier.add(hashed)).hex()
    said = {"kind": kind, "certificate_id": certificate_id, "hash": hashed.hex(), "above": above, "at": at}
    session.execute(insert(Leaf).values(index=size, **said))
    session.execute(insert(Checkpoint).values(size=frontier.size, root=frontier.root().hex(), at=at))
    return size


def checkpoint(session: Session | Glance) -> tuple[int, str]:
    """The last checkpoint: how many leaves the log has, and their root in hex."""
    found = newest(session)
    return (found.size, found.root) if found else (0, merkle.EMPTY.hex())


def newest(session: Session | Glance) -> Any:
    """The last checkpoint with its time, as a bare row; None while nothing was logged."""
    return next(iter(_NEWEST.rows(session)), None)


def clocks(session: Session | Glance) -> list[Any]:
    """Where the log says that the clock had been ahead: number and time of each entry."""
    return _CLOCKS.rows(session)


def hashes(session: Session | Glance, begin: int, most: int) -> Sequence[str]:
    """The hashes of leaves in hex, from the one at `begin` on."""
    return [row.hash for row in _HASHES.rows(session, begin=begin, end=begin + most)]


def inclusion(session: Session | Glance, index: int, size: int) -> list[bytes]:
    """The proof that the leaf at `index` is in the tree of the first `size` leaves."""
    parts = merkle.inclusion_path(index, size)
    return merkle.inclusion(index, size, subtrees(session, _full(parts)))


def consistency(session: Session | Glance, old: int, size: int) -> list[bytes]:
    """The proof that the tree of `size` leaves begins with the one of `old` leaves."""
    parts = merkle.consistency_path(old, size)
    return merkle.consistency(old, size, subtrees(session, _full(parts)))


def subtrees(session: Session | Glance, parts: Sequence[tuple[int, int]]) -> merkle.Subtree:
    """Gives the hashes of these full subtrees, each by where it begins and its height; they are looked up at once."""
    ends = {begin + (1 << height) - 1 for begin, height in parts}
    kept = {row.number: row.hash + row.above for row in _rows(session, sorted(ends))}

    def subtree(begin: int, height: int) -> bytes:
        return bytes.fromhex(kept[begin + (1 << height) - 1][64 * height : 64 * (height + 1)])

    return subtree


def _full(parts: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    return [full for begin, end in parts for full in merkle.peaks(begin, end)]


def _rows(session: Session | Glance, numbers: Sequence[int]) -> list[Any]:
    """Few rows by their numbers, in questions that are worded alike, however many they are."""
    found = []
    for at in range(0, len(numbers), _AT_ONCE):
        some = numbers[at : at + _AT_ONCE]
        given = {f"n{place}": some[place] if place < len(some) else -1 for place in range(_AT_ONCE)}
        found += _SOME.rows(session, **given)
    return found


_L, _C = Leaf.__table__.c, Checkpoint.__table__.c
#: A tree of four thousand million leaves has no more full subtrees.
_AT_ONCE = 32
_LAST = Ready(select(_L.number, _L.at).where(_L.number == select(func.max(_L.number)).scalar_subquery()))
_NEWEST = Ready(select(_C.size, _C.root, _C.at).where(_C.size == select(func.max(_C.size)).scalar_subquery()))
_CLOCKS = Ready(select(_L.number, _L.at).where(_L.certificate_id == literal_column("''")).order_by(_L.number))
_HASHES = Ready(
    select(_L.hash).where(_L.number >= bindparam("begin"), _L.number < bindparam("end")).order_by(_L.number)
)
_SOME = Ready(
    select(_L.number, _L.hash, _L.above).where(_L.number.in_([bindparam(f"n{place}") for place in range(_AT_ONCE)]))
)
