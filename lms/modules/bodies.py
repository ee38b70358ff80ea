"""The text of a page: Markdown rendered with its links, pictures, abbreviations and checks."""

import zlib
from collections.abc import Mapping, Sequence
from hashlib import sha256

from markdown_it.token import Token

from lms.media.models import Asset
from lms.modules.context import Context, Notes, Reference, one_file
from lms.modules.models import Body, Heading, Picture, Question
from lms.modules.questions import Asker, feedback_under_choices, split
from lms.text import markdown
from lms.text.folder import resolve
from lms.text.markdown import Document
from lms.text.markup import unsafe
from lms.text.parser import braces
from lms.text.problems import Problem, error
from lms.text.values import Value


class Reading(Value):
    """All that reading one text gave besides its body; kept, so that an unchanged text is not read again."""

    model_config = {"arbitrary_types_allowed": True}

    title: str = ""
    """The text of a first heading of the first level."""
    words: int = 0
    bytes: int = 0
    checks: int = 0
    anchors: tuple[str, ...] = ()
    front: dict[str, str] = {}
    problems: tuple[Problem, ...] = ()
    references: tuple[Reference, ...] = ()
    assets: tuple[Asset, ...] = ()
    drafts: tuple[str, ...] = ()
    uses: dict[str, str] = {}

    def notes(self) -> Notes:
        return Notes(
            problems=list(self.problems),
            references=list(self.references),
            assets=list(self.assets),
            drafts=list(self.drafts),
            uses=dict(self.uses),
        )


def parsed(text: str, path: str, first_line: int, lang: str) -> Document:
    """The document that a text is, feedback under choices lined up."""
    return markdown.parse(feedback_under_choices(text), path, first_line, lang)


def render(context: Context, document: Document, *, objectives: int = 0, checks: bool = False) -> tuple[Body, Reading]:
    """The body that a document makes, and what was met on the way.

    A first heading of level 1 becomes the title, not a part of the body. Without `checks`, a question is a problem.
    """
    notes = Notes()
    title = _take_title(document)
    link(context, document, notes)
    markdown.mark_abbreviations(document, context.abbreviations.get(document.lang.split("-")[0], {}))
    asker = Asker(document, objectives)
    parts: list[str | Question] = []
    for piece in _pieces(document.tokens):
        if piece[0].type != "container_question_open":
            parts.append(markdown.html(document, piece))
        elif checks:
            question = _check(document, asker, piece)
            if question is not None:
                parts.append(question)
        else:
            line = document.line(piece[0])
            mend = "move it into a lesson, or into quiz.md"
            notes.problems.append(error(document.path, line, "check-outside", "a check stands outside a lesson", mend))
    marks = [mark for mark in document.marks if mark.level > 1]
    body = Body(
        parts=tuple(part for part in parts if part),
        headings=tuple(Heading(level=mark.level, id=mark.id, text=mark.text) for mark in marks),
        words=document.words,
        code=document.code,
    )
    weight = len(zlib.compress(_text(body).encode(), 6)) + notes.weight
    reading = Reading(
        title=title,
        words=document.words,
        bytes=weight,
        checks=len(body.checks),
        anchors=(*(mark.id for mark in document.marks), *document.ids, *(f"check-{check.id}" for check in body.checks)),
        problems=(*document.problems, *notes.problems, *asker.problems),
        references=tuple(notes.references),
        assets=tuple(notes.assets),
        uses=notes.uses,
    )
    return body.model_copy(update={"bytes": weight}), reading


def inline(context: Context, text: str, path: str, line: int, lang: str, notes: Notes) -> str:
    """Safe HTML of a line of Markdown, such as a reference or a definition."""
    document = markdown.parse(" ".join(text.split()), path, line, lang)
    link(context, document, notes)
    notes.problems += document.problems
    return markdown.bare(markdown.html(document))


def link(context: Context, document: Document, notes: Notes) -> None:
    """Turn the document's relative links and pictures into addresses; what leads nowhere is a problem."""
    folder, path = context.folder, document.path
    own = {*(mark.id for mark in document.marks), *document.ids}

    def linked(target: str, line: int) -> str | None:
        if target.startswith("#"):
            # Notes have anchors of their own, which are not headings.
            if len(target) > 1 and not target.startswith(("#fn", "#fnref")):
                notes.references.append(Reference(kind="anchor", target=f"{path}{target}", path=path, line=line))
                if one_file(path) and target[1:] not in own:
                    return context.page(path, target[1:])
            return None
        if not target or unsafe(target) or "://" in target or target.startswith(("mailto:", "tel:", "//")):
            _verify_address(target, path, line, notes)
            return None
        found = folder.find(path, target)
        notes.uses[resolve(path, target) or target] = context.digest(found) if found else ""
        if found is None:
            notes.problems.append(folder.missing(path, line, target))
            return None
        anchor = target.partition("#")[2]
        if found in context.addresses:
            if anchor:
                notes.references.append(Reference(kind="anchor", target=f"{found}#{anchor}", path=path, line=line))
            notes.references.append(Reference(kind="content", target=found, path=path, line=line))
            return context.page(found, anchor)
        if found in folder.folders or found.endswith(".md") or context.file is None:
            what = f"`{target}` is not a page: Spoke publishes nothing of it"
            notes.problems.append(
                error(path, line, "no-page", what, "link to a module, lesson, webinar, episode or file")
            )
            return None
        asset = context.file(folder, found)
        notes.assets.append(asset)
        return asset.url

    def pictured(target: str, words: str, line: int) -> Mapping[str, str | int] | None:
        if not words:
            what = f"the picture `{target}` has no alternative text"
            mend = "say what it shows: `![words](file)`"
            notes.problems.append(error(path, line, "no-alt", what, mend))
        if "://" in target or target.startswith(("//", "data:")):
            what = f"the picture `{target[:80]}` is on another server"
            notes.problems.append(error(path, line, "picture-outside", what, "put the file beside the text"))
            return None
        found = folder.find(path, target)
        notes.uses[resolve(path, target) or target] = context.digest(found) if found else ""
        if found is None or found not in folder.files:
            notes.problems.append(folder.missing(path, line, target, "picture"))
            return None
        picture = show(context, found, words, path, line, notes)
        notes.weight += picture.bytes if picture else 0
        return attributes(picture) if picture else None

    markdown.link(document, linked, pictured)


