"""Pages for when something is not there, or went wrong: what happened, and where to go."""

import sqlite3
from functools import lru_cache
from http import HTTPStatus
from urllib.parse import quote

from flask import Flask, Response, current_app, jsonify, redirect, render_template, request
from werkzeug.exceptions import HTTPException, NotFound

from lms.library.models import Card
from lms.library.release import NoRelease, Release
from lms.library.shelf import current
from lms.text.slugs import slug
from lms.web.at_hand import do_without_release, release, settings
from lms.web.pages import finish
from lms.web.visitor import may_read

_PLAIN = "Something went wrong on our side. Please try again in a minute.\n"


def help_the_lost(app: Flask) -> None:
    """Answer errors with pages in the visitor's language."""

    @app.errorhandler(404)
    def not_found(error: NotFound) -> Response:
        path = request.path
        if path.endswith("/") and path != "/":
            query = request.query_string.decode("latin-1")
            # One leading slash only: `//host/` would lead away from this site.
            return redirect("/" + quote(path.strip("/")) + (f"?{query}" if query else ""), 308)  # type: ignore[return-value]
        return _page("missing.html", 404, near=nearest(path) if may_read() else [])

    @app.errorhandler(NoRelease)
    def nothing_published(error: NoRelease) -> Response:
        if current(settings().data):
            # Something is published, and cannot be opened.
            app.logger.error("%s %s: the current release cannot be opened", request.method, request.path)
            return _damaged()
        response = _page("unpublished.html", 503)
        response.headers["Retry-After"] = "30"
        return response

    @app.errorhandler(sqlite3.DatabaseError)
    def damaged(error: sqlite3.DatabaseError) -> Response:
        app.logger.error("%s %s: the release cannot be read", request.method, request.path, exc_info=error)
        return _damaged()

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        if error.code is None or error.code < 400:
            return error.get_response()  # type: ignore[return-value]
        response = _page("refused.html", error.code)
        for name, value in error.get_headers():
            if name in ("Allow", "Retry-After", "Content-Range", "Accept-Ranges"):
                response.headers[name] = value
        return response

    @app.errorhandler(Exception)
    def failed(error: Exception) -> Response:
        if app.testing:
            raise error
        app.logger.exception("%s %s", request.method, request.path)
        try:
            return _page("failed.html", 500)
        except Exception:
            return Response(_PLAIN, 500, content_type="text/plain; charset=utf-8")


def prefers_json() -> bool:
    """Whether this request is a program's that would rather have JSON than a page."""
    return request.accept_mimetypes.best_match(["text/html", "application/json"], "text/html") == "application/json"


def problem(status: int, title: str) -> Response:
    """What went wrong, for programs: https://www.rfc-editor.org/rfc/rfc9457."""
    response = jsonify(title=title, status=status)
    response.status_code = status
    response.mimetype = "application/problem+json"
    response.headers["Cache-Control"] = "no-store"
    return response


def nearest(path: str, most: int = 5) -> list[Card]:
    """The things whose names share most with the words of `path`, the likeliest first."""
    asked = {word for word in slug(path[:200]).split("-") if len(word) > 2}
    try:
        known = _words(release())
    except (NoRelease, sqlite3.DatabaseError):
        return []
    stems = {word[:5] for word in asked}
    found = [
        (len(asked & words) + len(stems & {w[:5] for w in words}), card)
        for words, card in known
        if stems & {w[:5] for w in words}
    ]
    found.sort(key=lambda pair: -pair[0])
    return [card for _, card in found[:most]]


@lru_cache(maxsize=1)
def _words(release: Release) -> list[tuple[frozenset[str], Card]]:
    cards = [
        card for kind in ("course", "module", "webinar", "show", "episode") for card in release.cards(kind)[:2_000]
    ]
    return [(frozenset(slug(f"{card.slug} {card.title}").split("-")), card) for card in cards]


def _damaged() -> Response:
    """What there is to say when `release.db` is broken: a page that asks nothing of it."""
    do_without_release(request.environ)
    response = _page("damaged.html", 503)
    response.headers["Retry-After"] = "30"
    return response


def _page(template: str, status: int, **values: object) -> Response:
    if prefers_json():
        return problem(status, HTTPStatus(status).phrase)
    try:
        return _finished(template, status, **values)
    except sqlite3.DatabaseError:
        # Even the frame of a page reads the release, for its menu.
        if template == "damaged.html":
            raise
        current_app.logger.exception("%s %s: the release cannot be read", request.method, request.path)
        return _damaged()


def _finished(template: str, status: int, **values: object) -> Response:
    page = finish(render_template(f"errors/{template}", status=status, **values))
    response = page.answer(request.environ)
    response.status_code = status
    response.headers.pop("ETag", None)
    response.headers["Cache-Control"] = "no-store"
    return response
