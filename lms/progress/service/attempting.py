"""Quizzes taken: attempts begun, answers kept as they are given, attempts finished and marked."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from random import Random
from secrets import token_urlsafe
from typing import Any

from sqlalchemy.orm import Session

from lms import db
from lms.ledger import store as ledger
from lms.ledger.models import Entry
from lms.modules.marking import Answer, Form
from lms.modules.models import Activity, Quiz
from lms.people.store import Learner
from lms.progress.models.attempts import Kind, Outlook, Past
from lms.progress.rules import attempts as rules
from lms.progress.rules.attempts import Marked
from lms.progress.store import attempts as store
from lms.progress.store.attempts import Attempt

#: Told in the transaction that closes an attempt: the learner's id, the activity's address, and when.
Closed = Callable[[Session, str, str, datetime], object]

#: A typed answer is told to the coordinator by its beginning.
BEGINNING = 100


class Refused(Exception):
    """No attempt is begun; `outlook` says why."""

    def __init__(self, outlook: Outlook) -> None:
        super().__init__(outlook.reason)
        self.outlook = outlook


class Erased(Exception):
    """The account was erased while this was asked for."""


# -- Begun ----------------------------------------------------------------------------------------------------------


def past(session: Session, learner_id: str, activity: str, now: datetime, closed: Closed | None = None) -> list[Past]:
    """What a learner did at an activity's quiz; an attempt whose time is over is closed by being looked at."""
    found = store.past(session, learner_id, activity)
    late = [one.id for one in found if one.finished is None and rules.is_late(one.until, now)]
    for id in late:
        _changed(session, learner_id, id, now, closed=closed)
    return store.past(session, learner_id, activity) if late else found


def outlook(
    session: Session,
    learner_id: str,
    activity: Activity,
    kind: Kind,
    past: Sequence[Past],
    now: datetime,
    missing: bool = False,
) -> Outlook:
    """What was done at a quiz, and whether another attempt may be begun; who renews has all attempts anew."""
    assert activity.quiz is not None
    view = rules.outlook(activity.quiz, kind, activity.edition, past, now, missing)
    if view.reason != "attempts":
        return view
    renewals = ledger.of(session, learner_id, [activity.url], ["renewed"])
    since = max(
        (one.happened for one in renewals if one.activity == activity.url and one.verb == "renewed"), default=None
    )
    if since is None:
        return view
    anew = [one for one in past if one.began >= since]
    return rules.outlook(activity.quiz, kind, activity.edition, anew, now, missing)


def begin(
    session: Session,
    learner: Learner,
    activity: Activity,
    kind: Kind,
    revision: str,
    now: datetime,
    chance: Random,
    missing: bool = False,
    closed: Closed | None = None,
) -> Attempt:
    """A new attempt at the quiz of an activity, or the one that is open already. Raises Refused, and Erased."""
    quiz = activity.quiz
    assert quiz is not None
    past(session, learner.id, activity.url, now, closed)
    db.writing(session)
    if not store.hold_learner(session, learner.id):
        session.rollback()
        raise Erased
    tries = store.past(session, learner.id, activity.url)
    view = outlook(session, learner.id, activity, kind, tries, now, missing)
    if view.open is not None:
        attempt = store.begun(session, learner.id, activity.url, kind)
        session.commit()
        assert attempt is not None
        return attempt
    if view.reason is not None:
        session.rollback()
        raise Refused(view)
    attempt = _new(learner, activity, quiz, kind, revision, now, chance)
    session.add(attempt)
    session.commit()
    return attempt


def practise(session: Session, learner: Learner, id: str, now: datetime, chance: Random) -> Attempt | None:
    """An attempt that counts for nothing at what was wrong in a finished one; None when there is no such thing."""
    whole = look(session, learner, id, now)
    if whole is None or whole.finished is None or whole.kind == "pre":
        return None
    again = rules.wrong(marks(session, whole))
    if not again:
        return None
    db.writing(session)
    if not store.hold_learner(session, learner.id):
        session.rollback()
        raise Erased
    attempt = store.begun(session, learner.id, whole.activity, "practice")
    if attempt is None:
        told = {
            name: getattr(whole, name) for name in ("activity", "edition", "revision", "title", "lang", "pass_mark")
        }
        attempt = Attempt(
            **told,
            id=token_urlsafe(16),
            learner_id=learner.id,
            kind="practice",
            credit=[],
            began=now,
            until=None,
            drawn=rules.written(rules.shuffled(again, chance)),
            answers={},
        )
        session.add(attempt)
    session.commit()
    return attempt


