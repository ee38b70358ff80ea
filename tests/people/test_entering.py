"""Browsers signed in and out."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from lms.people import store
from lms.people.service import entering, passwords
from lms.people.service.administering import deactivate, reactivate
from lms.people.service.changing import reset
from lms.people.service.entering import enter, sign_in, sign_out, sign_out_everywhere, signed_in, turned
from lms.people.service.passwords import FREE, FREE_IN_ALL, LONGEST_PAUSE, counted, keys_of
from lms.people.service.refusals import OVERLAP, SIGNED_IN, TURN, Paused, Refused
from lms.people.store import Failure, SignIn
from tests.conftest import HASHER, NOW, PASSWORD

HOME, AWAY = "192.0.2.1", "198.51.100.7"
SECOND = timedelta(seconds=1)


@pytest.fixture
def phone(rosa, session) -> str:
    """The token of Rosa's phone."""
    return sign_in(session, rosa.email, PASSWORD, HOME, "phone", NOW)[1]


def attempt(session, email="rosa@hillside.example", password="wrong, all of it", place=HOME, now=NOW) -> str:
    """How an attempt ends: `fine`, `wrong` or `paused`."""
    try:
        sign_in(session, email, password, place, "", now)
    except Refused as refusal:
        return str(refusal)
    return "fine"


# -- Passwords ------------------------------------------------------------------------------------------------------


def test_the_right_password_signs_in(rosa, session):
    learner, token = sign_in(session, " ROSA@hillside.example", PASSWORD, HOME, "a phone\n" * 100, NOW)
    assert learner.id == rosa.id
    found, sign = signed_in(session, token, NOW)
    assert (found.id, sign.until, len(sign.browser), "\n" in sign.browser) == (rosa.id, NOW + SIGNED_IN, 200, False)


def test_wrong_unknown_closed_and_nonsense_are_told_alike(rosa, joins, session):
    joins("ana@hillside.example", "Ana Torres", "administrator")
    ines = joins("ines@hillside.example", "Ines Rojas")
    deactivate(session, ines, NOW)
    said = [
        attempt(session),
        attempt(session, rosa.email, ""),
        attempt(session, rosa.email, PASSWORD.upper()),
        attempt(session, rosa.email, "\ud800 and so on", place=AWAY),
        attempt(session, "nobody@hillside.example", PASSWORD),
        attempt(session, ines.email, PASSWORD),
        attempt(session, "no address", PASSWORD),
        attempt(session, "", "", place=AWAY),
    ]
    assert said == ["wrong"] * 8


def test_an_unknown_address_costs_a_check_of_a_password_too(rosa, session, monkeypatch):
    checked = []

    class Counting(PasswordHasher):
        def verify(self, hashed, password):
            checked.append(password)
            return super().verify(hashed, password)

    monkeypatch.setattr(passwords, "HASHER", Counting(time_cost=2, memory_cost=19_456, parallelism=1))
    attempt(session)
    attempt(session, "nobody@hillside.example")
    attempt(session, "no address")
    assert len(checked) == 3


def test_passwords_are_hashed_as_is_recommended(safe_hashes, rosa, session):
    assert rosa.password.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert attempt(session) == "wrong"
    assert attempt(session, password=PASSWORD) == "fine"


def test_an_older_hash_is_made_anew_when_its_password_is_typed(safe_hashes, rosa, session):
    older = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD)
    rosa.password = older
    session.commit()
    assert attempt(session) == "wrong"
    assert rosa.password == older
    assert attempt(session, password=PASSWORD) == "fine"
    assert rosa.password != older
    assert not HASHER.check_needs_rehash(rosa.password)
    assert attempt(session, password=PASSWORD) == "fine"


def test_a_hash_that_is_none_opens_nothing(rosa, session):
    for hashed in ("", "plain", None):
        rosa.password = hashed
        session.commit()
        assert attempt(session, password=hashed or "") == "wrong"


@pytest.mark.parametrize("deed", ["reset", "deactivate"])
def test_an_account_that_changes_while_its_password_is_checked_is_not_entered(
    rosa, joins, session, sessions, monkeypatch, deed
):
    joins("ana@hillside.example", "Ana Torres", "administrator")
    other = sessions()
    token = passwords_link(other, rosa)

    def slowly(password, hashed):
        fine = passwords.is_password(password, hashed)
        if deed == "reset":
            reset(other, token, "another password of hers", NOW)
        else:
            deactivate(other, store.by_id(other, rosa.id), NOW)
        return fine

    monkeypatch.setattr(entering, "is_password", slowly)
    assert attempt(session, password=PASSWORD) == "wrong"
    assert other.scalars(select(SignIn)).all() == []
    if deed == "reset":
        monkeypatch.undo()
        assert attempt(session, password="another password of hers") == "fine"


def passwords_link(session, learner) -> str:
    from lms.people.service.changing import forgot

    return forgot(session, learner.email, NOW).token


