"""A show of 10,000 episodes: its feed written, and asked for by those who have it already."""

import shutil
import statistics
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from xml.etree.ElementTree import Element, SubElement, fromstring, indent, tostring

from bench.corpus import text
from bench.load import requests_a_second
from bench.serving import serving
from lms.library.release import Builder
from lms.library.shelf import Shelf, switch
from lms.media.feed.writing import Place, rss

EPISODES = 10_000
FEED = "/podcasts/long/feed.xml"
CAST = Path(__file__).parent.parent / "tests" / "content" / "podcasts" / "ward-round"

Row = Callable[..., None]


def feeds(work: Path, row: Row, publish: Callable[[Path, Path], None], seconds: float) -> None:
    """The rows of the table."""
    content, data = work / "content", work / "data"
    _write(content)
    publish(content, data)
    _lengthen(data)
    show = Shelf(data).release().show("long")
    assert show is not None and len(show.episodes) == EPISODES
    place = Place(base="https://bench.example", organisation="Bench")
    xml = rss(show, place)
    steps = _steps(fromstring(xml), 0)
    ours = statistics.median(_timed(lambda: rss(show, place)) for _ in range(5))
    bare = statistics.median(_timed(lambda: _bare(steps)) for _ in range(5))
    row("a feed of 10,000 episodes written, seconds", ours, bare, 1.5, "the standard library, same XML")
    # At one public address, as a site has: whoever asks then has the same feed, whatever host they name.
    environment = {"LMS_CONTENT": str(content), "LMS_DATA": str(data), "LMS_URL": "https://bench.example"}
    with (
        serving("bench.bare:create", "/") as hello,
        serving("lms.app:create_from_environment", FEED, **environment) as spoke,
    ):
        with urllib.request.urlopen(f"http://127.0.0.1:{spoke.port}{FEED}") as answer:
            tag = answer.headers["ETag"]
        again = urllib.request.Request(f"http://127.0.0.1:{spoke.port}{FEED}", headers={"If-None-Match": tag})
        try:
            urllib.request.urlopen(again)
            raise AssertionError("the feed was sent again to one who has it")
        except urllib.error.HTTPError as answered:
            assert answered.code == 304
        pairs = [
            (
                requests_a_second(spoke.port, [FEED], seconds, header=f"If-None-Match: {tag}"),
                requests_a_second(hello.port, ["/"], seconds),
            )
            for _ in range(3)
        ]
    asked, said = (statistics.median(column) for column in zip(*pairs, strict=True))
    row("the same feed, If-None-Match, a second", asked, said, 0.6, 'bare Flask "hello"', least=True)


def _write(content: Path) -> None:
    home = content / "podcasts" / "long"
    home.mkdir(parents=True)
    (content / "site.yaml").write_text("title: Bench\n")
    (home / "show.md").write_text("---\ntitle: Long\nsummary: Very.\ncategory: Education\nartwork_alt: A.\n---\n")
    shutil.copyfile(CAST / "artwork.jpg", home / "artwork.jpg")
    (home / "2026-03-04-e.md").write_text(f"---\ntitle: E\nsummary: One.\nepisode: 1\n---\n\n{text(1, 60)}\n")
    for ending in ("mp3", "vtt"):
        shutil.copyfile(CAST / f"2026-03-04-sepsis.{ending}", home / f"2026-03-04-e.{ending}")


def _lengthen(data: Path) -> None:
    """A release whose show has its one episode ten thousand times: to make so many sounds would take an hour."""
    release = Shelf(data).release()
    show = release.show("long")
    assert show is not None
    (one,) = show.episodes
    episodes = []
    for number in range(EPISODES):
        told = {"title": f"Episode {number}", "summary": f"Number {number}.", "number": number + 1}
        told |= {"slug": f"e{number}", "url": f"{show.url}/e{number}", "guid": f"long/e{number}"}
        episodes.append(one.model_copy(update=told | {"moment": one.moment - timedelta(hours=number)}))
    builder = Builder(data / "releases" / "longer", release.folder)
    builder.put("show", "long", show.model_copy(update={"episodes": tuple(episodes)}).model_dump_json(by_alias=True))
    builder.commit()
    switch(data, "longer")


def _steps(element: Element, depth: int) -> list[tuple[int, str, dict[str, str], str]]:
    """The document as the plainest instructions to write it."""
    name = element.tag.replace("{", "").replace("}", "_").replace("/", "").replace(":", "")
    steps = [(depth, name, dict(element.attrib), (element.text or "").strip())]
    for child in element:
        steps += _steps(child, depth + 1)
    return steps


def _bare(steps: list[tuple[int, str, dict[str, str], str]]) -> bytes:
    """The standard library writing as much XML: elements, attributes, text, line ends."""
    above: list[Element] = []
    for depth, name, attributes, said in steps:
        del above[depth:]
        element = SubElement(above[-1], name, attributes) if above else Element(name, attributes)
        element.text = said or None
        above.append(element)
    indent(above[0], "")
    return tostring(above[0], encoding="utf-8")


def _timed(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began
