"""Certificates issued, corrected and revoked: each time one row that stays, one leaf of the log, one ledger entry."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from secrets import token_bytes, token_hex
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms import db
from lms.certificates.drawing import paper as drawing
from lms.certificates.models.look import Paper
from lms.certificates.models.paper import (
    Certificate,
    Shown,
    Signature,
    Snapshot,
    State,
    canonical,
    commitment,
    event_leaf,
    leaf,
)
from lms.certificates.rules import ids
from lms.certificates.rules.periods import renewable
from lms.certificates.store import log, papers
from lms.certificates.store.papers import Change, Holder, Issued, Sheet
from lms.ledger import store as ledger
from lms.ledger.models import Entry
from lms.library.models import Site
from lms.people.store import Learner

#: Signs that do something to what shows them, or turn the words after them round.
_ACTING = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")

Reason = Literal["gone", "clock", "state", "reason", "missing", "address"]


class Refused(Exception):
    """It cannot be done, and why: the account is erased, the clock goes back, the state is another already …"""

    def __init__(self, reason: Reason, words: str = "") -> None:
        super().__init__(words or reason)
        self.reason = reason


@dataclass(frozen=True)
class Issuer:
    """Who issues certificates, and how they look."""

    organisation: str
    url: str
    """The site's address, without a slash at its end."""
    contact: str
    sample: bool
    look: Paper
    signatures: tuple[Signature, ...] = ()


def issuer_of(site: Site, url: str, look: Paper, signatures: tuple[Signature, ...] = ()) -> Issuer:
    return Issuer(site.organisation or site.title, url.rstrip("/"), site.contact or "", site.sample, look, signatures)


@dataclass(frozen=True)
class Terms:
    """What a certificate is issued for."""

    completion: str
    """The id of the ledger's entry of the completion."""
    activity: str
    title: str
    lang: str
    medium: str
    edition: int
    revision: str
    completed: datetime
    system: str
    system_name: str
    unit: str
    units: str
    offered: Decimal
    claimed: Decimal
    kind: Literal["completion", "teaching"] = "completion"
    profession: str = ""
    provider: str = ""
    provider_number: str = ""
    provider_address: str = ""
    statement: str = ""
    objectives: tuple[str, ...] = ()
    faculty: tuple[str, ...] = ()
    shown: str = ""
    expires: date | None = None
    renews: str = ""


def issue(session: Session, learner: Learner, terms: Terms, issuer: Issuer, now: datetime) -> Certificate:
    """The certificate of a completion: a new one, or the one that there is already. Raises Refused."""
    there = papers.of_completion(session, learner.id, terms.completion, now.date())
    return there or _issue(session, learner, terms, issuer, now, None)


def correct(session: Session, id: str, reason: str, by: Learner, issuer: Issuer, now: datetime) -> Certificate | None:
    """The same certificate with its holder's present name; the old one is superseded. None where there is none.

    Raises Refused: for one that counts no more, or whose account is erased, or without a reason.
    """
    reason = _reason(reason)
    row = papers.row(session, id)
    old = papers.certificate(session, id, now.date())
    learner = session.get(Learner, row.learner_id) if row else None
    if row is None or old is None or learner is None:
        return None
    if not old.counts:
        raise Refused("state")
    said = old.snapshot.model_dump(include=set(Terms.__dataclass_fields__))
    terms = Terms(**said, completion=row.completion)
    return _issue(session, learner, terms, issuer, now, (row, reason, by))


def revoke(session: Session, id: str, reason: str, by: Learner, now: datetime) -> Certificate | None:
    """Say that a certificate is not valid any more, and why; None where there is none. Raises Refused."""
    reason = _reason(reason)
    db.writing(session)
    row = papers.row(session, id)
    if row is None:
        session.rollback()
        return None
    ledger.hold(session, row.learner_id)
    found = papers.certificate(session, id, now.date())
    if found is None or not found.counts:
        session.rollback()
        raise Refused("state")
    _change(session, row, "revoked", reason, by, now)
    session.commit()
    return papers.certificate(session, id, now.date())


def show_name(session: Session, learner: Learner, id: str, shown: Shown) -> bool:
    """How the holder's name shows to those who verify; False where the certificate is not theirs."""
    db.writing(session)
    row = papers.row(session, id)
    if row is None or row.learner_id != learner.id:
        session.rollback()
        return False
    papers.show_name(session, id, shown)
    session.commit()
    return True


def forget(session: Session, learner: Learner) -> None:
    """Erase the learner's name from what was issued, and the papers that have it; for `changing.erase`."""
    papers.forget(session, learner.id)


def own_data(session: Session, learner: Learner, today: date) -> dict[str, object]:
    """The learner's certificates, for themselves; for `changing.own_data`."""
    found = papers.of(session, learner.id, today)
    return {"certificates": [one.model_dump(mode="json") for one in found]}


# -- Inside ---------------------------------------------------------------------------------------------------------


