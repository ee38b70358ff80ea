"""Episodes: a sound, and beside it its notes, transcript, quiz and artwork, all of one name."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import PurePosixPath

from lms.media.models import Episode, EpisodeFront, ShowFront
from lms.media.reader.artwork import artwork
from lms.media.reader.recordings import Place, located, minutes, recorded, soundbites, tracks_of
from lms.media.renditions.recordings import Taken
from lms.media.renditions.types import ALONE, DEMUXERS, ending
from lms.modules.bodies import Reading
from lms.modules.context import Context, Found, Notes
from lms.modules.fronts import activity, front_of, named, read_body
from lms.modules.models import Body
from lms.modules.quizzes import read_quiz
from lms.text import frontmatter
from lms.text.frontmatter import Front
from lms.text.problems import error, warning
from lms.text.slugs import slug, unnumbered

_DATED = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[-_. ]|$)")


@dataclass(frozen=True)
class Home:
    """A show's folder, and what episodes take from their show."""

    path: str
    slug: str
    title: str
    lang: str
    front: ShowFront


def stems(names: list[str]) -> dict[str, tuple[str | None, str | None]]:
    """The episodes among the names of a show's folder: by stem, the Markdown file and the sound of that name."""
    texts = {name[:-3]: name for name in names if name.endswith(".md") and not name.endswith(".quiz.md")}
    texts.pop("show", None)
    texts.pop("README", None)
    sounds: dict[str, str] = {}
    for name in sorted(names, key=_rank):
        if ending(name) in DEMUXERS:
            sounds.setdefault(PurePosixPath(name).stem, name)
    folded = {stem.casefold() for stem in texts}
    alone = {
        stem: name
        for stem, name in sounds.items()
        if stem in texts or (ending(name) in ALONE and stem.casefold() not in folded)
    }
    # Those with text first: one of them may name a sound that otherwise would be an episode by itself.
    ordered = sorted({*texts, *alone}, key=lambda stem: (stem not in texts, stem))
    return {stem: (texts.get(stem), alone.get(stem)) for stem in ordered}


def read_episode(
    context: Context, found: Found, home: Home, stem: str, text: str | None, sound: str | None
) -> tuple[Episode | None, str | None, Front]:
    """One episode, the path of its sound, and its front matter; None when it has no sound that plays, or no date."""
    path = f"{home.path}/{text or sound}"
    source, first_line, front = front_of(context, path, found) if text else ("", 1, Front())
    values, problems = frontmatter.typed_leniently(EpisodeFront, front, path)
    found.problems += problems
    values = values or EpisodeFront()
    place = Place(path, values.lang or home.lang, front)
    name = slug(stem)
    url = f"/podcasts/{home.slug}/{name}"
    notes, reading = Body(), Reading()
    if text:
        notes, reading = read_body(context, found, source, path, first_line, place.lang, at=f"{url}#text")
        found.anchors[path] = reading.anchors
    common = activity(context, found, values, front, path, place.lang)
    quiz = f"{home.path}/{stem}.quiz.md"
    known = len(values.objectives), place.lang, f"{url}#quiz"
    asked = read_quiz(context, quiz, found, *known) if quiz in context.folder.files else None
    names = context.folder.inside(home.path)
    tracks = tracks_of(names, home.path, stem, place.lang, found)
    if not tracks:
        what = "the episode has no transcript: who cannot hear it cannot follow it"
        found.problems.append(warning(path, 1, "no-transcript", what, f"add {stem}.vtt"))
    day = _date(found, place, values.date, stem)
    file = _sound(context, found, place, values.audio, sound, stem)
    pair = recorded(context, found, place, file, name, values.chapters, tracks) if file else None
    taken = pair[1] if pair else None
    title = _title(found, place, values, reading, taken, stem, bool(text))
    picture = artwork(context, found, place, values.artwork, values.artwork_alt, stem, title)
    if pair is None or day is None:
        return None, file, front
    summary = values.summary or ("" if text else pair[1].probe.comment[:1_000])
    episode = Episode(
        **common | {"summary": summary},
        title=title,
        slug=name,
        path=path,
        url=url,
        minutes=values.minutes or minutes(pair[0].seconds),
        quiz=asked,
        show=home.slug,
        show_title=home.title,
        guid=values.guid or "",
        moment=datetime.combine(day, time(12), UTC),
        hosts=values.hosts or home.front.hosts,
        guests=values.guests,
        season=values.season,
        number=values.episode,
        type=values.kind,
        explicit=values.explicit or home.front.explicit,
        recording=pair[0],
        artwork=picture,
        notes=notes,
        soundbites=tuple(soundbites(values.soundbites, place, found, pair[0].seconds)),
        licence=values.licence or "",
        watch=values.watch,
        read_counts=values.read_counts,
    )
    return episode, file, front


def _rank(name: str) -> tuple[int, str]:
    kind = ending(name)
    return (ALONE.index(kind) if kind in ALONE else len(ALONE), name)


def _title(
    found: Notes, place: Place, values: EpisodeFront, reading: Reading, taken: Taken | None, stem: str, text: bool
) -> str:
    if not text:
        tagged = taken.probe.title if taken else ""
        what = "the episode is published from its tags alone"
        found.problems.append(warning(place.path, 1, "no-notes", what, f"add {stem}.md with `title: …` and notes"))
        if tagged:
            return tagged
    undated = _DATED.sub("", stem) or stem
    if text:
        return named(found, place.path, values.title, reading.title, undated)
    words = re.sub(r"[-_\s]+", " ", unnumbered(undated)).strip()
    return words[:1].upper() + words[1:] or "Untitled"


def _date(found: Notes, place: Place, said: date | None, stem: str) -> date | None:
    if said:
        return said
    dated = _DATED.match(stem)
    if dated:
        try:
            return date.fromisoformat(dated[1])
        except ValueError:
            what = f"`{dated[1]}` in the name is no day of the calendar"
            found.problems.append(error(place.path, 1, "no-date", what, "mend the name, or add `date: 2026-10-01`"))
            return None
    if "date" not in place.front.values:
        mend = "begin its name with a date such as `2026-10-01-`, or add `date: 2026-10-01`"
        found.problems.append(error(place.path, 1, "no-date", "the episode has no date", mend))
    return None


def _sound(context: Context, found: Notes, place: Place, said: str | None, sound: str | None, stem: str) -> str | None:
    if said:
        return located(context, found, place, "audio", said, "recording")
    home = PurePosixPath(place.path).parent
    if sound:
        return f"{home}/{sound}"
    for name in context.folder.inside(str(home)):
        if PurePosixPath(name).stem.casefold() == stem.casefold() and ending(name) in DEMUXERS:
            mend = f"rename it to `{stem}.{ending(name)}`: capital letters count"
            what = f"`{name}` differs from the name of this file by case"
            found.problems.append(error(place.path, 1, "wrong-case", what, mend))
            return None
    what = "the episode has no sound"
    mend = f"add {stem}.mp3, or name it: `audio: file.mp3`"
    found.problems.append(error(place.path, 1, "no-recording", what, mend))
    return None
