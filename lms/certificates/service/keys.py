"""Signing keys: made on first use, rotated by an operator, never replaced by themselves.

A secret never reaches the database: that has the public halves alone, of retired keys too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from lms.certificates.keys import Keyring, LostKey, public
from lms.certificates.store import keys as store
from lms.certificates.store.keys import SigningKey
from lms.db import writing

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


class NothingToRotate(Exception):
    """The environment still gives the key that signs now, or one that was retired; the message says what to do."""


@dataclass(frozen=True)
class Signing:
    """The key that signs now."""

    name: str
    key: "Ed25519PrivateKey"


def signing(session: Session, ring: Keyring, now: datetime) -> Signing:
    """The key to sign with: made where there never was one. Raises LostKey, and then nothing is replaced."""
    known = store.active(session)
    if known is None:
        known = _first(session, ring, now)
    return Signing(known.id, _secret(ring, known))


def rotate(session: Session, ring: Keyring, now: datetime) -> tuple[SigningKey, list[SigningKey]]:
    """Begin a new key; returns it, and those that it retires. What they signed stays verifiable.

    Raises NothingToRotate, and LostKey where the new one cannot be written.
    """
    writing(session)
    store.hold(session)
    known = store.known(session)
    name = _next(known)
    fresh = _made(session, ring, name)
    if any(key.public == fresh for key in known):
        session.rollback()
        if ring.is_given:
            raise NothingToRotate(
                "LMS_SIGNING_KEY is a key that was used already: set it to another one on every machine, such as "
                "`openssl rand -hex 32` prints, and rotate then"
            )
        raise NothingToRotate(f"{ring.folder / name} holds a key that was used already: move it away, and rotate then")
    retired = [key for key in known if key.retired is None]
    store.retire(session, now)
    made = store.add(session, name, fresh, now)
    session.commit()
    return made, retired


def verify(session: Session, ring: Keyring) -> None:
    """Raise LostKey when the key that signs now cannot be used; nothing where there is none yet."""
    known = store.active(session)
    if known is not None:
        _secret(ring, known)


def _first(session: Session, ring: Keyring, now: datetime) -> SigningKey:
    writing(session)
    store.hold(session)
    # Others may have been quicker.
    known = store.active(session)
    if known is None:
        name = _next(store.known(session))
        known = store.add(session, name, _made(session, ring, name), now)
    session.commit()
    return known


def _made(session: Session, ring: Keyring, name: str) -> str:
    try:
        return public(ring.make(name))
    except LostKey:
        session.rollback()
        raise


def _next(known: Sequence[SigningKey]) -> str:
    return f"key-{len(known) + 1}"


def _secret(ring: Keyring, known: SigningKey) -> "Ed25519PrivateKey":
    key = ring.secret(known.id)
    if public(key) == known.public:
        return key
    if ring.is_given:
        raise LostKey(f"LMS_SIGNING_KEY is not {known.id}, which signs now: set it back, or run `lms keys rotate`")
    raise LostKey(
        f"{ring.folder / known.id} is not the key that the database knows by this name: restore the one from the "
        "backup, or run `lms keys rotate`"
    )
