"""Shows taken from an outside feed: a file in the content folder, or an address."""

import re
from datetime import UTC, datetime
from hashlib import sha256
from ipaddress import ip_address
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from lms.media.feed import fetching
from lms.media.feed.document import BrokenFeed
from lms.media.feed.items import OutsideItem
from lms.media.feed.reading import OutsideShow, parse
from lms.media.models import Episode, Recording, Rendition, Show, ShowFront, Way
from lms.media.reader.alongside import Alongside, weighed
from lms.media.reader.artwork import artwork
from lms.media.reader.recordings import CAPTIONS, Place, located, minutes, recorded
from lms.media.renditions.types import DEMUXERS, ending
from lms.modules.bodies import show as show_picture
from lms.modules.context import Context, Found
from lms.modules.fronts import named
from lms.modules.models import Body, Picture
from lms.text.problems import error, warning
from lms.text.slugs import slug

#: How RSS and Atom end.
_END = re.compile(rb"</(?:[a-z]{1,10}:)?(?:channel|feed|rdf)\s*>", re.IGNORECASE)
#: Of an item that says no day, in a feed that says none either.
_UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)


def read_outside(
    context: Context, found: Found, place: Place, values: ShowFront, description: Body, heading: str
) -> Show | None:
    """The show that `feed` names. A feed that cannot be reached is a warning, and its kept copy is shown."""
    assert values.feed
    home = PurePosixPath(place.path).parent
    remote = "://" in values.feed
    source = values.feed if remote else context.folder.find(place.path, values.feed) or values.feed
    where = (place.path, place.front.line("feed")) if remote else (source, 1)
    outside, stale = OutsideShow(), ""
    try:
        if remote:
            (outside, notes), stale = _remote(context, found, place, values.feed)
        else:
            data = _file(context, found, place, values.feed)
            outside, notes = parse(data, "") if data is not None else (outside, [])
    except BrokenFeed as fault:
        found.problems.append(error(*where, "broken-feed", f"this is no feed: {fault}", "put an RSS feed here"))
        return None
    for note in notes[:20]:
        found.problems.append(warning(*where, "feed", f"of the feed: {note}", "tell those who make the show"))
    title = values.title or outside.title or named(found, place.path, None, heading, str(home))
    lang = values.lang or outside.lang or place.lang
    name = slug(home.name)
    picture = (
        artwork(context, found, place, values.artwork, values.artwork_alt, "artwork", title) if values.artwork else None
    )
    if picture is None and not remote and outside.image and "://" not in outside.image:
        picture = _image(context, found, place, source, outside.image, title)
    if not description.words and outside.html:
        description = weighed(outside.html)
    base = Show(
        slug=name,
        path=place.path,
        url=f"/podcasts/{name}",
        title=title,
        summary=values.summary or outside.summary,
        lang=lang,
        outside=True,
        source=source,
        stale=stale,
        hosts=values.hosts,
        author=values.author or outside.author,
        artwork=picture,
        category=values.category or outside.category,
        explicit=values.explicit or outside.explicit,
        type="serial" if outside.type == "serial" else values.type,
        voices=outside.voices,
        link=outside.link,
        licence=values.licence or outside.licence,
        funding=values.funding or outside.funding,
        complete=values.complete or outside.complete,
        topics=values.topics,
        draft=values.draft,
        description=description,
    )
    return base.model_copy(update={"episodes": _episodes(context, found, base, outside, "" if remote else source)})


_Read = tuple[OutsideShow, list[str]]


def _remote(context: Context, found: Found, place: Place, url: str) -> tuple[_Read, str]:
    """What the feed says, fresh or kept, and why it is not fresh."""
    line = place.front.line("feed")
    host = _host(url)
    nothing: _Read = OutsideShow(), []
    if not host:
        what = f"`{url[:80]}` is not an address of a feed"
        found.problems.append(error(place.path, line, "feed", what, "write an http or https address, or a file"))
        return nothing, ""
    if _private(host) and host not in context.feed_hosts:
        what = f"`{host}` is a private address, which feeds are not fetched from"
        mend = "write the feed's public address, or let LMS_FEED_HOSTS allow this one"
        found.problems.append(error(place.path, line, "feed", what, mend))
        return nothing, ""
    if context.feeds is None:
        return nothing, ""
    if not context.fetch:
        data = fetching.recall(url, context.feeds)
        return (parse(data, url), "") if data is not None else (nothing, "it has not been fetched yet")
    read: dict[int, _Read] = {}

    def accept(data: bytes) -> None:
        read[len(data)] = _accepted(url, data)

    fetched = fetching.fetch(url, context.feeds, context.feed_hosts, accept, site=context.url)
    if fetched.stale:
        instead = "its last copy is shown" if fetched.data is not None else "the show has no episodes until it can"
        what = f"the feed could not be read: {fetched.stale}; {instead}"
        mend = "mend the address, or publish again later"
        if "gone for good" in fetched.stale:
            mend = "find its new address, or take the show out"
        found.problems.append(warning(place.path, line, "feed-stale", what, mend))
        read.clear()
    if fetched.data is None:
        return nothing, fetched.stale
    # What has just been accepted is not read twice.
    shown = next(iter(read.values()), None) or parse(fetched.data, url)
    moved = fetched.moved or shown[0].moved_to
    if moved and moved.rstrip("/") != url.rstrip("/"):
        what = f"the feed has moved for good, to {moved[:300]}"
        found.problems.append(warning(place.path, line, "feed-moved", what, f"write `feed: {moved[:300]}`"))
    return shown, fetched.stale


