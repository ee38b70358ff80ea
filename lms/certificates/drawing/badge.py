"""The badge of a certificate, as SVG and PNG: typst draws the letters, so that every script looks right everywhere."""

import json
import re
from functools import cache, lru_cache
from html import escape
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Literal

from lms.certificates.models.paper import Snapshot

if TYPE_CHECKING:
    from typst import Compiler

_HERE = Path(__file__).parent
_FONTS = _HERE / "fonts"
#: Pixels a point: 1024 pixels square.
_SHARP = 144.0
#: A compiler serves one thread at a time.
_ONE_AT_A_TIME = Lock()
_LONG = re.compile(r"\S{21,}")
_SAMPLE = {"en": "SAMPLE", "es": "MUESTRA"}


def svg(paper: Snapshot, accent: str) -> bytes:
    """The badge as SVG, its words said in its title for those who do not see it."""
    drawn = _drawn(_said(paper, accent), "svg").decode()
    head, rest = drawn.split(">", 1)
    named = f"{paper.title} – {paper.organisation}"
    return f'{head} role="img" aria-labelledby="t"><title id="t">{escape(named)}</title>{rest}'.encode()


def png(paper: Snapshot, accent: str) -> bytes:
    """The badge as PNG, 1024 pixels square, on nothing."""
    return _drawn(_said(paper, accent), "png")


def _said(paper: Snapshot, accent: str) -> str:
    amount = f"{paper.claimed:f}"
    amount = amount.rstrip("0").rstrip(".") if "." in amount else amount
    words = {
        "accent": accent,
        "lang": paper.lang.split("-")[0],
        "title": _breakable(paper.title),
        "organisation": _breakable(paper.organisation),
        "amount": f"{amount} {paper.unit if paper.claimed == 1 else paper.units}",
        "system": "" if paper.system == "plain" else paper.system_name,
        "day": paper.completed.date().isoformat(),
        "sample": _SAMPLE.get(paper.lang.split("-")[0], _SAMPLE["en"]) if paper.sample else "",
    }
    return json.dumps(words, ensure_ascii=False, sort_keys=True)


def _breakable(words: str) -> str:
    """Words that would not fit on a line may break where nobody sees it."""
    return _LONG.sub(lambda found: "\u200b".join(found[0][at : at + 12] for at in range(0, len(found[0]), 12)), words)


@lru_cache(maxsize=32)
def _drawn(said: str, form: Literal["svg", "png"]) -> bytes:
    with _ONE_AT_A_TIME:
        made = _compiler().compile(
            input=(_HERE / "badge.typ").read_bytes(), format=form, ppi=_SHARP, sys_inputs={"said": said}
        )
    assert isinstance(made, bytes)
    return made


@cache
def _compiler() -> "Compiler":
    from typst import Compiler, Fonts

    # What comes along, and nothing of the machine: the same badge everywhere.
    fonts = Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=[_FONTS] if _FONTS.is_dir() else []
    )
    return Compiler(root=_HERE, font_paths=fonts, ignore_system_fonts=True)
