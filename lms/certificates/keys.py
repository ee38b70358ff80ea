"""The secret halves of signing keys: files that nobody else may read, or one that the environment gives.

No message of this file, and nothing that it raises or returns, shows a secret.
"""

import os
import re
import stat
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

from lms.certificates.rules.multikey import multikey

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_SECRET = re.compile(r"[0-9a-f]{64}")


class LostKey(Exception):
    """The secret of a key is not to be had; the message says why, and what an operator does about it."""


class Keyring:
    """Where secrets are: in `folder`, a file by the name of each key; or `given`, which stands in for all files."""

    def __init__(self, data: Path, given: str = "") -> None:
        self.folder = data / "keys"
        self._given = given

    def __repr__(self) -> str:
        return f"Keyring({str(self.folder)!r}, given={bool(self._given)})"

    @property
    def is_given(self) -> bool:
        return bool(self._given)

    def make(self, name: str) -> "Ed25519PrivateKey":
        """The secret of a new key; one that stands there already, for a database that was not told yet, is taken.

        Raises LostKey where nothing can be written.
        """
        if not self._given:
            try:
                self._write(name)
            except OSError as fault:
                raise LostKey(
                    f"{self.folder / name} cannot be written ({fault.strerror}): let Spoke write in {self.folder}, "
                    "or set LMS_SIGNING_KEY"
                ) from None
        return self.secret(name)

    def secret(self, name: str) -> "Ed25519PrivateKey":
        """The secret of a key. Raises LostKey."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        text = self._given or self._read(name)
        if not _SECRET.fullmatch(text):
            raise LostKey(f"{self.folder / name} is damaged: {_MEND}")
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(text))

    def _write(self, name: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = self.folder / f".{name}-{os.getpid()}-{token_hex(4)}"
        try:
            with os.fdopen(os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "w") as opened:
                opened.write(token_hex(32))
                opened.flush()
                os.fsync(opened.fileno())
            # Several begin at once: the first one's stays.
            with suppress(FileExistsError):
                os.link(fresh, self.folder / name)
        finally:
            fresh.unlink(missing_ok=True)
        # The database must never know a key whose file a failure of power took away.
        folder = os.open(self.folder, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)

    def _read(self, name: str) -> str:
        place = self.folder / name
        try:
            with place.open("rb") as opened:
                mode = stat.S_IMODE(os.fstat(opened.fileno()).st_mode)
                text = opened.read(200)
        except FileNotFoundError:
            raise LostKey(f"{place} is gone: {_MEND}") from None
        except OSError as fault:
            raise LostKey(f"{place} cannot be read ({fault.strerror}): let Spoke read it, or {_MEND}") from None
        if mode & 0o077:
            raise LostKey(
                f"others may read {place} (its mode is {mode:o}): `chmod 600` it, and if somebody else may have read "
                "it already, run `lms keys rotate`"
            )
        return text.decode("latin-1").strip()


_MEND = (
    "restore it from the backup, or copy it from the machine that has it; if it is lost for good, run "
    "`lms keys rotate`, which begins a new key and keeps all that was signed before verifiable"
)


def public(key: "Ed25519PrivateKey") -> str:
    """The public half of a key, as Multikey."""
    return multikey(key.public_key().public_bytes_raw())
