"""Pictures: their size read from the header, and lighter renditions for small screens."""

import warnings
from contextlib import suppress
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from lms.media.models import Asset
from lms.media.renditions.store import ChangedMeanwhile, Store, address
from lms.media.renditions.svg import UnsafeSvg, svg_size
from lms.media.renditions.types import LFS, TYPES, ending
from lms.modules.models import Picture
from lms.text.folder import Folder
from lms.text.problems import Problem, error, warning

#: Refused by the header alone: decoded, more pixels than these would not fit a small server.
MOST_PIXELS = 40_000_000
#: Of a side: WebP ends at 16,383, and a picture of one long line costs the resizer gigabytes.
MOST_ACROSS = 16_000
#: A picture heavier than this is the reader's burden wherever no rendition is taken.
HEAVY = 3_000_000
WIDTHS = (480, 960)
RECIPE = "webp q72 m4"

_FORMATS = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "WEBP": "image/webp",
    "GIF": "image/gif",
    "AVIF": "image/avif",
}


class BrokenPicture(Exception):
    """A file that is no picture, or none to publish; the message has the mend after a semicolon."""

    def __init__(self, message: str, rule: str = "broken-picture", line: int = 1) -> None:
        super().__init__(message)
        self.rule, self.line = rule, line


class Size(NamedTuple):
    """What the header of a picture says. Width and height are as it is shown, turned upright."""

    width: int
    height: int
    type: str
    moves: bool = False
    mode: str = "RGB"


def image_size(path: Path) -> Size:
    """Size and media type of the picture at `path`, from its header alone.

    Raises BrokenPicture for what is no picture, has more than 40 megapixels, or a side of more than 16,000 pixels.
    """
    with path.open("rb") as opened:
        head = opened.read(512)
    if not head:
        raise BrokenPicture("the file is empty; put the picture here")
    if head.startswith(LFS):
        raise BrokenPicture("the file is a Git LFS pointer, not the picture; run `git lfs pull`")
    if ending(path.name) == "svg":
        try:
            return Size(*svg_size(path.read_bytes()), TYPES["svg"])
        except UnsafeSvg as fault:
            raise BrokenPicture(str(fault), fault.rule, fault.line) from fault
    with _opened(path) as image:
        width, height = image.size
        if _orientation(image) in (5, 6, 7, 8):  # it lies on its side
            width, height = height, width
        moves = getattr(image, "is_animated", False)
        return Size(width, height, _FORMATS[image.format], moves, image.mode)


def planned(folder: Folder, path: str, alt: str) -> tuple[Picture | None, list[Asset], list[Problem]]:
    """The picture at `path` with the addresses of all its renditions, none of which need be there yet.

    The assets are those of which the size is known: the source.
    """
    source, digest = folder.locate(path), folder.sha256(path)
    try:
        size = image_size(source)
        if size.type != TYPES["svg"]:
            _decode(source)
    except BrokenPicture as fault:
        what, _, mend = str(fault).rpartition("; ")
        return None, [], [error(path, fault.line, fault.rule, what, mend)]
    bytes = folder.files[path].size
    problems = []
    promised = TYPES.get(ending(path))
    if promised != size.type:
        what = f"the name says {promised or 'no picture'}, and the bytes are {size.type}"
        problems.append(warning(path, 1, "picture-name", what, "rename the file, so that every browser shows it"))
    if bytes > HEAVY:
        what = f"the picture weighs {bytes / 1e6:.1f} MB"
        problems.append(warning(path, 1, "picture-heavy", what, "save it smaller: 2000 pixels across are plenty"))
    name = PurePosixPath(path).name
    stem = name.rpartition(".")[0] or name
    url = address(digest, name)
    widths = () if size.moves or size.type == TYPES["svg"] else tuple(w for w in WIDTHS if w < size.width)
    renditions = tuple((w, address(digest, f"{stem}-{w}.webp", f"{RECIPE} {w}")) for w in widths)
    picture = Picture(url=url, alt=alt, width=size.width, height=size.height, renditions=renditions, bytes=bytes)
    return picture, [Asset(url=url, source=path, type=size.type, bytes=bytes)], problems


