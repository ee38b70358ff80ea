"""Fetching outside feeds: only from where we may, only so much, only so long; and what was fetched is kept."""

import http.client
import ipaddress
import json
import os
import socket
import ssl
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from hashlib import sha256
from pathlib import Path
from threading import Timer
from urllib.parse import urljoin, urlsplit
from uuid import uuid4

from lms import __version__
from lms.media.feed.document import BrokenFeed
from lms.media.feed.values import escaped

REDIRECTS = 5
SECONDS = 30.0
LARGEST = 20_000_000
#: Seconds that a server which asks to be left alone is left alone, if it asks for more; and one that says 410.
LONGEST_WAIT = 86_400.0
TYPES = "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"

Accept = Callable[[bytes], object]
Resolve = Callable[[str, int], list[str]]
_Opened = tuple[http.client.HTTPConnection, str]
_FAULTS = (OSError, http.client.HTTPException, ValueError, zlib.error, EOFError)


class RefusedFetch(Exception):
    """Why something was not fetched."""

    def __init__(self, why: str, wait: float = 0.0) -> None:
        super().__init__(why)
        self.wait = wait
        """Seconds in which it is not to be asked for again."""


def agent(site: str = "") -> str:
    """How Spoke names itself, and whom to ask about it."""
    return f"Spoke/{__version__} ({f'+{site}; ' if site else ''}reads podcast feeds)"


