"""Suppress small counts of people, so that nobody can work out how many there are.

A table counts each person once, by kind, and its total is taken to be known. A count below `MIN_COUNT` is
suppressed. As the total minus the other counts could still give it away, the kinds after it are suppressed
too, in their order and whatever their size, until several values are possible.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto
from typing import Final

#: Smaller counts are suppressed: a choice of this project, as statistics offices make it.
MIN_COUNT: Final = 5


class Suppressed(Enum):
    """Why a count is suppressed."""

    SMALL = auto()
    COMPLEMENTARY = auto()  # not small itself, but it would give a small one away


Cell = int | Suppressed


def suppress_small_counts(counts: Sequence[int]) -> tuple[Cell, ...] | None:
    """Return each count, or why it is suppressed; None where all have to be."""
    small = {place for place, count in enumerate(counts) if count < MIN_COUNT}
    suppressed = set(small)
    for place in _places_after(min(small, default=0), counts):
        if _is_safe([counts[each] for each in suppressed]):
            break
        suppressed.add(place)
    if not _is_safe([counts[each] for each in suppressed]):
        return None
    return tuple(
        count if place not in suppressed else Suppressed.SMALL if place in small else Suppressed.COMPLEMENTARY
        for place, count in enumerate(counts)
    )


def _places_after(first: int, counts: Sequence[int]) -> list[int]:
    """Return the places after `first`, then those from the start. An order by size would reveal sizes."""
    return [(first + step) % len(counts) for step in range(1, len(counts))]


def _is_safe(suppressed: Sequence[int]) -> bool:
    """Return whether several values remain possible for each small count, given the sum of these counts."""
    small, total = [count for count in suppressed if count < MIN_COUNT], sum(suppressed)
    complementary = len(suppressed) - len(small)
    if not suppressed:
        return True
    if not complementary:
        return MIN_COUNT - 1 <= total <= (MIN_COUNT - 1) * (len(small) - 1)
    return total >= MIN_COUNT * complementary + MIN_COUNT - 1
