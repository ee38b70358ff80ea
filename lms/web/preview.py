"""What authors see more: what is wrong in the folder; and, in a preview, open tabs that follow each change."""

from typing import Any

from flask import Blueprint, Response, jsonify, render_template

from lms.library.release import NoRelease
from lms.web.at_hand import house, release
from lms.web.gate import opens_to

bp = Blueprint("preview", __name__, url_prefix="/preview")
#: Of `lms serve --watch` alone.
live = Blueprint("live", __name__, url_prefix="/preview")


@bp.get("/problems")
@opens_to("author")
def problems() -> Response:
    response = Response(render_template("preview/problems.html", status=200, **found()))
    response.headers["Cache-Control"] = "no-store"
    return response


@live.get("/release")
@opens_to("everyone")
def current() -> Response:
    """What a tab compares: it changes with every publish, and with every problem."""
    try:
        now = release().id
    except NoRelease:
        now = ""
    response = jsonify(release=f"{now} {_stamp()}")
    response.headers["Cache-Control"] = "no-store"
    return response


def bar(_who: object) -> str:
    """The line above each page that tells authors of drafts and problems."""
    return render_template("preview/bar.html")


def found() -> dict[str, Any]:
    """`published`, and the `problems` that the last publish found."""
    # Those who only serve pages do without what publishes.
    from lms.library.service import told

    published, problems = told(house().settings.data)
    return {"published": published, "problems": problems}


def _stamp() -> int:
    try:
        return (house().settings.data / "problems.json").stat().st_mtime_ns
    except OSError:
        return 0