def make_pictures(folder: Folder, path: str, picture: Picture, store: Store) -> list[Asset]:
    """The assets of a planned picture's renditions; encodes those which the store does not have."""
    assets, missing = [], [(w, url) for w, url in picture.renditions if store.size(url) is None]
    if missing:
        with _opened(folder.locate(path)) as image:
            upright = _upright(image)
            for width, url in missing:
                store.write(url, _webp(upright, width))
    for _, url in picture.renditions:
        assets.append(Asset(url=url, type=TYPES["webp"], bytes=store.size(url) or 0))
    return assets


def picture(
    folder: Folder, path: str, alt: str, store: Store | None
) -> tuple[Picture | None, list[Asset], list[Problem]]:
    """The picture at `path`, with renditions made into the store if there is one.

    Its `bytes` are what a phone downloads: the widest rendition, or the source where there is none.
    """
    found, assets, problems = planned(folder, path, alt)
    if found is None or store is None:
        return found, assets, problems
    try:
        store.keep(folder.locate(path), folder.sha256(path), PurePosixPath(path).name)
    except ChangedMeanwhile as fault:
        return None, [], [*problems, error(path, 1, "changed", str(fault), "publish again")]
    made = make_pictures(folder, path, found, store)
    if made:
        found = found.model_copy(update={"bytes": made[-1].bytes})
    return found, [*assets, *made], problems


def _opened(path: Path) -> Any:
    """The picture, its header read. Raises BrokenPicture."""
    # Pillow takes a fifteenth of a second to import: those who only serve pages do without.
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(path, formats=list(_FORMATS))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise BrokenPicture(_too_many()) from None
    except UnidentifiedImageError:
        raise BrokenPicture("this is not a picture; save it as PNG, JPEG or WebP") from None
    except (FileNotFoundError, PermissionError):
        raise  # nothing is wrong with the picture
    except (OSError, ValueError, SyntaxError) as fault:
        raise BrokenPicture(f"the picture is damaged ({fault}); save it again") from fault
    if image.width * image.height > MOST_PIXELS:
        image.close()
        raise BrokenPicture(_too_many(image.width * image.height))
    if (side := max(image.size)) > MOST_ACROSS:
        image.close()
        raise BrokenPicture(f"the picture is {side} pixels long; make it smaller: 2000 pixels across are plenty")
    return image


def _too_many(pixels: int = 0) -> str:
    much = f"{pixels / 1e6:.0f}" if pixels else "far more than 40"
    return f"the picture has {much} megapixels; make it smaller: 2000 pixels across are plenty"


def _decode(path: Path) -> None:
    """Raise BrokenPicture unless the whole picture is there."""
    with _opened(path) as image:
        try:
            image.load()
        except (OSError, ValueError, SyntaxError, EOFError) as fault:
            raise BrokenPicture("the picture is cut short or damaged; save or copy it again") from fault


def _orientation(image: Any) -> int:
    # Pillow raises whatever it meets in damaged EXIF, which browsers pass over.
    with suppress(Exception):
        return image.getexif().get(0x0112, 1)
    return 1


def _upright(image: Any) -> Any:
    from PIL import ImageOps

    upright = ImageOps.exif_transpose(image) if _orientation(image) != 1 else image
    clear = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
    return upright.convert("RGBA" if clear else "RGB")


def _webp(image: Any, width: int) -> bytes:
    """A WebP of this width. Made smaller, even drawings of flat colours are lighter with loss than without."""
    from PIL import Image

    height = max(1, round(image.height * width / image.width))
    out = BytesIO()
    image.resize((width, height), Image.Resampling.LANCZOS).save(out, "WEBP", quality=72, method=4)
    return out.getvalue()
