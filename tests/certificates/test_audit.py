"""`lms audit`: sound logs are sound, and whatever is done to one is named."""

import json
import re
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from lms import db
from lms.certificates.models.log import Kept
from lms.certificates.models.paper import canonical, leaf
from lms.certificates.rules import checkpoints, ids, merkle
from lms.certificates.service.auditing import audit
from lms.certificates.store import log
from lms.cli import main
from tests.certificates.issuing import change, issue
from tests.conftest import NOW


@pytest.fixture
def papers(session, rosa):
    """Eight certificates, a minute apart; the second is revoked, and the third superseded by the fourth."""
    made = [issue(session, rosa, NOW + timedelta(minutes=n), title=f"Module {n}") for n in range(8)]
    change(session, made[1].id, "revoked", NOW + timedelta(minutes=8), "The test was taken by somebody else")
    change(session, made[2].id, "superseded", NOW + timedelta(minutes=9), "A name was wrong", made[3].id)
    return made


@pytest.fixture
def tampered(session):
    """Says statements to the database as one who may do everything; SQLite has no other guard than its triggers."""

    def said(*statements, **values):
        session.commit()
        if session.get_bind().dialect.name == "sqlite":
            with closing(sqlite3.connect(session.get_bind().url.database)) as file, file:
                for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                    file.execute(f"DROP TRIGGER {name}")
                for statement in statements:
                    file.execute(statement, values)
            return
        session.execute(text("SET session_replication_role = replica"))
        for statement in statements:
            session.execute(text(statement), values)
        session.commit()

    return said


@pytest.fixture
def found(session):
    """What an audit finds: pairs of what it is about, and what is wrong."""

    def audited(*kept, now=NOW + timedelta(hours=1)):
        return [(one.about, one.what) for one in audit(session, kept, now).findings]

    return audited


@pytest.fixture
def lms(url, tmp_path):
    def run(*arguments):
        return CliRunner().invoke(main, ["audit", *arguments], env={"LMS_DATA": str(tmp_path), "LMS_DATABASE_URL": url})

    return run


def now_kept(session, **more):
    size, root = log.checkpoint(session)
    return Kept(name="kept.txt", size=size, root=root, **more)


def rewritten(session, tampered):
    """Write the whole log anew from what the certificates say now, as a careful forger would."""
    rows = session.execute(text("SELECT leaf, snapshot, paper, pepper FROM certificate ORDER BY leaf")).all()
    hashes = {row.leaf: merkle.leaf_hash(leaf(row.snapshot, row.paper, row.pepper)).hex() for row in rows}
    every = session.execute(text("SELECT number, hash FROM log_leaf ORDER BY number")).all()
    frontier = merkle.Frontier()
    for place, row in enumerate(every):
        one = hashes.get(row.number, row.hash)
        above = b"".join(frontier.add(bytes.fromhex(one))).hex()
        tampered(
            f"UPDATE log_leaf SET hash = '{one}', above = '{above}', number = {place} WHERE number = {row.number}",
            f"UPDATE checkpoint SET root = '{frontier.root().hex()}' WHERE size = {place + 1}",
            f"UPDATE certificate SET leaf = {place} WHERE leaf = {row.number}",
            f"UPDATE certificate_change SET leaf = {place} WHERE leaf = {row.number}",
        )
    tampered(f"DELETE FROM checkpoint WHERE size > {len(every)}")


# -- Sound ----------------------------------------------------------------------------------------------------------


def test_what_nobody_touched_is_sound(session, papers):
    result = audit(session, [now_kept(session)], NOW + timedelta(hours=1))
    assert result.findings == ()
    assert (result.size, result.certificates, result.changes) == (10, 8, 2)
    assert (result.size, result.root) == log.checkpoint(session)
    assert [one.name for one in result.held] == ["kept.txt"]


def test_nothing_issued_is_sound_too(session):
    result = audit(session, [Kept(name="first", size=0, root=merkle.EMPTY.hex())], NOW)
    assert result.sound and result.size == 0 and len(result.held) == 1


