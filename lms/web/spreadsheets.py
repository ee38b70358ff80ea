"""Tables for a spreadsheet, sent piece by piece."""

from collections.abc import Iterable, Iterator, Sequence

from flask import Response, stream_with_context
from sqlalchemy.orm import Session

from lms.text.spreadsheet import lines
from lms.web.at_hand import today
from lms.web.visitor import database

#: Lines that are sent at once.
_PIECE = 200


def spreadsheet(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A table as a CSV file of this name and day."""
    response = Response(stream_with_context(_pieces(lines(head, rows), database())))
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{today().isoformat()}.csv"'
    return response


def _pieces(some: Iterable[str], session: Session) -> Iterator[str]:
    """Some lines at a time. Spreadsheets take UTF-8 for what it is only where this mark stands first."""
    piece = ["\ufeff"]
    try:
        for line in some:
            piece.append(line)
            if len(piece) >= _PIECE:
                yield "".join(piece)
                piece = []
        yield "".join(piece)
    finally:
        # What is asked after the request has ended, and when somebody goes away meanwhile, is given back here.
        session.close()
