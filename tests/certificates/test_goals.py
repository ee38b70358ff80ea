"""Goals as they are typed, and as they should not be."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.certificates.models.transcript import Goal
from lms.certificates.rules import goals
from lms.credit.rules.targets import MOST

TODAY = date(2026, 11, 21)
FINE = {"amount": "50", "system": "plain", "from": "2026-01-01", "until": "2028-06-30"}


def faults(**changes):
    with pytest.raises(goals.Unclear) as raised:
        goals.read(FINE | changes, {"plain", "AMA"}, TODAY)
    return raised.value.faults


def test_a_goal_is_an_amount_of_a_system_between_two_days():
    found = goals.read(FINE | {"amount": " 12,5 ", "system": "AMA"}, {"plain", "AMA"}, TODAY)
    assert found == Goal("AMA", Decimal("12.5"), date(2026, 1, 1), date(2028, 6, 30))


@pytest.mark.parametrize(
    "amount", ["", "0", "0.000", "-5", "1e9", "1e2", "1001", "fifty", "٥٠", "12.3456", "NaN", "1.", "5 0", "9" * 500]
)
def test_an_amount_is_a_number_above_none_and_not_beyond_reach(amount):
    assert faults(amount=amount) == {"amount": "amount"}


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ({"until": "2026-11-20"}, {"until": "past"}),
        ({"from": "2027-01-01", "until": "2027-01-01"}, {"until": "order"}),
        ({"from": "2027-02-01", "until": "2027-01-01"}, {"until": "order"}),
        ({"until": "2047-01-01"}, {"until": "far"}),
        ({"from": "yesterday", "until": "30/06/2028"}, {"from": "day", "until": "day"}),
        ({"from": "", "until": "2028-02-30"}, {"from": "day", "until": "day"}),
        ({"from": "1999-01-01"}, {"from": "day"}),
        ({"from": "20٢٦-01-01"}, {"from": "day"}),
    ],
)
def test_days_are_days_in_order_and_not_past(days, said):
    assert faults(**days) == said


def test_all_that_is_wrong_is_said_at_once():
    assert faults(amount="x", system="HILL", **{"from": "x", "until": "x"}) == {
        "amount": "amount",
        "system": "system",
        "from": "day",
        "until": "day",
    }


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["amount", "system", "from", "until"]), st.text(max_size=30)))
def test_anything_may_be_typed(typed):
    try:
        found = goals.read(typed, {"plain"}, TODAY)
    except goals.Unclear as fault:
        assert fault.faults
    else:
        assert 0 < found.amount <= MOST and TODAY <= found.until > found.begins


@pytest.mark.parametrize(
    ("words", "system", "amount"),
    [
        ("50 hours by 2028-06-30", "plain", "50"),
        ("12,5 Hours by 2028-06-30", "plain", "12.5"),
        ("20 ama by 2028-06-30", "AMA", "20"),
    ],
)
def test_a_suggestion_is_read_as_people_write_it(words, system, amount):
    wanted = Goal(system, Decimal(amount), date(2026, 1, 1), date(2028, 6, 30))
    assert goals.suggested(words, ("AMA", "plain"), TODAY) == wanted


@pytest.mark.parametrize(
    "words",
    [None, "", "much", "50 points by 2028-06-30", "0 hours by 2028-06-30", "50 hours by 2020-01-01", "50 hours"],
)
def test_a_suggestion_that_says_nothing_is_none(words):
    assert goals.suggested(words, ("AMA", "plain"), TODAY) is None
