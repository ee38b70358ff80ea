"""Real podcast clients read the running feed with every field right, and download from it."""

import json
import shutil
import sqlite3
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha256
from io import StringIO
from pathlib import Path

import podcastparser
import pytest

from lms.library.reader import Options
from lms.library.service import publish
from lms.search.service import parts
from tests.conftest import CONTENT, NOW
from tests.serving.conftest import Archive, Server
from tests.serving.rich import enrich

FEED = "/podcasts/ward-round/feed.xml"
ORDER = ["Asthma at night", "Sepsis, early", "Stroke in the clinic", "Why a ward round"]
DAYS = ["2026-03-18", "2026-03-04", "2026-02-11", "2026-02-01"]
GUIDS = [
    "asthma-2026",
    "ward-round/2026-03-04-sepsis",
    "ward-round/stroke-in-the-clinic",
    "ward-round/2026-02-01-trailer",
]
SUMMARIES = [
    "What wakes them, and what to ask.",
    "Three numbers that make you call.",
    "Face, arm, speech, time.",
    "What you will hear, and from whom.",
]
PAGES = [
    "/podcasts/ward-round/2026-03-18-asthma",
    "/podcasts/ward-round/2026-03-04-sepsis",
    "/webinars/stroke-in-the-clinic",
    "/podcasts/ward-round/2026-02-01-trailer",
]
SECONDS = [6, 6, 8, 3]


#: They look, and change nothing: one server is enough.
pytestmark = pytest.mark.xdist_group("podcast clients")


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the cast whose own show says all that a show can say."""
    return enrich(shutil.copytree(CONTENT, tmp_path_factory.mktemp("rich") / "content"))


@pytest.fixture(scope="module")
def running(rich: Path, published: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that has published the rich show."""
    data = tmp_path_factory.mktemp("running") / "data"
    shutil.copytree(published / "store", data / "store")
    assert not publish(rich, Options(data=data, jobs=1), NOW, parts=parts(1)).refused
    server = Server(rich, data)
    try:
        server.until(FEED, "</rss>")
        yield server
    finally:
        server.stop()
        server.process.stdout.close()


def test_podcastparser_reads_every_field_of_the_running_feed(running: Server, rich: Path) -> None:
    base = f"http://127.0.0.1:{running.port}"
    show = podcastparser.parse(base + FEED, StringIO(running.get(FEED)[1]))
    episodes = show.pop("episodes")
    assert show.pop("cover_url").startswith(f"{base}/media/")
    assert show == {
        "title": "Ward Round",
        "link": f"{base}/podcasts/ward-round",
        "description": "One case, in the time of a coffee.",
        "language": "en",
        "generator": "Spoke",
        "explicit": False,
        "type": "episodic",
        "itunes_author": "Hillside Hospital",
        "itunes_owner": {"name": "Hillside Hospital", "email": "hub@hillside.example"},
        "itunes_categories": [["Education", "Courses"]],
    }
    assert [episode["title"] for episode in episodes] == ORDER
    assert [episode["guid"] for episode in episodes] == GUIDS
    assert [episode["published"] for episode in episodes] == [noon(day) for day in DAYS]
    assert [episode["total_time"] for episode in episodes] == SECONDS
    assert [episode["description"] for episode in episodes] == SUMMARIES
    assert [episode["link"] for episode in episodes] == [base + page for page in PAGES]
    assert [episode["explicit"] for episode in episodes] == [True, False, False, False]
    assert [episode["type"] for episode in episodes] == ["full", "full", "full", "trailer"]
    assert [(one.get("season"), one.get("number")) for one in episodes] == [(1, 2), (1, 1), (None, None), (2, None)]
    assert [episode["description_html"].startswith("<p>") for episode in episodes] == [True] * 4
    assert f'href="{base}/webinars/stroke-in-the-clinic"' in episodes[1]["description_html"]
    assert fetched(episodes[1]["episode_art_url"]) == (rich / "podcasts/ward-round/sepsis.png").read_bytes()
    for episode in episodes:
        (enclosure,) = episode["enclosures"]
        assert (enclosure["mime_type"], enclosure["file_size"]) == ("audio/mpeg", len(fetched(enclosure["url"])))


def test_the_episode_in_the_feed_is_the_file_of_the_content_folder(running: Server, rich: Path) -> None:
    found = {digest(fetched(url)) for url in enclosures(running)}
    ours = {digest(path.read_bytes()) for path in (rich / "podcasts/ward-round").glob("*.mp3")}
    assert len(found) == 4
    assert found > ours  # the fourth is the sound of the webinar


