"""The columns of the report: what may stand under a heading, and what then does."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.certificates.models.coordinating import Held
from lms.certificates.models.paper import Certificate, Snapshot
from lms.certificates.rules import exporting
from lms.credit.rules import columns
from lms.progress.models.coordinating import Person
from tests.conftest import NOW, TODAY

AUTHORING = Path(__file__).parent.parent.parent / "docs" / "authoring.md"
SNAPSHOT = Snapshot(
    id="C0RWW2CVQVXBS535WP2BBQ",
    holder="0" * 64,
    activity="/modules/bp",
    title="Blood pressure",
    lang="en",
    medium="reading",
    edition=2,
    revision="r",
    organisation="Hillside",
    issuer="https://hillside.example",
    system="HILL",
    system_name="Hillside points",
    unit="point",
    units="points",
    offered=Decimal("1.50"),
    claimed=Decimal("0.25"),
    provider_number="77",
    completed=NOW,
    issued=NOW,
    expires=TODAY,
)
HELD = Held(
    Certificate(snapshot=SNAPSHOT, name="Ana de la Cruz", salt="0" * 32, paper="0" * 64, index=0),
    Person("ana", "Ana Torres", "ana@clinic.example", "Lima"),
    {"NPI": "123"},
)


def under(said: str, held: Held = HELD) -> object:
    return exporting.line({"heading": said}, held)[0]


def test_the_columns_of_the_learner_sheet_are_right():
    assert not list(columns.problems(columns.ACCME))
    assert columns.chosen({}) is columns.ACCME
    assert columns.chosen({"Name": "name"}) == {"Name": "name"}


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("completed", "2026-11-21"),
        ("issued", "2026-11-21"),
        ("expires", "2026-11-21"),
        ("certificate", SNAPSHOT.id),
        ("address", f"https://hillside.example/v/{SNAPSHOT.id}"),
        ("state", "valid"),
        ("name", "Ana de la Cruz"),
        ("first_name", "Ana"),
        ("last_name", "de la Cruz"),
        ("email", "ana@clinic.example"),
        ("group", "Lima"),
        ("claimed", Decimal("0.25")),
        ("number", "77"),
        ("licence:NPI", "123"),
        ("licence:npi", "123"),
        ("licence:ABIM", ""),
        ("=Add", "Add"),
        ("=", ""),
    ],
)
def test_each_word_says_what_stands_below(said, found):
    assert under(said) == found
    assert not list(columns.problems({"heading": said}))


@pytest.mark.parametrize("said", columns.FIELDS)
def test_whatever_may_be_said_can_be_written_of_an_erased_account_too(said):
    erased = Held(
        HELD.certificate.model_copy(update={"name": None, "salt": None}), Person("ana", "", None, "", True, True)
    )
    assert under(said, erased) is not None
    if said in ("name", "first_name", "last_name", "email", "group"):
        assert under(said, erased) == ""


def test_what_is_none_of_them_is_named_with_the_nearest():
    found = list(columns.problems({"Day": "complete", "NPI": "licence:", "Birth": "licence NPI", "X": "zzz"}))
    assert [one.heading for one in found] == ["Day", "NPI", "Birth", "X"]
    assert "`completed`" in found[0].mend and "licence:NPI" in found[1].mend and "docs/authoring.md" in found[3].mend


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Rosa Quispe", ("Rosa", "Quispe")),
        ("Rosa Quispe Mamani", ("Rosa Quispe", "Mamani")),
        ("Quispe Mamani, Rosa", ("Rosa", "Quispe Mamani")),
        ("Ludwig van Beethoven", ("Ludwig", "van Beethoven")),
        ("De la Cruz", ("De", "la Cruz")),
        ("李小龙", ("", "李小龙")),
        ("Madonna", ("", "Madonna")),
        ("", ("", "")),
        ("Rosa Quispe,", ("Rosa", "Quispe,")),
    ],
)
def test_names_are_split_as_well_as_one_can(name, parts):
    assert columns.split(name) == parts


@given(st.text("aé, ", max_size=20))
def test_no_letter_of_a_name_is_lost(name):
    assert sorted("".join(columns.split(name)).replace(" ", "").replace(",", "")) == sorted(
        name.replace(" ", "").replace(",", "")
    )


def test_authors_are_told_of_every_word():
    section = AUTHORING.read_text().partition("### Columns of the report")[2].partition("\n### ")[0]
    assert set(columns.FIELDS) <= set(re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE))
    for heading, said in columns.ACCME.items():
        assert f'  {heading}: "{said}"' in section
