"""The table of signing keys: their public halves alone."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

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
