"""Verification: what anybody may know of a certificate whose id they have; and how often one may ask in vain."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from ipaddress import ip_address, ip_network
from typing import Any, Literal

from sqlalchemy.orm import Session

from lms import db
from lms.certificates.models.paper import Certificate, leaf
from lms.certificates.rules import ids, names
from lms.certificates.store import log
from lms.certificates.store import verifying as store
from lms.certificates.store.papers import whole
from lms.db import Glance
from lms.people import store as people
from lms.people.service.passwords import verify_no_pause
from lms.people.service.refusals import Paused
from lms.people.store import digest

#: Of one place: ids that are none, before it has to wait; for how long at most; and when they are forgotten.
FREE, LONGEST, FORGOTTEN = 50, timedelta(minutes=15), timedelta(hours=1)


@dataclass(frozen=True)
class Found:
    """A certificate as a row: what it says is read when somebody looks."""

    row: Any
    today: date

    @property
    def id(self) -> str:
        return str(self.row.id)

    @property
    def version(self) -> Hashable:
        """Another one whenever what is shown is another; the certificate itself never changes."""
        row = self.row
        return row.changed, row.shown, row.name

    @cached_property
    def certificate(self) -> Certificate:
        return whole(self.row, self.today)

    @property
    def naming(self) -> Literal["full", "initials", "match", "erased"]:
        """How the holder's name shows."""
        return "erased" if self.row.name is None else self.row.shown

    @property
    def name(self) -> str:
        """What everybody reads of the holder's name."""
        if self.naming == "initials":
            return names.initials(self.row.name)
        return str(self.row.name) if self.naming == "full" else ""

    @property
    def logged(self) -> bytes:
        """What the log's leaf is the hash of."""
        return leaf(self.row.snapshot, self.row.paper, self.row.pepper)


@dataclass(frozen=True)
class Inclusion:
    """That a certificate is in the log, for whoever reckons it again."""

    index: int
    size: int
    root: str
    hash: str
    proof: tuple[str, ...]


def find(session: Session | Glance, typed: str, today: date) -> Found | None:
    """The certificate that an id, however it is spelt, is of."""
    id = ids.parse(typed)
    row = store.found(session, id) if id else None
    return Found(row, today) if row else None


def inclusion(session: Session | Glance, found: Found) -> Inclusion:
    """The proof that a certificate is in the log as it stands."""
    size, root = log.checkpoint(session)
    proof = tuple(part.hex() for part in log.inclusion(session, found.row.leaf, size))
    return Inclusion(found.row.leaf, size, root, found.row.hash, proof)


def knows_name(session: Session, found: Found, typed: str, place: str, now: datetime) -> bool:
    """Whether somebody who typed this knows the holder's name. Raises Paused after too many tries."""
    keys = [digest(f"holder {found.id} {_around(place)}"), digest(f"holder {found.id}")]
    verify_no_pause(session, keys, now)
    if names.matches(typed, found.row.name or ""):
        return True
    db.writing(session)
    for key in keys:
        people.fail(session, key, now)
    session.commit()
    return False


def count_miss(session: Session, place: str, now: datetime) -> None:
    """Count that somebody asked for an id that is none. Raises Paused where one place did so very often.

    While it is paused nothing is written, so that asking in vain costs ever less.
    """
    key = digest(f"certificates {_around(place)}")
    known = people.failures(session, [key]).get(key)
    over = known.count - FREE if known else -1
    if known and over >= 0 and now - known.last <= FORGOTTEN:
        until = known.last + min(LONGEST, timedelta(seconds=2 ** min(over, 12)))
        if until > now:
            raise Paused(until - now)
    db.writing(session)
    if known and now - known.last > FORGOTTEN:
        people.forgive(session, [key])
    people.fail(session, key, now)
    session.commit()


def _around(place: str) -> str:
    """The network that one household or clinic has: of IPv6 it is many addresses."""
    try:
        found = ip_address(place)
    except ValueError:
        return place
    return place if found.version == 4 else str(ip_network((found, 56), strict=False))
