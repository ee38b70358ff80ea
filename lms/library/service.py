"""Check a content folder, publish it as a release, go back to an older one. No Flask here."""

import json
import shutil
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

from lms import __version__
from lms.credit.rules import checks, files
from lms.library import rules
from lms.library.assembly import assemble, has_drafts, registered
from lms.library.reader import Ground, Options, ground
from lms.library.register import Register
from lms.library.release import FORMAT, Memory
from lms.library.shelf import current, kept, locked, point, prune, switch, switch_back
from lms.library.work import Progress, Read, read_all
from lms.library.writing import Part, write
from lms.media.models import Show
from lms.text.folder import Folder, Stat
from lms.text.problems import Problem, has_errors

#: Looks at what was read first, before anything is published.
Check = Callable[[Ground], Iterable[Problem]]


class NothingToGoBackTo(Exception):
    """There is no release older than the current one."""


@dataclass(frozen=True)
class Published:
    """How a publish went: the id of the release that is now current (None when nothing could be), and why."""

    release: str | None
    problems: tuple[Problem, ...]
    changed: bool = False
    """True when the current release is another than before."""
    renders: int = 0
    """Bodies of Markdown rendered anew."""
    pending: int = 0
    """How many recordings are published without the lighter renditions that are still to be made."""
    seconds: float = 0.0

    @property
    def refused(self) -> bool:
        return has_errors(self.problems)


def quiet(done: int, total: int, what: str) -> None:
    """Progress that nobody looks at."""


def check(
    content: Path, today: date, jobs: int = 0, progress: Progress = quiet, *, also: Sequence[Check] = ()
) -> list[Problem]:
    """Every problem of the content folder, in order of file and line. Writes nothing, needs nothing.

    `also` is what rooms to the right look at; `lms.publishing` knows them all.
    """
    made = ground(Folder.scan(content), Options(jobs=jobs))
    found = problems_of(made, read_all(made, None, progress), today)
    return _with(found, made, also)


def publish(
    content: Path,
    options: Options,
    now: datetime,
    *,
    parts: Mapping[str, Part],
    also: Sequence[Check] = (),
    keep_releases: int = 3,
    only_if_needed: bool = False,
    progress: Progress = quiet,
    clock: Callable[[], float] = time.monotonic,
) -> Published:
    """Publish the folder: build a release beside the current one, and switch to it in one step.

    With an error in the folder nothing is switched. An unchanged folder is published at once, without being read.
    `only_if_needed` does not go forward again from a release that was gone back to. `parts` are what rooms to the
    right add to a release, each under a name that changes with its format, `also` what they look at before;
    `lms.publishing` knows them all.
    """
    assert options.data is not None
    data, began = options.data, clock()
    with locked(data):
        _sweep(data)
        folder = Folder.scan(content, data)
        base = _base(data)
        signature = _recall(folder, data / "releases" / base if base else None, options, parts)
        same, feeds, pending = _made_of(data, signature)
        if pending and options.encode:
            same = None
        beside = None
        if same and not options.drafts:
            beside = _made_of(data, _identity(folder, replace(options, drafts=True), parts))[0]
            same = same if beside or not _has_drafts_beside(data, same) else None
        rolled_back = (data / "rolled-back").exists()
        if same and only_if_needed and rolled_back and current(data) is not None:
            return Published(current(data), _told(data))
        if same and (only_if_needed or not (feeds and options.fetch)):
            changed = current(data) != same
            switch(data, same)
            if not options.drafts:
                point(data, "drafts", beside if _has_drafts_beside(data, same) else None)
            return Published(same, _told(data), changed, pending=pending, seconds=clock() - began)
        made = ground(folder, options)
        reads = read_all(made, data / "releases" / base if base else None, progress)
        problems = _with(problems_of(made, reads, now.date()), made, also)
        renders = sum(read.found.renders for read in reads)
        if has_errors(problems):
            _tell(data, problems, published=False)
            return Published(current(data), tuple(problems), renders=renders, seconds=clock() - began)
        register = Register.load(data, now)
        library, known_by = registered(assemble(made, reads, options.drafts), register, options.url)
        problems = sorted({*problems, *known_by})
        pending = sum(read.found.pending for read in reads)
        feeds_read = [show for show in library.shows if show.source.startswith("http")]
        id = _identity(folder, options, parts, feeds_read, pending)
        before = current(data)
        register.save(data)
        if id not in kept(data):
            write(data, id, base, library, reads, folder, now, options, signature, parts)
        switch(data, id)
        if not options.drafts:
            _lay_drafts_beside(data, id, made, reads, folder, now, options, parts)
        _tell(data, problems, published=True)
        _drop_unfinished(data, signature)
        prune(data, keep_releases)
        return Published(id, tuple(problems), id != before, renders, pending, clock() - began)


def _lay_drafts_beside(
    data: Path,
    id: str,
    made: Ground,
    reads: Sequence[Read],
    folder: Folder,
    now: datetime,
    options: Options,
    parts: Mapping[str, Part],
) -> None:
    """For authors: the same folder with its drafts, made from the release `id`; nothing where it has none."""
    if not any(has_drafts(read) for read in reads):
        point(data, "drafts", None)
        return
    options = replace(options, drafts=True)
    # What is known of drafts stays with them: it counts from the day that they are published.
    library, _ = registered(assemble(made, reads, drafts=True), Register.load(data, now), options.url)
    feeds = [show for show in library.shows if show.source.startswith("http")]
    beside = _identity(folder, options, parts, feeds, sum(read.found.pending for read in reads))
    if beside not in kept(data):
        signature = _identity(folder, options, parts)
        write(
            data,
            beside,
            id,
            library,
            [replace(read, fresh=False) for read in reads],
            folder,
            now,
            options,
            signature,
            parts,
        )
    point(data, "drafts", beside)


