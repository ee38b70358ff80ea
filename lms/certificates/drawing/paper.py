"""Certificates drawn by typst: a PDF for the wall and the file, and a picture of it."""

import json
import logging
import tempfile
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from threading import Lock

import segno
import typst

from lms.certificates.drawing.signs import FONTS
from lms.certificates.drawing.wording import said
from lms.certificates.models.look import Paper
from lms.certificates.models.paper import Snapshot

log = logging.getLogger(__name__)

#: Pixels an inch of a preview: an A4 page across is 1404 wide.
_SHARP = 120
_HERE = Path(__file__).parent


def draw(snapshot: Snapshot, name: str, look: Paper) -> bytes:
    """The certificate as a PDF/UA-1 of one page; the same input gives the same bytes.

    Where a programme's own template fails, the built-in one is used, and the fault is logged.
    """
    return _drawn(snapshot, name, look, "pdf")[0]


def preview(snapshot: Snapshot, name: str, look: Paper) -> bytes:
    """The first page as a PNG."""
    return _drawn(snapshot, name, look, "png")[0]


def _drawn(snapshot: Snapshot, name: str, look: Paper, form: str) -> list[bytes]:
    files = sources(snapshot, name, look)
    try:
        return press(look).print(files, form, snapshot.issued)
    except typst.TypstError as fault:
        if look.template is None:
            raise
        # The name of the holder is in the certificate, and stays out of the log.
        log.error("certificate %s: the template failed, so the built-in one is used: %s", snapshot.id, fault.message)
        return press(look).print(files | built_in(), form, snapshot.issued)


def sources(snapshot: Snapshot, name: str, look: Paper) -> dict[str, bytes]:
    """All files that a drawing is made of, by name."""
    return {
        **look.files,
        **built_in(),
        **({"certificate.typ": look.template.encode()} if look.template is not None else {}),
        "data.json": json.dumps(said(snapshot, name, look), ensure_ascii=False).encode(),
        "qr.svg": code(snapshot.url),
    }


def code(address: str) -> bytes:
    """The QR code of an address as SVG, its quiet zone within; a quarter of it may be lost."""
    made = BytesIO()
    segno.make(address, error="q", micro=False).save(made, kind="svg", border=4, dark="#1b2a2f", light="#fff")
    return made.getvalue()


@lru_cache(maxsize=1)
def _built_in() -> dict[str, bytes]:
    named = {name: (_HERE / name).read_bytes() for name in ("certificate.typ", "parts.typ")}
    return {"main.typ": b'#include "certificate.typ"\n', **named}


def built_in() -> dict[str, bytes]:
    """The built-in template, by names of files."""
    return dict(_built_in())


class Press:
    """A typst compiler that knows the fonts that come along, those of a look, and nothing else of the machine."""

    def __init__(self, fonts: Mapping[str, bytes]) -> None:
        # Nothing is ever put in `_root`: what a template reads is handed over, and the disk is out of its reach.
        self._root = tempfile.TemporaryDirectory(prefix="spoke-paper-")
        self._fonts = tempfile.TemporaryDirectory(prefix="spoke-fonts-")
        for number, (name, held) in enumerate(sorted(fonts.items())):
            Path(self._fonts.name, f"{number}{Path(name).suffix.lower()}").write_bytes(held)
        known = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS, self._fonts.name]
        )
        self._compiler = typst.Compiler(root=self._root.name, font_paths=known, ignore_system_fonts=True)
        # A compiler serves one thread at a time, and says so with an error.
        self._lock = Lock()

    def print(self, files: Mapping[str, bytes], form: str, moment: datetime) -> list[bytes]:
        """The pages that main.typ makes as PNG, or the PDF of all of them. Raises typst.TypstError."""
        with self._lock:
            made = self._compiler.compile(
                input=dict(files),
                format=form,
                pdf_standards="ua-1" if form == "pdf" else [],
                timestamp=int(moment.timestamp()),
                ppi=_SHARP,
            )
        return made if isinstance(made, list) else [made]


_PRESSES: dict[str, Press] = {}
_PRESSING = Lock()


def press(look: Paper) -> Press:
    """The press with the fonts of a look, kept for the next drawing."""
    key = look.digest if look.fonts else ""
    with _PRESSING:
        if key not in _PRESSES:
            while len(_PRESSES) >= 3:
                del _PRESSES[next(iter(_PRESSES))]
            _PRESSES[key] = Press(look.fonts)
        return _PRESSES[key]
