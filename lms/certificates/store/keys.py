"""The table of signing keys, and what is asked of it: their public halves alone."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import String, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms.db import Base, Moment


class SigningKey(Base):
    """A key that credentials are, or were, signed with."""

    __tablename__ = "signing_key"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    """The fragment of its address in did.json."""
    public: Mapped[str] = mapped_column(String(100), unique=True)
    """Multikey: base58 after `z`."""
    made: Mapped[datetime] = mapped_column(Moment)
    retired: Mapped[datetime | None] = mapped_column(Moment)


def known(session: Session) -> Sequence[SigningKey]:
    """All keys there ever were, the oldest first."""
    return session.scalars(select(SigningKey).order_by(SigningKey.made, SigningKey.id)).all()


def active(session: Session) -> SigningKey | None:
    """The key that signs now; None before the first."""
    query = select(SigningKey).where(SigningKey.retired.is_(None)).order_by(SigningKey.made.desc())
    return session.scalars(query.limit(1)).first()


def hold(session: Session) -> None:
    """Let nobody else make or retire keys until the end of this transaction. SQLite has one writer at a time anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE signing_key IN EXCLUSIVE MODE"))


def add(session: Session, id: str, public: str, made: datetime) -> SigningKey:
    key = SigningKey(id=id, public=public, made=made, retired=None)
    session.add(key)
    session.flush()
    return key


def retire(session: Session, when: datetime) -> None:
    """Let no key sign any more."""
    session.execute(update(SigningKey).where(SigningKey.retired.is_(None)).values(retired=when))
