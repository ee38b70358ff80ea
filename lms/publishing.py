"""Publish a content folder with all that the rooms add to a release: the one way in for those who stand above them."""

from datetime import date, datetime
from pathlib import Path

from lms.certificates.drawing import looks
from lms.config import Settings
from lms.library import service
from lms.library.reader import Options
from lms.library.service import Published
from lms.library.work import Progress
from lms.search.service import parts
from lms.text.problems import Problem


def check(content: Path, today: date, jobs: int = 0, progress: Progress = service.quiet) -> list[Problem]:
    """Every problem of a content folder; see `library.service.check`."""
    return service.check(content, today, jobs, progress, also=(looks.check,))


def publish(
    settings: Settings,
    now: datetime,
    *,
    drafts: bool = False,
    fetch: bool = False,
    encode: bool = True,
    only_if_needed: bool = False,
    progress: Progress = service.quiet,
) -> Published:
    """Publish the content folder of these settings; see `library.service.publish`.

    `fetch` reads outside feeds anew; without `encode` recordings go without their lighter versions for now.
    """
    options = Options(
        data=settings.data,
        drafts=drafts,
        url=settings.url,
        feed_hosts=settings.feed_hosts,
        fetch=fetch,
        encode=encode,
        jobs=settings.jobs,
    )
    return service.publish(
        settings.content,
        options,
        now,
        parts=parts(settings.jobs),
        also=(looks.check,),
        keep_releases=settings.keep,
        only_if_needed=only_if_needed,
        progress=progress,
    )
