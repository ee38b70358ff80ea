"""Certificates are issued once for a completion, stay as they are, and say what became of them."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lms.certificates.drawing import paper as drawing
from lms.certificates.models.paper import Certificate, canonical, commitment, leaf
from lms.certificates.models.way import Completion
from lms.certificates.rules.merkle import leaf_hash
from lms.certificates.service import issuing
from lms.certificates.service.issuing import Issuer, Refused
from lms.certificates.service.way import terms_of
from lms.certificates.store import log, papers
from lms.certificates.store.log import Leaf
from lms.certificates.store.papers import Change, Holder, Issued, Sheet
from lms.credit.models import Accreditation, Offer
from lms.ledger import store as ledger
from lms.library.release import Release
from lms.people.service import changing
from lms.people.store import Learner
from tests.certificates.conftest import HOURS
from tests.conftest import NOW, PASSWORD

DAY = timedelta(days=1)
Issues = Callable[..., Certificate]


@pytest.fixture
def grace(joins: Callable[..., Learner]) -> Learner:
    """A coordinator."""
    return joins("grace@hillside.example", "Grace Lindqvist", "coordinator")


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_certificate_is_a_row_a_leaf_a_paper_and_an_entry(session: Session, rosa: Learner, issues: Issues):
    made = issues(rosa)
    row = papers.row(session, made.snapshot.id)
    assert row is not None
    assert made.name == "Rosa Quispe"
    assert commitment(made.name, made.salt or "") == made.snapshot.holder
    assert made.state == "valid"
    pdf = papers.pdf(session, made.snapshot.id)
    assert pdf is not None
    assert sha256(pdf).hexdigest() == made.paper == row.paper
    assert session.get(Leaf, 0).hash == leaf_hash(leaf(row.snapshot, row.paper, row.pepper)).hex()
    assert canonical(json.loads(row.snapshot)).decode() == row.snapshot
    assert [entry.data["certificate"] for entry in ledger.of(session, rosa.id, verbs=["claimed"])] == [row.id]


def test_who_guesses_a_name_cannot_try_it_with_the_fingerprint_of_the_paper(
    session: Session, rosa: Learner, issues: Issues, issuer: Issuer
):
    made = issues(rosa)
    # All that a certificate says but the name is public, and so is how it is drawn.
    drawn = drawing.draw(made.snapshot, "Rosa Quispe", issuer.look)
    kept = papers.pdf(session, made.snapshot.id)
    assert sha256(drawn).hexdigest() != made.paper
    assert len(kept) == len(drawn)
    assert PdfReader(BytesIO(kept)).pages[0].extract_text() == PdfReader(BytesIO(drawn)).pages[0].extract_text()
    changed = [at for at, (one, other) in enumerate(zip(kept, drawn, strict=True)) if one != other]
    assert len(changed) > 30, "the id of the document is drawn by lot, wherever it stands"


def test_its_snapshot_has_nothing_of_the_account(session: Session, rosa: Learner, issues: Issues):
    text = papers.row(session, issues(rosa).snapshot.id).snapshot
    assert not [word for word in ("Rosa Q", rosa.email, rosa.id) if word in text.replace("Rosa Quispe, RN", "")]


def test_of_one_completion_there_is_one_certificate(session: Session, rosa: Learner, issues: Issues):
    first = issues(rosa)
    again = issues(rosa, NOW + DAY, claimed="0.25")
    assert again == first
    assert (count(session, Issued), count(session, Leaf), count(session, Sheet)) == (1, 1, 1)


def test_of_many_clicks_at_once_one_certificate_comes(
    sessions: Callable[[], Session], session: Session, rosa: Learner, issuer: Issuer
):
    def click(_: int) -> str:
        own = sessions()
        try:
            return issuing.issue(own, own.get(Learner, rosa.id), HOURS, issuer, NOW).snapshot.id
        finally:
            own.close()

    session.commit()
    with ThreadPoolExecutor(6) as pool:
        made = set(pool.map(click, range(6)))
    assert len(made) == 1
    assert (count(session, Issued), count(session, Leaf)) == (1, 1)


def test_many_learners_at_once_leave_no_gap_in_the_log(
    sessions: Callable[[], Session], session: Session, joins: Callable[..., Learner], issuer: Issuer
):
    people = [joins(f"nurse{number}@hillside.example", f"Nurse {number} Vera").id for number in range(5)]

    def claim(id: str) -> int:
        own = sessions()
        try:
            return issuing.issue(own, own.get(Learner, id), HOURS, issuer, NOW).index
        finally:
            own.close()

    session.commit()
    with ThreadPoolExecutor(5) as pool:
        assert sorted(pool.map(claim, people)) == [0, 1, 2, 3, 4]
    assert log.checkpoint(session)[0] == 5


def test_another_persons_completion_of_the_same_id_is_another_certificate(
    joins: Callable[..., Learner], rosa: Learner, issues: Issues
):
    ana = joins("ana@hillside.example", "Ana Condori")
    assert issues(ana).snapshot.id != issues(rosa).snapshot.id


def test_a_name_that_changes_later_changes_no_certificate(session: Session, rosa: Learner, issues: Issues):
    made = issues(rosa)
    rosa.name = "Rosa Quispe Mamani"
    session.commit()
    assert papers.certificate(session, made.snapshot.id, NOW.date()) == made


def test_a_correction_has_the_new_name_and_supersedes(
    session: Session, rosa: Learner, grace: Learner, issues: Issues, issuer: Issuer
):
    old = issues(rosa)
    rosa.name = "Rosa Quispe Mamani"
    session.commit()
    new = issuing.correct(session, old.snapshot.id, "She has married", grace, issuer, NOW + DAY)
    assert new is not None
    assert (new.name, new.snapshot.supersedes, new.state) == ("Rosa Quispe Mamani", old.snapshot.id, "valid")
    assert new.snapshot.completed == old.snapshot.completed
    was = papers.certificate(session, old.snapshot.id, NOW.date())
    assert (was.state, was.follower, was.reason) == ("superseded", new.snapshot.id, "She has married")
    # Who asks again is given the one that stands now.
    assert issues(rosa, NOW + DAY).snapshot.id == new.snapshot.id
    with pytest.raises(Refused, match="state"):
        issuing.correct(session, old.snapshot.id, "Once more", grace, issuer, NOW + DAY)


def test_what_is_revoked_says_so_and_is_revoked_once(session: Session, rosa: Learner, grace: Learner, issues: Issues):
    made = issues(rosa)
    gone = issuing.revoke(session, made.snapshot.id, "Issued for the wrong person", grace, NOW + DAY)
    assert (gone.state, gone.by, gone.reason) == ("revoked", "coordinator", "Issued for the wrong person")
    assert gone.since == NOW + DAY
    for reason in ("Again", "   ", "x" * 501):
        with pytest.raises(Refused):
            issuing.revoke(session, made.snapshot.id, reason, grace, NOW + DAY)
    assert (count(session, Change), count(session, Leaf)) == (1, 2)
    assert [entry.verb for entry in ledger.of(session, rosa.id)] == ["claimed", "revoked"]
    # The completion is spent.
    assert issues(rosa, NOW + DAY).state == "revoked"


def test_a_reason_has_no_signs_that_act_instead_of_being_read(
    session: Session, rosa: Learner, grace: Learner, issues: Issues
):
    made = issues(rosa)
    said = "No\0t\x1b[31m hers\x07,\u202e\u2066 says\u2029the\x85 hospital"
    assert issuing.revoke(session, made.snapshot.id, said, grace, NOW).reason == "Not[31m hers, says the hospital"


def test_two_who_revoke_at_once_revoke_it_once(
    sessions: Callable[[], Session], session: Session, rosa: Learner, grace: Learner, issues: Issues
):
    id = issues(rosa).snapshot.id

    def revoke(_: int) -> str:
        own = sessions()
        try:
            issuing.revoke(own, id, "Not hers", own.get(Learner, grace.id), NOW)
        except Refused as refusal:
            return refusal.reason
        finally:
            own.close()
        return "revoked"

    session.commit()
    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(revoke, range(4))) == ["revoked", "state", "state", "state"]
    assert count(session, Change) == 1


def test_an_id_that_is_none_is_not_found(session: Session, grace: Learner, issuer: Issuer):
    assert issuing.revoke(session, "0" * 22, "Not there", grace, NOW) is None
    assert issuing.correct(session, "0" * 22, "Not there", grace, issuer, NOW) is None


def test_one_that_has_ended_is_expired_from_the_day_after(session: Session, rosa: Learner, issues: Issues):
    made = issues(rosa, expires=date(2027, 5, 1))
    states = [papers.certificate(session, made.snapshot.id, day).state for day in (date(2027, 5, 1), date(2027, 5, 2))]
    assert states == ["valid", "expired"]


@pytest.mark.parametrize(
    ("kind", "medium", "words"),
    [("completion", "reading", "enduring material"), ("teaching", "teaching", "learning from teaching")],
)
def test_its_statement_has_all_that_its_blanks_ask_for(
    release: Release, rosa: Learner, kind: str, medium: str, words: str
):
    blanks = "{provider} ({number}), {address}: {claimed} of {amount} {units} for “{title}”, {medium}"
    offer = Offer(
        system="HILL",
        name="Hillside points",
        unit="point",
        units="points",
        amount=Decimal(2),
        step=Decimal(1),
        statement=blanks,
        accreditation=Accreditation(
            system="HILL",
            provider="Hillside Academy",
            number="4711",
            address="Bridge Road 12",
            valid_from=NOW.date(),
            valid_to=NOW.date(),
        ),
    )
    activity, completion = release.activity("/modules/measuring-bp"), Completion("c1", 2, "r1", NOW)
    terms = terms_of(activity, completion, offer, Decimal(1), rosa, release, NOW, kind=kind)
    said = f"Hillside Academy (4711), Bridge Road 12: 1 of 2 point for “Measuring blood pressure”, {words}"
    assert (terms.statement, terms.kind, terms.medium) == (said, kind, medium)


def test_a_clock_that_went_back_issues_nothing(
    session: Session, joins: Callable[..., Learner], rosa: Learner, issues: Issues
):
    issues(rosa)
    ana = joins("ana@hillside.example", "Ana Condori")
    with pytest.raises(Refused, match="clock"):
        issues(ana, NOW - DAY)
    assert (count(session, Issued), count(session, Leaf), count(session, Holder)) == (1, 1, 1)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE certificate SET claimed = '5'",
        "DELETE FROM certificate",
        "UPDATE log_leaf SET hash = ''",
        "DELETE FROM checkpoint",
        "DELETE FROM certificate_change",
    ],
)
def test_the_database_itself_keeps_what_was_issued(
    session: Session, rosa: Learner, grace: Learner, issues: Issues, statement: str
):
    made = issues(rosa)
    issuing.revoke(session, made.snapshot.id, "To have a change", grace, NOW)
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(statement))
    session.rollback()


def test_an_erased_account_leaves_no_name_and_what_can_be_verified(session: Session, rosa: Learner, issues: Issues):
    made = issues(rosa)
    changing.erase(session, rosa, PASSWORD, NOW, (issuing.forget,))
    left = papers.certificate(session, made.snapshot.id, NOW.date())
    assert (left.name, left.salt, left.state) == (None, None, "valid")
    assert left.snapshot == made.snapshot
    assert left.paper == made.paper
    assert papers.pdf(session, made.snapshot.id) is None


def test_nothing_is_issued_to_an_account_erased_meanwhile(
    sessions: Callable[[], Session], session: Session, rosa: Learner, issuer: Issuer
):
    other = sessions()
    changing.erase(other, other.get(Learner, rosa.id), PASSWORD, NOW, (issuing.forget,))
    with pytest.raises(Refused, match="gone"):
        issuing.issue(session, rosa, HOURS, issuer, NOW)
    assert count(session, Issued) == 0


def test_only_its_holder_says_how_the_name_shows(
    session: Session, joins: Callable[..., Learner], rosa: Learner, issues: Issues
):
    made = issues(rosa)
    ana = joins("ana@hillside.example", "Ana Condori")
    assert not issuing.show_name(session, ana, made.snapshot.id, "match")
    assert issuing.show_name(session, rosa, made.snapshot.id, "initials")
    assert papers.certificate(session, made.snapshot.id, NOW.date()).shown == "initials"


def test_all_ones_certificates_are_one_question(session: Session, rosa: Learner, issues: Issues):
    for number in range(3):
        issues(rosa, completion=f"completion-{number}")
    assert [one.index for one in papers.of(session, rosa.id, NOW.date())] == [2, 1, 0]