def roll_back(data: Path) -> str:
    """Make the release that was published before the current one current again; returns its id.

    Raises NothingToGoBackTo when there is none.
    """
    with locked(data):
        id = switch_back(data)
    if id is None:
        raise NothingToGoBackTo
    return id


def problems_of(made: Ground, reads: Sequence[Read], today: date) -> list[Problem]:
    """Every problem there is, once, in order of file and line."""
    found = [*made.notes.problems]
    units = [(read.unit, read.found) for read in reads]
    found += rules.check(made.survey, made.people, units, today)
    found += files.check(made.credit, made.credit_front)
    if not any(problem.path == files.PATH and problem.severity == "error" for problem in found):
        # Of a credit.yaml with faults too little is known to tell what activities lack.
        found += checks.check(made.credit, made.people, made.survey, units, today)
    return sorted(set(found))


def told(data: Path) -> tuple[bool, tuple[Problem, ...]]:
    """Whether the last publish succeeded, and the problems it met."""
    try:
        said = json.loads((data / "problems.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return True, ()
    return said["published"], tuple(Problem(**problem) for problem in said["problems"])


def _with(problems: list[Problem], made: Ground, also: Sequence[Check]) -> list[Problem]:
    """The problems, and those that `also` finds."""
    return sorted({*problems, *(problem for look in also for problem in look(made))})


def _told(data: Path) -> tuple[Problem, ...]:
    problems = told(data)[1]
    if has_errors(problems):
        # The folder is again as it was when it was published: what was wrong in between is mended.
        _tell(data, [problem for problem in problems if problem.severity == "warning"], published=True)
        return ()
    return problems


def _tell(data: Path, problems: Sequence[Problem], *, published: bool) -> None:
    # What is the same is not written again: open tabs of a preview reload when the file is another.
    if told(data) == (published, tuple(problems)) and (data / "problems.json").exists():
        return
    said = {"published": published, "problems": [asdict(problem) for problem in problems]}
    fresh = data / ".problems.json"
    fresh.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
    fresh.replace(data / "problems.json")


# -- What has changed ---------------------------------------------------------------------------------------------


def _base(data: Path) -> str | None:
    """The release to begin from: the newest."""
    return next(iter(kept(data)), None)


def _recall(folder: Folder, base: Path | None, options: Options, parts: Iterable[str]) -> str:
    """Give the folder the digests that the base remembers; returns the identity of the release that it makes."""
    if base is not None:
        with closing(Memory(base)) as memory:
            for path, size, mtime_ns, digest in memory.sources():
                folder.known[path] = Stat(size, mtime_ns), digest
    return _identity(folder, options, parts)


def _made_of(data: Path, signature: str) -> tuple[str | None, bool, int]:
    """The release made of these very files, if one is kept; whether it has feeds from elsewhere; what is pending."""
    found: list[tuple[int, str, bool]] = []
    for id in kept(data):
        with closing(Memory(data / "releases" / id)) as memory:
            if memory.meta("signature") == signature:
                found.append((int(memory.meta("pending")), id, memory.meta("feeds") != "0"))
    # One that is finished, before one that still wants renditions; `kept` has the newest first.
    pending, id, feeds = min(found, key=lambda one: one[0] > 0, default=(0, None, False))
    return id, feeds, pending


def _has_drafts_beside(data: Path, id: str) -> bool:
    """Whether the folder that a release is of has drafts, which the release does not show."""
    with closing(Memory(data / "releases" / id)) as memory:
        return memory.meta("beside") == "1"


def _drop_unfinished(data: Path, signature: str) -> None:
    """Delete a release that was served while the current one, of the same files, was still being encoded."""
    for id in kept(data):
        with closing(Memory(data / "releases" / id)) as memory:
            unfinished = memory.meta("signature") == signature and memory.meta("pending") not in ("", "0")
        if unfinished and id != current(data):
            shutil.rmtree(data / "releases" / id, ignore_errors=True)


def _identity(
    folder: Folder, options: Options, parts: Iterable[str], feeds: Sequence[Show] = (), pending: int = 0
) -> str:
    """What a release is called: the same files and settings give the same name on every machine."""
    told = f"{FORMAT} {__version__} {options.drafts} {options.url} {pending or ''} {' '.join(parts)}"
    digest = sha256(told.encode())
    for path in sorted(folder.files):
        digest.update(f"\n{path} {folder.sha256(path)}".encode())
    for show in feeds:
        digest.update(show.model_dump_json(by_alias=True).encode())
    return digest.hexdigest()[:16]


def _sweep(data: Path) -> None:
    """Clear away what a publish that was killed left behind."""
    for left in (data / "releases").glob(".*"):
        shutil.rmtree(left, ignore_errors=True)
    for left in data.glob(".current-*"):
        left.unlink(missing_ok=True)
