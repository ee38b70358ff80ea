"""What coordinators ask the database: sums over many learners, answered by indexes."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from sqlalchemy import Select, case, distinct, exists, func, literal, select
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
    return list(map(Person._make, session.connection().execute(chosen.order_by(_L.id)).fetchall()))


def person(session: Session, id: str) -> Person | None:
    row = session.execute(_people(Filters()).where(_L.id == id)).first()
    return Person._make(row) if row else None


def begun(session: Session, within: Sequence[str], filters: Filters) -> int:
    """How many have done something of an activity or its items."""
    query = select(func.count()).select_from(Learner.__table__).where(_did(within, filters))
    return session.scalar(_of_group(query, filters)) or 0


def begun_by(session: Session, filters: Filters) -> Sequence[Any]:
    """Every learner with every activity that they have done something of."""
    if filters.period:
        query = select(_E.learner_id, _E.activity).where(*_between(filters)).distinct()
        source = _E.learner_id
    else:
        source = Begun.learner_id
        query = select(source, Begun.activity)
    if filters.group:
        query = query.where(source.in_(select(_L.id).where(_L.cohort == filters.group)))
    return session.connection().execute(query).fetchall()


def done(session: Session, editions: Mapping[str, int], filters: Filters) -> dict[str, int]:
    """How many have completed each of these activities, in the edition given with it or a later one."""
    if not editions:
        return {}
    found: dict[str, int] = {}
    several = {}
    # A learner completes an edition once, so there is nothing to tell apart but where there are several.
    for url, _, learners in session.connection().execute(_done(editions, filters, func.count(), _E.edition)):
        if url in found:
            several[url] = editions[url]
        found[url] = learners
    if several:
        query = _done(several, filters, func.count(distinct(_E.learner_id)), literal(0))
        found |= {url: learners for url, _, learners in session.connection().execute(query)}
    return found


def _done(editions: Mapping[str, int], filters: Filters, learners: Any, edition: Any) -> Select[Any]:
    query = select(_E.activity, edition, learners).group_by(_E.activity, edition)
    least = case(editions, value=_E.activity, else_=1)
    query = query.where(_E.verb == "completed", _E.activity.in_(list(editions)), _E.edition >= least)
    if filters.group:
        query = query.where(_E.learner_id.in_(select(_L.id).where(_L.cohort == filters.group)))
    return query.where(*_between(filters))


def tries(session: Session, learner: str) -> list[Try]:
    """A learner's finished attempts that count, the last one first; without questions and answers."""
    fields = (_A.activity, _A.title, _A.kind, _A.edition, _A.finished, _A.score, _A.passed, _A.late)
    query = select(*fields).where(_A.learner_id == learner, _A.finished.is_not(None), _A.kind != "practice")
    return [
        Try(*row[:5], float(Fraction(row.score)), row.passed, row.late)
        for row in session.execute(query.order_by(_A.finished.desc(), _A.id))
    ]


def _people(filters: Filters) -> Select[Any]:
    whether = (_L.closed.is_not(None).label("closed"), _L.erased.is_not(None).label("erased"))
    return _of_group(select(_L.id, _L.name, _L.email, _L.cohort, *whether), filters)


def _of_group(query: Select[Any], filters: Filters) -> Select[Any]:
    return query.where(_L.cohort == filters.group) if filters.group else query


def _did(within: Sequence[str], filters: Filters) -> Any:
    """Whether a learner has done something of one of these, between the days."""
    # Columns are named, for `SELECT *` is not answered by the indexes alone.
    if filters.period:
        return exists(_E.learner_id).where(_E.learner_id == _L.id, _E.activity.in_(within), *_between(filters))
    return exists(Begun.learner_id).where(Begun.learner_id == _L.id, Begun.activity.in_(within))


def _completed(url: str, edition: int, filters: Filters) -> Any:
    about = (_E.activity == url, _E.verb == "completed", _E.edition >= edition)
    # Looked up once for all of them, not for each.
    return _L.id.in_(select(_E.learner_id).where(*about, *_between(filters)))


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
    one = select(all.c.id, func.count().label("asked")).where(all.c.rank == 1).group_by(all.c.id)
    one = one.join(Response.__table__, _R.attempt_id == all.c.id)
    if filters.since:
        one = one.where(all.c.finished >= filters.since)
    if filters.until:
        one = one.where(all.c.finished < filters.until)
    if filters.group:
        one = one.where(all.c.learner_id.in_(select(_L.id).where(_L.cohort == filters.group)))
    first = one.cte("first")
    # There is no rest of a test of one question.
    rest = (_R.total * first.c.asked - _R.score) / func.nullif(first.c.asked - 1, 0)
    sums = (_R.score, rest, _R.score * _R.score, rest * rest, _R.score * rest)
    query = (
        select(
            first.c.asked.label("of"),
            _R.question,
            func.max(_R.asked),
            _R.answer,
            func.max(_R.attempt_id),
            func.count(),
            func.sum(case((_R.score >= 1, 1), else_=0)),
            *(func.sum(one) for one in sums),
        )
        .join_from(first, Response.__table__, _R.attempt_id == first.c.id)
        .group_by(_R.question, _R.answer, first.c.asked)
    )
    return [
        Said(*row[1:8], Sums(row[5], *row[7:]) if row.of > 1 else Sums()) for row in session.connection().execute(query)
    ]


def drawn(session: Session, attempts: Sequence[str]) -> list[str]:
    """The questions of attempts, as they wrote them down."""
    return list(session.scalars(select(Attempt.drawn).where(Attempt.id.in_(attempts)))) if attempts else []
