"""What podcast apps fetch: feeds of our own shows, and the transcripts, chapters and lists that go with them."""

from flask import Blueprint, abort, render_template

from lms.media.feed.lists import Listed, opml
from lms.media.feed.writing import Contributor, Place, chapters_json, rss
from lms.media.models import Episode, Recording, Show, Way
from lms.web import static
from lms.web.at_hand import origin, release, settings, show_at, site
from lms.web.languages import spoken
from lms.web.pages import RSS, Document, page
from lms.web.player import turns
from lms.web.subscribing import qr

bp = Blueprint("feeds", __name__)


@bp.get("/podcasts/<slug>/feed.xml", defaults={"way": "listen"})
@bp.get("/podcasts/<slug>/low-data.xml", defaults={"way": "listen-low"})
@page
def feed(slug: str, way: Way) -> Document:
    """The feed of one of our own shows; an outside show has its own."""
    show = show_at(slug)
    if show.outside:
        abort(404)
    return Document(rss(show, _place(show), way), RSS)


@bp.get("/podcasts/shows.opml")
@page
def shows() -> Document:
    """All shows, for podcast apps to import."""
    found = [show for card in release().cards("show") if (show := release().show(card.slug))]
    listed = [
        Listed(title=show.title, feed=feed, page=origin() + show.url, summary=show.summary, lang=show.lang)
        for show in found
        if (feed := show.source if show.outside else f"{origin()}{show.url}/feed.xml").startswith("http")
    ]
    return Document(opml(site().title, listed), "text/x-opml; charset=utf-8")


@bp.get("/podcasts/<slug>/qr.svg")
@page
def code(slug: str) -> Document:
    """The address of a show's feed as a QR code."""
    show = show_at(slug)
    return Document(qr(show.source if show.outside else f"{origin()}{show.url}/feed.xml"), "image/svg+xml")


@bp.get("/podcasts/<slug>/<name>/chapters.json")
@page
def episode_chapters(slug: str, name: str) -> Document:
    episode = _episode(slug, name)
    return _chapters(episode.title, episode.show_title, episode.recording)


@bp.get("/webinars/<slug>/chapters.json")
@page
def webinar_chapters(slug: str) -> Document:
    webinar = release().webinar(slug) or abort(404)
    return _chapters(webinar.title, "", webinar.recording)


@bp.get("/podcasts/<slug>/<name>/transcript/<lang>.html")
@page
def episode_transcript(slug: str, name: str, lang: str) -> Document:
    episode = _episode(slug, name)
    return _transcript(episode.title, episode.recording, lang)


@bp.get("/webinars/<slug>/transcript/<lang>.html")
@page
def webinar_transcript(slug: str, lang: str) -> Document:
    webinar = release().webinar(slug) or abort(404)
    return _transcript(webinar.title, webinar.recording, lang)


def _episode(slug: str, name: str) -> Episode:
    """The episode; apps that read the feed before its show was renamed are led to where it is now."""
    found = release().episode(slug, name)
    if found is None:
        show_at(slug)
        abort(404)
    return found


def _place(show: Show) -> Place:
    # In the show's language, not the visitor's: apps of all languages get the same bytes.
    words = spoken(show.lang.split("-")[0])
    return Place(
        base=origin(),
        files=settings().media_url.rstrip("/"),
        organisation=site().organisation or site().title,
        contact=site().contact or "",
        contributors={
            person.slug: Contributor(
                name=person.name, url=person.url, picture=person.portrait.url if person.portrait else ""
            )
            for person in release().people()
        },
        stylesheet=static.static("feed.css", linked=False),
        intro=(
            words.ugettext("This is the feed of a podcast. Paste its address into a podcast app to follow the show."),
            words.ugettext("To the page of the show"),
        ),
        often={
            "daily": words.ugettext("every day"),
            "weekly": words.ugettext("every week"),
            "fortnightly": words.ugettext("every other week"),
            "monthly": words.ugettext("every month"),
            "quarterly": words.ugettext("every three months"),
            "yearly": words.ugettext("every year"),
            "complete": words.ugettext("complete"),
        },
    )


def _chapters(title: str, show: str, recording: Recording) -> Document:
    if not recording.chapters:
        abort(404)
    return Document(chapters_json(title, show, recording.chapters), "application/json+chapters")


def _transcript(title: str, recording: Recording, lang: str) -> Document:
    captions = next((one for one in recording.captions if one.lang == lang), None) or abort(404)
    html = render_template(
        "media/feed_transcript.html", title=title, captions=captions, turns=turns(recording, captions)
    )
    return Document(html.encode(), "text/html; charset=utf-8")
