"""The front of an activity: all that must be said before it starts, and the digest that tells one from another."""

from datetime import date
from decimal import Decimal

import pytest

from lms.credit.models import CreditFile, Front
from lms.credit.rules.fronts import digest, front
from lms.library.models import Person, Site
from lms.modules.models import Credit, Module, Quiz
from tests.credit.cast import DAY, file, module, record

SITE = Site(title="Hillside", contact="hub@hillside.example")
PEOPLE = (
    Person(name="Rosa Quispe", credentials="RN", disclosure="Nothing to disclose.", slug="rosa"),
    Person(name="Daniel Okafor", disclosure="A fee.", disclosed=date(2026, 1, 10), slug="daniel"),
)


def made(**more: object) -> Module:
    said = {"authors": ("rosa",), "planners": ("daniel", "rosa"), "support": "none", "published": date(2026, 1, 1)}
    return module(Credit(system="AMA", credits=Decimal("0.5")), **said | more)


def shown(one: Module, said: CreditFile | None = None, day: date = DAY) -> Front:
    return front(one, said or file(record("AMA")), SITE, PEOPLE, day)


def test_it_names_all_who_decide_what_is_said_and_what_they_disclose() -> None:
    assert [(one.name, one.role, one.disclosure) for one in shown(made()).faculty] == [
        ("Rosa Quispe", "Author", "Nothing to disclose."),
        ("Daniel Okafor", "Planner", "A fee."),
    ]


def test_it_says_its_days_its_support_and_who_gives_it() -> None:
    said = shown(made())
    assert (said.released, said.reviewed, said.expires) == (date(2026, 1, 1), date(2026, 10, 1), date(2028, 10, 1))
    assert (said.support, said.provider) == ("No commercial support was received for this activity.", "Hillside")
    assert shown(made(support="A grant of the Ministry.")).support == "A grant of the Ministry."
    assert shown(made(support="NINGUNO", lang="es")).support == "Esta actividad no recibió apoyo comercial."
    assert shown(made(support=None)).support == ""


def test_it_says_in_the_language_of_the_activity_what_passes() -> None:
    assert shown(made()).passing == "Every lesson is read."
    quizzed = made(quiz=Quiz(path="q.md", pass_mark=75), lang="es")
    assert shown(quizzed).passing == "Todas las lecciones están leídas. Al menos el 75 % del cuestionario es correcto."
    assert shown(made(lang="qu")).passing == "Every lesson is read."


def test_with_a_valid_record_it_offers_and_designates_and_without_one_it_does_neither() -> None:
    said = shown(made())
    assert [offer.system for offer in said.offers] == ["AMA", "plain"]
    assert "maximum of 0.5 AMA PRA Category 1 Credits™" in said.designations[0]
    for without in (CreditFile(), file(record("AMA", until=date(2026, 11, 20)))):
        bare = shown(made(), without)
        assert [offer.system for offer in bare.offers] == ["plain"]
        assert "AMA" not in bare.model_dump_json()


def test_past_its_last_day_it_offers_nothing() -> None:
    late = shown(made(), file(record("AMA", until=date(2030, 1, 1))), date(2028, 10, 2))
    assert (late.offers, late.designations) == ((), ())
    assert late.faculty


def test_the_digest_is_the_same_until_something_else_is_said() -> None:
    first = digest(shown(made()))
    assert first == digest(shown(made(), day=date(2027, 3, 1)))
    assert first == digest(Front.model_validate_json(shown(made()).model_dump_json()))
    assert len(first) == 64
    others = [
        made(edition=2),
        made(title="Other"),
        made(support="A grant."),
        made(objectives=("Choose",)),
        made(expires=date(2028, 1, 1)),
        made(planners=("daniel",), authors=()),
    ]
    assert len({first, *(digest(shown(one)) for one in others), digest(shown(made(), CreditFile()))}) == len(others) + 2


@pytest.mark.parametrize(("one", "other"), [("0.5", "0.50"), ("10", "1E+1")])
def test_the_same_amount_written_otherwise_is_the_same_front(one: str, other: str) -> None:
    a, b = (module(Credit(hours=Decimal(amount))) for amount in (one, other))
    assert digest(shown(a)) == digest(shown(b))
