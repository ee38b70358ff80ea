"""Certificates issued to the cast."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest
from lms.certificates.drawing.looks import look_of
from sqlalchemy.orm import Session

from lms.certificates.models.paper import Certificate
from lms.certificates.service import issuing
from lms.certificates.service.issuing import Issuer, Terms
from lms.library.release import Release
from lms.library.shelf import Shelf
from lms.people.store import Learner
from tests.conftest import NOW

HOURS = Terms(
    completion="completed-measuring-bp",
    activity="/modules/measuring-bp",
    title="Measuring blood pressure",
    lang="en",
    medium="reading",
    edition=2,
    revision="0123456789abcdef",
    completed=NOW,
    system="plain",
    system_name="Hours of learning",
    unit="hour of learning",
    units="hours of learning",
    offered=Decimal("0.5"),
    claimed=Decimal("0.5"),
    faculty=("Rosa Quispe, RN",),
    shown="0" * 64,
)


@pytest.fixture
def release(shelf: Shelf) -> Release:
    return shelf.release()


@pytest.fixture
def issuer(release: Release) -> Issuer:
    """Hillside Hospital."""
    return issuing.issuer_of(release.site, "https://hillside.example", look_of(release))


@pytest.fixture
def issues(session: Session, issuer: Issuer) -> Callable[..., Certificate]:
    """Issues a certificate: `issues(rosa, claimed="0.25", completion="another")`."""

    def issue(learner: Learner, issued: datetime = NOW, **terms: object) -> Certificate:
        if "claimed" in terms:
            terms["claimed"] = Decimal(str(terms["claimed"]))
        if "activity" in terms:
            terms.setdefault("completion", f"completed-{terms['activity']}".replace("/", "-"))
        return issuing.issue(session, learner, replace(HOURS, **terms), issuer, issued)  # type: ignore[arg-type]

    return issue
