"""Pages, finished once: compressed, weighed, tagged, and kept for the next visitor."""

import re
import zlib
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache, wraps
from hashlib import blake2b
from threading import Lock
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, g, request, session
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.datastructures import Headers
from werkzeug.http import http_date, parse_date

from lms.web.at_hand import begin, house, release
from lms.web.frames import Frame, frame
from lms.web.headers import page_headers
from lms.web.visitor import Visitor, moment, visitor
from lms.web.words import size

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

#: Stands in a page where its weight will be written.
WEIGHT = Markup("<!--weight-->")

RSS = "application/rss+xml; charset=utf-8"
_XML = "text/xml; charset=utf-8"
_GZIP = 31  # zlib's name for "with gzip's header and checksum"
_PICTURE = re.compile(r"<img [^>]*>")
_ADDRESS = re.compile(r'/media/[0-9a-f]+/[^"\s]+')
_VARY = ("Vary", "Accept-Language, Cookie, Accept-Encoding, X-Fragment")


@dataclass(frozen=True, slots=True)
class Page:
    """A finished page: its compressed bytes, its tag, and its headers without those of its encoding."""

    gzipped: bytes
    etag: str
    headers: tuple[tuple[str, str], ...]
    browsed: tuple[tuple[str, str], ...] = ()
    """The headers for browsers, where they are others: they show application/rss+xml as bare text."""
    modified: str = ""
    """When it changed last, as HTTP says moments; empty where only the tag tells."""

    def answer(self, environ: "WSGIEnvironment") -> "Answer":
        """The answer to a request: 304 when it has this very page already."""
        headers = self.browsed if self.browsed and "text/html" in environ.get("HTTP_ACCEPT", "") else self.headers
        known = environ.get("HTTP_IF_NONE_MATCH")
        if self.etag in known if known else self._as_known(environ.get("HTTP_IF_MODIFIED_SINCE", "")):
            return Answer("304 NOT MODIFIED", headers, b"", environ)
        if takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")):
            return Answer("200 OK", (*headers, ("Content-Encoding", "gzip")), self.gzipped, environ)
        return Answer("200 OK", headers, zlib.decompress(self.gzipped, _GZIP), environ)

    def _as_known(self, since: str) -> bool:
        """Whether it is as it was at the moment that a visitor knows, which RFC 9110 asks where there is no tag.

        The very same moment, not an earlier one: after a rollback the older is the one that counts.
        """
        return bool(self.modified and since) and parse_date(since) == parse_date(self.modified)


