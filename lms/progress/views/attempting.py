"""Quizzes in the browser: begun, answered, handed in, and the verdict."""

from collections.abc import Callable, Sequence
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from random import SystemRandom
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest, Unauthorized
from werkzeug.wrappers import Response as Answer

from lms.library.models import Course
from lms.library.release import Release
from lms.modules.models import Activity, Lesson
from lms.progress.models.attempts import Kind, Outlook
from lms.progress.rules import attempts as rules
from lms.progress.service import attempting, learning
from lms.progress.service.attempting import Refused
from lms.progress.store.attempts import Attempt
from lms.web import at_hand
from lms.web.at_hand import gettext, house, release
from lms.web.gate import opens_to
from lms.web.headers import keep_nowhere
from lms.web.visitor import Visitor, database
from lms.web.visitor import learner as me

bp = Blueprint("attempts", __name__)
bp.after_request(keep_nowhere)

_CHANCE = SystemRandom()


# -- Begun ----------------------------------------------------------------------------------------------------------


@bp.post("/modules/<slug>/attempts")
@bp.post("/webinars/<slug>/attempts")
@bp.post("/podcasts/<slug>/<name>/attempts")
@bp.post("/courses/<slug>/attempts")
@opens_to("learner")
def begin(**_: str) -> Answer:
    activity = _activity(request.path.removesuffix("/attempts"))
    kind = _kind(activity, request.form.get("kind", ""))
    learner, now = me(), house().now()
    lacks = bool(learning.missing(database(), release(), learner.id, activity))
    try:
        attempt = attempting.begin(database(), learner, activity, kind, release().id, now, _CHANCE, lacks, completing)
    except Refused:
        return redirect(f"{activity.url}/quiz#take", 303)  # where it says why
    if (note := house().begun) is not None:
        note(activity)
    return _to(attempt)


@bp.post("/attempts/<id>/practice")
@opens_to("learner")
def practise(id: str) -> Answer:
    return _to(attempting.practise(database(), me(), id, house().now(), _CHANCE) or abort(404))


# -- Under way, and the verdict -------------------------------------------------------------------------------------


@bp.get("/attempts/<id>")
@opens_to("learner")
def attempt(id: str) -> str:
    found = attempting.look(database(), me(), id, house().now(), completing) or abort(404)
    return _verdict(found) if found.finished else _questions(found)


@bp.post("/attempts/<id>/answers")
@opens_to("learner")
def save(id: str) -> Any:
    found = attempting.save(database(), me(), id, request.form, house().now(), completing) or abort(404)
    if not _by_script():
        if not found.finished:
            flash(gettext("Your answers are saved."))
        return _to(found)
    if found.finished:
        return "", 409
    questions = rules.read(found.drawn)
    return render_template("progress/left.html", **_left(found, rules.unanswered(questions, found.answers), questions))


@bp.post("/attempts/<id>")
@opens_to("learner")
def finish(id: str) -> Answer:
    sure = bool(request.form.get("sure"))
    found = attempting.finish(database(), me(), id, request.form, house().now(), sure, completing) or abort(404)
    if found.finished is None:
        return redirect(url_for("attempts.attempt", id=id, finish=1), 303)
    return _to(found)


@bp.errorhandler(Unauthorized)
@bp.errorhandler(BadRequest)
def again(error: Unauthorized | BadRequest) -> Any:
    """The page was older than the sign-in, or nobody is signed in any more: back to where one can go on."""
    if _by_script():
        return "", 401
    flash(gettext("That page was out of date, so nothing was taken from it. Look through your answers, and go on."))
    there = request.path.removesuffix("/answers").removesuffix("/practice")
    return redirect(there.removesuffix("/attempts") + "/quiz" if there.endswith("/attempts") else there, 303)


@bp.errorhandler(attempting.Erased)
def gone(_: attempting.Erased) -> Answer:
    """The account was erased in another browser while this one asked."""
    return redirect("/", 303)


# -- Places in other pages ------------------------------------------------------------------------------------------


def before_quiz(found: Visitor | None, url: str) -> str:
    """The place on the page about a quiz: sign in, what was done, and whether one may begin."""
    activity = at_hand.activity(url)
    if activity is None or activity.quiz is None:
        return ""
    if found is None:
        return render_template("progress/sign_in.html", activity=activity)
    now = house().now()
    past = attempting.past(database(), found.id, url, now, completing)
    lacks = learning.missing(database(), release(), found.id, activity)
    kinds: tuple[Kind, ...] = ("pre", "post") if isinstance(activity, Course) else ("quiz",)
    views = [
        attempting.outlook(database(), found.id, activity, kind, past, now, bool(lacks) and kind != "pre")
        for kind in kinds
    ]
    gain = rules.gain(past, activity.edition)
    return render_template(
        "progress/take.html", activity=activity, views=views, lacks=lacks, zone=found.zone, gain=gain, **_WORDS
    )


