"""Signing keys: made once, never lost without a word, and seen by nobody."""

import logging
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import inspect, text

from lms import db
from lms.certificates.keys import Keyring, LostKey, public
from lms.certificates.models.paper import canonical
from lms.certificates.service import keys as service
from lms.certificates.service.credentials import credential, did_document, verify
from lms.certificates.service.keys import NothingToRotate, rotate, signing
from lms.certificates.store import keys as store
from lms.cli import main
from lms.config import SettingError, Settings
from tests.certificates.cast import SITE, certificate
from tests.conftest import NOW

GIVEN, OTHER = "0123456789abcdef" * 4, "fedcba9876543210" * 4
LATER = NOW + timedelta(days=1)


# -- Made once ------------------------------------------------------------------------------------------------------


def test_the_first_use_makes_a_key_and_the_next_one_uses_it(session, ring):
    first = signing(session, ring, NOW)
    again = signing(session, ring, LATER)
    assert (first.name, again.name) == ("key-1", "key-1")
    assert public(first.key) == public(again.key) == store.active(session).public


def test_nobody_else_may_read_the_secret(session, ring):
    signing(session, ring, NOW)
    assert stat.S_IMODE(ring.folder.stat().st_mode) == 0o700
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in ring.folder.iterdir()} == {"key-1": 0o600}


def test_several_that_begin_at_once_make_one_key(sessions, tmp_path):
    opened = [sessions() for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda session: signing(session, Keyring(tmp_path), NOW), opened))
    assert len({public(one.key) for one in found}) == 1
    assert [key.id for key in store.known(opened[0])] == ["key-1"]
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["key-1"]


def test_a_secret_that_the_database_was_not_told_of_is_the_one_that_is_used(sessions, ring):
    """As when the power failed between the two."""
    made = public(ring.make("key-1"))
    assert public(signing(sessions(), ring, NOW).key) == made


def test_a_secret_of_the_environment_leaves_no_file(session, tmp_path):
    ring = Keyring(tmp_path, GIVEN)
    assert public(signing(session, ring, NOW).key) == store.active(session).public
    assert not ring.folder.exists()


# -- Rotated --------------------------------------------------------------------------------------------------------


def test_what_a_retired_key_signed_stays_verifiable(session, ring):
    before = credential(session, certificate(), ring, NOW)
    made, retired = rotate(session, ring, LATER)
    after = credential(session, certificate(), ring, LATER)
    document = did_document(session, SITE)
    assert (made.id, [key.id for key in retired]) == ("key-2", ["key-1"])
    assert before["proof"]["verificationMethod"] == f"{document['id']}#key-1"
    assert after["proof"]["verificationMethod"] == f"{document['id']}#key-2"
    assert [method["id"][-6:] for method in document["verificationMethod"]] == ["#key-1", "#key-2"]
    assert (verify(before, document), verify(after, document)) == ([], [])


def test_keys_can_be_rotated_before_there_is_one(session, ring):
    made, retired = rotate(session, ring, NOW)
    assert (made.id, retired) == ("key-1", [])
    assert signing(session, ring, NOW).name == "key-1"


def test_the_key_of_the_environment_is_set_anew_before_it_is_rotated(session, tmp_path):
    signing(session, Keyring(tmp_path, GIVEN), NOW)
    with pytest.raises(NothingToRotate, match="LMS_SIGNING_KEY is a key that was used already"):
        rotate(session, Keyring(tmp_path, GIVEN), LATER)
    with pytest.raises(LostKey, match="LMS_SIGNING_KEY is not key-1"):
        signing(session, Keyring(tmp_path, OTHER), LATER)
    assert rotate(session, Keyring(tmp_path, OTHER), LATER)[0].id == "key-2"
    assert signing(session, Keyring(tmp_path, OTHER), LATER).name == "key-2"


# -- Lost -----------------------------------------------------------------------------------------------------------


def lose(path):
    path.unlink()


def open_to_all(path):
    path.chmod(0o644)


def damage(path):
    path.write_text("not a key")


def replace(path):
    path.write_text(OTHER)