def test_erasing_an_account_is_no_finding(session, papers, found):
    session.execute(text("DELETE FROM holder"))
    session.execute(text("DELETE FROM sheet"))
    session.commit()
    assert found(now_kept(session)) == []


def test_clocks_a_little_apart_are_no_finding(session, rosa, papers, found):
    issue(session, rosa, NOW + timedelta(minutes=6))
    assert found() == []


# -- Tampered -------------------------------------------------------------------------------------------------------


def test_an_altered_text_is_named(papers, found, tampered):
    tampered("UPDATE certificate SET snapshot = replace(snapshot, 'Module 4', 'Module 9') WHERE leaf = 4")
    assert found() == [
        (
            ids.shown(papers[4].id),
            "it was altered after it was issued: its text, or its PDF's fingerprint, is not what was logged",
        )
    ]


@pytest.mark.parametrize(
    ("column", "value", "what"),
    [
        ("claimed", "'50'", "the credit beside the snapshot was altered: 50 instead of 0.75"),
        ("system", "'AMA'", "its system beside the snapshot was altered: `AMA` instead of `plain`"),
        ("edition", "7", "its edition beside the snapshot was altered: `7` instead of `1`"),
        ("activity", "'/modules/x'", "its activity beside the snapshot was altered"),
        ("issued", "'2020-01-01 00:00:00'", "the day beside the snapshot was altered: 2020-01-01"),
        ("pepper", "'0'", "it was altered after it was issued"),
        ("snapshot", "'{}'", "its text cannot be read"),
        ("snapshot", "'[]'", "its text cannot be read"),
    ],
)
def test_whatever_stands_in_a_certificate_is_compared(papers, found, tampered, column, value, what):
    tampered(f"UPDATE certificate SET {column} = {value} WHERE leaf = 4")
    assert any(about == ids.shown(papers[4].id) and words.startswith(what) for about, words in found())
    assert {about for about, _ in found()} == {ids.shown(papers[4].id)}


def test_another_pdf_or_another_name_is_named(papers, found, tampered):
    tampered(
        "UPDATE sheet SET pdf = :other WHERE certificate_id = :id",
        "UPDATE holder SET name = 'Somebody Else' WHERE certificate_id = :id",
        id=papers[5].id,
        other=b"%PDF-1.7 another",
    )
    assert found() == [
        (ids.shown(papers[5].id), "the holder's name was altered: it is not the one that it was issued for"),
        (ids.shown(papers[5].id), "its PDF was altered: it does not have the fingerprint that it was issued with"),
    ]


def test_a_removed_certificate_is_named(papers, found, tampered):
    tampered("DELETE FROM certificate WHERE leaf = 6")
    assert found() == [(ids.shown(papers[6].id), "it was removed: entry 6 of the log is about it, and its row is gone")]


def test_a_certificate_that_was_removed_with_its_entry_is_missed(papers, found, tampered):
    tampered("DELETE FROM certificate WHERE leaf = 6", "DELETE FROM log_leaf WHERE number = 6")
    said = found()
    assert ("entry 6", "entry 6 is missing from the log: removed, for entries are never left out") in said
    assert ("checkpoint 7", "there is a checkpoint of 7 entries, but not entry 6: it was removed") in said


def test_the_last_entries_cannot_be_cut_off(papers, found, tampered):
    tampered("DELETE FROM certificate_change", "DELETE FROM log_leaf WHERE number >= 8")
    assert [about for about, _ in found()] == ["checkpoint 9", "checkpoint 10"]


def test_a_revocation_cannot_be_taken_back(papers, found, tampered):
    tampered("DELETE FROM certificate_change WHERE state = 'revoked'")
    assert found() == [(ids.shown(papers[1].id), "a change of its state was removed: entry 8 of the log is about it")]


