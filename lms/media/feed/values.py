"""Single values of other people's feeds, in all the shapes they come in: words, addresses, days, lengths, numbers."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime
from functools import lru_cache
from html import unescape
from urllib.parse import quote, urljoin, urlsplit

#: A number of more digits than a date or length has; and the longest recording, a thousand hours.
LONGEST = Decimal(3_600_000)
_NONE = Decimal(0)
_LONGEST = int(LONGEST)  # which numbers are compared with ten times faster

_LONG_NUMBER = re.compile(r"&#(?:[0-9]{20,}|[xX][0-9a-fA-F]{20,});?")
_ENTITY = re.compile(r"&[#A-Za-z]")
_TAG = re.compile(r"<[^<>]*>")
_ESCAPED = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d{2,6});")
#: Signs that turn the direction of what follows them, to the end of the page if nobody turns it back.
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff\u200b]")

_USUAL_DAY = re.compile(
    r"(?:[A-Za-z]{3}, )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) (?:GMT|UTC|([+-])(\d\d)(\d\d))", re.ASCII
)
_MONTH_NAMES = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_NUMBERS = {name: number for number, name in enumerate(_MONTH_NAMES, 1)}
_MONTHS = {name: f"{number:02}" for name, number in _NUMBERS.items()}
#: Months as other languages write them, by how they begin.
_OTHER_MONTHS = {
    "ene": 1, "janv": 1, "fév": 2, "fev": 2, "mär": 3, "abr": 4, "avr": 4, "mai": 5, "maj": 5, "juin": 6, "juil": 7,
    "ago": 8, "aoû": 8, "set": 9, "out": 10, "okt": 10, "déc": 12, "dez": 12, "dic": 12,
}  # fmt: skip
_AWAY = re.compile(r" [+-]\d{4}", re.ASCII)
_DAY_MONTH = re.compile(
    r"\b(\d{1,2})(?:st|nd|rd|th|\.)?[\s/-]+(?:de\s+)?([^\W\d_]{3,12})\.?[\s,/-]+(?:de\s+)?(\d{4}|\d\d)\b"
)
_MONTH_DAY = re.compile(r"\b([^\W\d_]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b")
_YEAR_FIRST = re.compile(r"\b(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_TIME = re.compile(r"(?<!\d)(\d{1,2}):(\d\d)(?::(\d\d))?(?:\.\d+)?\s*([ap]\.?m\b)?", re.IGNORECASE)
_ZONE = re.compile(r"([+-])(\d\d):?(\d\d)\s*(?:\(.*)?$")
_ZONES = {
    "EST": -5,
    "EDT": -4,
    "CST": -6,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
    "CET": 1,
    "CEST": 2,
    "BST": 1,
}

_CLOCK = re.compile(r"\d{1,7}(?:[.,]\d{1,6})?", re.ASCII)
_SPELLED = re.compile(
    r"(?:P?T?)?\s*(?:(\d{1,5})\s*h(?:ours?|rs?)?)?[\s,]*(?:(\d{1,6})\s*m(?:in(?:ute)?s?)?)?[\s,.]*(?:(\d{1,7}(?:\.\d{1,6})?)\s*s(?:ec(?:ond)?s?)?)?\.?",
    re.IGNORECASE | re.ASCII,
)
_NUMBER = re.compile(r"\s*(\d{1,12})", re.ASCII)
_ASCII_URL = re.compile(r"[!-~]+")
#: Most addresses are like this, and need not be taken apart.
_USUAL_URL = re.compile(r"https?://[A-Za-z0-9.-]*[A-Za-z0-9](?::[1-9]\d{1,3})?(?:[/?#][!-~]*)?", re.ASCII)
#: As tags of the site itself are: what is longer or otherwise would be no value of `lang` on a page.
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,4}")


def unescaped(text: str) -> str:
    """Signs for their entities, but for numbers of thousands of digits, which Python refuses to read."""
    if "&" not in text:
        return text
    return unescape(_LONG_NUMBER.sub("\ufffd", text))


def plain(text: str, most: int = 100_000) -> str:
    """The words alone, in one line."""
    if "<" in text:
        text = _TAG.sub(" ", text[:most] if len(text) > most else text)
    if "&" in text and _ENTITY.search(text):
        text = unescaped(text)
        if "&" in text and _ESCAPED.search(text):
            text = unescaped(text)  # escaped twice, as many a feed's titles are
    if not text.isascii():
        text = _TURNS.sub("", text)
    if text.isprintable() and "  " not in text:
        return text.strip(" ")  # no other spaces are printable
    return " ".join(text.split())


def shortened(text: str, most: int = 400) -> str:
    if len(text) <= most:
        return text
    return (text[:most].rpartition(" ")[0] or text[:most]) + " …"


def tag(text: str) -> str:
    """A language's tag, or nothing when it can be none."""
    text = text.strip().replace("_", "-")
    return text if _LANGUAGE.fullmatch(text) else ""


def address(url: str, source: str) -> str:
    """An address that may be fetched: http or https, without a name and password in it; or, when the feed itself is
    a file, a plain path. Signs that no address may hold are written as one may."""
    if _USUAL_URL.fullmatch(url):
        return url
    url = url.strip()
    if not url:
        return ""
    if not (url.startswith(("https://", "http://")) and _ASCII_URL.fullmatch(url)):
        url = "".join(url.split("\n")).replace("\t", "").replace("\r", "")
        url = f"https:{url}" if url.startswith("//") and not source else url
    try:
        joined = url if url.startswith(("https://", "http://")) or not source else urljoin(source, url)
        parts = urlsplit(joined)
        if parts.scheme in ("http", "https"):
            if not parts.hostname or "@" in parts.netloc or parts.port == 0:
                return ""
            return joined if _ASCII_URL.fullmatch(joined) else escaped(joined)
    except ValueError:
        return ""
    return joined if not source and not parts.scheme and not parts.netloc else ""


