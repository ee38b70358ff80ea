"""The coordinator's pages of credit: what was issued, who is on the way, one certificate, and the end of one."""

from collections.abc import Sequence
from typing import Any, get_args

from flask import Blueprint, abort, flash, redirect, render_template, request

from lms.certificates.models.coordinating import LACKS, Lack, Sought
from lms.certificates.models.paper import Certificate, State
from lms.certificates.rules import exporting, ids
from lms.certificates.service import coordinating, issuing
from lms.certificates.store import coordinating as store
from lms.certificates.store import papers
from lms.certificates.views import telling
from lms.certificates.views.claiming import issuer, said
from lms.credit import store as credit
from lms.credit.rules import columns
from lms.people.views import profession
from lms.progress.models.coordinating import Filters
from lms.progress.rules.coordinating import folded
from lms.progress.store.coordinating import groups
from lms.progress.views import saying
from lms.progress.views.filtering import Asked, asked
from lms.web.at_hand import gettext, house, release, today
from lms.web.gate import opens_to
from lms.web.headers import keep_nowhere
from lms.web.spreadsheets import spreadsheet
from lms.web.visitor import database, zone
from lms.web.visitor import learner as me

bp = Blueprint("credited", __name__)
bp.after_request(keep_nowhere)

#: Certificates, and people, on one page.
_PAGE = 50
_NOTHING = Asked(Filters(), {})


# -- What was issued ------------------------------------------------------------------------------------------------


@bp.get("/coordination/credit")
@opens_to("coordinator")
def overview() -> Any:
    narrowed = asked(zone(), also=("system",))
    known = ids.parse(narrowed.typed["q"])
    if known and papers.row(database(), known):
        return redirect(f"/coordination/certificates/{known}", 303)
    found = None if narrowed.faults else coordinating.issued(database(), _sought(narrowed), today(), _PAGE, _before())
    return _page(
        "credit",
        narrowed,
        found=found,
        first=_before() is None,
        requests=credit.waiting_count(database()),
        waiting=coordinating.waiting(database(), release(), today(), narrowed.typed["group"]),
        choices=_choices(store.about(database())),
        headings=list(columns.chosen(release().credit().columns)),
    )


@bp.get("/coordination/credit.csv")
@opens_to("coordinator")
def export() -> Any:
    narrowed = asked(zone(), also=("system",))
    if narrowed.faults:
        return redirect(f"/coordination/credit{narrowed.query()}", 303)
    chosen = columns.chosen(release().credit().columns)
    found = coordinating.every(database(), _sought(narrowed), today())
    return spreadsheet("credit", list(chosen), (exporting.line(chosen, one) for one in found))


@bp.get("/coordination/credit/pending")
@opens_to("coordinator")
def pending() -> Any:
    narrowed, known = asked(zone()), release()
    wanted: Lack | None = narrowed.typed["state"] if narrowed.typed["state"] in LACKS else None  # type: ignore[assignment]
    rows, following = coordinating.pending(
        database(), known, today(), narrowed.typed["of"], narrowed.typed["group"], wanted, _PAGE, _before()
    )
    return _page(
        "pending",
        narrowed,
        rows=rows,
        following=following,
        first=_before() is None,
        waiting=(waiting := coordinating.waiting(database(), known, today(), narrowed.typed["group"])),
        choices={
            "of": [(one.url, one.title) for one in waiting],
            "state": [(one, telling.lack(one)) for one in LACKS],
        },
        wanted=wanted,
        titles=_titles,
    )


# -- One certificate ------------------------------------------------------------------------------------------------


@bp.get("/coordination/certificates/<id>")
@opens_to("coordinator")
def certificate(id: str) -> Any:
    if (known := ids.parse(id)) and known != id and papers.row(database(), known):
        return redirect(f"/coordination/certificates/{known}", 303)
    return _certificate(_found(id))


def _certificate(found: Certificate, fault: str = "") -> Any:
    id = found.snapshot.id
    return _page(
        "certificate",
        _NOTHING,
        certificate=found,
        profession=profession,
        holder=store.holder(database(), id),
        history=store.history(database(), id),
        address=ids.shown(id),
        fault=fault,
        known=release().activity(found.snapshot.activity),
    )


