"""A table of people who are to be invited, read from CSV with all that is wrong with it."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from lms.people import models
from lms.people.models import ROLES, Role
from lms.text.problems import nearest

COLUMNS = ("email", "name", "role", "group")
#: People in one file, and its bytes.
MOST, LARGEST = 50_000, 20_000_000


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody who is to be invited, and what is known of them."""

    email: str
    name: str = ""
    roles: tuple[Role, ...] = ("learner",)
    group: str = ""


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something wrong with the file, at a line from 1."""

    line: int
    what: str


def read(data: bytes) -> tuple[list[Invited], list[Mistake]]:
    """The people in a file of CSV, and every mistake in it.

    Its first line names the columns: `email`, and perhaps `name`, `role` and `group`. Between cells stand commas,
    semicolons or tabs. Several roles stand in one cell with spaces or commas between them.
    """
    text, mistakes = _text(data)
    if mistakes:
        return [], mistakes
    rows = _rows(text, mistakes)
    line, head = next(rows, (1, []))
    places = _places(line, head, mistakes)
    people: list[Invited] = []
    lines: dict[str, int] = {}
    if places:
        for line, cells in rows:
            if len(people) == MOST:
                mistakes.append(Mistake(line, f"one file has at most {MOST:,} people; split it"))
                break
            one = _invited(line, cells, places, len(head), mistakes)
            if one.email in lines:
                mistakes.append(Mistake(line, f"{one.email} stands in line {lines[one.email]} already"))
            elif one.email:
                lines[one.email] = line
            people.append(one)
        if not people and not mistakes:
            mistakes.append(Mistake(line, "there is nobody below the names of the columns"))
    return people, sorted(mistakes, key=lambda mistake: mistake.line)


def _text(data: bytes) -> tuple[str, list[Mistake]]:
    if len(data) > LARGEST:
        return "", [Mistake(1, f"the file has {len(data) / 1e6:.0f} MB, more than {LARGEST // 1_000_000}; split it")]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "", [Mistake(1, "the file is encoded as UTF-16; save it as “CSV UTF-8”")]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        return "", [Mistake(line, f"byte 0x{data[fault.start]:02x} is not UTF-8; save the file as “CSV UTF-8”")]
    if "\0" in text:
        return "", [Mistake(text.count("\n", 0, text.index("\0")) + 1, "there is a null byte; this is no CSV")]
    return (text, []) if text.strip() else ("", [Mistake(1, "the file is empty")])


def _rows(text: str, mistakes: list[Mistake]) -> Iterator[tuple[int, list[str]]]:
    """The rows that have anything in them, with the line that each begins at."""
    head = text.lstrip().split("\n", 1)[0]
    between = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=between, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, [cell.strip() for cell in cells]
            line = reader.line_num + 1
    except csv.Error as fault:
        mistakes.append(Mistake(line, f"this is no CSV ({fault}); look for a quote that is not closed"))


def _places(line: int, head: list[str], mistakes: list[Mistake]) -> dict[str, int]:
    """Where each column is; empty where that cannot be told."""
    names = [cell.casefold() for cell in head]
    places = {name: at for at, name in reversed(list(enumerate(names))) if name in COLUMNS}
    wrong = []
    for at, name in enumerate(names):
        if name in COLUMNS:
            if places[name] != at:
                wrong.append(f"the column `{name}` stands there twice")
            continue
        near = nearest(name, COLUMNS) if name else None
        known = f"did you mean `{near}`?" if near else "the columns are email, name, role and group"
        wrong.append(f"there is no column `{name[:40]}`: {known}")
    if "email" not in places:
        wrong.append("the first line must name the columns, `email` among them")
    mistakes += [Mistake(line, what) for what in wrong]
    return {} if "email" not in places else places


def _invited(line: int, cells: list[str], places: dict[str, int], width: int, mistakes: list[Mistake]) -> Invited:
    """What a row says; what is wrong in it goes to `mistakes`, and is left out."""

    def cell(column: str) -> str:
        at = places.get(column)
        return cells[at] if at is not None and at < len(cells) else ""

    def wrong(what: str) -> None:
        mistakes.append(Mistake(line, what))

    if any(cells[width:]):
        wrong(f"there are {len(cells)} cells, and {width} columns; put text that has a comma in it between quotes")
    email = name = ""
    try:
        email = models.email(cell("email"))
    except ValueError as fault:
        wrong(f"`{cell('email')[:60]}`: {fault}" if cell("email") else "the e-mail address is missing")
    try:
        name = models.name(cell("name")) if cell("name") else ""
    except ValueError as fault:
        wrong(f"`{cell('name')[:60]}`: {fault}")
    group = " ".join(cell("group").split())
    if len(group) > 100 or not group.isprintable():
        wrong("the name of a group has at most 100 characters that show")
    roles = cell("role").replace(",", " ").casefold().split()
    for role in roles:
        if role not in ROLES:
            near = nearest(role, ROLES)
            known = f"did you mean `{near}`?" if near else f"roles are {', '.join(ROLES)}"
            wrong(f"`{role[:40]}` is no role: {known}")
    return Invited(email, name, tuple(role for role in ROLES if role in roles or role == "learner"), group)