# -- Pauses ---------------------------------------------------------------------------------------------------------


def test_failures_bring_a_pause_that_grows(rosa, session):
    now = NOW
    assert [attempt(session, now=now) for _ in range(FREE + 1)] == ["wrong"] * FREE + ["paused"]
    pauses = []
    for _ in range(12):
        with pytest.raises(Paused) as paused:
            sign_in(session, rosa.email, PASSWORD, HOME, "", now)
        pauses.append(paused.value.wait)
        assert attempt(session, now=now + paused.value.wait - SECOND) == "paused"
        now += paused.value.wait
        assert attempt(session, now=now) == "wrong"
    assert pauses[:4] == [SECOND, 2 * SECOND, 4 * SECOND, 8 * SECOND]
    assert pauses[-1] == LONGEST_PAUSE


def test_in_a_pause_the_right_password_is_not_tried_either(rosa, session):
    for _ in range(FREE):
        attempt(session)
    assert attempt(session, password=PASSWORD) == "paused"
    assert attempt(session, password=PASSWORD, now=NOW + SECOND) == "fine"


def test_a_pause_keeps_only_that_place_from_that_address(rosa, joins, session):
    joins("ana@hillside.example", "Ana Torres")
    for _ in range(FREE):
        attempt(session)
    assert attempt(session, password=PASSWORD, place=AWAY) == "fine"
    assert attempt(session, "ana@hillside.example", PASSWORD) == "fine"


def test_success_forgives_what_failed_before(rosa, session):
    for _ in range(3):
        assert [attempt(session) for _ in range(FREE - 1)] == ["wrong"] * (FREE - 1)
        assert attempt(session, password=PASSWORD) == "fine"


def test_many_places_that_try_one_address_pause_it_for_all(rosa, session):
    for number in range(FREE_IN_ALL):
        attempt(session, place=f"203.0.113.{number}")
    assert attempt(session, password=PASSWORD, place=AWAY) == "paused"


def test_one_place_that_tries_many_addresses_is_paused_for_all(rosa, session):
    for number in range(FREE_IN_ALL):
        attempt(session, f"person-{number}@hillside.example")
    assert attempt(session, password=PASSWORD) == "paused"
    assert attempt(session, password=PASSWORD, place=AWAY) == "fine"


def test_unknown_addresses_are_paused_like_known_ones(session):
    said = [attempt(session, "nobody@hillside.example") for _ in range(FREE + 1)]
    assert said == ["wrong"] * FREE + ["paused"]


def test_a_day_after_failures_are_forgotten_and_what_is_over_is_swept_away(rosa, session):
    for _ in range(FREE):
        attempt(session)
    sign_in(session, rosa.email, PASSWORD, AWAY, "", NOW + SIGNED_IN + timedelta(days=1))
    assert session.scalars(select(Failure)).all() == []
    assert len(session.scalars(select(SignIn)).all()) == 1


def test_failures_at_once_are_all_counted(rosa, sessions):
    ready, opened = Barrier(4), [sessions() for _ in range(4)]

    def failed(one) -> str:
        ready.wait()
        return attempt(one)

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(failed, opened)) == ["wrong"] * 4
    counted = store.failures(opened[0], passwords.keys_of(rosa.email, HOME))
    assert [failure.count for failure in counted.values()] == [4, 4, 4]


def test_sign_ins_at_once_are_all_kept(rosa, sessions):
    opened = [sessions() for _ in range(5)]

    def entered(one) -> str:
        return sign_in(one, rosa.email, PASSWORD, HOME, "", NOW)[1]

    with ThreadPoolExecutor(5) as threads:
        tokens = list(threads.map(entered, opened))
    assert all(signed_in(opened[0], token, NOW) for token in tokens)


# -- Signed in ------------------------------------------------------------------------------------------------------


def test_a_browser_stays_signed_in_for_its_time(session, phone):
    assert signed_in(session, phone, NOW + SIGNED_IN - SECOND)
    assert signed_in(session, phone, NOW + SIGNED_IN) is None


@pytest.mark.parametrize("token", ["", "nonsense", "\0", "\ud800", "x" * 100_000])
def test_a_token_that_nobody_was_given_is_nobodys(rosa, session, phone, token):
    assert signed_in(session, token, NOW) is None


def test_the_digest_of_a_token_is_kept_and_is_none_itself(session, phone):
    (sign,) = session.scalars(select(SignIn)).all()
    assert phone not in str(vars(sign))
    assert signed_in(session, sign.key, NOW) is None


def test_signing_out_ends_one_browser_and_everywhere_ends_all(rosa, session, phone):
    clinic = enter(session, rosa, "clinic", NOW)
    sign_out(session, phone)
    assert [bool(signed_in(session, token, NOW)) for token in (phone, clinic)] == [False, True]
    home = enter(session, rosa, "home", NOW)
    sign_out_everywhere(session, rosa)
    assert [bool(signed_in(session, token, NOW)) for token in (clinic, home)] == [False, False]
    sign_out(session, phone)


