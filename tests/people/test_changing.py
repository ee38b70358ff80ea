"""Accounts changed by their owners, taken along, and erased."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.orm.attributes import set_committed_value

from lms.ledger import store as ledger
from lms.ledger.models import Entry
from lms.library.models import Admission
from lms.people import store
from lms.people.models import Profile
from lms.people.service.changing import (
    change_email,
    change_password,
    change_profile,
    confirm_email,
    erase,
    forgot,
    own_data,
    reset,
)
from lms.people.service.entering import enter, sign_in, signed_in
from lms.people.service.opening import invite, open_account, sign_up
from lms.people.service.passwords import FREE, FREE_IN_ALL
from lms.people.service.refusals import MOST_LETTERS, RESET, WELCOME, Paused, Refused
from tests.conftest import NOW, PASSWORD

NEW = "three spokes of a wheel"
HOME = "192.0.2.1"


def refused(verb, *arguments) -> str:
    """Why it is refused."""
    with pytest.raises(Refused) as refusal:
        verb(*arguments)
    return str(refusal.value)


def opens(session, email: str, password: str) -> bool:
    try:
        return bool(sign_in(session, email, password, HOME, "", NOW))
    except Refused:
        return False


# -- A forgotten password -------------------------------------------------------------------------------------------


def test_a_forgotten_password_is_set_anew_and_signs_out_everywhere(rosa, session):
    phone = enter(session, rosa, "phone", NOW)
    letter = forgot(session, " Rosa@Hillside.example", NOW)
    assert (letter.kind, letter.to, letter.name) == ("reset", rosa.email, "Rosa Quispe")
    learner, told = reset(session, letter.token, NEW, NOW)
    assert (learner.id, told.kind, told.to, told.token) == (rosa.id, "changed", rosa.email, "")
    assert signed_in(session, phone, NOW) is None
    assert (opens(session, rosa.email, PASSWORD), opens(session, rosa.email, NEW)) == (False, True)


def test_an_unknown_address_gets_no_letter_and_nothing_tells(session):
    assert forgot(session, "nobody@hillside.example", NOW) is None


def test_links_to_a_new_password_are_few_and_good_once_and_for_an_hour(rosa, session):
    letters = [forgot(session, rosa.email, NOW) for _ in range(MOST_LETTERS + 1)]
    assert [letter is not None for letter in letters] == [True] * MOST_LETTERS + [False]
    assert refused(reset, session, letters[0].token, NEW, NOW + RESET) == "used"
    reset(session, letters[0].token, NEW, NOW + RESET - timedelta(seconds=1))
    # The links of the other letters went with it.
    assert [refused(reset, session, letter.token, NEW, NOW) for letter in letters[:-1]] == ["used"] * 3


def test_a_link_to_open_an_account_resets_nothing(rosa, session):
    token = invite(session, "ana@hillside.example", NOW).token
    assert refused(reset, session, token, NEW, NOW) == "used"
    assert refused(confirm_email, session, token, NOW) == "used"


def test_a_bad_password_leaves_the_link_good(rosa, session):
    token = forgot(session, rosa.email, NOW).token
    with pytest.raises(ValueError, match="at least"):
        reset(session, token, "short", NOW)
    reset(session, token, NEW, NOW)


# -- Password and address -------------------------------------------------------------------------------------------


def test_another_password_signs_every_other_browser_out(rosa, session):
    phone, clinic = enter(session, rosa, "phone", NOW), enter(session, rosa, "clinic", NOW)
    link = forgot(session, rosa.email, NOW).token
    sign = signed_in(session, phone, NOW)[1]
    assert change_password(session, rosa, PASSWORD, NEW, sign.id, NOW).kind == "changed"
    assert [bool(signed_in(session, token, NOW)) for token in (phone, clinic)] == [True, False]
    assert refused(reset, session, link, PASSWORD, NOW) == "used"
    assert opens(session, rosa.email, NEW)


def test_a_wrong_password_changes_nothing_and_many_bring_a_pause(rosa, session):
    for _ in range(FREE):
        assert refused(change_password, session, rosa, "not hers at all", NEW, 0, NOW) == "wrong"
    with pytest.raises(Paused):
        erase(session, rosa, PASSWORD, NOW)
    assert refused(change_email, session, rosa, PASSWORD, "r@hillside.example", NOW) == "paused"
    # From elsewhere its owner signs in all the same.
    assert opens(session, rosa.email, PASSWORD)


def test_the_right_password_forgives_wrong_ones(rosa, session):
    for _ in range(3):
        for _ in range(FREE - 1):
            assert refused(change_email, session, rosa, "not hers at all", "r@hillside.example", NOW) == "wrong"
        change_password(session, rosa, PASSWORD, PASSWORD, 0, NOW)


def test_another_address_counts_once_its_letter_is_answered(rosa, session):
    letter = change_email(session, rosa, PASSWORD, " Rosa@Clinic.example ", NOW)
    assert (letter.kind, letter.to) == ("email", "rosa@clinic.example")
    assert opens(session, "rosa@hillside.example", PASSWORD)
    learner, told = confirm_email(session, letter.token, NOW + WELCOME - timedelta(seconds=1))
    assert (learner.email, told.kind, told.to) == ("rosa@clinic.example", "moved", "rosa@hillside.example")
    assert [opens(session, who, PASSWORD) for who in ("rosa@hillside.example", "rosa@clinic.example")] == [False, True]
    assert refused(confirm_email, session, letter.token, NOW) == "used"


def test_once_the_address_is_another_no_letter_to_the_old_one_opens_the_account(rosa, session):
    link = forgot(session, rosa.email, NOW).token
    confirm_email(session, change_email(session, rosa, PASSWORD, "rosa@clinic.example", NOW).token, NOW)
    assert refused(reset, session, link, NEW, NOW) == "used"


def test_an_address_that_is_anothers_gets_no_letter(rosa, joins, session):
    joins("ana@hillside.example", "Ana Torres")
    assert change_email(session, rosa, PASSWORD, "ana@hillside.example", NOW) is None


def test_an_address_taken_meanwhile_is_refused(rosa, joins, session):
    letter = change_email(session, rosa, PASSWORD, "ana@hillside.example", NOW)
    joins("ana@hillside.example", "Ana Torres")
    assert refused(confirm_email, session, letter.token, NOW) == "known"
    session.expire_all()
    assert rosa.email == "rosa@hillside.example"


@pytest.mark.parametrize("address", ["a@b", "a@b.example\nBcc: c@d.example", "", "a b@c.example"])
def test_what_is_no_address_is_not_changed_to(rosa, session, address):
    with pytest.raises(ValueError, match="no e-mail address"):
        change_email(session, rosa, PASSWORD, address, NOW)


def test_a_closed_account_is_not_changed_by_its_links(rosa, session):
    links = forgot(session, rosa.email, NOW), change_email(session, rosa, PASSWORD, "rosa@clinic.example", NOW)
    rosa.closed = NOW
    session.commit()
    assert refused(reset, session, links[0].token, NEW, NOW) == "used"
    assert refused(confirm_email, session, links[1].token, NOW) == "used"


def test_a_profile_is_kept_as_it_is_said(rosa, session):
    profile = Profile(
        name="مريم", profession="nurse", licences={"ACPE": "123-é"}, language="pt-BR", zone="America/Argentina/Ushuaia"
    )
    change_profile(session, rosa, profile)
    session.expire_all()
    assert rosa.profile == profile


# -- Taken along, and erased ----------------------------------------------------------------------------------------


def test_own_data_is_all_that_is_kept_and_no_secret(rosa, session):
    enter(session, rosa, "phone", NOW)
    told = own_data(session, rosa, NOW)
    assert (told["email"], told["name"], told["roles"]) == (rosa.email, "Rosa Quispe", ["learner"])
    assert [sign["browser"] for sign in told["signed_in"]] == ["phone"]
    assert "argon2" not in json.dumps(told)


def test_of_an_erased_account_nothing_personal_is_left_in_any_table(rosa, session):
    change_profile(
        session, rosa, Profile(name="Rosa Quispe", profession="nurse", licences={"ACPE": "L-4711"}, zone="America/Lima")
    )
    rosa.group = "Northern clinics"
    session.commit()
    phone = enter(session, rosa, "Rosas phone", NOW)
    forgot(session, rosa.email, NOW)
    change_email(session, rosa, PASSWORD, "quispe@clinic.example", NOW)
    opens(session, rosa.email, "not hers at all")
    ledger.append(session, [entry(rosa)])
    session.commit()
    hashed = rosa.password
    traces = ("hillside", "quispe", "rosa", "4711", "nurse", "northern", "lima", "phone", hashed.lower())
    assert all(any(trace in cell for cell in cells(session)) for trace in traces)

    erase(session, rosa, PASSWORD, NOW)
    session.expire_all()
    assert [trace for trace in traces for cell in cells(session) if trace in cell] == []
    assert signed_in(session, phone, NOW) is None
    # What was done stays, and is of somebody whom nobody knows.
    assert [one.learner for one in ledger.of(session, rosa.id)] == [rosa.id]
    assert not opens(session, "rosa@hillside.example", PASSWORD)


def test_links_sent_before_the_account_was_opened_go_with_it(session):
    tokens = [sign_up(session, Admission(), "ana@hillside.example", "en", NOW).token for _ in range(2)]
    ana = open_account(session, tokens[0], Profile(name="Ana Torres"), PASSWORD, NOW)
    erase(session, ana, PASSWORD, NOW)
    assert [cell for cell in cells(session) if "ana" in cell] == []


def test_an_erased_address_may_open_another_account(rosa, session):
    erase(session, rosa, PASSWORD, NOW)
    letter = sign_up(session, Admission(), "rosa@hillside.example", "en", NOW)
    again = open_account(session, letter.token, Profile(name="Rosa Quispe"), PASSWORD, NOW)
    assert again.id != rosa.id
    assert store.count(session) == 1


def test_erasing_wants_the_password(rosa, session):
    assert refused(erase, session, rosa, "not hers at all", NOW) == "wrong"
    assert opens(session, rosa.email, PASSWORD)


def test_an_account_is_erased_once(rosa, session):
    erase(session, rosa, PASSWORD, NOW)
    assert refused(erase, session, rosa, PASSWORD, NOW) == "wrong"


def entry(learner) -> Entry:
    return Entry(
        id="entry-0001",
        learner=learner.id,
        verb="read",
        activity="/modules/measuring-bp",
        happened=NOW,
        arrived=NOW,
        data={"lesson": "cuff"},
    )


def cells(session) -> list[str]:
    """Every cell of every table, in small letters."""
    session.flush()
    names = inspect(session.get_bind()).get_table_names()
    rows = [row for name in names for row in session.execute(text(f'SELECT * FROM "{name}"'))]
    return [str(cell).lower() for row in rows for cell in row]


# -- Two browsers at once -------------------------------------------------------------------------------------------


def test_who_knew_the_password_of_before_changes_nothing_after_it_was_set_anew(sessions, rosa):
    thief, owner = sessions(), sessions()
    stolen = store.by_id(thief, rosa.id)
    before = stolen.password
    reset(owner, forgot(owner, rosa.email, NOW).token, NEW, NOW)
    for verb, more in ((change_email, ("x@evil.example",)), (change_password, (NEW + "s", 0)), (erase, ())):
        set_committed_value(stolen, "password", before)  # as it was when the request came in
        assert refused(verb, thief, stolen, PASSWORD, *more, NOW) == "wrong"
    assert opens(owner, rosa.email, NEW)


def test_an_account_that_was_erased_in_another_browser_gets_no_name_again(sessions, rosa):
    phone, desk = sessions(), sessions()
    mine = store.by_id(phone, rosa.id)
    phone.rollback()
    erase(desk, store.by_id(desk, rosa.id), PASSWORD, NOW)
    change_profile(phone, mine, Profile(name="Rosa Quispe Mamani"))
    assert refused(change_email, phone, mine, PASSWORD, "rosa@elsewhere.example", NOW) == "wrong"
    desk.expire_all()
    left = store.by_id(desk, rosa.id)
    assert (left.name, left.email, left.profession) == ("", None, "")


def test_a_learner_cannot_have_strangers_written_to_without_end(rosa, session):
    letters = [change_email(session, rosa, PASSWORD, f"stranger{n}@clinic.example", NOW) for n in range(FREE_IN_ALL)]
    assert all(letter.name == "" for letter in letters)
    with pytest.raises(Paused):
        change_email(session, rosa, PASSWORD, "one.more@clinic.example", NOW)
