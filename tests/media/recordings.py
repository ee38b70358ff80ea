"""Small real recordings for the tests, made on the spot."""

from fractions import Fraction
from math import pi, sin
from pathlib import Path
from struct import pack

import av
from PIL import Image, ImageDraw

#: Seven whole waves of 350 Hz in the 960 samples of a frame.
TONE = pack("<960h", *(int(9_000 * sin(2 * pi * 7 * at / 960)) for at in range(960)))


def sound(path: Path, seconds: float = 3, bits: int = 128_000, rate: int = 48_000, chapters=(), **tags: str) -> Path:
    """A tone with these tags, and with chapters of (start, title), as the ending of the name says."""
    codec = {"mp3": "libmp3lame", "m4a": "aac", "ogg": "libopus", "wav": "pcm_s16le", "webm": "libopus"}[
        path.suffix[1:]
    ]
    with av.open(str(path), "w") as out:
        out.flags |= av.container.Flags.bitexact.value
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
        stream = out.add_stream(codec, rate=rate, layout="mono")
        stream.bit_rate = bits
        hum(out, stream, seconds)
    return path


def film(
    path: Path,
    seconds: int = 2,
    size: tuple[int, int] = (480, 270),
    frames: int = 12,
    noise: float = 30,
    bits: int = 128_000,
    quiet: bool = False,
) -> Path:
    """Numbers counted on noise, or a plain ground where it is 0, with a tone unless `quiet`."""
    opus = path.suffix == ".webm"
    options = {"crf": "18", "preset": "veryfast", "deadline": "realtime", "threads": "1"}
    with av.open(str(path), "w") as out:
        out.flags |= av.container.Flags.bitexact.value
        picture = out.add_stream("libvpx-vp9" if opus else "libx264", rate=frames, options=options)
        picture.width, picture.height, picture.pix_fmt = *size, "yuv420p"
        stream = None if quiet else out.add_stream("libopus" if opus else "aac", rate=48_000, layout="mono")
        if stream:
            stream.bit_rate = bits
        for number in range(seconds * frames):
            image = Image.effect_noise(size, noise).convert("RGB") if noise else Image.new("RGB", size, "#0a6a68")
            shown = number if noise else number // frames
            ImageDraw.Draw(image).text((20, 20), str(shown), fill="white", font_size=size[1] // 4)
            out.mux(picture.encode(av.VideoFrame.from_image(image)))
        out.mux(picture.encode(None))
        if stream:
            hum(out, stream, seconds)
    return path


def hum(out, stream, seconds: float) -> None:
    resampler = av.AudioResampler(stream.codec_context.format or "fltp", "mono", stream.rate)
    for start in range(0, int(seconds * 48_000), 960):
        frame = av.AudioFrame(format="s16", layout="mono", samples=960)
        frame.sample_rate, frame.pts, frame.time_base = 48_000, start, Fraction(1, 48_000)
        frame.planes[0].update(TONE)
        for ready in resampler.resample(frame):
            out.mux(stream.encode(ready))
    for ready in resampler.resample(None):
        out.mux(stream.encode(ready))
    out.mux(stream.encode(None))
