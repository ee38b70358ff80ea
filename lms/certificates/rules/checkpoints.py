"""Checkpoints of the log as text, in the form that log witnesses read: https://c2sp.org/tlog-checkpoint.

    learn.example.org/certificates/log
    1024
    qAGwvGTYL1aGc2d1x7xZAn7Z6aZDsKC8kSBf4O7zzJs=
    time 2026-11-22T09:30:00Z

The last line is an extension: when the server said so. Where there is a key, an empty line and signatures follow
(https://c2sp.org/signed-note).
"""

import binascii
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from lms.certificates.models.log import Kept

_ED25519 = b"\x01"
_TYPED = re.compile(r"(\d{1,12}):([0-9a-fA-F]{64})")
_NUMBER = re.compile(r"0|[1-9]\d{0,11}")


@dataclass(frozen=True)
class Signer:
    """A key that signs checkpoints: its name (no space, no plus), its 32 public bytes, and how it signs."""

    name: str
    public: bytes
    sign: Callable[[bytes], bytes]

    @property
    def id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    @property
    def verifier(self) -> str:
        """The public key as programs that verify notes take it."""
        return f"{self.name}+{self.id.hex()}+{b64encode(_ED25519 + self.public).decode()}"


def text(origin: str, size: int, root: str, said: datetime, signers: Sequence[Signer] = ()) -> str:
    """A checkpoint as it is published; `root` is in hex. Of the moment only the minute is told."""
    minute = said.astimezone(UTC).replace(second=0, microsecond=0)
    body = f"{origin}\n{size}\n{b64encode(bytes.fromhex(root)).decode()}\ntime {minute:%Y-%m-%dT%H:%M:%SZ}\n"
    if not signers:
        return body
    lines = (f"\u2014 {one.name} {b64encode(one.id + one.sign(body.encode())).decode()}\n" for one in signers)
    return f"{body}\n{''.join(lines)}"


def typed(words: str) -> Kept | None:
    """The checkpoint that is typed from a certificate as `size:root`; None where it is none."""
    found = _TYPED.fullmatch(words.strip())
    return Kept(name=words.strip()[:40], size=int(found[1]), root=found[2].lower()) if found else None


def read(name: str, said: str) -> Kept:
    """The checkpoint in a file that somebody kept. Raises ValueError, which says what is wrong with it."""
    lines = [line.strip() for line in said.lstrip("\ufeff").strip().splitlines()]
    if len(lines) == 1 and (found := typed(lines[0])):
        return found.model_copy(update={"name": name})
    if len(lines) < 3 or not _NUMBER.fullmatch(lines[1]):
        raise ValueError(
            "it is no checkpoint: that has an origin, a number of entries and a root, each on its own line"
        )
    try:
        root = b64decode(lines[2], validate=True)
    except binascii.Error:
        root = b""
    if len(root) != 32:
        raise ValueError(f"its third line is no root: `{lines[2][:60]}` is not 32 bytes in base64")
    return Kept(name=name, origin=lines[0], size=int(lines[1]), root=root.hex(), said=_time(lines[3:]))


def _time(lines: Sequence[str]) -> datetime | None:
    for line in lines:
        if not line:
            return None
        if line.startswith("time "):
            try:
                found = datetime.fromisoformat(line[5:])
            except ValueError:
                raise ValueError(f"its time cannot be read: `{line[:60]}`") from None
            return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None
