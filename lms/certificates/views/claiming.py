"""The way to a certificate in the browser: begin, evaluate, claim, renew; and how far one has come."""

from contextlib import suppress
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from lms.certificates.drawing.looks import look_of
from lms.certificates.drawing.signs import uncovered
from lms.certificates.models.paper import Signature
from lms.certificates.models.way import Way
from lms.certificates.rules.stages import stage
from lms.certificates.service import issuing, way
from lms.certificates.service.issuing import Issuer
from lms.certificates.store import papers
from lms.credit.rules import claims, evaluations, fronts
from lms.credit.rules.statements import shown
from lms.credit.service import beginning, evaluating
from lms.modules.models import Activity
from lms.progress.service import learning
from lms.progress.views import places, saying
from lms.web.at_hand import gettext, has_address, house, origin, release, site, today
from lms.web.gate import opens_to
from lms.web.headers import keep_nowhere
from lms.web.visitor import Visitor, database
from lms.web.visitor import learner as me
from lms.web.words import number

bp = Blueprint("claiming", __name__)
bp.after_request(keep_nowhere)


# -- How far one has come -------------------------------------------------------------------------------------------


@bp.get("/credit/modules/<slug>")
@bp.get("/credit/webinars/<slug>")
@bp.get("/credit/courses/<slug>")
@bp.get("/credit/podcasts/<slug>/<name>")
@opens_to("learner")
def steps(**_: str) -> str:
    activity = _activity("")
    return _page(activity, way.way(database(), release(), me(), activity, house().now()))


def _page(activity: Activity, found: Way, fault: str = "", typed: str = "", system: str = "") -> str:
    learner = me()
    standing = learning.standings(database(), release(), learner.id, [activity])[activity.url]
    return render_template(
        "certificates/way.html",
        activity=activity,
        way=found,
        done=saying.done(activity, standing),
        left=saying.left(activity, standing),
        onward=saying.way(activity, standing),
        steps={offer.system: claims.steps(offer) for offer in found.offers},
        written=shown,
        unprintable=uncovered(learner.name, look_of(release())) if found.offers else (),
        learner=learner,
        fault=fault,
        typed=typed,
        system=system,
    )


@bp.post("/credit/modules/<slug>/beginnings")
@bp.post("/credit/webinars/<slug>/beginnings")
@bp.post("/credit/courses/<slug>/beginnings")
@bp.post("/credit/podcasts/<slug>/<name>/beginnings")
@opens_to("learner")
def begin(**_: str) -> Answer:
    activity = _activity("/beginnings")
    note_beginning(activity)
    standing = learning.standings(database(), release(), me().id, [activity])[activity.url]
    onward = saying.way(activity, standing)
    return redirect(onward.href if onward and not standing.complete else f"/credit{activity.url}", 303)


def note_beginning(activity: Activity) -> None:
    """Log what a learner was shown of a credit activity before they began; nothing for one without credit."""
    if not activity.gives_credit(today()):
        return
    front = fronts.front(activity, release().credit(), site(), release().people(), today())
    beginning.begin(database(), me().id, front, release().id, house().now())


# -- Evaluated ------------------------------------------------------------------------------------------------------


@bp.route("/credit/modules/<slug>/evaluation", methods=["GET", "POST"])
@bp.route("/credit/webinars/<slug>/evaluation", methods=["GET", "POST"])
@bp.route("/credit/courses/<slug>/evaluation", methods=["GET", "POST"])
@bp.route("/credit/podcasts/<slug>/<name>/evaluation", methods=["GET", "POST"])
@opens_to("learner")
def evaluation(**_: str) -> Any:
    activity = _activity("/evaluation")
    learner, now = me(), house().now()
    found = way.way(database(), release(), learner, activity, now)
    if found.completion is None or found.done("evaluate"):
        return redirect(f"/credit{activity.url}", 303)
    form = evaluations.form(release().credit(), activity)
    if request.method == "GET":
        return render_template("certificates/evaluation.html", activity=activity, form=form, values={}, faults={})
    try:
        answers = evaluations.read(form, request.form)
    except evaluations.NotAnswered as fault:
        values = evaluations.given(form, request.form)
        page = render_template(
            "certificates/evaluation.html", activity=activity, form=form, values=values, faults=fault.faults
        )
        return page, 422
    done = way.evaluate_as(database(), release(), learner, activity, now)
    evaluating.evaluate(database(), learner.id, done.id, activity.url, done.edition, form, answers, now)
    flash(gettext("Thank you: what you said is kept."))
    return redirect(f"/credit{activity.url}", 303)


