"""Verification at /v/<id>, and the public log, as strangers ask for them."""

import hashlib
import json
import re
from base64 import b64decode
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, select, text

from lms.certificates.rules import checkpoints, ids, merkle, names
from lms.certificates.store import log
from lms.db import db
from lms.people.store import Failure
from tests.certificates.issuing import PDF, change, issue
from tests.conftest import NOW
from tests.web.accounts import Visitor
from tests.web.conftest import words

JSON = {"Accept": "application/json"}


@pytest.fixture
def app(site):
    return site()


@pytest.fixture
def stranger(app):
    """A browser without a cookie, as one that scanned a QR code."""
    return app.test_client()


@pytest.fixture
def paper(session, rosa):
    return issue(session, rosa)


def other(id):
    """An id of the right form that no certificate has."""
    return next(one for one in iter(ids.fresh, "") if one != id)


# -- What everybody reads -------------------------------------------------------------------------------------------


def test_a_valid_certificate_says_all_that_it_says(session, rosa, stranger):
    one = issue(
        session,
        rosa,
        system="AMA",
        system_name="AMA PRA Category 1 Credit",
        unit="credit",
        units="credits",
        provider="Hillside Hospital",
        provider_number="0042",
        provider_address="12 Hill Road",
        statement="Physicians should claim only the credit commensurate with their participation.",
        signatures=({"name": "Ana Torres", "role": "Director"},),
        expires=date(2028, 11, 21),
        shown="ab" * 32,
    )
    answer = stranger.get(f"/v/{one.id}")
    said = words(answer.text)
    assert answer.status_code == 200
    for material in (
        "This certificate is valid. It was issued by Hillside Telementoring",
        "It is valid until 21 November 2028.",
        "Rosa Quispe has completed Measuring blood pressure 0.75 credits AMA PRA Category 1 Credit",
        "Physicians should claim only",
        "Credit offered 1 credit",
        "Medium Reading",
        "Profession nurse",
        "Completed on 21 November 2026 Issued on 21 November 2026",
        "Accredited provider Hillside Hospital, 0042 12 Hill Road",
        "Signed by Ana Torres, Director",
        "Choose a cuff that fits the arm",
        "Rosa Quispe, RN",
        "/modules/measuring-bp Edition 1",
        "ab" * 32,
        "ffffffffffff",
        ids.shown(one.id),
        "entry 0 of a public log",
        hashlib.sha256(PDF + one.id.encode()).hexdigest(),
    ):
        assert material in said
    assert f'href="/v/{one.id}/credential.json"' in answer.text and f'href="/v/{one.id}/badge.png"' in answer.text
    assert "rosa@" not in answer.text


def test_nobody_keeps_it_finds_it_or_learns_where_one_came_from(stranger, paper):
    for path in (f"/v/{paper.id}", f"/v/{other(paper.id)}", f"/v/{paper.id.lower()}"):
        headers = stranger.get(path).headers
        assert headers["Cache-Control"] == "no-store"
        assert "noindex" in headers["X-Robots-Tag"]
        assert headers.getlist("Referrer-Policy") == ["no-referrer"]
        assert headers.getlist("Content-Security-Policy")
        assert "Set-Cookie" not in headers


def test_a_revoked_certificate_says_so_at_once(session, stranger, paper):
    assert "This certificate is valid." in stranger.get(f"/v/{paper.id}").text
    change(session, paper.id, "revoked", NOW + timedelta(days=1), "The test was taken by <b>somebody</b> else")
    answer = stranger.get(f"/v/{paper.id}")
    said = words(answer.text)
    assert "This certificate was revoked. It is not valid. Revoked on 22 November 2026 by a coordinator." in said
    assert "&lt;b&gt;somebody&lt;/b&gt;" in answer.text and "This certificate is valid." not in said