def test_a_reason_cannot_be_said_otherwise(papers, found, tampered):
    tampered("UPDATE certificate_change SET reason = 'At their own wish' WHERE leaf = 8")
    assert found() == [
        (ids.shown(papers[1].id), "the change of its state to `revoked` was altered: it is not what was logged")
    ]


def test_an_altered_hash_is_told_from_an_altered_certificate(papers, found, tampered):
    tampered(f"UPDATE log_leaf SET hash = '{'0' * 64}' WHERE number = 3")
    said = dict(found())
    assert said["entry 3"].endswith("the hash in the log was altered; its checkpoint has the right one")
    assert not any(about.startswith("checkpoint") for about in said)


def test_one_altered_checkpoint_is_told_from_an_altered_log(papers, found, tampered):
    tampered(f"UPDATE checkpoint SET root = '{'0' * 64}' WHERE size = 4")
    assert ("checkpoint 4", "the checkpoint of 4 entries was altered; later ones hold") in found()
    tampered("DELETE FROM checkpoint WHERE size = 4")
    assert found() == [("checkpoint 4", "the checkpoint of 4 entries is gone")]


def test_altered_proofs_and_times_of_the_log_are_named(papers, found, tampered):
    tampered(f"UPDATE log_leaf SET above = '{'0' * 64}' WHERE number = 1")
    assert [about for about, _ in found()] == ["entry 1"]
    tampered("UPDATE checkpoint SET at = '2020-01-01 00:00:00' WHERE size = 6")
    assert ("checkpoint 6", "its time was altered: it is not that of the entry that made it") in found()
    tampered("UPDATE log_leaf SET at = '2020-01-01 00:00:00' WHERE number = 6")
    assert any("the log says that it was logged at 2020-01-01" in what for _, what in found())


def test_a_certificate_and_its_entry_altered_together_do_not_fit_the_checkpoints(session, papers, found, tampered):
    tampered("UPDATE certificate SET snapshot = replace(snapshot, '\"0.75\"', '\"1\"'), claimed = '1' WHERE leaf = 4")
    row = session.execute(text("SELECT snapshot, paper, pepper FROM certificate WHERE leaf = 4")).one()
    forged = merkle.leaf_hash(leaf(row.snapshot, row.paper, row.pepper)).hex()
    tampered(f"UPDATE log_leaf SET hash = '{forged}' WHERE number = 4")
    about, what = found()[0]
    assert about == ids.shown(papers[5].id) and "printed on it is not one of this log" in what
    about, what = found()[-1]
    assert about == "entry 4" and what.startswith(ids.shown(papers[4].id)) and "was altered, removed" in what


def test_two_entries_that_changed_places_are_found(papers, found, tampered):
    for table, column in (("log_leaf", "number"), ("certificate", "leaf")):
        tampered(
            f"UPDATE {table} SET {column} = 99 WHERE {column} = 4",
            f"UPDATE {table} SET {column} = 4 WHERE {column} = 5",
            f"UPDATE {table} SET {column} = 5 WHERE {column} = 99",
        )
    assert any(about == "entry 4" and "changed places" in what for about, what in found())


def test_a_certificate_that_was_never_logged_is_found(session, rosa, papers, found, tampered):
    tampered(
        "INSERT INTO certificate SELECT 'ZZZZZZZZZZZZZZZZZZZZZZ', 50, learner_id, 'forged', serial, activity, edition, "
        "system, claimed, issued, snapshot, paper, pepper FROM certificate WHERE leaf = 0"
    )
    assert found() == [
        (
            ids.shown("Z" * 22),
            "it, or a change of its state, says to be entry 50 of the log, which is not there",
        )
    ]


def test_a_certificate_that_takes_the_place_of_another_entry_is_found(papers, found, tampered):
    forged = ids.fresh()
    tampered(
        f"INSERT INTO certificate SELECT '{forged}', 8, learner_id, 'forged', 0, activity, edition, system, '50', issued, "
        f"replace(snapshot, id, '{forged}'), paper, pepper FROM certificate WHERE leaf = 4",
    )
    assert (
        ids.shown(forged),
        "it was never logged: entry 8 of the log, whose place it has, is not about it",
    ) in found()


