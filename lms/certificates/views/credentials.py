"""Credentials and badges of certificates, our keys, and what was withdrawn: for programs anywhere."""

import re
from typing import Any, NoReturn

from flask import Blueprint, Response, abort, current_app, request

from lms.certificates.keys import Keyring, LostKey
from lms.certificates.models.paper import Certificate, canonical
from lms.certificates.service import credentials, verifying
from lms.certificates.service.credentials import NoAddress
from lms.certificates.store import papers
from lms.people.service.refusals import Paused
from lms.web.at_hand import gettext, house, origin, settings, site
from lms.web.gate import opens_to
from lms.web.visitor import database

bp = Blueprint("credentials", __name__)

#: What is asked for at each verification is asked for anew: a key may have been rotated since.
_FRESH = "public, no-cache"
_ID = re.compile(r"[0-9A-Z]{21}[0-9A-Z*~$=]")
#: Of a list: more than 9,999 would be beyond what numbers leaves.
_NUMBER = re.compile(r"0|[1-9][0-9]{0,3}", re.ASCII)
#: Seconds that a status list may be kept by caches.
_STATUS_AGE = 300


@bp.after_request
def open_to_programs(response: Response) -> Response:
    """Let pages of other sites read it, whatever it is, and let no search engine list it."""
    if response.mimetype == "text/html":  # what went wrong is said to people, by a page like any other
        return response
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    # A drawing must not act in this site's name.
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@bp.errorhandler(LostKey)
@bp.errorhandler(NoAddress)
def cannot_sign(fault: Exception) -> Response:
    """Say that it is the server's fault, and to its operator how to mend it."""
    current_app.logger.error("%s: %s", request.path, fault)
    words = gettext("Credentials cannot be signed just now. The certificate itself is not affected. Please try later.")
    return _answer(f"{words}\n".encode(), "text/plain; charset=utf-8", "no-store", 503)


@bp.get("/v/<id>/credential.json")
@opens_to("everyone")
def credential(id: str) -> Response:
    found = _certificate(id)
    said = credentials.credential_bytes(database(), found, ring(), house().now())
    return _file(said, "application/vc+ld+json", f"{found.snapshot.id}.json")


@bp.get("/v/<id>/badge.png")
@opens_to("everyone")
def png(id: str) -> Response:
    found = _certificate(id)
    baked = credentials.baked_png(database(), found, ring(), house().now(), site().theme.accent)
    return _file(baked, "image/png", f"{found.snapshot.id}.png")


@bp.get("/v/<id>/badge.svg")
@opens_to("everyone")
def svg(id: str) -> Response:
    found = _certificate(id)
    baked = credentials.baked_svg(database(), found, ring(), house().now(), site().theme.accent)
    return _file(baked, "image/svg+xml", f"{found.snapshot.id}.svg")


@bp.get("/.well-known/did.json")
@opens_to("everyone")
def did() -> Response:
    said = credentials.did_document(database(), origin())
    return _answer(canonical(said), "application/did+json", _FRESH)


@bp.get("/certificates/status/<number>")
@opens_to("everyone")
def status(number: str) -> Response:
    said = credentials.status_list(database(), origin(), _number(number), ring(), house().now()) or _absent()
    return _answer(canonical(said), "application/vc", f"public, max-age={_STATUS_AGE}")


def ring() -> Keyring:
    """Where this site's secrets are."""
    return Keyring(settings().data, settings().signing_key)


def _certificate(id: str) -> Certificate:
    found = papers.certificate(database(), id, house().clock()) if _ID.fullmatch(id) else None
    if found is not None:
        return found
    try:
        verifying.count_miss(database(), request.remote_addr or "", house().now())
    except Paused as pause:
        busy = _answer(f"{gettext('Please try again later.')}\n".encode(), "text/plain; charset=utf-8", "no-store", 429)
        busy.headers["Retry-After"] = str(max(1, round(pause.wait.total_seconds())))
        abort(busy)
    # The same, whether it cannot be or is not: nobody learns from it which ids there are.
    return _absent()


def _number(text: str) -> int:
    """A number in the one way that we write it; 404 for any other."""
    return int(text) if _NUMBER.fullmatch(text) else _absent()


def _absent() -> NoReturn:
    abort(_answer(f"{gettext('There is nothing here.')}\n".encode(), "text/plain; charset=utf-8", "no-store", 404))


def _file(content: bytes, kind: str, name: str) -> Response:
    response = _answer(content, kind, _FRESH)
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _answer(content: bytes, kind: str, kept: str, status: int = 200) -> Any:
    response = Response(content, status, content_type=kind)
    response.headers["Cache-Control"] = kept
    if status != 200:
        return response
    response.add_etag()
    return response.make_conditional(request)
