"""A forwarding proxy: clients reach the server through it, and it notes how each of their requests was answered."""

from contextlib import closing
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import NamedTuple

#: Headers that tell of one connection, not of the message; a proxy says its own.
_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"}


class Passed(NamedTuple):
    """A request, and how it was answered."""

    path: str
    status: int
    conditional: bool


class Recorder:
    """A proxy at an address of its own, before whatever server listens at the port `to`."""

    def __init__(self) -> None:
        self.to = 0
        self.passed: list[Passed] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self.port = self._server.server_address[1]
        self.address = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "Recorder":
        self._thread.start()
        return self

    def __exit__(self, kind: type | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def since(self, begin: int) -> list[tuple[str, int]]:
        """Paths and statuses of what passed after the first `begin` requests."""
        return [(one.path, one.status) for one in self.passed[begin:]]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        recorder = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:  # noqa: N802 - http.server calls it so
                with closing(HTTPConnection("127.0.0.1", recorder.to, timeout=60)) as onward:
                    onward.request(self.command, self.path, headers=dict(self.headers))
                    answer = onward.getresponse()
                    body = answer.read()
                conditional = bool({"If-None-Match", "If-Modified-Since"} & set(self.headers))
                recorder.passed.append(Passed(self.path, answer.status, conditional))
                self.send_response(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in _HOP:
                        self.send_header(name, value)
                length = answer.getheader("Content-Length") if self.command == "HEAD" else str(len(body))
                if length and answer.status != 304:
                    self.send_header("Content-Length", length)
                self.end_headers()
                self.wfile.write(body)

            do_HEAD = do_GET  # noqa: N815 - http.server calls it so

            def log_message(self, *said: object) -> None:
                """Nothing: what passed is noted elsewhere."""

        return Handler
