"""The law of the house: imports go down a floor, or left along one; files stay short."""

import ast
from pathlib import Path

import pytest

LMS = Path(__file__).parent.parent / "lms"
ROOMS = ["text", "modules", "media", "library", "search", "people", "ledger", "progress", "credit", "certificates"]
#: The floor of each file by its name, or by the folder that stands for it; those above all rooms come last.
FLOORS = {
    "models": 1,
    "captions": 2,
    "marking": 2,
    "questions": 2,
    "rules": 2,
    "cards": 2,
    "schemas": 2,
    "context": 2,
    "fronts": 2,
    "plan": 2,
    "quizzes": 2,
    "roster": 2,
    "bodies": 2,
    "reader": 2,
    "survey": 2,
    "work": 2,
    "writing": 2,
    "release": 2,
    "shelf": 2,
    "register": 2,
    "assembly": 2,
    "index": 2,
    "passages": 2,
    "queries": 2,
    "renditions": 2,
    "feed": 2,
    "drawing": 2,
    "keys": 2,
    "proofs": 2,
    "store": 3,
    "service": 4,
    "web": 5,
    "forms": 6,
    "views": 6,
    "publishing": 7,
    "app": 7,
    "server": 7,
    "cli": 8,
}
FILES = sorted(path for path in LMS.rglob("*.py") if "translations" not in path.parts)


def place(module: str) -> tuple[int, int]:
    """Floor and room of a module of ours."""
    parts = module.split(".")[1:]
    if not parts or parts == ["config"]:
        return 0, 0
    if parts[0] == "migrations":
        return FLOORS["store"], ROOMS.index("certificates")
    if parts[0] == "db":
        return 0, 0
    if parts[0] == "text":
        return 0, 0
    if parts[0] in ("web", "publishing", "app", "server", "cli"):
        return FLOORS[parts[0]], 0
    return (FLOORS[parts[1]] if len(parts) > 1 else 0), ROOMS.index(parts[0])


def name(path: Path) -> str:
    return ".".join(path.relative_to(LMS.parent).with_suffix("").parts).removesuffix(".__init__")


def imported(path: Path) -> set[str]:
    """Modules of ours that a file imports, wherever in the file."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names if alias.name.split(".")[0] == "lms")
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "lms":
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                known = (LMS.parent / (inner.replace(".", "/") + ".py")).exists() or (
                    LMS.parent / inner.replace(".", "/") / "__init__.py"
                ).exists()
                found.add(inner if known else node.module)
    return found


def breaches(path: Path) -> list[str]:
    floor, room = place(name(path))
    found = []
    for module in imported(path):
        their_floor, their_room = place(module)
        if their_floor > floor or (their_floor == floor and their_room > room):
            found.append(module)
    return found


@pytest.mark.parametrize("path", FILES, ids=name)
def test_imports_go_down_a_floor_or_left_along_one(path):
    assert breaches(path) == []


def test_the_law_would_catch_a_breach(tmp_path):
    assert (
        place("lms.modules.reader")
        < place("lms.media.reader")
        < place("lms.library.service")
        < place("lms.modules.views")
    )


@pytest.mark.parametrize("path", FILES, ids=name)
def test_no_file_passes_four_hundred_lines(path):
    assert len(path.read_text().splitlines()) <= 400


# The door of `cli` is the command itself: what is installed as `lms` enters there.
@pytest.mark.parametrize(
    "room", [path.name for path in LMS.iterdir() if (path / "__init__.py").exists() and path.name != "cli"]
)
def test_a_room_has_a_door_sign_and_nothing_else_in_its_init(room):
    body = ast.parse((LMS / room / "__init__.py").read_text()).body
    assert len(body) == 1
    assert isinstance(body[0], ast.Expr)


def test_flask_stays_above_the_services():
    # Flask-SQLAlchemy holds the sessions of requests; `db` alone knows.
    low = [path for path in FILES if place(name(path))[0] < FLOORS["web"] and name(path) != "lms.db"]
    assert [
        name(path) for path in low if "flask" in path.read_text().lower().split("import", 1)[-1].split('"""')[0]
    ] == []
