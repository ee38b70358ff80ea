"""The bytes of media files: whole, in ranges, or handed to the web server in front."""

import gzip
import re
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from flask import Blueprint, Response, abort, request, send_file

from lms.media.models import Asset
from lms.web.at_hand import house, release, settings
from lms.web.gate import opens_to
from lms.web.pages import takes_gzip

bp = Blueprint("files", __name__)

_YEAR = 31_536_000
_WORDS = frozenset({"text/vtt", "image/svg+xml", "application/json", "application/json+chapters", "text/plain"})
_LONG = 1_000_000
_RANGE = re.compile(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*", re.ASCII | re.IGNORECASE)
_MEDIA_HEADERS = {
    # A drawing or a page among the media must not act in this site's name.
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": f"public, max-age={_YEAR}, immutable",
    "X-Content-Type-Options": "nosniff",
}


@bp.get("/media/<path:rest>")
@opens_to("readers")
def file(rest: str) -> Response:
    """A file that a page of this release uses, in whole or in ranges; it never changes, so it is kept for a year."""
    asset = release().asset(f"/media/{rest}")
    if asset is None:
        abort(404)
    digest = rest.partition("/")[0]
    response = _sent(asset, digest)
    response.headers.update(_MEDIA_HEADERS)
    if settings().accel and response.status_code == 200:
        response.headers["X-Accel-Redirect"] = settings().accel + quote(rest)
    return response


def _sent(asset: Asset, digest: str) -> Response:
    if settings().accel:
        # The web server in front knows ranges; it keeps these headers and sends the bytes.
        response = Response(mimetype=asset.type)
        response.set_etag(digest)
        return response.make_conditional(request)  # type: ignore[return-value]
    path = house().shelf.file(asset)
    if not path.is_file():
        abort(404)
    _simplify_range(asset.bytes)
    if asset.type in _WORDS and asset.bytes < _LONG:
        return _packed_words(path, asset, digest)
    response = send_file(path, mimetype=asset.type, conditional=True, etag=digest, last_modified=None, max_age=_YEAR)
    if request.method == "HEAD" or response.status_code == 304:
        response.close()  # nobody will read the file that it opened
    return response


def _simplify_range(length: int) -> None:
    """Leave of the Range header one range of bytes, or nothing.

    Werkzeug answers 416 to all that it cannot send as one part; RFC 9110 wants the whole file where a range is
    malformed, of another unit or longer than the file, and allows it for several ranges.
    """
    found = _RANGE.fullmatch(request.environ.pop("HTTP_RANGE", ""))
    first, last = found.groups() if found else ("", "")
    if first and (not last or int(first) <= int(last)):
        request.environ["HTTP_RANGE"] = f"bytes={first}-{last}"
    elif last and not first:
        request.environ["HTTP_RANGE"] = f"bytes=-{min(int(last), length)}"


def _packed_words(path: Path, asset: Asset, digest: str) -> Response:
    """Captions and drawings are text, and travel compressed."""
    packed = "Range" not in request.headers and takes_gzip(request.headers.get("Accept-Encoding", ""))
    response = Response(_gzipped(path) if packed else path.read_bytes(), content_type=asset.type)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.set_etag(f"{digest}-gzip" if packed else digest)
    return response.make_conditional(request, accept_ranges=True, complete_length=asset.bytes)  # type: ignore[return-value]


@lru_cache(maxsize=64)
def _gzipped(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), 9, mtime=0)