def test_signing_out_everywhere_ends_nobody_elses_browser(rosa, joins, session, phone):
    ana = joins("ana@hillside.example", "Ana Torres")
    sign_out_everywhere(session, ana)
    assert signed_in(session, phone, NOW)


def test_a_closed_account_is_signed_out_and_does_not_come_back_when_it_is_opened(rosa, joins, session, phone):
    joins("ana@hillside.example", "Ana Torres", "administrator")
    deactivate(session, rosa, NOW)
    assert signed_in(session, phone, NOW) is None
    assert attempt(session, password=PASSWORD) == "wrong"
    reactivate(session, rosa)
    assert signed_in(session, phone, NOW) is None
    assert attempt(session, password=PASSWORD) == "fine"


# -- Keys that turn -------------------------------------------------------------------------------------------------


def come(session, token: str, now) -> str | None:
    """What a browser does with its token: it is let in, and perhaps given another; None when it is not let in."""
    session.expire_all()
    found = signed_in(session, token, now)
    return turned(session, found[1], token, now) if found else None


def test_the_key_of_a_browser_turns_daily_and_the_sign_in_lasts_on(session, phone):
    now, tokens = NOW, [phone]
    for _ in range(60):
        assert come(session, tokens[-1], now + TURN / 2) == tokens[-1]
        now += TURN
        tokens.append(come(session, tokens[-1], now))
        now += SECOND
        assert come(session, tokens[-1], now) == tokens[-1]
    assert len(set(tokens)) == 61
    assert now - NOW > SIGNED_IN
    assert all(signed_in(session, token, now) is None for token in tokens[:-2])


def test_requests_on_their_way_at_the_turn_still_come_through(session, phone):
    now = NOW + TURN
    fresh = come(session, phone, now)
    assert come(session, phone, now + OVERLAP) == phone
    assert come(session, fresh, now + OVERLAP) == fresh
    assert come(session, phone, now + OVERLAP) == phone


def test_an_old_key_that_comes_late_ends_both(session, phone):
    now = NOW + TURN
    fresh = come(session, phone, now)
    assert come(session, fresh, now + SECOND) == fresh
    assert come(session, phone, now + OVERLAP + SECOND) is None
    assert come(session, fresh, now + OVERLAP + 2 * SECOND) is None


def test_who_steals_a_key_and_turns_it_loses_it_when_its_owner_comes(session, phone):
    stolen = come(session, phone, NOW + TURN)
    assert come(session, stolen, NOW + TURN + SECOND) == stolen
    assert come(session, phone, NOW + TURN + timedelta(hours=1)) is None
    assert come(session, stolen, NOW + TURN + timedelta(hours=1)) is None


def test_an_answer_that_was_lost_on_a_bad_line_signs_nobody_out(session, phone):
    """Nobody has come with the new key, so the browser never had it: it is given another."""
    lost = come(session, phone, NOW + TURN)
    assert come(session, phone, NOW + TURN + SECOND) == phone
    now = NOW + TURN + timedelta(hours=3)
    fresh = come(session, phone, now)
    assert fresh not in (phone, lost)
    assert come(session, lost, now) is None
    assert come(session, fresh, now + SECOND) == fresh
    assert come(session, fresh, now + timedelta(hours=3)) == fresh


def test_two_tabs_that_turn_at_once_agree(session, sessions, phone):
    now, opened = NOW + TURN, [sessions() for _ in range(4)]
    found = [signed_in(one, phone, now)[1] for one in opened]
    for one in opened:
        one.commit()
    with ThreadPoolExecutor(4) as threads:
        tokens = list(threads.map(lambda one, sign: turned(one, sign, phone, now), opened, found))
    fresh = set(tokens) - {phone}
    assert len(fresh) == 1
    assert come(session, fresh.pop(), now + SECOND)


def test_a_browser_that_is_signed_out_while_its_key_turns_is_signed_out(rosa, session, sessions, phone):
    other = sessions()
    _, sign = signed_in(other, phone, NOW + TURN)
    other.commit()
    sign_out_everywhere(session, rosa)
    assert turned(other, sign, phone, NOW + TURN) == phone
    assert session.scalars(select(SignIn)).all() == []


@pytest.mark.parametrize(
    ("place", "where"),
    [
        ("2001:db8:0:7::1", "2001:db8:0:7::/64"),
        ("2001:DB8:0:7:ffff::2", "2001:db8:0:7::/64"),
        ("2001:db8:0:8::1", "2001:db8:0:8::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("192.0.2.1", "192.0.2.1"),
        ("unix:", "unix:"),
        ("", ""),
    ],
)
def test_all_addresses_of_one_line_are_one_place(place, where):
    assert counted(place) == where
    assert keys_of("rosa@hillside.example", place) == keys_of("rosa@hillside.example", where)
