"""What every file of content begins with, and what every activity says of itself there."""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

from lms.modules import bodies
from lms.modules.bodies import Reading
from lms.modules.context import Context, Found, Notes, Reference
from lms.modules.models import ActivityFront, Body, Picture
from lms.text import frontmatter
from lms.text.frontmatter import Front
from lms.text.problems import error, warning
from lms.text.slugs import unnumbered

#: How fast one reads a lesson with care.
WORDS_A_MINUTE = 200
#: What a model takes as true.
_YES = frozenset({"true", "yes", "on", "1", "t", "y"})


def front_of(context: Context, path: str, found: Notes) -> tuple[str, int, Front]:
    """The body of a file, the line it begins at, and its front matter; that it is a draft is noted."""
    text, problems = context.folder.text(path)
    front, body, first_line, more = frontmatter.read(text, path)
    found.problems += [*problems, *more]
    if str(front.values.get("draft", "")).lower() in _YES:
        # Noted here, for of a draft that is not finished there may be nothing else to tell that it is one.
        found.drafts.append(path)
    return body, first_line, front


def named(found: Notes, path: str, said: str | None, heading: str, name: str, mend: str | None = None) -> str:
    """The title: as said, else the first heading, else the name of the file; a warning where it is not said."""
    if said:
        return said
    fallback = heading or _words_of(name)
    if has_problem(found, path):
        return fallback
    what = f"no title is said; it is shown as “{fallback}”"
    found.problems.append(warning(path, 1, "no-title", what, mend or f"add front matter with `title: {fallback}`"))
    return fallback


def activity(
    context: Context, found: Found, values: ActivityFront, front: Front, path: str, lang: str
) -> dict[str, Any]:
    """The fields that an activity takes over from its front matter, its references noted or rendered.

    Prerequisites become the addresses of their pages; those that are not there are told when all has been read.
    """
    for name in ("authors", "speakers", "hosts", "guests", "planners"):
        refer(found, front, path, name, getattr(values, name, ()))
    needed = []
    for number, target in enumerate(name.removesuffix("/") for name in values.prerequisites):
        line, meant = front.line("prerequisites", number), context.meant(target)
        found.references.append(Reference(kind="activity", target=target, path=path, line=line))
        found.uses |= {one: context.digest(one) for one in (target, f"{target}.md")}
        needed += [context.addresses[meant]] if meant else []
    if values.review_by and values.reviewed and values.review_by < values.reviewed:
        line = front.line("review_by")
        mend = "put `review_by` after `reviewed`"
        found.problems.append(error(path, line, "dates", "`review_by` is before `reviewed`", mend))
    if values.review_by:
        # Whether it is due depends on the day, so it is told when the whole folder has been read.
        line, day = front.line("review_by"), values.review_by.isoformat()
        found.references.append(Reference(kind="review", target=day, path=path, line=line))
    if values.credit:
        keys = [*front.values, *(f"credit.{number}" for number in range(len(values.credit)))]
        lines = [(key, front.line(*(int(part) if part.isdigit() else part for part in key.split(".")))) for key in keys]
        found.references += [Reference(kind="credit", target=key, path=path, line=line) for key, line in lines]
    cited = [
        bodies.inline(context, reference, path, front.line("references", number), lang, found)
        for number, reference in enumerate(values.references)
    ]
    wanted = set(ActivityFront.model_fields) - {"title", "minutes", "summary", "lang"}
    fields = {name: getattr(values, name) for name in wanted}
    cover = cover_of(context, found, values.image, values.image_alt, path, front)
    return fields | {
        "summary": values.summary or "",
        "lang": lang,
        "prerequisites": tuple(dict.fromkeys(needed)),
        "reference_html": tuple(cited),
        "cover": cover,
    }


def cover_of(
    context: Context, found: Notes, image: str | None, alt: str | None, path: str, front: Front
) -> Picture | None:
    if not image:
        return None
    line = front.line("image")
    if not alt:
        found.problems.append(
            error(path, line, "no-alt", "the cover picture has no alternative text", "add `image_alt: …`")
        )
    target = context.folder.find(path, image)
    if target not in context.folder.files:
        found.problems.append(context.folder.missing(path, line, image, "picture"))
        return None
    return bodies.show(context, target, alt or "", path, line, found)


def refer(found: Notes, front: Front, path: str, name: str, people: Sequence[str]) -> None:
    """Note that a key of the front matter names people."""
    for number, person in enumerate(people):
        line = front.line(name, number)
        found.references.append(Reference(kind="person", target=person, path=path, line=line))


def has_problem(found: Notes, path: str) -> bool:
    return any(problem.path == path and problem.severity == "error" for problem in found.problems)


def minutes_of(words: int, checks: int = 0) -> int:
    """Minutes to read so many words and to answer so many checks, a minute each."""
    return max(1, round(words / WORDS_A_MINUTE) + checks)


def read_body(
    context: Context,
    found: Found,
    text: str,
    path: str,
    first_line: int,
    lang: str,
    objectives: int = 0,
    *,
    checks: bool = False,
    at: str = "",
) -> tuple[Body, Reading]:
    """A text and what was read with it; remembered under the address `at`, and rendered only when it has changed."""
    key = bodies.key(context, text.encode(), path, f"{first_line} {lang} {objectives} {checks}")
    known = bodies.recalled(context, at, key)
    if known:
        found.take(known[1].notes())
        found.bodies[at] = key, "", ""
        return Body.model_validate_json(known[0]), known[1]
    document = bodies.parsed(text, path, first_line, lang)
    body, reading = bodies.render(context, document, objectives=objectives, checks=checks)
    found.take(reading.notes())
    found.renders += 1
    if at:
        found.bodies[at] = key, body.model_dump_json(), reading.model_dump_json()
    return body, reading


def _words_of(path: str) -> str:
    """A title made of a file's name."""
    name = unnumbered(PurePosixPath(path).stem.removesuffix(".quiz"))
    words = re.sub(r"[-_\s]+", " ", name).strip()
    return (words[:1].upper() + words[1:]) or "Untitled"
