"""Pages: reads the front matter that authors wrote, and stamps into it what only the recording knows."""

import re
from pathlib import Path
from typing import Any

import yaml

FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
CHAPTERS = re.compile(r"^chapters:\n(?:[ \t]+-.*\n)+", re.MULTILINE)


def front_matter(page: Path) -> dict[str, Any]:
    """The page's front matter."""
    found = FRONT.match(page.read_text("utf-8"))
    return dict(yaml.safe_load(found[1])) if found else {}


def stamp_chapters(page: Path, chapters: list[tuple[float, str]]) -> None:
    """Put the real times of the chapters in place of the page's own; ValueError when it has no `chapters:` list."""
    text = page.read_text("utf-8")
    listed = "".join(f'  - "{int(start) // 60}:{int(start) % 60:02} {title}"\n' for start, title in chapters)
    stamped, times = CHAPTERS.subn("chapters:\n" + listed.replace("\\", r"\\"), text, count=1)
    if not times:
        raise ValueError(f"{page}: the front matter needs a `chapters:` list to stamp")
    page.write_text(stamped, "utf-8")
