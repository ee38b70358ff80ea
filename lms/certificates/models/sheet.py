"""A transcript on paper, all of it in words already."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sum:
    """What was earned of one system."""

    amount: str
    units: str
    system: str
    """Its name, where the units do not say it; else empty."""


@dataclass(frozen=True, slots=True)
class Row:
    """One certificate."""

    day: str
    title: str
    lang: str
    detail: str
    """Kind, system and provider."""
    amount: str
    units: str
    state: str
    """What became of it, where it is not simply valid; else empty."""
    counts: bool
    address: str
    """Of its verification page."""


@dataclass(frozen=True, slots=True)
class Sheet:
    lang: str
    right_to_left: bool
    organisation: str
    heading: str
    name: str
    period: str
    made: str
    """The day it was made, and where."""
    sums: tuple[Sum, ...]
    systems: tuple[str, ...]
    """The heads of the table of years: units by system; the table is left out where there is only one year."""
    years: tuple[tuple[str, ...], ...]
    """A year, and what was earned of each system in it."""
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    sample: str
    """What a sample programme says across its papers; else empty."""
    page: str
    """`Page {number} of {total}` in the sheet's language."""
    certificates: str
    columns: tuple[str, str, str]
    year: str
    sum: str
