"""The one list of rooms."""

import mimetypes

from flask import Flask
from flask_babel import Babel
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from lms.config import Settings
from lms.library import views as library
from lms.library.shelf import Shelf
from lms.media.views import feeds, files
from lms.media.views import pages as media
from lms.modules import marking
from lms.modules import views as modules
from lms.search import views as search
from lms.web import at_hand, errors, headers, languages, pages, preview, schema, static, switch, wheel, words


def create_from_environment() -> Flask:
    """The application that `LMS_*` variables describe: what `lms serve` starts in each worker."""
    return create_app(Settings.from_environment())


def create_app(settings: Settings) -> Flask:
    """An application that serves the current release of `settings.data`."""
    mimetypes.init(files=[])  # the same types on every machine
    app = Flask(__name__, static_folder=None)
    app.extensions["spoke"] = at_hand.House(
        settings, Shelf(settings.data), static.StaticFiles.read(), pages.PageCache(settings.page_cache)
    )
    app.url_map.merge_slashes = False
    Babel(app, locale_selector=at_hand.locale)
    _furnish(app)
    headers.keep_headers(app)
    errors.help_the_lost(app)
    if settings.watch:
        app.register_blueprint(preview.bp)
    for blueprint in (static.bp, switch.bp, modules.bp, media.bp, feeds.bp, files.bp, search.bp, library.bp):
        app.register_blueprint(blueprint)
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _furnish(app: Flask) -> None:
    """Give templates their words, drawings and addresses."""
    jinja = app.jinja_env
    jinja.trim_blocks = jinja.lstrip_blocks = True
    jinja.install_gettext_callables(at_hand.gettext, at_hand.ngettext, newstyle=True)  # type: ignore[attr-defined]
    jinja.undefined = StrictUndefined
    jinja.filters.update(words.FILTERS | at_hand.FILTERS)
    jinja.globals.update(
        artwork=at_hand.artwork,
        canonical=at_hand.canonical,
        licence=words.licence,
        mixed=marking.mixed,
        language=at_hand.language,
        offered=languages.offered,
        origin=at_hand.origin,
        own_name=languages.own_name,
        preview=preview.found,
        right_to_left=languages.right_to_left,
        schema=schema,
        shape=at_hand.shape,
        static=static.static,
        theme_url=static.theme_url,
        today=at_hand.today,
        hub=wheel.hub,
        wheel=wheel.wheel,
        WEIGHT=pages.WEIGHT,
    )
    app.context_processor(lambda: {"site": at_hand.site(), "watch": at_hand.settings().watch})
