"""Workers under Granian: how long they take to start, what they hold, how many pages they give."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_SERVE = """
import sys
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
Granian(sys.argv[1], factory=True, port=int(sys.argv[2]), interface=Interfaces.WSGI, workers=int(sys.argv[3]),
        blocking_threads=4, backpressure=64, log_level=LogLevels.error, websockets=False).serve()
"""


@dataclass
class Served:
    port: int
    started: float
    """Seconds from the start of the process to its first answer."""
    process: subprocess.Popen[bytes]

    def memory(self) -> float:
        """Megabytes that the worker process holds for itself (unique set size)."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return max(_unique(int(pid)) for pid in children or [str(self.process.pid)])


@contextmanager
def serving(target: str, path: str, workers: int = 1, **environment: str) -> Iterator[Served]:
    """An application under Granian, by itself under one worker, asked for `path` until it answers."""
    port = _free_port()
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVE, target, str(port), str(workers)], env=os.environ | environment
    )
    try:
        _wait(port, path)
        yield Served(port, time.perf_counter() - began, process)
    finally:
        process.terminate()
        process.wait(20)


def _wait(port: int, path: str) -> None:
    for _ in range(3_000):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as opened:
                opened.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
                if opened.recv(100).startswith(b"HTTP/1.1 200"):
                    return
        except OSError:
            pass
        time.sleep(0.01)
    raise TimeoutError(f"no answer at {path}")


def _unique(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    private = (int(line.split()[1]) for line in lines if line.startswith(("Private_Clean", "Private_Dirty")))
    return sum(private) / 1000


def _free_port() -> int:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return int(opened.getsockname()[1])
