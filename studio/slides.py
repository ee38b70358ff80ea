"""Slides: a typst deck made into pictures for the film and a PDF for the reader."""

from pathlib import Path

import typst

DECKS = Path(__file__).parent / "slides"
PIXELS_PER_INCH = 96.0  # a page of 960 by 540 points becomes 1280 by 720 pixels


def pictures(deck: str) -> list[bytes]:
    """A PNG of 1280 x 720 for every step of every slide, in order."""
    made = typst.compile(DECKS / f"{deck}.typ", format="png", ppi=PIXELS_PER_INCH, sys_inputs={"pages": "steps"})
    return made if isinstance(made, list) else [made]


def handout(deck: str) -> bytes:
    """A tagged PDF (PDF/UA-1), one page a slide, with real text."""
    return typst.compile(DECKS / f"{deck}.typ", format="pdf", pdf_standards=["ua-1"], timestamp=0)


def drawing(name: str, pixels: int) -> bytes:
    """A square drawing as a PNG of so many pixels a side; its page is 100 points wide."""
    return typst.compile(DECKS / f"{name}.typ", format="png", ppi=pixels * 72 / 100)
