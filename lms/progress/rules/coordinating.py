"""A learner's row in the table of an activity, and whom it lists in which order. Pure."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

from lms.library.models import Course
from lms.media.models import Episode, Webinar
from lms.modules.models import Activity, Module
from lms.progress.models.coordinating import Cell, Column, Person, Row, Scores
from lms.progress.models.standing import Part, Shape, Standing


def columns(activity: Activity) -> tuple[Column, ...]:
    """What there is to do in an activity, in the order of a standing's parts."""
    found: list[Column] = []
    match activity:
        case Course():
            found = [Column("item", card.url, card.title, card.url, card.optional) for card in activity.items]
            return tuple(found + ([Column("test")] if activity.quiz else []))
        case Module():
            found = [Column("lesson", one.slug, one.title, activity.lesson_url(one)) for one in activity.lessons]
        case Webinar() | Episode():
            found = [Column("recording")] if activity.recording.seconds else []
    return tuple(found + ([Column("quiz")] if activity.quiz else []))


def row(
    person: Person, columns: Sequence[Column], shape: Shape, found: Mapping[str, Standing], entries: Iterable[Any]
) -> Row:
    """One learner's row: `found` is where they stand in the activity and its items, by address."""
    standing = found[shape.url]
    about = {shape.url, *(url for url, _ in shape.items)}
    mine = [entry for entry in entries if entry.activity in about]
    parts = {(part.kind, part.key): part for part in standing.parts}
    return Row(
        person=person,
        standing=standing,
        cells=tuple(_cell(parts.get((one.kind, one.key)), found.get(one.key), standing) for one in columns),
        percent=100 if standing.complete else min(99, int(100 * _share(standing, found))),
        last=max((entry.happened for entry in mine), default=None),
        scores=_scores([entry for entry in mine if entry.activity == shape.url], shape.edition),
    )


def ordered(people: Iterable[Person], words: str = "") -> tuple[Person, ...]:
    """People by name as people look for them, whatever the database thinks of accents; erased accounts come last.

    With `words`, only those who have them in their name or address, in any case, with accents or without.
    """
    wanted = folded(words).split()
    if wanted:
        people = [one for one in people if all(word in f"{folded(one.name)} {one.email or ''}" for word in wanted)]
    return tuple(sorted(people, key=lambda one: (one.erased, folded(one.name), one.id)))


@lru_cache(maxsize=65_536)
def folded(text: str) -> str:
    """Text without case and accents."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def _cell(part: Part | None, item: Standing | None, whole: Standing) -> Cell:
    if part is None:
        return Cell("none")
    if part.done:
        return Cell("done", part.done)
    if part.kind == "recording" and whole.heard:
        return Cell("begun", percent=min(99, int(100 * whole.heard)))
    if part.kind != "item" or item is None:
        return Cell("none")
    if item.due:
        return Cell("again")
    return Cell("begun", percent=min(99, int(100 * _share(item, {})))) if item.begun else Cell("none")


def _share(standing: Standing, items: Mapping[str, Standing]) -> float:
    """How much of what is needed is done, a recording or an item by what of it was."""
    needed = standing.needed
    total = 0.0
    for part in needed:
        if part.done:
            total += 1
        elif part.kind == "recording":
            total += standing.heard
    return total / len(needed) if needed else 0.0


def _scores(entries: Iterable[Any], edition: int) -> Scores:
    """Of the present edition: the first test before, the last one after, and the best quiz."""
    before = after = best = None
    tests = [one for one in entries if one.verb == "attempted" and one.edition == edition and one.data.get("score")]
    for one in sorted(tests, key=lambda one: one.happened):
        score = float(Fraction(one.data["score"]))
        kind = one.data.get("kind")
        if kind == "pre":
            before = score if before is None else before
        elif kind == "post":
            after = score
        elif kind == "quiz":
            best = score if best is None else max(best, score)
    return Scores(before, after, best)
