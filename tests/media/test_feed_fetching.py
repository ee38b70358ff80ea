"""Fetching feeds, from a real server on this machine that behaves in every bad way."""

import gzip
import socket
import zlib
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest

from lms.media.feed.fetching import Fetched, fetch, is_public, recall
from lms.media.feed.reading import parse

FEED = b'<?xml version="1.0"?><rss version="2.0"><channel><title>Elsewhere</title></channel></rss>'
HERE = ("127.0.0.1",)


class Server(ThreadingHTTPServer):
    """Answers `/name` by the function of that name in `answers`, and remembers what was asked."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers, self.asked, self.closing = {}, [], Event()

    def url(self, name):
        return f"http://127.0.0.1:{self.server_port}/{name}"

    def handle_error(self, request, client_address):
        pass  # a client that hangs up is what these tests are about


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append((self.path, dict(self.headers)))
        with suppress(OSError):
            self.server.answers[self.path.partition("?")[0][1:]](self)

    def answer(self, status=200, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    server = Server()
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.closing.set()
    server.shutdown()
    server.server_close()
    thread.join()


def accept(data):
    parse(data, "http://x.example/feed")


def test_a_feed_is_fetched_and_kept(server, tmp_path):
    server.answers["feed"] = lambda to: to.answer(200, FEED)
    assert fetch(server.url("feed"), tmp_path, HERE, accept) == Fetched(FEED)
    assert recall(server.url("feed"), tmp_path) == FEED
    assert recall(server.url("other"), tmp_path) is None


def test_a_kept_feed_is_asked_for_only_if_it_changed(server, tmp_path):
    def answer(to):
        if to.headers.get("If-None-Match") == '"1"' and to.headers.get("If-Modified-Since") == "Tue":
            to.answer(304)
        else:
            to.answer(200, FEED, ETag='"1"', Last_Modified="Tue")

    server.answers["feed"] = answer
    for _ in range(2):
        assert fetch(server.url("feed"), tmp_path, HERE, accept) == Fetched(FEED)
    assert "If-None-Match" in server.asked[1][1]


def test_validators_of_another_body_are_not_sent(server, tmp_path):
    server.answers["feed"] = lambda to: to.answer(200, FEED, ETag='"1"')
    fetch(server.url("feed"), tmp_path, HERE)
    next(tmp_path.glob("*.xml")).write_bytes(b"another")
    fetch(server.url("feed"), tmp_path, HERE)
    assert "If-None-Match" not in server.asked[1][1]


def test_compressed_feeds_are_unpacked(server, tmp_path):
    server.answers["feed"] = lambda to: to.answer(200, gzip.compress(FEED), Content_Encoding="gzip")
    assert fetch(server.url("feed"), tmp_path, HERE) == Fetched(FEED)


def test_redirects_are_followed_but_not_for_ever(server, tmp_path):
    server.answers["feed"] = lambda to: to.answer(200, FEED)
    server.answers["once"] = lambda to: to.answer(301, Location="/feed")
    server.answers["loop"] = lambda to: to.answer(302, Location="/loop")
    assert fetch(server.url("once"), tmp_path, HERE) == Fetched(FEED, moved=server.url("feed"))
    assert fetch(server.url("loop"), tmp_path, HERE) == Fetched(None, "it was redirected more than 5 times")


def test_private_addresses_are_refused_unless_allowed(server, tmp_path):
    server.answers["feed"] = lambda to: to.answer(200, FEED)
    why = "`127.0.0.1` is at a private address; LMS_FEED_HOSTS may allow it"
    assert fetch(server.url("feed"), tmp_path) == Fetched(None, why)
    assert server.asked == []
    assert fetch(f"http://localhost:{server.server_port}/feed", tmp_path, HERE).data is None
    assert server.asked == []


def test_a_public_name_at_a_private_address_is_refused(server, tmp_path):
    server.answers["feed"] = lambda to: to.answer(200, FEED)
    asked = []

    def resolve(host, port):
        asked.append((host, port))
        return ["127.0.0.1"]

    url = f"http://podcasts.example.com:{server.server_port}/feed"
    why = "`podcasts.example.com` is at a private address; LMS_FEED_HOSTS may allow it"
    assert fetch(url, tmp_path, resolve=resolve) == Fetched(None, why)
    assert (asked, server.asked) == ([("podcasts.example.com", server.server_port)], [])
    # Allowed by name, it is asked at the very address that was looked at.
    assert fetch(url, tmp_path, ("podcasts.example.com",), resolve=resolve) == Fetched(FEED)


def test_of_the_addresses_of_a_name_only_public_ones_are_asked(server, tmp_path):
    url = f"http://podcasts.example.com:{server.server_port}/feed"
    found = fetch(url, tmp_path, resolve=lambda host, port: ["192.0.2.1", "10.0.0.1", "::ffff:127.0.0.1"])
    assert "private address" in found.stale
    assert server.asked == []


def test_a_redirect_to_a_private_address_is_refused(server, tmp_path):
    for target in (
        "http://10.0.0.1/",
        "http://[::1]/",
        "http://169.254.169.254/latest",
        "http://localhost/",
        "file:///etc/x",
    ):
        server.answers["away"] = lambda to, target=target: to.answer(302, Location=target)
        found = fetch(server.url("away"), tmp_path, HERE)
        assert found.data is None
        assert "private address" in found.stale or "not an http" in found.stale


PRIVATE = """
    127.0.0.1 10.1.2.3 192.168.0.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 ::1 fe80::1%eth0 fc00::1
    fec0::1 feff::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 2002:7f00:1:: 64:ff9b::7f00:1 ff02::1 :: x