class Answer(Response):
    """A response whose headers were checked when its page was finished: a page in the cache costs next to nothing."""

    finished = True

    def __init__(
        self, status: str, headers: tuple[tuple[str, str], ...], body: bytes, environ: "WSGIEnvironment"
    ) -> None:
        self._status, self._status_code = status, int(status[:3])
        self._ready = [*headers, ("Content-Length", str(len(body)))] if body else list(headers)
        self._on_close = []
        self.response = [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
        self.direct_passthrough = False

    @cached_property
    def headers(self) -> Headers:  # type: ignore[override]
        """Made for whoever wants to change them."""
        return Headers(self._ready)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        touched = self.__dict__.get("headers")
        start_response(self._status, self._ready if touched is None else touched.to_wsgi_list())
        return self.response  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Document:
    """What a view gives when it gives no page: a feed, a list, a drawing. Anyone's script may read it."""

    body: bytes
    type: str


class PageCache:
    """The pages asked for last, up to `megabytes` of them."""

    def __init__(self, megabytes: int) -> None:
        self._room = megabytes * 1_000_000
        self._used = 0
        self._pages: OrderedDict[Hashable, Page | Frame] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> "Page | Frame | None":
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def put(self, key: Hashable, page: "Page | Frame") -> None:
        with self._lock:
            if key in self._pages or _weight(page) > self._room // 4:
                return
            self._pages[key] = page
            self._used += _weight(page)
            while self._used > self._room:
                self._used -= _weight(self._pages.popitem(last=False)[1])


def page(view: Callable[..., Any]) -> Callable[..., Any]:
    """Finish what `view` renders, once for each release, path, language and day.

    A request with a query is answered afresh. A view that gives a Response is left alone.
    """

    @wraps(view)
    def finished(**values: str) -> Response:
        own = house()
        environ = request.environ
        now = begin(environ)
        fresh = bool(environ.get("QUERY_STRING")) or own.settings.watch
        host = (
            "" if own.settings.url or now.release.site.url else (environ["wsgi.url_scheme"], environ.get("HTTP_HOST"))
        )
        key = (now.release.id, now.language, environ["PATH_INFO"], host, own.clock())
        who = visitor()
        if who is not None:
            key = (*key, who.roles)
            g.framing = True
        found = None if fresh else own.pages.get(key)
        if found is None:
            made = view(**values)
            if isinstance(made, Response):
                return made
            if isinstance(made, Document):
                found = _document(made)
            else:
                found = finish(made) if who is None else frame(_weighed_whole(made))
            if not fresh:
                own.pages.put(key, found)
        if isinstance(found, Frame):
            assert who is not None
            return _framed(found, key, who, environ, fresh)
        return found.answer(environ)

    finished.opens_to = "readers"  # type: ignore[attr-defined]
    return finished


def finish_the_rest(app: Flask) -> None:
    """Compress and weigh pages that are one visitor's at one moment, and let nobody keep them."""

    @app.after_request
    def finished(response: Response) -> Response:
        if getattr(response, "finished", False) or response.mimetype != "text/html" or response.is_streamed:
            return response
        response.headers.setdefault("Cache-Control", "no-store")
        made = finish(response.get_data(as_text=True))
        if takes_gzip(request.headers.get("Accept-Encoding", "")):
            response.set_data(made.gzipped)
            response.headers["Content-Encoding"] = "gzip"
        else:
            response.set_data(zlib.decompress(made.gzipped, _GZIP))
        return response


def _framed(frame: Frame, page: Hashable, who: Visitor, environ: "WSGIEnvironment", fresh: bool) -> "Answer":
    # Authors read of the folder's problems too, which stand in no database; and with a query it is another page.
    kept, now = house().filled, None if fresh or who.has("author") else moment()
    filled = kept.get((page, who.id, session.get("csrf_token")), now)
    if filled is None:
        filled = frame.filled(who)
        # Asked for anew: a form among them has just given the browser its token, which is no other browser's.
        kept.put((page, who.id, session.get("csrf_token")), now, filled)
    tag = frame.etag(filled)
    headers = (*frame.headers, ("ETag", f"W/{tag}"))
    if tag in environ.get("HTTP_IF_NONE_MATCH", ""):
        return Answer("304 NOT MODIFIED", headers, b"", environ)
    packed = takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
    headers += (("Content-Encoding", "gzip"),) if packed else ()
    return Answer("200 OK", headers, frame.body(filled, packed), environ)


def _weighed_whole(html: str) -> str:
    head, mark, tail = html.partition(WEIGHT)
    return head + _weighed(head, len(zlib.compress(html.encode(), 6))) + tail if mark else html


def finish(html: str, type: str = "text/html; charset=utf-8") -> Page:
    """Compress and tag `html`, and write its weight where WEIGHT stands."""
    head, mark, tail = html.partition(WEIGHT)
    packer = zlib.compressobj(6, zlib.DEFLATED, _GZIP)
    packed = packer.compress(head.encode())
    if mark:
        packed += packer.flush(zlib.Z_SYNC_FLUSH)
        tail = _weighed(head, len(packed) + len(tail) // 2) + tail
        packed += packer.compress(tail.encode())
    packed += packer.flush()
    tag = f'"{blake2b(packed, digest_size=9).hexdigest()}"'
    headers = (
        ("Content-Type", type),
        # Weak, for one tag stands for the compressed and the plain bytes.
        ("ETag", f"W/{tag}"),
        ("Cache-Control", "no-cache"),
        _VARY,
        *page_headers(),
    )
    return Page(packed, tag, headers)


def _document(made: Document) -> Page:
    """The same for every visitor, in whatever language they read."""
    packer = zlib.compressobj(6, zlib.DEFLATED, _GZIP)
    packed = packer.compress(made.body) + packer.flush()
    tag = f'"{blake2b(made.body, digest_size=9).hexdigest()}"'
    modified = http_date(datetime.fromisoformat(release().meta("published")))
    rest = (
        ("ETag", f"W/{tag}"),
        ("Last-Modified", modified),
        ("Cache-Control", "no-cache"),
        ("Vary", "Accept, Accept-Encoding" if made.type == RSS else "Accept-Encoding"),
        ("Access-Control-Allow-Origin", "*"),
        *page_headers(),
    )
    browsed = (("Content-Type", _XML), *rest) if made.type == RSS else ()
    return Page(packed, tag, (("Content-Type", made.type), *rest), browsed, modified)


@lru_cache(maxsize=256)
def takes_gzip(accept: str) -> bool:
    """Whether an Accept-Encoding header allows gzip."""
    for part in accept.lower().split(","):
        name, _, weight = part.partition(";")
        if name.strip() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _weighed(html: str, packed: int) -> str:
    own = packed + sum(file.weight for file in g.get("linked", {}).values())
    shown = {_shown(tag) for tag in _PICTURE.findall(html)}
    pictures = sum(asset.bytes for url in shown if (asset := release().asset(url)))
    if pictures:
        return gettext(
            "This page weighed %(page)s, its pictures %(pictures)s.", page=size(own), pictures=size(pictures)
        )
    return gettext("This page weighed %(page)s.", page=size(own))


def _shown(tag: str) -> str:
    """The address that a phone takes of a picture: the widest of its renditions, before the picture itself."""
    addresses = list(dict.fromkeys(_ADDRESS.findall(tag.partition("srcset=")[2]))) or _ADDRESS.findall(tag)
    return addresses[-2] if len(addresses) > 1 else "".join(addresses)


def _weight(page: Page | Frame) -> int:
    held = len(page.gzipped) if isinstance(page, Page) else page.weight
    return held + 1_500  # its headers and its place in the cache
