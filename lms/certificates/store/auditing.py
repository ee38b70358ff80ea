"""What an audit asks of the database: all there is, in order, a few rows at a time."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from lms.certificates.store.log import Checkpoint, Leaf
from lms.certificates.store.papers import Change, Holder, Issued, Sheet

_SOME, _SOME_SHEETS = 500, 50


def begin(session: Session) -> None:
    """From here on see the database as it is now, whatever is issued meanwhile."""
    session.rollback()
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def size(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Leaf)) or 0


def entries(session: Session) -> Iterator[Any]:
    """Each leaf with what it is about: the certificate and its holder, or the change; and its checkpoint."""
    query = (
        select(
            Leaf.index.label("number"),
            Leaf.kind,
            Leaf.certificate_id,
            Leaf.hash,
            Leaf.above,
            Leaf.at,
            Checkpoint.root,
            Checkpoint.at.label("checked"),
            Issued.id,
            Issued.activity,
            Issued.edition,
            Issued.system,
            Issued.claimed,
            Issued.issued,
            Issued.snapshot,
            Issued.paper,
            Issued.pepper,
            Holder.name,
            Holder.salt,
            Change.certificate_id.label("changed"),
            Change.state,
            Change.at.label("when"),
            Change.by,
            Change.reason,
            Change.follower,
        )
        .select_from(Leaf)
        .outerjoin(Checkpoint, Checkpoint.size == Leaf.index + 1)
        .outerjoin(Issued, Issued.index == Leaf.index)
        .outerjoin(Holder, Holder.certificate_id == Issued.id)
        .outerjoin(Change, Change.index == Leaf.index)
        .order_by(Leaf.index)
    )
    yield from session.execute(query, execution_options={"yield_per": _SOME})


def sheets(session: Session) -> Iterator[Any]:
    """Each PDF that is still kept, with the fingerprint that its certificate has of it."""
    query = select(Issued.id, Issued.paper, Sheet.pdf).join(Sheet, Sheet.certificate_id == Issued.id)
    yield from session.execute(query.order_by(Issued.index), execution_options={"yield_per": _SOME_SHEETS})


def unlogged(session: Session) -> Iterator[Any]:
    """Certificates and changes that no leaf is about: the id of the certificate, and the leaf that is not there."""
    for table, id in ((Issued, Issued.id), (Change, Change.certificate_id)):
        query = select(id.label("id"), table.index.label("number")).outerjoin(Leaf, Leaf.index == table.index)
        yield from session.execute(query.where(Leaf.index.is_(None)).order_by(table.index))


def stray_checkpoints(session: Session) -> list[int]:
    """Sizes of checkpoints without the leaf that made them."""
    query = select(Checkpoint.size).outerjoin(Leaf, Leaf.index == Checkpoint.size - 1).where(Leaf.index.is_(None))
    return list(session.scalars(query.order_by(Checkpoint.size)))


def lost_followers(session: Session) -> Iterator[Any]:
    """Certificates that are superseded by one that is not there, and its id."""
    follower = aliased(Issued)
    query = select(Change.certificate_id.label("id"), Change.follower).outerjoin(
        follower, follower.id == Change.follower
    )
    yield from session.execute(query.where(Change.follower != "", follower.id.is_(None)).order_by(Change.index))
