"""The store: files under addresses that never change their content, shared by all releases."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import file_digest, sha256
from pathlib import Path
from uuid import uuid4

from lms.media.renditions.types import ending
from lms.text.slugs import slug


class ChangedMeanwhile(Exception):
    """A file of the content folder changed between being read and being kept."""


class Store:
    """`data/store`: `<hash>/<name>` has the bytes of the address `/media/<hash>/<name>`.

    Every write lands whole or not at all, whoever else writes and whenever the process is killed.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, url: str) -> Path:
        return self.root / url.removeprefix("/media/")

    def size(self, url: str) -> int | None:
        """The size of what stands at an address, or None."""
        try:
            return self.path(url).stat().st_size
        except OSError:
            return None

    def keep(self, source: Path, digest: str, name: str) -> str:
        """The address of a copy of the file `source`, whose sha256 in hex is `digest`.

        Copies only what is not there. Raises ChangedMeanwhile when the bytes are others than the digest says.
        """
        url = address(digest, name)
        if self.size(url) != source.stat().st_size:
            with self.making(url) as fresh:
                _copy(source, fresh)
                with fresh.open("rb") as copied:
                    if file_digest(copied, "sha256").hexdigest() != digest:
                        raise ChangedMeanwhile(f"{source.name} changed while it was read")
        return url

    def write(self, url: str, data: bytes) -> None:
        with self.making(url) as fresh:
            fresh.write_bytes(data)

    @contextmanager
    def making(self, url: str) -> Iterator[Path]:
        """A path to write to; when the block ends well, what was written stands at the address."""
        drafts = self.root / ".drafts"
        drafts.mkdir(parents=True, exist_ok=True)
        fresh = drafts / f"{os.getpid()}-{uuid4().hex}"
        try:
            yield fresh
            with fresh.open("rb") as written:
                os.fsync(written.fileno())
            place = self.path(url)
            place.parent.mkdir(parents=True, exist_ok=True)
            fresh.replace(place)
        finally:
            fresh.unlink(missing_ok=True)


def address(digest: str, name: str, recipe: str = "") -> str:
    """The address of a file with this sha256, or of what `recipe` makes of it."""
    made = sha256(f"{digest}\n{recipe}".encode()).hexdigest() if recipe else digest
    return f"/media/{made[:16]}/{safe(name)}"


def safe(name: str) -> str:
    """`name` in plain ASCII, for addresses that every player takes."""
    stem, kind = (name.rpartition(".")[0], ending(name)) if "." in name else (name, "")
    plain = "-".join(part for part in slug(stem).lower().encode("ascii", "ignore").decode().split("-") if part)
    return f"{plain[:80] or 'file'}.{kind}" if kind.isalnum() and kind.isascii() else plain[:80] or "file"


def _copy(source: Path, to: Path) -> None:
    """Copy bytes; on file systems that can, both files share the same blocks."""
    with source.open("rb") as reading, to.open("wb") as writing:
        try:
            while os.copy_file_range(reading.fileno(), writing.fileno(), 1 << 30):
                pass
        except (OSError, AttributeError):  # another file system, or another operating system
            reading.seek(0)
            writing.seek(0)
            shutil.copyfileobj(reading, writing, 1 << 20)
        writing.truncate()