# -- Under way ------------------------------------------------------------------------------------------------------


def look(session: Session, learner: Learner, id: str, now: datetime, closed: Closed | None = None) -> Attempt | None:
    """The learner's attempt of this id; one whose time is over is closed now, with what was saved in time."""
    attempt = store.attempt(session, learner.id, id)
    if attempt is None or attempt.finished is not None or not rules.is_late(attempt.until, now):
        return attempt
    return _changed(session, learner.id, id, now, closed=closed)


def save(
    session: Session, learner: Learner, id: str, form: Form, now: datetime, closed: Closed | None = None
) -> Attempt | None:
    """Keep the answers in a form, each where it is newer than what is kept; one that is over stays as it is."""
    return _changed(session, learner.id, id, now, form, closed=closed)


def finish(
    session: Session,
    learner: Learner,
    id: str,
    form: Form,
    now: datetime,
    sure: bool,
    closed: Closed | None = None,
) -> Attempt | None:
    """Keep the answers in a form and close the attempt, unless something is unanswered and it is not `sure`.

    What is over already stays as it is, so that it may be asked for again and again.
    """
    return _changed(session, learner.id, id, now, form, finish=True, sure=sure, closed=closed)


def close_late(session: Session, now: datetime, most: int = 1_000, closed: Closed | None = None) -> int:
    """Close attempts whose time is over and that nobody has looked at since; returns how many."""
    due = store.overdue(session, now - rules.GRACE, most)
    return sum(_changed(session, learner, id, now, closed=closed) is not None for learner, id in due)


def marks(session: Session, attempt: Attempt) -> tuple[Marked, ...]:
    """Each question of a finished attempt, what was answered, and what that is worth."""
    questions, answers = rules.read(attempt.drawn), attempt.answers
    if any(question.kind == "reflection" for question in questions):
        texts = store.reflections(session, attempt.id)
        answers = answers | {id: {"made": 0, "answer": {"text": text}} for id, text in texts.items()}
    return rules.marked(questions, answers)


# -- Taken along, and forgotten -------------------------------------------------------------------------------------


def forget(session: Session, learner: Learner) -> None:
    """Forget what the learner wrote, when the account is erased; for `people.service.changing.erase`."""
    store.forget(session, learner.id)


def own_data(session: Session, learner: Learner) -> Mapping[str, object]:
    """What is kept of the learner's attempts, for themselves, without what was right; for `changing.own_data`."""
    texts = store.reflections_of(session, learner.id)
    told = []
    for attempt in store.of(session, learner.id):
        answers = {id: one["answer"] for id, one in attempt.answers.items()}
        answers |= {id: {"text": text} for id, text in texts.get(attempt.id, {}).items()}
        told.append(
            {
                **{name: getattr(attempt, name) for name in ("id", "activity", "title", "kind", "edition")},
                **{name: _iso(getattr(attempt, name)) for name in ("began", "until", "finished")},
                **{name: getattr(attempt, name) for name in ("score", "pass_mark", "passed", "late")},
                "answers": answers,
            }
        )
    return {"attempts": told}


# -- Inside ---------------------------------------------------------------------------------------------------------


def _new(
    learner: Learner, activity: Activity, quiz: Quiz, kind: Kind, revision: str, now: datetime, chance: Random
) -> Attempt:
    offered = activity.credit if activity.gives_credit(now.date()) and kind != "pre" else ()
    return Attempt(
        id=token_urlsafe(16),
        learner_id=learner.id,
        activity=activity.url,
        kind=kind,
        edition=activity.edition,
        revision=revision,
        title=activity.title,
        lang=activity.lang,
        pass_mark=quiz.pass_mark,
        credit=[credit.model_dump(mode="json", exclude_none=True) for credit in offered],
        began=now,
        until=now + timedelta(minutes=quiz.minutes) if quiz.minutes else None,
        drawn=rules.written(rules.draw(quiz, chance)),
        answers={},
    )


