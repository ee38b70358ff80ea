"""Encoding: a recording made lighter, the same bytes each time from the same source."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

Progress = Callable[[float], None]

#: Small enough to decode on any phone; slides stay readable at 360 lines, and a face is still a face at 15 a second.
LINES = 360
FRAMES = 15
POSTER_WIDTH = 640

_X264 = {
    "crf": "28",
    "preset": "veryfast",
    "maxrate": "260k",
    "bufsize": "520k",
    "profile": "main",
    # With more threads, x264's rate control gives other bytes each time. Publishing runs several encoders instead.
    "threads": "1",
}


#: How a film that a phone took lying or upside down is set upright, by its degrees.
_TURNS = {
    90: [("transpose", "cclock")],
    180: [("hflip", ""), ("vflip", "")],
    270: [("transpose", "clock")],
}


@dataclass(frozen=True, slots=True)
class Sound:
    """How sound is encoded: mono, for one voice needs no more."""

    codec: str
    rate: int
    bits: int
    """A second."""
    sample: str


LISTEN = Sound("libmp3lame", 44_100, 64_000, "s16p")
LISTEN_LOW = Sound("libmp3lame", 24_000, 32_000, "s16p")
#: The sound of the light film. FFmpeg's own AAC overshoots at low rates: this gives about 45.
WATCH_LOW = Sound("aac", 32_000, 36_000, "fltp")


def encode_sound(source: Path, demuxer: str, to: Path, how: Sound, progress: Progress | None = None) -> None:
    """Write the sound of `source` to the MP3 file `to`, with its title and chapters."""
    with _opened(source, demuxer) as reading, _written(to, "mp3") as writing:
        for name in ("title", "artist", "album"):
            if name in reading.metadata:
                writing.metadata[name] = reading.metadata[name]
        if chapters := reading.chapters():
            writing.set_chapters(chapters)
        track = _SoundTrack(writing, how)
        for packet, stream in _packets(reading, [reading.streams.audio[0]], progress):
            track.take(_decoded(packet), stream)
        track.finish()


def encode_film(source: Path, demuxer: str, to: Path, progress: Progress | None = None) -> None:
    """Write a light film of `source` to the MP4 file `to`, its index in front so that it starts at once."""
    with _opened(source, demuxer) as reading, _written(to, "mp4") as writing:
        film = _FilmTrack(writing, _film(reading), _first_frame(source, demuxer))
        sounds = reading.streams.audio[:1]
        sound = _SoundTrack(writing, WATCH_LOW) if sounds else None
        film.stream.thread_type = "AUTO"
        for packet, stream in _packets(reading, [film.stream, *sounds], progress):
            (film if stream is film.stream else sound).take(_decoded(packet), stream)  # type: ignore[union-attr]
        film.finish()
        if sound:
            sound.finish()


def poster(source: Path, demuxer: str, seconds: float) -> tuple[bytes, int, int]:
    """A WebP picture of the film, its width and height: a frame early on that is not one plain colour."""
    from PIL import ImageStat

    best, spread = None, -1.0
    with _opened(source, demuxer) as reading:
        stream = _film(reading)
        for part in (0.1, 0.25, 0.5, 0.0):
            with suppress(Exception):
                reading.seek(int(seconds * part * 1_000_000), backward=True)
            frame = next((frame for packet in reading.demux(stream) for frame in _decoded(packet)), None)
            if frame is None:
                continue
            image = _upright(frame.to_image(), getattr(frame, "rotation", 0))
            now = sum(ImageStat.Stat(image.convert("L")).stddev)
            if now > spread:
                best, spread = image, now
            if spread > 12:
                break
    if best is None:
        raise ValueError("no frame can be decoded")
    if best.width > POSTER_WIDTH:
        best = best.resize((POSTER_WIDTH, max(1, round(best.height * POSTER_WIDTH / best.width))))
    out = BytesIO()
    best.save(out, "WEBP", quality=70, method=4)
    return out.getvalue(), best.width, best.height


def _first_frame(source: Path, demuxer: str) -> Any:
    """The first frame of the film: what is written must know its size before the first sound."""
    with _opened(source, demuxer) as reading:
        for packet in reading.demux(_film(reading)):
            for frame in _decoded(packet):
                return frame
    raise ValueError("no frame can be decoded")


@contextmanager
def _opened(source: Path, demuxer: str) -> Iterator[Any]:
    import av

    with av.open(str(source), format=demuxer, options={"protocol_whitelist": "file"}) as container:
        yield container


@contextmanager
def _written(to: Path, format: str) -> Iterator[Any]:
    import av

    options = {"movflags": "+faststart"} if format == "mp4" else {"id3v2_version": "3"}
    with av.open(str(to), "w", format=format, options=options) as container:
        # Neither the time nor the version of the encoder goes into the file.
        writing: Any = container
        writing.flags |= av.container.Flags.bitexact.value
        yield container


def _film(container: Any) -> Any:
    from av.stream import Disposition

    return next(s for s in container.streams.video if not s.disposition & Disposition.attached_pic)


def _packets(reading: Any, streams: list[Any], progress: Progress | None) -> Iterator[tuple[Any, Any]]:
    long = (reading.duration or 0) / 1_000_000
    told = 0.0
    for packet in reading.demux(streams):
        yield packet, packet.stream
        if progress and long and packet.pts is not None:
            now = min(1.0, float(packet.pts * packet.time_base) / long)
            if now - told >= 0.01:
                told = now
                progress(now)
    if progress:
        progress(1.0)


def _decoded(packet: Any) -> list[Any]:
    """The frames of a packet; none of a damaged one, for the rest can still be heard."""
    import av

    try:
        return packet.decode()
    except av.InvalidDataError:
        return []


class _SoundTrack:
    def __init__(self, writing: Any, how: Sound) -> None:
        import av

        self.writing = writing
        self.out = writing.add_stream(how.codec, rate=how.rate, layout="mono")
        self.out.bit_rate = how.bits
        self.resampler = av.AudioResampler(how.sample, "mono", how.rate)

    def take(self, frames: list[Any], stream: Any) -> None:
        for frame in frames:
            self._write(self.resampler.resample(frame))

    def finish(self) -> None:
        self._write(self.resampler.resample(None))
        self.writing.mux(self.out.encode(None))

    def _write(self, frames: list[Any]) -> None:
        for frame in frames:
            self.writing.mux(self.out.encode(frame))


class _FilmTrack:
    def __init__(self, writing: Any, stream: Any, first: Any) -> None:
        import av

        self.writing, self.stream = writing, stream
        rate = min(Fraction(FRAMES), Fraction(stream.average_rate or FRAMES).limit_denominator(1001))
        turned = getattr(first, "rotation", 0) % 360
        wide, high = (first.height, first.width) if turned in (90, 270) else (first.width, first.height)
        scale = min(1.0, LINES / min(wide, high))
        self.out = writing.add_stream("libx264", rate=rate, options=dict(_X264))
        self.out.width, self.out.height = (max(2, round(side * scale / 2) * 2) for side in (wide, high))
        self.out.pix_fmt = "yuv420p"
        self.out.gop_size = FRAMES * 10
        filters = [
            *_TURNS.get(turned, []),
            ("fps", f"{rate}"),
            ("scale", f"{self.out.width}:{self.out.height}"),
            ("format", "yuv420p"),
            ("buffersink", ""),
        ]
        self.graph = av.filter.Graph()
        self.graph.link_nodes(
            self.graph.add_buffer(
                width=first.width, height=first.height, format=first.format, time_base=stream.time_base
            ),
            *(self.graph.add(name, given) if given else self.graph.add(name) for name, given in filters),
        ).configure()

    def take(self, frames: list[Any], stream: Any) -> None:
        for frame in frames:
            self.graph.push(frame)
            self._drain()

    def finish(self) -> None:
        import av

        with suppress(av.EOFError):
            self.graph.push(None)
        self._drain()
        self.writing.mux(self.out.encode(None))

    def _drain(self) -> None:
        import av

        while True:
            try:
                frame: Any = self.graph.pull()
            except (av.BlockingIOError, av.EOFError):
                return
            frame.pict_type = 0
            self.writing.mux(self.out.encode(frame))


def _upright(image: Any, rotation: int) -> Any:
    return image.rotate(rotation, expand=True) if rotation else image
