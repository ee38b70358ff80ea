"""Artwork of shows and episodes, by Apple's rules."""

from pathlib import PurePosixPath

from lms.media.reader.recordings import Place, located
from lms.media.renditions.pictures import BrokenPicture, image_size
from lms.modules import bodies
from lms.modules.context import Context, Notes
from lms.modules.models import Picture
from lms.text.problems import error, warning

KINDS = ("jpg", "jpeg", "png")
LEAST, MOST = 1400, 3000


def artwork(
    context: Context, found: Notes, place: Place, said: str | None, alt: str | None, stem: str, title: str
) -> Picture | None:
    """The artwork that the front matter names, or `<stem>.jpg` or `.png` beside it; None when there is none."""
    home = PurePosixPath(place.path).parent
    beside = [f"{home}/{stem}.{kind}" for kind in KINDS]
    if said:
        path = located(context, found, place, "artwork", said, "picture")
    else:
        path = next((path for path in beside if path in context.folder.files), None)
    if path is None:
        return None
    line = place.front.line("artwork")
    if not alt:
        what = "the artwork has no alternative text"
        found.problems.append(warning(place.path, line, "no-alt", what, "add `artwork_alt: …`: say what it shows"))
    try:
        size = image_size(context.folder.locate(path))
    except BrokenPicture:
        size = None  # said when it is shown
    if size is not None:
        for what, mend in _faults(size.width, size.height, size.type, size.mode):
            found.problems.append(error(place.path, line, "artwork", f"`{PurePosixPath(path).name}` {what}", mend))
    return bodies.show(context, path, alt or title, place.path, line, found)


def _faults(width: int, height: int, type: str, mode: str) -> list[tuple[str, str]]:
    faults = []
    if width != height:
        faults.append((f"is {width} × {height}, and artwork is square", "cut it square"))
    elif not LEAST <= width <= MOST:
        faults.append((f"is {width} px wide", f"save it {LEAST} to {MOST} px wide"))
    if type not in ("image/jpeg", "image/png"):
        faults.append((f"is {type}, which podcast apps do not show", "save it as JPEG or PNG"))
    elif mode in ("CMYK", "LAB", "YCCK"):
        faults.append((f"has {mode} colours, made for print", "save it in RGB"))
    return faults
