"""Certificates issued to the cast; keys, signed credentials, and two verifiers that are none of ours."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from openbadgeslib.errors import LibOpenBadgesException
from openbadgeslib.ob3 import OB3LdpVerifier
from sqlalchemy.orm import Session

from lms.certificates.drawing.looks import look_of
from lms.certificates.keys import Keyring, public
from lms.certificates.models.paper import Certificate
from lms.certificates.proofs import eddsa
from lms.certificates.rules import badges
from lms.certificates.rules.dids import did_document
from lms.certificates.service import issuing
from lms.certificates.service.issuing import Issuer, Terms
from lms.library.release import Release
from lms.library.shelf import Shelf
from lms.people.store import Learner
from tests.certificates.cast import certificate
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


#: Verifiers look at the clock of the machine that they run on.
LONG = {"issued": datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC), "expires": date(2120, 1, 2)}
KEY = Ed25519PrivateKey.from_private_bytes(b"hillside" * 4)
Signed = Callable[..., dict[str, Any]]
Verdicts = Callable[..., list[str]]


def did_of_hillside(did: str = "did:web:hillside.example") -> dict[str, Any]:
    return did_document(did, [("key-1", public(KEY))])


@pytest.fixture
def ring(tmp_path: Path) -> Keyring:
    return Keyring(tmp_path)


@pytest.fixture(scope="session")
def signed() -> Signed:
    """Signs what a certificate says, by a key that the document of `did_of_hillside` has."""

    def made(**changes: Any) -> dict[str, Any]:
        unsigned = badges.credential(certificate(**LONG | changes))
        return eddsa.signed(unsigned, KEY, f"{unsigned['issuer']['id']}#key-1", LONG["issued"])  # type: ignore[arg-type]

    return made


@pytest.fixture(scope="session")
def digital_bazaar() -> Verdicts:
    """What `@digitalbazaar/vc` has against each credential: nothing, "revoked", or why."""
    home = Path(__file__).parent / "verifier"
    if not shutil.which("node") or not (home / "node_modules" / "@digitalbazaar" / "vc").is_dir():
        why = "NOT VERIFIED by @digitalbazaar/vc, which is not installed: sh scripts/test-tools.sh"
        pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)

    def told(
        credentials: Iterable[object], did: Mapping[str, Any], lists: Iterable[dict[str, Any]] | None = None
    ) -> list[str]:
        documents = {did["id"]: did}
        for method in did["verificationMethod"]:
            documents[method["id"]] = {"@context": "https://w3id.org/security/multikey/v1", **method}
        documents |= {one["id"]: one for one in lists or ()}
        cases = [{"credential": one, "status": lists is not None} for one in credentials]
        given = json.dumps({"documents": documents, "credentials": cases})
        done = subprocess.run(["node", "verify.mjs"], cwd=home, input=given.encode(), capture_output=True, timeout=300)
        assert done.returncode == 0, done.stderr.decode()
        verdicts = json.loads(done.stdout)
        return [("revoked" if one.get("revoked") else "") if one["verified"] else one["why"] for one in verdicts]

    return told


@pytest.fixture(scope="session")
def openbadgeslib() -> Verdicts:
    """What openbadgeslib has against each credential: nothing, or why."""

    def told(credentials: Iterable[object], did: Mapping[str, Any]) -> list[str]:
        document = json.dumps(did).encode()
        verifier = OB3LdpVerifier.for_issuer_did(did["id"])
        return [why(verifier, json.dumps(one), document) for one in credentials]

    def why(verifier: OB3LdpVerifier, credential: str, document: bytes) -> str:
        try:
            verifier.verify(credential, download=lambda _url: document)
        except LibOpenBadgesException as fault:
            return str(fault) or type(fault).__name__
        return ""

    return told
