"""Building the index: whole over all processors, or as the base's own files with what changed beside them."""

import json
import multiprocessing
import os
import shutil
from array import array
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from whoosh import columns, fields, formats
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex
from whoosh.query import Term
from whoosh.writing import SegmentWriter

from lms.library.release import Release
from lms.search.index.codec import Codec
from lms.search.index.weighing import Taken, weighed
from lms.search.models import Page, Passage
from lms.search.passages import pages, units

#: What the index is written in; part of the name of its folder, and so of a release's. Raise it when what is written,
#: or how words are taken apart, changes.
FORMAT = "search-3"

#: Fewer units than this are written here: another process takes as long to start.
ALONE = 40
#: Segments of fewer documents than this are small, and merged when there are many of them.
_SMALL, _MANY = 400, 6

Unit = tuple[str, str, str]
#: How often each word stands in the content of each language.
Counts = dict[str, Counter[str]]


class Places(formats.Format):
    """Where a word stands in a page: two bytes for the room of the page, and two for each place."""

    def __init__(self) -> None:
        super().__init__()


class Words(fields.FieldType):
    """The words of a page in all its fields, each counted for as much as its field weighs: BM25F in one posting."""

    indexed, scorable, stored, unique, multitoken_query = True, False, False, False, "or"
    vector = column_type = None
    analyzer = None

    def __init__(self) -> None:
        self.format = Places()

    def index(self, value: Taken, **_: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        places, weights = weighed(value)
        room = array("H", [value.room]).tobytes()
        for term, weight in weights.items():
            yield term.encode(), 1, weight, room + array("H", places.get(term, ())).tobytes()


SCHEMA = fields.Schema(
    words=Words(),
    unit=fields.ID(),
    facts=fields.COLUMN(columns.VarBytesColumn()),
    page=fields.STORED(),
)


class Pool:
    """Postings waiting to be written, by term: documents come in order, so only the terms need sorting."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, bytes], tuple[array[int], array[float], array[int], bytearray]] = {}
        self.fieldnames: set[str] = set()

    def add(self, item: tuple[str, bytes, int, float, bytes | None]) -> None:
        name, term, document, weight, value = item
        held = self._held.get((name, term))
        if held is None:
            held = self._held[(name, term)] = (array("I"), array("f"), array("I"), bytearray())
            self.fieldnames.add(name)
        held[0].append(document)
        held[1].append(weight)
        held[2].append(len(value) if value else 0)
        if value:
            held[3].extend(value)

    def iter_postings(self) -> Iterator[tuple[str, bytes, int, float, bytes]]:
        for name, term in sorted(self._held):
            documents, weights, lengths, values = self._held.pop((name, term))
            at = 0
            for document, weight, length in zip(documents, weights, lengths, strict=True):
                yield name, term, document, weight, bytes(values[at : at + length])
                at += length

    def cleanup(self) -> None:
        self._held.clear()


# -- What is written of a page --------------------------------------------------------------------------------------


def packed(page: Page) -> str:
    """A page as it is stored."""
    passages = [(one.url, one.text, one.heading, one.second) for one in page.passages]
    row = page.unit, page.url, page.kind, page.title, page.lang, page.topics, page.names, page.where, page.minutes
    return json.dumps((*row, passages), ensure_ascii=False)


def unpacked(text: str) -> Page:
    unit, url, kind, title, lang, topics, names, where, minutes, passages = json.loads(text)
    found = tuple(Passage(*passage) for passage in passages)
    return Page(unit, url, kind, title, lang, tuple(topics), tuple(names), where, minutes, found)


def _add(writer: SegmentWriter, page: Page, counts: Counts) -> None:
    taken = Taken.of(page)
    counts.setdefault(page.lang, Counter()).update(taken.counts())
    size = sum(len(said) for _, said in taken.said)
    facts = "\x1f".join((page.url, page.kind, page.lang, " ".join(page.topics), str(size), str(taken.room)))
    writer.add_document(words=taken, unit=page.unit, facts=facts.encode(), page=packed(page))


# -- Building -------------------------------------------------------------------------------------------------------


def build(folder: Path, base: Path | None, fresh: frozenset[str], jobs: int = 0, alone: int = ALONE) -> None:
    """Index the release in `folder`: begin from the index of the release `base`, and change only what changed there.

    With nothing to begin from it takes so many processes (0: one a processor), or one for fewer units than `alone`.
    """
    place = folder / FORMAT
    place.mkdir()
    release = Release(folder)
    now = units(release)
    done = base is not None and _changed(place, base, release, now, fresh)
    if not done:
        _whole(place, folder, now, 1 if len(now) < alone else min(jobs or os.cpu_count() or 1, 8))
    for path in place.iterdir():
        opened = os.open(path, os.O_RDONLY)
        os.fsync(opened)
        os.close(opened)


def _changed(place: Path, base: Path, release: Release, now: dict[str, tuple[str, str]], fresh: frozenset[str]) -> bool:
    """Take the base's index over and change it; False when there is none, or too much of it changed."""
    older = base / FORMAT
    if not (older / "words.json").exists():
        return False
    reader = FileIndex(FileStorage(str(older))).reader()
    before = {unit.decode() for unit in reader.lexicon("unit")}
    reader.close()
    gone, more = before - now.keys(), (now.keys() - before) | (now.keys() & fresh)
    if len(gone) + len(more) > max(4, len(now) // 4):
        return False
    for path in older.iterdir():
        if path.name != "words.json":
            _linked(path, place / path.name)
    counts = _counts(older)
    index = FileIndex(FileStorage(str(place)))
    writer = _writer(index)
    with index.searcher() as searcher:
        for unit in sorted(gone | (more & before)):
            for document in searcher.docs_for_query(Term("unit", unit)):
                page = unpacked(searcher.stored_fields(document)["page"])
                counts.setdefault(page.lang, Counter()).subtract(Taken.of(page).counts())
                writer.delete_document(document)
    for unit in sorted(more):
        for page in pages(release, unit, *now[unit]):
            _add(writer, page, counts)
    writer.commit(mergetype=_merged)
    _keep(place, counts)
    return True


def _whole(place: Path, folder: Path, now: dict[str, tuple[str, str]], jobs: int) -> None:
    """Index everything: a segment by each process."""
    todo = [(unit, *now[unit]) for unit in now]
    shares = [todo[number::jobs] for number in range(jobs)]
    if jobs == 1:
        made = [_segment(str(place), str(folder), "part0", todo)]
    else:
        methods = multiprocessing.get_all_start_methods()
        start = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
        with ProcessPoolExecutor(jobs, mp_context=start) as pool:
            waiting = [
                pool.submit(_segment, str(place), str(folder), f"part{number}", share)
                for number, share in enumerate(shares)
            ]
            made = [one.result() for one in waiting]
    segments = [segment for found, _ in made for segment in found]
    TOC(SCHEMA, segments, 0).write(FileStorage(str(place)), "MAIN")
    counts: Counts = {}
    for _, found in made:
        for lang, counter in found.items():
            counts.setdefault(lang, Counter()).update(counter)
    _keep(place, counts)
    for left in place.glob("_part*"):
        left.unlink()


def _segment(place: str, folder: str, name: str, todo: list[Unit]) -> tuple[list[Any], Counts]:
    """One process's share of the index: its segment, and how often each word of a language stands there."""
    storage = FileStorage(place)
    TOC.create(storage, SCHEMA, name)
    index = FileIndex(storage, indexname=name)
    writer = _writer(index)
    release = Release(Path(folder))
    counts: Counts = {}
    for unit, kind, slug in todo:
        for page in pages(release, unit, kind, slug):
            _add(writer, page, counts)
    writer.commit(merge=False)
    return index._segments(), counts


def _writer(index: FileIndex) -> SegmentWriter:
    writer = SegmentWriter(index, codec=Codec(), compound=False)
    writer.pool = Pool()
    return writer


def _merged(writer: SegmentWriter, segments: list[Any]) -> list[Any]:
    """Whoosh's question which segments to merge now: the small ones, once they are many; those all deleted go."""
    from whoosh.reading import SegmentReader

    alive = [segment for segment in segments if segment.doc_count_all() > segment.deleted_count()]
    small = [segment for segment in alive if segment.doc_count_all() < _SMALL]
    if len(small) <= _MANY:
        return alive
    for segment in small:
        reader = SegmentReader(writer.storage, writer.schema, segment)
        writer.add_reader(reader)
        reader.close()
    return [segment for segment in alive if segment not in small]


def _counts(place: Path) -> Counts:
    said = json.loads((place / "words.json").read_text(encoding="utf-8"))
    return {lang: Counter(counts) for lang, counts in said.items()}


def _keep(place: Path, counts: Counts) -> None:
    kept = {lang: dict(sorted((+counter).items())) for lang, counter in sorted(counts.items())}
    (place / "words.json").write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")


def _linked(path: Path, other: Path) -> None:
    """Files of an index never change, so releases share them where the file system can."""
    try:
        os.link(path, other)
    except OSError:
        shutil.copyfile(path, other)
