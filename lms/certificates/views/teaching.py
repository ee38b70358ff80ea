"""Learning from teaching in the browser: asked for by mentors, decided by coordinators."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request

from lms.certificates.service import issuing, teaching
from lms.certificates.store import papers
from lms.certificates.views import telling
from lms.certificates.views.claiming import issuer, said
from lms.credit import store
from lms.credit.rules import claims
from lms.credit.service import teaching as requests
from lms.credit.store import Teaching
from lms.modules.models import Activity
from lms.people.views import profession
from lms.progress.views import saying
from lms.web.at_hand import gettext, house, release, today
from lms.web.gate import opens_to
from lms.web.headers import keep_nowhere
from lms.web.visitor import database, zone
from lms.web.visitor import learner as me
from lms.web.words import number

bp = Blueprint("teaching", __name__)
bp.after_request(keep_nowhere)

#: Requests that are decided, as the list has them.
_PAST = 50


# -- Asked ----------------------------------------------------------------------------------------------------------


@bp.get("/credit/modules/<slug>/teaching")
@bp.get("/credit/webinars/<slug>/teaching")
@bp.get("/credit/courses/<slug>/teaching")
@bp.get("/credit/podcasts/<slug>/<name>/teaching")
@opens_to("learner")
def mine(**_: str) -> Any:
    return _form(_taught(), {})


@bp.post("/credit/modules/<slug>/teaching")
@bp.post("/credit/webinars/<slug>/teaching")
@bp.post("/credit/courses/<slug>/teaching")
@bp.post("/credit/podcasts/<slug>/<name>/teaching")
@opens_to("learner")
def ask(**_: str) -> Any:
    activity, typed = _taught(), {name: request.form.get(name, "") for name in ("amount", "system", "reflection")}
    try:
        teaching.ask(database(), release(), me(), activity, **typed, now=house().now())
    except requests.Refused as refusal:
        if refusal.reason in ("short", "long"):
            return _form(activity, typed, reflection=_length(refusal.reason)), 422
    except claims.NotClaimable as fault:
        nearest = gettext(" or ").join(number(one) for one in fault.nearest)
        words = gettext("That cannot be claimed. The nearest that can: %(amounts)s.") % {"amounts": nearest}
        return _form(activity, typed, amount=words), 422
    except teaching.Refused as refusal:
        return _form(activity, typed, amount=why(refusal)), 409
    return redirect(request.path, 303)


def _form(activity: Activity, typed: dict[str, str], **faults: str) -> str:
    learner = me()
    found = store.teaching(database(), learner.id, activity.url, activity.edition)
    offers = teaching.offered(release(), activity, learner.profession, today())
    return render_template(
        "certificates/teaching.html",
        activity=activity,
        there=found,
        certificate=papers.ids_of(database(), [found.id]).get(found.id) if found else None,
        offers=offers,
        steps={one.system: claims.steps(one) for one in offers},
        learner=learner,
        typed=typed,
        faults=faults,
        bounds=(requests.SHORTEST, requests.LONGEST),
        saying=saying,
        zone=zone(),
    )


def _taught() -> Activity:
    """The activity that the address names, which has credit, to those who may ask; else 404 or 403."""
    url = request.path.removeprefix("/credit").removesuffix("/teaching")
    found = release().activity(url)
    if found is None or found.url != url or not found.credit:
        abort(404)
    return found if teaching.may_ask(me()) else abort(403)


def _length(reason: str) -> str:
    least, most = requests.SHORTEST, requests.LONGEST
    if reason == "short":
        return gettext("Write at least %(count)s letters: what did you learn, and what will you do differently?") % {
            "count": least
        }
    return gettext("Write at most %(count)s letters.") % {"count": number(most)}


def why(refusal: teaching.Refused) -> str:
    """Why it cannot be asked for, or not be certified."""
    return {
        "who": gettext("Mentors and coordinators can ask for this."),
        "system": gettext("The activity offers nothing of this system to you at present."),
        "licences": gettext("Your profile lacks a licence number that this system asks for."),
        "offer": gettext(
            "The activity does not offer this much of this system today, so it cannot be certified. "
            "Send the request back, and say what can be asked for."
        ),
        "gone": gettext("This account is erased."),
    }[refusal.reason]


# -- Decided --------------------------------------------------------------------------------------------------------


@bp.get("/coordination/teaching")
@opens_to("coordinator")
def overview() -> str:
    waiting, past = store.requests(database(), decided=False), store.requests(database(), decided=True, most=_PAST)
    certificates = papers.ids_of(database(), [one.id for one, _ in past if one.approved])
    return _page("requests", waiting=waiting, past=past, certificates=certificates, titles=_title, most=_PAST)


@bp.get("/coordination/teaching/<id>")
@opens_to("coordinator")
def one(id: str) -> Any:
    return _one(id)


@bp.post("/coordination/teaching/<id>/decision")
@opens_to("coordinator")
def decide(id: str) -> Any:
    approved, answer = request.form.get("decision") == "approve", request.form.get("answer", "").replace("\0", "")
    if request.form.get("decision") not in ("approve", "decline"):
        abort(400)
    if not approved and len(answer.strip()) < 3:
        return _one(id, answer, lacking=gettext("Say what is to be changed, so that it can be asked for again.")), 422
    try:
        if approved:
            found: Any = teaching.approve(database(), release(), id, answer, me(), issuer(), house().now())
        else:
            found = teaching.decline(database(), release(), id, answer, me(), house().now())
    except requests.Refused as refusal:
        return _one(id, fault=_undecided(refusal)), 409
    except teaching.Refused as refusal:
        return _one(id, answer, why(refusal)), 409
    except issuing.Refused as refusal:
        return _one(id, fault=said(refusal)), 409
    if found is None:
        abort(404)
    flash(gettext("Approved: the certificate is issued.") if approved else gettext("Sent back, with your words."))
    return redirect(f"/coordination/teaching/{id}", 303)


@bp.post("/coordination/teaching/<id>/certificate")
@opens_to("coordinator")
def certify(id: str) -> Any:
    try:
        made = teaching.certify(database(), release(), id, issuer(), house().now())
    except teaching.Refused as refusal:
        return _one(id, fault=why(refusal)), 409
    except issuing.Refused as refusal:
        return _one(id, fault=said(refusal)), 409
    if made is None:
        abort(404)
    return redirect(f"/coordination/certificates/{made.snapshot.id}", 303)


def _one(id: str, answer: str = "", fault: str = "", lacking: str = "") -> str:
    database().expire_all()
    found = store.request(database(), id) or abort(404)
    asked, learner = found
    return _page(
        "request",
        asked=asked,
        learner=learner,
        profession=profession,
        own=learner.id == me().id,
        certificate=papers.ids_of(database(), [id]).get(id),
        title=_title(asked),
        offers={offer.system: offer for offer in _offers(asked, learner.profession)},
        answer=answer[: requests.LONGEST],
        fault=fault,
        lacking=lacking,
    )


def _offers(asked: Teaching, profession: str) -> Any:
    activity = release().activity(asked.activity)
    return teaching.offered(release(), activity, profession, today()) if activity else ()


def _undecided(refusal: requests.Refused) -> str:
    if refusal.reason == "own":
        return gettext("Nobody decides about their own request: another coordinator has to.")
    return gettext("Somebody has decided about it already.")


def _title(asked: Teaching) -> tuple[str, str | None]:
    """Title and language of what was taught; its address where it is published no more."""
    found = release().activity(asked.activity)
    return (found.title, found.lang) if found else (asked.activity, None)


def _page(template: str, **values: Any) -> str:
    return render_template(
        f"certificates/coordinating/{template}.html", telling=telling, saying=saying, zone=zone(), **values
    )
