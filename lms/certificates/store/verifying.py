"""What the verification page asks: one certificate with all that is known of it, by its id."""

from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from lms.certificates.store.log import Leaf
from lms.certificates.store.papers import Change, Holder, Issued
from lms.db import Glance, Ready


def found(session: Session | Glance, id: str) -> Any:
    """The certificate of this id as one bare row, with its holder, its last change and its leaf; or None."""
    return next(iter(_FOUND.rows(session, id=id)), None)


_I, _H, _C, _L = Issued.__table__.c, Holder.__table__.c, Change.__table__.c, Leaf.__table__.c
_Other = Change.__table__.alias("other")
_LAST = select(func.max(_Other.c.leaf)).where(_Other.c.certificate_id == _I.id).scalar_subquery()
_FOUND = Ready(
    select(
        _I.id,
        _I.leaf,
        _I.snapshot,
        _I.paper,
        _I.pepper,
        _H.name,
        _H.salt,
        _H.shown,
        _C.leaf.label("changed"),
        _C.state,
        _C.at,
        _C.by,
        _C.reason,
        _C.follower,
        _L.hash,
    )
    .select_from(
        Issued.__table__.outerjoin(Holder.__table__, _H.certificate_id == _I.id)
        .outerjoin(Change.__table__, _C.leaf == _LAST)
        .outerjoin(Leaf.__table__, _L.number == _I.leaf)
    )
    .where(_I.id == bindparam("id"))
)
