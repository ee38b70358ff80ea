"""A library written as a release: the folder that workers serve from."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter

from lms.credit.models import CreditFile
from lms.library import cards
from lms.library.assembly import has_drafts
from lms.library.models import Library
from lms.library.reader import Options
from lms.library.release import FORMAT, Builder, Memory
from lms.library.work import Read, remembered
from lms.media.models import Show
from lms.text.folder import Folder
from lms.text.values import Value

#: Makes one more part of a release: given the folder being built, which has all else, that of the release it began
#: from (None at a first one), and the addresses of the units that are other than they are there.
Part = Callable[[Path, Path | None, frozenset[str]], None]


def write(
    data: Path,
    id: str,
    base: str | None,
    library: Library,
    reads: Sequence[Read],
    folder: Folder,
    now: datetime,
    options: Options,
    signature: str,
    parts: Mapping[str, Part],
) -> None:
    """Write the release `id` of this library, beginning from the release `base`."""
    builder = Builder(data / "releases" / f".{id}", data / "releases" / base if base else None)
    try:
        _put(builder, library)
        builder.put_files((path, folder.read(path)) for path in sorted(drawn_with(library.credit, folder)))
        builder.put_assets(library.assets)
        stats = ((path, stat.size, stat.mtime_ns, folder.sha256(path)) for path, stat in folder.files.items())
        builder.put_sources(stats)
        _put_reads(builder, reads, base is not None)
        builder.open_bodies({module.lesson_url(lesson) for module in library.modules for lesson in module.lessons})
        builder.put_meta(
            published=now.isoformat(timespec="seconds"),
            drafts=str(int(options.drafts)),
            beside=str(int(not options.drafts and any(has_drafts(read) for read in reads))),
            signature=signature,
            feeds=str(sum(show.source.startswith("http") for show in library.shows)),
            pending=str(sum(read.found.pending for read in reads)),
            format=FORMAT,
        )
        builder.commit()
        turned = base is not None and drafts_in(data, base) != options.drafts
        fresh = frozenset(
            read.found.value.url  # type: ignore[attr-defined]
            for read in reads
            if read.found.value and (read.fresh or (turned and has_drafts(read)))
        )
        for part in parts.values():
            part(builder.folder, data / "releases" / base if base else None, fresh)
    except BaseException:
        builder.abandon()
        raise
    # What stands there by the same name is damaged, or of another format: else it would be served.
    shutil.rmtree(data / "releases" / id, ignore_errors=True)
    builder.folder.rename(data / "releases" / id)


def _put(builder: Builder, library: Library) -> None:
    builder.forget_documents()
    builder.put("site", "", library.site.model_dump_json())
    builder.put("credit", "", library.credit.model_dump_json())
    for activity in (*library.modules, *library.webinars, *library.courses):
        builder.put(activity.kind, activity.slug, activity.model_dump_json(by_alias=True))
    for show in library.shows:
        for episode in show.episodes:
            if episode.webinar:
                continue  # its page is the webinar's
            builder.put("episode", f"{show.slug}/{episode.slug}", episode.model_dump_json(by_alias=True))
        for name in show.former:
            builder.put("former", name, show.slug)
        builder.put("show", show.slug, _lighter(show).model_dump_json(by_alias=True))
    for page in library.pages:
        builder.put("page", page.slug, page.model_dump_json())
    topics = cards.topics(library)
    for topic in topics:
        builder.put("topic", topic.slug, topic.model_dump_json())
    builder.put("topics", "", _json([topic.model_copy(update={"cards": ()}) for topic in topics]))
    builder.put("people", "", _json(library.people))
    builder.put("glossary", "", _json(library.glossary))
    for name, listed in cards.lists(library):
        builder.put("cards", name, _json(listed))


def drawn_with(credit: Value, folder: Folder) -> set[str]:
    """Paths of the files that certificates are drawn with: what credit.yaml names, and all of `certificate/`."""
    named = credit.certificate.pictures() if isinstance(credit, CreditFile) else ()
    return {path for path in folder.files if path in named or path.startswith("certificate/")}


def _lighter(show: Show) -> Show:
    """A show for its page and feed, its episodes without what only their own pages show."""
    episodes = []
    for episode in show.episodes:
        captions = tuple(one.model_copy(update={"cues": ()}) for one in episode.recording.captions)
        recording = episode.recording.model_copy(update={"captions": captions})
        episodes.append(episode.model_copy(update={"recording": recording, "quiz": None, "scripts": ()}))
    return show.model_copy(update={"episodes": tuple(episodes)})


def _put_reads(builder: Builder, reads: Sequence[Read], based: bool) -> None:
    """Units that were read anew, and bodies; those that are gone are dropped."""
    if based:
        wanted = {url for read in reads for url in read.found.bodies}
        builder.drop_bodies(builder.body_urls() - wanted)
        builder.drop_units(builder.unit_paths() - {read.unit.path for read in reads})
    fresh = [read for read in reads if read.fresh]
    builder.put_units((read.unit.path, read.key, remembered(read)) for read in fresh)
    rows = ((url, *body) for read in fresh for url, body in read.found.bodies.items() if body[1])
    builder.put_bodies(rows)


def _json(values: Sequence[object]) -> str:
    return TypeAdapter(list[object]).dump_json(list(values)).decode() if values else "[]"


def drafts_in(data: Path, id: str) -> bool:
    """Whether a release shows drafts."""
    with closing(Memory(data / "releases" / id)) as memory:
        return memory.meta("drafts") == "1"
