"""What a transcript says, in the visitor's words: on its page, on paper, and for a spreadsheet."""

from collections.abc import Iterator
from decimal import Decimal

from lms.certificates.models.paper import Certificate
from lms.certificates.models.transcript import Advance, Period, Step, Unit
from lms.certificates.rules import ids
from lms.certificates.rules.goals import FARTHEST
from lms.certificates.service.transcripts import Transcript
from lms.certificates.views.telling import state
from lms.credit.models import PLAIN
from lms.credit.rules.targets import MOST
from lms.web.at_hand import gettext, ngettext
from lms.web.words import day, month, number


def units(value: Decimal, unit: Unit) -> str:
    """Such as `12.5 hours of learning`."""
    return f"{number(value)} {unit.of(value)}"


def unit_of(found: Transcript, one: Certificate) -> Unit:
    """What a certificate's credit is counted in, as it says itself; hours in the visitor's language."""
    said = one.snapshot
    return found.units[PLAIN] if said.system == PLAIN else Unit(said.system_name, said.unit, said.units)


def became(found: Certificate) -> str:
    """What became of a certificate, and when."""
    if found.state == "expired" and found.snapshot.expires:
        return gettext("expired: valid until %(day)s") % {"day": month(found.snapshot.expires)}
    since = {"day": month(found.since.date())} if found.since else {"day": ""}
    if found.state == "revoked":
        return gettext("revoked on %(day)s: does not count") % since
    if found.state == "superseded":
        return gettext("superseded on %(day)s: does not count") % since
    return gettext("valid")


def counted() -> str:
    """What sums leave out, and what they do not."""
    return gettext(
        "Certificates that have expired count for the time in which they were earned. Those that were revoked or "
        "superseded are listed with their state, and count nowhere."
    )


def medium(name: str) -> str:
    """How one took part in what a certificate is about."""
    return {
        "reading": gettext("Module"),
        "recording": gettext("Webinar"),
        "audio": gettext("Episode"),
        "course": gettext("Course"),
        "teaching": gettext("Learning from teaching"),
    }.get(name, name)


def step(name: Step) -> str:
    """What is next on the way to a certificate."""
    return {
        "begin": gettext("Completed. Next: read what is said of it before its credit."),
        "complete": gettext("Begun for credit, and not complete yet."),
        "evaluate": gettext("Completed. Next: the evaluation form."),
        "claim": gettext("Completed. Next: claim your credit."),
        "renew": gettext("Its renewal is begun."),
    }[name]


def period(asked: Period) -> str:
    """Which days a transcript is about."""
    first, last = asked.begins, asked.ends
    if first and last:
        return gettext("%(first)s to %(last)s") % {"first": day(first), "last": day(last)}
    if first:
        return gettext("since %(day)s") % {"day": day(first)}
    return gettext("until %(day)s") % {"day": day(last)} if last else gettext("all years")


# -- Targets --------------------------------------------------------------------------------------------------------


def so_far(found: Advance, unit: Unit) -> str:
    """How much is earned of what is aimed at."""
    goal = found.goal
    said = {
        "earned": number(found.earned),
        "amount": number(goal.amount),
        "units": unit.of(goal.amount),
        "day": day(goal.until),
    }
    return gettext("%(earned)s of %(amount)s %(units)s by %(day)s") % said


def to_go(found: Advance) -> str:
    """What is left to earn, and how fast it would have to be."""
    left = {"left": number(found.left)}
    if found.reached:
        return gettext("Reached.")
    if found.days < 0:
        return gettext("Its time is over; %(left)s were missing.") % left
    if found.pace is not None:
        return gettext("%(left)s to go, about %(pace)s a month.") % (left | {"pace": number(found.pace)})
    if found.days == 0:
        return gettext("%(left)s to go, and today is the last day.") % left
    words = ngettext("%(left)s to go, in %(num)s day.", "%(left)s to go, in %(num)s days.", found.days)
    return words % (left | {"num": found.days})


def fault(name: str) -> str:
    """What is wrong with what was typed into a field."""
    return {
        "amount": gettext("Write a number above 0 and up to %(most)s, such as 50 or 12.5.") % {"most": number(MOST)},
        "system": gettext("Choose one of these."),
        "day": gettext("This is no day; write one such as 2026-11-21."),
        "past": gettext("This day is past; choose one that is still to come."),
        "order": gettext("The last day is before the first."),
        "far": gettext("Choose a day in the next %(years)s years.") % {"years": FARTHEST},
    }[name]


# -- For a spreadsheet ----------------------------------------------------------------------------------------------


def head() -> list[str]:
    return [
        gettext("Completed"),
        gettext("Title"),
        gettext("Kind"),
        gettext("Edition"),
        gettext("Credit system"),
        gettext("Claimed"),
        gettext("Units"),
        gettext("Offered"),
        gettext("State"),
        gettext("Counts"),
        gettext("Issued"),
        gettext("Valid until"),
        gettext("Provider"),
        gettext("Accreditation number"),
        gettext("Name"),
        gettext("Certificate"),
        gettext("Verification"),
    ]


def rows(transcript: Transcript) -> Iterator[list[object]]:
    """One line a certificate; numbers and days as programs read them."""
    for found in transcript.whole(transcript.lines):
        one, unit = found.snapshot, unit_of(transcript, found)
        yield [
            one.completed.date().isoformat(),
            one.title,
            medium(one.medium),
            one.edition,
            unit.name,
            format(one.claimed, "f"),
            unit.units,
            format(one.offered, "f"),
            state(found.state),
            gettext("yes") if found.counts else gettext("no"),
            one.issued.date().isoformat(),
            one.expires.isoformat() if one.expires else "",
            one.provider,
            one.provider_number,
            found.name or "",
            ids.shown(one.id),
            one.url,
        ]
