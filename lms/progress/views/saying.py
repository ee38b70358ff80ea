"""Where a learner stands, in words of the visitor's language; and where to go on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext, ngettext

from lms.library.models import Course
from lms.media.models import Episode, Webinar
from lms.modules.models import Activity, Module
from lms.progress.models.standing import Standing
from lms.web.at_hand import release
from lms.web.words import clock, day

#: Parts that are named; of more, how many there are.
_NAMED = 4


@dataclass(frozen=True)
class Way:
    """Where to go on, and what the link says."""

    href: str
    words: str


def done(activity: Activity, standing: Standing) -> str:
    """What is done: `2 of 5 lessons read.`"""
    lessons = [part for part in standing.parts if part.kind == "lesson"]
    items = [part for part in standing.needed if part.kind == "item"]
    said = []
    if lessons:
        read = sum(1 for part in lessons if part.done)
        said.append(
            ngettext("%(done)s of %(num)s lesson read.", "%(done)s of %(num)s lessons read.", len(lessons), done=read)
        )
    if items:
        whole = sum(1 for part in items if part.done)
        said.append(
            ngettext("%(done)s of %(num)s part done.", "%(done)s of %(num)s parts done.", len(items), done=whole)
        )
    if isinstance(activity, Webinar | Episode) and any(part.kind == "recording" for part in standing.parts):
        said.append(
            gettext(
                "%(share)s %% played; %(watch)s %% count as the whole.",
                share=int(standing.heard * 100),
                watch=activity.watch,
            )
        )
    if any(part.kind == "quiz" and part.done for part in standing.parts):
        said.append(gettext("The quiz is passed."))
    return " ".join(said)


def left(activity: Activity, standing: Standing) -> str:
    """What is still to do, named: `Still to do: Position, the quiz (80 % to pass).`; empty when all is done."""
    titles = _titles(activity)
    named = [titles.get(part.key, part.key) for part in standing.left if part.key]
    said = named[:_NAMED]
    if len(named) > _NAMED:
        over = len(named) - _NAMED
        said.append(ngettext("%(num)s more", "%(num)s more", over))
    for part in standing.left:
        if part.kind == "recording":
            said.append(gettext("the recording"))
        elif part.kind in ("quiz", "test") and activity.quiz:
            words = (
                gettext("the quiz (%(mark)s %% to pass)")
                if part.kind == "quiz"
                else gettext("the test (%(mark)s %% to pass)")
            )
            said.append(words % {"mark": activity.quiz.pass_mark})
    return gettext("Still to do: %(parts)s.", parts=", ".join(said)) if said else ""


def closed(standing: Standing, zone: str) -> str:
    """When it was completed, and whether it is to be taken again; empty while it never was."""
    if standing.completed is None:
        return ""
    when = day(local_day(standing.completed, zone))
    if standing.due:
        return gettext(
            "You completed edition %(old)s on %(day)s. This is edition %(new)s: please take it again.",
            old=standing.completed_edition,
            new=standing.edition,
            day=when,
        )
    return gettext("Completed on %(day)s.", day=when)


def way(activity: Activity, standing: Standing, standings: Mapping[str, Standing] | None = None) -> Way | None:
    """Where a learner goes on with an activity; None when nothing is left that leads anywhere."""
    match activity:
        case Module():
            return _way_of_reading(activity, standing)
        case Course():
            return _way_of_path(activity, standing, standings or {})
    if standing.place and standing.place.second >= 1:
        second = int(standing.place.second)
        return Way(f"{activity.url}?t={second}#_player", gettext("Go on at %(time)s", time=clock(second)))
    if [part.kind for part in standing.left] == ["quiz"]:
        return Way(f"{activity.url}/quiz", gettext("To the quiz"))
    return None


def _way_of_reading(module: Module, standing: Standing) -> Way | None:
    unread = [lesson for lesson in module.lessons if not standing.done(lesson.slug)]
    slugs = [lesson.slug for lesson in module.lessons]
    at = slugs.index(standing.place.lesson) if standing.place and standing.place.lesson in slugs else -1
    later = [lesson for lesson in unread if slugs.index(lesson.slug) > at]
    lesson = next(iter(later or unread), None)
    if standing.complete:
        return None
    if lesson is None:
        return Way(f"{module.url}/quiz", gettext("To the quiz")) if module.quiz else None
    words = gettext("Go on with: %(title)s") if standing.begun else gettext("Start: %(title)s")
    return Way(module.lesson_url(lesson), words % {"title": lesson.title})


def _way_of_path(course: Course, standing: Standing, standings: Mapping[str, Standing]) -> Way | None:
    undone = [part for part in standing.parts if part.kind == "item" and not part.done]
    if standing.complete or not undone:
        test = any(part.kind == "test" for part in standing.left)
        return Way(f"{course.url}/quiz", gettext("To the test")) if test else None
    here = standing.place.activity if standing.place else ""
    needed = [part for part in undone if not part.optional]
    part = next((part for part in undone if part.key == here), None) or (needed or undone)[0]
    item = release().activity(part.key)
    inner = standings.get(part.key)
    onward = way(item, inner, standings) if item and inner and inner.begun else None
    if onward and isinstance(item, Module):
        return onward
    title = item.title if item else part.key
    words = gettext("Go on with: %(title)s") if standing.begun else gettext("Start: %(title)s")
    return Way(onward.href if onward else part.key, words % {"title": title})


def item(standing: Standing | None) -> str:
    """The state of one item of a course, in a word or two."""
    if standing is None or not standing.parts:
        return ""
    if standing.complete:
        return gettext("Done")
    if standing.due:
        return gettext("To be taken again")
    if not standing.begun:
        return gettext("Not begun")
    return gettext("%(share)s %% done", share=percent(standing))


def percent(standing: Standing) -> int:
    """How much is done, a recording by what of it was played; 100 when it is complete, and not before."""
    if standing.complete:
        return 100
    needed = standing.needed
    total = sum(1.0 if part.done else standing.heard if part.kind == "recording" else 0.0 for part in needed)
    return min(99, int(100 * total / len(needed))) if needed else 0


def local_day(moment: datetime, zone: str) -> date:
    """The day that a moment fell on where the learner is."""
    return moment.astimezone(ZoneInfo(zone)).date()


def _titles(activity: Activity) -> dict[str, str]:
    if isinstance(activity, Module):
        return {lesson.slug: lesson.title for lesson in activity.lessons}
    return {card.url: card.title for card in activity.items} if isinstance(activity, Course) else {}
