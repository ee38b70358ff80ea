"""Search, asked of the real server: any bytes at all, and many at once while a release is switched."""

import http.client
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote_from_bytes

from tests.search.test_any_query import ODD
from tests.serving.conftest import Server

#: The server itself refuses longer addresses (414).
LONGEST = 60_000


def status(server: Server, path: str, accept: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request("GET", path, headers={"Accept": accept})
    answer = connection.getresponse()
    try:
        return answer.status, answer.read()
    finally:
        connection.close()


def test_any_bytes_are_a_question(serve: Callable[..., Server], cast: Path) -> None:
    running = serve(cast)
    running.until("/search?q=cuff", "Choosing the cuff")
    odd = [text.encode("utf-8", "surrogatepass") for text in ODD] + [b"\xff\xfe\x80", b"%", b"\xc3"]
    for asked in odd:
        path = quote_from_bytes(asked)[:LONGEST]
        for address, accept in (
            (f"/search?q={path}", "text/html"),
            (f"/search?q={path}", "application/json"),
            (f"/search/suggest?q={path}", "*/*"),
        ):
            assert status(running, address, accept)[0] == 200, asked[:80]
    for raw in ("%", "%zz", "%C3", "a=b&q=1&q=2", "q", "q=%00&page=%00"):
        assert status(running, f"/search?q={raw}", "text/html")[0] == 200, raw


def test_nobody_who_searches_notices_a_publish(serve: Callable[..., Server], cast: Path) -> None:
    running = serve(cast, "--watch")
    running.until("/search?q=cuff", "Choosing the cuff")
    lesson = cast / "modules/measuring-bp/01-cuff.md"

    def ask(number: int) -> set[int]:
        questions = ("cuff", "%22blood%20pressure%22", "zebra", "pres*", "kind:lesson")
        return {status(running, f"/search?q={questions[(number + n) % 5]}", "application/json")[0] for n in range(40)}

    with ThreadPoolExecutor(8) as threads:
        waiting = [threads.submit(ask, number) for number in range(8)]
        lesson.write_text(lesson.read_text() + "\nA zebra crosses.\n")
        running.until("/search?q=zebra", "Choosing the cuff")
        assert set().union(*(one.result() for one in waiting)) == {200}
