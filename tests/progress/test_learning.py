"""Lessons read, recordings played, and where that leaves somebody: as pages say it."""

import json
import re
import zlib
from datetime import timedelta

import pytest

from lms.ledger import store as ledger
from lms.ledger.models import Entry
from lms.progress.service.learning import missing, note_completion, read_lesson, stable, standings
from tests.conftest import NOW
from tests.progress.told import COURSE, MODULE, WEBINAR
from tests.web.conftest import words

PLAYS = f"{WEBINAR}/plays"
SEPSIS = "/podcasts/ward-round/2026-03-04-sepsis"


def read(client, lesson: str, **form):
    return client.post(f"{MODULE}/{lesson}/readings", data={"edition": "2", **form})


def message(id: str = "play-0001", *segments, position: float = 0, **more):
    said = {"id": id, "session": "session-1", "happened": NOW.isoformat(), "position": position}
    return said | {"segments": [list(one) for one in segments]} | more


def verbs(session, learner) -> list[tuple[str, str]]:
    session.rollback()
    return [(entry.verb, entry.activity) for entry in ledger.of(session, learner.id)]


def passed(session, learner, activity: str, edition: int, kind: str = "quiz") -> None:
    entry = Entry(
        id=f"passed-{abs(hash((activity, edition, kind)))}",
        learner=learner.id,
        verb="attempted",
        activity=activity,
        edition=edition,
        happened=NOW,
        arrived=NOW,
        data={"kind": kind, "passed": True, "score": "1", "pass_mark": 75},
    )
    ledger.append(session, [entry])
    session.commit()


# -- Reading --------------------------------------------------------------------------------------------------------


def test_who_goes_on_from_a_lessons_end_has_read_it(phone, session, rosa):
    answer = read(phone, "cuff")
    assert (answer.status_code, answer.location) == (303, f"{MODULE}/position")
    assert read(phone, "position").location == f"{MODULE}/quiz"
    (first, second) = ledger.of(session, rosa.id)
    assert (first.verb, first.activity, first.edition, first.data) == ("read", MODULE, 2, {"lesson": "cuff"})
    assert second.data == {"lesson": "position"}


def test_a_lesson_is_marked_as_read_by_whoever_stays(phone):
    assert read(phone, "cuff", to="here").location == f"{MODULE}/cuff#_onward"
    page = phone.get(f"{MODULE}/cuff").text
    assert "You have read this lesson." in page
    assert f'rel="next" href="{MODULE}/position"' in page
    rail = re.search(r'<nav class="rail.*?</nav>', page, re.S)[0]
    assert words(rail).count("(read)") == 1
    assert words(phone.get(MODULE).text).count("✓ Done") == 1


def test_reading_lands_once_however_often_it_is_said(phone, session, rosa):
    for _ in range(3):
        read(phone, "cuff")
    assert verbs(session, rosa) == [("read", MODULE)]


def test_a_page_of_an_earlier_edition_is_read_in_that_edition(phone, session, rosa):
    read(phone, "cuff", edition="1")
    read(phone, "position", edition="99999999999")
    assert [entry.edition for entry in ledger.of(session, rosa.id)] == [1, 2]
    assert "1 of 2 lessons read." in words(phone.get(MODULE).text)


@pytest.mark.parametrize("path", ["/modules/nothing/cuff", f"{MODULE}/nothing", f"{WEBINAR}", "/webinars/nothing"])
def test_what_is_not_there_or_does_not_count_cannot_be_read(phone, path, session, rosa):
    assert phone.post(f"{path}/readings", data={"lang": "en"}).status_code == 404
    assert verbs(session, rosa) == []


def test_visitors_see_the_page_as_it_was_and_cannot_say_that_they_read(app):
    visitor = app.test_client()
    page = visitor.get(f"{MODULE}/cuff").text
    assert '<form class="read"' not in page
    assert "/notes/new" not in page
    assert read(visitor, "cuff").status_code == 401
    assert visitor.get("/learning").location == "/sign-in?next=/learning"


