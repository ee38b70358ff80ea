"""How an answer is marked. Pure and exact: the same question and answer give the same verdict, for ever."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Protocol

from lms.modules.models import (
    Item,
    Match,
    MultipleResponse,
    Number,
    Order,
    Question,
    Reflection,
    ShortText,
    SingleChoice,
)
from lms.text.values import Value

#: An answer longer than this is cut: it is not an answer any more.
LONGEST = 10_000


class Answer(Value):
    """What a learner said: only the field of the question's kind is filled."""

    choices: tuple[str, ...] = ()
    """Keys of the choices taken."""
    text: str = ""
    """A number, a short text or a reflection, as typed."""
    places: dict[str, int] = {}
    """The place, from 1, given to each item by its key."""
    pairs: dict[str, str] = {}
    """The right-hand key given to each left-hand key."""

    @property
    def empty(self) -> bool:
        return not (self.choices or self.text.strip() or self.places or self.pairs)


class Part(Value):
    """One choice, item or row of the answer, and whether it is as it should be."""

    key: str
    chosen: bool = False
    right: bool
    feedback: str = ""


class Verdict(Value):
    """What an answer is worth: `score` from 0 to 1, exactly; a reflection has none."""

    score: Fraction | None
    parts: tuple[Part, ...] = ()
    empty: bool = False

    model_config = {"arbitrary_types_allowed": True}

    @property
    def right(self) -> bool:
        return self.score == 1

    @property
    def partly(self) -> bool:
        return self.score is not None and 0 < self.score < 1


class Form(Protocol):
    """A submitted form, as Werkzeug's MultiDict has it."""

    def get(self, name: str, default: str = ..., /) -> str: ...
    def getlist(self, name: str, /) -> Sequence[str]: ...


def answer_from(form: Form, question: Question, prefix: str = "") -> Answer:
    """The answer in a form whose fields are `choice`, `text`, `place-<key>`, `pair-<key>`, each after `prefix`.

    Fields that are missing, repeated or strange are no answer; nothing raises.
    """
    match question:
        case SingleChoice() | MultipleResponse():
            known = {choice.key for choice in question.choices}
            taken = [key for key in dict.fromkeys(form.getlist(f"{prefix}choice")) if key in known]
            return Answer(choices=tuple(taken[:1] if isinstance(question, SingleChoice) else taken))
        case Order():
            given = {item.key: _place(form.get(f"{prefix}place-{item.key}", "")) for item in question.items}
            return Answer(places={key: place for key, place in given.items() if place})
        case Match():
            rights = {pair.right.key for pair in question.pairs}
            pairs = {pair.left.key: form.get(f"{prefix}pair-{pair.left.key}", "") for pair in question.pairs}
            return Answer(pairs={left: right for left, right in pairs.items() if right in rights})
        case _:
            return Answer(text=form.get(f"{prefix}text", "")[:LONGEST].replace("\0", ""))


def mark(question: Question, answer: Answer) -> Verdict:
    """The verdict on an answer.

    Several right choices score (right taken - wrong taken) / right, not below 0, so that taking all earns nothing;
    an order scores the share of items in their place; a match the share of right rows.
    """
    match question:
        case Reflection():
            return Verdict(score=None, empty=answer.empty)
        case SingleChoice():
            score = Fraction(any(choice.right and choice.key in answer.choices for choice in question.choices))
            return _chosen(question, answer, score)
        case MultipleResponse():
            rights = sum(choice.right for choice in question.choices)
            taken = [choice.right for choice in question.choices if choice.key in answer.choices]
            score = Fraction(2 * sum(taken) - len(taken), rights)
            return _chosen(question, answer, max(score, Fraction(0)))
        case Number():
            said = number(answer.text, question.unit)
            near = said is not None and abs(said - question.value) <= question.tolerance
            return Verdict(score=Fraction(near), empty=answer.empty)
        case ShortText():
            accepted = {_folded(text) for text in question.accepted}
            return Verdict(score=Fraction(_folded(answer.text) in accepted), empty=answer.empty)
        case Order():
            parts = [
                Part(key=item.key, chosen=item.key in answer.places, right=answer.places.get(item.key) == place)
                for place, item in enumerate(question.items, 1)
            ]
            return _of_parts(parts, answer)
        case Match():
            # Rows may share a right-hand side: what counts is what it says, not which row it came from.
            parts = [
                Part(
                    key=pair.left.key,
                    chosen=pair.left.key in answer.pairs,
                    right=answer.pairs.get(pair.left.key) == pair.right.key,
                )
                for pair in question.pairs
            ]
            return _of_parts(parts, answer)


def mixed(items: Iterable[Item]) -> tuple[Item, ...]:
    """Items in an order that tells nothing of the right one, the same each time; equal ones once."""
    return tuple(sorted({item.key: item for item in items}.values(), key=lambda item: item.key))


def number(text: str, unit: str = "") -> Decimal | None:
    """The number that a person typed, with a comma or a point, perhaps with its unit; None when it is none.

    A separator before exactly three digits, as in 1,200, is read as one of thousands only when it stands more than
    once or beside the other separator; alone it is a decimal sign, as the learner's own language may have it.
    """
    said = unicodedata.normalize("NFKC", text).strip().replace("\u2212", "-")
    if unit and said.casefold().endswith(unit.casefold()):
        said = said[: -len(unit)].strip()
    said = re.sub(r"[\s'_]", "", said)
    last = max(said.rfind(","), said.rfind("."))
    if last >= 0:
        whole, fraction = said[:last], said[last + 1 :]
        if said.count(said[last]) > 1:
            whole, fraction = said, ""
        said = re.sub(r"[.,]", "", whole) + (f".{fraction}" if fraction else "")
    if not re.fullmatch(r"[+-]?(\d{1,30}(\.\d{1,30})?|\.\d{1,30})", said, re.ASCII):
        return None
    try:
        return Decimal(said)
    except InvalidOperation:
        return None


def _chosen(question: SingleChoice | MultipleResponse, answer: Answer, score: Fraction) -> Verdict:
    parts = [
        Part(key=choice.key, chosen=choice.key in answer.choices, right=choice.right, feedback=choice.feedback)
        for choice in question.choices
    ]
    return Verdict(score=score, parts=tuple(parts), empty=answer.empty)


def _of_parts(parts: list[Part], answer: Answer) -> Verdict:
    score = Fraction(sum(part.right for part in parts), len(parts))
    return Verdict(score=score, parts=tuple(parts), empty=answer.empty)


def _place(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0


def _folded(text: str) -> str:
    """Text without what a typist may do otherwise: case, accents, spaces, a final stop."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return " ".join(bare.split()).strip(" .!?¡¿\"'")
