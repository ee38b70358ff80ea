"""Transcripts drawn by typst: as many pages as they take, each with its head and its number."""

import json
import logging
from dataclasses import asdict
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

from lms.certificates.drawing.paper import built_in, press
from lms.certificates.drawing.signs import drawable
from lms.certificates.models.look import Paper
from lms.certificates.models.sheet import Sheet

log = logging.getLogger(__name__)

_HERE = Path(__file__).parent


def draw(sheet: Sheet, look: Paper, now: datetime) -> bytes:
    """The transcript as a PDF/UA-1."""
    try:
        return _drawn(sheet, look, now, look.logo if look.logo in look.files else "")
    except typst.TypstError as fault:
        log.error("a transcript cannot be drawn with the logo, so it is drawn without: %s", fault.message)
        return _drawn(sheet, look, now, "")


def _drawn(sheet: Sheet, look: Paper, now: datetime, logo: str) -> bytes:
    data = _drawable(asdict(sheet), look) | {"accent": look.accent, "logo": logo, "words": {}}
    data["document"] = f"{sheet.heading}: {data['name']}"
    files = built_in() | _template() | {"data.json": json.dumps(data, ensure_ascii=False).encode()}
    return press(look).print(files, "pdf", now)[0]


@lru_cache(maxsize=1)
def _template() -> dict[str, bytes]:
    return {"main.typ": b'#include "transcript.typ"\n', "transcript.typ": (_HERE / "transcript.typ").read_bytes()}


def _drawable(value: Any, look: Paper) -> Any:
    """A value whose every text can be drawn."""
    if isinstance(value, str):
        return drawable(value, look)
    if isinstance(value, dict):
        # An address is a link: it stays as it is.
        return {key: inner if key == "address" else _drawable(inner, look) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_drawable(inner, look) for inner in value]
    return value
