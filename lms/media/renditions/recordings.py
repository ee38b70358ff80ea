"""Recordings in every way one can take them, each made once and kept in the store."""

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path

from lms.media.models import Asset, Rendition, Way
from lms.media.renditions import encoding
from lms.media.renditions.encoding import Progress
from lms.media.renditions.probe import BrokenMedia, Probe, probe
from lms.media.renditions.store import Store, address, safe
from lms.media.renditions.types import DEMUXERS, ENCLOSURES, ending
from lms.modules.models import Picture
from lms.text.folder import Folder
from lms.text.values import Value

#: How each rendition is made. A changed word here is a new address: nothing old is taken for new.
RECIPES = {
    "watch-low": "mp4 360 lines 15 fps x264 crf 28 veryfast, aac mono 36k, 1",
    "listen": "mp3 mono 64k 44100, 1",
    "listen-low": "mp3 mono 32k 24000, 1",
    "poster": "webp 640 q70, 1",
}
_NAMES = {
    "watch-low": "{}-low.mp4",
    "listen": "{}.mp3",
    "listen-low": "{}-low.mp3",
    "poster": "{}-poster.webp",
}

#: A rendition must be this much lighter than the source to be worth a choice.
WORTH = Decimal("0.85")


class Taken(Value):
    """A recording, probed, with its renditions (the lightest first) and all files that they need."""

    probe: Probe
    renditions: tuple[Rendition, ...]
    poster: Picture | None = None
    assets: tuple[Asset, ...]
    pending: bool = False
    """True when lighter renditions are still to be made."""


class _Memory(Value):
    """What the store remembers beside a source, so that nothing is probed or encoded twice."""

    key: str
    taken: Taken


def take(
    folder: Folder, path: str, name: str, store: Store | None, progress: Progress | None = None, *, encode: bool = True
) -> Taken:
    """The recording at `path` of the folder, under addresses that end in `name`'s stem.

    Without a store nothing is written, and the source itself is the only rendition. Nor is there another, though the
    source is kept, when nothing may be encoded now: then `pending` says that there is more to make.
    Raises BrokenMedia for what is no recording.
    """
    source, digest = folder.locate(path), folder.sha256(path)
    name = safe(name)
    if store is None:
        return _bare(probe(source), path, address(digest, name), folder.files[path].size)
    url = store.keep(source, digest, name)
    memory = store.path(url).with_name(f".{name}.json")
    taken = _remembered(memory, store, url)
    if taken is None and not encode:
        return _bare(probe(source), path, url, folder.files[path].size).model_copy(update={"pending": True})
    if taken is None:
        taken = _made(_bare(probe(source), path, url, folder.files[path].size), source, digest, store, progress)
        text = _Memory(key=_key(), taken=taken).model_dump_json()
        store.write(f"{url.rpartition('/')[0]}/{memory.name}", text.encode())
    # The memory is found by its bytes: the file may have moved since.
    assets = [asset.model_copy(update={"source": path}) if asset.url == url else asset for asset in taken.assets]
    return taken.model_copy(update={"assets": tuple(assets)})


def _key() -> str:
    return f"{version('av')} {version('pillow')} {sorted(RECIPES.items())}"


def _remembered(memory: Path, store: Store, url: str) -> Taken | None:
    """What was taken before, if all of it still stands."""
    with suppress(OSError, ValueError):
        known = _Memory.model_validate_json(memory.read_bytes())
        if known.key == _key() and all(store.size(asset.url) == asset.bytes for asset in known.taken.assets):
            return known.taken
    return None


def _bare(found: Probe, path: str, url: str, size: int) -> Taken:
    way: Way = "watch" if found.has_video else "listen"
    source = Rendition(way=way, url=url, type=found.type, bytes=size, seconds=found.seconds)
    asset = Asset(url=url, source=path, type=found.type, bytes=size)
    return Taken(probe=found, renditions=(source,), assets=(asset,))


def _made(bare: Taken, source: Path, digest: str, store: Store, progress: Progress | None) -> Taken:
    """What was probed, with lighter renditions encoded into the store."""
    found, first = bare.probe, bare.renditions[0]
    stem, demuxer = Path(first.url).stem, DEMUXERS[ending(source.name)]
    # What podcast apps do not take is offered to them as MP3.
    replaced = not found.has_video and first.type not in ENCLOSURES
    heard: list[Way] = ["listen", "listen-low"] if found.has_sound else []
    ways: list[Way] = ["watch-low", *heard] if found.has_video else heard if replaced else ["listen-low"]
    renditions = [] if replaced else [first]
    assets = [] if replaced else list(bare.assets)
    for done, way in enumerate(ways):
        url = address(digest, _NAMES[way].format(stem), f"{RECIPES[way]} {version('av')}")
        size = _encoded(store, url, way, source, demuxer, _share(progress, done, len(ways)))
        if size > first.bytes * WORTH and not (replaced and way == "listen"):
            continue
        type = "video/mp4" if way == "watch-low" else "audio/mpeg"
        renditions.append(Rendition(way=way, url=url, type=type, bytes=size, seconds=found.seconds))
        assets.append(Asset(url=url, type=type, bytes=size))
    picture = None
    if found.has_video:
        picture = _poster(store, address(digest, _NAMES["poster"].format(stem), RECIPES["poster"]), source, found)
        assets.append(Asset(url=picture.url, type="image/webp", bytes=picture.bytes))
    renditions.sort(key=lambda rendition: rendition.bytes)
    return Taken(probe=found, renditions=tuple(renditions), poster=picture, assets=tuple(assets))


def _encoded(store: Store, url: str, way: str, source: Path, demuxer: str, progress: Progress | None) -> int:
    """The size of a rendition, which is encoded now if it is not there."""
    import av

    if (size := store.size(url)) is not None:
        return size
    try:
        with store.making(url) as to:
            if way == "watch-low":
                encoding.encode_film(source, demuxer, to, progress)
            else:
                how = encoding.LISTEN if way == "listen" else encoding.LISTEN_LOW
                encoding.encode_sound(source, demuxer, to, how, progress)
    except (av.FFmpegError, ValueError) as fault:
        raise BrokenMedia(f"no lighter rendition can be made of it ({fault}); save it again as MP4 or MP3") from fault
    return store.path(url).stat().st_size


def _poster(store: Store, url: str, source: Path, found: Probe) -> Picture:
    import av

    try:
        data, width, height = encoding.poster(source, DEMUXERS[ending(source.name)], float(found.seconds))
    except (av.FFmpegError, ValueError) as fault:
        raise BrokenMedia(f"no picture can be taken from the film ({fault}); save it again as MP4") from fault
    store.write(url, data)
    return Picture(url=url, alt="", width=width, height=height, bytes=len(data))


def _share(progress: Progress | None, done: int, of: int) -> Callable[[float], None] | None:
    return (lambda fraction: progress((done + fraction) / of)) if progress else None
