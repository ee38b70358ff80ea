"""A transcript put into words for paper."""

from datetime import datetime
from decimal import Decimal

from lms.certificates.models.paper import Certificate
from lms.certificates.models.sheet import Row, Sheet, Sum
from lms.certificates.models.transcript import Unit
from lms.certificates.service.transcripts import Transcript
from lms.certificates.views import saying
from lms.web.at_hand import gettext, language, origin, site
from lms.web.languages import right_to_left
from lms.web.words import day, month, number


def sheet(found: Transcript, name: str, now: datetime) -> Sheet:
    """The transcript of somebody, in the visitor's language."""
    period = saying.period(found.period)
    some = [(found.units[code], found.sums[code]) for code in found.sums]
    return Sheet(
        lang=language(),
        right_to_left=right_to_left(language()),
        organisation=site().organisation or site().title,
        heading=gettext("Transcript of credit"),
        name=name,
        period=period[:1].upper() + period[1:],
        made=gettext("Made on %(day)s at %(site)s") % {"day": day(now.date()), "site": origin().partition("://")[2]},
        sums=tuple(_sum(unit, amount) for unit, amount in some) or (Sum("0", gettext("credits"), ""),),
        systems=tuple(unit.units for unit, _ in some),
        years=tuple(
            (str(year), *(number(amounts[code]) if code in amounts else "–" for code in found.sums))
            for year, amounts in found.years.items()
        ),
        rows=tuple(_row(one, saying.unit_of(found, one)) for one in found.whole(found.lines)),
        notes=_notes(found),
        sample=gettext("Sample") if site().sample else "",
        page=gettext("Page {number} of {total}"),
        certificates=gettext("Certificates"),
        columns=(gettext("Completed"), gettext("Title"), gettext("Credit")),
        year=gettext("Year"),
        sum=gettext("Earned"),
    )


def _sum(unit: Unit, amount: Decimal) -> Sum:
    said = unit.of(amount)
    return Sum(number(amount), said, "" if unit.says_name else unit.name)


def _row(found: Certificate, unit: Unit) -> Row:
    one = found.snapshot
    about = (saying.medium(one.medium), "" if unit.says_name else unit.name, one.provider)
    return Row(
        day=month(one.completed.date()),
        title=one.title,
        lang=one.lang,
        detail=" · ".join(filter(None, about)),
        amount=number(one.claimed),
        units=unit.of(one.claimed),
        state="" if found.state == "valid" else saying.became(found),
        counts=found.counts,
        address=one.url,
    )


def _notes(found: Transcript) -> tuple[str, ...]:
    some = [gettext("Whoever opens the address under a certificate sees whether it is genuine, and what became of it.")]
    if {line.state for line in found.lines} - {"valid"}:
        some.append(saying.counted())
    if site().sample:
        some.append(gettext("Of a sample programme: it certifies nothing."))
    return tuple(some)
