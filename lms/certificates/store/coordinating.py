"""What coordinators ask of certificates: pages and sums over very many of them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import JSON, Select, and_, case, cast, exists, func, select
from sqlalchemy.orm import Session, aliased

from lms.certificates.models.coordinating import Change as Changed
from lms.certificates.models.coordinating import Counted, Held, Lack, Pending, Slim, Sought
from lms.certificates.models.paper import OVER, Snapshot
from lms.certificates.store.papers import Change, Holder, Issued, whole
from lms.credit.store import Evaluated
from lms.ledger.store import Line as Entry
from lms.people.store import Learner
from lms.progress.models.coordinating import Person

_I, _H, _C, _L, _E = (one.__table__.c for one in (Issued, Holder, Change, Learner, Entry))
_Earlier = aliased(Change)
_PERSON = (
    _L.id.label("person"),
    _L.name.label("present"),
    _L.email,
    _L.cohort,
    _L.closed.is_not(None).label("closed"),
    _L.erased.is_not(None).label("erased"),
)


# -- Issued ---------------------------------------------------------------------------------------------------------


def listed(
    session: Session, sought: Sought, today: date, most: int, before: int | None = None, leaves: Sequence[int] = ()
) -> list[Held]:
    """Certificates that were sought, the newest first, from before a leaf on; of `leaves` alone, if any are given.

    Words are not looked at here: see `slim`.
    """
    fields = (_I.id, _I.leaf, _I.snapshot, _I.paper, _H.name, _H.salt, _H.shown, *_CHANGED, *_PERSON, _L.licences)
    query = _sought(session, select(*fields), sought, today)
    if before is not None:
        query = query.where(_I.leaf < before)
    if leaves:
        query = query.where(_I.leaf.in_(leaves))
    found = session.connection().execute(query.order_by(_I.leaf.desc()).limit(most))
    return [Held(whole(row, today), _person(row), row.licences or {}) for row in found.fetchall()]


def holder(session: Session, certificate: str) -> Person | None:
    """Whose certificate it is, as their account says today."""
    query = select(*_PERSON).join_from(Learner.__table__, Issued.__table__, _I.learner_id == _L.id)
    row = session.connection().execute(query.where(_I.id == certificate)).first()
    return _person(row) if row else None


def counted(session: Session, sought: Sought, today: date) -> list[Counted]:
    """How many of those that were sought are alike, without a look at words."""
    alike = _sought(session, _alike(session, today), sought, today).subquery().c
    by = (alike.system, alike.claimed, alike.offered, alike.state)
    query = select(*by, func.count(), func.max(alike.id)).group_by(*by)
    return [Counted._make(row) for row in session.connection().execute(query).fetchall()]


def slim(session: Session, sought: Sought, today: date) -> list[Slim]:
    """All of those that were sought, the newest first, each with what words are to be looked for in."""
    query = _alike(session, today).add_columns(_I.leaf, _H.name, _L.name.label("present"), _L.email)
    query = _sought(session, query, sought, today).order_by(_I.leaf.desc())
    return [
        Slim(
            row.leaf,
            Counted(row.system, row.claimed, row.offered, row.state, 1, row.id),
            row.name or "",
            row.present,
            row.email or "",
        )
        for row in session.connection().execute(query).fetchall()
    ]


def snapshots(session: Session, ids: Sequence[str]) -> dict[str, Snapshot]:
    """One certificate's snapshot for each credit system that these are of."""
    query = select(_I.system, _I.snapshot).where(_I.id.in_(ids)) if ids else None
    rows = session.connection().execute(query).fetchall() if query is not None else ()
    return {row.system: Snapshot.model_validate_json(row.snapshot) for row in rows}


def about(session: Session) -> list[tuple[str, str]]:
    """Activities and credit systems that certificates are of."""
    query = select(_I.activity, _I.system).distinct()
    return [(row.activity, row.system) for row in session.connection().execute(query).fetchall()]


def history(session: Session, id: str) -> list[Changed]:
    """What became of a certificate, in order."""
    query = select(_C.state, _C.at, _C.by, func.coalesce(_L.name, "").label("name"), _C.reason, _C.follower)
    query = query.outerjoin(Learner.__table__, _C.by_id == _L.id).where(_C.certificate_id == id).order_by(_C.leaf)
    return [Changed._make(row) for row in session.connection().execute(query).fetchall()]


