"""Attempts: what is drawn, which answer stands, what it is all worth, and whether one may be begun. Pure."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from hashlib import sha256
from random import Random
from typing import Any

from pydantic import TypeAdapter

from lms.modules.marking import LONGEST, Answer, Form, Verdict, answer_from, mark
from lms.modules.models import Match, MultipleResponse, Question, Quiz, Reflection, SingleChoice
from lms.progress.models.attempts import Kind, Outlook, Past, Reason

#: A bad line may bring an answer so much later than it was given.
GRACE = timedelta(seconds=30)
#: How far ahead of ours a browser's clock is believed, in milliseconds.
AHEAD = 60_000

_QUESTIONS = TypeAdapter(tuple[Question, ...])

Answers = Mapping[str, Any]
"""What stands in an attempt: by question, when it was said, in milliseconds, and the answer."""


@dataclass(frozen=True)
class Said:
    """One answer, and when it was given by the clock of who gave it, in milliseconds."""

    answer: Answer
    made: int


@dataclass(frozen=True)
class Marked:
    """A question of an attempt, what was answered, and what that is worth."""

    question: Question
    answer: Answer
    verdict: Verdict


# -- Questions ------------------------------------------------------------------------------------------------------


def draw(quiz: Quiz, chance: Random) -> tuple[Question, ...]:
    """The questions of one attempt, in their order, each with its choices in theirs."""
    numbers = list(range(len(quiz.questions)))
    if quiz.asked < len(numbers):
        numbers = sorted(chance.sample(numbers, quiz.asked))
        if all(isinstance(quiz.questions[number], Reflection) for number in numbers):
            # Something has to be marked.
            marked = [n for n, one in enumerate(quiz.questions) if not isinstance(one, Reflection)]
            numbers = sorted([*numbers[1:], *(chance.sample(marked, 1) if marked else numbers[:1])])
    drawn = [quiz.questions[number] for number in numbers]
    return shuffled(drawn, chance) if quiz.shuffle else tuple(drawn)


def shuffled(questions: Sequence[Question], chance: Random) -> tuple[Question, ...]:
    """Questions in a new order, and what one chooses from too; lines to put in order say nothing of it anyway."""
    return tuple(_mixed(question, chance) for question in chance.sample(questions, len(questions)))


def _mixed(question: Question, chance: Random) -> Question:
    match question:
        case SingleChoice() | MultipleResponse():
            return question.model_copy(
                update={"choices": tuple(chance.sample(question.choices, len(question.choices)))}
            )
        case Match():
            return question.model_copy(update={"pairs": tuple(chance.sample(question.pairs, len(question.pairs)))})
    return question


def written(questions: Sequence[Question]) -> str:
    """Questions as an attempt keeps them, right answers and all."""
    return _QUESTIONS.dump_json(tuple(questions)).decode()


def read(text: str) -> tuple[Question, ...]:
    """Questions as they were written."""
    return _QUESTIONS.validate_json(text)


# -- Answers --------------------------------------------------------------------------------------------------------


def given(form: Form, questions: Iterable[Question], now: datetime) -> dict[str, Said]:
    """What a form says anew, by question: its fields stand after the question's id and a point.

    `<id>.was` is the digest of the answer that the form was filled with: one that is still the same is not said anew.
    `<id>.made` is when it was given; without it, now. A question with neither field is not in the form.
    """
    clock, found = milliseconds(now), {}
    for question in questions:
        prefix = f"{question.id}."
        was, made = form.get(f"{prefix}was", ""), form.get(f"{prefix}made", "")
        if not was and not made:
            continue
        answer = answer_from(form, question, prefix)
        if answer.text:
            answer = answer.model_copy(update={"text": answer.text.replace("\r\n", "\n")[:LONGEST]})
        moment = int(made) if made.isascii() and made.isdigit() and len(made) < 16 else 0
        if moment or digest(answer) != was:
            found[question.id] = Said(answer, clock if not moment or moment > clock + AHEAD else moment)
    return found


def kept(answers: Answers, said: Mapping[str, Said]) -> dict[str, Any]:
    """The answers with what was said, where it is newer than what stands there. In whatever order things arrive, and
    however often, the newest stands in the end."""
    merged = dict(answers)
    for id, one in said.items():
        there = merged.get(id)
        if there is None or _age(one) > _age(Said(answer_in(merged, id), there["made"])):
            merged[id] = {"made": one.made, "answer": plain(one.answer)}
    return merged


def answer_in(answers: Answers, id: str) -> Answer:
    """The answer to a question that stands there; an empty one where none does."""
    return Answer(**answers[id]["answer"]) if id in answers else Answer()


def made_in(answers: Answers, id: str) -> int:
    return answers[id]["made"] if id in answers else 0


def unanswered(questions: Sequence[Question], answers: Answers) -> list[int]:
    """Numbers, from 1, of the questions without an answer."""
    return [number for number, one in enumerate(questions, 1) if answer_in(answers, one.id).empty]


def plain(answer: Answer) -> dict[str, Any]:
    """An answer as JSON, without the fields that it has not."""
    told = answer.model_dump(mode="json", exclude_defaults=True)
    return told | {"choices": sorted(told["choices"])} if "choices" in told else told


def digest(answer: Answer) -> str:
    """What tells that an answer is still the same."""
    return sha256(_canonical(answer).encode()).hexdigest()[:12]


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _canonical(answer: Answer) -> str:
    return json.dumps(plain(answer), sort_keys=True)


def _age(said: Said) -> tuple[int, str]:
    return said.made, _canonical(said.answer)


# -- Marks ----------------------------------------------------------------------------------------------------------


def marked(questions: Iterable[Question], answers: Answers) -> tuple[Marked, ...]:
    found = []
    for question in questions:
        answer = answer_in(answers, question.id)
        found.append(Marked(question, answer, mark(question, answer)))
    return tuple(found)


def score(marks: Iterable[Marked]) -> Fraction:
    """The mean of all questions that are marked, exactly; none of them is worth more than another."""
    scores = [one.verdict.score for one in marks if one.verdict.score is not None]
    return sum(scores, Fraction(0)) / len(scores) if scores else Fraction(0)


def passes(score: Fraction, pass_mark: int) -> bool:
    return score * 100 >= pass_mark


def percent(score: Fraction) -> int:
    """A score in whole per cent for people, rounded down: 79.9 is not 80, and does not pass at it."""
    return int(score * 100)


def wrong(marks: Iterable[Marked]) -> tuple[Question, ...]:
    """The questions that were not all right."""
    return tuple(one.question for one in marks if one.verdict.score is not None and one.verdict.score < 1)


# -- May one begin? -------------------------------------------------------------------------------------------------


def is_late(until: datetime | None, now: datetime) -> bool:
    """Whether what arrives now is too late to count."""
    return until is not None and now > until + GRACE


def outlook(quiz: Quiz, kind: Kind, edition: int, all: Sequence[Past], now: datetime, missing: bool = False) -> Outlook:
    """What was done at a quiz, and whether another attempt may be begun; attempts of other editions do not count."""
    mine = [one for one in all if one.kind == kind]
    open = next((one for one in mine if one.finished is None), None)
    past = tuple(one for one in mine if one.edition == edition and one.finished is not None)
    earlier = tuple(one for one in mine if one.edition != edition and one.finished is not None)
    limit = 1 if kind == "pre" else quiz.attempts
    left = None if limit is None else max(0, limit - len(past))
    wait = max((one.finished for one in past if one.finished), default=None)
    wait = wait + timedelta(minutes=quiz.pause) if wait and quiz.pause else None
    after = kind == "pre" and any(one.kind == "post" and one.edition == edition and one.finished for one in all)
    reason: Reason | None = None
    if after and not past:
        reason = "after"
    elif left == 0:
        reason = "taken" if kind == "pre" else "attempts"
    elif missing:
        reason = "missing"
    elif wait and wait > now:
        reason = "pause"
    return Outlook(
        kind=kind,
        past=past,
        earlier=earlier,
        open=open,
        left=left,
        reason=reason,
        wait=wait if reason == "pause" else None,
    )


def gain(all: Sequence[Past], edition: int) -> tuple[Fraction, Fraction] | None:
    """The scores before and after a course: of the first test before it, and of the last one after it."""
    mine = [one for one in all if one.edition == edition and one.score is not None and one.finished]
    before = [one.score for one in mine if one.kind == "pre"]
    after = [one.score for one in mine if one.kind == "post"]
    return (before[0], after[-1]) if before and after else None  # type: ignore[return-value]
