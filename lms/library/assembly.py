"""The library that all units make together, and what the register knows of it."""

from collections.abc import Sequence
from typing import Any, TypeVar

from lms.library import cards
from lms.library.models import Library
from lms.library.reader import Ground
from lms.library.register import Register
from lms.library.work import Read
from lms.media.models import Show
from lms.modules.models import Activity, Module
from lms.text.problems import Problem
from lms.text.values import Value

Dated = TypeVar("Dated", bound=Activity)


def assemble(made: Ground, reads: Sequence[Read], drafts: bool) -> Library:
    """The library that all units make together; without its drafts, unless they are wanted."""
    kinds: dict[str, list[Any]] = {"module": [], "webinar": [], "course": [], "show": [], "page": []}
    by_path: dict[str, Activity] = {}
    assets = list(made.notes.assets)
    for read in reads:
        value = read.found.value if drafts else _without_drafts(read.found.value)
        if value is None:
            continue
        kinds[read.unit.kind].append(value)
        assets += [*read.found.assets, *(read.found.draft_assets if drafts else ())]
        if isinstance(value, Show) and not value.outside:
            by_path.update((episode.path, episode) for episode in value.episodes)
        elif isinstance(value, Activity):
            folder = value.path.rpartition("/")[0]
            by_path |= {read.unit.path: value, value.path: value} | ({folder: value} if folder.count("/") else {})
    find = {item.slug: made.survey.find(item.slug) or "" for course in kinds["course"] for item in course.items}
    webinars = {webinar.slug: webinar for webinar in kinds["webinar"]}
    return Library(
        site=made.site,
        credit=made.credit,
        people=made.people,
        glossary=tuple(sorted(made.glossary, key=lambda term: term.term.casefold())),
        pages=tuple(kinds["page"]),
        courses=tuple(cards.course_with_items(course, by_path, find) for course in kinds["course"]),
        modules=tuple(kinds["module"]),
        webinars=tuple(kinds["webinar"]),
        shows=tuple(cards.show_with_webinars(show, webinars) for show in kinds["show"]),
        assets=tuple({asset.url: asset for asset in assets}.values()),
    )


def registered(library: Library, register: Register, url: str) -> tuple[Library, list[Problem]]:
    """The library with what the register knows of it: guids, and the day that each activity was first published.

    `url` is the public address of the site, and wins over that of site.yaml; the register learns what is new.
    """
    base, slugs, problems = (url or library.site.url or "").rstrip("/"), {show.slug for show in library.shows}, []
    firsts = {one.url: register.first(one) for one in (*library.modules, *library.webinars, *library.courses)}
    shows = []
    for show in library.shows:
        if not show.outside:
            show, found = register.show(show, f"{base}{show.url}/feed.xml" if base else "", slugs)
            problems += found
            firsts |= {one.url: one.first for one in show.episodes if not one.webinar and one.first}
        shows.append(show)

    def dated(activity: Dated) -> Dated:
        return activity.model_copy(update={"first": firsts[activity.url]})

    courses = [
        dated(course).model_copy(
            update={
                "items": tuple(one.model_copy(update={"first": firsts.get(one.url, one.first)}) for one in course.items)
            }
        )
        for course in library.courses
    ]
    update = {
        "modules": tuple(dated(module) for module in library.modules),
        "webinars": tuple(dated(webinar) for webinar in library.webinars),
        "courses": tuple(courses),
        "shows": tuple(shows),
    }
    return library.model_copy(update=update), problems


def _without_drafts(value: Value | None) -> Value | None:
    """A value without the drafts inside it; None when it is one."""
    if value is None or getattr(value, "draft", False):
        return None
    if isinstance(value, Module) and any(lesson.draft for lesson in value.lessons):
        value = value.model_copy(update={"lessons": tuple(one for one in value.lessons if not one.draft)})
    if isinstance(value, Show) and any(episode.draft for episode in value.episodes):
        value = value.model_copy(update={"episodes": tuple(one for one in value.episodes if not one.draft)})
    if isinstance(value, Activity) and value.quiz is not None and value.quiz.draft:
        value = value.model_copy(update={"quiz": None})
    return value


def has_drafts(read: Read) -> bool:
    """Whether a unit is a draft, or has drafts in it."""
    return read.found.value is not None and _without_drafts(read.found.value) is not read.found.value
