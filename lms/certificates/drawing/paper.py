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
_MAIN = b'#include "certificate.typ"\n'
#: Names of files that a programme cannot give.
TAKEN = ("main.typ", "data.json", "qr.svg")


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
        **built_in(),
        **look.files,
        **({"certificate.typ": look.template.encode()} if look.template is not None else {}),
        "data.json": json.dumps(said(snapshot, name, look), ensure_ascii=False).encode(),
        "qr.svg": code(snapshot.url),
        "main.typ": _MAIN,
    }


def code(address: str) -> bytes:
    """The QR code of an address as SVG, its quiet zone within; a quarter of it may be lost."""
    made = BytesIO()
    segno.make(address, error="q", micro=False).save(made, kind="svg", border=4, dark="#1b2a2f", light="#fff")
    return made.getvalue()


@lru_cache(maxsize=1)
def _built_in() -> dict[str, bytes]:
    return {name: (_HERE / name).read_bytes() for name in ("certificate.typ", "parts.typ")}


def built_in() -> dict[str, bytes]:
    """The built-in template, by names of files."""
    return dict(_built_in())


class Press:
    """A typst compiler that knows the fonts that come along, those of a look, and nothing else of the machine."""

    def __init__(self, fonts: Mapping[str, bytes]) -> None:
        # What a template reads is handed over. Its root is a folder that is empty, and then gone: the disk is out of
        # reach. Fonts are wanted as files, and read when they are first used: so all are used before these are gone.
        with tempfile.TemporaryDirectory(prefix="spoke-root-") as root, tempfile.TemporaryDirectory() as place:
            for number, (name, held) in enumerate(sorted(fonts.items())):
                Path(place, f"{number}{Path(name).suffix.lower()}").write_bytes(held)
            known = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS, place])
            self._compiler = typst.Compiler(root=root, font_paths=known, ignore_system_fonts=True)
            given = {font.family for font in known.fonts() if (font.path or "").startswith(place)}
            used = "".join(f"#text(font: {json.dumps(family)})[a]" for family in sorted(given))
            self._compiler.compile(input={"main.typ": used.encode()}, format="png", ppi=1)
        # A compiler serves one thread at a time, and says so with an error.
        self._lock = Lock()

    def print(self, files: Mapping[str, bytes], form: str, moment: datetime, sharp: float = _SHARP) -> list[bytes]:
        """The pages that main.typ makes as PNG, or the PDF of all of them. Raises typst.TypstError."""
        with self._lock:
            made = self._compiler.compile(
                input=dict(files),
                format=form,
                pdf_standards="ua-1" if form == "pdf" else [],
                timestamp=int(moment.timestamp()),
                ppi=sharp,
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
