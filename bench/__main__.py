"""`python -m bench [--lessons N] [--only PART]`: the bars as a table, each beside its reference."""

import argparse
import gzip
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from markdown_it import MarkdownIt

from bench import corpus
from bench.certifying import certifying
from bench.coordinating import coordinating
from bench.feeding import feeds
from bench.learning import learning
from bench.load import requests_a_second
from bench.outside import outside
from bench.printing import printing
from bench.searching import searching
from bench.serving import serving
from bench.submitting import submitting

FIRST_FLIGHT = 14_600


def main() -> None:
    given = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    given.add_argument("--lessons", type=int, default=10_000)
    given.add_argument("--seconds", type=float, default=4.0, help="how long each load runs")
    parts = ["publish", "serve", "search", "feeds", "learn", "submit", "coordinate", "print", "certify"]
    given.add_argument("--only", choices=parts, help="one part of the table")
    asked = given.parse_args()
    work = Path(tempfile.mkdtemp(prefix="spoke-bench-"))
    try:
        content, data = work / "content", work / "data"
        content.mkdir()
        corpus.write(content, asked.lessons)
        print(f"{asked.lessons} lessons of 600 words\n")
        print(f"{'what':<46}{'Spoke':>12}{'reference':>12}{'ratio':>9}{'bar':>9}")
        if asked.only in (None, "publish"):
            publishing(content, data)
        elif asked.only not in ("feeds", "submit", "coordinate", "print", "certify"):
            publish(content, data)
        if asked.only in (None, "serve"):
            serve(content, data, asked.seconds)
        if asked.only in (None, "search"):
            searching(content, data, row, publish)
        if asked.only in (None, "learn"):
            learning(content, data, row, asked.seconds)
        if asked.only in (None, "submit"):
            submitting(work / "cast", row, publish, asked.seconds)
        if asked.only in (None, "feeds"):
            feeds(work / "shows", row, publish, asked.seconds)
            outside(row)
        if asked.only in (None, "coordinate"):
            coordinating(work / "course", work / "ledger", row, publish)
        if asked.only in (None, "print"):
            printing(row)
        if asked.only in (None, "certify"):
            certifying(work / "papers", work / "issued", row, publish, asked.seconds)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def publishing(content: Path, data: Path) -> None:
    parser = MarkdownIt("commonmark").enable("table")
    bare = timed(lambda: [parser.render(body) for body in corpus.bodies(content)])
    cold = timed(lambda: publish(content, data))
    row("cold publish, seconds", cold, bare, 1.5, "bare markdown-it-py")
    again = statistics.median(timed(lambda: publish(content, data)) for _ in range(3))
    row("publish again, nothing changed", again, cold, 0.03, "the cold publish")
    changed = []
    for number in range(3):
        lesson = next(content.glob("modules/module-00003/01-*.md"))
        lesson.write_text(lesson.read_text() + f"\nOne line more, number {number}.\n")
        changed.append(timed(lambda: publish(content, data)))
    row("publish again, one file changed", statistics.median(changed), cold, 0.05, "the cold publish")


def serve(content: Path, data: Path, seconds: float) -> None:
    environment = {"LMS_CONTENT": str(content), "LMS_DATA": str(data)}
    module = next(iter(sorted(content.glob("modules/*"))))
    lessons = [f"/modules/{module.name}/{path.stem[3:]}" for path in sorted(module.glob("[0-9]*.md"))]
    everywhere = [
        f"/modules/{path.parent.name}/{path.stem[3:]}" for path in sorted(content.glob("modules/*/[0-9]*.md"))
    ]
    starts, memories, rates = [], [], []
    for _ in range(3):
        with (
            serving("bench.bare:create", "/") as bare,
            serving("lms.app:create_from_environment", lessons[0], **environment) as spoke,
        ):
            starts.append((spoke.started, bare.started))
            # In turn, so that a machine that slows down slows both.
            hello = requests_a_second(bare.port, ["/"], seconds)
            one = requests_a_second(spoke.port, lessons[:1], seconds)
            all_of_them = requests_a_second(spoke.port, everywhere, seconds)
            rates.append((one, all_of_them, hello))
            memories.append((spoke.memory(), bare.memory()))
    started, bare_started = (statistics.median(column) for column in zip(*starts, strict=True))
    held, bare_held = (statistics.median(column) for column in zip(*memories, strict=True))
    one, walked, hello = (statistics.median(column) for column in zip(*rates, strict=True))
    row("worker start, seconds more", started - bare_started, 1, 1, "1 s")
    row("worker memory, MB more", held - bare_held, 80, 1, "80 MB")
    row("one lesson page, requests a second", one, hello, 0.6, 'bare Flask "hello"', least=True)
    row("all lesson pages in turn, requests a second", walked, hello, None, 'bare Flask "hello"', least=True)
    with serving("lms.app:create_from_environment", lessons[0], **environment) as spoke:
        row(
            "a first lesson over the wire, bytes",
            first_visit(spoke.port, lessons[0]),
            FIRST_FLIGHT,
            1,
            "TCP's first flight",
        )


def first_visit(port: int, path: str) -> int:
    """Compressed bytes of a page, its styles and its scripts, with nothing in the cache."""
    page = fetched(port, path)
    html = gzip.decompress(page).decode()
    linked = re.findall(r'(?:<link rel="stylesheet" href|<script[^>]* src)="([^"]+)"', html)
    return len(page) + sum(len(fetched(port, address)) for address in linked)


def fetched(port: int, path: str) -> bytes:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request) as answer:
        return bytes(answer.read())


def publish(content: Path, data: Path) -> None:
    """The whole command, as an operator runs it."""
    command = [sys.executable, "-m", "lms.cli", "publish", "--content", str(content), "--data", str(data)]
    subprocess.run(command, check=True, capture_output=True)


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def row(what: str, value: float, reference: float, bar: float | None, against: str, *, least: bool = False) -> None:
    ratio = value / reference
    held = bar is None or (ratio >= bar if least else ratio <= bar)
    shown = "" if bar is None else f"{'≥' if least else '≤'} {bar:g}"
    print(
        f"{what:<46}{value:>12,.2f}{reference:>12,.2f}{ratio:>9.3f}{shown:>9}  {against}{'' if held else '  MISSED'}",
        flush=True,
    )


if __name__ == "__main__":
    main()
