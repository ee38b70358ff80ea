"""Passwords; and the pauses that grow with failures, and with letters that are asked for."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Network, ip_address

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.orm import Session

from lms import db
from lms.people import models, store
from lms.people.service.refusals import MOST_LETTERS, Paused, Refused
from lms.people.store import Learner, digest

#: Failures without a pause: of an address from one place; of an address, or of a place, in all.
FREE, FREE_IN_ALL = 5, 50
LONGEST_PAUSE = timedelta(minutes=15)

#: https://cheatsheetseries.owasp.org: argon2id with 19 MiB, two passes and one lane is the least that is recommended.
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def is_password(password: str, hashed: str | None) -> bool:
    """Whether it is the password; an unknown account takes as long as a known one."""
    try:
        HASHER.verify(hashed or _nobodys(), password[: models.LONGEST + 1])
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False
    return hashed is not None


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return HASHER.hash(store.token_urlsafe(32))


def verify_password(session: Session, learner: Learner, password: str, now: datetime) -> None:
    """Raise Refused when it is not the password of somebody who is signed in, and Paused after too many failures."""
    keys = [digest(f"password {learner.id}")]
    verify_no_pause(session, keys, now)
    session.commit()
    if not is_password(password, learner.password):
        db.writing(session)
        store.fail(session, keys[0], now)
        session.commit()
        raise Refused("wrong")
    store.forgive(session, keys)


def begin_as(session: Session, learner: Learner) -> None:
    """Begin to write about an account that was looked at a while ago, for nobody else to change meanwhile.

    Raises Refused where it was closed since then, or has another password.
    """
    known = learner.password
    db.writing(session)
    session.refresh(learner, with_for_update=True)
    if not learner.active or learner.password != known:
        session.rollback()
        raise Refused("wrong")


def keys_of(email: str, place: str) -> list[str]:
    """What failures are counted by: the address from this place, the address, the place."""
    place = counted(place)
    return [digest(f"both {email} {place}"), digest(f"email {email}"), digest(f"place {place}")]


def counted(place: str) -> str:
    """The place that a request comes from, as it is counted: who has one address of IPv6 has all of its /64."""
    try:
        address = ip_address(place)
    except ValueError:
        return place
    if isinstance(address, IPv4Address):
        return str(address)
    return str(address.ipv4_mapped or IPv6Network((int(address) >> 64 << 64, 64)))


def verify_no_pause(session: Session, keys: Sequence[str], now: datetime) -> None:
    """Raise Paused while one of these keys has failed too often."""
    known = store.failures(session, keys)
    for number, key in enumerate(keys):
        failure = known.get(key)
        if failure is None:
            continue
        over = failure.count - (FREE if number == 0 else FREE_IN_ALL)
        if over >= 0:
            pause = min(LONGEST_PAUSE, timedelta(seconds=2 ** min(over, 12)))
            if failure.last + pause > now:
                raise Paused(failure.last + pause - now)


def count_asking(session: Session, place: str, now: datetime) -> None:
    """Count that somebody without an account asks for a letter. Raises Paused where one place has asked very often."""
    if not place:
        return
    key = digest(f"letters from {counted(place)}")
    verify_no_pause(session, [digest(""), key], now)
    store.fail(session, key, now)


def may_be_reminded(session: Session, email: str, now: datetime) -> bool:
    """Whether the owner of an account is to be told again today that there is one; counted when it is so."""
    key = digest(f"known {email}")
    known = store.failures(session, [key]).get(key)
    # What is not written is not counted: whoever goes on asking keeps nobody from tomorrow's letter.
    if known is not None and known.count >= MOST_LETTERS and known.last + timedelta(days=1) > now:
        return False
    store.fail(session, key, now)
    return True
