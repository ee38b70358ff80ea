"""How questions do, reckoned from how they were answered. Pure."""

import math
from collections.abc import Iterable, Mapping, Sequence

from lms.modules.models import MultipleResponse, Question, SingleChoice
from lms.progress.models.coordinating import Analysis, Remark, Said, Sums, Taken

#: With fewer answers the numbers mean little.
FEW = 20
#: What a discrimination is worth: good from here on, and to be looked at below there.
GOOD, WEAK = 0.3, 0.1
#: Shares right below which a question is hard, and from which on it tells nothing.
HARD, EASY = 0.3, 0.95
#: How many of the answers that were typed are shown.
MOST_TYPED = 10

#: What is less than this is a rounding of none.
_NOTHING = 1e-9


def correlation(sums: Sums) -> float | None:
    """Pearson's correlation of pairs with these sums; None where either side never differs."""
    if sums.n < 2:
        return None
    across = sums.n * sums.xx - sums.x * sums.x
    down = sums.n * sums.yy - sums.y * sums.y
    least = _NOTHING * sums.n * sums.n
    if across <= least or down <= least:
        return None
    found = (sums.n * sums.xy - sums.x * sums.y) / math.sqrt(across * down)
    return max(-1.0, min(1.0, found))


def sums_of(pairs: Iterable[tuple[float, float]]) -> Sums:
    """The sums that `correlation` wants, of pairs; the database makes them of answers by itself."""
    return sum((Sums(1, x, y, x * x, y * y, x * y) for x, y in pairs), Sums())


def analysed(
    said: Sequence[Said],
    question: Question | None,
    gone: bool = False,
    words: Mapping[str, tuple[str, bool]] | None = None,
) -> Analysis:
    """How one question does that was answered so.

    `words` are the HTML of choices that stand in the question no more, and whether they were right, by key.
    """
    first = said[0]
    count, right = sum(one.count for one in said), sum(one.right for one in said)
    sums = sum((one.sums for one in said), Sums())
    chosen = isinstance(question, SingleChoice | MultipleResponse) or first.asked in ("single", "multiple")
    typed = first.asked in ("text", "number")
    found = Analysis(
        id=first.question,
        asked=first.asked,
        prompt=question.prompt if question else "",
        count=count,
        right=right,
        mean=sum(one.score for one in said) / count,
        discrimination=correlation(sums),
        choices=_choices(said, question, words or {}) if chosen else (),
        typed=_typed(said) if typed else (),
        empty=sum(one.count for one in said if not one.answer),
        gone=gone,
    )
    return _with_remarks(found)


def remarks(count: int, share: float, discrimination: float | None, choices: Sequence[Taken]) -> tuple[Remark, ...]:
    """What is worth a look; of few answers nothing but that they are few."""
    if count < FEW:
        return ("few",)
    found: list[Remark] = []
    if discrimination is not None and discrimination < 0:
        found.append("negative")
    elif discrimination is not None and discrimination < WEAK:
        found.append("weak")
    if share < HARD:
        found.append("hard")
    if share >= EASY:
        found.append("easy")
    standing = [choice for choice in choices if not choice.gone]
    rights = [choice.count for choice in standing if choice.right]
    if rights and any(choice.count > min(rights) for choice in standing if not choice.right):
        found.append("rival")
    if any(not choice.count for choice in standing if not choice.right):
        found.append("idle")
    return tuple(found)


def _with_remarks(one: Analysis) -> Analysis:
    return Analysis(
        one.id,
        one.asked,
        one.prompt,
        one.count,
        one.right,
        one.mean,
        one.discrimination,
        one.choices,
        one.typed,
        one.empty,
        one.gone,
        remarks(one.count, one.share, one.discrimination, one.choices),
    )


def _choices(
    said: Iterable[Said], question: Question | None, words: Mapping[str, tuple[str, bool]]
) -> tuple[Taken, ...]:
    """Each choice of the question in its order, and after them those that were taken while they stood there."""
    counts: dict[str, int] = {}
    for one in said:
        for key in filter(None, one.answer.split(",")):
            counts[key] = counts.get(key, 0) + one.count
    choices = question.choices if isinstance(question, SingleChoice | MultipleResponse) else ()
    found = [Taken(choice.html, counts.pop(choice.key, 0), choice.right) for choice in choices]
    for key, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        html, right = words.get(key, ("", None))
        found.append(Taken(html, count, right, gone=True))
    return tuple(found)


def _typed(said: Iterable[Said]) -> tuple[Taken, ...]:
    """What was typed most often; the same but for case and spaces is the same."""
    counts: dict[str, Taken] = {}
    for one in sorted(said, key=lambda one: (-one.count, one.answer)):
        key = " ".join(one.answer.casefold().split())
        if key:
            known = counts.get(key) or Taken(one.answer.strip(), 0, one.right == one.count)
            counts[key] = Taken(known.words, known.count + one.count, known.right)
    return tuple(sorted(counts.values(), key=lambda taken: -taken.count)[:MOST_TYPED])
