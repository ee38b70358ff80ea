"""Webinars: a folder with a recording, its captions, notes, and perhaps slides and a quiz."""

from pathlib import PurePosixPath

from lms.media.models import Download, Webinar, WebinarFront
from lms.media.reader.recordings import Place, kept, located, minutes, missing_file, only_media, recorded, tracks_of
from lms.media.renditions.types import LFS
from lms.modules.context import Context, Found, Notes
from lms.modules.fronts import activity, front_of, named, read_body
from lms.modules.quizzes import read_quiz
from lms.text import frontmatter
from lms.text.problems import error, warning
from lms.text.slugs import slug


def read_webinar(context: Context, path: str) -> Found:
    """The webinar whose folder has, or should have, the file `path` (`webinars/x/webinar.md`)."""
    found, folder = Found(), context.folder
    home = str(PurePosixPath(path).parent)
    if path not in folder.files:
        what = "the folder of a webinar has no webinar.md"
        found.problems.append(missing_file(folder, path, what, "add webinar.md with `title: …` in its front matter"))
        return found
    text, first_line, front = front_of(context, path, found)
    values, problems = frontmatter.typed_leniently(WebinarFront, front, path)
    found.problems += problems
    values = values or WebinarFront()
    place = Place(path, values.lang or context.lang, front)
    name = slug(PurePosixPath(home).name)
    url = f"/webinars/{name}"
    notes, reading = read_body(context, found, text, path, first_line, place.lang, at=f"{url}#text")
    title = named(found, path, values.title, reading.title, home)
    common = activity(context, found, values, front, path, place.lang)
    quiz = f"{home}/quiz.md"
    known = len(values.objectives), place.lang, f"{url}#quiz"
    asked = read_quiz(context, quiz, found, *known) if quiz in folder.files else None
    slides = _slides(context, found, f"{home}/slides.pdf")
    tracks = tracks_of(folder.inside(home), home, "captions", place.lang, found)
    if not tracks:
        what = "the recording has no captions: who cannot hear it cannot follow it"
        found.problems.append(warning(path, 1, "no-captions", what, f"add captions.{place.lang}.vtt"))
    found.anchors[path] = reading.anchors
    file = _recording(context, found, place, home, values.recording)
    pair = recorded(context, found, place, file, name, values.chapters, tracks) if file else None
    if pair is None:
        return found
    found.value = Webinar(
        **common,
        title=title,
        slug=name,
        path=path,
        url=url,
        minutes=values.minutes or minutes(pair[0].seconds),
        quiz=asked,
        speakers=values.speakers,
        recorded=values.recorded,
        recording=pair[0],
        slides=slides,
        notes=notes,
        guid=values.guid or "",
        watch=values.watch,
        read_counts=values.read_counts,
    )
    return found


def _recording(context: Context, found: Notes, place: Place, home: str, said: str | None) -> str | None:
    if said:
        return located(context, found, place, "recording", said, "recording")
    every = only_media(context.folder, home)
    named = [name for name in every if PurePosixPath(name).stem.casefold() == "recording"] or every
    if len(named) == 1:
        return f"{home}/{named[0]}"
    if named:
        what = f"the folder has several recordings: {', '.join(named)}"
        mend = f"say which in the front matter: `recording: {named[0]}`"
        found.problems.append(error(place.path, 1, "which-recording", what, mend))
    else:
        what = "the webinar has no recording"
        found.problems.append(error(place.path, 1, "no-recording", what, "add recording.mp4, or set `draft: true`"))
    return None


def _slides(context: Context, found: Notes, path: str) -> Download | None:
    if path not in context.folder.files:
        return None
    with context.folder.locate(path).open("rb") as opened:
        head = opened.read(40)
    if not head.startswith(b"%PDF"):
        lfs = head.startswith(LFS)
        what = "the file is a Git LFS pointer, not the slides" if lfs else "this is not a PDF"
        mend = "run `git lfs pull`" if lfs else "save the slides as PDF"
        found.problems.append(error(path, 1, "slides", what, mend))
        return None
    asset = kept(context, path)
    if asset is None:
        return None
    found.assets.append(asset)
    return Download(url=asset.url, name=PurePosixPath(path).name, type=asset.type, bytes=asset.bytes)
