"""The cast and the sample programme, ready to be asked."""

from pathlib import Path

import pytest

from lms.library.assembly import assemble
from lms.library.reader import Options, ground
from lms.library.release import Release
from lms.library.service import _write
from lms.library.shelf import Shelf
from lms.library.work import read_all
from lms.search.service import parts
from lms.text.folder import Folder
from tests.conftest import NOW
from tests.web.conftest import app, client, served  # noqa: F401

SAMPLE = Path(__file__).parent.parent.parent / "content"


@pytest.fixture
def release(published: Path) -> Release:
    """The cast's release."""
    return Shelf(published).release()


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A release of the sample programme, its recordings not encoded: search does not need their bytes."""
    data = tmp_path_factory.mktemp("sample")
    return written(SAMPLE, data)


def written(content: Path, data: Path) -> Release:
    folder, options = Folder.scan(content), Options(jobs=1)
    made = ground(folder, options)
    reads = read_all(made, None, lambda *_: None)
    (data / "releases").mkdir(parents=True)
    _write(data, "made", None, assemble(made, reads, False), reads, folder, NOW, options, "", parts(1))
    return Release(data / "releases" / "made")
