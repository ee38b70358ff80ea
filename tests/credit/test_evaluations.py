"""Evaluation forms, and what somebody says in them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from lms.credit.models import Asked, CreditFile, Evaluation
from lms.credit.rules.evaluations import LONGEST, NotAnswered, form, name, read
from lms.modules.models import Credit, Module
from tests.credit.cast import module

OBJECTIVES = ("Choose a cuff", "Position the patient")


def one(**more: object) -> Module:
    return module(Credit(hours=Decimal("0.5")), objectives=OBJECTIVES, **more)


def filled(asked: Evaluation, **more: object) -> MultiDict[str, str]:
    """What a form sends in which every first choice was taken."""
    said = {name(question): question.choices[:1] for question in asked.questions if question.choices}
    return MultiDict(said | {f"said-{id.replace('_', '-')}": value for id, value in more.items()})


def test_the_built_in_form_asks_of_each_objective_of_bias_change_and_barriers() -> None:
    asked = form(CreditFile(), one())
    assert [question.id for question in asked.questions][:3] == ["objective-1", "objective-2", "free-of-bias"]
    assert asked.questions[1].ask == "I can now: Position the patient"
    assert {question.id for question in asked.questions} > {"bias", "change", "barriers", "better"}
    assert asked.anonymous


def test_the_built_in_form_is_the_same_in_spanish() -> None:
    english, spanish = form(CreditFile(), one()), form(CreditFile(), one(lang="es-PE"))
    assert [(q.id, q.kind, len(q.choices)) for q in english.questions] == [
        (q.id, q.kind, len(q.choices)) for q in spanish.questions
    ]
    assert spanish.questions[0].ask == "Ahora puedo: Choose a cuff"
    assert spanish.questions[0].choices[-1] == "Muy de acuerdo"


def test_a_programme_has_forms_of_its_own_by_name() -> None:
    short = Evaluation(title="Short", questions=(Asked(id="good", ask="Good?", kind="choice", choices=("Yes", "No")),))
    long = short.model_copy(update={"title": "Long"})
    said = CreditFile(evaluations={"default": short, "long": long})
    assert form(said, one()).title == "Short"
    assert form(said, one(evaluation="long")).title == "Long"


def test_a_form_can_be_kept_with_its_answers_and_read_again() -> None:
    many = Asked(id="o" * 60, ask="{objective} " + "x" * 4_900, kind="scale")
    said = CreditFile(evaluations={"default": Evaluation(title="T", questions=(many,))})
    asked = form(said, module(objectives=tuple("y" * 300 + str(n) for n in range(40))))
    assert Evaluation.model_validate_json(asked.model_dump_json()) == asked


def test_answers_are_kept_by_question_as_they_are_worded() -> None:
    asked = form(CreditFile(), one())
    found = read(asked, filled(asked, barriers=["Time", "Time", "Something else"], what="  a\r\nb  ", bias=" "))
    assert found["objective-1"] == "Strongly disagree"
    assert found["barriers"] == ["Time", "Something else"]
    assert found["what"] == "a\nb"
    assert "bias" not in found


def test_what_is_missing_invented_or_too_long_is_told_by_question() -> None:
    asked = form(CreditFile(), one())
    with pytest.raises(NotAnswered) as refused:
        read(
            asked, filled(asked, objective_1=[], change="Maybe", barriers=["Time", "Aliens"], what="x" * (LONGEST + 1))
        )
    assert refused.value.faults == {
        "objective-1": "missing",
        "change": "unknown",
        "barriers": "unknown",
        "what": "long",
    }


@given(
    st.dictionaries(
        st.sampled_from(["said-change", "said-barriers", "said-bias", "change", "said-x"]), st.lists(st.text())
    )
)
def test_nothing_is_kept_that_the_form_does_not_ask(posted: dict[str, list[str]]) -> None:
    asked = form(CreditFile(), one())
    try:
        found = read(asked, filled(asked) | MultiDict(posted))
    except NotAnswered as refused:
        assert set(refused.faults) <= {question.id for question in asked.questions}
        return
    by_id = {question.id: question for question in asked.questions}
    for id, said in found.items():
        if by_id[id].kind != "text":
            assert {*([said] if isinstance(said, str) else said)} <= set(by_id[id].choices)
