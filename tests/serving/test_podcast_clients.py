"""Real podcast clients read the running feed, and download from it."""

import os
import shutil
import subprocess
import urllib.request
from collections.abc import Callable
from hashlib import sha256
from io import StringIO
from pathlib import Path

import podcastparser
import pytest

FEED = "/podcasts/ward-round/feed.xml"


@pytest.fixture
def gpo(tmp_path) -> Callable[..., str]:
    """gPodder's command line, with a home of its own."""
    if not shutil.which("gpo"):
        if os.environ.get("CI"):
            pytest.fail("gPodder is not installed: scripts/test-tools.sh should have done that")
        pytest.skip("gPodder is not installed: apt-get install gpodder")
    environment = os.environ | {"GPODDER_HOME": str(tmp_path / "gpodder"), "HOME": str(tmp_path)}

    def run(*arguments: str) -> str:
        done = subprocess.run(["gpo", *arguments], env=environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def test_podcastparser_reads_every_episode_of_the_running_feed(cast, publisher, serve):
    publisher(cast)
    server = serve(cast)
    text = server.until(FEED, "</rss>")
    address = f"http://127.0.0.1:{server.port}{FEED}"
    show = podcastparser.parse(address, StringIO(text))
    assert (show["title"], show["language"], len(show["episodes"])) == ("Ward Round", "en", 2)
    assert [episode["title"] for episode in show["episodes"]] == ["Asthma at night", "Sepsis, early"]
    for episode in show["episodes"]:
        (enclosure,) = episode["enclosures"]
        assert enclosure["mime_type"] == "audio/mpeg"
        assert enclosure["file_size"] == len(fetched(server, enclosure["url"]))
        assert episode["total_time"] > 0
        assert episode["published"] > 0
        assert episode["guid"]


def test_gpodder_subscribes_downloads_and_finds_nothing_new_the_next_time(cast, publisher, serve, gpo, tmp_path):
    publisher(cast)
    server = serve(cast)
    server.until(FEED, "</rss>")
    address = f"http://127.0.0.1:{server.port}{FEED}"
    gpo("subscribe", address)
    assert "Sepsis, early" in gpo("episodes", address)
    gpo("download", address)
    downloaded = {sha256(path.read_bytes()).hexdigest() for path in (tmp_path / "gpodder").rglob("*.mp3")}
    ours = {sha256(path.read_bytes()).hexdigest() for path in (cast / "podcasts" / "ward-round").glob("*.mp3")}
    assert downloaded == ours
    gpo("update", address)
    pending = gpo("pending")
    assert [title for title in ("Sepsis, early", "Asthma at night") if title in pending] == []


def fetched(server, url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=30) as answer:
        return bytes(answer.read())


def test_the_episode_in_the_feed_is_the_file_of_the_content_folder(cast, publisher, serve):
    publisher(cast)
    server = serve(cast)
    text = server.until(FEED, "</rss>")
    urls = [part.split('"')[0] for part in text.split('<enclosure url="')[1:]]
    found = {sha256(fetched(server, url)).hexdigest() for url in urls}
    assert found == {
        sha256(Path(path).read_bytes()).hexdigest() for path in (cast / "podcasts/ward-round").glob("*.mp3")
    }