def test_a_change_that_takes_the_place_of_another_entry_is_found(papers, found, tampered):
    # As if the revocation had been taken back, of which the log has nothing.
    tampered(
        "UPDATE certificate_change SET leaf = 1 WHERE leaf = 8",
        "INSERT INTO certificate_change SELECT 7, certificate_id, 'valid', at, by, by_id, '', '' "
        "FROM certificate_change WHERE leaf = 1",
    )
    what = "a change of its state to `valid` was never logged: entry 7 of the log, whose place it has, is not about it"
    assert (ids.shown(papers[1].id), what) in found()


def test_a_follower_that_is_not_there_is_found(session, papers, found):
    change(session, papers[6].id, "superseded", NOW + timedelta(minutes=20), "Wrong", "Z" * 22)
    assert found() == [(ids.shown(papers[6].id), f"it is superseded by {ids.shown('Z' * 22)}, which is not there")]


# -- Against what somebody outside kept -----------------------------------------------------------------------------


def test_a_log_that_was_written_anew_does_not_hold_against_what_somebody_kept(session, papers, found, tampered):
    kept = now_kept(session)
    tampered("UPDATE certificate SET snapshot = replace(snapshot, '\"0.75\"', '\"1\"'), claimed = '1' WHERE leaf = 7")
    rewritten(session, tampered)
    assert found() == []  # nothing inside tells
    about, what = found(kept)[0]
    assert about == "kept.txt" and what.startswith("the first 10 entries are not those")


def test_what_was_removed_without_a_trace_is_missed_by_who_kept_more(session, papers, found, tampered):
    kept = now_kept(session)
    tampered(
        "DELETE FROM certificate_change",
        "DELETE FROM log_leaf WHERE number >= 8",
        "DELETE FROM checkpoint WHERE size > 8",
    )
    assert found() == []
    assert found(kept) == [("kept.txt", "it has 10 entries, and the log has 8: entries were removed since")]


def test_a_back_dated_certificate_is_found(session, rosa, papers, found, tampered):
    last = issue(session, rosa, NOW + timedelta(days=30))
    dated = canonical({**json.loads(session.scalar(text("SELECT snapshot FROM certificate WHERE leaf = 10")))})
    forged = dated.decode().replace("2026-12-21", "2026-11-01")
    tampered("UPDATE certificate SET snapshot = :forged, issued = '2026-11-01 09:00:00' WHERE leaf = 10", forged=forged)
    rewritten(session, tampered)
    said = [what for about, what in found(now=NOW + timedelta(days=31)) if about == ids.shown(last.id)]
    assert any(what.startswith("it is back-dated: of 2026-11-01 09:00:00 UTC, though logged after an") for what in said)


def test_a_certificate_dated_before_a_checkpoint_that_does_not_have_it_is_found(session, rosa, papers, found):
    kept = now_kept(session, said=NOW + timedelta(days=10))
    late = issue(session, rosa, NOW + timedelta(days=9))
    assert found(now=NOW + timedelta(days=11)) == []
    said = found(kept, now=NOW + timedelta(days=11))
    assert [about for about, _ in said] == [ids.shown(late.id)]
    assert "it was not yet in the log at 2026-12-01 09:00:00 UTC, when the checkpoint kept.txt was given" in said[0][1]


def test_a_day_that_is_still_to_come_is_found(session, rosa, found):
    one = issue(session, rosa, NOW + timedelta(days=400))
    assert found() == [
        (ids.shown(one.id), "it is of 2027-12-26 09:00:00 UTC, which is still to come: a clock was wrong, or is")
    ]


