"""What coordinators are told of credit: what was issued and claimed, and who is on the way."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy.orm import Session

from lms.certificates.models.coordinating import Counted, Held, Lack, Ledgered, Pending, Sought, Waiting
from lms.certificates.models.paper import OVER
from lms.certificates.rules import coordinating as rules
from lms.certificates.store import coordinating as store
from lms.library.release import Release
from lms.modules.models import Activity
from lms.progress.rules.coordinating import folded

#: Certificates that are in memory at once, when all of them are written down.
_AT_ONCE = 500


def issued(session: Session, sought: Sought, today: date, most: int, before: int | None = None) -> Ledgered:
    """A page of the certificates that were sought, and what all of these come to."""
    alike: list[Counted]
    if folded(sought.words).split():
        found = rules.matching(store.slim(session, sought, today), sought.words)
        alike = [one.counted for one in found]
        leaves = [one.leaf for one in found if before is None or one.leaf < before][: most + 1]
        rows = store.listed(session, sought, today, most + 1, leaves=leaves) if leaves else []
    else:
        alike = store.counted(session, sought, today)
        rows = store.listed(session, sought, today, most + 1, before)
    examples = {one.system: one.id for one in alike}
    about = store.snapshots(session, list(examples.values()))
    return Ledgered(
        rows=tuple(rows[:most]),
        sums=rules.summed(alike, about, over=sought.state in OVER),
        count=sum(one.count for one in alike),
        next=rows[most - 1].certificate.index if len(rows) > most else None,
    )


def every(session: Session, sought: Sought, today: date) -> Iterator[Held]:
    """All certificates that were sought, some of them at a time; those that count no more only if they were sought."""
    wanted, before = folded(sought.words).split(), None
    while rows := store.listed(session, sought, today, _AT_ONCE, before):
        for row in rows:
            if not sought.state and not row.certificate.counts:
                continue
            if rules.has(wanted, row.certificate.name or "", row.holder.name, row.holder.email or ""):
                yield row
        if len(rows) < _AT_ONCE:
            return
        before = rows[-1].certificate.index


# -- Who is on the way ----------------------------------------------------------------------------------------------


def giving(release: Release, today: date) -> list[Activity]:
    """Activities that credit may be claimed for on a day."""
    cards = (card for kind in ("course", "module", "webinar", "episode") for card in release.cards(kind))
    found = (release.activity(card.url) for card in cards if card.credit)
    return [one for one in found if one is not None and one.gives_credit(today)]


def waiting(session: Session, release: Release, today: date, group: str = "") -> list[Waiting]:
    """How many have completed what gives credit and have no certificate of it, those activities where any are."""
    activities = giving(release, today)
    found = store.lacking(session, {one.url: one.edition for one in activities}, group)
    made = [Waiting(one.url, one.title, one.lang, one.kind, found.get(one.url, {})) for one in activities]
    return [one for one in made if one.all]


def pending(
    session: Session,
    release: Release,
    today: date,
    activity: str = "",
    group: str = "",
    lack: Lack | None = None,
    most: int = 50,
    before: int | None = None,
) -> tuple[list[Pending], int | None]:
    """Those people, of one activity or of all, and the number that the next page begins before."""
    editions = {one.url: one.edition for one in giving(release, today) if activity in ("", one.url)}
    rows = store.pending(session, editions, group, lack, most + 1, before)
    return rows[:most], rows[most - 1].number if len(rows) > most else None