def test_a_superseded_one_leads_to_its_follower_and_back(session, rosa, stranger, paper):
    follower = issue(session, rosa, supersedes=paper.id)
    change(session, paper.id, "superseded", NOW, "A name was wrong", follower.id)
    answer = stranger.get(f"/v/{paper.id}")
    assert "This certificate was superseded. It is not valid any more." in words(answer.text)
    assert f'href="/v/{follower.id}"' in answer.text
    assert f'href="/v/{paper.id}"' in stranger.get(f"/v/{follower.id}").text


def test_it_expires_with_the_day_though_nothing_is_written(app, session, rosa, stranger):
    one = issue(session, rosa, expires=NOW.date())
    assert "This certificate is valid." in stranger.get(f"/v/{one.id}").text
    app.extensions["spoke"].clock = lambda: NOW.date() + timedelta(days=1)
    assert "This certificate has expired. It was valid until 21 November 2026." in words(
        stranger.get(f"/v/{one.id}").text
    )
    told = stranger.get(f"/v/{one.id}", headers={"Accept": "application/json"}).json
    assert (told["state"], told["since"]) == ("expired", "2026-11-22T00:00:00+00:00")
    change(session, one.id, "revoked", NOW, "Found later")
    assert "This certificate was revoked." in stranger.get(f"/v/{one.id}").text


def test_the_amount_is_told_to_the_thousandth(session, rosa, stranger):
    one = issue(session, rosa, unit="CEU", units="CEUs", claimed=Decimal("0.025"), offered=Decimal("0.075"))
    said = words(stranger.get(f"/v/{one.id}").text)
    assert "Credit claimed 0.025 CEUs" in said and "Credit offered 0.075 CEUs" in said


def test_a_sample_says_that_it_is_worth_nothing(session, rosa, stranger):
    one = issue(session, rosa, sample=True)
    assert "A sample. This certificate is of a sample programme" in words(stranger.get(f"/v/{one.id}").text)


def test_the_day_after_an_erasure_the_name_is_gone_and_all_else_stands(session, stranger, paper):
    assert "Rosa Quispe has completed" in words(stranger.get(f"/v/{paper.id}").text)
    session.execute(text("DELETE FROM holder"))
    session.commit()
    said = words(stranger.get(f"/v/{paper.id}").text)
    assert "Name erased" in said and "Rosa Quispe has" not in said and "This certificate is valid." in said


def test_what_stands_in_a_certificate_is_text_and_nothing_else(session, rosa, stranger):
    nasty = '<script>alert("1")</script><img src=x onerror=alert(1)>'
    one = issue(
        session, rosa, name=nasty, title=nasty, organisation=nasty, statement=nasty, faculty=(nasty,), profession=nasty
    )
    page = stranger.get(f"/v/{one.id}").text
    assert "<script>alert" not in page and "<img src=x" not in page
    assert page.count("&lt;script&gt;alert") >= 6


def test_it_is_read_in_the_language_of_who_reads(stranger, session, rosa):
    one = issue(session, rosa, lang="es", title="Medir la presión", units="horas")
    page = stranger.get(f"/v/{one.id}", headers={"Accept-Language": "en"}).text
    assert '<h2 lang="es">Medir la presión</h2>' in page and "This certificate is valid." in page
    assert '<html lang="es"' in stranger.get(f"/v/{one.id}", headers={"Accept-Language": "es"}).text


def test_a_closed_site_still_verifies(cast, publisher, data, site, session, rosa):
    place = cast / "site.yaml"
    place.write_text(place.read_text() + "\naccess: learners\n")
    assert not publisher(cast).refused
    one = issue(session, rosa)
    stranger = site(data=data).test_client()
    assert stranger.get("/modules").status_code == 303
    assert stranger.get(f"/v/{one.id}").status_code == 200


def test_who_is_signed_in_sees_it_with_their_own_account_above(phone, paper):
    page = phone.get(f"/v/{paper.id}").text
    assert "This certificate is valid." in page and "/learning" in page


