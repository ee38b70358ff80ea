"""The place on an activity's own page: which step a learner's entries have led to."""

from datetime import UTC, date, datetime, timedelta

import pytest

from lms.certificates.rules.stages import Stage, stage
from lms.ledger.models import Entry

THEN = datetime(2026, 11, 21, tzinfo=UTC)
TODAY = date(2027, 1, 1)
BEGAN, DONE, RENEWED = ("began", 2, {}), ("completed", 2, {}), ("renewed", 2, {})
CLAIMED = ("claimed", 2, {"certificate": "A", "renewable": "2027-01-02"})
ENDING = ("claimed", 2, {"certificate": "A", "renewable": "2027-01-01"})
LASTING = ("claimed", 2, {"certificate": "A", "renewable": ""})
AGAIN = ("claimed", 2, {"certificate": "B", "renewable": ""})


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ([], Stage()),
        ([("began", 1, {})], Stage()),
        ([BEGAN], Stage(begun=True)),
        ([BEGAN, DONE], Stage(begun=True, completed=True)),
        ([DONE], Stage(completed=True)),
        ([BEGAN, DONE, CLAIMED], Stage(begun=True, certificate="A")),
        ([BEGAN, DONE, ENDING], Stage(begun=True, certificate="A", may_renew=True)),
        ([BEGAN, DONE, LASTING], Stage(begun=True, certificate="A")),
        ([BEGAN, DONE, ENDING, RENEWED], Stage(begun=True, completed=True)),
        ([BEGAN, DONE, ENDING, RENEWED, AGAIN], Stage(begun=True, certificate="B")),
        # The edition before has its certificate; this one is taken anew.
        ([("began", 1, {}), ("completed", 1, {}), ("claimed", 1, {"certificate": "A"})], Stage()),
    ],
)
def test_entries_lead_to_a_stage(said, found):
    entries = [
        Entry(
            id=f"entry-{number:04}",
            learner="rosa",
            verb=verb,
            activity="/modules/bp",
            edition=edition,
            happened=THEN + timedelta(days=number),
            arrived=THEN + timedelta(days=number),
            data=data,
        )
        for number, (verb, edition, data) in enumerate(said)
    ]
    assert stage(entries, 2, TODAY) == found
