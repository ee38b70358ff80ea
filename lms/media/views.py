"""Pages of what one watches and hears, their feeds, and the bytes of their media files."""

import gzip
import re
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from flask import Blueprint, Response, abort, render_template, request, send_file

from lms.media.feed.writing import rss
from lms.media.models import Asset, Episode
from lms.web.at_hand import house, origin, page_of, release, settings, site
from lms.web.headers import allow_outside_media
from lms.web.pages import Feed, page, takes_gzip
from lms.web.player import player

bp = Blueprint("media", __name__)

_YEAR = 31_536_000
_WORDS = frozenset({"text/vtt", "image/svg+xml", "application/json", "application/json+chapters", "text/plain"})
_LONG = 1_000_000
_RANGE = re.compile(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*", re.ASCII | re.IGNORECASE)
_MEDIA_HEADERS = {
    # A drawing or a page among the media must not act in this site's name.
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": f"public, max-age={_YEAR}, immutable",
    "X-Content-Type-Options": "nosniff",
}


@bp.get("/webinars")
@page
def webinars() -> str:
    cards, number, parts = page_of(release().cards("webinar"))
    return render_template("media/webinars.html", cards=cards, number=number, count=parts)


@bp.get("/webinars/<slug>")
@page
def webinar(slug: str) -> str:
    webinar = release().webinar(slug) or abort(404)
    return render_template(
        "media/webinar.html",
        webinar=webinar,
        courses=release().courses_with(webinar.url),
        **player(webinar.recording, webinar.lang, webinar.notes, "watch-low"),
    )


@bp.get("/webinars/<slug>/quiz")
@page
def webinar_quiz(slug: str) -> str:
    webinar = release().webinar(slug)
    if webinar is None or webinar.quiz is None:
        abort(404)
    return render_template("modules/quiz.html", activity=webinar, quiz=webinar.quiz)


@bp.get("/podcasts")
@page
def shows() -> str:
    cards, number, parts = page_of(release().cards("show"))
    shows = [show for card in cards if (show := release().show(card.slug))]
    if any(show.outside for show in shows):
        allow_outside_media()
    return render_template("media/shows.html", shows=shows, number=number, count=parts)


@bp.get("/podcasts/<slug>")
@page
def show(slug: str) -> str:
    show = release().show(slug) or abort(404)
    if show.outside:
        allow_outside_media()
    episodes, number, parts = page_of(show.episodes)
    return render_template("media/show.html", show=show, episodes=episodes, number=number, count=parts)


@bp.get("/podcasts/<slug>/<name>")
@page
def episode(slug: str, name: str) -> str:
    show = release().show(slug) or abort(404)
    episode = release().episode(slug, name) or abort(404)
    if episode.outside:
        allow_outside_media()
    return render_template(
        "media/episode.html",
        show=show,
        episode=episode,
        courses=release().courses_with(episode.url),
        **player(episode.recording, episode.lang, episode.notes, "listen-low"),
        **neighbours(show.episodes, name),
    )


@bp.get("/podcasts/<slug>/<name>/quiz")
@page
def episode_quiz(slug: str, name: str) -> str:
    episode = release().episode(slug, name)
    if episode is None or episode.quiz is None:
        abort(404)
    return render_template("modules/quiz.html", activity=episode, quiz=episode.quiz)


# -- Feeds, and the bytes of files ------------------------------------------------------------------------------------


@bp.get("/podcasts/<slug>/feed.xml")
@page
def feed(slug: str) -> Feed:
    """The feed of one of our own shows; an outside show has its own."""
    show = release().show(slug)
    if show is None or show.outside:
        abort(404)
    xml = rss(show, base_url=origin(), media_url=settings().media_url, organisation=site().organisation or site().title)
    return Feed(xml)


@bp.get("/media/<path:rest>")
def file(rest: str) -> Response:
    """A file that a page of this release uses, in whole or in ranges; it never changes, so it is kept for a year."""
    asset = release().asset(f"/media/{rest}")
    if asset is None:
        abort(404)
    digest = rest.partition("/")[0]
    response = _sent(asset, digest)
    response.headers.update(_MEDIA_HEADERS)
    if settings().accel and response.status_code == 200:
        response.headers["X-Accel-Redirect"] = settings().accel + quote(rest)
    return response


def _sent(asset: Asset, digest: str) -> Response:
    if settings().accel:
        # The web server in front knows ranges; it keeps these headers and sends the bytes.
        response = Response(mimetype=asset.type)
        response.set_etag(digest)
        return response.make_conditional(request)  # type: ignore[return-value]
    path = house().shelf.file(asset)
    if not path.is_file():
        abort(404)
    _simplify_range(asset.bytes)
    if asset.type in _WORDS and asset.bytes < _LONG:
        return _packed_words(path, asset, digest)
    response = send_file(path, mimetype=asset.type, conditional=True, etag=digest, last_modified=None, max_age=_YEAR)
    if request.method == "HEAD" or response.status_code == 304:
        response.close()  # nobody will read the file that it opened
    return response


def _simplify_range(length: int) -> None:
    """Leave of the Range header one range of bytes, or nothing.

    Werkzeug answers 416 to all that it cannot send as one part; RFC 9110 wants the whole file where a range is
    malformed, of another unit or longer than the file, and allows it for several ranges.
    """
    found = _RANGE.fullmatch(request.environ.pop("HTTP_RANGE", ""))
    first, last = found.groups() if found else ("", "")
    if first and (not last or int(first) <= int(last)):
        request.environ["HTTP_RANGE"] = f"bytes={first}-{last}"
    elif last and not first:
        request.environ["HTTP_RANGE"] = f"bytes=-{min(int(last), length)}"


def _packed_words(path: Path, asset: Asset, digest: str) -> Response:
    """Captions and drawings are text, and travel compressed."""
    packed = "Range" not in request.headers and takes_gzip(request.headers.get("Accept-Encoding", ""))
    response = Response(_gzipped(path) if packed else path.read_bytes(), content_type=asset.type)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.set_etag(f"{digest}-gzip" if packed else digest)
    return response.make_conditional(request, accept_ranges=True, complete_length=asset.bytes)  # type: ignore[return-value]


@lru_cache(maxsize=64)
def _gzipped(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), 9, mtime=0)


def neighbours(episodes: tuple[Episode, ...], slug: str) -> dict[str, Episode | None]:
    """The episodes before and after one; a show has the newest first."""
    slugs = [episode.slug for episode in episodes]
    here = slugs.index(slug) if slug in slugs else None
    if here is None:
        return {"earlier": None, "later": None}
    return {
        "earlier": episodes[here + 1] if here + 1 < len(episodes) else None,
        "later": episodes[here - 1] if here else None,
    }
