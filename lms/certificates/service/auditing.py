"""The audit: all that was ever issued, reckoned anew from its rows, and compared with what was made public of it."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from lms.certificates.models.log import Audit, Finding, Kept
from lms.certificates.models.paper import clock_leaf, commitment, event_leaf, leaf
from lms.certificates.rules import ids, merkle
from lms.certificates.store import auditing as store
from lms.certificates.store.log import ALLOWANCE

#: Findings that are told; of a log that was written anew there would be one for each entry.
MOST = 1_000
Progress = Callable[[int, int, str], None]


def audit(session: Session, kept: Sequence[Kept], now: datetime, progress: Progress | None = None) -> Audit:
    """Look at every certificate and change of state, and at the log; and whether `kept` checkpoints still hold."""
    store.begin(session)
    total, told = store.size(session), _Told()
    tree, times, held = _Tree(told), _Times(told, now, kept), []
    certificates = changes = 0
    for row in store.entries(session):
        certificates += row.kind == "certificate"
        changes += row.kind == "state"
        _look_beside(row, told)
        dated, logged = times.turn_back(row) if row.kind == "clock" else _look(row, told)
        tree.add(row, logged)
        times.add(row, dated)
        _compare_printed(row, tree, told)
        if progress and row.number % 100 == 0:
            progress(row.number, total, f"entry {row.number}")
    tree.end()
    _look_around(session, told)
    for one in kept:
        if _verify_kept(one, tree, told) and one not in times.broken:
            held.append(one)
    session.rollback()
    return Audit(
        size=tree.size,
        root=tree.frontier.root().hex(),
        certificates=certificates,
        changes=changes,
        findings=tuple(told.findings),
        more=told.count - len(told.findings),
        notes=tuple(times.notes),
        held=tuple(held),
    )


class _Told:
    """Findings, as many as anybody reads."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.count = 0

    def __call__(self, about: str, what: str) -> None:
        self.count += 1
        if len(self.findings) < MOST:
            self.findings.append(Finding(about=about, what=what))


class _Tree:
    """The tree reckoned anew, beside the checkpoints that were made public of it."""

    def __init__(self, told: _Told) -> None:
        self.told, self.frontier, self.size = told, merkle.Frontier(), 0
        self.whole = True
        """Whether no entry was missing so far."""
        self._roots = bytearray(merkle.EMPTY)
        self._wrong: tuple[int, str] | None = None
        """Since which size checkpoints do not agree, and what the entry is about that came then."""

    def root(self, size: int) -> bytes:
        """The root of the first leaves, as reckoned."""
        return bytes(self._roots[32 * size : 32 * size + 32])

    @property
    def reckoned(self) -> int:
        """Of how many leaves the root is known."""
        return len(self._roots) // 32 - 1

    def add(self, row: Any, anew: bytes | None) -> None:
        """Add the leaf of a row; `anew` is its hash as its certificate has it, where that can be told."""
        if row.number != self.size:
            first, last = self.size, row.number - 1
            entries = f"entry {first} is" if first == last else f"entries {first} to {last} are"
            self.told(f"entry {first}", f"{entries} missing from the log: removed, for entries are never left out")
            self.size, self.whole = row.number, False
        self.size += 1
        if not self.whole:
            return
        stored = _bytes(row.hash)
        peaks = self.frontier.peaks
        above = self.frontier.add(stored)
        if row.root != self.frontier.root().hex() and anew is not None and anew != stored:
            other = merkle.Frontier(self.size - 1, peaks)
            beside = other.add(anew)
            if row.root == other.root().hex():
                self.told(
                    f"entry {row.number}",
                    f"{_about(row)}: the hash in the log was altered; its checkpoint has the right one",
                )
                self.frontier, above = other, beside
        self._roots += self.frontier.root()
        self._compare(row, b"".join(above).hex())

    def _compare(self, row: Any, above: str) -> None:
        if row.root is None:
            self.told(f"checkpoint {self.size}", f"the checkpoint of {self.size} entries is gone")
        elif row.root != self.root(self.size).hex():
            self._wrong = self._wrong or (self.size, _about(row))
            return
        elif row.checked != row.at:
            self.told(f"checkpoint {self.size}", "its time was altered: it is not that of the entry that made it")
        if self._wrong:
            sizes = f"{self._wrong[0]}" if self._wrong[0] == self.size - 1 else f"{self._wrong[0]} to {self.size - 1}"
            self.told(f"checkpoint {self._wrong[0]}", f"the checkpoint of {sizes} entries was altered; later ones hold")
            self._wrong = None
        if row.above != above:
            self.told(f"entry {row.number}", f"{_about(row)}: the hashes that its proofs are made of were altered")

    def end(self) -> None:
        if self._wrong:
            size, about = self._wrong
            self.told(
                f"entry {size - 1}",
                f"{about}: from this entry on the log is not what its checkpoints say; it was altered, removed, "
                "put in, or changed places",
            )


