"""Search over the made lessons, beside one bare Whoosh writer and SQLite's FTS5 on the same texts."""

import random
import shutil
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from whoosh import fields, index

from lms.library.release import Release
from lms.library.shelf import Shelf
from lms.search.index.writing import FORMAT, build
from lms.search.passages import pages, units
from lms.search.service import search

#: Questions of each kind that are asked.
ASKED = 60
_SHAPES = (("one word", 1, 0.06), ("three words", 3, 0.06), ("a phrase", 2, 0.06))
_LONGER = (("a sentence of ten words", 10, 0.1), ("a message of fifty words", 50, 0.15))

Row = Callable[..., None]
Text = tuple[str, str, str]


def searching(content: Path, data: Path, row: Row, publish: Callable[[Path, Path], None]) -> None:
    """The rows of the table; `data` has a release of `content`."""
    release = Shelf(data).release()
    shutil.rmtree(release.folder / FORMAT)
    cold = timed(lambda: build(release.folder, None, frozenset()))
    texts = list(_texts(release))
    bare = data / "bare-whoosh"
    row("cold index, seconds", cold, timed(lambda: _bare(bare, texts)), 0.8, "one bare Whoosh writer")
    shutil.rmtree(bare)
    row("one changed lesson searchable, seconds", _changed(content, data, publish), cold, 0.02, "the cold index")
    release = Shelf(data).release()
    asking(release, texts, row)


def asking(release: Release, texts: list[Text], row: Row) -> None:
    """The 95th percentile of questions of every length, beside FTS5."""
    table = _fts(texts)
    chance = random.Random(7)
    search(release, "warm")
    for name, count, most in _SHAPES + _LONGER:
        questions = [_question(chance, texts, count) for _ in range(ASKED)]
        quoted = [f'"{text}"' for text in questions] if name == "a phrase" else questions
        ours = _slowest([timed(lambda asked=asked: search(release, asked)) for asked in quoted])
        phrase = name == "a phrase"
        theirs = _slowest([timed(lambda asked=asked, phrase=phrase: _ask(table, asked, phrase)) for asked in questions])
        row(f"{name}, p95 ms", ours * 1000, theirs * 1000, 10, "FTS5 with OR, rank and snippets")
        row(f"{name}, p95 ms", ours * 1000, most * 1000, 1, f"{most * 1000:.0f} ms")


def _changed(content: Path, data: Path, publish: Callable[[Path, Path], None]) -> float:
    """Seconds that the index takes of a publish after one lesson has changed."""
    lesson = next(content.glob("modules/module-00003/01-*.md"))
    times = []
    for number in range(3):
        lesson.write_text(lesson.read_text() + f"\nZebra{number} at the end.\n")
        base = Shelf(data).release()
        publish(content, data)
        release = Shelf(data).release()
        assert search(release, f"zebra{number}").total == 1
        place, kept = release.folder / FORMAT, release.folder / "kept"
        place.rename(kept)
        times.append(timed(lambda r=release, b=base: build(r.folder, b.folder, frozenset({"/modules/module-00003"}))))
        shutil.rmtree(kept)
    return statistics.median(times)


def _texts(release: Release) -> Iterator[Text]:
    for unit, (kind, name) in units(release).items():
        for page in pages(release, unit, kind, name):
            yield page.url, page.title, " ".join(f"{one.heading} {one.text}" for one in page.passages)


def _bare(place: Path, texts: list[Text]) -> None:
    place.mkdir()
    schema = fields.Schema(url=fields.ID(stored=True), title=fields.TEXT(stored=True), text=fields.TEXT(stored=True))
    writer = index.create_in(str(place), schema).writer()
    for url, title, text in texts:
        writer.add_document(url=url, title=title, text=text)
    writer.commit()


def _fts(texts: list[Text]) -> sqlite3.Connection:
    table = sqlite3.connect(":memory:")
    table.execute("CREATE VIRTUAL TABLE lesson USING fts5(url UNINDEXED, title, text, tokenize='porter')")
    table.executemany("INSERT INTO lesson VALUES (?, ?, ?)", texts)
    return table


def _ask(table: sqlite3.Connection, asked: str, phrase: bool) -> None:
    said = f'"{asked}"' if phrase else " OR ".join(f'"{word}"' for word in asked.split())
    sql = (
        "SELECT url, snippet(lesson, 2, '<b>', '</b>', '…', 30) FROM lesson WHERE lesson MATCH ? ORDER BY rank LIMIT 10"
    )
    table.execute(sql, (said,)).fetchall()


def _question(chance: random.Random, texts: list[Text], count: int) -> str:
    words = [word for word in chance.choice(texts)[2].split() if word.isalpha()] or ["cuff"]
    at = chance.randrange(max(1, len(words) - count))
    return " ".join(words[at : at + count])


def _slowest(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
