from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from lms.modules.marking import Answer, answer_from, mark, mixed, number
from lms.modules.models import (
    Choice,
    Item,
    Match,
    MultipleResponse,
    Number,
    Order,
    Pair,
    Reflection,
    ShortText,
    SingleChoice,
    key,
)


def choice(text: str, right: bool) -> Choice:
    return Choice(key=key(text), html=text, right=right)


def item(text: str) -> Item:
    return Item(key=key(text), html=text)


CUFF = SingleChoice(id="cuff", prompt="Which?", choices=(choice("small", False), choice("large", True)))
HIGH = MultipleResponse(
    id="high", prompt="Which?", choices=(choice("legs", True), choice("bladder", True), choice("silence", False))
)
SUM = Number(id="sum", prompt="?", value=Decimal(120), tolerance=Decimal(5), unit="mmHg")
SAY = ShortText(id="say", prompt="?", accepted=("teach back", "Rückmeldung"))
STEPS = Order(id="steps", prompt="?", items=(item("rest"), item("cuff"), item("read")))
PAIRS = Match(
    id="match",
    prompt="?",
    pairs=(Pair(left=item("24"), right=item("small")), Pair(left=item("36"), right=item("large"))),
)


def test_one_right_choice_is_worth_all():
    assert mark(CUFF, Answer(choices=(key("large"),))).score == 1
    assert mark(CUFF, Answer(choices=(key("small"),))).score == 0


def test_a_reordered_choice_keeps_its_past_answers():
    turned = CUFF.model_copy(update={"choices": (choice("thigh", False), *reversed(CUFF.choices))})
    assert mark(turned, Answer(choices=(key("large"),))).right


def test_a_choice_is_the_same_whatever_its_spaces_and_case():
    assert key("Large  adult") == key("large adult\n")


def test_several_right_choices_give_a_share_each_and_a_wrong_one_takes_a_share():
    assert mark(HIGH, Answer(choices=(key("legs"),))).score == Fraction(1, 2)
    assert mark(HIGH, Answer(choices=(key("legs"), key("silence")))).score == 0
    assert mark(HIGH, Answer(choices=(key("legs"), key("bladder")))).right


def test_taking_every_choice_earns_less_than_the_right_ones():
    everything = tuple(one.key for one in HIGH.choices)
    assert mark(HIGH, Answer(choices=everything)).score == Fraction(1, 2)


@pytest.mark.parametrize(
    ("typed", "right"),
    [("120", True), ("115", True), ("125,0", True), ("125.1", False), ("120 mmHg", True), ("", False), ("many", False)],
)
def test_a_number_is_right_within_its_tolerance(typed, right):
    assert mark(SUM, Answer(text=typed)).right is right


@pytest.mark.parametrize("typed", ["Teach  back", "TEACH BACK.", " teach back ", "ruckmeldung"])
def test_short_text_minds_no_case_accents_or_spaces(typed):
    assert mark(SAY, Answer(text=typed)).right


def test_an_order_is_worth_the_share_of_items_in_their_place():
    places = {key("rest"): 1, key("cuff"): 3, key("read"): 2}
    assert mark(STEPS, Answer(places=places)).score == Fraction(1, 3)


def test_a_match_is_worth_the_share_of_right_rows():
    assert mark(PAIRS, Answer(pairs={key("24"): key("small"), key("36"): key("small")})).score == Fraction(1, 2)


def test_a_reflection_has_no_score():
    assert mark(Reflection(id="r", prompt="?"), Answer(text="I will measure arms.")).score is None


@pytest.mark.parametrize("question", [CUFF, HIGH, SUM, SAY, STEPS, PAIRS])
def test_an_empty_answer_is_worth_nothing_and_says_so(question):
    verdict = mark(question, Answer())
    assert (verdict.score, verdict.empty) == (0, True)


@given(st.dictionaries(st.sampled_from(["choice", "text", f"place-{key('rest')}", f"pair-{key('24')}"]), st.text()))
def test_any_form_at_all_is_marked_between_none_and_all(form):
    for question in (CUFF, HIGH, SUM, SAY, STEPS, PAIRS):
        assert 0 <= mark(question, answer_from(MultiDict(form), question)).score <= 1


def test_an_order_is_shown_in_an_order_that_tells_nothing():
    assert mixed(STEPS.items) == mixed(reversed(STEPS.items))


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1,5", "1.5"),
        ("1.200,5", "1200.5"),
        ("1,200.5", "1200.5"),
        ("1 200", "1200"),
        ("−3", "-3"),
        ("1,200,300", "1200300"),
    ],
)
def test_numbers_are_read_as_people_of_many_countries_type_them(typed, value):
    assert number(typed) == Decimal(value)


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_a_number(typed):
    assert number(typed, "mmHg") is None or number(typed, "mmHg").is_finite()
