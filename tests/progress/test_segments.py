"""What was played of a recording, and how much of it can have been heard in the time that passed."""

import math
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.progress.rules.segments import SLACK, Unplayable, accepted, measure, play, union
from tests.conftest import NOW
from tests.progress.told import played

LENGTH = 600.0
seconds = st.floats(0, LENGTH + 1, allow_nan=False)
stretches = st.lists(st.tuples(seconds, seconds).map(lambda pair: tuple(sorted(pair))), max_size=30)


def heard(*plays) -> float:
    return sum(measure(kept) for _, kept in accepted(plays))


# -- Union ----------------------------------------------------------------------------------------------------------


def test_stretches_that_meet_are_one():
    assert union([(10, 20), (0, 5), (5, 10), (18, 25), (40, 50)]) == [(0, 25), (40, 50)]


@given(stretches, st.randoms(use_true_random=False))
def test_a_union_knows_no_order_and_no_repetition(given_, random):
    mixed = given_ * 2
    random.shuffle(mixed)
    assert union(mixed, LENGTH) == union(given_, LENGTH)
    assert union(union(given_, LENGTH), LENGTH) == union(given_, LENGTH)


@given(stretches, stretches)
def test_a_union_is_within_the_recording_and_more_makes_it_no_smaller(some, more):
    both = measure(union([*some, *more], LENGTH))
    assert measure(union(some, LENGTH)) <= both + 1e-6
    assert both <= LENGTH + 1e-6
    assert both <= sum(end - start for start, end in [*some, *more]) + 1e-6


# -- Time that passed -----------------------------------------------------------------------------------------------


def test_who_was_there_has_heard_it():
    assert heard(played(0), played(20, [0, 20, 1]), played(40, [20, 40, 1])) == 40


def test_faster_playback_takes_less_time():
    assert heard(played(0), played(20, [0, 40, 2])) == 40


def test_seeking_to_the_end_hears_the_end_alone():
    assert heard(played(0), played(20, [0, 3, 1], [590, 600, 1])) == 13


def test_nobody_hears_more_seconds_than_have_passed():
    assert heard(played(0), played(20, [0, 600, 1])) == 20 + SLACK
    assert heard(played(0), played(20, [0, 600, 4])) == (20 + SLACK) * 4


def test_what_exceeds_is_cut_in_order():
    found = list(accepted([played(0), played(10, [0, 10, 1], [100, 110, 1], [200, 210, 1])]))
    assert found[1][1] == [(0, 10), (100, 105)]


def test_a_first_entry_opens_its_session_and_can_bring_nothing_but_the_slack():
    assert heard(played(0, [0, 600, 1])) == SLACK


def test_two_sessions_beside_each_other_pass_one_time():
    both = [
        played(0, session="session-1"),
        played(0.5, session="session-2"),
        played(60, [0, 60, 1], session="session-1"),
        played(60.5, [100, 160, 1], session="session-2"),
    ]
    assert heard(*both) == pytest.approx(60.5 + SLACK)


def test_the_time_between_sessions_does_not_count():
    apart = [
        played(0),
        played(10, [0, 10, 1]),
        played(5000, session="session-2"),
        played(5010, [0, 600, 1], session="session-2"),
    ]
    assert heard(*apart) == pytest.approx(20 + SLACK)


def test_what_was_played_offline_in_a_session_opened_online_counts_when_it_arrives():
    late = [played(0), *(played(900 + n / 10, [n * 20, n * 20 + 20, 1], id=f"late-{n:04}") for n in range(30))]
    assert heard(*late) == 600


plays = st.lists(
    st.builds(
        lambda at, session, pairs, speed: (at, session, [[min(p), max(p) + 0.1, speed] for p in pairs]),
        st.integers(0, 5_000),
        st.sampled_from(["session-1", "session-2", "session-3"]),
        st.lists(st.tuples(seconds, seconds), max_size=6),
        st.floats(0.25, 4),
    ),
    max_size=15,
)


@given(plays)
def test_whatever_is_claimed_never_took_more_than_the_time_that_passed(given_):
    ordered = [
        played(at, *segments, session=session, id=f"claim-{n:04}")
        for n, (at, session, segments) in enumerate(sorted(given_, key=lambda one: one[0]))
    ]
    spent = 0.0
    for entry, kept in accepted(ordered):
        speeds = [speed for _, _, speed in entry.data["segments"]]
        spent += sum((end - start) / speed for (start, end, *_), speed in zip(kept, speeds, strict=False))
        passed = (entry.arrived - ordered[0].arrived).total_seconds()
        assert spent <= passed + SLACK + 1e-6


# -- What players send ----------------------------------------------------------------------------------------------

FINE = {
    "id": "played-0001",
    "session": "session-1",
    "happened": NOW.isoformat(),
    "position": 4.5,
    "segments": [[0, 4.5, 1]],
}


def test_what_a_player_sends_is_read():
    found = play(FINE, 6, NOW)
    assert (found.id, found.position, found.segments, found.happened) == ("played-0001", 4.5, ((0.0, 4.5, 1.0),), NOW)


def test_what_is_said_of_the_future_happened_now():
    tomorrow = (NOW + timedelta(days=1)).isoformat()
    assert play(FINE | {"happened": tomorrow}, 6, NOW).happened == NOW


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "short"},
        {"id": "x" * 65},
        {"id": "played 0001"},
        {"id": 12345678},
        {"session": None},
        {"happened": "yesterday"},
        {"happened": "2026-11-21T09:00:00"},
        {"happened": 5},
        {"happened": "0001-01-01T00:00:00+14:00"},
        {"happened": "2000-01-01T00:00:00+14:00"},
        {"position": "4"},
        {"position": -1},
        {"position": 7.5},
        {"position": math.nan},
        {"position": True},
        {"position": 10**400},
        {"segments": None},
        {"segments": {}},
        {"segments": [[0, 1]]},
        {"segments": [[0, 1, 1, 1]]},
        {"segments": [[1, 1, 1]]},
        {"segments": [[2, 1, 1]]},
        {"segments": [[-1, 1, 1]]},
        {"segments": [[0, 7.5, 1]]},
        {"segments": [[0, 1, 0]]},
        {"segments": [[0, 1, 16]]},
        {"segments": [[0, math.inf, 1]]},
        {"segments": [[0, 1, math.nan]]},
        {"segments": [["0", 1, 1]]},
        {"segments": [[0, 1, 1]] * 501},
    ],
)
def test_what_makes_no_sense_is_refused(wrong):
    with pytest.raises(Unplayable):
        play(FINE | wrong, 6, NOW)


@pytest.mark.parametrize("wrong", [None, [], "", 5, {}])
def test_what_is_no_message_is_refused(wrong):
    with pytest.raises(Unplayable):
        play(wrong, 6, NOW)
