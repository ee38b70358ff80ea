"""A release: a library made ready to serve, in a folder of its own that never changes once it is there.

`data/releases/<id>/release.db` is one SQLite file, read-only and immutable to those who serve it: rows are found in
microseconds, a worker holds none of them in memory, and the next publish starts from a copy.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter

from lms.credit.models import CreditFile
from lms.library.models import Card, Course, Person, Site, Term, TextPage, Topic
from lms.media.models import Asset, Episode, Show, Webinar
from lms.modules.models import Activity, Body, Module
from lms.text.values import Value

T = TypeVar("T", bound=Value)

_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE document (kind TEXT, slug TEXT, json TEXT NOT NULL, PRIMARY KEY (kind, slug)) WITHOUT ROWID;
CREATE TABLE body (url TEXT PRIMARY KEY, key TEXT NOT NULL, json TEXT NOT NULL, reading TEXT NOT NULL, open INT);
CREATE TABLE asset (url TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE source (path TEXT PRIMARY KEY, size INT, mtime_ns INT, sha256 TEXT) WITHOUT ROWID;
CREATE TABLE unit (path TEXT PRIMARY KEY, key TEXT NOT NULL, json TEXT NOT NULL);
CREATE TABLE file (path TEXT PRIMARY KEY, bytes BLOB NOT NULL) WITHOUT ROWID;
"""

#: What a release is written in; part of its name. Raise the number when what is written, or how text is rendered,
#: changes; a change of the tables tells itself.
FORMAT = f"5-{sha256(_TABLES.encode()).hexdigest()[:8]}"

_CARDS = TypeAdapter(tuple[Card, ...])
_TERMS = TypeAdapter(tuple[Term, ...])
_PEOPLE = TypeAdapter(tuple[Person, ...])
_TOPICS = TypeAdapter(tuple[Topic, ...])


class NoRelease(Exception):
    """Nothing has been published yet."""