"""


@pytest.mark.parametrize("address", PRIVATE.split())
def test_addresses_that_are_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:93.184.215.14"])
def test_addresses_that_are_public(address):
    assert is_public(address)


def test_a_server_that_drips_is_cut_off(server, tmp_path):
    def drip(to):
        to.send_response(200)
        to.end_headers()
        while not server.closing.wait(0.02):
            to.wfile.write(b"x")

    def drip_head(to):
        to.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not server.closing.wait(0.02):
            to.wfile.write(b"X: y\r\n"[:1])

    server.answers |= {"drip": drip, "head": drip_head, "silent": lambda to: server.closing.wait(30)}
    for name in server.answers:
        found = fetch(server.url(name), tmp_path, HERE, seconds=0.3)
        assert found == Fetched(None, "it took longer than 0.3 seconds")


def test_a_feed_that_is_too_large_is_refused(server, tmp_path):
    server.answers["huge"] = lambda to: to.answer(200, b"x" * 200_000)
    assert fetch(server.url("huge"), tmp_path, HERE, largest=100_000) == Fetched(None, "it is larger than 0.1 MB")


def test_a_gzip_bomb_is_not_unpacked(server, tmp_path):
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(bytes(1_000_000)) for _ in range(200)) + packer.flush()
    server.answers["bomb"] = lambda to: to.answer(200, bomb, Content_Encoding="gzip")
    assert fetch(server.url("bomb"), tmp_path, HERE) == Fetched(None, "it is larger than 20 MB")


def test_whatever_goes_wrong_the_kept_copy_is_given(server, tmp_path):
    answer = {}
    server.answers["feed"] = lambda to: answer["now"](to)
    answer["now"] = lambda to: to.answer(200, FEED)
    fetch(server.url("feed"), tmp_path, HERE, accept)

    def short(to):
        to.send_response(200)
        to.send_header("Content-Length", "500")
        to.end_headers()
        to.wfile.write(b"<rss>")

    for bad, why in (
        (lambda to: to.answer(500), "the server answered 500"),
        (lambda to: to.answer(404, FEED), "the server answered 404"),
        (lambda to: to.answer(200, b"<html></html>"), "it is a web page, not a feed"),
        (lambda to: to.answer(200, b""), "it is empty"),
        (lambda to: to.answer(200, b"xx", Content_Encoding="gzip"), "the server cannot be read (error)"),
        (lambda to: to.answer(200, b"xx", Content_Encoding="br"), "it is sent as br, which was not asked for"),
        (lambda to: to.answer(200, gzip.compress(FEED)[:-9], Content_Encoding="gzip"), "it was cut short on the way"),
        (lambda to: to.wfile.write(b"SSH-2.0-x\r\n"), "the server cannot be read (BadStatusLine)"),
        (short, "it was cut short on the way"),
    ):
        answer["now"] = bad
        assert fetch(server.url("feed"), tmp_path, HERE, accept) == Fetched(FEED, why)
    assert recall(server.url("feed"), tmp_path) == FEED


def test_a_server_that_is_not_there_is_said_to_be(tmp_path):
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{held.getsockname()[1]}/feed"
        assert fetch(url, tmp_path, HERE) == Fetched(None, "the server refuses connections")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("ftp://example.org/feed", "`ftp://example.org/feed` is not an http or https address"),
        ("https:///feed", "`https:///feed` is not an http or https address"),
        ("https://me:secret@127.0.0.1/feed", "its address holds a name or password"),
        ("http://127.0.0.1/a\r\nX: y", "its address holds a space or control sign"),
    ],
)
def test_addresses_that_are_none_are_refused(url, why, tmp_path):
    assert fetch(url, tmp_path, HERE) == Fetched(None, why)


def test_https_without_a_certificate_for_the_name_is_refused(server, tmp_path):
    found = fetch(f"https://127.0.0.1:{server.server_port}/feed", tmp_path, HERE, seconds=2)
    assert found.data is None
    assert found.stale


def test_a_server_is_told_who_asks(server, tmp_path):
    server.answers["feed"] = lambda to: to.answer(200, FEED)
    fetch(server.url("feed"), tmp_path, HERE, site="https://hillside.example")
    agent = server.asked[0][1]["User-Agent"]
    assert agent.startswith("Spoke/") and "+https://hillside.example" in agent


@pytest.mark.parametrize(
    ("status", "headers", "after", "asks"),
    [
        (429, {"Retry-After": "120"}, 119, False),
        (429, {"Retry-After": "120"}, 121, True),
        (429, {}, 60, False),
        (503, {"Retry-After": "Thu, 01 Jan 1970 00:20:00 GMT"}, 100, False),
        (503, {"Retry-After": "Thu, 01 Jan 1970 00:20:00 GMT"}, 300, True),
        (503, {"Retry-After": "999999999"}, 86_300, False),
        (503, {"Retry-After": "999999999"}, 86_500, True),
        (503, {"Retry-After": "soon"}, 1, True),
        (503, {}, 1, True),
        (410, {}, 3_600, False),
        (404, {}, 1, True),
    ],
)
def test_a_server_that_asks_for_patience_is_given_it(server, tmp_path, status, headers, after, asks):
    server.answers["feed"] = lambda to: to.answer(200, FEED)
    fetch(server.url("feed"), tmp_path, HERE)
    server.answers["feed"] = lambda to: to.answer(status, **{k.replace("-", "_"): v for k, v in headers.items()})
    url = server.url("feed")
    assert fetch(url, tmp_path, HERE, now=lambda: 1_000.0).data == FEED
    found = fetch(url, tmp_path, HERE, now=lambda: 1_000.0 + after)
    assert (len(server.asked), found.data) == (3 if asks else 2, FEED)
    assert found.stale


def test_only_redirects_that_are_all_for_good_are_a_move(server, tmp_path):
    server.answers["feed"] = lambda to: to.answer(200, FEED)
    server.answers["once"] = lambda to: to.answer(308, Location="/twice")
    server.answers["twice"] = lambda to: to.answer(301, Location="/for now")
    server.answers["for%20now"] = lambda to: to.answer(302, Location="/feed")
    assert fetch(server.url("once"), tmp_path, HERE) == Fetched(FEED, moved=server.url("for%20now"))
    assert fetch(server.url("for%20now"), tmp_path, HERE) == Fetched(FEED)


@pytest.mark.parametrize(
    "target", ["http://2130706433/", "http://0x7f.1/", "http://[::ffff:7f00:1]/", "http://localtest.localhost/"]
)
def test_other_spellings_of_this_machine_are_refused(server, tmp_path, target):
    server.answers["away"] = lambda to: to.answer(302, Location=target)
    found = fetch(server.url("away"), tmp_path, HERE)
    assert found.data is None
    assert "private address" in found.stale or "no address" in found.stale


@pytest.mark.parametrize("target", ["ftp://example.org/", "gopher://example.org/", "http://me:pw@127.0.0.1/", "//"])
def test_a_redirect_to_what_is_no_page_is_refused(server, tmp_path, target):
    server.answers["away"] = lambda to: to.answer(302, Location=target)
    assert fetch(server.url("away"), tmp_path, HERE).data is None
    assert len(server.asked) <= 6


def test_deflated_feeds_are_unpacked_and_bombs_are_not(server, tmp_path):
    server.answers["feed"] = lambda to: to.answer(200, zlib.compress(FEED), Content_Encoding="deflate")
    server.answers["bomb"] = lambda to: to.answer(200, zlib.compress(bytes(30_000_000)), Content_Encoding="deflate")
    assert fetch(server.url("feed"), tmp_path, HERE) == Fetched(FEED)
    assert fetch(server.url("bomb"), tmp_path, HERE) == Fetched(None, "it is larger than 20 MB")


def test_bodies_without_an_end_and_broken_chunks_leave_the_kept_copy(server, tmp_path):
    def endless(to):
        to.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n")
        while not server.closing.is_set():
            to.wfile.write(b"x" * 65_536)

    def chunks(to, garbage):
        to.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + garbage)

    server.answers["feed"] = lambda to: to.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n" + FEED)
    assert fetch(server.url("feed"), tmp_path, HERE) == Fetched(FEED)
    for bad in (
        endless,
        lambda to: chunks(to, b"zz\r\nabc\r\n"),
        lambda to: chunks(to, b"ffff\r\nabc"),
        lambda to: chunks(to, b"5\r\nabc"),
        lambda to: to.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500),
    ):
        server.answers["feed"] = bad
        found = fetch(server.url("feed"), tmp_path, HERE, largest=1_000_000)
        assert found.data == FEED
        assert found.stale