@bp.route("/coordination/certificates/<id>/revocation", methods=["GET", "POST"])
@opens_to("coordinator")
def revoke(id: str) -> Any:
    found, reason = _found(id), request.form.get("reason", "")
    if request.method == "GET" or request.form.get("sure") != "y":
        return _asked_again("revoke", found, reason)
    try:
        made = issuing.revoke(database(), id, reason, me(), house().now())
    except issuing.Refused as refusal:
        return _refused("revoke", found, reason, refusal)
    if made is None:
        abort(404)
    flash(gettext("The certificate is revoked. Whoever verifies it reads so, and why."))
    return redirect(f"/coordination/certificates/{id}", 303)


@bp.route("/coordination/certificates/<id>/correction", methods=["GET", "POST"])
@opens_to("coordinator")
def correct(id: str) -> Any:
    found, reason = _found(id), request.form.get("reason", "")
    holder = store.holder(database(), id)
    if holder is None or holder.erased or holder.name == found.name:
        words = gettext("The name on it is the one of the account today: there is nothing to correct.")
        return _certificate(found, said(issuing.Refused("gone")) if holder is None or holder.erased else words), 409
    if request.method == "GET" or request.form.get("sure") != "y":
        return _asked_again("correct", found, reason)
    try:
        made = issuing.correct(database(), id, reason, me(), issuer(), house().now())
    except issuing.Refused as refusal:
        return _refused("correct", found, reason, refusal)
    if made is None:
        abort(404)
    flash(gettext("This is the corrected certificate. The old one is superseded, and says so."))
    return redirect(f"/coordination/certificates/{made.snapshot.id}", 303)


def _asked_again(deed: str, found: Certificate, reason: str, fault: str = "") -> Any:
    """The page that asks for the reason, and whether one is sure; of a certificate that counts no more, its own."""
    if not found.counts:
        return _certificate(found, said(issuing.Refused("state"))), 409
    unsure = request.method == "POST" and request.form.get("sure") != "y"
    html = _page(
        "deed",
        _NOTHING,
        certificate=found,
        holder=store.holder(database(), found.snapshot.id),
        deed=deed,
        reason=reason[:500],
        fault=fault,
        unsure=unsure,
    )
    return (html, 422) if unsure or fault else html


def _refused(deed: str, found: Certificate, reason: str, refusal: issuing.Refused) -> Any:
    if refusal.reason == "reason":
        return _asked_again(deed, found, reason, said(refusal))
    # Somebody else was quicker: what stands there now is shown.
    database().expire_all()
    return _certificate(_found(found.snapshot.id), said(refusal)), 409


# -- Shared ---------------------------------------------------------------------------------------------------------


def _found(id: str) -> Certificate:
    found = papers.certificate(database(), id, today()) if ids.parse(id) == id else None
    return found if found is not None else abort(404)


def _sought(narrowed: Asked) -> Sought:
    typed, filters = narrowed.typed, narrowed.filters
    return Sought(
        activity=typed["of"],
        system=typed["system"],
        state=typed["state"] if typed["state"] in get_args(State) else "",  # type: ignore[arg-type]
        group=filters.group,
        since=filters.since,
        until=filters.until,
        words=filters.words,
    )


def _before() -> int | None:
    """Where the page begins, by the address."""
    said = request.args.get("before", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else None


def _choices(about: Sequence[tuple[str, str]]) -> dict[str, list[tuple[str, str]]]:
    """What may be chosen in the form."""
    activities = {url: _titles(url)[0] for url, _ in about}
    return {
        "of": sorted(activities.items(), key=lambda one: folded(one[1])),
        "system": [(one, one) for one in sorted({system for _, system in about})],
        "state": [(one, telling.state(one)) for one in get_args(State)],
    }


def _titles(url: str) -> tuple[str, str | None]:
    """Title and language of an activity; its address where it is published no more."""
    found = release().activity(url)
    return (found.title, found.lang) if found else (url, None)


def _page(template: str, narrowed: Asked, **values: Any) -> Any:
    there = groups(database())
    if "choices" in values:
        values["choices"]["group"] = [(one, one) for one in there]
    html = render_template(
        f"certificates/coordinating/{template}.html",
        asked=narrowed,
        groups=there,
        telling=telling,
        saying=saying,
        zone=zone(),
        **values,
    )
    return (html, 422) if narrowed.faults else html