class Release:
    """A published library, read from disk as it is asked for. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.id = folder.name
        # `immutable` needs no locks and no journal: the file never changes once it is here.
        # No statement is kept between calls: from Python 3.12 on, two threads that share one may get each other's rows.
        self._db = sqlite3.connect(_uri(folder), uri=True, check_same_thread=False, cached_statements=0)
        self._document = lru_cache(maxsize=256)(self._read_document)
        # The lists of whole kinds; those of one person or activity are read when they are asked for.
        self._cards = lru_cache(maxsize=8)(self._read_cards)
        self.drafts = self.meta("drafts") == "1"
        self.site: Site = self._document("site", "", Site)  # type: ignore[assignment]
        self._credit = self._document("credit", "", CreditFile) or CreditFile()

    # What pages are made of. Each is None when the release has no such thing.

    def module(self, slug: str) -> Module | None:
        return self._document("module", slug, Module)

    def lesson_body(self, module: Module, slug: str) -> Body | None:
        """The rendered text of one lesson; not kept in memory."""
        row = self._one("SELECT json FROM body WHERE url = ? AND open", f"{module.url}/{slug}")
        return Body.model_validate_json(row) if row else None

    def webinar(self, slug: str) -> Webinar | None:
        return self._document("webinar", slug, Webinar)

    def show(self, slug: str) -> Show | None:
        """A show with its episodes, without their notes, transcripts and quizzes."""
        return self._document("show", slug, Show)

    def episode(self, show: str, slug: str) -> Episode | None:
        return self._document("episode", f"{show}/{slug}", Episode)

    def credit(self) -> CreditFile:
        """What credit.yaml says; nothing where there is none."""
        return self._credit

    def file(self, path: str) -> bytes | None:
        """A file that certificates are drawn with, by its path in the content folder."""
        row = self._db.execute("SELECT bytes FROM file WHERE path = ?", (path,)).fetchone()
        return row[0] if row else None

    def files(self) -> tuple[str, ...]:
        """Paths of the files that certificates are drawn with."""
        return tuple(row[0] for row in self._db.execute("SELECT path FROM file ORDER BY path").fetchall())

    def former(self, slug: str) -> str | None:
        """The slug of the show that had this one before."""
        return self._one("SELECT json FROM document WHERE kind = 'former' AND slug = ?", slug)

    def course(self, slug: str) -> Course | None:
        return self._document("course", slug, Course)

    def person(self, slug: str) -> Person | None:
        return next((person for person in self.people() if person.slug == slug), None)

    def people(self) -> tuple[Person, ...]:
        return _PEOPLE.validate_json(self._one("SELECT json FROM document WHERE kind = 'people'") or "[]")

    def by_person(self, slug: str) -> tuple[Card, ...]:
        """What a person wrote, or speaks in."""
        return self._read_cards(f"person/{slug}")

    def courses_with(self, url: str) -> tuple[Card, ...]:
        """The courses that have the activity at `url` among their items."""
        return self._read_cards(f"courses-with{url}")

    def topic(self, slug: str) -> Topic | None:
        return self._document("topic", slug, Topic)

    def topics(self) -> tuple[Topic, ...]:
        """All topics by title, without their cards."""
        return _TOPICS.validate_json(self._one("SELECT json FROM document WHERE kind = 'topics'") or "[]")

    def glossary(self) -> tuple[Term, ...]:
        return _TERMS.validate_json(self._one("SELECT json FROM document WHERE kind = 'glossary'") or "[]")

    def page(self, slug: str) -> TextPage | None:
        return self._document("page", slug, TextPage)

    def pages(self) -> tuple[str, ...]:
        """Slugs of the site's own pages."""
        return tuple(row[0] for row in self._db.execute("SELECT slug FROM document WHERE kind = 'page' ORDER BY slug"))

    def activity(self, url: str) -> Activity | None:
        """The activity at the address `/modules/x`, `/webinars/x`, `/courses/x` or `/podcasts/show/x`."""
        kind, _, slug = url.strip("/").partition("/")
        match kind:
            case "modules":
                return self.module(slug)
            case "webinars":
                return self.webinar(slug)
            case "courses":
                return self.course(slug)
            case "podcasts":
                return self.episode(*slug.partition("/")[::2])
        return None

    def cards(self, kind: str) -> tuple[Card, ...]:
        """Cards of one list: `course`, `module`, `webinar`, `show`, `episode`, each in the order of its list page."""
        return self._cards(kind)

    def asset(self, url: str) -> Asset | None:
        """The file at a media address, when a page of this release uses it."""
        row = self._one("SELECT json FROM asset WHERE url = ?", url)
        return Asset.model_validate_json(row) if row else None

    def documents(self) -> Iterator[tuple[str, str]]:
        """Kind and slug of every document, in order."""
        yield from self._db.execute("SELECT kind, slug FROM document ORDER BY kind, slug").fetchall()

    def urls(self) -> Iterator[str]:
        """The address of every page, for the sitemap."""
        tops = {"page": "/", "show": "/podcasts/", "episode": "/podcasts/"}
        tops |= {kind: f"/{kind}s/" for kind in ("course", "module", "webinar", "topic")}
        for kind, slug in self._db.execute("SELECT kind, slug FROM document"):
            if kind in tops:
                yield tops[kind] + slug
        yield from (person.url for person in self.people())
        yield from (row[0] for row in self._db.execute("SELECT url FROM body WHERE open ORDER BY url"))

    def meta(self, key: str) -> str:
        return self._one("SELECT value FROM meta WHERE key = ?", key) or ""

    def _one(self, sql: str, *values: str) -> str | None:
        row = self._db.execute(sql, values).fetchone()
        return row[0] if row else None

    def _read_document(self, kind: str, slug: str, model: type[T]) -> T | None:
        row = self._one("SELECT json FROM document WHERE kind = ? AND slug = ?", kind, slug)
        return model.model_validate_json(row) if row else None

    def _read_cards(self, kind: str) -> tuple[Card, ...]:
        row = self._one("SELECT json FROM document WHERE kind = 'cards' AND slug = ?", kind)
        return _CARDS.validate_json(row or "[]")


