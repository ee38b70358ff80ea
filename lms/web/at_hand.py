"""What a request has at hand: settings, the release, the day, the visitor's language, this site's address."""

import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast
from urllib.parse import quote, urlsplit

from flask import abort, current_app, redirect, request
from markupsafe import Markup

from lms.config import Settings
from lms.library.models import Person, Site, TextPage
from lms.library.release import NoRelease, Release
from lms.library.shelf import Shelf
from lms.media.models import Show
from lms.modules.models import Activity, Picture
from lms.text.slugs import slug
from lms.web.languages import choose, right_to_left, spoken
from lms.web.marks import marked, marks

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from lms.db import Stillness
    from lms.web.pages import PageCache
    from lms.web.post import Post
    from lms.web.static import StaticFiles

T = TypeVar("T")


class Tongued(Protocol):
    """What is in a language: text, or what has text."""

    @property
    def lang(self) -> str | None: ...


class Kept:
    """What was found out at some moment, the last few thousand things: good as long as the moment is the same."""

    def __init__(self, most: int = 4_000) -> None:
        self._most = most
        self._found: dict[Hashable, tuple[Hashable, Any]] = {}

    def get(self, key: Hashable, moment: Hashable) -> Any:
        held = self._found.get(key)
        return held[1] if held is not None and moment is not None and held[0] == moment else None

    def put(self, key: Hashable, moment: Hashable, value: Any) -> None:
        if moment is None:
            return
        if len(self._found) >= self._most:
            self._found.clear()
        self._found[key] = moment, value


@dataclass
class House:
    """One application's own things; `clock` says what day it is."""

    settings: Settings
    shelf: Shelf
    files: "StaticFiles"
    pages: "PageCache"
    clock: Callable[[], date] = date.today
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    post: "Post | None" = None
    """Who brings letters."""
    engine: "Engine | None" = None
    still: "Stillness | None" = None
    """Tells whether anything was written since something was looked up."""
    known: "Kept" = field(default_factory=Kept)
    """Who a browser's token is of, as long as nothing is written."""
    filled: "Kept" = field(default_factory=Kept)
    """What learners read at the places of pages, as long as nothing is written."""
    """The database's, once it is asked for."""
    slots: dict[str, Callable[..., str]] = field(default_factory=dict)
    """What fills the places of pages that are another thing for each learner."""
    begun: Callable[[Activity], None] | None = None
    """What is to be noted when a learner begins the quiz of an activity."""
    sees_drafts: Callable[[], bool] | None = None
    """Whether who asks is an author, to whom drafts are shown."""


def house() -> House:
    return cast(House, current_app.extensions["spoke"])


def settings() -> Settings:
    return house().settings


@dataclass(frozen=True, slots=True)
class Moment:
    """What a request began with, and keeps."""

    release: Release
    language: str


def begin(environ: Mapping[str, Any]) -> Moment:
    """The moment of the request at hand. Raises NoRelease when nothing is published."""
    there: Moment | None = environ.get("spoke.moment")
    if environ.get("spoke.no_release"):
        raise NoRelease
    if there is None:
        shelf, sees_drafts = house().shelf, house().sees_drafts
        release = shelf.drafts() if sees_drafts is not None and sees_drafts() else shelf.release()
        environ["spoke.moment"] = there = Moment(release, _language(environ, release.site.languages))  # type: ignore[index]
    return there


def do_without_release(environ: dict[str, Any]) -> None:
    """From here on, answer this request as if nothing were published: its release cannot be read."""
    environ["spoke.no_release"] = True


def release() -> Release:
    """The release that this request began with. Raises NoRelease when nothing is published."""
    return begin(request.environ).release


def site() -> Site:
    """What the site says of itself; a plain stand-in before anything is published."""
    try:
        return release().site
    except NoRelease:
        return Site(title="Spoke", languages=("en", "es"))


def today() -> date:
    return house().clock()


def language() -> str:
    """The visitor's language: the cookie `lang`, else the browser's wish, else the site's first."""
    try:
        return begin(request.environ).language
    except NoRelease:
        return _language(request.environ, site().languages)


def gettext(words: str) -> str:
    """`words` in the visitor's language: flask-babel's own does much more, hundreds of times a page."""
    return spoken(language()).ugettext(words)


def ngettext(one: str, many: str, count: int) -> str:
    return spoken(language()).ungettext(one, many, count)


def locale() -> str:
    """Babel's name for how numbers and days are written; English as the world writes it, not as one country does."""
    return "en_001" if language() == "en" else language().replace("-", "_")


def origin() -> str:
    """This site's public address, without a slash at its end."""
    return (settings().url or site().url or request.host_url).rstrip("/")


def has_address() -> bool:
    """Whether `origin` is to be relied on: told to this site, or of the machine itself, where one tries it out.

    Any other is what a browser said, which may say what it likes.
    """
    told = settings().url or site().url
    return bool(told) or urlsplit(request.host_url).hostname in ("localhost", "127.0.0.1", "::1")


