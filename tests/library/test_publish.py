"""Publishing: atomic, incremental, and safe to be broken off."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lms.library.reader import Options
from lms.library.release import NoRelease, Release
from lms.library.service import NothingToGoBackTo, publish, roll_back, told
from lms.library.shelf import Shelf, current, kept
from lms.search.service import parts, search
from tests.conftest import NOW

LESSON = "modules/measuring-bp/01-cuff.md"


def searched(release: Release, word: str) -> list[str]:
    return [hit.title for hit in search(release, word).hits]


def edit(content: Path, path: str, more: str = "\nOne line more.\n") -> None:
    place = content / path
    place.write_text(place.read_text() + more)


def test_an_unchanged_folder_renders_nothing(cast, publisher):
    assert publisher(cast).renders > 0
    again = publisher(cast)
    assert (again.renders, again.changed) == (0, False)


def test_one_changed_file_renders_one_text(cast, publisher):
    publisher(cast)
    edit(cast, LESSON)
    assert publisher(cast).renders == 1


def test_a_touched_file_is_not_a_changed_one(cast, publisher):
    first = publisher(cast)
    os.utime(cast / LESSON)
    assert (publisher(cast).renders, publisher(cast).release) == (0, first.release)


def test_a_changed_picture_renders_the_text_that_shows_it(cast, publisher):
    from PIL import Image

    publisher(cast)
    Image.new("RGB", (1000, 500), "#0a6a68").save(cast / "modules/measuring-bp/img/arm.png")
    assert publisher(cast).renders == 1


def test_a_renamed_lesson_renders_itself_and_those_that_link_to_it(cast, publisher, data):
    publisher(cast)
    (cast / "modules/measuring-bp/02-position.md").rename(cast / "modules/measuring-bp/02-posture.md")
    (cast / LESSON).write_text((cast / LESSON).read_text().replace("02-position.md", "02-posture.md"))
    assert publisher(cast).renders == 2
    release = Shelf(data).release()
    module = release.module("measuring-bp")
    assert [lesson.slug for lesson in module.lessons] == ["cuff", "posture"]
    assert release.lesson_body(module, "position") is None
    assert 'href="/modules/measuring-bp/posture"' in release.lesson_body(module, "cuff").html


def test_a_new_word_in_the_glossary_reaches_texts_that_did_not_change(cast, publisher, data):
    publisher(cast)
    edit(
        cast, "glossary.yaml", "cuff:\n  term: Cuff of a sphygmomanometer\n  abbreviations: [reads]\n  definition: x\n"
    )
    publisher(cast)
    release = Shelf(data).release()
    assert "Cuff of a sphygmomanometer" in release.module("measuring-bp").introduction.html


def test_a_folder_published_anew_is_the_same_to_the_byte_of_every_page(cast, publisher, data, tmp_path):
    publisher(cast)
    edit(cast, LESSON)
    publisher(cast)
    stepwise = Shelf(data).release()
    publish(cast, Options(data=tmp_path / "fresh", jobs=2), NOW, parts=parts(1))
    fresh = Shelf(tmp_path / "fresh").release()
    assert fresh.id == stepwise.id
    query = "SELECT kind, slug, json FROM document ORDER BY kind, slug"
    assert fresh._db.execute(query).fetchall() == stepwise._db.execute(query).fetchall()
    query = "SELECT url, json FROM body ORDER BY url"
    assert fresh._db.execute(query).fetchall() == stepwise._db.execute(query).fetchall()


def test_broken_content_switches_nothing_and_its_problems_are_kept(cast, publisher, data):
    good = publisher(cast).release
    edit(cast, LESSON, "\n[nowhere](none.md)\n")
    result = publisher(cast)
    assert (result.refused, result.release, current(data)) == (True, good, good)
    published, problems = told(data)
    assert (published, [problem.rule for problem in problems]) == (False, ["missing-file"])


def test_content_mended_by_undoing_is_said_to_be_well_again(cast, publisher, data):
    before = (cast / LESSON).read_text()
    publisher(cast)
    edit(cast, LESSON, "\n[nowhere](none.md)\n")
    publisher(cast)
    (cast / LESSON).write_text(before)
    publisher(cast)
    assert told(data) == (True, ())


def test_a_first_publish_of_broken_content_leaves_nothing_to_serve(folder, publisher, data):
    assert publisher(folder({"modules/a/01-a.md": "# A\n\n[x](none.md)\n"})).release is None
    with pytest.raises(NoRelease):
        Shelf(data).release()


def test_going_back_serves_the_release_before_and_publishing_goes_forward_again(cast, publisher, data):
    first = publisher(cast).release
    edit(cast, LESSON)
    second = publisher(cast).release
    assert roll_back(data) == first
    assert Shelf(data).release().id == first
    with pytest.raises(NothingToGoBackTo):
        roll_back(data)
    assert publisher(cast).release == second


def test_a_server_that_starts_after_going_back_does_not_go_forward_by_itself(cast, publisher, data):
    first = publisher(cast).release
    edit(cast, LESSON)
    publisher(cast)
    roll_back(data)
    result = publish(cast, Options(data=data, jobs=1), NOW, only_if_needed=True, parts=parts(1))
    assert (result.release, current(data)) == (first, first)


def test_going_back_passes_over_a_release_with_drafts_unless_drafts_are_served(cast, publisher, data):
    first = publisher(cast).release
    shown = publisher(cast, drafts=True).release
    edit(cast, LESSON)
    publisher(cast)
    assert roll_back(data) == first
    publisher(cast, drafts=True)
    edit(cast, LESSON)
    publisher(cast, drafts=True)
    assert roll_back(data) not in (first, shown)
    assert Shelf(data).release().drafts


def test_old_releases_and_files_that_only_they_used_are_pruned(cast, data):
    for number in range(4):
        edit(cast, LESSON)
        (cast / "modules/measuring-bp/sheet.txt").write_text(f"sheet {number}")
        if number == 0:
            edit(cast, LESSON, "\n[A sheet](sheet.txt)\n")
        publish(cast, Options(data=data, jobs=1), NOW, keep_releases=1, parts=parts(1))
    assert len(kept(data)) == 2
    assert len(list((data / "store").glob("*/sheet.txt"))) == 2


def test_drafts_are_left_out_and_shown_only_when_they_are_wanted(cast, publisher, data):
    (cast / "modules/measuring-bp/03-draft.md").write_text("---\ntitle: Draft\ndraft: true\n---\nSoon.\n")
    publisher(cast)
    module = Shelf(data).release().module("measuring-bp")
    assert [lesson.slug for lesson in module.lessons] == ["cuff", "position"]
    assert Shelf(data).release().lesson_body(module, "draft") is None
    publisher(cast, drafts=True)
    module = Shelf(data).release().module("measuring-bp")
    assert [lesson.slug for lesson in module.lessons] == ["cuff", "position", "draft"]


UNFINISHED = {
    "webinars/soon/webinar.md": "---\ntitle: Soon\ndraft: true\n---\n",
    "courses/soon.md": "---\ntitle: Soon\ndraft: true\n---\n",
    "modules/soon/module.md": "---\ntitle: Soon\ndraft: true\n---\n",
    "modules/measuring-bp/03-soon.md": "---\ntitle: Soon\ndraft: true\n---\n",
    "modules/rub/01-rub.md": "# Rub\n\nUntil dry.\n",
    "modules/rub/quiz.md": "---\ndraft: true\n---\n",
    "podcasts/ward-round/soon.md": "---\ntitle: Soon\ndraft: true\naudio: soon-1.mp3\n---\n",
    "podcasts/ward-round/soon.quiz.md": "## Why?\n",
    "podcasts/ward-round/soon-1.mp3": "not a sound",
    "podcasts/soon/show.md": "---\ntitle: Soon\ndraft: true\n---\n",
}


def test_what_a_draft_lacks_keeps_nobody_from_publishing_the_rest(cast, publisher, data):
    first = publisher(cast)
    for path, text in UNFINISHED.items():
        (cast / path).parent.mkdir(exist_ok=True)
        (cast / path).write_text(text)
    again = publisher(cast)
    assert (again.refused, again.changed) == (False, True)
    said = {(problem.path, problem.severity, problem.rule) for problem in again.problems}
    assert said >= {
        ("webinars/soon/webinar.md", "warning", "no-recording"),
        ("courses/soon.md", "warning", "missing-key"),
        ("modules/soon/module.md", "warning", "no-lessons"),
        ("modules/measuring-bp/03-soon.md", "warning", "empty-lesson"),
        ("modules/rub/quiz.md", "warning", "empty-quiz"),
        ("podcasts/ward-round/soon.md", "warning", "no-date"),
        ("podcasts/ward-round/soon.quiz.md", "warning", "no-answer"),
        ("podcasts/ward-round/soon-1.mp3", "warning", "broken-media"),
        ("podcasts/soon/show.md", "warning", "no-artwork"),
    }
    release = Shelf(data).release()
    assert [card.slug for card in release.cards("webinar")] == ["stroke-in-the-clinic"]
    assert first.release != release.id
    # From memory, and in the preview, the same is said.
    edit(cast, LESSON)
    assert set(publisher(cast).problems) == set(again.problems)
    assert set(publisher(cast, drafts=True).problems) == set(again.problems)


def test_a_lost_store_is_made_again_with_the_next_change(cast, publisher, data):
    import shutil

    publisher(cast)
    shutil.rmtree(data / "store")
    edit(cast, LESSON)
    publisher(cast)
    release = Shelf(data).release()
    assert all(Shelf(data).file(release.asset(url)).exists() for url in asset_urls(release))


def asset_urls(release) -> list[str]:
    return [url for (url,) in release._db.execute("SELECT url FROM asset")]


def test_answers_of_a_quiz_are_kept_with_the_questions(publisher, cast, data):
    publisher(cast)
    quiz = Shelf(data).release().module("measuring-bp").quiz
    assert [question.kind for question in quiz.questions] == [
        "single",
        "multiple",
        "number",
        "text",
        "order",
        "match",
        "reflection",
    ]


def test_a_course_has_a_card_for_each_item(shelf):
    course = shelf.release().course("hypertension")
    assert [(item.kind, item.url, item.optional) for item in course.items] == [
        ("module", "/modules/measuring-bp", False),
        ("webinar", "/webinars/stroke-in-the-clinic", False),
        ("episode", "/podcasts/ward-round/2026-03-04-sepsis", False),
        ("module", "/modules/teach-back", True),
    ]
    assert course.minutes == sum(item.minutes for item in course.items if not item.optional)


def test_recordings_may_be_published_first_and_their_lighter_versions_later(cast, tmp_path):
    data = tmp_path / "data"
    first = publish(cast, Options(data=data, jobs=1, encode=False), NOW, parts=parts(1))
    assert first.pending == 3
    assert [one.way for one in Shelf(data).release().webinar("stroke-in-the-clinic").recording.renditions] == ["watch"]
    second = publish(cast, Options(data=data, jobs=1), NOW, parts=parts(1))
    assert (second.pending, second.renders, second.changed) == (0, 0, True)
    assert len(Shelf(data).release().webinar("stroke-in-the-clinic").recording.renditions) > 1
    assert kept(data) == [second.release]
    again = publish(cast, Options(data=data, jobs=1, encode=False), NOW, only_if_needed=True, parts=parts(1))
    assert (again.release, again.pending) == (second.release, 0)


def test_two_publishes_at_once_leave_one_whole_release(cast, data):
    command = [sys.executable, "-m", "lms.cli", "publish", "--content", str(cast), "--data", str(data)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(2)]
    outputs = sorted(process.communicate()[0].decode().split()[0] for process in both)
    assert outputs == ["Published", "Release"]
    assert Shelf(data).release().module("measuring-bp") is not None


def test_a_publish_that_is_killed_leaves_the_old_release_and_the_next_one_works(cast, publisher, data):
    good = publisher(cast).release
    for number in range(200):
        (cast / f"modules/measuring-bp/{number + 10}-x{number}.md").write_text(f"# X {number}\n\nWords.\n")
    command = [sys.executable, "-c", _KILLED, str(cast), str(data)]
    assert subprocess.run(command).returncode == -signal.SIGKILL
    assert Shelf(data).release().id == good
    assert publisher(cast).changed
    assert not list((data / "releases").glob(".*"))


_KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from lms.library import release
from lms.library.reader import Options
from lms.library.service import publish

release.Builder.commit = lambda builder: os.kill(os.getpid(), signal.SIGKILL)
publish(Path(sys.argv[1]), Options(data=Path(sys.argv[2]), jobs=1), datetime.now(UTC), parts={})
"""