def test_gpodder_reads_every_field_of_the_running_feed(
    running: Server, gpo: Callable[..., str], tmp_path: Path
) -> None:
    base = f"http://127.0.0.1:{running.port}"
    gpo("subscribe", base + FEED)
    with closing(sqlite3.connect(tmp_path / "gpodder" / "Database")) as opened:
        opened.row_factory = sqlite3.Row
        show = dict(opened.execute("SELECT * FROM podcast").fetchone())
        episodes = [dict(row) for row in opened.execute("SELECT * FROM episode ORDER BY published DESC")]
    assert (show["title"], show["url"], show["link"], show["description"]) == (
        "Ward Round",
        base + FEED,
        f"{base}/podcasts/ward-round",
        "One case, in the time of a coffee.",
    )
    assert show["cover_url"].startswith(f"{base}/media/")
    assert (show["http_etag"], show["http_last_modified"]) == tagged(base + FEED)
    assert [episode["title"] for episode in episodes] == ORDER
    assert [episode["guid"] for episode in episodes] == GUIDS
    assert [episode["published"] for episode in episodes] == [noon(day) for day in DAYS]
    assert [episode["total_time"] for episode in episodes] == SECONDS
    assert episodes[0]["description_html"] == "<p>Ask about the night first.</p>"
    assert f'href="{base}/webinars/stroke-in-the-clinic"' in episodes[1]["description_html"]
    assert [episode["link"] for episode in episodes] == [base + page for page in PAGES]
    assert [episode["url"] for episode in episodes] == enclosures(running)
    assert [episode["file_size"] for episode in episodes] == [len(fetched(url)) for url in enclosures(running)]
    assert {episode["mime_type"] for episode in episodes} == {"audio/mpeg"}
    assert [bool(episode["episode_art_url"]) for episode in episodes] == [False, True, False, False]


def test_gpodder_downloads_and_finds_nothing_new_the_next_time(
    running: Server, gpo: Callable[..., str], tmp_path: Path
) -> None:
    address = f"http://127.0.0.1:{running.port}{FEED}"
    gpo("subscribe", address)
    assert "4 new episodes" in gpo("pending")
    gpo("download", address)
    downloaded = {digest(path.read_bytes()) for path in (tmp_path / "gpodder").rglob("*.mp3")}
    assert downloaded == {digest(fetched(url)) for url in enclosures(running)}
    gpo("update", address)
    assert gpo("pending").split() == "0 new episodes".split()


def test_podcast_archiver_keeps_every_byte_and_downloads_nothing_the_next_time(
    running: Server, archive: Archive
) -> None:
    address = f"http://127.0.0.1:{running.port}{FEED}"
    archive.run(address)
    names = [f"Ward Round/{day} - {title}.mp3" for day, title in zip(DAYS, ORDER, strict=True)]
    first = archive.files()
    assert first == {name: fetched(url) for name, url in zip(names, enclosures(running), strict=True)}
    assert archive.known() == set(GUIDS)
    said = archive.run(address)
    assert "Downloading" not in said
    assert archive.files() == first


def test_podcast_archiver_reads_every_field_of_the_running_feed(running: Server, archive: Archive) -> None:
    base = f"http://127.0.0.1:{running.port}"
    archive.run(base + FEED, "--write-info-json")
    told = [json.loads(text) for name, text in sorted(archive.files().items(), reverse=True) if name.endswith(".json")]
    assert [one["title"] for one in told] == ORDER
    assert [one["guid"] for one in told] == GUIDS
    assert [one["published_time"][:10] for one in told] == DAYS
    assert [one["summary"] for one in told] == SUMMARIES
    assert [one["duration"] for one in told] == [str(seconds) for seconds in SECONDS]
    # It knows `yes` alone as explicit, where Apple asks for `true`.
    assert [one["episode_type"] for one in told] == ["full", "full", "full", "trailer"]
    assert [one["episode_number"] for one in told] == [2, 1, None, None]
    assert [one["enclosure"]["href"] for one in told] == enclosures(running)
    assert [one["original_filename"] for one in told] == [url.rpartition("/")[2] for url in enclosures(running)]
    assert f'href="{base}/webinars/stroke-in-the-clinic"' in told[1]["shownotes"]


def noon(day: str) -> int:
    return int(datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=UTC).timestamp())


def digest(data: bytes) -> str:
    return sha256(data).hexdigest()


def fetched(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=30) as answer:
        return bytes(answer.read())


def tagged(url: str) -> tuple[str | None, str | None]:
    with urllib.request.urlopen(url, timeout=30) as answer:
        return answer.headers["ETag"], answer.headers["Last-Modified"]


def enclosures(server: Server) -> list[str]:
    return [part.split('"')[0] for part in server.get(FEED)[1].split('<enclosure url="')[1:]]
