"""Credentials, keys and status lists, as programs anywhere ask for them."""

import io
import json
import logging
import shutil

import pytest
from PIL import Image
from sqlalchemy import event

from lms import db
from lms.certificates.keys import Keyring
from lms.certificates.rules.baking import unbaked
from lms.certificates.rules.statuses import is_set
from lms.certificates.service.credentials import verify
from lms.certificates.service.keys import rotate, signing
from tests.certificates.cast import ID
from tests.certificates.issuing import put, put_change
from tests.conftest import NOW
from tests.web.accounts import Visitor

FILES = ("credential.json", "badge.png", "badge.svg")
STATUS, DID = "/certificates/status/0", "/.well-known/did.json"


@pytest.fixture
def data(published, tmp_path):
    """The data folder of the cast, with keys of its own."""
    left = shutil.ignore_patterns("store", "keys")
    return shutil.copytree(published, tmp_path / "data", symlinks=True, ignore=left)


@pytest.fixture
def program(site, data):
    """A program that asks; it has no account."""
    return Visitor(site(data=data))


@pytest.fixture
def issued(session, rosa):
    return put(session, rosa.id)


def test_a_credential_is_verified_by_what_the_site_says_of_its_keys(program, issued):
    answer = program.get(f"/v/{ID}/credential.json")
    assert (answer.status_code, answer.content_type) == (200, "application/vc+ld+json")
    assert verify(answer.get_json(force=True), program.get(DID).get_json(force=True)) == []
    assert answer.data == program.get(f"/v/{ID}/credential.json").data


def test_badges_have_the_same_credential_in_them(program, issued):
    said = program.get(f"/v/{ID}/credential.json").get_json(force=True)
    png, svg = (program.get(f"/v/{ID}/{name}") for name in FILES[1:])
    assert (png.content_type, svg.content_type) == ("image/png", "image/svg+xml")
    assert [json.loads(unbaked(one.data)) for one in (png, svg)] == [said, said]
    with Image.open(io.BytesIO(png.data)) as picture:
        assert picture.size == (1024, 1024)


@pytest.mark.parametrize("path", [*(f"/v/{ID}/{name}" for name in FILES), DID, STATUS])
def test_pages_of_other_sites_may_read_it_and_search_engines_may_not(program, issued, path):
    answer = program.get(path)
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "Set-Cookie" not in answer.headers
    again = program.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_only_a_status_list_may_be_kept_for_a_while(program, issued):
    kept = {path: program.get(path).headers["Cache-Control"] for path in (f"/v/{ID}/credential.json", DID, STATUS)}
    assert list(kept.values()) == ["public, no-cache", "public, no-cache", "public, max-age=300"]


def test_absent_and_malformed_ids_are_answered_alike(program, issued):
    absent = "0" + ID[1:]
    for name in FILES:
        answers = [program.get(f"/v/{id}/{name}") for id in (absent, "nonsense", ID.lower(), ID + "0", "é")]
        assert {(one.status_code, one.data, str(dict(one.headers))) for one in answers} == {
            (404, b"There is nothing here.\n", str(dict(answers[0].headers)))
        }


@pytest.mark.parametrize("number", ["1", "00", "-1", "x", "99999", "999999", "٠", "1e1"])
def test_there_is_no_status_list_but_those_that_are_needed(program, issued, number):
    assert program.get(f"/certificates/status/{number}").status_code == 404


def test_what_was_revoked_is_seen_in_the_list(program, session, issued):
    before = program.get(STATUS)
    assert before.content_type == "application/vc"
    put_change(session, ID, 7, "revoked")
    after = program.get(STATUS).get_json(force=True)
    index = int(program.get(f"/v/{ID}/credential.json").get_json(force=True)["credentialStatus"]["statusListIndex"])
    lists = [one["credentialSubject"]["encodedList"] for one in (before.get_json(force=True), after)]
    assert [is_set(one, index) for one in lists] == [False, True]
    assert verify(after, program.get(DID).get_json(force=True)) == []


def test_a_site_without_a_key_yet_says_so_and_makes_none(program, data):
    said = program.get(DID).get_json(force=True)
    assert (said["id"], said["verificationMethod"]) == ("did:web:hillside.example", [])
    assert not (data / "keys").exists()


def test_after_a_rotation_both_keys_are_listed_at_once(program, session, issued, data):
    old = program.get(f"/v/{ID}/credential.json").get_json(force=True)
    rotate(session, Keyring(data), NOW)
    said = program.get(DID).get_json(force=True)
    new = program.get(f"/v/{ID}/credential.json").get_json(force=True)
    assert [method["id"].partition("#")[2] for method in said["verificationMethod"]] == ["key-1", "key-2"]
    assert old["proof"] != new["proof"]
    assert (verify(old, said), verify(new, said)) == ([], [])


def test_without_the_key_what_must_be_signed_is_refused_in_words_and_all_else_works(
    program, session, issued, data, caplog
):
    signing(session, Keyring(data), NOW)
    secret = (data / "keys" / "key-1").read_text()
    (data / "keys" / "key-1").chmod(0o640)
    with caplog.at_level(logging.ERROR):
        for path in (*(f"/v/{ID}/{name}" for name in FILES), STATUS):
            answer = program.get(path)
            assert (answer.status_code, answer.headers["Cache-Control"]) == (503, "no-store")
            assert answer.text.startswith("Credentials cannot be signed just now.")
            assert "key-1" not in answer.text
    assert "others may read" in caplog.text
    assert secret not in caplog.text
    assert program.get(DID).status_code == 200
    assert program.get("/").status_code == 200
    assert program.get(f"/v/{'0' * 22}/credential.json").status_code == 404


def test_a_site_below_a_path_signs_nothing(site, data, session, rosa):
    put(session, rosa.id, issuer="https://hillside.example/learn")
    program = Visitor(site(data=data, url="https://hillside.example/learn"))
    assert [program.get(path).status_code for path in (f"/v/{ID}/credential.json", DID)] == [503, 503]


def test_the_key_may_come_from_the_environment(site, data, issued):
    program = Visitor(site(data=data, signing_key="0123456789abcdef" * 4))
    said = program.get(f"/v/{ID}/credential.json").get_json(force=True)
    assert verify(said, program.get(DID).get_json(force=True)) == []
    assert not (data / "keys").exists()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_lists_and_badges_cost_as_many_questions_however_many_were_revoked(program, session, rosa, issued):
    program.get(STATUS)
    asked = []
    event.listen(engine(program), "before_cursor_execute", lambda *one: asked.append(one[2]))
    counts = []
    for index in (10, 20, 30):
        id = f"{index}{ID[2:]}"
        put(session, rosa.id, index, id=id)
        put_change(session, id, index + 1, "revoked")
        asked.clear()
        program.get(STATUS)
        lists = len([one for one in asked if one.startswith("SELECT")])
        asked.clear()
        program.get(f"/v/{ID}/badge.svg")
        counts.append((lists, len([one for one in asked if one.startswith("SELECT")])))
    # The certificate itself is asked for beneath SQLAlchemy, and not counted.
    assert counts == [(3, 1)] * 3


def engine(program):
    with program.app.app_context():
        return db.db.engine
