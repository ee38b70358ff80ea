"""Statements with blanks, filled once."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.credit.rules.offers import offers
from lms.credit.rules.statements import BLANKS, designation, filled, shown, statement, unknown
from lms.credit.rules.systems import BUILT_IN
from lms.modules.models import Credit
from lms.people.models import PROFESSIONS
from tests.credit.cast import DAY, file, module, offer, record

WORDS = st.text(alphabet=st.characters(blacklist_characters="{}"), max_size=20)


@given(
    st.lists(st.tuples(WORDS, st.sampled_from(BLANKS)), max_size=6),
    st.dictionaries(st.sampled_from(BLANKS), st.text(), min_size=len(BLANKS)),
)
def test_every_blank_is_filled_with_what_is_said_and_nothing_in_that_is_filled_again(parts, said) -> None:  # type: ignore[no-untyped-def]
    text = "".join(f"{words}{{{blank}}}" for words, blank in parts)
    assert unknown(text) == []
    assert filled(text, **said) == "".join(words + said[blank] for words, blank in parts)


@given(st.text())
def test_a_text_without_faults_is_filled_and_any_other_is_told(text: str) -> None:
    said = dict.fromkeys(BLANKS, "x")
    if not unknown(text):
        assert "{" not in filled(text, **said)
        assert "}" not in filled(text, **said)


@pytest.mark.parametrize("text", ["{tilte}", "{}", "{title!r}", "{title.__class__}", "{0}", "{{title}}", "{", "a } b"])
def test_braces_that_are_no_blank_are_told(text: str) -> None:
    assert unknown(text)


def test_a_blank_that_nobody_knows_is_never_printed() -> None:
    with pytest.raises(ValueError, match="tilte"):
        filled("{tilte}", title="x")


def test_what_is_built_in_has_no_fault_and_speaks_of_professions_that_accounts_have() -> None:
    for one in BUILT_IN.values():
        assert [unknown(text) for text in (*one.statements.values(), one.designation or "")] == [[]] * (
            len(one.statements) + 1
        )
        assert set(one.statements) <= set(PROFESSIONS)
        assert "{claimed}" not in (one.designation or "")


def test_a_designation_is_worded_as_its_system_asks() -> None:
    said = designation(BUILT_IN["AMA"], record("AMA"), Decimal("0.50"), "Cuffs", "enduring material")
    assert said == (
        "The Hillside designates this enduring material for a maximum of 0.5 AMA PRA Category 1 Credits™. Physicians "
        "should claim only the credit commensurate with the extent of their participation in the activity."
    )
    assert "maximum of 1 AMA PRA Category 1 Credit™." in designation(BUILT_IN["AMA"], record("AMA"), Decimal(1), "", "")


def test_a_statement_says_what_is_claimed_and_is_none_without_a_record() -> None:
    one = module(Credit(system="AMA", credits=Decimal(2)))
    (found,) = offers(one, file(record("AMA")), "physician", DAY)
    said = statement(found, Decimal(1), "Cuffs {title}", "m")
    assert said.endswith("took part in “Cuffs {title}” and claimed 1 AMA PRA Category 1 Credit™ of a maximum of 2.")
    assert statement(offer("1", "1"), Decimal(1), "Cuffs", "m") == ""
    with pytest.raises(ValueError, match="accreditation"):
        statement(found.model_copy(update={"accreditation": None}), Decimal(1), "Cuffs", "m")


@given(st.decimals(min_value=0, max_value=10**6, places=4, allow_nan=False))
def test_a_number_is_shown_in_as_few_signs_as_it_needs(number: Decimal) -> None:
    text = shown(number)
    assert Decimal(text) == number
    assert "E" not in text
    assert not ("." in text and text.endswith(("0", ".")))
