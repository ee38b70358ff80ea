"""What lists say of the things they list, and everything that is listed by topic, person or course. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time

from lms.library.models import Card, Course, Library, Topic
from lms.media.models import Episode, Recording, Show, Webinar
from lms.modules.models import Activity, Module
from lms.text.slugs import slug

#: How many things a feed of what is new tells of.
LATEST = 100


def card(value: Activity | Show, *, draft: bool = False) -> Card:
    """The card of an activity or a show."""
    common = {
        "url": value.url,
        "title": value.title,
        "summary": value.summary,
        "lang": value.lang,
        "topics": value.topics,
        "draft": draft or value.draft,
    }
    if isinstance(value, Show):
        return Card(
            **common,
            kind="show",
            slug=value.slug,
            count=len(value.episodes),
            date=value.episodes[0].moment.date().isoformat() if value.episodes else "",
            outside=value.outside,
        )
    return Card(
        **common,
        kind=value.kind,
        slug=f"{value.show}/{value.slug}" if isinstance(value, Episode) else value.slug,
        minutes=value.minutes,
        bytes=_bytes(value),
        count=len(value.lessons) if isinstance(value, Module) else len(value.items) if isinstance(value, Course) else 0,
        credit=next(iter(value.credit), None),
        credit_until=value.credit_until if value.credit else None,
        quiz=value.quiz is not None and not value.quiz.draft,
        date=_date(value),
        first=value.first,
        outside=isinstance(value, Episode) and value.outside,
    )


def lists(library: Library) -> Iterator[tuple[str, tuple[Card, ...]]]:
    """Every list of cards by its name; see `Release.cards`."""
    activities: list[Activity] = [*library.modules, *library.webinars, *_episodes(library), *library.courses]
    yield "course", tuple(card(course) for course in library.courses)
    yield "module", tuple(card(module) for module in library.modules)
    yield "webinar", _newest(card(webinar) for webinar in library.webinars)
    yield "show", tuple(card(show) for show in library.shows)
    yield "episode", _newest(card(episode) for episode in _episodes(library))
    yield "new", tuple(sorted((card(one) for one in activities if one.first), key=_age, reverse=True)[:LATEST])
    for person in library.people:
        theirs = [value for value in (*activities, *library.shows) if person.slug in people_of(value)]
        if theirs:
            yield f"person/{person.slug}", tuple(card(value) for value in theirs)
    held: dict[str, list[Card]] = {}
    for course in library.courses:
        for item in course.items:
            held.setdefault(item.url, []).append(card(course))
    for url, cards in held.items():
        yield f"courses-with{url}", tuple(cards)


def topics(library: Library) -> list[Topic]:
    """Every topic by title, with all that names it."""
    titles: dict[str, str] = {}
    cards: dict[str, list[Card]] = {}
    episodes = list(_episodes(library))
    for value in (*library.courses, *library.modules, *library.webinars, *library.shows, *episodes):
        for topic in dict.fromkeys(value.topics):
            name = slug(topic)
            if name:
                titles.setdefault(name, topic)
                cards.setdefault(name, []).append(card(value))
    found = [Topic(slug=name, title=titles[name], cards=tuple(cards[name])) for name in titles]
    return sorted(found, key=lambda topic: topic.title.casefold())


def people_of(value: Activity | Show) -> set[str]:
    """Keys of the people who made a thing, or speak in it."""
    names = [getattr(value, field, ()) for field in ("authors", "speakers", "hosts", "guests")]
    return {slug(name) for group in names for name in group}


def course_with_items(course: Course, by_path: Mapping[str, Activity], find: Mapping[str, str]) -> Course:
    """The course with the full card of each item that is there; `find` gives the path that an item means."""
    items = []
    for item in course.items:
        value = by_path.get(find.get(item.slug, ""))
        if value is not None:
            items.append(card(value).model_copy(update={"optional": item.optional}))
    needed = sum(item.minutes for item in items if not item.optional)
    inside = [by_path[path] for item in course.items if (path := find.get(item.slug, "")) in by_path]
    faculty = tuple(dict.fromkeys(name for one in inside for name in sorted(people_of(one) | set(one.planners))))
    update = {"items": tuple(items), "minutes": course.minutes or needed, "faculty": faculty}
    return course.model_copy(update=update)


def show_with_webinars(show: Show, webinars: Mapping[str, Webinar]) -> Show:
    """The show with the sound of each webinar that it names among its episodes; of `webinars` by slug."""
    items = [_sound(show, webinars[name]) for name in show.webinars if name in webinars]
    together = sorted((*show.episodes, *items), key=lambda one: (one.moment, one.slug), reverse=True)
    return show.model_copy(update={"episodes": tuple(together)})


def _sound(show: Show, webinar: Webinar) -> Episode:
    shared = {name: getattr(webinar, name) for name in Activity.model_fields if name not in ("kind", "credit", "quiz")}
    return Episode(
        **shared,
        show=show.slug,
        show_title=show.title,
        guid=webinar.guid,
        moment=datetime.combine(webinar.recorded or webinar.published or date.min, time(12), UTC),
        guests=webinar.speakers,
        explicit=show.explicit,
        recording=webinar.recording,
        notes=webinar.notes,
        webinar=True,
    )


def _age(card: Card) -> tuple[str, str]:
    return card.first.isoformat() if card.first else "", card.url


def _bytes(value: Activity) -> int:
    if isinstance(value, Module):
        return value.bytes
    recording = getattr(value, "recording", None)
    if isinstance(recording, Recording) and recording.renditions:
        return min(rendition.bytes for rendition in recording.renditions)
    return sum(item.bytes for item in value.items) if isinstance(value, Course) else 0


def _date(value: Activity) -> str:
    if isinstance(value, Episode):
        return value.moment.isoformat()
    found = (value.recorded if isinstance(value, Webinar) else None) or value.published or value.reviewed
    return found.isoformat() if found else ""


def _newest(cards: Iterable[Card]) -> tuple[Card, ...]:
    return tuple(sorted(cards, key=lambda one: one.date, reverse=True))


def _episodes(library: Library) -> Iterator[Episode]:
    for show in library.shows:
        yield from (episode for episode in show.episodes if not episode.webinar)
