"""The sample programme shows a newcomer every feature, and is sound."""

from collections import Counter
from pathlib import Path

import pytest

from lms.library.assembly import assemble
from lms.library.reader import Options, ground
from lms.library.service import problems_of
from lms.library.work import read_all
from lms.text.folder import Folder
from tests.conftest import NOW

CONTENT = Path(__file__).parent.parent / "content"


@pytest.fixture(scope="module")
def sample():
    made = ground(Folder.scan(CONTENT), Options(jobs=1))
    reads = read_all(made, None, lambda *_: None)
    bodies = [body for read in reads for _, body, _ in read.found.bodies.values()]
    return assemble(made, reads, drafts=False), problems_of(made, reads, NOW.date()), "".join(bodies)


def test_it_has_no_problems(sample):
    assert sample[1] == []


def test_it_has_courses_modules_lessons_and_recordings_enough(sample):
    library = sample[0]
    own, outside = ([show for show in library.shows if show.outside is out] for out in (False, True))
    assert (len(library.courses), len(library.webinars), len(own), len(outside)) == (3, 2, 2, 1)
    assert len(library.modules) >= 6
    assert sum(len(module.lessons) for module in library.modules) >= 20
    assert [len(show.episodes) >= 4 for show in own] == [True, False]
    assert [len(show.webinars) for show in own] == [0, 2]
    assert sum(module.path.count("/") == 1 for module in library.modules) == 1
    assert [module.slug for module in library.modules if module.lang == "es"] == ["medir-la-presion"]


def test_it_asks_questions_of_every_kind_graded_and_in_lessons(sample):
    library, _, bodies = sample
    quizzes = [activity.quiz for activity in (*library.modules, *library.webinars) if activity.quiz]
    kinds = Counter(question.kind for quiz in quizzes for question in quiz.questions)
    assert sum(kinds.values()) >= 35
    assert set(kinds) == {"single", "multiple", "number", "text", "order", "match", "reflection"}
    assert all(f'"kind":"{kind}"' in bodies for kind in kinds)


def test_every_recording_has_captions_chapters_and_slides_or_artwork(sample):
    library = sample[0]
    for webinar in library.webinars:
        assert webinar.slides is not None
        assert 120 <= webinar.recording.seconds <= 300
    recordings = [webinar.recording for webinar in library.webinars]
    recordings += [episode.recording for show in library.shows if not show.outside for episode in show.episodes]
    assert all(recording.captions and recording.chapters for recording in recordings)


def test_it_weighs_less_than_thirty_megabytes():
    assert sum(path.stat().st_size for path in CONTENT.rglob("*") if path.is_file()) < 30_000_000
