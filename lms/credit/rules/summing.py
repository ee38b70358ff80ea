"""What many evaluation forms say, question by question. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from lms.credit.models import Asked, Evaluation, Summed


def summed(said: Iterable[tuple[str, Evaluation, Mapping[str, Any]]]) -> tuple[Summed, ...]:
    """The questions of forms, those of the newest month first, each as it was asked: `said` is month, form, answers."""
    asked: dict[tuple[str, str], Asked] = {}
    counts: dict[tuple[str, str], Counter[str]] = {}
    texts: dict[tuple[str, str], list[str]] = {}
    answered: Counter[tuple[str, str]] = Counter()
    for _, form, answers in sorted(said, key=lambda one: one[0], reverse=True):
        for one in form.questions:
            key = (one.id, one.ask)
            asked.setdefault(key, one)
            answer = answers.get(one.id)
            if not answer:
                continue
            answered[key] += 1
            if one.kind == "text":
                texts.setdefault(key, []).append(str(answer))
            else:
                counts.setdefault(key, Counter()).update(answer if isinstance(answer, list) else [str(answer)])
    return tuple(
        Summed(
            one, answered[key], _counted(one, counts.get(key, Counter())), tuple(sorted(texts.get(key, ()), key=_order))
        )
        for key, one in asked.items()
    )


def _counted(one: Asked, counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    if one.kind == "text":
        return ()
    others = sorted(choice for choice in counts if choice not in one.choices)
    return tuple((choice, counts[choice]) for choice in (*one.choices, *others))


def _order(text: str) -> tuple[str, str]:
    return text.casefold(), text