class Builder:
    """A release being written, as a change of an older one; nobody sees it until `commit`."""

    def __init__(self, folder: Path, base: Path | None) -> None:
        """Begin in the new folder `folder`, from the release in the folder `base` if there is one to begin from."""
        folder.mkdir(parents=True)
        self.folder = folder
        if base is not None:
            shutil.copyfile(base / "release.db", folder / "release.db")
        self._db = sqlite3.connect(folder / "release.db", isolation_level=None)
        # A release is written beside the current one and synced once, whole: no journal is needed before that.
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.execute("BEGIN")
        if base is None:
            for statement in _TABLES.split(";"):
                self._db.execute(statement)

    def put(self, kind: str, slug: str, json: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO document VALUES (?, ?, ?)", (kind, slug, json))

    def forget_documents(self) -> None:
        self._db.execute("DELETE FROM document")
        self._db.execute("DELETE FROM asset")
        self._db.execute("DELETE FROM meta")

    def put_meta(self, **values: str) -> None:
        self._db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())

    def put_assets(self, assets: Iterable[Asset]) -> None:
        rows = ((asset.url, asset.model_dump_json()) for asset in assets)
        self._db.executemany("INSERT OR REPLACE INTO asset VALUES (?, ?)", rows)

    def put_files(self, rows: Iterable[tuple[str, bytes]]) -> None:
        """Rows of path and bytes; they replace all there were."""
        self._db.execute("DELETE FROM file")
        self._db.executemany("INSERT INTO file VALUES (?, ?)", rows)

    def put_bodies(self, rows: Iterable[tuple[str, str, str, str]]) -> None:
        """Rows of url, key, the Body's JSON, and the JSON of what else was read there."""
        self._db.executemany("INSERT OR REPLACE INTO body VALUES (?, ?, ?, ?, 0)", rows)

    def drop_bodies(self, urls: Iterable[str]) -> None:
        self._db.executemany("DELETE FROM body WHERE url = ?", ((url,) for url in urls))

    def open_bodies(self, urls: set[str]) -> None:
        """Let readers see the bodies at these addresses, and no others: drafts are kept, but not shown."""
        shown = {url for (url,) in self._db.execute("SELECT url FROM body WHERE open")}
        self._db.executemany("UPDATE body SET open = 0 WHERE url = ?", ((url,) for url in shown - urls))
        self._db.executemany("UPDATE body SET open = 1 WHERE url = ?", ((url,) for url in urls - shown))

    def put_units(self, rows: Iterable[tuple[str, str, str]]) -> None:
        """Rows of path, key, and what was found there, as JSON."""
        self._db.executemany("INSERT OR REPLACE INTO unit VALUES (?, ?, ?)", rows)

    def drop_units(self, paths: Iterable[str]) -> None:
        self._db.executemany("DELETE FROM unit WHERE path = ?", ((path,) for path in paths))

    def put_sources(self, rows: Iterable[tuple[str, int, int, str]]) -> None:
        """Rows of path, size, mtime in nanoseconds, and sha256; they replace all there were."""
        self._db.execute("DELETE FROM source")
        self._db.executemany("INSERT INTO source VALUES (?, ?, ?, ?)", rows)

    def body_urls(self) -> set[str]:
        return {url for (url,) in self._db.execute("SELECT url FROM body")}

    def unit_paths(self) -> set[str]:
        return {path for (path,) in self._db.execute("SELECT path FROM unit")}

    def commit(self) -> None:
        """Write it through to the disk, so that a power cut after the switch finds it whole."""
        self._db.execute("COMMIT")
        self._db.close()
        for place in (self.folder / "release.db", self.folder):
            opened = os.open(place, os.O_RDONLY)
            os.fsync(opened)
            os.close(opened)

    def abandon(self) -> None:
        self._db.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class Memory:
    """What an older release remembers of how it was read, so that unchanged files need not be read again."""

    def __init__(self, folder: Path) -> None:
        self._db = sqlite3.connect(_uri(folder), uri=True, check_same_thread=False)

    def sources(self) -> Iterator[tuple[str, int, int, str]]:
        return self._db.execute("SELECT path, size, mtime_ns, sha256 FROM source")

    def units(self) -> dict[str, tuple[str, str]]:
        """Key and JSON of each unit, by its path."""
        return {path: (key, json) for path, key, json in self._db.execute("SELECT path, key, json FROM unit")}

    def rendered(self, url: str, key: str) -> tuple[str, str] | None:
        """JSON of what was rendered at an address and of its reading, when it was rendered from the same bytes."""
        return self._db.execute("SELECT json, reading FROM body WHERE url = ? AND key = ?", (url, key)).fetchone()

    def assets(self) -> Iterator[str]:
        """The addresses of the files that its pages use."""
        return (url for (url,) in self._db.execute("SELECT url FROM asset"))

    def meta(self, key: str) -> str:
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row[0] if row else ""

    def close(self) -> None:
        self._db.close()


def _uri(folder: Path) -> str:
    """A release's database, for those who only read it."""
    return f"{(folder / 'release.db').resolve().as_uri()}?mode=ro&immutable=1"
