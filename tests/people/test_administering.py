"""Accounts changed by administrators; and that one administrator is always left."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from lms.people import store
from lms.people.service.administering import deactivate, reactivate, set_roles
from lms.people.service.changing import erase
from lms.people.service.refusals import Refused
from tests.conftest import NOW, PASSWORD


@pytest.fixture
def ana(joins):
    """The only administrator."""
    return joins("ana@hillside.example", "Ana Torres", "administrator")


def test_roles_are_set_in_their_order_and_everybody_stays_a_learner(rosa, session):
    set_roles(session, rosa, ["coordinator", "author", "author"])
    session.expire_all()
    assert rosa.roles == ["learner", "author", "coordinator"]
    assert [rosa.has(role) for role in ("learner", "author", "mentor")] == [True, True, False]
    set_roles(session, rosa, [])
    assert rosa.roles == ["learner"]


def test_an_administrator_may_do_everything_until_the_account_is_closed(ana, joins, session):
    joins("bea@hillside.example", "Bea Luna", "administrator")
    assert ana.has("coordinator")
    deactivate(session, ana, NOW)
    assert not ana.has("learner")


@pytest.mark.parametrize(
    "deed",
    [
        lambda session, ana: set_roles(session, ana, ["author"]),
        lambda session, ana: deactivate(session, ana, NOW),
        lambda session, ana: erase(session, ana, PASSWORD, NOW),
    ],
    ids=["set_roles", "deactivate", "erase"],
)
def test_the_last_administrator_stays(rosa, ana, joins, session, deed):
    # One who is closed does not count.
    deactivate(session, joins("bea@hillside.example", "Bea Luna", "administrator"), NOW)
    with pytest.raises(Refused, match="last administrator"):
        deed(session, ana)
    session.expire_all()
    assert (ana.active, ana.has("administrator")) == (True, True)
    set_roles(session, rosa, ["administrator"])
    deed(session, ana)
    assert [one.id for one in store.administrators(session)] == [rosa.id]


@pytest.mark.parametrize("deed", ["deactivate", "set_roles"])
def test_of_two_administrators_who_leave_at_once_one_stays(ana, joins, sessions, deed):
    bea = joins("bea@hillside.example", "Bea Luna", "administrator")
    ready = Barrier(2)

    def leave(id: str) -> str:
        session = sessions()
        learner = store.by_id(session, id)
        session.commit()
        ready.wait()
        try:
            if deed == "deactivate":
                deactivate(session, learner, NOW)
            else:
                set_roles(session, learner, ["learner"])
        except Refused as refusal:
            return str(refusal)
        return "left"

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(leave, [ana.id, bea.id])) == ["last administrator", "left"]
    assert len(store.administrators(sessions())) == 1


def test_closing_twice_keeps_the_first_day_and_opening_again_opens(rosa, session):
    deactivate(session, rosa, NOW)
    deactivate(session, rosa, NOW.replace(year=2027))
    assert (rosa.closed, rosa.active) == (NOW, False)
    reactivate(session, rosa)
    assert rosa.active


def test_everybody_is_listed_by_address_and_found_by_words(rosa, ana, joins, session):
    joins("x_y@hillside.example", "100 % Ñandú")
    found = {
        words: [one.email.partition("@")[0] for one in store.everybody(session, words)]
        for words in ("", "ROSA", "quispe", "hillside", "x_y", "a_a", "100 %", "% 100", "Ñandú", "nobody", "a\0na")
    }
    assert found == {
        "": ["ana", "rosa", "x_y"],
        "ROSA": ["rosa"],
        "quispe": ["rosa"],
        "hillside": ["ana", "rosa", "x_y"],
        "x_y": ["x_y"],
        "a_a": [],
        "100 %": ["x_y"],
        "% 100": [],
        "Ñandú": ["x_y"],
        "nobody": [],
        "a\0na": ["ana"],
    }
    assert [one.email for one in store.everybody(session, "", "ana@hillside.example", 1)] == ["rosa@hillside.example"]
