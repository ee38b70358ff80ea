"""What coordinators ask the database: sums over many learners, answered by indexes."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from sqlalchemy import Select, case, distinct, exists, func, select
from sqlalchemy.orm import Session

from lms.ledger.store import Begun
from lms.ledger.store import Line as Entry
from lms.people.store import Learner
from lms.progress.models.attempts import Kind
from lms.progress.models.coordinating import Filters, Person, Said, Sitting, Sums, Try
from lms.progress.store.attempts import Attempt, Response

_E, _L, _A, _R = Entry.__table__.c, Learner.__table__.c, Attempt.__table__.c, Response.__table__.c


def groups(session: Session) -> list[str]:
    """The groups that learners are in."""
    found = session.execute(select(_L.cohort).where(_L.cohort != "").distinct())
    return sorted(row[0] for row in found)


# -- Who is where ---------------------------------------------------------------------------------------------------


def people(session: Session, url: str, edition: int, within: Sequence[str], filters: Filters) -> list[Person]:
    """Those whom the filters let through, but for their words, of an activity; `within` are it and its items."""
    chosen = _people(filters)
    match filters.state:
        case "done":
            chosen = chosen.where(_completed(url, edition, filters))
        case "none":
            chosen = chosen.where(~_did(within, filters), _L.closed.is_(None), _L.erased.is_(None))
        case "open":
            chosen = chosen.where(_did(within, filters), ~_completed(url, edition, Filters()))
        case _:
            chosen = chosen.where(_did(within, filters))
    # By id, as the indexes are that are looked into for each.
    rows = session.execute(chosen.order_by(_L.id)).all()
    return [Person(r.id, r.name, r.email, r.cohort, r.closed is not None, r.erased is not None) for r in rows]


def person(session: Session, id: str) -> Person | None:
    row = session.execute(_people(Filters()).where(_L.id == id)).first()
    return Person(row.id, row.name, row.email, row.cohort, bool(row.closed), bool(row.erased)) if row else None


def begun(session: Session, within: Sequence[str], filters: Filters) -> int:
    """How many have done something of an activity or its items."""
    query = select(func.count()).select_from(Learner.__table__).where(_did(within, filters))
    return session.scalar(_of_group(query, filters)) or 0


def begun_by(session: Session, filters: Filters) -> Iterable[tuple[str, str]]:
    """Every learner with every activity that they have done something of."""
    if filters.period:
        query = select(_E.learner_id, _E.activity).where(*_between(filters)).distinct()
        source = _E.learner_id
    else:
        source = Begun.learner_id
        query = select(source, Begun.activity)
    if filters.group:
        query = query.where(source.in_(select(_L.id).where(_L.cohort == filters.group)))
    return ((row[0], row[1]) for row in session.execute(query))


def done(session: Session, editions: Mapping[str, int], filters: Filters) -> dict[str, int]:
    """How many have completed each of these activities, in the edition given with it or a later one."""
    if not editions:
        return {}
    least = case(editions, value=_E.activity, else_=1)
    query = select(_E.activity, func.count(distinct(_E.learner_id))).group_by(_E.activity)
    query = query.where(_E.verb == "completed", _E.activity.in_(list(editions)), _E.edition >= least)
    query = query.where(*_between(filters))
    if filters.group:
        query = query.where(_E.learner_id.in_(select(_L.id).where(_L.cohort == filters.group)))
    return {row[0]: row[1] for row in session.execute(query)}


def tries(session: Session, learner: str) -> list[Try]:
    """A learner's finished attempts that count, the last one first; without questions and answers."""
    fields = (_A.activity, _A.title, _A.kind, _A.edition, _A.finished, _A.score, _A.passed, _A.late)
    query = select(*fields).where(_A.learner_id == learner, _A.finished.is_not(None), _A.kind != "practice")
    return [
        Try(*row[:5], float(Fraction(row.score)), row.passed, row.late)
        for row in session.execute(query.order_by(_A.finished.desc(), _A.id))
    ]


