"""What one watches or hears: recordings, captions, webinars, shows and episodes."""

import datetime as dt
import re
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from lms.modules.models import (
    Activity,
    ActivityFront,
    Body,
    Language,
    Names,
    Picture,
    Title,
    Words,
)
from lms.text.values import Value

Way = Literal["listen-low", "listen", "watch-low", "watch"]


class Rendition(Value):
    """One way to take a recording: a file with an address that never changes its content."""

    way: Way
    url: str
    type: str
    """Media type, such as audio/mpeg."""
    bytes: int
    seconds: Decimal


class Cue(Value):
    """What is said from `start` to `end`, in seconds."""

    start: Decimal
    end: Decimal
    text: str
    speaker: str = ""
    line: int = 1


class Captions(Value):
    """The cues of a recording in one language, and the address of their WebVTT file."""

    lang: Language
    path: str
    url: str = ""
    bytes: int = 0
    cues: tuple[Cue, ...] = ()


class Chapter(Value):
    start: Decimal
    title: str


class Download(Value):
    """A file to take away, such as slides."""

    url: str
    name: str
    type: str
    bytes: int


class Recording(Value):
    """A sound or a film, in every way one can take it, with its captions and chapters."""

    seconds: Decimal
    digest: str = ""
    """sha256 of the file that it was made of; empty when that is elsewhere."""
    renditions: tuple[Rendition, ...]
    """The lightest first."""
    captions: tuple[Captions, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    poster: Picture | None = None

    def rendition(self, way: str) -> Rendition | None:
        return next((rendition for rendition in self.renditions if rendition.way == way), None)

    def in_language(self, lang: str) -> Captions | None:
        """Captions in `lang`, else the first there are."""
        same = [captions for captions in self.captions if captions.lang.split("-")[0] == lang.split("-")[0]]
        return next(iter(same or self.captions), None)


def _guid(text: str) -> str:
    if text != text.strip() or not text.isprintable():
        raise ValueError("a guid has no spaces around it, and no signs that do not show; write one such as talks/first")
    return text


Guid = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_guid)]


Percent = Annotated[int, Field(ge=1, le=100)]


class WebinarFront(ActivityFront):
    """Front matter of a webinar."""

    speakers: Names = ()
    """Keys of people.yaml."""
    recorded: date | None = None
    recording: Words | None = None
    """The file of the recording; `recording.*` beside this file where it is not said."""
    chapters: Names = ()
    """Lines such as `2:40 What to send`."""
    guid: Guid | None = None
    """What podcast apps know its sound by, in a show; fixed at its first publish where it is not said."""
    watch: Percent = 90
    """The percentage of the recording that counts as the whole."""
    read_counts: bool = False
    """Whether reading the transcript completes the recording too."""


class Webinar(Activity):
    """A recording with captions, notes, perhaps slides and a quiz."""

    kind: Literal["webinar"] = "webinar"
    speakers: Names = ()
    recorded: date | None = None
    recording: Recording
    slides: Download | None = None
    notes: Body = Body()
    guid: str = ""
    watch: int = 90
    read_counts: bool = False


def _web(url: str) -> str:
    # It becomes a link on the page and in the feed: `javascript:` must not.
    if not re.fullmatch(_WEB, url):
        raise ValueError(f"`{url[:80]}` is not a web address; write one that begins with https://")
    return url


_UUID = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
_WEB = r'https?://[^\s<>"]+'


class Funding(Value):
    url: Annotated[Words, AfterValidator(_web), Field(json_schema_extra={"pattern": f"^{_WEB}$"})]
    text: Words


class Verification(Value):
    """Words that a directory asks one to put into the feed, to see whose it is."""

    purpose: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,128}$")] = "verify"
    text: Annotated[Words, Field(max_length=4_000)]


Frequency = Literal["daily", "weekly", "fortnightly", "monthly", "quarterly", "yearly"]


class Soundbite(Value):
    """A stretch of an episode, to be quoted: from `start`, for `seconds`."""

    start: Decimal
    seconds: Decimal
    title: str = ""


class ShowFront(Value):
    """Front matter of a show: our own, or an outside one that `feed` names."""

    title: Title | None = None
    summary: Words | None = None
    lang: Language | None = None
    feed: Words | None = None
    """An outside feed: a file beside this one, or an http(s) address."""
    hosts: Names = ()
    """Keys of people.yaml."""
    author: Words | None = None
    """Who podcast apps name as the author; the organisation where it is not said."""
    artwork: Words | None = None
    """Square JPEG or PNG, 1400 to 3000 px."""
    artwork_alt: Words | None = None
    category: Words | None = None
    """A category of Apple's list, such as `Education` or `Education > Courses`."""
    explicit: bool = False
    type: Literal["episodic", "serial"] = "episodic"
    licence: Words | None = None
    """An SPDX name such as CC-BY-4.0, or an address."""
    funding: Funding | None = None
    complete: bool = False
    """True when no further episode will come."""
    webinars: Names = ()
    """Webinars, by the names of their folders, whose sound the show has as episodes."""
    medium: Literal["course", "podcast"] = "course"
    """What podcast apps take the show for; in a course, each item is a session."""
    frequency: Frequency | None = None
    """How often an episode comes."""
    copyright: Words | None = None
    locked: bool = True
    """Whether other podcast hosts are asked not to take the show over."""
    moved_to: Annotated[Words, AfterValidator(_web)] | None = None
    """The feed's new address, once the show is published elsewhere."""
    former: Names = ()
    """Names that the show's folder had before: their addresses lead here."""
    verification: Verification | None = None
    guid: Annotated[str, Field(pattern=_UUID)] | None = None
    """The show's podcast:guid; fixed at its first publish at a public address where it is not said."""
    topics: Names = ()
    draft: bool = False