def before_course(found: Visitor | None, url: str) -> str:
    """The place on a course's page: an invitation to its test, or what was gained."""
    course = at_hand.activity(url)
    if course is None or course.quiz is None:
        return ""
    past = attempting.past(database(), found.id, url, house().now(), completing) if found else []
    views: dict[str, Outlook] = {
        kind: rules.outlook(course.quiz, kind, course.edition, past, house().now())  # type: ignore[arg-type]
        for kind in ("pre", "post")
    }
    gain = rules.gain(past, course.edition)
    return render_template("progress/pair.html", course=course, **views, gain=gain, **_WORDS)


# -- Shared ---------------------------------------------------------------------------------------------------------


def completing(session: Session, learner_id: str, url: str, now: datetime) -> None:
    """With what closes an attempt goes what it completes."""
    learning.note_completion(session, release(), learner_id, url, now)


def _activity(url: str) -> Activity:
    found = at_hand.activity(url)
    return found if found is not None and found.quiz is not None else abort(404)


def _kind(activity: Activity, said: str) -> Kind:
    """Of which kind the attempt is to be: the test of a course is taken before it or after it."""
    if not isinstance(activity, Course):
        return "quiz"
    return said if said in ("pre", "post") else abort(404)  # type: ignore[return-value]


def _to(attempt: Attempt) -> Answer:
    return redirect(url_for("attempts.attempt", id=attempt.id), 303)


def _by_script() -> bool:
    return request.headers.get("X-Fragment") == "left"


def _questions(attempt: Attempt) -> str:
    questions = rules.read(attempt.drawn)
    left = rules.unanswered(questions, attempt.answers)
    asked = [
        (question, answer, rules.digest(answer), rules.made_in(attempt.answers, question.id))
        for question in questions
        for answer in [rules.answer_in(attempt.answers, question.id)]
    ]
    return render_template(
        "progress/attempt.html",
        attempt=attempt,
        asked=asked,
        sure="finish" in request.args and bool(left),
        now=rules.milliseconds(house().now()),
        ends=rules.milliseconds(attempt.until) if attempt.until else None,
        seconds=_seconds(attempt.until),
        zone=me().zone,
        **_left(attempt, left, questions),
    )


def _left(attempt: Attempt, left: Sequence[int], questions: Sequence[Any]) -> dict[str, Any]:
    return {"left": [(number, questions[number - 1].id) for number in left], "total": len(questions)}


def _seconds(until: datetime | None) -> int:
    return max(0, int((until - house().now()).total_seconds())) if until else 0


def _verdict(attempt: Attempt) -> str:
    activity = at_hand.activity(attempt.activity)
    marks = attempting.marks(database(), attempt)
    view = gain = None
    if activity is not None and activity.quiz is not None and attempt.kind != "practice":
        past = attempting.past(database(), me().id, attempt.activity, house().now())
        view = attempting.outlook(database(), me().id, activity, attempt.kind, past, house().now())
        gain = rules.gain(past, attempt.edition) if attempt.kind == "post" else None
    return render_template(
        "progress/verdict.html",
        attempt=attempt,
        activity=activity,
        marks=marks,
        score=Fraction(attempt.score),
        view=view,
        gain=gain,
        again=bool(rules.wrong(marks)),
        lessons=_lessons(release(), attempt.activity),
        zone=me().zone,
        **_WORDS,
    )


@lru_cache(maxsize=8)
def _lessons(release: Release, url: str) -> dict[int, tuple[Lesson, str]]:
    """Where to read again, by objective: the first lesson of a module with a check of it."""
    module = release.module(url.removeprefix("/modules/")) if url.startswith("/modules/") else None
    found: dict[int, tuple[Lesson, str]] = {}
    if module is None:
        return found
    for lesson in module.lessons:
        body = release.lesson_body(module, lesson.slug) if lesson.checks else None
        for check in body.checks if body else ():
            if check.objective:
                found.setdefault(check.objective, (lesson, module.lesson_url(lesson)))
    return found


_WORDS: dict[str, Callable[..., object]] = {"percent": rules.percent}
