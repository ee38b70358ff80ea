"""Evaluation forms: the one that is built in, those of credit.yaml, and what somebody says in them."""

from collections.abc import Iterator
from typing import Protocol

from lms.credit.models import Asked, CreditFile, Evaluation
from lms.modules.models import Activity

#: The form of an activity that names none.
DEFAULT = "default"

#: Where this stands in a question, it is asked once of each objective.
OBJECTIVE = "{objective}"

#: Of words that are typed.
LONGEST = 5_000

#: More objectives than these are not asked about one by one.
_MOST = 20

_AGREEMENT = {
    "en": ("Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree"),
    "es": ("Muy en desacuerdo", "En desacuerdo", "Ni una cosa ni otra", "De acuerdo", "Muy de acuerdo"),
}

_BUILT_IN = {
    "en": Evaluation(
        title="Evaluation",
        introduction="Two minutes. What you say is kept apart from your name, and makes the next edition better.",
        questions=(
            Asked(id="objective", ask="I can now: {objective}", kind="scale"),
            Asked(id="free-of-bias", ask="It was balanced, and free of commercial bias.", kind="scale"),
            Asked(id="bias", ask="If not, what was biased?", kind="text"),
            Asked(
                id="change",
                ask="Will you do something differently in your practice?",
                kind="choice",
                choices=(
                    "Yes",
                    "It confirms what I do already",
                    "No, and I would need more to do so",
                    "I do not treat patients",
                ),
            ),
            Asked(id="what", ask="What will you do differently?", kind="text"),
            Asked(
                id="barriers",
                ask="What could keep you from it?",
                kind="choices",
                choices=(
                    "Nothing",
                    "Time",
                    "Equipment or medicines",
                    "Cost to the patient",
                    "Rules or support where I work",
                    "I am not sure enough yet",
                    "Something else",
                ),
            ),
            Asked(id="level", ask="It fitted what I need at work.", kind="scale"),
            Asked(id="better", ask="What should be better, and what should we teach next?", kind="text"),
        ),
    ),
    "es": Evaluation(
        title="Evaluación",
        introduction="Dos minutos. Lo que diga se guarda aparte de su nombre, y mejora la próxima edición.",
        questions=(
            Asked(id="objective", ask="Ahora puedo: {objective}", kind="scale"),
            Asked(id="free-of-bias", ask="Fue equilibrada y sin sesgo comercial.", kind="scale"),
            Asked(id="bias", ask="Si no, ¿qué estaba sesgado?", kind="text"),
            Asked(
                id="change",
                ask="¿Hará algo de otra manera en su práctica?",
                kind="choice",
                choices=(
                    "Sí",
                    "Confirma lo que ya hago",
                    "No, y necesitaría algo más para hacerlo",
                    "No atiendo pacientes",
                ),
            ),
            Asked(id="what", ask="¿Qué hará de otra manera?", kind="text"),
            Asked(
                id="barriers",
                ask="¿Qué podría impedírselo?",
                kind="choices",
                choices=(
                    "Nada",
                    "El tiempo",
                    "Equipos o medicamentos",
                    "El costo para el paciente",
                    "Las normas o el apoyo donde trabajo",
                    "Todavía no estoy seguro o segura",
                    "Otra cosa",
                ),
            ),
            Asked(id="level", ask="Respondió a lo que necesito en el trabajo.", kind="scale"),
            Asked(id="better", ask="¿Qué debería mejorar, y qué deberíamos enseñar después?", kind="text"),
        ),
    ),
}


class Posted(Protocol):
    """What a form sent: names, each with one value or several."""

    def getlist(self, key: str) -> list[str]: ...


class NotAnswered(ValueError):
    """A form that is not filled in as it asks: by the id of each question, `missing`, `unknown` or `long`."""

    def __init__(self, faults: dict[str, str]) -> None:
        super().__init__(", ".join(f"{id}: {fault}" for id, fault in faults.items()))
        self.faults = faults


def form(file: CreditFile, activity: Activity) -> Evaluation:
    """The form of an activity, whole: each scale with its steps, and what is asked of each objective asked of each."""
    lang = activity.lang.split("-")[0]
    said = file.evaluations.get(activity.evaluation or DEFAULT) or file.evaluations.get(DEFAULT)
    said = said or _BUILT_IN.get(lang, _BUILT_IN["en"])
    asked = [whole for one in said.questions for whole in _asked(one, activity, lang)]
    return said.model_copy(update={"questions": tuple(asked)})


def name(question: Asked) -> str:
    """What the answer to a question is called in a form, among all else that a form sends."""
    return f"said-{question.id}"


def given(form: Evaluation, posted: Posted) -> dict[str, str | list[str]]:
    """What was said, right or wrong, by question: to show a form again."""
    found: dict[str, str | list[str]] = {}
    for question in form.questions:
        said = [text.replace("\r\n", "\n").replace("\0", "").strip() for text in posted.getlist(name(question))]
        said = [text for text in dict.fromkeys(said) if text]
        if said:
            found[question.id] = said if question.kind == "choices" else said[0]
    return found


def read(form: Evaluation, posted: Posted) -> dict[str, str | list[str]]:
    """The answers by the id of the question: a choice's text, a list of them, or words. Raises NotAnswered."""
    found, faults = given(form, posted), {}
    for question in form.questions:
        said = found.get(question.id)
        if said is None:
            if question.required and question.kind != "text":
                faults[question.id] = "missing"
        elif question.kind == "text":
            if len(said) > LONGEST:
                faults[question.id] = "long"
        elif not {said} <= set(question.choices) if isinstance(said, str) else not set(said) <= set(question.choices):
            faults[question.id] = "unknown"
    if faults:
        raise NotAnswered(faults)
    return found


def _asked(one: Asked, activity: Activity, lang: str) -> Iterator[Asked]:
    if one.kind == "scale" and not one.choices:
        one = one.model_copy(update={"choices": _AGREEMENT.get(lang, _AGREEMENT["en"])})
    if OBJECTIVE not in one.ask:
        yield one
        return
    for number, objective in enumerate(activity.objectives[:_MOST], 1):
        # Kept with the answers, a form has to be one that can be read again.
        ask = one.ask.replace(OBJECTIVE, objective)[:LONGEST]
        yield one.model_copy(update={"id": f"{one.id[:50]}-{number}", "ask": ask})
