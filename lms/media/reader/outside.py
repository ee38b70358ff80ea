"""Shows taken from an outside feed: a file in the content folder, or an address."""

import zlib
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from ipaddress import ip_address
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from lms.media.feed import fetching
from lms.media.feed.reading import BrokenFeed, OutsideItem, OutsideShow, parse
from lms.media.feed.writing import plain
from lms.media.models import Episode, Recording, Rendition, Show, ShowFront, Way
from lms.media.reader.artwork import artwork
from lms.media.reader.recordings import CAPTIONS, Place, located, minutes, recorded
from lms.media.renditions.types import DEMUXERS, ending
from lms.modules.bodies import show as show_picture
from lms.modules.context import Context, Found
from lms.modules.fronts import named
from lms.modules.models import Body, Picture
from lms.text.problems import error, warning
from lms.text.slugs import slug

#: Of an item that says no day, in a feed that says none either.
_UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)


def read_outside(
    context: Context, found: Found, place: Place, values: ShowFront, description: Body, heading: str
) -> Show | None:
    """The show that `feed` names. A feed that cannot be reached is a warning, and its kept copy is shown."""
    assert values.feed
    home = PurePosixPath(place.path).parent
    remote = "://" in values.feed
    data, stale = (
        _remote(context, found, place, values.feed) if remote else (_file(context, found, place, values.feed), "")
    )
    outside = OutsideShow()
    source = values.feed if remote else context.folder.find(place.path, values.feed) or values.feed
    if data is not None:
        try:
            outside, notes = parse(data, values.feed if remote else "")
        except BrokenFeed as fault:
            where = (place.path, place.front.line("feed")) if remote else (source, 1)
            found.problems.append(error(*where, "broken-feed", f"this is no feed: {fault}", "put an RSS feed here"))
            return None
        where = (place.path, place.front.line("feed")) if remote else (source, 1)
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
        description = _body(outside.html)
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
        licence=values.licence or "",
        funding=values.funding,
        complete=values.complete or outside.complete,
        topics=values.topics,
        draft=values.draft,
        description=description,
    )
    return base.model_copy(update={"episodes": _episodes(context, found, base, outside, "" if remote else source)})


def _remote(context: Context, found: Found, place: Place, url: str) -> tuple[bytes | None, str]:
    """The feed's bytes, fresh or kept, and why they are not fresh."""
    line = place.front.line("feed")
    host = _host(url)
    if not host:
        what = f"`{url[:80]}` is not an address of a feed"
        found.problems.append(error(place.path, line, "feed", what, "write an http or https address, or a file"))
        return None, ""
    if _private(host) and host not in context.feed_hosts:
        what = f"`{host}` is a private address, which feeds are not fetched from"
        mend = "write the feed's public address, or let LMS_FEED_HOSTS allow this one"
        found.problems.append(error(place.path, line, "feed", what, mend))
        return None, ""
    if context.feeds is None:
        return None, ""
    if not context.fetch:
        data = fetching.recall(url, context.feeds)
        return data, "" if data is not None else "it has not been fetched yet"
    fetched = fetching.fetch(url, context.feeds, context.feed_hosts, partial(_accept, url))
    if fetched.stale:
        instead = "its last copy is shown" if fetched.data is not None else "the show has no episodes until it can"
        what = f"the feed could not be read: {fetched.stale}; {instead}"
        found.problems.append(warning(place.path, line, "feed-stale", what, "mend the address, or publish again later"))
    return fetched.data, fetched.stale


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


def _accept(url: str, data: bytes) -> None:
    """Raise BrokenFeed for what is not to take the place of the copy kept."""
    parse(data, url)
    if b"</channel" not in data.replace(b"\0", b"").lower():  # without zero bytes, UTF-16 reads as ASCII
        # Read as far as it goes, a feed cut short would look like a show that lost its older episodes.
        raise BrokenFeed("its end is missing")


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
    # An item without a day is taken to be as old as the one above it.
    moment = next((item.moment for item in outside.items if item.moment), _UNKNOWN)
    for item in outside.items:
        moment = item.moment or moment
        name = _slug(item, episodes)
        recording = _recording(context, found, show, item, name, feed)
        if recording is None:
            continue
        episodes[name] = Episode(
            slug=name,
            path=show.path,
            url=f"{show.url}/{name}",
            title=item.title,
            lang=show.lang,
            summary=item.summary,
            minutes=minutes(recording.seconds) if recording.seconds else 0,
            topics=show.topics,
            draft=show.draft,
            show=show.slug,
            show_title=show.title,
            guid=item.guid,
            moment=moment,
            hosts=show.hosts,
            season=item.season,
            number=item.number,
            type=item.kind,  # type: ignore[arg-type]
            explicit=item.explicit or show.explicit,
            recording=recording,
            outside=True,
            link=item.link,
            notes=_body(item.html),
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


def _body(html: str) -> Body:
    if not html:
        return Body()
    weight = len(zlib.compress(html.encode(), 6))
    return Body(parts=(html,), words=len(plain(html).split()), bytes=weight)