def _people(filters: Filters) -> Select[Any]:
    return _of_group(select(_L.id, _L.name, _L.email, _L.cohort, _L.closed, _L.erased), filters)


def _of_group(query: Select[Any], filters: Filters) -> Select[Any]:
    return query.where(_L.cohort == filters.group) if filters.group else query


def _did(within: Sequence[str], filters: Filters) -> Any:
    """Whether a learner has done something of one of these, between the days."""
    if filters.period:
        return exists().where(_E.learner_id == _L.id, _E.activity.in_(within), *_between(filters))
    return exists().where(Begun.learner_id == _L.id, Begun.activity.in_(within))


def _completed(url: str, edition: int, filters: Filters) -> Any:
    about = (_E.activity == url, _E.verb == "completed", _E.edition >= edition)
    return exists().where(_E.learner_id == _L.id, *about, *_between(filters))


def _between(filters: Filters) -> list[Any]:
    found = [_E.happened >= filters.since] if filters.since else []
    return [*found, _E.happened < filters.until] if filters.until else found


# -- How questions do -----------------------------------------------------------------------------------------------


def sittings(session: Session, activity: str) -> list[Sitting]:
    """The editions and kinds of an activity's test that were taken, the latest edition first."""
    query = select(_A.edition, _A.kind, func.count(distinct(_A.learner_id))).group_by(_A.edition, _A.kind)
    query = query.where(_A.activity == activity, _A.finished.is_not(None), _A.kind != "practice")
    return [Sitting(*row) for row in session.execute(query.order_by(_A.edition.desc(), _A.kind))]


def said(session: Session, activity: str, edition: int, kind: Kind, filters: Filters) -> list[Said]:
    """How often each question was answered how, in the first attempt of each learner.

    Beside each score stands the mean of the other questions of the same attempt, so that a question is not compared
    with itself.
    """
    rank = func.row_number().over(partition_by=_A.learner_id, order_by=(_A.finished, _A.id)).label("rank")
    about = (_A.activity == activity, _A.edition == edition, _A.kind == kind, _A.finished.is_not(None))
    all = select(_A.id, _A.learner_id, _A.finished, rank).where(*about).subquery()
    asked = select(func.count()).select_from(Response.__table__).where(_R.attempt_id == all.c.id).scalar_subquery()
    one = select(all.c.id, asked.label("asked")).where(all.c.rank == 1)
    if filters.since:
        one = one.where(all.c.finished >= filters.since)
    if filters.until:
        one = one.where(all.c.finished < filters.until)
    if filters.group:
        one = one.where(all.c.learner_id.in_(select(_L.id).where(_L.cohort == filters.group)))
    first = one.cte("first")
    # There is no rest of a test of one question.
    rest = (_R.total * first.c.asked - _R.score) / func.nullif(first.c.asked - 1, 0)
    pairs = select(_R.question, _R.asked, _R.answer, _R.attempt_id, _R.score, rest.label("rest"))
    p = pairs.join_from(first, Response.__table__, _R.attempt_id == first.c.id).subquery()
    known = p.c.rest.is_not(None)
    query = select(
        p.c.question,
        p.c.asked,
        p.c.answer,
        func.max(p.c.attempt_id),
        func.count(),
        func.sum(case((p.c.score >= 1, 1), else_=0)),
        func.sum(p.c.score),
        func.count(p.c.rest),
        func.sum(case((known, p.c.score), else_=0.0)),
        func.coalesce(func.sum(p.c.rest), 0.0),
        func.sum(case((known, p.c.score * p.c.score), else_=0.0)),
        func.coalesce(func.sum(p.c.rest * p.c.rest), 0.0),
        func.coalesce(func.sum(p.c.score * p.c.rest), 0.0),
    ).group_by(p.c.question, p.c.asked, p.c.answer)
    return [Said(*row[:7], Sums(*row[7:])) for row in session.execute(query)]


def drawn(session: Session, attempts: Sequence[str]) -> list[str]:
    """The questions of attempts, as they wrote them down."""
    return list(session.scalars(select(Attempt.drawn).where(Attempt.id.in_(attempts)))) if attempts else []
