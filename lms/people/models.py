"""What is said of people with accounts: their roles, their profile, and what may be wrong with either."""

import re
import unicodedata
from functools import lru_cache
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, Field

from lms.modules.models import Language
from lms.text.values import Value

Role = Literal["learner", "author", "mentor", "coordinator", "administrator"]

#: All roles; everybody with an account is a learner.
ROLES: tuple[Role, ...] = ("learner", "author", "mentor", "coordinator", "administrator")

#: Kinds of people that credit systems ask for.
PROFESSIONS = (
    "physician",
    "nurse",
    "nurse practitioner",
    "physician assistant",
    "midwife",
    "pharmacist",
    "psychologist",
    "social worker",
    "dentist",
    "community health worker",
    "student",
    "other",
)

#: Of a password; https://pages.nist.gov/800-63-4/sp800-63b.html asks for eight at least, and no rules of signs.
SHORTEST, LONGEST = 10, 200

_SPACES = re.compile(r"\s+")
_UNSEEN = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})
#: Signs that turn the direction of what follows: in a name they would turn the page after it.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f]")


def name(text: str) -> str:
    """A name as it is kept: composed, without signs that do not show, with single spaces. Raises ValueError."""
    text = _TURNING.sub("", unicodedata.normalize("NFC", text))
    text = "".join(" " if unicodedata.category(sign) in _UNSEEN else sign for sign in text)
    text = _SPACES.sub(" ", text).strip()
    if not any(unicodedata.category(sign)[0] == "L" for sign in text):
        raise ValueError("a name has letters in it")
    if len(text) > 200:
        raise ValueError("a name has at most 200 characters")
    return text


def email(text: str) -> str:
    """An e-mail address as it is kept and compared: without spaces around it, in lower case. Raises ValueError.

    Whether it is anybody's only a letter to it can tell.
    """
    text = unicodedata.normalize("NFC", text).strip().lower()
    local, at, domain = text.rpartition("@")
    plain = text.isascii() and text.isprintable() and " " not in text and not set(text) & set('<>()[],;:\\"')
    labels = domain.split(".")
    fine = all(re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", label) for label in labels)
    if not (at and local and plain and fine and len(labels) > 1 and len(text) <= 254 and "@" not in local):
        raise ValueError("this is no e-mail address; write one such as rosa@clinic.example")
    return text


def password(text: str) -> str:
    """A password that may be chosen. Raises ValueError. Spaces and all signs count, and nothing is trimmed."""
    if len(text) < SHORTEST:
        raise ValueError(f"a password has at least {SHORTEST} signs; a short sentence is a good one")
    if len(text) > LONGEST:
        raise ValueError(f"a password has at most {LONGEST} signs")
    if len(set(text)) < 4:
        raise ValueError("this is too easy to guess; take a short sentence")
    return text


def licences(text: str) -> dict[str, str]:
    """Numbers by credit system, from `ACPE 1234567, ANCC 7654321`. Raises ValueError."""
    found = {}
    for part in filter(None, (part.strip() for part in text.replace(";", ",").split(","))):
        system, _, number = part.replace(":", " ", 1).partition(" ")
        if not re.fullmatch(r"[\w.-]{1,20}", system) or not re.fullmatch(r"[\w./ -]{1,60}", number.strip()):
            raise ValueError(f"`{part[:40]}` is no licence; write the system and the number, such as ACPE 1234567")
        found[system.upper()] = number.strip()
    return found


@lru_cache(maxsize=1)
def zones() -> frozenset[str]:
    """The names of the time zones that this machine knows: it looks through a thousand files for them, so once."""
    return frozenset(available_timezones())


def _zone(text: str) -> str:
    if text not in zones():
        raise ValueError("there is no such time zone")
    return text


def _roles(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


Name = Annotated[str, AfterValidator(name)]
Email = Annotated[str, AfterValidator(email)]
Zone = Annotated[str, AfterValidator(_zone)]
Roles = Annotated[tuple[Role, ...], BeforeValidator(_roles)]


class Profile(Value):
    """What a learner says of themselves."""

    name: Name
    """As printed on certificates."""
    profession: Annotated[str, Field(max_length=60)] = ""
    licences: dict[Annotated[str, Field(max_length=20)], Annotated[str, Field(max_length=60)]] = {}
    """Numbers that credit systems need, by the system's code, such as `{"ACPE": "1234567"}`."""
    language: Language = "en"
    zone: Zone = "UTC"
