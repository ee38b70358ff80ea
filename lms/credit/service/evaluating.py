"""Evaluation forms answered: that it was done beside the name, and what was said apart from it."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms import db
from lms.credit import store
from lms.credit.models import Asked, Evaluation
from lms.credit.store import Evaluated, Opinion


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
    """Keep what a learner says of an activity, once for each completion; False where they have said it already."""
    db.writing(session)
    try:
        if store.evaluated(session, learner_id, completion):
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
        )
    )
    session.commit()
    return True


# -- Summed up ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Summed:
    """What was said to one question: how often each choice was taken, and all texts."""

    asked: Asked
    counts: tuple[tuple[str, int], ...] = ()
    texts: tuple[str, ...] = ()

    @property
    def answered(self) -> int:
        return sum(count for _, count in self.counts) if self.counts else len(self.texts)

    @property
    def mean(self) -> float | None:
        """Of a scale: the mean step, from 1."""
        total = sum(count for _, count in self.counts)
        if self.asked.kind != "scale" or not total:
            return None
        return sum(step * count for step, (_, count) in enumerate(self.counts, 1)) / total


#: Fewer forms than these are not shown one by one: whoever knows who was there would know who said it.
FEWEST = 3


def summed(session: Session, activity: str, edition: int | None = None) -> tuple[int, list[Summed]]:
    """How many forms came in about an activity, and what they say, question by question, the newest form's first."""
    rows = [row for row in store.opinions(session, activity) if edition is None or row.edition == edition]
    asked: dict[tuple[str, str], Asked] = {}
    counts: dict[tuple[str, str], Counter[str]] = {}
    texts: dict[tuple[str, str], list[str]] = {}
    for row in sorted(rows, key=lambda one: one.period, reverse=True):
        for one in Evaluation.model_validate(json.loads(row.form)).questions:
            key = (one.id, one.ask)
            asked.setdefault(key, one)
            answer = row.answers.get(one.id)
            if answer is None or answer == "":
                continue
            if one.kind == "text":
                texts.setdefault(key, []).append(str(answer))
            else:
                counts.setdefault(key, Counter()).update(answer if isinstance(answer, list) else [answer])
    return len(rows), [
        Summed(
            one,
            tuple((choice, counts.get(key, Counter())[choice]) for choice in _choices(one, counts.get(key, Counter()))),
            # By their letters: the order in which they came tells who wrote them.
            tuple(sorted(texts.get(key, ()))),
        )
        for key, one in asked.items()
    ]


def _choices(one: Asked, counts: Counter[str]) -> list[str]:
    if one.kind == "text":
        return []
    return [*one.choices, *(choice for choice in sorted(counts) if choice not in one.choices)]
