"""How long an activity can take at most, so that nobody is promised hours which it does not have. Generous throughout.

Adults read 238 words a minute of English that is no story (Brysbaert, *How many words do we read per minute?*, Journal
of Memory and Language 2019;109:104047). Who studies, or reads in a second language, is slower: 150 is granted.
"""

from collections.abc import Iterable
from decimal import Decimal

from lms.credit.models import CreditFile
from lms.credit.rules.offers import hours
from lms.library.models import Course
from lms.media.models import Episode, Webinar
from lms.modules.models import Activity, Module

WORDS_A_MINUTE = 150
MINUTES_A_QUESTION = 2
#: Of a recording's length, for who stops and hears again.
RECORDING = Decimal("1.5")


def estimate(activity: Activity, items: Iterable[Activity] = ()) -> int:
    """Minutes that a slow and careful learner takes; of a course, with all that its `items` take."""
    words, questions, seconds = 0, 0, Decimal(0)
    if isinstance(activity, Module):
        words = activity.introduction.words + sum(lesson.words for lesson in activity.lessons if not lesson.draft)
        questions = sum(lesson.checks for lesson in activity.lessons if not lesson.draft)
    elif isinstance(activity, Webinar | Episode):
        words, seconds = activity.notes.words, activity.recording.seconds
    elif isinstance(activity, Course):
        words = activity.introduction.words
    if activity.quiz is not None:
        # The test of a course is taken before it and after it.
        questions += activity.quiz.asked * (2 if isinstance(activity, Course) else 1)
    own = Decimal(words) / WORDS_A_MINUTE + MINUTES_A_QUESTION * questions + seconds / 60 * RECORDING
    return -int(-own // 1) + sum(estimate(item) for item in items)


def claimed(activity: Activity, file: CreditFile) -> Decimal:
    """Minutes of learning that the largest credit of an activity stands for."""
    return max((hours(credit, file) * 60 for credit in activity.credit), default=Decimal(0))
