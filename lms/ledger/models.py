"""An entry of the ledger: one thing that one learner did."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from lms.text.values import Value


class Entry(Value):
    """`id` is made by who says it, and makes it land once; `happened` is when, `arrived` when we heard of it."""

    id: Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{8,64}$")]
    learner: str
    verb: Annotated[str, Field(min_length=1, max_length=30)]
    activity: Annotated[str, Field(max_length=300)]
    """The address of the activity, such as `/modules/measuring-bp`; empty for what concerns none."""
    edition: int = 1
    revision: Annotated[str, Field(max_length=64)] = ""
    """The release that it happened with."""
    happened: datetime
    arrived: datetime
    data: dict[str, Any] = {}