def test_a_form_without_its_token_is_refused(app, phone, session, rosa):
    app.config["WTF_CSRF_ENABLED"] = True
    assert read(phone, "cuff").status_code == 400
    token = re.search(r'name="csrf_token" value="([^"]+)"', phone.get(f"{MODULE}/cuff").text)[1]
    assert read(phone, "cuff", csrf_token=token).status_code == 303
    assert verbs(session, rosa) == [("read", MODULE)]


def test_the_same_page_has_the_same_tag_until_something_is_done(phone):
    phone.get(f"{MODULE}/cuff")
    tag = phone.get(f"{MODULE}/cuff").headers["ETag"]
    assert phone.get(f"{MODULE}/cuff", headers={"If-None-Match": tag}).status_code == 304
    read(phone, "position")
    assert phone.get(f"{MODULE}/cuff", headers={"If-None-Match": tag}).status_code == 200


def test_a_learners_page_is_the_same_compressed(phone):
    phone.get(f"{MODULE}/cuff")
    plain = phone.get(f"{MODULE}/cuff").data
    packed = phone.get(f"{MODULE}/cuff", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert zlib.decompress(packed.data, 31) == plain


# -- Complete -------------------------------------------------------------------------------------------------------


def test_completion_is_written_once_with_what_is_on_offer(session, rosa, shelf):
    release = shelf.release()
    module = release.module("measuring-bp")
    passed(session, rosa, MODULE, 2)
    for lesson in (*module.lessons, *module.lessons):
        read_lesson(session, release, rosa.id, module, lesson, 2, NOW)
    (entry,) = ledger.of(session, rosa.id, verbs=["completed"])
    assert (entry.activity, entry.edition, entry.revision) == (MODULE, 2, release.id)
    assert entry.data["credit"] == [credit.model_dump(mode="json", exclude_none=True) for credit in module.credit]
    assert entry.data["parts"] == ["cuff", "position", "quiz"]
    assert note_completion(session, release, rosa.id, MODULE, NOW) == []


def test_the_last_item_completes_its_course_in_the_same_step(session, rosa, shelf):
    release = shelf.release()
    course = release.course("hypertension")
    module = release.module("measuring-bp")
    for url in (WEBINAR, SEPSIS):
        ledger.append(
            session,
            [Entry(id=f"done-{url[-8:]}", learner=rosa.id, verb="completed", activity=url, happened=NOW, arrived=NOW)],
        )
    passed(session, rosa, MODULE, 2)
    passed(session, rosa, COURSE, course.edition, "post")
    for lesson in module.lessons:
        read_lesson(session, release, rosa.id, module, lesson, 2, NOW)
    assert verbs(session, rosa)[-2:] == [("completed", MODULE), ("completed", COURSE)]
    assert standings(session, release, rosa.id, [course])[COURSE].complete


def test_what_is_not_there_completes_nothing(session, rosa, shelf):
    assert note_completion(session, shelf.release(), rosa.id, "/modules/nothing", NOW) == []


def test_what_is_to_be_done_first_is_told_until_it_is_done(session, rosa, shelf):
    release = shelf.release()
    needy = release.webinar("stroke-in-the-clinic").model_copy(update={"prerequisites": (MODULE, "/modules/gone")})
    assert [one.url for one in missing(session, release, rosa.id, needy)] == [MODULE]
    ledger.append(
        session,
        [
            Entry(
                id="done-0001", learner=rosa.id, verb="completed", activity=MODULE, edition=2, happened=NOW, arrived=NOW
            )
        ],
    )
    assert missing(session, release, rosa.id, needy) == []


# -- Playing --------------------------------------------------------------------------------------------------------


def test_what_is_played_is_kept_and_one_goes_on_at_the_second(phone, later, session, rosa):
    assert phone.post(PLAYS, json=message("play-0000")).status_code == 200
    later(5)
    answer = phone.post(
        PLAYS, json=message("play-0001", [0, 4, 1], position=4, happened=(NOW + timedelta(seconds=4)).isoformat())
    )
    assert answer.json["done"].startswith("50 % played")
    assert verbs(session, rosa) == [("played", WEBINAR)] * 2
    page = phone.get(WEBINAR).text
    assert f'href="{WEBINAR}?t=4#_player">Go on at 0:04' in page
    assert 'data-at="4.0"' in page
    assert "50 % played" in words(page)


def test_enough_of_it_completes_the_recording(phone, later, session, rosa, shelf):
    phone.post(PLAYS, json=message("play-0000"))
    later(8)
    phone.post(PLAYS, json=message("play-0001", [0, 7.8, 1], position=7.8))
    assert "Still to do: the quiz (50 % to pass)." in words(phone.get(WEBINAR).text)
    passed(session, rosa, WEBINAR, 1)
    assert note_completion(session, shelf.release(), rosa.id, WEBINAR, NOW) == [WEBINAR]


def test_a_message_lands_once_and_in_any_order(phone, later, session, rosa):
    first, second = message("play-0000"), message("play-0001", [0, 3, 1], position=3)
    phone.post(PLAYS, json=first)
    later(4)
    told = [phone.post(PLAYS, json=one).json for one in (second, first, second)]
    assert told[0] == told[1] == told[2]
    assert len(verbs(session, rosa)) == 2


def test_an_id_is_its_learners_own(phone, signed_in, ana, session, rosa):
    phone.post(PLAYS, json=message())
    signed_in(ana).post(PLAYS, json=message())
    assert (len(verbs(session, rosa)), len(verbs(session, ana))) == (1, 1)


def test_what_is_played_cannot_take_the_place_of_what_the_server_says(phone, session, rosa):
    at = phone.post(f"{MODULE}/attempts").location
    lesson = stable("read", rosa.id, MODULE, 2, "cuff")
    for id in (at.rpartition("/")[2], lesson, stable("completed", rosa.id, WEBINAR, 1)):
        assert phone.post(PLAYS, json=message(id)).status_code == 422
    phone.post(at, data={"sure": "1"})
    read(phone, "cuff")
    assert verbs(session, rosa) == [("began", MODULE), ("attempted", MODULE), ("read", MODULE)]


def test_the_future_is_now_for_the_ledger(phone, session, rosa):
    phone.post(PLAYS, json=message(happened="2199-01-01T00:00:00Z"))
    assert ledger.of(session, rosa.id)[0].happened == NOW


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[",
        b"[]",
        b"{}",
        b"\xff",
        b"[" * 60_000,
        json.dumps(message(position=99)).encode(),
        b'{"id": NaN}',
        b'{"id": 1' + b"0" * 5_000 + b"}",
    ],
)
def test_what_makes_no_sense_is_refused_with_words(phone, body, session, rosa):
    answer = phone.post(PLAYS, data=body, content_type="application/json")
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert answer.json["title"].startswith("What the player sent makes no sense")
    assert verbs(session, rosa) == []


