"""The register: what was published first when, and by which guid podcast apps know it, whatever is renamed later.

It is one file, `register.json`, beside the releases: of all the data folder, the one thing that cannot always be made
again from the content folder. What it alone knows is said as a warning, with the line that tells the content folder.
"""

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from uuid import UUID, uuid5

from pydantic import TypeAdapter, ValidationError

from lms.library.shelf import replace_file
from lms.media.models import Episode, Show, Webinar
from lms.modules.models import Activity
from lms.text.problems import Problem, warning
from lms.text.values import Value

#: https://github.com/Podcastindex-org/podcast-namespace, tag `guid`.
PODCASTS = UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")


class DamagedRegister(Exception):
    """The register is there, and cannot be read; the message says where it is and how to mend it."""


class Known(Value):
    """Something that was published once."""

    path: str
    """Its file, where it stood last."""
    first: datetime
    show: str = ""
    """Of an item of a show: the show's slug."""
    guid: str = ""
    sound: str = ""
    """sha256 of its sound: a file that was renamed is known by it."""


class KnownShow(Value):
    slug: str
    guid: str


class _File(Value):
    items: tuple[Known, ...] = ()
    shows: tuple[KnownShow, ...] = ()


_JSON = TypeAdapter(_File)


@dataclass
class Register:
    """Everything that was ever published, and by `now` what is published for the first time."""

    now: datetime
    began: bool = True
    """True until it is saved: what is there when a register begins was not published just then."""
    items: dict[tuple[str, str], Known] = field(default_factory=dict)
    """By show (empty for what is no item of one) and path."""
    shows: dict[str, str] = field(default_factory=dict)
    """The podcast:guid of each show, by slug."""
    gone: list[Known] = field(default_factory=list)
    """Items whose path another took meanwhile."""

    @classmethod
    def load(cls, data: Path, now: datetime) -> "Register":
        """The register of a data folder. Raises DamagedRegister where it cannot be read: none is begun anew unseen."""
        place = data / "register.json"
        try:
            read = _JSON.validate_json(place.read_bytes())
        except FileNotFoundError:
            return cls(now)
        except ValidationError as fault:
            raise DamagedRegister(
                f"{place} is damaged ({fault.errors()[0]['msg']}): bring it back from a backup. If there is none, "
                "delete it: episodes that were renamed and say no `guid` will then come a second time in podcast apps"
            ) from None
        made = cls(now, began=False, shows={show.slug: show.guid for show in read.shows})
        for one in read.items:
            made._add(one)
        return made

    def save(self, data: Path) -> None:
        """Write it in one atomic step, if it says anything new."""
        items = sorted([*self.items.values(), *self.gone], key=lambda one: (one.show, one.path, one.first, one.guid))
        shows = [KnownShow(slug=slug, guid=guid) for slug, guid in sorted(self.shows.items())]
        rows = [json.dumps(one.model_dump(mode="json", exclude_defaults=True), ensure_ascii=False) for one in items]
        told = json.dumps([show.model_dump() for show in shows])
        text = '{"items": [\n' + ",\n".join(rows) + f'\n], "shows": {told}}}\n'
        place = data / "register.json"
        if not place.exists() or place.read_text(encoding="utf-8") != text:
            replace_file(place, text)

    # -- Activities ---------------------------------------------------------------------------------------------------

    def first(self, activity: Activity) -> datetime:
        """When the activity was first published, as it says itself or as the register saw.

        One that was there when the register began counts as of its review, or the recording's day.
        """
        known = self.items.get(("", activity.path))
        if activity.draft:
            return self.now
        if known is None:
            said = activity.published or (_own_day(activity) if self.began else None)
            known = Known(path=activity.path, first=datetime.combine(said, time(12), UTC) if said else self.now)
            self.items["", activity.path] = known
        return known.first

    # -- Shows --------------------------------------------------------------------------------------------------------

    def show(self, show: Show, address: str, others: Collection[str]) -> tuple[Show, list[Problem]]:
        """The show with the guids of its episodes and its own, and warnings of those that only the register knows.

        `address` is that of its feed, empty while there is no public one; `others` are the slugs of all shows.
        """
        problems: list[Problem] = []
        pool = self._pool(show, others)
        # A draft was not published: it is not in the register, and has no guid to keep.
        guids = iter(_fixed([episode for episode in show.episodes if not episode.draft], show, pool))
        episodes = []
        for episode in show.episodes:
            guid, known = (episode.guid or natural(show, episode), None) if episode.draft else next(guids)
            if episode.draft:
                episodes.append(episode.model_copy(update={"guid": guid, "first": self.now}))
                continue
            first = self._keep(show, episode, guid, known).first
            episodes.append(episode.model_copy(update={"guid": guid, "first": first}))
            if not episode.guid and guid != natural(show, episode):
                what = f"podcast apps know this episode by `{guid}`, and its name says otherwise now"
                mend = f"write `guid: {guid}` in its front matter, so that a server begun anew knows it too"
                problems.append(warning(episode.path, 1, "guid", what, mend))
        own = show.guid or self._guid_of(show, pool)
        if not own and address:
            own = podcast_guid(address)
        elif own and not show.guid and address and own != podcast_guid(address):
            what = f"podcast directories know this show by `{own}`, which its address no longer tells"
            mend = f"write `guid: {own}` in its front matter, so that a server begun anew knows it too"
            problems.append(warning(show.path, 1, "guid", what, mend))
        if own:
            self.shows[show.slug] = own
        return show.model_copy(update={"episodes": tuple(episodes), "guid": own}), problems

    def _add(self, known: Known) -> None:
        place = (known.show, known.path)
        if place in self.items:
            self.gone.append(known)
        else:
            self.items[place] = known

    def _pool(self, show: Show, others: Collection[str]) -> list[Known]:
        """What a show may have published: by its own name, a former one, or one that is gone with the same sounds."""
        every = [known for known in (*self.items.values(), *self.gone) if known.show]
        sounds = {episode.recording.digest for episode in show.episodes} - {""}
        names = {show.slug, *show.former}
        names |= {one.show for one in every if one.sound in sounds and one.show not in others}
        return [known for known in every if known.show in names]

    def _guid_of(self, show: Show, pool: Sequence[Known]) -> str:
        names = [show.slug, *show.former, *dict.fromkeys(known.show for known in pool)]
        return next((self.shows[name] for name in names if name in self.shows), "")

    def _keep(self, show: Show, episode: Episode, guid: str, known: Known | None) -> Known:
        """Write down where the item of this guid stands now; the place that it leaves is no longer its own."""
        if known is not None:
            if self.items.get((known.show, known.path)) is known:
                del self.items[known.show, known.path]
            elif known in self.gone:
                self.gone.remove(known)
        fresh = Known(
            path=episode.path,
            first=known.first if known else episode.moment,
            show=show.slug,
            guid=guid,
            sound=episode.recording.digest,
        )
        place = (fresh.show, fresh.path)
        if place in self.items:
            self.gone.append(self.items[place])
        self.items[place] = fresh
        return fresh


