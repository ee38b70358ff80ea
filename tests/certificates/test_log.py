"""The transparency log in the database: dense, append-only, and never back in time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from lms import db
from lms.certificates.rules import merkle
from lms.certificates.store import log
from tests.conftest import NOW


def logged(session, count, begin=0):
    """Leaves, one a second; their hashes."""
    for number in range(begin, begin + count):
        db.writing(session)
        log.append(session, "certificate", "X" * 22, str(number).encode(), NOW + timedelta(seconds=number))
        session.commit()
    return [merkle.leaf_hash(str(number).encode()) for number in range(begin + count)]


def test_an_empty_log_has_a_checkpoint_too(session):
    assert log.checkpoint(session) == (0, merkle.EMPTY.hex())


def test_each_leaf_makes_a_checkpoint_of_all_leaves_so_far(session):
    for size in range(1, 20):
        leaves = logged(session, 1, size - 1)
        assert log.checkpoint(session) == (size, merkle.root(leaves).hex())
    kept = session.scalars(select(log.Checkpoint).order_by(log.Checkpoint.size)).all()
    assert [(one.size, one.root) for one in kept] == [(n, merkle.root(leaves[:n]).hex()) for n in range(1, 20)]
    assert log.hashes(session, 17, 100) == [leaf.hex() for leaf in leaves[17:]]


def test_every_leaf_and_every_beginning_is_proven_from_the_few_subtrees_that_are_kept(session):
    leaves = logged(session, 21)
    root = merkle.root(leaves)
    for index in range(21):
        proof = log.inclusion(session, index, 21)
        assert merkle.verify_inclusion(leaves[index], index, 21, proof, root)
        old = merkle.root(leaves[: index + 1])
        assert merkle.verify_consistency(index + 1, old, 21, root, log.consistency(session, index + 1, 21))
    assert merkle.verify_inclusion(leaves[3], 3, 9, log.inclusion(session, 3, 9), merkle.root(leaves[:9]))


def test_appending_asks_as_little_of_a_long_log_as_of_a_short_one(session):
    asked = []
    logged(session, 1)
    event.listen(session.get_bind(), "before_cursor_execute", lambda *about: asked.append(about[2]))
    logged(session, 1, 1)
    first, before = len(asked), len(asked)
    logged(session, 30, 2)
    assert len(asked) == before + 30 * first
    assert first <= 5


def test_what_is_rolled_back_leaves_no_gap(session):
    logged(session, 2)
    db.writing(session)
    assert log.append(session, "state", "X" * 22, b"never", NOW + timedelta(minutes=1)) == 2
    session.rollback()
    leaves = logged(session, 1, 2)
    assert log.checkpoint(session) == (3, merkle.root(leaves).hex())


def test_two_leaves_of_one_transaction_stand_one_after_the_other(session):
    db.writing(session)
    assert [log.append(session, "state", "X" * 22, word, NOW) for word in (b"a", b"b")] == [0, 1]
    session.commit()
    assert log.checkpoint(session) == (2, merkle.root([merkle.leaf_hash(b"a"), merkle.leaf_hash(b"b")]).hex())


def test_several_who_append_at_once_leave_no_gap(sessions):
    def ten(number):
        session = sessions()
        for turn in range(10):
            db.writing(session)
            log.append(session, "certificate", "X" * 22, f"{number} {turn}".encode(), NOW)
            session.commit()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(ten, range(4)))
    session = sessions()
    leaves = [bytes.fromhex(one) for one in log.hashes(session, 0, 100)]
    assert len(leaves) == 40
    assert log.checkpoint(session) == (40, merkle.root(leaves).hex())


def test_a_clock_that_went_back_is_refused_in_words_for_the_operator(session):
    logged(session, 1)
    db.writing(session)
    with pytest.raises(log.ClockBehind, match=r"clock says 2026-11-21 08:54 UTC.* of 2026-11-21 09:00 UTC.*set the"):
        log.append(session, "certificate", "X" * 22, b"late", NOW - timedelta(minutes=6))
    session.rollback()
    assert log.checkpoint(session)[0] == 1


def test_clocks_that_are_a_little_apart_do_not_turn_the_order_of_the_log(session):
    logged(session, 1)
    db.writing(session)
    log.append(session, "certificate", "X" * 22, b"a little late", NOW - timedelta(minutes=4))
    session.commit()
    times = session.scalars(select(log.Leaf.at).order_by(log.Leaf.index)).all()
    assert times == [NOW, NOW]
