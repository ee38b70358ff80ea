"""The documentation, held to the code: what it names is there, and what is there it names."""

import ast
import json
import re
import shutil
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import ModuleType

import click
import pytest
from pydantic import BaseModel

import lms.library.models
import lms.media.models
import lms.modules.models
from lms.cli import main
from lms.config import VARIABLES, Settings
from lms.credit.models import Accreditation, Asked, CreditFile, Evaluation, Look, Signatory, System
from lms.library.models import (
    Admission,
    CourseFront,
    ItemFront,
    PageFront,
    PersonFront,
    SiteFront,
    TermFront,
    Theme,
)
from lms.library.schemas import schemas
from lms.media.models import EpisodeFront, Funding, ShowFront, Verification, WebinarFront
from lms.modules.models import ActivityFront, Credit, LessonFront, ModuleFront, QuizFront
from lms.publishing import check
from lms.text.slugs import slug

TOP = Path(__file__).parent.parent
PAGES = [*TOP.glob("*.md"), *(TOP / "docs").glob("*.md")]
AUTHORING, OPERATING = (TOP / "docs" / name for name in ("authoring.md", "operating.md"))
CAST = TOP / "tests" / "content"

#: The heading above each table of keys in authoring.md, and the model that it describes.
TABLES: dict[str, type[BaseModel]] = {
    "Keys of every activity": ActivityFront,
    "Keys of credit": Credit,
    "Keys of a lesson": LessonFront,
    "Keys of a module": ModuleFront,
    "Keys of a quiz": QuizFront,
    "Keys of a webinar": WebinarFront,
    "Keys of a show": ShowFront,
    "Keys of funding": Funding,
    "Keys of a verification": Verification,
    "Keys of an episode": EpisodeFront,
    "Keys of a course": CourseFront,
    "Keys of an item": ItemFront,
    "Keys of site.yaml": SiteFront,
    "Keys of sign-up": Admission,
    "Keys of the theme": Theme,
    "Keys of credit.yaml": CreditFile,
    "Keys of a credit system": System,
    "Keys of an accreditation": Accreditation,
    "Keys of an evaluation form": Evaluation,
    "Keys of a question of a form": Asked,
    "Keys of the look of certificates": Look,
    "Keys of a signatory": Signatory,
    "Keys of a person": PersonFront,
    "Keys of a term": TermFront,
    "Keys of a page": PageFront,
}

#: What the examples of authoring.md leave to the imagination: recordings, captions and artwork of the cast.
MEDIA = {
    "webinars/stroke-in-the-clinic/recording.mp4": "webinars/stroke-in-the-clinic/recording.mp4",
    "webinars/stroke-in-the-clinic/captions.en.vtt": "webinars/stroke-in-the-clinic/captions.en.vtt",
    "podcasts/ward-round/artwork.jpg": "podcasts/ward-round/artwork.jpg",
    "podcasts/ward-round/2026-03-04-sepsis.mp3": "podcasts/ward-round/2026-03-04-sepsis.mp3",
    "podcasts/ward-round/2026-03-04-sepsis.vtt": "podcasts/ward-round/2026-03-04-sepsis.vtt",
}

#: Where each call that tells of a problem has its rule.
RULE_AT = {"error": 2, "warning": 2, "fault": 1, "_fault": 1, "UnsafeSvg": 1}


# -- Authoring ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("heading", TABLES)
def test_each_table_of_keys_names_the_keys_of_its_model_and_no_others(heading):
    assert {row[0] for row in rows(section(AUTHORING, heading))} == keys(TABLES[heading])


def test_every_front_matter_has_its_table():
    described = set(TABLES.values())
    fronts = {model for module in MODELS for name, model in vars(module).items() if name.endswith("Front")}
    assert fronts - described == set()


def test_the_table_of_problems_has_the_rules_that_the_code_knows_and_their_kinds():
    said = {row[0]: row[1] for row in rows(section(AUTHORING, "Problems and their mends"))}
    assert said == {rule: " or ".join(sorted(kinds)) for rule, kinds in rules().items()}


def test_the_examples_of_a_page_make_a_folder_without_a_problem(tmp_path):
    for name, text in examples(AUTHORING).items():
        place = tmp_path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    for name, source in MEDIA.items():
        shutil.copyfile(CAST / source, tmp_path / name)
    assert check(tmp_path, date(2026, 11, 21), jobs=1) == []


def test_the_first_module_of_the_readme_checks_without_a_problem(cast):
    """In the folder that the reader has: the sample, whose people it names."""
    shutil.copyfile(TOP / "content" / "people.yaml", cast / "people.yaml")
    written = examples(TOP / "README.md")
    assert len(written) == 2
    for name, text in written.items():
        place = cast.parent / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    found = check(cast, date(2026, 11, 21), jobs=1)
    assert [one for one in found if one.path.startswith("modules/clean-hands")] == []


