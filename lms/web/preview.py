"""An author's preview: what is wrong in the folder, and open tabs that follow each change."""

from typing import Any

from flask import Blueprint, Response, jsonify, render_template

from lms.library.release import NoRelease
from lms.web.at_hand import house, release
from lms.web.gate import opens_to
from lms.web.pages import page

bp = Blueprint("preview", __name__, url_prefix="/preview")


@bp.get("/problems")
@page
def problems() -> str:
    return render_template("preview/problems.html", **found())


@bp.get("/release")
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
