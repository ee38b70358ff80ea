"""The coordinator's pages: who is where, how questions do, and both as tables for a spreadsheet."""

from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request

from lms.modules.models import Activity
from lms.progress.models.attempts import Kind
from lms.progress.models.coordinating import Examined
from lms.progress.rules import items
from lms.progress.service import attempting, coordinating, learning
from lms.progress.store import coordinating as store
from lms.progress.views import saying, telling
from lms.progress.views.attempting import completing
from lms.progress.views.filtering import Asked, asked
from lms.text.slugs import slug
from lms.web.at_hand import house, page_of, release
from lms.web.gate import opens_to
from lms.web.headers import keep_nowhere
from lms.web.spreadsheets import spreadsheet
from lms.web.visitor import database, zone

bp = Blueprint("coordinating", __name__)
bp.after_request(keep_nowhere)

#: Learners, and activities, on one page.
_PAGE = 50


@bp.before_request
def close_what_is_over() -> None:
    """Attempts whose time is over, and that their learners have not come back to, are told as they ended."""
    attempting.close_late(database(), house().now(), closed=completing)


# -- What there is --------------------------------------------------------------------------------------------------


@bp.get("/coordination")
@opens_to("coordinator")
def overview() -> Any:
    said = asked(zone())
    cards, number, parts = page_of(coordinating.listed(release()), _PAGE)
    lines = [] if said.faults else coordinating.overview(database(), release(), cards, said.filters)
    return _page("overview", said, lines=lines, number=number, parts=parts)


@bp.get("/coordination/activities.csv")
@opens_to("coordinator")
def overview_csv() -> Response:
    said = _faultless()
    cards = coordinating.listed(release())
    lines = coordinating.overview(database(), release(), cards, said.filters)
    return spreadsheet("activities", telling.overview_head(), (telling.overview_line(line) for line in lines))


# -- Who is where ---------------------------------------------------------------------------------------------------


@bp.get("/coordination/courses/<slug>")
@bp.get("/coordination/modules/<slug>")
@bp.get("/coordination/webinars/<slug>")
@bp.get("/coordination/podcasts/<slug>/<name>")
@opens_to("coordinator")
def who(**_: str) -> Any:
    activity, said = _activity(request.path.removeprefix("/coordination")), asked(zone())
    if said.faults:
        return _page("who", said, activity=activity, table=None, rows=(), number=1, parts=1)
    table = coordinating.table(database(), release(), activity, said.filters)
    people, number, parts = page_of(table.people, _PAGE)
    rows = coordinating.rows(database(), release(), activity, people)
    return _page("who", said, activity=activity, table=table, rows=rows, number=number, parts=parts)


@bp.get("/coordination/courses/<slug>/learners.csv")
@bp.get("/coordination/modules/<slug>/learners.csv")
@bp.get("/coordination/webinars/<slug>/learners.csv")
@bp.get("/coordination/podcasts/<slug>/<name>/learners.csv")
@opens_to("coordinator")
def who_csv(**_: str) -> Response:
    activity = _activity(request.path.removeprefix("/coordination").removesuffix("/learners.csv"))
    said = _faultless()
    table = coordinating.table(database(), release(), activity, said.filters)
    rows = coordinating.all_rows(database(), release(), activity, table.people)
    head = telling.who_head(activity, table.columns)
    return spreadsheet(slug(activity.slug), head, (telling.who_line(activity, row) for row in rows))


@bp.get("/coordination/learners/<id>")
@opens_to("coordinator")
def learner(id: str) -> str:
    person = store.person(database(), id) or abort(404)
    found = learning.learning(database(), release(), id)
    tries = store.tries(database(), id)
    return _page("learner", asked(zone()), person=person, found=found, tries=tries)


# -- How questions do -----------------------------------------------------------------------------------------------


@bp.get("/coordination/questions")
@opens_to("coordinator")
def questions() -> Any:
    said = asked(zone())
    found = None if said.faults else _examined(said)
    activity = found.activity if found else _activity(said.typed["of"])
    return _page("questions", said, activity=activity, found=found, rules=items)


@bp.get("/coordination/questions.csv")
@opens_to("coordinator")
def questions_csv() -> Response:
    found = _examined(_faultless())
    lines = (line for one in found.questions for line in telling.question_lines(found, one))
    return spreadsheet(f"{slug(found.activity.slug)}-questions", telling.questions_head(), lines)


def _examined(said: Asked) -> Examined:
    activity = _activity(said.typed["of"])
    edition, kind = said.typed["edition"], said.typed["kind"]
    if kind not in ("", "quiz", "pre", "post") or not (edition == "" or edition.isascii() and edition.isdigit()):
        abort(404)
    if len(edition) > 6:
        abort(404)
    wanted: Kind | None = kind or None  # type: ignore[assignment]
    return coordinating.examined(database(), activity, said.filters, int(edition) if edition else None, wanted)


# -- Shared ---------------------------------------------------------------------------------------------------------


def _activity(url: str) -> Activity:
    found = release().activity(url)
    return found if found is not None and found.url == url else abort(404)


def _page(template: str, said: Asked, **values: Any) -> Any:
    html = render_template(
        f"progress/coordinating/{template}.html",
        asked=said,
        groups=store.groups(database()),
        telling=telling,
        saying=saying,
        zone=zone(),
        **values,
    )
    return (html, 422) if said.faults else html


def _faultless() -> Asked:
    """What is asked for; where something is wrong with it, back to the page, which says what."""
    said = asked(zone())
    if said.faults:
        page = request.path.removesuffix("/learners.csv").removesuffix("/activities.csv").removesuffix(".csv")
        abort(redirect(f"{page}{said.query()}", 303))
    return said
