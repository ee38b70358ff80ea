"""What pages say of themselves to machines: schema.org, as JSON-LD."""

from collections.abc import Iterable
from typing import Any

from lms.library.models import Course, Person, Site
from lms.media.models import Episode, Recording, Show, Webinar
from lms.modules.models import Activity, Module
from lms.web.at_hand import absolute, origin, people
from lms.web.words import iso_duration

#: A transcript longer than this stands in the page only: gzip could not fold the copy into the text any more.
LONGEST_TRANSCRIPT = 16_000


def website(site: Site) -> dict[str, Any]:
    return _thing(
        "WebSite", name=site.title, url=f"{origin()}/", description=site.summary, publisher=_organisation(site)
    )


def course(course: Course, site: Site) -> dict[str, Any]:
    parts = [{"@type": "LearningResource", "name": card.title, "url": origin() + card.url} for card in course.items]
    return _thing("Course", **_activity(course, course.authors), provider=_organisation(site), hasPart=parts)


def module(module: Module, site: Site) -> dict[str, Any]:
    return _thing("LearningResource", **_activity(module, module.authors), provider=_organisation(site))


def lesson(module: Module, title: str, url: str, lang: str, minutes: int) -> dict[str, Any]:
    return _thing(
        "LearningResource",
        name=title,
        url=origin() + url,
        inLanguage=lang,
        timeRequired=f"PT{minutes}M",
        isPartOf={"@type": "LearningResource", "name": module.title, "url": origin() + module.url},
    )


def webinar(webinar: Webinar) -> dict[str, Any]:
    recording = webinar.recording
    sound = not any(rendition.way.startswith("watch") for rendition in recording.renditions)
    return _thing(
        "AudioObject" if sound else "VideoObject",
        **_activity(webinar, webinar.speakers or webinar.authors),
        **_recording(recording, webinar.lang),
        uploadDate=_iso(webinar.published or webinar.recorded or webinar.reviewed),
        thumbnailUrl=absolute(recording.poster.url) if recording.poster else None,
    )


def show(show: Show) -> dict[str, Any]:
    return _thing(
        "PodcastSeries",
        name=show.title,
        url=origin() + show.url,
        description=show.summary,
        inLanguage=show.lang,
        webFeed=show.source if show.outside else f"{origin()}{show.url}/feed.xml",
        image=absolute(show.artwork.url) if show.artwork else None,
        author=_persons(people(show.hosts)),
    )


def episode(episode: Episode, show: Show) -> dict[str, Any]:
    sound = {"@type": "AudioObject", **_recording(episode.recording, episode.lang)}
    return _thing(
        "PodcastEpisode",
        **_activity(episode, (*episode.hosts, *episode.guests)),
        datePublished=episode.moment.date().isoformat(),
        episodeNumber=episode.number,
        associatedMedia={name: value for name, value in sound.items() if value},
        partOfSeries={"@type": "PodcastSeries", "name": show.title, "url": origin() + show.url},
    )


def _thing(type: str, **values: Any) -> dict[str, Any]:
    return {"@context": "https://schema.org", "@type": type} | {name: value for name, value in values.items() if value}


def _activity(activity: Activity, who: Iterable[str]) -> dict[str, Any]:
    return {
        "name": activity.title,
        "url": origin() + activity.url,
        "description": activity.summary,
        "inLanguage": activity.lang,
        "timeRequired": f"PT{activity.minutes}M" if activity.minutes else None,
        "teaches": list(activity.objectives),
        "dateModified": _iso(activity.reviewed),
        "author": _persons(people(who)),
    }


def _recording(recording: Recording, lang: str) -> dict[str, Any]:
    captions = recording.in_language(lang)
    words = " ".join(cue.text for cue in captions.cues) if captions else ""
    lightest = recording.renditions[0] if recording.renditions else None
    return {
        "duration": iso_duration(recording.seconds),
        "contentUrl": absolute(lightest.url) if lightest else None,
        "encodingFormat": lightest.type if lightest else None,
        "transcript": words if len(words) <= LONGEST_TRANSCRIPT else None,
    }


def _persons(who: Iterable[Person]) -> list[dict[str, str]]:
    return [{"@type": "Person", "name": person.name, "url": origin() + person.url} for person in who]


def _organisation(site: Site) -> dict[str, str]:
    return {"@type": "Organization", "name": site.organisation or site.title}


def _iso(day: Any) -> str | None:
    return day.isoformat() if day else None
