"""Films: slides and speech as one fast-start mp4, H.264 and AAC."""

from collections.abc import Iterator
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import av
from av.video.frame import VideoFrame
from PIL import Image

from studio.sound import RATE, Sound, frames

FPS = 25
FADE = 8  # frames from one slide to the next
SEEK_POINTS = "keyint=250:min-keyint=25"  # one every ten seconds at least
VIDEO = {"crf": "23", "preset": "medium", "tune": "stillimage", "threads": "2", "x264-params": SEEK_POINTS}


def write_film(path: Path, title: str, slides: list[bytes], turns: list[float], sound: Sound) -> None:
    """Write the film; each slide after the first begins at its turn, in seconds, with a short fade."""
    if len(turns) != len(slides) - 1:
        raise ValueError(f"{title}: {len(slides)} slide steps, but the script turns {len(turns)} times")
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart", "fflags": "+bitexact"}) as film:
        film.metadata["title"] = title
        video = film.add_stream("libx264", rate=FPS, options=VIDEO)
        video.width, video.height, video.pix_fmt = 1280, 720, "yuv420p"
        video.time_base = Fraction(1, FPS)
        audio = film.add_stream("aac", rate=RATE, layout="mono")
        audio.bit_rate = 64_000
        heard, length = iter(frames(sound)), 1_024 / RATE
        shown = 0.0
        for n, picture in enumerate(_pictures(slides, turns, sound.seconds)):
            picture.pts, picture.time_base = n, Fraction(1, FPS)
            film.mux(video.encode(picture))
            while shown <= n / FPS and (frame := next(heard, None)):
                film.mux(audio.encode(frame))
                shown += length
        for frame in heard:
            film.mux(audio.encode(frame))
        film.mux(audio.encode(None))
        film.mux(video.encode(None))


def _pictures(slides: list[bytes], turns: list[float], seconds: float) -> Iterator[VideoFrame]:
    """One picture a frame: each slide held, then faded into the next."""
    opened = [Image.open(BytesIO(slide)).convert("RGB") for slide in slides]
    starts = [0, *(round(turn * FPS) for turn in turns), round(seconds * FPS) + 1]
    for n, slide in enumerate(opened):
        fade = FADE if n else 0
        for step in range(1, fade):
            yield VideoFrame.from_image(Image.blend(opened[n - 1], slide, step / fade))
        held = VideoFrame.from_image(slide).reformat(format="yuv420p")
        for _ in range(starts[n + 1] - starts[n] - max(0, fade - 1)):
            yield held
