"""Accounts in the browser: sign up, in and out; one's own profile, data and end."""

import logging
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from lms.certificates.service import issuing
from lms.credit.service import keeping
from lms.people import models, store
from lms.people.forms import (
    AddressForm,
    EraseForm,
    NewAddressForm,
    NewPasswordForm,
    PasswordForm,
    PersonForm,
    SignInForm,
    WelcomeForm,
)
from lms.people.service import changing, entering, opening
from lms.people.service.refusals import Letter, Paused, Refused
from lms.progress.service import attempting, learning, noting
from lms.web.at_hand import gettext, house, language, ngettext, origin, settings, site, today
from lms.web.gate import opens_to
from lms.web.headers import keep_nowhere
from lms.web.languages import offered, own_name
from lms.web.letters import compose
from lms.web.switch import local
from lms.web.visitor import database, enter, leave, visitor
from lms.web.visitor import learner as me

bp = Blueprint("people", __name__)
bp.after_request(keep_nowhere)
_LOG = logging.getLogger(__name__)
#: Hosts that lead nobody elsewhere: a trial on one machine.
_HERE = frozenset({"127.0.0.1", "::1", "localhost"})

#: What the rooms to the right forget when an account is erased, and tell of when its data is taken along.
FORGET = (
    attempting.forget,
    lambda session, learner: noting.forget(session, learner.id),
    keeping.forget,
    issuing.forget,
)
TELL = (
    attempting.own_data,
    lambda session, learner: noting.told(session, learner.id),
    lambda session, learner: learning.told(session, learner.id),
    keeping.own_data,
    lambda session, learner: issuing.own_data(session, learner, today()),
)

