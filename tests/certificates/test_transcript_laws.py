"""Laws of transcripts: nothing is lost between the parts and the whole, and order changes nothing."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.certificates.models.transcript import Goal, Line, Period, Unit
from lms.certificates.rules import transcripts

UNIT = Unit("Hours of learning", "hour", "hours")
DAYS = st.integers(0, 4_700).map(lambda days: date(2020, 1, 1) + timedelta(days=days))
AMOUNTS = st.integers(1, 400).map(lambda quarters: Decimal(quarters) / 4)
TOLD = st.tuples(
    st.sampled_from(["plain", "AMA", "ACPE"]),
    AMOUNTS,
    DAYS,
    st.sampled_from(["valid", "expired", "revoked", "superseded"]),
)
LINES = st.lists(TOLD, max_size=12).map(lambda told: [Line(str(n), "c", *one, UNIT) for n, one in enumerate(told)])


def added(*parts):
    whole = {}
    for part in parts:
        for system, amount in part.items():
            whole[system] = whole.get(system, Decimal(0)) + amount
    return whole


@settings(deadline=None)
@given(LINES, DAYS)
def test_what_was_earned_until_a_day_and_after_it_is_all_that_was_earned(lines, day):
    before = transcripts.within(lines, Period(None, day))
    after = transcripts.within(lines, Period(day + timedelta(days=1), None))
    assert added(transcripts.sums(before), transcripts.sums(after)) == transcripts.sums(lines)
    assert len(before) + len(after) == len(lines)


@settings(deadline=None)
@given(LINES)
def test_the_years_add_up_to_the_whole(lines):
    assert added(*transcripts.by_year(lines).values()) == transcripts.sums(lines)


@settings(deadline=None)
@given(LINES, st.randoms(use_true_random=False), DAYS, DAYS)
def test_order_changes_nothing(lines, chance, one, other):
    period = Period(min(one, other), max(one, other))
    mixed = sorted(lines, key=lambda _: chance.random())
    assert list(transcripts.sums(mixed).items()) == list(transcripts.sums(lines).items())
    assert list(transcripts.by_year(mixed).items()) == list(transcripts.by_year(lines).items())
    assert transcripts.within(mixed, period) == transcripts.within(lines, period)


@settings(deadline=None)
@given(LINES)
def test_what_is_revoked_or_superseded_changes_no_sum(lines):
    assert transcripts.sums(lines) == transcripts.sums([one for one in lines if one.state in ("valid", "expired")])


@settings(deadline=None)
@given(LINES, AMOUNTS, DAYS, st.integers(1, 3_000), DAYS)
def test_keeping_the_pace_reaches_the_goal_and_never_more_is_left_than_was_aimed_at(lines, amount, begins, days, today):
    goal = Goal("AMA", amount, begins, begins + timedelta(days=days))
    found = transcripts.advance(goal, lines, today)
    assert found.earned == transcripts.sums(transcripts.within(lines, Period(begins, goal.until))).get("AMA", 0)
    assert 0 <= found.left <= goal.amount and 0 <= found.share <= 1
    assert found.reached == (found.left == 0) == (found.share == 1)
    if found.pace is not None:
        assert found.pace * found.days / Decimal("30.4375") >= found.left


@pytest.mark.parametrize(
    ("left", "days", "pace"),
    [("37.5", 577, "2"), ("0.1", 600, "0.25"), ("300", 365, "26"), ("10", 31, "10"), ("2", 30, None), ("9", -3, None)],
)
def test_the_pace_is_easily_kept_in_mind(left, days, pace):
    today = date(2026, 11, 21)
    goal = Goal("plain", Decimal(left), date(2026, 1, 1), today + timedelta(days=days))
    assert transcripts.advance(goal, [], today).pace == (Decimal(pace) if pace else None)