# -- Ids ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("spelt", [str.lower, ids.shown, lambda id: ids.shown(id).lower().replace("-", " ")])
def test_another_spelling_leads_to_the_one_address(stranger, paper, spelt):
    answer = stranger.get(f"/v/{spelt(paper.id)}")
    assert answer.status_code == 301 and answer.headers["Location"] == f"/v/{paper.id}"
    asked = stranger.get("/v", query_string={"id": spelt(paper.id)})
    assert asked.status_code == 303 and asked.headers["Location"] == f"/v/{paper.id}"


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_malformed_and_absent_ids_are_answered_alike(stranger, paper, accept):
    absent = other(paper.id)
    wrong = [absent, absent.lower(), absent[:-1], "x", "x" * 300, "<b>", "..%5c", paper.id[::-1], "é" * 22]
    asked = [f"/v/{one}" for one in wrong] + [f"/v?id={absent}", "/v?id=x"]
    answers = [stranger.get(path, headers={"Accept": accept}) for path in asked]
    assert {(one.status_code, one.data, str(one.headers)) for one in answers} == {
        (404, answers[0].data, str(answers[0].headers))
    }
    posted = stranger.post(f"/v/{absent}", headers={"Accept": accept})
    assert posted.status_code == 400  # without a form of ours there is nothing to answer
    assert paper.id not in answers[0].text


def test_the_form_for_an_id_is_open_to_all(stranger):
    answer = stranger.get("/v")
    assert answer.status_code == 200 and 'name="id"' in answer.text
    assert 'name="robots" content="noindex"' in answer.text


def test_who_asks_in_vain_too_often_waits_and_certificates_are_shown_all_the_same(app, stranger, paper):
    for _ in range(50):
        assert stranger.get(f"/v/{ids.fresh()}").status_code == 404
    assert stranger.get(f"/v/{ids.fresh()}").status_code == 429
    answer = stranger.get("/v/x")
    assert answer.status_code == 429 and 1 <= int(answer.headers["Retry-After"]) <= 2
    assert "Too many attempts. Try again in a minute." in words(answer.text)
    assert stranger.get("/v/x", headers=JSON).get_json()["status"] == 429
    assert stranger.get(f"/v/{paper.id}").status_code == 200
    elsewhere = {"REMOTE_ADDR": "203.0.113.9"}
    assert stranger.get("/v/x", environ_base=elsewhere).status_code == 404
    app.extensions["spoke"].now = lambda: NOW + timedelta(hours=2)
    assert stranger.get("/v/x").status_code == 404


def test_while_it_waits_nothing_is_written(app, session, stranger, paper):
    for _ in range(80):
        stranger.get("/v/x")
    session.rollback()
    assert [one.count for one in session.scalars(select(Failure))] == [50]


def test_addresses_of_one_network_are_one_place(stranger, session, paper):
    for number in range(3):
        stranger.get("/v/x", environ_base={"REMOTE_ADDR": f"2001:db8:0:{number:x}::{number}"})
    stranger.get("/v/x", environ_base={"REMOTE_ADDR": "2001:db8:1::1"})
    assert sorted(one.count for one in session.scalars(select(Failure))) == [1, 3]


# -- Names ----------------------------------------------------------------------------------------------------------


def test_the_holder_may_show_initials_alone(session, rosa, stranger):
    one = issue(session, rosa, naming="initials", name="Rosa Quispe Mamani", faculty=())
    page = stranger.get(f"/v/{one.id}").text
    assert "R. Q. M." in page and "Quispe" not in page
    assert stranger.get(f"/v/{one.id}", headers=JSON).get_json()["name"] == {"shown": "initials", "value": "R. Q. M."}
    assert "Quispe" not in stranger.get(f"/v/{one.id}", headers=JSON).text


def test_the_holder_may_show_the_name_to_who_knows_it(session, rosa, app):
    one = issue(session, rosa, naming="match", name="Rosa Núñez Mamani", faculty=())
    visitor = Visitor(app)
    page = visitor.get(f"/v/{one.id}")
    assert "Rosa" not in page.text and "Núñez" not in page.text and page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "same-origin"
    wrong = visitor.submit(f"/v/{one.id}", surname="Quispe")
    assert wrong.status_code == 422 and "That is not the name on this certificate." in wrong.text
    assert "Núñez" not in wrong.text
    known = visitor.submit(f"/v/{one.id}", surname="nunez")
    assert known.status_code == 200 and "Rosa Núñez Mamani" in known.text
    assert "Yes: that is the name on this certificate." in known.text
    assert "Rosa" not in visitor.get(f"/v/{one.id}").text
    assert visitor.get(f"/v/{one.id}", headers=JSON).get_json()["name"] == {"shown": "match", "value": None}


