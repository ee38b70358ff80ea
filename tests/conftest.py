"""The cast: a small programme in tests/content, published once, and folders that one may change."""

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from lms.config import Settings
from lms.library.reader import Options
from lms.library.service import Published, check, publish
from lms.library.shelf import Shelf
from lms.search.service import parts
from lms.text.problems import Problem

CONTENT = Path(__file__).parent / "content"
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the cast, published."""
    data = tmp_path_factory.mktemp("cast") / "data"
    result = publish(CONTENT, Options(data=data, jobs=1), NOW, parts=parts(1))
    assert not result.refused, result.problems
    return data


@pytest.fixture(scope="session")
def settings(published: Path) -> Settings:
    return Settings(content=CONTENT, data=published, url="https://hillside.example")


@pytest.fixture
def shelf(published: Path) -> Shelf:
    return Shelf(published)


@pytest.fixture
def cast(tmp_path: Path) -> Path:
    """A copy of the cast's content, to be changed."""
    return shutil.copytree(CONTENT, tmp_path / "content")


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    """Makes a content folder of the given files: text or bytes by path."""

    def made(files: dict[str, str | bytes]) -> Path:
        root = tmp_path / "made"
        for path, content in files.items():
            place = root / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content.encode() if isinstance(content, str) else content)
        return root

    return made


@pytest.fixture
def problems(folder: Callable[..., Path]) -> Callable[..., list[Problem]]:
    """The problems of a content folder made of the given files, besides a valid site.yaml."""

    def found(files: dict[str, str | bytes]) -> list[Problem]:
        root = folder({"site.yaml": "title: Test\n", "modules/a/01-a.md": "# A\n\nWords.\n", **files})
        return check(root, NOW.date(), jobs=1)

    return found


@pytest.fixture
def data(published: Path, tmp_path: Path) -> Path:
    """A data folder without a release, where the cast's recordings need not be encoded again."""
    shutil.copytree(published / "store", tmp_path / "data" / "store")
    return tmp_path / "data"


@pytest.fixture
def publisher(data: Path) -> Callable[..., Published]:
    """Publishes a folder into the data folder."""

    def run(content: Path, **more: object) -> Published:
        options = Options(data=data, jobs=1, **more)  # type: ignore[arg-type]
        return publish(content, options, NOW, parts=parts(1))

    return run


TODAY: date = NOW.date()
