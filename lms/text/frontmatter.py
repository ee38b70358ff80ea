"""Front matter: YAML read as strings, with the line of every value, and typed by a model."""

from dataclasses import dataclass, field
from types import NoneType
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError

from lms.text.problems import Problem, did_you_mean, error, nearest

try:
    from yaml import CBaseLoader as Loader
except ImportError:  # PyYAML built without libyaml
    from yaml import BaseLoader as Loader  # type: ignore[assignment]

Model = TypeVar("Model", bound=BaseModel)
Path = tuple[str | int, ...]

DEEPEST = 12


class Unclosed(ValueError):
    """Front matter without its closing line."""


@dataclass(frozen=True)
class Front:
    """What stands above a body: values as written, and the line of each by its path of keys."""

    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[Path, int] = field(default_factory=dict)
    first_line: int = 1

    def line(self, *path: str | int) -> int:
        """The line of the value at `path`, or of the nearest part of the path that stands there."""
        while path:
            if path in self.lines:
                return self.lines[path]
            path = path[:-1]
        return self.first_line


def split(text: str) -> tuple[str | None, str, int]:
    """The front matter's YAML (None when there is none), the body, and the body's first line number.

    Raises Unclosed when an opening `---` has no closing one.
    """
    if not (text == "---" or text.startswith("---\n")):
        return None, text, 1
    lines = text.split("\n")
    for number, line in enumerate(lines[1:], 2):
        if line.rstrip() in ("---", "..."):
            return "\n".join(lines[1 : number - 1]), "\n".join(lines[number:]), number + 1
    raise Unclosed


def load(text: str, path: str, first_line: int = 1) -> tuple[Front, list[Problem]]:
    """The mapping that `text` is in YAML; every scalar stays the string it was written as."""
    reader = _Reader(path, first_line)
    try:
        value = reader.document(text)
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        line = first_line + (mark.line if mark else 0)
        what = f"this is not YAML: {fault.problem or fault.context}"
        reader.problems.append(error(path, line, "yaml", what, _yaml_mend(text, mark)))
        value = {}
    except yaml.YAMLError as fault:
        what = f"this is not YAML: {str(fault).splitlines()[0]}"
        reader.problems.append(error(path, first_line, "yaml", what, "delete the sign that YAML does not allow"))
        value = {}
    if not isinstance(value, dict):
        what = "this is not a list of `key: value` lines"
        reader.problems.append(error(path, first_line, "yaml", what, "write it as `title: …`, a key a line"))
        value = {}
    return Front(value, reader.lines, first_line), reader.problems


def read(text: str, path: str) -> tuple[Front, str, int, list[Problem]]:
    """The front matter of a page, its body, the body's first line, and problems."""
    try:
        above, body, line = split(text)
    except Unclosed:
        what = "the front matter is opened by `---` and never closed"
        return Front(), text[3:], 1, [error(path, 1, "yaml", what, "close it with a line `---`")]
    if above is None:
        return Front(), body, 1, []
    front, problems = load(above, path, 2)
    return front, body, line, problems


def typed(model: type[Model], front: Front, path: str) -> tuple[Model | None, list[Problem]]:
    """The model that the front matter says, or None and a problem for each fault in it."""
    try:
        return model.model_validate(front.values), []
    except ValidationError as fault:
        return None, [_said(detail, model, front, path) for detail in fault.errors(include_url=False)]


def typed_leniently(model: type[Model], front: Front, path: str) -> tuple[Model | None, list[Problem]]:
    """As `typed`, but faulty keys are left out, so that one fault does not hide the faults below it.

    None only when the rest cannot stand without them.
    """
    value, problems = typed(model, front, path)
    values = dict(front.values)
    while value is None:
        try:
            value = model.model_validate(values)
        except ValidationError as fault:
            faulty = {detail["loc"][0] for detail in fault.errors() if detail["loc"]}
            if not faulty & values.keys():
                return None, problems
            values = {key: kept for key, kept in values.items() if key not in faulty}
    return value, problems


class _Reader:
    """YAML events into strings, lists and dicts. Aliases are refused: nobody needs them, and they explode."""

    def __init__(self, path: str, first_line: int) -> None:
        self.path, self.first_line = path, first_line
        self.lines: dict[Path, int] = {}
        self.problems: list[Problem] = []

    def document(self, text: str) -> Any:
        self.events = yaml.parse(text, Loader=Loader)
        for event in self.events:
            if isinstance(event, yaml.NodeEvent):
                value = self._value(event, ())
                more = next((e for e in self.events if isinstance(e, yaml.DocumentStartEvent)), None)
                if more:
                    self._fault(more, "yaml", "a second document begins here", "delete the `---` line")
                return value
        return {}

    def _fault(self, event: yaml.Event, rule: str, what: str, mend: str) -> None:
        self.problems.append(error(self.path, self.first_line + event.start_mark.line, rule, what, mend))

    def _value(self, event: yaml.Event, at: Path) -> Any:
        self.lines.setdefault(at, self.first_line + event.start_mark.line)
        if isinstance(event, yaml.AliasEvent):
            self._fault(event, "yaml-alias", f"`*{event.anchor}` is a YAML alias", "write the value out here")
            return ""
        if isinstance(event, yaml.ScalarEvent):
            return event.value
        if len(at) >= DEEPEST:
            raise yaml.MarkedYAMLError(problem=f"nested more than {DEEPEST} deep", problem_mark=event.start_mark)
        return self._list(at) if isinstance(event, yaml.SequenceStartEvent) else self._dict(at)

    def _list(self, at: Path) -> list[Any]:
        items: list[Any] = []
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self._value(event, (*at, len(items))))
        return items

    def _dict(self, at: Path) -> dict[str, Any]:
        items: dict[str, Any] = {}
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            if not isinstance(event, yaml.ScalarEvent):
                raise yaml.MarkedYAMLError(problem="a key must be one word", problem_mark=event.start_mark)
            key = event.value
            if key in items:
                self._fault(event, "duplicate-key", f"`{key}` is said twice", "keep one of the two")
            here = (*at, key)
            self.lines[here] = self.first_line + event.start_mark.line
            items[key] = self._value(next(self.events), here)
        return items


