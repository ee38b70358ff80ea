"""Accounts opened: by signing up, by invitation, and the first one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.library.models import Admission
from lms.people import store
from lms.people.models import Profile
from lms.people.roster import Invited
from lms.people.service.administering import deactivate, set_roles
from lms.people.service.changing import forgot
from lms.people.service.entering import sign_in
from lms.people.service.opening import first_administrator, invite, invite_all, open_account, sign_up
from lms.people.service.refusals import INVITED, MOST_LETTERS, WELCOME, Refused
from lms.people.store import Learner, Ticket
from tests.conftest import NOW, PASSWORD

OPEN = Admission()
ANA = Profile(name="Ana Torres")
SOON = timedelta(minutes=1)


def refused(verb, *arguments, **more) -> str:
    """Why it is refused."""
    with pytest.raises(Refused) as refusal:
        verb(*arguments, **more)
    return str(refusal.value)


# -- Signing up -----------------------------------------------------------------------------------------------------


def test_an_account_is_opened_by_the_link_of_a_letter(session):
    letter = sign_up(session, OPEN, " Ana@Hillside.example ", "es", NOW)
    assert (letter.kind, letter.to, letter.language) == ("welcome", "ana@hillside.example", "es")
    ana = open_account(session, letter.token, ANA, PASSWORD, NOW)
    assert (ana.email, ana.name, ana.roles, ana.opened) == ("ana@hillside.example", "Ana Torres", ["learner"], NOW)
    assert sign_in(session, "ana@hillside.example", PASSWORD, "::1", "", NOW)[0].id == ana.id


def test_the_link_names_the_address_and_nobody_else_can(session):
    letter = sign_up(session, OPEN, "ana@hillside.example", "en", NOW)
    ana = open_account(session, letter.token, ANA, PASSWORD, NOW, email="eve@hillside.example")
    assert ana.email == "ana@hillside.example"


def test_who_has_an_account_is_written_so_and_gets_no_link(rosa, session):
    letter = sign_up(session, OPEN, "rosa@hillside.example", "en", NOW)
    assert (letter.kind, letter.to, letter.token, letter.name) == ("known", rosa.email, "", "Rosa Quispe")
    assert session.scalars(select(Ticket)).all() == []


def test_who_has_a_closed_account_gets_no_letter(rosa, joins, session):
    joins("ana@hillside.example", "Ana Torres", "administrator")
    deactivate(session, rosa, NOW)
    assert sign_up(session, OPEN, "rosa@hillside.example", "en", NOW) is None
    assert forgot(session, "rosa@hillside.example", NOW) is None


@pytest.mark.parametrize("admission", [Admission(by="closed"), Admission(by="invitation")])
def test_whether_one_may_sign_up_tells_nothing_of_who_has_an_account(rosa, session, admission):
    said = {refused(sign_up, session, admission, who, "en", NOW) for who in ("rosa@hillside.example", "x@y.example")}
    assert said == {"not admitted"}


@pytest.mark.parametrize(
    ("address", "may"),
    [
        ("ana@hillside.example", True),
        ("ana@north.hillside.example", True),
        ("ana@hillside.example.evil.example", False),
        ("ana@evilhillside.example", False),
        ("hillside.example@evil.example", False),
    ],
)
def test_by_domain_its_addresses_alone_may_sign_up(session, address, may):
    admission = Admission(by="domain", domains=("hillside.example",))
    if may:
        assert sign_up(session, admission, address, "en", NOW).kind == "welcome"
    else:
        assert refused(sign_up, session, admission, address, "en", NOW) == "not admitted"


def test_an_address_gets_a_few_letters_a_day_and_no_more(session):
    letters = [sign_up(session, OPEN, "ana@hillside.example", "en", NOW) for _ in range(MOST_LETTERS + 2)]
    assert [letter is not None for letter in letters] == [True] * MOST_LETTERS + [False] * 2
    assert sign_up(session, OPEN, "bea@hillside.example", "en", NOW) is not None
    assert sign_up(session, OPEN, "ana@hillside.example", "en", NOW + WELCOME + SOON) is not None


@pytest.mark.parametrize(
    "address",
    [
        "rosa@hillside.example\nBcc: all@evil.example",
        "rosa@hillside.example\r\nSubject: x",
        "rosa\n@hillside.example",
        "rosa@hillside.example, eve@evil.example",
        "Rosa <rosa@hillside.example>",
        "rosa@@hillside.example",
        "rosa@hillside",
        "rosa@-hillside.example",
        "rosa@hillside..example",
        "rosa hill@hillside.example",
        "rösa@hillside.example",
        "rosa@hillside.example\0",
        "@hillside.example",
        "rosa",
        "",
        " ",
        "a" * 250 + "@hillside.example",
    ],
)
def test_what_is_no_address_is_refused_and_nothing_is_written(session, address):
    for verb in (lambda: sign_up(session, OPEN, address, "en", NOW), lambda: invite(session, address, NOW)):
        with pytest.raises(ValueError, match="no e-mail address"):
            verb()
    with pytest.raises(ValueError, match="no e-mail address"):
        forgot(session, address, NOW)
    assert session.scalars(select(Ticket)).all() == []


# -- Links ----------------------------------------------------------------------------------------------------------


def test_a_link_is_good_once(session):
    token = sign_up(session, OPEN, "ana@hillside.example", "en", NOW).token
    open_account(session, token, ANA, PASSWORD, NOW)
    assert refused(open_account, session, token, ANA, PASSWORD, NOW) == "used"


def test_a_link_is_good_for_its_time(session):
    token = sign_up(session, OPEN, "ana@hillside.example", "en", NOW).token
    assert refused(open_account, session, token, ANA, PASSWORD, NOW + WELCOME) == "used"
    open_account(session, token, ANA, PASSWORD, NOW + WELCOME - SOON)


def test_a_link_of_another_kind_opens_nothing(rosa, session):
    token = forgot(session, rosa.email, NOW).token
    assert refused(open_account, session, token, ANA, PASSWORD, NOW, "ana@hillside.example") == "used"


@pytest.mark.parametrize("token", ["", "nonsense", "x" * 10_000, "\0", "\ud800", "' OR 1=1 --"])
def test_a_link_that_nobody_was_sent_opens_nothing(session, token):
    assert refused(open_account, session, token, ANA, PASSWORD, NOW, "ana@hillside.example") == "used"


def test_of_two_links_to_one_address_the_second_is_told_that_it_is_known(session):
    tokens = [sign_up(session, OPEN, "ana@hillside.example", "en", NOW).token for _ in range(2)]
    open_account(session, tokens[0], ANA, PASSWORD, NOW)
    assert refused(open_account, session, tokens[1], ANA, PASSWORD, NOW) == "known"


def test_of_two_who_open_a_link_at_once_one_has_the_account(session, sessions):
    token = sign_up(session, OPEN, "ana@hillside.example", "en", NOW).token

    def opened(one) -> str:
        try:
            return open_account(one, token, ANA, PASSWORD, NOW).id
        except Refused as refusal:
            return str(refusal)

    with ThreadPoolExecutor(3) as threads:
        said = list(threads.map(opened, [sessions() for _ in range(3)]))
    (ana,) = session.scalars(select(Learner)).all()
    assert sorted(said) == sorted([ana.id, "used", "used"])


def test_only_the_digest_of_a_link_is_kept(session):
    token = sign_up(session, OPEN, "ana@hillside.example", "en", NOW).token
    (ticket,) = session.scalars(select(Ticket)).all()
    assert token not in str(vars(ticket))


# -- Passwords and names --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("password", ["", "short", "a" * 30, "abab" * 5, "x" * 201, "p" * 100_000])
def test_a_bad_password_is_refused_and_the_link_stays_good(session, password):
    token = sign_up(session, OPEN, "ana@hillside.example", "en", NOW).token
    with pytest.raises(ValueError, match="password|guess"):
        open_account(session, token, ANA, password, NOW)
    open_account(session, token, ANA, PASSWORD, NOW)


@pytest.mark.parametrize(
    "password", [" spaces around it ", "пароль на каждый день", "🩺🫀🫁🧠 clinic", "e\u0301" + "x y z" * 3]
)
def test_every_sign_of_a_password_counts(session, password):
    token = sign_up(session, OPEN, "ana@hillside.example", "en", NOW).token
    open_account(session, token, ANA, password, NOW)
    assert sign_in(session, "ana@hillside.example", password, "::1", "", NOW)
    assert refused(sign_in, session, "ana@hillside.example", password + " ", "::1", "", NOW) == "wrong"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  Rosa \t Quispe\u00a0 ", "Rosa Quispe"),
        ("e\u0301lodie", "élodie"),
        ("مريم الحسن", "مريم الحسن"),
        ("\u202eRosa\u202c\u2066", "Rosa"),
        ("Rosa\r\nBcc: all@evil.example", "Rosa Bcc: all@evil.example"),
        ("Rosa\0Quispe", "Rosa Quispe"),
        ("王小明", "王小明"),
        ("O’Brien-Ñandú, Jr.", "O’Brien-Ñandú, Jr."),
        ("<b>Rosa</b>", "<b>Rosa</b>"),
        ("R" * 200, "R" * 200),
    ],
)
def test_a_name_is_kept_composed_on_one_line_and_in_its_own_direction(session, written, kept):
    token = sign_up(session, OPEN, "ana@hillside.example", "en", NOW).token
    ana = open_account(session, token, Profile(name=written), PASSWORD, NOW)
    session.expire_all()
    assert ana.name == kept


@pytest.mark.parametrize("name", ["", "   ", "\u202e\u202c", "12345", "R" * 201, "x" * 300, "\0", "🩺"])
def test_what_is_no_name_is_refused(name):
    with pytest.raises(ValueError, match="name"):
        Profile(name=name)


# -- Invitations ----------------------------------------------------------------------------------------------------


def test_an_invitation_brings_name_roles_and_group_whoever_may_sign_up(session):
    letter = invite(session, "Ana@Hillside.example", NOW, name=" Ana  Torres", roles=["mentor"], group=" North\0 1 ")
    assert (letter.kind, letter.to, letter.name) == ("invitation", "ana@hillside.example", "Ana Torres")
    ana = open_account(session, letter.token, ANA, PASSWORD, NOW + INVITED - SOON)
    assert (ana.roles, ana.group) == (["learner", "mentor"], "North 1")


def test_nobody_with_an_account_is_invited(rosa, session):
    assert invite(session, rosa.email, NOW, roles=["administrator"]) is None
    assert session.scalars(select(Ticket)).all() == []


def test_who_is_invited_anew_has_the_newest_link_alone(session):
    first = invite(session, "ana@hillside.example", NOW, roles=["administrator"])
    second = invite(session, "ana@hillside.example", NOW)
    assert refused(open_account, session, first.token, ANA, PASSWORD, NOW) == "used"
    assert open_account(session, second.token, ANA, PASSWORD, NOW).roles == ["learner"]


def test_many_are_invited_in_one_go(rosa, session):
    people = [Invited(f"person-{number}@hillside.example", "Ana Torres") for number in range(12_000)]
    letters = invite_all(session, [*people, Invited(rosa.email)], NOW)
    assert [letter.to for letter in letters] == [one.email for one in people]
    assert open_account(session, letters[-1].token, ANA, PASSWORD, NOW).email == "person-11999@hillside.example"


# -- The first administrator ----------------------------------------------------------------------------------------


def test_whoever_has_the_first_link_becomes_administrator_with_an_address_of_their_own(session):
    token = first_administrator(session, NOW)
    ana = open_account(session, token, ANA, PASSWORD, NOW, email="Ana@hillside.example")
    assert (ana.email, ana.roles) == ("ana@hillside.example", ["learner", "administrator"])
    assert first_administrator(session, NOW) is None


def test_the_first_link_wants_an_address(session):
    token = first_administrator(session, NOW)
    with pytest.raises(ValueError, match="no e-mail address"):
        open_account(session, token, ANA, PASSWORD, NOW)
    session.rollback()
    open_account(session, token, ANA, PASSWORD, NOW, email="ana@hillside.example")


def test_each_start_makes_a_link_and_the_newest_few_are_good(session):
    tokens = [first_administrator(session, NOW + SOON * number) for number in range(6)]
    now = NOW + SOON * 6
    assert [store.ticket(session, "welcome", token, now) is not None for token in tokens] == [False] * 3 + [True] * 3


def test_once_there_is_an_administrator_no_older_link_makes_another(session):
    tokens = [first_administrator(session, NOW) for _ in range(3)]
    open_account(session, tokens[1], ANA, PASSWORD, NOW, email="ana@hillside.example")
    for token in tokens:
        assert refused(open_account, session, token, ANA, PASSWORD, NOW, email="eve@evil.example") == "used"


def test_an_administrator_made_otherwise_voids_the_links_too(rosa, session):
    token = first_administrator(session, NOW)
    set_roles(session, rosa, ["administrator"])
    assert refused(open_account, session, token, ANA, PASSWORD, NOW, email="eve@evil.example") == "used"


def test_of_two_who_open_two_first_links_at_once_one_is_administrator(session, sessions):
    tokens = [first_administrator(session, NOW) for _ in range(3)]

    def opened(one, token: str, email: str) -> bool:
        try:
            return bool(open_account(one, token, ANA, PASSWORD, NOW, email=email))
        except Refused:
            return False

    more = [sessions() for _ in tokens]
    with ThreadPoolExecutor(3) as threads:
        said = list(threads.map(opened, more, tokens, [f"p{number}@hillside.example" for number in range(3)]))
    assert sum(said) == 1
    assert len(store.administrators(session)) == 1
