"""Bookmarks and notes: written, changed, thrown away by their owner; for everybody else they are not there."""

import re
from secrets import token_hex
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from lms.progress.models.notes import LONGEST, MOST, TooMany
from lms.progress.service import noting
from lms.progress.service.attempting import Erased
from lms.progress.store import notes as store
from lms.progress.store.notes import Note
from lms.web.at_hand import gettext, house, release
from lms.web.gate import opens_to
from lms.web.headers import keep_nowhere
from lms.web.visitor import database
from lms.web.visitor import learner as me

bp = Blueprint("notes", __name__)
bp.after_request(keep_nowhere)

_ID = re.compile(r"[0-9a-f]{32}")


@bp.get("/notes/new")
@opens_to("learner")
def new() -> str:
    spot = noting.spot(release(), request.args.get("at", "")) or abort(404)
    return render_template("progress/new_note.html", spot=spot, id=token_hex(16), text="", wrong="", most=LONGEST)


@bp.post("/notes")
@opens_to("learner")
def keep() -> Any:
    spot = noting.spot(release(), request.form.get("at", "")) or abort(404)
    id, text = request.form.get("id", ""), request.form.get("text", "")
    if not _ID.fullmatch(id):
        abort(404)
    try:
        noting.keep(database(), me().id, id, spot, text, house().now())
    except (TooMany, ValueError) as fault:
        html = render_template("progress/new_note.html", spot=spot, id=id, text=text, wrong=_wrong(fault), most=LONGEST)
        return html, 422
    return redirect(_back(spot.page, spot.second), 303)


@bp.errorhandler(Erased)
def gone(_: Erased) -> Answer:
    """The account was erased in another browser while this one asked."""
    return redirect("/", 303)


@bp.get("/notes/<id>")
@opens_to("learner")
def note(id: str) -> str:
    return _form(_own(id))


@bp.post("/notes/<id>")
@opens_to("learner")
def change(id: str) -> Any:
    found, text = _own(id), request.form.get("text", "")
    try:
        noting.change(database(), found, text, house().now()) or abort(404)
    except ValueError as fault:
        return _form(found, text, _wrong(fault)), 422
    return redirect(_back(found.page, found.second), 303)


@bp.post("/notes/<id>/delete")
@opens_to("learner")
def delete(id: str) -> Answer:
    noting.drop(database(), me().id, id) or abort(404)
    flash(gettext("The note is deleted."))
    return redirect("/learning#notes", 303)


def _own(id: str) -> Note:
    return store.note(database(), me().id, id) or abort(404)


def _form(found: Note, text: str | None = None, wrong: str = "") -> str:
    text = found.text if text is None else text
    return render_template("progress/note.html", note=found, text=text, wrong=wrong, most=LONGEST)


def _back(page: str, second: int | None) -> str:
    """The notes of the page that one came from, its recording where it was."""
    return f"{page}?t={second}#_notes" if second is not None else f"{page}#_notes"


def _wrong(fault: Exception) -> str:
    if isinstance(fault, TooMany):
        return gettext("You have %(most)s notes, and more are not kept: delete some first.") % {"most": MOST}
    return gettext("A note has at most %(most)s signs; this one has more.") % {"most": LONGEST}
