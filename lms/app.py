"""The one list of rooms."""

import mimetypes
import os
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from secrets import token_hex
from typing import Any

from flask import Flask, current_app, request
from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from lms import db as database
from lms.certificates.views import aiming, claiming, credentials, log, papers, teaching, transcripts, verifying
from lms.certificates.views import coordinating as credited
from lms.config import Settings
from lms.credit.views import evaluations
from lms.library import views as library
from lms.library.release import NoRelease
from lms.library.shelf import Shelf
from lms.media.views import feeds, files
from lms.media.views import pages as media
from lms.modules import marking
from lms.modules import views as modules
from lms.people import views as people
from lms.progress.views import attempting, coordinating, learning, notes, places, playing
from lms.search import views as search
from lms.web import (
    at_hand,
    credit,
    errors,
    frames,
    headers,
    languages,
    pages,
    post,
    preview,
    schema,
    static,
    switch,
    visitor,
    wheel,
    words,
)

_ROOMS = (
    *(static.bp, switch.bp, preview.bp, people.bp, attempting.bp, learning.bp, playing.bp, notes.bp, coordinating.bp),
    *(claiming.bp, papers.bp, credentials.bp, verifying.bp, log.bp),
    *(transcripts.bp, aiming.bp, credited.bp, teaching.bp, evaluations.bp),
    *(modules.bp, media.bp, feeds.bp, files.bp, search.bp, library.bp),
)


class Plain(Flask):
    """Flask without coroutines, which none of our views is: it would look at each function of each request for one."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


class Guard(CSRFProtect):
    """The guard of forms, which looks first whether there is anything to guard: most requests only ask for a page."""

    def protect(self, apply_exemptions: bool = False) -> None:
        if request.method in current_app.config["WTF_CSRF_METHODS"]:
            super().protect(apply_exemptions)


def create_from_environment() -> Flask:
    """The application that `LMS_*` variables describe: what `lms serve` starts in each worker."""
    return create_app(Settings.from_environment())


def create_app(settings: Settings) -> Flask:
    """An application that serves the current release of `settings.data`."""
    mimetypes.init(files=[])  # the same types on every machine
    app = Plain(__name__, static_folder=None)
    app.extensions["spoke"] = at_hand.House(
        settings,
        Shelf(settings.data),
        static.StaticFiles.read(),
        pages.PageCache(settings.page_cache),
        post=post.Smtp(settings.mail_url, _sender(settings)) if settings.mail_url else post.Console(),
        slots=places.SLOTS
        | {
            "account": people.account_link,
            "credit": claiming.credit,
            "bar": preview.bar,
            "take": attempting.before_quiz,
            "pair": attempting.before_course,
        },
        begun=claiming.note_beginning,
    )
    app.url_map.merge_slashes = False
    _remember(app, settings)
    Babel(app, locale_selector=at_hand.locale)
    _furnish(app)
    headers.keep_headers(app)
    pages.finish_the_rest(app)
    visitor.keep_gate(app)
    errors.help_the_lost(app)
    if settings.watch:
        app.register_blueprint(preview.live)
    for blueprint in _ROOMS:
        app.register_blueprint(blueprint)
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _sender(settings: Settings) -> str:
    """Who letters are from."""
    if settings.mail_from:
        return settings.mail_from
    try:
        return Shelf(settings.data).release().site.contact or ""
    except NoRelease:
        return ""


def _remember(app: Flask, settings: Settings) -> None:
    """The database, and the cookie of those who are signed in."""
    url = database.address(settings.database_url, settings.data)
    app.config.update(
        SECRET_KEY=settings.secret or secret(settings.data),
        SQLALCHEMY_DATABASE_URI=url,
        SQLALCHEMY_ENGINE_OPTIONS=database.options(url),
        SESSION_COOKIE_NAME=visitor.COOKIE,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.url.startswith("https://"),
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=timedelta(days=30),
        # What one sends is an answer or a file of names: more is refused before it is read.
        MAX_CONTENT_LENGTH=8_000_000,
        MAX_FORM_MEMORY_SIZE=2_000_000,
        WTF_CSRF_TIME_LIMIT=None,
    )
    database.db.init_app(app)
    Guard(app)


def secret(data: Path) -> str:
    """What cookies are signed with: made once, and kept in the data folder for nobody else to read."""
    place = data / "secret"
    if not place.exists():
        data.mkdir(parents=True, exist_ok=True)
        fresh = data / f".secret-{os.getpid()}"
        with os.fdopen(os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as opened:
            opened.write(token_hex(32))
        # Workers start together: the first one's stays.
        with suppress(FileExistsError):
            os.link(fresh, place)
        fresh.unlink()
    return place.read_text()


def _furnish(app: Flask) -> None:
    """Give templates their words, drawings and addresses."""
    jinja = app.jinja_env
    jinja.trim_blocks = jinja.lstrip_blocks = True
    jinja.install_gettext_callables(at_hand.gettext, at_hand.ngettext, newstyle=True)  # type: ignore[attr-defined]
    jinja.undefined = StrictUndefined
    jinja.filters.update(words.FILTERS | at_hand.FILTERS | credit.FILTERS | {"keepable": frames.keepable})
    jinja.globals.update(
        artwork=at_hand.artwork,
        canonical=at_hand.canonical,
        framed=frames.framed,
        front=credit.front,
        licence=words.licence,
        mixed=marking.mixed,
        language=at_hand.language,
        offered=languages.offered,
        origin=at_hand.origin,
        own_name=languages.own_name,
        preview=preview.found,
        right_to_left=languages.right_to_left,
        schema=schema,
        sees_drafts=visitor.sees_drafts,
        shape=visitor.shape,
        slot=frames.slot,
        static=static.static,
        theme_url=static.theme_url,
        today=at_hand.today,
        hub=wheel.hub,
        wheel=wheel.wheel,
        WEIGHT=pages.WEIGHT,
    )
    app.context_processor(lambda: {"site": at_hand.site(), "watch": at_hand.settings().watch})
