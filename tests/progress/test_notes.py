"""Bookmarks and notes: kept at a place, found by their owner, and by nobody else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.progress.models import notes as limits
from lms.progress.models.notes import LONGEST
from lms.progress.service import noting
from lms.progress.store import notes as store
from tests.conftest import NOW
from tests.progress.told import MODULE, WEBINAR
from tests.web.conftest import PAGES, words

ID = "0" * 32
SECRET = "Ask Ñusta about the wide cuffs."


def keep(client, text: str = SECRET, at: str = f"{MODULE}/cuff", id: str = ID):
    return client.post("/notes", data={"at": at, "text": text, "id": id})


def of(session, learner):
    session.rollback()
    return list(store.of(session, learner.id))


# -- Places ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "kept", "title"),
    [
        (f"{MODULE}/cuff", f"{MODULE}/cuff", "Choosing the cuff"),
        (f"{MODULE}/cuff#which-size", f"{MODULE}/cuff#which-size", "Choosing the cuff"),
        (MODULE, MODULE, "Measuring blood pressure"),
        (f"{WEBINAR}?t=5", f"{WEBINAR}?t=5", "Stroke in the clinic"),
        (f"{WEBINAR}?take=listen&t=05", f"{WEBINAR}?t=5", "Stroke in the clinic"),
        ("/podcasts/ward-round/2026-03-04-sepsis", "/podcasts/ward-round/2026-03-04-sepsis", "Sepsis, early"),
    ],
)
def test_a_place_is_a_page_a_heading_or_a_second(shelf, address, kept, title):
    spot = noting.spot(shelf.release(), address)
    assert (spot.address, spot.title) == (kept, title)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "/",
        "/learning",
        "/modules",
        "/modules/",
        "/modules/nothing",
        f"{MODULE}/nothing",
        f"{MODULE}/quiz",
        f"{MODULE}/cuff/more",
        f"{MODULE}/cuff#nothing",
        f"{WEBINAR}?t=99",
        f"{WEBINAR}?t=-1",
        f"{WEBINAR}?t=٣",
        f"{WEBINAR}?t=x",
        "https://elsewhere.example/modules/measuring-bp",
        "//elsewhere.example",
        "javascript:alert(1)",
        "/webinars/../modules/measuring-bp",
        "/podcasts/ward-round",
        "/courses/hypertension",
        "\x00",
        "/modules/" + "x" * 5_000,
    ],
)
def test_what_is_no_place_has_no_note(phone, address, session, rosa):
    assert keep(phone, at=address).status_code == 404
    assert phone.get("/notes/new", query_string={"at": address}).status_code == 404
    assert of(session, rosa) == []


def test_each_heading_of_a_learners_page_has_a_way_to_a_note(phone, app):
    page = phone.get(f"{MODULE}/cuff").text
    assert f'<a class="keep" href="/notes/new?at={MODULE}/cuff%23which-size" aria-label="Note on: Which size"' in page
    assert '<h2 id="which-size">Which size<a class="anchor"' in page
    assert "&lt;h2" not in page
    assert "/notes/new" not in app.test_client().get(f"{MODULE}/cuff").text


# -- Kept -----------------------------------------------------------------------------------------------------------


def test_a_note_is_kept_shown_on_its_page_changed_and_deleted(phone, session, rosa):
    answer = keep(phone, at=f"{MODULE}/cuff#which-size")
    assert (answer.status_code, answer.location) == (303, f"{MODULE}/cuff#_notes")
    assert SECRET in words(phone.get(f"{MODULE}/cuff").text)
    assert SECRET in words(phone.get("/learning").text)
    assert SECRET in phone.get(f"/notes/{ID}").text
    assert phone.post(f"/notes/{ID}", data={"text": "Done."}).status_code == 303
    assert [note.text for note in of(session, rosa)] == ["Done."]
    assert phone.post(f"/notes/{ID}/delete").location == "/learning#notes"
    assert of(session, rosa) == []
    assert "The note is deleted." in words(phone.get("/learning").text)


def test_a_note_sent_twice_is_kept_once(phone, session, rosa):
    assert [keep(phone).status_code for _ in range(2)] == [303, 303]
    assert len(of(session, rosa)) == 1


def test_an_empty_note_is_a_bookmark(phone):
    keep(phone, " \r\n ", at=f"{WEBINAR}?t=5")
    page = phone.get(WEBINAR).text
    assert "0:05 Bookmark" in words(page)
    assert f'href="{WEBINAR}?t=5#_player"' in page


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "</textarea><b>x</b>", "a\x00b", "مريم", "x" * LONGEST, "é" * 300, "\ud800"]
)
def test_any_text_is_kept_and_nothing_of_it_acts(phone, session, rosa, text):
    assert keep(phone, text.encode(errors="replace").decode()).status_code == 303
    for path in (f"{MODULE}/cuff", "/learning", f"/notes/{ID}", "/search?q=cuff"):
        page = phone.get(path).text
        assert "<script>alert" not in page
        assert "<b>x</b>" not in page


def test_a_note_that_is_too_long_comes_back_with_words(phone, session, rosa):
    answer = keep(phone, "x" * (LONGEST + 1))
    assert answer.status_code == 422
    assert f"at most {LONGEST} signs" in words(answer.text)
    keep(phone)
    assert phone.post(f"/notes/{ID}", data={"text": "x" * (LONGEST + 1)}).status_code == 422
    assert [note.text for note in of(session, rosa)] == [SECRET]


def test_notes_are_so_many_and_no_more(phone, session, rosa, monkeypatch):
    monkeypatch.setattr(noting, "MOST", 2)
    assert [keep(phone, id=f"{n:032x}").status_code for n in range(3)] == [303, 303, 422]
    # One that is kept already may still come again.
    assert keep(phone, id=f"{1:032x}").status_code == 303
    assert limits.MOST == 5_000


@pytest.mark.parametrize("id", ["", "x", "0" * 31, "0" * 33, "Z" * 32, "../" + "0" * 29])
def test_an_id_that_no_form_made_is_refused(phone, id):
    assert keep(phone, id=id).status_code == 404


# -- For their owner alone ------------------------------------------------------------------------------------------


def test_another_learner_has_no_way_to_a_note(phone, signed_in, ana, session, rosa):
    keep(phone)
    other = signed_in(ana)
    assert other.get(f"/notes/{ID}").status_code == 404
    assert other.post(f"/notes/{ID}", data={"text": "mine"}).status_code == 404
    assert other.post(f"/notes/{ID}/delete").status_code == 404
    # The same id is another note.
    keep(other, "Ana's own.")
    assert ([note.text for note in of(session, rosa)], [note.text for note in of(session, ana)]) == (
        [SECRET],
        ["Ana's own."],
    )


def test_a_note_is_in_no_page_of_others_and_in_no_feed(phone, signed_in, ana, app):
    keep(phone)
    keep(phone, at=WEBINAR, id="1" * 32)
    feeds = (
        "/feed.xml",
        "/sitemap.xml",
        "/podcasts/ward-round/feed.xml",
        "/search?q=wide+cuffs",
        "/search/suggest?q=wide",
    )
    for path in (*PAGES, *feeds):
        phone.get(path)
    for other in (signed_in(ana), app.test_client()):
        for path in (*PAGES, *feeds):
            assert "wide cuffs." not in other.get(path).text, path
    assert "wide cuffs." in phone.get("/search?q=wide+cuffs").text


def test_a_visitor_is_asked_to_sign_in(app):
    visitor = app.test_client()
    assert visitor.get(f"/notes/new?at={MODULE}").location.startswith("/sign-in?next=/notes/new")
    assert keep(visitor).status_code == 401


# -- Found ----------------------------------------------------------------------------------------------------------


def test_notes_are_found_without_case_and_accents_by_all_words(phone):
    keep(phone)
    for question in ("ñusta", "NUSTA cuffs", "wide  choosing"):
        assert SECRET in words(phone.get("/search", query_string={"q": question}).text), question
    for question in ("nusta banana", "", "%", "_"):
        assert SECRET not in words(phone.get("/search", query_string={"q": question}).text), question


@given(st.text(max_size=60))
def test_a_text_is_found_by_each_of_its_words(text):
    folded = noting.folded(noting.clean(text))
    for word in noting.words(noting.clean(text)):
        assert noting.fold(word) in folded


# -- Taken along, and erased ----------------------------------------------------------------------------------------


def test_notes_are_told_to_their_owner_and_forgotten_with_them(phone, signed_in, ana, session, rosa):
    keep(phone)
    keep(signed_in(ana), "Ana's own.")
    (told,) = noting.told(session, rosa.id)["notes"]
    assert (told["place"], told["text"], told["made"]) == (f"{MODULE}/cuff", SECRET, NOW.isoformat())
    noting.forget(session, rosa.id)
    session.commit()
    assert (of(session, rosa), len(of(session, ana))) == ([], 1)
