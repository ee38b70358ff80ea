"""The real command: `lms serve` in a process of its own, on a port of its own; and real podcast clients."""

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from tests.serving.recorder import Recorder
from tests.serving.rich import enrich

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


@pytest.fixture
def rich(cast: Path) -> Path:
    """A copy of the cast whose own show says all that a show can say."""
    return enrich(cast)


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    """An address that stays while servers come and go, and notes what passes."""
    with Recorder() as running:
        yield running


# -- Podcast clients ------------------------------------------------------------------------------------------------


@pytest.fixture
def gpo(tmp_path: Path) -> Callable[..., str]:
    """gPodder's command line, with a home of its own."""
    if not shutil.which("gpo"):
        absent("gPodder is not installed: apt-get install gpodder")
    own = {"GPODDER_HOME": str(tmp_path / "gpodder"), "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}

    def run(*arguments: str) -> str:
        done = subprocess.run(["gpo", *arguments], env=os.environ | own, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


@dataclass
class Archive:
    """podcast-archiver, with a home of its own."""

    home: Path

    def run(self, feed: str, *flags: str) -> str:
        """Archive a feed, and say what it said."""
        (self.home / "files").mkdir(parents=True, exist_ok=True)
        (self.home / "config.yaml").touch()
        own = {"HOME": str(self.home), "XDG_CONFIG_HOME": str(self.home), "COLUMNS": "400", "LC_ALL": "C.UTF-8"}
        command = [sys.executable, "-m", "podcast_archiver.cli", "--config", str(self.home / "config.yaml")]
        command += [
            "--database",
            str(self.home / "known.db"),
            "--dir",
            str(self.home / "files"),
            "--feed",
            feed,
            *flags,
        ]
        done = subprocess.run(command, env=os.environ | own, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def run_twice(self, feed: str) -> None:
        """Archive a feed, and look again with what the first time told: it asks for changes alone."""
        (self.home / "files").mkdir(parents=True, exist_ok=True)
        code = (
            "import sys; from pathlib import Path; from podcast_archiver.base import PodcastArchiver as Archiver; "
            "from podcast_archiver.config import Settings; home = Path(sys.argv[1]); "
            "one = Archiver(Settings(feeds=[sys.argv[2]], archive_directory=home / 'files', database=home / 'known.db')); "
            "sys.exit(one.run() + one.run())"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, self.home, feed], capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def files(self) -> dict[str, bytes]:
        """What it downloaded, by path."""
        found = (self.home / "files").rglob("*.*")
        return {str(path.relative_to(self.home / "files")): path.read_bytes() for path in found}

    def known(self) -> set[str]:
        """The guids of the episodes that it has."""
        with closing(sqlite3.connect(self.home / "known.db")) as opened:
            return {guid for (guid,) in opened.execute("SELECT guid FROM episodes")}


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archiver")


@pytest.fixture
def partytime() -> Callable[[str], dict[str, Any]]:
    """Reads a feed as podcast-partytime does, which must find nothing to complain of."""
    home = Path(__file__).parent / "partytime"
    if not shutil.which("node") or not (home / "node_modules" / "podcast-partytime").is_dir():
        absent("podcast-partytime is not installed: sh scripts/test-tools.sh")

    def read(feed: str) -> dict[str, Any]:
        command = ["node", "--no-deprecation", "read.mjs"]
        done = subprocess.run(command, cwd=home, input=feed.encode(), capture_output=True, timeout=120)
        *complaints, told = done.stdout.decode().splitlines() or [""]
        assert (done.returncode, done.stderr.decode(), complaints) == (0, "", [])
        return dict(json.loads(told))

    return read


def absent(why: str) -> None:
    """Skip a test whose client is not installed; fail where scripts/test-tools.sh must have installed it."""
    if os.environ.get("CI"):
        pytest.fail(f"{why}; scripts/test-tools.sh should have done that")
    pytest.skip(why)
