"""Sound: mono 16-bit samples at one rate, and the few things one does with them."""

import math
from array import array
from dataclasses import dataclass
from fractions import Fraction

from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler

RATE = 44_100
LOUDNESS = 4_600  # root mean square of speech; measures about -19 LUFS, what podcasts in mono aim at
CEILING = 30_000
CHIME = (392.0, 493.88, 587.33, 783.99)  # G4 B4 D5 G5


@dataclass(frozen=True)
class Sound:
    """Mono samples at RATE."""

    samples: "array[int]"

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.samples) / RATE


def silence(seconds: float) -> Sound:
    """Nothing, for as long as asked."""
    return Sound(array("h", bytes(2 * round(seconds * RATE))))


def join(*sounds: Sound) -> Sound:
    """One sound after another."""
    whole: array[int] = array("h")
    for sound in sounds:
        whole.extend(sound.samples)
    return Sound(whole)


def from_pcm(pcm: bytes, rate: int) -> Sound:
    """Mono 16-bit PCM of any rate, brought to RATE."""
    frame = AudioFrame(format="s16", layout="mono", samples=len(pcm) // 2)
    frame.sample_rate = rate
    frame.planes[0].update(pcm.ljust(frame.planes[0].buffer_size, b"\0"))
    resampler = AudioResampler(format="s16", layout="mono", rate=RATE)
    samples: array[int] = array("h")
    for out in [*resampler.resample(frame), *resampler.resample(None)]:
        samples.frombytes(bytes(out.planes[0])[: out.samples * 2])
    return Sound(samples)


def trimmed(sound: Sound, threshold: int = 160, keep: float = 0.04) -> Sound:
    """Without the quiet at both ends, but for `keep` seconds of it."""
    loud = [n for n, sample in enumerate(sound.samples) if abs(sample) > threshold]
    if not loud:
        return sound
    margin = round(keep * RATE)
    return Sound(sound.samples[max(0, loud[0] - margin) : loud[-1] + margin])


def levelled(sound: Sound) -> Sound:
    """At the loudness all voices share, without clipping."""
    spoken = [s for s in sound.samples if abs(s) > 160] or [1]
    gain = LOUDNESS / math.sqrt(sum(s * s for s in spoken) / len(spoken))
    gain = min(gain, CEILING / max(abs(s) for s in spoken))
    return Sound(array("h", (round(s * gain) for s in sound.samples)))


def chime(falling: bool = False) -> Sound:
    """Four soft notes, rising to open and falling to close; three seconds."""
    notes = CHIME[::-1] if falling else CHIME
    mix = [0.0] * round(3.0 * RATE)
    for n, pitch in enumerate(notes):
        start = round(n * 0.22 * RATE)
        for k in range(len(mix) - start):
            t = k / RATE
            body = math.exp(-2.4 * t) * min(1.0, t / 0.006)
            octave = 0.25 * math.exp(-3 * t) * math.sin(math.tau * 2 * pitch * t)
            mix[start + k] += body * (math.sin(math.tau * pitch * t) + octave)
    fade = round(0.4 * RATE)
    tail = [min(1.0, (len(mix) - k) / fade) for k in range(len(mix))]
    return Sound(array("h", (round(3_400 * m * t) for m, t in zip(mix, tail, strict=True))))


def frames(sound: Sound, length: int = 1_024) -> list[AudioFrame]:
    """The sound as frames for an encoder, with their places in time."""
    found = []
    for start in range(0, len(sound.samples), length):
        piece = sound.samples[start : start + length]
        frame = AudioFrame(format="s16", layout="mono", samples=len(piece))
        frame.sample_rate, frame.pts, frame.time_base = RATE, start, Fraction(1, RATE)
        raw = piece.tobytes()
        frame.planes[0].update(raw.ljust(frame.planes[0].buffer_size, b"\0"))
        found.append(frame)
    return found
