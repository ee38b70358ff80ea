"""What must hold across files: every person, page and anchor that is named is there, and readers may see it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from lms.library.models import Course, Person
from lms.library.survey import Survey, Unit
from lms.media.models import Show, Webinar
from lms.modules.context import Found, Reference
from lms.modules.models import Activity, Names
from lms.text.problems import Problem, did_you_mean, error, nearest, warning
from lms.text.slugs import slug

Units = Iterable[tuple[Unit, Found]]


def check(survey: Survey, people: Iterable[Person], units: Units, today: date) -> list[Problem]:
    """Problems of every unit, and those between them; those of drafts are warnings, for nobody sees a draft yet."""
    units = list(units)
    names = {person.slug for person in people}
    drafts = hidden(units)
    anchors = {path: set(ids) for _, found in units for path, ids in found.anchors.items()}
    problems: list[Problem] = []
    for unit, found in units:
        own = [*found.problems]
        for reference in found.references:
            if reference.kind == "credit":
                continue  # a line that the rules of credit ask for
            own += (
                _followed(reference, survey, names, anchors, drafts)
                if reference.kind != "review"
                else _due(reference, today)
            )
            own += _fits(reference, survey) if reference.kind in ("item", "activity") else ()
        own += _of_course(found.value) if isinstance(found.value, Course) else ()
        problems += map(_as_warning, own) if unit.path in drafts else own
    problems += _topics(units)
    problems += _sounds(units)
    problems += _circles(units)
    return [_as_warning(problem) if problem.path in drafts else problem for problem in problems]


def hidden(units: Units) -> set[str]:
    """Paths of everything that is a draft, finished or not."""
    hidden = set()
    for unit, found in units:
        hidden.update(found.drafts)
        if (unit.plan.introduction if unit.plan else unit.path) in found.drafts:
            hidden.update((unit.path, *unit.files))
            if unit.kind in ("webinar", "show"):
                hidden.add(unit.path.rpartition("/")[0])  # one may link to its folder
    return hidden


def _as_warning(problem: Problem) -> Problem:
    return replace(problem, severity="warning")


def _followed(
    reference: Reference,
    survey: Survey,
    people: set[str],
    anchors: Mapping[str, set[str]],
    hidden: set[str],
) -> Iterator[Problem]:
    path, line, target = reference.path, reference.line, reference.target
    if reference.kind == "person":
        if slug(target) not in people:
            mend = did_you_mean(target, people, f"add `{target}:` to people.yaml")
            yield error(path, line, "unknown-person", f"`{target}` is nobody in people.yaml", mend)
        return
    page, _, anchor = target.partition("#")
    found = page if page in survey.addresses else survey.find(page)
    if found is None:
        known = {name.removesuffix(".md") for name in survey.addresses if not name.endswith("/quiz.md")}
        mend = did_you_mean(page, known, "add it, or mend the path: it is written from the content folder")
        yield error(path, line, "missing-content", f"there is no `{page}`", mend)
    elif found in hidden and path not in hidden:
        what = f"`{found}` is a draft, which readers cannot see"
        yield error(path, line, "draft-link", what, "publish it, or take the link out")
    elif anchor and anchor not in anchors.get(found, {anchor}):
        close = nearest(anchor, anchors[found])
        mend = f"did you mean `#{close}`?" if close else "mend it, or give the heading an id: `## Words {#id}`"
        yield error(path, line, "missing-anchor", f"`{found}` has no heading `#{anchor}`", mend)


def _fits(reference: Reference, survey: Survey) -> Iterator[Problem]:
    """That what is to be done is something one can do: a lesson, a quiz or a whole show would be dropped silently."""
    found = survey.find(reference.target)
    top, *rest = survey.addresses[found].strip("/").split("/") if found else [""]
    match top, len(rest):
        case ("", 0) | ("modules", 1) | ("webinars", 1) | ("podcasts", 2):
            return
        case ("courses", 1) if reference.kind == "activity":
            return
    course = ", nor a course" if reference.kind == "activity" else ""
    what = f"`{reference.target}` is no module, webinar or episode{course}"
    mend = "name one of these: `modules/x`, `webinars/x` or `podcasts/show/episode`"
    yield error(reference.path, reference.line, "item", what, mend)


def _due(reference: Reference, today: date) -> Iterator[Problem]:
    if reference.target < today.isoformat():
        what = f"its review was due on {reference.target}: readers see a banner, and no new credit is given"
        mend = "review it, and move `reviewed` and `review_by` on"
        yield warning(reference.path, reference.line, "review-due", what, mend)


def _of_course(course: Course) -> Iterator[Problem]:
    if all(item.optional for item in course.items):
        what = "every item of the course is optional, so that nothing completes it"
        yield error(course.path, 1, "course", what, "take `optional` from one item")


def _sounds(units: Units) -> Iterator[Problem]:
    """Webinars that are to be heard in a show, and cannot be."""
    webinars = {found.value.slug: (unit, found.value) for unit, found in units if isinstance(found.value, Webinar)}
    for _, found in units:
        for name in found.value.webinars if isinstance(found.value, Show) else ():
            if name not in webinars:
                continue  # it is not there at all, which its reference tells
            unit, webinar = webinars[name]
            if webinar.recorded is None and webinar.published is None:
                what = f"the show `{found.value.slug}` has this webinar as an episode, and it has no day"
                yield error(unit.file, 1, "no-date", what, "add `recorded: 2026-10-01`")


def _topics(units: Units) -> Iterator[Problem]:
    """Topics that are written in two ways."""
    first: dict[str, str] = {}
    for unit, found in units:
        for topic in getattr(found.value, "topics", ()):
            known = first.setdefault(slug(topic), topic)
            if known != topic:
                what = f"the topic `{topic}` is written `{known}` elsewhere"
                yield warning(unit.file, 1, "topic", what, f"write `{known}` everywhere")


def _circles(units: Units) -> Iterator[Problem]:
    """Prerequisites that lead back to where they began."""
    needs: dict[str, Names] = {}
    for _, found in units:
        activities = found.value.episodes if isinstance(found.value, Show) else (found.value,)
        needs.update((one.url, one.prerequisites) for one in activities if isinstance(one, Activity))
    for unit, found in units:
        value = found.value
        activities = value.episodes if isinstance(value, Show) else (value,)
        for one in activities:
            if isinstance(one, Activity) and _leads_to(one.url, one.url, needs):
                what = "its prerequisites lead back to itself, so that nobody can begin"
                path = one.path if isinstance(value, Show) else unit.file
                yield error(path, 1, "circle", what, "take one of the prerequisites out")


def _leads_to(start: str, goal: str, needs: Mapping[str, Names]) -> bool:
    seen, waiting = set(), list(needs.get(start, ()))
    while waiting:
        here = waiting.pop()
        if here == goal:
            return True
        if here not in seen:
            seen.add(here)
            waiting += needs.get(here, ())
    return False
