"""The content folder, read: site, people, glossary, pages and courses here; modules and media by their own readers."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from pydantic import BaseModel

from lms.credit.models import CreditFile
from lms.library.models import (
    Card,
    Course,
    CourseFront,
    PageFront,
    Person,
    PersonFront,
    Site,
    SiteFront,
    Term,
    TermFront,
    TextPage,
)
from lms.library.release import FORMAT
from lms.library.survey import Survey, Unit, address, course_quiz, survey
from lms.media.models import Asset
from lms.media.renditions.pictures import picture
from lms.media.renditions.store import ChangedMeanwhile, Store
from lms.media.renditions.store import address as store_address
from lms.media.renditions.svg import LARGEST, UnsafeSvg, svg_size
from lms.media.renditions.types import type_of
from lms.modules.bodies import inline
from lms.modules.context import Context, Found, Notes, Pictured, Reference
from lms.modules.fronts import activity, cover_of, front_of, named, read_body
from lms.modules.quizzes import read_quiz
from lms.modules.reader import read_module
from lms.text import frontmatter
from lms.text.folder import Folder
from lms.text.frontmatter import Front
from lms.text.problems import Problem, error
from lms.text.slugs import slug

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Options:
    """How a folder is to be read. Without a `data` folder nothing is written, and recordings are taken as they are."""

    data: Path | None = None
    drafts: bool = False
    url: str = ""
    """The site's public address; that of site.yaml where it is not said."""
    feed_hosts: tuple[str, ...] = ()
    fetch: bool = False
    encode: bool = True
    """Whether lighter renditions are made now; otherwise recordings that have none yet are published without."""
    jobs: int = 1


@dataclass
class Ground:
    """What is read first, for all the rest is read with it."""

    folder: Folder
    options: Options
    survey: Survey
    site: Site
    credit: CreditFile = CreditFile()
    credit_front: Front = field(default_factory=Front)
    """Where credit.yaml says what."""
    people: tuple[Person, ...] = ()
    glossary: tuple[Term, ...] = ()
    notes: Notes = field(default_factory=Notes)

    def identity(self) -> str:
        """Digest of all that goes into every rendering besides a file's own bytes and what it links to."""
        said = [FORMAT, self.site.lang, self.site.organisation or self.site.title, str(self.options.data is not None)]
        said += [f"{term.lang} {term.abbreviations} {term.term}" for term in self.glossary if term.abbreviations]
        return sha256("\0".join(said).encode()).hexdigest()

    def context(self, remembered: Any = None) -> Context:
        """What the readers of units are given."""
        store = Store(self.options.data / "store") if self.options.data else None
        abbreviations: dict[str, dict[str, str]] = {}
        for term in self.glossary:
            words = abbreviations.setdefault(term.lang.split("-")[0], {})
            words |= dict.fromkeys(term.abbreviations, term.term)

        def pictured(folder: Folder, path: str, alt: str) -> Pictured:
            return picture(folder, path, alt, store)

        def kept(folder: Folder, path: str) -> Asset:
            name, digest = PurePosixPath(path).name, folder.sha256(path)
            url = store.keep(folder.locate(path), digest, name) if store else store_address(digest, name)
            return Asset(url=url, source=path, type=type_of(name), bytes=folder.files[path].size)

        return Context(
            folder=self.folder,
            lang=self.site.lang,
            organisation=self.site.organisation or self.site.title,
            addresses=self.survey.addresses,
            meant=self.survey.find,
            abbreviations=abbreviations,
            picture=pictured,
            file=kept,
            remembered=remembered or (lambda url, key: None),
            identity=self.identity(),
            store=store.root if store else None,
            feeds=self.options.data / "feeds" if self.options.data else None,
            feed_hosts=self.options.feed_hosts,
            url=self.options.url or self.site.url or "",
            fetch=self.options.fetch,
            encode=self.options.encode,
        )


def ground(folder: Folder, options: Options) -> Ground:
    """The site, its people and its glossary; with the address of every page, told from names."""
    found = survey(folder)
    notes = Notes(problems=[*folder.problems, *found.problems])
    made = Ground(folder, options, found, _site(folder, notes), notes=notes)
    made.credit, made.credit_front = _credit(folder, notes)
    made.people = tuple(_people(made))
    made.glossary = tuple(_glossary(made))
    return made


def read_unit(context: Context, unit: Unit) -> Found:
    """The unit as it stands in the folder; whatever is wrong with it is among its problems.

    Raises OSError when it is the data folder that cannot be read or written.
    """
    try:
        return _read(context, unit)
    except ChangedMeanwhile as fault:
        return Found(problems=[error(unit.file, 1, "changed", str(fault), "publish again")])
    except OSError as fault:
        if fault.errno is None:
            return _failed(unit, fault)
        return Found(problems=[_unread(context, unit, fault)])
    except Exception as fault:
        return _failed(unit, fault)