def resolved(host: str, port: int) -> list[str]:
    """The addresses of a host. Raises OSError when it has none."""
    return [str(answer[4][0]) for answer in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


@dataclass(frozen=True)
class Fetched:
    """A feed's bytes (None when there are not even older ones), and why they are not fresh; empty when they are."""

    data: bytes | None
    stale: str = ""
    moved: str = ""
    """The address that its server says it has now, for good."""


def fetch(
    url: str,
    kept: Path,
    allow: tuple[str, ...] = (),
    accept: Accept = lambda data: None,
    *,
    seconds: float = SECONDS,
    largest: int = LARGEST,
    site: str = "",
    now: Callable[[], float] = time.time,
    resolve: Resolve = resolved,
) -> Fetched:
    """What stands at `url`, asked for anew, and kept in the folder `kept` if `accept` takes it.

    Whatever goes wrong, the copy kept before is given, with the reason. Hosts at private addresses are refused unless
    `allow` names them. `accept` raises BrokenFeed for what is not to be kept. `site` is whose Spoke it is that asks.
    """
    data, validators, wait = _recalled(url, kept)
    if 0 < wait - now() <= LONGEST_WAIT:
        return Fetched(data, "the server has asked not to be asked again so soon")
    headers = {"User-Agent": agent(site), "Accept": TYPES, "Accept-Encoding": "gzip", "Connection": "close"}
    answer = _Answer(url)
    try:
        with _limited(seconds) as clock:
            _follow(answer, allow, headers | (validators if data is not None else {}), clock, largest, now, resolve)
        if answer.data is None:
            fresh = Fetched(data, "", answer.moved)
            return fresh if data is not None else Fetched(None, "the server says 304, though nothing is kept")
        accept(answer.data)
    except RefusedFetch as fault:
        if fault.wait:
            leave_alone(url, kept, now() + fault.wait)
        return Fetched(data, str(fault), answer.moved)
    except BrokenFeed as fault:
        return Fetched(data, str(fault), answer.moved)
    except _FAULTS as fault:
        return Fetched(data, _said(fault), answer.moved)
    _keep(url, kept, answer.data, answer.validators)
    return Fetched(answer.data, "", answer.moved)


def recall(url: str, kept: Path) -> bytes | None:
    """The copy kept of the feed at `url`."""
    return _recalled(url, kept)[0]


def has(url: str, kept: Path) -> bool:
    """Whether there is a copy of what stands at `url`."""
    return _places(url, kept)[0].exists()


def waits(url: str, kept: Path, now: float) -> bool:
    """Whether what stands at `url` is not to be asked for yet."""
    with suppress(OSError, ValueError, TypeError, AttributeError):
        said = json.loads(_places(url, kept)[1].read_text(encoding="utf-8"))
        return 0 < float(said.get("wait", 0)) - now <= LONGEST_WAIT
    return False


class _Clock:
    """A limit on the whole of a fetch: when it ends, the connection at hand is cut."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.end, self.over = seconds, time.monotonic() + seconds, False
        self.socket: socket.socket | None = None

    def left(self) -> float:
        left = self.end - time.monotonic()
        if left <= 0 or self.over:
            raise RefusedFetch(self.why())
        return left

    def why(self) -> str:
        return f"it took longer than {self.seconds:g} seconds"

    def cut(self) -> None:
        self.over = True
        if self.socket:
            with suppress(OSError):
                self.socket.shutdown(socket.SHUT_RDWR)


@contextmanager
def _limited(seconds: float) -> Iterator[_Clock]:
    # A server that sends a byte a second never trips a socket's own timeout.
    clock = _Clock(seconds)
    timer = Timer(seconds, clock.cut)
    timer.daemon = True
    timer.start()
    try:
        yield clock
    except _FAULTS as fault:
        # The socket's own timeout ends at the same moment, and may come first.
        if clock.over or time.monotonic() > clock.end - 0.05:
            raise RefusedFetch(clock.why()) from fault
        raise
    finally:
        timer.cancel()


@dataclass
class _Answer:
    """What came from `url`, or from wherever redirects led; no data when nothing has changed."""

    url: str
    data: bytes | None = None
    validators: dict[str, str] = field(default_factory=dict)
    moved: str = ""


def _follow(
    answer: _Answer,
    allow: tuple[str, ...],
    headers: dict[str, str],
    clock: _Clock,
    largest: int,
    now: Callable[[], float],
    resolve: Resolve,
) -> None:
    url, for_good = answer.url, True
    for _ in range(REDIRECTS + 1):
        connection, path = _connection(url, allow, clock, resolve)
        try:
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            if response.status in (301, 302, 303, 307, 308):
                url = _next(url, response)
                for_good = for_good and response.status in (301, 308)
                answer.moved = url if for_good else answer.moved
                continue
            if response.status == 304:
                return
            if response.status != 200:
                raise RefusedFetch(f"the server answered {_meaning(response.status)}", _wait(response, now))
            answer.data = _body(response, clock, largest)
            names = ("ETag", "Last-Modified")
            answer.validators = {name: response.headers[name] for name in names if response.headers[name]}
            return
        finally:
            connection.close()
            clock.socket = None
    answer.moved = ""
    raise RefusedFetch(f"it was redirected more than {REDIRECTS} times")


def _next(url: str, response: http.client.HTTPResponse) -> str:
    """Where a redirect leads."""
    said = response.headers.get("Location") or url
    with suppress(UnicodeError):
        said = said.encode("latin-1").decode()  # headers come as Latin-1, and are mostly UTF-8
    return urljoin(url, said.strip().replace(" ", "%20"))


def _meaning(status: int) -> str:
    return {410: "410: it is gone for good", 429: "429: it was asked too often"}.get(status, str(status))


def _wait(response: http.client.HTTPResponse, now: Callable[[], float]) -> float:
    """Seconds that the server is to be left alone."""
    if response.status == 410:
        return LONGEST_WAIT
    if response.status not in (429, 503):
        return 0.0
    said = (response.headers.get("Retry-After") or "").strip()
    wait = 600.0 if response.status == 429 else 0.0
    if said.isdecimal() and len(said) < 10:
        wait = float(said)
    elif said:
        with suppress(ValueError, TypeError, IndexError, OverflowError):
            wait = parsedate_to_datetime(said).timestamp() - now()
    return max(0.0, min(wait, LONGEST_WAIT))


def _connection(url: str, allow: tuple[str, ...], clock: _Clock, resolve: Resolve) -> _Opened:
    """A connection to an address of the host that has been looked at, and no other: names may answer twice."""
    if any(ord(sign) <= 32 for sign in url):
        raise RefusedFetch("its address holds a space or control sign")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise RefusedFetch(f"`{url[:80]}` is not an http or https address")
    if parts.username or parts.password:
        raise RefusedFetch("its address holds a name or password")
    parts = urlsplit(escaped(url))
    host = (parts.hostname or "").encode("idna").decode()
    port = parts.port or (443 if parts.scheme == "https" else 80)
    opened = _socket(_addresses(host, port, allow, resolve), port, clock)
    clock.socket = opened
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        context = ssl.create_default_context()
        connection = http.client.HTTPSConnection(host, port, timeout=clock.left(), context=context)
        connection.sock = context.wrap_socket(opened, server_hostname=host)
        clock.socket = connection.sock
    else:
        connection = http.client.HTTPConnection(host, port, timeout=clock.left())
        connection.sock = opened
    path = parts.path or "/"
    return connection, f"{path}?{parts.query}" if parts.query else path


def _addresses(host: str, port: int, allow: tuple[str, ...], resolve: Resolve) -> list[str]:
    try:
        found = resolve(host, port)
    except (OSError, UnicodeError):
        raise RefusedFetch(f"`{host}` has no address") from None
    fit = [address for address in dict.fromkeys(found) if host in allow or is_public(address)]
    if not fit:
        raise RefusedFetch(f"`{host}` is at a private address; LMS_FEED_HOSTS may allow it")
    return fit


def is_public(address: str) -> bool:
    """Whether an address is one of the open internet, also when it wraps an older one."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if ip.is_site_local:  # fec0::/10, which Python still counts among the global ones
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _socket(addresses: list[str], port: int, clock: _Clock) -> socket.socket:
    last: OSError | None = None
    for address in addresses:
        try:
            return socket.create_connection((address, port), timeout=min(10.0, clock.left()))
        except OSError as fault:
            last = fault
    raise last or OSError("no address answers")


def _body(response: http.client.HTTPResponse, clock: _Clock, largest: int) -> bytes:
    coding = (response.headers.get("Content-Encoding") or "identity").lower()
    if coding not in ("identity", "gzip", "x-gzip", "deflate"):
        raise RefusedFetch(f"it is sent as {coding[:20]}, which was not asked for")
    # 47: gzip or zlib, whichever it is.
    unpack = zlib.decompressobj(wbits=47) if coding != "identity" else None
    parts, size = [], 0
    while block := response.read(65_536):
        clock.left()
        if unpack:
            # One byte more than may come: a bomb is not unpacked to see how large it is.
            block = unpack.decompress(block, largest - size + 1)
        size += len(block)
        if size > largest or (unpack and unpack.unconsumed_tail):
            raise RefusedFetch(f"it is larger than {largest / 1e6:g} MB")
        parts.append(block)
    clock.left()
    if response.length or (unpack and not unpack.eof):
        raise RefusedFetch("it was cut short on the way")
    return b"".join(parts)


def _said(fault: BaseException) -> str:
    """A fault of the network in plain words."""
    if isinstance(fault, ssl.SSLCertVerificationError):
        return "its certificate is not valid"
    if isinstance(fault, TimeoutError):
        return "the server does not answer"
    if isinstance(fault, ConnectionRefusedError):
        return "the server refuses connections"
    if isinstance(fault, http.client.IncompleteRead | ConnectionResetError | http.client.RemoteDisconnected):
        return "it was cut short on the way"
    return f"the server cannot be read ({type(fault).__name__})"


# -- Kept copies --------------------------------------------------------------------------------------------------


def _places(url: str, kept: Path) -> tuple[Path, Path]:
    name = sha256(url.encode()).hexdigest()[:32]
    return kept / f"{name}.xml", kept / f"{name}.json"


def _recalled(url: str, kept: Path) -> tuple[bytes | None, dict[str, str], float]:
    """The kept copy, the headers to ask with whether it is still good, and the moment before which not to ask."""
    body, about = _places(url, kept)
    data: bytes | None = None
    validators: dict[str, str] = {}
    wait = 0.0
    with suppress(OSError):
        data = body.read_bytes()
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        said = json.loads(about.read_text(encoding="utf-8"))
        wait = float(said.get("wait", 0))
        # The two files are written one after the other: a kill between them leaves validators of another body.
        if data is not None and said["sha256"] == sha256(data).hexdigest():
            names = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}
            validators = {names[name]: value for name, value in said["validators"].items() if name in names}
    return data, validators, wait


