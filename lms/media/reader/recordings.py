"""What webinars and episodes share: a recording with its captions and chapters, and files to take away."""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_UP, Decimal
from pathlib import PurePosixPath

from pydantic import TypeAdapter, ValidationError

from lms.media import captions
from lms.media.models import Asset, Captions, Chapter, Recording, Soundbite
from lms.media.renditions.probe import BrokenMedia
from lms.media.renditions.recordings import Taken, take
from lms.media.renditions.store import ChangedMeanwhile, Store, address
from lms.media.renditions.types import DEMUXERS, ending
from lms.modules.context import Context, Notes
from lms.modules.models import Language
from lms.text.folder import Folder
from lms.text.frontmatter import Front
from lms.text.problems import Problem, error, warning

CAPTIONS = frozenset({"vtt", "srt"})
_TIME = r"(?:(\d{1,3}):)?(\d{1,3}):([0-5]\d)"
_CHAPTER = re.compile(rf"{_TIME}\s+(\S.*)$")
_SOUNDBITE = re.compile(rf"{_TIME}\s*[-–]\s*{_TIME}(?:\s+(\S.*))?$")
_LANGUAGE = TypeAdapter(Language)


@dataclass(frozen=True)
class Place:
    """The file that says something of a recording, and where each key of it stands."""

    path: str
    lang: str
    front: Front = field(default_factory=Front)


def recorded(
    context: Context,
    found: Notes,
    place: Place,
    file: str,
    name: str,
    said: Sequence[str],
    tracks: Mapping[str, str],
) -> tuple[Recording, Taken] | None:
    """The recording in `file`, kept under `name`, with chapters as `said` and captions by language; None if broken."""
    tracks_read = [_captions(context, found, path, lang) for lang, path in tracks.items()]
    taken = taken_from(context, found, file, f"{name}.{ending(file)}")
    if taken is None:
        chapters(said, place, found)
        return None
    seconds = taken.probe.seconds
    read = [one for one in tracks_read if one is not None]
    for one in read:
        found.problems += captions.check_length(one.cues, seconds, one.path)
    marked = chapters(said, place, found, seconds) if said else taken.probe.chapters
    poster = taken.poster
    recording = Recording(
        seconds=seconds,
        digest=context.folder.sha256(file),
        renditions=taken.renditions,
        captions=tuple(read),
        chapters=tuple(marked),
        poster=poster,
    )
    return recording, taken


def taken_from(context: Context, found: Notes, file: str, name: str) -> Taken | None:
    """The recording in `file` with all its renditions; None, and a problem, when it is broken."""
    found.uses[file] = context.digest(file)
    try:
        store = Store(context.store) if context.store else None
        taken = take(context.folder, file, name, store, encode=context.encode)
    except BrokenMedia as fault:
        what, _, mend = str(fault).rpartition("; ")
        found.problems.append(error(file, 1, "broken-media", what, mend))
        return None
    except ChangedMeanwhile as fault:
        found.problems.append(error(file, 1, "changed", str(fault), "publish again"))
        return None
    for said in taken.probe.warnings:
        what, _, mend = said.partition("; ")
        found.problems.append(warning(file, 1, "media", what, mend))
    found.assets += taken.assets
    found.pending += taken.pending
    return taken


def tracks_of(names: Sequence[str], home: str, stem: str, lang: str, found: Notes) -> dict[str, str]:
    """The caption files of `stem` among a folder's names in order, by language: `stem.es.vtt` is in Spanish.

    `stem.vtt` is in `lang`.
    """
    tracks: dict[str, str] = {}
    # `/` comes right after `.`: of names in order, those that begin with the stem and a dot stand between the two.
    names = names[bisect_left(names, f"{stem}.") : bisect_left(names, f"{stem}/")]
    for name in sorted(names, key=lambda name: (ending(name) == "srt", name)):
        rest = name[len(stem) :]
        if ending(name) not in CAPTIONS or rest.count(".") > 2:
            continue
        if rest.count(".") == 2 and any(f"{name.rpartition('.')[0]}.{kind}" in names for kind in ("md", *DEMUXERS)):
            continue  # of another episode, with a dot in its name
        tag, path = rest.split(".")[1] if rest.count(".") == 2 else lang, f"{home}/{name}"
        try:
            tag = _LANGUAGE.validate_python(tag)
        except ValidationError:
            what = f"`{tag}` in the name is not a language"
            found.problems.append(error(path, 1, "captions-name", what, f"name it such as `{stem}.en.{ending(name)}`"))
            continue
        if tag in tracks:
            what = f"`{PurePosixPath(tracks[tag]).name}` has the captions in `{tag}` already"
            found.problems.append(warning(path, 1, "captions-twice", what, "delete one of the two"))
            continue
        tracks[tag] = path
    return tracks