_CHANGED = (_C.state, _C.at, _C.by, _C.reason, _C.follower)


def _alike(session: Session, today: date) -> Select[Any]:
    offered = _said(session, "offered").label("offered")
    return select(_I.id, _I.system, _I.claimed, offered, _state(session, today).label("state"))


def _sought(session: Session, query: Select[Any], sought: Sought, today: date) -> Select[Any]:
    last = select(func.max(_Earlier.index)).where(_Earlier.certificate_id == _I.id).scalar_subquery()
    query = (
        query.select_from(Issued.__table__)
        .join(Learner.__table__, _L.id == _I.learner_id)
        .outerjoin(Holder.__table__, _H.certificate_id == _I.id)
        .outerjoin(Change.__table__, and_(_C.certificate_id == _I.id, _C.leaf == last))
    )
    for column, wanted in ((_I.activity, sought.activity), (_I.system, sought.system), (_L.cohort, sought.group)):
        query = query.where(column == wanted) if wanted else query
    if sought.since:
        query = query.where(_I.issued >= sought.since)
    if sought.until:
        query = query.where(_I.issued < sought.until)
    if sought.state in OVER:
        return query.where(_C.state == sought.state)
    return query.where(_state(session, today) == sought.state) if sought.state else query


def _state(session: Session, today: date) -> Any:
    """A certificate's state on a day: days by ISO 8601 are in order as text."""
    ended = case((_said(session, "expires") < today.isoformat(), "expired"), else_="valid")
    return func.coalesce(_C.state, ended)


def _said(session: Session, field: str) -> Any:
    """A field of the snapshot, as text."""
    if session.get_bind().dialect.name == "sqlite":
        return func.json_extract(_I.snapshot, f"$.{field}")
    return func.json_extract_path_text(cast(_I.snapshot, JSON), field)


def _person(row: Any) -> Person:
    return Person(row.person, row.present, row.email, row.cohort, bool(row.closed), bool(row.erased))


# -- Pending --------------------------------------------------------------------------------------------------------


def lacking(session: Session, editions: Mapping[str, int], group: str = "") -> dict[str, dict[Lack, int]]:
    """How many have completed each of these activities, in the edition given or a later one, and lack what.

    Those whose account is closed are not waited for.
    """
    if not editions:
        return {}
    each = _pending(editions, group).subquery().c
    query = select(each.activity, each.lack, func.count()).group_by(each.activity, each.lack)
    found: dict[str, dict[Lack, int]] = {}
    for url, lack, count in session.connection().execute(query).fetchall():
        found.setdefault(url, {})[lack] = count
    return found


def pending(
    session: Session,
    editions: Mapping[str, int],
    group: str,
    lack: Lack | None,
    most: int,
    before: int | None = None,
) -> list[Pending]:
    """Those people, the last who completed something first, from before a number on."""
    if not editions:
        return []
    each = _pending(editions, group).subquery().c
    query = select(each).order_by(each.number.desc()).limit(most)
    if lack is not None:
        query = query.where(each.lack == lack)
    if before is not None:
        query = query.where(each.number < before)
    return [
        Pending(row.number, _person(row), row.activity, row.edition, row.happened, row.lack)
        for row in session.connection().execute(query).fetchall()
    ]


def _pending(editions: Mapping[str, int], group: str) -> Select[Any]:
    began = aliased(Entry)
    shown = exists(began.id).where(
        began.learner_id == _E.learner_id,
        began.activity == _E.activity,
        began.verb == "began",
        began.edition >= _E.edition,
    )
    said = exists(Evaluated.completion).where(Evaluated.learner_id == _E.learner_id, Evaluated.completion == _E.id)
    lack = case((~shown, "begin"), (~said, "evaluate"), else_="claim").label("lack")
    query = (
        select(_E.number, _E.activity, _E.edition, _E.happened, lack, *_PERSON)
        .join(Learner.__table__, _L.id == _E.learner_id)
        .where(_E.activity.in_(list(editions)), _E.verb.in_(("completed", "renewed")))
        .where(_E.edition >= case(editions, value=_E.activity, else_=1))
        .where(_L.closed.is_(None), _L.erased.is_(None))
        .where(~exists(_I.id).where(_I.learner_id == _E.learner_id, _I.completion == _E.id))
    )
    return query.where(_L.cohort == group) if group else query