def _keep(url: str, kept: Path, data: bytes, validators: dict[str, str]) -> None:
    body, about = _places(url, kept)
    kept.mkdir(parents=True, exist_ok=True)
    said = {"url": url, "sha256": sha256(data).hexdigest(), "validators": validators}
    _write(body, data)
    _write(about, json.dumps(said, indent=1).encode())


def leave_alone(url: str, kept: Path, wait: float) -> None:
    """Remember that it is not to be asked for before the moment `wait`."""
    _, about = _places(url, kept)
    kept.mkdir(parents=True, exist_ok=True)
    said: dict[str, object] = {"url": url}
    with suppress(OSError, ValueError, TypeError):
        said = dict(json.loads(about.read_text(encoding="utf-8")))
    _write(about, json.dumps(said | {"wait": wait}, indent=1).encode())


def keep_only(urls: Iterable[str], kept: Path) -> None:
    """Delete the copies of all but these."""
    wanted = {place.name for url in urls for place in _places(url, kept)}
    with suppress(OSError):
        for place in kept.iterdir():
            if place.name not in wanted and not place.name.startswith("."):
                place.unlink(missing_ok=True)


def _write(place: Path, data: bytes) -> None:
    fresh = place.with_name(f".{os.getpid()}-{uuid4().hex}")
    try:
        fresh.write_bytes(data)
        fresh.replace(place)
    finally:
        fresh.unlink(missing_ok=True)
