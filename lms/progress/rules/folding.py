"""Progress: what a learner's entries add up to. Pure: the same entries in any order, once or often, say the same."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from operator import attrgetter

from lms.library.models import Course
from lms.media.models import Episode, Webinar
from lms.modules.models import Activity, Module
from lms.progress.models.standing import Part, Place, Shape, Standing, Told
from lms.progress.rules.segments import Stretch, accepted, measure, union

#: Seconds before the end of a recording from which on nobody wants to go on.
_END = 5.0
_ARRIVAL = attrgetter("arrived", "id")


def shape(activity: Activity) -> Shape:
    """What there is to do in an activity."""
    match activity:
        case Module():
            lessons = tuple(lesson.slug for lesson in activity.lessons)
            return Shape(activity.url, activity.edition, lessons=lessons, quiz=activity.quiz is not None)
        case Webinar() | Episode():
            # What is played from elsewhere is not measured.
            elsewhere = isinstance(activity, Episode) and activity.outside
            seconds = 0.0 if elsewhere else float(activity.recording.seconds)
            return Shape(
                activity.url,
                activity.edition,
                seconds=seconds,
                watch=activity.watch,
                reads=activity.read_counts,
                quiz=activity.quiz is not None,
            )
        case Course():
            items = tuple((card.url, card.optional) for card in activity.items)
            return Shape(activity.url, activity.edition, items=items, test=activity.quiz is not None)
    return Shape(activity.url, activity.edition)


def fold(shapes: Iterable[Shape], entries: Iterable[Told]) -> dict[str, Standing]:
    """Where a learner with these entries stands in each activity, by its address.

    Where a recording is among them, all `played` entries of the learner are wanted; and with a course, its items.
    """
    shapes = list(shapes)
    once = {entry.id: entry for entry in entries}
    by_activity: dict[str, list[Told]] = {}
    plays = []
    for entry in sorted(once.values(), key=_ARRIVAL):
        url = entry.activity
        if url in by_activity:
            by_activity[url].append(entry)
        else:
            by_activity[url] = [entry]
        if entry.verb == "played":
            plays.append(entry)
    editions = {shape.url: shape.edition for shape in shapes if shape.seconds}
    heard: dict[str, list[Stretch]] = {url: [] for url in editions}
    if editions:
        for entry, stretches in accepted(plays):
            url = entry.activity
            if url in editions and entry.edition >= editions[url]:
                heard[url] += stretches
    found = {
        shape.url: _standing(shape, by_activity.get(shape.url, ()), heard.get(shape.url, ()))
        for shape in shapes
        if not shape.items
    }
    for one in shapes:
        if one.items:
            found[one.url] = _course(one, by_activity.get(one.url, ()), found)
    return found


def _standing(shape: Shape, entries: Iterable[Told], stretches: Iterable[Stretch]) -> Standing:
    lessons: dict[str, datetime] = {}
    transcript = quiz = ended = completed = since = was = None
    edition = 0
    for entry in entries:
        verb, when = entry.verb, entry.happened
        current = entry.edition >= shape.edition
        if verb == "played":
            ended = entry.arrived if current else ended
        elif verb == "read":
            lesson = entry.data.get("lesson", "")
            if current and lesson:
                lessons.setdefault(lesson, when)
            elif current and transcript is None and shape.reads:
                transcript = when
        elif verb == "attempted":
            if current and quiz is None and entry.data.get("passed") and entry.data.get("kind") == "quiz":
                quiz = when
        elif verb == "completed":
            if entry.edition >= edition:
                edition, completed = entry.edition, when
            continue
        else:
            continue
        if since is None or when >= since:
            since, was = when, entry
    place = _place(was, shape.seconds) if was else None
    parts = [Part("lesson", slug, lessons.get(slug)) for slug in shape.lessons]
    share = 0.0
    if shape.seconds:
        share = min(1.0, measure(union(stretches, shape.seconds)) / shape.seconds)
        wanted = shape.watch / 100 - min(1 / shape.seconds, 0.02)
        parts.append(Part("recording", "", transcript or (ended if share >= wanted else None)))
    if shape.quiz:
        parts.append(Part("quiz", "", quiz))
    return _closed(Standing(shape.url, shape.edition, tuple(parts), completed, edition, place, share))


def _place(entry: Told, seconds: float) -> Place:
    second = float(entry.data.get("position", 0)) if entry.verb == "played" else 0.0
    near_end = second > max(seconds - _END, seconds / 2)
    return Place(entry.activity, entry.happened, entry.data.get("lesson", ""), 0.0 if near_end else second)


def _course(shape: Shape, entries: Iterable[Told], standings: Mapping[str, Standing]) -> Standing:
    completed = test = None
    edition = 0
    for entry in entries:
        if entry.verb == "completed" and entry.edition >= edition:
            edition, completed = entry.edition, entry.happened
        elif entry.verb == "attempted" and test is None and entry.edition >= shape.edition:
            test = entry.happened if entry.data.get("kind") == "post" and entry.data.get("passed") else None
    parts, places = [], []
    for url, optional in shape.items:
        item = standings.get(url)
        done = item.completed if item and item.complete else None
        # What has nothing to do in it, such as a sound of others, keeps nobody from the end.
        parts.append(Part("item", url, done, optional or item is None or not item.parts))
        # Who only looked into something that is optional is not on this path.
        places += [item.place] if item and item.place and not optional else []
    if shape.test:
        parts.append(Part("test", "", test))
    place = max(places, key=lambda one: one.when, default=None)
    return _closed(Standing(shape.url, shape.edition, tuple(parts), completed, edition, place))


def _closed(standing: Standing) -> Standing:
    """The standing, with the day when its last part was done where no entry says that it is complete."""
    if not standing.complete or standing.completed_edition >= standing.edition:
        return standing
    last = max(part.done for part in standing.needed if part.done)
    return Standing(
        standing.url, standing.edition, standing.parts, last, standing.edition, standing.place, standing.heard
    )
