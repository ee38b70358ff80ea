"""Verification, for whoever has a certificate's id: no account, no name asked, nothing kept."""

from collections.abc import Hashable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request

from lms.certificates.rules import ids
from lms.certificates.service import verifying
from lms.certificates.service.verifying import Found
from lms.library.release import NoRelease
from lms.people.service.refusals import Paused
from lms.people.views import later, profession
from lms.web.at_hand import House, begin, gettext, house, language, origin, today
from lms.web.errors import prefers_json, problem
from lms.web.gate import opens_to
from lms.web.headers import reticent_headers
from lms.web.pages import Page, finish, page
from lms.web.visitor import COOKIE, database, glance, moment

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

bp = Blueprint("verifying", __name__)

_VARY = ("Vary", "Accept, Accept-Language, Cookie, Accept-Encoding")


@bp.get("/v")
@opens_to("everyone")
@page
def ask() -> Any:
    """A form for an id; with one, it leads to its page."""
    typed = request.args.get("id", "")
    if not typed:
        return render_template("certificates/ask.html")
    found = verifying.find(glance(), typed, today())
    return redirect(f"/v/{found.id}", 303) if found else missing()


@bp.get("/v/<id>")
@opens_to("everyone")
def certificate(id: str) -> Any:
    """All that a certificate says, and whether it holds; for programs in JSON."""
    environ = request.environ
    if "json" in environ.get("HTTP_ACCEPT", "") and prefers_json():
        found = verifying.find(glance(), id, today())
        return told(found) if found else missing()
    if "HTTP_COOKIE" in environ and COOKIE in request.cookies:
        return shown(verifying.find(glance(), id, today()), id)
    return kept(id, environ)


@bp.post("/v/<id>")
@opens_to("everyone")
def holder(id: str) -> Any:
    """The name, for whoever types the surname."""
    found = verifying.find(glance(), id, today())
    if found is None:
        return missing()
    if found.naming != "match":
        return redirect(f"/v/{found.id}", 303)
    typed = request.form.get("surname", "")
    try:
        known = verifying.knows_name(database(), found, typed, request.remote_addr or "", house().now())
    except Paused as pause:
        return quietly(render(found, fault=later(pause)), 429, pause)
    if known:
        return quietly(render(found, name=found.row.name))
    return quietly(render(found, typed=typed, fault=gettext("That is not the name on this certificate.")), 422)


# -- The page -------------------------------------------------------------------------------------------------------


def kept(id: str, environ: "WSGIEnvironment") -> Any:
    """The page for visitors without a cookie: made once, until something about the certificate is another."""
    own, now, found = house(), moment(), None
    version = own.filled.get(("verified", id), now)
    if version is None:
        found = verifying.find(glance(), id, own.clock())
        if found is None or found.id != id or found.naming == "match":
            return shown(found, id)
        version = found.version
        own.filled.put(("verified", id), now, version)
    key = ("verified", id, version, own.clock(), *_around(own, environ))
    made = own.pages.get(key)
    if not isinstance(made, Page):
        found = found or verifying.find(glance(), id, own.clock())
        assert found is not None
        finished = finish(render(found))
        made = replace(finished, headers=(finished.headers[0], _VARY, *reticent_headers()))
        own.pages.put(key, made)
    return made.answer(environ)


def _around(own: House, environ: "WSGIEnvironment") -> tuple[Hashable, ...]:
    """What a page says besides: the site's own words, in a language, at an address."""
    try:
        now = begin(environ)
    except NoRelease:
        return "", language(), environ.get("HTTP_HOST")
    named = own.settings.url or now.release.site.url
    return now.release.id, now.language, "" if named else (environ["wsgi.url_scheme"], environ.get("HTTP_HOST"))


def shown(found: Found | None, id: str) -> Any:
    if found is None:
        return missing()
    return quietly(render(found)) if found.id == id else quietly(redirect(f"/v/{found.id}", 301))


def render(found: Found, **more: str) -> str:
    """The page of a certificate; `name` is given once somebody has shown that they know it."""
    one = found.certificate
    values = {"name": found.name, "typed": "", "fault": ""} | more
    naming = "known" if more.get("name") else found.naming
    return render_template(
        "certificates/verification.html",
        one=one,
        said=one.snapshot,
        naming=naming,
        shown=ids.shown,
        profession=profession,
        **values,
    )


def missing() -> Response:
    """The answer for an id that is none, the same whatever is wrong with it; counted by place."""
    try:
        verifying.count_miss(database(), request.remote_addr or "", house().now())
    except Paused as pause:
        words = later(pause)
        if prefers_json():
            return quietly(problem(429, words), 429, pause)
        return quietly(render_template("certificates/missing.html", status=429, words=words), 429, pause)
    if prefers_json():
        return quietly(problem(404, gettext("There is no certificate with this number.")), 404)
    return quietly(render_template("certificates/missing.html", status=404, words=""), 404)


def quietly(said: Any, status: int = 0, pause: Paused | None = None) -> Response:
    """A response that nobody keeps, and that tells nobody where one came from."""
    response = Response(said, content_type="text/html; charset=utf-8") if isinstance(said, str) else said
    response.status_code = status or response.status_code
    # A form is only taken from a browser that says which page of ours it stood on.
    form = isinstance(said, str) and "csrf_token" in said
    for name, value in (_VARY, *reticent_headers("same-origin" if form else "no-referrer")):
        response.headers[name] = value
    if pause is not None:
        response.headers["Retry-After"] = str(int(pause.wait.total_seconds()) + 1)
    return response  # type: ignore[no-any-return]


# -- For programs ---------------------------------------------------------------------------------------------------


def told(found: Found) -> Response:
    """The certificate as JSON has it, with the proof that it is in the log."""
    one = found.certificate
    said = one.snapshot
    inclusion = verifying.inclusion(glance(), found)
    response = jsonify(
        url=said.url,
        state=one.state,
        since=one.since.isoformat() if one.since else None,
        reason=one.reason,
        by=one.by,
        superseded_by=f"{origin()}/v/{one.follower}" if one.follower else None,
        name={"shown": found.naming, "value": found.name or None},
        pdf_sha256=one.paper,
        certificate=said.model_dump(mode="json"),
        log={
            "index": inclusion.index,
            "leaf": found.logged.decode(),
            "leaf_hash": inclusion.hash,
            "size": inclusion.size,
            "root": inclusion.root,
            "proof": inclusion.proof,
            "checkpoint": f"{origin()}/certificates/log/checkpoint",
        },
    )
    return quietly(response)