def vanished(path: str) -> Found:
    """What is found of a file that was there when the folder was looked through, and is no more."""
    return Found(problems=[error(path, 1, "changed", "the file vanished while the folder was read", "publish again")])


def _failed(unit: Unit, fault: Exception) -> Found:
    """One file that Spoke cannot cope with must not hide the problems of all the others."""
    what = f"Spoke failed at reading this ({type(fault).__name__}: {str(fault)[:200]}), which is its own fault"
    mend = "leave the file out for now, and tell those who make Spoke"
    return Found(problems=[error(unit.file, 1, "failed", what, mend)])


def _unread(context: Context, unit: Unit, fault: OSError) -> Problem:
    """The problem that the disk would not give a file. Raises the fault when it is not about a file of the folder."""
    place = Path(os.fsdecode(fault.filename)) if isinstance(fault.filename, str | bytes) else None
    if place is None or not place.is_relative_to(context.folder.root):
        raise fault
    if context.store is not None and place.is_relative_to(context.store.parent):
        raise fault
    path = place.relative_to(context.folder.root).as_posix()
    if isinstance(fault, FileNotFoundError):
        return vanished(path).problems[0]
    what = f"the file cannot be read ({fault.strerror})"
    return error(path, 1, "unreadable", what, "let the user that publishes read it, and publish again")


def _read(context: Context, unit: Unit) -> Found:
    match unit.kind:
        case "module":
            assert unit.plan is not None
            return read_module(context, unit.plan)
        case "webinar":
            # Reading recordings takes a fifth of a second to import; a folder without any does without.
            from lms.media.reader import read_webinar

            return read_webinar(context, unit.path)
        case "show":
            from lms.media.reader import read_show

            return read_show(context, unit.path)
        case "course":
            return read_course(context, unit)
        case "page":
            return read_page(context, unit)


def read_course(context: Context, unit: Unit) -> Found:
    """A course; of its items only the paths are known as yet, each as the address of a bare card."""
    found, path = Found(), unit.path
    text, first_line, front = front_of(context, path, found)
    values, problems = frontmatter.typed_leniently(CourseFront, front, path)
    found.problems += problems
    if values is None:
        return found
    lang = values.lang or context.lang
    body, reading = read_body(context, found, text, path, first_line, lang, at=f"{address(unit)}#text")
    cards = []
    for number, item in enumerate(values.items):
        target, line = item.item.strip("/").removesuffix(".md"), front.line("items", number)
        target = target.removesuffix("/module").removesuffix("/webinar")
        found.references.append(Reference(kind="item", target=target, path=path, line=line))
        if any(card.slug == target for card in cards):
            found.problems.append(
                error(path, line, "duplicate-item", f"`{target}` is an item twice", "keep one of the two")
            )
            continue
        cards.append(Card(kind="module", slug=target, url="", title="", lang=lang, optional=item.optional))
    quiz = course_quiz(path)
    known = len(values.objectives), lang, f"{address(unit)}#quiz"
    asked = read_quiz(context, quiz, found, *known) if quiz in unit.files else None
    found.value = Course(
        **activity(context, found, values, front, path, lang),
        title=named(found, path, values.title, reading.title, path),
        slug=address(unit).rpartition("/")[2],
        path=path,
        url=address(unit),
        minutes=values.minutes or 0,
        items=tuple(cards),
        introduction=body,
        quiz=asked,
    )
    found.anchors[path] = reading.anchors
    return found


def read_page(context: Context, unit: Unit) -> Found:
    """A page of the site itself."""
    found, path = Found(), unit.path
    text, first_line, front = front_of(context, path, found)
    values, problems = frontmatter.typed_leniently(PageFront, front, path)
    found.problems += problems
    values = values or PageFront()
    lang = values.lang or context.lang
    body, reading = read_body(context, found, text, path, first_line, lang, at=f"{address(unit)}#text")
    found.value = TextPage(
        slug=address(unit)[1:],
        path=path,
        title=named(found, path, values.title, reading.title, path),
        summary=values.summary or "",
        lang=lang,
        draft=values.draft,
        body=body,
    )
    found.anchors[path] = reading.anchors
    return found


# -- Files of the whole site --------------------------------------------------------------------------------------


def _yaml(folder: Folder, path: str, notes: Notes) -> Front:
    if path not in folder.files:
        return Front()
    text, problems = folder.text(path)
    front, more = frontmatter.load(text, path)
    notes.problems += [*problems, *more]
    return front