def test_names_cannot_be_tried_without_end(session, rosa, app):
    one = issue(session, rosa, naming="match", name="Rosa Núñez")
    visitor = Visitor(app)
    for number in range(5):
        assert visitor.submit(f"/v/{one.id}", surname=f"Name {number}").status_code == 422
    answer = visitor.submit(f"/v/{one.id}", surname="Núñez")
    assert answer.status_code == 429 and "Too many attempts" in answer.text and "Retry-After" in answer.headers
    app.extensions["spoke"].now = lambda: NOW + timedelta(minutes=16)
    assert visitor.submit(f"/v/{one.id}", surname="Núñez").status_code == 200


@pytest.mark.parametrize(
    ("name", "known", "unknown"),
    [
        ("Rosa Quispe Mamani", ["quispe", "MAMANI", "Quispe Mamani", "rosa quispe mamani"], ["Rosa", "Q", "", "-"]),
        ("José Núñez", ["nunez", "NÚÑEZ", " núñez "], ["jose", "nun"]),
        ("Siobhán O’Brien-Smith", ["O'Brien-Smith", "obrien smith", "Smith", "OBrien"], ["Siobhan", "Brie"]),
        ("王小明", ["王小明"], ["王", "小明"]),
        ("Åse Ødegård", ["odegard"], ["ase"]),
        ("Sukarno", ["sukarno"], ["s"]),
        ("محمد الأمين", ["الأمين"], ["محمد"]),
        ("Rosa de la Cruz", ["de la Cruz", "Cruz"], ["de", "la", "de la", "Rosa de la"]),
        ("Ludwig van Beethoven", ["van Beethoven"], ["van", "VAN"]),
        ("محمد بن سلمان", ["سلمان", "بن سلمان"], ["بن"]),
        ("John Smith Jr.", ["Smith", "Smith Jr"], ["Jr", "jr."]),
        ("Trần Thị La", ["La", "Thị La"], ["Thi"]),
    ],
)
def test_a_surname_is_known_whatever_its_accents_and_case(name, known, unknown):
    assert [one for one in known if not names.matches(one, name)] == []
    assert [one for one in unknown if names.matches(one, name)] == []


@given(st.text(max_size=300), st.text(min_size=1, max_size=60))
def test_whatever_is_typed_is_compared(typed, name):
    assert names.matches(typed, name) in (True, False)
    assert isinstance(names.initials(name), str)


# -- For programs ---------------------------------------------------------------------------------------------------


def test_programs_read_all_of_it_and_prove_that_it_is_in_the_log(session, rosa, stranger):
    papers = [issue(session, rosa, NOW + timedelta(seconds=n)) for n in range(6)]
    change(session, papers[2].id, "revoked", NOW + timedelta(minutes=1), "Wrong")
    for number, one in enumerate(papers):
        answer = stranger.get(f"/v/{one.id}", headers=JSON)
        told = answer.get_json()
        assert answer.headers["Cache-Control"] == "no-store" and "Accept" in answer.headers["Vary"]
        assert told["state"] == ("revoked" if number == 2 else "valid")
        assert told["certificate"]["claimed"] == "0.75"
        proven = told["log"]
        leaf = hashlib.sha256(b"\0" + proven["leaf"].encode()).digest()
        assert json.loads(json.loads(proven["leaf"])["snapshot"]) == told["certificate"]
        proof = [bytes.fromhex(part) for part in proven["proof"]]
        root = bytes.fromhex(proven["root"])
        assert merkle.verify_inclusion(leaf, proven["index"], proven["size"], proof, root)
        assert (proven["size"], proven["root"]) == log.checkpoint(session)
        assert "rosa@" not in answer.text


