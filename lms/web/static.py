"""Stylesheets, scripts and icons: read and compressed once at start, at addresses that never change their content."""

import gzip
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from flask import Blueprint, Response, abort, g, request

from lms.library.models import Theme
from lms.web.at_hand import house, site
from lms.web.gate import opens_to
from lms.web.pages import takes_gzip

bp = Blueprint("static", __name__)

#: Python's own map of types differs from machine to machine.
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".ico": "image/x-icon",
    ".png": "image/png",
}
_PACKED = {".css", ".js", ".svg"}
_FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file of static/: `packed` are its gzipped bytes, empty when that does not help."""

    name: str
    digest: str
    type: str
    data: bytes
    packed: bytes = b""

    @property
    def url(self) -> str:
        return f"/static/{self.digest}/{self.name}"

    @property
    def weight(self) -> int:
        """Bytes over the wire."""
        return len(self.packed or self.data)

    @classmethod
    def of(cls, name: str, data: bytes) -> "StaticFile":
        ending = Path(name).suffix
        packed = gzip.compress(data, 9, mtime=0) if ending in _PACKED else b""
        return cls(name, blake2b(data, digest_size=5).hexdigest(), TYPES[ending], data, packed)


class StaticFiles(dict[str, StaticFile]):
    """The files of static/, by name."""

    @classmethod
    def read(cls) -> "StaticFiles":
        """From beside the package when installed, from the top of the repository otherwise."""
        package = Path(__file__).parent.parent
        folder = next(place for place in (package / "static", package.parent / "static") if place.is_dir())
        files = cls()
        for path in sorted(folder.iterdir()):
            if path.suffix in TYPES:
                files[path.name] = StaticFile.of(path.name, path.read_bytes())
        return files


def static(name: str, *, linked: bool = True) -> str:
    """The address of a static file; the page that links it will count its weight, unless it is not `linked`."""
    file = house().files[name]
    if linked and not name.endswith((".png", ".svg", ".ico")):
        g.setdefault("linked", {})[name] = file
    return file.url


def theme_url() -> str:
    """The address of the site's own colours; empty when they are the usual ones."""
    theme = site().theme
    return "" if theme == Theme() else f"/theme-{StaticFile.of('theme.css', _theme(theme)).digest}.css"


@bp.get("/static/<digest>/<name>")
@opens_to("everyone")
def file(digest: str, name: str) -> Response:
    found = house().files.get(name)
    return send(found) if found is not None and found.digest == digest else abort(404)


@bp.get("/theme-<digest>.css")
@opens_to("everyone")
def theme(digest: str) -> Response:
    found = StaticFile.of("theme.css", _theme(site().theme))
    return send(found) if found.digest == digest else abort(404)


@bp.get("/favicon.ico", defaults={"name": "favicon.ico"})
@bp.get("/favicon.svg", defaults={"name": "favicon.svg"})
@bp.get("/apple-touch-icon.png", defaults={"name": "apple-touch-icon.png"})
@opens_to("everyone")
def icon(name: str) -> Response:
    return send(house().files[name], "public, max-age=86400")


def send(file: StaticFile, keep: str = _FOREVER) -> Response:
    """A static file, compressed when the browser takes it so; 304 when it has it."""
    headers = {"Content-Type": file.type, "Cache-Control": keep, "ETag": f'W/"{file.digest}"'}
    if file.packed:
        headers["Vary"] = "Accept-Encoding"
    if f'"{file.digest}"' in request.headers.get("If-None-Match", ""):
        return Response(status=304, headers=headers)
    if file.packed and takes_gzip(request.headers.get("Accept-Encoding", "")):
        return Response(file.packed, headers={**headers, "Content-Encoding": "gzip"})
    return Response(file.data, headers=headers)


# -- The site's own colours -----------------------------------------------------------------------------------------


def _theme(theme: Theme) -> bytes:
    light = _palette(theme.accent, paper="#fbfaf6")
    dark = _palette(theme.accent_dark, paper="#10181a")
    return (
        f":root{{{light}}}@media(prefers-color-scheme:dark){{:root{{{dark}}}}}@media print{{:root{{{light}}}}}".encode()
    )


def _palette(accent: str, paper: str) -> str:
    on_accent = max("#ffffff", "#06211f", key=lambda ink: contrast(ink, accent))
    return f"--accent:{accent};--on-accent:{on_accent};--tint:{_mixed(accent, paper, 0.11)}"


def contrast(one: str, other: str) -> float:
    """WCAG contrast of two colours, from 1 to 21."""
    bright, dim = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def _luminance(colour: str) -> float:
    parts = [value / 255 for value in _channels(colour)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _mixed(one: str, other: str, share: float) -> str:
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in pairs)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