def test_the_schemas_are_those_that_the_code_writes():
    written = {path.name.removesuffix(".schema.json"): json.loads(path.read_text()) for path in SCHEMAS.glob("*.json")}
    assert written == schemas()


# -- Operating ------------------------------------------------------------------------------------------------------


def test_the_table_of_settings_has_every_setting_with_its_flag_and_default():
    said = {row[0]: (row[1], row[2]) for row in rows(section(OPERATING, "Settings"))}
    default = Settings()
    assert said == {
        f"LMS_{name.upper()}": (f"--{name.replace('_', '-')}", shown(getattr(default, name))) for name in VARIABLES
    }


def commands() -> dict[str, click.Command]:
    """Every command by what one types after `lms`, those of groups too."""
    found: dict[str, click.Command] = {}
    for name, command in main.commands.items():
        inner = command.commands if isinstance(command, click.Group) else {"": command}
        found |= {f"{name} {below}".strip(): one for below, one in inner.items()}
    return found


@pytest.mark.parametrize("name", sorted(commands()))
def test_each_command_is_described_with_its_flags_and_no_others(name):
    flags = {flag for option in commands()[name].params if isinstance(option, click.Option) for flag in option.opts}
    text = section(OPERATING, f"`lms {name}`")
    assert set(re.findall(r"`(--[a-z-]+)", text)) - {"--no-watch"} == flags


# -- All pages ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_relative_link_leads_to_a_file_and_every_anchor_to_a_heading(page):
    text = without_code(page.read_text(encoding="utf-8"))
    broken = []
    for target in re.findall(r"\]\(<?([^)>\s]+)>?\)", text):
        path, _, anchor = target.partition("#")
        if "://" in target or target.startswith("mailto:"):
            continue
        place = page.parent / path if path else page
        if not place.exists() or (anchor and place.suffix == ".md" and anchor not in anchors(place)):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_make_target_that_is_named_is_there(page):
    targets = set(re.findall(r"^([a-z]+):", (TOP / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"(?:`|^)make ([a-z]+)", page.read_text(encoding="utf-8"), re.MULTILINE)) <= targets


# -- Reading the documentation --------------------------------------------------------------------------------------

MODELS: list[ModuleType] = [lms.modules.models, lms.media.models, lms.library.models]
SCHEMAS = TOP / "docs" / "schemas"


def section(page: Path, heading: str) -> str:
    """The text below a heading, up to the next one of its level or above."""
    text = page.read_text(encoding="utf-8")
    found = re.search(rf"^(#+) {re.escape(heading)}\n", text, re.MULTILINE)
    assert found, f"{page.name} has no heading {heading!r}"
    below = text[found.end() :]
    after = re.search(rf"^#{{1,{len(found[1])}}} ", without_code(below), re.MULTILINE)
    return below[: after.start()] if after else below


def without_code(text: str) -> str:
    """`text` with the signs of fenced code blanked, of the same length."""
    return re.sub(r"^```.*?^```$", lambda found: re.sub(r"[^\n]", " ", found[0]), text, flags=re.MULTILINE | re.DOTALL)


def rows(text: str) -> Iterator[list[str]]:
    """The rows of the tables in `text` that begin with a word in backticks; cells without backticks."""
    for line in text.splitlines():
        if line.startswith("| `"):
            yield [cell.strip().strip("`") for cell in line.strip("|").split("|")]


def keys(model: type[BaseModel]) -> set[str]:
    """The keys of a model besides those of every activity."""
    common = (
        set(ActivityFront.model_fields) if model is not ActivityFront and issubclass(model, ActivityFront) else set()
    )
    return {info.alias or name for name, info in model.model_fields.items() if name not in common}


def examples(page: Path) -> dict[str, str]:
    """The blocks of code that name a file, by that name."""
    found = re.findall(r"^```\w+ (\S+/?\S+)\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return dict(found)


def anchors(page: Path) -> set[str]:
    heads = re.findall(r"^#+ (.*)$", without_code(page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads} | {slug(head) for head in heads}


def shown(default: object) -> str:
    if isinstance(default, bool):
        return str(int(default))
    return ",".join(default) if isinstance(default, tuple) else str(default)


def rules() -> dict[str, set[str]]:
    """The name of every rule, with the kinds of problem that it may be, found in the code that tells of them."""
    found: dict[str, set[str]] = defaultdict(set)
    missing: set[str] = set()
    for path in sorted((TOP / "lms").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
            missing |= constants(call, 3) if name == "missing" else constants(call, 5) if name == "located" else set()
            # `*where` stands for a path and a line.
            at = RULE_AT.get(name, 99) - sum(isinstance(argument, ast.Starred) for argument in call.args)
            for rule in constants(call, at):
                found[rule].add("warning" if name == "warning" else "error")
    for what in missing | {"file"}:
        found[f"missing-{what}"].add("error")
    return found


def constants(call: ast.Call, at: int) -> set[str]:
    """The words at a place of a call's arguments, when they are written there."""
    argument = call.args[at] if len(call.args) > at else None
    return {argument.value} if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else set()