def test_the_log_is_public_and_whoever_likes_rebuilds_its_root(session, rosa, stranger):
    for number in range(5):
        issue(session, rosa, NOW + timedelta(seconds=number))
    size, root = log.checkpoint(session)
    page = words(stranger.get("/certificates/log").text)
    assert "Entries 5" in page and root in page and "hillside.example/certificates/log 5 " in page
    answer = stranger.get("/certificates/log/checkpoint")
    kept = checkpoints.read("kept", answer.text)
    assert (kept.origin, kept.size, kept.root) == ("hillside.example/certificates/log", size, root)
    assert kept.said == NOW and answer.mimetype == "text/plain" and answer.headers["Cache-Control"] == "no-cache"
    lines = stranger.get("/certificates/log/leaves?from=0").text.split()
    assert merkle.root(bytes.fromhex(line) for line in lines).hex() == root
    assert stranger.get("/certificates/log/leaves?from=3").text.split() == lines[3:]
    assert stranger.get("/certificates/log/leaves?from=99").text == ""
    for wrong in ("-1", "x", "1" * 10, "²"):
        assert stranger.get(f"/certificates/log/leaves?from={wrong}").status_code == 400


def test_an_empty_log_has_its_page_and_its_checkpoint(stranger):
    assert "Entries 0" in words(stranger.get("/certificates/log").text)
    said = stranger.get("/certificates/log/checkpoint").text.splitlines()
    assert said[1] == "0" and b64decode(said[2]) == merkle.EMPTY


def test_a_signed_checkpoint_is_a_signed_note():
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    signer = checkpoints.Signer("hillside.example/certificates/log", key.public_key().public_bytes_raw(), key.sign)
    note = checkpoints.text("hillside.example/certificates/log", 3, "ab" * 32, NOW, [signer])
    body, _, signature = note.rpartition("\n\n")
    found = re.fullmatch(r"— (\S+) (\S+)\n", signature)
    raw = b64decode(found[2])
    assert found[1] == signer.name and raw[:4] == signer.id
    key.public_key().verify(raw[4:], (body + "\n").encode())
    assert checkpoints.read("kept", note).root == "ab" * 32
    assert checkpoints.read("kept", note.replace("\n", "\r\n")).said == NOW


# -- What it costs --------------------------------------------------------------------------------------------------


def asked_by(app, client, path, **more):
    """What one request asks of the database."""
    said = []
    with app.app_context():
        engine = db.engine

    def heard(_connection, _cursor, statement, *_rest):
        said.append(statement)

    event.listen(engine, "before_cursor_execute", heard)
    assert client.get(path, **more).status_code in (200, 404)
    event.remove(engine, "before_cursor_execute", heard)
    return [one for one in said if not one.startswith(("BEGIN", "COMMIT"))]


@pytest.mark.parametrize("many", [1, 3])
def test_a_page_costs_the_same_of_one_certificate_as_of_three(app, session, rosa, stranger, many, monkeypatch):
    papers = [issue(session, rosa, NOW + timedelta(seconds=n)) for n in range(many)]
    asked = []
    rows = log.Ready.rows

    def counted(self, *about, **given):
        asked.append(given)
        return rows(self, *about, **given)

    monkeypatch.setattr(log.Ready, "rows", counted)
    stranger.get(f"/v/{papers[-1].id}")
    assert len(asked) == 1
    asked.clear()
    stranger.get(f"/v/{papers[-1].id}")
    assert len(asked) == (0 if session.get_bind().dialect.name == "sqlite" else 1)
    asked.clear()
    stranger.get(f"/v/{papers[-1].id}", headers=JSON)
    assert len(asked) == (3 if many > 1 else 2)


def test_an_id_that_is_none_costs_two_writes_and_a_look(app, stranger, paper):
    stranger.get("/v/x")
    said = asked_by(app, stranger, "/v/x")
    assert len(said) == 2 and said[0].startswith("SELECT") and said[1].startswith("UPDATE failure")
