"""Numbers, sizes, times and days in the visitor's language."""

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from zoneinfo import ZoneInfo

from flask_babel import format_date, format_decimal, format_time, gettext, ngettext
from markupsafe import Markup, escape

from lms.media.models import Way

#: A line of this many bits a second is what "about 2 min" is reckoned for.
SLOW_LINE = 150_000

_TIGHT = "\u00a0"  # keeps a number and its unit on one line


def size(count: int) -> str:
    """Bytes as kB or MB of base 1000: `31 kB`, `2.4 MB`."""
    if count < 999_500:
        return f"{number(max(1, round(count / 1000)))}{_TIGHT}kB"
    if count < 999_500_000:
        return f"{number(round(count / 1e6, 1 if count < 9_950_000 else 0))}{_TIGHT}MB"
    return f"{number(round(count / 1e9, 1))}{_TIGHT}GB"


def number(value: Decimal | float) -> str:
    """A number to the thousandth: credit is claimed in steps as small as 0.025."""
    return str(format_decimal(value, format="#,##0.###"))


def minutes(count: int) -> str:
    """`42 min`, or `1 h 25 min`."""
    hours, rest = divmod(count, 60)
    parts = [f"{hours}{_TIGHT}h"] if hours else []
    if rest or not hours:
        parts.append(f"{rest}{_TIGHT}min")
    return _TIGHT.join(parts)


def clock(seconds: Decimal | float) -> str:
    """A place in a recording: `1:05`, or `1:02:03`."""
    whole = int(seconds)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def exact(seconds: Decimal) -> str:
    """Seconds for a script, in as few signs as they need."""
    return format(seconds.normalize(), "f")


def lasting(seconds: Decimal | float) -> str:
    """How long a recording is, to the minute."""
    return minutes(max(1, round(float(seconds) / 60)))


def iso_duration(seconds: Decimal | float) -> str:
    return f"PT{int(seconds)}S"


def wait(count: int) -> str:
    """How long `count` bytes take on a slow line."""
    seconds = count * 8 / SLOW_LINE
    if seconds < 5:
        return gettext("a few seconds")
    if seconds < 55:
        return gettext("about %(n)s s", n=round(seconds / 5) * 5)
    return gettext("about %(time)s", time=minutes(round(seconds / 60)))


def day(value: dt.date | str) -> str:
    """A date in words; an ISO string is read first."""
    return str(format_date(dt.date.fromisoformat(value[:10]) if isinstance(value, str) else value, "long"))


def moment(value: dt.datetime, zone: str) -> str:
    """A day and a time of it, in a learner's time zone."""
    there = value.astimezone(ZoneInfo(zone))
    return f"{day(there.date())}, {time_of_day(value, zone)}"


def time_of_day(value: dt.datetime, zone: str) -> str:
    return str(format_time(value.astimezone(ZoneInfo(zone)), "short", rebase=False))


def month(value: dt.date | str) -> str:
    return str(format_date(dt.date.fromisoformat(value[:10]) if isinstance(value, str) else value, "medium"))


def kind(name: str) -> str:
    """What a kind of page is called."""
    return {
        "module": gettext("Module"),
        "webinar": gettext("Webinar"),
        "episode": gettext("Episode"),
        "course": gettext("Course"),
        "show": gettext("Podcast"),
        "lesson": gettext("Lesson"),
        "term": gettext("Glossary"),
        "person": gettext("Person"),
        "topic": gettext("Topic"),
        "page": gettext("Page"),
    }[name]


def counted(name: str, count: int) -> str:
    """How many parts a thing has: lessons of a module, items of a course, episodes of a show."""
    if name == "module":
        return ngettext("%(num)s lesson", "%(num)s lessons", count)
    if name == "show":
        return ngettext("%(num)s episode", "%(num)s episodes", count)
    return ngettext("%(num)s part", "%(num)s parts", count)


def way(name: Way) -> str:
    """What a way to take a recording is called."""
    return {
        "listen-low": gettext("Listen, low data"),
        "listen": gettext("Listen"),
        "watch-low": gettext("Watch small"),
        "watch": gettext("Watch"),
    }[name]


def asked(kind: str, count: int) -> str:
    """How many questions of one kind a quiz has."""
    match kind:
        case "single":
            return ngettext("%(num)s with one right choice", "%(num)s with one right choice each", count)
        case "multiple":
            return ngettext("%(num)s with several right choices", "%(num)s with several right choices each", count)
        case "number":
            return ngettext("%(num)s answered by a number", "%(num)s answered by numbers", count)
        case "text":
            return ngettext("%(num)s answered in a word or two", "%(num)s answered in a word or two", count)
        case "order":
            return ngettext("%(num)s list to put in order", "%(num)s lists to put in order", count)
        case "match":
            return ngettext("%(num)s table to match", "%(num)s tables to match", count)
    return ngettext("%(num)s reflection, kept and not marked", "%(num)s reflections, kept and not marked", count)


def initials(name: str) -> str:
    words = [word for word in name.split() if word[:1].isalpha()]
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()


def browser(agent: str) -> str:
    """What a browser is called that says this of itself: `Firefox, Android`."""
    # In this order, for browsers name those before them too.
    names = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
    systems = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows", "Mac OS": "Mac"}
    said = [next((told for sign, told in names.items() if sign in agent), "")]
    said.append(next((told for sign, told in (systems | {"Linux": "Linux"}).items() if sign in agent), ""))
    return ", ".join(filter(None, said)) or gettext("another program")


def shortened(text: str, most: int = 220) -> str:
    """The beginning of a long text, to the last whole word."""
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0].rstrip(".,;:") + "…"


def ticks(text: str) -> Markup:
    """Text whose `backticked` words are code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def filetype(type: str) -> str:
    """What people call a media type."""
    known = {"application/pdf": "PDF", "application/zip": "ZIP"}
    return known.get(type, type.rpartition("/")[2].upper()[:12])


def licence(name: str) -> Markup:
    """A licence by its SPDX name or address, as a link where we know where it leads."""
    if name.startswith(("http://", "https://")):
        return Markup('<a href="{0}" rel="license">{0}</a>').format(name)
    found = _CC.match(name)
    if found is None:
        return escape(name)
    kind, version = found[1].lower(), found[2]
    folder = "publicdomain/zero" if kind == "0" else f"licenses/{kind}"
    words = f"CC{kind}" if kind == "0" else f"CC {kind.upper()} {version}"
    return Markup('<a href="https://creativecommons.org/{}/{}/" rel="license">{}</a>').format(folder, version, words)


_CC = re.compile(r"^CC-?(BY(?:-NC)?(?:-SA|-ND)?|0)-(\d\.\d)$", re.IGNORECASE)

FILTERS: dict[str, Callable[..., object]] = {
    filter.__name__: filter
    for filter in (
        *(
            asked,
            browser,
            clock,
            counted,
            day,
            exact,
            filetype,
            initials,
            iso_duration,
            kind,
            lasting,
            minutes,
            moment,
            month,
        ),
        *(number, shortened, size, ticks, time_of_day, wait, way),
    )
}