def natural(show: Show, episode: Episode) -> str:
    """The guid of an episode that was never published. Neither title, date nor host is in it."""
    return f"{show.slug}/{episode.slug}"


def podcast_guid(address: str) -> str:
    """The podcast:guid of the feed at an address: UUIDv5 of it without scheme and trailing slashes."""
    return str(uuid5(PODCASTS, address.partition("://")[2].rstrip("/")))


_WAYS: tuple[tuple[Callable[[Known], object], Callable[[Episode], object]], ...] = (
    (lambda known: (known.path, known.sound), lambda episode: (episode.path, episode.recording.digest)),
    (lambda known: known.sound, lambda episode: episode.recording.digest),
    (lambda known: known.path, lambda episode: episode.path),
)


def _fixed(episodes: Sequence[Episode], show: Show, pool: Sequence[Known]) -> list[tuple[str, Known | None]]:
    """The guid of each episode, in order, and the entry of the register that it comes from.

    What the front matter says wins. Then an episode is the one it was: the same file with the same sound, else the
    same sound under another name, else the same file with another sound.
    """
    by_guid = {known.guid: known for known in pool}
    found: dict[int, Known | None] = {}
    claimed: set[str] = set()
    guids: dict[int, str] = {}
    for number, episode in enumerate(episodes):
        if episode.guid:
            guids[number] = episode.guid
            found[number] = by_guid.get(episode.guid)
            claimed.add(episode.guid)
    for of_known, of_episode in _WAYS:
        candidates: dict[object, list[Known]] = {}
        for known in pool:
            candidates.setdefault(of_known(known), []).append(known)
        for number, episode in enumerate(episodes):
            same = candidates.get(of_episode(episode), ()) if number not in guids and of_episode(episode) else ()
            one = next((one for one in same if one.guid not in claimed), None)
            if one is not None:
                guids[number], found[number] = one.guid, one
                claimed.add(one.guid)
    for number, episode in enumerate(episodes):
        if number not in guids:
            guid, count = natural(show, episode), 2
            while guid in claimed or guid in by_guid:
                # An episode that is gone, or renamed, had this name: the new one must not be taken for it.
                guid, count = f"{natural(show, episode)}-{count}", count + 1
            guids[number], found[number] = guid, None
            claimed.add(guid)
    return [(guids[number], found[number]) for number in range(len(episodes))]


def _own_day(activity: Activity) -> date | None:
    return (activity.recorded if isinstance(activity, Webinar) else None) or activity.reviewed
