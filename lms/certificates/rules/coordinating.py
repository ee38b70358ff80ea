"""Sums of certificates, and which of them have words that are searched for. Pure."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from lms.certificates.models.coordinating import Counted, Slim, Sum
from lms.certificates.models.paper import OVER, Snapshot
from lms.progress.rules.coordinating import folded


def summed(found: Iterable[Counted], about: Mapping[str, Snapshot], over: bool = False) -> tuple[Sum, ...]:
    """Amounts by system, exactly; `about` has one certificate of each. With `over`, those that count no more count."""
    sums: dict[str, tuple[int, int, Decimal, Decimal]] = {}
    for one in found:
        count, counting, claimed, offered = sums.get(one.system, (0, 0, Decimal(0), Decimal(0)))
        if over or one.state not in OVER:
            counting += one.count
            claimed += one.count * Decimal(one.claimed)
            offered += one.count * Decimal(one.offered)
        sums[one.system] = (count + one.count, counting, claimed, offered)
    return tuple(Sum(system, about[system].system_name, about[system].units, *sums[system]) for system in sorted(sums))


def matching(found: Iterable[Slim], words: str) -> list[Slim]:
    """Those that have all these words in a name or address, in any case, with accents or without."""
    wanted = folded(words).split()
    return [one for one in found if has(wanted, one.name, one.present, one.email)]


def has(wanted: list[str], *said: str) -> bool:
    """Whether all folded words stand in what is said."""
    text = " ".join(folded(one) for one in said)
    return all(word in text for word in wanted)