class EpisodeFront(ActivityFront):
    """Front matter of an episode."""

    date: dt.date | None = None
    """When it came out; the name of the file says it otherwise."""
    hosts: Names = ()
    guests: Names = ()
    season: Annotated[int, Field(ge=1)] | None = None
    episode: Annotated[int, Field(ge=1)] | None = None
    kind: Literal["full", "trailer", "bonus"] = "full"
    explicit: bool = False
    audio: Words | None = None
    """The sound; a file of the same name where it is not said."""
    chapters: Names = ()
    soundbites: Names = ()
    """Lines such as `1:05-1:40 What to ask first`."""
    licence: Words | None = None
    """Where it is another than the show's."""
    guid: Guid | None = None
    """What podcast apps know it by; fixed at its first publish where it is not said."""
    artwork: Words | None = None
    artwork_alt: Words | None = None
    watch: Percent = 90
    """The percentage of the recording that counts as the whole."""
    read_counts: bool = False
    """Whether reading the transcript completes the recording too."""


class Voice(Value):
    """Somebody whom an outside feed names, in its own words."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    role: Annotated[str, Field(max_length=60)] = ""
    link: str = ""
    """A page of theirs: http, https or nothing."""


class Script(Value):
    """A transcript of an outside episode without times: its words, or only the address where they stand."""

    lang: Language
    url: str = ""
    body: Body = Body()


class Episode(Activity):
    """One item of a show."""

    kind: Literal["episode"] = "episode"
    show: str
    """The show's slug."""
    show_title: str = ""
    guid: str = ""
    """What podcast apps know it by. As read, what the front matter says; as published, never empty."""
    moment: datetime
    """When it came out, in UTC."""
    hosts: Names = ()
    guests: Names = ()
    season: int | None = None
    number: int | None = None
    type: Literal["full", "trailer", "bonus"] = "full"
    explicit: bool = False
    recording: Recording
    """Of an outside show: one rendition, at the other's address."""
    outside: bool = False
    link: str = ""
    """Of an outside show: the item's own page."""
    season_name: str = ""
    label: str = ""
    """Of an outside show: how it calls the episode where a number does not say it, such as `Part 2b`."""
    voices: tuple[Voice, ...] = ()
    """Of an outside show: who its feed says is heard, or has helped."""
    scripts: tuple[Script, ...] = ()
    """Of an outside show: transcripts without times, or those that are not kept here."""
    highlights: tuple[Chapter, ...] = ()
    """Of an outside show: where it says that the best is."""
    artwork: Picture | None = None
    notes: Body = Body()
    soundbites: tuple[Soundbite, ...] = ()
    licence: str = ""
    webinar: bool = False
    """True when it is the sound of a webinar, whose address and page are its own."""
    watch: int = 90
    read_counts: bool = False

    @property
    def released(self) -> date | None:
        return self.published or self.moment.date()


class Show(Value):
    """A podcast: our own, or taken from an outside feed. Its episodes come newest first."""

    slug: str
    path: str
    url: str
    title: Title
    summary: str = ""
    lang: Language
    outside: bool = False
    source: str = ""
    """An outside feed's address, or file."""
    stale: str = ""
    """Why an outside feed could not be read anew, when it could not."""
    voices: tuple[Voice, ...] = ()
    """Of an outside show: who its feed says makes it."""
    link: str = ""
    """Of an outside show: its own site."""
    hosts: Names = ()
    author: str = ""
    artwork: Picture | None = None
    category: str = ""
    explicit: bool = False
    type: Literal["episodic", "serial"] = "episodic"
    licence: str = ""
    funding: Funding | None = None
    complete: bool = False
    webinars: Names = ()
    medium: Literal["course", "podcast"] = "course"
    frequency: Frequency | None = None
    copyright: str = ""
    locked: bool = True
    moved_to: str = ""
    former: Names = ()
    verification: Verification | None = None
    guid: str = ""
    """A UUID; empty until the show is published at a public address."""
    topics: Names = ()
    draft: bool = False
    description: Body = Body()
    episodes: tuple[Episode, ...] = ()


class Asset(Value):
    """A file that pages use, kept in the store of the data folder under its address."""

    url: str
    """`/media/<hash>/<name>`, without a media base URL; the store has it at `<hash>/<name>`."""
    source: str = ""
    """The file of the content folder that it is a copy of; empty for a rendition, which was made into the store."""
    type: str
    bytes: int
