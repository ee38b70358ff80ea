"""What a word was perhaps meant to be: the nearest one that the content uses."""

from collections.abc import Collection

from lms.search.index.analysis import fold
from lms.search.index.reading import Index


def nearest(index: Index, word: str) -> tuple[str, int] | None:
    """The word of the content that is one slip away from `word`, or two when it is long, and how many; None if none."""
    bare = fold(word)[:40]
    if len(bare) < 4 or any(sign.isdigit() for sign in bare):
        return None
    known = index.vocabulary
    one = [found for found in _edits(bare, _signs(bare)) if found in known and len(found) > 2]
    if one:
        return max(one, key=lambda found: (found[0] == bare[0], known[found][0], found)), 1
    if len(bare) < 6:
        return None
    letters = set(bare)
    best: tuple[int, int, str] | None = None
    for size in range(len(bare) - 2, len(bare) + 3):
        for candidate in index.by_shape.get((bare[0], size), ()):
            if len(letters.symmetric_difference(candidate)) <= 4 and distance(bare, candidate, 2) <= 2:
                best = max(best or (0, 0, ""), (1, known[candidate][0], candidate))
    return (best[2], 2) if best else None


def distance(one: str, other: str, most: int) -> int:
    """How many slips part two words (a sign more, less, changed, or two swapped); more than `most` are not counted."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for n, sign in enumerate(one, 1):
        last, before, row = before, row, [n]
        for m, seen in enumerate(other, 1):
            cost = min(before[m] + 1, row[m - 1] + 1, before[m - 1] + (sign != seen))
            if n > 1 and m > 1 and sign == other[m - 2] and one[n - 2] == seen:
                cost = min(cost, last[m - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


def _signs(word: str) -> Collection[str]:
    """The letters of the script that a word is in."""
    if word.isascii():
        return "abcdefghijklmnopqrstuvwxyz"
    first = ord(word[0]) & ~0xFF
    return [chr(code) for code in range(first, first + 256) if chr(code).isalpha()]


def _edits(word: str, signs: Collection[str]) -> set[str]:
    cuts = [(word[:n], word[n:]) for n in range(len(word) + 1)]
    return {
        *(a + b[1:] for a, b in cuts if b),
        *(a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1),
        *(a + sign + b[1:] for a, b in cuts if b for sign in signs),
        *(a + sign + b for a, b in cuts for sign in signs),
    } - {word}
