"""`lms serve`, as an operator and an author run it."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from threading import Event

from lms.library.service import roll_back

LESSON = "modules/measuring-bp/01-cuff.md"
PAGE = "/modules/measuring-bp/cuff"


def test_running_workers_take_up_a_release_without_a_failed_request(cast, publisher, serve, data):
    server = serve(cast, "--workers", "2")
    server.until(PAGE, "Choosing the cuff")
    stop, statuses = Event(), []

    def visit() -> None:
        while not stop.is_set():
            statuses.append(server.get(PAGE)[0])

    with ThreadPoolExecutor(3) as visitors:
        visits = [visitors.submit(visit) for _ in range(3)]
        try:
            for number in range(3):
                place = cast / LESSON
                place.write_text(place.read_text() + f"\nRelease number {number}.\n")
                publisher(cast)
                server.until(PAGE, f"Release number {number}.")
            roll_back(data)
            assert "Release number 2." not in server.until(PAGE, "Release number 1.")
        finally:
            stop.set()
        for visited in visits:
            visited.result()
    assert set(statuses) == {200}


def test_a_broken_folder_is_not_served_and_the_old_release_is(cast, publisher, serve):
    publisher(cast)
    place = cast / LESSON
    place.write_text(place.read_text() + "\n[nowhere](none.md)\n")
    server = serve(cast)
    server.until(PAGE, "Choosing the cuff")
    said = server.stop()
    assert "there is no file `none.md`" in said


def test_broken_content_and_nothing_older_ends_with_a_clear_word(folder, serve):
    server = serve(folder({"modules/a/01-a.md": "# A\n\n[x](none.md)\n"}))
    said = server.process.communicate(timeout=60)[0].decode()
    assert server.process.returncode == 1
    assert "nothing could be published" in said


def test_the_preview_shows_an_edit_drafts_and_problems_without_a_restart(cast, serve):
    server = serve(cast, "--watch", "--workers", "1")
    server.until(PAGE, "Choosing the cuff")
    (cast / "modules/measuring-bp/03-draft.md").write_text("---\ntitle: A draft\ndraft: true\n---\nSoon.\n")
    server.until("/modules/measuring-bp/draft", "Soon.")
    place = cast / LESSON
    good = place.read_text()
    place.write_text(good + "\n[nowhere](none.md)\n")
    server.until("/preview/problems", "there is no file")
    assert server.get(PAGE)[0] == 200
    place.write_text(good + "\nMended.\n")
    server.until(PAGE, "Mended.")
    assert "there is no file" not in server.until("/preview/problems", "</html>")


def test_without_watching_there_is_no_preview(cast, publisher, serve):
    publisher(cast)
    server = serve(cast)
    server.until(PAGE, "Choosing the cuff")
    assert server.get("/preview/release")[0] == 404
    assert "Password" in server.get("/preview/problems")[1]  # authors have it, once they are signed in


def test_problems_of_the_last_publish_are_in_the_data_folder(cast, publisher, data):
    publisher(cast)
    assert json.loads((data / "problems.json").read_text()) == {"published": True, "problems": []}


def test_a_first_start_serves_at_once_and_lighter_recordings_come_by_themselves(cast, serve, data):
    shutil.rmtree(data)
    server = serve(cast)
    server.until("/webinars/stroke-in-the-clinic", "<video")
    server.until("/webinars/stroke-in-the-clinic", "take=listen-low")
    assert len(list((data / "releases").iterdir())) == 1
