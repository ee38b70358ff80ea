"""How questions do: what is reckoned from sums, and what is said of it."""

from statistics import StatisticsError, correlation

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lms.modules.models import SingleChoice, key
from lms.progress.models.coordinating import Said, Sums, Taken
from lms.progress.rules import items
from tests.progress.conftest import CUFF, HIGH, SAY, choice

#: Scores as questions have them.
SCORES = st.integers(0, 12).map(lambda twelfths: twelfths / 12)
PAIRS = st.lists(st.tuples(SCORES, SCORES), max_size=60)


def said(answer: str, count: int, right: bool = False, asked: str = "single", question: str = "cuff") -> Said:
    worth = float(right)
    sums = items.sums_of([(worth, 0.5)] * count)
    return Said(question, asked, answer, "attempt", count, count if right else 0, worth * count, sums)


# -- Correlation ----------------------------------------------------------------------------------------------------


@given(PAIRS)
def test_a_correlation_from_sums_is_that_of_the_statisticians(pairs):
    found = items.correlation(items.sums_of(pairs))
    try:
        wanted = correlation(*zip(*pairs, strict=True)) if pairs else None
    except StatisticsError:
        wanted = None
    assert found is None if wanted is None else found == pytest.approx(wanted, abs=1e-6)


@given(PAIRS, PAIRS)
def test_sums_of_parts_add_up_to_those_of_the_whole(some, others):
    apart = items.correlation(items.sums_of(some) + items.sums_of(others))
    whole = items.correlation(items.sums_of([*some, *others]))
    assert apart is None if whole is None else apart == pytest.approx(whole, abs=1e-6)


@given(PAIRS, st.integers(2, 5_000))
def test_the_same_answers_many_times_over_correlate_the_same(pairs, times):
    once = items.sums_of(pairs)
    assume(items.correlation(once) is not None)
    many = Sums(once.n * times, *(value * times for value in (once.x, once.y, once.xx, once.yy, once.xy)))
    assert items.correlation(many) == pytest.approx(items.correlation(once), abs=1e-6)


@given(PAIRS)
def test_a_correlation_is_never_more_than_one(pairs):
    found = items.correlation(items.sums_of(pairs))
    assert found is None or -1 <= found <= 1


# -- Choices --------------------------------------------------------------------------------------------------------


def test_choices_stand_in_their_order_with_those_that_nobody_takes():
    found = items.analysed([said(key("large"), 15, True), said("", 5)], CUFF)
    assert [(one.words, one.count, one.right) for one in found.choices] == [("small", 0, False), ("large", 15, True)]
    assert (found.count, found.right, found.share, found.empty) == (20, 15, 0.75, 5)


def test_each_choice_of_several_is_counted_by_itself():
    legs, bladder, silence = (key(word) for word in ("legs", "bladder", "silence"))
    rows = [
        said(",".join(sorted([legs, bladder])), 3, True, "multiple"),
        said(",".join(sorted([legs, silence])), 2, False, "multiple"),
    ]
    assert [one.count for one in items.analysed(rows, HIGH).choices] == [5, 3, 2]


def test_a_choice_that_was_taken_out_is_told_by_its_old_words():
    rows = [said(key("large"), 2, True), said(key("medium"), 3), said(key("other"), 1)]
    found = items.analysed(rows, CUFF, words={key("medium"): ("medium", False)})
    assert found.choices[2:] == (Taken("medium", 3, False, True), Taken("", 1, None, True))


def test_what_was_typed_is_counted_without_case_and_spaces_the_most_frequent_first():
    rows = [said("nod", 2, False, "text"), said("Teach back", 3, True, "text"), said("teach  BACK ", 1, True, "text")]
    rows += [said(f"word {n}", 1, False, "text") for n in range(20)] + [said("", 4, False, "text")]
    found = items.analysed(rows, SAY)
    assert found.typed[:2] == (Taken("Teach back", 4, True), Taken("nod", 2, False))
    assert (len(found.typed), found.empty, found.choices) == (items.MOST_TYPED, 4, ())


def test_a_question_that_nothing_knows_any_more_still_has_its_numbers():
    found = items.analysed([said("x", 4, True)], None, gone=True)
    assert (found.prompt, found.count, found.gone, found.discrimination) == ("", 4, True, None)


# -- Remarks --------------------------------------------------------------------------------------------------------

TAKEN = (Taken("small", 5, False), Taken("large", 15, True))


@pytest.mark.parametrize(
    ("count", "share", "discrimination", "choices", "remarks"),
    [
        (19, 0.1, -0.5, TAKEN, ("few",)),
        (20, 0.75, 0.3, TAKEN, ()),
        (20, 0.75, None, TAKEN, ()),
        (20, 0.75, -0.01, TAKEN, ("negative",)),
        (20, 0.75, 0.09, TAKEN, ("weak",)),
        (20, 0.29, 0.3, TAKEN, ("hard",)),
        (20, 0.95, 0.3, TAKEN, ("easy",)),
        (20, 0.5, 0.3, (Taken("small", 16, False), Taken("large", 4, True)), ("rival",)),
        (20, 0.5, 0.3, (Taken("small", 0, False), Taken("large", 20, True)), ("idle",)),
        (20, 0.5, 0.3, (*TAKEN, Taken("gone", 90, False, True)), ()),
    ],
)
def test_what_is_worth_a_look_is_named(count, share, discrimination, choices, remarks):
    assert items.remarks(count, share, discrimination, choices) == remarks


def test_a_question_without_choices_has_no_rivals():
    three = SingleChoice(id="three", prompt="Three?", choices=(choice("a", True), choice("b"), choice("c")))
    assert items.analysed([said(key("a"), 30, True)], three).remarks == ("easy", "idle")
    assert items.analysed([said("x", 30, True, "text")], SAY).remarks == ("easy",)
