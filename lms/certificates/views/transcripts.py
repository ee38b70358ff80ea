"""My credit: what one has earned in a period, as a page, on paper and for a spreadsheet."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from lms.certificates.drawing import transcripts as drawing
from lms.certificates.drawing.looks import look_of
from lms.certificates.models.transcript import Period
from lms.certificates.rules import goals as aims
from lms.certificates.rules import transcripts as rules
from lms.certificates.service import transcripts
from lms.certificates.service.transcripts import Transcript
from lms.certificates.views import saying, sheets
from lms.web.at_hand import gettext, house, language, page_of, release, today
from lms.web.gate import opens_to
from lms.web.headers import keep_nowhere
from lms.web.spreadsheets import spreadsheet
from lms.web.visitor import database
from lms.web.visitor import learner as me

bp = Blueprint("transcripts", __name__)
bp.after_request(keep_nowhere)

#: Certificates on one page.
_PAGE = 50
_FIELDS = ("from", "to", "system")
#: Certificates on one transcript on paper: while it is drawn, nobody else's paper is.
PRINTED = 500


@bp.get("/credit")
@opens_to("learner")
def mine() -> Any:
    said, learner = asked(), me()
    found = _found(said)
    lines, number, parts = page_of(() if said.faults else found.lines, _PAGE)
    advances = transcripts.advances(database(), learner.id, found)
    attainable = transcripts.attainable(release(), found, language(), [one.goal.system for one in advances])
    html = render_template(
        "certificates/credit.html",
        asked=said,
        found=found,
        learner=learner,
        certificates=list(found.whole(lines)),
        number=number,
        pages=parts,
        advances=advances,
        units=attainable,
        suggested=None if advances else aims.suggested(release().credit().target, tuple(attainable), today()),
        still_open=transcripts.still_open(database(), release(), learner.id, found),
        teaching=transcripts.asked_for(database(), learner.id),
        activity=release().activity,
        choices=choices(),
        printed=PRINTED,
        saying=saying,
    )
    return (html, 422) if said.faults else html


@bp.get("/credit/transcript.csv")
@opens_to("learner")
def table() -> Response:
    return spreadsheet("credit", saying.head(), saying.rows(_found(_faultless())))


@bp.get("/credit/transcript.pdf")
@opens_to("learner")
def paper() -> Answer:
    said = _faultless()
    found, now = _found(said), house().now()
    if len(found.lines) > PRINTED:
        # The page says so.
        return redirect(f"/credit{said.query()}#earned", 303)
    drawn = drawing.draw(sheets.sheet(found, me().name, now), look_of(release()), now)
    response = Response(drawn, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="credit-{today().isoformat()}.pdf"'
    return response


# -- What is asked for ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """The period and the system that are asked for; what was typed into the fields, and what is wrong with it."""

    period: Period
    system: str
    typed: dict[str, str]
    faults: dict[str, str] = field(default_factory=dict)

    def query(self, **more: object) -> str:
        """The page's query and more, for a link; empty fields are left out."""
        said = {name: str(value) for name, value in (self.typed | more).items() if value}
        return f"?{urlencode(said)}" if said else ""


def asked() -> Asked:
    """What the request's query asks for."""
    typed = {name: request.args.get(name, "").replace("\0", "").strip()[:40] for name in _FIELDS}
    days = {name: rules.day(typed[name]) for name in ("from", "to")}
    faults = {name: saying.fault("day") for name in days if typed[name] and days[name] is None}
    first, last = days["from"], days["to"]
    if first and last and last < first:
        faults["to"] = saying.fault("order")
    return Asked(Period() if faults else Period(first, last), typed["system"], typed, faults)


def choices() -> list[tuple[str, Period]]:
    """Periods that are often asked for."""
    year = today().year
    return [
        (gettext("This year"), rules.years(year, year)),
        (gettext("Last year"), rules.years(year - 1, year - 1)),
        (gettext("The last three years"), rules.years(year - 2, year)),
        (gettext("All years"), Period()),
    ]


def _faultless() -> Asked:
    """What is asked for; where something is wrong with it, back to the page, which says what."""
    said = asked()
    if said.faults:
        abort(redirect(f"/credit{said.query()}", 303))
    return said


def _found(said: Asked) -> Transcript:
    return transcripts.transcript(database(), release(), me().id, said.period, today(), language(), said.system)