def show(context: Context, found: str, words: str, path: str, line: int, notes: Notes) -> Picture | None:
    """The picture at `found`, used at a line of `path`; its faults are said to be there too."""
    if context.picture is None:
        return None
    picture, assets, problems = context.picture(context.folder, found, words)
    notes.assets += assets
    notes.uses[found] = context.digest(found)
    notes.problems += [
        Problem(path, line, problem.severity, problem.rule, problem.what, problem.mend)
        if problem.path == found
        else problem
        for problem in problems
    ]
    return picture


def attributes(picture: Picture, sizes: str = "(min-width: 54rem) 38rem, 100vw") -> Mapping[str, str | int]:
    """The attributes of a picture's `<img>`."""
    given: dict[str, str | int] = {"src": picture.url, "alt": picture.alt}
    if picture.renditions:
        narrower = [f"{url} {width}w" for width, url in picture.renditions]
        given["srcset"] = ", ".join([*narrower, f"{picture.url} {picture.width}w"])
        given["sizes"] = sizes
    return given | {"width": picture.width, "height": picture.height, "loading": "lazy", "decoding": "async"}


def key(context: Context, data: bytes, *more: str) -> str:
    """What a body is remembered under: its own bytes, and all that goes into every rendering."""
    digest = sha256(data)
    for part in (context.identity, *more):
        digest.update(b"\0" + part.encode())
    return digest.hexdigest()[:32]


def recalled(context: Context, at: str, key: str) -> tuple[str, Reading] | None:
    """JSON of what is remembered under the address `at`, and its reading; None unless all that it used is as it was."""
    known = context.remembered(at, key) if at else None
    if known is None:
        return None
    reading = Reading.model_validate_json(known[1])
    same = all(context.digest(path) == digest for path, digest in reading.uses.items())
    return (known[0], reading) if same and context.has(reading.assets) else None


def reading_of(notes: Notes) -> Reading:
    """Notes as they are remembered."""
    return Reading(
        problems=tuple(notes.problems),
        references=tuple(notes.references),
        assets=tuple(notes.assets),
        drafts=tuple(notes.drafts),
        uses=notes.uses,
    )


def _verify_address(target: str, path: str, line: int, notes: Notes) -> None:
    if not target:
        notes.problems.append(
            error(path, line, "empty-link", "a link leads nowhere", "write its address: `[words](file.md)`")
        )
    elif unsafe(target):
        mend = "use http, https, mailto or tel"
        notes.problems.append(error(path, line, "unsafe-link", f"`{target[:80]}` is no address to link to", mend))


def _take_title(document: Document) -> str:
    tokens = document.tokens
    if len(tokens) > 2 and tokens[0].type == "heading_open" and tokens[0].tag == "h1":
        title = markdown.plain(tokens[1])
        del tokens[:3]
        return title
    return ""


def _pieces(tokens: Sequence[Token]) -> list[list[Token]]:
    """Tokens between checks together, and each check by itself."""
    pieces: list[list[Token]] = [[]]
    for block in split(tokens):
        if block[0].type == "container_question_open":
            pieces += [block, []]
        else:
            pieces[-1] += block
    return [piece for piece in pieces if piece]


def _check(document: Document, asker: Asker, tokens: Sequence[Token]) -> Question | None:
    opening, inside = tokens[0], list(tokens[1:-1])
    line = document.line(opening)
    info = opening.info.strip().removeprefix("question").strip()
    given = braces(info)
    if info and given is None:
        mend = "write `::: question {#id}`"
        asker.fault(line, "question", f"`{info}` after `::: question` is not understood", mend)
    heading: list[Token] = []
    if inside and inside[0].type == "heading_open":
        heading, inside = inside[:3], inside[3:]
        given = {
            **(given or {}),
            **{name: value for name, value in heading[0].attrs.items() if name in ("id", "objective")},
        }
    return asker.question(heading, inside, line, given or {})


def _text(body: Body) -> str:
    return "".join(part if isinstance(part, str) else part.model_dump_json() for part in body.parts)