def test_what_is_too_long_is_not_read(phone, session, rosa):
    assert phone.post(PLAYS, data=b"x" * 64_001).status_code == 413
    assert verbs(session, rosa) == []


@pytest.mark.parametrize("path", ["/webinars/nothing", "/podcasts/ward-round/nothing", "/podcasts/nothing/nothing"])
def test_what_is_not_there_cannot_be_played(phone, path):
    assert phone.post(f"{path}/plays", json=message()).status_code == 404


def test_what_is_played_from_elsewhere_is_not_measured(phone, shelf):
    release = shelf.release()
    outside = release.show("elsewhere").episodes[0].url
    assert phone.post(f"{outside}/plays", json=message()).status_code == 404
    assert "data-plays" not in phone.get(outside).text


def test_episodes_are_measured_too(phone, session, rosa):
    assert phone.post(f"{SEPSIS}/plays", json=message()).status_code == 200
    assert verbs(session, rosa) == [("played", SEPSIS)]


def test_without_script_the_page_says_that_nothing_is_measured(phone, app):
    assert "counts nothing" in phone.get(WEBINAR).text
    assert "counts nothing" not in app.test_client().get(WEBINAR).text


# -- Pages ----------------------------------------------------------------------------------------------------------


def test_my_learning_is_empty_with_words_at_first(phone):
    assert "Nothing here yet." in words(phone.get("/learning").text)


