"""Shows: a folder of episodes of our own, or a feed from outside."""

from collections.abc import Iterable
from pathlib import PurePosixPath

from lms.media.models import Episode, Show, ShowFront
from lms.media.reader.artwork import artwork
from lms.media.reader.categories import category, close
from lms.media.reader.episodes import Home, read_episode, stems
from lms.media.reader.outside import read_outside
from lms.media.reader.recordings import CAPTIONS, Place, missing_file
from lms.media.renditions.types import DEMUXERS, ending
from lms.modules.context import Context, Found, Notes, Reference
from lms.modules.fronts import front_of, named, read_body, refer
from lms.modules.models import Body
from lms.text import frontmatter
from lms.text.frontmatter import Front
from lms.text.problems import did_you_mean, error, warning
from lms.text.slugs import slug

#: Apple's limit for descriptions, in bytes of UTF-8.
LONGEST = 4_000


def read_show(context: Context, path: str) -> Found:
    """The show whose folder has, or should have, the file `path` (`podcasts/x/show.md`)."""
    found, folder = Found(), context.folder
    home = str(PurePosixPath(path).parent)
    if path not in folder.files:
        feed = f"{home}/feed.xml" in folder.files
        what = "the folder of a show has no show.md"
        mend = "add show.md with `feed: feed.xml` in its front matter" if feed else "add show.md with `title: …`"
        found.problems.append(missing_file(folder, path, what, mend))
        return found
    text, first_line, front = front_of(context, path, found)
    values, problems = frontmatter.typed_leniently(ShowFront, front, path)
    found.problems += problems
    values = values or ShowFront()
    place = Place(path, values.lang or context.lang, front)
    name = slug(PurePosixPath(home).name)
    description, reading = read_body(context, found, text, path, first_line, place.lang, at=f"/podcasts/{name}#text")
    found.anchors[path] = reading.anchors
    refer(found, front, path, "hosts", values.hosts)
    if values.feed:
        found.value = read_outside(context, found, place, values, description, reading.title)
        return found
    title = named(found, path, values.title, reading.title, home)
    picture = artwork(context, found, place, values.artwork, values.artwork_alt, "artwork", title)
    if picture is None and not values.artwork:
        what = "the show has no artwork, and podcast apps refuse a show without"
        mend = "add artwork.jpg: square, 1400 to 3000 px"
        found.problems.append(error(path, 1, "no-artwork", what, mend))
    found.value = Show(
        slug=name,
        path=path,
        url=f"/podcasts/{name}",
        title=title,
        summary=values.summary or "",
        lang=place.lang,
        hosts=values.hosts,
        author=values.author or context.organisation,
        artwork=picture,
        category=_category(found, place, values.category),
        explicit=values.explicit,
        type=values.type,
        licence=values.licence or "",
        funding=values.funding,
        complete=values.complete,
        webinars=tuple(_webinar(name) for name in values.webinars),
        medium=values.medium,
        frequency=values.frequency,
        copyright=values.copyright or "",
        locked=values.locked,
        moved_to=values.moved_to or "",
        former=tuple(slug(name) for name in values.former),
        verification=values.verification,
        guid=values.guid or "",
        topics=values.topics,
        draft=values.draft,
        description=description,
        episodes=_episodes(context, found, Home(home, name, title, place.lang, values)),
    )
    for number, name in enumerate(values.webinars):
        line = front.line("webinars", number)
        if "/" in _webinar(name):
            what = f"`{name[:80]}` is no webinar"
            found.problems.append(error(path, line, "wrong-type", what, "name a folder of webinars/"))
            continue
        found.references.append(Reference(kind="content", target=f"webinars/{_webinar(name)}", path=path, line=line))
    _verify_words(found, place, values.summary, description)
    return found


def _webinar(name: str) -> str:
    """The slug of a webinar that is named by its folder: `stroke` or `webinars/stroke`."""
    return name.strip("/").removeprefix("webinars/")


