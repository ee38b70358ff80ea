"""What pages say to each learner: the places of their frames, filled."""

from functools import lru_cache
from typing import Any

from flask import current_app, g, request

from lms.ledger import store as ledger
from lms.library.models import Course
from lms.media.models import Episode, Webinar
from lms.modules.models import Activity, Module
from lms.modules.views import around
from lms.progress.models.standing import Standing
from lms.progress.service import learning, noting
from lms.progress.store import notes as kept
from lms.progress.views import saying
from lms.web.at_hand import begin, language, release
from lms.web.visitor import Visitor, csrf, database, glance
from lms.web.wheel import wheel as drawn

_TOKEN = "{csrf token}"


def filled(template: str, **values: Any) -> str:
    """A small template, without what whole pages have: a learner's page is filled at each look."""
    return current_app.jinja_env.get_template(template).render(values)


# -- Lessons --------------------------------------------------------------------------------------------------------


def read_lessons(visitor: Visitor, module: Module) -> frozenset[str]:
    """Slugs of the lessons that the learner has read in this edition, asked for once a page."""
    found: frozenset[str] | None = g.get("read_lessons")
    if found is None:
        rows = ledger.said(glance(), visitor.id, module.url, "read")
        found = frozenset(row.data.get("lesson", "") for row in rows if row.edition >= module.edition)
        g.read_lessons = found
    return found


def rail(visitor: Visitor, slug: str, name: str) -> str:
    """The lessons beside a lesson, ticked where they are read."""
    now = begin(request.environ)
    module = now.release.module(slug)
    return _rail(now.release.id, now.language, slug, name, read_lessons(visitor, module)) if module else ""


def onward(visitor: Visitor, slug: str, name: str) -> str:
    """The end of a lesson: it is read by whoever goes on from there."""
    now = begin(request.environ)
    module = now.release.module(slug)
    if module is None:
        return ""
    read = name in read_lessons(visitor, module)
    html = _onward(now.release.id, now.language, slug, name, read)
    return html if read else html.replace(_TOKEN, csrf())


@lru_cache(maxsize=2_048)
def _rail(release_id: str, language: str, slug: str, name: str, read: frozenset[str]) -> str:
    # All learners who have read the same see the same.
    return filled("modules/rail.html", read=read, **_lesson(slug, name))


@lru_cache(maxsize=2_048)
def _onward(release_id: str, language: str, slug: str, name: str, read: bool) -> str:
    return filled("progress/onward.html", read=read, token=_TOKEN, **_lesson(slug, name))


def _lesson(slug: str, name: str) -> dict[str, Any]:
    module = release().module(slug)
    assert module is not None
    lesson = module.lesson(name)
    assert lesson is not None
    return {"module": module, "lesson": lesson, **around(module, lesson)}


# -- Activities -----------------------------------------------------------------------------------------------------


def standing(visitor: Visitor, url: str) -> str:
    """Where the learner stands with an activity: in words, beside the wheel, with the way on."""
    activity, found = _found(visitor, url)
    if activity is None:
        return ""
    mine = found[url]
    first = learning.before(release(), activity)
    return filled(
        "progress/standing.html",
        activity=activity,
        standing=mine,
        done=saying.done(activity, mine),
        left=saying.left(activity, mine),
        closed=saying.closed(mine, visitor.zone),
        way=saying.way(activity, mine, found),
        first=first,
        missing=learning.left_of(first, found),
        percent=saying.percent(mine),
        who=learning.stable("player", visitor.id)[:12],
        plays=isinstance(activity, Webinar | Episode),
        token=csrf,
        chosen="t" in request.args,
    )


def wheel(visitor: Visitor, url: str, size: str) -> str:
    """The wheel of a course, filled."""
    activity, found = _found(visitor, url)
    if activity is None:
        return ""
    mine = found[url]
    items = [part for part in mine.parts if part.kind == "item"]
    done = sum(1 for part in items if part.done)
    return str(drawn(len(items), done, int(size), saying.done(activity, mine)))


def path(visitor: Visitor, url: str) -> str:
    """The items of a course, or the lessons of a module, each with its state in words."""
    activity, found = _found(visitor, url)
    if isinstance(activity, Module):
        return filled("modules/path.html", module=activity, read={p.key for p in found[url].parts if p.done})
    if isinstance(activity, Course):
        states = {card.url: (saying.item(found.get(card.url)), found.get(card.url)) for card in activity.items}
        return filled("library/path.html", course=activity, states=states)
    return ""


def transcript(visitor: Visitor, url: str, lang: str) -> str:
    """The end of a transcript whose reading counts."""
    activity, found = _found(visitor, url)
    if activity is None:
        return ""
    done = any(part.kind == "recording" and part.done for part in found[url].parts)
    return filled("progress/transcript.html", activity=activity, lang=lang, done=done, token=csrf)


def home(visitor: Visitor) -> str:
    """Where a learner goes on, for the home page."""
    found = learning.last(database(), release(), visitor.id)
    if found is None:
        return ""
    activity, mine = found
    way = saying.way(activity, mine) or saying.Way(activity.url, activity.title)
    return filled("progress/home.html", activity=activity, way=way, left=saying.left(activity, mine))


def _found(visitor: Visitor, url: str) -> tuple[Activity | None, dict[str, Standing]]:
    """An activity, and where the learner stands in it and in what it asks for first: in one query a page."""
    known = g.setdefault("standings", {})
    if url not in known:
        activity = release().activity(url)
        wanted = [activity, *learning.before(release(), activity)] if activity else []
        found, rows = learning.looked(database(), release(), visitor.id, wanted)
        known[url] = activity, found
        g.setdefault("told", {})[url] = [row for row in rows if row.activity == url]
    return known[url]  # type: ignore[no-any-return]


def told(visitor: Visitor, url: str) -> list[Any]:
    """The learner's entries about an activity, with those of its standing: looked up once a page."""
    _found(visitor, url)
    return g.told[url]  # type: ignore[no-any-return]


# -- Notes ----------------------------------------------------------------------------------------------------------


def notes(visitor: Visitor, page: str) -> str:
    """The learner's own notes on a page."""
    rows = kept.on(glance(), visitor.id, page)
    return filled("progress/page_notes.html", notes=rows, page=page) if rows else _none(language(), page)


@lru_cache(maxsize=2_048)
def _none(language: str, page: str) -> str:
    return filled("progress/page_notes.html", notes=(), page=page)


def found_notes(visitor: Visitor | None, text: str) -> str:
    """The learner's own notes that answer a search."""
    rows = noting.search(database(), visitor.id, text) if visitor else ()
    return filled("progress/found_notes.html", notes=rows) if rows else ""


SLOTS = {
    "rail": rail,
    "onward": onward,
    "standing": standing,
    "wheel": wheel,
    "path": path,
    "transcript": transcript,
    "home": home,
    "notes": notes,
    "found_notes": found_notes,
}
