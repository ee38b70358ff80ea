"""The webinars: from script and deck to recording, captions and slides."""

import re
from pathlib import Path

from studio.captions import captions
from studio.film import write_film
from studio.pages import front_matter, stamp_chapters
from studio.script import read_script, translated
from studio.slides import handout, pictures
from studio.timeline import lay

SCRIPTS = Path(__file__).parent / "scripts" / "webinars"


def make_webinars(content: Path) -> None:
    """Make every webinar that has a script; its page, webinar.md, must stand in the content folder already."""
    for path in sorted(SCRIPTS.glob("*.md")):
        if path.suffixes == [".md"]:
            make_webinar(path, content / "webinars" / path.stem)


def make_webinar(path: Path, folder: Path) -> None:
    """Make one webinar's recording.mp4, captions.*.vtt and slides.pdf, and stamp its chapters."""
    script = read_script(path)
    timeline = lay(script)
    write_film(folder / "recording.mp4", script.title, pictures(path.stem), timeline.slide_turns, timeline.sound)
    (folder / "captions.en.vtt").write_text(captions(timeline, "en"), "utf-8")
    for other in sorted(path.parent.glob(f"{path.stem}.*.md")):
        language = re.sub(r".*\.", "", other.stem)
        words = translated(script, read_script(other))
        (folder / f"captions.{language}.vtt").write_text(captions(timeline, language, words), "utf-8")
    (folder / "slides.pdf").write_bytes(handout(path.stem))
    stamp_chapters(folder / "webinar.md", timeline.chapters)
    print(f"{front_matter(folder / 'webinar.md')['title']}: {timeline.sound.seconds:.0f} s")
