"""What a certificate says, once and for ever; who holds it; what became of it."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from lms.text.values import Value

State = Literal["valid", "superseded", "revoked", "expired"]
#: The states of certificates that count no more. What has expired was earned all the same, in its time.
OVER: tuple[State, ...] = ("revoked", "superseded")

Shown = Literal["full", "initials", "match"]
"""How the name shows on the verification page: in full, as initials, or to whoever types the surname."""


class Signature(Value):
    name: str
    role: str = ""


class Snapshot(Value):
    """All that a certificate says but the holder's name, which stands beside it so that it can be erased."""

    id: Annotated[str, Field(pattern=r"^[0-9A-HJKMNP-TV-Z]{22}$")]
    """Of the verification page: 105 random bits in Crockford's base 32, and a check symbol."""
    kind: Literal["completion", "teaching"] = "completion"
    holder: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    """A `commitment`: proves the name as long as it and its salt are kept, tells nothing afterwards."""
    activity: str
    """The address, such as /modules/measuring-bp."""
    title: str
    lang: str
    medium: str
    """`reading`, `recording`, `audio`, `course` or `teaching`."""
    edition: int
    revision: str
    """The release that it was completed with."""
    organisation: str
    """Who issues it."""
    issuer: str
    """The address of the site, without a slash at its end."""
    contact: str = ""
    profession: str = ""
    system: str
    system_name: str
    unit: str
    units: str
    offered: Decimal
    claimed: Decimal
    provider: str = ""
    provider_number: str = ""
    provider_address: str = ""
    statement: str = ""
    """The credit system's statement with its blanks filled; empty for plain hours."""
    objectives: tuple[str, ...] = ()
    faculty: tuple[str, ...] = ()
    signatures: tuple[Signature, ...] = ()
    shown: str = ""
    """Digest of the front that was shown before it began: see `credit.models.Front`."""
    completed: AwareDatetime
    issued: AwareDatetime
    expires: date | None = None
    """The last day on which it is valid; None where it stays so."""
    renews: str = ""
    """The certificate of the completion before this one."""
    supersedes: str = ""
    """The certificate that this one corrects."""
    log_size: int = 0
    log_root: str = ""
    """The checkpoint of the transparency log that is printed on it: how many leaves it had, and their root in hex."""
    sample: bool = False
    """Whether it is of a sample programme, and is worth nothing."""

    @property
    def url(self) -> str:
        return f"{self.issuer}/v/{self.id}"


class Certificate(Value):
    """A certificate with what stands beside its snapshot, as everyone who shows it is given it."""

    snapshot: Snapshot
    name: str | None
    """The holder's, as printed; None once the account is erased."""
    salt: str | None
    """32 hex digits; gone with the name."""
    paper: str
    """SHA-256 of the PDF, in hex."""
    index: int
    """Its place among the leaves of the log, from 0."""
    shown: Shown = "full"
    state: State = "valid"
    since: AwareDatetime | None = None
    """When it came into that state, if it is another than at first."""
    reason: str = ""
    by: str = ""
    """Who revoked it: `coordinator` or `administrator`, never a name."""
    follower: str = ""
    """The certificate that supersedes it."""

    @property
    def counts(self) -> bool:
        """Whether it stands for what was earned."""
        return self.state not in OVER


def canonical(value: object) -> bytes:
    """JSON in one way alone: sorted keys, no spaces, UTF-8. `Decimal` and moments are to be text already."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def commitment(name: str, salt: str) -> str:
    """What a snapshot has of its holder's name."""
    return sha256((name + salt).encode()).hexdigest()


def leaf(snapshot: str, paper: str, pepper: str) -> bytes:
    """What the transparency log has of a certificate, before it is hashed.

    `snapshot` is the row's text, `paper` the SHA-256 of its PDF, `pepper` 32 random hex digits, so that a hash tells
    nothing to whoever guesses what stands in the snapshot.
    """
    return canonical({"kind": "certificate", "snapshot": snapshot, "paper": paper, "salt": pepper})


def event_leaf(certificate: str, state: State, when: datetime, reason: str, by: str, follower: str = "") -> bytes:
    """What the transparency log has of a change of state."""
    return canonical(
        {
            "kind": "state",
            "certificate": certificate,
            "state": state,
            "when": when.astimezone(UTC).isoformat(),
            "reason": reason,
            "by": by,
            "follower": follower,
        }
    )


def clock_leaf(ahead: datetime, right: datetime) -> bytes:
    """What the transparency log has of a clock that had been ahead: the last entry's time, and the right one."""
    said = {"kind": "clock", "ahead": ahead.astimezone(UTC).isoformat(), "right": right.astimezone(UTC).isoformat()}
    return canonical(said)
