"""What players say of recordings that are played."""

from datetime import datetime

from sqlalchemy.orm import Session

from lms import db
from lms.ledger import store as ledger
from lms.ledger.models import Entry
from lms.library.release import Release
from lms.media.models import Episode, Webinar
from lms.progress.models.standing import Play, Standing
from lms.progress.service.learning import complete, standings


def record(
    session: Session, release: Release, learner_id: str, activity: Webinar | Episode, play: Play, now: datetime
) -> Standing:
    """Write down what was played, once however often it is said; where that leaves the learner."""
    entry = Entry(
        id=play.id,
        learner=learner_id,
        verb="played",
        activity=activity.url,
        edition=activity.edition,
        revision=release.id,
        happened=play.happened,
        arrived=now,
        data={"session": play.session, "segments": play.segments, "position": play.position},
    )
    db.writing(session)
    if ledger.append(session, [entry]) and play.segments:
        standing = complete(session, release, learner_id, activity, now)[1]
        session.commit()
        return standing
    session.commit()
    return standings(session, release, learner_id, [activity])[activity.url]
