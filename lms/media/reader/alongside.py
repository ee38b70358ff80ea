"""Transcripts and chapters of an outside show's items: from files beside the feed, or fetched, and kept."""

import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from time import monotonic, time
from urllib.parse import urlsplit

from lms.media.captions import webvtt
from lms.media.feed import alongside, fetching
from lms.media.feed.document import BrokenFeed
from lms.media.feed.items import OutsideItem, Transcript
from lms.media.feed.reading import OutsideShow
from lms.media.feed.writing import plain
from lms.media.models import Asset, Captions, Chapter, Cue, Script
from lms.media.renditions.store import Store, address
from lms.modules.context import Context, Notes
from lms.modules.models import Body

#: Of so many of the newest items they are kept here; those of older ones are linked.
MOST_ITEMS = 300
#: How many files a show's publish asks for, how long it may take in all, and how much may come.
MOST_REQUESTS, MOST_SECONDS, MOST_BYTES = 50, 60.0, 20_000_000
#: Of one file.
SECONDS, LARGEST = 10.0, 2_000_000
#: Of so many of the newest items, what is kept already is asked for again, if it has changed.
ASKED_AGAIN = 10
#: A host that did not answer so often in a row is not asked for more.
PATIENCE = 3
MOST_LANGUAGES = 4
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


@dataclass
class Alongside:
    """Reads what stands alongside the items of one show; `feed` is the feed's path when it is a file, else empty."""

    context: Context
    found: Notes
    show: OutsideShow
    feed: str
    source: str
    lang: str
    newest: tuple[OutsideItem, ...] = ()
    kept: Path | None = None

    def __post_init__(self) -> None:
        ordered = sorted(self.show.items, key=lambda item: item.moment or _LONG_AGO, reverse=True)
        self.newest = tuple(ordered[:MOST_ITEMS])
        if not self.feed and self.context.feeds is not None:
            self.kept = self.context.feeds / "alongside" / sha256(self.source.encode()).hexdigest()[:32]
            if self.context.fetch:
                self._fetch(self.kept)

    def _fetch(self, kept: Path) -> None:
        """Ask for what is not kept yet, the newest first; then whether the newest of what is kept have changed."""
        wanted = [url for item in self.newest for url in _wanted(item, self.lang)]
        fetching.keep_only(wanted, kept)
        recent = [url for item in self.newest[:ASKED_AGAIN] for url in _wanted(item, self.lang)]
        fresh = [url for url in wanted if not fetching.has(url, kept)]
        due = [
            url
            for url in dict.fromkeys([*fresh, *(url for url in recent if url not in fresh)])
            if not fetching.waits(url, kept, time())
        ]
        end, size, silent = monotonic() + MOST_SECONDS, 0, dict[str, int]()
        for url in due[:MOST_REQUESTS]:
            left, host = end - monotonic(), urlsplit(url).netloc
            if left <= 0 or size > MOST_BYTES:
                break
            if silent.get(host, 0) >= PATIENCE:
                continue
            limits = {"seconds": min(SECONDS, left), "largest": LARGEST}
            answer = fetching.fetch(url, kept, self.context.feed_hosts, _some, **limits, site=self.context.url)  # type: ignore[arg-type]
            silent[host] = silent.get(host, 0) + 1 if answer.stale else 0
            size += len(answer.data or b"")
            if answer.stale:
                fetching.leave_alone(url, kept, time() + fetching.LONGEST_WAIT)

    def chapters(self, item: OutsideItem, lasting: Decimal) -> tuple[Chapter, ...]:
        """The chapters of an item: those that it names, or else those in the feed itself."""
        data = self._data(item.chapters) if item.chapters else None
        return alongside.in_order((alongside.chapters(data) if data else ()) or item.marks, lasting)

    def words(self, item: OutsideItem, name: str, known: tuple[str, ...] = ()) -> tuple[list[Captions], list[Script]]:
        """The transcripts of an item, of each language the best: with times, and without; none in `known` languages."""
        timed: list[Captions] = []
        scripts: list[Script] = []
        for lang, choice in _by_language(item, self.lang).items():
            if lang in known:
                continue
            kind = alongside.kind_of(choice.type, choice.url)
            data = self._data(choice.url)
            cues = alongside.cues(data, kind) if data else ()
            if cues:
                timed.append(self._captions(cues, lang, choice.url, f"{name}.{lang}.vtt"))
            elif data and (html := alongside.words(data, kind)):
                scripts.append(Script(lang=lang, url=_link(choice.url), body=weighed(html)))
            elif _link(choice.url):
                scripts.append(Script(lang=lang, url=choice.url))
        return timed, scripts

    def _data(self, url: str) -> bytes | None:
        if not self.feed or "://" in url:
            return fetching.recall(url, self.kept) if self.kept else None
        path = self.context.folder.find(self.feed, url)
        if path is None or path not in self.context.folder.files or self.context.folder.files[path].size > LARGEST:
            return None
        self.found.uses[path] = self.context.digest(path)
        return self.context.folder.read(path)

    def _captions(self, cues: tuple[Cue, ...], lang: str, source: str, name: str) -> Captions:
        """Cues, with their WebVTT in the store: no reader's browser asks the other's server for them."""
        data = webvtt(cues).encode()
        url = address(sha256(data).hexdigest(), name, "webvtt, 1")
        store = Store(self.context.store) if self.context.store else None
        if store and store.size(url) != len(data):
            store.write(url, data)
        self.found.assets.append(Asset(url=url, type="text/vtt", bytes=len(data)))
        return Captions(lang=lang, path=source, url=url, bytes=len(data), cues=cues)


def _by_language(item: OutsideItem, lang: str) -> dict[str, Transcript]:
    """The best transcript of each language."""
    found: dict[str, Transcript] = {}
    rank = {kind: place for place, kind in enumerate(alongside.KINDS)}
    readable = [one for one in item.transcripts if alongside.kind_of(one.type, one.url) in rank]
    for one in sorted(readable, key=lambda one: rank[alongside.kind_of(one.type, one.url)]):
        found.setdefault(one.lang or lang, one)
    return dict(list(found.items())[:MOST_LANGUAGES])


def _wanted(item: OutsideItem, lang: str) -> list[str]:
    urls = [item.chapters, *(one.url for one in _by_language(item, lang).values())]
    return [url for url in urls if _link(url)]


def _link(url: str) -> str:
    return url if url.startswith(("http://", "https://")) else ""


def _some(data: bytes) -> None:
    if not data.strip():
        raise BrokenFeed("it is empty")


def weighed(html: str) -> Body:
    """HTML as a body that says how much it is to read and to load."""
    if not html:
        return Body()
    weight = len(zlib.compress(html.encode(), 6))
    return Body(parts=(html,), words=len(plain(html).split()), bytes=weight)