def escaped(url: str) -> str:
    """An address with all that is no ASCII, spaces too, written as `%20` and the like."""
    parts = urlsplit(url)
    host = parts.netloc
    if not host.isascii():
        host = host.encode("idna").decode()
    rest = quote(parts._replace(scheme="", netloc="").geturl(), safe="!#$%&'()*+,/:;=?@[]~")
    return f"{parts.scheme}://{host}{rest}"


def web(url: str, source: str) -> str:
    if _USUAL_URL.fullmatch(url):
        return url
    found = address(url, source)
    return found if found.startswith(("http://", "https://")) else ""


def moment(text: str) -> datetime | None:
    """A day and time in UTC, in whatever way it is written; None when it says none."""
    if not text or len(text) > 100:
        return None
    if found := _usual_moment(text):
        return found
    try:
        if (usual := _USUAL_DAY.match(text)) and (month := _NUMBERS.get(usual[2])):
            day, _, year, hour, minute, second, sign, hours, minutes = usual.groups()
            read = datetime(int(year), month, int(day), int(hour), int(minute), int(second), tzinfo=UTC)
            if sign and (hours != "00" or minutes != "00"):
                away = timedelta(hours=int(hours), minutes=int(minutes))
                return read + away if sign == "-" else read - away
            return read
    except (ValueError, OverflowError):
        pass
    # The standard library takes zones that it does not know for UTC.
    ways = (parsedate_to_datetime, datetime.fromisoformat, _spelled_day)
    for known in reversed(ways) if text.split()[-1:] and text.split()[-1] in _ZONES else ways:
        try:
            found = known(text)
            whole = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, TypeError, IndexError, KeyError, OverflowError):
            continue
        if 1970 <= whole.year <= 2200:
            return whole
    return None


def _usual_moment(text: str) -> datetime | None:
    """A moment written `Tue, 09 Jun 2026 06:00:00 +0000`, by where its signs stand; None for all others."""
    month, away = _MONTHS.get(text[8:11]), _away(text[25:])
    if not month or not away or text[3:5] != ", " or not text[:3].isalpha():
        return None
    if not text[7] == text[11] == text[16] == " " or not text[19] == text[22] == ":":
        return None
    try:
        read = datetime.fromisoformat(f"{text[12:16]}-{month}-{text[5:7]}T{text[17:25]}{away}")
        return read if read.tzinfo is UTC else read.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=100)
def _away(zone: str) -> str:
    """A zone as ISO 8601 has it; a show has few."""
    if zone in (" GMT", " UTC"):
        return "+00:00"
    return f"{zone[1:4]}:{zone[4:]}" if _AWAY.fullmatch(zone) else ""


def _spelled_day(text: str) -> datetime:
    """Raises ValueError where no day is written, or one that may be either of two."""
    if re.fullmatch(r"\d{9,10}", text, re.ASCII):
        return datetime.fromtimestamp(int(text), UTC)
    if found := _YEAR_FIRST.search(text):
        year, month, day = int(found[1]), int(found[2]), int(found[3])
    elif found := _DAY_MONTH.search(text):
        year, month, day = int(found[3]), _month(found[2]), int(found[1])
    elif found := _MONTH_DAY.search(text):
        year, month, day = int(found[3]), _month(found[1]), int(found[2])
    else:
        raise ValueError(text)
    year += 2000 if year < 70 else 1900 if year < 100 else 0
    rest = text[found.end() :]
    hour = minute = second = 0
    if time := _TIME.search(rest):
        hour, minute, second = int(time[1]), int(time[2]), min(int(time[3] or 0), 59)
        if time[4]:
            hour = hour % 12 + (12 if time[4].lower().startswith("p") else 0)
    read = datetime(year, month, day, tzinfo=UTC) + timedelta(hours=min(hour, 24), minutes=minute, seconds=second)
    if zone := _ZONE.search(rest.strip()):
        away = timedelta(hours=int(zone[2]), minutes=int(zone[3]))
        return read + away if zone[1] == "-" else read - away
    return read - timedelta(hours=_ZONES.get(rest.split()[-1].upper() if rest.split() else "", 0))


def _month(name: str) -> int:
    name = name.lower()
    for begins, number in _OTHER_MONTHS.items():
        if name.startswith(begins):
            return number
    return _NUMBERS[name[:3].title()]


def seconds(text: str) -> Decimal:
    """A length: `754`, `12:34`, `62:03`, `1:02:03`, `75.5`, `1h2m` or `PT1H2M`; zero for all that is none."""
    text = text.strip()
    if not text or len(text) > 60:
        return _NONE
    if text.isdecimal() and text.isascii() and len(text) < 8:
        return Decimal(text) if int(text) <= _LONGEST else _NONE
    parts = text.split(":")
    total = Decimal(0)
    if len(parts) <= 3 and all(_CLOCK.fullmatch(part.strip()) for part in parts):
        for part in parts:
            total = total * 60 + Decimal(part.strip().replace(",", "."))
    elif (found := _SPELLED.fullmatch(text)) and any(found.groups()):
        total = Decimal(int(found[1] or 0) * 3600 + int(found[2] or 0) * 60) + Decimal(found[3] or 0)
    return total if total <= LONGEST else _NONE


def number(text: str) -> int | None:
    """A whole number above zero."""
    if not text or len(text) < 10 and text.isdecimal() and text.isascii():
        return int(text or 0) or None
    found = _NUMBER.match(text)
    return int(found[1]) if found and int(found[1]) > 0 else None


def yes(text: str) -> bool:
    return text.lower() in ("true", "yes", "explicit")
