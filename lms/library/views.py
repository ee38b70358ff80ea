"""The home page, courses, people, topics, the glossary, the site's own pages, and what machines ask for."""

import unicodedata
from collections.abc import Iterable
from urllib.parse import quote
from xml.sax.saxutils import escape

from flask import Blueprint, Response, abort, jsonify, render_template

from lms.library.cards import LATEST
from lms.library.models import Card, Term
from lms.media.feed.lists import Notice, news
from lms.web.at_hand import house, language, origin, page_of, release, shape, site
from lms.web.gate import opens_to
from lms.web.languages import spoken
from lms.web.pages import RSS, Document, page
from lms.web.static import static

bp = Blueprint("library", __name__)

_SECTIONS = {
    "course": "/courses",
    "module": "/modules",
    "webinar": "/webinars",
    "show": "/podcasts",
    "topic": "/topics",
    "glossary": "/glossary",
    "person": "/people",
}


@bp.get("/")
@page
def home() -> str:
    cards = release().cards
    courses = cards("course")
    within = {item.url for card in courses if (course := release().course(card.slug)) for item in course.items}
    loose = [card for card in cards("module") if card.url not in within]
    return render_template(
        "library/home.html",
        courses=courses,
        webinars=cards("webinar"),
        shows=cards("show"),
        episodes=cards("episode"),
        modules=loose,
        topics=release().topics(),
    )


@bp.get("/courses")
@page
def courses() -> str:
    cards, number, parts = page_of(release().cards("course"))
    return render_template("library/courses.html", cards=cards, number=number, count=parts)


@bp.get("/courses/<slug>")
@page
def course(slug: str) -> str:
    course = release().course(slug) or abort(404)
    return render_template("library/course.html", course=course)


@bp.get("/courses/<slug>/quiz")
@page
def course_quiz(slug: str) -> str:
    course = release().course(slug)
    if course is None or course.quiz is None:
        abort(404)
    return render_template("modules/quiz.html", activity=course, quiz=course.quiz)


@bp.get("/people")
@page
def people() -> str:
    people, number, parts = page_of(release().people())
    return render_template("library/people.html", people=people, number=number, count=parts)


@bp.get("/people/<slug>")
@page
def person(slug: str) -> str:
    person = release().person(slug) or abort(404)
    cards, number, parts = page_of(release().by_person(slug))
    return render_template("library/person.html", person=person, cards=cards, number=number, count=parts)


@bp.get("/topics")
@page
def topics() -> str:
    return render_template("library/topics.html", topics=release().topics())


@bp.get("/topics/<slug>")
@page
def topic(slug: str) -> str:
    topic = release().topic(slug) or abort(404)
    cards, number, parts = page_of(topic.cards)
    return render_template("library/topic.html", topic=topic, cards=cards, number=number, count=parts)


@bp.get("/glossary")
@page
def glossary() -> str:
    terms = release().glossary()
    langs = sorted({term.lang for term in terms}, key=lambda tag: (tag.split("-")[0] != language(), tag))
    return render_template(
        "library/glossary.html", lists=[(lang, by_letter(t for t in terms if t.lang == lang)) for lang in langs]
    )


@bp.get("/<slug>")
@page
def text(slug: str) -> str:
    page = release().page(slug) or abort(404)
    return render_template("library/text.html", page=page)


def by_letter(terms: Iterable[Term]) -> list[tuple[str, list[Term]]]:
    """Terms in the order of their alphabet's letters, an accented letter with its plain one."""
    letters: dict[str, list[Term]] = {}
    for term in sorted(terms, key=lambda term: plain(term.term).casefold()):
        letters.setdefault(plain(term.term)[:1].upper(), []).append(term)
    return list(letters.items())


def plain(word: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKD", word) if not unicodedata.combining(sign))


# -- Feeds of what is new -------------------------------------------------------------------------------------------


@bp.get("/feed.xml")
@page
def new() -> Document:
    return _news(site().title, site().summary or "", "/", release().cards("new"), site().lang)


@bp.get("/courses/<slug>/feed.xml")
@page
def new_in_course(slug: str) -> Document:
    course = release().course(slug) or abort(404)
    return _news(course.title, course.summary, course.url, course.items, course.lang)


@bp.get("/topics/<slug>/feed.xml")
@page
def new_in_topic(slug: str) -> Document:
    topic = release().topic(slug) or abort(404)
    return _news(topic.title, "", topic.url, topic.cards, site().lang)


def _news(title: str, summary: str, url: str, cards: Iterable[Card], lang: str) -> Document:
    words = spoken(lang.split("-")[0])
    latest = sorted((card for card in cards if card.first), key=lambda card: (card.first, card.url), reverse=True)
    notices = [
        Notice(url=card.url, title=card.title, moment=card.first, summary=card.summary, topics=card.topics)
        for card in latest[:LATEST]
        if card.first
    ]
    whole = title if url == "/" else f"{title} · {site().title}"
    xml = news(
        whole,
        summary,
        url,
        notices,
        base=origin(),
        lang=lang,
        self_url=f"{url.rstrip('/')}/feed.xml",
        stylesheet=static("feed.css", linked=False),
        intro=(
            words.ugettext("This is a feed. Paste its address into a feed reader to hear of all that is new."),
            words.ugettext("To the page"),
        ),
    )
    return Document(xml, RSS)


# -- What machines ask for ------------------------------------------------------------------------------------------


@bp.get("/sitemap.xml")
@page
def sitemap() -> Document:
    sections = [_SECTIONS[kind] for kind in shape().sections]
    paths = ["/", *sections, *release().urls()]
    rows = "".join(
        f"<url><loc>{escape(origin() + quote(path))}</loc></url>\n" for path in dict.fromkeys(paths[:50_000])
    )
    xml = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}</urlset>\n'
    return Document(xml.encode(), "application/xml; charset=utf-8")


@bp.get("/robots.txt")
@opens_to("everyone")
@page
def robots() -> Document:
    lines = ["User-agent: *", "Disallow: /language", f"Sitemap: {origin()}/sitemap.xml"]
    return Document(("\n".join(lines) + "\n").encode(), "text/plain; charset=utf-8")


@bp.get("/manifest.webmanifest")
@opens_to("everyone")
def manifest() -> Response:
    files = house().files
    icons = [
        {"src": files[f"icon-{size}.png"].url, "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for size in (192, 512)
        for purpose in ("any", "maskable")
    ]
    response = jsonify(
        name=site().title,
        short_name=site().title[:24],
        description=site().summary or "",
        lang=language(),
        start_url="/",
        display="minimal-ui",
        background_color="#fbfaf6",
        theme_color=site().theme.accent,
        icons=icons,
    )
    response.mimetype = "application/manifest+json"
    response.headers["Cache-Control"] = "no-cache"
    return response