def _site(folder: Folder, notes: Notes) -> Site:
    front = _yaml(folder, "site.yaml", notes)
    if "site.yaml" not in folder.files:
        return Site(title=folder.root.name or "Spoke")
    if "accreditation" in front.values:
        mend = "move it there, below the same key"
        what = "`accreditation` has moved to credit.yaml"
        notes.problems.append(error("site.yaml", front.line("accreditation"), "moved", what, mend))
        rest = {key: value for key, value in front.values.items() if key != "accreditation"}
        front = Front(rest, front.lines, front.first_line)
    values, problems = frontmatter.typed_leniently(SiteFront, front, "site.yaml")
    notes.problems += problems
    return Site(**values.model_dump()) if values else Site(title=folder.root.name or "Spoke")


def _credit(folder: Folder, notes: Notes) -> tuple[CreditFile, Front]:
    """What credit.yaml says; that its pictures are there, and are pictures, is looked at."""
    path = "credit.yaml"
    front = _yaml(folder, path, notes)
    values, problems = frontmatter.typed_leniently(CreditFile, front, path)
    notes.problems += problems
    values = values or CreditFile()
    look = values.certificate
    named = [(look.logo, front.line("certificate", "logo"))]
    named += [
        (one.image, front.line("certificate", "signatories", n, "image")) for n, one in enumerate(look.signatories)
    ]
    for target, line in named:
        if target and target not in folder.files:
            notes.problems.append(folder.missing(path, line, target, "picture"))
        elif target:
            notes.problems += _printable(folder, target, path, line)
    return values, front


def _printable(folder: Folder, picture: str, path: str, line: int) -> list[Problem]:
    """Why a picture cannot be printed on certificates, if anything: no PNG, or an SVG that does more than show."""
    data, name = folder.read(picture), picture.lower()
    png = name.endswith(".png") and data.startswith(b"\x89PNG\r\n\x1a\n")
    if len(data) > LARGEST or not (png or name.endswith(".svg")):
        what = f"`{picture}` is neither PNG nor SVG, or is more than 2 MB"
        return [error(path, line, "broken-picture", what, "save it again as PNG or SVG")]
    try:
        svg_size(data) if not png else None
    except UnsafeSvg as fault:
        what, _, mend = str(fault).partition("; ")
        return [Problem(picture, fault.line, "error", fault.rule, what, mend)]
    return []


def _entries(ground: Ground, path: str, model: type[M]) -> Iterator[tuple[str, M, Front]]:
    """Each entry of a YAML file of `key: {…}` entries, typed; keys that come to one slug are a problem."""
    front = _yaml(ground.folder, path, ground.notes)
    seen: dict[str, str] = {}
    lines: dict[str, dict[tuple[str | int, ...], int]] = {}
    for place, line in front.lines.items():
        if len(place) > 1:
            lines.setdefault(str(place[0]), {})[place[1:]] = line
    for name, given in front.values.items():
        line = front.line(name)
        inner = Front(given if isinstance(given, dict) else {}, lines.get(name, {}), line)
        if not isinstance(given, dict):
            what = f"`{name}` must be `key: value` lines, and is {'nothing' if not given else 'not'}"
            ground.notes.problems.append(
                error(path, line, "wrong-type", what, f"write its keys, indented, below `{name}:`")
            )
            continue
        values, problems = frontmatter.typed_leniently(model, inner, path)
        ground.notes.problems += problems
        first = seen.setdefault(slug(name), name)
        if not slug(name) or first != name:
            what = f"`{name}` has the address of `{first}`" if slug(name) else f"no address can be made of `{name}`"
            ground.notes.problems.append(error(path, line, "duplicate-slug", what, "rename one of the two"))
        elif values is not None:
            yield name, values, inner


def _people(ground: Ground) -> Iterator[Person]:
    context, path = ground.context(), "people.yaml"
    for name, values, front in _entries(ground, path, PersonFront):
        lang = values.lang or ground.site.lang
        portrait = cover_of(context, ground.notes, values.photo, values.photo_alt or values.name, path, front)
        yield Person(
            **values.model_dump(),
            slug=slug(name),
            line=front.first_line,
            bio_html=inline(context, values.bio, path, front.line("bio"), lang, ground.notes) if values.bio else "",
            portrait=portrait,
        )


def _glossary(ground: Ground) -> Iterator[Term]:
    context, path = ground.context(), "glossary.yaml"
    said: dict[tuple[str, str], str] = {}
    for name, values, front in _entries(ground, path, TermFront):
        lang = values.lang or ground.site.lang
        for number, short in enumerate(values.abbreviations):
            first = said.setdefault((lang, short), name)
            if first != name:
                what = f"`{short}` is an abbreviation of `{first}` too"
                line = front.line("abbreviations", number)
                ground.notes.problems.append(error(path, line, "duplicate-abbreviation", what, "keep one of the two"))
        definition = inline(context, values.definition, path, front.line("definition"), lang, ground.notes)
        given = values.model_dump() | {"lang": lang}
        yield Term(**given, slug=slug(name), line=front.first_line, definition_html=definition)
