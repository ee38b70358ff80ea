"""Tables as CSV that is safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

#: https://owasp.org/www-community/attacks/CSV_Injection: what a spreadsheet takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe(cell: object) -> object:
    """The cell as a spreadsheet may have it: text that it would take for a formula begins with an apostrophe."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def lines(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The lines of a CSV file (RFC 4180), one at a time: a long table is never held whole."""
    for row in chain([head], rows):
        written = io.StringIO()
        csv.writer(written).writerow([safe(cell) for cell in row])
        yield written.getvalue()