def test_authors_have_the_drafts_beside_what_readers_see_and_can_search_them(cast, publisher, data):
    (cast / "modules/late.md").write_text("---\ntitle: Late\nsummary: Soon.\ndraft: true\n---\n\n## One\n\nZanzibar.\n")
    publisher(cast)
    shelf = Shelf(data)
    assert shelf.release().module("late") is None
    assert shelf.drafts().module("late") is not None
    assert shelf.drafts().lesson_body(shelf.drafts().module("late"), "one").words
    assert searched(shelf.drafts(), "zanzibar") and not searched(shelf.release(), "zanzibar")
    publisher(cast)  # nothing changed, and nothing is lost
    assert shelf.drafts().module("late") is not None
    (cast / "modules/late.md").unlink()
    publisher(cast)
    assert shelf.drafts().id == shelf.release().id or shelf.drafts().module("late") is None


def test_drafts_of_a_lesson_are_searched_by_authors_alone_whatever_was_published_before(cast, publisher, data):
    home = cast / "modules/birds"
    home.mkdir()
    (home / "module.md").write_text("---\ntitle: Birds\nsummary: Two.\n---\n")
    (home / "01-one.md").write_text("# One\n\nA heron.\n")
    shelf = Shelf(data)
    for _ in range(2):
        (home / "02-two.md").write_text("---\ndraft: true\n---\n# Two\n\nA quokka.\n")
        publisher(cast)
        assert searched(shelf.drafts(), "quokka") and not searched(shelf.release(), "quokka")
        (home / "02-two.md").write_text("# Two\n\nA quokka.\n")
        publisher(cast)
        assert searched(shelf.release(), "quokka") and shelf.drafts() is shelf.release()
