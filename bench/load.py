"""A small load generator: a few kept-alive connections to this machine, each asking again as soon as it is answered."""

import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from itertools import cycle


def requests_a_second(
    port: int, paths: Sequence[str], seconds: float, connections: int = 8, header: str = "Accept-Encoding: gzip"
) -> float:
    """Answers a second from 127.0.0.1:`port`, asking for `paths` in turn. Raises when one is neither 200 nor 304."""
    asked = [f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{header}\r\n\r\n".encode() for path in paths]
    return answers_a_second(port, cycle(asked), seconds, connections)


def answers_a_second(port: int, asked: Iterator[bytes], seconds: float, connections: int = 8) -> float:
    """Answers a second to these requests, each sent once. Raises when one is neither 200 nor 304."""
    chooser = selectors.DefaultSelector()
    for _ in range(connections):
        opened = socket.create_connection(("127.0.0.1", port))
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        chooser.register(opened, selectors.EVENT_READ, bytearray())
        opened.sendall(next(asked))
    answered, began = 0, time.perf_counter()
    end = began + seconds
    while time.perf_counter() < end:
        for key, _ in chooser.select(1):
            received: bytearray = key.data
            data = key.fileobj.recv(1 << 18)  # type: ignore[union-attr]
            if not data:
                raise ConnectionError("the server closed the connection")
            received += data
            if _whole(received):
                if not received.startswith((b"HTTP/1.1 200", b"HTTP/1.1 304")):
                    raise ValueError(f"neither 200 nor 304: {bytes(received[:80])!r}")
                received.clear()
                answered += 1
                key.fileobj.sendall(next(asked))  # type: ignore[union-attr]
    took = time.perf_counter() - began
    for key in list(chooser.get_map().values()):
        key.fileobj.close()  # type: ignore[union-attr]
    chooser.close()
    return answered / took


def _whole(received: bytearray) -> bool:
    head = received.find(b"\r\n\r\n")
    if head < 0:
        return False
    if received.startswith(b"HTTP/1.1 304"):
        return True
    at = received.find(b"content-length: ", 0, head)
    if at < 0:
        raise ValueError("an answer without its length")
    length = int(received[at + 16 : received.find(b"\r", at)])
    return len(received) >= head + 4 + length