# -- Claimed --------------------------------------------------------------------------------------------------------


@bp.post("/credit/modules/<slug>/claims")
@bp.post("/credit/webinars/<slug>/claims")
@bp.post("/credit/courses/<slug>/claims")
@bp.post("/credit/podcasts/<slug>/<name>/claims")
@opens_to("learner")
def claim(**_: str) -> Any:
    activity = _activity("/claims")
    learner, now = me(), house().now()
    amount, system = request.form.get("amount", ""), request.form.get("system", "")
    try:
        made = way.claim(database(), release(), learner, activity, system, amount, issuer(), now)
    except way.Refused:
        # The page says which step is missing.
        return redirect(f"/credit{activity.url}", 303)
    except issuing.Refused as refusal:
        return _refused(activity, said(refusal)), 409
    except claims.NotClaimable as fault:
        found = way.way(database(), release(), learner, activity, now)
        nearest = gettext(" or ").join(number(one) for one in fault.nearest)
        words = gettext("That cannot be claimed. The nearest that can: %(amounts)s.") % {"amounts": nearest}
        return _page(activity, found, words, amount[:40], system), 422
    return redirect(f"/certificates/{made.snapshot.id}", 303)


@bp.post("/credit/modules/<slug>/renewals")
@bp.post("/credit/webinars/<slug>/renewals")
@bp.post("/credit/courses/<slug>/renewals")
@bp.post("/credit/podcasts/<slug>/<name>/renewals")
@opens_to("learner")
def renew(**_: str) -> Answer:
    activity = _activity("/renewals")
    # Where it is too early, or begun already, the page says so.
    with suppress(way.Refused):
        way.renew(database(), release(), me(), activity, house().now())
    return redirect(f"/credit{activity.url}", 303)


def _refused(activity: Activity, words: str) -> str:
    found = way.way(database(), release(), me(), activity, house().now())
    return _page(activity, found, words)


def said(refusal: issuing.Refused) -> str:
    """Why no certificate was issued, or none changed."""
    return {
        "gone": gettext("This account is erased."),
        "clock": gettext(
            "The server's clock is behind its own record, so nothing can be issued that anybody should trust. "
            "Please tell those who run this site; nothing of yours is lost."
        ),
        "address": gettext(
            "This site has not been told its own address, which must stand on a certificate, so it issues none. "
            "Please tell those who run this site; nothing of yours is lost."
        ),
        "state": gettext("This certificate was revoked or superseded already."),
        "reason": gettext("Say why, in 3 to 500 letters."),
        "missing": gettext("There is no such certificate."),
    }[refusal.reason]


# -- Places, and what is shared -------------------------------------------------------------------------------------


def credit(found: Visitor | None, url: str) -> str:
    """The place under a front: begin for credit, or the next step to the certificate."""
    activity = release().activity(url)
    if activity is None or not activity.credit:
        return ""
    if found is None:
        return render_template("certificates/place.html", activity=activity, stage=None)
    there = stage(places.told(found, url), activity.edition, today())
    return render_template("certificates/place.html", activity=activity, stage=there)


def issuer() -> Issuer:
    """Who issues certificates here. Raises `issuing.Refused` on a site that does not know its own address."""
    if not has_address():
        current_app.logger.error(
            "no certificate can be issued: where it is verified must be printed on it, so set LMS_URL, or `url` in "
            "site.yaml, to this site's public address"
        )
        raise issuing.Refused("address")
    file = release().credit()
    signatures = tuple(Signature(name=one.name, role=one.role) for one in file.certificate.signatories)
    return issuing.issuer_of(site(), origin(), look_of(release()), signatures)


def _activity(ending: str) -> Activity:
    """The activity that the address names, which offers credit or did; else 404."""
    url = request.path.removeprefix("/credit").removesuffix(ending)
    found = release().activity(url)
    if found is None or found.url != url:
        abort(404)
    if not found.credit and not papers.about(database(), me().id, url, today()):
        abort(404)
    return found
