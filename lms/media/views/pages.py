"""Pages of webinars, shows and episodes."""

from flask import Blueprint, abort, render_template

from lms.media.feed.writing import enclosed
from lms.media.models import Episode, Show, Way
from lms.web.at_hand import origin, page_of, release, show_at
from lms.web.headers import allow_outside_media
from lms.web.pages import page
from lms.web.player import player
from lms.web.subscribing import apps

bp = Blueprint("media", __name__)


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
    show = show_at(slug)
    if show.outside:
        allow_outside_media()
    episodes, number, parts = page_of(show.episodes)
    feed = show.source if show.outside else f"{origin()}{show.url}/feed.xml"
    return render_template(
        "media/show.html",
        show=show,
        episodes=episodes,
        number=number,
        count=parts,
        feed=feed,
        apps=apps(feed) if feed.startswith("http") else (),
        low=lighter(show),
    )


@bp.get("/podcasts/<slug>/<name>")
@page
def episode(slug: str, name: str) -> str:
    show = show_at(slug)
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
    show_at(slug)
    episode = release().episode(slug, name)
    if episode is None or episode.quiz is None:
        abort(404)
    return render_template("modules/quiz.html", activity=episode, quiz=episode.quiz)


def lighter(show: Show) -> tuple[int, int] | None:
    """Bytes of a usual episode in the usual feed and in the low-data one; None where that is no lighter."""
    usual, low = _usual_bytes(show, "listen"), _usual_bytes(show, "listen-low")
    return (usual, low) if low < usual else None


def _usual_bytes(show: Show, way: Way) -> int:
    sizes = sorted(one.bytes for episode in show.episodes if (one := enclosed(episode, way)))
    return sizes[len(sizes) // 2] if sizes else 0


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
