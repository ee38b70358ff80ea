"""An entry of the ledger: one thing that one learner did."""

import json
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field

from lms.text.values import Value


def _writable(data: dict[str, Any]) -> dict[str, Any]:
    """What every database can write: JSON has no NaN, and no infinity. Raises ValueError."""
    try:
        json.dumps(data, allow_nan=False)
    except (TypeError, RecursionError) as fault:
        raise ValueError(f"this is no JSON: {fault}") from None
    return data


#: Text without the one sign that PostgreSQL cannot keep.
_TEXT = r"^[^\x00]*$"


class Entry(Value):
    """`id` is made by who says it, and makes it land once; `happened` is when, `arrived` when we heard of it."""

    model_config = ConfigDict(str_strip_whitespace=False)

    id: Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{8,64}$")]
    learner: str
    verb: Annotated[str, Field(min_length=1, max_length=30, pattern=_TEXT)]
    activity: Annotated[str, Field(max_length=300, pattern=_TEXT)]
    """The address of the activity, such as `/modules/measuring-bp`; empty for what concerns none."""
    edition: Annotated[int, Field(ge=0, lt=2**31)] = 1
    revision: Annotated[str, Field(max_length=64, pattern=_TEXT)] = ""
    """The release that it happened with."""
    happened: Annotated[AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(2200, 1, 1, tzinfo=UTC))]
    arrived: AwareDatetime
    data: Annotated[dict[str, Any], AfterValidator(_writable)] = {}
