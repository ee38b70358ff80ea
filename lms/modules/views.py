"""Pages of modules: their lists, lessons, checks, and the front of their quizzes."""

from dataclasses import dataclass
from typing import NoReturn

from flask import Blueprint, abort, redirect, render_template, request

from lms.modules.context import one_file
from lms.modules.marking import Answer, Verdict, answer_from, mark
from lms.modules.models import Body, Lesson, Module, Question
from lms.web.at_hand import page_of, release
from lms.web.pages import page

bp = Blueprint("modules", __name__)

#: A rail of more lessons than this shows those round the current one.
LONGEST_RAIL = 40


@bp.get("/modules")
@page
def modules() -> str:
    cards, number, parts = page_of(release().cards("module"))
    return render_template("modules/modules.html", cards=cards, number=number, count=parts)


@bp.get("/modules/<slug>")
@page
def module(slug: str) -> str:
    module = release().module(slug) or abort(404)
    return render_template("modules/module.html", module=module, courses=release().courses_with(module.url))


@bp.get("/modules/<slug>/quiz")
@page
def quiz(slug: str) -> str:
    module = release().module(slug)
    if module is None or module.quiz is None:
        abort(404)
    return render_template("modules/quiz.html", activity=module, quiz=module.quiz)


@bp.get("/modules/<slug>/<name>")
@page
def lesson(slug: str, name: str) -> str:
    module = release().module(slug) or abort(404)
    lesson = module.lesson(name) or abort_or_go_to(module, name)
    body = release().lesson_body(module, name) or abort(404)
    answered = answered_in(body)
    if answered and request.headers.get("X-Fragment") == "check":
        return render_template("modules/check.html", check=answered.check, answered=answered)
    return render_template(
        "modules/lesson.html", module=module, lesson=lesson, body=body, answered=answered, **around(module, lesson)
    )


def abort_or_go_to(module: Module, anchor: str) -> NoReturn:
    """Of a module in one file: go to the lesson that has the heading, for links know the file alone; else 404."""
    if one_file(module.path):
        for lesson in module.lessons:
            body = release().lesson_body(module, lesson.slug)
            if body and any(heading.id == anchor for heading in body.headings):
                abort(redirect(f"{module.lesson_url(lesson)}#{anchor}"))
        if any(heading.id == anchor for heading in module.introduction.headings):
            abort(redirect(f"{module.url}#{anchor}"))
    abort(404)


@dataclass(frozen=True)
class Answered:
    """A check, what was said to it, and what that is worth."""

    check: Question
    answer: Answer
    verdict: Verdict


def answered_in(body: Body) -> Answered | None:
    """The check of `body` that the query answers, if it answers one."""
    check = body.check(request.args.get("check", ""))
    if check is None:
        return None
    answer = answer_from(request.args, check)
    return Answered(check, answer, mark(check, answer))


def around(module: Module, lesson: Lesson) -> dict[str, object]:
    """The place of a lesson in its module: its number from 1, its neighbours, and the rail beside it."""
    lessons = module.lessons
    here = lessons.index(lesson)
    first, last = 0, len(lessons)
    if len(lessons) > LONGEST_RAIL:
        first = max(0, min(here - 8, len(lessons) - 17))
        last = first + 17
    return {
        "number": here + 1,
        "earlier": lessons[here - 1] if here else None,
        "later": lessons[here + 1] if here + 1 < len(lessons) else None,
        "rail": lessons[first:last],
    }
