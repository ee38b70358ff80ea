"""Certificates drawn by typst: a PDF for the wall and the file, and a picture of it."""

import json
import logging
import re
import shutil
import tempfile
import weakref
from base64 import b64encode
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
#: Bytes of a document's id.
STAMP = 16
#: The id of this very document, after that of all that have its title.
_ID = re.compile(rb"/ID\s*\[\([^()]*\)\s*\(([A-Za-z0-9+/]{22}==)\)\]")
#: Names of files that a programme cannot give.
TAKEN = ("main.typ", "data.json", "qr.svg")


def draw(snapshot: Snapshot, name: str, look: Paper) -> bytes:
    """The certificate as a PDF/UA-1 of one page; the same input gives the same bytes.

    Where a programme's own template fails, the built-in one is used, and the fault is logged.
    """
    return _drawn(snapshot, name, look, "pdf")[0]


def stamped(pdf: bytes, stamp: bytes) -> bytes:
    """The PDF with these bytes for its id, of which there are STAMP.

    What is drawn is the same for the same name, and its fingerprint is public: whoever guesses a name could draw it and
    compare, where it shows as initials or the account is erased. With an id drawn by lot nobody can.
    """
    found = _ID.search(pdf, len(pdf) - 500)
    if found is None:
        raise ValueError("this PDF has no id")
    return pdf.replace(found[1], b64encode(stamp))


def preview(snapshot: Snapshot, name: str, look: Paper) -> bytes:
    """The first page as a PNG."""
    return _drawn(snapshot, name, look, "png")[0]


def _drawn(snapshot: Snapshot, name: str, look: Paper, form: str) -> list[bytes]:
    files = sources(snapshot, name, look)
    try:
        return press(look).print(files, form, snapshot.issued)
    except typst.TypstError as fault:
        # The name of the holder is in the certificate, and stays out of the log.
        log.error("certificate %s: the template failed, so the built-in one is used: %s", snapshot.id, fault.message)
    try:
        return press(look).print(files | built_in(), form, snapshot.issued)
    except typst.TypstError:
        # Some rare sign has a font, and yet cannot be drawn beside its neighbour.
        log.error("certificate %s: some signs could not be drawn, and are shown as missing", snapshot.id)
        plainly = json.dumps(said(snapshot, name, look, plainly=True), ensure_ascii=False).encode()
        return press(look).print(files | built_in() | {"data.json": plainly}, form, snapshot.issued)


def sources(snapshot: Snapshot, name: str, look: Paper) -> dict[str, bytes]:
    """The texts that a drawing is made of, by name; its pictures and fonts lie in the press."""
    return {
        **built_in(),
        **{name: look.files[name] for name in _built_in() if name in look.files},
        **({"certificate.typ": look.template.encode()} if look.template is not None else {}),
        "data.json": json.dumps(said(snapshot, name, look), ensure_ascii=False).encode(),
        "qr.svg": code(snapshot.url),
        "main.typ": _MAIN,
    }


@lru_cache(maxsize=64)
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
    """A typst compiler that knows the fonts that come along, the files of a look, and nothing else of the machine."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        # Typst wants pictures and fonts as files. What a template reads is in this folder, or handed over as text.
        self._files = files
        self._root = Path(tempfile.mkdtemp(prefix="spoke-paper-"))
        weakref.finalize(self, shutil.rmtree, self._root, ignore_errors=True)
        self._lay()
        known = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS, self._root])
        self._compiler = typst.Compiler(root=self._root, font_paths=known, ignore_system_fonts=True)
        # A compiler serves one thread at a time, and says so with an error.
        self._lock = Lock()

    def print(self, texts: Mapping[str, bytes], form: str, moment: datetime, sharp: float = _SHARP) -> list[bytes]:
        """The pages that main.typ makes as PNG, or the PDF of all of them. Raises typst.TypstError."""
        with self._lock:
            self._lay()
            made = self._compiler.compile(
                input=dict(texts),
                format=form,
                pdf_standards="ua-1" if form == "pdf" else [],
                timestamp=int(moment.timestamp()),
                ppi=sharp,
            )
        return made if isinstance(made, list) else [made]

    def _lay(self) -> None:
        """Lay the files ready: those that whoever sweeps temporary folders has taken away are written again."""
        for name, held in self._files.items():
            place = self._root / name
            if not place.exists():
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(held)


_PRESSES: dict[str, Press] = {}
_PRESSING = Lock()


def press(look: Paper) -> Press:
    """The press with the files of a look, kept for the next drawing."""
    key = look.digest if look.files else ""
    with _PRESSING:
        if key not in _PRESSES:
            while len(_PRESSES) >= 3:
                del _PRESSES[next(iter(_PRESSES))]
            _PRESSES[key] = Press(look.files)
        return _PRESSES[key]
