"""What coordinators read, in words of their language; and the lines of their tables."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from flask_babel import gettext, ngettext
from markupsafe import Markup

from lms.modules.models import Activity
from lms.progress.models.coordinating import Analysis, Cell, Column, Examined, Line, Remark, Row, State
from lms.progress.rules.items import FEW, GOOD, WEAK
from lms.web.words import kind as kind_of
from lms.web.words import number


def state(name: State) -> str:
    return {
        "": gettext("who have begun"),
        "open": gettext("who have begun and not completed it"),
        "done": gettext("who have completed it"),
        "none": gettext("who did nothing of it"),
    }[name]


def column(one: Column) -> str:
    """The head of a column."""
    return {"recording": gettext("Recording"), "quiz": gettext("Quiz"), "test": gettext("Test")}.get(
        one.kind, one.title
    )


def cell(one: Cell) -> str:
    """Where somebody stands with one thing, in a word or two."""
    if one.state == "done":
        return gettext("done")
    if one.state == "again":
        return gettext("to be taken again")
    if one.state == "begun":
        return gettext("begun, %(share)s %%", share=one.percent)
    return gettext("not yet")


def attempt(kind: str) -> str:
    """What a kind of attempt is called."""
    return {"quiz": gettext("Quiz"), "pre": gettext("Test before"), "post": gettext("Test after")}.get(kind, kind)


def percent(share: float | None) -> str:
    """A share in whole per cent, rounded down as scores are."""
    return "" if share is None else gettext("%(share)s %%", share=_whole(share))


def gain(points: float | None) -> str:
    """What was gained, in points of a hundred: `+ 25`."""
    if points is None:
        return ""
    whole = round(points * 100)
    return f"+{whole}" if whole > 0 else str(whole).replace("-", "\u2212")


def discrimination(value: float | None) -> str:
    return "–" if value is None else number(round(value, 2)).replace("-", "\u2212")


def worth(one: Analysis) -> str:
    """What a discrimination says, in a word."""
    value = one.discrimination
    if value is None:
        return gettext("nothing to compare with")
    if one.count < FEW:
        return gettext("too few answers to tell")
    if value < 0:
        return gettext("the wrong way round")
    if value < WEAK:
        return gettext("weak")
    return gettext("good") if value >= GOOD else gettext("fair")


def remark(name: Remark) -> str:
    """What is worth a look, and what may be behind it."""
    return {
        "few": gettext("Fewer than %(count)s answers: the numbers mean little yet.", count=FEW),
        "negative": gettext(
            "Those who do well in the rest get this one wrong more often: is the right answer marked as right?"
        ),
        "weak": gettext("It hardly tells those who know from those who do not. Is the question clear?"),
        "hard": gettext("Fewer than three in ten have it right. Is it taught, and is it clear?"),
        "easy": gettext("Nearly everybody has it right: it tells little."),
        "rival": gettext("A wrong choice is taken more often than a right one."),
        "idle": gettext("Nobody takes one of the wrong choices: a likelier one would ask more."),
    }[name]


def answered(count: int) -> str:
    return ngettext("%(num)s answer", "%(num)s answers", count)


# -- Lines of tables ------------------------------------------------------------------------------------------------


def overview_head() -> list[str]:
    return [gettext("Title"), gettext("Kind"), gettext("Address"), gettext("Begun"), gettext("Completed")]


def overview_line(line: Line) -> list[object]:
    return [line.title, kind_of(line.kind), line.url, line.begun, line.done]


def who_head(activity: Activity, columns: Sequence[Column]) -> list[str]:
    head = [gettext("Name"), gettext("E-mail address"), gettext("Group"), gettext("Account"), gettext("Last active")]
    head += [gettext("Per cent done"), gettext("Completed"), gettext("Edition completed")]
    return [*head, *(column(one) for one in columns), *scores(activity)]


def who_line(activity: Activity, row: Row) -> list[object]:
    """Moments by ISO 8601; of what is begun, the percentage."""
    person, standing = row.person, row.standing
    told = row.scores
    shares = [told.best] if activity.kind != "course" else [told.before, told.after, told.gain]
    return [
        person.name,
        person.email or "",
        person.group,
        account(person.closed, person.erased),
        _iso(row.last),
        row.percent,
        _iso(standing.completed),
        standing.completed_edition or "",
        *(_iso(one.when) or (one.percent if one.state == "begun" else "") for one in row.cells),
        *([_points(share) for share in shares] if activity.quiz else []),
    ]


def scores(activity: Activity) -> list[str]:
    """The heads of an activity's scores."""
    if activity.quiz is None:
        return []
    if activity.kind == "course":
        return [gettext("Before"), gettext("After"), gettext("Gain")]
    return [gettext("Best score")]


def account(closed: bool, erased: bool) -> str:
    """What is to be said of an account that is not in use."""
    return gettext("erased account") if erased else gettext("closed account") if closed else ""


def questions_head() -> list[str]:
    return [
        *(gettext("Address"), gettext("Edition"), gettext("Test"), gettext("Question"), gettext("Kind")),
        *(gettext("Answers"), gettext("Share right"), gettext("Mean score"), gettext("Discrimination")),
        *(gettext("Choice or typed answer"), gettext("Right"), gettext("Taken"), gettext("Share taken")),
        gettext("Worth a look"),
    ]


def question_lines(found: Examined, one: Analysis) -> Iterator[list[object]]:
    """A line for each choice, or for each answer that was typed; one line where there is neither."""
    tells = "" if one.discrimination is None else round(one.discrimination, 3)
    about = [found.activity.url, found.edition, attempt(found.kind), plain(one.prompt) or one.id, one.asked]
    about += [one.count, round(one.share, 3), round(one.mean, 3), tells]
    remarks = " ".join(remark(name) for name in one.remarks)
    for taken in one.choices or one.typed:
        words = plain(taken.words) if one.choices else taken.words
        right = "" if taken.right is None else gettext("yes") if taken.right else gettext("no")
        yield [*about, words, right, taken.count, round(taken.count / one.count, 3), remarks]
    if not (one.choices or one.typed):
        yield [*about, "", "", "", "", remarks]


def plain(html: str) -> str:
    """The text of inline HTML."""
    return Markup(html).striptags()


def _iso(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""


def _points(share: float | None) -> object:
    return "" if share is None else round(share * 100, 1)


def _whole(share: float) -> int:
    # A third and a third and a third are one.
    return int(share * 100 + 1e-9)
