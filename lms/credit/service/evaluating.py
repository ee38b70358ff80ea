"""Evaluation forms answered: that it was done beside the name, and what was said apart from it."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from secrets import token_hex
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms import db
from lms.credit import store
from lms.credit.models import Evaluation, Summary
from lms.credit.rules import summing as rules
from lms.credit.store import Evaluated, Opinion
from lms.progress.store.attempts import hold_learner


def evaluate(
    session: Session,
    learner_id: str,
    completion: str,
    activity: str,
    edition: int,
    form: Evaluation,
    answers: Mapping[str, Any],
    now: datetime,
) -> bool:
    """Keep what a learner says of an activity, once for each completion.

    False where they have said it already, or their account was erased meanwhile.
    """
    db.writing(session)
    try:
        if not hold_learner(session, learner_id) or store.evaluated(session, learner_id, completion):
            session.rollback()
            return False
        session.add(Evaluated(learner_id=learner_id, completion=completion, activity=activity, edition=edition))
        session.flush()
    except IntegrityError:
        session.rollback()
        return False
    session.add(
        Opinion(
            id=token_hex(16),
            activity=activity,
            edition=edition,
            period=now.strftime("%Y-%m"),
            form=form.model_dump_json(),
            answers=dict(answers),
            learner_id=None if form.anonymous else learner_id,
            told=not form.anonymous,
        )
    )
    session.flush()
    store.tell(session, activity, edition, FEWEST)
    session.commit()
    return True


#: So many anonymous forms are shown at once, for the first time: whoever knows who was there would know who said it.
FEWEST = 3

# -- Summed up ------------------------------------------------------------------------------------------------------


def summed(session: Session, activity: str, edition: int | None = None) -> Summary:
    """What was said of an activity, question by question; of one edition, or of all that have enough forms.

    Anonymous forms of an edition are held back until FEWEST of them are there to be told at once, of all editions too:
    nobody is to find out by taking one sum from another, or the sum of yesterday from that of today.
    """
    rows = store.opinions(session, activity)
    forms = {text: Evaluation.model_validate_json(text) for text in {row.form for row in rows}}
    nameless = Counter(row.edition for row in rows if forms[row.form].anonymous)
    enough = {edition for edition, count in nameless.items() if count >= FEWEST}
    shown = [row for row in rows if not forms[row.form].anonymous or (row.told and row.edition in enough)]
    held = Counter(row.edition for row in rows) - Counter(row.edition for row in shown)
    chosen = [row for row in shown if edition in (None, row.edition)]
    return Summary(
        forms=len(chosen),
        held=sum(count for number, count in held.items() if edition in (None, number)),
        editions=tuple(sorted({row.edition for row in rows}, reverse=True)),
        questions=rules.summed((row.period, forms[row.form], row.answers) for row in chosen),
    )
