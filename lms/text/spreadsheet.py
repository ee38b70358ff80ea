"""Tables as CSV that is safe to open in a spreadsheet."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

#: https://owasp.org/www-community/attacks/CSV_Injection: what a spreadsheet takes for the beginning of a formula. Where
#: it takes semicolons, tabs or line ends for the ends of cells, a cell may begin within ours.
_FORMULA = re.compile(r"(^|[;\t\r\n][\s\"]*)(?=[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20])")


def safe(cell: object) -> object:
    """The cell as a spreadsheet may have it: before what it would take for a formula stands an apostrophe."""
    return _FORMULA.sub(r"\1'", cell) if isinstance(cell, str) else cell


def lines(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The lines of a CSV file (RFC 4180), one at a time: a long table is never held whole."""
    for row in chain([head], rows):
        written = io.StringIO()
        csv.writer(written).writerow([safe(cell) for cell in row])
        yield written.getvalue()
