"""What evaluation forms say, summed up: and what is held back."""

from collections.abc import Callable
from decimal import Decimal
from secrets import token_hex

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.credit.models import Asked, Evaluation
from lms.credit.rules.summing import summed
from lms.credit.service import evaluating, keeping, teaching
from lms.credit.store import Evaluated, Opinion, Teaching
from lms.people.service import changing
from lms.people.store import Learner
from tests.conftest import NOW, PASSWORD

STEPS = ("no", "so so", "yes")
FORM = Evaluation(
    title="How was it?",
    questions=(
        Asked(id="useful", ask="Was it useful?", kind="scale", choices=STEPS),
        Asked(id="keeps", ask="What keeps you?", kind="choices", choices=("time", "money")),
        Asked(id="better", ask="What should be better?", kind="text"),
    ),
)
AT = "/modules/measuring-bp"


@pytest.fixture
def says(session: Session) -> Callable[..., None]:
    """Somebody fills in a form: `says(useful="yes", edition=2)`."""

    def say(edition: int = 2, form: Evaluation = FORM, activity: str = AT, period: str = "2026-11", **answers) -> None:
        about = {"activity": activity, "edition": edition, "period": period, "form": form.model_dump_json()}
        session.add(Opinion(id=token_hex(16), answers=answers, learner_id=None, **about))
        session.commit()

    return say


def test_choices_are_counted_and_a_scale_has_a_mean(session, says):
    for useful in ("yes", "yes", "no"):
        says(useful=useful, keeps=["time", "money"] if useful == "yes" else ["time"])
    found = evaluating.summed(session, AT)
    useful, keeps, better = found.questions
    assert found.forms == 3
    assert useful.counts == (("no", 1), ("so so", 0), ("yes", 2))
    assert useful.mean == pytest.approx(7 / 3)
    assert (keeps.counts, keeps.answered, keeps.mean) == ((("time", 3), ("money", 2)), 3, None)
    assert (better.texts, better.answered, better.mean) == ((), 0, None)


def test_texts_stand_in_an_order_that_tells_nothing(session, says):
    for text in ("zebra", "Apple", "moon"):
        says(better=text)
    assert evaluating.summed(session, AT).questions[2].texts == ("Apple", "moon", "zebra")


def test_too_few_anonymous_forms_of_an_edition_are_held_back_from_all_of_them_too(session, says):
    for _ in range(evaluating.FEWEST):
        says(useful="yes")
    for _ in range(evaluating.FEWEST - 1):
        says(edition=1, useful="no", better="The voice gives me away")
    old, new, all = (evaluating.summed(session, AT, edition) for edition in (1, 2, None))
    assert (old.forms, old.held, old.questions) == (0, 2, ())
    assert (new.forms, new.held) == (3, 0)
    assert (all.forms, all.held, all.editions) == (3, 2, (2, 1))
    assert all.questions == new.questions


def test_forms_with_names_are_shown_however_few_they_are(session, says):
    says(form=FORM.model_copy(update={"anonymous": False}), useful="yes")
    says(useful="no")
    found = evaluating.summed(session, AT)
    assert (found.forms, found.held) == (1, 1)
    assert found.questions[0].counts[0] == ("no", 0)


def test_a_question_that_was_asked_otherwise_stands_apart_and_choices_that_are_gone_are_counted(session, says):
    other = FORM.model_copy(
        update={"questions": (FORM.questions[0].model_copy(update={"ask": "Useful to you?"}), *FORM.questions[1:])}
    )
    for _ in range(3):
        says(useful="yes", keeps=["weather"], period="2026-10")
        says(form=other, useful="no")
    found = evaluating.summed(session, AT)
    assert [one.asked.ask for one in found.questions] == [
        *("Useful to you?", "What keeps you?", "What should be better?", "Was it useful?"),
    ]
    assert found.questions[1].counts == (("time", 0), ("money", 0), ("weather", 3))


SAID = st.fixed_dictionaries({}, optional={"useful": st.sampled_from(STEPS), "better": st.sampled_from(("", "a", "Z"))})


@given(st.lists(SAID, max_size=6))
def test_every_answer_is_counted_once_in_whatever_order_forms_came(answers):
    said = [("2026-11", FORM, one) for one in answers]
    found, turned = summed(said), summed(said[::-1])
    assert found == turned
    if found:
        assert sum(count for _, count in found[0].counts) == found[0].answered == sum("useful" in a for a in answers)
        assert len(found[2].texts) == sum(bool(one.get("better")) for one in answers)


def test_forms_are_shown_by_threes_so_that_nobody_sees_the_sum_before_and_after_one(session, joins):
    people = [joins(f"nurse{number}@hillside.example", f"Nurse {number} Vera").id for number in range(6)]
    seen = []
    for number, id in enumerate(people):
        evaluating.evaluate(session, id, "completed-it", AT, 2, FORM, {"better": f"voice {number}"}, NOW)
        found = evaluating.summed(session, AT)
        seen.append((found.forms, found.held))
    assert seen == [(0, 1), (0, 2), (3, 0), (3, 1), (3, 2), (6, 0)]


def test_nothing_is_kept_of_who_was_erased_meanwhile(session, sessions, rosa):
    other = sessions()
    changing.erase(other, other.get(Learner, rosa.id), PASSWORD, NOW)
    named = FORM.model_copy(update={"anonymous": False})
    assert not evaluating.evaluate(session, rosa.id, "completed-it", AT, 2, named, {"better": "It was me"}, NOW)
    with pytest.raises(teaching.Refused, match="gone"):
        teaching.ask(session, rosa, AT, 2, "plain", Decimal(1), "I taught it in my own village. " * 9, NOW)
    assert [session.scalar(select(func.count()).select_from(one)) for one in (Opinion, Evaluated, Teaching)] == [
        0,
        0,
        0,
    ]


def test_what_is_answered_to_who_was_erased_meanwhile_is_not_kept(session, sessions, rosa, joins):
    grace = joins("grace@hillside.example", "Grace Lindqvist", "coordinator")
    asked = teaching.ask(session, rosa, AT, 2, "plain", Decimal(1), "I taught it in my own village. " * 9, NOW)
    other = sessions()
    changing.erase(other, other.get(Learner, rosa.id), PASSWORD, NOW, (keeping.forget,))
    assert teaching.decide(session, asked.id, False, "Dear Rosa Quispe, when?", grace, "r", NOW).answer == ""
