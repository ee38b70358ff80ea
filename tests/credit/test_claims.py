"""What may be claimed of an offer: every step of it, and nothing else."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.credit.models import Offer
from lms.credit.rules.claims import NotClaimable, claimed, steps
from tests.credit.cast import offer

STEPS = st.sampled_from(["0.025", "0.05", "0.1", "0.25", "0.5", "1", "2"])


@st.composite
def offers(draw: st.DrawFn) -> Offer:
    step = Decimal(draw(STEPS))
    return offer(str(step * draw(st.integers(1, 60))), str(step))


@given(offers())
def test_every_step_may_be_claimed_however_it_is_written(one: Offer) -> None:
    for step in steps(one):
        assert claimed(str(step), one) == step
        assert claimed(f" {step}0 " if "." in str(step) else f"{step},0", one) == step
        assert str(claimed(f"{step:.6f}".replace(".", ","), one)) == str(step)


@given(offers(), st.decimals(min_value=-5, max_value=200, allow_nan=False, places=3))
def test_what_is_no_step_is_refused_and_the_steps_around_it_are_named(one: Offer, amount: Decimal) -> None:
    if amount in steps(one):
        assert claimed(str(amount), one) == amount
        return
    with pytest.raises(NotClaimable) as refused:
        claimed(format(amount, "f"), one)
    nearest = refused.value.nearest
    assert nearest
    assert set(nearest) <= set(steps(one))
    if 0 < amount < one.amount:
        assert all(abs(step - amount) < one.step for step in nearest)
        assert len([step for step in steps(one) if abs(step - amount) < one.step]) == len(nearest)


@given(offers())
def test_the_last_step_is_all_that_is_offered_and_the_first_is_more_than_nothing(one: Offer) -> None:
    assert steps(one)[-1] == one.amount
    assert steps(one)[0] == one.step > 0


@given(st.text(max_size=12), offers())
def test_nothing_that_one_types_is_anything_but_a_step_or_refused(text: str, one: Offer) -> None:
    try:
        assert claimed(text, one) in steps(one)
    except NotClaimable as refused:
        assert set(refused.nearest) <= set(steps(one))


@pytest.mark.parametrize(
    "text", ["", ".", ",", "1e0", "NaN", "Infinity", "-0.25", "+0.25", "٠.٢٥", "0x1", "1_0", "½", "0.25h"]
)
def test_what_is_no_number_as_people_write_them_is_refused(text: str) -> None:
    with pytest.raises(NotClaimable):
        claimed(text, offer("1", "0.25"))


def test_a_refusal_says_what_may_be_claimed() -> None:
    with pytest.raises(ValueError, match=r"the nearest that may: 0\.25 or 0\.5$"):
        claimed("0.3", offer("1", "0.25"))
    with pytest.raises(ValueError, match=r"may: 1$"):
        claimed("1.25", offer("1", "0.25"))