def _issue(
    session: Session,
    learner: Learner,
    terms: Terms,
    issuer: Issuer,
    now: datetime,
    corrects: tuple[Issued, str, Learner] | None,
) -> Certificate:
    before, reason, by = corrects or (None, "", None)
    # Drawing takes longer than all else: nobody waits for it.
    name, salt = learner.name, token_hex(16)
    size, root = log.checkpoint(session)
    snapshot = _snapshot(terms, issuer, name, learner.zone, salt, now, size, root, before.id if before else "")
    pdf = drawing.stamped(drawing.draw(snapshot, name, issuer.look), token_bytes(drawing.STAMP))
    text, fingerprint, pepper = _text(snapshot), sha256(pdf).hexdigest(), token_hex(16)
    db.writing(session)
    ledger.hold(session, learner.id)
    session.refresh(learner)
    if learner.erased is not None:
        session.rollback()
        raise Refused("gone")
    there = papers.of_completion(session, learner.id, terms.completion, now.date())
    if there is not None and (before is None or there.snapshot.id != before.id or there.state == "revoked"):
        session.rollback()
        if before is not None:
            raise Refused("state")
        return there
    try:
        index = log.append(session, "certificate", snapshot.id, leaf(text, fingerprint, pepper), now)
        papers.put(
            session,
            Issued(
                id=snapshot.id,
                index=index,
                learner_id=learner.id,
                completion=terms.completion,
                serial=before.serial + 1 if before else 0,
                activity=terms.activity,
                edition=terms.edition,
                system=terms.system,
                claimed=str(terms.claimed),
                issued=now,
                snapshot=text,
                paper=fingerprint,
                pepper=pepper,
            ),
            Holder(certificate_id=snapshot.id, name=name, salt=salt),
            Sheet(certificate_id=snapshot.id, pdf=pdf),
        )
        if before is not None and by is not None:
            _change(session, before, "superseded", reason, by, now, snapshot.id)
        ledger.append(session, [_claimed(snapshot, learner.id, terms.completion, now)])
        session.commit()
    except log.ClockBehind as fault:
        session.rollback()
        raise Refused("clock", str(fault)) from fault
    except IntegrityError:
        # Somebody was quicker with the same completion.
        session.rollback()
        there = papers.of_completion(session, learner.id, terms.completion, now.date())
        if there is None or before is not None:
            raise
        return there
    made = papers.certificate(session, snapshot.id, now.date())
    assert made is not None
    return made


def _snapshot(
    terms: Terms,
    issuer: Issuer,
    name: str,
    zone: str,
    salt: str,
    now: datetime,
    size: int,
    root: str,
    supersedes: str,
) -> Snapshot:
    said = {field: getattr(terms, field) for field in Terms.__dataclass_fields__ if field != "completion"}
    said["completed"] = terms.completed.astimezone(ZoneInfo(zone))
    return Snapshot(
        **said,
        id=ids.fresh(),
        holder=commitment(name, salt),
        organisation=issuer.organisation,
        issuer=issuer.url,
        contact=issuer.contact,
        signatures=issuer.signatures,
        # Its day is the one where its holder is.
        issued=now.astimezone(ZoneInfo(zone)),
        supersedes=supersedes,
        log_size=size,
        log_root=root,
        sample=issuer.sample,
    )


def _text(snapshot: Snapshot) -> str:
    return canonical(snapshot.model_dump(mode="json")).decode()


def _change(
    session: Session, row: Issued, state: State, reason: str, by: Learner, now: datetime, follower: str = ""
) -> None:
    role = "administrator" if "coordinator" not in by.roles else "coordinator"
    try:
        index = log.append(session, "state", row.id, event_leaf(row.id, state, now, reason, role, follower), now)
    except log.ClockBehind as fault:
        session.rollback()
        raise Refused("clock", str(fault)) from fault
    session.add(
        Change(
            index=index,
            certificate_id=row.id,
            state=state,
            at=now,
            by=role,
            by_id=by.id,
            reason=reason,
            follower=follower,
        )
    )
    session.flush()
    entry = Entry(
        id=f"{state}-{row.id}",
        learner=row.learner_id,
        verb=state,
        activity=row.activity,
        edition=row.edition,
        happened=now,
        arrived=now,
        data={"certificate": row.id, "reason": reason, "by": by.id, "follower": follower},
    )
    ledger.append(session, [entry])


def _claimed(snapshot: Snapshot, learner_id: str, completion: str, now: datetime) -> Entry:
    return Entry(
        id=f"claimed-{snapshot.id}",
        learner=learner_id,
        verb="claimed",
        activity=snapshot.activity,
        edition=snapshot.edition,
        revision=snapshot.revision,
        happened=now,
        arrived=now,
        data={
            "certificate": snapshot.id,
            "completion": completion,
            "system": snapshot.system,
            "claimed": str(snapshot.claimed),
            "offered": str(snapshot.offered),
            "supersedes": snapshot.supersedes,
            "renewable": renewable(snapshot.completed.date(), ends).isoformat() if (ends := snapshot.expires) else "",
        },
    )


def _reason(text: str) -> str:
    text = " ".join(_ACTING.sub("", " ".join(text.split())).split())
    if not 3 <= len(text) <= 500:
        raise Refused("reason")
    return text
