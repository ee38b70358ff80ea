"""What was asked for while its account was erased elsewhere leaves nothing."""

from collections.abc import Callable
from random import Random

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.library.shelf import Shelf
from lms.people.service import changing
from lms.people.store import Learner
from lms.progress.service import attempting, noting
from lms.progress.service.attempting import Erased
from lms.progress.store.attempts import Attempt
from lms.progress.store.notes import Note
from tests.conftest import NOW, PASSWORD


@pytest.fixture
def erased(sessions: Callable[[], Session], rosa: Learner) -> Learner:
    """Rosa, as somebody holds her who has not heard yet."""
    other = sessions()
    changing.erase(other, other.get(Learner, rosa.id), PASSWORD, NOW)
    other.close()
    return rosa


def test_no_attempt_is_begun(erased: Learner, session: Session, shelf: Shelf):
    module = shelf.release().module("measuring-bp")
    with pytest.raises(Erased):
        attempting.begin(session, erased, module, "quiz", "0", NOW, Random(1))
    assert session.scalar(select(func.count()).select_from(Attempt)) == 0


def test_no_note_is_kept(erased: Learner, session: Session, shelf: Shelf):
    spot = noting.spot(shelf.release(), "/modules/measuring-bp/cuff")
    with pytest.raises(Erased):
        noting.keep(session, erased.id, "0" * 32, spot, "Mind the cuff.", NOW)
    assert session.scalar(select(func.count()).select_from(Note)) == 0
