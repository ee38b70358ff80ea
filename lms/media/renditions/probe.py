"""Probing: what a recording is, found out from its bytes."""

from contextlib import suppress
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

from lms.media.models import Chapter
from lms.media.renditions.types import DEMUXERS, LFS, TYPES, ending
from lms.text.values import Value

#: A recording that stops this many seconds before its own header says is cut short.
SHORT = Decimal(2)

_BEGINNINGS = {
    "mov": (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"),
    "matroska": (b"\x1aE\xdf\xa3",),
    "ogg": (b"OggS",),
    "wav": (b"RIFF", b"RF64"),
    "flac": (b"fLaC", b"ID3"),
    "mp3": (b"ID3",),
}
_NAMES = {
    "mov": "MP4",
    "matroska": "WebM",
    "ogg": "Ogg",
    "wav": "WAV",
    "flac": "FLAC",
    "mp3": "MP3",
    "aac": "AAC",
}

#: Film that all current browsers play.
_PLAYED = {"h264", "vp8", "vp9", "av1"}


class BrokenMedia(Exception):
    """A file that is no recording; the message says what it is instead, and how to mend it, after a semicolon."""


class Probe(Value):
    """What a recording is: its length, its tracks, and what its tags say."""

    type: str
    seconds: Decimal
    has_video: bool
    has_sound: bool
    width: int = 0
    height: int = 0
    video_codec: str = ""
    sound_codec: str = ""
    chapters: tuple[Chapter, ...] = ()
    title: str = ""
    artist: str = ""
    comment: str = ""
    date: str = ""
    warnings: tuple[str, ...] = ()
    """What is amiss though it plays, each with its mend after a semicolon."""


def probe(path: Path) -> Probe:
    """What the recording at `path` is. Reads it through once, so that one cut short is found.

    Raises BrokenMedia for what is not a recording.
    """
    # FFmpeg's libraries take 60 MB and a fifth of a second: those who only serve pages do without.
    import av

    demuxer = _demuxer(path)
    try:
        with av.open(str(path), format=demuxer, options={"protocol_whitelist": "file"}) as container:
            return _probed(container, path)
    except (av.FFmpegError, ValueError, IndexError, UnicodeError) as fault:
        raise BrokenMedia(_why(path, demuxer)) from fault


def _demuxer(path: Path) -> str:
    """The demuxer for the name's ending, when the bytes begin as such a file does."""
    with path.open("rb") as opened:
        head = opened.read(512)
    if not head:
        raise BrokenMedia("the file is empty; put the recording here")
    if head.startswith(LFS):
        raise BrokenMedia("the file is a Git LFS pointer, not the recording; run `git lfs pull`")
    wanted = DEMUXERS.get(ending(path.name))
    if wanted is None:
        raise BrokenMedia(f"`.{ending(path.name)}` is not a kind of recording that Spoke knows; save it as MP3 or MP4")
    found = [kind for kind, starts in _BEGINNINGS.items() if _begins(head, kind, starts)]
    if wanted in found or (not found and wanted in ("mp3", "aac") and not _is_text(head)):
        return wanted
    if found:
        raise BrokenMedia(f"the name says {_NAMES[wanted]}, and the bytes are {_NAMES[found[0]]}; rename the file")
    raise BrokenMedia(_why(path, wanted))


def _begins(head: bytes, kind: str, starts: tuple[bytes, ...]) -> bool:
    return head[4:8] in starts if kind == "mov" else head.startswith(starts)


def _is_text(head: bytes) -> bool:
    return all(sign >= 32 or sign in b"\t\n\r" for sign in head)


def _why(path: Path, demuxer: str) -> str:
    with path.open("rb") as opened:
        head = opened.read(512)
    if _is_text(head):
        return "this is text, not a recording; put the recording itself here"
    if demuxer == "mov" and head[4:8] in _BEGINNINGS["mov"]:
        return "the MP4 file is cut short or damaged: its index is missing; save or copy it again"
    return f"this cannot be played as {_NAMES[demuxer]}; save it again as MP3 or MP4"


def _probed(container: Any, path: Path) -> Probe:
    sound = next(iter(container.streams.audio), None)
    films = [stream for stream in container.streams.video if not _is_cover(stream)]
    if sound is None and not films:
        raise BrokenMedia("there is neither sound nor film in this file; put the recording here")
    film = films[0] if films else None
    for stream in (film, sound):
        if stream is not None:
            _first_frame(container, stream)
    seconds = _length(container, film, sound, path)
    warnings = []
    kind = ending(path.name)
    type = TYPES[kind] if film or kind != "mp4" else "audio/mp4"
    tags = _tags(container, sound)
    film_codec = _codec(film)
    if film and film_codec not in _PLAYED:
        warnings.append(f"browsers do not all play {film_codec} film; save it as MP4 with H.264")
    elif film and kind in ("mkv", "mov"):
        warnings.append(f"browsers do not all play .{kind} files; save it as MP4 with H.264")
    if film and sound is None:
        warnings.append("the film has no sound; add the sound track")
    width, height = (film.codec_context.width, film.codec_context.height) if film else (0, 0)
    return Probe(
        type=type.replace("video/", "audio/") if film is None else type,
        seconds=seconds,
        has_video=film is not None,
        has_sound=sound is not None,
        width=width,
        height=height,
        video_codec=film_codec,
        sound_codec=_codec(sound),
        chapters=_chapters(container, seconds),
        title=tags.get("title", "")[:300],
        artist=tags.get("artist", "")[:300],
        comment=(tags.get("comment") or tags.get("description") or "")[:4_000],
        date=tags.get("date", ""),
        warnings=(*warnings, *_tag_faults(path)),
    )


def _codec(stream: Any) -> str:
    return stream.codec_context.codec.canonical_name if stream else ""


def _is_cover(stream: Any) -> bool:
    from av.stream import Disposition

    return bool(stream.disposition & Disposition.attached_pic)


def _first_frame(container: Any, stream: Any) -> None:
    """Raise BrokenMedia when nothing of the track can be decoded."""
    import av

    for packet in islice(container.demux(stream), 200):
        with suppress(av.FFmpegError):
            if packet.decode():
                container.seek(0)
                return
    raise BrokenMedia("nothing of this can be played; save it again as MP3 or MP4")


def _length(container: Any, film: Any, sound: Any, path: Path) -> Decimal:
    """Seconds that are truly there. Raises BrokenMedia when they are less than nine tenths of those promised."""
    import av

    ends: dict[int, Fraction] = {}
    with suppress(av.FFmpegError):  # the end of a damaged file: how far it went is what counts
        for packet in container.demux([stream for stream in (sound, film) if stream is not None]):
            if packet.pts is not None:
                end = (packet.pts + (packet.duration or 0)) * packet.time_base
                ends[packet.stream_index] = max(ends.get(packet.stream_index, Fraction(0)), end)
    if not ends:
        raise BrokenMedia("nothing of this can be played; save it again as MP3 or MP4")
    there = _tenths(max(ends.values()))
    claimed = _claimed(container, path)
    if claimed - there > SHORT and there < claimed * 9 / 10:
        raise BrokenMedia(f"the recording is cut short: {there} of {claimed} seconds are there; save or copy it again")
    return there


def _claimed(container: Any, path: Path) -> Decimal:
    """The seconds that the file's header promises; 0 when it only guesses."""
    if ending(path.name) in ("mp3", "aac"):
        from mutagen.mp3 import MP3, BitrateMode

        try:
            info: Any = MP3(path).info
        except Exception:  # noqa: BLE001 mutagen raises much on broken tags, and only a promise is looked for
            return Decimal(0)
        return _tenths(info.length) if info.bitrate_mode != BitrateMode.UNKNOWN else Decimal(0)
    return _tenths(container.duration / 1_000_000) if container.duration else Decimal(0)


def _tenths(seconds: Any) -> Decimal:
    return Decimal(f"{float(seconds):.1f}")


def _chapters(container: Any, seconds: Decimal) -> tuple[Chapter, ...]:
    found: dict[Decimal, Chapter] = {}
    for chapter in container.chapters():
        start = _tenths(chapter["start"] * chapter["time_base"])
        title = chapter["metadata"].get("title", "").strip()
        if title and 0 <= start < seconds:
            found.setdefault(start, Chapter(start=start, title=title[:300]))
    return tuple(found[start] for start in sorted(found))


def _tags(container: Any, sound: Any) -> dict[str, str]:
    """Tags by lower-case name; Ogg has them on the track."""
    both = {**(sound.metadata if sound else {}), **container.metadata}
    return {key.lower(): value.strip() for key, value in both.items()}


def _tag_faults(path: Path) -> list[str]:
    """What mutagen finds wrong with tags that FFmpeg passes over in silence."""
    import mutagen

    if ending(path.name) not in ("mp3", "m4a", "mp4", "flac"):
        return []
    try:
        mutagen.File(path)
    except mutagen.MutagenError:
        return ["its tags are damaged; write them anew with a tag editor"]
    return []