def test_a_log_goes_on_after_a_clock_that_was_ahead_and_says_so_for_ever(session, rosa, papers, found, tampered):
    issue(session, rosa, NOW + timedelta(days=4_000))
    with pytest.raises(log.ClockBehind):
        issue(session, rosa, NOW + timedelta(days=1))
    session.rollback()
    db.writing(session)
    assert log.put_clock_back(session, NOW + timedelta(days=1)) == NOW + timedelta(days=4_000)
    assert log.put_clock_back(session, NOW + timedelta(days=1)) is None
    session.commit()
    issue(session, rosa, NOW + timedelta(days=2))
    result = audit(session, [now_kept(session)], NOW + timedelta(days=5_000))
    assert result.findings == () and result.size == 13
    assert [(one.about, one.what) for one in result.notes] == [
        (
            "entry 11",
            "the clock had been ahead: it was put back from 2037-11-03 09:00:00 UTC to 2026-11-22 09:00:00 UTC",
        )
    ]
    tampered("UPDATE log_leaf SET at = '2026-11-25 09:00:00+00:00' WHERE number = 11")
    assert ("entry 11", "it says that the clock had been ahead, and was altered: it is not what was logged") in found(
        now=NOW + timedelta(days=5_000)
    )


# -- As a command ---------------------------------------------------------------------------------------------------


def test_the_command_says_that_all_is_as_it_was(session, papers, lms, tmp_path):
    size, root = log.checkpoint(session)
    (tmp_path / "kept.txt").write_text(checkpoints.text("hillside.example/certificates/log", size, root, NOW))
    result = lms(str(tmp_path / "kept.txt"), f"{papers[7].log_size}:{papers[7].log_root}")
    assert result.exit_code == 0, result.output
    assert f"8 certificates and 2 changes of state; the log has 10 entries, their root is {root}." in result.output
    assert "kept.txt: the first 10 entries are as they were then." in result.output
    assert "Nothing was removed, altered or back-dated." in result.output


def test_the_command_ends_with_one_where_something_is_wrong(papers, lms, tampered):
    tampered("DELETE FROM certificate WHERE leaf = 6")
    result = lms()
    assert result.exit_code == 1
    assert f"{ids.shown(papers[6].id)}: it was removed" in result.output
    assert "1 finding." in result.output
    told = json.loads(lms("--format", "json").output)
    assert told["size"] == 10 and told["findings"][0]["about"] == ids.shown(papers[6].id)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("", "it is no checkpoint"),
        ("hillside.example\nmany\nAAAA\n", "it is no checkpoint"),
        ("hillside.example\n5\nAAAA\n", "its third line is no root: `AAAA` is not 32 bytes in base64"),
        (f"hillside.example\n5\n{'A' * 43}=\ntime yesterday\n", "its time cannot be read"),
    ],
)
@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_file_that_is_no_checkpoint_is_wrong_usage(lms, tmp_path, said, why):
    (tmp_path / "kept.txt").write_text(said)
    result = lms(str(tmp_path / "kept.txt"))
    assert result.exit_code == 2 and why in re.sub(r"\s+", " ", result.output)
    assert lms(str(tmp_path / "missing.txt")).exit_code == 2


def test_without_a_database_nothing_can_be_found_out(tmp_path):
    result = CliRunner().invoke(main, ["audit"], env={"LMS_DATA": str(tmp_path / "none"), "LMS_DATABASE_URL": ""})
    assert result.exit_code == 2 and "there is no database" in result.output.lower()


def test_the_clock_is_put_back_by_a_command_that_asks_first(session, rosa, url, tmp_path, lms):
    def run(*arguments, said="y\n"):
        settings = {"LMS_DATA": str(tmp_path), "LMS_DATABASE_URL": url}
        return CliRunner().invoke(main, ["put-clock-back", *arguments], env=settings, input=said)

    assert "Nothing to do" in run("--yes").output
    issue(session, rosa, NOW + timedelta(days=4_000))
    assert run(said="n\n").exit_code == 1
    assert log.checkpoint(session)[0] == 1
    session.rollback()
    assert "Put back from 2037-11-03 09:00 UTC." in run().output
    assert log.checkpoint(session)[0] == 2
    session.rollback()
    assert "entry 1: the clock had been ahead" in lms().output
