"""What an activity that offers credit still lacks, and what cannot be true of it: problems for its author to mend.

Where a credit system gives its name to it, by an accreditation record, what is missing is an error; while it offers
plain hours of learning alone, which claim nothing, it is a warning.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date

from lms.credit.models import PLAIN, CreditFile
from lms.credit.rules.evaluations import DEFAULT
from lms.credit.rules.fronts import in_control
from lms.credit.rules.minutes import claimed, estimate
from lms.credit.rules.offers import units
from lms.credit.rules.statements import shown
from lms.credit.rules.systems import codes, system
from lms.library.models import Course, Person
from lms.library.rules import Units, hidden
from lms.library.survey import Survey
from lms.media.models import Show
from lms.modules.models import Activity, three_years_after
from lms.text.problems import Problem, did_you_mean, error, warning

#: The least that credit systems give: less than so many minutes more is how credit is rounded.
QUARTER = 15
#: For how many months people disclose their relationships.
MONTHS_DISCLOSED = 24

#: The line at which the front matter says a key; that of its credit where it does not.
Line = Callable[[str], int]


def check(file: CreditFile, people: Iterable[Person], survey: Survey, units: Units, today: date) -> list[Problem]:
    """Problems of every activity that offers credit; those of drafts are warnings, for nobody sees a draft yet."""
    units = list(units)
    drafts = hidden(units)
    whole = _Whole(file, {person.slug: person for person in people}, survey, units, today)
    found = []
    for unit, read in units:
        lines = {(one.path, one.target): one.line for one in read.references if one.kind == "credit"}
        for activity in _activities(read.value):
            told = whole.problems(activity, lines) if activity.credit else ()
            draft = unit.path in drafts or activity.path in drafts
            found += [_softened(problem) if draft else problem for problem in told]
    graver = {_softened(problem) for problem in found if problem.severity == "error"}
    return [problem for problem in found if problem not in graver]


def _activities(value: object) -> Iterator[Activity]:
    if isinstance(value, Show) and not value.outside:
        yield from value.episodes
    elif isinstance(value, Activity):
        yield value


def _softened(problem: Problem) -> Problem:
    return warning(problem.path, problem.line, problem.rule, problem.what, problem.mend)


class _Whole:
    """All that is looked at when one activity is."""

    def __init__(
        self, file: CreditFile, people: Mapping[str, Person], survey: Survey, units: Units, today: date
    ) -> None:
        self.file, self.people, self.survey, self.today = file, people, survey, today
        self.by_url = {one.url: one for _, found in units for one in _activities(found.value)}

    def problems(self, activity: Activity, lines: Mapping[tuple[str, str], int]) -> Iterator[Problem]:
        def line(key: str) -> int:
            return lines.get((activity.path, key)) or lines.get((activity.path, "credit")) or 1

        strict = any(self._has_record(credit.system) for credit in activity.credit)
        yield from self._systems(activity, line)
        yield from self._front(activity, strict, line("credit"))
        yield from self._disclosures(activity, strict, line)
        yield from self._days(activity, line)
        yield from self._minutes(activity, strict, line("credit"))
        form = activity.evaluation or DEFAULT
        if form != DEFAULT and form not in self.file.evaluations:
            mend = did_you_mean(form, self.file.evaluations, "add it to `evaluations` in credit.yaml")
            what = f"credit.yaml has no evaluation form `{form}`"
            yield error(activity.path, line("evaluation"), "credit-evaluation", what, mend)

    def _has_record(self, code: str) -> bool:
        return any(one.system == code and one.valid_to >= self.today for one in self.file.accreditation)

    def _systems(self, activity: Activity, line: Line) -> Iterator[Problem]:
        path, named = activity.path, set()
        for number, credit in enumerate(activity.credit):
            here, code = line(f"credit.{number}"), credit.system
            known = system(self.file, code)
            if known is None:
                mend = did_you_mean(code, codes(self.file), "add it to `systems` in credit.yaml")
                yield error(path, here, "credit-system", f"`{code}` is no credit system that is known", mend)
                continue
            if code in named:
                yield error(path, here, "credit-twice", f"credit of `{code}` is said twice", "keep one of the two")
            named.add(code)
            if not units(credit, known):
                what = f"this is less than one step of {shown(known.step)} {known.units}, so that nothing is offered"
                yield warning(path, here, "credit-amount", what, "offer more, or take it out")
            elif credit.credits is not None and units(credit, known) != credit.credits:
                what = f"{shown(credit.credits)} {known.units} are no whole steps of {shown(known.step)}"
                mend = f"write {shown(units(credit, known))}, which is what is offered"
                yield warning(path, here, "credit-amount", what, mend)
            if code != PLAIN:
                yield from self._accredited(activity, code, here)

    def _accredited(self, activity: Activity, code: str, line: int) -> Iterator[Problem]:
        ends = [one.valid_to for one in self.file.accreditation if one.system == code]
        if not self._has_record(code):
            was = f"the last one ended on {max(ends).isoformat()}" if ends else "there is none"
            what = f"`{code}` needs an accreditation record, and {was}: plain hours of learning are offered instead"
            mend = "add the record to `accreditation` in credit.yaml, or offer plain hours: `credit: { hours: 0.5 }`"
            yield warning(activity.path, line, "credit-accreditation", what, mend)
        elif activity.credit_until and max(ends) < activity.credit_until:
            last = max(ends).isoformat()
            what = f"the accreditation for `{code}` ends on {last}, before the activity does: from then on, plain hours"
            mend = f"renew it in credit.yaml, or end the credit with it: `expires: {last}`"
            yield warning(activity.path, line, "credit-accreditation", what, mend)

    def _front(self, activity: Activity, strict: bool, line: int) -> Iterator[Problem]:
        missing = list(self._missing(activity))
        if not missing:
            return
        keys = ", ".join(f"`{key}`" for key, _ in missing if key)
        what = (
            f"the activity offers credit, and does not say before it starts: {', '.join(said for _, said in missing)}"
        )
        mend = " and ".join(filter(None, [keys and f"add {keys}", "add a quiz" if ("", _QUIZ) in missing else ""]))
        if strict:
            yield error(activity.path, line, "credit-front", what, mend)
        else:
            yield warning(activity.path, line, "credit-front", what, mend)

    def _missing(self, activity: Activity) -> Iterator[tuple[str, str]]:
        """Key and words of everything that a front must say and this one cannot."""
        if not list(in_control(activity)):
            yield "authors", "who made it"
        if not activity.objectives:
            yield "objectives", "its objectives"
        if not activity.references and not isinstance(activity, Course):
            yield "references", "its sources"
        if not activity.audience:
            yield "audience", "whom it is for"
        if activity.support is None:
            yield "support", "who paid for it, or that nobody did"
        if activity.released is None and activity.reviewed is None:
            yield "published", "when it came out"
        if activity.expires is None and activity.review_by is None:
            yield "review_by", "when its credit ends"
        if not self._tested(activity):
            yield "", _QUIZ

    def _tested(self, activity: Activity) -> bool:
        """Whether there is a pass mark: in the activity, or in every part of a course that must be done."""
        if activity.quiz is not None and not activity.quiz.draft:
            return True
        if not isinstance(activity, Course):
            return False
        needed = [self._item(card.slug) for card in activity.items if not card.optional]
        return all(one is not None and one.quiz is not None for one in needed)

    def _disclosures(self, activity: Activity, strict: bool, line: Line) -> Iterator[Problem]:
        for key, _ in in_control(activity):
            person = self.people.get(key)
            if person is None:
                continue
            if person.disclosed is None:
                what = f"nobody knows when {person.name} disclosed their financial relationships"
                mend = "add the day to people.yaml: `disclosed: 2026-10-01`"
            elif _months(person.disclosed, self.today) > MONTHS_DISCLOSED:
                day = person.disclosed.isoformat()
                what = f"{person.name}'s disclosure is of {day}: it covers none of the past {MONTHS_DISCLOSED} months"
                mend = "ask anew, and mend `disclosure` and `disclosed`"
            else:
                continue
            if strict:
                yield error("people.yaml", person.line, "credit-disclosure", what, mend)
            else:
                yield warning("people.yaml", person.line, "credit-disclosure", what, mend)

    def _days(self, activity: Activity, line: Line) -> Iterator[Problem]:
        said = [(day, key) for day, key in ((activity.expires, "expires"), (activity.review_by, "review_by")) if day]
        since = max((day for day in (activity.released, activity.reviewed) if day), default=None)
        if not said or since is None:
            return
        until, key = min(said)
        latest = three_years_after(since)
        if until > latest:
            what = f"credit is offered for more than three years after {since.isoformat()}"
            mend = f"write `{key}: {latest.isoformat()}` or earlier"
            yield error(activity.path, line(key), "credit-days", what, mend)
        elif until < since:
            what = f"`{key}` is before {since.isoformat()}, when it came out or was reviewed"
            yield error(activity.path, line(key), "credit-days", what, f"move `{key}` on")
        elif key == "expires" and until < self.today:
            what = f"its credit ended on {until.isoformat()}: the page says so, and no new credit is given"
            yield warning(activity.path, line(key), "credit-ended", what, "review it, and move its days on")

    def _minutes(self, activity: Activity, strict: bool, line: int) -> Iterator[Problem]:
        wanted = claimed(activity, self.file)
        items = [card.slug for card in activity.items] if isinstance(activity, Course) else []
        found = [self._item(item) for item in items]
        if any(one is None for one in found):
            return  # of a podcast from elsewhere nobody knows how long it is
        most = estimate(activity, [one for one in found if one is not None])
        if wanted < most + QUARTER:
            return
        what = (
            f"credit is offered for {shown(wanted)} minutes, and a slow learner needs {most} at most: "
            "150 words a minute, 2 minutes a question, recordings half as long again"
        )
        mend = "offer less credit"
        if strict and wanted > 2 * most + QUARTER:
            yield error(activity.path, line, "credit-minutes", what, mend)
        else:
            yield warning(activity.path, line, "credit-minutes", what, mend)

    def _item(self, target: str) -> Activity | None:
        """The activity that an item of a course means."""
        found = self.survey.find(target)
        return self.by_url.get(self.survey.addresses[found]) if found else None


_QUIZ = "what passes"


def _months(since: date, until: date) -> int:
    return (until.year - since.year) * 12 + until.month - since.month - (until.day < since.day)