def _episodes(context: Context, found: Found, home: Home) -> tuple[Episode, ...]:
    """The show's episodes, the newest first."""
    names = context.folder.inside(home.path)
    planned = stems(names)
    episodes: list[Episode] = []
    fronts: dict[str, Front] = {}
    used: set[str] = set()
    taken: dict[str, str] = {}
    for stem, (text, sound) in planned.items():
        if text is None and f"{home.path}/{sound}" in used:
            continue
        first = taken.setdefault(slug(stem), text or sound or stem)
        if first != (text or sound) or not slug(stem):
            what = f"its address is that of `{first}` too" if slug(stem) else "no address can be made of its name"
            path = f"{home.path}/{text or sound}"
            found.problems.append(error(path, 1, "duplicate-slug", what, "rename one of the two"))
            used.add(f"{home.path}/{sound}")
            continue
        before, met = len(found.assets), len(found.problems)
        episode, file, front = read_episode(context, found, home, stem, text, sound)
        if f"{home.path}/{text}" in found.drafts:
            # Nobody sees a draft, so nobody may fetch its sound either; and what is wrong with any of its files
            # keeps nobody from publishing the rest.
            found.drafts += [f"{home.path}/{stem}.quiz.md", *(problem.path for problem in found.problems[met:])]
            found.draft_assets += found.assets[before:]
            del found.assets[before:]
        used.add(file or "")
        if episode:
            episodes.append(episode)
            fronts[episode.path] = front
    _verify_numbers(found, home, episodes, fronts)
    _verify_unused(context, found, home, planned, used)
    if not planned and not home.front.webinars:
        what = "the show has no episodes yet"
        mend = "add a sound such as 2026-10-01-first.mp3, and 2026-10-01-first.md beside it"
        found.problems.append(warning(f"{home.path}/show.md", 1, "no-episodes", what, mend))
    return tuple(sorted(episodes, key=lambda episode: (episode.moment, episode.slug), reverse=True))


def _verify_numbers(found: Notes, home: Home, episodes: Iterable[Episode], fronts: dict[str, Front]) -> None:
    numbered: dict[tuple[int | None, int], str] = {}
    known: dict[str, str] = {}
    for episode in episodes:
        first = known.setdefault(episode.guid, episode.path)
        if episode.guid and first != episode.path:
            what = f"`{PurePosixPath(first).name}` has the guid `{episode.guid[:80]}` too"
            mend = "give each its own: podcast apps take two items of one guid for one"
            found.problems.append(error(episode.path, fronts[episode.path].line("guid"), "duplicate-guid", what, mend))
        line = fronts[episode.path].line("episode")
        if episode.type != "full":
            continue
        if episode.number is None:
            if home.front.type == "serial":
                what = "an episode of a serial show has no number"
                found.problems.append(error(episode.path, line, "no-number", what, "add `episode: 1`"))
            continue
        first = numbered.setdefault((episode.season, episode.number), episode.path)
        if first != episode.path:
            season = f"season {episode.season}, " if episode.season else ""
            what = f"`{PurePosixPath(first).name}` is {season}episode {episode.number} too"
            found.problems.append(error(episode.path, line, "duplicate-number", what, "give each its own number"))


def _verify_unused(context: Context, found: Notes, home: Home, planned: Iterable[str], used: set[str]) -> None:
    """Warn of sounds, transcripts and quizzes that belong to no episode: a name mistyped, as a rule."""
    known = set(planned)
    for path in sorted(context.folder.files):
        if not path.startswith(f"{home.path}/") or path in used:
            continue
        name = path.removeprefix(f"{home.path}/")
        if ending(name) in DEMUXERS:
            what = "no episode uses this recording"
            found.problems.append(warning(path, 1, "unused", what, "delete it, or name it: `audio: …`"))
        elif "/" not in name and (ending(name) in CAPTIONS or name.endswith(".quiz.md")):
            owners = {name.rpartition(".")[0], name.rsplit(".", 2)[0]}
            if owners.isdisjoint(known):
                mend = did_you_mean(min(owners, key=len), known, "give it the name of an episode")
                found.problems.append(warning(path, 1, "unused", "no episode has this name", mend))


def _category(found: Notes, place: Place, said: str | None) -> str:
    line = place.front.line("category")
    if not said:
        what = "the show has no category, and podcast apps ask for one"
        mend = "add `category: Education`, or another of Apple's list"
        found.problems.append(warning(place.path, 1, "no-category", what, mend))
        return ""
    known = category(said)
    if known is None:
        near = close(said)
        mend = f"did you mean `{near}`?" if near else "write one of Apple's list, such as `Education > Courses`"
        found.problems.append(error(place.path, line, "category", f"`{said}` is no category of Apple's list", mend))
    return known or ""


def _verify_words(found: Notes, place: Place, summary: str | None, description: Body) -> None:
    if not summary and not description.words:
        what = "the show says nothing of itself, and podcast apps ask for a description"
        found.problems.append(error(place.path, 1, "no-description", what, "add `summary: …`"))
    if summary and len(summary.encode()) > LONGEST:
        what = f"`summary` has {len(summary.encode())} bytes; podcast apps take {LONGEST}"
        found.problems.append(error(place.path, place.front.line("summary"), "too-long", what, "shorten it"))
    if len(description.html.encode()) > LONGEST and not summary:
        what = f"the description has more than {LONGEST} bytes"
        found.problems.append(error(place.path, 1, "too-long", what, "add a short `summary: …`"))