def make_unreadable(path):
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (lose, "is gone: restore it from the backup"),
        (open_to_all, "its mode is 644.*chmod 600"),
        (damage, "is damaged: restore it from the backup"),
        (replace, "is not the key that the database knows"),
        (make_unreadable, "cannot be read"),
    ],
)
def test_a_lost_key_is_never_replaced_by_itself(sessions, session, ring, harm, words):
    before = credential(session, certificate(), ring, NOW)
    harm(ring.folder / "key-1")
    with pytest.raises(LostKey, match=words) as fault:
        signing(sessions(), ring, LATER)
    assert "lms keys rotate" in str(fault.value)
    assert [key.id for key in store.known(sessions())] == ["key-1"]
    assert verify(before, did_document(session, SITE)) == []

    rotate(session, ring, LATER)
    assert signing(sessions(), ring, LATER).name == "key-2"
    assert verify(before, did_document(session, SITE)) == []


def test_a_folder_that_cannot_be_written_is_said_so(sessions, tmp_path):
    (tmp_path / "keys").write_text("a file stands in the way")
    with pytest.raises(LostKey, match="cannot be written"):
        signing(sessions(), Keyring(tmp_path), NOW)
    assert store.known(sessions()) == []


# -- Seen by nobody -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", ["", GIVEN], ids=["file", "environment"])
def test_no_table_log_or_word_of_ours_has_the_secret(sessions, url, tmp_path, caplog, given):
    caplog.set_level(logging.DEBUG)
    ring = Keyring(tmp_path, given)
    one = credential(sessions(), certificate(), ring, NOW)
    secret = given or (ring.folder / "key-1").read_text()
    said = [canonical(one).decode(), repr(ring), repr(signing(sessions(), ring, NOW)), caplog.text]
    with db.session(url) as session:
        for table in inspect(session.connection()).get_table_names():
            said += [str(row) for row in session.execute(text(f'SELECT * FROM "{table}"'))]
    if not given:
        (ring.folder / "key-1").write_text(secret + "0")
        with pytest.raises(LostKey) as fault:
            signing(sessions(), ring, NOW)
        said.append(str(fault.value))
    assert any("key-1" in one for one in said)
    for form in (secret, secret.upper(), str(int(secret, 16)), str(bytes.fromhex(secret))):
        assert [one for one in said if form in one] == []


def test_settings_refuse_what_is_no_key_and_do_not_repeat_it():
    with pytest.raises(SettingError, match="LMS_SIGNING_KEY") as fault:
        Settings.from_environment({"LMS_SIGNING_KEY": "z3u2secret"})
    assert "z3u2secret" not in str(fault.value)
    assert GIVEN not in repr(Settings.from_environment({"LMS_SIGNING_KEY": GIVEN}))


# -- `lms keys` -----------------------------------------------------------------------------------------------------


@pytest.fixture
def keys(url, tmp_path):
    """Runs `lms keys` on the database."""

    def run(*arguments, **environment):
        given = {"LMS_DATA": str(tmp_path), "LMS_DATABASE_URL": url, **environment}
        return CliRunner().invoke(main, ["keys", *arguments], env=given)

    return run


def test_the_command_lists_keys_and_begins_new_ones(keys, sessions, ring):
    assert keys("list").output == "There is no key yet: the first is made when the first credential is signed.\n"
    first = public(signing(sessions(), ring, NOW).key)
    rotated = keys("rotate")
    assert rotated.exit_code == 0
    assert "key-2 signs from now on." in rotated.output
    assert "key-1 is retired." in rotated.output
    listed = keys("list").output.splitlines()
    assert listed[0].startswith(f"key-1  {first}  (made 2026-11-21; retired ")
    assert listed[1].endswith("; signs now)")


def test_the_command_says_what_is_wrong(keys, sessions, ring):
    signing(sessions(), ring, NOW)
    (ring.folder / "key-1").unlink()
    listed = keys("list")
    assert listed.exit_code == 1
    assert "key-1 is gone" in listed.output
    assert keys("rotate", LMS_SIGNING_KEY=GIVEN).exit_code == 0
    again = keys("rotate", LMS_SIGNING_KEY=GIVEN)
    assert (again.exit_code, "LMS_SIGNING_KEY is a key that was used already" in again.output) == (1, True)


def test_a_key_that_can_be_used_is_verified_without_a_word(sessions, ring):
    service.verify(sessions(), ring)
    signing(sessions(), ring, NOW)
    service.verify(sessions(), ring)
