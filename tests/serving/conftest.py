"""The real command: `lms serve` in a process of its own, on a port of its own."""

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import pytest

#: A beat between two looks at something that another process will do; nothing is asserted of how long that takes.
BEAT = Event()


class Server:
    """A running `lms serve`."""

    def __init__(self, content: Path, data: Path, *flags: str) -> None:
        with socket.socket() as opened:
            opened.bind(("127.0.0.1", 0))
            self.port = opened.getsockname()[1]
        command = [sys.executable, "-m", "lms.cli", "serve", "--content", str(content), "--data", str(data)]
        command += ["--port", str(self.port), "--jobs", "1", *flags]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
        )

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as answer:
            return answer.code, answer.read().decode()

    def until(self, path: str, words: str) -> str:
        """The page at `path`, once it says `words`."""
        for _ in range(600):
            assert self.process.poll() is None, self.process.stdout.read().decode()
            try:
                page = self.get(path)[1]
                if words in page:
                    return page
            except OSError:
                pass
            BEAT.wait(0.1)
        raise AssertionError(f"{path} never said {words!r}")

    def stop(self) -> str:
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.communicate(timeout=30)[0].decode()
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            raise


@pytest.fixture
def serve(data: Path) -> Iterator[Callable[..., Server]]:
    """Starts `lms serve` over a content folder; stops it afterwards."""
    running: list[Server] = []

    def start(content: Path, *flags: str) -> Server:
        running.append(Server(content, data, *flags))
        return running[-1]

    yield start
    for server in running:
        if server.process.poll() is None:
            server.stop()
        server.process.stdout.close()
