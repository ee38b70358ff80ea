"""What an activity offers, of which system, on which day, to whom."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.credit.models import PLAIN, CreditFile, System
from lms.credit.rules.offers import every, offers
from lms.credit.rules.statements import statement
from lms.credit.rules.systems import BUILT_IN, system
from lms.modules.models import Credit
from lms.people.models import PROFESSIONS, licences
from tests.credit.cast import DAY, file, module, record

AMA = Credit(system="AMA", credits=Decimal("0.5"))
ANCC = Credit(system="ANCC", hours=Decimal("0.5"))
PLAIN_HALF = Credit(hours=Decimal("0.5"))

CODES = st.sampled_from([*BUILT_IN])
CREDITS = st.builds(
    Credit, system=CODES, hours=st.sampled_from([Decimal(n) for n in ("0.1", "0.25", "0.5", "1", "3.3")])
)
DAYS = st.dates(date(2025, 1, 1), date(2030, 1, 1))
STARTS = st.dates(date(2025, 1, 1), date(2027, 12, 31))
RECORDS = st.lists(st.builds(record, CODES, STARTS), max_size=4)


def amounts(*found: object) -> list[tuple[str, str]]:
    return [(one.system, str(one.amount)) for one in found]  # type: ignore[attr-defined]


def test_hours_of_learning_need_nobodys_leave() -> None:
    assert amounts(*offers(module(PLAIN_HALF), CreditFile(), "nurse", DAY)) == [("plain", "0.5")]


def test_a_system_is_offered_to_its_professions_and_hours_to_all_others() -> None:
    one, said = module(AMA, ANCC), file(record("AMA"), record("ANCC"))
    assert amounts(*offers(one, said, "physician", DAY)) == [("AMA", "0.5")]
    assert amounts(*offers(one, said, "nurse practitioner", DAY)) == [("ANCC", "0.5")]
    assert amounts(*offers(one, said, "pharmacist", DAY)) == [("plain", "0.5")]
    assert amounts(*offers(one, said, "", DAY)) == [("plain", "0.5")]
    assert amounts(*every(one, said, DAY)) == [("AMA", "0.5"), ("ANCC", "0.5"), ("plain", "0.5")]


def test_hours_that_are_offered_by_name_stand_beside_a_system() -> None:
    one = module(AMA, Credit(hours=Decimal(1)))
    assert amounts(*offers(one, file(record("AMA")), "physician", DAY)) == [("AMA", "0.5"), ("plain", "1")]


@pytest.mark.parametrize("day", [date(2025, 12, 31), date(2028, 1, 1)])
def test_before_and_after_its_accreditation_a_system_is_hours(day: date) -> None:
    assert amounts(*offers(module(AMA), file(record("AMA")), "physician", day)) == [("plain", "0.5")]
    assert amounts(*offers(module(AMA), CreditFile(), "physician", day)) == [("plain", "0.5")]


@pytest.mark.parametrize(
    ("days", "last"),
    [
        ({}, date(2028, 10, 1)),
        ({"expires": date(2027, 3, 1)}, date(2027, 3, 1)),
        ({"expires": date(2029, 3, 1)}, date(2028, 10, 1)),
        ({"review_by": date(2040, 1, 1)}, date(2029, 10, 1)),
        ({"review_by": None, "reviewed": None, "published": date(2024, 2, 29)}, date(2027, 2, 28)),
    ],
)
def test_after_its_last_day_nothing_is_offered_and_never_after_three_years(days: dict, last: date) -> None:  # type: ignore[type-arg]
    one = module(PLAIN_HALF, **days)
    assert one.credit_until == last
    assert offers(one, CreditFile(), "nurse", last)
    assert offers(one, CreditFile(), "nurse", last + timedelta(days=1)) == ()
    assert every(one, CreditFile(), last + timedelta(days=1)) == ()


def test_what_is_less_than_a_step_is_not_offered() -> None:
    assert offers(module(Credit(hours=Decimal("0.1"))), CreditFile(), "nurse", DAY) == ()
    rcp = module(Credit(system="RCP", hours=Decimal("0.75")))
    assert amounts(*offers(rcp, file(record("RCP")), "physician", DAY)) == [("plain", "0.75")]


@pytest.mark.parametrize(
    ("code", "profession", "hours", "amount"),
    [
        ("AMA", "physician", "1.1", "1"),
        ("ACPE", "pharmacist", "1", "0.1"),
        ("ACPE", "pharmacist", "1.25", "0.125"),
        ("EACCME", "physician", "0.5", "0.5"),
        ("EACCME", "physician", "1.4", "1"),
        ("RCP", "physician", "1.5", "1"),
        ("MOC", "physician", "2", "2"),
    ],
)
def test_hours_become_units_in_the_steps_of_each_system(code: str, profession: str, hours: str, amount: str) -> None:
    one = module(Credit(system=code, hours=Decimal(hours)))
    assert amounts(*offers(one, file(record(code)), profession, DAY)) == [(code, amount)]


def test_a_programme_says_a_system_anew_and_adds_its_own() -> None:
    points = System(
        name="P", unit="point", units="points", minutes=30, step=1, rounding="up", statements={"other": "{claimed}"}
    )
    said = file(record("PTS"), record("AMA"), PTS=points, AMA=points)
    assert amounts(*offers(module(Credit(system="PTS", hours=Decimal("0.75"))), said, "midwife", DAY)) == [("PTS", "2")]
    assert amounts(*offers(module(AMA), said, "midwife", DAY)) == [("plain", "0.25")]
    assert amounts(*offers(module(Credit(system="AMA", hours=Decimal(1))), said, "midwife", DAY)) == [("AMA", "2")]


@given(
    st.lists(CREDITS, min_size=1, max_size=4, unique_by=lambda one: one.system),
    RECORDS,
    DAYS,
    st.sampled_from([*PROFESSIONS, "", "wizard"]),
)
def test_no_words_of_a_system_without_a_record_that_is_valid_on_the_day(credits, records, day, profession) -> None:  # type: ignore[no-untyped-def]
    said, one = file(*records), module(*credits)
    found = offers(one, said, profession, day)
    assert [offer.system for offer in found].count(PLAIN) <= 1
    for offer in found:
        assert offer.amount > 0
        assert offer.amount % offer.step == 0
        if offer.system == PLAIN:
            assert (offer.statement, offer.accreditation) == (None, None)
        else:
            assert offer.accreditation in records
            assert offer.accreditation.valid(day)
            assert statement(offer, offer.amount, "T", "m")
    assert found == () if day > date(2028, 10, 1) else True


def test_nothing_that_is_said_of_hours_makes_a_statement_of_them() -> None:
    boast = System(
        name="Hours",
        unit="hour",
        units="hours",
        minutes=60,
        step="0.5",
        statements={"other": "AMA PRA!"},
        accredited=True,
    )
    loose = System(name="A", unit="a", units="as", minutes=60, step="0.5", statements={"other": "A!"}, accredited=False)
    said = file(plain=boast, AMA=loose)
    for code in (PLAIN, "AMA"):
        (found,) = offers(module(Credit(system=code, hours=Decimal(1))), said, "physician", DAY)
        assert (found.system, found.statement) == (PLAIN, None)
    assert system(said, "AMA").accredited  # type: ignore[union-attr]


def test_licences_are_asked_for_as_profiles_have_them() -> None:
    own = BUILT_IN["ACPE"].model_copy(update={"requires": ("nabp", "Birthday")})
    one = module(Credit(system="ACPE", hours=Decimal(1)))
    (found,) = offers(one, file(record("ACPE"), ACPE=own), "pharmacist", DAY)
    assert set(found.requires) == set(licences("nabp 1234567, birthday 0704"))


def test_hours_speak_the_language_of_the_activity() -> None:
    (found,) = offers(module(PLAIN_HALF, lang="es-PE"), CreditFile(), "nurse", DAY)
    assert (found.unit, found.units) == ("hora de aprendizaje", "horas de aprendizaje")