def _yaml_mend(text: str, mark: Any) -> str:
    lines = text.split("\n")
    line = lines[mark.line] if mark and mark.line < len(lines) else ""
    if "\t" in line:
        return "indent with spaces, not tabs"
    if line.count(": ") > 1 or (": " in line and '"' not in line):
        return 'put the words in quotes: `key: "words: with a colon"`'
    return "mend the YAML at this line; quotes around the words often do"


_SAID = {
    "string_type": "words",
    "string_too_short": "it",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_parsing": "a number",
    "decimal_type": "a number such as 0.5",
    "decimal_parsing": "a number such as 0.5",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "date_type": "a date such as 2026-10-01",
    "date_parsing": "a date such as 2026-10-01",
    "date_from_datetime_parsing": "a date such as 2026-10-01",
    "date_from_datetime_inexact": "a date such as 2026-10-01, without a time",
    "tuple_type": "a list, such as `[one, two]`",
    "list_type": "a list, such as `[one, two]`",
    "dict_type": "`key: value` lines",
    "model_type": "`key: value` lines",
    "model_attributes_type": "`key: value` lines",
}


def _said(detail: Any, model: type[BaseModel], front: Front, path: str) -> Problem:
    """A problem in the author's words, from one of pydantic's."""
    kind, loc = detail["type"], detail["loc"]
    place = tuple(part for part in loc if isinstance(part, int) or part in _keys(front.values, loc))
    line = front.line(*loc) if loc in front.lines else front.line(*place)
    name = ".".join(str(part + 1 if isinstance(part, int) else part) for part in (place or loc))
    if kind == "extra_forbidden":
        known = _fields(model, loc[:-1])
        key = str(loc[-1])
        mend = did_you_mean(key, known, f"delete it; known keys are {', '.join(sorted(known))}")
        return error(path, line, "unknown-key", f"`{key}` is not a key that Spoke knows", mend)
    if kind == "missing":
        return error(path, line, "missing-key", f"`{loc[-1]}` is missing", f"add `{loc[-1]}: …`")
    given = detail["input"]
    shown = f"`{given}`" if isinstance(given, str) and given else "nothing" if not given else "a list or mapping"
    if kind == "string_too_short" or (given == "" and kind in _SAID):
        return error(path, line, "wrong-type", f"`{name}` is empty", f"write {_SAID[kind]}, or delete the line")
    if kind in _SAID:
        what = f"`{name}` must be {_SAID[kind]}, and is {shown}"
        return error(path, line, "wrong-type", what, f"write `{loc[-1] if loc else name}` as {_SAID[kind]}")
    if kind == "literal_error":
        allowed = detail["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
        close = nearest(str(given), allowed)
        mend = f"did you mean `{close}`?" if close else f"use one of {', '.join(allowed)}"
        return error(path, line, "wrong-value", f"`{name}` is {shown}, which is none of {', '.join(allowed)}", mend)
    message = detail["msg"].removeprefix("Value error, ")
    what, _, mend = message.partition("; ")
    return error(path, line, "wrong-value", f"`{name}`: {what[:1].lower()}{what[1:]}", mend or "change the value")


def _keys(values: Any, loc: tuple[str | int, ...]) -> set[str]:
    """The parts of a pydantic location that are keys of the document, not names of union members."""
    found: set[str] = set()
    for part in loc:
        if isinstance(values, dict) and part in values:
            found.add(str(part))
            values = values[part]  # type: ignore[index]
        elif isinstance(values, list) and isinstance(part, int) and part < len(values):
            values = values[part]
    return found


def _fields(model: type[BaseModel], loc: tuple[str | int, ...]) -> set[str]:
    """The keys that the model at `loc` inside `model` knows."""
    current: type[BaseModel] = model
    for part in loc:
        info = current.model_fields.get(part) if isinstance(part, str) else None
        inner = _model_in(info.annotation) if info else None
        current = inner or current
    return {info.alias or name for name, info in current.model_fields.items()}


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and annotation is not NoneType and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _model_in(inner))), None)
