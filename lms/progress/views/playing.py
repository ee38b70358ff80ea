"""What players tell of what they play."""

import json
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from lms.media.models import Episode, Webinar
from lms.progress.rules.segments import Unplayable, play
from lms.progress.service.playing import record
from lms.progress.views import saying
from lms.web.at_hand import gettext, house, release
from lms.web.errors import problem
from lms.web.gate import opens_to
from lms.web.visitor import database, visitor

bp = Blueprint("playing", __name__)

#: Bytes of one message.
LARGEST = 64_000


@bp.post("/webinars/<slug>/plays")
@opens_to("learner")
def webinar(slug: str) -> Response:
    return _played(release().webinar(slug))


@bp.post("/podcasts/<slug>/<name>/plays")
@opens_to("learner")
def episode(slug: str, name: str) -> Response:
    return _played(release().episode(slug, name))


def _played(activity: Webinar | Episode | None) -> Response:
    if activity is None or f"{activity.url}/plays" != request.path or (activity.kind == "episode" and activity.outside):
        abort(404)
    now = house().now()
    try:
        told = play(_said(), float(activity.recording.seconds), now)
    except Unplayable as fault:
        return problem(422, gettext("What the player sent makes no sense: %(fault)s") % {"fault": fault})
    who = visitor() or abort(403)
    standing = record(database(), release(), who.id, activity, told, now)
    answer = jsonify(
        done=saying.done(activity, standing),
        left=saying.left(activity, standing),
        closed=saying.closed(standing, who.zone),
        percent=saying.percent(standing),
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _said() -> Any:
    body = request.stream.read(LARGEST + 1)
    if len(body) > LARGEST:
        abort(413)
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise Unplayable("this is no JSON") from None