def chapters(said: Sequence[str], place: Place, found: Notes, seconds: Decimal | None = None) -> list[Chapter]:
    """Chapters from lines such as `2:40 What to send`; those past the end of the recording are problems."""
    marked: list[Chapter] = []
    for number, words in enumerate(said):
        line = place.front.line("chapters", number)
        parts = _CHAPTER.match(words.strip())
        start = _moment(*parts.groups()[:3]) if parts else None
        if parts is None or start is None:
            what = f"`{words[:60]}` is not a chapter"
            found.problems.append(error(place.path, line, "chapter", what, 'write it as `- "2:40 What to send"`'))
            continue
        if marked and start <= marked[-1].start:
            what = f"the chapter at {parts[0].split()[0]} does not come after the one above it"
            found.problems.append(error(place.path, line, "chapter-order", what, "put the chapters in order of time"))
        elif seconds is not None and start >= seconds:
            what = f"the chapter starts at {parts[0].split()[0]}, and the recording ends at {spoken(seconds)}"
            found.problems.append(error(place.path, line, "chapter-past-end", what, "mend its time"))
        else:
            marked.append(Chapter(start=start, title=parts[4]))
    return marked


def soundbites(said: Sequence[str], place: Place, found: Notes, seconds: Decimal) -> list[Soundbite]:
    """Soundbites from lines such as `1:05-1:40 What to ask first`; those past its end are problems."""
    bites: list[Soundbite] = []
    for number, words in enumerate(said):
        line = place.front.line("soundbites", number)
        parts = _SOUNDBITE.match(words.strip())
        start, end = (_moment(*parts.groups()[:3]), _moment(*parts.groups()[3:6])) if parts else (None, None)
        if parts is None or start is None or end is None or end <= start:
            what = f"`{words[:60]}` is not a soundbite"
            mend = 'write it as `- "1:05-1:40 What to ask first"`'
            found.problems.append(error(place.path, line, "soundbite", what, mend))
        elif end > seconds:
            what = f"the soundbite ends past the end of the recording, which is at {spoken(seconds)}"
            found.problems.append(error(place.path, line, "soundbite", what, "mend its times"))
        else:
            bites.append(Soundbite(start=start, seconds=end - start, title=parts[7] or ""))
    return bites


def only_media(folder: Folder, home: str) -> list[str]:
    """Names of the recordings directly in a folder."""
    return [name for name in folder.inside(home) if ending(name) in DEMUXERS]


def located(context: Context, found: Notes, place: Place, key: str, target: str, what: str) -> str | None:
    """The file that a key of the front matter names; None, and a problem, when it is not there."""
    line = place.front.line(key)
    path = context.folder.find(place.path, target)
    if path is None or path not in context.folder.files:
        found.problems.append(context.folder.missing(place.path, line, target, what))
        return None
    found.uses[path] = context.digest(path)
    return path


def missing_file(folder: Folder, path: str, what: str, mend: str) -> Problem:
    """The problem that the file `path` itself is not there; the mend is another when only its case is wrong."""
    name = PurePosixPath(path).name
    if any(one.casefold() == path.casefold() for one in folder.files):
        return folder.missing(path, 1, name)
    return error(path, 1, "missing-file", what, mend)


def minutes(seconds: Decimal) -> int:
    """Whole minutes that it takes, at least one."""
    return max(1, int((seconds / 60).to_integral_value(ROUND_UP)))


def spoken(seconds: Decimal) -> str:
    """A time as one writes it: `2:40` or `1:02:40`."""
    whole = int(seconds)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def _moment(hours: str | None, minutes: str, seconds: str) -> Decimal | None:
    """Seconds from a time as one writes it; None for `1:75:00`."""
    if hours and int(minutes) > 59:
        return None
    return Decimal(int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds))


def _captions(context: Context, found: Notes, path: str, lang: str) -> Captions | None:
    found.uses[path] = context.digest(path)
    text, problems = context.folder.text(path)
    cues, faults = captions.parse(text, path) if text or not problems else ((), [])
    found.problems += [*problems, *faults]
    if not cues:
        return None
    asset = kept(context, path) if ending(path) == "vtt" else _as_webvtt(context, path, captions.webvtt(cues))
    if asset is None:
        return None
    found.assets.append(asset)
    return Captions(lang=lang, path=path, url=asset.url, bytes=asset.bytes, cues=cues)


def _as_webvtt(context: Context, path: str, text: str) -> Asset:
    """Browsers and podcast apps take WebVTT alone."""
    data = text.encode()
    url = address(context.folder.sha256(path), f"{PurePosixPath(path).stem}.vtt", "webvtt, 1")
    store = Store(context.store) if context.store else None
    if store and store.size(url) != len(data):
        store.write(url, data)
    return Asset(url=url, type="text/vtt", bytes=len(data))


def kept(context: Context, path: str) -> Asset | None:
    """The asset that a file as it stands becomes."""
    return context.file(context.folder, path) if context.file else None
