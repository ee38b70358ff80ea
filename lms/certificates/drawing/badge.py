"""The badge of a certificate, as SVG and PNG: typst draws the letters, so that every script looks right everywhere."""

import json
from functools import cache, lru_cache
from html import escape
from pathlib import Path

from lms.certificates.models.paper import Snapshot

_HERE = Path(__file__).parent
#: Pixels a point: 1024 pixels square.
_SHARP = 144.0
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
        "title": paper.title,
        "organisation": paper.organisation,
        "amount": f"{amount} {paper.unit if paper.claimed == 1 else paper.units}",
        "system": "" if paper.system == "plain" else paper.system_name,
        "day": paper.completed.date().isoformat(),
        "sample": _SAMPLE.get(paper.lang.split("-")[0], _SAMPLE["en"]) if paper.sample else "",
    }
    return json.dumps(words, ensure_ascii=False, sort_keys=True)


@lru_cache(maxsize=32)
def _drawn(said: str, form: str) -> bytes:
    from typst import compile as typeset

    made = typeset(
        (_HERE / "badge.typ").read_bytes(),
        format=form,
        ppi=_SHARP,
        sys_inputs={"said": said},
        font_paths=_fonts(),
        ignore_system_fonts=True,
    )
    assert isinstance(made, bytes)
    return made


@cache
def _fonts() -> list[str]:
    fonts = _HERE / "fonts"
    return [str(fonts)] if fonts.is_dir() else []