class _Times:
    """Entries stand in the order of their time, but for what clocks of several machines may be apart."""

    def __init__(self, told: _Told, now: datetime, kept: Sequence[Kept]) -> None:
        self.told, self.now, self.kept = told, now, [one for one in kept if one.said]
        self.broken: list[Kept] = []
        """Checkpoints after which something was back-dated."""
        self.notes: list[Finding] = []
        self._latest: datetime | None = None
        self._logged: datetime | None = None

    def turn_back(self, row: Any) -> tuple[datetime, bytes]:
        """The entry says openly that the clock had been ahead: from here on times count from the right one."""
        ahead = self._logged or row.at
        anew = merkle.leaf_hash(clock_leaf(ahead, row.at))
        if anew.hex() != row.hash:
            self.told(_about(row), "it says that the clock had been ahead, and was altered: it is not what was logged")
        what = f"the clock had been ahead: it was put back from {_day(ahead)} to {_day(row.at)}"
        self.notes.append(Finding(about=_about(row), what=what))
        self._latest = self._logged = None
        return row.at, anew

    def add(self, row: Any, dated: datetime | None) -> None:
        if dated is None:  # its row is gone: when it was cannot be told
            self._logged = max(row.at, self._logged or row.at)
            return
        about = _about(row)
        if self._latest and dated < self._latest - ALLOWANCE:
            self.told(
                about, f"it is back-dated: of {_day(dated)}, though logged after an entry of {_day(self._latest)}"
            )
        for one in self.kept:
            if row.number >= one.size and one.said and dated < one.said - ALLOWANCE:
                self.told(
                    about,
                    f"it is back-dated: of {_day(dated)}, though it was not yet in the log at {_day(one.said)}, when "
                    f"the checkpoint {one.name} was given",
                )
                self.broken.append(one)
        if dated > self.now + ALLOWANCE:
            self.told(about, f"it is of {_day(dated)}, which is still to come: a clock was wrong, or is")
        wanted = max(dated, self._logged) if self._logged else dated
        if row.at != wanted:
            self.told(about, f"the log says that it was logged at {_day(row.at)}, but that was at {_day(wanted)}")
        self._latest, self._logged = max(dated, self._latest or dated), wanted


# -- One entry ------------------------------------------------------------------------------------------------------


def _look(row: Any, told: _Told) -> tuple[datetime | None, bytes | None]:
    """When what an entry is about happened, and its hash as reckoned anew; nothing where its row is gone."""
    if row.kind == "state":
        return _look_at_change(row, told)
    if row.id is None:
        told(_about(row), f"it was removed: entry {row.number} of the log is about it, and its row is gone")
        return None, None
    if row.id != row.certificate_id:
        told(
            _about(row),
            f"entry {row.number} of the log is about it, but another certificate, {ids.shown(row.id)}, has its place",
        )
    anew = merkle.leaf_hash(leaf(row.snapshot, row.paper, row.pepper))
    if anew.hex() != row.hash:
        told(
            _about(row),
            "it was altered after it was issued: its text, or its PDF's fingerprint, is not what was logged",
        )
    try:
        said = json.loads(row.snapshot)
        for what in _differences(row, said):
            told(_about(row), what)
        return datetime.fromisoformat(said["issued"]), anew
    except (ValueError, KeyError, TypeError, InvalidOperation):
        told(_about(row), "its text cannot be read")
        return None, anew


