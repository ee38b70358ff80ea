"""What somebody reads and completes, and where that leaves them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

from sqlalchemy.orm import Session

from lms import db
from lms.ledger import store as ledger
from lms.ledger.models import Entry
from lms.library.models import Course
from lms.library.release import Release
from lms.media.models import Episode, Webinar
from lms.modules.models import Activity, Lesson, Module
from lms.progress.models.standing import Shape, Standing
from lms.progress.rules.folding import fold, shape

#: How many unfinished activities "My learning" goes on with.
MOST = 12


def stable(*about: object) -> str:
    """An id that is the same whenever the same is said, so that it lands once."""
    return blake2b("\n".join(map(str, about)).encode(), digest_size=18).hexdigest()


# -- Done -----------------------------------------------------------------------------------------------------------


def read_lesson(
    session: Session, release: Release, learner_id: str, module: Module, lesson: Lesson, edition: int, now: datetime
) -> None:
    """Note that a learner has read a lesson, as it stood in `edition`; said again, it changes nothing."""
    edition = max(1, min(edition, module.edition))
    _note(session, release, learner_id, module, edition, {"lesson": lesson.slug}, now)


def read_transcript(
    session: Session, release: Release, learner_id: str, activity: Webinar | Episode, lang: str, now: datetime
) -> None:
    """Note that a learner has read a transcript instead of hearing the recording."""
    _note(session, release, learner_id, activity, activity.edition, {"transcript": lang}, now)


def _note(
    session: Session,
    release: Release,
    learner_id: str,
    activity: Activity,
    edition: int,
    data: dict[str, Any],
    now: datetime,
) -> None:
    entry = Entry(
        id=stable("read", learner_id, activity.url, edition, *data.values()),
        learner=learner_id,
        verb="read",
        activity=activity.url,
        edition=edition,
        revision=release.id,
        happened=now,
        arrived=now,
        data=data,
    )
    db.writing(session)
    ledger.append(session, [entry])
    note_completion(session, release, learner_id, activity.url, now)
    session.commit()


def note_completion(session: Session, release: Release, learner_id: str, activity_url: str, now: datetime) -> list[str]:
    """Append that an activity, and the courses that hold it, are complete, where what was appended last makes them so.

    Within the transaction that appended it, which the caller commits. Returns the addresses of what is newly complete.
    """
    activity = release.activity(activity_url)
    return complete(session, release, learner_id, activity, now)[0] if activity else []


def complete(
    session: Session, release: Release, learner_id: str, activity: Activity, now: datetime
) -> tuple[list[str], Standing]:
    """As `note_completion`, of an activity that is at hand; and where the learner stands in it now."""
    # Two who append the last two parts at once do not see each other's: one of them waits.
    ledger.hold(session, learner_id)
    courses = [course for card in release.courses_with(activity.url) if (course := release.course(card.slug))]
    found, rows = looked(session, release, learner_id, [activity, *courses])
    known = {(row.activity, row.edition) for row in rows if row.verb == "completed"}
    fresh = [
        one
        for one in (activity, *courses)
        if found[one.url].complete and not any(url == one.url and made >= one.edition for url, made in known)
    ]
    ledger.append(session, [_completed(release, learner_id, one, found[one.url], now) for one in fresh])
    return [one.url for one in fresh], found[activity.url]


def _completed(release: Release, learner_id: str, activity: Activity, standing: Standing, now: datetime) -> Entry:
    return Entry(
        id=stable("completed", learner_id, activity.url, activity.edition),
        learner=learner_id,
        verb="completed",
        activity=activity.url,
        edition=activity.edition,
        revision=release.id,
        happened=now,
        arrived=now,
        data={
            "credit": [credit.model_dump(mode="json", exclude_none=True) for credit in activity.credit],
            "parts": [part.key or part.kind for part in standing.parts if part.done],
        },
    )


# -- Where it leaves them -------------------------------------------------------------------------------------------


def standings(
    session: Session, release: Release, learner_id: str, activities: Sequence[Activity]
) -> dict[str, Standing]:
    """Where a learner stands in activities, and in the items of courses among them, by address: in one query."""
    return looked(session, release, learner_id, activities)[0]


def missing(session: Session, release: Release, learner_id: str, activity: Activity) -> list[Activity]:
    """What an activity asks to be done first, and the learner has not done."""
    first = before(release, activity)
    return left_of(first, standings(session, release, learner_id, first)) if first else []


def before(release: Release, activity: Activity) -> list[Activity]:
    """What an activity asks to be done first."""
    return [found for url in activity.prerequisites if (found := release.activity(url))]


def left_of(activities: Iterable[Activity], found: dict[str, Standing]) -> list[Activity]:
    """Those of these activities that have something in them to do, and are not complete."""
    return [one for one in activities if found[one.url].parts and not found[one.url].complete]


def looked(
    session: Session, release: Release, learner_id: str, activities: Sequence[Activity]
) -> tuple[dict[str, Standing], Sequence[Any]]:
    """As `standings`, and the bare entries that they were folded from."""
    shapes = shapes_of(release, activities)
    verbs = ["played"] if any(one.seconds for one in shapes.values()) else []
    rows = ledger.rows(session, learner_id, list(shapes), verbs)
    return fold(shapes.values(), rows), rows


def shapes_of(release: Release, activities: Iterable[Activity]) -> dict[str, Shape]:
    """What there is to do in activities, and in the items of courses among them."""
    shapes = {}
    for activity in activities:
        shapes[activity.url] = shape(activity)
        if isinstance(activity, Course):
            items = (release.activity(card.url) for card in activity.items if card.url not in shapes)
            shapes |= {item.url: shape(item) for item in items if item}
    return shapes


def told(session: Session, learner_id: str) -> dict[str, object]:
    """What the ledger has of a learner, for themselves; of tests before a course no more than the whole score."""
    return {"entries": [_told(entry) for entry in ledger.of(session, learner_id)]}


def _told(entry: Entry) -> dict[str, object]:
    hidden = entry.data.get("kind") == "pre"
    data = {name: value for name, value in entry.data.items() if not (hidden and name == "questions")}
    return entry.model_dump(mode="json", exclude={"learner", "data"}) | {"data": data}


# -- My learning ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Learning:
    """Activities by where a learner stands in them, each with its standing; those of last come first."""

    going: list[tuple[Activity, Standing]]
    due: list[tuple[Activity, Standing]]
    done: list[tuple[Activity, Standing]]
    standings: dict[str, Standing]


def learning(session: Session, release: Release, learner_id: str) -> Learning:
    """All that a learner has begun, has done, and is to take again."""
    rows = ledger.rows(session, learner_id)
    touched = dict.fromkeys(row.activity for row in reversed(rows) if row.activity)
    found = {url: activity for url in touched if (activity := release.activity(url)) and activity.url == url}
    for url in list(found)[:MOST]:
        for card in release.courses_with(url):
            course = release.course(card.slug)
            if course is not None:
                found.setdefault(course.url, course)
    standings = fold(shapes_of(release, found.values()).values(), rows)
    pairs = [(activity, standings[url]) for url, activity in found.items()]
    # What is part of a course under way is gone on with there.
    within = {
        part.key
        for activity, standing in pairs
        if isinstance(activity, Course) and not standing.complete
        for part in standing.needed
    }
    going = [
        (activity, standing)
        for activity, standing in pairs
        if standing.parts and standing.place and not (standing.complete or standing.due or activity.url in within)
    ]
    done = [(standing.completed, activity, standing) for activity, standing in pairs if standing.completed]
    done.sort(key=lambda one: one[0], reverse=True)
    return Learning(
        going=sorted(going, key=_when, reverse=True)[:MOST],
        due=[(activity, standing) for _, activity, standing in done if standing.due],
        done=[(activity, standing) for _, activity, standing in done],
        standings=standings,
    )


def last(session: Session, release: Release, learner_id: str) -> tuple[Activity, Standing] | None:
    """What a learner has done something of last, and has not completed; looked for among their last entries alone."""
    rows = ledger.latest(session, learner_id, ("read", "played", "attempted", "completed"), 40)
    whole = {(row.activity, row.edition) for row in rows if row.verb == "completed"}
    for url in dict.fromkeys(row.activity for row in rows):
        activity = release.activity(url)
        if activity is None or activity.url != url or (url, activity.edition) in whole:
            continue
        standing = standings(session, release, learner_id, [activity])[url]
        if standing.parts and not standing.complete:
            return activity, standing
    return None


def _when(pair: tuple[Activity, Standing]) -> datetime:
    place = pair[1].place
    assert place is not None
    return place.when