def _host(url: str) -> str:
    """The host of an http or https address; nothing when it is none."""
    try:
        parts = urlsplit(url)
        return parts.hostname or "" if parts.scheme in ("http", "https") else ""
    except ValueError:  # such as `http://[evil`
        return ""


def _private(host: str) -> bool:
    """Whether the host is written as an address that is not of the open internet. A name is looked up when fetched."""
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return not fetching.is_public(host)


def _accepted(url: str, data: bytes) -> _Read:
    """What the feed says; raises BrokenFeed for what is not to take the place of the copy kept."""
    read = parse(data, url)
    # Without its zero bytes, UTF-16 reads as ASCII.
    if not _END.search(data.replace(b"\0", b"") if b"\0" in data[:200] else data):
        # Read as far as it goes, a feed cut short would look like a show that lost its older episodes.
        raise BrokenFeed("its end is missing")
    return read


def _file(context: Context, found: Found, place: Place, target: str) -> bytes | None:
    path = located(context, found, place, "feed", target, "file")
    if path is None:
        return None
    if context.folder.files[path].size > fetching.LARGEST:
        what = f"the feed is larger than {fetching.LARGEST // 1_000_000} MB"
        found.problems.append(error(path, 1, "too-large", what, "take the oldest items out"))
        return None
    return context.folder.read(path)


def _image(context: Context, found: Found, place: Place, feed: str, target: str, title: str) -> Picture | None:
    path = context.folder.find(feed, target)
    if path is None or path not in context.folder.files:
        found.problems.append(context.folder.missing(feed, 1, target, "picture"))
        return None
    return show_picture(context, path, title, place.path, place.front.line("feed"), found)


def _episodes(context: Context, found: Found, show: Show, outside: OutsideShow, feed: str) -> tuple[Episode, ...]:
    """An episode for each item, the newest first; `feed` is the feed's path when it is a file, empty otherwise."""
    episodes: dict[str, Episode] = {}
    beside = Alongside(context, found, outside, feed, show.source, show.lang)
    # An item without a day is taken to be as old as the one above it.
    moment = next((item.moment for item in outside.items if item.moment), _UNKNOWN)
    for item in outside.items:
        moment = item.moment or moment
        name = _slug(item, episodes)
        recording = _recording(context, found, show, item, name, feed)
        if recording is None:
            continue
        timed, scripts = beside.words(item, name, tuple(one.lang for one in recording.captions))
        marks = beside.chapters(item, recording.seconds) or recording.chapters
        recording = recording.model_copy(update={"captions": (*recording.captions, *timed), "chapters": marks})
        picture = None
        if feed and item.image and "://" not in item.image:
            picture = _image(context, found, Place(show.path, show.lang), feed, item.image, item.title)
        lasting = recording.seconds
        episodes[name] = Episode(
            slug=name,
            path=show.path,
            url=f"{show.url}/{name}",
            title=item.title,
            lang=show.lang,
            summary=item.summary,
            minutes=minutes(lasting) if lasting else 0,
            topics=show.topics,
            draft=show.draft,
            show=show.slug,
            show_title=show.title,
            guid=item.guid,
            moment=moment,
            hosts=show.hosts,
            season=item.season,
            season_name=item.season_name,
            number=item.number,
            label=item.label,
            type=item.kind,  # type: ignore[arg-type]
            explicit=item.explicit or show.explicit,
            recording=recording,
            outside=True,
            link=item.link,
            voices=item.voices or show.voices,
            scripts=tuple(scripts),
            highlights=tuple(one for one in item.highlights if not lasting or one.start < lasting),
            artwork=picture,
            notes=weighed(item.html),
        )
    return tuple(sorted(episodes.values(), key=lambda episode: (episode.moment, episode.slug), reverse=True))


def _slug(item: OutsideItem, taken: dict[str, Episode]) -> str:
    """From the guid, which is to stay when title and day are edited."""
    digest = sha256(item.guid.encode()).hexdigest()[:12]
    name = slug(item.guid) if "://" not in item.guid and len(item.guid) <= 80 else ""
    return name if name and name not in taken else digest


def _recording(context: Context, found: Found, show: Show, item: OutsideItem, name: str, feed: str) -> Recording | None:
    if "://" in item.url:
        way: Way = "watch" if item.type.startswith("video/") else "listen"
        one = Rendition(way=way, url=item.url, type=item.type, bytes=item.bytes, seconds=item.seconds)
        return Recording(seconds=item.seconds, renditions=(one,))
    path = context.folder.find(feed, item.url)
    if path is None or path not in context.folder.files or ending(path) not in DEMUXERS:
        found.problems.append(context.folder.missing(feed, item.line, unquote(item.url), "recording"))
        return None
    tracks: dict[str, str] = {}
    for transcript in item.transcripts:
        text = context.folder.find(feed, transcript.url) if "://" not in transcript.url else None
        if text is not None and text in context.folder.files and ending(transcript.url) in CAPTIONS:
            tracks.setdefault(transcript.lang or show.lang, text)
    pair = recorded(context, found, Place(feed, show.lang), path, name, (), tracks)
    return pair[0] if pair else None