def _look_beside(row: Any, told: _Told) -> None:
    """Find what has the place of an entry of another kind: nothing was logged of it."""
    never = f"was never logged: entry {row.number} of the log, whose place it has, is not about it"
    if row.kind != "certificate" and row.id is not None:
        told(ids.shown(row.id), f"it {never}")
    if row.kind != "state" and row.state is not None:
        told(ids.shown(row.changed), f"a change of its state to `{row.state}` {never}")


def _look_at_change(row: Any, told: _Told) -> tuple[datetime | None, bytes | None]:
    if row.state is None:
        told(_about(row), f"a change of its state was removed: entry {row.number} of the log is about it")
        return None, None
    anew = merkle.leaf_hash(event_leaf(row.changed, row.state, row.when, row.reason, row.by, row.follower))
    if anew.hex() != row.hash or row.changed != row.certificate_id:
        told(_about(row), f"the change of its state to `{row.state}` was altered: it is not what was logged")
    return row.when, anew


def _differences(row: Any, said: dict[str, Any]) -> Iterator[str]:
    """What stands beside the snapshot and is not as the snapshot says."""
    if said["id"] != row.id:
        yield f"its text is that of another certificate, {said['id']}"
    for what in ("activity", "edition", "system"):
        if said[what] != getattr(row, what):
            yield f"its {what} beside the snapshot was altered: `{getattr(row, what)}` instead of `{said[what]}`"
    if Decimal(said["claimed"]) != Decimal(row.claimed):
        yield f"the credit beside the snapshot was altered: {row.claimed} instead of {said['claimed']}"
    if datetime.fromisoformat(said["issued"]) != row.issued:
        yield f"the day beside the snapshot was altered: {_day(row.issued)} instead of {said['issued']}"
    if row.name is not None and commitment(row.name, row.salt) != said["holder"]:
        yield "the holder's name was altered: it is not the one that it was issued for"


def _compare_printed(row: Any, tree: _Tree, told: _Told) -> None:
    """The checkpoint that is printed on a certificate is one that the log had by then."""
    if row.kind != "certificate" or row.snapshot is None or not tree.whole:
        return
    try:
        said = json.loads(row.snapshot)
        size, root = int(said.get("log_size", 0)), said.get("log_root", "")
    except (ValueError, TypeError, AttributeError):
        return  # that it cannot be read is told already
    if root and not (0 <= size <= row.number and tree.root(size).hex() == root):
        told(_about(row), f"the checkpoint of {size} entries that is printed on it is not one of this log")


# -- What stands around ---------------------------------------------------------------------------------------------


def _look_around(session: Session, told: _Told) -> None:
    for row in store.unlogged(session):
        told(
            ids.shown(row.id),
            f"it, or a change of its state, says to be entry {row.number} of the log, which is not there",
        )
    for size in store.stray_checkpoints(session):
        told(f"checkpoint {size}", f"there is a checkpoint of {size} entries, but not entry {size - 1}: it was removed")
    for row in store.lost_followers(session):
        told(ids.shown(row.id), f"it is superseded by {ids.shown(row.follower)}, which is not there")
    for row in store.sheets(session):
        if sha256(row.pdf).hexdigest() != row.paper:
            told(ids.shown(row.id), "its PDF was altered: it does not have the fingerprint that it was issued with")


def _verify_kept(one: Kept, tree: _Tree, told: _Told) -> bool:
    if one.size > tree.size:
        told(one.name, f"it has {one.size} entries, and the log has {tree.size}: entries were removed since")
    elif one.size > tree.reckoned:
        told(one.name, "it cannot be compared, for entries before it are missing")
    elif tree.root(one.size).hex() != one.root:
        told(
            one.name,
            f"the first {one.size} entries are not those that it was made of: something was removed, altered or put in "
            "since, or it is of another log",
        )
    else:
        return True
    return False


def _about(row: Any) -> str:
    return ids.shown(row.certificate_id) if row.certificate_id else f"entry {row.number}"


def _day(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _bytes(hex: str) -> bytes:
    try:
        return bytes.fromhex(hex)
    except ValueError:
        return b""
