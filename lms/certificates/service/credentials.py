"""Credentials of certificates, signed; the document that lists our keys; and the lists of what was withdrawn."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from lms.certificates.drawing import badge
from lms.certificates.keys import Keyring
from lms.certificates.models.paper import Certificate, canonical
from lms.certificates.proofs import eddsa
from lms.certificates.rules import badges, baking, dids, statuses
from lms.certificates.service.keys import signing
from lms.certificates.store import keys as key_store
from lms.certificates.store import papers


class NoAddress(Exception):
    """The site's address has no did:web, so nobody could find the keys; the message says what it must be."""


def credential(session: Session, certificate: Certificate, ring: Keyring, now: datetime) -> dict[str, Any]:
    """The Open Badges 3.0 credential of a certificate, signed by the key that signs now.

    The same certificate and key make the same credential. Raises LostKey and NoAddress.
    """
    try:
        unsigned = badges.credential(certificate)
    except ValueError as fault:
        raise NoAddress(str(fault)) from None
    return _signed(session, unsigned, unsigned["issuer"]["id"], certificate.snapshot.issued, ring, now)


def credential_bytes(session: Session, certificate: Certificate, ring: Keyring, now: datetime) -> bytes:
    """The credential as it is downloaded and baked. Raises as `credential`."""
    return canonical(credential(session, certificate, ring, now))


def baked_png(session: Session, certificate: Certificate, ring: Keyring, now: datetime, accent: str) -> bytes:
    """The certificate's badge as a PNG with the credential in it. Raises as `credential`."""
    held = credential_bytes(session, certificate, ring, now)
    return baking.bake_png(badge.png(certificate.snapshot, accent), held.decode())


def baked_svg(session: Session, certificate: Certificate, ring: Keyring, now: datetime, accent: str) -> bytes:
    """The certificate's badge as an SVG with the credential in it. Raises as `credential`."""
    held = credential_bytes(session, certificate, ring, now)
    return baking.bake_svg(badge.svg(certificate.snapshot, accent), held.decode())


def did_document(session: Session, issuer: str) -> dict[str, Any]:
    """The document of the site at `issuer`, with every key there ever was. Raises NoAddress."""
    try:
        did = dids.did_of(issuer)
    except ValueError as fault:
        raise NoAddress(str(fault)) from None
    return dids.did_document(did, [(key.id, key.public) for key in key_store.known(session)])


def status_list(session: Session, issuer: str, number: int, ring: Keyring, now: datetime) -> dict[str, Any] | None:
    """The signed status list of this number; None where no certificate needs it. Raises LostKey and NoAddress."""
    first = number * statuses.BITS
    if not papers.any_from(session, first):
        return None
    withdrawn = papers.withdrawn(session, first, first + statuses.BITS - 1)
    try:
        unsigned = badges.status_list(issuer, number, withdrawn, now)
    except ValueError as fault:
        raise NoAddress(str(fault)) from None
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return _signed(session, unsigned, unsigned["issuer"], day, ring, now)


def verify(credential: object, did_document: dict[str, Any]) -> list[str]:
    """What speaks against a credential or status list, by its issuer's DID document; nothing where it is sound."""
    return eddsa.problems(credential, did_document)


def _signed(
    session: Session, unsigned: dict[str, Any], did: str, created: datetime, ring: Keyring, now: datetime
) -> dict[str, Any]:
    key = signing(session, ring, now)
    return eddsa.signed(unsigned, key.key, f"{did}#{key.name}", created)
