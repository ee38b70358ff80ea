"""Fetching outside feeds: only from where we may, only so much, only so long; and what was fetched is kept."""

import http.client
import ipaddress
import json
import os
import socket
import ssl
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import Timer
from urllib.parse import urljoin, urlsplit
from uuid import uuid4

from lms.media.feed.reading import BrokenFeed

REDIRECTS = 5
SECONDS = 30.0
LARGEST = 20_000_000
AGENT = "Spoke/1 (feed reader)"

Accept = Callable[[bytes], object]


class RefusedFetch(Exception):
    """Why a feed was not fetched."""


@dataclass(frozen=True)
class Fetched:
    """A feed's bytes (None when there are not even older ones), and why they are not fresh; empty when they are."""

    data: bytes | None
    stale: str = ""


def fetch(
    url: str,
    kept: Path,
    allow: tuple[str, ...] = (),
    accept: Accept = lambda data: None,
    *,
    seconds: float = SECONDS,
    largest: int = LARGEST,
) -> Fetched:
    """The feed at `url`, asked for anew, and kept in the folder `kept` if `accept` takes it.

    Whatever goes wrong, the copy kept before is given, with the reason. Hosts at private addresses are refused unless
    `allow` names them. `accept` raises BrokenFeed for what is no feed.
    """
    data, validators = _recalled(url, kept)
    try:
        with _limited(seconds) as clock:
            answer = _follow(url, allow, validators if data is not None else {}, clock, largest)
        if answer is None:
            return Fetched(data) if data is not None else Fetched(None, "the server says 304, though nothing is kept")
        accept(answer[0])
    except (RefusedFetch, BrokenFeed) as fault:
        return Fetched(data, str(fault))
    except (OSError, http.client.HTTPException, ValueError, zlib.error, EOFError) as fault:
        return Fetched(data, _said(fault))
    _keep(url, kept, *answer)
    return Fetched(answer[0])


def recall(url: str, kept: Path) -> bytes | None:
    """The copy kept of the feed at `url`."""
    return _recalled(url, kept)[0]


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
    except (OSError, http.client.HTTPException, ValueError, zlib.error, EOFError) as fault:
        # The socket's own timeout ends at the same moment, and may come first.
        if clock.over or time.monotonic() > clock.end - 0.05:
            raise RefusedFetch(clock.why()) from fault
        raise
    finally:
        timer.cancel()


def _follow(
    url: str, allow: tuple[str, ...], validators: dict[str, str], clock: _Clock, largest: int
) -> tuple[bytes, dict[str, str]] | None:
    """The body and its validators, from wherever redirects lead; None when nothing has changed."""
    for _ in range(REDIRECTS + 1):
        connection, path = _connection(url, allow, clock)
        try:
            connection.request("GET", path, headers={"User-Agent": AGENT, "Accept-Encoding": "gzip", **validators})
            response = connection.getresponse()
            if response.status in (301, 302, 303, 307, 308):
                url = urljoin(url, response.headers.get("Location") or url)
                continue
            if response.status == 304:
                return None
            if response.status != 200:
                raise RefusedFetch(f"the server answered {response.status}")
            data = _body(response, clock, largest)
            return data, {name: response.headers[name] for name in ("ETag", "Last-Modified") if response.headers[name]}
        finally:
            connection.close()
            clock.socket = None
    raise RefusedFetch(f"it was redirected more than {REDIRECTS} times")


def _connection(url: str, allow: tuple[str, ...], clock: _Clock) -> tuple[http.client.HTTPConnection, str]:
    """A connection to an address of the host that has been looked at, and no other: names may answer twice."""
    if any(ord(sign) <= 32 for sign in url):
        raise RefusedFetch("its address holds a space or control sign")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise RefusedFetch(f"`{url[:80]}` is not an http or https address")
    if parts.username or parts.password:
        raise RefusedFetch("its address holds a name or password")
    host = parts.hostname.encode("idna").decode()
    port = parts.port or (443 if parts.scheme == "https" else 80)
    opened = _socket(_addresses(host, port, allow), port, clock)
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


def _addresses(host: str, port: int, allow: tuple[str, ...]) -> list[str]:
    try:
        found = [str(answer[4][0]) for answer in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
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
    if coding not in ("identity", "gzip", "x-gzip"):
        raise RefusedFetch(f"it is sent as {coding}, which was not asked for")
    unpack = zlib.decompressobj(wbits=31) if coding != "identity" else None
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
    if isinstance(fault, http.client.IncompleteRead):
        return "it was cut short on the way"
    return f"the server cannot be read ({type(fault).__name__})"


# -- Kept copies --------------------------------------------------------------------------------------------------


def _places(url: str, kept: Path) -> tuple[Path, Path]:
    name = sha256(url.encode()).hexdigest()[:32]
    return kept / f"{name}.xml", kept / f"{name}.json"


def _recalled(url: str, kept: Path) -> tuple[bytes | None, dict[str, str]]:
    """The kept copy, and the headers to ask with whether it is still good."""
    body, about = _places(url, kept)
    try:
        data = body.read_bytes()
    except OSError:
        return None, {}
    validators: dict[str, str] = {}
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        said = json.loads(about.read_text(encoding="utf-8"))
        # The two files are written one after the other: a kill between them leaves validators of another body.
        if said["sha256"] == sha256(data).hexdigest():
            names = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}
            validators = {names[name]: value for name, value in said["validators"].items() if name in names}
    return data, validators


def _keep(url: str, kept: Path, data: bytes, validators: dict[str, str]) -> None:
    body, about = _places(url, kept)
    kept.mkdir(parents=True, exist_ok=True)
    said = {"url": url, "sha256": sha256(data).hexdigest(), "validators": validators}
    _write(body, data)
    _write(about, json.dumps(said, indent=1).encode())


def _write(place: Path, data: bytes) -> None:
    fresh = place.with_name(f".{os.getpid()}-{uuid4().hex}")
    try:
        fresh.write_bytes(data)
        fresh.replace(place)
    finally:
        fresh.unlink(missing_ok=True)