_CONTINENTS = {"Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}


# -- Opening --------------------------------------------------------------------------------------------------------


@bp.route("/sign-up", methods=["GET", "POST"])
@opens_to("everyone")
def sign_up() -> Any:
    form = AddressForm()
    if request.method == "POST" and form.validate_on_submit():
        try:
            letter = opening.sign_up(
                database(), site().sign_up, form.email.data or "", language(), house().now(), request.remote_addr or ""
            )
        except Paused as pause:
            form.email.errors = [later(pause)]
        except Refused:
            form.email.errors = [gettext("One cannot sign up here with this address.")]
        else:
            send(letter)
            return render_template("people/posted.html", to=form.email.data)
    return page("people/sign_up.html", form, admission=site().sign_up)


@bp.route("/welcome/<token>", methods=["GET", "POST"])
@opens_to("everyone")
def welcome(token: str) -> Any:
    ticket = store.ticket(database(), "welcome", token, house().now())
    if ticket is None:
        return render_template("people/used.html"), 410
    form = filled(WelcomeForm(email=ticket.email, name=ticket.given.get("name", ""), language=language()))
    if ticket.email:
        form.email.data = ticket.email
    if request.method == "POST" and form.validate_on_submit():
        now = house().now()
        try:
            learner = opening.open_account(
                database(), token, form.profile(), form.password.data or "", now, email=form.email.data or ""
            )
        except Refused:
            return render_template("people/used.html"), 410
        enter(learner, entering.enter(database(), learner, request.user_agent.string, now))
        return redirect("/me", 303)
    return page("people/welcome.html", form, fixed=bool(ticket.email), zones=zones())


# -- In and out -----------------------------------------------------------------------------------------------------


@bp.route("/sign-in", methods=["GET", "POST"])
@opens_to("everyone")
def sign_in() -> Any:
    form = SignInForm(next=request.args.get("next", ""))
    there = local(form.next.data or "/me")
    if request.method == "GET" and visitor():
        return redirect(there, 303)
    if request.method == "POST" and form.validate_on_submit():
        try:
            learner, token = entering.sign_in(
                database(),
                form.email.data or "",
                form.password.data or "",
                request.remote_addr or "",
                request.user_agent.string,
                house().now(),
            )
        except Paused as pause:
            form.email.errors = [later(pause)]
        except Refused:
            form.email.errors = [gettext("Address and password do not belong together.")]
        else:
            enter(learner, token)
            return redirect(there, 303)
    return page("people/sign_in.html", form)


@bp.post("/sign-out")
@opens_to("everyone")
def sign_out() -> Answer:
    found = visitor()
    if found:
        entering.sign_out(database(), found.token)
    leave()
    return redirect("/", 303)


@bp.post("/me/sign-out-everywhere")
@opens_to("learner")
def sign_out_everywhere() -> Answer:
    entering.sign_out_everywhere(database(), me())
    leave()
    return redirect("/sign-in", 303)


@bp.route("/forgot", methods=["GET", "POST"])
@opens_to("everyone")
def forgot() -> Any:
    form = AddressForm()
    if request.method == "POST" and form.validate_on_submit():
        try:
            send(changing.forgot(database(), form.email.data or "", house().now(), request.remote_addr or ""))
        except Paused as pause:
            form.email.errors = [later(pause)]
        else:
            return render_template("people/posted.html", to=form.email.data)
    return page("people/forgot.html", form)


@bp.route("/reset/<token>", methods=["GET", "POST"])
@opens_to("everyone")
def reset(token: str) -> Any:
    if store.ticket(database(), "reset", token, house().now()) is None:
        return render_template("people/used.html"), 410
    form = NewPasswordForm()
    if request.method == "POST" and form.validate_on_submit():
        now = house().now()
        try:
            learner, letter = changing.reset(database(), token, form.password.data or "", now)
        except Refused:
            return render_template("people/used.html"), 410
        send(letter)
        enter(learner, entering.enter(database(), learner, request.user_agent.string, now))
        return redirect("/me", 303)
    return page("people/reset.html", form)


@bp.route("/email/<token>", methods=["GET", "POST"])
@opens_to("everyone")
def email(token: str) -> Any:
    ticket = store.ticket(database(), "email", token, house().now())
    if ticket is None:
        return render_template("people/used.html"), 410
    if request.method == "POST":
        # Not at the first look: programs that read letters follow links too.
        try:
            _, letter = changing.confirm_email(database(), token, house().now())
        except Refused:
            return render_template("people/used.html"), 410
        send(letter)
        flash(gettext("This is the address of your account now."))
        return redirect("/me", 303)
    return render_template("people/email.html", to=ticket.email)


# -- One's own ------------------------------------------------------------------------------------------------------


@bp.get("/me")
@opens_to("learner")
def account() -> str:
    return own()


@bp.post("/me/profile")
@opens_to("learner")
def change_profile() -> Any:
    form = filled(PersonForm())
    if not form.validate_on_submit():
        return own(profile=form), 422
    changing.change_profile(database(), me(), form.profile())
    return done(gettext("Your profile is saved."))


@bp.post("/me/password")
@opens_to("learner")
def change_password() -> Any:
    form = PasswordForm()
    if form.validate_on_submit():
        found = visitor()
        assert found is not None
        try:
            letter = changing.change_password(
                database(), me(), form.old.data or "", form.password.data or "", found.sign.id, house().now()
            )
        except Refused as refusal:
            form.old.errors = [wrong(refusal)]
        else:
            send(letter)
            return done(gettext("Your password is changed, and other browsers are signed out."))
    return own(password=form), 422


@bp.post("/me/email")
@opens_to("learner")
def change_email() -> Any:
    form = NewAddressForm()
    if form.validate_on_submit():
        try:
            send(changing.change_email(database(), me(), form.old.data or "", form.email.data or "", house().now()))
        except Refused as refusal:
            form.old.errors = [wrong(refusal)]
        else:
            return done(gettext("A letter is on its way to the new address. Follow its link to confirm it."))
    return own(address=form), 422


@bp.get("/me/data.json")
@opens_to("learner")
def data() -> Response:
    response = jsonify(changing.own_data(database(), me(), house().now(), TELL))
    response.headers["Content-Disposition"] = 'attachment; filename="spoke-data.json"'
    return response


@bp.route("/me/erase", methods=["GET", "POST"])
@opens_to("learner")
def erase() -> Any:
    form = EraseForm()
    if request.method == "POST" and form.validate_on_submit():
        try:
            changing.erase(database(), me(), form.old.data or "", house().now(), FORGET)
        except Refused as refusal:
            form.old.errors = [wrong(refusal)]
        else:
            leave()
            return render_template("people/erased.html")
    return page("people/erase.html", form)


# -- Shared ---------------------------------------------------------------------------------------------------------


def account_link(found: Any) -> str:
    """The place in the header of every page: the way in, or to one's own."""
    return _account_link(language(), found.name if found else None)


@lru_cache(maxsize=4_096)
def _account_link(language: str, name: str | None) -> str:
    return render_template("people/account_link.html", name=name)


def send(letter: Letter | None) -> None:
    """Post a letter, when there is one."""
    post = house().post
    if letter is None or not letter.to or post is None:
        return
    if settings().mail_url and not knows_itself():
        _LOG.error("a letter was not sent: set LMS_URL, or `url` in site.yaml, which its link would begin with")
        return
    post.send(letter.to, *compose(letter, site().title, origin(), site().languages[0]))


def knows_itself() -> bool:
    """Whether this site's address is not what the request alone says: somebody else's would lead secrets there."""
    return bool(settings().url or site().url) or urlsplit(request.host_url).hostname in _HERE


def page(template: str, form: Any, **values: Any) -> Any:
    """A page with a form: 422 when it comes back for what is wrong in it."""
    html = render_template(template, form=form, **values)
    return (html, 422) if form.errors or any(field.errors for field in form) else html


def own(**forms: Any) -> str:
    learner = me()
    shown = {
        "profile": filled(PersonForm(formdata=None, data=about(learner))),
        "password": PasswordForm(formdata=None),
        "address": NewAddressForm(formdata=None),
    }
    signs = store.sign_ins(database(), learner, house().now())
    shown |= forms
    return render_template("people/me.html", learner=learner, signs=signs, visit=visitor(), zones=zones(), **shown)


def about(learner: store.Learner) -> dict[str, str]:
    told = ", ".join(f"{system} {number}" for system, number in learner.licences.items())
    return {
        "name": learner.name,
        "profession": learner.profession,
        "licences": told,
        "language": learner.language,
        "zone": learner.zone,
    }


def filled(form: Any) -> Any:
    """The form with the choices of its lists, in the visitor's language."""
    form.profession.choices = [("", gettext("Choose"))] + [(one, profession(one)) for one in models.PROFESSIONS]
    form.language.choices = [(tag, own_name(tag)) for tag in offered(site().languages)]
    form.language.data = form.language.data or language()
    return form


def zones() -> list[str]:
    """Time zones by the names that people know: a continent, and a city."""
    return sorted(zone for zone in models.zones() if zone.split("/")[0] in _CONTINENTS)


def profession(name: str) -> str:
    """What a profession is called in the visitor's language."""
    return {
        "physician": gettext("physician"),
        "nurse": gettext("nurse"),
        "nurse practitioner": gettext("nurse practitioner"),
        "physician assistant": gettext("physician assistant"),
        "midwife": gettext("midwife"),
        "pharmacist": gettext("pharmacist"),
        "psychologist": gettext("psychologist"),
        "social worker": gettext("social worker"),
        "dentist": gettext("dentist"),
        "community health worker": gettext("community health worker"),
        "student": gettext("student"),
        "other": gettext("other"),
    }.get(name, name)


def wrong(refusal: Refused) -> str:
    if isinstance(refusal, Paused):
        return later(refusal)
    if str(refusal) == "last administrator":
        return gettext("You are the last administrator: make somebody else one first.")
    return gettext("This is not your password.")


def later(pause: Paused) -> str:
    minutes = max(1, round(pause.wait.total_seconds() / 60))
    return ngettext(
        "Too many attempts. Try again in a minute.", "Too many attempts. Try again in %(num)s minutes.", minutes
    ) % {"num": minutes}


def done(words: str) -> Answer:
    flash(words)
    return redirect("/me", 303)
