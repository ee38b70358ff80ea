"""Certificates that end are renewed: the quiz is passed anew, and a new one comes with its own day."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random

import pytest
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from lms.certificates.models.paper import Certificate
from lms.certificates.service import way
from lms.certificates.service.issuing import Issuer
from lms.certificates.service.way import Refused
from lms.certificates.store import papers
from lms.credit.rules import evaluations, fronts
from lms.credit.service import beginning, evaluating
from lms.credit.store import Opinion
from lms.ledger import store as ledger
from lms.ledger.models import Entry
from lms.library.release import Release
from lms.modules.models import Activity
from lms.people.store import Learner
from lms.progress.service import attempting
from tests.conftest import NOW

YEAR_ON = NOW + timedelta(days=330)


@pytest.fixture
def module(release: Release) -> Activity:
    """Measuring blood pressure, its certificates valid for a year."""
    return release.activity("/modules/measuring-bp").model_copy(update={"valid_months": 12})


def entry(session: Session, learner: Learner, verb: str, when: datetime, **data: object) -> None:
    said = Entry(
        id=f"{verb}-{int(when.timestamp())}",
        learner=learner.id,
        verb=verb,
        activity="/modules/measuring-bp",
        edition=2,
        happened=when,
        arrived=when,
        data=data,
    )
    ledger.append(session, [said])
    session.commit()


@pytest.fixture
def earns(
    session: Session, release: Release, module: Activity, rosa: Learner, issuer: Issuer
) -> Callable[[datetime], Certificate]:
    """From a completion to its certificate, at a moment."""

    def earn(now: datetime) -> Certificate:
        front = fronts.front(module, release.credit(), release.site, release.people(), now.date())
        beginning.begin(session, rosa.id, front, release.id, now)
        done = way.evaluate_as(session, release, rosa, module, now)
        form = evaluations.form(release.credit(), module)
        evaluating.evaluate(session, rosa.id, done.id, module.url, done.edition, form, {}, now)
        return way.claim(session, release, rosa, module, "plain", "0.5", issuer, now)

    return earn


@pytest.fixture
def first(session: Session, rosa: Learner, earns: Callable[[datetime], Certificate]) -> Certificate:
    entry(session, rosa, "completed", NOW, credit=[{"system": "plain", "hours": "0.5"}])
    return earns(NOW)


def test_it_ends_so_many_months_after_its_completion(first: Certificate):
    assert first.snapshot.expires == date(2027, 11, 21)


def test_long_before_its_end_it_is_not_renewed(session, release, rosa, module, first):
    with pytest.raises(Refused, match="early"):
        way.renew(session, release, rosa, module, NOW + timedelta(days=100))
    assert not way.way(session, release, rosa, module, NOW + timedelta(days=100)).may_renew


def test_renewing_asks_for_the_quiz_anew_and_gives_a_certificate_of_its_own(
    session, release, rosa, module, first, earns
):
    assert way.way(session, release, rosa, module, YEAR_ON).may_renew
    way.renew(session, release, rosa, module, YEAR_ON)
    found = way.way(session, release, rosa, module, YEAR_ON)
    assert (found.renewing, found.next, found.completion) == (True, "pass", None)
    passed = YEAR_ON + timedelta(hours=1)
    entry(session, rosa, "attempted", passed, kind="quiz", passed=True)
    second = earns(passed + timedelta(hours=1))
    assert second.snapshot.id != first.snapshot.id
    assert (second.snapshot.renews, second.snapshot.completed) == (first.snapshot.id, passed)
    assert second.snapshot.expires == date(2028, 10, 17)
    assert papers.certificate(session, first.snapshot.id, NOW.date()) == first
    # Each was evaluated for itself, and asking again gives the same.
    assert session.query(Opinion).count() == 2
    assert way.claim(session, release, rosa, module, "plain", "0.25", None, passed).snapshot.id == second.snapshot.id


def test_renewing_twice_begins_one_round(session, release, rosa, module, first):
    way.renew(session, release, rosa, module, YEAR_ON)
    with pytest.raises(Refused):
        way.renew(session, release, rosa, module, YEAR_ON)
    assert len(ledger.of(session, rosa.id, verbs=["renewed"])) == 1


def test_an_attempt_passed_before_does_not_renew(session, release, rosa, module, first):
    entry(session, rosa, "attempted", YEAR_ON - timedelta(hours=1), kind="quiz", passed=True)
    way.renew(session, release, rosa, module, YEAR_ON)
    assert way.way(session, release, rosa, module, YEAR_ON).next == "pass"


def test_who_renews_has_all_attempts_anew(session, release, rosa, module, first):
    for number in range(3):
        attempt = attempting.begin(session, rosa, module, "quiz", "0", NOW + timedelta(hours=number), Random(1))
        attempting.finish(session, rosa, attempt.id, MultiDict(), NOW + timedelta(hours=number), True)
    past = attempting.past(session, rosa.id, module.url, YEAR_ON)
    assert attempting.outlook(session, rosa.id, module, "quiz", past, YEAR_ON).reason == "attempts"
    way.renew(session, release, rosa, module, YEAR_ON)
    assert attempting.outlook(session, rosa.id, module, "quiz", past, YEAR_ON).reason is None


def test_one_that_is_valid_for_a_month_is_not_renewed_on_the_day_of_its_issue(
    session, release, rosa, module, issuer, earns
):
    module.__dict__["valid_months"] = 1
    entry(session, rosa, "completed", NOW, credit=[{"system": "plain", "hours": "0.5"}])
    assert earns(NOW).snapshot.expires == date(2026, 12, 21)
    with pytest.raises(Refused, match="early"):
        way.renew(session, release, rosa, module, NOW + timedelta(days=14))
    found = way.way(session, release, rosa, module, NOW)
    assert (found.may_renew, found.renews_from) == (False, date(2026, 12, 6))
    way.renew(session, release, rosa, module, NOW + timedelta(days=15))
