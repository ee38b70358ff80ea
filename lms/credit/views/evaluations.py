"""What evaluation forms say, for coordinators: with pictures, and as tables for a spreadsheet."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, abort, render_template, request
from flask_babel import gettext

from lms.credit import store
from lms.credit.models import Summary, Summed
from lms.credit.service import evaluating
from lms.progress.rules.coordinating import folded
from lms.text.slugs import slug
from lms.web.at_hand import page_of, release
from lms.web.gate import opens_to
from lms.web.headers import keep_nowhere
from lms.web.spreadsheets import spreadsheet
from lms.web.visitor import database

bp = Blueprint("evaluations", __name__)
bp.after_request(keep_nowhere)

#: Activities on one page.
_PAGE = 50


@bp.get("/coordination/evaluations")
@opens_to("coordinator")
def overview() -> str:
    found = [(*_named(url), url, count) for url, count in store.about(database())]
    lines, number, parts = page_of(tuple(sorted(found, key=lambda one: folded(one[0]))), _PAGE)
    return render_template("credit/evaluations.html", lines=lines, number=number, pages=parts)


@bp.get("/coordination/evaluations/courses/<slug>")
@bp.get("/coordination/evaluations/modules/<slug>")
@bp.get("/coordination/evaluations/webinars/<slug>")
@bp.get("/coordination/evaluations/podcasts/<slug>/<name>")
@opens_to("coordinator")
def summary(**_: str) -> str:
    url, edition = request.path.removeprefix("/coordination/evaluations"), _edition()
    found = evaluating.summed(database(), url, edition)
    title, lang, published = _named(url)
    if not found.editions and not published:
        abort(404)
    return render_template(
        "credit/summary.html",
        title=title,
        tag=lang,
        url=url,
        published=published,
        edition=edition,
        found=found,
        fewest=evaluating.FEWEST,
    )


@bp.get("/coordination/evaluations.csv")
@opens_to("coordinator")
def table() -> Response:
    url, edition = request.args.get("of", "").replace("\0", "")[:300], _edition()
    found = evaluating.summed(database(), url, edition)
    if not found.editions:
        abort(404)
    head = [gettext("Address"), gettext("Edition"), gettext("Forms"), gettext("Question"), gettext("Answered")]
    head += [gettext("Mean step"), gettext("Choice or text"), gettext("Taken"), gettext("Share taken")]
    return spreadsheet(f"{slug(url)}-evaluations", head, _lines(url, edition, found))


def _lines(url: str, edition: int | None, found: Summary) -> Iterator[list[object]]:
    """A line for each choice, and for each text."""
    for one in found.questions:
        mean = "" if one.mean is None else round(one.mean, 3)
        about = [url, edition or "", found.forms, one.asked.ask, one.answered, mean]
        for choice, count in one.counts:
            yield [*about, choice, count, _share(one, count)]
        for text in one.texts:
            yield [*about, text, "", ""]
        if not one.counts and not one.texts:
            yield [*about, "", "", ""]


def _share(one: Summed, count: int) -> object:
    return round(count / one.answered, 3) if one.answered else ""


def _named(url: str) -> tuple[str, str | None, bool]:
    """Title and language of an activity, and whether it is published; its address where it is published no more."""
    found = release().activity(url)
    return (found.title, found.lang, True) if found is not None and found.url == url else (url, None, False)


def _edition() -> int | None:
    said: Any = request.args.get("edition", "")
    if not said:
        return None
    return int(said) if said.isascii() and said.isdigit() and len(said) < 7 else abort(404)
