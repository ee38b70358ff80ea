"""Status lists: what was withdrawn is seen by whoever verifies, and nothing else is."""

import copy
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.certificates.rules.statuses import BITS, encoded, is_set, place
from lms.certificates.service.credentials import credential, did_document, status_list, verify
from lms.certificates.store import papers
from tests.certificates.cast import ID, SITE
from tests.certificates.conftest import LONG
from tests.certificates.issuing import put, put_change
from tests.conftest import NOW, TODAY

OTHER = "0Q2K9M4XWZ0BVT3RNC8HA2"


@given(st.sets(st.integers(0, BITS - 1), max_size=20), st.integers(0, BITS - 1))
def test_a_bit_is_set_when_it_was_set(bits, asked):
    text = encoded(bits)
    assert text.startswith("u")
    assert all(is_set(text, bit) for bit in bits)
    assert is_set(text, asked) == (asked in bits)


@pytest.mark.parametrize("text", ["", "u", "z123", "uAAAA", "u" + "H4sI" * 10, encoded([])[:-4]])
def test_what_is_no_list_is_refused(text):
    with pytest.raises(ValueError, match="no status list"):
        is_set(text, 0)


def test_lists_follow_each_other_through_the_log():
    assert [place(index) for index in (0, BITS - 1, BITS, 3 * BITS + 5)] == [(0, 0), (0, BITS - 1), (1, 0), (3, 5)]


def test_what_was_revoked_or_superseded_is_seen_by_a_verifier(session, rosa, ring, digital_bazaar):
    for index, id in ((6, ID), (8, OTHER), (9, "1" + ID[1:]), (11, "2" + ID[1:])):
        put(session, rosa.id, index, id=id, **LONG)
    put_change(session, ID, 12, "revoked", reason="A mistake")
    put_change(session, OTHER, 13, "superseded", follower=ID)
    put_change(session, "1" + ID[1:], 14, "revoked")
    put_change(session, "1" + ID[1:], 15, "valid")
    found = [papers.certificate(session, id, TODAY) for id in (ID, OTHER, "1" + ID[1:], "2" + ID[1:])]
    signed = [credential(session, one, ring, NOW) for one in found]
    today = status_list(session, SITE, 0, ring, NOW)
    assert verify(today, did_document(session, SITE)) == []
    # Verifiers look at their own clock, which may be far from NOW.
    now = status_list(session, SITE, 0, ring, datetime.now(UTC))
    assert digital_bazaar(signed, did_document(session, SITE), [now]) == ["revoked", "revoked", "", ""]


def test_a_list_that_was_changed_fails(session, rosa, ring):
    put(session, rosa.id)
    put_change(session, ID, 7, "revoked")
    one = status_list(session, SITE, 0, ring, NOW)
    lying = copy.deepcopy(one)
    lying["credentialSubject"]["encodedList"] = encoded([])
    document = did_document(session, SITE)
    assert (verify(one, document), bool(verify(lying, document))) == ([], True)


def test_a_list_is_the_same_all_day_and_good_for_a_week(session, rosa, ring):
    put(session, rosa.id)
    one = status_list(session, SITE, 0, ring, NOW)
    assert one == status_list(session, SITE, 0, ring, NOW + timedelta(hours=5))
    assert one != status_list(session, SITE, 0, ring, NOW + timedelta(days=1))
    assert (one["validFrom"], one["validUntil"]) == ("2026-11-20T00:00:00Z", "2026-11-28T00:00:00Z")


def test_there_is_no_list_that_no_certificate_needs(session, rosa, ring):
    assert status_list(session, SITE, 0, ring, NOW) is None
    put(session, rosa.id, BITS + 4)
    assert status_list(session, SITE, 2, ring, NOW) is None
    put(session, rosa.id, 3 * BITS, id=OTHER)
    put_change(session, OTHER, 3 * BITS + 1, "revoked")
    bits = [status_list(session, SITE, number, ring, NOW)["credentialSubject"]["encodedList"] for number in (0, 1, 3)]
    assert [is_set(bits[0], 0), is_set(bits[1], 4), is_set(bits[2], 0)] == [False, False, True]


# -- The certificate, and its state ---------------------------------------------------------------------------------


def test_a_certificate_is_found_with_the_state_it_is_in(session, rosa):
    said = put(session, rosa.id)
    found = papers.certificate(session, ID, TODAY)
    assert (found.snapshot, found.index, found.name, found.shown, found.state) == (
        said,
        6,
        "Rosa Quispe Mamani",
        "full",
        "valid",
    )
    assert papers.certificate(session, ID, said.expires).state == "valid"
    expired = papers.certificate(session, ID, said.expires + timedelta(days=1))
    assert (expired.state, expired.since.isoformat()) == ("expired", "2028-11-22T00:00:00+00:00")
    put_change(session, ID, 7, "revoked", reason="A mistake")
    revoked = papers.certificate(session, ID, said.expires + timedelta(days=1))
    assert (revoked.state, revoked.since, revoked.reason, revoked.by) == ("revoked", NOW, "A mistake", "coordinator")
    put_change(session, ID, 9, "superseded", follower=OTHER)
    assert papers.certificate(session, ID, TODAY).follower == OTHER
    assert papers.certificate(session, OTHER, TODAY) is None


def test_of_an_erased_holder_the_certificate_stays(session, rosa):
    put(session, rosa.id)
    session.delete(session.get(papers.Holder, ID))
    session.commit()
    found = papers.certificate(session, ID, TODAY)
    assert (found.name, found.salt, found.state) == (None, None, "valid")