def test_my_learning_goes_on_with_the_last_thing_first(phone, later):
    phone.post(f"{SEPSIS}/plays", json=message(position=2))
    later(60)
    read(phone, "cuff")
    page = words(phone.get("/learning").text)
    # Both are of one course, which is what one goes on with.
    assert "Continue Course Blood pressure you can act on" in page
    assert f'href="{MODULE}/position"' in phone.get("/learning").text
    assert 'href="/me"' in phone.get("/learning").text


def test_my_learning_tells_what_is_done_and_what_is_due(phone, session, rosa):
    for url, edition in ((MODULE, 1), ("/modules/teach-back", 1)):
        ledger.append(
            session,
            [
                Entry(
                    id=f"done-{edition}-{url[-4:]}",
                    learner=rosa.id,
                    verb="completed",
                    activity=url,
                    edition=edition,
                    happened=NOW,
                    arrived=NOW,
                )
            ],
        )
    session.commit()
    page = words(phone.get("/learning").text)
    assert "To be taken again Module Measuring blood pressure You completed edition 1 on 21 November 2026." in page
    assert "Done Module · Completed on 21 November 2026." in page


def test_the_course_page_says_where_each_part_stands(phone):
    read(phone, "cuff")
    page = words(phone.get(COURSE).text)
    assert "0 of 3 parts done. Still to do: Measuring blood pressure" in page
    assert "33 % done" in page
    assert "Not begun" in page
    assert "Go on with: Positioning the arm" in page


def test_the_home_page_goes_on_where_one_was(phone, app):
    assert "Continue" not in words(phone.get("/").text)
    read(phone, "cuff")
    assert "Go on with: Positioning the arm" in words(phone.get("/").text)
    assert "Go on with" not in words(app.test_client().get("/").text)


def test_nobody_sees_where_another_stands(phone, signed_in, ana, app):
    read(phone, "cuff")
    for other in (signed_in(ana), app.test_client()):
        for path in (MODULE, COURSE, f"{MODULE}/position", "/"):
            page = other.get(path).text
            assert "(read)" not in page
            assert "✓" not in re.sub(r"<style.*?</style>", "", page)


def test_pages_for_learners_speak_their_language(phone):
    page = phone.get(MODULE, headers={"Accept-Language": "es"}).text
    assert '<html lang="es"' in page


# -- Counted --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("path", "most"), [(f"{MODULE}/cuff", 3), (MODULE, 3), (WEBINAR, 3), (COURSE, 3), ("/", 3), ("/learning", 4)]
)
@pytest.mark.parametrize("rows", [1, 3])
def test_a_page_asks_the_database_a_few_things_however_much_there_is(phone, joins, session, rosa, path, most, rows):
    for number in range(rows):
        said = {"lesson": f"cuff{number or ''}"}
        id, about = f"read-{number:04}", {"learner": rosa.id, "verb": "read", "activity": MODULE, "edition": 2}
        ledger.append(session, [Entry(id=id, **about, happened=NOW, arrived=NOW, data=said)])
        session.commit()
        phone.post("/notes", data={"at": f"{MODULE}/cuff", "id": f"{number:032x}", "text": "Mind the arm."})
    phone.get(path)
    # A minute later, for within one nothing is looked up again.
    phone.application.extensions["spoke"].now = lambda: NOW + timedelta(minutes=1)
    asked: list[str] = []
    engine = phone.application.extensions["spoke"].engine
    opened = [engine.raw_connection() for _ in range(engine.pool.checkedin())]
    for one in opened:
        one.dbapi_connection.set_trace_callback(lambda words: asked.append(words) if "SELECT" in words else None)
        one.close()
    joins("ana@hillside.example", "Ana Torres")  # while nothing is written a page asks nothing: see test_still
    assert phone.get(path).status_code == 200
    assert 1 <= len(asked) <= most, asked
