"""How well a search answers questions whose answers are known: nDCG@10, and whether it opens at the right place."""

import math
from pathlib import Path
from typing import Any

import yaml

from lms.library.release import Release
from lms.search.models import Results
from lms.search.service import BOUND, search

QUESTIONS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "questions.yaml").read_text("utf-8"))


def asked(release: Release, question: dict[str, Any], bound: int | None = BOUND) -> Results:
    return search(release, question["ask"], bound=bound)


def ndcg(results: Results, answers: dict[str, int], most: int = 10) -> float:
    """Discounted gain of the first ten pages, as a share of the best there could be."""
    gains = [2 ** answers.get(hit.page, 0) - 1 for hit in results.hits[:most]]
    best = sorted((2**grade - 1 for grade in answers.values()), reverse=True)[:most]
    return _discounted(gains) / _discounted(best)


def _discounted(gains: list[int]) -> float:
    return sum(gain / math.log2(place + 2) for place, gain in enumerate(gains))
