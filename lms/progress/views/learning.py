"""Lessons and transcripts read, and all that somebody has begun and done."""

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from lms.media.models import Episode, Webinar
from lms.progress.service import learning, noting
from lms.progress.store import notes
from lms.progress.views import saying
from lms.web.at_hand import house, release
from lms.web.gate import opens_to
from lms.web.headers import keep_nowhere
from lms.web.visitor import database
from lms.web.visitor import learner as me

bp = Blueprint("learning", __name__)
bp.after_request(keep_nowhere)

#: Notes that "My learning" shows at first.
_NOTES = 100


@bp.post("/modules/<slug>/<name>/readings")
@opens_to("learner")
def read(slug: str, name: str) -> Answer:
    module = release().module(slug) or abort(404)
    lesson = module.lesson(name) or abort(404)
    said = request.form.get("edition", "")
    edition = int(said) if said.isascii() and said.isdigit() and len(said) < 10 else module.edition
    learning.read_lesson(database(), release(), me().id, module, lesson, edition, house().now())
    here = module.lesson_url(lesson)
    if request.form.get("to") == "here":
        return redirect(f"{here}#_onward", 303)
    later = module.lessons[module.lessons.index(lesson) + 1 :]
    quiz = f"{module.url}/quiz" if module.quiz else module.url
    return redirect(module.lesson_url(later[0]) if later else quiz, 303)


@bp.post("/webinars/<slug>/readings")
@opens_to("learner")
def read_webinar(slug: str) -> Answer:
    return _read_transcript(release().webinar(slug))


@bp.post("/podcasts/<slug>/<name>/readings")
@opens_to("learner")
def read_episode(slug: str, name: str) -> Answer:
    return _read_transcript(release().episode(slug, name))


def _read_transcript(activity: Webinar | Episode | None) -> Answer:
    """Where the author lets it count, and in a language that is there; else 404."""
    lang = request.form.get("lang", "")
    if activity is None or not activity.read_counts or f"{activity.url}/readings" != request.path:
        abort(404)
    if lang not in [captions.lang for captions in activity.recording.captions]:
        abort(404)
    learning.read_transcript(database(), release(), me().id, activity, lang, house().now())
    return redirect(f"{activity.url}#_standing", 303)


@bp.get("/learning")
@opens_to("learner")
def mine() -> str:
    learner = me()
    found = learning.learning(database(), release(), learner.id)
    return render_template(
        "progress/learning.html",
        found=found,
        learner=learner,
        pages=noting.in_order(notes.of(database(), learner.id, _NOTES)),
        most=_NOTES,
        saying=saying,
    )
