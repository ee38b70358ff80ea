"""Webinars and shows from the content folder."""

from lms.media.reader.shows import read_show
from lms.media.reader.webinars import read_webinar

__all__ = ["read_show", "read_webinar"]
