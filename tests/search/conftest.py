"""The cast and the sample programme, ready to be asked."""

from pathlib import Path

import pytest

from lms.library.reader import Options
from lms.library.release import Release
from lms.library.service import publish
from lms.library.shelf import Shelf
from lms.search.service import parts
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
    result = publish(SAMPLE, Options(data=data, jobs=1, encode=False), NOW, parts=parts(1))
    assert not result.refused, result.problems
    return Shelf(data).release()
