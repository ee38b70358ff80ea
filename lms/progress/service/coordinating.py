"""What coordinators are told: who is where in what there is to learn, and how its questions do."""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy.orm import Session

from lms.ledger import store as ledger
from lms.library.models import Card, Course
from lms.library.release import Release
from lms.modules.models import Activity, MultipleResponse, Question, Reflection, SingleChoice
from lms.progress.models.attempts import Kind
from lms.progress.models.coordinating import Analysis, Examined, Filters, Line, Person, Row, Said, Table, Totals
from lms.progress.rules import attempts as written
from lms.progress.rules import coordinating as rules
from lms.progress.rules import items
from lms.progress.rules.folding import fold
from lms.progress.service.learning import shapes_of
from lms.progress.store import coordinating as store

#: Learners whose entries are in memory at once, when all of them are written down.
_AT_ONCE = 100


# -- What there is --------------------------------------------------------------------------------------------------


def listed(release: Release) -> tuple[Card, ...]:
    """Courses, and after them what stands in none of them."""
    courses = release.cards("course")
    inside = {card.url for one in courses if (course := release.course(one.slug)) for card in course.items}
    others = (card for kind in ("module", "webinar", "episode") for card in release.cards(kind))
    return (*courses, *(card for card in others if card.url not in inside and not card.outside))


def overview(session: Session, release: Release, cards: Sequence[Card], filters: Filters) -> list[Line]:
    """How many have begun and completed each of these."""
    activities = [found for card in cards if (found := release.activity(card.url))]
    parents: dict[str, list[str]] = {}
    for one in activities:
        for url in _within(one):
            parents.setdefault(url, []).append(one.url)
    begun: dict[str, set[str]] = {one.url: set() for one in activities}
    for learner, url in store.begun_by(session, filters):
        for parent in parents.get(url, ()):
            begun[parent].add(learner)
    done = store.done(session, {one.url: one.edition for one in activities}, filters)
    return [
        Line(one.kind, one.url, one.title, one.lang, len(begun[one.url]), done.get(one.url, 0), one.quiz is not None)
        for one in activities
    ]


# -- Who is where ---------------------------------------------------------------------------------------------------


def table(session: Session, release: Release, activity: Activity, filters: Filters) -> Table:
    """Everybody whom the filters let through, by name, and how many have done what of an activity."""
    within = _within(activity)
    found = store.people(session, activity.url, activity.edition, within, filters)
    begun = store.begun(session, within, filters) if filters.state else len(found)
    inside = [item for url in within if (item := release.activity(url))]
    done = store.done(session, {one.url: one.edition for one in inside}, filters)
    return Table(rules.columns(activity), rules.ordered(found, filters.words), Totals(begun, done))


def rows(session: Session, release: Release, activity: Activity, people: Sequence[Person]) -> list[Row]:
    """Where these people stand, in one query."""
    shapes = shapes_of(release, [activity])
    verbs = ["played"] if any(one.seconds for one in shapes.values()) else []
    entries = ledger.rows_of_many(session, [one.id for one in people], list(shapes), verbs) if people else {}
    heads, mine = rules.columns(activity), shapes[activity.url]
    return [rules.row(one, heads, mine, fold(shapes.values(), entries[one.id]), entries[one.id]) for one in people]


def all_rows(session: Session, release: Release, activity: Activity, people: Sequence[Person]) -> Iterator[Row]:
    """Where all of these stand, some of them at a time."""
    for start in range(0, len(people), _AT_ONCE):
        yield from rows(session, release, activity, people[start : start + _AT_ONCE])


def _within(activity: Activity) -> list[str]:
    """An activity's address, and those of its items."""
    return [activity.url, *(card.url for card in activity.items)] if isinstance(activity, Course) else [activity.url]


# -- How questions do -----------------------------------------------------------------------------------------------


def examined(
    session: Session, activity: Activity, filters: Filters, edition: int | None = None, kind: Kind | None = None
) -> Examined:
    """How the questions of an activity's test do; of the present edition and its last test, unless others are named."""
    sittings = store.sittings(session, activity.url)
    edition = activity.edition if edition is None else edition
    taken = [one.kind for one in sittings if one.edition == edition]
    usual: tuple[Kind, ...] = ("post", "pre") if isinstance(activity, Course) else ("quiz",)
    kind = kind or next((one for one in usual if one in taken), usual[0])
    said = store.said(session, activity.url, edition, kind, filters)
    present = activity.quiz.questions if activity.quiz and edition == activity.edition else ()
    found = _analysed(session, said, present)
    unmarked = tuple(one for one in present if isinstance(one, Reflection))
    return Examined(activity, tuple(sittings), edition, kind, found, unmarked)


def _analysed(session: Session, said: Sequence[Said], present: Sequence[Question]) -> tuple[Analysis, ...]:
    by_question: dict[str, list[Said]] = {}
    for one in said:
        by_question.setdefault(one.question, []).append(one)
    now = {one.id: one for one in present}
    old, words = _remembered(session, [one for one in said if not _known(one, now.get(one.question))])
    order = [*now, *sorted(set(by_question) - set(now))]
    return tuple(
        items.analysed(by_question[id], now.get(id) or old.get(id), id not in now, words)
        for id in order
        if id in by_question
    )


def _known(said: Said, question: Question | None) -> bool:
    """Whether the question of today has all that was answered."""
    if question is None:
        return False
    if not isinstance(question, SingleChoice | MultipleResponse):
        return True
    return set(filter(None, said.answer.split(","))) <= {choice.key for choice in question.choices}


def _remembered(session: Session, said: Iterable[Said]) -> tuple[dict[str, Question], dict[str, tuple[str, bool]]]:
    """Questions and choices that stand in the quiz no more, as attempts that had them wrote them down."""
    questions: dict[str, Question] = {}
    words: dict[str, tuple[str, bool]] = {}
    for text in store.drawn(session, sorted({one.attempt for one in said})[:_AT_ONCE]):
        for question in written.read(text):
            questions[question.id] = question
            if isinstance(question, SingleChoice | MultipleResponse):
                words |= {choice.key: (choice.html, choice.right) for choice in question.choices}
    return questions, words
