"""Voices: a sentence and a speaker in, a sound out. Debian's `flite` does the speaking, offline."""

import re
import subprocess
import tempfile
import wave
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from studio.sound import Sound, from_pcm, levelled, trimmed

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Voice:
    """One of flite's voices, made larger or smaller, slower or faster."""

    voice: str
    size: float = 1.0
    pace: float = 1.0


@cache
def cast() -> dict[str, Voice]:
    """Every speaker's voice."""
    return {name: Voice(**made) for name, made in yaml.safe_load((HERE / "cast.yaml").read_text("utf-8")).items()}


@cache
def speak(speaker: str, text: str) -> Sound:
    """The sentence in the speaker's voice, trimmed and at the common loudness."""
    voice = cast()[speaker]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        # Playing at `size` times the speed lifts pitch and formants; the stretch gives the lost time back.
        stretch = f"duration_stretch={voice.pace * voice.size:.3f}"
        subprocess.run(["flite", "-voice", voice.voice, "--setf", stretch, "-t", as_said(text), "-o", path], check=True)
        with wave.open(str(path)) as said:
            sound = from_pcm(said.readframes(said.getnframes()), round(said.getframerate() * voice.size))
    return levelled(trimmed(sound))


def as_said(text: str) -> str:
    """The text respelt for the voices by the lexicon, with typographic marks made plain."""
    for written, said in _lexicon().items():
        text = re.sub(rf"\b{re.escape(written)}\b", said, text)
    return text.replace("“", '"').replace("”", '"').replace("’", "'").replace("–", "to").replace("…", ",")


@cache
def _lexicon() -> dict[str, str]:
    return dict(yaml.safe_load((HERE / "lexicon.yaml").read_text("utf-8")))
