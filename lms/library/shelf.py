"""The data folder: which releases it keeps, which one is current, and where the bytes of media files are.

`data/current` is a symlink to the release being served, and `data/drafts`, where the folder has any, to the one that
authors are served; `data/store/<hash>/<name>` is shared by all releases.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from lms.library.release import FORMAT, Memory, NoRelease, Release
from lms.media.models import Asset


class Shelf:
    """The data folder as those see it who serve: always the current release.

    A change of `current` is seen at the next call, with one readlink; requests under way keep the release they began.
    """

    def __init__(self, data: Path) -> None:
        self.data = data
        self._open: Release | None = None
        self._drafts: Release | None = None

    def release(self) -> Release:
        """The current release. Raises NoRelease when nothing is published."""
        for _ in range(5):
            name = current(self.data)
            held = self._open
            if held is not None and held.id == name:
                return held
            if name is None:
                break
            try:
                self._open = Release(self.data / "releases" / name)
            except sqlite3.DatabaseError:
                continue  # pruned between the two looks, for `current` has moved on; or damaged
        raise NoRelease

    def drafts(self) -> Release:
        """The release with drafts, where there is one; else the current one."""
        name = current(self.data, "drafts")
        held = self._drafts
        if name is not None and (held is None or held.id != name):
            with suppress(sqlite3.DatabaseError):  # pruned just now, or damaged
                self._drafts = held = Release(self.data / "releases" / name)
        return held if held is not None and held.id == name else self.release()

    def file(self, asset: Asset) -> Path:
        """Where the store has an asset's bytes."""
        return stored(self.data, asset.url)


def stored(data: Path, url: str) -> Path:
    """The place in the store of the media address `url`."""
    return data / "store" / url.removeprefix("/media/")


def current(data: Path, pointer: str = "current") -> str | None:
    """The id of the release that `current` points at, or another pointer."""
    try:
        return os.readlink(data / pointer).rpartition("/")[2]
    except OSError:
        return None


def switch(data: Path, id: str) -> None:
    """Make `id` the current release in one atomic step, and note it as the last of those that were."""
    (data / "rolled-back").unlink(missing_ok=True)
    if current(data) == id:
        return
    history = [one for one in past(data) if one != id] + [id]
    replace_file(data / "history", "".join(f"{one}\n" for one in history[-100:]))
    point(data, "current", id)


def point(data: Path, pointer: str, id: str | None) -> None:
    """Let a pointer point at a release in one atomic step; at nothing, with None."""
    if id is None:
        (data / pointer).unlink(missing_ok=True)
        return
    fresh = data / f".current-{os.getpid()}"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(Path("releases") / id)
    fresh.replace(data / pointer)


def switch_back(data: Path) -> str | None:
    """Make the release that was current before the current one current again; its id, or None when there is none.

    One with drafts is passed over, unless the current one has drafts too: readers are not to see them.
    """
    history, now, ids, plain = past(data), current(data), kept(data), kept(data, drafts=False)
    while history and history[-1] != now:
        history.pop()
    before = [one for one in history[:-1] if one in (ids if now in ids and now not in plain else plain)]
    if not before:
        return None
    # The one gone back from is no longer of the past, but is kept: publishing the same files goes forward to it.
    replace_file(data / "history", "".join(f"{one}\n" for one in before[:-1]))
    switch(data, before[-1])
    replace_file(data / "rolled-back", "")
    return before[-1]


def past(data: Path) -> list[str]:
    """Ids of the releases that were current, the last one last."""
    try:
        return (data / "history").read_text(encoding="utf-8").split()
    except OSError:
        return []


def kept(data: Path, *, drafts: bool = True) -> list[str]:
    """Ids of this format's whole releases, the newest first, those with `drafts` if wanted; a damaged one is none."""
    found = []
    for file in (data / "releases").glob("*/release.db"):
        if not file.parent.name.startswith("."):
            try:
                with closing(Memory(file.parent)) as memory:
                    if memory.meta("format") == FORMAT and (drafts or memory.meta("drafts") != "1"):
                        found.append((memory.meta("published"), file.stat().st_mtime_ns, file.parent.name))
            except sqlite3.DatabaseError:
                continue
    return [name for _, _, name in sorted(found, reverse=True)]


def prune(data: Path, keep: int) -> list[str]:
    """Delete all but the current release, that of drafts, and `keep` others, the newest; also files that none uses."""
    now = {current(data), current(data, "drafts")}
    stay = {*now, *[id for id in kept(data) if id not in now][:keep]}
    gone = [folder.name for folder in (data / "releases").iterdir() if folder.name not in stay]
    for id in gone:
        shutil.rmtree(data / "releases" / id, ignore_errors=True)
    used: set[str] = set()
    for id in kept(data):
        with closing(Memory(data / "releases" / id)) as memory:
            used.update(url.split("/")[2] for url in memory.assets())
    store = data / "store"
    for folder in store.iterdir() if store.is_dir() else ():
        if folder.name not in used:
            shutil.rmtree(folder, ignore_errors=True)
    return gone


@contextmanager
def locked(data: Path) -> Iterator[None]:
    """Hold the data folder's lock: one publish at a time; a second one waits."""
    import fcntl

    data.mkdir(parents=True, exist_ok=True)
    with (data / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def replace_file(place: Path, text: str) -> None:
    """Write a file of the data folder in one atomic step."""
    fresh = place.with_name(f".{place.name}-{os.getpid()}")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(place)