def _changed(
    session: Session,
    learner: str,
    id: str,
    now: datetime,
    form: Form | None = None,
    finish: bool = False,
    sure: bool = False,
    closed: Closed | None = None,
) -> Attempt | None:
    """The attempt after what a form says of it, in one transaction."""
    db.writing(session)
    attempt = store.held(session, learner, id)
    if attempt is not None and attempt.finished is None:
        late = rules.is_late(attempt.until, now)
        questions = rules.read(attempt.drawn)
        if form is not None and not late:
            attempt.answers = rules.kept(attempt.answers, rules.given(form, questions, now))
        if late or (finish and (sure or not rules.unanswered(questions, attempt.answers))):
            _close(session, attempt, rules.marked(questions, attempt.answers), now, late)
            if closed is not None and attempt.passed and attempt.kind != "practice":
                closed(session, learner, attempt.activity, now)
    session.commit()
    return attempt


def _close(session: Session, attempt: Attempt, marks: Sequence[Marked], now: datetime, late: bool) -> None:
    """Mark it, and write it into the ledger, once and for ever."""
    score = rules.score(marks)
    # One whose time is over ended then, whenever somebody looked.
    end = attempt.until if late and attempt.until else now
    attempt.finished, attempt.late, attempt.score = end, late, str(score)
    attempt.passed = attempt.kind != "pre" and rules.passes(score, attempt.pass_mark)
    texts = {one.question.id: one.answer.text for one in marks if one.question.kind == "reflection"}
    attempt.answers = {id: one for id, one in attempt.answers.items() if id not in texts}
    ledger.append(session, [_entry(attempt, marks, end, now)])
    common = {"attempt_id": attempt.id, "learner_id": attempt.learner_id}
    about = {"activity": attempt.activity, "edition": attempt.edition, "kind": attempt.kind, "finished": end}
    counted = [] if attempt.kind == "practice" else [one for one in marks if one.verdict.score is not None]
    store.record(
        session,
        (common | about | _response(one, score) for one in counted),
        (common | {"question": id, "text": text} for id, text in texts.items() if text),
    )


def _entry(attempt: Attempt, marks: Sequence[Marked], happened: datetime, now: datetime) -> Entry:
    return Entry(
        id=attempt.id,
        learner=attempt.learner_id,
        verb="practised" if attempt.kind == "practice" else "attempted",
        activity=attempt.activity,
        edition=attempt.edition,
        revision=attempt.revision,
        happened=happened,
        arrived=now,
        data={
            "attempt": attempt.id,
            "kind": attempt.kind,
            "score": attempt.score,
            "pass_mark": attempt.pass_mark,
            "passed": attempt.passed,
            "late": attempt.late,
            "began": attempt.began.isoformat(),
            "credit": attempt.credit,
            "questions": [_told(one) for one in marks],
        },
    )


def _told(one: Marked) -> dict[str, Any]:
    """A question as the ledger has it. A reflection's text is not there: nothing could take it out again."""
    question, score = one.question, one.verdict.score
    return {
        "id": question.id,
        "kind": question.kind,
        "objective": question.objective,
        "score": None if score is None else str(score),
        "answer": {} if question.kind == "reflection" else rules.plain(one.answer),
    }


def _response(one: Marked, total: Fraction) -> dict[str, Any]:
    return {
        "question": one.question.id,
        "asked": one.question.kind,
        "score": float(one.verdict.score or 0),
        "total": float(total),
        "answer": _short(one.answer),
    }


def _short(answer: Answer) -> str:
    if answer.choices:
        return ",".join(sorted(answer.choices))
    given = answer.places or answer.pairs
    return json.dumps(given, sort_keys=True) if given else answer.text[:BEGINNING]


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
