"""The columns of the export for reporting: what a heading of credit.yaml may stand over. Pure.

A report wants the columns of whoever it is for, in their order and words, so each programme says its own.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lms.text.problems import nearest

#: What may stand under a heading, and what that is; besides, `licence:<CODE>` and `=text`.
FIELDS = {
    "completed": "the day of completion, such as 2026-11-21",
    "issued": "the day on which the certificate was issued",
    "expires": "the last day on which it is valid, if it ends",
    "state": "`valid`, `expired`, `revoked` or `superseded`",
    "certificate": "its id",
    "address": "the address where anyone can verify it",
    "kind": "`completion` or `teaching`",
    "name": "the holder's name, as printed",
    "first_name": "that name without its last part",
    "last_name": "its last part",
    "email": "the holder's e-mail address of today",
    "profession": "the holder's profession, as printed",
    "group": "the group that coordinators look at them in",
    "activity": "the address of the activity, such as /modules/measuring-bp",
    "title": "its title",
    "medium": "`reading`, `recording`, `audio`, `course` or `teaching`",
    "edition": "the number of its edition",
    "system": "the credit system's code",
    "system_name": "its name",
    "unit": "one unit of it",
    "units": "several units of it",
    "claimed": "how much was claimed, in units",
    "offered": "how much was offered",
    "provider": "who is accredited",
    "number": "the accreditation's number",
    "statement": "what the certificate states",
}

#: The columns known of the ACCME learner sheet. What Spoke does not know is left for whoever reports to fill in.
ACCME: Mapping[str, str] = {
    "Record Action": "=",
    "ACCME Activity ID": "=",
    "Completion Date": "completed",
    "First Name": "first_name",
    "Last Name": "last_name",
    "Date of Birth (month and day)": "licence:BIRTHDAY",
    "Licensing State": "licence:STATE",
    "Licensing ID or NPI": "licence:NPI",
    "Number of CME Credits": "claimed",
    "Certifying Board": "licence:BOARD",
    "Certifying Board ID": "licence:MOC",
    "Total Board Credits": "=",
    "Credit Type": "system",
    "Credits Awarded for Credit Type": "claimed",
    "Additional Credit Type": "=",
}

LICENCE = re.compile(r"licence:([\w.-]{1,20})")

#: Words that belong to the family name that follows them.
_PARTICLES = frozenset(
    "af al bin da de del della den der di dos du el la las le lo los te ter van vom von zu zum".split()
)


@dataclass(frozen=True, slots=True)
class Fault:
    """A column that nothing can be written under: what is wrong, and how to mend it."""

    heading: str
    words: str
    mend: str


def problems(columns: Mapping[str, str]) -> Iterator[Fault]:
    """What is wrong with the columns that credit.yaml says."""
    for heading, said in columns.items():
        if said in FIELDS or said.startswith("=") or LICENCE.fullmatch(said):
            continue
        if said.startswith("licence"):
            words = f"`{said}` under the heading `{heading}` names no licence"
            yield Fault(heading, words, "write the code of the profile's licences, such as `licence:NPI`")
            continue
        close = nearest(said, list(FIELDS))
        words = f"`{said}` is nothing that can stand under the heading `{heading}`"
        mend = f"did you mean `{close}`?" if close else "take one of docs/authoring.md, or text that begins with `=`"
        yield Fault(heading, words, mend)


def chosen(columns: Mapping[str, str]) -> Mapping[str, str]:
    """The columns to export: those said, or those of the ACCME learner sheet."""
    return columns or ACCME


def split(name: str) -> tuple[str, str]:
    """A name as first and last name: the last word, and the particles before it, are the last one.

    It is a guess. Whoever has two family names, or writes them first, is split wrongly unless a comma parts the
    name: `Quispe Mamani, Rosa`.
    """
    last, comma, first = (part.strip() for part in name.partition(","))
    if comma and last and first:
        return first, last
    words = name.split()
    at = len(words) - 1
    while at > 1 and words[at - 1].casefold() in _PARTICLES:
        at -= 1
    return " ".join(words[: max(at, 0)]), " ".join(words[max(at, 0) :])
