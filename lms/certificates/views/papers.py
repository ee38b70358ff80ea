"""A certificate for its holder: looked at, taken along, shown with more or less of the name."""

from typing import Any, get_args

from flask import Blueprint, Response, abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from lms.certificates.drawing.looks import look_of
from lms.certificates.drawing.paper import preview as drawn
from lms.certificates.models.paper import Certificate, Shown
from lms.certificates.rules import ids
from lms.certificates.service import issuing
from lms.certificates.store import papers
from lms.web.at_hand import gettext, release, today
from lms.web.gate import opens_to
from lms.web.headers import keep_nowhere
from lms.web.visitor import database
from lms.web.visitor import learner as me

bp = Blueprint("certificates", __name__)
bp.after_request(keep_nowhere)


@bp.get("/certificates/<id>")
@opens_to("learner")
def certificate(id: str) -> str:
    found = _mine(id)
    return render_template(
        "certificates/certificate.html",
        certificate=found,
        address=ids.shown(found.snapshot.id),
        renamed=found.name is not None and found.name != me().name,
    )


@bp.get("/certificates/<id>/certificate.pdf")
@opens_to("learner")
def pdf(id: str) -> Response:
    found = _mine(id, also="coordinator")
    made = papers.pdf(database(), found.snapshot.id)
    if made is None:
        abort(404)
    response = Response(made, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="certificate-{found.snapshot.id}.pdf"'
    return response


@bp.get("/certificates/<id>/preview.png")
@opens_to("learner")
def preview(id: str) -> Response:
    found = _mine(id, also="coordinator")
    if found.name is None:
        abort(404)
    return Response(drawn(found.snapshot, found.name, look_of(release())), mimetype="image/png")


@bp.post("/certificates/<id>/name")
@opens_to("learner")
def name(id: str) -> Answer:
    found = _mine(id)
    shown = request.form.get("shown", "")
    if shown in get_args(Shown) and issuing.show_name(database(), me(), found.snapshot.id, shown):  # type: ignore[arg-type]
        flash(gettext("That is how your name shows from now on."))
    return redirect(f"/certificates/{found.snapshot.id}#name", 303)


def _mine(id: str, also: Any = None) -> Certificate:
    """The certificate of this id where it is the learner's own, or they have the role `also`; else 404."""
    known = ids.parse(id)
    row = papers.row(database(), known) if known else None
    found = papers.certificate(database(), known, today()) if known else None
    if row is None or found is None or id != known:
        abort(404)
    if row.learner_id != me().id and not (also and me().has(also)):
        abort(404)
    return found
