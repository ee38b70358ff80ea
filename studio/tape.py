"""Tapes: speech as an mp3 with title, cover and chapters inside."""

from dataclasses import dataclass
from pathlib import Path

import av
from mutagen.id3 import APIC, CHAP, CTOC, ID3, TALB, TCON, TDRC, TIT2, TLAN, TPE1, TRCK, CTOCFlags, PictureType

from studio.sound import RATE, Sound, frames


@dataclass(frozen=True)
class Label:
    """What is written on a tape."""

    title: str
    artist: str
    album: str
    date: str
    track: int
    cover: bytes = b""
    chapters: tuple[tuple[float, str], ...] = ()


def write_tape(path: Path, sound: Sound, label: Label, bit_rate: int = 64_000) -> None:
    """Write a mono mp3 of constant rate, and its ID3v2.3 tags."""
    with av.open(str(path), "w", format="mp3", options={"id3v2_version": "0", "write_id3v1": "0"}) as tape:
        stream = tape.add_stream("libmp3lame", rate=RATE, layout="mono", format="s16p")
        stream.bit_rate = bit_rate
        for frame in frames(sound, 1_152):
            tape.mux(stream.encode(frame))
        tape.mux(stream.encode(None))
    tags = _tags(label, sound.seconds)
    tags.update_to_v23()  # the version that every player reads
    tags.save(path, v2_version=3)


def _tags(label: Label, seconds: float) -> ID3:
    tags = ID3()
    texts = {TIT2: label.title, TPE1: label.artist, TALB: label.album, TDRC: label.date, TRCK: str(label.track)}
    for frame, text in {**texts, TCON: "Podcast", TLAN: "eng"}.items():
        tags.add(frame(encoding=1, text=text))
    if label.cover:
        tags.add(APIC(encoding=0, mime="image/jpeg", type=PictureType.COVER_FRONT, desc="Cover", data=label.cover))
    starts = [round(start * 1000) for start, _ in label.chapters]
    ends = [*starts[1:], round(seconds * 1000)]
    ids = [f"ch{n}" for n in range(len(starts))]
    for element, (_, title), start, end in zip(ids, label.chapters, starts, ends[: len(starts)], strict=True):
        tags.add(CHAP(element_id=element, start_time=start, end_time=end, sub_frames=[TIT2(encoding=1, text=title)]))
    if ids:
        flags = CTOCFlags.TOP_LEVEL | CTOCFlags.ORDERED
        heading = TIT2(encoding=1, text="Chapters")
        tags.add(CTOC(element_id="toc", flags=flags, child_element_ids=ids, sub_frames=[heading]))
    return tags