def canonical() -> str:
    """The public address of this page, without its query."""
    return origin() + quote(request.path)


def media(url: str) -> str:
    """Where a media address is served: behind the media base URL, when there is one."""
    return settings().media_url.rstrip("/") + url if url.startswith("/media/") else url


def show_at(slug: str) -> Show:
    """The show of this slug; one that has another slug by now is redirected to, and one that is none gives 404."""
    found = release().show(slug)
    if found is None:
        now = release().former(slug) or abort(404)
        abort(redirect(request.path.replace(f"/podcasts/{slug}", f"/podcasts/{now}", 1), 301))
    return found


def people(slugs: Iterable[str]) -> list[Person]:
    """The people of these slugs, in their order, each once."""
    known = _people(release())
    return [known[slug] for slug in dict.fromkeys(slugs) if slug in known]


def people_known() -> Iterable[Person]:
    """Everyone in people.yaml."""
    return _people(release()).values()


def activity(url: str) -> Activity | None:
    """The activity at the address `/modules/x`, `/webinars/x`, `/courses/x` or `/podcasts/show/x`."""
    return release().activity(url)


def before(one: Activity) -> list[Activity]:
    """What an activity asks to be done first."""
    return [found for url in one.prerequisites if (found := activity(url))]


@dataclass(frozen=True)
class Shape:
    """What of a release every page links to: its sections, and the site's own pages in one language."""

    sections: tuple[str, ...]
    pages: tuple[TextPage, ...]


def shape() -> Shape:
    try:
        return _shape(release(), language())
    except NoRelease:
        return Shape((), ())


def page_of(things: tuple[T, ...], size: int = 60) -> tuple[tuple[T, ...], int, int]:
    """The part of a long list that `?page=` asks for, its number from 1, and how many there are; 404 past them."""
    parts = max(1, -(-len(things) // size))
    asked = request.args.get("page", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    if not 1 <= number <= parts:
        abort(404)
    return things[(number - 1) * size : number * size], number, parts


def body(text: str) -> Markup:
    """Rendered Markdown, its pictures behind the media base URL, the words marked that one searched for."""
    base = settings().media_url.rstrip("/")
    if base and "/media/" in text:
        text = _MEDIA.sub(rf"\1{base}/media/", text)
    return Markup(marked(text))


def lang(thing: Tongued) -> Markup:
    """The attribute `lang` (and `dir`) of what is not in the language of the interface around it; else nothing."""
    tag = thing.lang
    if not tag or tag == language():
        return Markup()
    turned = right_to_left(tag) != right_to_left(language())
    direction = f' dir="{"rtl" if right_to_left(tag) else "ltr"}"' if turned else ""
    return Markup(' lang="{}"').format(tag) + Markup(direction)


def absolute(url: str) -> str:
    """A media address with a host before it, for those who read pages elsewhere."""
    there = media(url)
    return there if there.startswith("http") else origin() + there


def artwork(picture: Picture, size: int) -> Markup:
    """A square picture shown `size` CSS pixels wide: the smallest rendition that is sharp on a good screen."""
    enough = [url for width, url in sorted(picture.renditions) if width >= 2 * size]
    return Markup('<img class="art" src="{}" alt="{}" width="{}" height="{}" loading="lazy" decoding="async">').format(
        media(enough[0] if enough else picture.url), picture.alt, size, size
    )


def web(url: str) -> str:
    """An address that leads to a web page; else nothing, for it may run something."""
    return url if url.lower().startswith(("https://", "http://")) else ""


FILTERS: dict[str, Callable[..., object]] = {
    "absolute": absolute,
    "before": before,
    "body": body,
    "lang": lang,
    "marks": marks,
    "media": media,
    "people": people,
    "slug": slug,
    "web": web,
}

_MEDIA = re.compile(r'(src="|srcset="|href="|, )/media/')


def _language(environ: Mapping[str, Any], languages: tuple[str, ...]) -> str:
    cookie = request.cookies.get("lang", "") if "HTTP_COOKIE" in environ else ""
    return choose(cookie, environ.get("HTTP_ACCEPT_LANGUAGE", ""), languages)


@lru_cache(maxsize=8)
def _shape(release: Release, lang: str) -> Shape:
    kinds = ("course", "module", "webinar", "show")
    sections = [kind for kind in kinds if release.cards(kind)]
    sections += ["topic"] if release.topics() else []
    sections += ["glossary"] if release.glossary() else []
    sections += ["person"] if release.people() else []
    pages = [page for slug in release.pages() if (page := release.page(slug))]
    own = [page for page in pages if page.lang.split("-")[0] == lang]
    return Shape(tuple(sections), tuple(own or pages))


@lru_cache(maxsize=2)
def _people(release: Release) -> dict[str, Person]:
    return {person.slug: person for person in release.people()}
