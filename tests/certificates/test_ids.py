"""Ids: random, typable, and with a check symbol that finds slips of the hand."""

import re

from hypothesis import assume, given
from hypothesis import strategies as st

from lms.certificates.rules.ids import SYMBOLS, fresh, parse, shown

ids = st.builds(lambda _: fresh(), st.integers())
places = st.integers(0, 21)


@given(ids)
def test_a_fresh_id_is_read_back(id):
    assert parse(id) == id
    assert re.fullmatch("[0-9A-HJKMNP-TV-Z]{22}", id)


def test_ids_do_not_repeat():
    assert len({fresh() for _ in range(2_000)}) == 2_000


@given(ids, places, st.sampled_from(SYMBOLS))
def test_any_one_wrong_symbol_is_found(id, at, symbol):
    assume(id[at] != symbol)
    assert parse(id[:at] + symbol + id[at + 1 :]) is None


@given(ids, st.integers(0, 20))
def test_two_neighbours_that_changed_places_are_found(id, at):
    assume(id[at] != id[at + 1])
    assert parse(id[:at] + id[at + 1] + id[at] + id[at + 2 :]) is None


@given(ids, st.sampled_from(["-", " ", "\u2013", "\u00a0", " - ", "\n"]), st.booleans())
def test_case_spaces_and_look_alikes_do_not_matter(id, between, small):
    typed = between.join(re.findall("..", id)).replace("0", "O").replace("1", "l")
    assert parse(typed.lower() if small else typed) == id
    assert parse(id.replace("1", "I").replace("0", "o")) == id


@given(ids)
def test_groups_are_for_typing(id):
    assert re.fullmatch("(?:[0-9A-Z]{4}-){5}[0-9A-Z]{2}", shown(id))
    assert parse(shown(id)) == id


@given(st.text(max_size=60))
def test_whatever_is_typed_is_an_id_or_none(text):
    found = parse(text)
    assert found is None or re.fullmatch("[0-9A-HJKMNP-TV-Z]{22}", found)


def test_letters_of_other_alphabets_are_not_taken_for_ours():
    id = next(one for one in iter(fresh, "") if "1" in one and "K" in one)
    assert parse(id.replace("1", "\u0131")) is None  # a dotless i, whose capital is I
    assert parse(id.replace("K", "\u212a")) is None  # the sign of the kelvin
    assert parse("\uff10" * 22) is None
    assert parse("0" * 1_000_000) is None
    assert parse("") is None
