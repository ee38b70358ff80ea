"""Laws of transcripts: nothing is lost between the parts and the whole, and order changes nothing."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.certificates.models.transcript import Goal, Line, Period, Unit
from lms.certificates.rules import transcripts

UNIT = Unit("Hours of learning", "hour", "hours")
DAYS = st.dates(date(2020, 1, 1), date(2032, 12, 31))
AMOUNTS = st.integers(1, 400).map(lambda quarters: Decimal(quarters) / 4)
LINES = st.lists(
    st.builds(
        Line,
        id=st.uuids().map(str),
        completion=st.just("c"),
        system=st.sampled_from(["plain", "AMA", "ACPE"]),
        claimed=AMOUNTS,
        completed=DAYS,
        state=st.sampled_from(["valid", "expired", "revoked", "superseded"]),
        unit=st.just(UNIT),
    ),
    max_size=30,
)


def added(*parts):
    whole = {}
    for part in parts:
        for system, amount in part.items():
            whole[system] = whole.get(system, Decimal(0)) + amount
    return whole


@given(LINES, DAYS)
def test_what_was_earned_until_a_day_and_after_it_is_all_that_was_earned(lines, day):
    before = transcripts.within(lines, Period(None, day))
    after = transcripts.within(lines, Period(day + timedelta(days=1), None))
    assert added(transcripts.sums(before), transcripts.sums(after)) == transcripts.sums(lines)
    assert len(before) + len(after) == len(lines)


@given(LINES)
def test_the_years_add_up_to_the_whole(lines):
    assert added(*transcripts.by_year(lines).values()) == transcripts.sums(lines)


@given(LINES, st.randoms(use_true_random=False), DAYS, DAYS)
def test_order_changes_nothing(lines, chance, one, other):
    period = Period(min(one, other), max(one, other))
    mixed = chance.sample(lines, len(lines))
    assert list(transcripts.sums(mixed).items()) == list(transcripts.sums(lines).items())
    assert list(transcripts.by_year(mixed).items()) == list(transcripts.by_year(lines).items())
    assert transcripts.within(mixed, period) == transcripts.within(lines, period)


@given(LINES)
def test_what_is_revoked_or_superseded_changes_no_sum(lines):
    assert transcripts.sums(lines) == transcripts.sums([one for one in lines if one.state in ("valid", "expired")])


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
