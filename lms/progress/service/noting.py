"""Bookmarks and notes: kept for one learner, found by nobody else."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from urllib.parse import parse_qs, unquote

from sqlalchemy.orm import Session

from lms import db
from lms.library.release import Release
from lms.media.models import Episode, Webinar
from lms.modules.models import Body, Module
from lms.progress.models.notes import LONGEST, MOST, Spot, TooMany
from lms.progress.service.attempting import Erased
from lms.progress.store import attempts
from lms.progress.store import notes as store
from lms.progress.store.notes import Note
from lms.search.index.analysis import fold, words

#: Notes that a search shows, and words of it that count.
SHOWN, WORDS = 20, 12


def spot(release: Release, address: str) -> Spot | None:
    """The place at an address such as `/modules/x/y#anchor` or `/webinars/x?t=61`; None where there is nothing."""
    rest, _, anchor = address.partition("#")
    path, _, query = rest.partition("?")
    anchor, page = unquote(anchor), unquote(path).rstrip("/")
    found = _page(release, page)
    if found is None:
        return None
    title, bodies, seconds = found
    asked = parse_qs(query).get("t", [""])[0]
    if anchor:
        headings = (heading for body in bodies for heading in body.headings if heading.id == anchor)
        heading = next(headings, None)
        return Spot(page, title, heading.text, anchor) if heading else None
    if asked:
        second = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else -1
        return Spot(page, title, second=second) if 0 <= second <= seconds else None
    return Spot(page, title)


def _page(release: Release, page: str) -> tuple[str, Sequence[Body], float] | None:
    """The title, the texts and the seconds of the page at an address, when one may keep notes on it."""
    if not page.startswith(("/modules/", "/webinars/", "/podcasts/")):
        return None
    activity = release.activity(page)
    if activity is None and page.startswith("/modules/") and page.count("/") == 3:
        module = release.activity(page.rpartition("/")[0])
        lesson = module.lesson(page.rpartition("/")[2]) if isinstance(module, Module) else None
        body = release.lesson_body(module, lesson.slug) if isinstance(module, Module) and lesson else None
        return (lesson.title, [body], 0) if lesson and body else None
    if activity is None or activity.url != page:
        return None
    if isinstance(activity, Webinar | Episode):
        return activity.title, [activity.notes], float(activity.recording.seconds) or 1e6
    return (activity.title, [activity.introduction], 0) if isinstance(activity, Module) else None


def keep(session: Session, learner_id: str, id: str, spot: Spot, text: str, now: datetime) -> None:
    """Keep a note about a place, once however often it is sent. Raises TooMany, and Erased."""
    text = clean(text)
    title = f"{spot.title} · {spot.detail}" if spot.detail and spot.detail != spot.title else spot.title
    db.writing(session)
    if not attempts.hold_learner(session, learner_id):
        session.rollback()
        raise Erased
    if store.count(session, learner_id) >= MOST and store.note(session, learner_id, id) is None:
        session.rollback()
        raise TooMany
    store.add(
        session,
        learner_id=learner_id,
        id=id,
        page=spot.page,
        place=spot.address,
        second=spot.second,
        title=title,
        text=text,
        folded=folded(title, text),
        made=now,
        changed=now,
    )
    session.commit()


def change(session: Session, note: Note, text: str, now: datetime) -> bool:
    """Write a note anew; False when it is gone meanwhile."""
    text = clean(text)
    db.writing(session)
    done = store.change(session, note.learner_id, note.id, text=text, folded=folded(note.title, text), changed=now)
    session.commit()
    return done


def drop(session: Session, learner_id: str, id: str) -> bool:
    """Throw a note away; False when the learner has none of this id."""
    db.writing(session)
    done = store.drop(session, learner_id, id)
    session.commit()
    return done


def search(session: Session, learner_id: str, text: str) -> Sequence[Note]:
    """The learner's own notes that have all words of a question, whatever their case and accents."""
    asked = list(dict.fromkeys(fold(word) for word in words(text[:1_000])))[:WORDS]
    return store.found(session, learner_id, asked, SHOWN) if asked else []


def clean(text: str) -> str:
    """A text as it is kept. Raises ValueError for one that is too long."""
    text = text.replace("\r\n", "\n").replace("\0", "").encode(errors="replace").decode().strip()
    if len(text) > LONGEST:
        raise ValueError(f"a note has at most {LONGEST} signs")
    return text


def folded(*texts: str) -> str:
    return " ".join(fold(word) for text in texts for word in words(text))


def forget(session: Session, learner_id: str) -> None:
    """Throw all notes of a learner away; the caller commits."""
    store.drop(session, learner_id)


def told(session: Session, learner_id: str) -> dict[str, object]:
    """What is kept here of a learner, for themselves."""
    return {"notes": [_told(note) for note in store.of(session, learner_id)]}


def _told(note: Note) -> dict[str, str]:
    return {
        "place": note.place,
        "title": note.title,
        "text": note.text,
        "made": note.made.isoformat(),
        "changed": note.changed.isoformat(),
    }


def in_order(notes: Iterable[Note]) -> list[tuple[str, list[Note]]]:
    """Notes by the page that they are about, each page with its own."""
    pages: dict[str, list[Note]] = {}
    for note in notes:
        pages.setdefault(note.page, []).append(note)
    return list(pages.items())
