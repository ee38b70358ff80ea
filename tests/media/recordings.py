"""Small real recordings for the tests, made on the spot."""

from fractions import Fraction
from math import pi, sin
from pathlib import Path
from struct import pack

import av
from PIL import Image, ImageDraw

#: Seven whole waves of 350 Hz in the 960 samples of a frame.
TONE = pack("<960h", *(int(9_000 * sin(2 * pi * 7 * at / 960)) for at in range(960)))


def sound(path: Path, seconds: float = 3, bits: int = 128_000, chapters=(), **tags: str) -> Path:
    """A tone with these tags, and with chapters of (start, title), as the ending of the name says."""
    codec = {"mp3": "libmp3lame", "m4a": "aac", "ogg": "libopus", "wav": "pcm_s16le", "webm": "libopus"}[
        path.suffix[1:]
    ]
    with av.open(str(path), "w") as out:
        out.metadata.update(tags)
        if chapters:
            ends = [*(start for start, _ in chapters[1:]), seconds]
            out.set_chapters(
                [
                    {
                        "id": number,
                        "start": int(start * 1000),
                        "end": int(end * 1000),
                        "time_base": Fraction(1, 1000),
                        "metadata": {"title": title},
                    }
                    for number, ((start, title), end) in enumerate(zip(chapters, ends, strict=True))
                ]
            )
        stream = out.add_stream(codec, rate=48_000, layout="mono")
        stream.bit_rate = bits
        hum(out, stream, seconds)
    return path


def film(
    path: Path, seconds: int = 2, size: tuple[int, int] = (480, 270), frames: int = 25, quiet: bool = False
) -> Path:
    """Numbers counted on a plain ground, with a tone unless `quiet`."""
    codec = {"webm": "libvpx-vp9", "mkv": "libx264"}.get(path.suffix[1:], "libx264")
    with av.open(str(path), "w") as out:
        picture = out.add_stream(
            codec, rate=frames, options={"crf": "18", "preset": "veryfast", "deadline": "realtime"}
        )
        picture.width, picture.height, picture.pix_fmt = *size, "yuv420p"
        opus = path.suffix == ".webm"
        stream = None if quiet else out.add_stream("libopus" if opus else "aac", rate=48_000, layout="mono")
        for number in range(seconds * frames):
            image = Image.effect_noise(size, 30).convert("RGB")
            ImageDraw.Draw(image).text((20, 20), str(number), fill="white", font_size=size[1] // 4)
            out.mux(picture.encode(av.VideoFrame.from_image(image)))
        out.mux(picture.encode(None))
        if stream:
            hum(out, stream, seconds)
    return path


def hum(out, stream, seconds: float) -> None:
    resampler = av.AudioResampler(stream.codec_context.format or "fltp", "mono", 48_000)
    for start in range(0, int(seconds * 48_000), 960):
        frame = av.AudioFrame(format="s16", layout="mono", samples=960)
        frame.sample_rate, frame.pts, frame.time_base = 48_000, start, Fraction(1, 48_000)
        frame.planes[0].update(TONE)
        for ready in resampler.resample(frame):
            out.mux(stream.encode(ready))
    for ready in resampler.resample(None):
        out.mux(stream.encode(ready))
    out.mux(stream.encode(None))
