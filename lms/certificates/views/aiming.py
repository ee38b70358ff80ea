"""What one means to have of a credit system, and by when: said, changed, given up."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from lms.certificates.models.transcript import Goal, Period, Unit
from lms.certificates.rules import goals
from lms.certificates.service import transcripts
from lms.certificates.views import saying
from lms.credit.models import PLAIN
from lms.credit.service import aiming
from lms.web.at_hand import gettext, language, release, today
from lms.web.gate import opens_to
from lms.web.headers import keep_nowhere
from lms.web.visitor import database
from lms.web.visitor import learner as me

bp = Blueprint("aiming", __name__)
bp.after_request(keep_nowhere)

_FIELDS = ("amount", "system", "from", "until")


@bp.get("/credit/target")
@opens_to("learner")
def show() -> str:
    held = {goal.system: goal for goal in transcripts.goals(database(), me().id)}
    systems = _systems()
    suggested = goals.suggested(release().credit().target, tuple(systems), today())
    free = [code for code in (suggested.system if suggested else PLAIN, PLAIN, *systems) if code not in held]
    system = request.args.get("system", "") or (free[0] if free else PLAIN)
    known = held.get(system) or (suggested if suggested and suggested.system == system else None)
    fresh = {"amount": "", "system": system, "from": f"{today().year}-01-01", "until": ""}
    return _page(_typed(known) if known else fresh, {})


@bp.post("/credit/target")
@opens_to("learner")
def aim() -> Any:
    typed = {name: request.form.get(name, "").replace("\0", "").strip()[:40] for name in _FIELDS}
    try:
        goal = goals.read(typed, _systems(), today())
    except goals.Unclear as unclear:
        return _page(typed, {field: saying.fault(name) for field, name in unclear.faults.items()}), 422
    if aiming.aim(database(), me(), goal.system, goal.amount, goal.begins, goal.until):
        flash(gettext("Your target is kept."))
    return redirect("/credit#targets", 303)


@bp.post("/credit/target/removals")
@opens_to("learner")
def give_up() -> Answer:
    aiming.give_up(database(), me(), request.form.get("system", "")[:20].replace("\0", ""))
    flash(gettext("Your target is removed."))
    return redirect("/credit#targets", 303)


def _page(typed: dict[str, str], faults: dict[str, str]) -> str:
    held = {goal.system: goal for goal in transcripts.goals(database(), me().id)}
    return render_template(
        "certificates/target.html", typed=typed, faults=faults, held=held, systems=_systems(), saying=saying
    )


def _systems() -> dict[str, Unit]:
    """The systems that one may aim at."""
    found = transcripts.transcript(database(), release(), me().id, Period(), today(), language())
    held = [goal.system for goal in transcripts.goals(database(), me().id)]
    return transcripts.attainable(release(), found, language(), held)


def _typed(goal: Goal) -> dict[str, str]:
    """A goal as its fields have it."""
    return {
        "amount": format(goal.amount, "f"),
        "system": goal.system,
        "from": goal.begins.isoformat(),
        "until": goal.until.isoformat(),
    }
