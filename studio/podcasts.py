"""The podcasts: our own show, and an outside show kept as a feed and its files."""

from pathlib import Path

from studio.captions import captions
from studio.covers import cover
from studio.feed import Item, write_feed
from studio.pages import front_matter, stamp_chapters
from studio.script import read_script
from studio.tape import Label, write_tape
from studio.timeline import lay

SCRIPTS = Path(__file__).parent / "scripts"
OWN = "between-two-patients"
OUTSIDE = "field-notes"
HEARD = "sessions"


def make_podcasts(content: Path) -> None:
    """Make the shows; the pages (show.md, episodes) must stand in the content folder already."""
    make_own_show(content / "podcasts" / OWN)
    make_outside_show(content / "podcasts" / OUTSIDE)
    # Its episodes are the sound of the webinars.
    (content / "podcasts" / HEARD / "artwork.jpg").write_bytes(cover(HEARD, 1400))


def make_own_show(folder: Path) -> None:
    """Make the artwork, and each episode's mp3 and transcript; stamp the chapters of its page."""
    (folder / "artwork.jpg").write_bytes(cover(OWN, 3000))
    show, small = front_matter(folder / "show.md"), cover(OWN, 300)
    for track, path in enumerate(sorted((SCRIPTS / "podcasts").glob("*.md")), 1):
        page, date = folder / path.name, path.stem[:10]
        script = read_script(path)
        timeline = lay(script)
        stamp_chapters(page, timeline.chapters)
        chapters = tuple(timeline.chapters)
        label = Label(script.title, show["author"], show["title"], date, track, small, chapters)
        write_tape(page.with_suffix(".mp3"), timeline.sound, label)
        page.with_suffix(".vtt").write_text(captions(timeline, "en"), "utf-8")
        print(f"{script.title}: {timeline.sound.seconds:.0f} s")


def make_outside_show(folder: Path) -> None:
    """Make feed.xml, its artwork, and the audio and transcripts it points to, all beside each other."""
    (folder / "audio").mkdir(parents=True, exist_ok=True)
    (folder / "artwork.jpg").write_bytes(cover(OUTSIDE, 1400))
    show, small = front_matter(SCRIPTS / OUTSIDE / "_show.md"), cover(OUTSIDE, 300)
    items = []
    for track, told in enumerate(show["items"], 1):
        script = read_script(SCRIPTS / OUTSIDE / f"{told['script']}.md")
        timeline = lay(script, chimes=False)
        audio = folder / "audio" / f"{told['script']}.mp3"
        label = Label(script.title, show["author"], show["title"], str(told["date"])[:10], track, small)
        write_tape(audio, timeline.sound, label, bit_rate=48_000)
        audio.with_suffix(".vtt").write_text(captions(timeline, "en"), "utf-8")
        seconds = timeline.sound.seconds
        items.append(Item(script.title, told, audio.relative_to(folder), audio.stat().st_size, round(seconds)))
        print(f"{script.title}: {seconds:.0f} s")
    write_feed(folder / "feed.xml", show, items)
