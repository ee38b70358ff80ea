"""JSON Schemas of the content format, for editors: generated from the models that read it."""

from typing import Any

from pydantic import BaseModel

from lms.credit.models import CreditFile
from lms.library.models import CourseFront, PageFront, PersonFront, SiteFront, TermFront
from lms.media.models import EpisodeFront, ShowFront, WebinarFront
from lms.modules.models import LessonFront, ModuleFront, QuizFront

_KINDS: dict[str, tuple[type[BaseModel], str, bool]] = {
    "site": (SiteFront, "site.yaml", False),
    "credit": (CreditFile, "credit.yaml", False),
    "people": (PersonFront, "people.yaml", True),
    "glossary": (TermFront, "glossary.yaml", True),
    "course": (CourseFront, "front matter of courses/*.md", False),
    "module": (ModuleFront, "front matter of a module", False),
    "lesson": (LessonFront, "front matter of a lesson", False),
    "quiz": (QuizFront, "front matter of quiz.md", False),
    "webinar": (WebinarFront, "front matter of webinar.md", False),
    "show": (ShowFront, "front matter of show.md", False),
    "episode": (EpisodeFront, "front matter of an episode", False),
    "page": (PageFront, "front matter of pages/*.md", False),
}


def schemas() -> dict[str, dict[str, Any]]:
    """The schema of each kind of file, by its name; draft 7, which the editors' extensions read."""
    return {name: _schema(*kind) for name, kind in _KINDS.items()}


def _schema(model: type[BaseModel], title: str, entries: bool) -> dict[str, Any]:
    inner = model.model_json_schema(by_alias=True, mode="validation", ref_template="#/definitions/{model}")
    head = {"$schema": "http://json-schema.org/draft-07/schema#", "title": title}
    definitions = inner.pop("$defs", {})
    made = head | {"type": "object", "additionalProperties": inner} if entries else inner | head
    return made | {"definitions": definitions} if definitions else made
