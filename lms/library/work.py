"""Reading every unit of a folder: those that have not changed from memory, the rest over all processors."""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from hashlib import sha256
from multiprocessing.connection import wait
from pathlib import Path
from threading import Thread

from lms.library.models import Course, TextPage
from lms.library.reader import Ground, Options, ground, read_unit, vanished
from lms.library.release import Memory
from lms.library.survey import Unit
from lms.media.models import Asset, Show, Webinar
from lms.media.renditions.types import ALONE, ending
from lms.modules.context import Context, Found, Reference
from lms.modules.models import Module
from lms.text.folder import Folder
from lms.text.problems import Problem
from lms.text.values import Value

#: Told how much is done of how much.
Progress = Callable[[int, int, str], None]
#: Fewer files than this are read here: another process takes as long to start.
_FEW = 60
_MODELS = {"module": Module, "webinar": Webinar, "show": Show, "course": Course, "page": TextPage}


class Remembered(Value):
    """A unit as a release remembers it: all that was found, but the bodies that it keeps apart."""

    model_config = {"arbitrary_types_allowed": True}

    value: str
    problems: tuple[Problem, ...] = ()
    references: tuple[Reference, ...] = ()
    assets: tuple[Asset, ...] = ()
    draft_assets: tuple[Asset, ...] = ()
    drafts: tuple[str, ...] = ()
    uses: dict[str, str] = {}
    anchors: dict[str, tuple[str, ...]] = {}
    bodies: dict[str, str] = {}
    pending: int = 0


@dataclass
class Read:
    """One unit, what was found there, the key it is remembered under, and whether it was read anew."""

    unit: Unit
    found: Found
    key: str
    fresh: bool


def read_all(made: Ground, memory: Path | None, progress: Progress) -> list[Read]:
    """Every unit of the ground's folder, in order; `memory` is the folder of an older release."""
    older = Memory(memory) if memory else None
    try:
        context = made.context(older.rendered if older else None)
        known = older.units() if older else {}
        reads: dict[str, Read] = {}
        waiting: list[tuple[Unit, str]] = []
        for unit in made.survey.units:
            key = _key(context, unit)
            found = _recalled(context, unit, known.get(unit.path), key)
            if found is None:
                waiting.append((unit, key))
            else:
                reads[unit.path] = Read(unit, found, key, fresh=False)
        keys = {unit.path: key for unit, key in waiting}
        fresh = _read([unit for unit, _ in waiting], made, context, memory)
        for done, (unit, found) in enumerate(fresh, 1):
            reads[unit.path] = Read(unit, found, keys[unit.path], fresh=True)
            progress(done, len(waiting), unit.path)
        return [reads[unit.path] for unit in made.survey.units]
    finally:
        if older:
            older.close()


def remembered(read: Read) -> str:
    """What the next publish needs to know of a unit."""
    found = read.found
    return Remembered(
        value=found.value.model_dump_json(by_alias=True) if found.value else "",
        problems=tuple(found.problems),
        references=tuple(found.references),
        assets=tuple(found.assets),
        draft_assets=tuple(found.draft_assets),
        drafts=tuple(found.drafts),
        uses=found.uses,
        anchors=found.anchors,
        bodies={url: key for url, (key, _, _) in found.bodies.items()},
        pending=found.pending,
    ).model_dump_json()


def _recalled(context: Context, unit: Unit, known: tuple[str, str] | None, key: str) -> Found | None:
    if known is None or known[0] != key or (context.fetch and unit.kind == "show" and not _own(unit)):
        return None
    record = Remembered.model_validate_json(known[1])
    if record.pending and context.encode:
        return None
    if not context.has(record.assets) or any(context.digest(path) != was for path, was in record.uses.items()):
        return None
    return Found(
        problems=list(record.problems),
        references=list(record.references),
        assets=list(record.assets),
        draft_assets=list(record.draft_assets),
        drafts=list(record.drafts),
        uses=record.uses,
        value=_MODELS[unit.kind].model_validate_json(record.value) if record.value else None,
        anchors=record.anchors,
        bodies={url: (body, "", "") for url, body in record.bodies.items()},
        pending=record.pending,
    )


def _own(unit: Unit) -> bool:
    """Whether a show is told by its files to be our own; an outside one is asked for anew at each publish."""
    return any(ending(path) in ALONE for path in unit.files)


def _key(context: Context, unit: Unit) -> str:
    digest = sha256(f"{context.identity} {unit}".encode())
    for path in unit.files:
        digest.update(context.folder.sha256(path).encode())
    return digest.hexdigest()[:32]


def _read(units: Sequence[Unit], made: Ground, context: Context, memory: Path | None) -> Iterator[tuple[Unit, Found]]:
    jobs = made.options.jobs or os.cpu_count() or 1
    heavy = (
        sum(len(unit.files) for unit in units) >= _FEW or sum(unit.kind in ("webinar", "show") for unit in units) > 1
    )
    if jobs == 1 or len(units) < 2 or not heavy:
        yield from ((unit, read_unit(context, unit)) for unit in units)
        return
    # The units with recordings first: encoding takes longest, and should not be what all wait for at the end.
    ordered = sorted(units, key=lambda unit: unit.kind not in ("webinar", "show"))
    slices = _slices(ordered, jobs)
    brief = made.folder.root, replace(made.options, jobs=1), made.folder.known, memory
    start = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(jobs, len(slices)), mp_context=start, initializer=_begin, initargs=brief) as pool:
        for paths, founds in zip(
            slices, pool.map(_read_slice, [[unit.path for unit in part] for part in slices]), strict=True
        ):
            yield from zip(paths, founds, strict=True)


def _slices(units: Sequence[Unit], jobs: int) -> list[list[Unit]]:
    """Units in slices of a like number of files, some for each process, so that none waits long for the last."""
    most = max(1, sum(len(unit.files) for unit in units) // (jobs * 16))
    slices: list[list[Unit]] = [[]]
    weight = 0
    for unit in units:
        alone = unit.kind in ("webinar", "show")
        if slices[-1] and (alone or weight + len(unit.files) > most):
            slices.append([])
            weight = 0
        slices[-1].append(unit)
        weight += most + 1 if alone else len(unit.files)
    return slices


_HERE: tuple[Context, dict[str, Unit]] | None = None


def _begin(root: Path, options: Options, known: dict[str, object], memory: Path | None) -> None:
    """Make a worker process ready: it surveys the folder itself, which is quicker than being told."""
    global _HERE
    Thread(target=_end_with_parent, daemon=True).start()
    folder = Folder.scan(root, options.data)
    folder.known.update(known)  # type: ignore[arg-type]
    made = ground(folder, replace(options, fetch=options.fetch))
    older = Memory(memory) if memory else None
    _HERE = made.context(older.rendered if older else None), {unit.path: unit for unit in made.survey.units}


def _end_with_parent() -> None:
    """A publish that is killed must not leave its workers encoding for nobody."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _read_slice(paths: list[str]) -> list[Found]:
    assert _HERE is not None
    context, units = _HERE
    # Each process has looked through the folder itself, perhaps a moment after a file was taken away.
    return [read_unit(context, units[path]) if path in units else vanished(path) for path in paths]
