"""Entries as tests tell them: seconds after a morning in November."""

from datetime import timedelta

from lms.ledger.models import Entry
from tests.conftest import NOW

MODULE, WEBINAR, COURSE = "/modules/measuring-bp", "/webinars/stroke-in-the-clinic", "/courses/hypertension"


def told(id: str, verb: str, activity: str, at: float = 0, edition: int = 1, happened=None, **data: object) -> Entry:
    """An entry that arrived `at` seconds after NOW."""
    arrived = NOW + timedelta(seconds=at)
    return Entry(
        id=id.ljust(8, "-"),
        learner="rosa",
        verb=verb,
        activity=activity,
        edition=edition,
        happened=arrived if happened is None else NOW + timedelta(seconds=happened),
        arrived=arrived,
        data=data,
    )


def read(lesson: str, at: float = 0, edition: int = 1, activity: str = MODULE) -> Entry:
    return told(f"read-{lesson}-{at}-{edition}".replace(".", "_"), "read", activity, at, edition, lesson=lesson)


def passed(at: float = 0, edition: int = 1, activity: str = MODULE, kind: str = "quiz") -> Entry:
    id = f"passed-{at}-{edition}".replace(".", "_")
    return told(id, "attempted", activity, at, edition, kind=kind, passed=True, score="5/6", pass_mark=80)


def played(at: float, *segments, session="session-1", activity=WEBINAR, edition=1, position=0.0, id="", happened=None):
    name = id or f"played-{session}-{at}".replace(".", "_")
    return told(
        name, "played", activity, at, edition, happened, session=session, segments=list(segments), position=position
    )
